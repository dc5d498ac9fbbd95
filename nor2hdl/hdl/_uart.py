"""A classifier on a serial line: the bytes of a sample in, one byte with its class out."""

from __future__ import annotations

from typing import Any

from amaranth.hdl import Cat, Module, Signal  # type: ignore[import-untyped]
from amaranth.lib import stream  # type: ignore[import-untyped]
from amaranth.lib.cdc import FFSynchronizer  # type: ignore[import-untyped]
from amaranth.lib.wiring import Component, In, Out  # type: ignore[import-untyped]

from nor2hdl.errors import OptionError
from nor2hdl.hdl._stream import StreamClassifier, check_core

PAUSE = 0.1
"""Seconds of a quiet line after which a new sample begins, at the least; at the most twice as many."""

_LEAST_CYCLES = 8
_WORST_RATE = 0.02
_BYTE = 8


class UartTop(Component):  # type: ignore[misc]
    """A classifier between two pins: `features` bytes come in by ``rx``, one byte goes out by ``tx``.

    Bytes have eight data bits, the lowest first, no parity and one stop bit. The answer is the class index
    as a binary number. Samples may follow each other without a pause, and the next may be on its way before
    the answer is there.

    Nothing marks the start of a sample but a pause: after a quiet line of `PAUSE` seconds (to be sure, twice
    that) the next byte is the first one of a sample, whatever came before. A host that pauses before it
    begins, and after a time-out, is always understood. A byte without its stop bit, and one that the circuit
    could not take, is noticed: then nothing is answered until the line has paused.

    Parameters
    ----------
    core
        The circuit, as for `StreamClassifier`; its class has at most eight bits. It can take a sample while
        `features` bytes come in.
    features
        Bytes of a sample.
    clock_hz
        Frequency of the clock.
    baud
        Bits per second on the line, at most an eighth of the clock.

    Attributes
    ----------
    rx : in
        The line from the host, high while idle; not in step with the clock.
    tx : out
        The line to the host.
    active : out
        High while a sample is under way: from its first byte to its last.
    error : out
        High while bytes are thrown away until the line pauses, and for a cycle when a sample is.

    Raises
    ------
    OptionError
        If the core does not fit, or the clock cannot be divided to the baud rate, within 2 %.

    Examples
    --------
    >>> from nor2hdl.hdl import PipelineComponent, component_verilog
    >>> from nor2hdl.netlist import Builder
    >>> from nor2hdl.pipeline import pipeline_netlist
    >>> b = Builder()
    >>> pix = b.input("pix", 16)
    >>> b.output("cls", [b.nor(pix[7], pix[15])])
    >>> core = PipelineComponent(pipeline_netlist(b.freeze(), stages=1))
    >>> component_verilog(UartTop(core, 2, 12e6, 115_200)).splitlines()[0]
    'module top(clk, rst, rx, tx, active, error);'
    """

    def __new__(cls, core: Any, features: int, clock_hz: float, baud: float) -> UartTop:  # noqa: PYI034 - Amaranth has no types
        """Refuse what does not fit before Amaranth takes note of a component."""
        check_core(core, features)
        if len(core.cls) > _BYTE:
            raise OptionError(
                f"cls must have at most {_BYTE} bits to be answered in a byte, not {len(core.cls)}"
            )
        bit_cycles(clock_hz, baud)
        return super().__new__(cls)  # type: ignore[no-any-return]

    def __init__(self, core: Any, features: int, clock_hz: float, baud: float) -> None:
        self._cycles = bit_cycles(clock_hz, baud)
        self._pause = max(1, round(PAUSE * baud)).bit_length()
        self._classifier = StreamClassifier(core, features)
        super().__init__({"rx": In(1), "tx": Out(1, init=1), "active": Out(1), "error": Out(1)})

    def elaborate(self, platform: object) -> Module:
        """Return the Amaranth module; called by Amaranth."""
        del platform
        module = Module()
        module.submodules.classifier = classifier = self._classifier
        module.submodules.receiver = receiver = UartReceiver(self._cycles, self._pause)
        module.submodules.transmitter = transmitter = UartTransmitter(self._cycles)
        fresh = Signal(init=1)
        lost = Signal()
        module.d.comb += [
            receiver.rx.eq(self.rx),
            classifier.i.valid.eq(receiver.done & ~lost),
            classifier.i.payload.data.eq(receiver.data),
            classifier.i.payload.first.eq(fresh),
            classifier.i.payload.last.eq(classifier.at_end),
            transmitter.i.valid.eq(classifier.o.valid),
            transmitter.i.payload.eq(classifier.o.payload),
            classifier.o.ready.eq(transmitter.i.ready),
            self.tx.eq(transmitter.tx),
            self.active.eq(~fresh),
            self.error.eq(lost | classifier.error),
        ]
        with module.If(receiver.failed | (receiver.done & ~classifier.i.ready)):
            module.d.sync += lost.eq(1)
        with module.Elif(classifier.i.valid):
            module.d.sync += fresh.eq(classifier.at_end)
        with module.Elif(receiver.paused):
            module.d.sync += [fresh.eq(1), lost.eq(0)]
        return module


class UartReceiver(Component):  # type: ignore[misc]
    """Receive bytes from a serial line.

    The line passes two flip-flops, and each bit is sampled once, in its middle. A start bit that is over by
    its middle is taken for noise.

    Parameters
    ----------
    cycles
        Clock cycles of a bit.
    pause
        The line has paused after ``2**(pause)`` bit times without a byte.

    Attributes
    ----------
    rx : in
        The line, high while idle.
    data : out
        The byte, while ``done`` is high.
    done : out
        High for one cycle when a byte has come.
    failed : out
        High for one cycle when a byte came without its stop bit.
    paused : out
        High while the line is quiet, from when it has paused.
    """

    def __init__(self, cycles: int, pause: int) -> None:
        self._cycles = cycles
        self._pause = pause
        super().__init__({"rx": In(1), "data": Out(8), "done": Out(1), "failed": Out(1), "paused": Out(1)})

    def elaborate(self, platform: object) -> Module:
        """Return the Amaranth module; called by Amaranth."""
        del platform
        module = Module()
        line = Signal()
        module.submodules.synchronizer = FFSynchronizer(self.rx, line, init=1, reset_less=False)
        timer = Signal(range(self._cycles))
        busy = Signal()
        # All ones before a byte; the start bit comes to the lower end when the data is in.
        bits = Signal(1 + _BYTE, reset_less=True)
        quiet = Signal(self._pause + 1)
        tick = timer == 0
        module.d.comb += [self.data.eq(bits[1:]), self.paused.eq(quiet[-1])]
        module.d.sync += timer.eq(timer - 1)
        with module.If(tick):
            module.d.sync += timer.eq(self._cycles - 1)
        with module.If(~busy):
            with module.If(tick & ~self.paused):
                module.d.sync += quiet.eq(quiet + 1)
            with module.If(~line):
                module.d.sync += [busy.eq(1), bits.eq(-1), timer.eq(self._cycles // 2 - 1)]
        with module.Elif(tick):
            module.d.sync += bits.eq(Cat(bits[1:], line))
            with module.If(bits.all() & line):
                module.d.sync += busy.eq(0)
            with module.Elif(~bits[0]):
                module.d.comb += [self.done.eq(line), self.failed.eq(~line)]
                module.d.sync += [busy.eq(0), quiet.eq(0)]
        return module


class UartTransmitter(Component):  # type: ignore[misc]
    """Send the bytes of a stream on a serial line.

    Parameters
    ----------
    cycles
        Clock cycles of a bit.

    Attributes
    ----------
    i : stream of bytes, in
        What to send. A byte is taken at the end of a bit time, and not before the one before it is sent.
    tx : out
        The line, high while idle.
    """

    def __init__(self, cycles: int) -> None:
        self._cycles = cycles
        super().__init__({"i": In(stream.Signature(_BYTE)), "tx": Out(1, init=1)})

    def elaborate(self, platform: object) -> Module:
        """Return the Amaranth module; called by Amaranth."""
        del platform
        module = Module()
        timer = Signal(range(self._cycles))
        bits = Signal(_BYTE + 2, init=1)  # the highest one that is left is the stop bit
        tick = timer == 0
        module.d.comb += [self.tx.eq(bits[0]), self.i.ready.eq(tick & ~bits[1:].any())]
        module.d.sync += timer.eq(timer - 1)
        with module.If(tick):
            module.d.sync += timer.eq(self._cycles - 1)
            with module.If(bits[1:].any()):
                module.d.sync += bits.eq(bits[1:])
            with module.Elif(self.i.valid):
                module.d.sync += bits.eq(Cat(0, self.i.payload, 1))
        return module


def bit_cycles(clock_hz: float, baud: float) -> int:
    """Return the clock cycles of a bit.

    Raises
    ------
    OptionError
        If the clock cannot be divided to the baud rate, within 2 %.

    Examples
    --------
    >>> bit_cycles(12_000_000, 115_200)
    104
    """
    for name, value in (("clock_hz", clock_hz), ("baud", baud)):
        if not 1 <= value < float("inf"):
            raise OptionError(f"{name} must be a finite number, 1 or more, not {value!r}")
    cycles = round(clock_hz / baud)
    if cycles < _LEAST_CYCLES:
        raise OptionError(
            f"baud must be at most {clock_hz / _LEAST_CYCLES:g}, an eighth of clock_hz, not {baud!r}"
        )
    if abs(cycles * baud / clock_hz - 1) > _WORST_RATE:
        raise OptionError(
            f"baud must be within 2 % of clock_hz divided by a whole number, not {baud!r}; "
            f"{clock_hz / cycles:.0f} would do"
        )
    return cycles
