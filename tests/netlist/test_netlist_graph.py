from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nor2hdl.errors import NetlistError
from nor2hdl.netlist import Builder, Netlist, Port, from_networkx, interpret, to_networkx
from tests.strategies import all_samples, netlists

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random


def example() -> Netlist:
    b = Builder()
    x, en = b.input("x", 2), b.input("en")
    with b.tagged("layer0/neuron3"):
        first = b.nor(0, *x)
    last = b.nor(first, en[0])
    b.output("y", [last, last])
    b.output("z", [first])
    return b.freeze()


def test_nodes() -> None:
    graph = to_networkx(example())
    assert type(graph) is nx.DiGraph
    rows = [(n, *graph.nodes[n].values()) for n in graph]
    assert rows == [
        (0, "const", "0", 0, ""),
        (1, "input", "x[0]", 0, ""),
        (2, "input", "x[1]", 0, ""),
        (3, "input", "en", 0, ""),
        (4, "nor", "%4", 1, "layer0/neuron3"),
        (5, "nor", "%5", 2, ""),
        ("y[0]", "output", "y[0]", 2, ""),
        ("y[1]", "output", "y[1]", 2, ""),
        ("z", "output", "z", 1, ""),
    ]
    assert {tuple(data) for _, data in graph.nodes(data=True)} == {("kind", "name", "level", "provenance")}


def test_edges_and_ports() -> None:
    graph = to_networkx(example())
    assert set(graph.edges(data="pin")) == {
        (0, 4, 0),
        (1, 4, 1),
        (2, 4, 2),
        (3, 5, 0),
        (4, 5, 1),
        (5, "y[0]", 0),
        (5, "y[1]", 0),
        (4, "z", 0),
    }
    assert graph.graph == {"inputs": [Port("x", 2), Port("en", 1)], "outputs": [Port("y", 2), Port("z", 1)]}


@given(netlists())
def test_graph_round_trip(net: Netlist) -> None:
    graph = to_networkx(net)
    assert from_networkx(graph) == net
    assert nx.is_directed_acyclic_graph(graph)


@given(netlists(), st.randoms(use_true_random=False))
def test_order_of_nodes_and_numbers_of_gates_are_free(net: Netlist, random: Random) -> None:
    graph = to_networkx(net)
    gates = list(range(net.first_gate, net.num_nets))
    numbers = random.sample(range(1000, 2000), len(gates))
    graph = nx.relabel_nodes(graph, dict(zip(gates, numbers, strict=True)))
    nodes = list(graph.nodes(data=True))
    random.shuffle(nodes)
    shuffled = nx.DiGraph(**graph.graph)
    shuffled.add_nodes_from(nodes)
    shuffled.add_edges_from(graph.edges)
    samples = all_samples(net)
    assert np.array_equal(interpret(from_networkx(shuffled), samples), interpret(net, samples))


def test_gates_may_be_removed() -> None:
    graph = to_networkx(example())
    graph.remove_nodes_from([0, "y[0]", "y[1]"])
    graph.graph["outputs"] = [["z", 1]]
    net = from_networkx(nx.subgraph_view(graph, filter_node=lambda n: n != 5))
    assert (net.fanin_lists(), net.tags, net.drivers.tolist()) == ([[1, 2]], ("layer0/neuron3",), [4])


def test_provenance_name_and_level_of_gates_may_be_missing() -> None:
    graph = to_networkx(example())
    for n in (4, 5):
        graph.nodes[n].clear()
        graph.nodes[n]["kind"] = "nor"
    assert from_networkx(graph).tags == ()


def edited(edit: Callable[[nx.DiGraph], object]) -> nx.DiGraph:
    graph = to_networkx(example())
    edit(graph)
    return graph


def set_node(node: object, **attributes: object) -> Callable[[nx.DiGraph], object]:
    return lambda graph: graph.nodes[node].update(attributes)


KINDS = "must be one of 'const', 'input', 'nor', 'output', not "


@pytest.mark.parametrize(
    ("edit", "text"),
    [
        (lambda g: g.graph.clear(), "graph.graph['inputs'] must be a list of pairs (name, width), not None"),
        (
            lambda g: g.graph.update(outputs="y"),
            "graph.graph['outputs'] must be a list of pairs (name, width), not 'y'",
        ),
        (
            lambda g: g.graph.update(inputs=["xy"]),
            "graph.graph['inputs'] must hold pairs (name, width), not 'xy'",
        ),
        (
            lambda g: g.graph.update(inputs=[("x", "2")]),
            "graph.graph['inputs'] must hold pairs (name, width), not ('x', '2')",
        ),
        (
            lambda g: g.graph.update(inputs=[(1, 2)]),
            "graph.graph['inputs'] must hold pairs (name, width), not (1, 2)",
        ),
        (
            lambda g: g.graph.update(inputs=[("x", 2, 3)]),
            "graph.graph['inputs'] must hold pairs (name, width), not ('x', 2, 3)",
        ),
        (
            lambda g: g.graph.update(inputs=[("x y", 2)]),
            "port name must be printable, without white space and without [ ] ( ) , = % #, not 'x y'",
        ),
        (lambda g: g.add_edge(4, 9), f"kind of node 9 {KINDS}None"),
        (set_node(4, kind="and"), f"kind of node 4 {KINDS}'and'"),
        (set_node(1, name=None), "name of input node 1 must be a bit of x, en, not None"),
        (set_node(1, name="w"), "name of input node 1 must be a bit of x, en, not 'w'"),
        (set_node(1, name="x[2]"), "bit of port 'x' must be in 0..1, not 2"),
        (set_node(1, name="x[1]"), "input nodes 1 and 2 must not share the name 'x[1]'"),
        (set_node("z", name="w"), "name of output node 'z' must be a bit of y, z, not 'w'"),
        (lambda g: g.remove_node(2), "input port 'x' must have a node for every bit, but bit 1 has none"),
        (lambda g: g.remove_node("z"), "output port 'z' must have a node for every bit, but bit 0 has none"),
        (lambda g: g.add_edge(4, 1), "input node 1 must have no edge into it, not one from 4"),
        (lambda g: g.add_edge(1, 0), "const node 0 must have no edge into it, not one from 1"),
        (lambda g: g.remove_edge(4, "z"), "output node 'z' must have one edge into it, not 0"),
        (lambda g: g.add_edge(5, "z"), "output node 'z' must have one edge into it, not 2"),
        (lambda g: g.add_edge("z", 5), "edge into node 5 must start at a net, not at the output 'z'"),
        (
            lambda g: (g.remove_edge(5, "y[1]"), g.add_edge("z", "y[1]")),
            "edge into node 'y[1]' must start at a net, not at the output 'z'",
        ),
        (lambda g: g.add_node("g", kind="nor"), "node of a gate must be its net number, not 'g'"),
        (set_node(4, provenance=3), "provenance of node 4 must be a text, not 3"),
        (
            set_node(4, provenance="a b"),
            "tag must be printable, without white space and '#', and not '-', not 'a b'",
        ),
        (
            lambda g: g.add_edge(5, 4),
            "gates must not form a loop, but these nodes do: 4 <- 5 <- 4; break the loop",
        ),
        (
            lambda g: g.add_edge(4, 4),
            "gates must not form a loop, but these nodes do: 4 <- 4; break the loop",
        ),
    ],
)
def test_graphs_that_are_no_netlists(edit: Callable[[nx.DiGraph], object], text: str) -> None:
    with pytest.raises(NetlistError, match=f"^{re.escape(text)}$"):
        from_networkx(edited(edit))


@pytest.mark.parametrize("kind", [nx.Graph, nx.MultiDiGraph, dict])
def test_other_types(kind: type) -> None:
    text = f"graph must be a networkx.DiGraph, not {kind.__name__}"
    with pytest.raises(NetlistError, match=f"^{re.escape(text)}$"):
        from_networkx(kind())


def test_importing_the_netlist_loads_no_networkx() -> None:
    code = "import sys, nor2hdl.netlist; print('networkx' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
