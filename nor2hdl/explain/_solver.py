"""Flips by a SAT solver: any at all, and with fewer changes than the last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nor2hdl.cnf import Clauses

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nor2hdl.explain._problem import Goal, Problem


class Solving:
    """The circuit with its goal as clauses, and the number of changed units as a totalizer.

    Parameters
    ----------
    solver
        A fresh solver of python-sat that can be asked with a budget.
    problem, goal
        What may change, and what counts as a flip.
    ends
        Reading of `time.monotonic` after which to give up; None for never.

    Raises
    ------
    TimeoutError
        If the time is up; so do the methods.

    References
    ----------
    O. Bailleux, Y. Boufkhad, "Efficient CNF encoding of Boolean cardinality constraints", CP 2003.
    R. Martins, S. Joshi, V. Manquinho, I. Lynce, "Incremental cardinality constraints for MaxSAT", CP 2014.
    """

    def __init__(self, solver: Any, problem: Problem, goal: Goal, ends: float | None) -> None:
        self._solver, self._ends = solver, ends
        self._clauses = Clauses(solver, len(problem.base))
        solver.append_formula(goal.clauses(self._clauses.add(problem.net, ends)))
        differs = [
            -x if old else x for x, old in zip(self._clauses.inputs, problem.base.tolist(), strict=True)
        ]
        self._units = []
        for group in problem.bits:
            unit = self._clauses.fresh()
            solver.append_formula([[-differs[bit], unit] for bit, _ in group])
            self._units.append(unit)
        solver.set_phases([-x for x in (*differs, *self._units)])
        self._totalizer: Any = None

    def any(self) -> NDArray[np.bool_] | None:
        """Return a flip of whatever size, bool [bits], or None if there is none."""
        return self._asked([])

    def fewer(self, size: int) -> NDArray[np.bool_] | None:
        """Return a flip of fewer than `size` changes, or None if there is none; `size` never rises."""
        if self._totalizer is None:
            from pysat.card import ITotalizer

            self._totalizer = ITotalizer(self._units, ubound=size, top_id=self._clauses.top)
            self._solver.append_formula(self._totalizer.cnf.clauses)
            self._clauses.top = self._totalizer.top_id
        return self._asked([-self._totalizer.rhs[size - 1]])

    def _asked(self, assumptions: list[int]) -> NDArray[np.bool_] | None:
        answer = self._clauses.ask(assumptions, self._ends)
        if answer is None:
            raise TimeoutError
        return self._clauses.values() if answer else None
