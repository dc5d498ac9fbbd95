"""The functions of four inputs up to permutation and complement of inputs and complement of the output.

A function is 16 bits: bit m is its value where input i is bit i of m.
"""

from __future__ import annotations

import itertools
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

PERMUTATIONS = np.array(list(itertools.permutations(range(4))), np.uint8)
"""The orders of four inputs: uint8 [24, 4]."""

VARIABLES = (0xAAAA, 0xCCCC, 0xF0F0, 0xFF00)
"""The functions that are just one input."""


class Classes(NamedTuple):
    """The NPN classes, of which there are 222, and how each function follows from that of its class.

    Attributes
    ----------
    members : uint16 [classes]
        The least function of each class.
    of : uint8 [65536]
        The class of each function.
    transform : uint16 [65536]
        ``32 * p + 2 * c + n``: function f is member r of its class with input i of r fed by input
        ``PERMUTATIONS[p, i]`` of f, complemented if bit i of c is set; the output is complemented if n.
    """

    members: NDArray[np.uint16]
    of: NDArray[np.uint8]
    transform: NDArray[np.uint16]


@cache
def classes() -> Classes:
    """Return the NPN classes of four inputs.

    Examples
    --------
    >>> len(classes().members)
    222
    """
    places = minterms()
    weights = 1 << np.arange(16)
    members: list[int] = []
    of = np.full(1 << 16, -1, np.int16)
    transform = np.zeros(1 << 16, np.uint16)
    for function in range(1 << 16):
        if of[function] >= 0:
            continue
        images = (function >> places & 1) @ weights
        for negated in (1, 0):
            orbit = images ^ (0xFFFF * negated)
            of[orbit[::-1]] = len(members)
            transform[orbit[::-1]] = (2 * np.arange(len(places)) + negated)[::-1]
        members.append(function)
    return Classes(np.array(members, np.uint16), of.astype(np.uint8), transform)


def minterms() -> NDArray[np.int64]:
    """Return where a transformed function looks up its values: int64 [24 * 16, 16], ``16 * p + c`` first."""
    inputs = np.arange(16)
    rows = []
    for permutation in PERMUTATIONS:
        permuted = sum((inputs >> int(source) & 1) << i for i, source in enumerate(permutation))
        rows += [permuted ^ complement for complement in range(16)]
    return np.array(rows)


def stretched() -> NDArray[np.uint16]:
    """Return functions with their inputs moved apart: uint16 [16, 65536], the bit set of new places first.

    Input i of the function becomes the i-th lowest place of the set; the other inputs do not matter.

    Examples
    --------
    >>> [hex(f) for f in stretched()[0b1010, [0xAAAA, 0xCCCC]]]
    ['0xcccc', '0xff00']
    """
    functions = np.arange(1 << 16)
    table = np.zeros((16, 1 << 16), np.uint16)
    for places in range(16):
        chosen = [k for k in range(4) if places >> k & 1]
        for m in range(16):
            old = sum((m >> place & 1) << i for i, place in enumerate(chosen))
            table[places] |= ((functions >> old & 1) << m).astype(np.uint16)
    return table


def shrunk() -> NDArray[np.uint16]:
    """Return functions with the inputs of a set moved together: uint16 [16, 65536], the bit set first.

    It undoes `stretched` for functions that depend on no input outside the set.

    Examples
    --------
    >>> [hex(f) for f in shrunk()[0b1010, [0xCCCC, 0xFF00]]]
    ['0xaaaa', '0xcccc']
    """
    functions = np.arange(1 << 16)
    table = np.zeros((16, 1 << 16), np.uint16)
    for places in range(16):
        chosen = [k for k in range(4) if places >> k & 1]
        for m in range(16):
            old = sum((m >> i & 1) << place for i, place in enumerate(chosen))
            table[places] |= ((functions >> old & 1) << m).astype(np.uint16)
    return table


def supports() -> NDArray[np.uint8]:
    """Return the inputs that each function depends on, as a bit set: uint8 [65536].

    Examples
    --------
    >>> supports()[[0, 0xAAAA, 0x8888, 0x6996]].tolist()
    [0, 1, 3, 15]
    """
    functions = np.arange(1 << 16)
    table = np.zeros(1 << 16, np.uint8)
    for i, variable in enumerate(VARIABLES):
        high, low = functions & variable, functions << (1 << i) & variable
        table |= ((high != low) << i).astype(np.uint8)
    return table
