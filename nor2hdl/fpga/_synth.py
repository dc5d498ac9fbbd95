"""Synthesis: a design becomes lookup tables and flip-flops of a part, by yosys."""

from __future__ import annotations

import contextlib
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from nor2hdl import tools
from nor2hdl.errors import OptionError, ToolError
from nor2hdl.files import write_text
from nor2hdl.fpga._cells import Cells, count_cells

if TYPE_CHECKING:
    from nor2hdl.fpga._parts import Part
    from nor2hdl.netlist import Netlist
    from nor2hdl.pipeline import Pipeline

TOP = "top"
"""Name of the module that is synthesized."""

_BYTE = 8

_RESYN2 = "balance;rewrite;refactor;balance;rewrite;rewrite,-z;balance;refactor,-z;rewrite,-z;balance"
_OPTIMIZE = f"strash;{_RESYN2};dc2;{_RESYN2};resub,-K,8;dc2;{_RESYN2}"


@dataclass(frozen=True, slots=True)
class Design:
    """A design as text, its top module named `TOP`.

    Attributes
    ----------
    text
        The whole source.
    language
        ``"rtlil"`` or ``"verilog"``.

    Examples
    --------
    >>> Design("module top(input a, output y); assign y = ~a; endmodule", "verilog").language
    'verilog'
    """

    text: str
    language: Literal["rtlil", "verilog"] = "rtlil"


def count_features(circuit: Pipeline | Netlist) -> int:
    """Return the bytes of a sample.

    Raises
    ------
    OptionError
        If the circuit is no classifier of bytes.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> b.output("cls", [b.nor(*b.input("pix", 16))])
    >>> count_features(b.freeze())
    2
    """
    inputs, outputs = ([port.name for port in ports] for ports in (circuit.inputs, circuit.outputs))
    width = sum(port.width for port in circuit.inputs)
    if inputs != ["pix"] or outputs != ["cls"] or not width or width % _BYTE:
        raise OptionError(
            f"circuit must have one input, pix, of whole bytes, and one output, cls, not {width} bits at "
            f"{', '.join(inputs) or 'no input'} and the outputs {', '.join(outputs) or 'none'}"
        )
    return width // _BYTE


def component_design(component: Any, ports: list[Any] | None = None) -> Design:
    """Return the design of an Amaranth component, with `ports` where it is no component but elaborates."""
    from nor2hdl.hdl import to_rtlil

    return Design(to_rtlil(component, name=TOP, ports=ports))


def commands(part: Part) -> list[str]:
    """Return the yosys passes that map a design to `part`."""
    if part.family != "xc7":
        return [f"{part.synth} -top {TOP}"]
    # The mapper of synth_xilinx knows delays but does not end on large circuits.
    return [
        f"{part.synth} -top {TOP} -flatten -noiopad -noclkbuf -run begin:map_luts",
        "opt_expr -mux_undef -noclkinv",
        f"abc -lut 6 -script +{_OPTIMIZE};if,-K,6;mfs2",
        "clean",
        "techmap -map +/xilinx/lut_map.v -map +/xilinx/cells_map.v -D LUT_WIDTH=6",
        "clean",
        "blackbox =A:whitebox",
    ]


def synthesize(design: Design, part: Part, *, timeout: float | None, netlist: Path | None = None) -> Cells:
    """Map a design to the cells of a part, and count them.

    Parameters
    ----------
    design
        The design.
    part
        The part. What it holds is not looked at here.
    timeout
        Limit in seconds.
    netlist
        Where to write the mapped design as yosys JSON, for place and route.

    Returns
    -------
    Cells
        What the design needs.

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
    >>> from nor2hdl.fpga import PARTS
    >>> text = "module top(input [3:0] a, output y); assign y = ^a; endmodule"
    >>> synthesize(Design(text, "verilog"), PARTS["hx1k-tq144"], timeout=60).luts
    1
    """
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nor2hdl-")))
        source, target = folder / "in", folder / "out.json"
        write_text(source, design.text)
        read = "read_rtlil" if design.language == "rtlil" else "read_verilog -sv"
        # Source positions would put the names of folders into the netlist.
        after = ["attrmap -remove src", f'write_json "{target}"']
        tools.yosys([f'{read} "{source}"', *commands(part), *after], timeout=timeout)
        text = target.read_text(encoding="utf-8")
    if netlist is not None:
        write_text(netlist, text)
    modules = json.loads(text)["modules"]
    if TOP not in modules:
        raise ToolError("yosys", f"wrote no module {TOP}", hint="name the top module so")
    return count_cells(modules[TOP], part.family)
