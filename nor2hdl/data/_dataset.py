"""The frozen data set: bytes, class indices and a fixed train / validation / test split."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.errors import DataError, OptionError

if TYPE_CHECKING:
    from numpy.typing import NDArray

SPLITS = ("train", "val", "test")


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class Dataset:
    """Samples of bytes with their classes, split once and for all.

    The arrays are read-only; writable ones are copied when the data set is built.

    Attributes
    ----------
    name
        What the data set is called in reports.
    x_train, x_val, x_test : uint8 [n, features]
        One sample per row, its features in row-major order.
    y_train, y_val, y_test : int64 [n]
        Class index of each sample, from 0 to ``len(classes) - 1``.
    classes
        Name of each class, at least two.
    shape
        Shape of one sample, such as ``(28, 28)``; its product is the number of features.
    checksum
        SHA-256 (hex) of everything above but the name; computed, not given.

    Raises
    ------
    DataError
        If an array has another type or shape, a split is empty, the numbers of samples and labels differ,
        a label is not the index of a class, or there are not two classes.

    Examples
    --------
    >>> x, y = np.zeros((2, 4), np.uint8), np.array([0, 1])
    >>> tiny = Dataset(name="tiny", x_train=x, y_train=y, x_val=x, y_val=y, x_test=x, y_test=y,
    ...                classes=("no", "yes"), shape=(2, 2))
    >>> tiny
    Dataset('tiny': 2 train, 2 val, 2 test samples of 2x2 bytes, 2 classes)
    >>> tiny.split("val")[1]
    array([0, 1])
    """

    name: str
    x_train: NDArray[np.uint8]
    y_train: NDArray[np.int64]
    x_val: NDArray[np.uint8]
    y_val: NDArray[np.int64]
    x_test: NDArray[np.uint8]
    y_test: NDArray[np.int64]
    classes: tuple[str, ...]
    shape: tuple[int, ...]
    checksum: str = field(init=False)

    def __post_init__(self) -> None:
        self._check_names()
        for part in SPLITS:
            self._check_split(part)
            for array in (f"x_{part}", f"y_{part}"):
                object.__setattr__(self, array, _read_only(getattr(self, array)))
        object.__setattr__(self, "checksum", self._digest())

    def __repr__(self) -> str:
        counts = ", ".join(f"{len(self.split(part)[1])} {part}" for part in SPLITS)
        sample = "x".join(map(str, self.shape))
        return f"Dataset({self.name!r}: {counts} samples of {sample} bytes, {len(self.classes)} classes)"

    def split(self, name: str) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Give the samples and labels of one split.

        Parameters
        ----------
        name
            ``"train"``, ``"val"`` or ``"test"``.

        Returns
        -------
        x : uint8 [n, features]
            The samples.
        y : int64 [n]
            Their class indices.

        Raises
        ------
        OptionError
            If there is no split of that name.

        Examples
        --------
        >>> from nor2hdl.data import load
        >>> x, y = load("digits").split("test")
        >>> x.shape, y.shape
        ((300, 64), (300,))
        """
        if name not in SPLITS:
            raise OptionError(f"split must be one of {', '.join(map(repr, SPLITS))}, not {name!r}")
        return getattr(self, f"x_{name}"), getattr(self, f"y_{name}")

    def _check_names(self) -> None:
        names = self.classes
        good = isinstance(names, tuple) and all(isinstance(name, str) and name for name in names)
        if not good or len(names) < 2 or len(set(names)) < len(names):
            raise self._error("classes", "a tuple of two or more distinct names", repr(names))
        if not isinstance(self.shape, tuple) or not self.shape or min(self.shape) < 1:
            raise self._error("shape", "a tuple of one or more positive numbers", repr(self.shape))

    def _check_split(self, part: str) -> None:
        x, y = self.split(part)
        features = math.prod(self.shape)
        if not _is_array(x, np.uint8, 2) or x.shape[1] != features:
            raise self._error(f"x_{part}", f"uint8 [samples, {features}]", _describe(x))
        if not len(x):
            raise self._error(f"x_{part}", "one sample or more", "empty")
        if not _is_array(y, np.int64, 1) or len(y) != len(x):
            raise self._error(f"y_{part}", f"int64 [{len(x)}], one label for each sample", _describe(y))
        for label in (y.min(), y.max()):
            if not 0 <= label < len(self.classes):
                rule = f"class indices from 0 to {len(self.classes) - 1}"
                raise self._error(f"y_{part}", rule, str(label))

    def _error(self, what: str, rule: str, found: str) -> DataError:
        return DataError(f"data set {self.name!r}: {what} must be {rule}, not {found}")

    def _digest(self) -> str:
        digest = hashlib.sha256(repr((self.classes, self.shape)).encode())
        for part in SPLITS:
            x, y = self.split(part)
            digest.update(len(x).to_bytes(8, "little"))
            digest.update(x.data)
            digest.update(y.astype("<i8").data)
        return digest.hexdigest()


def _is_array(value: object, dtype: type[np.generic], axes: int) -> bool:
    return isinstance(value, np.ndarray) and value.dtype == dtype and value.ndim == axes


def _describe(value: object) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {list(value.shape)}"
    return repr(value)


def _read_only(array: NDArray[np.generic]) -> NDArray[np.generic]:
    if array.flags.writeable or not array.flags.c_contiguous:
        array = array.copy()
        array.setflags(write=False)
    return array
