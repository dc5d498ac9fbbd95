"""The top of a board: the classifier on a serial line, its clock, its reset, its pins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from amaranth.hdl import (  # type: ignore[import-untyped]
    ClockDomain,
    ClockSignal,
    Elaboratable,
    Module,
    ResetSignal,
    Signal,
)

if TYPE_CHECKING:
    from nor2hdl.fpga._boards import Board

_RESET_CYCLES = 15


class BoardTop(Elaboratable):  # type: ignore[misc]
    """A classifier with the pins ``clk``, ``rx``, ``tx`` and two diodes, on a board.

    The reset lasts from the start, when the bitstream sets all registers, for 15 cycles. A clock that is
    divided is the highest bit of a counter.

    Parameters
    ----------
    board
        The board.
    uart
        The classifier: `nor2hdl.hdl.UartTop` for the divided clock.
    halvings
        The clock of the board is divided by two to this power.
    """

    def __init__(self, board: Board, uart: Any, halvings: int) -> None:
        self._board = board
        self._uart = uart
        self._halvings = halvings
        self.pins = {name: Signal(name=name) for name in ("clk", "rx", "tx")}
        self.pins |= {n: Signal(name=n) for n in ("active_led", "error_led") if getattr(board, n)}

    def elaborate(self, platform: object) -> Module:
        """Return the Amaranth module; called by Amaranth."""
        del platform
        module = Module()
        module.domains += [ClockDomain("board", reset_less=True), ClockDomain("start", reset_less=True)]
        module.domains += ClockDomain("sync")
        count = Signal(max(self._halvings, 1))
        if self._halvings:
            module.d.board += count.eq(count + 1)
        clock = count[-1] if self._halvings else self.pins["clk"]
        waited = Signal(range(_RESET_CYCLES + 1))
        with module.If(waited != _RESET_CYCLES):
            module.d.start += waited.eq(waited + 1)
        module.submodules.uart = uart = self._uart
        module.d.comb += [
            ClockSignal("board").eq(self.pins["clk"]),
            ClockSignal("start").eq(clock),
            ClockSignal("sync").eq(clock),
            ResetSignal("sync").eq(waited != _RESET_CYCLES),
            uart.rx.eq(self.pins["rx"]),
            self.pins["tx"].eq(uart.tx),
        ]
        for name, value in (("active_led", uart.active), ("error_led", uart.error)):
            if name in self.pins:
                module.d.comb += self.pins[name].eq(~value if self._board.leds_low else value)
        return module


def pin_constraints(board: Board) -> list[str]:
    """Return the lines of the constraints file: ``.pcf`` for iCE40, ``.lpf`` for ECP5.

    Examples
    --------
    >>> from nor2hdl.fpga import BOARDS
    >>> pin_constraints(BOARDS["icebreaker"])[:3]
    ['set_frequency clk 12', 'set_io clk 35', 'set_io -pullup yes rx 6']
    """
    sites = {"clk": board.clock, "rx": board.rx, "tx": board.tx}
    leds = {"active_led": board.active_led, "error_led": board.error_led}
    sites |= {name: site for name, site in leds.items() if site}
    mhz = f"{board.clock_hz / 1e6:g}"
    if board.part.family == "ice40":
        pulls = {"rx": "-pullup yes "}
        return [f"set_frequency clk {mhz}", *(f"set_io {pulls.get(p, '')}{p} {s}" for p, s in sites.items())]
    lines = [f'FREQUENCY PORT "clk" {mhz} MHZ;']
    for port, site in sites.items():
        pull = " PULLMODE=UP" if port == "rx" else ""
        lines += [f'LOCATE COMP "{port}" SITE "{site}";', f'IOBUF PORT "{port}" IO_TYPE={board.io}{pull};']
    return lines
