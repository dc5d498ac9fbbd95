"""The stream wrapper against the packet rules in Python: any packets, any stalls, any core."""

from __future__ import annotations

import inspect
import random
import types
from typing import NamedTuple

import pytest
from amaranth.sim import Simulator
from hypothesis import given, settings
from hypothesis import strategies as st

import nor2hdl.hdl._stream
from nor2hdl.errors import OptionError
from nor2hdl.hdl import NetlistComponent, StreamClassifier, StreamTop, component_verilog
from nor2hdl.netlist import Builder
from tests.hdl_cores import EchoCore

DRAIN = 40  # cycles after which nothing is on its way any more
LONGEST = 2000  # cycles


class Byte(NamedTuple):
    data: int
    first: bool
    last: bool


class Seen(NamedTuple):
    classes: list[int]
    errors: int
    cycles: list[int]  # when each class was taken


def packet(data: list[int]) -> list[Byte]:
    """Return the bytes of a good packet."""
    return [Byte(value, k == 0, k == len(data) - 1) for k, value in enumerate(data)]


def split(sent: list[Byte]) -> list[list[Byte]]:
    """Return the packets: one ends with each ``last`` and before each ``first``."""
    packets: list[list[Byte]] = []
    ended = True
    for byte in sent:
        if byte.first or ended:
            packets.append([])
        packets[-1].append(byte)
        ended = byte.last
    return packets


def expected(sent: list[Byte], features: int) -> tuple[list[int], int]:
    """Return the classes that an `EchoCore` gives, and the number of error pulses."""
    classes, errors = [], 0
    pending = False  # a packet has begun, has no end yet, and may still be good
    for p in split(sent):
        begins, ends, whole = p[0].first, p[-1].last, len(p) == features
        cut_off = pending
        pending = begins and not ends and len(p) < features
        if begins and ends and whole:
            classes.append(int.from_bytes(bytes(b.data for b in p), "little"))
        elif not pending and not (cut_off and len(p) == 1 < features):
            errors += 1
        errors += cut_off
    return classes, errors


def play(classifier, sent: list[Byte], gaps, waits, drain=DRAIN) -> Seen:
    """Send the bytes and take the classes; `gaps` and `waits` say, cycle by cycle, who pauses.

    A byte on offer stays until it is taken. So must a class, which is checked.
    """
    seen = Seen([], 0, [])
    errors = 0

    async def bench(context):
        nonlocal errors
        left, quiet, cycle, offered, held = list(sent), 0, 0, False, None
        while quiet < drain:
            if left and not offered and not next(gaps, False):
                byte, offered = left.pop(0), True
            if not offered:  # whatever stands there must not matter
                byte = Byte(cycle * 37 % 256, cycle % 3 == 0, cycle % 2 == 0)
            for name, value in byte._asdict().items():
                context.set(getattr(classifier.i.payload, name), int(value))
            context.set(classifier.i.valid, offered)
            ready = not next(waits, False)
            context.set(classifier.o.ready, ready)
            valid, value = context.get(classifier.o.valid), context.get(classifier.o.payload)
            assert held is None or (valid and value == held), "a class must stand until it is taken"
            held = value if valid and not ready else None
            if valid and ready:
                seen.classes.append(value)
                seen.cycles.append(cycle)
            offered = offered and not context.get(classifier.i.ready)
            quiet = 0 if left or offered or valid else quiet + 1
            await context.tick()
            errors += context.get(classifier.error)
            cycle += 1
            assert cycle < LONGEST, "the circuit must come to rest"

    simulator = Simulator(classifier)
    simulator.add_clock(1e-6)
    simulator.add_testbench(bench)
    simulator.run()
    return seen._replace(errors=errors)


@st.composite
def traffic(draw, features: int) -> list[Byte]:
    """Good packets among bad ones: short, long, cut off, without a beginning, without an end."""
    sent: list[Byte] = []
    for _ in range(draw(st.integers(1, 6))):
        length = draw(st.sampled_from([features, features, features, 1, features - 1, features + 1]))
        good = packet([draw(st.integers(0, 255)) for _ in range(length)])
        flip = draw(st.sampled_from(["no", "no", "no", "first", "last"]))
        if flip != "no" and good:
            at = draw(st.integers(0, length - 1))
            good[at] = good[at]._replace(**{flip: not getattr(good[at], flip)})
        sent += good
    return sent


stalls = st.lists(st.booleans(), max_size=60) | st.just([])


@settings(max_examples=150)
@given(st.data(), st.integers(1, 4), st.integers(1, 3), st.sampled_from([1, 1, 5]), stalls, stalls)
def test_every_good_packet_gives_its_class_once_whatever_else_comes(
    data, features, latency, interval, gaps, waits
) -> None:
    sent = data.draw(traffic(features)) + packet([1] * features) + packet(list(range(features)))
    core = EchoCore(features, latency=latency, interval=interval)
    seen = play(StreamClassifier(core, features), sent, iter(gaps), iter(waits))
    assert (seen.classes, seen.errors) == expected(sent, features)
    assert seen.classes[-1] == int.from_bytes(bytes(range(features)), "little")


def test_a_new_first_begins_anew_even_where_the_packet_before_never_ended() -> None:
    good = packet([1, 2, 3])
    endless = [Byte(9, k == 0, False) for k in range(7)]
    alone = [Byte(8, True, True)]
    sent = [*good[:2], *alone, *endless, *good, Byte(7, False, False), Byte(7, False, True), *good]
    assert expected(sent, 3) == ([0x030201] * 2, 3)
    seen = play(StreamClassifier(EchoCore(3), 3), sent, iter(()), iter(()))
    assert (seen.classes, seen.errors) == ([0x030201] * 2, 3)


@pytest.mark.parametrize("features", [1, 2, 64])
@pytest.mark.parametrize("latency", [1, 4])
def test_a_sample_takes_as_many_cycles_as_it_has_bytes(features: int, latency: int) -> None:
    samples = [[(7 * n + k) % 256 for k in range(features)] for n in range(5)]
    sent = [byte for sample in samples for byte in packet(sample)]
    seen = play(StreamClassifier(EchoCore(features, latency=latency), features), sent, iter(()), iter(()))
    assert [value.to_bytes(features, "little") for value in seen.classes] == [bytes(s) for s in samples]
    # The class stands `latency` cycles after the one that follows the last byte.
    assert seen.cycles == [n * features + features + latency for n in range(5)]


@pytest.mark.parametrize("latency", [1, 3])
def test_nobody_is_lost_while_the_far_side_waits_for_long(latency: int) -> None:
    sent = [byte for n in range(8) for byte in packet([n, 255 - n])]
    waits = [True] * 50 + [False, True, True] * 20
    seen = play(StreamClassifier(EchoCore(2, latency=latency), 2), sent, iter(()), iter(waits))
    assert (seen.classes, seen.errors) == expected(sent, 2)


MUTANTS = [
    ("self.i.ready.eq(~full | core.ready_in)", "self.i.ready.eq(1)"),
    ("self.i.ready.eq(~full | core.ready_in)", "self.i.ready.eq(~full | self.o.ready)"),
    ("taken.eq(self.i.valid & self.i.ready)", "taken.eq(self.i.valid)"),
    ("with module.If(self.i.ready):", "with module.If(taken):"),
    ("full.eq(taken & complete)", "full.eq(complete)"),
    ("core.ready_out.eq(self.o.ready)", "core.ready_out.eq(1)"),
    ("self.o.valid.eq(core.valid_out)", "self.o.valid.eq(core.valid_out & self.o.ready)"),
    ("Cat(data[8:], self.i.payload.data)", "Cat(self.i.payload.data, data[:-8])"),
    ("Mux(byte.first, 0, count)", "count"),
    ("complete.eq(member & byte.last & self.at_end)", "complete.eq(member & self.at_end)"),
    ("complete.eq(member & byte.last & self.at_end)", "complete.eq(member & byte.last)"),
    ("complete.eq(member & byte.last & self.at_end)", "complete.eq(byte.last & self.at_end)"),
    ("filling.eq(going_on)", "filling.eq(~byte.last)"),
    ("filling.eq(going_on)", "filling.eq(member & ~byte.last)"),
    ("dropping.eq(~byte.last & ~going_on)", "dropping.eq(~going_on)"),
    ("dropping.eq(~byte.last & ~going_on)", "dropping.eq(0)"),
    ("(byte.first & filling)", "byte.first"),
    ("| (~byte.first & ~filling & ~dropping)", ""),
    ("module.d.sync += self.error.eq(0)", ""),
]


def planted(old: str, new: str) -> types.ModuleType:
    """Return the module of the wrapper with a fault in it."""
    source = inspect.getsource(nor2hdl.hdl._stream)
    assert source.count(old) == 1
    mutant = types.ModuleType("mutant")
    exec(compile(source.replace(old, new), "mutant", "exec"), mutant.__dict__)
    return mutant


@pytest.mark.parametrize(("old", "new"), MUTANTS)
def test_the_checks_see_every_planted_fault(old: str, new: str) -> None:
    mutant = planted(old, new)
    rng = random.Random(1)
    for _ in range(150):
        sent = [byte for _ in range(3) for byte in random_packet(rng, 3)]
        gaps, waits = ([rng.random() < share for _ in range(60)] for share in rng.choices([0, 0.5, 0.9], k=2))
        classifier = mutant.StreamClassifier(EchoCore(3, latency=rng.randint(1, 2)), 3)
        try:
            seen = play(classifier, sent, iter(gaps), iter(waits), drain=8)
        except AssertionError:
            return
        if (seen.classes, seen.errors) != expected(sent, 3):
            return
    pytest.fail("the planted fault was not seen")


def random_packet(rng: random.Random, features: int) -> list[Byte]:
    sent = packet([rng.randrange(256) for _ in range(rng.choice([features, features, rng.randint(1, 5)]))])
    at = rng.randrange(len(sent))
    flip = rng.choice([{}, {"first": not sent[at].first}, {"last": not sent[at].last}])
    sent[at] = sent[at]._replace(**flip)
    return sent


@pytest.mark.parametrize(
    ("features", "message"),
    [
        (0, "features must be a whole number, 1 or more, not 0"),
        (2.0, "features must be a whole number, 1 or more, not 2.0"),
        (True, "features must be a whole number, 1 or more, not True"),
        (4, "features must be 3, as many as the core takes bytes, not 4"),
    ],
)
@pytest.mark.parametrize("kind", [StreamClassifier, StreamTop])
def test_features_that_do_not_fit_are_refused(kind, features, message: str) -> None:
    core = EchoCore(3)
    component_verilog(core)  # Amaranth warns of components that nobody uses
    with pytest.raises(OptionError) as caught:
        kind(core, features)
    assert str(caught.value) == message


def test_a_core_without_its_ports_is_refused() -> None:
    b = Builder()
    b.output("cls", b.input("bits", 2))
    core = NetlistComponent(b.freeze())
    component_verilog(core)
    with pytest.raises(
        OptionError,
        match=r"^core must have an input port 'pix', not only bits, cls; "
        r"pipeline a circuit from bytes \(pix\) to a class \(cls\)$",
    ):
        StreamClassifier(core, 2)
