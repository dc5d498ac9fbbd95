"""What makes one netlist better than another: gates, cells of a library, lookup tables or levels."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nor2hdl import tools
from nor2hdl.errors import OptionError, ToolError
from nor2hdl.formats import and_graph, write_aiger
from nor2hdl.minimize._rewrite import cost
from nor2hdl.minimize.passes._balance import two_input_depth

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist

Cost = tuple[int, ...]
"""The smaller, the better; the first number is what the objective names, the others break ties."""


def measure(net: Netlist, objective: str = "gates", *, timeout: float | None = 600) -> Cost:
    """Return what a netlist costs by an objective.

    =========  ==========================================================================================
    gates      two-input ANDs, then NOR gates; see `cost`
    nand2      cells of two-input NANDs and inverters, one each, of the netlist as it stands
    nor2       cells of two-input NORs and inverters, likewise
    lut4       lookup tables of 4 inputs, mapped by ABC
    lut6       lookup tables of 6 inputs, mapped by ABC
    levels     two-input gates on the longest path to an output; inverters are none
    =========  ==========================================================================================

    Parameters
    ----------
    net
        The netlist.
    objective
        One of `OBJECTIVES`.
    timeout
        Limit in seconds for ABC, where the objective needs it; None for no limit.

    Returns
    -------
    tuple of int
        Comparable with that of another netlist by the same objective.

    Raises
    ------
    OptionError
        If the objective is not known.
    ToolError
        If the objective needs ABC, and it is missing or fails.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 3)
    >>> b.output("y", [b.nor(*x)])
    >>> net = b.freeze()
    >>> [measure(net, objective)[0] for objective in ("gates", "nor2", "nand2", "levels")]
    [2, 3, 7, 2]
    """
    check_objective(objective)
    if objective.startswith("lut"):
        return _luts(net, int(objective[3:]), timeout)
    return _MEASURES[objective](net)


def check_objective(objective: str) -> None:
    """Raise unless the objective is known (`OptionError`) and its tool is there (`ToolError`)."""
    if objective not in OBJECTIVES:
        raise OptionError(f"objective must be one of {', '.join(OBJECTIVES)}, not {objective!r}")
    if objective.startswith("lut"):
        try:
            tools.find("yosys-abc")
        except ToolError as error:
            raise ToolError(
                "yosys-abc", f"is not installed, but objective {objective!r} counts with it", hint=error.hint
            ) from error


def _nand2(net: Netlist) -> Cost:
    # A NAND gives the complement of its AND: who wants the AND itself pays for an inverter.
    ands, pins, outputs = _wanted(net)
    is_and = np.arange(pins.shape[1]) > net.num_inputs
    inverted = np.where(is_and, pins[0] | outputs[0], pins[1] | outputs[1])
    return ands + int(inverted[1:].sum()), *cost(net)


def _nor2(net: Netlist) -> Cost:
    # A NOR of the complements gives the AND itself, so that a plain literal at an AND asks for a complement.
    ands, pins, outputs = _wanted(net)
    return ands + int((pins[0] | outputs[1])[1:].sum()), *cost(net)


def _wanted(net: Netlist) -> tuple[int, NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the number of ANDs, and which variables ANDs and outputs want plain (row 0) and complemented."""
    ands, outputs = and_graph(net)
    pins = np.zeros((2, 1 + net.num_inputs + len(ands)), bool)
    driven = pins.copy()
    pins[ands & 1, ands >> 1] = True
    driven[outputs & 1, outputs >> 1] = True
    return len(ands), pins, driven


def _luts(net: Netlist, size: int, timeout: float | None) -> Cost:
    if not (net.num_inputs and net.num_outputs and net.num_gates):
        return 0, *cost(net)
    with tempfile.TemporaryDirectory(prefix="nor2hdl-") as folder:
        write_aiger(net, Path(folder) / "net.aig")
        commands = ["read_aiger net.aig", "strash", f"if -K {size} -a", "mfs2 -a", "print_stats"]
        text = tools.abc(commands, timeout=timeout, cwd=folder)
    found = re.search(r"\bnd *= *(\d+)", text)
    if found is None:
        raise ToolError("yosys-abc", "printed no number of lookup tables", output=text)
    return int(found[1]), *cost(net)


def _levels(net: Netlist) -> Cost:
    return two_input_depth(net), *cost(net)


_MEASURES: dict[str, Callable[[Netlist], Cost]] = {
    "gates": cost,
    "nand2": _nand2,
    "nor2": _nor2,
    "levels": _levels,
}

OBJECTIVES = ("gates", "nand2", "nor2", "lut4", "lut6", "levels")
"""What a netlist can be minimized for."""
