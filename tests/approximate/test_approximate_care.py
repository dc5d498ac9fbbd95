"""Care sets: what is refused, and what the shifted copies are."""

from __future__ import annotations

import numpy as np
import pytest

from nor2hdl.approximate import CareSet, approximate
from nor2hdl.errors import NetlistError, OptionError
from nor2hdl.netlist import Builder, Netlist

X = np.zeros((3, 4), np.uint8)
Y = np.array([0, 1, 0])


def classifier(name: str = "pix", width: int = 32, out: str = "cls") -> Netlist:
    b = Builder()
    x = b.input(name, width)
    b.output(out, [b.nor(x[0], x[1])])
    return b.freeze()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            (X[0], Y, X, Y),
            "features must be uint8 [samples, features] or bool [samples, bits], not uint8 [4]",
        ),
        (
            (X, Y, X.astype(float), Y),
            "val_features must be uint8 [samples, features] or bool [samples, bits], not float64 [3, 4]",
        ),
        ((X[:0], Y[:0], X, Y), "features must hold at least one sample, not 0"),
        ((X, Y, X[:0], Y[:0]), "val_features must hold at least one sample, not 0"),
        ((X, Y[:2], X, Y), "labels must be integers [3], one a sample, not int64 [2]"),
        ((X, Y, X, Y * 1.0), "val_labels must be integers [3], one a sample, not float64 [3]"),
        ((X, Y - 1, X, Y), "labels must be 0 or more, not -1"),
        (
            (X, Y, X[:, :3], Y),
            "val_features must be uint8 of width 4, as features are, not uint8 of width 3",
        ),
        (
            (X, Y, X.astype(bool), Y),
            "val_features must be uint8 of width 4, as features are, not bool of width 4",
        ),
        ((X, Y, X, Y, (2, 3)), "shape must be that of a sample of 4 bytes, not (2, 3)"),
        (
            (X.astype(bool), Y, X.astype(bool), Y, (2, 2)),
            "shape must be that of a sample of 4 bytes, not (2, 2)",
        ),
    ],
)
def test_care_sets_that_do_not_hold_together_are_refused(arguments: tuple, message: str) -> None:
    with pytest.raises(OptionError) as caught:
        CareSet(*arguments)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("net", "care", "message"),
    [
        (
            classifier(width=40),
            CareSet(X, Y, X, Y),
            "care set must have 5 bytes a sample, as the input port 'pix' has, not 4 of uint8",
        ),
        (
            classifier("bits", 32),
            CareSet(X, Y, X, Y),
            "care set must have 32 bits a sample, as the input port 'bits' has, not 4 of uint8",
        ),
        (
            classifier("bits", 5),
            CareSet(X > 0, Y, X > 0, Y),
            "care set must have 5 bits a sample, as the input port 'bits' has, not 4 of bool",
        ),
        (
            classifier(),
            CareSet(X, Y, X, Y + 1),
            "val_labels must be below 2, as the output port 'cls' has 1 bits, not 2",
        ),
    ],
)
def test_care_sets_that_do_not_fit_are_refused(net: Netlist, care: CareSet, message: str) -> None:
    with pytest.raises(OptionError) as caught:
        approximate(net, care, lose=0)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("net", "found"),
    [
        (classifier("x"), "'x' in and 'cls' out"),
        (classifier(out="y"), "'pix' in and 'y' out"),
        (Builder().freeze(), "none in and none out"),
    ],
)
def test_only_classifiers_are_taken(net: Netlist, found: str) -> None:
    with pytest.raises(NetlistError) as caught:
        approximate(net, CareSet(X, Y, X, Y), lose=0)
    expected = f"ports of a circuit to approximate must be 'pix' or 'bits' in and 'cls' out, not {found}"
    assert str(caught.value) == expected


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lose": -1}, "lose must be a number of samples, 0 or more, or None, not -1"),
        ({"lose": 0, "timeout": 0}, "timeout must be above 0 seconds, or None, not 0"),
        ({"lose": 0, "timeout": float("nan")}, "timeout must be above 0 seconds, or None, not nan"),
    ],
)
def test_options_out_of_range_are_refused(options: dict, message: str) -> None:
    with pytest.raises(OptionError) as caught:
        approximate(classifier(), CareSet(X, Y, X, Y), **options)
    assert str(caught.value) == message


def test_shifts_move_every_sample_by_one_step_each_way() -> None:
    image = np.array([[1, 2, 3], [4, 5, 6]], np.uint8)
    care = CareSet(image.reshape(1, 6), Y[:1], image.reshape(1, 6), Y[:1], shape=(2, 3))
    down, up, right, left = (m.reshape(2, 3).tolist() for m in care.shifts())
    assert down == [[0, 0, 0], [1, 2, 3]]
    assert up == [[4, 5, 6], [0, 0, 0]]
    assert right == [[0, 1, 2], [0, 4, 5]]
    assert left == [[2, 3, 0], [5, 6, 0]]
    assert care.label == "approximate: care set = 1 samples and 4 shifts of each"


def test_shifts_keep_the_channels_of_a_sample_apart() -> None:
    x = np.arange(8, dtype=np.uint8).reshape(1, 8)
    care = CareSet(x, Y[:1], x, Y[:1], shape=(2, 2, 2))
    assert care.shifts()[0].tolist() == [[0, 0, 0, 1, 0, 0, 4, 5]]


@pytest.mark.parametrize("shape", [None, (4,)])
def test_samples_without_two_axes_have_no_shifts(shape: tuple | None) -> None:
    care = CareSet(X, Y, X, Y, shape=shape)
    assert care.shifts() == []
    assert care.label == "approximate: care set = 3 samples"


@pytest.mark.parametrize("shape", [(-2, -2), "ab", (4,), (2, 2.0)])
def test_a_shape_that_is_none_is_refused(shape):
    x, y = np.zeros((3, 4), np.uint8), np.zeros(3, np.int64)
    if shape == (4,):
        assert CareSet(x, y, x, y, shape=shape).shifts() == []
        return
    with pytest.raises(OptionError, match=r"^shape must be that of a sample of 4 bytes, not"):
        CareSet(x, y, x, y, shape=shape)


def test_a_port_of_half_a_byte_is_refused():
    b = Builder()
    b.output("cls", [b.nor(*b.input("pix", 12))])
    x, y = np.zeros((3, 1), np.uint8), np.zeros(3, np.int64)
    with pytest.raises(NetlistError, match=r"^port 'pix' must hold whole bytes, not 12 bits$"):
        CareSet(x, y, x, y).check_fits(b.freeze())
