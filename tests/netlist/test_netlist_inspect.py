from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nor2hdl.errors import NetlistError
from nor2hdl.netlist import (
    Builder,
    Netlist,
    Port,
    Statistics,
    cone,
    fanout,
    find_net,
    interpret,
    net_name,
    path,
    statistics,
    to_networkx,
)
from tests.strategies import all_samples, netlists

if TYPE_CHECKING:
    from collections.abc import Callable


def example() -> Netlist:
    b = Builder()
    x, en = b.input("x", 2), b.input("en")
    b.input("none", 0)
    with b.tagged("layer0/neuron0"):
        first = b.nor(*x)  # 4
    with b.tagged("argmax"):
        second = b.nor(first)  # 5
    with b.tagged("layer0/neuron1"):
        third = b.nor(first, second, en[0])  # 6
    unlabeled = b.nor()  # 7
    b.output("y", [third, unlabeled])
    b.output("ok", [first])
    b.output("7", [0])
    return b.freeze()


def test_statistics() -> None:
    assert statistics(example()) == Statistics(
        gates=4,
        pins=6,
        depth=3,
        fanin_histogram={0: 1, 1: 1, 2: 1, 3: 1},
        max_fanout=2,
        parts={"layer0": 2, "argmax": 1, "": 1},
    )
    assert list(statistics(example()).parts) == ["layer0", "argmax", ""]


def test_statistics_of_nothing() -> None:
    assert statistics(Builder().freeze()) == Statistics(0, 0, 0, {}, 0, {})


@given(netlists())
def test_statistics_add_up(net: Netlist) -> None:
    figures = statistics(net)
    assert sum(figures.parts.values()) == sum(figures.fanin_histogram.values()) == figures.gates
    assert sum(size * count for size, count in figures.fanin_histogram.items()) == figures.pins
    assert figures.max_fanout == max(len(fanout(net, n)) for n in range(net.num_nets))


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("0", 0),
        ("%0", 0),
        ("x[0]", 1),
        ("x[1]", 2),
        ("en", 3),
        ("en[0]", 3),
        ("3", 3),
        ("6", 6),
        ("%6", 6),
        ("y[0]", 6),
        ("y[1]", 7),
        ("ok", 4),
        ("7", 0),  # the port of that name
        ("%7", 7),
    ],
)
def test_find_net(name: str, number: int) -> None:
    assert find_net(example(), name) == number
    assert type(find_net(example(), name)) is int


FORMS = "net must be a bit PORT[I] or PORT (ports: x, en, none, y, ok, 7) or a number %N, not "


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("w", FORMS + "'w'"),
        ("w[0]", FORMS + "'w[0]'"),
        ("", FORMS + "''"),
        ("%", FORMS + "'%'"),
        ("-1", FORMS + "'-1'"),
        ("x[", FORMS + "'x['"),
        ("8", "net must be in 0..7, not 8"),
        ("%8", "net must be in 0..7, not 8"),
        ("x", "port 'x' has 2 bits; name one of them, such as 'x[0]'"),
        ("y[2]", "bit of port 'y' must be in 0..1, not 2"),
        ("none", "port 'none' has no bits, so there is no 'none'"),
    ],
)
def test_find_net_that_is_not_there(name: str, text: str) -> None:
    with pytest.raises(NetlistError, match=f"^{re.escape(text)}$"):
        find_net(example(), name)


def test_find_net_without_ports() -> None:
    with pytest.raises(NetlistError, match=r"\(ports: none\) or a number %N, not 'x'$"):
        find_net(Builder().freeze(), "x")


def test_net_name() -> None:
    names = [net_name(example(), n) for n in range(8)]
    assert names == ["0", "x[0]", "x[1]", "en", "%4", "%5", "%6", "%7"]


@given(netlists())
def test_names_find_their_nets(net: Netlist) -> None:
    names = [net_name(net, n) for n in range(net.num_nets)]
    assert [find_net(net, name) for name in names] == list(range(net.num_nets))
    assert names == [data["name"] for n, data in to_networkx(net).nodes(data=True) if isinstance(n, int)]


@pytest.mark.parametrize("number", [-1, 8])
def test_unknown_nets(number: int) -> None:
    net = example()
    calls: list[Callable[[], object]] = [
        lambda: net_name(net, number),
        lambda: fanout(net, number),
        lambda: cone(net, [1, number]),
        lambda: path(net, number, 1),
        lambda: path(net, 1, number),
    ]
    for call in calls:
        with pytest.raises(NetlistError, match=rf"^net must be in 0\.\.7, not {number}$"):
            call()


def test_fanout() -> None:
    net = example()
    assert [fanout(net, n).tolist() for n in range(8)] == [[], [4], [4], [6], [5, 6], [6], [], []]
    assert fanout(net, 0).dtype == np.int32


@given(netlists())
def test_fanout_is_what_networkx_says(net: Netlist) -> None:
    graph = to_networkx(net)
    for n in range(net.num_nets):
        assert fanout(net, n).tolist() == sorted(s for s in graph.successors(n) if isinstance(s, int))


def test_cone() -> None:
    net = cone(example(), [5, 1, 5], name="top")
    assert net.inputs == example().inputs
    assert net.outputs == (Port("top", 3),)
    assert net.fanin_lists() == [[1, 2], [4]]
    assert net.drivers.tolist() == [5, 1, 5]
    assert net.tags == ("layer0/neuron0", "argmax")


def test_cone_with_the_name_of_an_input() -> None:
    with pytest.raises(
        NetlistError, match=r"^port names must be unique, but 'x' is there twice; rename one$"
    ):
        cone(example(), [4], name="x")


@given(netlists(), st.data())
def test_cones(net: Netlist, data: st.DataObject) -> None:
    nets = data.draw(st.lists(st.integers(0, net.num_nets - 1), max_size=3))
    small = cone(net, nets)
    samples = all_samples(net)
    b = cone(net, range(net.num_nets))
    assert b.fanin_lists() == net.fanin_lists()
    assert np.array_equal(interpret(small, samples), interpret(b, samples)[:, nets])
    graph = to_networkx(net)
    needed = set(nets).union(*(nx.ancestors(graph, n) for n in nets))
    assert small.num_gates == sum(n >= net.first_gate for n in needed)


def test_path() -> None:
    net = example()
    assert path(net, 1, 6) == [1, 4, 6]
    assert path(net, 5, 6) == [5, 6]
    assert path(net, 2, 2) == [2]


def test_no_path() -> None:
    text = r"^there is no path from en to %5; the second net must depend on the first$"
    with pytest.raises(NetlistError, match=text):
        path(example(), 3, 5)
    text = r"^there is no path from %6 to x\[0\]; the second net must depend on the first$"
    with pytest.raises(NetlistError, match=text):
        path(example(), 6, 1)


@given(netlists(), st.data())
def test_paths_are_as_short_as_those_of_networkx(net: Netlist, data: st.DataObject) -> None:
    numbers = st.integers(0, net.num_nets - 1)
    start, end = data.draw(numbers), data.draw(numbers)
    graph = to_networkx(net)
    if not nx.has_path(graph, start, end):
        with pytest.raises(NetlistError, match="there is no path"):
            path(net, start, end)
        return
    found = path(net, start, end)
    assert (found[0], found[-1]) == (start, end)
    assert all(graph.has_edge(a, b) for a, b in itertools.pairwise(found))
    assert len(found) == 1 + nx.shortest_path_length(graph, start, end)
