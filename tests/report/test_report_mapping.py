"""Mapping of Verilog text, and the levels of what comes out."""

from __future__ import annotations

import pytest

from nor2hdl.errors import ToolError
from nor2hdl.netlist import Builder
from nor2hdl.report import map_circuit, map_verilog


def test_verilog_and_netlist_map_alike():
    b = Builder()
    x = b.input("x", 3)
    b.output("y", [b.nor(b.nor(x[0], x[1]), x[2])])
    mapped = map_circuit(b.freeze())
    assert mapped == map_verilog(
        "module top(input [2:0] x, output y); assign y = ~(~(x[0]|x[1])|x[2]); endmodule"
    )
    assert (mapped.lut4, mapped.lut6, mapped.lut6_levels) == (1, 1, 1)


def test_levels_are_cells_on_the_longest_path():
    mapped = map_verilog("module top(input [6:0] x, output y, z); assign y = ^x; assign z = x[0]; endmodule")
    assert (mapped.lut6, mapped.lut6_levels) == (2, 2)
    assert mapped.nand2_levels >= 3 * 2  # a tree of exclusive ors, two levels of NANDs each at least


def test_constant_outputs_have_no_level():
    mapped = map_verilog("module top(input x, output y, z); assign y = 1'b1; assign z = x; endmodule")
    assert (mapped.nand2, mapped.nand2_levels, mapped.lut6_levels) == (0, 0, 0)


def test_verilog_that_is_none_is_a_tool_error():
    with pytest.raises(ToolError, match="yosys failed"):
        map_verilog("module top(")
