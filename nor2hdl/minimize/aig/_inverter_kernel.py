"""The search for phases with few inverters; importing this module loads numba: `_inverters` does it late."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.jit import jit
from nor2hdl.minimize.aig._aig_kernel import uses

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int32]

_SWEEPS = 20


@jit
def choose_phases(first: int, fanin: Ints, outputs: Ints) -> tuple[Ints, Ints]:
    """Turn multiplexers round where fewer gates are left then; return the new fan-ins and outputs."""
    by_and, by_output = uses(first, fanin, outputs)
    data = _multiplexers(first, fanin, by_and + by_output)
    turned = np.zeros(len(fanin), np.int32)
    for _ in range(_SWEEPS):
        changed = False
        for node in range(first, len(fanin)):
            if data[node, 0] >= 0:
                changed |= _improve(node, first, fanin, data, turned, by_and, by_output)
        if not changed:
            break
    return _applied(first, fanin, outputs, data, turned)


@jit
def _multiplexers(first: int, fanin: Ints, uses_of: Ints) -> Ints:
    """Return where each node nor(s a, s' b) takes a and b: int32 [nodes, 2], ``2 * node + k``, else -1.

    The two inner nodes feed nothing else. No node is both an inner and an outer one: what it selects by would
    feed one node only as the inner part of the one, and two nodes as the select of the other.
    """
    data = np.full((len(fanin), 2), -1, np.int32)
    for node in range(first, len(fanin)):
        p, q = fanin[node, 0] >> 1, fanin[node, 1] >> 1
        if fanin[node, 0] & fanin[node, 1] & 1 == 0 or p < first or q < first:
            continue
        if uses_of[2 * p] + uses_of[2 * p + 1] + uses_of[2 * q] + uses_of[2 * q + 1] != 2:
            continue
        for k in range(4):
            if fanin[p, k >> 1] == fanin[q, k & 1] ^ 1:
                data[node, 0], data[node, 1] = 2 * p + 1 - (k >> 1), 2 * q + 1 - (k & 1)
                break
    return data


@jit
def _gates(node: int, first: int, by_and: Ints, by_output: Ints) -> int:
    """Return how many gates a node takes: its own, unless it is merged into its user, and its inverter."""
    inverter = int(by_and[2 * node] + by_output[2 * node + 1] > 0)
    if node < first:
        return inverter
    total = by_and[2 * node] + by_and[2 * node + 1] + by_output[2 * node] + by_output[2 * node + 1]
    return 0 if total == 1 and by_and[2 * node] == 1 else 1 + inverter


@jit
def _turn(node: int, first: int, fanin: Ints, data: Ints, turned: Ints, by_and: Ints, by_output: Ints) -> int:
    """Complement a multiplexer and its two data; return how many gates that adds."""
    a, b = data[node]
    x, y = fanin[a >> 1, a & 1], fanin[b >> 1, b & 1]
    concerned = (node, x >> 1, y >> 1) if x >> 1 != y >> 1 else (node, x >> 1, -1)
    before, after = 0, 0
    for n in concerned:
        if n >= 0:
            before += _gates(n, first, by_and, by_output)
    for literal in (x, y):
        now = literal ^ turned[literal >> 1] ^ turned[node]
        by_and[now] -= 1
        by_and[now ^ 1] += 1
    for count in (by_and, by_output):
        count[2 * node], count[2 * node + 1] = count[2 * node + 1], count[2 * node]
    turned[node] ^= 1
    for n in concerned:
        if n >= 0:
            after += _gates(n, first, by_and, by_output)
    return after - before


@jit
def _improve(
    node: int, first: int, fanin: Ints, data: Ints, turned: Ints, by_and: Ints, by_output: Ints
) -> bool:
    """Turn a multiplexer, alone or with one that is among its data, if gates go; tell whether they did."""
    added = _turn(node, first, fanin, data, turned, by_and, by_output)
    if added < 0:
        return True
    for place in data[node]:
        below = fanin[place >> 1, place & 1] >> 1
        if data[below, 0] >= 0:
            if added + _turn(below, first, fanin, data, turned, by_and, by_output) < 0:
                return True
            _turn(below, first, fanin, data, turned, by_and, by_output)
    _turn(node, first, fanin, data, turned, by_and, by_output)
    return False


@jit
def _applied(first: int, fanin: Ints, outputs: Ints, data: Ints, turned: Ints) -> tuple[Ints, Ints]:
    """Return the fan-ins and the outputs with all turned nodes and their data complemented."""
    result = fanin.copy()
    for node in range(first, len(fanin)):
        for k in range(2):
            result[node, k] ^= turned[fanin[node, k] >> 1]
    for node in range(first, len(fanin)):
        if turned[node]:
            for place in data[node]:
                result[place >> 1, place & 1] ^= 1
    return result, outputs ^ turned[outputs >> 1]
