"""The tables of parts and boards."""

from __future__ import annotations

import json

import pytest

from nor2hdl import tools
from nor2hdl.errors import OptionError
from nor2hdl.fpga import BOARDS, PARTS, Design, get_board, get_part, synthesize
from nor2hdl.fpga._top import pin_constraints

BLINK = Design("module top(input clk, output reg q); always @(posedge clk) q <= ~q; endmodule", "verilog")


def test_parts_are_listed_under_their_names():
    assert all(get_part(name).name == name for name in PARTS)
    assert {part.family for part in PARTS.values()} == {"ice40", "ecp5", "xc7"}
    assert {"hx1k-tq144", "lp8k-cm81", "up5k-sg48", "hx8k-ct256"} <= PARTS.keys()
    assert {f"ecp5-{size}k-cabga381" for size in (25, 45, 85)} <= PARTS.keys()


def test_a_part_can_be_routed_if_nextpnr_knows_it():
    assert {p.family for p in PARTS.values() if p.routable} == {"ice40", "ecp5"}
    assert all(bool(p.package) == p.routable == bool(p.flags) for p in PARTS.values())


def test_boards_stand_on_parts_that_can_be_routed():
    assert all(get_board(name).name == name and board.part.routable for name, board in BOARDS.items())
    assert {board.part.family for board in BOARDS.values()} == {"ice40", "ecp5"}


@pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS.keys())
def test_a_board_uses_no_pin_twice(board):
    pins = [board.clock, board.rx, board.tx, board.active_led, board.error_led]
    used = [pin for pin in pins if pin]
    assert len(used) == len(set(used)) >= 3
    assert "{file}" in board.program


def test_unknown_part_and_board_are_answered_with_the_list():
    with pytest.raises(OptionError) as caught:
        get_part("up5k")
    assert str(caught.value) == f"part must be one of {', '.join(PARTS)}, not 'up5k'"
    with pytest.raises(OptionError) as caught:
        get_board("arty")
    assert str(caught.value) == f"board must be one of {', '.join(BOARDS)}, not 'arty'"


def test_pins_for_both_families():
    assert pin_constraints(BOARDS["hx8k-breakout"]) == [
        "set_frequency clk 12",
        "set_io clk J3",
        "set_io -pullup yes rx B10",
        "set_io tx B12",
        "set_io active_led C3",
        "set_io error_led B3",
    ]
    assert pin_constraints(BOARDS["colorlight-5a75b"]) == [
        'FREQUENCY PORT "clk" 25 MHZ;',
        'LOCATE COMP "clk" SITE "P6";',
        'IOBUF PORT "clk" IO_TYPE=LVCMOS33;',
        'LOCATE COMP "rx" SITE "M13";',
        'IOBUF PORT "rx" IO_TYPE=LVCMOS33 PULLMODE=UP;',
        'LOCATE COMP "tx" SITE "P11";',
        'IOBUF PORT "tx" IO_TYPE=LVCMOS33;',
    ]


@pytest.mark.slow
@pytest.mark.parametrize("part", [p for p in PARTS.values() if p.routable], ids=lambda p: p.name)
def test_parts_hold_what_nextpnr_says(part, tmp_path):
    synthesize(BLINK, part, timeout=60, netlist=tmp_path / "top.json")
    program = tools.find(f"yowasp-nextpnr-{part.family}")
    free = ["--lpf-allow-unconstrained"] if part.family == "ecp5" else []
    command = [program, *part.flags, "--package", part.package, "--json", "top.json", *free]
    tools.run([*command, "--report", "r.json"], timeout=120, cwd=tmp_path)
    there = {
        k: v["available"] for k, v in json.loads((tmp_path / "r.json").read_text())["utilization"].items()
    }
    cells, pins = ("ICESTORM_LC", "SB_IO") if part.family == "ice40" else ("TRELLIS_COMB", "TRELLIS_IO")
    assert part.luts == there[cells]
    assert part.pins <= there[pins]  # which are those of the die on ECP5, whatever the package brings out
    assert part.flip_flops == there.get("TRELLIS_FF", part.luts)
