"""Verilog text of a sequential circuit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nor2hdl import files
from nor2hdl.hdl._top_verilog import component_verilog
from nor2hdl.hdl._verilog import check_module_name

if TYPE_CHECKING:
    from pathlib import Path

    from nor2hdl.netlist import Machine

_PORTS = ("clk", "rst", "valid_in", "first", "symbol", "valid_out", "accept")
_HEADER = """\
// Machine of {registers} registers, first state {initial} (bit 0 on the right); written by nor2hdl.
// NOR gates of a step: {gates}, pins: {pins}, levels: {levels}.
// A symbol, one bit set, is taken at each rising edge of clk with valid_in; with first it begins a string.
// In the cycle after, with valid_out, accept says whether the symbols so far make one of the language.
// rst is synchronous and puts the machine before the first symbol; no register needs an initial value.
"""


def to_machine_verilog(machine: Machine, *, name: str = "top", timeout: float | None = 600) -> str:
    """Return a machine as one Verilog module, which behaves as `MachineComponent` says.

    The text is plain Verilog-2005 in ASCII, and the same for the same machine. The module has the ports
    ``clk``, ``rst``, ``valid_in``, ``first``, ``symbol``, ``valid_out`` and ``accept``; its registers are
    called ``held`` (the state), ``accept`` and ``valid_out``.

    Parameters
    ----------
    machine
        The machine.
    name
        Name of the module: a Verilog identifier.
    timeout
        Seconds that yosys may take, None for no limit.

    Returns
    -------
    str
        The module.

    Raises
    ------
    OptionError
        If `name` is not an identifier that starts with a letter, is a reserved word or that of a port.
    ToolError
        If yosys is missing or fails.
    ToolTimeoutError
        If yosys takes longer than `timeout`.

    Examples
    --------
    >>> from nor2hdl.data import reber_automaton
    >>> from nor2hdl.extract import extract_automaton
    >>> text = to_machine_verilog(extract_automaton(reber_automaton()))
    >>> [line for line in text.splitlines() if line.startswith("module")]
    ['module top(clk, rst, valid_in, first, symbol, valid_out, accept);']
    """
    from nor2hdl.hdl._machine import MachineComponent

    # Amaranth warns of components that are made and then refused: look at the name first.
    check_module_name(name, _PORTS)
    step = machine.step
    header = _HEADER.format(
        registers=machine.num_registers,
        initial="".join(str(int(bit)) for bit in reversed(machine.initial)) or "-",
        gates=step.num_gates,
        pins=step.num_pins,
        levels=step.depth(),
    )
    return header + component_verilog(MachineComponent(machine), name=name, timeout=timeout)


def write_machine_verilog(
    machine: Machine, path: Path | str, *, name: str = "top", remark: str = "", timeout: float | None = 600
) -> None:
    """Write a machine as Verilog to `path`, all of it or nothing.

    Parameters
    ----------
    machine, name, timeout
        As for `to_machine_verilog`.
    path
        The file to write.
    remark
        One line of text that stands in the file as a comment, above the module.

    Raises
    ------
    OutputError
        If the file cannot be written.
    OptionError, ToolError, ToolTimeoutError
        As in `to_machine_verilog`.
    """
    comment = f"// {remark}\n" if remark else ""
    files.write_text(path, comment + to_machine_verilog(machine, name=name, timeout=timeout))
