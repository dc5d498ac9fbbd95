"""The Verilog text: gold, stable, safe, and taken by the tools."""

from __future__ import annotations

import gc
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from nor2hdl import tools
from nor2hdl.errors import OptionError, OutputError, ToolError
from nor2hdl.hdl import to_verilog, write_verilog
from nor2hdl.hdl._tidy import tidy
from nor2hdl.netlist import Builder, Netlist, random_netlist

if TYPE_CHECKING:
    from collections.abc import Callable

GOLD = """\
// NOR gates: 7, pins: 13, levels: 2; written by nor2hdl.
// A vector PART_lLEVEL_fFANIN holds the gates of one part, level and fan-in.
// Port wire_ is 'wire' in the netlist.
module top(wire_, y, z);
  input [3:0] wire_;
  wire [3:0] wire_;
  output y;
  wire y;
  output [2:0] z;
  wire [2:0] z;
  wire gates_l0_f0;
  wire [1:0] layer0_l1_f2;
  wire [1:0] layer0_l1_f3;
  wire gates_l1_f1;
  wire argmax_l2_f2;
  assign gates_l0_f0 = ~ 1'h0;
  assign layer0_l1_f2 = ~ ({ wire_[2], wire_[0] } | { wire_[3], wire_[1] });
  assign layer0_l1_f3 = ~ (wire_[1:0] | wire_[2:1] | wire_[3:2]);
  assign gates_l1_f1 = ~ 1'h0;
  assign argmax_l2_f2 = y;
  assign y = ~ (layer0_l1_f2[1] | layer0_l1_f3[0]);
  assign z = { gates_l1_f1, gates_l0_f0, layer0_l1_f3[1] };
endmodule
"""


def tiny() -> Netlist:
    b = Builder()
    x = b.input("wire", 4)
    b.set_tag("layer0/neuron0")
    two = [b.nor(x[0], x[1]), b.nor(x[2], x[3])]
    b.set_tag("layer0/neuron1")
    three = [b.nor(*x[:3]), b.nor(*x[1:])]
    b.set_tag("argmax")
    b.output("y", [b.nor(two[1], three[0])])
    b.set_tag("")
    b.output("z", [three[1], b.nor(), b.nor(0)])
    return b.freeze()


def test_gold() -> None:
    assert to_verilog(tiny()) == GOLD


def test_bytes_do_not_depend_on_the_process_or_the_folder(tmp_path: Path) -> None:
    net = random_netlist(gates=300, inputs=20, levels=6, outputs=5)
    code = (
        "from nor2hdl.netlist import random_netlist; from nor2hdl.hdl import to_verilog; "
        "print(to_verilog(random_netlist(gates=300, inputs=20, levels=6, outputs=5)), end='')"
    )
    environment = os.environ | {"PYTHONHASHSEED": "7", "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, cwd=tmp_path, env=environment
    )
    assert done.stdout.decode() == to_verilog(net) == to_verilog(net)


def test_nothing_gets_in_through_names() -> None:
    b = Builder()
    x = b.input("x;endmodule", 2)
    b.set_tag('"*;initial$finish//neuron0')
    b.output('`include"/etc/passwd"', [b.nor(*x)])
    b.output("größe\\", x)
    body = to_verilog(b.freeze()).splitlines()
    assert body[2:6] == [
        "// Port x_endmodule is 'x;endmodule' in the netlist.",
        "// Port n_include__etc_passwd_ is '`include\"/etc/passwd\"' in the netlist.",
        "// Port gr__e_ is 'gr\\xf6\\xdfe\\\\' in the netlist.",
        "module top(x_endmodule, n_include__etc_passwd_, gr__e_);",
    ]
    assert "  assign n___initial_finish_l1_f2 = n_include__etc_passwd_;" in body
    assert [line for line in body[5:] if re.search(r"\bendmodule|[`$\"\\]", line)] == ["endmodule"]


def test_ports_without_width_and_circuits_without_gates() -> None:
    b = Builder()
    x = b.input("x", 2)
    b.input("none", 0)
    b.output("empty", [])
    b.output("y", [x[1], 0, x[0]])
    assert to_verilog(b.freeze(), name="wires").splitlines()[2:] == [
        "module wires(x, y);",
        "  input [1:0] x;",
        "  wire [1:0] x;",
        "  output [2:0] y;",
        "  wire [2:0] y;",
        "  assign y = { x[0], 1'h0, x[1] };",
        "endmodule",
    ]
    assert to_verilog(Builder().freeze()).splitlines()[2:] == ["module top();", "endmodule"]


def test_wide_gates_are_one_reduction_each() -> None:
    b = Builder()
    x = b.input("x", 50)
    b.output("y", [b.nor(*x), b.nor(*x[:25], *x[26:])])
    assert "  assign gates_l1_f50 = ~ (| x);\n" in to_verilog(b.freeze())
    assert "  assign gates_l1_f49 = ~ (| { x[49:26], x[24:0] });\n" in to_verilog(b.freeze())


def wide() -> Netlist:
    """Return a netlist of long vectors, long chains, wide gates and long concatenations."""
    rng = np.random.default_rng(0)
    b = Builder()
    x = b.input("x", 600)
    some = [b.nor(*rng.choice(x, 40, replace=False).tolist()) for _ in range(45)]
    wider = [b.nor(*rng.choice(x, 500, replace=False).tolist()) for _ in range(3)]
    many = [b.nor(*rng.choice(x, 2, replace=False).tolist()) for _ in range(4200)]
    b.output("y", [*some, *wider, *rng.permutation(many).tolist()])
    return b.freeze()


def test_lines_stay_short_and_chains_shallow() -> None:
    text = to_verilog(wide())
    assert max(map(len, text.splitlines())) < 2200
    chains = re.findall(r"\((?:[^()|]| \| )*\)", re.sub(r"\{[^}]*\}", "v", text.replace("\n", "")))
    assert max(chain.count(" | ") for chain in chains) in range(10, 32)


@pytest.mark.parametrize("make", [tiny, wide, Builder().freeze])
@pytest.mark.parametrize("tool", ["yosys", "iverilog", "verilator"])
def test_tools_take_it(make: Callable[[], Netlist], tool: str, tmp_path: Path) -> None:
    write_verilog(make(), tmp_path / "top.v")
    if tool == "yosys":
        log = tools.yosys([f"read_verilog -sv {tmp_path / 'top.v'}", "check -assert"], timeout=60)
        assert "Warning" not in log
        return
    command = {
        "iverilog": ["iverilog", "-g2005", "-Wall", "-o", "top.vvp", "top.v"],
        "verilator": ["verilator", "--lint-only", "-Wall", "-Wno-UNUSEDSIGNAL", "top.v"],
    }[tool]
    try:
        command[0] = tools.find(command[0])
    except ToolError as error:
        pytest.skip(str(error))
    output = tools.run(command, timeout=60, cwd=tmp_path)
    assert "warning" not in output.lower()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "a;endmodule",
            "module name must be a Verilog identifier, not 'a;endmodule'; 'a_endmodule' would do",
        ),
        ("module", "module name must be a Verilog identifier, not 'module'; 'module_' would do"),
        ("", "module name must be a Verilog identifier, not ''; 'n' would do"),
        ("y", "module name must differ from the port names, not be 'y'; choose another name"),
    ],
)
def test_bad_module_names(name: str, message: str) -> None:
    with pytest.raises(OptionError) as caught:
        to_verilog(tiny(), name=name)
    assert str(caught.value) == message


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "top.v"
    target.write_text("old")

    def fail(commands, *, timeout):
        raise ToolError("yosys", "failed")

    monkeypatch.setattr(tools, "yosys", fail)
    with pytest.raises(ToolError, match=r"^yosys failed$"):
        write_verilog(tiny(), target)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"^cannot write .*top\.v: No such file or directory"):
        write_verilog(tiny(), tmp_path / "none" / "top.v")


def test_lines_that_yosys_should_not_write_are_refused() -> None:
    with pytest.raises(ToolError) as caught:
        tidy("module top(x);\n  input x;\n  always @* begin\nendmodule\n", ["x"], [])
    assert str(caught.value) == "yosys wrote an unexpected line: '  always @* begin\\n'; use pyosys 0.70"


def test_the_cycle_collector_is_left_as_it_was() -> None:
    to_verilog(tiny())
    assert gc.isenabled()
    gc.disable()
    try:
        to_verilog(tiny())
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.slow
def test_a_hundred_thousand_gates() -> None:
    code = (
        "import resource; from nor2hdl.netlist import random_netlist; from nor2hdl.hdl import to_verilog\n"
        "net = random_netlist(gates=100_000, inputs=6272, levels=40, fanin=6)\n"
        "text = to_verilog(net)\n"
        "own, child = (resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))\n"
        "print(text.count(chr(10)), own.ru_utime + child.ru_utime, own.ru_maxrss / 1e6)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    lines, seconds, gigabytes = map(float, done.stdout.split())
    assert lines < 10_000
    assert seconds < 30
    assert gigabytes < 1
