"""An And-Inverter graph that changes in place: structural hashing, reference counts, replaced nodes.

Nodes are visited in topological order. A visited node is final: it feeds on visited nodes only, which are
never replaced, so that the nodes below it stay as they are. A node that is replaced while it is visited
leaves the literal that stands for it behind, for the nodes above that are not visited yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nor2hdl.jit import jit
from nor2hdl.minimize.aig._hashing import find, insert, new_table, remove, trivial

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int32]

WAITING, VISITED, REPLACED, DEAD = 0, 1, 2, 3

_NEXT, _FREE, STAMP = 0, 1, 2


class Graph(NamedTuple):
    """The state, all nodes in arrays of one length.

    Attributes
    ----------
    fanin : int32 [room, 2]
        The literals that feed each AND, the lower one first.
    refs : int32 [room]
        How many ANDs and outputs each node feeds.
    state : uint8 [room]
        `WAITING`, `VISITED`, `REPLACED` or `DEAD`.
    stands : int32 [room]
        The literal that a replaced node gave way to.
    labels : int32 [room, 2]
        As in `Aig`.
    mark : int32 [room]
        Number of the question for which a node was last seen without references.
    table : int32
        See `nor2hdl.minimize.aig._hashing`; waiting and visited ANDs.
    free, stack : int32 [room]
        Nodes to use again, and the nodes that wait while a cone is walked.
    counters : int64 [3]
        Nodes in use so far, nodes in `free`, questions asked so far.
    """

    fanin: Ints
    refs: Ints
    state: NDArray[np.uint8]
    stands: Ints
    labels: Ints
    mark: Ints
    table: Ints
    free: Ints
    stack: Ints
    counters: NDArray[np.int64]


@jit
def new_graph(first: int, fanin: Ints, outputs: Ints, labels: Ints, room: int) -> Graph:
    """Return the state before the first visit."""
    nodes = len(fanin)
    g = Graph(
        np.zeros((room, 2), np.int32),
        np.zeros(room, np.int32),
        np.zeros(room, np.uint8),
        np.zeros(room, np.int32),
        np.full((room, 2), -1, np.int32),
        np.zeros(room, np.int32),
        new_table(room),
        np.zeros(room, np.int32),
        np.zeros(room, np.int32),
        np.zeros(3, np.int64),
    )
    g.fanin[:nodes] = fanin
    g.labels[:nodes] = labels
    g.state[:first] = VISITED
    g.counters[_NEXT] = nodes
    for node in range(first, nodes):
        insert(g.fanin, g.table, node)
        g.refs[fanin[node, 0] >> 1] += 1
        g.refs[fanin[node, 1] >> 1] += 1
    for literal in outputs:
        g.refs[literal >> 1] += 1
    g.refs[:first] += 1  # the constant and the inputs stay, whoever needs them
    return g


@jit
def room_left(g: Graph) -> int:
    """Return how many nodes can be added for certain."""
    return int(len(g.refs) - g.counters[_NEXT])


@jit
def resolved(g: Graph, literal: int) -> int:
    """Return the literal that stands for `literal` now."""
    while g.state[literal >> 1] == REPLACED:
        literal = g.stands[literal >> 1] ^ (literal & 1)
    return literal


@jit
def lookup(g: Graph, a: int, b: int) -> int:
    """Return the literal of a AND b, two literals of visited nodes, -1 if no node has it."""
    low, high = min(a, b), max(a, b)
    literal = trivial(low, high)
    if literal < 0:
        node = find(g.fanin, g.table, low, high)
        literal = 2 * node if node else -1
    return literal


@jit
def create(g: Graph, a: int, b: int, label: int) -> int:
    """Add the AND of two literals, which no node has yet; return the node, visited, without references."""
    if g.counters[_FREE]:
        g.counters[_FREE] -= 1
        node = int(g.free[g.counters[_FREE]])
    else:
        node = int(g.counters[_NEXT])
        g.counters[_NEXT] += 1
    g.fanin[node, 0], g.fanin[node, 1] = min(a, b), max(a, b)
    g.refs[a >> 1] += 1
    g.refs[b >> 1] += 1
    g.refs[node] = 0
    g.state[node] = VISITED
    g.labels[node, 0], g.labels[node, 1] = label, -1
    insert(g.fanin, g.table, node)
    return node


@jit
def rekey(g: Graph, node: int, a: int, b: int) -> None:
    """Enter a node under its fan-ins as they are now, when no node has them yet."""
    remove(g.fanin, g.table, node)
    g.fanin[node, 0], g.fanin[node, 1] = min(a, b), max(a, b)
    insert(g.fanin, g.table, node)


@jit
def dereference(g: Graph, node: int) -> int:
    """Take the references of a node and, where none are left, of nodes below; return how many would die.

    The node itself counts as one. Those that would die are marked with the number of the question.
    """
    saved, top = 1, 1
    g.stack[0] = node
    g.mark[node] = g.counters[STAMP]
    while top:
        top -= 1
        at = g.stack[top]
        for k in range(2):
            below = g.fanin[at, k] >> 1
            g.refs[below] -= 1
            if g.refs[below] == 0:
                g.mark[below] = g.counters[STAMP]
                saved += 1
                g.stack[top] = below
                top += 1
    return saved


@jit
def reference(g: Graph, node: int) -> None:
    """Undo `dereference`."""
    top = 1
    g.stack[0] = node
    while top:
        top -= 1
        at = g.stack[top]
        for k in range(2):
            below = g.fanin[at, k] >> 1
            if g.refs[below] == 0:
                g.stack[top] = below
                top += 1
            g.refs[below] += 1


@jit
def bury(g: Graph, node: int) -> None:
    """Remove a node without references, and the nodes below that are left without."""
    top = 1
    g.stack[0] = node
    while top:
        top -= 1
        at = g.stack[top]
        remove(g.fanin, g.table, at)
        if g.state[at] != REPLACED:  # nodes above may still name a replaced one
            g.state[at] = DEAD
            g.free[g.counters[_FREE]] = at
            g.counters[_FREE] += 1
        for k in range(2):
            below = g.fanin[at, k] >> 1
            g.refs[below] -= 1
            if g.refs[below] == 0:
                g.stack[top] = below
                top += 1


@jit
def replace(g: Graph, node: int, literal: int) -> None:
    """Let a literal of visited nodes stand for `node` from now on."""
    g.refs[literal >> 1] += g.refs[node]
    g.refs[node] = 0
    g.stands[node] = literal
    g.state[node] = REPLACED
    bury(g, node)
