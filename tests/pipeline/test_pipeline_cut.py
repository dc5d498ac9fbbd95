"""The cheapest rank, against all ranks there are."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nor2hdl.netlist import Builder
from nor2hdl.pipeline._cut import cheapest, crossing
from nor2hdl.pipeline._graph import to_graph
from nor2hdl.pipeline._label_kernel import add_cones
from nor2hdl.pipeline._schedule import by_level, cheap
from tests.strategies import netlists


def closed(graph, before):
    inner = np.flatnonzero(before[graph.first :]) + graph.first
    return before[graph.fanin[inner]].all()


def costs_of_all(graph, must, may):
    free = np.flatnonzero(may & ~must)
    for count in range(len(free) + 1):
        for chosen in itertools.combinations(free, count):
            before = must.copy()
            before[list(chosen)] = True
            if closed(graph, before):
                yield len(crossing(graph, before))


@settings(max_examples=60)
@given(netlists(max_inputs=5, max_gates=14), st.data())
def test_no_rank_is_cheaper(net, data):
    graph = to_graph(net, 4)
    count = len(graph.fanin)
    inputs = np.arange(count) < graph.first
    nodes = st.lists(st.integers(0, count - 1), max_size=2)
    must = inputs.copy()
    must[data.draw(nodes)] = True
    add_cones(graph.fanin, inputs, must)
    may = graph.label <= data.draw(st.integers(0, 5))
    may |= must
    before = cheapest(graph, must, may)
    assert (must <= before).all()
    assert (before <= may).all()
    assert closed(graph, before)
    assert len(crossing(graph, before)) == min(costs_of_all(graph, must, may))


def funnel(width=8):
    """Return a circuit that is narrow in its middle, at an odd place: where a rank wants to be."""
    b = Builder()
    x = b.input("x", 4 * width)
    heads = [b.nor(*x[4 * k : 4 * k + 4]) for k in range(width)]
    neck = b.nor(*heads)
    for _ in range(6):
        mixed = [b.nor(neck, heads[k], heads[k - 1]) for k in range(3)]
        neck = b.nor(*mixed)
    b.output("y", [neck])
    return b.freeze()


def test_a_signal_counts_once_however_many_gates_it_feeds():
    b = Builder()
    x = b.input("x", 4)
    stem = b.nor(*x)
    b.output("y", [b.nor(stem, b.nor(stem, x[0]))])
    graph = to_graph(b.freeze(), 4)
    before = np.arange(len(graph.fanin)) <= graph.node_of[stem]
    assert crossing(graph, before).tolist() == sorted([x[0], int(graph.node_of[stem])])


def test_what_is_needed_late_crosses_every_rank():
    b = Builder()
    x = b.input("x", 41)
    net = x[0]
    for bit in x[1:]:
        net = b.nor(b.nor(net, bit), b.nor(net, b.nor(bit)), bit)
        net = b.nor(b.nor(net, bit), b.nor(net, b.nor(bit)))
    b.output("y", [net])
    graph = to_graph(b.freeze(), 4)
    schedule = cheap(graph, 4, -(-graph.depth // 4), 4)
    stored = [set(crossing(graph, rank).tolist()) for rank in schedule.before]
    assert all(x[-1] in rank for rank in stored)
    assert [x[1] in rank for rank in stored] == [False] * 3
    assert len(stored[0]) > len(stored[1]) > len(stored[2]) > 1


def test_ranks_are_cheaper_than_by_level():
    graph = to_graph(funnel(), 4)
    plain = by_level(graph, 3, 4)
    better = cheap(graph, 3, -(-graph.depth // 3), 4)
    assert max(better.levels) <= -(-graph.depth // 3)
    assert better.stored < plain.stored
