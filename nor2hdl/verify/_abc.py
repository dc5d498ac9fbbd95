"""Proof by ABC's combinational equivalence checker."""

from __future__ import annotations

import re
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nor2hdl import tools
from nor2hdl.errors import ToolTimeoutError
from nor2hdl.formats import write_aiger
from nor2hdl.verify._sat import Sat
from nor2hdl.verify._verdict import Verdict, check_ports, different, equal, unknown

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist

_ANSWER = re.compile(r"^Networks are (equivalent|NOT EQUIVALENT|UNDECIDED)\b", re.MULTILINE)
_PATTERN = re.compile(r"^.*\bINPUT: (.*?)\.  OUTPUT", re.MULTILINE)
_BIT = re.compile(r"pi\d+ = 1'h([01])")
# Inputs and outputs are matched by order; its own limits, 20 s and 10,000 conflicts, are lifted.
_COMMAND = f"cec -n -T {10**6} -C {10**9} a.aig b.aig"


@dataclass(frozen=True, slots=True)
class Abc:
    """Prover that runs ABC's ``cec``: simulation, merging of equal nets, then SAT.

    A counterexample of ABC is checked; where it does not hold or cannot be read, `Sat` looks for one.

    Parameters
    ----------
    timeout
        Seconds that it may take, None for no limit.

    References
    ----------
    A. Mishchenko, S. Chatterjee, R. Brayton, N. Een, "Improvements to combinational equivalence checking",
    ICCAD 2006.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> def circuit(twice):
    ...     b = Builder()
    ...     x = b.input("x")[0]
    ...     b.output("y", [b.nor(b.nor(x)) if twice else x])
    ...     return b.freeze()
    >>> Abc().prove(circuit(twice=True), circuit(twice=False)).status
    'equal'
    """

    timeout: float | None = None

    def prove(self, a: Netlist, b: Netlist) -> Verdict:
        """Return whether `a` and `b` have the same outputs for every input.

        Raises
        ------
        NetlistError
            If their ports differ.
        ToolError
            If ABC is missing or fails.
        """
        check_ports(a, b)
        started = time.monotonic()
        if not a.num_outputs:
            return equal("abc", started)
        try:
            output = self._cec(a, b)
        except ToolTimeoutError:
            return unknown("abc", started, timed_out=True)
        found = _ANSWER.search(output)
        answer = found[1] if found else ""
        if answer == "equivalent":
            return equal("abc", started)
        if answer == "NOT EQUIVALENT":
            return self._counterexample(a, b, output, started)
        return unknown("abc", started, detail=" ".join(output.split())[:200])

    def _cec(self, a: Netlist, b: Netlist) -> str:
        with tempfile.TemporaryDirectory(prefix="nor2hdl-") as folder:
            write_aiger(a, Path(folder) / "a.aig")
            write_aiger(b, Path(folder) / "b.aig")
            return tools.abc([_COMMAND], timeout=self.timeout, cwd=folder)

    def _counterexample(self, a: Netlist, b: Netlist, output: str, started: float) -> Verdict:
        sample = _pattern(output)
        if sample is not None and len(sample) == a.num_inputs:
            verdict = different(a, b, sample, "abc", started)
            if verdict.status == "different":
                return verdict
        left = None if self.timeout is None else max(0.0, self.timeout - (time.monotonic() - started))
        found = Sat(left).prove(a, b).counterexample
        if found is not None:
            return different(a, b, found, "abc, then sat", started)
        return unknown("abc, then sat", started, detail="ABC says different, but no counterexample was found")


def _pattern(output: str) -> NDArray[np.bool_] | None:
    """Return the input that ABC printed, bool [input bits]."""
    found = _PATTERN.search(output)
    return np.array([bit == "1" for bit in _BIT.findall(found[1])], np.bool_) if found else None
