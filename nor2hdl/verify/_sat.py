"""Proof by a SAT solver on the two netlists together."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nor2hdl.verify._verdict import Verdict, check_ports, different, equal, unknown

if TYPE_CHECKING:
    from nor2hdl.netlist import Netlist

_TRUE = 1
_SLICE = 2000  # conflicts between looks at the clock


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
            clauses = _Clauses(solver, a.num_inputs)
            for x, y in zip(clauses.add(a), clauses.add(b), strict=True):
                answer = clauses.can_differ(x, y, ends)
                if answer is None:
                    return unknown("sat", started, timed_out=True)
                if answer:
                    model = np.array(solver.get_model()[1 : 1 + a.num_inputs]) > 0
                    return different(a, b, model, "sat", started)
        return equal("sat", started)


class _Clauses:
    """Tseitin encoding of netlists over the same inputs, each distinct gate once.

    A literal is a non-zero integer, negative for the complement; variable 1 is true, and the inputs follow.
    """

    def __init__(self, solver: Any, num_inputs: int) -> None:
        self._solver = solver
        self._num_inputs = num_inputs
        self._top = 1 + num_inputs
        self._known: dict[tuple[int, ...], int] = {}
        solver.add_clause([_TRUE])
        for variable in range(2, self._top + 1):  # so that every model has them
            solver.add_clause([variable, -variable])

    def add(self, net: Netlist) -> list[int]:
        """Add the gates of `net` that its outputs need; return the literals of the outputs."""
        literals = [-_TRUE, *range(2, 2 + self._num_inputs)]
        needed = _needed(net)
        for gate, fanin in enumerate(net.fanin_lists(), net.first_gate):
            literals.append(self._nor({literals[f] for f in fanin}) if needed[gate] else _TRUE)
        return [literals[driver] for driver in net.drivers.tolist()]

    def can_differ(self, x: int, y: int, ends: float | None) -> bool | None:
        """Return whether there is an input for which two literals differ, None when the time is up."""
        if x == y:
            return False
        self._top += 1
        self._solver.append_formula([[-self._top, x, y], [-self._top, -x, -y]])
        answer = None
        while answer is None:
            if ends is not None and time.monotonic() >= ends:
                return None
            self._solver.conf_budget(_SLICE)
            answer = self._solver.solve_limited(assumptions=[self._top])
        if not answer:
            self._solver.append_formula([[-x, y], [x, -y]])
        return bool(answer)

    def _nor(self, literals: set[int]) -> int:
        """Return the literal of the NOR of `literals`, by a known one where there is one."""
        literals.discard(-_TRUE)
        if _TRUE in literals or any(-x in literals for x in literals):
            return -_TRUE
        if len(literals) < 2:
            return -literals.pop() if literals else _TRUE
        key = tuple(sorted(literals))
        if key not in self._known:
            self._top += 1
            self._known[key] = self._top
            self._solver.add_clause([self._top, *key])
            self._solver.append_formula([[-self._top, -x] for x in key])
        return self._known[key]


def _needed(net: Netlist) -> list[bool]:
    """Return for every net whether an output depends on it."""
    needed = np.zeros(net.num_nets, np.bool_)
    needed[net.drivers] = True
    for net_number in range(net.num_nets - 1, net.first_gate - 1, -1):
        if needed[net_number]:
            needed[net.fanin(net_number)] = True
    return needed.tolist()
