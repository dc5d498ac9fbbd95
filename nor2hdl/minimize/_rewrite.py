"""The sweep that all rewriting passes share, and what a netlist costs."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.netlist import Netlist, assemble

if TYPE_CHECKING:
    from numpy.typing import NDArray

Gates = list[list[int] | None]
"""Fan-ins of every net, ascending; None for the constant and the inputs."""

Rule = Callable[[int, list[int], Gates], int | list[int]]
"""Told a net, its fan-ins and all gates; answers with new fan-ins, or with the net that it is equal to."""


def cost(net: Netlist) -> tuple[int, int]:
    """Return what makes one netlist better than another: two-input ANDs first, then NOR gates.

    A gate of k fan-ins is k - 1 two-input ANDs; inverters and constants are none, as they are in synthesis.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 3)
    >>> b.output("y", [b.nor(b.nor(*x))])
    >>> cost(b.freeze())
    (2, 2)
    """
    return int(np.maximum(np.diff(net.offsets) - 1, 0).sum()), net.num_gates


def rewrite(net: Netlist, rule: Rule) -> Netlist:
    """Apply `rule` to every gate once, fan-ins before fan-outs, then drop the gates that no output needs.

    The rule sees fan-ins as they are after rewriting. A gate that is equal to another net gives way to it,
    with its provenance. Nets keep their numbers until the end, so that a rule may look at, or change, the
    fan-ins of any net before its own.
    """
    gates: Gates = [None] * net.first_gate
    gates += net.fanin_lists()
    image = list(range(net.num_nets))
    for number in range(net.first_gate, net.num_nets):
        fanin = sorted({image[f] for f in gates[number] or ()})
        result = rule(number, fanin, gates)
        if isinstance(result, int):
            image[number] = result
        else:
            gates[number] = result
    drivers = np.array(image, np.int32)[net.drivers]
    return _compact(net, gates, drivers)


def _compact(net: Netlist, gates: Gates, drivers: NDArray[np.int32]) -> Netlist:
    """Return the gates that `drivers` need, renumbered in their old order, with the ports of `net`."""
    live = bytearray(net.num_nets)
    for driver in drivers.tolist():
        live[driver] = 1
    for number in range(net.num_nets - 1, net.first_gate - 1, -1):
        if live[number]:
            for fanin in gates[number] or ():
                live[fanin] = 1
    mask = np.frombuffer(live, np.uint8).astype(bool)
    mask[: net.first_gate] = True
    kept = np.flatnonzero(mask)[net.first_gate :]
    lists = [gates[number] or [] for number in kept.tolist()]
    renumber = np.cumsum(mask) - 1
    width = np.fromiter(map(len, lists), np.int64, len(lists))
    flat = np.fromiter(chain.from_iterable(lists), np.int32, int(width.sum()))
    return assemble(
        inputs=net.inputs,
        outputs=net.outputs,
        offsets=np.concatenate([[0], np.cumsum(width)]).astype(np.int64),
        fanins=renumber[flat].astype(np.int32),
        drivers=renumber[drivers].astype(np.int32),
        labels=net.origins[kept - net.first_gate],
        tags=net.tags,
    )


def fan_outs(net: Netlist) -> NDArray[np.int64]:
    """Return how many gate inputs and output bits each net drives: int64 [nets]."""
    return np.bincount(net.fanins, minlength=net.num_nets) + np.bincount(net.drivers, minlength=net.num_nets)
