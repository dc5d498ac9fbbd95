"""Depth in lookup tables: cuts of up to K leaves, the best few kept for every node."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nor2hdl.jit import jit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int32]
    Bools = NDArray[np.bool_]

KEPT = 8  # cuts kept for a node, besides itself


class Cuts(NamedTuple):
    """Cuts of all nodes, the earliest first, the smallest first among those; the last is the node itself.

    Attributes
    ----------
    leaves : int32 [nodes, cuts, K]
        Nodes in ascending order.
    size : int32 [nodes, cuts]
        Number of leaves.
    depth : int32 [nodes, cuts]
        Level of a lookup table over these leaves: one more than the highest label of a leaf.
    filled : int32 [nodes]
        Number of cuts.
    label : int32 [nodes]
        Level of the earliest lookup table that gives the node; 0 for what is there from the start.
    """

    leaves: NDArray[np.int32]
    size: NDArray[np.int32]
    depth: NDArray[np.int32]
    filled: NDArray[np.int32]
    label: NDArray[np.int32]


@jit
def new_cuts(nodes: int, lut: int) -> Cuts:
    """Return room for the cuts of lookup tables of `lut` inputs."""
    return Cuts(
        np.zeros((nodes, KEPT + 1, lut), np.int32),
        np.zeros((nodes, KEPT + 1), np.int32),
        np.zeros((nodes, KEPT + 1), np.int32),
        np.zeros(nodes, np.int32),
        np.zeros(nodes, np.int32),
    )


@jit
def add_given(c: Cuts, node: int) -> None:
    """Make a node one that is there from the start: an input, or the output of a register."""
    c.label[node] = 0
    _add_itself(c, node)


@jit
def _add_itself(c: Cuts, node: int) -> None:
    k = c.filled[node]
    c.leaves[node, k, 0] = node
    c.size[node, k] = 1
    c.depth[node, k] = c.label[node] + 1
    c.filled[node] = k + 1


@jit
def _merge(c: Cuts, a: int, i: int, b: int, j: int, leaves: Ints) -> int:
    """Fill `leaves` with those of two cuts and return how many there are; one more than fit if too many."""
    p, q, size, most = 0, 0, 0, len(leaves)
    size_a, size_b = c.size[a, i], c.size[b, j]
    while p < size_a or q < size_b:
        if size == most:
            return most + 1
        if q == size_b or (p < size_a and c.leaves[a, i, p] <= c.leaves[b, j, q]):
            if q < size_b and c.leaves[a, i, p] == c.leaves[b, j, q]:
                q += 1
            leaves[size] = c.leaves[a, i, p]
            p += 1
        else:
            leaves[size] = c.leaves[b, j, q]
            q += 1
        size += 1
    return size


@jit
def _within(small: Ints, n: int, large: Ints, m: int) -> bool:
    """Tell whether the first n nodes of `small` are all among the first m of `large`."""
    p = 0
    for q in range(m):
        if p < n and small[p] == large[q]:
            p += 1
    return p == n


@jit
def _keep(c: Cuts, node: int, leaves: Ints, size: int, depth: int) -> None:
    """Put a cut in its place among those of the node, unless one of them is as good with fewer leaves."""
    count = c.filled[node]
    place = count
    for k in range(count):
        if c.depth[node, k] < depth or (c.depth[node, k] == depth and c.size[node, k] <= size):
            if _within(c.leaves[node, k], c.size[node, k], leaves, size):
                return
        elif place == count:
            place = k
    if place == KEPT:
        return
    last = min(count, KEPT - 1)
    for k in range(last, place, -1):
        c.size[node, k] = c.size[node, k - 1]
        c.depth[node, k] = c.depth[node, k - 1]
        for p in range(c.size[node, k]):
            c.leaves[node, k, p] = c.leaves[node, k - 1, p]
    c.size[node, place] = size
    c.depth[node, place] = depth
    for p in range(size):
        c.leaves[node, place, p] = leaves[p]
    c.filled[node] = last + 1


@jit
def add_cuts(c: Cuts, node: int, a: int, b: int, leaves: Ints) -> None:
    """Fill in the cuts of a node from those of its fan-ins; `leaves` is room for one cut."""
    for i in range(c.filled[a]):
        for j in range(c.filled[b]):
            depth = max(c.depth[a, i], c.depth[b, j])
            if c.filled[node] == KEPT and depth > c.depth[node, KEPT - 1]:
                continue
            size = _merge(c, a, i, b, j, leaves)
            if size <= len(leaves):
                _keep(c, node, leaves, size, depth)
    c.label[node] = c.depth[node, 0]
    _add_itself(c, node)


@jit
def label_nodes(fanin: Ints, given: Bools, lut: int) -> Cuts:
    """Return the cuts of all nodes, those that are `given` being there from the start."""
    c = new_cuts(len(fanin), lut)
    leaves = np.empty(lut, np.int32)
    for node in range(len(fanin)):
        if given[node]:
            add_given(c, node)
        else:
            add_cuts(c, node, fanin[node, 0], fanin[node, 1], leaves)
    return c


@jit
def latest(c: Cuts, given: Bools, outputs: Ints, target: int) -> Ints:
    """Return the level by which each node must be there for the outputs to be there by `target`.

    Only nodes that the earliest lookup tables of the outputs stand on have one; others may be as late as
    they like.
    """
    nodes = len(c.label)
    level = np.full(nodes, 2**30, np.int32)
    level[outputs] = target
    for node in range(nodes - 1, -1, -1):
        if level[node] < 2**30 and not given[node]:
            for p in range(c.size[node, 0]):
                leaf = c.leaves[node, 0, p]
                level[leaf] = min(level[leaf], level[node] - 1)
    return level


@jit
def add_cones(fanin: Ints, given: Bools, chosen: Bools) -> None:
    """Add to the chosen nodes all that they stand on."""
    for node in range(len(fanin) - 1, -1, -1):
        if chosen[node] and not given[node]:
            chosen[fanin[node, 0]] = True
            chosen[fanin[node, 1]] = True
