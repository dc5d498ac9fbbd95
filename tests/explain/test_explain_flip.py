"""The smallest flip is what trying everything finds, and what is not proved never looks proved."""

from __future__ import annotations

import itertools
import re
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nor2hdl.data import Thermometer, Threshold, load
from nor2hdl.errors import NetlistError, OptionError, ToolError
from nor2hdl.explain import _flip, smallest_flip
from nor2hdl.extract import extract
from nor2hdl.learn import nor_classifier
from nor2hdl.netlist import Builder, interpret, random_netlist
from nor2hdl.simulate import classify, features_to_samples

# How much is tried out before the solver is asked, and how much at all.
WAYS = {"by the solver": (0, 0), "by both": (0, 10**12), "by trials": (10**11, 10**12)}


@st.composite
def circuits(draw, name="in", most=7):
    b = Builder()
    bits = b.input(name, draw(st.integers(1, most)))
    for _ in range(draw(st.integers(1, 14))):
        b.nor(*draw(st.lists(st.integers(0, b.num_nets - 1), max_size=4)))
    nets = st.integers(0, b.num_nets - 1)
    b.output("other", [bits[0]])
    b.output("cls", draw(st.lists(nets, min_size=1, max_size=3)))
    return b.freeze()


def numbers(net, samples):
    outputs = interpret(net.with_outputs(["cls"]), samples)
    return outputs @ (1 << np.arange(outputs.shape[1]))


def least_by_trying_all(net, sample, to):
    n = net.num_inputs
    samples = (np.arange(2**n)[:, None] >> np.arange(n) & 1).astype(bool)
    found = numbers(net, samples)
    before = numbers(net, sample[None])[0]
    hits = found == to if to is not None else found != before
    return min((samples[hits] != sample).sum(axis=1), default=None)


@given(circuits(), st.data())
@settings(max_examples=60)
@pytest.mark.parametrize(("quick", "most"), WAYS.values(), ids=WAYS)
def test_flips_of_bits_are_the_smallest(quick, most, net, data):
    sample = np.array(data.draw(st.lists(st.booleans(), min_size=net.num_inputs, max_size=net.num_inputs)))
    before = int(numbers(net, sample[None])[0])
    to = data.draw(
        st.none() | st.integers(0, 2 ** len(net.output_nets("cls")) - 1).filter(lambda c: c != before)
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_flip, "_QUICK", quick)
        patch.setattr(_flip, "_MOST", most)
        flip = smallest_flip(net, sample, to=to, timeout=None)
    least = least_by_trying_all(net, sample, to)
    assert flip.unit == "input bit"
    assert flip.before == before
    if least is None:
        assert (flip.status, flip.flipped, flip.changed, flip.after) == ("none", None, (), None)
        assert "none exists" in str(flip)
        return
    assert flip.status == "smallest"
    assert len(flip.changed) == least == flip.at_least
    assert np.flatnonzero(flip.flipped != sample).tolist() == list(flip.changed)
    assert flip.after == numbers(net, flip.flipped[None])[0]
    assert flip.after == to if to is not None else flip.after != before


def thresholds(levels):
    return Threshold(levels[0]) if len(levels) == 1 else Thermometer(levels)


@pytest.mark.parametrize("levels", [(128,), (100,), (64, 128, 192), (3, 200)])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("quick", "most"), WAYS.values(), ids=WAYS)
def test_flips_of_bytes_are_the_smallest_and_the_nearest(monkeypatch, levels, seed, quick, most):
    monkeypatch.setattr(_flip, "_QUICK", quick)
    monkeypatch.setattr(_flip, "_MOST", most)
    net = extract(nor_classifier(4, 3, hidden=[12], encoder=thresholds(levels), seed=seed, votes="plain"))
    sample = np.random.default_rng(seed).integers(0, 256, 4, dtype=np.uint8)
    edges = [0, *levels, 256]
    values = []
    for old in sample.tolist():
        kind = sum(old >= v for v in levels)
        values.append(
            [
                min(max(old, a), b - 1) if k != kind else old
                for k, (a, b) in enumerate(itertools.pairwise(edges))
            ]
        )
    every = np.array(list(itertools.product(*values)), np.uint8)
    found = classify(net, every, "reference")
    before = classify(net, sample[None], "reference")[0]
    flip = smallest_flip(net, sample, timeout=None)
    sizes = (every != sample).sum(axis=1)[found != before]
    assert flip.status == ("smallest" if len(sizes) else "none")
    if len(sizes):
        assert len(flip.changed) == sizes.min()
        assert flip.flipped.tolist() in every.tolist()
        assert flip.rows() == [(i, sample[i], flip.flipped[i]) for i in flip.changed]
        assert classify(net, flip.flipped[None], "reference")[0] == flip.after != before
        assert not flip.flipped.flags.writeable


def test_digits(digits_build):
    x = load("digits").x_test
    net = digits_build.circuit
    for sample in x[:6]:
        flip = smallest_flip(net, sample, timeout=60)
        assert flip.status == "smallest"
        assert interpret(net, features_to_samples(flip.flipped[None])).shape == (1, 4)
        assert classify(net, flip.flipped[None])[0] == flip.after != flip.before
        if len(flip.changed) > 1:  # one byte alone, whatever its value, does not do
            alone = np.repeat(sample[None], 64 * 256, axis=0)
            alone[np.arange(64 * 256), np.repeat(np.arange(64), 256)] = np.tile(np.arange(256), 64)
            assert set(classify(net, alone)) == {flip.before}


def constant(width=16):
    b = Builder()
    b.input("pix", width)
    b.output("cls", [b.nor(), 0])
    return b.freeze()


@pytest.mark.parametrize("sample", [np.zeros(2, np.uint8), np.zeros(16, bool)])
def test_a_constant_circuit_has_no_flip(sample):
    flip = smallest_flip(constant(), sample)
    assert flip.status == "none"
    assert str(flip).startswith("none exists: no change of the ")
    assert str(flip).endswith("(proved)")
    assert "none exists" in flip._repr_html_()


def test_a_class_that_the_circuit_never_gives(digits_build):
    flip = smallest_flip(digits_build.circuit, load("digits").x_test[0], to=15, timeout=None)
    assert (flip.status, flip.flipped) == ("none", None)


def test_time_that_is_up_proves_nothing():
    net = random_netlist(gates=3000, inputs=300, outputs=4)
    b = Builder()
    renumber = {0: 0} | {1 + i: n for i, n in enumerate(b.input("bits", 300))}
    for gate, fanin in enumerate(net.fanin_lists(), net.first_gate):
        renumber[gate] = b.nor(*[renumber[f] for f in fanin])
    b.output("cls", [renumber[d] for d in net.drivers.tolist()])
    flip = smallest_flip(b.freeze(), np.zeros(300, bool), timeout=0)
    assert (flip.status, flip.at_least, flip.flipped) == ("unknown", 1, None)
    assert str(flip).startswith("unknown: ")
    assert "smallest" not in flip._repr_html_()


def hard():
    """A parity of ANDs of 40 bits, far from the sample: no solver is done with it in a moment."""
    b = Builder()
    x = b.input("x", 60)
    rng = np.random.default_rng(1)
    total = 0
    for _ in range(60):
        picked = rng.choice(60, 14, replace=False)
        term = b.nor(*[b.nor(x[i]) for i in picked])
        both = b.nor(b.nor(total), b.nor(term))
        total = b.nor(b.nor(total, term), both)
    wide = b.nor(*[b.nor(total), *[b.nor(x[i]) for i in range(40)]])
    b.output("cls", [wide])
    return b.freeze()


def test_the_time_limit_holds(monkeypatch):
    monkeypatch.setattr(_flip, "_QUICK", 10**9)
    started = time.monotonic()
    flip = smallest_flip(hard(), np.zeros(60, bool), timeout=1)
    assert time.monotonic() - started < 10
    assert flip.status != "none"
    if flip.status == "at most":
        assert "not proved" in str(flip)


@pytest.mark.parametrize(
    ("sample", "found"),
    [
        (np.zeros(3, np.uint8), "uint8 [3]"),
        (np.zeros(2, np.int64), "int64 [2]"),
        (np.zeros((1, 2), np.uint8), "uint8 [1, 2]"),
        (np.zeros(2, bool), "bool [2]"),
        (np.zeros(2), "float64 [2]"),
    ],
)
def test_samples_of_another_form(sample, found):
    rule = "sample must be uint8 [2], one byte a feature, or bool [16], one entry an input bit, not "
    with pytest.raises(OptionError, match=f"^{re.escape(rule + found)}$"):
        smallest_flip(constant(), sample)


def test_a_flip_that_is_none_is_found_out(monkeypatch):
    b = Builder()
    b.output("cls", [b.nor(*b.input("x", 2))])
    monkeypatch.setattr(_flip, "try_all", lambda problem, *_: problem.base)
    with pytest.raises(ToolError, match=r"^pysat found a flip that the interpreter does not confirm"):
        smallest_flip(b.freeze(), np.zeros(2, bool))


def test_exchanging_changes_makes_a_flip_smaller():
    """The class changes with all of nine bits, or with two others: from the nine to the two."""
    b = Builder()
    x = b.input("x", 11)
    first = b.nor(*[b.nor(n) for n in x[:9]])
    second = b.nor(*[b.nor(n) for n in x[9:]])
    b.output("cls", [b.nor(b.nor(first, second))])
    net = b.freeze()
    nine = np.array([True] * 9 + [False] * 2)
    problem = _flip.make_problem(net, np.zeros(11, bool))
    search = _flip._Search(problem, _flip.Goal(0, None, 1), None)
    search.best = nine
    search._exchange(2)
    assert search._size() == 9
    search._exchange(3)
    assert search.best.tolist() == [False] * 9 + [True] * 2


def test_a_sample_that_is_a_list():
    with pytest.raises(OptionError, match=r"^sample must be a NumPy array, not list$"):
        smallest_flip(constant(), [0, 0])


def test_bytes_are_for_pixels_only():
    b = Builder()
    b.output("cls", [b.nor(*b.input("x", 8))])
    with pytest.raises(
        OptionError, match=r"^sample must be bool \[8\], one entry an input bit, not uint8 \[1\]$"
    ):
        smallest_flip(b.freeze(), np.zeros(1, np.uint8))


@pytest.mark.parametrize("to", [-1, 4, 1, True, "2"])
def test_classes_that_make_no_sense(to):
    text = rf"^to must be a class in 0\.\.3 other than the sample's own, 1, not {to!r}$"
    with pytest.raises(OptionError, match=text):
        smallest_flip(constant(), np.zeros(2, np.uint8), to=to)


def test_a_circuit_without_a_class():
    b = Builder()
    b.output("y", list(b.input("x")))
    with pytest.raises(NetlistError, match=r"^output port must be one of 'y', not 'cls'$"):
        smallest_flip(b.freeze(), np.zeros(1, bool))
