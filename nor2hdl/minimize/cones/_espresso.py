"""The one door to pyeda's espresso: two-level minimization of a truth table.

A *literal* is a variable or its complement, a *cube* is a product of literals, and a *cover* is a set of
cubes whose sum is the function. NOR-NOR is the form of a cover in gates: one NOR a cube, one for the sum.
"""

from __future__ import annotations

import itertools
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from nor2hdl.errors import OptionError, ToolError

if TYPE_CHECKING:
    from numpy.typing import NDArray

DASH = 2
"""What a cube says of a variable that is not in it; 0 and 1 stand for the complement and the variable."""

MOST_VARIABLES = 12
"""Espresso's own time is small beyond; that of a truth table grows with 2 to their number."""

_CONFIG = {
    "single_expand": False,
    "remove_essential": True,
    "force_irredundant": True,
    "unwrap_onset": True,
    "recompute_onset": False,
    "use_super_gasp": False,
}


def espresso(on: NDArray[np.bool_], dont_care: NDArray[np.bool_] | None = None) -> NDArray[np.int8]:
    """Return a small cover of a function: irredundant, nearly as few cubes as can be, of few literals.

    Parameters
    ----------
    on : bool [2 ** n]
        Where the function is true; bit ``i`` of the index is variable ``i``. At most 12 variables.
    dont_care : bool [2 ** n]
        Where the cover may be true or false, whatever `on` says; nowhere by default.

    Returns
    -------
    int8 [cubes, n]
        One row a cube, ascending: 1 for a variable, 0 for its complement, 2 (a dash) for neither. The
        constant false has no cube, the constant true one of dashes.

    Raises
    ------
    OptionError
        If the tables are not alike, their length is no power of two, or they have too many variables.
    ToolError
        If pyeda is not installed.

    References
    ----------
    R. K. Brayton, G. D. Hachtel, C. T. McMullen, A. L. Sangiovanni-Vincentelli, "Logic Minimization
    Algorithms for VLSI Synthesis", 1984.

    Examples
    --------
    >>> at_least_two = np.array([0, 0, 0, 1, 0, 1, 1, 1], bool)
    >>> espresso(at_least_two).tolist()
    [[1, 1, 2], [1, 2, 1], [2, 1, 1]]
    >>> espresso(at_least_two, ~at_least_two).tolist()
    [[2, 2, 2]]
    """
    if dont_care is None:
        dont_care = np.zeros_like(on)
    n = _variables(on, dont_care)
    on = on & ~dont_care
    off = ~(on | dont_care)
    if not (on.any() and off.any()):
        return np.full((int(on.any()), n), DASH, np.int8)
    engine = _engine()
    value = np.where(dont_care, 2, on).tolist()
    rows = list(zip(_points(n), zip(value), strict=True))
    engine.set_config(**_CONFIG)
    found = engine.espresso(n, 1, rows, intype=engine.FTYPE | engine.DTYPE | engine.RTYPE)
    # pyeda writes 1, 2, 3 for the complement, the variable and a dash.
    return np.array(sorted(cube for cube, _ in found), np.int8) - np.int8(1)


def evaluate_cover(cover: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Return the truth table of a cover, bool [2 ** n]: true where all literals of some cube are.

    Examples
    --------
    >>> evaluate_cover(np.array([[1, 2], [0, 0]], np.int8)).astype(int).tolist()
    [1, 1, 0, 1]
    """
    n = cover.shape[1]
    points = np.arange(2**n)[:, np.newaxis] >> np.arange(n) & 1
    table = np.zeros(2**n, np.bool_)
    for cube in cover:
        table |= ((cube == DASH) | (points == cube)).all(axis=1)
    return table


def _variables(on: NDArray[np.bool_], dont_care: NDArray[np.bool_]) -> int:
    for name, table in (("on", on), ("dont_care", dont_care)):
        if table.ndim != 1 or table.dtype != np.bool_ or len(table).bit_count() != 1:
            shape = ", ".join(map(str, table.shape))
            raise OptionError(f"{name} must be bool [2 ** n], not {table.dtype} [{shape}]")
    if len(on) != len(dont_care):
        raise OptionError(f"on and dont_care must be of one length, not {len(on)} and {len(dont_care)}")
    n = len(on).bit_length() - 1
    if n > MOST_VARIABLES:
        raise OptionError(f"a truth table must have at most {MOST_VARIABLES} variables, not {n}")
    return n


@cache
def _engine() -> Any:
    """Return pyeda's module in C; what is above it would build expressions and take many times as long."""
    try:
        from pyeda.boolalg import espresso as engine
    except ImportError:
        raise ToolError("pyeda", "is not installed", hint="install it with: pip install pyeda") from None
    return engine


@cache
def _points(n: int) -> list[tuple[int, ...]]:
    """Return every point as a cube of literals, 1 for the complement and 2 for the variable."""
    return [point[::-1] for point in itertools.product((1, 2), repeat=n)]
