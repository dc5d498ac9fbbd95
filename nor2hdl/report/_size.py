"""Sizes of a netlist: as it stands, and after mapping to gates and LUTs."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nor2hdl import tools
from nor2hdl.hdl import write_verilog

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist

_RESYN2 = "balance;rewrite;refactor;balance;rewrite;rewrite,-z;balance;refactor,-z;rewrite,-z;balance"
_OPTIMIZE = f"strash;{_RESYN2};dc2;{_RESYN2};resub,-K,8;dc2;{_RESYN2}"


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
    """

    nand2: int
    nand2_inverters: int
    nor2: int
    nor2_inverters: int
    lut4: int
    lut6: int


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
        Limit for each mapping, in seconds.

    Raises
    ------
    ToolError
        If yosys fails or exceeds the limit.
    """
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "top.v"
        write_verilog(net, source)
        nand = _cells(source, f"abc -g NAND -script +{_OPTIMIZE};map", timeout)
        nor = _cells(source, f"abc -g NOR -script +{_OPTIMIZE};map", timeout)
        luts = {
            k: _cells(source, f"abc -lut {k} -script +{_OPTIMIZE};if,-K,{k};mfs2", timeout) for k in (4, 6)
        }
    return Mapped(
        nand2=nand.get("$_NAND_", 0),
        nand2_inverters=nand.get("$_NOT_", 0),
        nor2=nor.get("$_NOR_", 0),
        nor2_inverters=nor.get("$_NOT_", 0),
        lut4=sum(luts[4].values()),
        lut6=sum(luts[6].values()),
    )


def _cells(source: Path, mapping: str, timeout: float | None) -> dict[str, int]:
    out = source.with_suffix(".json")
    front = [f"read_verilog -sv {source}", "synth -top top -flatten -noabc", "opt -full"]
    tools.yosys([*front, mapping, "opt_clean", f"write_json {out}"], timeout=timeout)
    cells: dict[str, int] = {}
    for cell in json.loads(out.read_text())["modules"]["top"]["cells"].values():
        cells[cell["type"]] = cells.get(cell["type"], 0) + 1
    return cells


def _size(fan_in: NDArray[np.int64]) -> Size:
    return Size(
        gates=len(fan_in),
        pins=int(fan_in.sum()),
        inverters=int((fan_in == 1).sum()),
        two_input=int(np.maximum(fan_in - 1, 0).sum()),
    )
