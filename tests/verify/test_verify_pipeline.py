"""Pipelines read back from Verilog: the right ones are proved, and every kind of wrong one is found."""

from __future__ import annotations

import pytest

from nor2hdl import tools
from nor2hdl.errors import NetlistError, OptionError, ToolError
from nor2hdl.hdl import to_pipeline_verilog, to_verilog, write_pipeline_verilog
from nor2hdl.netlist import Builder, random_netlist
from nor2hdl.pipeline import pipeline_netlist
from nor2hdl.verify import check_pipeline_verilog

NET = random_netlist(gates=60, inputs=6, levels=6, outputs=3, seed=3)
PIPELINE = pipeline_netlist(NET, stages=2)
WIDTH = PIPELINE.rank_widths[0]


@pytest.fixture(scope="module")
def text():
    return to_pipeline_verilog(PIPELINE)


def changed(text, good, bad):
    assert text.count(good) == 1, good
    return text.replace(good, bad)


def check(folder, text, latency=2):
    path = folder / "top.v"
    path.write_text(text)
    return check_pipeline_verilog(path, NET, latency=latency, timeout=100)


@pytest.mark.parametrize("stages", [1, 2, 3])
def test_what_is_written_is_the_circuit(tmp_path, stages):
    net = random_netlist(gates=300, inputs=40, levels=12, outputs=6, seed=1)
    write_pipeline_verilog(pipeline_netlist(net, stages=stages), tmp_path / "top.v", name="other")
    verdict = check_pipeline_verilog(tmp_path / "top.v", net, latency=stages, top="other")
    assert (verdict.status, verdict.method) == ("equal", "abc")


def test_wires_constants_and_renamed_ports(tmp_path):
    b = Builder()
    x, reset = b.input("x", 20), b.input("rst", 2)
    stem = b.nor(*x, *reset)
    b.output("clk", [stem, 0, b.nor(stem), b.nor(), x[3], stem])
    b.output("empty", [])
    net = b.freeze()
    write_pipeline_verilog(pipeline_netlist(net, stages=2), tmp_path / "top.v")
    assert check_pipeline_verilog(tmp_path / "top.v", net, latency=2).status == "equal"


@pytest.mark.parametrize("stages", [1, 3, 6])
def test_a_trained_circuit(digits_build, tmp_path, stages):
    net = digits_build.circuit
    write_pipeline_verilog(pipeline_netlist(net, stages=stages, lut=6), tmp_path / "top.v")
    verdict = check_pipeline_verilog(tmp_path / "top.v", net, latency=stages, timeout=200)
    assert (verdict.status, verdict.method) == ("equal", "abc")


def test_a_swapped_register_bit_has_a_counterexample(tmp_path, text):
    swapped = f"rank1 <= {{ rank1_next[0], rank1_next[{WIDTH - 1}:1] }}"
    verdict = check(tmp_path, changed(text, "rank1 <= rank1_next", swapped))
    assert verdict.status == "different"
    assert verdict.counterexample is not None


FAULTS = {
    "an enable is missing": (
        "if (ready_in) rank1 <=",
        "rank1 <=",
        "register rank1[0] must move at exactly the edges with ready_out | ~valid_out",
    ),
    "an enable is another": (
        "if (ready_in) y <=",
        "if (ready_out) y <=",
        "register y[0] must move at exactly the edges with ready_out | ~valid_out",
    ),
    "an enable is data": (
        "if (ready_in) y <=",
        "if (rank1[0]) y <=",
        "register y[0] must move at exactly the edges with ready_out | ~valid_out",
    ),
    "data is cleared": (
        "if (ready_in) y <=",
        "if (rst) y <= 0; else if (ready_in) y <=",
        "register y[0] must have no reset",
    ),
    "valid is not cleared": (
        "if (rst) valid <= 2'h0;\n    else if",
        "if",
        "register valid[0] must be cleared by rst",
    ),
    "valid is cleared only when it moves": (
        "if (rst) valid <= 2'h0;\n    else if (ready_in) valid <=",
        "if (ready_in) valid <= rst ? 2'h0 :",
        "register valid[0] must be cleared by rst",
    ),
    "valid is one short": (
        "valid <= { valid[0], valid_in }",
        "valid <= { valid_in, valid_in }",
        "valid_out must be valid_in after 2 registers, not 1",
    ),
    "valid comes from elsewhere": (
        "valid <= { valid[0], valid_in }",
        "valid <= { valid[0], x[2] }",
        "valid_out must be valid_in some registers later, not x[2]",
    ),
    "ready does not wait": (
        "assign ready_in = ready_out | (~ valid[1])",
        "assign ready_in = 1'b1",
        "ready_in must be ready_out | ~valid_out",
    ),
    "ready waits for nothing": (
        "assign ready_in = ready_out | (~ valid[1])",
        "assign ready_in = ready_out",
        "ready_in must be ready_out | ~valid_out",
    ),
    "a rank is missing": (
        ".rank1(rank1),",
        ".rank1(rank1_next),",
        "output y[0] must be behind 2 ranks of registers, not 1",
    ),
    "a rank is twice there": (
        "if (ready_in) y <= y_next;",
        "if (ready_in) late <= y_next;\n  reg [2:0] late;\n  always @(posedge clk) if (ready_in) y <= late;",
        "output y[0] must be behind 2 ranks of registers, not 3",
    ),
    "the other edge": (
        "always @(posedge clk)\n    if (ready_in) rank1",
        "always @(negedge clk)\n    if (ready_in) rank1",
        "register rank1[0] must move at the rising edge of clk",
    ),
    "data is made of the handshake": (
        "y <= y_next",
        "y <= y_next ^ { valid[0], 2'b00 }",
        "the outputs of the circuit must not depend on valid[0]",
    ),
    "data comes back": (
        "y <= y_next",
        "y <= y_next ^ y",
        "y[0] must not depend on itself",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_wrong_registers_are_found(tmp_path, text, fault):
    good, bad, detail = FAULTS[fault]
    text = text.replace("    .rank1(rank1),\n    .y", "    .rank1(rank1), .y")
    verdict = check(tmp_path, changed(text, good, bad))
    assert (verdict.status, verdict.method, verdict.detail) == ("different", "registers", detail)


def test_one_net_without_its_register(tmp_path, text):
    bad = f".rank1({{ rank1[{WIDTH - 1}:1], rank1_next[0] }}),"
    verdict = check(tmp_path, changed(text, ".rank1(rank1),", bad))
    assert (verdict.status, verdict.method) == ("different", "registers")
    assert verdict.detail.endswith("joins signals behind 0 and 1 ranks of registers")


@pytest.mark.parametrize(
    ("good", "bad", "reason"),
    [
        (
            "reg [1:0] valid;",
            "reg [1:0] valid = 0;",
            "must hold gates and plain flip-flops alone, but initialized D flip-flops are not supported",
        ),
        (
            "always @(posedge clk)\n    if (ready_in) rank1",
            "always @*\n    if (ready_in) rank1",
            "must hold gates and plain flip-flops alone, but D latches are not supported",
        ),
        (
            "always @(posedge clk)\n    if (rst)",
            "always @(posedge clk or posedge rst)\n    if (rst)",
            "must hold gates and plain flip-flops alone, but dffs with async set or reset are not supported",
        ),
        (
            "always @(posedge clk)\n    if (rst)",
            'always @(posedge clk) $display("here");\n  always @(posedge clk)\n    if (rst)',
            "must hold gates and flip-flops alone, not $print",
        ),
        (
            "y <= y_next",
            "y <= 1'bx",
            "must be defined for every input, but output y[0] is x; give it a value",
        ),
        (
            "input [5:0] x;\n  wire [5:0] x;\n  output valid",
            "input [4:0] x;\n  output valid",
            (
                "must have the inputs clk[1], ready_out[1], rst[1], valid_in[1], x[6], "
                "not clk[1], ready_out[1], rst[1], valid_in[1], x[5]"
            ),
        ),
    ],
)
def test_what_is_no_pipeline_at_all(tmp_path, text, good, bad, reason):
    with pytest.raises(NetlistError) as caught:
        check(tmp_path, changed(text, good, bad))
    assert str(caught.value) == f"{tmp_path / 'top.v'} {reason}"


def test_words_of_a_memory_are_registers(tmp_path, text):
    memory = "reg [1:0] m [0:3]; always @(posedge clk) m[valid] <= x[1:0]; wire [1:0] r = m[x[3:2]];"
    bad = changed(text, "assign ready_in", f"{memory}\n  assign ready_in")
    verdict = check(tmp_path, changed(bad, "y <= y_next", "y <= y_next ^ r"))
    assert verdict.detail.startswith("register m[")
    assert verdict.detail.endswith("must move at exactly the edges with ready_out | ~valid_out")


def test_statements_that_are_no_hardware(tmp_path, text):
    bad = changed(text, "assign ready_in", 'always @(posedge clk) $display("%b", y);\n  assign ready_in')
    with pytest.raises(NetlistError) as caught:
        check(tmp_path, bad)
    assert str(caught.value) == f"{tmp_path / 'top.v'} must hold gates and flip-flops alone, not $print"


def test_bad_arguments(tmp_path, text):
    for latency in (0, True, 1.0):
        with pytest.raises(OptionError) as caught:
            check(tmp_path, text, latency)
        assert str(caught.value) == f"latency must be a whole number, 1 or more, not {latency!r}"
    with pytest.raises(OptionError) as caught:
        check_pipeline_verilog(tmp_path / "top.v", NET, latency=2, top="a b")
    assert str(caught.value) == "top must be a Verilog identifier, not 'a b'"
    with pytest.raises(NetlistError) as caught:
        check_pipeline_verilog(tmp_path / "none.v", NET, latency=2)
    assert str(caught.value) == f"cannot read {tmp_path / 'none.v'}: no such file; check the path"


def test_no_time_is_unknown(tmp_path, text):
    (tmp_path / "top.v").write_text(text)
    verdict = check_pipeline_verilog(tmp_path / "top.v", NET, latency=2, timeout=0.01)
    assert (verdict.status, verdict.timed_out) == ("unknown", True)


# The handshake itself, by bounded model checking: from any state, after one cycle of reset, any samples, any
# gaps and any back-pressure, resets in between among them. One sample, any, is followed through.
MONITOR = """\
module monitor(input clk, rst, valid_in, ready_out, mark, input [5:0] x);
  wire ready_in, valid_out;
  wire [2:0] y, golden_y;
  top dut(.clk(clk), .rst(rst), .valid_in(valid_in), .ready_in(ready_in), .x(x),
          .valid_out(valid_out), .ready_out(ready_out), .y(y));
  golden model(.x(x), .y(golden_y));
  wire take = valid_in & ready_in, give = valid_out & ready_out;
  reg [3:0] inside, ahead, moved;  // samples in the pipeline, those before the marked one, chances it had
  reg marked, done;
  reg [2:0] wanted;
  always @(posedge clk)
    if (rst) begin
      inside <= 0;
      marked <= 0;
      done <= 0;
    end else begin
      inside <= inside + take - give;
      if (take & mark & ~marked) begin
        marked <= 1;
        wanted <= golden_y;
        ahead <= inside - give;
        moved <= 0;
      end else if (marked & ~done) begin
        if (give & ahead == 0) done <= 1;
        if (give & ahead != 0) ahead <= ahead - 1;
        if (ready_out) moved <= moved + 1;
      end
    end
  always @* if (~rst) begin
    assert (~valid_out | inside != 0);                               // nothing comes out that did not go in
    assert (~(marked & ~done & valid_out & ahead == 0) | y == wanted);  // in order, right, and stable
    assert (~ready_out | ready_in);                                  // a sample at every edge
    assert (valid_out | ready_in);
    assert (~(marked & ~done) | moved < LATENCY);                    // nothing is lost or late
    assert (inside <= LATENCY);
  end
endmodule
"""


def holds(folder, text, latency):
    """Return whether the assertions of the monitor hold for some cycles after a reset."""
    (folder / "top.v").write_text(text)
    (folder / "golden.v").write_text(to_verilog(NET, name="golden"))
    (folder / "monitor.v").write_text(MONITOR.replace("LATENCY", str(latency)))
    commands = [
        f"read_verilog -formal {folder / name}.v" for name in ("top", "golden", "monitor")
    ]  # folder of pytest: no spaces
    cycles = 3 * latency + 4
    prove = f"sat -verify -seq {cycles} -prove-skip 1 -prove-asserts -set-at 1 rst 1 -set-def-inputs monitor"
    try:
        tools.yosys([*commands, "prep -top monitor -flatten", "chformal -lower", prove], timeout=200)
    except ToolError as error:
        if "proof did fail" not in error.output:
            raise
        return False
    return True


@pytest.mark.parametrize("stages", [1, 2, 3])
def test_the_handshake_loses_and_repeats_nothing(tmp_path, stages):
    pipeline = pipeline_netlist(NET, max_levels=1) if stages == 3 else pipeline_netlist(NET, stages=stages)
    assert pipeline.latency == stages
    assert holds(tmp_path, to_pipeline_verilog(pipeline), stages)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("if (ready_in) rank1 <=", "rank1 <="),
        ("valid <= { valid[0], valid_in }", "valid <= { valid_in, valid_in }"),
        ("if (rst) valid <= 2'h0;\n    else if", "if"),
        ("assign ready_in = ready_out | (~ valid[1])", "assign ready_in = ready_out"),
        ("else if (ready_in) valid <= {", "else valid <= {"),
        ("if (ready_in) y <=", "if (ready_out) y <="),
        ("if (ready_in) rank1 <= rank1_next", "if (ready_in & valid_in) rank1 <= ~rank1_next"),
    ],
)
def test_the_monitor_finds_wrong_handshakes(tmp_path, text, good, bad):
    assert not holds(tmp_path, changed(text, good, bad), 2)
