"""The Reber grammar: its automaton against a regular expression, and the sets drawn from it."""

from __future__ import annotations

import re
from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nor2hdl.data import (
    SYMBOLS,
    Automaton,
    accepts,
    encode_strings,
    one_hot,
    reber_automaton,
    reber_set,
    reber_strings,
)
from nor2hdl.errors import DataError, OptionError

# After an X that leads from the upper half to the lower one, or after P: T*V, then again and again PXT*V.
LOWER = "T*V(?:PXT*V)*(?:V|PS)"
REBER = f"B(?:TS*X(?:S|X{LOWER})|P{LOWER})E"
PLAIN = re.compile(REBER)
EMBEDDED = re.compile(f"B(?:T{REBER}T|P{REBER}P)E")
LETTERS = st.text(st.sampled_from(SYMBOLS), max_size=12)


def test_all_short_strings_against_a_regular_expression():
    members = 0
    for middle in product(SYMBOLS, repeat=5):
        text = "B" + "".join(middle) + "E"
        members += accepts(text)
        assert accepts(text) == bool(PLAIN.fullmatch(text))
    assert members == 4


@settings(max_examples=100, deadline=None)
@given(LETTERS, st.integers(0, 999))
def test_members_and_noise_against_a_regular_expression(noise, seed):
    for text in [noise, *reber_set(4, seed=seed)[0]]:
        assert accepts(text) == bool(PLAIN.fullmatch(text))
    for text in [noise, f"BT{noise}TE", *reber_set(4, seed=seed, embedded=True)[0]]:
        assert accepts(text, embedded=True) == bool(EMBEDDED.fullmatch(text))


@pytest.mark.parametrize("embedded", [False, True])
def test_drawn_strings_are_members(embedded):
    strings = reber_strings(500, seed=3, embedded=embedded, max_length=20)
    assert all(accepts(text, embedded=embedded) and len(text) <= 20 for text in strings)
    assert strings == reber_strings(500, seed=3, embedded=embedded, max_length=20)
    assert strings != reber_strings(500, seed=4, embedded=embedded, max_length=20)
    assert len(set(reber_strings(200, seed=3, embedded=embedded, distinct=True))) == 200
    assert 0.4 < np.mean([text[1] == "T" for text in strings]) < 0.6


@pytest.mark.parametrize("embedded", [False, True])
@pytest.mark.parametrize("negatives", ["hard", "random", "mixed"])
def test_sets_are_balanced_distinct_and_right(negatives, embedded):
    strings, labels = reber_set(301, seed=5, negatives=negatives, embedded=embedded)
    assert labels.dtype == np.int64
    assert labels.sum() == 151
    assert len(set(strings)) == 301
    assert [accepts(text, embedded=embedded) for text in strings] == (labels == 1).tolist()
    again, same = reber_set(301, seed=5, negatives=negatives, embedded=embedded)
    assert again == strings
    assert np.array_equal(same, labels)


def test_lengths_say_nothing():
    strings, labels = reber_set(400, seed=1, negatives="mixed")
    lengths = [Counter(len(text) for text, y in zip(strings, labels, strict=True) if y == k) for k in (0, 1)]
    assert lengths[0] == lengths[1]


def test_hard_negatives_are_near_and_random_ones_are_not():
    near = {}
    for negatives in ("hard", "random"):
        strings, labels = reber_set(400, seed=2, negatives=negatives)
        others = [text for text, y in zip(strings, labels, strict=True) if not y]
        near[negatives] = sum(text[0] == "B" and text[-1] == "E" for text in others)
    assert near["hard"] > 150
    assert near["random"] < 30


def test_embedded_negatives_include_the_far_dependency():
    strings, labels = reber_set(200, seed=0, embedded=True)
    others = [text for text, y in zip(strings, labels, strict=True) if not y]
    far = [
        text
        for text in others
        if accepts(text[:-2] + {"T": "P", "P": "T"}.get(text[-2], "") + "E", embedded=True)
    ]
    assert len(far) > 10


def test_numbers_and_bits():
    numbers = encode_strings(["BTE", "", "XX"])
    assert numbers.dtype == np.int64
    assert numbers.tolist() == [[0, 1, 6], [-1, -1, -1], [3, 3, -1]]
    bits = one_hot(numbers)
    assert bits.dtype == np.float32
    assert bits.shape == (3, 3, 7)
    assert np.array_equal(bits.sum(2), numbers >= 0)
    assert np.array_equal(bits.argmax(2)[numbers >= 0], numbers[numbers >= 0])
    assert encode_strings([]).shape == (0, 0)
    with pytest.raises(DataError) as error:
        encode_strings(["BTE", "BAE"])
    assert str(error.value) == "strings must be letters of 'BTSXPVE', not 'BAE'"


@settings(max_examples=50, deadline=None)
@given(st.text(st.sampled_from("ab"), max_size=9))
def test_another_automaton(text):
    even = Automaton("ab", ({"a": 1, "b": 0}, {"a": 0, "b": 1}), frozenset({0}))
    assert even.accepts(text) == (text.count("a") % 2 == 0)
    assert even.dead == 2
    assert even.path("ax") == [1, 2]


@pytest.mark.parametrize("length", range(12))
def test_walks_of_a_length(length):
    rng = np.random.default_rng(0)
    text = reber_automaton().walk_exactly(length, rng)
    assert (text is None) == (length < 5)
    assert text is None or (len(text) == length and accepts(text))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("", ({},), frozenset()), "symbols must be distinct letters, one or more, not ''"),
        (("aa", ({},), frozenset()), "symbols must be distinct letters, one or more, not 'aa'"),
        (("a", (), frozenset()), "moves must name one state or more, not none"),
        (
            ("a", ({"b": 0},), frozenset()),
            "moves of state 0 must lead from a letter of 'a' to a state from 0 to 0, not from 'b' to 0",
        ),
        (
            ("ab", ({"ab": 0},), frozenset()),
            "moves of state 0 must lead from a letter of 'ab' to a state from 0 to 0, not from 'ab' to 0",
        ),
        (
            ("a", ({}, {"a": 2}), frozenset()),
            "moves of state 1 must lead from a letter of 'a' to a state from 0 to 1, not from 'a' to 2",
        ),
        (("a", ({},), frozenset({1})), "accepting must be states from 0 to 0, not [1]"),
    ],
)
def test_automata_that_are_none(arguments, message):
    with pytest.raises(DataError) as error:
        Automaton(*arguments)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("settings_", "message"),
    [
        ({"count": -1}, "count must be a whole number of 0 or more, not -1"),
        ({"count": 2.0}, "count must be a whole number of 0 or more, not 2.0"),
        ({"seed": True}, "seed must be a whole number of 0 or more, not True"),
        ({"max_length": 4}, "max_length must be a whole number of 5 or more, not 4"),
        ({"max_length": 8, "embedded": True}, "max_length must be a whole number of 9 or more, not 8"),
        ({"negatives": "easy"}, "negatives must be 'hard', 'random' or 'mixed', not 'easy'"),
    ],
)
def test_settings_out_of_range(settings_, message):
    with pytest.raises(OptionError) as error:
        reber_set(**{"count": 2, "seed": 0} | settings_)
    assert str(error.value) == message


def test_too_few_short_strings():
    with pytest.raises(DataError) as error:
        reber_strings(3, seed=0, max_length=5, distinct=True)
    assert str(error.value) == (
        "count must be small enough for distinct strings, but after 2 of 3 no new one was found in 10000 "
        "draws; allow longer strings"
    )
    assert set(reber_strings(2, seed=0, max_length=5, distinct=True)) == {"BTXSE", "BPVVE"}
