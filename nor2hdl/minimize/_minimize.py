"""The recipe: passes and engines by name, in order, and the best netlist that they come to."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nor2hdl.errors import OptionError, ToolError
from nor2hdl.minimize._objective import Cost, check_objective, measure
from nor2hdl.minimize._rewrite import cost
from nor2hdl.minimize.engines._abc import ABC_ENGINES
from nor2hdl.minimize.engines._aigverse import Aigverse
from nor2hdl.minimize.engines._engine import Engine, Outcome
from nor2hdl.minimize.engines._sat_sweep import SatSweep
from nor2hdl.minimize.passes._absorb import absorb
from nor2hdl.minimize.passes._balance import balance
from nor2hdl.minimize.passes._clauses import share_clauses
from nor2hdl.minimize.passes._cuts import rewrite_cuts
from nor2hdl.minimize.passes._inverters import push_inverters
from nor2hdl.minimize.passes._linear import drop_double_inversion, fold_constants, share, sweep
from nor2hdl.minimize.passes._resynthesize import resynthesize
from nor2hdl.minimize.passes._xors import unfold_xors
from nor2hdl.netlist import Netlist

if TYPE_CHECKING:
    from collections.abc import Sequence

Pass = Callable[[Netlist], Netlist]
"""Returns a netlist with the same ports and the same function; never changes the one it is given."""

Check = Callable[[Netlist, Netlist], None]
"""Told the netlist before and after a pass; raises unless they are equal."""

PASSES: dict[str, Pass] = {
    "sweep": sweep,
    "fold_constants": fold_constants,
    "drop_double_inversion": drop_double_inversion,
    "share": share,
    "absorb": absorb,
    "share_clauses": share_clauses,
    "resynthesize": resynthesize,
    "rewrite_cuts": rewrite_cuts,
    "push_inverters": push_inverters,
    "balance": balance,
    "unfold_xors": unfold_xors,
}
"""Every pass by its name."""

_ENGINES: tuple[Engine, ...] = (*ABC_ENGINES, SatSweep(), Aigverse())
ENGINES = {engine.name: engine for engine in _ENGINES}
"""Every engine by its name."""

LINEAR = ("fold_constants", "drop_double_inversion", "share", "absorb", "fold_constants", "share")
"""The passes that take linear time and need no other program."""

RESTART = "restart"
"""Stands in a recipe where it goes back to the netlist as it came in, to try another way."""

_OWN = (*LINEAR, "share_clauses", "resynthesize", "rewrite_cuts")
_ABC = ("abc_resyn2", "rewrite_cuts", "abc")
_AREA = (*_OWN, "abc", "sat_sweep", "rewrite_cuts", "push_inverters")
_CELLS = (*_ABC, "unfold_xors", RESTART, *_AREA, "unfold_xors")

DEFAULT = (*_ABC, RESTART, *_AREA)
"""What `minimize` does for gates: ABC's usual script first, so that it never loses to that, and on from
there; then our own passes first. The one is better for arithmetic, the other for wide gates.
"""

RECIPES: dict[str, tuple[str, ...]] = {
    "gates": DEFAULT,
    "nand2": _CELLS,
    "nor2": _CELLS,
    "lut4": (*DEFAULT, "abc_lut4"),
    "lut6": (*DEFAULT, "abc_lut6"),
    "levels": (*DEFAULT, "balance", "abc_levels", "balance"),
}
"""What `minimize` does for each objective."""


_LEAST = 1.0
"""Seconds to measure the last result in, even when the time is over."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one pass or engine of a recipe did.

    Attributes
    ----------
    name
        Name of the pass or engine.
    before, after
        Cost by the objective of the netlist that it was given, and of its result.
    seconds
        Wall-clock time, with the measuring of its result.
    kept
        Whether the next step goes on from its result.
    problem
        Why it did not finish, or was not begun; empty if it did.
    """

    name: str
    before: Cost
    after: Cost
    seconds: float
    kept: bool
    problem: str = ""


def minimize(
    net: Netlist,
    *,
    passes: Sequence[str] | None = None,
    objective: str = "gates",
    timeout: float | None = None,
    check: Check | None = None,
    watch: Callable[[Step], None] = lambda _: None,
) -> Netlist:
    """Make a netlist smaller without changing what it computes.

    Parameters
    ----------
    net
        The netlist to minimize; it is not changed.
    passes
        Names of passes and engines (the keys of `PASSES` and `ENGINES`), in the order in which they run, and
        ``"restart"`` to go on from `net` once more; by default those that `RECIPES` has for the objective.
    objective
        What to make small, one of `OBJECTIVES`; see `measure`.
    timeout
        Limit in seconds for the whole recipe, None for no limit. Engines are stopped when it is over, passes
        are not begun.
    check
        Called with the netlist before and after each step that changed it; a prover, for example. What it
        raises ends the run.
    watch
        Called with each step when it is over.

    Returns
    -------
    Netlist
        Same ports, same function: the best one by the objective that any step came to, which is `net` if none
        did better. A step's result is followed if it is no worse by the objective or by `cost`.

    Raises
    ------
    OptionError
        If a pass or the objective is not known; the message lists those that are.
    ToolError
        If the objective needs a program that is missing, or fails on `net` itself. Later failures cost the
        step alone: `watch` is told.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 2)
    >>> inverted = b.nor(b.nor(b.nor(x[0], b.nor())))
    >>> b.output("y", [b.nor(inverted, x[1])])
    >>> minimize(b.freeze(), passes=LINEAR)
    <Netlist x[2], y[1]: 1 gates, 1 pins>
    """
    check_objective(objective)
    recipe = RECIPES[objective] if passes is None else passes
    check_passes(recipe)
    deadline = None if timeout is None else time.monotonic() + timeout
    start = best = current = (measure(net, objective), net)
    for name in recipe:
        if name == RESTART:
            current = start
            continue
        before, now = current
        started = time.monotonic()
        after, value, problem = _step(name, now, before, objective, deadline)
        kept = after != now and (value <= before or cost(after) <= cost(now))
        if kept and check is not None:
            check(now, after)
        watch(Step(name, before, value, time.monotonic() - started, kept, problem))
        if kept:
            current = (value, after)
            best = min(best, current, key=lambda pair: pair[0])
    return best[1]


def check_passes(names: Sequence[str]) -> None:
    """Raise `OptionError` unless every name is that of a pass or an engine."""
    for name in names:
        if name not in PASSES and name not in ENGINES and name != RESTART:
            known = ", ".join([*PASSES, *ENGINES, RESTART])
            raise OptionError(f"pass must be one of {known}, not {name!r}")


def _step(
    name: str, net: Netlist, before: Cost, objective: str, deadline: float | None
) -> tuple[Netlist, Cost, str]:
    """Return what a step came to, its cost, and the problem; a program that fails loses that step alone."""
    try:
        after, problem = _apply(name, net, deadline)
        if after == net:
            return net, before, problem
        left = None if deadline is None else max(deadline - time.monotonic(), _LEAST)
        return after, measure(after, objective, timeout=left), problem
    except ToolError as error:
        hint = f"; {error.hint}" if error.hint else ""
        return net, before, f"{name} was not kept: {error.program} {error.problem}{hint}"


def _apply(name: str, net: Netlist, deadline: float | None) -> Outcome:
    left = None if deadline is None else deadline - time.monotonic()
    if left is not None and left <= 0:
        return Outcome(net, f"{name} was not begun: the time was over")
    if name in PASSES:
        return Outcome(PASSES[name](net))
    return ENGINES[name].run(net, timeout=left)
