"""The serial readout against plain addition, and against the circuit that has its readout in gates."""

from __future__ import annotations

import inspect
import types
from pathlib import Path

import numpy as np
import pytest
from amaranth.sim import Simulator
from hypothesis import given, settings
from hypothesis import strategies as st

import nor2hdl.hdl._serial
from nor2hdl.data import load
from nor2hdl.errors import OptionError
from nor2hdl.extract import Voters, extract, extract_voters
from nor2hdl.hdl import SerialReadout, StreamClassifier
from nor2hdl.learn import load_model, nor_classifier
from nor2hdl.minimize import minimize
from nor2hdl.netlist import Builder, interpret
from nor2hdl.simulate import classify
from tests.hdl.test_hdl_stream import packet, play

MODEL = Path(__file__).parents[2] / "hw" / "digits" / "model.safetensors"


def reference(voters: Voters, features: np.ndarray) -> list[int]:
    """Return the class of each sample, by addition."""
    bits = np.unpackbits(features, axis=1, bitorder="little").astype(bool)
    values = interpret(voters.net, bits).reshape(len(features), len(voters.offsets), -1)
    return np.argmax(values @ np.array(voters.weights) + voters.offsets, axis=1).tolist()


def serial(
    voters: Voters, features: np.ndarray, waits=(), *, kind=SerialReadout
) -> tuple[list[int], list[int]]:
    """Return the class of each sample, and the cycle in which it was taken, samples on offer at once."""
    core = kind(voters.net, voters.weights, voters.offsets)
    classes, cycles = [], []
    pauses = iter(waits)

    async def bench(context):
        left, cycle = [int.from_bytes(row.tobytes(), "little") for row in features], 0
        while len(classes) < len(features):
            context.set(core.valid_in, bool(left))
            context.set(core.pix, left[0] if left else 0)
            ready = not next(pauses, False)
            context.set(core.ready_out, ready)
            if context.get(core.valid_out) and ready:
                classes.append(context.get(core.cls))
                cycles.append(cycle)
            if context.get(core.ready_in):
                left.pop(0)
            await context.tick()
            cycle += 1
            assert cycle < 100_000

    simulator = Simulator(core)
    simulator.add_clock(1e-6)
    simulator.add_testbench(bench)
    simulator.run()
    return classes, cycles


def wired(weights: list[int], offsets: list[int], features: int) -> Voters:
    """Return voters that are bits of the sample."""
    b = Builder()
    pix = b.input("pix", 8 * features)
    b.output("voters", [pix[i % len(pix)] for i in range(len(weights) * len(offsets))])
    return Voters(b.freeze(), tuple(weights), tuple(offsets))


@settings(max_examples=50)
@given(
    st.lists(st.sampled_from([1, 2, 3, 4]), min_size=1, max_size=6),
    st.lists(st.integers(0, 9), min_size=2, max_size=6),
    st.lists(st.binary(min_size=4, max_size=4), min_size=1, max_size=4),
    st.lists(st.booleans(), max_size=60),
)
def test_it_adds_up_votes_and_takes_the_first_of_the_largest(weights, offsets, samples, waits) -> None:
    voters = wired(weights, offsets, 4)
    features = np.array([list(sample) for sample in samples], np.uint8)
    assert serial(voters, features, waits)[0] == reference(voters, features)


def test_ties_go_to_the_lowest_class_and_nothing_beats_nothing() -> None:
    features = np.array([[0, 0], [255, 255], [0b10, 0], [0b1000, 0]], np.uint8)
    assert serial(wired([1, 1], [0, 0, 0], 2), features)[0] == [0, 0, 0, 1]
    assert serial(wired([1, 1], [0, 0, 2], 2), features)[0] == [2, 2, 2, 2]


def test_a_sample_takes_a_cycle_for_each_place_and_one_more() -> None:
    voters = wired([2, 1, 1], [0, 0, 0, 0], 2)
    assert serial(voters, np.zeros((3, 2), np.uint8))[1] == [13, 26, 39]


def test_voters_are_the_neurons_that_count() -> None:
    for seed, votes in ((0, "powers"), (1, "plain"), (2, "powers")):
        model = nor_classifier(4, 3, hidden=[30, 24], votes=votes, seed=seed)
        features = np.random.default_rng(seed).integers(0, 256, (300, 4), np.uint8)
        assert reference(extract_voters(model), features) == classify(extract(model), features).tolist()


def test_the_digits_are_classified_as_by_gates() -> None:
    model, _ = load_model(MODEL)
    features, _ = load("digits").split("test")
    voters = extract_voters(model)
    small = Voters(minimize(voters.net), voters.weights, voters.offsets)
    expected = classify(extract(model), features).tolist()
    assert reference(small, features) == expected
    assert serial(small, features)[0] == expected


def test_it_stands_in_a_stream_classifier() -> None:
    voters = wired([2, 1, 1], [0, 1, 0], 2)
    features = np.random.default_rng(0).integers(0, 256, (12, 2), np.uint8)
    core = SerialReadout(voters.net, voters.weights, voters.offsets)
    sent = [byte for row in features.tolist() for byte in packet(row)]
    seen = play(StreamClassifier(core, 2), sent, iter(()), iter([True, False, True] * 30))
    assert (seen.classes, seen.errors) == (reference(voters, features), 0)


MUTANTS = [
    ("self.ready_out | ~self.valid_out))", "1))"),
    ("begins & (total > best)", "begins & (total >= best)"),
    ("[best.eq(0), winner.eq(0)]", "best.eq(0)"),
    ("[best.eq(0), winner.eq(0)]", "winner.eq(0)"),
    ("(turn == classes)", "(turn == classes - 1)"),
    ("Mux(vote, weight, 0)", "vote"),
    ("[place.eq(0), turn.eq(0)]", "turn.eq(0)"),
    ("Mux(bit, high, low)", "Mux(bit, low, high)"),
]


@pytest.mark.parametrize(("old", "new"), MUTANTS)
def test_the_checks_see_every_planted_fault(old: str, new: str) -> None:
    source = inspect.getsource(nor2hdl.hdl._serial)
    assert source.count(old) == 1
    mutant = types.ModuleType("mutant")
    exec(compile(source.replace(old, new), "mutant", "exec"), mutant.__dict__)
    rng = np.random.default_rng(0)
    for weights, offsets in (([4, 2, 1], [0, 3, 0]), ([1, 1], [0, 0, 0, 0]), ([2], [1, 0])):
        voters = wired(weights, offsets, 2)
        features = rng.integers(0, 256, (20, 2), np.uint8)
        features[-2:] = [[0xC0, 0], [0, 0]]  # a class that is not the first wins, then nobody votes
        waits = (rng.random(2000) < 0.8).tolist()
        try:
            found = serial(voters, features, waits, kind=mutant.SerialReadout)[0]
        except AssertionError:
            return
        if found != reference(voters, features):
            return
    pytest.fail("the planted fault was not seen")


def test_what_does_not_fit_is_refused() -> None:
    voters = wired([1, 1], [0, 0], 1)
    with pytest.raises(
        OptionError, match=r"^net must have 3 voters for each of 2 classes, and some, not 4 in all$"
    ):
        SerialReadout(voters.net, [1, 1, 1], [0, 0])
    for weights, offsets in (([0, 1], [0, 0]), ([1, 1], [-1, 0])):
        with pytest.raises(OptionError, match=r"^weights must be 1 or more and offsets 0 or more, not \["):
            SerialReadout(voters.net, weights, offsets)
    b = Builder()
    b.output("cls", b.input("pix", 8))
    with pytest.raises(OptionError, match=r"^net must have the ports pix and voters, not pix, cls$"):
        SerialReadout(b.freeze(), [1] * 4, [0, 0])
