"""The loops between NOR gates and ANDs; importing this module loads numba, so `_aig` does it late."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.jit import jit
from nor2hdl.minimize.aig._hashing import find, insert, new_table, trivial

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int32]
    Longs = NDArray[np.int64]


@jit
def levels_of_nets(first: int, offsets: Longs, fanins: Ints) -> Ints:
    """Return the level of every net in two-input gates, the earliest fan-ins combined first: int32 [nets]."""
    gates = len(offsets) - 1
    level = np.zeros(first + gates, np.int64)
    for g in range(gates):
        width = offsets[g + 1] - offsets[g]
        queue = np.sort(level[fanins[offsets[g] : offsets[g + 1]]])
        # The levels that come of two earliest ones never fall: they wait in the part of the queue that is
        # taken already, in order.
        leaf, pair = 0, 0
        for made in range(width - 1):
            latest = 0
            for _ in range(2):
                if leaf < width and (pair == made or queue[leaf] <= queue[pair]):
                    latest = queue[leaf]
                    leaf += 1
                else:
                    latest = queue[pair]
                    pair += 1
            queue[made] = latest + 1
        if width == 1:
            level[first + g] = queue[0]
        elif width > 1:
            level[first + g] = queue[width - 2]
    return level.astype(np.int32)


@jit
def _distinct(pins: Longs) -> Longs:
    """Return the literals that the AND of sorted `pins` depends on; only 0 where it is false."""
    kept = 0
    for pin in pins:
        if pin == 0 or (kept and pins[kept - 1] == pin ^ 1):
            return np.zeros(1, pins.dtype)
        if pin != 1 and not (kept and pins[kept - 1] == pin):
            pins[kept] = pin
            kept += 1
    return pins[:kept]


@jit
def _conjoin(a: int, b: int, count: int, fanin: Ints, level: Longs, table: Ints) -> int:
    """Return the literal of a AND b; a node that is not there yet becomes node `count`."""
    low, high = min(a, b), max(a, b)
    literal = trivial(low, high)
    if literal >= 0:
        return literal
    node = find(fanin, table, low, high)
    if node == 0:
        node = count
        fanin[node, 0], fanin[node, 1] = low, high
        level[node] = 1 + max(level[low >> 1], level[high >> 1])
        insert(fanin, table, node)
    return 2 * node


@jit
def decompose(first: int, offsets: Longs, fanins: Ints, origins: Ints) -> tuple[Ints, Ints, Ints]:
    """Return fan-ins and labels of the ANDs of a netlist, and the literal of every net: see `Aig`."""
    gates = len(offsets) - 1
    most = first + len(fanins)
    fanin = np.zeros((most, 2), np.int32)
    labels = np.full((most, 2), -1, np.int32)
    level = np.zeros(most, np.int64)
    table = new_table(most)
    literal = np.zeros(first + gates, np.int32)
    literal[:first] = 2 * np.arange(first)
    count = first
    for g in range(gates):
        pins = _distinct(np.sort(literal[fanins[offsets[g] : offsets[g + 1]]] ^ 1))
        pins = np.sort(level[pins >> 1] << 32 | pins) & 0xFFFFFFFF  # by level
        queue = np.zeros(len(pins), np.int32)
        leaf, pair = 0, 0
        result = 1 if len(pins) == 0 else pins[0]
        for made in range(len(pins) - 1):
            a, leaf, pair = _earliest(pins, leaf, queue, pair, made, level)
            b, leaf, pair = _earliest(pins, leaf, queue, pair, made, level)
            result = _conjoin(a, b, count, fanin, level, table)
            queue[made] = result
            if result == 2 * count:
                labels[count, 0] = origins[g]
                count += 1
        literal[first + g] = result
        if len(pins) == 1 and labels[result >> 1, 1] < 0:
            labels[result >> 1, 1] = origins[g]
    return fanin[:count], labels[:count], literal


@jit
def _earliest(
    pins: Longs, leaf: int, queue: Ints, pair: int, made: int, level: Longs
) -> tuple[int, int, int]:
    """Take the literal of lowest level of two queues; return it and where they begin then."""
    if leaf < len(pins) and (pair == made or level[pins[leaf] >> 1] <= level[queue[pair] >> 1]):
        return pins[leaf], leaf + 1, pair
    return queue[pair], leaf, pair + 1


@jit
def _live(first: int, fanin: Ints, outputs: Ints) -> NDArray[np.bool_]:
    """Tell which ANDs the outputs need: bool [nodes]."""
    live = np.zeros(len(fanin), np.bool_)
    stack = np.empty(len(fanin) + len(outputs) + 1, np.int32)
    stack[: len(outputs)] = outputs >> 1
    top = len(outputs)
    while top:
        top -= 1
        node = stack[top]
        if node >= first and not live[node]:
            live[node] = True
            stack[top], stack[top + 1] = fanin[node, 0] >> 1, fanin[node, 1] >> 1
            top += 2
    return live


@jit
def needed(first: int, fanin: Ints, outputs: Ints) -> Ints:
    """Return the constant, the inputs and the ANDs that the outputs need, each below those that it feeds."""
    waiting = _live(first, fanin, outputs)
    order = np.empty(len(fanin), np.int32)
    order[:first] = np.arange(first)
    count = first
    stack = np.empty(2 * len(fanin) + 1, np.int32)
    for root in range(first, len(fanin)):
        stack[0] = root
        top = 1
        while top:
            node = stack[top - 1]
            if not waiting[node]:
                top -= 1
                continue
            low, high = fanin[node, 0] >> 1, fanin[node, 1] >> 1
            if waiting[low] or waiting[high]:
                stack[top], stack[top + 1] = high, low
                top += 2
            else:
                waiting[node] = False
                order[count] = node
                count += 1
    return order[:count]


@jit
def uses(first: int, fanin: Ints, outputs: Ints) -> tuple[Ints, Ints]:
    """Return how often each literal feeds an AND, and how often an output: int32 [2 * nodes] both."""
    by_and = np.zeros(2 * len(fanin), np.int32)
    by_output = np.zeros(2 * len(fanin), np.int32)
    for node in range(first, len(fanin)):
        by_and[fanin[node, 0]] += 1
        by_and[fanin[node, 1]] += 1
    for literal in outputs:
        by_output[literal] += 1
    return by_and, by_output


@jit
def merged_nodes(first: int, fanin: Ints, outputs: Ints) -> NDArray[np.bool_]:
    """Tell which ANDs feed only one AND, uncomplemented, and so become part of its gate: bool [nodes]."""
    by_and, by_output = uses(first, fanin, outputs)
    merged = np.zeros(len(fanin), np.bool_)
    for node in range(first, len(fanin)):
        total = by_and[2 * node] + by_and[2 * node + 1] + by_output[2 * node] + by_output[2 * node + 1]
        merged[node] = total == 1 and by_and[2 * node] == 1
    return merged


@jit
def _leaves(node: int, fanin: Ints, merged: NDArray[np.bool_], leaves: Longs, stack: Ints) -> int:
    """Fill `leaves` with the sorted, distinct literals whose AND is `node`; return how many there are."""
    count, top = 0, 1
    stack[0] = node
    while top:
        top -= 1
        inner = stack[top]
        for k in range(2):
            literal = fanin[inner, k]
            if merged[literal >> 1]:
                stack[top] = literal >> 1
                top += 1
            else:
                leaves[count] = literal
                count += 1
    leaves[:count].sort()
    kept = 0
    for k in range(count):
        if kept == 0 or leaves[kept - 1] != leaves[k]:
            leaves[kept] = leaves[k]
            kept += 1
    return kept


@jit
def _inverters(
    first: int, fanin: Ints, outputs: Ints, labels: Ints, merged: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], Ints]:
    """Tell which nodes need an inverter, and with which label: their own, or that of the first user."""
    needs = np.zeros(len(fanin), np.bool_)
    label = labels[:, 1].copy()
    label[first:] = np.where(label[first:] < 0, labels[first:, 0], label[first:])
    for node in range(first, len(fanin)):
        for k in range(2):
            literal = fanin[node, k]
            below = literal >> 1
            if literal & 1 == 0 and not merged[below]:
                needs[below] = True
                if label[below] < 0:
                    label[below] = labels[node, 0]
    for literal in outputs:
        if literal & 1:
            needs[literal >> 1] = True
    return needs, label


@jit
def emit(first: int, fanin: Ints, outputs: Ints, labels: Ints) -> tuple[Longs, Ints, Ints, Ints]:
    """Return offsets, fan-ins, drivers and labels of the NOR gates: see `to_netlist`."""
    nodes = len(fanin)
    merged = merged_nodes(first, fanin, outputs)
    needs, inverter_label = _inverters(first, fanin, outputs, labels, merged)
    offsets = np.zeros(2 * nodes + 1, np.int64)
    origins = np.empty(2 * nodes, np.int32)
    fanins = np.empty(3 * nodes, np.int64)
    net_of = np.zeros(2 * nodes, np.int32)
    leaves, stack = np.empty(nodes + 1, np.int64), np.empty(nodes + 1, np.int32)
    gates, pins = 0, 0
    for node in range(nodes):
        if node < first:
            net_of[2 * node] = node
        elif merged[node]:
            continue
        else:
            count = _leaves(node, fanin, merged, leaves, stack)
            for k in range(count):
                fanins[pins + k] = net_of[leaves[k] ^ 1]
            fanins[pins : pins + count].sort()
            pins += count
            net_of[2 * node] = first + gates
            origins[gates] = labels[node, 0]
            gates += 1
            offsets[gates] = pins
        if needs[node]:
            if node > 0:  # the inverter of constant false is a gate without fan-ins
                fanins[pins] = net_of[2 * node]
                pins += 1
            net_of[2 * node + 1] = first + gates
            origins[gates] = inverter_label[node]
            gates += 1
            offsets[gates] = pins
    fed = fanins[:pins].astype(np.int32)
    return offsets[: gates + 1].copy(), fed, net_of[outputs], origins[:gates].copy()
