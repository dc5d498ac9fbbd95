"""Netlists as clauses for a SAT solver, and questions to it that end in time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nor2hdl.netlist import Netlist

_TRUE = 1
_SLICE = 200  # conflicts between looks at the clock
_GATES = 1024  # gates between looks at the clock


class Clauses:
    """Tseitin encoding of netlists over the same inputs, each distinct gate once.

    A literal is a non-zero integer, negative for the complement; variable 1 is true, and the inputs follow.

    Parameters
    ----------
    solver
        A solver of python-sat that can be asked with a budget, such as Glucose 4; the clauses go to it.
    num_inputs
        Number of input bits.

    References
    ----------
    G. S. Tseitin, "On the complexity of derivation in propositional calculus", 1968.

    Examples
    --------
    >>> from pysat.solvers import Glucose4
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> b.output("y", [b.nor(*b.input("x", 2))])
    >>> with Glucose4() as solver:
    ...     clauses = Clauses(solver, 2)
    ...     (y,) = clauses.add(b.freeze())
    ...     clauses.ask([y]), clauses.ask([y, clauses.inputs[1]]), clauses.ask([y]), clauses.values()
    (True, False, True, array([False, False]))
    """

    def __init__(self, solver: Any, num_inputs: int) -> None:
        self.inputs = range(2, 2 + num_inputs)
        """The literal of each input bit."""
        self.top = 1 + num_inputs
        """The highest variable so far."""
        self._solver = solver
        self._known: dict[tuple[int, ...], int] = {}
        solver.add_clause([_TRUE])
        for variable in self.inputs:  # so that every model has them
            solver.add_clause([variable, -variable])

    def add(self, net: Netlist, ends: float | None = None) -> list[int]:
        """Add the gates of `net` that its outputs need; return the literals of the outputs.

        Raises
        ------
        TimeoutError
            If it is later than the reading `ends` of `time.monotonic` before all are added.
        """
        literals = [-_TRUE, *self.inputs]
        needed = _needed(net)
        for gate, fanin in enumerate(net.fanin_lists(), net.first_gate):
            if gate % _GATES == 0 and _is_late(ends):
                raise TimeoutError
            literals.append(self._nor({literals[f] for f in fanin}) if needed[gate] else _TRUE)
        return [literals[driver] for driver in net.drivers.tolist()]

    def fresh(self) -> int:
        """Return a variable that is not in use yet."""
        self.top += 1
        return self.top

    def ask(self, assumptions: Sequence[int], ends: float | None = None) -> bool | None:
        """Return whether the literals can all be true together, None when it is later than `ends`."""
        while not _is_late(ends):
            self._solver.conf_budget(_SLICE)
            answer: bool | None = self._solver.solve_limited(assumptions=assumptions)
            if answer is not None:
                return answer
        return None

    def values(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Return the inputs for which the last question was answered with yes, bool [input bits]."""
        model = self._solver.get_model()
        return np.array(model[1 : 1 + len(self.inputs)]) > 0

    def _nor(self, literals: set[int]) -> int:
        """Return the literal of the NOR of `literals`, by a known one where there is one."""
        literals.discard(-_TRUE)
        if _TRUE in literals or any(-x in literals for x in literals):
            return -_TRUE
        if len(literals) < 2:
            return -literals.pop() if literals else _TRUE
        key = tuple(sorted(literals))
        if key not in self._known:
            gate = self._known[key] = self.fresh()
            self._solver.add_clause([gate, *key])
            self._solver.append_formula([[-gate, -x] for x in key])
        return self._known[key]


def _is_late(ends: float | None) -> bool:
    return ends is not None and time.monotonic() >= ends


def _needed(net: Netlist) -> list[bool]:
    """Return for every net whether an output depends on it."""
    needed = [False] * net.num_nets
    for driver in net.drivers.tolist():
        needed[driver] = True
    for gate, fanin in zip(range(net.num_nets - 1, 0, -1), reversed(net.fanin_lists()), strict=False):
        if needed[gate]:
            for source in fanin:
                needed[source] = True
    return needed
