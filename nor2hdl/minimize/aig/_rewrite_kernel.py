"""One round of cut rewriting; importing this module loads numba, so `_cuts` does it late."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nor2hdl.jit import jit
from nor2hdl.minimize.aig._cut_kernel import Cuts, Tables, find_cuts, new_cuts
from nor2hdl.minimize.aig._graph_kernel import (
    STAMP,
    VISITED,
    WAITING,
    Graph,
    bury,
    create,
    dereference,
    lookup,
    new_graph,
    reference,
    rekey,
    replace,
    resolved,
    room_left,
)
from nor2hdl.minimize.aig._library import MOST_ANDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int32]

_CREATED_AT_ONCE = 16  # more than the ANDs of any structure


class Shapes(NamedTuple):
    """What replaces a cone: see `Classes` and `Library`."""

    permutations: NDArray[np.uint8]
    of: NDArray[np.uint8]
    transform: NDArray[np.uint16]
    first_and: NDArray[np.int32]
    pins: NDArray[np.uint8]
    first: NDArray[np.int32]
    parts: NDArray[np.uint64]
    result: NDArray[np.uint8]


@jit
def rewrite_once(
    first: int, fanin: Ints, outputs: Ints, labels: Ints, t: Tables, s: Shapes, most_cuts: int
) -> tuple[Ints, Ints, Ints]:
    """Visit every node once; return fan-ins, outputs and labels, with nodes that are not needed among them.

    A cone is also replaced where that saves nothing.
    """
    nodes = len(fanin)
    room = 2 * nodes + 4 * _CREATED_AT_ONCE
    g = new_graph(first, fanin, outputs, labels, room)
    c = new_cuts(first, room, most_cuts)
    size = 16
    while size < 4 * nodes:
        size *= 2
    known = np.zeros(size, np.int32)
    values = np.empty(4 + MOST_ANDS, np.int64)
    leaves = np.empty(4, np.int32)
    for node in range(first, nodes):
        if g.state[node] != WAITING or not _settle(g, c, t, node, known, leaves):
            continue
        if room_left(g) < _CREATED_AT_ONCE:
            continue
        cut, shape = _best(g, c, s, node, values)
        if shape >= 0:
            g.state[node] = WAITING  # so that no part of the structure is taken for equal to the node
            literal = _build(g, c, t, s, node, cut, shape, values, known, leaves)
            g.state[node] = VISITED
            if literal >> 1 != node:
                replace(g, node, literal)
    final = np.empty(len(outputs), np.int32)
    for k in range(len(outputs)):
        final[k] = resolved(g, outputs[k])
    used = room - room_left(g)
    return g.fanin[:used], final, g.labels[:used]


@jit
def _settle(g: Graph, c: Cuts, t: Tables, node: int, known: Ints, leaves: Ints) -> bool:
    """Make a node a visited one, or replace it by one that is equal; tell whether it stays."""
    a, b = resolved(g, g.fanin[node, 0]), resolved(g, g.fanin[node, 1])
    if min(a, b) != g.fanin[node, 0] or max(a, b) != g.fanin[node, 1]:
        same = lookup(g, a, b)
        rekey(g, node, a, b)
        if same >= 0:
            if g.state[same >> 1] == WAITING:
                _settle_new(g, c, t, same >> 1, known, leaves)
            replace(g, node, resolved(g, same))
            return False
    equal = _settle_new(g, c, t, node, known, leaves)
    return equal == 2 * node


@jit
def _settle_new(g: Graph, c: Cuts, t: Tables, node: int, known: Ints, leaves: Ints) -> int:
    """Find the cuts of a node with visited fan-ins; return its literal, or one that it was replaced by."""
    g.state[node] = VISITED
    literal = find_cuts(c, t, node, g.fanin[node], leaves)
    if literal < 0:
        literal = _equal(g, c, node, known)
    if literal >= 0:
        replace(g, node, literal)
        return literal
    return 2 * node


@jit
def _equal(g: Graph, c: Cuts, node: int, known: Ints) -> int:
    """Return the literal of another node with the same function of the same cut; -1 if none is known.

    The cuts of the node are entered in `known`, which forgets those whose places others take.
    """
    for k in range(c.filled[node] - 1):
        flip = c.function[node, k] & 1
        mixed = int(c.function[node, k] ^ (0xFFFF * flip))
        for p in range(c.size[node, k]):
            mixed = (mixed * 0x9E3779B1 + int(c.leaves[node, k, p])) & 0xFFFFFFFFFFFF
        place = (mixed ^ (mixed >> 23)) & (len(known) - 1)
        other = known[place]
        if other > 0 and other != node and g.state[other] == VISITED:
            for j in range(c.filled[other] - 1):
                phase = _same_cut(c, node, k, other, j)
                if phase >= 0:
                    return int(2 * other + phase)
        known[place] = node
    return -1


@jit
def _same_cut(c: Cuts, node: int, k: int, other: int, j: int) -> int:
    """Return 0 if two cuts have equal leaves and functions, 1 if complementary functions, -1 otherwise."""
    if c.size[node, k] != c.size[other, j]:
        return -1
    for p in range(c.size[node, k]):
        if c.leaves[node, k, p] != c.leaves[other, j, p]:
            return -1
    if c.function[node, k] == c.function[other, j]:
        return 0
    return 1 if c.function[node, k] ^ c.function[other, j] == 0xFFFF else -1


@jit
def _place_leaves(c: Cuts, s: Shapes, node: int, cut: int, values: NDArray[np.int64]) -> None:
    """Fill the first values with the literals of the cut that the inputs of the class member take."""
    code = int(s.transform[c.function[node, cut]])
    for i in range(4):
        leaf = c.leaves[node, cut, s.permutations[code >> 5, i]]
        values[i] = 2 * max(leaf, 0) + (code >> (1 + i) & 1)


@jit
def _literal(values: NDArray[np.int64], pin: int) -> int:
    value = int(values[pin >> 1])
    return value ^ (pin & 1) if value >= 0 else -1


@jit
def _best(g: Graph, c: Cuts, s: Shapes, node: int, values: NDArray[np.int64]) -> tuple[int, int]:
    """Return the cut and the structure that save most ANDs; -1 for both if all take more than they save."""
    best_cut, best_shape, best_gain = -1, -1, -1
    for cut in range(c.filled[node] - 1):
        size = c.size[node, cut]
        for p in range(size):
            g.refs[c.leaves[node, cut, p]] += 1
        g.counters[STAMP] += 1
        saved = dereference(g, node)
        if saved > best_gain:
            kind = s.of[c.function[node, cut]]
            _place_leaves(c, s, node, cut, values)
            priced, barred = _find_parts(g, s, node, kind, values)
            for shape in range(s.first[kind], s.first[kind + 1]):
                gain = saved - _ones(s.parts[shape] & priced)
                if gain > best_gain and s.parts[shape] & barred == 0:
                    best_cut, best_shape, best_gain = cut, shape, gain
        reference(g, node)
        for p in range(size):
            g.refs[c.leaves[node, cut, p]] -= 1
    return best_cut, best_shape


@jit
def _find_parts(
    g: Graph, s: Shapes, node: int, kind: int, values: NDArray[np.int64]
) -> tuple[np.uint64, np.uint64]:
    """Look for nodes that are the ANDs of a class; return which would be added, and which are `node` itself.

    Those among the nodes that would die with `node` count as added.
    """
    priced, barred = np.uint64(0), np.uint64(0)
    start = s.first_and[kind]
    for k in range(s.first_and[kind + 1] - start):
        a, b = _literal(values, s.pins[start + k, 0]), _literal(values, s.pins[start + k, 1])
        found = lookup(g, a, b) if a >= 0 and b >= 0 else -1
        if found < 0 or g.mark[found >> 1] == g.counters[STAMP]:
            priced |= np.uint64(1) << np.uint64(k)
            if found >> 1 == node:
                barred |= np.uint64(1) << np.uint64(k)
        values[4 + k] = found
    return priced, barred


@jit
def _ones(bits: np.uint64) -> int:
    """Return how many bits are set."""
    bits -= bits >> np.uint64(1) & np.uint64(0x5555555555555555)
    bits = (bits & np.uint64(0x3333333333333333)) + (bits >> np.uint64(2) & np.uint64(0x3333333333333333))
    bits = (bits + (bits >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int((bits * np.uint64(0x0101010101010101)) >> np.uint64(56))


@jit
def _build(
    g: Graph,
    c: Cuts,
    t: Tables,
    s: Shapes,
    node: int,
    cut: int,
    shape: int,
    values: NDArray[np.int64],
    known: Ints,
    leaves: Ints,
) -> int:
    """Build a structure; return the literal that is equal to `node`, its own if one of the parts is."""
    _place_leaves(c, s, node, cut, values)
    kind = s.of[c.function[node, cut]]
    start = s.first_and[kind]
    end = s.first_and[kind + 1] - start
    literal = 2 * node
    for k in range(end):
        values[4 + k] = -1
        if s.parts[shape] >> np.uint64(k) & np.uint64(1) == 0:
            continue
        a, b = _literal(values, s.pins[start + k, 0]), _literal(values, s.pins[start + k, 1])
        found = lookup(g, a, b)
        if found >> 1 == node:
            end = k
            break
        if found < 0:
            found = 2 * create(g, a, b, g.labels[node, 0])
            g.state[found >> 1] = WAITING
        if g.state[found >> 1] == WAITING:
            found = _settle_new(g, c, t, found >> 1, known, leaves) ^ (found & 1)
        values[4 + k] = found
        g.refs[found >> 1] += 1  # held: it may lose its only user when that is found equal to another node
    else:
        literal = _literal(values, s.result[shape]) ^ (int(s.transform[c.function[node, cut]]) & 1)
    g.refs[literal >> 1] += 1
    for k in range(end):
        below = values[4 + k] >> 1
        if below >= 0:
            g.refs[below] -= 1
            if g.refs[below] == 0:
                bury(g, below)
    g.refs[literal >> 1] -= 1
    return literal
