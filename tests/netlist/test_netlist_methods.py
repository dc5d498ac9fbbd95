"""Methods are the functions; nets go by number or name; what a notebook shows."""

from __future__ import annotations

import time

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nor2hdl.errors import NetlistError
from nor2hdl.netlist import (
    Builder,
    Netlist,
    cone,
    fanout,
    net_name,
    path,
    random_netlist,
    statistics,
    to_networkx,
)
from tests.strategies import netlists


@given(netlists(), st.data())
def test_methods_are_the_functions_by_number_and_by_name(net: Netlist, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, net.num_nets - 1))
    name = net_name(net, number)
    for which in (number, name, np.int32(number)):
        assert net.cone(which) == cone(net, [number])
        assert net.cone([which, which], name="top") == cone(net, [number, number], name="top")
        assert net.fanout(which).tolist() == fanout(net, number).tolist()
        assert net.fanin(which).tolist() == net.fanin(number).tolist()
        assert net.origin(which) == net.origin(number)
        assert net.path(which, name) == path(net, number, number) == [number]
    assert nx.utils.graphs_equal(net.to_networkx(), to_networkx(net))


def test_names_that_are_not_there() -> None:
    net = random_netlist(gates=3, inputs=2, outputs=1)
    for call in (net.cone, net.fanin, net.fanout, net.origin, lambda which: net.path(which, 1)):
        with pytest.raises(NetlistError, match=r"not 'no'$"):
            call("no")
        with pytest.raises(NetlistError, match=r"not 99$"):
            call(99)


def odd() -> Netlist:
    b = Builder()
    x = b.input("<img>", 2)
    with b.tagged("<script>/n"):
        b.output("&y", [b.nor(*x)])
    return b.freeze()


def test_what_a_notebook_shows() -> None:
    for page in (odd()._repr_html_(), statistics(odd())._repr_html_()):
        assert "<script>" not in page
        assert "<img>" not in page
        assert "<td>&lt;script&gt;</td>" in page
        assert '<td>depth</td><td style="text-align:right">1</td>' in page
    assert "<td>&amp;y</td>" in odd()._repr_html_()
    b = Builder()
    b.nor()
    assert "<td>without a label</td>" in b.freeze()._repr_html_()


def test_a_large_netlist_is_shown_at_once() -> None:
    net = random_netlist(gates=100_000, inputs=100, outputs=10)
    started = time.process_time()
    page = net._repr_html_()
    assert time.process_time() - started < 0.2
    assert "100,000" in page
    assert "depth" not in page
