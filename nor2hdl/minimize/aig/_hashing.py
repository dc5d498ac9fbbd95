"""Structural hashing of two-input ANDs: open addressing on arrays, compiled by numba."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.jit import jit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int32]

_GONE = -1  # a place whose node was removed; nodes behind it may still be found


@jit
def new_table(nodes: int) -> Ints:
    """Return an empty table with room for `nodes` ANDs; 0, the constant, marks an empty place."""
    size = 16
    while size < 2 * nodes:
        size *= 2
    return np.zeros(size, np.int32)


@jit
def place_of(low: int, high: int, size: int) -> int:
    """Return where a pair of literals belongs in a table of `size` places, a power of two."""
    mixed = int(low) * 0x9E3779B1 + int(high) * 0x85EBCA77
    return int((mixed ^ (mixed >> 17)) & (size - 1))


@jit
def find(fanin: Ints, table: Ints, low: int, high: int) -> int:
    """Return the AND of the literals ``low < high``, 0 if there is none."""
    mask = len(table) - 1
    place = place_of(low, high, len(table))
    while table[place] != 0:
        node = table[place]
        if node > 0 and fanin[node, 0] == low and fanin[node, 1] == high:
            return int(node)
        place = (place + 1) & mask
    return 0


@jit
def insert(fanin: Ints, table: Ints, node: int) -> None:
    """Enter an AND that is not in the table under its fan-ins."""
    mask = len(table) - 1
    place = place_of(fanin[node, 0], fanin[node, 1], len(table))
    while table[place] > 0:
        place = (place + 1) & mask
    table[place] = node


@jit
def remove(fanin: Ints, table: Ints, node: int) -> None:
    """Take an AND out of the table, in which it stands under its fan-ins."""
    mask = len(table) - 1
    place = place_of(fanin[node, 0], fanin[node, 1], len(table))
    while table[place] != node:
        place = (place + 1) & mask
    table[place] = _GONE


@jit
def trivial(low: int, high: int) -> int:
    """Return the literal that the AND of ``low <= high`` is equal to at sight, -1 if it takes a gate."""
    if low == 0 or low == high ^ 1:
        return 0
    if low in {1, high}:
        return high
    return -1
