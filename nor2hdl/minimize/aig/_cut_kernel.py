"""Cuts of up to four leaves and their functions, kept for every visited node."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nor2hdl.jit import jit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int32]

LEAVES = 4


class Tables(NamedTuple):
    """Functions of four inputs, 16 bits each, changed by looking them up: see `nor2hdl.minimize.aig._npn`.

    Attributes
    ----------
    stretched : uint16 [16, 65536]
        Inputs moved apart.
    shrunk : uint16 [16, 65536]
        Inputs of a set moved together.
    support : uint8 [65536]
        The inputs that a function depends on.
    """

    stretched: NDArray[np.uint16]
    shrunk: NDArray[np.uint16]
    support: NDArray[np.uint8]


class Cuts(NamedTuple):
    """Cuts of all nodes.

    Attributes
    ----------
    leaves : int32 [nodes, cuts, 4]
        Nodes in ascending order; -1 behind the last.
    function : uint16 [nodes, cuts]
        The node as function of its leaves; it depends on all of them.
    size : uint8 [nodes, cuts]
        Number of leaves.
    filled : uint8 [nodes]
        Number of cuts; the last is the node itself.
    """

    leaves: NDArray[np.int32]
    function: NDArray[np.uint16]
    size: NDArray[np.uint8]
    filled: NDArray[np.uint8]


@jit
def new_cuts(first: int, room: int, most: int) -> Cuts:
    """Return room for the cuts of `room` nodes; the constant has none, inputs have themselves."""
    c = Cuts(
        np.empty((room, most, LEAVES), np.int32),
        np.empty((room, most), np.uint16),
        np.empty((room, most), np.uint8),
        np.zeros(room, np.uint8),
    )
    for node in range(1, first):
        add_itself(c, node)
    return c


@jit
def add_itself(c: Cuts, node: int) -> None:
    """Add the cut that is the node itself."""
    k = c.filled[node]
    c.leaves[node, k] = -1
    c.leaves[node, k, 0] = node
    c.function[node, k] = 0xAAAA
    c.size[node, k] = 1
    c.filled[node] = k + 1


@jit
def _merge(c: Cuts, a: int, i: int, b: int, j: int, leaves: Ints) -> tuple[int, int, int]:
    """Fill `leaves` with those of two cuts; return their number (5 if too many) and where each cut's lie."""
    p, q, size, places_a, places_b = 0, 0, 0, 0, 0
    while p < c.size[a, i] or q < c.size[b, j]:
        if size == LEAVES:
            return LEAVES + 1, 0, 0
        x = c.leaves[a, i, p] if p < c.size[a, i] else -1
        y = c.leaves[b, j, q] if q < c.size[b, j] else -1
        take_a = y < 0 or (x >= 0 and x <= y)
        take_b = x < 0 or (y >= 0 and y <= x)
        leaves[size] = x if take_a else y
        if take_a:
            places_a |= 1 << size
            p += 1
        if take_b:
            places_b |= 1 << size
            q += 1
        size += 1
    return size, places_a, places_b


@jit
def _has_within(c: Cuts, node: int, leaves: Ints, size: int) -> bool:
    """Tell whether a cut of the node has no other leaves than these."""
    for k in range(c.filled[node]):
        if c.size[node, k] > size:
            continue
        p = 0
        for q in range(size):
            if p < c.size[node, k] and c.leaves[node, k, p] == leaves[q]:
                p += 1
        if p == c.size[node, k]:
            return True
    return False


@jit
def _drop_above(c: Cuts, node: int, leaves: Ints, size: int) -> None:
    """Drop the cuts of the node that have all of these leaves and more."""
    kept = 0
    for k in range(c.filled[node]):
        p = 0
        for q in range(c.size[node, k]):
            if p < size and c.leaves[node, k, q] == leaves[p]:
                p += 1
        if p < size:
            _put(c, node, kept, c.leaves[node, k], c.function[node, k], c.size[node, k])
            kept += 1
    c.filled[node] = kept


@jit
def _put(c: Cuts, node: int, k: int, leaves: Ints, function: int, size: int) -> None:
    for p in range(LEAVES):
        c.leaves[node, k, p] = leaves[p]
    c.function[node, k] = function
    c.size[node, k] = size


@jit
def find_cuts(c: Cuts, t: Tables, node: int, fanin: Ints, leaves: Ints) -> int:
    """Fill in the cuts of a node from those of its fan-ins, two literals.

    Return the literal that the node is equal to where a cut shows one, -1 otherwise; `leaves` is room for
    four nodes.
    """
    c.filled[node] = 0
    a, b = fanin[0] >> 1, fanin[1] >> 1
    flip_a, flip_b = 0xFFFF * (fanin[0] & 1), 0xFFFF * (fanin[1] & 1)
    most = c.leaves.shape[1] - 1
    for i in range(c.filled[a]):
        for j in range(c.filled[b]):
            size, places_a, places_b = _merge(c, a, i, b, j, leaves)
            if size > LEAVES:
                continue
            function = int(
                (t.stretched[places_a, c.function[a, i]] ^ flip_a)
                & (t.stretched[places_b, c.function[b, j]] ^ flip_b)
            )
            support = int(t.support[function])
            if support != (1 << size) - 1:
                function = int(t.shrunk[support, function])
                size = _compress(leaves, support)
                if size == 0:
                    return 0
                if size == 1:
                    return int(2 * leaves[0] + (function & 1))
            for p in range(size, LEAVES):
                leaves[p] = -1
            if not _has_within(c, node, leaves, size):
                _drop_above(c, node, leaves, size)
                if c.filled[node] < most:
                    _put(c, node, c.filled[node], leaves, function, size)
                    c.filled[node] += 1
    add_itself(c, node)
    return -1


@jit
def _compress(leaves: Ints, places: int) -> int:
    """Keep the leaves in these places, in order; return how many."""
    kept = 0
    for p in range(LEAVES):
        if places >> p & 1:
            leaves[kept] = leaves[p]
            kept += 1
    return kept
