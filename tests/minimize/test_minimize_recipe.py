"""The recipe: what it follows, what it returns, what it tells, and what happens when the time is over."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from nor2hdl import tools
from nor2hdl.errors import OptionError, ToolError, ToolTimeoutError
from nor2hdl.minimize import (
    ENGINES,
    LINEAR,
    OBJECTIVES,
    PASSES,
    RECIPES,
    Abc,
    Outcome,
    cost,
    measure,
    minimize,
    share_clauses,
)
from nor2hdl.netlist import Builder, interpret, parse, random_netlist
from nor2hdl.verify import prove
from tests.strategies import all_samples, netlists


class DifferentError(Exception):
    """Two netlists compute different functions."""


def check(before, after) -> None:
    samples = all_samples(before)
    if not np.array_equal(interpret(before, samples), interpret(after, samples)):
        raise DifferentError


@pytest.mark.parametrize("objective", OBJECTIVES)
@settings(max_examples=8, deadline=None)
@given(net=netlists())
def test_no_objective_makes_it_worse(objective, net):
    after = minimize(net, objective=objective)
    check(net, after)
    assert (after.inputs, after.outputs) == (net.inputs, net.outputs)
    assert measure(after, objective) <= measure(net, objective)


def test_a_script_that_changes_the_function_is_caught_by_the_check(monkeypatch):
    b = Builder()
    x = b.input("x", 4)
    b.output("y", [b.nor(b.nor(x[0], x[1]), b.nor(x[0], x[1], x[2]), b.nor(x[2], x[3]))])
    monkeypatch.setitem(ENGINES, "abc", Abc("abc", (("dc2", "strash -i"),)))
    with pytest.raises(DifferentError):
        minimize(b.freeze(), passes=["abc"], check=check)


@settings(max_examples=25, deadline=None)
@given(netlists())
def test_each_change_is_checked_and_each_step_told(net):
    seen, steps = [], []

    def record(before, after) -> None:
        check(before, after)
        seen.append((before, after))

    result = minimize(net, check=record, watch=steps.append)
    check(net, result)
    assert cost(result) <= cost(net)
    following = [after for _, after in seen[:-1]]
    assert all(before in (after, net) for (before, _), after in zip(seen[1:], following, strict=True))
    assert (seen[0][0] if seen else result) == net
    assert [s.name for s in steps] == [name for name in RECIPES["gates"] if name != "restart"]
    assert sum(s.kept for s in steps) == len(seen)
    assert steps[0].before == cost(net)
    assert min([cost(net), *(s.after for s in steps if s.kept)]) == cost(result)


def _inverted_twice(net):
    gates = "%3 = nor(x[0], x[1])\n%4 = nor(%3)\n%5 = nor(%4)"
    return parse(f"nor2hdl-netlist 1\ninput x 2\noutput y 1\n{gates}\ny = %5\n")


def test_what_makes_it_worse_is_not_kept(monkeypatch):
    net = parse("nor2hdl-netlist 1\ninput x 2\noutput y 1\n%3 = nor(x[0], x[1])\ny = %3\n")
    calls, steps = [], []
    monkeypatch.setitem(PASSES, "worse", _inverted_twice)
    result = minimize(net, passes=["worse"], check=lambda *_: calls.append(1), watch=steps.append)
    assert result == net
    assert calls == []
    assert (steps[0].before, steps[0].after, steps[0].kept) == ((1, 1), (1, 3), False)


def test_what_is_better_by_size_alone_is_followed_but_not_returned(monkeypatch):
    """A step may lose levels and win gates, for a later step to build on; the best by levels is returned."""
    flat = random_netlist(gates=400, inputs=20, seed=1)
    small = minimize(flat)
    monkeypatch.setitem(PASSES, "small", lambda _net: small)
    monkeypatch.setitem(PASSES, "wide", lambda _net: flat)
    depth = {flat.digest(): 1, small.digest(): 2}
    monkeypatch.setattr(
        "nor2hdl.minimize._minimize.measure",
        lambda net, _objective, timeout=0: (depth[net.digest()], *cost(net)),
    )
    steps = []
    assert minimize(flat, passes=["small"], objective="levels", watch=steps.append) == flat
    assert steps[0].kept


def test_when_the_time_is_over_the_best_is_returned(monkeypatch):
    net = random_netlist(gates=300)
    steps = []
    result = minimize(net, timeout=0, watch=steps.append)
    assert result is net
    assert [s.problem for s in steps] == [f"{s.name} was not begun: the time was over" for s in steps]

    class Slow:
        name = "slow"

        def run(self, net, *, timeout):
            assert 0 < timeout <= 50
            return Outcome(net, "slow did not finish")

    monkeypatch.setitem(ENGINES, "slow", Slow())
    steps.clear()
    result = minimize(net, passes=["share_clauses", "slow"], timeout=50, watch=steps.append)
    assert cost(result) < cost(net)
    assert [s.problem for s in steps] == ["", "slow did not finish"]


def test_no_passes_change_nothing():
    net = random_netlist(gates=20)
    assert minimize(net, passes=()) is net


def test_unknown_pass_is_told_before_any_runs(monkeypatch):
    monkeypatch.setitem(PASSES, "sweep", lambda _net: pytest.fail("ran"))
    known = ", ".join([*PASSES, *ENGINES, "restart"])
    with pytest.raises(OptionError, match=f"^pass must be one of {known}, not 'sweeep'$"):
        minimize(random_netlist(gates=5), passes=["sweep", "sweeep"])


def test_unknown_objective_is_told():
    with pytest.raises(
        OptionError, match=r"^objective must be one of gates, nand2, nor2, lut4, lut6, levels, not 'area'$"
    ):
        minimize(random_netlist(gates=5), objective="area")


def test_an_objective_without_its_tool_is_told_before_any_work(monkeypatch):
    def missing(name):
        raise ToolError(name, "is not installed", hint="install it with: pip install pyosys")

    monkeypatch.setattr(tools, "find", missing)
    with pytest.raises(ToolError, match="is not installed, but objective 'lut6' counts with it"):
        minimize(random_netlist(gates=5), objective="lut6")


def test_recipes_name_what_there_is():
    assert set(RECIPES) == set(OBJECTIVES)
    for recipe in RECIPES.values():
        assert set(recipe) <= {*PASSES, *ENGINES, "restart"}
        assert recipe[0] == "abc_resyn2"
        assert " ".join(LINEAR) in " ".join(recipe)


def test_restart_goes_on_from_the_start():
    net = random_netlist(gates=300, inputs=12)
    steps = []
    minimize(net, passes=["abc", "restart", "abc_resyn2"], watch=steps.append)
    assert steps[1].before == cost(net)
    assert steps[1].after == cost(ENGINES["abc_resyn2"].run(net, timeout=60).net)


@pytest.mark.parametrize("objective", ["gates", "nand2", "nor2", "levels"])
def test_the_recipe_never_loses_to_abc_alone(objective):
    for seed in range(3):
        net = random_netlist(gates=400, inputs=16, seed=seed)
        alone = ENGINES["abc_resyn2"].run(net, timeout=60).net
        assert measure(minimize(net, objective=objective), objective) <= measure(alone, objective)


@pytest.mark.parametrize("name", PASSES)
def test_every_pass_is_proved_on_ten_thousand_gates(name):
    net = random_netlist(gates=10_000, inputs=64, seed=2)
    after = PASSES[name](net)
    assert after != net or name in ("sweep", "push_inverters")
    assert prove(net, after, timeout=100).status == "equal"


def test_a_pass_or_a_count_that_fails_costs_its_step_alone(monkeypatch):
    net = random_netlist(gates=300, inputs=12)

    def broken(_net):
        raise ToolError("pyeda", "is not installed", hint="install it with: pip install pyeda")

    steps = []
    with monkeypatch.context() as patch:
        patch.setitem(PASSES, "resynthesize", broken)
        result = minimize(net, passes=["share_clauses", "resynthesize", "rewrite_cuts"], watch=steps.append)
    assert cost(result) < cost(share_clauses(net))
    assert steps[1].problem == (
        "resynthesize was not kept: pyeda is not installed; install it with: pip install pyeda"
    )
    assert [s.kept for s in steps] == [True, False, True]

    counts = iter([(9,), (8,)])

    def count(_net, _objective, timeout=0):
        try:
            return next(counts)
        except StopIteration:
            raise ToolTimeoutError("yosys-abc", "did not finish within 1 s") from None

    steps.clear()
    monkeypatch.setattr("nor2hdl.minimize._minimize.measure", count)
    result = minimize(net, passes=["share_clauses", "rewrite_cuts"], objective="lut6", watch=steps.append)
    assert result == share_clauses(net)
    assert steps[1].problem == "rewrite_cuts was not kept: yosys-abc did not finish within 1 s"


def test_short_of_time_it_still_does_not_lose_to_abc_alone():
    net = random_netlist(gates=3000, inputs=64)
    alone = ENGINES["abc_resyn2"].run(net, timeout=60).net
    steps = []

    def stop(step):
        steps.append(step)
        if step.name == "fold_constants":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        minimize(net, watch=stop)
    assert steps[0].name == "abc_resyn2"
    assert steps[0].after == cost(alone)
