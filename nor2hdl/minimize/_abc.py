"""ABC as an engine: the netlist goes out as AIGER, through a script, and comes back as NOR gates."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from nor2hdl import tools
from nor2hdl.formats import read_aiger, write_aiger
from nor2hdl.minimize._linear import drop_double_inversion, fold_constants, share
from nor2hdl.minimize._provenance import recover_origins
from nor2hdl.minimize._rewrite import cost

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nor2hdl.netlist import Netlist

_RESYN2 = (
    "balance",
    "rewrite",
    "refactor",
    "balance",
    "rewrite",
    "rewrite -z",
    "balance",
    "refactor -z",
    "rewrite -z",
    "balance",
)

_EXTRACT = ("multi -F 1000", "sop", "fx", "strash")

SCRIPT = (*_EXTRACT, "fraig", *_RESYN2, "dc2", *_RESYN2, "resub -K 8", "dc2", *_RESYN2)
"""ABC commands: common clauses of wide gates extracted, equal nodes merged, then local rewriting."""

QUICK_SCRIPT = (*_EXTRACT, "dc2", "dc2")
"""ABC commands for large netlists: without SAT sweeping, whose time may grow much faster than the netlist."""

_LARGE = 150_000
"""Two-input ANDs from which on a netlist is large."""


def abc(net: Netlist, *, script: Sequence[str] | None = None, timeout: float | None = 1800) -> Netlist:
    """Minimize `net` with ABC's And-Inverter graph optimization.

    The result computes the same outputs from the same ports. Its gates are the ANDs that ABC found; trees of
    them are merged into wide NORs, so that it turns back into the same number of ANDs. Provenance is
    recovered by simulation.

    Parameters
    ----------
    net
        The netlist to minimize.
    script
        ABC commands, run after ``strash``; aliases such as ``resyn2`` are not known. By default `SCRIPT`, or
        `QUICK_SCRIPT` from 150,000 two-input ANDs on.
    timeout
        Time limit in seconds of wall-clock time; None for no limit.

    Returns
    -------
    Netlist
        The smaller one of `net` and ABC's result: fewer two-input ANDs, at a tie fewer gates.

    Raises
    ------
    ToolError
        If yosys-abc is missing or a command of the script fails.
    ToolTimeoutError
        If the script does not end in time.
    OutputError
        If the folder for temporary files is full.

    References
    ----------
    R. Brayton and A. Mishchenko, "ABC: An Academic Industrial-Strength Verification Tool", CAV 2010.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x, y = b.input("x", 2)
    >>> both = b.nor(b.nor(x), b.nor(y))
    >>> b.output("z", [b.nor(both, b.nor(x, b.nor(y)), y)])
    >>> abc(b.freeze()).num_gates
    1
    """
    if not (net.num_inputs and net.num_outputs and net.num_gates):
        return fold_constants(net)
    if script is None:
        script = SCRIPT if cost(net)[0] < _LARGE else QUICK_SCRIPT
    with tempfile.TemporaryDirectory(prefix="nor2hdl-") as folder:
        write_aiger(net, Path(folder) / "before.aig")
        commands = ["read_aiger before.aig", "strash", *script, "strash", "write_aiger after.aig"]
        tools.abc(commands, timeout=timeout, cwd=folder)
        after = read_aiger(Path(folder) / "after.aig", like=net)
    after = drop_double_inversion(share(fold_constants(after)))
    return min(net, recover_origins(net, after), key=cost)
