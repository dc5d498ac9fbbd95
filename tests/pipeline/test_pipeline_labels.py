"""Depth in lookup tables, against every cut there is and against ABC."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nor2hdl import tools
from nor2hdl.errors import OptionError
from nor2hdl.formats import write_aiger
from nor2hdl.netlist import Builder, random_netlist
from nor2hdl.pipeline import lut_depth
from nor2hdl.pipeline._graph import to_graph
from nor2hdl.pipeline._label_kernel import label_nodes
from tests.strategies import netlists


def depths_by_all_cuts(fanin, given, lut):
    """Return the least level of every node, over all its cuts of up to `lut` leaves."""
    cuts, label = [], []
    for node, (a, b) in enumerate(fanin.tolist()):
        if given[node]:
            label.append(0)
            cuts.append({frozenset([node])})
            continue
        found = {x | y for x, y in itertools.product(cuts[a], cuts[b]) if len(x | y) <= lut}
        label.append(1 + min(max(label[leaf] for leaf in cut) for cut in found))
        cuts.append(found | {frozenset([node])})
    return label


@settings(max_examples=40)
@given(netlists(max_inputs=6, max_gates=40), st.sampled_from([4, 6]), st.data())
def test_labels_are_least_on_small_circuits(net, lut, data):
    graph = to_graph(net, lut)
    first = np.arange(len(graph.fanin)) < graph.first
    later = data.draw(st.lists(st.integers(0, len(first) - 1), max_size=3))
    for there in (first, first | np.isin(np.arange(len(first)), later)):
        label = label_nodes(graph.fanin, there, lut).label
        assert label.tolist() == depths_by_all_cuts(graph.fanin, there, lut)
    assert graph.depth == max([0, *graph.label[graph.outputs].tolist()])


@pytest.mark.parametrize("lut", [4, 6])
def test_a_wide_gate_is_packed_as_tight_as_can_be(lut):
    for width in range(2, 40):
        b = Builder()
        b.output("y", [b.nor(*b.input("x", width))])
        levels = next(n for n in itertools.count(1) if lut**n >= width)
        assert lut_depth(b.freeze(), lut) == levels, width


@pytest.mark.parametrize(("width", "levels"), [(12, 2), (16, 3)])
def test_late_fan_ins_of_a_wide_gate_join_its_last_table_if_there_is_room(width, levels):
    b = Builder()
    x, z = b.input("x", width), b.input("z", 4)
    b.output("y", [b.nor(b.nor(*x), *z)])
    assert lut_depth(b.freeze(), 4) == levels


def test_inverters_and_constants_are_no_levels():
    b = Builder()
    x = b.input("x", 2)
    one = b.nor()
    b.output("y", [b.nor(b.nor(b.nor(b.nor(x[0], x[1], 0)))), b.nor(one, x[0]), one, x[1]])
    b.nor(b.nor(x[0], x[1]), x[0])  # dead
    assert lut_depth(b.freeze()) == 1


@pytest.mark.parametrize("lut", [4, 6])
def test_depth_is_near_that_of_abc(lut, tmp_path):
    net = random_netlist(gates=3000, levels=40, outputs=30, seed=1)
    write_aiger(net, tmp_path / "net.aig")
    text = tools.abc(
        ["read_aiger net.aig", "strash", "balance", f"if -K {lut}", "print_stats"], timeout=100, cwd=tmp_path
    )
    abc = int(re.search(r"lev *= *(\d+)", text)[1])
    assert abs(lut_depth(net, lut) - abc) <= 1


@pytest.mark.parametrize("lut", [0, 5, "4"])
def test_sizes_of_lookup_tables(lut):
    with pytest.raises(OptionError) as caught:
        lut_depth(random_netlist(gates=9), lut)
    assert str(caught.value) == f"lut must be one of 4, 6, not {lut!r}"
