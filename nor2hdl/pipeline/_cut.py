"""The cheapest rank of registers between what must be before it and what must be behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.pipeline._graph import Graph

_SOURCE, _SINK = 0, 1
_ENDLESS = 2**30


def crossing(graph: Graph, before: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the nodes that a rank stores, ascending: those before it that are used behind it.

    What drives an output is used behind every rank.
    """
    users = graph.fanin[graph.first :][~before[graph.first :]]
    used = np.zeros(len(before), np.bool_)
    used[users] = True
    used[graph.outputs] = True
    return np.flatnonzero(used & before)


class _Edges(NamedTuple):
    """Edges of a flow network, all of one capacity."""

    source: NDArray[np.int64]
    target: NDArray[np.int64]
    capacity: int


def cheapest(graph: Graph, must: NDArray[np.bool_], may: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the nodes before the rank that stores the fewest nodes: bool [nodes].

    A node counts once, however many nodes it feeds. Among the cheapest ranks the latest is taken.

    Parameters
    ----------
    graph
        The nodes.
    must : bool [nodes]
        The nodes that must be before the rank; with a node, all that it stands on.
    may : bool [nodes]
        The nodes that may be before it, `must` among them; with a node, all that it stands on.

    References
    ----------
    L. R. Ford, D. R. Fulkerson, "Maximal flow through a network", Canadian Journal of Mathematics 8, 1956;
    with two nodes for each signal, so that a signal is cut once for all its users.
    """
    free = np.flatnonzero(may & ~must)
    if not len(free):
        return must
    number = np.full(len(must), _SINK, np.int64)
    number[must] = _SOURCE
    number[free] = 2 + np.arange(len(free))
    edges, size = _network(graph, number, 2 + len(free))
    late = _reaching_sink(edges, size)
    before = must.copy()
    before[free] = ~late[2 : 2 + len(free)]
    return before


def _network(graph: Graph, number: NDArray[np.int64], size: int) -> tuple[list[_Edges], int]:
    """Return the edges of the flow network and the number of its nodes; `number` is that of each graph node.

    A signal v is an edge of capacity 1 from v to its far end v', from where endless edges lead to its
    users; an endless edge from each user back to v keeps the cut closed: who is before has all before.
    """
    users = np.arange(graph.first, len(graph.fanin))
    users = users[number[users] != _SOURCE]
    feeding = graph.fanin[users].T.ravel().astype(np.int64)
    fed = np.concatenate([users, users])
    pairs = np.unique(np.stack([feeding, fed])[:, number[feeding] != _SINK], axis=1)
    feeding, fed = pairs
    ends = np.zeros(len(number), np.bool_)  # signals that are stored if they are before the rank at all
    ends[feeding[number[fed] == _SINK]] = True
    ends[graph.outputs] = True
    last = np.flatnonzero(ends & (number > _SINK))
    inner = ~ends[feeding]
    stored = np.unique(feeding[inner])
    far = np.zeros(len(number), np.int64)
    far[stored] = size + np.arange(len(stored))
    closing = number[feeding] > _SINK
    closing &= number[fed] > _SINK
    return [
        _Edges(number[last], np.full(len(last), _SINK), 1),
        _Edges(number[stored], far[stored], 1),
        _Edges(far[feeding[inner]], number[fed[inner]], _ENDLESS),
        _Edges(number[fed[closing]], number[feeding[closing]], _ENDLESS),
    ], size + len(stored)


def _reaching_sink(edges: list[_Edges], size: int) -> NDArray[np.bool_]:
    """Return which nodes of a flow network are on the side of the sink of its last least cut."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order, maximum_flow

    source = np.concatenate([e.source for e in edges]).astype(np.int32)
    target = np.concatenate([e.target for e in edges]).astype(np.int32)
    capacity = np.concatenate([np.full(len(e.source), e.capacity, np.int32) for e in edges])
    network = csr_array((capacity, (source, target)), shape=(size, size))
    flow = maximum_flow(network, _SOURCE, _SINK).flow
    left = network - flow
    left.eliminate_zeros()
    order = breadth_first_order(csr_array(left.T), _SINK, return_predecessors=False)
    late = np.zeros(size, np.bool_)
    late[order] = True
    return late
