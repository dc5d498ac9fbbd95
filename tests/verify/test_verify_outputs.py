"""A netlist against what its model says, sample by sample."""

from __future__ import annotations

import numpy as np
import pytest

from nor2hdl.errors import OptionError
from nor2hdl.netlist import Builder, Netlist, interpret, random_netlist
from nor2hdl.verify import check_outputs

SAMPLES = np.array([[False, False], [True, False], [True, True]])


def circuit() -> Netlist:
    """Return y = x and z = nor(x)."""
    b = Builder()
    x = b.input("x", 2)
    b.output("y", x)
    b.output("z", [b.nor(*x)])
    return b.freeze()


@pytest.mark.parametrize("y", [np.array([0, 1, 3]), np.array([0, 1, 3], np.uint8), SAMPLES])
@pytest.mark.parametrize("z", [np.array([1, 0, 0]), np.array([True, False, False])])
def test_equal_on_all_samples(y: np.ndarray, z: np.ndarray) -> None:
    verdict = check_outputs(circuit(), SAMPLES, {"z": z, "y": y})
    assert (verdict.status, verdict.method, verdict.detail) == ("equal", "all 3 samples", "")
    assert verdict.counterexample is None


def test_the_first_difference_is_shown() -> None:
    verdict = check_outputs(circuit(), SAMPLES, {"y": np.array([0, 2, 0]), "z": np.array([1, 1, 0])})
    assert (verdict.status, verdict.method) == ("different", "all 3 samples")
    assert verdict.detail == "sample 1: output y is 1 in the netlist, but 2 in the model"
    assert verdict.counterexample is not None
    assert verdict.counterexample.tolist() == [True, False]
    assert not verdict.counterexample.flags.writeable
    verdict = check_outputs(circuit(), SAMPLES, {"y": np.array([0, 1, 3]), "z": np.array([1, 0, 1])})
    assert verdict.detail == "sample 2: output z is 0 in the netlist, but 1 in the model"


def test_a_wide_port_is_compared_by_bits() -> None:
    net = random_netlist(gates=300, inputs=40, levels=4, outputs=100)
    samples = np.random.default_rng(0).random((500, 40)) < 0.5
    expected = interpret(net, samples)
    assert check_outputs(net, samples, {"y": expected}).status == "equal"
    expected[321, 99] ^= True
    verdict = check_outputs(net, samples, {"y": expected})
    assert verdict.counterexample.tolist() == samples[321].tolist()


class Engine:
    """Counts its calls, and can be wrong in one sample."""

    def __init__(self, wrong: int | None) -> None:
        self.wrong = wrong
        self.calls = 0

    def run(self, net: Netlist, samples: np.ndarray) -> np.ndarray:
        self.calls += 1
        outputs = interpret(net, samples)
        if self.wrong is not None:
            outputs[self.wrong] ^= True
        return outputs


def test_an_engine_is_used_and_a_wrong_one_found_out() -> None:
    expected = {"y": np.array([0, 1, 3]), "z": np.array([1, 0, 0])}
    engine = Engine(None)
    assert check_outputs(circuit(), SAMPLES, expected, engine=engine).status == "equal"
    assert engine.calls == 1
    verdict = check_outputs(circuit(), SAMPLES, expected, engine=Engine(2))
    assert (verdict.status, verdict.counterexample) == ("unknown", None)
    assert verdict.detail == "sample 2: the engine is wrong, the netlist is as the model"


Y, Z = np.array([0, 1, 3]), np.array([1, 0, 0])


@pytest.mark.parametrize(
    ("samples", "expected", "message"),
    [
        (SAMPLES[:0], {"y": Y[:0], "z": Z[:0]}, "samples must be bool [n, 2] with n > 0, not bool [0, 2]"),
        (SAMPLES[:, :1], {"y": Y, "z": Z}, "samples must be bool [n, 2] with n > 0, not bool [3, 1]"),
        (SAMPLES + 0, {"y": Y, "z": Z}, "samples must be bool [n, 2] with n > 0, not int64 [3, 2]"),
        (
            SAMPLES,
            {"y": Y},
            (
                "expected must have the output ports ['y', 'z'], not ['y']; "
                "use net.with_outputs to compare some of them"
            ),
        ),
        (
            SAMPLES,
            {"y": Y, "z": Z[:2]},
            "expected values of z must be int [3] or bool [3, 1], not int64 [2]",
        ),
        (
            SAMPLES,
            {"y": Y + 0.5, "z": Z},
            "expected values of y must be int [3] or bool [3, 2], not float64 [3]",
        ),
        (SAMPLES, {"y": Y + 1, "z": Z}, "expected values of y must be in 0..3, not 4 (sample 2)"),
        (SAMPLES, {"y": Y, "z": -Z}, "expected values of z must be in 0..1, not -1 (sample 0)"),
    ],
)
def test_bad_input(samples: np.ndarray, expected: dict[str, np.ndarray], message: str) -> None:
    with pytest.raises(OptionError) as caught:
        check_outputs(circuit(), samples, expected)
    assert str(caught.value) == message
