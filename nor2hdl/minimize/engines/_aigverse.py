"""aigverse as an engine: its resubstitution, refactoring and rewriting, in a process of its own."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nor2hdl import tools
from nor2hdl.errors import ToolError
from nor2hdl.minimize.engines._external import BEFORE, run_stages

if TYPE_CHECKING:
    from pathlib import Path

    from nor2hdl.minimize.engines._engine import Outcome
    from nor2hdl.netlist import Netlist

_DRIVER = """\
import sys
from aigverse.algorithms import aig_cut_rewriting, aig_resubstitution, sop_refactoring
from aigverse.io import read_aiger_into_aig, write_aiger
aig = read_aiger_into_aig(sys.argv[1])
for stage in range(int(sys.argv[2])):
    for change in (aig_resubstitution, sop_refactoring, aig_cut_rewriting):
        aig = change(aig)
    write_aiger(aig, f"{stage}.aig")
"""


@dataclass(frozen=True, slots=True)
class Aigverse:
    """The optimizations of mockturtle, by way of the package aigverse, where it is installed.

    Attributes
    ----------
    rounds
        How many times each of the three is applied.

    References
    ----------
    M. Walter et al., "aigverse: A Python library for logic networks, synthesis and optimization", 2025.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> Aigverse().run(Builder().freeze(), timeout=60).problem
    ''
    """

    rounds: int = 2
    name: str = "aigverse"

    def run(self, net: Netlist, *, timeout: float | None) -> Outcome:
        """Minimize `net` as `Engine.run` says."""

        def call(folder: Path) -> None:
            if importlib.util.find_spec("aigverse") is None:
                raise ToolError("aigverse", "is not installed", hint="install it with: pip install aigverse")
            command = [sys.executable, "-P", "-c", _DRIVER, BEFORE, str(self.rounds)]
            tools.run(command, timeout=timeout, cwd=folder)

        return run_stages(net, self.rounds, call)
