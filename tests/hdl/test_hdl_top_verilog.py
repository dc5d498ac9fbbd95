"""The Verilog of the tops: stable, clean, equal to the components, and no larger than it must be."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from amaranth.back import rtlil

from nor2hdl import tools
from nor2hdl.errors import OptionError, OutputError, ToolError
from nor2hdl.hdl import (
    PipelineComponent,
    StreamTop,
    UartTop,
    component_verilog,
    to_stream_verilog,
    to_uart_verilog,
    write_stream_verilog,
    write_uart_verilog,
)
from nor2hdl.netlist import Builder
from nor2hdl.pipeline import Pipeline, pipeline_netlist
from tests.hdl_cores import EchoCore

ROOT = Path(__file__).parents[2]
STREAM_PORTS = "clk, rst, i_data, i_first, i_last, i_valid, i_ready, o_cls, o_valid, o_ready, error"


def parity(features: int, stages: int = 2) -> Pipeline:
    """Return a pipelined circuit that looks at bit 7 of each byte and at nothing else."""
    b = Builder()
    pix = b.input("pix", 8 * features)
    odd = pix[7]
    for bit in pix[15::8]:
        none = b.nor(odd, bit)
        odd = b.nor(none, b.nor(b.nor(odd), b.nor(bit)))
    b.output("cls", [odd, pix[7]])
    return pipeline_netlist(b.freeze(), stages=stages)


def heads(text: str) -> list[str]:
    return re.findall(r"^module (.*);$", text, re.MULTILINE)


def test_the_stream_top_stands_around_the_modules_of_the_pipeline(tmp_path) -> None:
    write_stream_verilog(parity(6), tmp_path / "a.v", name="parity", remark="made for a test")
    text = (tmp_path / "a.v").read_text(encoding="ascii")
    assert text.startswith(f"// made for a test\nmodule parity({STREAM_PORTS});\n")
    assert [head.split("(")[0] for head in heads(text)] == [
        "parity",
        "parity_core",
        "parity_core_stage1",
        "parity_core_stage2",
    ]
    assert "initial" not in text.replace("initial value", "")
    assert text.removeprefix("// made for a test\n") == to_stream_verilog(parity(6), name="parity")


def test_the_uart_top_stands_around_the_same(tmp_path) -> None:
    write_uart_verilog(parity(6), tmp_path / "a.v", clock_hz=12e6, baud=115_200)
    text = (tmp_path / "a.v").read_text(encoding="ascii")
    assert heads(text)[0] == "top(clk, rst, rx, tx, active, error)"
    assert text == to_uart_verilog(parity(6), clock_hz=12e6, baud=115_200)
    assert text.split("\n// Pipeline of")[1] == to_stream_verilog(parity(6)).split("\n// Pipeline of")[1]


def test_bytes_do_not_depend_on_the_process_or_the_folder(tmp_path) -> None:
    code = (
        "from tests.hdl.test_hdl_top_verilog import *\n"
        "print(to_stream_verilog(parity(6)), component_verilog(UartTop(EchoCore(2), 1, 1e6, 9600)), end='')"
    ).replace("EchoCore(2), 1", "EchoCore(2, width=8), 2")
    environment = os.environ | {"PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, cwd=tmp_path, env=environment
    )
    uart = component_verilog(UartTop(EchoCore(2, width=8), 2, 1e6, 9600))
    assert done.stdout.decode() == f"{to_stream_verilog(parity(6))} {uart}"


def make(kind: str):
    if kind == "stream":
        return StreamTop(EchoCore(2, latency=2), 2)
    return UartTop(EchoCore(2, width=8), 2, 1e6, 100_000)


@pytest.mark.parametrize("kind", ["stream", "uart"])
def test_it_is_the_component_that_is_written(kind: str, tmp_path) -> None:
    (tmp_path / "gold.il").write_text(rtlil.convert(make(kind), name="gold", emit_src=False))
    (tmp_path / "gate.v").write_text(component_verilog(make(kind), name="gate"))
    prove = [
        f"read_rtlil {tmp_path / 'gold.il'}",
        "proc",
        "flatten",
        f"read_verilog {tmp_path / 'gate.v'}",
        "proc",
        "setattr -unset init w:*",
        "miter -equiv -flatten gold gate miter",
        "hierarchy -top miter",
    ]
    bounded = "sat -seq 14 -set-init-zero -prove trigger 0 -verify miter"
    tools.yosys([*prove, bounded], timeout=120)
    wrong = (tmp_path / "gate.v").read_text().replace("? 1'h0 :", "? 1'h1 :")
    (tmp_path / "gate.v").write_text(wrong)
    with pytest.raises(ToolError):
        tools.yosys([*prove, bounded], timeout=120)


@pytest.mark.parametrize("kind", ["stream", "uart"])
@pytest.mark.parametrize("tool", ["iverilog", "verilator"])
def test_tools_take_it(kind: str, tool: str, tmp_path) -> None:
    rates = {"clock_hz": 12e6, "baud": 115_200}
    text = to_stream_verilog(parity(5)) if kind == "stream" else to_uart_verilog(parity(5), **rates)
    (tmp_path / "top.v").write_text(text)
    command = {
        "iverilog": ["iverilog", "-g2005", "-Wall", "-s", "top", "-o", "top.vvp", "top.v"],
        "verilator": [
            *("verilator", "--lint-only", "-Wall", "--top-module", "top"),
            *("-Wno-UNUSEDSIGNAL", "-Wno-WIDTHEXPAND", "-Wno-DECLFILENAME", "top.v"),
        ],
    }[tool]
    try:
        command[0] = tools.find(command[0])
    except ToolError as error:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(str(error))
    assert "warning" not in tools.run(command, timeout=60, cwd=tmp_path).lower()


def cells(text: str, tmp_path) -> dict[str, int]:
    """Return how many cells of each kind it has on an iCE40."""
    (tmp_path / "top.v").write_text(text)
    log = tools.yosys([f"read_verilog {tmp_path / 'top.v'}", "synth_ice40 -top top"], timeout=120)
    statistics = log[log.rindex("design hierarchy") :]
    found = re.findall(r"^ +(\d+) +(SB_\w+)$", statistics, re.MULTILINE)
    return {kind: int(count) for count, kind in found}


@pytest.mark.parametrize(("features", "counter"), [(16, 4), (64, 6)])
def test_bits_that_nobody_reads_are_not_stored(features: int, counter: int, tmp_path) -> None:
    pipeline = parity(features, stages=1)
    found = cells(to_stream_verilog(pipeline), tmp_path)
    flip_flops = sum(count for kind, count in found.items() if kind.startswith("SB_DFF"))
    # One bit a byte; the counter, full, filling, dropping, error; the rank of the pipeline and its valid.
    assert flip_flops == features + counter + 4 + pipeline.flip_flops + 1


def test_no_register_of_data_has_a_reset(tmp_path) -> None:
    found = cells(to_stream_verilog(parity(16, stages=1)), tmp_path)
    with_reset = sum(count for kind, count in found.items() if re.fullmatch("SB_DFFE?SR", kind))
    assert with_reset == 5  # full, filling, dropping, error, the pipeline's valid


def test_bad_names_and_pipelines_are_refused(tmp_path) -> None:
    with pytest.raises(
        OptionError, match=r"^module name must be a Verilog identifier, not '1'; 'n1' would do$"
    ):
        to_stream_verilog(parity(6), name="1")
    with pytest.raises(OptionError, match=r"^module name must differ from the port names, not be 'clk'"):
        to_stream_verilog(parity(6), name="clk")
    b = Builder()
    b.output("cls", b.input("bits", 8))
    with pytest.raises(
        OptionError,
        match=r"^pipeline must have an input port pix of whole bytes and an output port cls, "
        r"not bits \(8\), cls \(8\)$",
    ):
        to_stream_verilog(pipeline_netlist(b.freeze(), stages=1))
    with pytest.raises(
        OptionError, match=r"^baud must be at most 125000, an eighth of clock_hz, not 500000$"
    ):
        to_uart_verilog(parity(6), clock_hz=1e6, baud=500_000)
    with pytest.raises(OutputError, match=r"^cannot write .*a\.v: No such file or directory"):
        write_stream_verilog(parity(6), tmp_path / "absent" / "a.v")


def test_what_yosys_should_not_write_is_refused(monkeypatch) -> None:
    def write(commands, *, timeout):
        Path(commands[-1].split('"')[1]).write_text("module top(other);\nendmodule\n")

    monkeypatch.setattr(tools, "yosys", write)
    with pytest.raises(ToolError) as caught:
        component_verilog(PipelineComponent(parity(6)))
    assert str(caught.value) == (
        "yosys wrote an unexpected module; use pyosys 0.70\n  module top(other);\n  endmodule"
    )
