"""Read Verilog back, and prove that it is the netlist it was written from."""

from __future__ import annotations

import json
import re
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nor2hdl import tools
from nor2hdl.errors import NetlistError, OptionError, ToolError, ToolTimeoutError
from nor2hdl.formats import read_aiger
from nor2hdl.hdl import port_names, verilog_name
from nor2hdl.netlist import Netlist, Port
from nor2hdl.verify._prove import prove
from nor2hdl.verify._verdict import Verdict, shown, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

_GATES_ONLY = "select -assert-none t:* t:$_AND_ %d t:$_NOT_ %d t:$scopeinfo %d"
# In these cells an undefined bit lives on to the end, where yosys itself finds it; others may lose it.
_PLAIN = ("$and", "$or", "$xor", "$xnor", "$not", "$logic_*", "$reduce_*", "$mux", "$pmux", "$eq", "$ne")
_PORTS = "select i:* o:*"
SELECT_ODD = " ".join([_PORTS, "t:*", *(f"t:{kind} %d" for kind in _PLAIN)])
_NOTHING: dict[str, Any] = {"ports": {}, "cells": {}}
_DIVISIONS = ("$div", "$mod", "$divfloor", "$modfloor")
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
        If the file is missing, is not Verilog, has no such module or other ports, is not plain combinational
        logic (it holds a flip-flop, latch, memory or loop, or a wire with no driver or several), or is not
        defined for every input: it uses x, z, a bit out of range or a division by what may be 0.
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
        words, bits = Path(folder) / "words.json", Path(folder) / "bits.json"
        source.symlink_to(path.resolve())
        commands = [
            f'read_verilog -sv -noblackbox "{source}"',
            f"hierarchy -check -top {top}",
            "proc",
            "flatten",
            "check -assert",
            "opt_clean -purge",
            SELECT_ODD,
            f'write_json -selected "{words}"',
            "select -clear",
            "techmap",
            "aigmap",
            _GATES_ONLY,
            _PORTS,
            f'write_json -selected "{bits}"',
            "select -clear",
            f'write_aiger -symbols "{target}"',
        ]
        try:
            tools.yosys(commands, timeout=timeout)
        except ToolTimeoutError:
            raise
        except ToolError as error:
            raise explained(error, path, source, top) from error
        for part in (words, bits):
            read_module(part, path, like, top)
        return _with_ports(read_aiger(target), like)


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


def read_module(part: Path, path: Path, like: Netlist, top: str) -> dict[str, Any]:
    """Return the module `top` that yosys read from `path` and wrote as JSON to `part`.

    Raises
    ------
    NetlistError
        If its ports are not those of `like`, or it is not defined for every input.
    """
    module: dict[str, Any] = json.loads(part.read_text())["modules"].get(top, _NOTHING)
    _check_ports(module["ports"], like, path)
    for problem in _undefined(module):
        raise NetlistError(f"{path} must be defined for every input, but {problem}")
    return module


def explained(error: ToolError, path: Path, source: Path, top: str) -> ToolError | NetlistError:
    """Return what yosys complains about as an error about the file, in one line."""
    found = _ERROR.search(error.output)
    if found is None:
        return error
    reason = found[2]
    if "selection is not empty" in reason:
        return NetlistError(f"{path} must be combinational, without flip-flops, latches and memories")
    if reason == f"Module `{top}' not found!":
        return NetlistError(f"{path} must hold the module {top!r}; name the module to read or rename it")
    if "contains 'x' or 'z' bits" in reason:
        return NetlistError(
            f"{path} must be defined for every input, but uses x, z or a bit out of range; give it a value"
        )
    if "check -assert" in reason:
        reason = (_WARNING.findall(error.output) or [reason])[-1].rstrip(":")
    return NetlistError(f"cannot use {path}: {found[1].replace(f'{source}:', 'line ')}{reason}")


def _check_ports(found: dict[str, Any], like: Netlist, path: Path) -> None:
    """Raise `NetlistError` unless the ports of a module, as yosys writes them, are those of `like`."""
    names = port_names(like)
    for name, port in found.items():
        if port["direction"] == "inout":
            raise NetlistError(
                f"port {name} of {path} must be an input or an output, not inout; declare it as one"
            )
    for kind, ports in (("input", like.inputs), ("output", like.outputs)):
        needed = sorted(Port(names[port.name], port.width) for port in ports if port.width)
        there = sorted(
            Port(name, len(port["bits"])) for name, port in found.items() if port["direction"] == kind
        )
        if needed != there:
            raise NetlistError(f"{path} must have the {kind}s {shown(needed)}, not {shown(there)}")


def _undefined(module: dict[str, Any]) -> Iterator[str]:
    """Yield what is not 0 or 1 for every input in a module, as yosys writes it."""
    for name, port in module["ports"].items():
        for place, bit in enumerate(port["bits"]):
            if bit in {"x", "z"}:
                yield f"output {name}[{place}] is {bit}; give it a value"
    for cell in module["cells"].values():
        pins = cell["connections"]
        unknown_bit = any(bit in {"x", "z"} for bits in pins.values() for bit in bits)
        if unknown_bit or (cell["type"] == "$shiftx" and _out_of_range(**pins)):
            yield "uses x, z or a bit out of range; give it a value"
        if cell["type"] in _DIVISIONS and "1" not in pins["B"]:
            yield "divides by what may be 0; divide by a constant other than 0"


def _out_of_range(A: list[Any], B: list[Any], Y: list[Any]) -> bool:  # noqa: N803  (names of yosys)
    """Whether B may select bits that A has not: yosys forgets high bits of B, as what they select is x."""
    return sum(1 << place for place, bit in enumerate(B) if bit != "0") + len(Y) > len(A)


def _with_ports(net: Netlist, like: Netlist) -> Netlist:
    """Return `net`, whose ports have the Verilog names of those of `like` in any order, with the latter."""
    names = port_names(like)
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
