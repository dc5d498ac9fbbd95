"""Pipelines as Amaranth components and as Verilog text."""

from __future__ import annotations

import re

import pytest
from amaranth.back import rtlil

from nor2hdl.errors import NetlistError, OptionError, OutputError, ToolTimeoutError
from nor2hdl.hdl import (
    HANDSHAKE,
    PipelineComponent,
    port_names,
    to_pipeline_verilog,
    to_verilog,
    write_pipeline_verilog,
)
from nor2hdl.netlist import Builder, random_netlist
from nor2hdl.pipeline import pipeline_netlist
from nor2hdl.verify import check_pipeline_verilog, read_verilog

GOLD = """\
// Pipeline of 2 stages; written by nor2hdl.
// Levels of 4-input lookup tables by stage: 1, 1.
// Flip-flops by rank: 2, 1; 3 in all, and 2 for valid.
// A sample is taken at each rising edge of clk with valid_in and ready_in, and the pipeline advances at
// each edge with ready_in. Latency: 2 advances, then the result stands at the outputs with
// valid_out, until an edge with ready_out. rst is synchronous and clears the valid bits; no register
// needs an initial value.
module top(clk, rst, valid_in, ready_in, pix, valid_out, ready_out, cls);
  input clk;
  wire clk;
  input rst;
  wire rst;
  input valid_in;
  wire valid_in;
  output ready_in;
  wire ready_in;
  input [7:0] pix;
  wire [7:0] pix;
  output valid_out;
  wire valid_out;
  input ready_out;
  wire ready_out;
  output [1:0] cls;
  wire [1:0] cls;
  wire [1:0] cls_next;
  reg [1:0] rank1;
  wire [1:0] rank1_next;
  reg rank2;
  reg [1:0] valid;
  assign ready_in = ready_out | (~ valid[1]);
  assign valid_out = valid[1];
  assign cls = { 1'h1, rank2 };
  always @(posedge clk)
    if (rst) valid <= 2'h0;
    else if (ready_in) valid <= { valid[0], valid_in };
  always @(posedge clk)
    if (ready_in) rank1 <= rank1_next;
  always @(posedge clk)
    if (ready_in) rank2 <= cls_next[0];
  top_stage1 stage1 (
    .pix(pix),
    .rank1(rank1_next)
  );
  top_stage2 stage2 (
    .cls(cls_next),
    .rank1(rank1)
  );
endmodule
"""


def small():
    b = Builder()
    x = b.input("pix", 8)
    b.output("cls", [b.nor(b.nor(*x[:4]), b.nor(*x[4:])), b.nor()])
    return b.freeze()


def named(*names, output="y"):
    """Return a circuit of two levels with input ports of these names."""
    b = Builder()
    nets = [net for name in names for net in b.input(name, 4)]
    b.output(output, [b.nor(b.nor(*nets[: len(nets) // 2]), b.nor(*nets[len(nets) // 2 :]), nets[0])])
    return b.freeze()


def test_the_top_module_and_one_for_each_stage():
    pipeline = pipeline_netlist(small(), stages=2)
    top, *stages = to_pipeline_verilog(pipeline).split("endmodule\n\n")
    assert top + "endmodule\n" == GOLD
    for number, (stage, net) in enumerate(zip(stages, pipeline.stages, strict=True), start=1):
        assert stage.removesuffix("endmodule\n") == to_verilog(net, name=f"top_stage{number}").removesuffix(
            "endmodule\n"
        )


def test_each_stage_can_be_read_by_itself(tmp_path):
    net = random_netlist(gates=300, inputs=20, levels=12, outputs=4, seed=2)
    pipeline = pipeline_netlist(net, stages=3)
    write_pipeline_verilog(pipeline, tmp_path / "core.v", name="core")
    for number, stage in enumerate(pipeline.stages, start=1):
        read_verilog(tmp_path / "core.v", stage, top=f"core_stage{number}")


def test_no_initial_values_and_reset_of_valid_alone():
    net = random_netlist(gates=300, inputs=20, levels=12, outputs=4, seed=2)
    text = to_pipeline_verilog(pipeline_netlist(net, stages=4))
    code = re.sub(r"//.*", "", text)
    assert "initial" not in code
    assert not re.search(r"reg [^;]*=", code)
    assert code.count("rst)") == 1
    assert code.isascii()


def test_the_text_is_the_same_each_time():
    net = random_netlist(gates=300, inputs=20, levels=12, outputs=4, seed=2)
    assert to_pipeline_verilog(pipeline_netlist(net, stages=3)) == to_pipeline_verilog(
        pipeline_netlist(net, stages=3)
    )


def test_ports_that_the_handshake_has_are_renamed():
    net = named("clk", "valid_in", "pix", output="ready_in")
    pipeline = pipeline_netlist(net, stages=2)
    assert port_names(pipeline, HANDSHAKE) == {
        "clk": "clk_2",
        "valid_in": "valid_in_2",
        "pix": "pix",
        "ready_in": "ready_in_2",
    }
    text = to_pipeline_verilog(pipeline)
    head = (
        "module top(clk, rst, valid_in, ready_in, clk_2, valid_in_2, pix, valid_out, ready_out, ready_in_2);"
    )
    assert head in text
    for name in ("clk", "valid_in", "ready_in"):
        assert f"// Port {name}_2 is '{name}' in the netlist.\n" in text


@pytest.mark.parametrize("name", ["rank1", "stage1", "valid", "rank2", "rank1_next", "y_next", "top_stage1"])
def test_ports_may_be_named_as_what_is_inside(name, tmp_path):
    net = named(name, "x")
    write_pipeline_verilog(pipeline_netlist(net, stages=2), tmp_path / "top.v")
    assert check_pipeline_verilog(tmp_path / "top.v", net, latency=2).status == "equal"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a b", "module name must be a Verilog identifier, not 'a b'; 'a_b' would do"),
        ("clk", "module name must differ from the port names, not be 'clk'; choose another name"),
        ("pix", "module name must differ from the port names, not be 'pix'; choose another name"),
    ],
)
def test_bad_module_names(name, text):
    with pytest.raises(OptionError) as caught:
        to_pipeline_verilog(pipeline_netlist(small(), stages=1), name=name)
    assert str(caught.value) == text


def test_a_file_with_a_remark(tmp_path):
    pipeline = pipeline_netlist(small(), stages=2)
    write_pipeline_verilog(pipeline, tmp_path / "top.v", remark="hello")
    assert (tmp_path / "top.v").read_text() == "// hello\n" + to_pipeline_verilog(pipeline)
    with pytest.raises(OutputError):
        write_pipeline_verilog(pipeline, tmp_path / "none" / "top.v")


def test_yosys_may_take_too_long():
    with pytest.raises(ToolTimeoutError):
        to_pipeline_verilog(pipeline_netlist(small(), stages=1), timeout=0.01)


@pytest.mark.parametrize(("inputs", "outputs"), [(65_529, (1,)), (1, (40_000, 25_529))])
def test_too_many_bits(inputs, outputs):
    b = Builder()
    x = b.input("x", inputs)
    for number, width in enumerate(outputs):
        b.output(f"y{number}", [x[0]] * width)
    pipeline = pipeline_netlist(b.freeze(), stages=1)
    with pytest.raises(NetlistError) as caught:
        PipelineComponent(pipeline)
    assert str(caught.value) == (
        "all inputs together, all outputs together and each rank must have at most 65528 bits to become "
        "Verilog, not 65529; split the circuit"
    )


def test_circuits_without_gates():
    b = Builder()
    x = b.input("x", 2)
    b.output("y", [x[1], 0, b.nor()])
    b.output("none", [])
    text = to_pipeline_verilog(pipeline_netlist(b.freeze(), stages=1))
    assert "assign y = { 2'h2, rank1 };" in text
    nothing = Builder().freeze()
    text = to_pipeline_verilog(pipeline_netlist(nothing, stages=1))
    assert "module top(clk, rst, valid_in, ready_in, valid_out, ready_out);" in text


def test_ports_that_need_no_register_of_their_own(tmp_path):
    b = Builder()
    x = b.input("x", 2)
    both = b.nor(*x)
    outputs = {"y": [both], "again": [both], "never": [0], "twice": [0, both], "wire": [x[1]]}
    for name, nets in outputs.items():
        b.output(name, nets)
    net = b.freeze()
    write_pipeline_verilog(pipeline_netlist(net, stages=1), tmp_path / "top.v")
    assert ".again()" in (tmp_path / "top.v").read_text()
    assert check_pipeline_verilog(tmp_path / "top.v", net, latency=1).status == "equal"


def test_the_component_is_in_the_sync_domain():
    component = PipelineComponent(pipeline_netlist(small(), stages=2))
    assert list(component.signature.members) == [
        "pix",
        "cls",
        "valid_in",
        "ready_in",
        "valid_out",
        "ready_out",
    ]
    text = rtlil.convert(component, name="top")
    assert re.search(r"wire width 1 input \d+  \\clk", text)
    assert re.search(r"wire width 1 input \d+  \\rst", text)
