"""Placed designs that are spread over more columns."""

from __future__ import annotations

import json

import pytest

from nor2hdl.errors import ToolError
from nor2hdl.fpga import PARTS, synthesize
from nor2hdl.fpga._route import place_and_route
from nor2hdl.fpga._spread import spread
from nor2hdl.fpga._synth import Design


def moved(tmp_path, sites: list[str], columns: int, chained: str = "") -> list[str]:
    """Return where the cells of `sites` stand in the middle of `columns` after spreading."""
    cells = {
        site: {
            "parameters": {"MODE": "CCU2"} if site == chained else {},
            "attributes": {"NEXTPNR_BEL": site} if site else {},
        }
        for site in sites
    }
    path = tmp_path / "placed.json"
    path.write_text(json.dumps({"modules": {"top": {"cells": cells, "settings": {"seed": "1"}}}}))
    spread(path, columns)
    module = json.loads(path.read_text())["modules"]["top"]
    assert module["settings"] == {"seed": "1"}
    return [cell["attributes"].get("NEXTPNR_BEL", "") for cell in module["cells"].values()]


def test_half_of_a_tile_moves_to_the_tile_beside_it(tmp_path):
    sites = [f"X9/Y5/SLICE{slice_}.{bel}" for slice_ in "ABCD" for bel in ("K0", "K1", "FF0", "FF1")]
    left, right = (
        [f"X{x}/Y5/SLICE{s}.{b}" for s in "AB" for b in ("K0", "K1", "FF0", "FF1")] for x in (2, 3)
    )
    assert moved(tmp_path, sites, 2) == left + right


def test_columns_keep_their_order_and_come_to_the_middle(tmp_path):
    sites = ["X70/Y2/SLICED.K0", "X4/Y3/SLICEA.K0", "X40/Y48/SLICEC.FF1"]
    assert moved(tmp_path, sites, 69) == ["X38/Y2/SLICEB.K0", "X33/Y3/SLICEA.K0", "X36/Y48/SLICEA.FF1"]


def test_the_fullest_columns_come_first(tmp_path):
    sites = ["X2/Y2/SLICEC.K0", "X3/Y2/SLICEC.K0", "X3/Y3/SLICED.K1", "X4/Y2/SLICEC.K0"]
    assert moved(tmp_path, sites, 4) == [
        "X2/Y2/SLICEC.K0",
        "X4/Y2/SLICEA.K0",
        "X4/Y3/SLICEB.K1",
        "X5/Y2/SLICEC.K0",
    ]
    assert moved(tmp_path, sites, 3) == sites


def test_a_column_with_a_carry_chain_and_cells_that_are_no_logic_stay(tmp_path):
    sites = ["X2/Y2/SLICEC.K0", "X2/Y3/SLICED.K1", "X0/Y47/PIOA", "X0/Y0/DCC0", ""]
    assert moved(tmp_path, sites, 2, chained="X2/Y3/SLICED.K1") == sites


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"modules": {"top": {"cells": [1]}}}', "{"])
def test_a_design_that_is_damaged(tmp_path, text):
    (tmp_path / "placed.json").write_text(text)
    with pytest.raises(ToolError, match=r"^nextpnr wrote no placed design that can be read: \w+Error\("):
        spread(tmp_path / "placed.json", 69)


def test_a_design_that_is_not_there(tmp_path):
    with pytest.raises(ToolError, match=r"^nextpnr wrote no placed design that can be read: FileNotFound"):
        spread(tmp_path / "placed.json", 69)


def test_carry_chains_clocks_and_enables_can_be_routed_after_it(tmp_path):
    text = """module top(input clk, input e, input r, input [7:0] a, output reg [15:0] s, output reg y);
    reg [63:0] d; always @(posedge clk) begin s <= s + a; if (e) d <= {d[55:0], a}; y <= ^(d & {4{s}});
    if (r) s <= 0; end endmodule"""
    part = PARTS["ecp5-25k-cabga381"]
    cells = synthesize(Design(text, "verilog"), part, timeout=60, netlist=tmp_path / "top.json")
    timing = place_and_route(tmp_path, part, netlist="top.json", mhz=50, timeout=120)
    assert cells.carry >= 8
    assert dict(timing.used)["TRELLIS_FF"] == cells.flip_flops == 81
    placed = json.loads((tmp_path / "placed.json").read_text())["modules"]["top"]["cells"].values()
    sites = [cell["attributes"]["NEXTPNR_BEL"] for cell in placed]
    assert len(sites) == len(set(sites))
    rows = [site.split("/SLICE") for site in sites if "/SLICE" in site]
    assert {slice_[0] for _, slice_ in rows} == set("ABCD")
