"""The serial front end at the level of bits: a host in Python on both lines."""

from __future__ import annotations

import inspect
import types

import pytest
from amaranth.sim import Simulator
from hypothesis import given, settings
from hypothesis import strategies as st

import nor2hdl.hdl._uart
from nor2hdl.errors import OptionError
from nor2hdl.hdl import UartTop, component_verilog
from nor2hdl.hdl._uart import PAUSE, UartTransmitter
from tests.hdl_cores import EchoCore

CLOCK = 4800.0
BAUD = 300.0
CYCLES = 16  # of a bit


def line_of(data: list[int], *, rate: float = 1.0, stop_bits: float = 1) -> list[tuple[int, float]]:
    """Return the levels of the line and how many clock cycles each lasts, for bytes back to back."""
    bit = CYCLES * rate
    frames = [[0, *(value >> k & 1 for k in range(8))] for value in data]
    return [part for frame in frames for part in (*((level, bit) for level in frame), (1, stop_bits * bit))]


def quiet(seconds: float) -> list[tuple[int, float]]:
    return [(1, seconds * CLOCK)]


def listen(levels: list[int]) -> list[int]:
    """Return the bytes on a line, given its level in each clock cycle; the stop bits must be there."""
    found, at = [], 0
    while 0 in levels[at:]:
        at = levels.index(0, at)
        frame = levels[at + CYCLES // 2 :: CYCLES][:10]
        for bit in range(10):  # no glitch within a bit
            assert len(set(levels[at + bit * CYCLES : at + (bit + 1) * CYCLES])) == 1
        assert frame[0] == 0
        assert frame[9] == 1
        found.append(sum(level << k for k, level in enumerate(frame[1:9])))
        at += 10 * CYCLES
    return found


def talk(top: UartTop, line: list[tuple[int, float]], *, after: int = 400) -> tuple[list[int], list[int]]:
    """Drive ``rx``; return the bytes that came by ``tx``, and ``error`` in each cycle."""
    sent, errors = [], []

    async def bench(context):
        now = end = 0.0
        for level, length in [*line, (1, after)]:
            end += length
            context.set(top.rx, level)
            while now < end:
                await context.tick()
                sent.append(context.get(top.tx))
                errors.append(context.get(top.error))
                now += 1

    simulator = Simulator(top)
    simulator.add_clock(1 / CLOCK)
    simulator.add_testbench(bench)
    simulator.run()
    return listen(sent), errors


def uart(features: int = 3, **core) -> UartTop:
    return UartTop(EchoCore(features, width=8, **core), features, CLOCK, BAUD)


@settings(max_examples=25)
@given(
    st.lists(st.binary(min_size=3, max_size=3), min_size=1, max_size=4),
    st.floats(0.965, 1.035),
    st.sampled_from([1, 1.5, 2, 7.3]),
    st.integers(1, 4),
    st.floats(0, 1),
)
def test_every_sample_is_answered(samples, rate, stop_bits, latency, phase) -> None:
    line = line_of(list(b"".join(samples)), rate=rate, stop_bits=stop_bits)
    answers, errors = talk(uart(latency=latency), [(1, 5 + phase), *line])
    assert answers == [sample[0] for sample in samples]
    assert not any(errors)


def test_a_class_that_is_narrower_than_a_byte_is_padded_with_zeros() -> None:
    answers, _ = talk(UartTop(EchoCore(2, width=3), 2, CLOCK, BAUD), line_of([0xFF, 0, 0xFA, 0]))
    assert answers == [7, 2]


def test_samples_of_one_byte_are_answered_back_to_back() -> None:
    answers, errors = talk(uart(1, latency=2), line_of(list(range(20))))
    assert answers == list(range(20))
    assert not any(errors)


def test_a_pause_begins_a_new_sample() -> None:
    line = line_of([1, 2]) + quiet(2 * PAUSE) + line_of([3, 4, 5]) + quiet(0.4 * PAUSE) + line_of([6, 7, 8])
    answers, errors = talk(uart(), line)
    assert answers == [3, 6]
    assert sum(errors) == 1


def test_less_than_a_pause_begins_nothing() -> None:
    answers, errors = talk(uart(), line_of([1, 2]) + quiet(0.9 * PAUSE) + line_of([3]))
    assert answers == [1]
    assert not any(errors)


@pytest.mark.parametrize(
    "damage",
    [[(0, 10.5 * CYCLES)], [(0, 40 * CYCLES)], [(0, 5 * CYCLES), (1, CYCLES), (0, 4.6 * CYCLES)]],
    ids=["break", "long break", "no stop bit"],
)
def test_after_a_damaged_byte_nothing_is_answered_until_a_pause(damage) -> None:
    line = line_of([1]) + damage + quiet(0.01) + line_of([2, 3, 4, 5, 6, 7])
    assert talk(uart(), line)[0] == []
    answers, errors = talk(uart(), line + quiet(2 * PAUSE) + line_of([8, 9, 10, 11, 12, 13]))
    assert answers == [8, 11]
    assert any(errors)
    assert not errors[-1]


def test_a_byte_that_the_circuit_cannot_take_is_noticed() -> None:
    slow = uart(1, interval=1500)
    line = line_of(list(range(20))) + quiet(3 * PAUSE) + line_of([30])
    answers, errors = talk(slow, line, after=2000)
    assert answers[:2] == [0, 1]
    assert answers[-1] == 30
    assert len(answers) < 20
    assert any(errors)
    assert not errors[-1]


def test_a_short_dip_of_the_line_is_no_byte() -> None:
    line = [(1, 30), (0, CYCLES * 0.4), (1, 50), *line_of([1, 2, 3])]
    answers, errors = talk(uart(), line)
    assert answers == [1]
    assert not any(errors)


def test_active_is_high_while_a_sample_comes_in() -> None:
    top = uart()
    seen = []

    async def bench(context):
        for level, length in [(1, 40), *line_of([1, 2, 3]), (1, 100)]:
            context.set(top.rx, level)
            for _ in range(int(length)):
                await context.tick()
                seen.append(context.get(top.active))

    simulator = Simulator(top)
    simulator.add_clock(1 / CLOCK)
    simulator.add_testbench(bench)
    simulator.run()
    high = [cycle for cycle, active in enumerate(seen) if active]
    assert high == list(range(high[0], high[-1] + 1))
    # From the middle of the stop bit of the first byte to that of the last one, two byte times later.
    assert high[0] == pytest.approx(40 + 9.5 * CYCLES, abs=4)
    assert len(high) == 20 * CYCLES


def test_the_transmitter_takes_a_byte_when_the_one_before_is_sent() -> None:
    transmitter = UartTransmitter(CYCLES)
    levels = []

    async def send(context):
        for value in (0x00, 0xFF, 0x55, 0x81):
            context.set(transmitter.i.payload, value)
            context.set(transmitter.i.valid, 1)
            await context.tick().until(transmitter.i.ready)
        context.set(transmitter.i.valid, 0)
        await context.tick().repeat(11 * CYCLES)

    async def watch(context):
        async for _, _, level in context.tick().sample(transmitter.tx):
            levels.append(level)

    simulator = Simulator(transmitter)
    simulator.add_clock(1 / CLOCK)
    simulator.add_testbench(send)
    simulator.add_testbench(watch, background=True)
    simulator.run()
    assert listen(levels) == [0x00, 0xFF, 0x55, 0x81]
    assert len(levels) < 52 * CYCLES  # no idle bit between them


MUTANTS = [
    ("self._cycles // 2 - 1", "self._cycles - 1"),
    ("bits.all() & line", "bits.all()"),
    ("self.done.eq(line), self.failed.eq(~line)", "self.done.eq(1), self.failed.eq(0)"),
    ("receiver.done & ~lost", "receiver.done"),
    (" | (receiver.done & ~classifier.i.ready)", ""),
    ("fresh.eq(classifier.at_end)", "fresh.eq(0)"),
    ("[fresh.eq(1), lost.eq(0)]", "lost.eq(0)"),
    ("[fresh.eq(1), lost.eq(0)]", "fresh.eq(1)"),
    ("tick & ~bits[1:].any()", "tick"),
    ("Cat(0, self.i.payload, 1)", "Cat(0, self.i.payload)"),
    ("quiet.eq(0)", "quiet.eq(quiet)"),
]


@pytest.mark.parametrize(("old", "new"), MUTANTS)
def test_the_checks_see_every_planted_fault(old: str, new: str, monkeypatch: pytest.MonkeyPatch) -> None:
    source = inspect.getsource(nor2hdl.hdl._uart)
    assert source.count(old) == 1
    mutant = types.ModuleType("mutant")
    exec(compile(source.replace(old, new), "mutant", "exec"), mutant.__dict__)
    monkeypatch.setitem(globals(), "UartTop", mutant.UartTop)
    monkeypatch.setitem(globals(), "UartTransmitter", mutant.UartTransmitter)
    checks = [
        test_the_transmitter_takes_a_byte_when_the_one_before_is_sent,
        test_a_class_that_is_narrower_than_a_byte_is_padded_with_zeros,
        test_samples_of_one_byte_are_answered_back_to_back,
        test_a_pause_begins_a_new_sample,
        test_a_short_dip_of_the_line_is_no_byte,
        test_a_byte_that_the_circuit_cannot_take_is_noticed,
        lambda: test_after_a_damaged_byte_nothing_is_answered_until_a_pause([(0, 40 * CYCLES)]),
    ]
    with pytest.raises((AssertionError, IndexError)):
        for check in checks:
            check()


@pytest.mark.parametrize(
    ("clock", "baud", "message"),
    [
        (12e6, 0, "baud must be a finite number, 1 or more, not 0"),
        (float("nan"), 9600, "clock_hz must be a finite number, 1 or more, not nan"),
        (1e6, 150_000, "baud must be at most 125000, an eighth of clock_hz, not 150000"),
        (
            1e6,
            105_400,
            "baud must be within 2 % of clock_hz divided by a whole number, not 105400; 111111 would do",
        ),
    ],
)
def test_rates_that_cannot_be_made_are_refused(clock, baud, message: str) -> None:
    core = EchoCore(2, width=8)
    component_verilog(core)
    with pytest.raises(OptionError) as caught:
        UartTop(core, 2, clock, baud)
    assert str(caught.value) == message


def test_a_class_of_more_than_a_byte_is_refused() -> None:
    core = EchoCore(2, width=9)
    component_verilog(core)
    with pytest.raises(OptionError, match=r"^cls must have at most 8 bits to be answered in a byte, not 9$"):
        UartTop(core, 2, CLOCK, BAUD)
