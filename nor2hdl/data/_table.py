"""Data sets from a user's own files: ``.npz`` archives and ``.csv`` tables."""

from __future__ import annotations

import csv
import itertools
import math
import tokenize
import zipfile
import zlib
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nor2hdl.data._dataset import Dataset
from nor2hdl.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

FEWEST = 10
"""Fewer samples than this cannot be split in a way that says anything."""

_SEED = 0
_LABEL_NAMES = {"label", "class"}
_NUMBERS = "buif"
_SINGLE = {"x", "y"}
_DOUBLE = {"x_train", "y_train", "x_test", "y_test"}
_FEATURE = "a whole number from 0 to 255"
_LABEL = "a whole number from 0 or a name"

_DAMAGE = (
    ValueError,  # Python objects, a header of another form
    SyntaxError,  # a header that numpy cannot parse, and the next one too
    tokenize.TokenError,
    MemoryError,  # a header that claims a huge array
    EOFError,
    RuntimeError,  # an encrypted or oddly compressed member
    zipfile.BadZipFile,
    zlib.error,
)
"""What numpy and zipfile raise at a damaged archive."""


class Labelled(NamedTuple):
    """Samples (uint8 [n, features]) and their class indices (int64 [n])."""

    x: NDArray[np.uint8]
    y: NDArray[np.int64]


def divided(
    name: str,
    samples: Labelled,
    *,
    classes: tuple[str, ...],
    shape: tuple[int, ...],
    test: Labelled | None = None,
) -> Dataset:
    """Split samples by a fixed shuffle: one sixth each for validation and, where none is given, for the test.

    Parameters
    ----------
    name
        Name of the data set.
    samples
        All samples, or the training samples if `test` is given.
    classes
        Class names.
    shape
        Shape of one sample.
    test
        The test samples, kept in their order.

    Returns
    -------
    Dataset
        The split data set.

    Raises
    ------
    DataError
        If there are fewer than `FEWEST` samples, or as `Dataset` says.
    """
    count = len(samples.y)
    if count < FEWEST:
        what = "samples" if test is None else "training samples"
        raise DataError(f"data set {name!r} must have at least {FEWEST} {what}, not {count}")
    # Raw words of a bit generator are the one stream that numpy promises never to change.
    order = np.argsort(np.random.PCG64(_SEED).random_raw(count), kind="stable")
    held = (count + 3) // 6
    if test is None:
        order, last = order[:-held], order[-held:]
        test = Labelled(samples.x[last], samples.y[last])
    train, val = order[:-held], order[-held:]
    return Dataset(
        name=name,
        x_train=samples.x[train],
        y_train=samples.y[train],
        x_val=samples.x[val],
        y_val=samples.y[val],
        x_test=test.x,
        y_test=test.y,
        classes=classes,
        shape=shape,
    )


def load_npz(path: Path) -> Dataset:
    """Load arrays ``x``, ``y`` or ``x_train``, ``y_train``, ``x_test``, ``y_test``; nothing is unpickled.

    Parameters
    ----------
    path
        An archive as `numpy.savez` writes it; features are [n, ...] of any number type.

    Returns
    -------
    Dataset
        The data set, called as the file.

    Raises
    ------
    DataError
        If the file cannot be read, is no such archive, holds Python objects, lacks an array, or an array
        breaks a rule of `nor2hdl.data.load`.
    """
    arrays = _read_npz(path)
    parts = ("_train", "_test") if arrays.keys() >= _DOUBLE else ("",)
    xs = [_features(arrays[f"x{part}"], f"x{part}", path) for part in parts]
    ys = [_labels(arrays[f"y{part}"], f"y{part}", path) for part in parts]
    for part, x, y in zip(parts, xs, ys, strict=True):
        if len(x) != len(y):
            raise DataError(f"y{part} of {path} must have {len(x)} labels, one for each sample, not {len(y)}")
    if xs[0].shape[1:] != xs[-1].shape[1:]:
        shapes = [list(x.shape[1:]) for x in xs]
        raise DataError(f"x_test of {path} must have samples of shape {shapes[0]}, not {shapes[1]}")
    if ys[0].dtype.kind != ys[-1].dtype.kind:
        raise DataError(f"y_train and y_test of {path} must be both numbers or both names")
    classes, index = np.unique(np.concatenate(ys), return_inverse=True)
    split_points = np.cumsum([len(y) for y in ys])[:-1]
    samples = [
        Labelled(x.reshape(len(x), math.prod(x.shape[1:])), y)
        for x, y in zip(xs, np.split(index.astype(np.int64), split_points), strict=True)
    ]
    return divided(
        path.stem,
        samples[0],
        classes=tuple(map(str, classes)),
        shape=xs[0].shape[1:],
        test=samples[1] if len(samples) > 1 else None,
    )


def _read_npz(path: Path) -> dict[str, NDArray[np.generic]]:
    try:
        # numpy is given the open file, as it would leave a file of its own open where the archive is damaged.
        with path.open("rb") as stream:
            if not zipfile.is_zipfile(stream):
                raise DataError(f"{path} must be a .npz archive as numpy.savez writes it")
            stream.seek(0)
            archive = np.load(stream, allow_pickle=False)
            names = set(archive.files)
            wanted = next((form for form in (_DOUBLE, _SINGLE) if form <= names), None)
            if wanted is None:
                raise DataError(
                    f"{path} must hold the arrays x and y, or x_train, y_train, x_test and y_test, "
                    f"not {', '.join(sorted(names)) or 'none'}"
                )
            return {name: np.asarray(archive[name]) for name in sorted(wanted)}
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}") from error
    except _DAMAGE as error:
        raise DataError(
            f"{path} must hold undamaged arrays of numbers or names, without Python objects ({error})"
        ) from error


def _features(x: NDArray[np.generic], name: str, path: Path) -> NDArray[np.uint8]:
    if x.dtype.kind not in _NUMBERS or x.ndim < 2 or 0 in x.shape[1:]:
        raise DataError(
            f"{name} of {path} must be numbers [samples, features, ...], not {x.dtype} {list(x.shape)}"
        )
    with np.errstate(invalid="ignore"):
        whole = x.astype(np.uint8)
    _refuse(whole != x, x, f"{name} of {path}", _FEATURE)
    return whole


def _labels(y: NDArray[np.generic], name: str, path: Path) -> NDArray[np.int64] | NDArray[np.str_]:
    if y.dtype.kind not in _NUMBERS + "U" or y.ndim != 1:
        raise DataError(f"{name} of {path} must be numbers or names [samples], not {y.dtype} {list(y.shape)}")
    if y.dtype.kind == "U":
        return y.astype(np.str_)
    with np.errstate(invalid="ignore"):
        whole = y.astype(np.int64)
    _refuse((whole != y) | (whole < 0), y, f"{name} of {path}", _LABEL)
    return whole


def _refuse(bad: NDArray[np.bool_], values: NDArray[np.generic], what: str, rule: str) -> None:
    if bad.any():
        index = np.unravel_index(bad.argmax(), bad.shape)
        where = ", ".join(map(str, index))
        raise DataError(f"{what} must be {rule} everywhere, not {values[index]} at [{where}]")


def load_csv(path: Path) -> Dataset:
    """Load a table with one sample per line: numbers from 0 to 255, and a label.

    Parameters
    ----------
    path
        A comma-separated text in UTF-8; see `nor2hdl.data.load` for header and label column.

    Returns
    -------
    Dataset
        The data set, called as the file.

    Raises
    ------
    DataError
        If the file cannot be read, is no such table, or a cell breaks a rule of `nor2hdl.data.load`; the
        error names the line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            rows, labels = _parse_rows(((reader.line_num, row) for row in reader if row), path)
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path} must be comma-separated text in UTF-8 ({error})") from error
    classes, index = np.unique(_class_values(labels, path), return_inverse=True)
    x = np.frombuffer(b"".join(rows), np.uint8).reshape(len(rows), -1)
    samples = Labelled(x, index.astype(np.int64))
    return divided(path.stem, samples, classes=tuple(map(str, classes)), shape=x.shape[1:])


def _parse_rows(lines: Iterator[tuple[int, list[str]]], path: Path) -> tuple[list[bytes], dict[int, str]]:
    """Turn numbered lines into feature bytes and labels (by line number)."""
    first, head = next(lines, (0, []))
    if len(head) < 2:
        raise DataError(f"{path} must be a table of one feature or more and a label, not {head or 'empty'}")
    target, named = _label_column(head, path)
    width = len(head)
    rows: list[bytes] = []
    labels: dict[int, str] = {}
    for line, cells in lines if named else itertools.chain([(first, head)], lines):
        if len(cells) != width:
            raise DataError(
                f"line {line} of {path} must have {width} cells, as line {first} has, not {len(cells)}"
            )
        labels[line] = cells.pop(target).strip()
        rows.append(_bytes(cells, target, line, path))
    if not rows:
        raise DataError(f"{path} must have lines below its header")
    return rows, labels


def _label_column(head: list[str], path: Path) -> tuple[int, bool]:
    """Give the index of the label column, and whether the first line is a header."""
    marked = [column for column, cell in enumerate(head) if cell.strip().lower() in _LABEL_NAMES]
    if len(marked) > 1:
        raise DataError(f"{path} must have one column named 'label' or 'class', not {len(marked)}")
    if marked:
        return marked[0], True
    return len(head) - 1, not any(map(_is_number, head))


def _bytes(cells: list[str], target: int, line: int, path: Path) -> bytes:
    try:
        return bytes(map(int, cells))
    except ValueError:
        for index, cell in enumerate(cells):
            if not _is_number(cell) or float(cell) not in range(256):
                column = index + 1 + (index >= target)
                raise DataError(
                    f"line {line}, column {column} of {path} must be {_FEATURE}, not {cell!r}"
                ) from None
        return bytes(int(float(cell)) for cell in cells)


def _class_values(labels: dict[int, str], path: Path) -> NDArray[np.int64] | NDArray[np.str_]:
    """Read labels as numbers if all of them are numbers, else as names."""
    numbers = all(map(_is_number, labels.values()))
    for line, label in labels.items():
        if not label or (numbers and not (0 <= float(label) <= 2**53 and float(label).is_integer())):
            raise DataError(f"the label in line {line} of {path} must be {_LABEL}, not {label!r}")
    texts = list(labels.values())
    return np.array([int(float(text)) for text in texts], np.int64) if numbers else np.array(texts, np.str_)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
