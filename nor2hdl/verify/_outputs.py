"""Compare a netlist with the model it came from, on samples."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

import numpy as np

from nor2hdl.errors import OptionError
from nor2hdl.netlist import interpret
from nor2hdl.verify._evaluate import Evaluator
from nor2hdl.verify._verdict import Verdict, unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist, Port

_WIDEST_NUMBER = 63


class Engine(Protocol):
    """What evaluates a netlist on samples: the engines of `nor2hdl.simulate` do."""

    def run(self, net: Netlist, samples: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return the outputs, bool [n, output bits], for the inputs, bool [n, input bits]."""
        ...


def check_outputs(
    net: Netlist,
    samples: NDArray[np.bool_],
    expected: Mapping[str, NDArray[np.integer] | NDArray[np.bool_]],
    *,
    engine: Engine | None = None,
) -> Verdict:
    """Return whether `net` gives what a model gave, for all samples, bit for bit.

    Parameters
    ----------
    net
        The netlist.
    samples : bool [n, input bits]
        The inputs, at least one.
    expected
        For every output port what the model says: int [n], the port read as an unsigned number, or
        bool [n, width], its bits, lowest first.
    engine
        Evaluates the netlist; NumPy does by default.

    Returns
    -------
    Verdict
        The method says how many samples were compared: this is no proof for other inputs. The first sample
        that differs is the counterexample.

    Raises
    ------
    OptionError
        If `samples` is empty or of another width, or `expected` has other ports, lengths or shapes, or a
        number that its port cannot hold.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> b.output("y", [b.nor(*b.input("x", 2))])
    >>> samples = np.array([[False, False], [True, False]])
    >>> verdict = check_outputs(b.freeze(), samples, {"y": np.array([1, 1])})
    >>> verdict.status, verdict.method, verdict.detail
    ('different', 'all 2 samples', 'sample 1: output y is 0 in the netlist, but 1 in the model')
    """
    started = time.monotonic()
    if (
        samples.dtype != np.bool_
        or samples.ndim != 2
        or samples.shape[1] != net.num_inputs
        or not len(samples)
    ):
        raise OptionError(
            f"samples must be bool [n, {net.num_inputs}] with n > 0, "
            f"not {samples.dtype} {list(samples.shape)}"
        )
    wanted = _bits(net, expected, len(samples))
    found = engine.run(net, samples) if engine is not None else Evaluator(net).run_samples(samples)
    method = f"all {len(samples)} samples"
    wrong = np.flatnonzero((wanted != found).any(axis=1))
    if not len(wrong):
        return Verdict("equal", method, time.monotonic() - started)
    first = int(wrong[0])
    sample = samples[first].copy()
    sample.flags.writeable = False
    outputs = interpret(net, sample[np.newaxis])[0]
    detail = _difference(net, outputs, wanted[first])
    if not detail:
        return unknown(
            method, started, detail=f"sample {first}: the engine is wrong, the netlist is as the model"
        )
    return Verdict(
        "different",
        method,
        time.monotonic() - started,
        counterexample=sample,
        detail=f"sample {first}: {detail}",
    )


def _bits(
    net: Netlist, expected: Mapping[str, NDArray[np.integer] | NDArray[np.bool_]], count: int
) -> NDArray[np.bool_]:
    """Return what is expected as bits, bool [n, output bits]."""
    names = [port.name for port in net.outputs]
    if set(expected) != set(names):
        raise OptionError(
            f"expected must have the output ports {names}, not {list(expected)}; "
            "use net.with_outputs to compare some of them"
        )
    columns = [_port_bits(port, np.asarray(expected[port.name]), count) for port in net.outputs]
    return np.concatenate([np.zeros((count, 0), np.bool_), *columns], axis=1)


def _port_bits(port: Port, values: NDArray[np.integer] | NDArray[np.bool_], count: int) -> NDArray[np.bool_]:
    if values.dtype == np.bool_ and values.shape == (count, port.width):
        return values.astype(np.bool_)
    if values.dtype.kind not in "iub" or values.shape != (count,) or port.width > _WIDEST_NUMBER:
        raise OptionError(
            f"expected values of {port.name} must be int [{count}] or bool [{count}, {port.width}], "
            f"not {values.dtype} {list(values.shape)}"
        )
    bad = np.flatnonzero((values < 0) | (values >= 2**port.width))
    if len(bad):
        raise OptionError(
            f"expected values of {port.name} must be in 0..{2**port.width - 1}, "
            f"not {int(values[bad[0]])} (sample {bad[0]})"
        )
    return (values.astype(np.int64)[:, np.newaxis] >> np.arange(port.width) & 1).astype(np.bool_)


def _difference(net: Netlist, found: NDArray[np.bool_], wanted: NDArray[np.bool_]) -> str:
    """Return which output port differs first, and how; empty if none does."""
    start = 0
    for port in net.outputs:
        bits = slice(start, start + port.width)
        start += port.width
        if not np.array_equal(found[bits], wanted[bits]):
            left, right = (sum(1 << i for i in np.flatnonzero(x[bits]).tolist()) for x in (found, wanted))
            return f"output {port.name} is {left} in the netlist, but {right} in the model"
    return ""
