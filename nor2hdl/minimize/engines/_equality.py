"""Ask a SAT solver whether two nets of a netlist are equal."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Any

from nor2hdl.netlist import FALSE

if TYPE_CHECKING:
    from nor2hdl.minimize.engines._merging import Literal, Merging

_MOST_VARIABLES = 20_000
"""Nets after which a new solver is begun: a solver assigns all that it knows for each counterexample."""

_MOST_GATES = 2_000
"""Gates that are encoded for one question; what is below them is taken for free."""


class Equality:
    """A solver that is told the gates below the nets that it is asked about, and keeps what it learns.

    Parameters
    ----------
    merging
        The gates, each with the literals that feed it now.
    conflicts
        When to give a question up.
    """

    def __init__(self, merging: Merging, conflicts: int) -> None:
        self._merging = merging
        self._conflicts = conflicts
        self._solver: Any = None
        self._variables: dict[int, int] = {}  # net -> variable
        self._encoded: set[int] = set()

    def prove(self, x: Literal, y: Literal) -> bool | list[int]:
        """Return whether two literals are equal for every input: True, or False where it is not known.

        A list of input nets, negative for 0, is an input for which they may differ: certain to, unless the
        gates below were too many.
        """
        if self._solver is None or len(self._variables) > _MOST_VARIABLES:
            self._restart()
        self._encode([x >> 1, y >> 1])
        a, b = self._variable(x), self._variable(y)
        for pair in ([a, -b], [-a, b]):
            self._solver.conf_budget(self._conflicts)
            answer = self._solver.solve_limited(assumptions=pair)
            if answer is None:
                return False
            if answer:
                return self._counterexample()
        self._solver.append_formula([[a, -b], [-a, b]])
        return True

    def _restart(self) -> None:
        from pysat.solvers import Glucose4

        if self._solver is not None:
            self._solver.delete()
        self._solver = Glucose4(bootstrap_with=[[-1]])
        self._variables = {FALSE: 1}
        self._encoded.clear()

    def _variable(self, literal: Literal) -> int:
        """Return the solver's literal."""
        variable = self._variables.setdefault(literal >> 1, len(self._variables) + 1)
        return -variable if literal & 1 else variable

    def _encode(self, nets: list[int]) -> None:
        """Tell the solver the gates below some nets, the last in the netlist first."""
        waiting = [-net for net in nets]
        heapq.heapify(waiting)
        left = _MOST_GATES
        while waiting and left:
            net = -heapq.heappop(waiting)
            fanin = self._merging.fanins[net]
            if not fanin or net in self._encoded:
                continue
            self._encoded.add(net)
            left -= 1
            gate = self._variable(2 * net)
            variables = [self._variable(literal) for literal in fanin]
            self._solver.append_formula([[gate, *variables], *([-gate, -v] for v in variables)])
            for literal in fanin:
                heapq.heappush(waiting, -(literal >> 1))

    def _counterexample(self) -> list[int]:
        model = self._solver.get_model()
        inputs = range(1, self._merging.net.first_gate)
        known = self._variables
        return [n if model[v - 1] > 0 else -n for n in inputs if (v := known.get(n)) and v <= len(model)]
