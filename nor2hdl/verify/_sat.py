"""Proof by a SAT solver on the two netlists together."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nor2hdl.cnf import Clauses
from nor2hdl.verify._verdict import Verdict, check_ports, different, equal, unknown

if TYPE_CHECKING:
    from nor2hdl.netlist import Netlist


@dataclass(frozen=True, slots=True)
class Sat:
    """Prover that asks a SAT solver, output by output, for an input where the netlists differ.

    Gates that are the same by structure are one variable, and outputs that are proved equal are told to the
    solver. It finds counterexamples that random inputs miss; for a proof of large circuits `Abc` is faster.

    Parameters
    ----------
    timeout
        Seconds that it may take, None for no limit.

    References
    ----------
    G. S. Tseitin, "On the complexity of derivation in propositional calculus", 1968.
    G. Audemard, L. Simon, "Predicting learnt clauses quality in modern SAT solvers", IJCAI 2009 (Glucose).

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> def circuit(*, pins):
    ...     b = Builder()
    ...     b.output("y", [b.nor(*b.input("x", 3)[:pins])])
    ...     return b.freeze()
    >>> Sat().prove(circuit(pins=3), circuit(pins=2)).counterexample.tolist()
    [False, False, True]
    """

    timeout: float | None = None

    def prove(self, a: Netlist, b: Netlist) -> Verdict:
        """Return whether `a` and `b` have the same outputs for every input.

        Raises
        ------
        NetlistError
            If their ports differ.
        """
        from pysat.solvers import Glucose4

        check_ports(a, b)
        started = time.monotonic()
        ends = None if self.timeout is None else started + self.timeout
        with Glucose4() as solver:
            clauses = Clauses(solver, a.num_inputs)
            for x, y in zip(clauses.add(a), clauses.add(b), strict=True):
                answer = _can_differ(clauses, solver, x, y, ends)
                if answer is None:
                    return unknown("sat", started, timed_out=True)
                if answer:
                    return different(a, b, clauses.values(), "sat", started)
        return equal("sat", started)


def _can_differ(clauses: Clauses, solver: Any, x: int, y: int, ends: float | None) -> bool | None:
    """Return whether there is an input for which two literals differ, None when the time is up."""
    if x == y:
        return False
    differ = clauses.fresh()
    solver.append_formula([[-differ, x, y], [-differ, -x, -y]])
    answer = clauses.ask([differ], ends)
    if answer is False:
        solver.append_formula([[-x, y], [x, -y]])
    return answer
