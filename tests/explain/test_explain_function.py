"""A cone as a table and as a sum of products: both are the cone."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nor2hdl.errors import NetlistError, OptionError, ToolError
from nor2hdl.explain import _function, expression, truth_table
from nor2hdl.netlist import Builder, interpret_nets, net_name
from tests.strategies import all_samples, netlists


def evaluate(text, names, sample):
    """Evaluate an expression as a reader would."""
    values = dict(zip(names, sample, strict=True))
    holds = lambda lit: not values[lit[1:]] if lit[0] == "~" else values[lit]  # noqa: E731
    if text in ("0", "1"):
        return text == "1"
    return any(all(map(holds, product.split(" & "))) for product in text.split(" | "))


@given(netlists(), st.data())
def test_tables_and_expressions_are_the_cone(net, data):
    number = data.draw(st.integers(0, net.num_nets - 1))
    table, sum_ = truth_table(net, number), expression(net, number)
    names = [name for name, _ in net.port_bits()]
    assert table.inputs == sum_.inputs
    places = [names.index(name) for name in table.inputs]
    for sample, value in zip(all_samples(net), interpret_nets(net, all_samples(net))[:, number], strict=True):
        index = sum(int(sample[place]) << i for i, place in enumerate(places))
        assert table.values[index] == value
        assert evaluate(str(sum_), names, sample) == value


def example():
    b = Builder()
    x, wide = b.input("x&<b>", 2), b.input("wide", 13)
    with b.tagged("a"):
        either = b.nor(b.nor(*x))
    b.output("y", [either, b.nor(), 0])
    b.output("all", [b.nor(*wide)])
    return b.freeze()


def test_texts():
    net = example()
    assert str(truth_table(net, "y[0]")) == (
        "x&<b>[0] x&<b>[1] y[0]\n"
        "       0        0    0\n"
        "       1        0    1\n"
        "       0        1    1\n"
        "       1        1    1"
    )
    assert str(expression(net, "y[0]")) in {"x&<b>[0] | x&<b>[1]", "x&<b>[1] | x&<b>[0]"}
    assert [str(expression(net, name)) for name in ("y[1]", "y[2]", "x&<b>[1]", "%18")] == [
        "1", "0", "x&<b>[1]", str(expression(net, 18)),
    ]  # fmt: skip
    assert truth_table(net, "y[1]").rows() == [(1,)]
    assert truth_table(net, 1).rows() == [(0, 0), (1, 1)]
    assert truth_table(net, 1).output == net_name(net, 1)


def test_markup_in_names_is_escaped():
    net = example()
    for page in (truth_table(net, "y[0]")._repr_html_(), expression(net, "y[0]")._repr_html_()):
        assert "<b>" not in page
        assert "x&amp;&lt;b&gt;[0]" in page
    assert "overline" in expression(net, 16)._repr_html_()


def test_a_long_table_is_cut_in_a_notebook():
    b = Builder()
    b.output("y", [b.nor(*b.input("x", 7))])
    page = truth_table(b.freeze(), "y")._repr_html_()
    assert page.count("<tr>") == 65
    assert "64 more rows not shown" in page


def test_too_many_inputs():
    text = (
        "cone of all must read at most 12 input bits to be a table, not 13; take a net nearer to the inputs"
    )
    for function in (truth_table, expression):
        with pytest.raises(OptionError, match=f"^{re.escape(text)}$"):
            function(example(), "all")


def test_no_such_net():
    with pytest.raises(NetlistError, match=r"^net must be in 0\.\.\d+, not 99$"):
        truth_table(example(), 99)
    with pytest.raises(NetlistError, match=r"not 'no'$"):
        expression(example(), "no")


def test_a_wrong_sum_is_found(monkeypatch):
    monkeypatch.setattr(_function, "espresso", lambda _: np.zeros((0, 2), np.int8))
    with pytest.raises(ToolError, match=r"^pyeda gave a sum for y\[0\] that is not the net"):
        expression(example(), "y[0]")
