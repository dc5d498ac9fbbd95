"""Engines in other processes: function, ports, and what happens when they are missing, fail or time out."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings

from nor2hdl import tools
from nor2hdl.errors import ToolError, ToolTimeoutError
from nor2hdl.formats import write_aiger
from nor2hdl.minimize import ENGINES, SCRIPTS, Abc, Aigverse, cost, minimize
from nor2hdl.netlist import Builder, interpret, parse, random_netlist
from nor2hdl.verify import prove
from tests.strategies import all_samples, netlists

OUTSIDE = [name for name in ENGINES if name.startswith("abc")] + ["aigverse"]


def same_function(a, b) -> bool:
    samples = all_samples(a)
    return np.array_equal(interpret(a, samples), interpret(b, samples))


def need(name: str) -> None:
    if name == "aigverse":
        pytest.importorskip("aigverse")


@pytest.mark.parametrize("name", OUTSIDE)
@settings(max_examples=10, deadline=None)
@given(net=netlists())
def test_engines_keep_ports_and_function(name, net):
    need(name)
    after, problem = ENGINES[name].run(net, timeout=60)
    assert problem == ""
    assert (after.inputs, after.outputs) == (net.inputs, net.outputs)
    assert same_function(net, after)


@pytest.mark.parametrize("name", OUTSIDE)
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
def test_circuits_with_next_to_nothing_in_them(name, body):
    need(name)
    net = parse(f"nor2hdl-netlist 1\n{body}\n")
    after, problem = ENGINES[name].run(net, timeout=60)
    assert problem == ""
    assert same_function(net, after)


@pytest.mark.parametrize("name", ["abc", "abc_quick", "abc_resyn2", "abc_thorough", "aigverse"])
def test_a_large_circuit_is_smaller_and_proved(name):
    need(name)
    net = random_netlist(gates=10_000, inputs=64)
    after, problem = ENGINES[name].run(net, timeout=300)
    assert problem == ""
    assert cost(after) < cost(net)
    assert prove(net, after, timeout=300).status == "equal"


def test_the_result_turns_back_into_as_many_ands(tmp_path):
    after = ENGINES["abc"].run(random_netlist(gates=2000, inputs=40), timeout=60).net
    write_aiger(after, tmp_path / "a.aig")
    text = tools.abc(["read_aiger a.aig", "strash", "print_stats"], timeout=60, cwd=tmp_path)
    ands = re.search(r"and =\s*(\d+)", text)
    assert ands is not None
    assert int(ands[1]) == cost(after)[0]


@pytest.mark.parametrize(("gates", "script"), [(10, "abc_thorough"), (100, "abc_area"), (300, "abc_quick")])
def test_larger_netlists_take_quicker_scripts(monkeypatch, gates, script):
    seen = []
    monkeypatch.setattr(tools, "abc", lambda commands, **_: seen.extend(commands))
    larger = ((200, SCRIPTS["abc_quick"]), (50, SCRIPTS["abc_area"]))
    net = random_netlist(gates=gates)
    assert Abc("abc", SCRIPTS["abc_thorough"], larger=larger).run(net, timeout=60).net == net
    stages = enumerate(SCRIPTS[script])
    assert seen[2:] == [c for k, stage in stages for c in (*stage, "strash", f"write_aiger {k}.aig")]


@pytest.mark.parametrize(
    ("command", "problem"), [("resyn2", "unknown command 'resyn2'"), ("dc2 -q", "last command")]
)
def test_a_script_that_fails_keeps_what_came_before(command, problem):
    net = random_netlist(gates=300)
    whole = Abc("whole", (("dc2",),)).run(net, timeout=60)
    after, told = Abc("broken", (("dc2",), (command,))).run(net, timeout=60)
    assert problem in told
    assert told.endswith("(kept: 1 of 2 stages)")
    assert (after, whole.problem) == (whole.net, "")
    assert Abc("broken", ((command,),)).run(net, timeout=60).problem.endswith("(kept: 0 of 1 stages)")


def test_a_time_out_keeps_the_stages_that_were_done():
    net = random_netlist(gates=3000)
    endless = tuple(["dc2"] * 2000)
    after, problem = Abc("endless", (("dc2",), endless)).run(net, timeout=3)
    assert problem.startswith("yosys-abc did not finish within 3 s; allow it more time")
    assert problem.endswith("(kept: 1 of 2 stages)")
    assert cost(after) < cost(net)


def test_a_result_that_was_cut_short_is_not_taken(monkeypatch):
    net = random_netlist(gates=300)

    def cut(_commands, *, cwd, **_):
        write_aiger(net, cwd / "0.aig")
        (cwd / "1.aig").write_bytes((cwd / "0.aig").read_bytes()[:200])
        raise ToolTimeoutError("yosys-abc", "did not finish within 1 s")

    with monkeypatch.context() as patch:
        patch.setattr(tools, "abc", cut)
        after, problem = Abc("slow", (("dc2",), ("dc2",))).run(net, timeout=1)
    assert problem == "yosys-abc did not finish within 1 s (kept: 1 of 2 stages)"
    assert prove(net, after, timeout=60).status == "equal"


def test_a_missing_program_is_told_and_nothing_lost(monkeypatch):
    def missing(name):
        raise ToolError(name, "is not installed", hint="install it with: pip install pyosys")

    monkeypatch.setattr(tools, "find", missing)
    net = random_netlist(gates=50)
    steps = []
    after = minimize(net, passes=["share_clauses", "abc"], watch=steps.append)
    assert steps[1].problem == (
        "yosys-abc is not installed; install it with: pip install pyosys (kept: 0 of 15 stages)"
    )
    assert not steps[1].kept
    assert cost(after) <= cost(net)


def test_aigverse_missing_is_told(monkeypatch):
    net = random_netlist(gates=50)
    told = "aigverse is not installed; install it with: pip install aigverse (kept: 0 of 2 stages)"
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert Aigverse().run(net, timeout=60).problem == told


def test_a_circuit_without_inputs_or_outputs_never_leaves():
    b = Builder()
    b.output("y", [b.nor(b.nor())])
    assert ENGINES["abc"].run(b.freeze(), timeout=60).net.num_gates == 0
