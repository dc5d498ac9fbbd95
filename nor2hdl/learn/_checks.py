"""Checks of numbers: one message for each rule, whoever asks."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nor2hdl.errors import Nor2hdlError

LARGEST_SEED = 2**63 - 1


def check_whole(name: str, value: object, low: int, error: type[Nor2hdlError]) -> None:
    """Raise `error` unless `value` is an int, no bool, of `low` or more."""
    if type(value) is not int:
        raise error(f"{name} must be a whole number, not {value!r}")
    if value < low:
        raise error(f"{name} must be {low} or more, not {value!r}")


def check_seed(value: object, error: type[Nor2hdlError]) -> None:
    """Raise `error` unless `value` is a seed that every generator takes."""
    if type(value) is not int or not 0 <= value <= LARGEST_SEED:
        raise error(f"seed must be a whole number from 0 to {LARGEST_SEED}, not {value!r}")


def check_finite(name: str, value: object, error: type[Nor2hdlError]) -> None:
    """Raise `error` unless `value` is an int or float, no bool, that a float can hold."""
    if type(value) not in (int, float) or not abs(value) <= sys.float_info.max:  # type: ignore[arg-type]
        raise error(f"{name} must be a finite number, not {value!r}")


def check_decay(value: object, error: type[Nor2hdlError]) -> None:
    """Raise `error` unless `value` is a finite number of 0 or more."""
    check_finite("decay", value, error)
    if not value >= 0:  # type: ignore[operator]
        raise error(f"decay must be 0 or more, not {value!r}")
