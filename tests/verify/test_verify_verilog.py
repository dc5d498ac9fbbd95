"""Verilog read back: the round trip is proved, and what is no circuit is said to be none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings

from nor2hdl import tools
from nor2hdl.errors import NetlistError, OptionError, ToolError, ToolTimeoutError
from nor2hdl.hdl import to_verilog, write_verilog
from nor2hdl.netlist import Builder, Netlist, interpret, random_netlist
from nor2hdl.verify import Exhaustive, check_verilog, read_verilog
from tests.strategies import netlists

if TYPE_CHECKING:
    from pathlib import Path


def nor3() -> Netlist:
    b = Builder()
    b.output("y", [b.nor(*b.input("x", 2), *b.input("z"))])
    return b.freeze()


def nor2() -> Netlist:
    b = Builder()
    b.output("y", [b.nor(*b.input("x", 2)), 0])
    return b.freeze()


@settings(max_examples=25, deadline=None)
@given(net=netlists())
def test_round_trip(net: Netlist, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("round") / "top.v"
    write_verilog(net, path)
    found = read_verilog(path, net)
    assert (found.inputs, found.outputs) == (net.inputs, net.outputs)
    assert Exhaustive().prove(net, found).status == "equal"


def test_round_trip_of_a_larger_circuit(tmp_path: Path) -> None:
    net = random_netlist(gates=1000, inputs=300, levels=8, fanin=20)
    write_verilog(net, tmp_path / "top.v", name="big")
    verdict = check_verilog(tmp_path / "top.v", net, top="big")
    assert (verdict.status, verdict.method) == ("equal", "abc")


def test_one_wrong_gate_is_found(tmp_path: Path) -> None:
    net = random_netlist(gates=400, inputs=60, levels=5)
    text = to_verilog(net)
    line = next(line for line in text.splitlines() if line.startswith("  assign y = "))
    (tmp_path / "top.v").write_text(text.replace(line, line.replace(" = ", " = 256'd1 ^ ")))
    verdict = check_verilog(tmp_path / "top.v", net)
    assert (verdict.status, verdict.detail) == ("different", "output y[0] differs")
    assert verdict.counterexample is not None
    found = read_verilog(tmp_path / "top.v", net)
    left, right = (interpret(n, verdict.counterexample[None])[0] for n in (net, found))
    assert (left != right).nonzero()[0].tolist() == [0]


def test_ports_are_matched_by_name_and_value(tmp_path: Path) -> None:
    source = """
    module half(input [1:0] p, output q); assign q = p[0] & ~p[1]; endmodule
    module top(w, out, up, down, module_);
      input w; input [0:2] up; input [7:6] down; output [2:0] out; output module_;
      half h(.p(down), .q(module_));
      assign out = {w, up[2], up[0]};
    endmodule
    """
    b = Builder()
    down, up, w = b.input("down", 2), b.input("up", 3), b.input("w")
    b.output("module", [b.nor(b.nor(down[0]), down[1])])
    b.output("out", [up[2], up[0], *w])
    (tmp_path / "a b;c.v").write_text(source)
    verdict = check_verilog(tmp_path / "a b;c.v", b.freeze())
    assert (verdict.status, verdict.method) == ("equal", "structural")


def test_arithmetic_is_understood(tmp_path: Path) -> None:
    (tmp_path / "top.v").write_text(
        "module top(input [2:0] x, output reg [6:0] y); always @* y = x * x + x; endmodule"
    )
    b = Builder()
    b.input("x", 3)
    b.output("y", [0] * 7)
    found = read_verilog(tmp_path / "top.v", b.freeze())
    samples = (np.arange(8)[:, None] >> np.arange(3) & 1).astype(bool)
    values = interpret(found, samples) @ (1 << np.arange(7))
    assert values.tolist() == [k * k + k for k in range(8)]


STATE = "{path} must be combinational, without flip-flops, latches and memories"
NO_TOP = "{path} must hold the module 'top'; name the module to read or rename it"
BODY = "module top(input [1:0] x, input z, output {kind} y); {body} endmodule"


@pytest.mark.parametrize(
    ("kind", "body", "message"),
    [
        ("reg", "always @(posedge z) y <= x[0];", STATE),
        ("reg", "always @* if (z) y = x[0];", STATE),
        ("", "reg [0:0] m [0:3]; assign y = m[x];", STATE),
        ("", "assign y = z | (x[0] & y);", "cannot use {path}: found logic loop in module top"),
        ("", "wire a; assign y = z | a;", "cannot use {path}: Wire top.\\a is used but has no driver."),
        (
            "",
            "assign y = z; assign y = x[0];",
            "cannot use {path}: multiple conflicting drivers for top.\\x [0]",
        ),
        (
            "",
            "\nassgn y = z;",
            "cannot use {path}: line 2: syntax error, unexpected '=', expecting '(' or '['",
        ),
        (
            "",
            "foo f(y);",
            (
                "cannot use {path}: Module `\\foo' referenced in module `\\top' in cell `\\f' "
                "is not part of the design."
            ),
        ),
    ],
)
def test_what_is_no_circuit(tmp_path: Path, kind: str, body: str, message: str) -> None:
    path = tmp_path / "top.v"
    path.write_text(BODY.format(kind=kind, body=body))
    with pytest.raises(NetlistError) as caught:
        read_verilog(path, nor3())
    assert str(caught.value) == message.format(path=path)


USES_X = "uses x, z or a bit out of range; give it a value"
DIVIDES = "divides by what may be 0; divide by a constant other than 0"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("assign y = {1'bx, ~|x};", "output y[1] is x; give it a value"),
        ("assign y = {1'bz, ~|x};", "output y[1] is z; give it a value"),
        ("assign y = {x/0 == 1, ~|x};", "output y[1] is x; give it a value"),
        ("wire [2:0] m = 3'b001; assign y = {m[3], ~|x};", "output y[1] is x; give it a value"),
        ("assign y = {x + 2'b1x == 0, ~|x};", "output y[1] is x; give it a value"),
        ("assign y = {x / x[0] == 3'd5, ~|x};", DIVIDES),
        ("assign y = {x % x[0] == 3'd5, ~|x};", DIVIDES),
        ("assign y = {x[0] ? 1'bx : 1'b0, ~|x};", USES_X),
        ("wire [2:0] m = 3'b000; assign y = {m[x], ~|x};", USES_X),
        ("wire [1:0] m = 2'b00; assign y = {m[x], ~|x};", USES_X),
        ("wire [3:0] m = 4'b0000; assign y = {m[{x, 1'b0}], ~|x};", USES_X),
        ("wire [3:0] w = {2'b1x, x} << x; assign y = {w[3] & x[0], ~|x};", USES_X),
    ],
)
def test_what_is_not_defined_is_not_equal(tmp_path: Path, body: str, problem: str) -> None:
    path = tmp_path / "top.v"
    path.write_text(f"module top(input [1:0] x, output [1:0] y); {body} endmodule")
    with pytest.raises(NetlistError) as caught:
        check_verilog(path, nor2())
    assert str(caught.value) == f"{path} must be defined for every input, but {problem}"


@pytest.mark.parametrize(
    ("body", "wire"),
    [
        ("assign y[0] = ~|x;", "y [1]"),
        ("half h(x[0], y[1]); assign y[0] = ~|x;", "h.q"),
        ("half h(.q(y[1])); assign y[0] = ~|x;", "h.q"),
    ],
)
def test_an_undriven_output_is_not_equal(tmp_path: Path, body: str, wire: str) -> None:
    path = tmp_path / "top.v"
    half = "module half(input p, output q); endmodule"
    path.write_text(f"{half} module top(input [1:0] x, output [1:0] y); {body} endmodule")
    with pytest.raises(NetlistError) as caught:
        check_verilog(path, nor2())
    assert str(caught.value) == f"cannot use {path}: Wire top.\\{wire} is used but has no driver."


@pytest.mark.parametrize(
    "high",
    ["x / 2'd3 == 2", "x % 2'd2 == 2", "~m[x]", "~m[{1'b0, x}]", "x[0] & 1'b0", "x[0] ? 1'b0 : x == 7"],
)
def test_what_is_defined_may_be_equal(tmp_path: Path, high: str) -> None:
    text = "module top(input [1:0] x, output [1:0] y); wire [3:0] m = 15;"
    (tmp_path / "top.v").write_text(f"{text} assign y = {{{high}, ~|x}}; endmodule")
    assert check_verilog(tmp_path / "top.v", nor2()).status == "equal"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", NO_TOP),
        ("module a(input x, output y); assign y = x; endmodule", NO_TOP),
        ("module top; endmodule", "{path} must have the inputs x[2], z[1], not none"),
        (BODY.format(kind="", body=""), "cannot use {path}: Wire top.\\y is used but has no driver."),
        (
            "module top(inout [1:0] x, input z, output y); assign y = z; endmodule",
            "port x of {path} must be an input or an output, not inout; declare it as one",
        ),
        (
            "module top(input [1:0] x, input z, \\a=b , output y); assign y = z; endmodule",
            "{path} must have the inputs x[2], z[1], not a=b[1], x[2], z[1]",
        ),
        (
            "module top(input [1:0] x, output y); assign y = x[0]; endmodule",
            "{path} must have the inputs x[2], z[1], not x[2]",
        ),
        (
            "module top(input [2:0] x, input z, output y); assign y = z; endmodule",
            "{path} must have the inputs x[2], z[1], not x[3], z[1]",
        ),
        (
            "module top(input [1:0] x, input z, output q); assign q = z; endmodule",
            "{path} must have the outputs y[1], not q[1]",
        ),
    ],
)
def test_wrong_ports(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "top.v"
    path.write_text(text)
    with pytest.raises(NetlistError) as caught:
        read_verilog(path, nor3())
    assert str(caught.value) == message.format(path=path)


def test_binary_rubbish_is_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "top.v"
    path.write_bytes(b"\x7fELF\x00\xff\xfe" * 100)
    with pytest.raises(NetlistError, match=r"^cannot use .*top\.v: line 1: syntax error.*$") as caught:
        read_verilog(path, nor3())
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_bad_top(tmp_path: Path) -> None:
    with pytest.raises(NetlistError) as caught:
        check_verilog(tmp_path / "none.v", nor3())
    assert str(caught.value) == f"cannot read {tmp_path / 'none.v'}: no such file; check the path"
    with pytest.raises(OptionError) as refused:
        read_verilog(tmp_path / "none.v", nor3(), top="top; shell")
    assert str(refused.value) == "top must be a Verilog identifier, not 'top; shell'"


def test_running_out_of_time(tmp_path: Path) -> None:
    write_verilog(nor3(), tmp_path / "top.v")
    with pytest.raises(ToolTimeoutError, match=r"^yosys did not finish within 0\.001 s"):
        read_verilog(tmp_path / "top.v", nor3(), timeout=0.001)
    verdict = check_verilog(tmp_path / "top.v", nor3(), timeout=0.001)
    assert (verdict.status, verdict.timed_out, verdict.method) == ("unknown", True, "yosys")


def test_a_missing_yosys_is_an_error_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "top.v").write_text("")

    def missing(commands, *, timeout):
        raise ToolError("yosys", "is not installed", hint="install it with: pip install pyosys")

    monkeypatch.setattr(tools, "yosys", missing)
    with pytest.raises(ToolError, match=r"^yosys is not installed; install it with: pip install pyosys$"):
        read_verilog(tmp_path / "top.v", nor3())


@pytest.mark.slow
def test_a_hundred_thousand_gates(tmp_path: Path) -> None:
    net = random_netlist(gates=100_000, inputs=6272, levels=40, fanin=6)
    write_verilog(net, tmp_path / "top.v")
    assert check_verilog(tmp_path / "top.v", net, timeout=300).status == "equal"
