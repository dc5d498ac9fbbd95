"""The recipe and ABC as an engine: function, ports, provenance, and what happens when something fails."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings

from nor2hdl import tools
from nor2hdl.errors import OptionError, ToolError, ToolTimeoutError
from nor2hdl.formats import write_aiger
from nor2hdl.minimize import (
    DEFAULT,
    LINEAR,
    PASSES,
    QUICK_SCRIPT,
    abc,
    cost,
    minimize,
    recover_origins,
)
from nor2hdl.minimize import _abc as abc_room
from nor2hdl.netlist import Builder, interpret, interpret_nets, parse, random_netlist, to_text
from nor2hdl.netlist.arith import popcount
from tests.strategies import all_samples, netlists


class DifferentError(Exception):
    """Two netlists compute different functions."""


def check(before, after) -> None:
    samples = all_samples(before)
    if not np.array_equal(interpret(before, samples), interpret(after, samples)):
        raise DifferentError


@settings(max_examples=40, deadline=None)
@given(netlists())
def test_abc_keeps_ports_and_function_and_is_never_worse(net):
    after = abc(net, timeout=60)
    check(net, after)
    assert (after.inputs, after.outputs) == (net.inputs, net.outputs)
    assert cost(after) <= cost(net)


@pytest.mark.parametrize("script", [None, QUICK_SCRIPT, ("dc2",)])
@pytest.mark.parametrize(
    "body",
    [
        "input x 1\noutput y 1\ny = 0",
        "input x 1\noutput y 1\ny = x",
        "input x 1\noutput y 2\n%2 = nor()\ny[0] = %2\ny[1] = x",
        "input x 1\noutput y 1\n%2 = nor(x)\ny = %2",
        "output y 1\n%1 = nor()\ny = %1",
        "input x 3\n%4 = nor(x[0])",
        "input x 2\noutput y 1\n%3 = nor(x[0])\n%4 = nor(x[0], %3)\ny = %4",
    ],
)
def test_abc_on_circuits_with_next_to_nothing_in_them(body, script):
    net = parse(f"nor2hdl-netlist 1\n{body}\n")
    after = abc(net, script=script, timeout=60)
    check(net, after)
    assert cost(after) <= cost(net)


def test_abc_result_turns_back_into_as_many_ands(tmp_path):
    after = abc(random_netlist(gates=2000, inputs=40), timeout=60)
    write_aiger(after, tmp_path / "a.aig")
    text = tools.abc(["read_aiger a.aig", "strash", "print_stats"], timeout=60, cwd=tmp_path)
    ands = re.search(r"and =\s*(\d+)", text)
    assert ands is not None
    assert int(ands[1]) == cost(after)[0]


def test_large_netlists_take_the_quick_script(monkeypatch):
    seen = []
    monkeypatch.setattr(abc_room, "_LARGE", 10)
    monkeypatch.setattr(abc_room.tools, "abc", lambda commands, **_: seen.extend(commands))
    with pytest.raises(Exception, match=r"after\.aig"):
        abc(random_netlist(gates=100), timeout=60)
    assert tuple(seen[2:-2]) == QUICK_SCRIPT


def test_a_script_that_changes_the_function_is_caught_by_the_check(monkeypatch):
    b = Builder()
    x = b.input("x", 4)
    b.output("y", [b.nor(b.nor(x[0], x[1]), b.nor(x[0], x[1], x[2]), b.nor(x[2], x[3]))])
    monkeypatch.setitem(PASSES, "abc", lambda net: abc(net, script=("dc2", "strash -i")))
    with pytest.raises(DifferentError):
        minimize(b.freeze(), passes=["abc"], check=check)


@pytest.mark.parametrize(
    ("script", "problem"), [("resyn2", "unknown command 'resyn2'"), ("dc2 -q", "last command")]
)
def test_a_script_that_fails_is_told(script, problem):
    with pytest.raises(ToolError, match=problem):
        abc(random_netlist(gates=100), script=(script,), timeout=60)


def test_time_out_is_told():
    with pytest.raises(ToolTimeoutError, match=r"^yosys-abc did not finish within 0.01 s"):
        abc(random_netlist(gates=3000), timeout=0.01)


@settings(max_examples=25, deadline=None)
@given(netlists())
def test_the_recipe_keeps_the_function_and_checks_each_change(net):
    seen = []

    def record(before, after) -> None:
        check(before, after)
        seen.append((before, after))

    result = minimize(net, check=record)
    check(net, result)
    assert cost(result) <= cost(net)
    assert [after for _, after in seen] == [before for before, _ in seen[1:]] + [result] * bool(seen)
    assert (seen[0][0] if seen else result) == net


def test_what_makes_it_worse_is_not_kept(monkeypatch):
    net = parse("nor2hdl-netlist 1\ninput x 2\noutput y 1\n%3 = nor(x[0], x[1])\ny = %3\n")

    def worse(_net):
        gates = "%3 = nor(x[0], x[1])\n%4 = nor(%3)\n%5 = nor(%4)"
        return parse(f"nor2hdl-netlist 1\ninput x 2\noutput y 1\n{gates}\ny = %5\n")

    calls = []
    monkeypatch.setitem(PASSES, "worse", worse)
    assert minimize(net, passes=["worse"], check=lambda *_: calls.append(1)) == net
    assert calls == []


def test_no_passes_change_nothing():
    net = random_netlist(gates=20)
    assert minimize(net, passes=()) is net


def test_unknown_pass_is_told_before_any_runs(monkeypatch):
    monkeypatch.setitem(PASSES, "sweep", lambda _net: pytest.fail("ran"))
    known = ", ".join(PASSES)
    with pytest.raises(OptionError, match=f"^pass must be one of {known}, not 'sweeep'$"):
        minimize(random_netlist(gates=5), passes=["sweep", "sweeep"])


def test_default_recipe_ends_with_the_engine():
    assert (*LINEAR, "share_clauses", "abc") == DEFAULT
    assert set(DEFAULT) <= set(PASSES)


def _labelled():
    """Return neurons over 12 inputs and a popcount of them."""
    rng = np.random.default_rng(3)
    b = Builder()
    x = b.input("x", 12)
    neurons = []
    for k in range(20):
        b.set_tag(f"layer0/neuron{k}")
        neurons.append(b.nor(*rng.choice(x, 3, replace=False).tolist()))
    b.set_tag("popcount/class0")
    b.output("y", popcount(b, [neurons]))
    return b.freeze()


def test_provenance_is_found_again_after_abc():
    net = _labelled()
    after = abc(net, timeout=60)
    assert cost(after) < cost(net)
    assert (after.origins >= 0).all()
    samples = np.random.default_rng(0).random((4000, 12)) < 0.4
    old, new = interpret_nets(net, samples), interpret_nets(after, samples)
    for gate in range(after.first_gate, after.num_nets):
        agree = [
            net.origin(n)
            for n in range(net.first_gate, net.num_nets)
            if (old[:, n] == new[:, gate]).all() or (old[:, n] != new[:, gate]).all()
        ]
        if agree:
            assert after.origin(gate) == agree[0]


def test_gates_that_match_nothing_take_the_label_of_what_they_feed():
    head = "nor2hdl-netlist 1\ninput x 4\noutput y 1\n"
    old = parse(head + "from layer0/neuron0\n%5 = nor(x[0], x[1], x[2])\ny = %5\n")
    new = parse(head + "%5 = nor(x[0], x[1])\n%6 = nor(%5)\n%7 = nor(%6, x[2])\ny = %7\n")
    labelled = recover_origins(old, new)
    assert labelled.tags == ("layer0/neuron0",)
    assert labelled.origins.tolist() == [0, 0, 0]
    assert labelled.fanin_lists() == new.fanin_lists()


def test_gates_that_never_change_take_the_label_of_the_output():
    head = "nor2hdl-netlist 1\ninput x 1\noutput y 1\n"
    old = parse(head + "from argmax\n%2 = nor(x)\n%3 = nor(x, %2)\n%4 = nor(%3)\ny = %4\n")
    new = parse(head + "%2 = nor()\ny = %2\n")
    assert recover_origins(old, new).origin(2) == "argmax"


def test_complements_share_a_label():
    head = "nor2hdl-netlist 1\ninput x 2\noutput y 1\n"
    old = parse(head + "from encoder\n%3 = nor(x[0], x[1])\ny = %3\n")
    new = parse(head + "%3 = nor(x[0], x[1])\n%4 = nor(%3)\n%5 = nor(%4)\ny = %5\n")
    assert "from encoder" in to_text(recover_origins(old, new))
    assert recover_origins(old, new).origins.tolist() == [0, 0, 0]


def test_without_labels_nothing_is_labelled():
    net = parse("nor2hdl-netlist 1\ninput x 1\noutput y 1\n%2 = nor(x)\ny = %2\n")
    assert recover_origins(net, net) is net
