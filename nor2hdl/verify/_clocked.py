"""Read clocked Verilog: gates, and registers of two kinds."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from nor2hdl import tools
from nor2hdl.errors import NetlistError, OptionError, ToolError, ToolTimeoutError
from nor2hdl.hdl import HANDSHAKE, port_names, verilog_name
from nor2hdl.netlist import FALSE, Builder
from nor2hdl.verify._verilog import SELECT_ODD, explained, read_module

if TYPE_CHECKING:
    from nor2hdl.netlist import Netlist

Bit = int | str
"""A wire as yosys numbers it, or ``"0"`` or ``"1"``."""

_ODD = re.compile(r"cannot be legalized: (.*)$", re.MULTILINE)
_DATA, _VALID = "$_DFFE_PP_", "$_SDFFE_PP0P_"


class Register(NamedTuple):
    """A flip-flop at the rising edge of `clock`; `reset` clears it, whether enabled or not."""

    data: Bit
    clock: Bit
    enable: Bit
    reset: Bit | None


class Clocked(NamedTuple):
    """A module of two-input ANDs, inverters and registers, each under the bit that it drives.

    Attributes
    ----------
    ports
        The bits of each port, lowest first.
    gates
        The bits that feed an AND, or the one of an inverter.
    registers
        The registers.
    names
        What the bits that have a name are called in the file.
    """

    ports: dict[str, list[Bit]]
    gates: dict[Bit, tuple[Bit, ...]]
    registers: dict[Bit, Register]
    names: dict[Bit, str]

    def port(self, name: str) -> Bit:
        """Return the bit of a port of one bit."""
        return self.ports[name][0]

    def name(self, bit: Bit) -> str:
        """Return what a bit is called, for people."""
        return self.names.get(bit, f"wire {bit}")


def read_clocked(path: Path, net: Netlist, top: str, timeout: float | None) -> Clocked:
    """Read a module with the ports of a pipeline of `net`, through yosys.

    Raises
    ------
    NetlistError
        If the file is missing, is not Verilog, has no such module or other ports, holds what is neither plain
        logic nor a plain register, or is not defined for every input.
    OptionError
        If `top` is not a Verilog identifier.
    ToolError
        If yosys is missing.
    ToolTimeoutError
        If yosys takes longer than `timeout`.
    """
    if verilog_name(top) != top:
        raise OptionError(f"top must be a Verilog identifier, not {top!r}")
    if not path.is_file():
        raise NetlistError(f"cannot read {path}: no such file; check the path")
    with tempfile.TemporaryDirectory(prefix="nor2hdl-") as folder:
        source, words, bits = (Path(folder) / name for name in ("circuit.v", "words.json", "bits.json"))
        source.symlink_to(path.resolve())
        commands = [
            f'read_verilog -sv -noblackbox "{source}"',
            f"hierarchy -check -top {top}",
            "proc",
            "flatten",
            "memory",
            "check -assert",
            "opt_clean",
            SELECT_ODD,
            f'write_json -selected "{words}"',
            "select -clear",
            "opt_dff",
            "techmap",
            f"dfflegalize -cell {_DATA} x -cell {_VALID} x",
            "aigmap",
            "opt_clean",
            f'write_json "{bits}"',
        ]
        try:
            tools.yosys(commands, timeout=timeout)
        except ToolTimeoutError:
            raise
        except ToolError as error:
            odd = _ODD.search(error.output)
            if odd is not None:
                raise NetlistError(
                    f"{path} must hold gates and plain flip-flops alone, but {odd[1]}"
                ) from error
            raise explained(error, path, source, top) from error
        like = _outside(net)
        read_module(words, path, like, top)
        return _clocked(read_module(bits, path, like, top), path)


def _outside(net: Netlist) -> Netlist:
    """Return a netlist with the ports that the module must have, under their Verilog names."""
    names = port_names(net, HANDSHAKE)
    builder = Builder()
    for name in ("clk", "rst", "valid_in", "ready_out"):
        builder.input(name)
    for port in net.inputs:
        if port.width:
            builder.input(names[port.name], port.width)
    for name in ("ready_in", "valid_out"):
        builder.output(name, [FALSE])
    for port in net.outputs:
        if port.width:
            builder.output(names[port.name], [FALSE] * port.width)
    return builder.freeze()


def _clocked(module: dict[str, Any], path: Path) -> Clocked:
    gates: dict[Bit, tuple[Bit, ...]] = {}
    registers: dict[Bit, Register] = {}
    for cell in module["cells"].values():
        if cell["type"] not in {_DATA, _VALID, "$_AND_", "$_NOT_", "$scopeinfo"}:
            raise NetlistError(f"{path} must hold gates and flip-flops alone, not {cell['type']}")
        pin = {name: bits[0] for name, bits in cell["connections"].items()}
        if "Q" in pin:
            registers[pin["Q"]] = Register(pin["D"], pin["C"], pin["E"], pin.get("R"))
        elif "Y" in pin:
            gates[pin["Y"]] = tuple(pin[name] for name in ("A", "B") if name in pin)
    names: dict[Bit, str] = {}
    # A wire may have several names: those of the module itself stand before those of modules in it.
    for name, net in sorted(module["netnames"].items(), key=lambda entry: entry[0].count(".")):
        for place, bit in enumerate(net["bits"]):
            if not net["hide_name"]:
                names.setdefault(bit, f"{name}[{place}]" if len(net["bits"]) > 1 else name)
    ports = {name: port["bits"] for name, port in module["ports"].items()}
    return Clocked(ports, gates, registers, names)
