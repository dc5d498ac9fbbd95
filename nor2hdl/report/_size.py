"""Sizes of a netlist: as it stands, and after mapping to gates and LUTs."""

from __future__ import annotations

import graphlib
import json
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nor2hdl import files, tools
from nor2hdl.hdl import free_name, to_verilog

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist

_RESYN2 = "balance;rewrite;refactor;balance;rewrite;rewrite,-z;balance;refactor,-z;rewrite,-z;balance"
_OPTIMIZE = f"strash;{_RESYN2};dc2;{_RESYN2};resub,-K,8;dc2;{_RESYN2}"


_MAPPINGS = {
    "nand": f"-g NAND -script +{_OPTIMIZE};map",
    "nor": f"-g NOR -script +{_OPTIMIZE};map",
    "lut4": f"-lut 4 -script +{_OPTIMIZE};if,-K,4;mfs2",
    "lut6": f"-lut 6 -script +{_OPTIMIZE};if,-K,6;mfs2",
}


@dataclass(frozen=True, slots=True)
class Size:
    """Size of a netlist or of one part of it.

    Attributes
    ----------
    gates
        NOR gates, inverters among them.
    pins
        Gate inputs.
    inverters
        Gates with one input.
    two_input
        Two-input equivalents: a gate with k > 1 inputs counts k - 1, an inverter nothing.
    """

    gates: int
    pins: int
    inverters: int
    two_input: int


@dataclass(frozen=True, slots=True)
class Mapped:
    """Size of the whole circuit after one fixed yosys + ABC script, encoder to argmax.

    Attributes
    ----------
    nand2, nand2_inverters
        Cells when mapped to two-input NANDs and inverters.
    nor2, nor2_inverters
        Cells when mapped to two-input NORs and inverters.
    lut4, lut6
        Lookup tables of 4 and of 6 inputs.
    nand2_levels, lut6_levels
        Cells on the longest path, inverters among them.
    """

    nand2: int
    nand2_inverters: int
    nor2: int
    nor2_inverters: int
    lut4: int
    lut6: int
    nand2_levels: int
    lut6_levels: int


def part_sizes(net: Netlist) -> dict[str, Size]:
    """Return the size of each part: the text before the first ``/`` of the gates' provenance labels.

    Gates without a label are counted under ``"other"``, which comes last; the parts' sizes add up to
    `total_size`.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 2)
    >>> with b.tagged("layer0/neuron0"):
    ...     b.output("y", [b.nor(*x)])
    >>> part_sizes(b.freeze())
    {'layer0': Size(gates=1, pins=2, inverters=0, two_input=1)}
    """
    parts = [*(tag.split("/", 1)[0] for tag in net.tags), "other"]
    order = {name: i for i, name in enumerate(dict.fromkeys(parts))}
    # Gates without a label have origin -1, which picks the last entry.
    part = np.array([order[name] for name in parts])[net.origins]
    fan_in = np.diff(net.offsets)
    return {name: _size(fan_in[part == i]) for name, i in order.items() if (part == i).any()}


def total_size(net: Netlist) -> Size:
    """Return the size of the whole netlist."""
    return _size(np.diff(net.offsets))


def map_circuit(net: Netlist, *, timeout: float | None = None) -> Mapped:
    """Emit the circuit as Verilog, synthesize it, map it, and count cells.

    The script is the one that public all-in benchmarks use (yosys ``synth -flatten``, then ABC: resyn2,
    dc2, resub and a mapper), so that figures can be compared.

    Parameters
    ----------
    net
        The circuit.
    timeout
        Limit for all of it, in seconds.

    Returns
    -------
    Mapped
        The cells of each mapping.

    Raises
    ------
    ToolError
        If yosys is missing or fails.
    ToolTimeoutError
        If it does not end in time.
    OutputError
        If the disk for temporary files is full.
    """
    name = free_name(net)
    return map_verilog(to_verilog(net, name=name, timeout=timeout), top=name, timeout=timeout)


def map_verilog(text: str, *, top: str = "top", timeout: float | None = None) -> Mapped:
    """Synthesize Verilog, map it by the script of `map_circuit`, and count cells.

    Parameters
    ----------
    text
        Verilog.
    top
        Name of the module in it.
    timeout
        Limit in seconds.

    Returns
    -------
    Mapped
        The cells of each mapping.

    Raises
    ------
    ToolError
        If yosys is missing or fails.
    ToolTimeoutError
        If it does not end in time.
    OutputError
        If the disk for temporary files is full.

    Examples
    --------
    >>> map_verilog("module top(input [5:0] x, output y); assign y = ^x; endmodule").lut6
    1
    """
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "top.v"
        files.write_text(source, text)
        commands = [f"read_verilog -sv {source}", f"synth -top {top} -flatten -noabc", "opt -full"]
        commands.append("design -save front")
        for name, mapping in _MAPPINGS.items():
            out = Path(folder) / f"{name}.json"
            commands += ["design -load front", f"abc {mapping}", "opt_clean", f"write_json {out}"]
        tools.yosys(commands, timeout=timeout)
        modules = [
            json.loads((Path(folder) / f"{name}.json").read_text())["modules"][top] for name in _MAPPINGS
        ]
    nand, nor, lut4, lut6 = (Counter(cell["type"] for cell in m["cells"].values()) for m in modules)
    return Mapped(
        nand2=nand["$_NAND_"],
        nand2_inverters=nand["$_NOT_"],
        nor2=nor["$_NOR_"],
        nor2_inverters=nor["$_NOT_"],
        lut4=lut4.total(),
        lut6=lut6.total(),
        nand2_levels=_levels(modules[0]),
        lut6_levels=_levels(modules[3]),
    )


def _levels(module: dict[str, Any]) -> int:
    sources: dict[Any, list[Any]] = {}
    for cell in module["cells"].values():
        bits: dict[str, list[Any]] = {"input": [], "output": []}
        for port, direction in cell["port_directions"].items():
            bits[direction] += cell["connections"][port]
        sources |= dict.fromkeys(bits["output"], bits["input"])
    level: dict[Any, int] = {}
    for bit in graphlib.TopologicalSorter(sources).static_order():
        level[bit] = 1 + max(level[s] for s in sources[bit]) if bit in sources else 0
    outputs = [port["bits"] for port in module["ports"].values() if port["direction"] == "output"]
    return max((level.get(bit, 0) for bits in outputs for bit in bits), default=0)


def _size(fan_in: NDArray[np.int64]) -> Size:
    return Size(
        gates=len(fan_in),
        pins=int(fan_in.sum()),
        inverters=int((fan_in == 1).sum()),
        two_input=int(np.maximum(fan_in - 1, 0).sum()),
    )
