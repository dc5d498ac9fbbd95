"""Encoders against a naive loop, their constructors, and their JSON form."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from nor2hdl.data import Thermometer, Threshold, encoder_from_json
from nor2hdl.errors import DataError, ModelError, OptionError

SAMPLES = arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=6))
LEVEL = st.integers(1, 255)
LEVELS = st.sets(LEVEL, min_size=1, max_size=9).map(lambda levels: tuple(sorted(levels)))
ENCODERS = st.builds(Threshold, LEVEL) | st.builds(Thermometer, LEVELS)


def naive(x, levels):
    return [[int(byte >= level) for byte in row for level in levels] for row in x.tolist()]


@settings(max_examples=60, deadline=None)
@given(SAMPLES, ENCODERS)
def test_encoder_equals_the_naive_loop(x, encoder):
    bits = encoder.encode(x)
    assert bits.dtype == np.uint8
    assert bits.shape == (len(x), x.shape[1] * len(encoder.levels))
    assert bits.tolist() == naive(x, encoder.levels)


@settings(max_examples=60, deadline=None)
@given(ENCODERS)
def test_json_round_trip(encoder):
    assert encoder_from_json(json.loads(json.dumps(encoder.to_json()))) == encoder


def test_threshold_is_a_thermometer_of_one_level():
    x = np.arange(256, dtype=np.uint8)[None]
    assert Threshold(200).levels == Thermometer((200,)).levels
    assert np.array_equal(Threshold(200).encode(x), Thermometer((200,)).encode(x))
    assert Threshold() == Threshold(128)


def test_encodes_a_view_with_strides():
    x = np.arange(48, dtype=np.uint8).reshape(6, 8)[::2, ::-2]
    assert Thermometer((10, 20)).encode(x).tolist() == naive(x, (10, 20))


@pytest.mark.parametrize("level", [0, 256, -1, 1.0, "9", True, None])
def test_level_outside_the_bytes(level):
    with pytest.raises(OptionError) as error:
        Threshold(level)
    assert str(error.value) == f"level must be a whole number from 1 to 255, not {level!r}"


@pytest.mark.parametrize("levels", [(), (0,), (256,), (2, 1), (1, 1), (1.0,), [1, 2], 7, (True, 2), None])
def test_levels_outside_the_rule(levels):
    with pytest.raises(OptionError) as error:
        Thermometer(levels)
    text = f"levels must be a tuple of ascending whole numbers from 1 to 255, not {levels!r}"
    assert str(error.value) == text


@pytest.mark.parametrize(
    ("x", "found"),
    [
        (np.zeros((2, 2)), "float64 [2, 2]"),
        (np.zeros(3, np.uint8), "uint8 [3]"),
        (np.zeros((1, 2, 3), np.uint8), "uint8 [1, 2, 3]"),
    ],
)
def test_refuses_other_samples(x, found):
    for encode in (Threshold().encode, Thermometer((1, 2)).encode, lambda x: Thermometer.quantiles(x, 1)):
        with pytest.raises(DataError) as error:
            encode(x)
        assert str(error.value) == f"x must be uint8 [samples, features], not {found}"


@pytest.mark.parametrize("count", range(1, 256))
def test_uniform_levels_divide_the_bytes_evenly(count):
    steps = np.diff([0, *Thermometer.uniform(count).levels, 256])
    assert len(steps) == count + 1
    assert steps.max() - steps.min() <= 1


def test_uniform_levels_are_cheap_for_one_less_than_a_power_of_two():
    assert Thermometer.uniform(1).levels == (128,)
    assert Thermometer.uniform(7).levels == (32, 64, 96, 128, 160, 192, 224)


@settings(max_examples=60, deadline=None)
@given(st.lists(LEVEL, min_size=1, max_size=40), st.integers(0, 30), st.integers(1, 5))
def test_quantiles_leave_their_share_above(values, zeros, count):
    x = np.array([values + [0] * zeros], np.uint8)
    try:
        levels = Thermometer.quantiles(x, count).levels
    except OptionError:
        assert count > 1
        return
    for i, level in enumerate(levels, start=1):
        below = sum(value < level for value in values)
        above = sum(value > level for value in values)
        share = i / (count + 1)
        assert below <= share * (len(values) - 1) + 1
        assert above <= (1 - share) * (len(values) - 1) + 1


def test_quantiles_of_a_binary_image():
    assert Thermometer.quantiles(np.array([[0, 255, 0, 255]], np.uint8), 1).levels == (255,)


def test_quantiles_that_fall_together():
    with pytest.raises(OptionError) as error:
        Thermometer.quantiles(np.array([[5, 5, 5, 9]], np.uint8), 4)
    assert str(error.value) == (
        "count must be small enough to give distinct quantiles, not 4: only 2 of them differ on these samples"
    )


def test_quantiles_of_nothing():
    with pytest.raises(DataError) as error:
        Thermometer.quantiles(np.zeros((3, 3), np.uint8), 2)
    assert str(error.value) == "x must hold bytes other than 0 to take quantiles of"


@pytest.mark.parametrize("count", [0, 256, 2.0, "3"])
def test_count_outside_the_bytes(count):
    for make in (Thermometer.uniform, lambda count: Thermometer.quantiles(np.ones((1, 1), np.uint8), count)):
        with pytest.raises(OptionError) as error:
            make(count)
        assert str(error.value) == f"count must be a whole number from 1 to 255, not {count!r}"


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"kind": "gray"},
        {"kind": "threshold"},
        {"kind": "threshold", "levels": [1]},
        {"kind": "threshold", "level": 1, "x": 2},
        {"kind": "thermometer", "levels": 3},
        {"kind": "thermometer", "levels": [3], "level": 3},
        ["kind"],
        None,
    ],
)
def test_json_of_another_form(fields):
    with pytest.raises(ModelError) as error:
        encoder_from_json(fields)
    assert str(error.value) == (
        "encoder of the model must be {'kind': 'threshold', 'level': ...} or "
        f"{{'kind': 'thermometer', 'levels': [...]}}, not {fields!r}"
    )


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"kind": "threshold", "level": 0}, "level must be a whole number from 1 to 255, not 0"),
        (
            {"kind": "thermometer", "levels": [2, 1]},
            "levels must be a tuple of ascending whole numbers from 1 to 255, not (2, 1)",
        ),
    ],
)
def test_json_with_a_level_that_is_not_allowed(fields, problem):
    with pytest.raises(ModelError) as error:
        encoder_from_json(fields)
    assert str(error.value) == f"encoder of the model: {problem}"
