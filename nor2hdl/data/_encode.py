"""Input encoders: bytes become bits by comparison with fixed levels.

The encoder belongs to the model and is built into the circuit. ``byte >= level`` looks at the bits of the
byte from the highest down to the lowest one that is set in the level, so 128 is a plain wire (bit 7), and
levels with many trailing zeros are cheap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from nor2hdl.errors import DataError, ModelError, OptionError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray


class Encoder(Protocol):
    """What turns the bytes of a sample into the input bits of a network."""

    @property
    def levels(self) -> tuple[int, ...]:
        """Levels from 1 to 255, ascending; each gives one bit per feature."""

    def encode(self, x: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Turn uint8 [n, features] into bits 0 and 1, uint8 [n, features * len(levels)]."""

    def to_json(self) -> dict[str, Any]:
        """Describe the encoder in JSON types, for `encoder_from_json`."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """One bit per feature: ``byte >= level``.

    Parameters
    ----------
    level
        From 1 to 255; 128 costs no gate.

    Raises
    ------
    OptionError
        If the level is no whole number from 1 to 255.

    Examples
    --------
    >>> Threshold(128).encode(np.array([[127, 128]], np.uint8))
    array([[0, 1]], dtype=uint8)
    """

    level: int = 128

    def __post_init__(self) -> None:
        if not _is_level(self.level):
            raise OptionError(f"level must be a whole number from 1 to 255, not {self.level!r}")

    @property
    def levels(self) -> tuple[int, ...]:
        """The one level.

        Returns
        -------
        tuple[int, ...]
            ``(level,)``

        Examples
        --------
        >>> Threshold(64).levels
        (64,)
        """
        return (self.level,)

    def encode(self, x: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Compare every byte with the level.

        Parameters
        ----------
        x : uint8 [n, features]
            Samples.

        Returns
        -------
        uint8 [n, features]
            1 where the byte reaches the level, else 0.

        Raises
        ------
        DataError
            If `x` is not such an array.

        Examples
        --------
        >>> Threshold(3).encode(np.array([[2, 3, 4]], np.uint8))
        array([[0, 1, 1]], dtype=uint8)
        """
        return _encode(x, self.levels)

    def to_json(self) -> dict[str, Any]:
        """Describe the encoder in JSON types.

        Returns
        -------
        dict
            What `encoder_from_json` reads.

        Examples
        --------
        >>> Threshold().to_json()
        {'kind': 'threshold', 'level': 128}
        """
        return {"kind": "threshold", "level": self.level}


@dataclass(frozen=True, slots=True)
class Thermometer:
    """One bit per feature and level: bit ``f * len(levels) + i`` is ``byte f >= levels[i]``.

    Parameters
    ----------
    levels
        From 1 to 255, ascending, at least one.

    Raises
    ------
    OptionError
        If the levels are not such a tuple.

    Examples
    --------
    >>> Thermometer((64, 128)).encode(np.array([[100, 200]], np.uint8))
    array([[1, 0, 1, 1]], dtype=uint8)
    """

    levels: tuple[int, ...]

    def __post_init__(self) -> None:
        levels = self.levels
        good = isinstance(levels, tuple) and levels and all(map(_is_level, levels))
        if not good or list(levels) != sorted(set(levels)):
            raise OptionError(
                f"levels must be a tuple of ascending whole numbers from 1 to 255, not {levels!r}"
            )

    @classmethod
    def uniform(cls, count: int) -> Thermometer:
        """Space levels evenly over the bytes.

        Parameters
        ----------
        count
            Number of levels, from 1 to 255; ``2 ** k - 1`` gives the cheapest circuits.

        Returns
        -------
        Thermometer
            With the levels ``i * 256 // (count + 1)``.

        Raises
        ------
        OptionError
            If the count is no whole number from 1 to 255.

        Examples
        --------
        >>> Thermometer.uniform(3)
        Thermometer(levels=(64, 128, 192))
        """
        _check_count(count)
        return cls(tuple(i * 256 // (count + 1) for i in range(1, count + 1)))

    @classmethod
    def quantiles(cls, x: NDArray[np.uint8], count: int) -> Thermometer:
        """Put levels where they divide the non-zero bytes of a sample set into equal shares.

        Zeros are left out because they are the background of most images and would take up most levels.

        Parameters
        ----------
        x : uint8 [n, features]
            The training samples.
        count
            Number of levels, from 1 to 255.

        Returns
        -------
        Thermometer
            Level ``i`` is the quantile ``(i + 1) / (count + 1)``, rounded up.

        Raises
        ------
        OptionError
            If the count is no whole number from 1 to 255, or two levels fall together.
        DataError
            If `x` is not such an array or all its bytes are zero.

        Examples
        --------
        >>> Thermometer.quantiles(np.arange(0, 101, dtype=np.uint8)[None], 3)
        Thermometer(levels=(26, 51, 76))
        """
        _check_count(count)
        _check_samples(x)
        nonzero = x[x > 0]
        if not nonzero.size:
            raise DataError("x must hold bytes other than 0 to take quantiles of")
        shares = np.arange(1, count + 1) / (count + 1)
        levels = np.unique(np.ceil(np.quantile(nonzero, shares)).astype(np.int64))
        if len(levels) < count:
            raise OptionError(
                f"count must be small enough to give distinct quantiles, not {count}: "
                f"only {len(levels)} of them differ on these samples"
            )
        return cls(tuple(levels.tolist()))

    def encode(self, x: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Compare every byte with every level.

        Parameters
        ----------
        x : uint8 [n, features]
            Samples.

        Returns
        -------
        uint8 [n, features * len(levels)]
            Bits 0 and 1, the levels of a feature side by side.

        Raises
        ------
        DataError
            If `x` is not such an array.

        Examples
        --------
        >>> Thermometer((1, 2)).encode(np.array([[0], [1], [2]], np.uint8)).tolist()
        [[0, 0], [1, 0], [1, 1]]
        """
        return _encode(x, self.levels)

    def to_json(self) -> dict[str, Any]:
        """Describe the encoder in JSON types.

        Returns
        -------
        dict
            What `encoder_from_json` reads.

        Examples
        --------
        >>> Thermometer((64, 128)).to_json()
        {'kind': 'thermometer', 'levels': [64, 128]}
        """
        return {"kind": "thermometer", "levels": list(self.levels)}


def encoder_from_json(fields: Mapping[str, Any]) -> Encoder:
    """Make an encoder from what its `to_json` gave.

    Parameters
    ----------
    fields
        ``{"kind": "threshold", "level": ...}`` or ``{"kind": "thermometer", "levels": [...]}``.

    Returns
    -------
    Encoder
        An encoder equal to the one described.

    Raises
    ------
    ModelError
        If the kind is unknown, a field is missing or too many, or a level is not allowed.

    Examples
    --------
    >>> encoder_from_json({"kind": "threshold", "level": 64})
    Threshold(level=64)
    """
    try:
        match fields:
            case {"kind": "threshold", "level": level, **rest} if not rest:
                return Threshold(level)
            case {"kind": "thermometer", "levels": list(levels), **rest} if not rest:
                return Thermometer(tuple(levels))
    except OptionError as error:
        raise ModelError(f"encoder of the model: {error}") from error
    raise ModelError(
        "encoder of the model must be {'kind': 'threshold', 'level': ...} or "
        f"{{'kind': 'thermometer', 'levels': [...]}}, not {fields!r}"
    )


def _encode(x: NDArray[np.uint8], levels: tuple[int, ...]) -> NDArray[np.uint8]:
    _check_samples(x)
    bits = x[:, :, None] >= np.array(levels, np.uint8)
    return bits.reshape(len(x), x.shape[1] * len(levels)).view(np.uint8)


def _check_samples(x: NDArray[np.uint8]) -> None:
    if x.dtype != np.uint8 or x.ndim != 2:
        raise DataError(f"x must be uint8 [samples, features], not {x.dtype} {list(x.shape)}")


def _check_count(count: int) -> None:
    if not _is_level(count):
        raise OptionError(f"count must be a whole number from 1 to 255, not {count!r}")


def _is_level(value: object) -> bool:
    return type(value) is int and 1 <= value <= 255
