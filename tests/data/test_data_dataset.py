"""The frozen data set: what it accepts, what it refuses, what it promises."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from nor2hdl.data import Dataset
from nor2hdl.errors import DataError, OptionError


def made(**changes):
    x = np.arange(8, dtype=np.uint8).reshape(2, 4)
    y = np.array([0, 1])
    fields = {
        f"{kind}_{part}": array for part in ("train", "val", "test") for kind, array in (("x", x), ("y", y))
    }
    return Dataset(**{"name": "tiny", "classes": ("no", "yes"), "shape": (2, 2)} | fields | changes)


def test_split_gives_the_arrays():
    dataset = made(x_val=np.full((3, 4), 9, np.uint8), y_val=np.array([1, 1, 0]))
    x, y = dataset.split("val")
    assert x.tolist() == [[9] * 4] * 3
    assert y.tolist() == [1, 1, 0]
    assert dataset.split("train")[0] is dataset.x_train


def test_unknown_split_lists_the_known_ones():
    with pytest.raises(OptionError) as error:
        made().split("dev")
    assert str(error.value) == "split must be one of 'train', 'val', 'test', not 'dev'"


def test_arrays_are_read_only_and_apart_from_the_callers():
    x = np.zeros((2, 4), np.uint8)
    dataset = made(x_train=x)
    x[0, 0] = 7
    assert dataset.x_train[0, 0] == 0
    for part in ("train", "val", "test"):
        for array in dataset.split(part):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 0
    with pytest.raises(dataclasses.FrozenInstanceError):
        dataset.name = "other"


def test_read_only_arrays_are_not_copied():
    x = np.zeros((2, 4), np.uint8)
    x.setflags(write=False)
    assert made(x_train=x).x_train is x


def test_checksum_depends_on_the_content_alone():
    plain = made()
    assert len(plain.checksum) == 64
    assert made(name="other").checksum == plain.checksum
    fortran = np.asfortranarray(plain.x_train)
    fortran.setflags(write=False)
    assert made(x_train=fortran).checksum == plain.checksum
    others = [
        made(x_test=plain.x_test + np.uint8(1)),
        made(y_val=np.array([1, 1])),
        made(classes=("no", "maybe")),
        made(shape=(4,)),
        made(x_train=plain.x_train[:1], y_train=plain.y_train[:1]),
    ]
    assert len({plain.checksum, *(other.checksum for other in others)}) == 6


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"x_train": np.zeros((2, 4))}, "x_train must be uint8 [samples, 4], not float64 [2, 4]"),
        ({"x_val": np.zeros((2, 3), np.uint8)}, "x_val must be uint8 [samples, 4], not uint8 [2, 3]"),
        ({"x_val": np.zeros((2, 2, 2), np.uint8)}, "x_val must be uint8 [samples, 4], not uint8 [2, 2, 2]"),
        ({"x_val": [[1, 2, 3, 4]]}, "x_val must be uint8 [samples, 4], not [[1, 2, 3, 4]]"),
        ({"x_test": np.zeros((0, 4), np.uint8)}, "x_test must be one sample or more, not empty"),
        ({"y_test": np.array([0])}, "y_test must be int64 [2], one label for each sample, not int64 [1]"),
        (
            {"y_test": np.array([0, 1], np.uint8)},
            "y_test must be int64 [2], one label for each sample, not uint8 [2]",
        ),
        ({"y_val": np.array([0, 2])}, "y_val must be class indices from 0 to 1, not 2"),
        ({"y_val": np.array([-1, 1])}, "y_val must be class indices from 0 to 1, not -1"),
        ({"classes": ("no",)}, "classes must be a tuple of two or more distinct names, not ('no',)"),
        (
            {"classes": ("no", "no")},
            "classes must be a tuple of two or more distinct names, not ('no', 'no')",
        ),
        ({"classes": ("no", "")}, "classes must be a tuple of two or more distinct names, not ('no', '')"),
        ({"classes": (0, 1)}, "classes must be a tuple of two or more distinct names, not (0, 1)"),
        (
            {"classes": ["no", "yes"]},
            "classes must be a tuple of two or more distinct names, not ['no', 'yes']",
        ),
        ({"shape": ()}, "shape must be a tuple of one or more positive numbers, not ()"),
        ({"shape": (4, 0)}, "shape must be a tuple of one or more positive numbers, not (4, 0)"),
        ({"shape": [2, 2]}, "shape must be a tuple of one or more positive numbers, not [2, 2]"),
    ],
)
def test_refuses_what_is_no_data_set(changes, problem):
    with pytest.raises(DataError) as error:
        made(**changes)
    assert str(error.value) == f"data set 'tiny': {problem}"
