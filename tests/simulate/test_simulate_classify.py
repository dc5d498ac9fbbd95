"""Predictions, accuracy, the confusion matrix, and what they refuse."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from nor2hdl.errors import DataError, NetlistError, OptionError
from nor2hdl.netlist import Builder
from nor2hdl.simulate import ENGINES, Engine, classify, features_to_samples, simulate


def quarters(port="pix", extra=True):
    """Class of byte 1 of two: its two highest bits, as a number."""
    builder = Builder()
    pix = builder.input(port, 16)
    if extra:
        builder.output("votes", [pix[0], builder.nor()])
    builder.output("cls", [pix[14], pix[15]])
    return builder.freeze()


def random_bytes(n, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (n, 2), dtype=np.uint8)


@pytest.mark.parametrize("engine", ["reference", "fast", "amaranth", "icarus"])
@pytest.mark.parametrize("n", [1, 100])
def test_classify_bytes(engine, n, require):
    require(engine)
    x = random_bytes(n)
    classes = classify(quarters(), x, engine)
    assert classes.dtype == np.int64
    assert np.array_equal(classes, x[:, 1] // 64)


@pytest.mark.parametrize("engine", ["reference", "fast"])
def test_classify_encoded_bits(engine):
    x = random_bytes(100)
    assert np.array_equal(classify(quarters("bits"), features_to_samples(x), engine), x[:, 1] // 64)


def test_classify_with_one_class_has_no_output_bit():
    builder = Builder()
    builder.input("pix", 8)
    builder.output("cls", [])
    assert classify(builder.freeze(), np.zeros((3, 1), np.uint8)).tolist() == [0, 0, 0]


def test_simulate_counts():
    x = np.array([[0, 0], [0, 64], [0, 70], [0, 255], [0, 128]], np.uint8)
    y = np.array([0, 1, 2, 3, 0])
    result = simulate(quarters(), x, y, classes=5)
    assert result.predictions.tolist() == [0, 1, 1, 3, 2]
    assert (result.correct, result.total, result.accuracy) == (3, 5, 0.6)
    assert result.confusion.dtype == np.int64
    assert result.confusion.tolist() == [
        [1, 0, 1, 0, 0],
        [0, 1, 0, 0, 0],
        [0, 1, 0, 0, 0],
        [0, 0, 0, 1, 0],
        [0, 0, 0, 0, 0],
    ]
    assert result.engine == "fast"
    assert result.seconds > 0
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.correct = 5


def test_simulate_with_another_engine_is_the_same():
    x = random_bytes(300)
    y = np.arange(300) % 4
    fast, slow = (simulate(quarters(), x, y, classes=4, engine=e) for e in ("fast", "reference"))
    assert slow.engine == "reference"
    assert np.array_equal(fast.predictions, slow.predictions)
    assert np.array_equal(fast.confusion, slow.confusion)
    assert fast.confusion.sum() == 300
    assert np.array_equal(fast.confusion.sum(1), np.bincount(y))


def test_every_engine_keeps_the_protocol():
    engines: list[Engine] = list(ENGINES.values())
    assert all(engine.name and callable(engine.run) for engine in engines)


def wrong_ports():
    two = Builder()
    two.input("pix", 8)
    two.input("bits", 8)
    two.output("cls", [0])
    none = Builder()
    none.output("cls", [0])
    other = Builder()
    other.input("x", 8)
    other.output("cls", [0])
    odd = Builder()
    odd.input("pix", 12)
    odd.output("cls", [0])
    mute = Builder()
    mute.input("pix", 8)
    mute.output("y", [0])
    wide = Builder()
    wide.input("pix", 8)
    wide.output("cls", [0] * 64)
    start = "input ports of a classifier must be 'pix' or 'bits' alone, not "
    return [
        pytest.param(two, start + "'pix', 'bits'", id="two"),
        pytest.param(none, start + "none", id="none"),
        pytest.param(other, start + "'x'", id="other"),
        pytest.param(odd, "input port 'pix' must have 8 bits a feature, not 12 in all", id="odd"),
        pytest.param(mute, "output port must be one of 'y', not 'cls'", id="mute"),
        pytest.param(wide, "output port 'cls' must have at most 63 bits, not 64", id="wide"),
    ]


@pytest.mark.parametrize(("builder", "text"), wrong_ports())
def test_classify_refuses_what_is_no_classifier(builder, text):
    with pytest.raises(NetlistError) as caught:
        classify(builder.freeze(), np.zeros((1, 1), np.uint8))
    assert str(caught.value) == text


@pytest.mark.parametrize(
    ("features", "text"),
    [
        (np.zeros((0, 2), np.uint8), "features must hold at least one sample, not 0"),
        (np.zeros((3, 5), np.uint8), "features must be 2 bytes a sample for this circuit, not 5"),
        (np.zeros((3, 2)), "features must be uint8 [samples, features], not float64 [3, 2]"),
        (np.zeros(2, np.uint8), "features must be uint8 [samples, features], not uint8 [2]"),
    ],
)
@pytest.mark.parametrize("engine", ["fast", "reference"])
def test_classify_refuses_bytes_that_do_not_fit(features, text, engine):
    with pytest.raises(DataError) as caught:
        classify(quarters(), features, engine)
    assert str(caught.value) == text


@pytest.mark.parametrize(
    ("features", "text"),
    [
        (np.zeros((0, 16), bool), "features must hold at least one sample, not 0"),
        (
            np.zeros((3, 2), bool),
            "features must be encoded bits, bool [samples, 16], for the input port 'bits', not bool [3, 2]",
        ),
        (
            np.zeros((3, 16), np.uint8),
            "features must be encoded bits, bool [samples, 16], for the input port 'bits', not uint8 [3, 16]",
        ),
    ],
)
def test_classify_refuses_bits_that_do_not_fit(features, text):
    with pytest.raises(DataError) as caught:
        classify(quarters("bits"), features)
    assert str(caught.value) == text


def test_classify_refuses_an_unknown_engine():
    with pytest.raises(OptionError, match=r"^engine must be one of 'reference', .*, not 'abacus'$"):
        classify(quarters(), random_bytes(1), "abacus")


@pytest.mark.parametrize(
    ("labels", "text"),
    [
        ([0, 1], "labels must be integers [3], one a sample, not int64 [2]"),
        ([0.0, 1.0, 2.0], "labels must be integers [3], one a sample, not float64 [3]"),
        ([[0], [1], [2]], "labels must be integers [3], one a sample, not int64 [3, 1]"),
        ([0, 4, 1], "labels must be in 0..3, not 4 (sample 1)"),
        ([0, 1, -1], "labels must be in 0..3, not -1 (sample 2)"),
    ],
)
def test_simulate_refuses_labels_that_do_not_fit(labels, text):
    with pytest.raises(DataError) as caught:
        simulate(quarters(), random_bytes(3), np.array(labels), classes=4)
    assert str(caught.value) == text


def test_simulate_refuses_an_empty_set():
    with pytest.raises(DataError) as caught:
        simulate(quarters(), np.zeros((0, 2), np.uint8), np.zeros(0, np.int64), classes=4)
    assert str(caught.value) == "features must hold at least one sample, not 0"


def test_simulate_refuses_a_circuit_that_knows_more_classes():
    x = np.array([[0, 0], [0, 255]], np.uint8)
    with pytest.raises(OptionError) as caught:
        simulate(quarters(), x, np.array([0, 1]), classes=3)
    assert str(caught.value) == (
        "classes must be above every class that the circuit gives, but is 3 "
        "and the circuit gives 3 for sample 1"
    )
