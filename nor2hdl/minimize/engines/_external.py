"""What engines in other processes share: AIGER out, stages back."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from nor2hdl.errors import NetlistError, ToolError
from nor2hdl.formats import read_aiger, write_aiger
from nor2hdl.minimize._provenance import recover_origins
from nor2hdl.minimize.engines._engine import Outcome
from nor2hdl.minimize.passes._linear import drop_double_inversion, fold_constants, share

if TYPE_CHECKING:
    from collections.abc import Callable

    from nor2hdl.netlist import Netlist

BEFORE = "before.aig"
"""The file that an engine reads; stage k writes ``k.aig``."""


def run_stages(net: Netlist, stages: int, call: Callable[[Path], object]) -> Outcome:
    """Give `net` to a program that writes its result after every stage; take back the best that it left.

    The ANDs that come back are merged into wide NORs where they make trees, and their provenance is recovered
    by simulation.

    Parameters
    ----------
    net
        The netlist.
    stages
        How many files the program writes.
    call
        Runs the program in a folder, where it finds `BEFORE`; raises `ToolError` if it fails.

    Returns
    -------
    Outcome
        The problem says what `call` raised, and what is kept.

    Raises
    ------
    OutputError
        If the folder for temporary files is full.
    """
    if not (net.num_inputs and net.num_outputs and net.num_gates):
        return Outcome(fold_constants(net))
    problem = ""
    with tempfile.TemporaryDirectory(prefix="nor2hdl-") as name:
        folder = Path(name)
        write_aiger(net, folder / BEFORE)
        try:
            call(folder)
        except ToolError as error:
            hint = f"; {error.hint}" if error.hint else ""
            problem = f"{error.program} {error.problem}{hint}"
        after, done = _last(folder, stages, net)
    if problem:
        problem += f" (kept: {done} of {stages} stages)"
    if not done:
        return Outcome(net, problem)
    after = drop_double_inversion(share(fold_constants(after)))
    return Outcome(recover_origins(net, after), problem)


def _last(folder: Path, stages: int, net: Netlist) -> tuple[Netlist, int]:
    """Return the result of the last stage that was written whole, and how many stages that makes."""
    for k in reversed(range(stages)):
        try:
            return read_aiger(folder / f"{k}.aig", like=net), k + 1
        except NetlistError:  # not there, or cut short by the time-out
            continue
    return net, 0
