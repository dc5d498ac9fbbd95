"""From NOR gates to nodes of two fan-ins; importing this module loads numba, so `_graph` does it late."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.jit import jit
from nor2hdl.pipeline._label_kernel import Cuts, add_cuts, add_given, new_cuts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int32]
    Longs = NDArray[np.int64]

UNKNOWN = 2


@jit
def constants(first: int, offsets: Longs, fanins: Ints) -> NDArray[np.int8]:
    """Return the value of every net that is constant: int8 [nets], 2 for others."""
    gates = len(offsets) - 1
    value = np.full(first + gates, UNKNOWN, np.int8)
    value[0] = 0
    for g in range(gates):
        result = 1
        for net in fanins[offsets[g] : offsets[g + 1]]:
            if value[net] == 1:
                result = 0
                break
            if value[net] == UNKNOWN:
                result = UNKNOWN
        value[first + g] = result
    return value


@jit
def live_nets(
    first: int, offsets: Longs, fanins: Ints, drivers: Ints, value: NDArray[np.int8]
) -> NDArray[np.bool_]:
    """Tell which nets that are no constants the outputs need: bool [nets]."""
    live = np.zeros(len(value), np.bool_)
    live[drivers] = True
    live[value != UNKNOWN] = False
    for g in range(len(offsets) - 2, -1, -1):
        if live[first + g]:
            for net in fanins[offsets[g] : offsets[g + 1]]:
                live[net] = live[net] or value[net] == UNKNOWN
    return live


@jit
def _add_node(c: Cuts, fanin: Ints, node: int, a: int, b: int, leaves: Ints) -> None:
    fanin[node, 0], fanin[node, 1] = a, b
    add_cuts(c, node, a, b, leaves)


@jit
def _pack(
    c: Cuts, fanin: Ints, count: int, items: Ints, level: Ints, size: Ints, now: int, leaves: Ints
) -> int:
    """Join items of the level `now` that fit one lookup table; return the number of nodes after that.

    Those that are left over stand first again, the others behind them are void: their level is -1.
    """
    lut = len(leaves)
    order = np.argsort(-size, kind="mergesort")
    used = np.zeros(len(items), np.bool_)
    for x in range(len(order)):
        root = order[x]
        if level[root] != now or used[root]:
            continue
        for y in range(x + 1, len(order)):
            if size[root] >= lut:
                break
            other = order[y]
            if level[other] == now and not used[other] and size[root] + size[other] <= lut:
                _add_node(c, fanin, count, items[root], items[other], leaves)
                items[root] = count
                size[root] += size[other]
                used[other] = True
                level[other] = -1
                count += 1
    return count


@jit
def _join(c: Cuts, fanin: Ints, count: int, items: Ints, leaves: Ints) -> int:
    """Add the nodes of a gate over several nodes, the earliest joined first; return the new number of nodes.

    Items of one level are packed into as few lookup tables as first-fit finds; what comes out is an item
    of the next level.
    """
    lut = len(leaves)
    level, size = np.empty(len(items), np.int32), np.empty(len(items), np.int32)
    for k in range(len(items)):
        level[k] = c.label[items[k]]
        size[k] = c.size[items[k], 0] if level[k] else lut  # what is given is in no lookup table
    left = len(items)
    while left > 1:
        now = 2**30
        for k in range(len(items)):
            if level[k] >= 0:
                now = min(now, level[k])
        before = count
        count = _pack(c, fanin, count, items, level, size, now, leaves)
        left -= count - before
        for k in range(len(items)):
            if level[k] == now:
                level[k], size[k] = now + 1, 1
    return count


@jit
def decompose(
    first: int, offsets: Longs, fanins: Ints, value: NDArray[np.int8], live: NDArray[np.bool_], lut: int
) -> tuple[Ints, Ints, Ints, Ints]:
    """Return fan-ins, gate and label of every node, and the node of every net: see `Graph`."""
    gates = len(offsets) - 1
    most = first + len(fanins)
    c = new_cuts(most, lut)
    fanin = np.zeros((most, 2), np.int32)
    gate = np.full(most, -1, np.int32)
    node_of = np.zeros(first + gates, np.int32)
    node_of[:first] = np.arange(first)
    for node in range(first):
        add_given(c, node)
    leaves = np.empty(lut, np.int32)
    count = first
    for g in range(gates):
        if not live[first + g]:
            continue
        pins = fanins[offsets[g] : offsets[g + 1]]
        items = np.unique(node_of[pins[value[pins] == UNKNOWN]])
        before = count
        if len(items) == 2:
            _add_node(c, fanin, count, items[0], items[1], leaves)
            count += 1
        elif len(items) > 2:
            count = _join(c, fanin, count, items, leaves)
        gate[before:count] = g
        node_of[first + g] = items[0] if count == before else count - 1
    return fanin[:count], gate[:count], c.label[:count], node_of
