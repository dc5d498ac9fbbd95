"""Sharing of sub-clauses: what it promises, on any netlist."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nor2hdl.minimize import cost, share_clauses
from nor2hdl.minimize.passes._clauses import WIDEST, _Clauses
from nor2hdl.netlist import Builder, interpret, parse, to_text
from tests.strategies import all_samples, netlists


@st.composite
def wide_netlists(draw):
    """Draw a layer of wide gates over few inputs, and some gates above it."""
    inputs = draw(st.integers(3, 7))
    b = Builder()
    nets = list(b.input("x", inputs))
    for layer in range(2):
        for g in range(draw(st.integers(1, 8))):
            b.set_tag(f"layer{layer}/neuron{g}")
            nets.append(b.nor(*draw(st.sets(st.sampled_from(nets), min_size=1, max_size=inputs))))
    b.output("y", nets[inputs:])
    return b.freeze()


@given(st.one_of(netlists(), wide_netlists()))
def test_function_is_kept_and_cost_never_grows(net):
    after = share_clauses(net)
    samples = all_samples(net)
    assert (interpret(after, samples) == interpret(net, samples)).all()
    assert cost(after)[0] <= cost(net)[0]
    assert (after.inputs, after.outputs) == (net.inputs, net.outputs)


@given(wide_netlists())
def test_no_pair_is_left_in_two_gates(net):
    after = share_clauses(net)
    pairs = [pair for fanin in after.fanin_lists() for pair in combinations(fanin, 2)]
    assert len(pairs) == len(set(pairs))
    assert share_clauses(after) == after


@given(wide_netlists())
def test_provenance_stays_and_shared_gates_take_that_of_their_first_user(net):
    after = share_clauses(net)
    assert set(after.tags) <= set(net.tags)
    assert (after.origins >= 0).all()


def test_structure_of_a_shared_pair():
    net = parse("""nor2hdl-netlist 1
input x 5
output y 3
from layer0/neuron0
%6 = nor(x[0], x[1], x[2])
from layer0/neuron1
%7 = nor(x[0], x[1], x[3], x[4])
from layer0/neuron2
%8 = nor(x[0], x[1], x[3])
y[0] = %6
y[1] = %7
y[2] = %8
end
""")
    assert (
        to_text(share_clauses(net))
        == """nor2hdl-netlist 1
input x 5
output y 3
from layer0/neuron0
%6 = nor(x[0], x[1])
%7 = nor(%6)
%8 = nor(x[2], %7)
from layer0/neuron1
%9 = nor(x[3], %7)
%10 = nor(%9)
%11 = nor(x[4], %10)
from layer0/neuron2
%12 = nor(%10)
y[0] = %8
y[1] = %11
y[2] = %12
end
"""
    )


def test_gates_that_are_too_wide_are_left_alone():
    b = Builder()
    x = b.input("x", WIDEST + 2)
    b.output("y", [b.nor(*x[:-1]), b.nor(*x[1:])])
    net = b.freeze()
    assert share_clauses(net) == net


def test_a_wrong_rule_is_caught(monkeypatch):
    """Planted: the shared net stands for one of its pair alone."""
    right = _Clauses._replace

    def wrong(self, pair):
        new = right(self, pair)
        self.members[self.next - 1] = (pair[0], pair[0])
        return new

    monkeypatch.setattr(_Clauses, "_replace", wrong)
    b = Builder()
    x = b.input("x", 4)
    b.output("y", [b.nor(x[0], x[1], x[2]), b.nor(x[0], x[1], x[3])])
    net = b.freeze()
    samples = all_samples(net)
    assert not np.array_equal(interpret(share_clauses(net), samples), interpret(net, samples))
