"""Provers: they agree with brute force, and a difference comes with an input that shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nor2hdl import tools
from nor2hdl.errors import NetlistError, OptionError, ToolError, ToolTimeoutError
from nor2hdl.netlist import Builder, Netlist, interpret, random_netlist
from nor2hdl.verify import Abc, Exhaustive, Prover, Sat, Verdict, prove
from nor2hdl.verify._evaluate import Evaluator
from nor2hdl.verify._prove import simulate
from tests.strategies import all_samples, netlists

if TYPE_CHECKING:
    from collections.abc import Callable

PROVERS: list[Prover] = [Exhaustive(), Sat(), Abc()]


def rebuilt(net: Netlist, change: Callable[[int, list[int]], list[int]]) -> Netlist:
    """Return `net` with the fan-ins of each gate as `change(gate, fan-ins)` gives them."""
    b = Builder()
    for port in net.inputs:
        b.input(port.name, port.width)
    for gate, fanin in enumerate(net.fanin_lists(), net.first_gate):
        b.nor(*change(gate, fanin))
    for port in net.outputs:
        b.output(port.name, net.output_nets(port.name).tolist())
    return b.freeze()


def mutated(net: Netlist, victim: int, pin: int) -> Netlist:
    """Return `net` with one pin of one gate toggled: connected if it was not, else disconnected."""
    return rebuilt(net, lambda gate, fanin: sorted({*fanin} ^ {pin}) if gate == victim else fanin)


def restructured(net: Netlist) -> Netlist:
    """Return the same function with each gate of several fan-ins split in two, and doubly inverted."""
    b = Builder()
    nets = [0]
    for port in net.inputs:
        nets += b.input(port.name, port.width)
    for fanin in net.fanin_lists():
        mapped = [nets[f] for f in fanin]
        either = b.nor(b.nor(*mapped[:2]))
        nets.append(b.nor(either, *mapped[2:]))
    for port in net.outputs:
        b.output(port.name, [nets[n] for n in net.output_nets(port.name).tolist()])
    return b.freeze()


def check(verdict: Verdict, a: Netlist, b: Netlist) -> None:
    """Check a verdict on small netlists against brute force."""
    left, right = interpret(a, all_samples(a)), interpret(b, all_samples(b))
    assert verdict.status == ("equal" if np.array_equal(left, right) else "different"), verdict
    assert not verdict.timed_out
    assert verdict.seconds >= 0
    if verdict.status == "different":
        assert_counterexample(verdict, a, b)
    else:
        assert verdict.counterexample is None


def assert_counterexample(verdict: Verdict, a: Netlist, b: Netlist) -> None:
    sample = verdict.counterexample
    assert sample is not None
    assert (sample.dtype, sample.shape, sample.flags.writeable) == (np.bool_, (a.num_inputs,), False)
    assert not np.array_equal(interpret(a, sample[None]), interpret(b, sample[None]))


@settings(max_examples=40, deadline=None)
@given(netlists(), st.data())
def test_all_provers_agree_with_brute_force_on_a_mutation(net: Netlist, data: st.DataObject) -> None:
    assume(net.num_gates)
    victim = data.draw(st.integers(net.first_gate, net.num_nets - 1))
    other = mutated(net, victim, data.draw(st.integers(0, victim - 1)))
    for prover in PROVERS:
        check(prover.prove(net, other), net, other)
    check(prove(net, other), net, other)


@settings(max_examples=40, deadline=None)
@given(netlists())
def test_all_provers_see_through_structure(net: Netlist) -> None:
    other = restructured(net)
    for prover in PROVERS:
        assert prover.prove(net, other).status == "equal"


@pytest.mark.parametrize("prover", [Sat(), Abc()])
def test_a_single_gate_in_a_large_circuit(prover: Prover) -> None:
    net = random_netlist(gates=3000, inputs=60, levels=10)
    assert prover.prove(net, restructured(net)).status == "equal"
    for victim in net.drivers[[3, -1]].tolist():
        other = mutated(net, victim, 7)
        verdict = prover.prove(net, other)
        assert verdict.status == "different"
        assert_counterexample(verdict, net, other)


def needle(pins: int) -> Netlist:
    """Return a circuit that differs from that of another number of pins for one input in 2 ** 40 or fewer."""
    b = Builder()
    x = b.input("x", 60)
    inverted = [b.nor(bit) for bit in x]
    b.output("y", [b.nor(*inverted[:pins], *x[40:])])
    return b.freeze()


@pytest.mark.parametrize("prover", [Sat(), Abc()])
def test_a_difference_that_chance_does_not_find(prover: Prover) -> None:
    assert simulate(needle(39), needle(40)) is None
    verdict = prover.prove(needle(39), needle(40))
    assert_counterexample(verdict, needle(39), needle(40))
    assert verdict.counterexample.tolist() == [True] * 39 + [False] * 21
    assert verdict.detail == "output y differs"


def test_prove_chooses() -> None:
    small = random_netlist(gates=50, inputs=6, levels=5)
    tagged = rebuilt(small, lambda _, fanin: fanin)
    assert tagged.tags != small.tags
    assert prove(small, tagged).method == "structural"
    assert prove(small, restructured(small)).method == "exhaustive"
    large = random_netlist(gates=300, inputs=60, levels=5)
    assert prove(large, restructured(large)).method == "abc"
    assert prove(large, mutated(large, large.num_nets - 1, 1)).method == "simulation"
    assert prove(needle(39), needle(40)).method == "abc"


@pytest.mark.parametrize("prove_with", [*(p.prove for p in PROVERS), prove])
def test_ports_must_agree(prove_with: Callable[[Netlist, Netlist], Verdict]) -> None:
    def circuit(name: str, width: int, out: str = "y") -> Netlist:
        b = Builder()
        b.output(out, b.input(name, width)[:1])
        return b.freeze()

    with pytest.raises(NetlistError) as caught:
        prove_with(circuit("x", 2), circuit("x", 3))
    assert str(caught.value) == "netlists must have the same inputs to be compared, not x[2] and x[3]"
    with pytest.raises(NetlistError) as caught:
        prove_with(circuit("x", 2), circuit("x", 2, "z"))
    assert str(caught.value) == "netlists must have the same outputs to be compared, not y[1] and z[1]"


def test_exhaustive_knows_its_limit() -> None:
    net = random_netlist(gates=5, inputs=25)
    with pytest.raises(OptionError) as caught:
        Exhaustive().prove(net, net)
    assert str(caught.value) == "exhaustive proof takes at most 24 input bits, not 25; use Abc or Sat"


def test_exhaustive_goes_through_many_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nor2hdl.verify._evaluate._MEMORY", 1 << 10)
    net = random_netlist(gates=60, inputs=12, levels=4)
    assert Exhaustive().prove(net, restructured(net)).status == "equal"
    b = Builder()
    x = b.input("x", 12)
    nand = b.nor(b.nor(*[b.nor(bit) for bit in x]))
    b.output("y", [nand])
    last = b.freeze()
    verdict = Exhaustive().prove(last, rebuilt(last, lambda gate, f: [] if gate == nand else f))
    assert verdict.counterexample.all()


def multiplier(*, swapped: bool) -> Netlist:
    """Return the middle bits of an array multiplier, hard for SAT when the operands are swapped."""
    b = Builder()
    x, y = b.input("x", 12), b.input("y", 12)
    if swapped:
        x, y = y, x
    invert = {n: b.nor(n) for n in (*x, *y)}

    def add(p: int, q: int, r: int) -> tuple[int, int]:
        half, carry = adder(p, q)
        total, more = adder(half, r)
        return total, b.nor(b.nor(carry, more))

    def adder(p: int, q: int) -> tuple[int, int]:
        neither = b.nor(p, q)
        both = b.nor(b.nor(p), b.nor(q))
        return b.nor(neither, both), both

    columns: list[list[int]] = [[] for _ in range(24)]
    for i, p in enumerate(x):
        for j, q in enumerate(y):
            columns[i + j].append(b.nor(invert[p], invert[q]))
    for k in range(23):
        while len(columns[k]) > 1:
            total, carry = add(columns[k].pop(0), columns[k].pop(0), columns[k].pop(0) if columns[k] else 0)
            columns[k].append(total)
            columns[k + 1].append(carry)
    b.output("p", [column[0] for column in columns[:23]])
    return b.freeze()


@pytest.mark.parametrize("timeout", [0.0, 1.0])
@pytest.mark.parametrize("make", [Exhaustive, Sat, Abc])
def test_a_hard_proof_is_given_up_in_time(make: Callable[[float], Prover], timeout: float) -> None:
    verdict = make(timeout).prove(multiplier(swapped=False), multiplier(swapped=True))
    assert (verdict.status, verdict.timed_out, verdict.counterexample) == ("unknown", True, None)
    assert timeout <= verdict.seconds < 10


X, NOT_X = (random_netlist(gates=g, inputs=1, outputs=1, levels=g, fanin=1) for g in (2, 1))


@pytest.mark.parametrize(
    ("output", "status", "method", "detail"),
    [
        ("Networks are equivalent.", "equal", "abc", ""),
        ("Networks are equivalent after fraiging.", "equal", "abc", ""),
        ("Networks are UNDECIDED.  Time = 1 sec", "unknown", "abc", "Networks are UNDECIDED. Time = 1 sec"),
        ("", "unknown", "abc", ""),
        ("networks not proved equivalent", "unknown", "abc", "networks not proved equivalent"),
    ],
)
def test_what_abc_prints(
    monkeypatch: pytest.MonkeyPatch, output: str, status: str, method: str, detail: str
) -> None:
    monkeypatch.setattr(tools, "abc", lambda commands, *, timeout, cwd: output)
    verdict = Abc().prove(X, X)
    assert (verdict.status, verdict.method, verdict.detail) == (status, method, detail)


@pytest.mark.parametrize("pattern", ["", "INPUT: pi0 = 1'hz.  OUTPUT", "INPUT: a = 4'h3.  OUTPUT"])
def test_abc_without_a_counterexample_asks_sat(monkeypatch: pytest.MonkeyPatch, pattern: str) -> None:
    text = f"Networks are NOT EQUIVALENT.  Time = 0 sec\n{pattern}\n"
    monkeypatch.setattr(tools, "abc", lambda commands, *, timeout, cwd: text)
    verdict = Abc().prove(X, NOT_X)
    assert verdict.method == "abc, then sat"
    assert_counterexample(verdict, X, NOT_X)
    verdict = Abc().prove(X, X)
    assert (verdict.status, verdict.detail) == (
        "unknown",
        "ABC says different, but no counterexample was found",
    )


def test_a_counterexample_that_does_not_hold_is_not_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Networks are NOT EQUIVALENT.\nINPUT: pi0 = 1'h1, pi1 = 1'h0.  OUTPUT: ...\n"
    monkeypatch.setattr(tools, "abc", lambda commands, *, timeout, cwd: text)

    def either(gates: int) -> Netlist:
        b = Builder()
        x = b.input("x", 2)
        b.output("y", [b.nor(*x[:gates])])
        return b.freeze()

    assert Abc().prove(either(1), either(2)).counterexample.tolist() == [False, True]


def test_abc_that_is_missing_or_fails_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(commands, *, timeout, cwd):
        raise ToolError("yosys-abc", "is not installed", hint="install it with: pip install pyosys")

    monkeypatch.setattr(tools, "abc", missing)
    with pytest.raises(ToolError, match=r"^yosys-abc is not installed; install it with: pip install pyosys$"):
        Abc().prove(X, X)


def test_abc_that_is_slow_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(commands, *, timeout, cwd):
        raise ToolTimeoutError("yosys-abc", "did not finish within 3 s")

    monkeypatch.setattr(tools, "abc", slow)
    verdict = Abc(timeout=3).prove(X, X)
    assert (verdict.status, verdict.timed_out) == ("unknown", True)


@settings(max_examples=50, deadline=None)
@given(netlists(), st.integers(0, 130), st.integers(0, 2**32))
def test_evaluator_is_the_reference(net: Netlist, count: int, seed: int) -> None:
    samples = np.random.default_rng(seed).random((count, net.num_inputs)) < 0.5
    assert np.array_equal(Evaluator(net).run_samples(samples), interpret(net, samples))


def test_evaluator_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nor2hdl.verify._evaluate._MEMORY", 1 << 11)
    net = random_netlist(gates=200, inputs=20, levels=5, fanin=9)
    samples = np.random.default_rng(0).random((1000, 20)) < 0.5
    assert Evaluator(net).block == 1
    assert np.array_equal(Evaluator(net).run_samples(samples), interpret(net, samples))


@pytest.mark.parametrize("prover", PROVERS, ids=lambda p: type(p).__name__)
def test_circuits_without_inputs_can_differ(prover: Prover) -> None:
    nets = []
    for value in (False, True):
        b = Builder()
        true = b.nor()
        b.output("y", [true if value else b.nor(true)])
        nets.append(b.freeze())
    verdict = prover.prove(*nets)
    assert verdict.status == "different"
    assert verdict.counterexample is not None
    assert verdict.counterexample.shape == (0,)
