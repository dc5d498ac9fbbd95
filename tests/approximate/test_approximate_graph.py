"""Netlist to And-Inverter graph and back: the same function, no gate too many."""

from __future__ import annotations

import numpy as np
from hypothesis import given

from nor2hdl.approximate._graph import Graph, tidy, to_graph, to_netlist
from nor2hdl.minimize import cost
from nor2hdl.netlist import Netlist, interpret, parse
from tests.strategies import all_samples, netlists


def outputs_of(graph: Graph, samples: np.ndarray) -> np.ndarray:
    values = [np.zeros(len(samples), bool), *samples.T]
    for a, b in graph.pins[graph.first :].tolist():
        values.append((values[a >> 1] ^ bool(a & 1)) & (values[b >> 1] ^ bool(b & 1)))
    columns = [values[o >> 1] ^ bool(o & 1) for o in graph.outputs.tolist()]
    return np.array(columns, bool).reshape(len(columns), len(samples)).T


@given(netlists())
def test_the_graph_computes_what_the_netlist_does(net: Netlist) -> None:
    samples = all_samples(net)
    graph = to_graph(net)
    wanted = interpret(net, samples)
    assert (outputs_of(graph, samples) == wanted).all()
    assert (outputs_of(tidy(graph), samples) == wanted).all()


@given(netlists())
def test_back_as_netlist_it_has_the_same_ports_and_function(net: Netlist) -> None:
    back = to_netlist(tidy(to_graph(net)), net)
    assert (back.inputs, back.outputs) == (net.inputs, net.outputs)
    assert (interpret(back, all_samples(net)) == interpret(net, all_samples(net))).all()
    assert set(back.tags) <= set(net.tags)


@given(netlists())
def test_never_more_ands(net: Netlist) -> None:
    graph = to_graph(net)
    small = tidy(graph)
    assert len(small.pins) <= len(graph.pins)
    assert len(graph.pins) - graph.first <= cost(net)[0]
    assert cost(to_netlist(small, net))[0] == len(small.pins) - small.first


def test_equal_gates_are_merged_constants_folded_and_dead_gates_dropped() -> None:
    net = parse(
        "nor2hdl-netlist 1\ninput x 3\noutput y 2\n"
        "%1 = nor(x[0], x[1])\n%2 = nor(x[1], x[0])\n%3 = nor(x[2])\n%4 = nor(x[2], x[0])\n"
        "%5 = nor()\n%6 = nor(%5, x[1])\ny[0] = %2\ny[1] = %6\n"
    )
    small = tidy(to_graph(net))
    assert small.pins[small.first :].tolist() == [[3, 5]]
    assert small.outputs.tolist() == [8, 0]


def test_provenance_goes_with_the_gates() -> None:
    net = parse(
        "nor2hdl-netlist 1\ninput x 3\noutput y 1\nfrom layer0/neuron0\n%1 = nor(x[0], x[1])\n"
        "from argmax\n%2 = nor(%1, x[2])\ny = %2\n"
    )
    back = to_netlist(to_graph(net), net)
    assert {back.origin(n) for n in range(back.first_gate, back.num_nets)} == {"layer0/neuron0", "argmax"}
    assert back.origin(int(back.drivers[0])) == "argmax"
