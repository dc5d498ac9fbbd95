"""The boards that bitstreams are made for: their part, clock and pins.

The pins are those that the makers' schematics and the package amaranth-boards (0.0.21) give.
"""

from __future__ import annotations

from dataclasses import dataclass

from nor2hdl.errors import OptionError
from nor2hdl.fpga._parts import PARTS, Part


@dataclass(frozen=True, slots=True)
class Board:
    """A board: a part, a clock, a serial line to the host, and light-emitting diodes where there are two.

    Attributes
    ----------
    name
        What users call it; a key of `BOARDS`.
    title
        Its full name.
    part_name
        Its part, a key of `PARTS`.
    clock_hz
        Frequency of the clock.
    clock, rx, tx
        Pins: the clock, the serial line from the host, the serial line to the host.
    active_led, error_led
        Pins of two diodes, or empty.
    leds_low
        Whether the diodes shine when their pins are low.
    io
        The electrical standard of the pins.
    note
        What to know before use, or empty.
    program
        The command that loads the bitstream; ``{file}`` stands for it.

    Examples
    --------
    >>> BOARDS["icebreaker"].part.luts
    5280
    """

    name: str
    title: str
    part_name: str
    clock_hz: int
    clock: str
    rx: str
    tx: str
    program: str
    active_led: str = ""
    error_led: str = ""
    leds_low: bool = False
    io: str = "LVCMOS33"
    note: str = ""

    @property
    def part(self) -> Part:
        """The part on the board."""
        return PARTS[self.part_name]


def _ulx3s(size: str) -> Board:
    return Board(
        name=f"ulx3s-{size}f",
        title=f"Radiona ULX3S with LFE5U-{size}F",
        part_name=f"ecp5-{size}k-cabga381",
        clock_hz=25_000_000,
        clock="G2",
        rx="M1",
        tx="L4",
        active_led="B2",
        error_led="C2",
        program="openFPGALoader -b ulx3s {file}",
    )


_ALL = (
    Board(
        name="icebreaker",
        title="1BitSquared iCEBreaker",
        part_name="up5k-sg48",
        clock_hz=12_000_000,
        clock="35",
        rx="6",
        tx="9",
        active_led="37",
        error_led="11",
        leds_low=True,
        program="iceprog {file}",
    ),
    Board(
        name="hx8k-breakout",
        title="Lattice iCE40-HX8K breakout board",
        part_name="hx8k-ct256",
        clock_hz=12_000_000,
        clock="J3",
        rx="B10",
        tx="B12",
        active_led="C3",
        error_led="B3",
        note="set the jumpers for programming the SRAM, or leave out -S to program the flash",
        program="iceprog -S {file}",
    ),
    *map(_ulx3s, ("12", "25", "45", "85")),
    Board(
        name="ecp5-evn",
        title="Lattice ECP5-5G evaluation board",
        part_name="ecp5-5g-85k-cabga381",
        clock_hz=12_000_000,
        clock="A10",
        rx="P2",
        tx="P3",
        note="the serial line needs two resistors moved and the FTDI chip set up: see the board's user guide",
        program="openFPGALoader -b ecp5_evn {file}",
    ),
    Board(
        name="orangecrab-25f",
        title="OrangeCrab r0.2 with LFE5U-25F",
        part_name="ecp5-25k-csfbga285",
        clock_hz=48_000_000,
        clock="A9",
        rx="N17",
        tx="M18",
        active_led="M3",
        error_led="K4",
        leds_low=True,
        note="the serial line is at header pins 0 (to the board) and 1 (from it), at 3.3 V",
        program="dfu-util -a 0 -D {file}",
    ),
    Board(
        name="colorlight-5a75b",
        title="Colorlight 5A-75B r7.0",
        part_name="ecp5-25k-cabga256",
        clock_hz=25_000_000,
        clock="P6",
        rx="M13",
        tx="P11",
        note="the serial line is at J19: KEY+ (to the board) and DATA_LED- (from it)",
        program="openFPGALoader -b colorlight {file}",
    ),
)

BOARDS: dict[str, Board] = {board.name: board for board in _ALL}
"""The known boards by name."""


def get_board(name: str) -> Board:
    """Return the board of this name.

    Raises
    ------
    OptionError
        If there is none; the names are listed.

    Examples
    --------
    >>> get_board("ulx3s-85f").part.device
    'LFE5U-85F'
    """
    if name not in BOARDS:
        raise OptionError(f"board must be one of {', '.join(BOARDS)}, not {name!r}")
    return BOARDS[name]
