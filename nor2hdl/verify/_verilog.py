"""Read Verilog back, and prove that it is the netlist it was written from."""

from __future__ import annotations

import re
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from nor2hdl import tools
from nor2hdl.errors import NetlistError, OptionError, ToolError, ToolTimeoutError
from nor2hdl.formats import read_aiger
from nor2hdl.hdl import port_names, verilog_name
from nor2hdl.netlist import Netlist, Port
from nor2hdl.verify._prove import prove
from nor2hdl.verify._verdict import Verdict, shown, unknown

_GATES_ONLY = "select -assert-none t:* t:$_AND_ %d t:$_NOT_ %d t:$scopeinfo %d"
_ERROR = re.compile(r"^(.*)ERROR: *(.*)$", re.MULTILINE)
_WARNING = re.compile(r"^Warning: (.*)$", re.MULTILINE)


def read_verilog(
    path: Path | str, like: Netlist, *, top: str = "top", timeout: float | None = None
) -> Netlist:
    """Read a combinational Verilog module as a netlist, through yosys.

    Parameters
    ----------
    path
        A Verilog or SystemVerilog file; everything that `top` uses must be in it.
    like
        A netlist whose ports, under their Verilog names, the module must have; the result has the same.
    top
        The module to read.
    timeout
        Seconds that yosys may take, None for no limit.

    Returns
    -------
    Netlist
        What yosys understands, as NOR gates, without provenance.

    Raises
    ------
    NetlistError
        If the file is missing, is not Verilog, has no such module or other ports, or is not plain
        combinational logic: it holds a flip-flop, latch, memory, loop or undefined value, or a wire with no
        driver or several.
    OptionError
        If `top` is not a Verilog identifier.
    ToolError
        If yosys is missing.
    ToolTimeoutError
        If yosys takes longer than `timeout`.

    Examples
    --------
    >>> import tempfile
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> b.output("y", [b.nor(*b.input("x", 2))])
    >>> source = Path(tempfile.mkdtemp()) / "top.v"
    >>> _ = source.write_text("module top(input [1:0] x, output y); assign y = x == 0; endmodule")
    >>> read_verilog(source, b.freeze())
    <Netlist x[2], y[1]: 1 gates, 2 pins>
    """
    path = Path(path)
    if verilog_name(top) != top:
        raise OptionError(f"top must be a Verilog identifier, not {top!r}")
    if not path.is_file():
        raise NetlistError(f"cannot read {path}: no such file; check the path")
    with tempfile.TemporaryDirectory(prefix="nor2hdl-") as folder:
        # A plain name, because yosys takes spaces and semicolons in names for its own.
        source, target = Path(folder) / "circuit.v", Path(folder) / "circuit.aig"
        source.symlink_to(path.resolve())
        commands = [
            f'read_verilog -sv "{source}"',
            f"hierarchy -check -top {top}",
            "proc",
            "flatten",
            "check -assert",
            "opt_clean -purge",
            "techmap",
            "aigmap",
            _GATES_ONLY,
            f'write_aiger -symbols "{target}"',
        ]
        try:
            tools.yosys(commands, timeout=timeout)
        except ToolTimeoutError:
            raise
        except ToolError as error:
            raise _explained(error, path, source) from error
        return _with_ports(read_aiger(target), like, path)


def check_verilog(
    path: Path | str, net: Netlist, *, top: str = "top", timeout: float | None = None
) -> Verdict:
    """Return whether a Verilog module, as yosys reads it, computes the same as `net`.

    Parameters
    ----------
    path
        The Verilog file.
    net
        The netlist that it should be.
    top
        The module to compare.
    timeout
        Seconds for reading and proving together, None for no limit.

    Returns
    -------
    Verdict
        As of `prove`; `seconds` includes the reading.

    Raises
    ------
    NetlistError, OptionError, ToolError
        As in `read_verilog`, but that running out of time is a verdict.

    Examples
    --------
    >>> import tempfile
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> b.output("y", [b.nor(*b.input("x", 2))])
    >>> source = Path(tempfile.mkdtemp()) / "top.v"
    >>> _ = source.write_text("module top(input [1:0] x, output y); assign y = x != 2; endmodule")
    >>> check_verilog(source, b.freeze()).counterexample.tolist()
    [True, False]
    """
    started = time.monotonic()
    try:
        found = read_verilog(path, net, top=top, timeout=timeout)
    except ToolTimeoutError:
        return unknown("yosys", started, timed_out=True)
    left = None if timeout is None else max(0.0, timeout - (time.monotonic() - started))
    return replace(prove(net, found, timeout=left), seconds=time.monotonic() - started)


def _explained(error: ToolError, path: Path, source: Path) -> ToolError | NetlistError:
    """Return what yosys complains about as an error about the file, in one line."""
    found = _ERROR.search(error.output)
    if found is None:
        return error
    if "selection is not empty" in found[2]:
        return NetlistError(f"{path} must be combinational, without flip-flops, latches and memories")
    reason = found[2]
    if "check -assert" in reason:
        reason = (_WARNING.findall(error.output) or [reason])[-1].rstrip(":")
    return NetlistError(f"cannot use {path}: {found[1].replace(f'{source}:', 'line ')}{reason}")


def _with_ports(net: Netlist, like: Netlist, path: Path) -> Netlist:
    """Return `net`, whose ports have Verilog names and any order, with the ports of `like`."""
    names = port_names(like)
    for kind, ports, there in (("inputs", like.inputs, net.inputs), ("outputs", like.outputs, net.outputs)):
        needed = sorted(Port(names[port.name], port.width) for port in ports if port.width)
        if needed != sorted(there):
            raise NetlistError(f"{path} must have the {kind} {shown(needed)}, not {shown(sorted(there))}")
    order = [net.input_nets(names[port.name]) for port in like.inputs if port.width]
    renumber = np.arange(net.num_nets, dtype=np.int32)
    renumber[np.concatenate([[0], *order]).astype(np.int64)] = np.arange(net.first_gate)
    fanins = renumber[net.fanins]
    owner = np.repeat(np.arange(net.num_gates), np.diff(net.offsets))
    drivers = [net.output_nets(names[port.name]) for port in like.outputs if port.width]
    return Netlist(
        inputs=like.inputs,
        outputs=like.outputs,
        offsets=net.offsets,
        fanins=fanins[np.lexsort((fanins, owner))],
        drivers=renumber[np.concatenate([np.empty(0, np.int32), *drivers])],
        origins=net.origins,
    )
