"""Passes that look at a gate, its fan-ins and their fan-ins: exact, in time linear in the number of pins.

In the equations capital letters stand for any number of fan-ins, and ``nor()`` is constant true.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.minimize._rewrite import Gates, fan_outs, rewrite
from nor2hdl.netlist import FALSE

if TYPE_CHECKING:
    from nor2hdl.netlist import Netlist


def sweep(net: Netlist) -> Netlist:
    """Drop the gates that no output needs.

    Post-condition: every gate has a path to an output. Promise: never more gates; the gates that stay keep
    order, fan-ins and provenance. Every other pass ends with this one.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> (x,) = b.input("x")
    >>> used, dead = b.nor(x), b.nor()
    >>> b.output("y", [used])
    >>> sweep(b.freeze()).num_gates
    1
    """
    return rewrite(net, lambda _number, fanin, _gates: fanin)


def fold_constants(net: Netlist) -> Netlist:
    """Propagate constants.

    Rules::

        nor(0, F)     = nor(F)
        nor(nor(), F) = 0

    Post-condition: no gate has a constant fan-in; a constant gate drives outputs only. Promise: never more
    gates, never more pins.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> (x,) = b.input("x")
    >>> b.output("y", [b.nor(x, b.nor())])
    >>> fold_constants(b.freeze()).drivers.tolist()
    [0]
    """
    true: set[int] = set()

    def rule(number: int, fanin: list[int], _gates: Gates) -> int | list[int]:
        if not true.isdisjoint(fanin):
            return FALSE
        if fanin and fanin[0] == FALSE:
            fanin = fanin[1:]
        if not fanin:
            true.add(number)
        return fanin

    return rewrite(net, rule)


def share(net: Netlist) -> Netlist:
    """Keep one gate of those with the same fan-ins (structural hashing).

    Rules::

        u = nor(F), v = nor(F)  =>  v = u

    Post-condition: no two gates have the same fan-ins. Promise: never more gates; the first gate stays, with
    its provenance.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 2)
    >>> b.output("y", [b.nor(*x), b.nor(*x)])
    >>> share(b.freeze()).num_gates
    1
    """
    first: dict[tuple[int, ...], int] = {}

    def rule(number: int, fanin: list[int], _gates: Gates) -> int | list[int]:
        same = first.setdefault(tuple(fanin), number)
        return fanin if same == number else same

    return rewrite(net, rule)


def drop_double_inversion(net: Netlist) -> Netlist:
    """Cancel pairs of inverters, and merge an OR of gates into the gate that it feeds.

    Rules::

        nor(nor(x))         = x
        nor(nor(nor(A)), B) = nor(A, B)    where the two inner gates feed nothing else

    Post-condition: no inverter feeds an inverter. Promise: never more gates, never more two-input ANDs. Where
    a merged fan-in was there already, more may be left for the next sweep.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 3)
    >>> b.output("y", [b.nor(b.nor(b.nor(x[0], x[1])), x[2])])
    >>> drop_double_inversion(b.freeze()).fanin_lists()
    [[1, 2, 3]]
    """
    return _merge_or(_cancel(net))


def _cancel(net: Netlist) -> Netlist:
    def rule(_number: int, fanin: list[int], gates: Gates) -> int | list[int]:
        inner = gates[fanin[0]] if len(fanin) == 1 else None
        return inner[0] if inner is not None and len(inner) == 1 else fanin

    return rewrite(net, rule)


def _merge_or(net: Netlist) -> Netlist:
    # An OR goes wholly into the one gate that it feeds, however long the chain: each pin is moved once.
    single = fan_outs(net) == 1
    single[net.drivers] = False
    width = np.diff(net.offsets)
    is_or = np.concatenate([np.zeros(net.first_gate, bool), width > 1])
    inverters = np.flatnonzero(width == 1)
    inner = net.fanins[net.offsets[inverters]]
    inverters += net.first_gate
    mergeable = single[inverters] & single[inner] & is_or[inner]
    merged = dict(zip(inverters[mergeable].tolist(), inner[mergeable].tolist(), strict=True))
    gone = set(merged.values())

    def rule(number: int, fanin: list[int], gates: Gates) -> int | list[int]:
        if number in gone or merged.keys().isdisjoint(fanin):
            return fanin
        flat: set[int] = set()
        todo = list(fanin)
        while todo:
            f = todo.pop()
            if f in merged:
                todo += gates[merged[f]] or ()
            else:
                flat.add(f)
        return sorted(flat)

    return rewrite(net, rule)
