"""Generators give acyclic graphs of the documented size, and layers are longest paths."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nor2hdl.errors import ModelError, OptionError
from nor2hdl.learn.priors import Layered, barabasi_albert, erdos_renyi, oriented, watts_strogatz

GENERATORS = [barabasi_albert, watts_strogatz, erdos_renyi]


@given(make=st.sampled_from(GENERATORS), nodes=st.integers(10, 50), seed=st.integers(0, 2**63 - 1))
def test_generators_give_connected_acyclic_graphs(make, nodes, seed):
    graph = make(nodes, seed=seed)
    assert sorted(graph) == list(range(nodes))
    assert all(u < v for u, v in graph.edges())
    assert nx.is_weakly_connected(graph)
    assert nx.utils.graphs_equal(graph, make(nodes, seed=seed))


@pytest.mark.parametrize(
    ("graph", "edges"),
    [
        (barabasi_albert(30), 3 * 27),  # each of the 27 later nodes brings 3
        (barabasi_albert(5), 4),
        (watts_strogatz(30), 30 * 6 // 2),
        (watts_strogatz(9), 9),
        (erdos_renyi(30, 77), 77),
        (erdos_renyi(3), 3),
    ],
)
def test_numbers_of_edges(graph, edges):
    assert graph.number_of_edges() == edges


def test_seeds_give_different_graphs():
    for make in GENERATORS:
        assert not nx.utils.graphs_equal(make(30, seed=0), make(30, seed=1))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: barabasi_albert(1), "nodes must be 2 or more, not 1"),
        (lambda: barabasi_albert(5, 5), r"new_edges must be below the number of nodes \(5\), not 5"),
        (lambda: barabasi_albert(5, 0), "new_edges must be 1 or more, not 0"),
        (lambda: watts_strogatz(5, 1), "neighbors must be 2 or more, not 1"),
        (lambda: watts_strogatz(5, 5), r"neighbors must be below the number of nodes \(5\), not 5"),
        (lambda: watts_strogatz(9, rewire=1.5), r"rewire must be from 0 to 1, not 1\.5"),
        (lambda: erdos_renyi(5, 3), "edges must be 4 or more, not 3"),
        (lambda: erdos_renyi(5, 11), "edges must be 10 or fewer between 5 nodes, not 11"),
        (lambda: erdos_renyi(5, seed=-1), f"seed must be a whole number from 0 to {2**63 - 1}, not -1"),
        (lambda: erdos_renyi(200, 199), "graph must be connected, but none of 1000 was; ask for more edges"),
    ],
)
def test_bad_numbers(make, message):
    with pytest.raises(OptionError, match=f"^{message}$"):
        make()


def test_orientation_keeps_lonely_nodes():
    graph = nx.Graph([(3, 1)])
    graph.add_node(2)
    assert (list(oriented(graph)), list(oriented(graph).edges())) == ([1, 2, 3], [(1, 3)])


@given(seed=st.integers(0, 999), nodes=st.integers(2, 12), edges=st.integers(0, 30))
def test_layer_is_the_longest_path(seed, nodes, edges):
    graph = oriented(nx.gnm_random_graph(nodes, edges, seed=seed))
    net = Layered.of(graph)
    for i, layer in enumerate(net.layers):
        for v in layer:
            paths = [p for u in net.inputs for p in nx.all_simple_paths(graph, u, v)]
            assert max((len(p) - 1 for p in paths), default=0) == i
    assert sorted(net.nodes) == sorted(graph)
    assert set(net.outputs) == {v for v in graph if graph.out_degree(v) == 0}
    assert nx.utils.graphs_equal(net.graph(), graph)


@given(seed=st.integers(0, 999))
def test_masks_hold_every_edge_once(seed):
    net = Layered.of(erdos_renyi(12, 25, seed=seed))
    found = []
    for i, sources in enumerate(net.layers):
        for j, targets in enumerate(net.layers):
            mask = net.mask(i, j)
            assert mask.shape == (len(sources), len(targets))
            assert i < j or not mask.any()
            found += [(sources[a], targets[b]) for a, b in zip(*mask.nonzero(), strict=True)]
    assert sorted(found) == list(net.edges)


def test_nodes_that_no_input_reaches_are_left_out():
    graph = nx.DiGraph([(0, 2), (1, 2), (2, 3), (1, 4)])
    net = Layered.of(graph, inputs=[0])
    assert net.layers == ((0,), (2,), (3,))
    assert net.edges == ((0, 2), (2, 3))
    assert net.outputs == (3,)


def test_chosen_outputs():
    net = Layered.of(nx.DiGraph([(0, 1), (1, 2)]), outputs=[1])
    assert (net.outputs, net.nodes) == ((1,), (0, 1, 2))


CHAIN = nx.DiGraph([(0, 1), (1, 2), (7, 8)])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Layered.of(nx.DiGraph([(0, 1), (1, 2), (2, 3), (3, 1)])),
            "graph must have no cycle, but has 1 -> 2 -> 3 -> 1",
        ),
        (lambda: Layered.of(nx.DiGraph([(4, 4)])), "graph must have no cycle, but has 4 -> 4"),
        (
            lambda: Layered.of(CHAIN, inputs=[0], outputs=[2, 7, 8]),
            "outputs must be reached from an input, but node(s) 7, 8 cannot; connect or leave them out",
        ),
        (lambda: Layered.of(nx.DiGraph()), "graph must have at least one node, not none"),
        (
            lambda: Layered.of(nx.Graph([(0, 1)])),
            "graph must be a directed networkx graph, not Graph; orient its edges first",
        ),
        (
            lambda: Layered.of(nx.MultiDiGraph([(0, 1), (1, 0)])),
            "graph must have one edge at most from node to node, not be a MultiDiGraph; make it a DiGraph",
        ),
        (
            lambda: Layered.of({0: [1]}),
            "graph must be a directed networkx graph, not dict; orient its edges first",
        ),
        (
            lambda: Layered.of(nx.DiGraph([("a", "b")])),
            "nodes must be whole numbers, not 'a'; relabel the graph",
        ),
        (lambda: oriented(nx.Graph([(1, "b")])), "nodes must be whole numbers, not 'b'; relabel the graph"),
        (
            lambda: Layered.of(CHAIN, outputs=["b", 9]),
            "outputs must be whole numbers, not 'b'; relabel the graph",
        ),
        (lambda: Layered.of(CHAIN, inputs=[]), "inputs must be one node or more, not none"),
        (lambda: Layered.of(CHAIN, outputs=[]), "outputs must be one node or more, not none"),
        (lambda: Layered.of(CHAIN, inputs=[9, 5]), "inputs must be nodes of the graph, not node(s) 5, 9"),
        (
            lambda: Layered.of(CHAIN, inputs=[0, 1]),
            "inputs must have no edge into them, but node(s) 1 have; choose sources",
        ),
    ],
)
def test_graphs_that_have_no_layers(make, message):
    with pytest.raises(ModelError) as caught:
        make()
    assert str(caught.value) == message


@pytest.mark.parametrize("index", [-1, 3, "0"])
def test_unknown_layer(index):
    with pytest.raises(OptionError, match=f"^target must be a layer from 0 to 2, not {index!r}$"):
        Layered.of(CHAIN).mask(0, index)
