"""Bitstreams of boards, and the top of a board in simulation."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest
from amaranth.sim import Simulator

from nor2hdl.errors import OptionError, OutputError, ToolError
from nor2hdl.fpga import BOARDS, Cells, Timing, _bitstream, build_bitstream
from nor2hdl.fpga._top import BoardTop
from nor2hdl.hdl import PipelineComponent, UartTop
from nor2hdl.netlist import interpret, random_netlist
from nor2hdl.pipeline import lut_depth, pipeline_netlist
from nor2hdl.simulate import features_to_samples


class Stand:
    """Stands in for the tools: a circuit reaches so many MHz for each of its stages."""

    def __init__(self) -> None:
        self.mhz = 100.0
        self.cells = Cells(100, 50, 0, 5, 100)
        self.tried: list[int] = []

    def step(self, name: str) -> None:
        if " synthesize " in name:
            self.tried.append(int(name.split()[2]))

    def synthesize(self, *_, netlist, **__) -> Cells:
        netlist.write_text("{}")
        return self.cells

    def place_and_route(self, folder, part, *, output, mhz, **_) -> Timing:
        (folder / output).write_text("config")
        reached = self.mhz * self.tried[-1]
        return Timing(reached, 1.0, 1.0, (("clk", mhz, reached),), ())

    def pack(self, folder, part, source, target, **_) -> None:
        (folder / target).write_bytes(b"bits")


@pytest.fixture
def stand(monkeypatch) -> Stand:
    stand = Stand()
    for name in ("synthesize", "place_and_route", "pack"):
        monkeypatch.setattr(_bitstream, name, getattr(stand, name))
    return stand


@pytest.mark.parametrize(("board", "files"), [("icebreaker", ("pcf", "bin")), ("ulx3s-25f", ("lpf", "bit"))])
def test_a_bitstream_is_made_twice_the_same(board, files, small, tmp_path):
    made = build_bitstream(small, board, tmp_path / "a")
    names = {"top.il", "top.json", f"pins.{files[0]}", f"top.{files[1]}", "bitstream.json"}
    assert {path.name for path in made.folder.iterdir()} == names
    assert made.files.keys() == names - {"bitstream.json"}
    for name, total in made.files.items():
        assert hashlib.sha256((made.folder / name).read_bytes()).hexdigest() == total
    assert (made.folder / "bitstream.json").read_text() == made.to_json()
    assert json.loads(made.to_json())["clock_hz"] == BOARDS[board].clock_hz == made.clock_hz
    assert made.timing.passed
    assert made.program.endswith(made.bitstream)
    again = build_bitstream(small, board, tmp_path / "b")
    assert again.files == made.files
    assert str(tmp_path) not in (made.folder / "top.json").read_text()


def test_a_netlist_gets_the_stages_that_the_clock_takes(small, tmp_path, stand):
    stand.mhz = 7.0
    made = build_bitstream(small, "icebreaker", tmp_path, step=stand.step)
    assert stand.tried == [1, 2]
    assert (made.stages, made.clock_hz) == (2, 12e6)


def test_a_netlist_that_is_slow_at_its_deepest_gets_half_the_clock(small, tmp_path, stand):
    stand.mhz = 2.9
    most = lut_depth(small)
    made = build_bitstream(small, "icebreaker", tmp_path, step=stand.step)
    assert stand.tried == [1, most, most]
    assert (made.stages, made.clock_hz) == (most, 12e6 / 2)


def test_a_pipeline_is_left_and_its_clock_halved(small, tmp_path, stand):
    stand.mhz = 4.0
    made = build_bitstream(pipeline_netlist(small, stages=1), "icebreaker", tmp_path, step=stand.step)
    assert (made.stages, made.clock_hz) == (1, 3e6)
    assert stand.tried == [1, 1]


def test_a_pipeline_that_no_clock_is_slow_enough_for(small, tmp_path, stand):
    stand.mhz = 0.1
    pipeline = pipeline_netlist(small, stages=1)
    with pytest.raises(OptionError) as caught:
        build_bitstream(pipeline, "icebreaker", tmp_path, baud=1200, step=stand.step)
    assert str(caught.value) == (
        "circuit must run at 0.1875 MHz or more on icebreaker, but reaches 0.1 MHz; "
        "cut it into more stages than 1"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_circuit_that_is_too_large(small, tmp_path, stand):
    stand.cells = Cells(6000, 50, 0, 5, 6010)
    with pytest.raises(OptionError) as caught:
        build_bitstream(small, "icebreaker", tmp_path)
    assert str(caught.value) == (
        "circuit must fit the board icebreaker, but does not fit up5k-sg48: needs 6,010 logic cells, but it "
        "has 5,280, 730 too few; hx8k-ct256 would hold it"
    )
    assert list(tmp_path.iterdir()) == []


def test_where_deeper_does_not_fit_the_clock_is_halved(small, tmp_path, stand, monkeypatch):
    stand.mhz = 7.0
    sizes = {1: Cells(5000, 50, 0, 5, 5200), 2: Cells(5000, 500, 0, 5, 5400)}

    def synthesize(*arguments, **options) -> Cells:
        stand.synthesize(*arguments, **options)
        return sizes[stand.tried[-1]]

    monkeypatch.setattr(_bitstream, "synthesize", synthesize)
    made = build_bitstream(small, "icebreaker", tmp_path, step=stand.step)
    assert stand.tried == [1, 2, 1]
    assert (made.stages, made.clock_hz) == (1, 6e6)


def test_where_the_first_guess_does_not_fit_one_stage_is_tried(small, tmp_path, stand, monkeypatch):
    def synthesize(*arguments, **options) -> Cells:
        stand.synthesize(*arguments, **options)
        return Cells(5000, 500, 0, 5, 5000 + 200 * stand.tried[-1])

    monkeypatch.setattr(_bitstream, "synthesize", synthesize)
    monkeypatch.setattr(_bitstream.math, "ceil", lambda _: 2)
    made = build_bitstream(small, "icebreaker", tmp_path, step=stand.step)
    assert stand.tried == [2, 1]
    assert made.stages == 1


def test_a_folder_in_the_way_is_named_and_no_summary_left(small, tmp_path, stand):
    (tmp_path / "top.il").mkdir()
    (tmp_path / "bitstream.json").write_text("{}")
    with pytest.raises(OutputError, match=r"^cannot write to .*: Is a directory; choose another folder$"):
        build_bitstream(small, "icebreaker", tmp_path, step=stand.step)
    assert [path.name for path in tmp_path.iterdir()] == ["top.il"]


def test_what_is_refused_at_once_leaves_no_folder(small, tmp_path):
    with pytest.raises(OptionError, match=r"^circuit must have one input, pix"):
        build_bitstream(random_netlist(gates=20), "icebreaker", tmp_path / "new")
    with pytest.raises(OptionError, match=r"^baud must be at most"):
        build_bitstream(small, "icebreaker", tmp_path / "new", baud=10_000_000)
    assert list(tmp_path.iterdir()) == []


def test_unknown_board_bad_baud_and_bad_folder(small, tmp_path):
    with pytest.raises(OptionError, match=r"^board must be one of icebreaker, .*, not 'arty'$"):
        build_bitstream(small, "arty", tmp_path)
    with pytest.raises(OptionError, match=r"^baud must be at most 1\.5e\+06"):
        build_bitstream(small, "icebreaker", tmp_path, baud=10_000_000)
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"^cannot write to .*file: .*; choose another folder$"):
        build_bitstream(small, "icebreaker", tmp_path / "file")


def test_a_tool_that_fails_leaves_the_files_that_were_there(small, tmp_path, fake):
    (tmp_path / "top.bin").write_bytes(b"old")
    fake("yowasp-icepack", "echo broken; exit 1")
    with pytest.raises(ToolError, match=r"^yowasp-icepack failed with exit code 1\n.*\n  broken$"):
        build_bitstream(small, "icebreaker", tmp_path)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(("top", "."))] == ["top.bin"]
    assert (tmp_path / "top.bin").read_bytes() == b"old"


@pytest.mark.parametrize(("board", "halvings"), [("icebreaker", 0), ("ulx3s-25f", 2)])
def test_a_board_answers_on_its_serial_line(board, halvings, small):
    pipeline = pipeline_netlist(small, stages=2)
    clock_hz = BOARDS[board].clock_hz / 2**halvings
    uart = UartTop(PipelineComponent(pipeline), 8, clock_hz, clock_hz / 8)
    top = BoardTop(BOARDS[board], uart, halvings)
    sample = np.array([[200, 3, 129, 0, 255, 128, 1, 9]], np.uint8)
    expected = int(interpret(small, features_to_samples(sample))[0] @ [1, 2])
    bits = [b for byte in sample[0].tolist() for b in [0, *(byte >> k & 1 for k in range(8)), 1]]
    answer: list[int] = []

    async def bench(ctx):
        async def cycle():
            for _ in range(2**halvings):
                for level in (0, 1):
                    ctx.set(top.pins["clk"], level)
                    await ctx.delay(1e-8)
            answer.append(ctx.get(top.pins["tx"]))

        ctx.set(top.pins["rx"], 1)
        for _ in range(40):
            await cycle()
        for bit in bits:
            ctx.set(top.pins["rx"], bit)
            for _ in range(8):
                await cycle()
        for _ in range(200):
            await cycle()

    simulator = Simulator(top)
    simulator.add_testbench(bench)
    simulator.run()
    begin = answer.index(0, 30)
    sent = answer[begin + 4 : begin + 4 + 80 : 8]
    assert (sent[0], sent[9]) == (0, 1)
    assert sum(bit << k for k, bit in enumerate(sent[1:9])) == expected
