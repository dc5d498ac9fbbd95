"""Small structures of two-input ANDs for every function of four inputs: how they were found.

The structures are shipped in ``structures.npz``, which `save` makes anew.
"""

from __future__ import annotations

import itertools
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nor2hdl.files import replacing
from nor2hdl.minimize.aig._npn import PERMUTATIONS, VARIABLES, classes

if TYPE_CHECKING:
    from numpy.typing import NDArray

FILE = Path(__file__).with_name("structures.npz")

PER_CLASS = 12
"""Most structures of a class."""

MOST_ANDS = 64
"""Most ANDs that the structures of a class have together: structures that would take more are left out."""

_SLACK = 1  # structures with so many more ANDs than the best are kept too: shared nodes may pay for them
_AND, _XOR = 1, 3  # ANDs that each takes
_PARTS = 3  # structures of each part that are tried for the whole

Literal = int
"""Twice the number of an input (0 to 3) or of an AND (4 and up), plus 1 for its complement."""

Structure = tuple[tuple[tuple[Literal, Literal], ...], Literal]
"""The ANDs of a structure, each of two literals below its own, and the literal that is its result."""


class Library(NamedTuple):
    """Structures of the NPN classes, in the order of `nor2hdl.minimize.aig._npn.classes`.

    The structures of a class have their ANDs in common; each takes some of them.

    Attributes
    ----------
    first_and : int32 [classes + 1]
        Class k has the ANDs ``first_and[k] : first_and[k + 1]``, at most `MOST_ANDS`. Constants and single
        inputs have none.
    pins : uint8 [ands, 2]
        The two literals of each; those of the class have the numbers 4 and up.
    first : int32 [classes + 1]
        Class k has the structures ``first[k] : first[k + 1]``, those of fewest ANDs first.
    parts : uint64 [structures]
        The ANDs of each structure: bit i is set for AND i of the class.
    result : uint8 [structures]
        The literal of the class member.
    """

    first_and: NDArray[np.int32]
    pins: NDArray[np.uint8]
    first: NDArray[np.int32]
    parts: NDArray[np.uint64]
    result: NDArray[np.uint8]


@cache
def library() -> Library:
    """Return the structures that are shipped with the package.

    Examples
    --------
    >>> len(library().first)
    223
    """
    with np.load(FILE, allow_pickle=False) as arrays:
        return Library(*(arrays[name] for name in Library._fields))


def find_structures() -> Library:
    """Find the structures: some ten seconds of work, whose result `library` loads.

    The least number of ANDs of every class follows by dynamic programming: a function of n ANDs is the AND
    (1 AND) or the XOR (3 ANDs) of two functions of fewer, and one of the two may be taken as the member of
    its class. The structures of a class are then all ways to split its member at the root into two parts,
    at most one AND above the least, with the best structures of each part; ANDs that the parts share count
    once.

    References
    ----------
    A. Mishchenko, S. Chatterjee, and R. Brayton, "DAG-aware AIG rewriting: a fresh look at combinational
    logic synthesis", DAC 2006.
    """
    size = _least_sizes()
    found: list[list[Structure]] = [[] for _ in size]
    for k in np.argsort(size, kind="stable").tolist():
        found[k] = _structures(int(classes().members[k]), size, found)
    return _merged([structures if size[k] else [] for k, structures in enumerate(found)])


def save(path: Path = FILE) -> None:
    """Write the structures that `find_structures` finds to a file."""
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, **find_structures()._asdict())


def _merged(found: list[list[Structure]]) -> Library:
    """Return the structures of every class with their common ANDs taken together."""
    first_and, pins, first, parts, result = [0], [], [0], [], []
    for structures in found:
        ands: dict[tuple[Literal, Literal], int] = {}
        for structure in structures:
            more = dict(ands)
            place, root = _placed(structure, more)
            if len(more) > MOST_ANDS:
                continue
            ands = more
            parts.append(sum(1 << k for k in place))
            result.append(root)
        pins += list(ands)
        first_and.append(len(pins))
        first.append(len(parts))
    return Library(
        first_and=np.array(first_and, np.int32),
        pins=np.array(pins, np.uint8),
        first=np.array(first, np.int32),
        parts=np.array(parts, np.uint64),
        result=np.array(result, np.uint8),
    )


def _placed(structure: Structure, ands: dict[tuple[Literal, Literal], int]) -> tuple[set[int], Literal]:
    """Enter the ANDs of a structure among others; return their numbers there and the resulting literal."""
    literal = list(range(8))
    numbers = set()
    for a, b in structure[0]:
        key = min(literal[a], literal[b]), max(literal[a], literal[b])
        number = ands.setdefault(key, len(ands))
        numbers.add(number)
        literal += [2 * (4 + number), 2 * (4 + number) + 1]
    return numbers, literal[structure[1]]


def _least_sizes() -> NDArray[np.int64]:
    """Return the least number of ANDs and XORs, three for each XOR, of every class: int64 [classes]."""
    members, of, _ = classes()
    size = np.full(len(members), 99)
    size[of[[0, VARIABLES[0]]]] = 0
    everywhere = np.arange(1 << 16)
    total = 0
    while (size == 99).any():
        total += 1
        known = size[of]
        for k in np.flatnonzero(size < total):
            member = int(members[k])
            for weight, part in ((_AND, member), (_AND, member ^ 0xFFFF), (_XOR, member)):
                others = everywhere[known == total - weight - size[k]]
                whole = others ^ part if weight == _XOR else others & part
                new = np.unique(of[whole])
                size[new[size[new] > total]] = total
    return size


def _structures(member: int, size: NDArray[np.int64], found: list[list[Structure]]) -> list[Structure]:
    """Return the best structures of a function whose parts have theirs already."""
    of = classes().of
    if not size[of[member]]:
        return [((), _leaf(member))]
    shapes: set[Structure] = set()
    for is_xor, negated, a, b in _splits(member, size):
        parts = [[_transformed(s, part) for s in found[of[part]][:_PARTS]] for part in (a, b)]
        for left, right in itertools.product(*parts):
            shapes.add(_joined(left, right, is_xor=is_xor, negated=negated))
    ranked = sorted(shapes, key=lambda s: (len(s[0]), s))
    limit = len(ranked[0][0]) + _SLACK
    return [s for s in ranked if len(s[0]) <= limit][:PER_CLASS]


def _leaf(member: int) -> Literal:
    """Return the literal of a function that is one input; 0 for constants, which are part of no structure."""
    return next((2 * i + (member != v) for i, v in enumerate(VARIABLES) if member in (v, v ^ 0xFFFF)), 0)


def _splits(member: int, size: NDArray[np.int64]) -> list[tuple[bool, bool, int, int]]:
    """Return the ways to write a function as an XOR or an AND, or as a complemented AND, of two others."""
    of = classes().of
    sizes = size[of]
    budget = int(sizes[member]) + _SLACK
    splits = []
    everywhere = np.arange(1 << 16)
    other = everywhere ^ member
    once = (everywhere < other) & (everywhere < other ^ 0xFFFF) & (everywhere < 1 << 15)  # up to complement
    cheap = once & (sizes + sizes[other] + _XOR <= budget)
    splits += [(True, False, a, a ^ member) for a in everywhere[cheap].tolist()]
    for negated in (False, True):
        target = member ^ 0xFFFF if negated else member
        above = everywhere[
            (everywhere & target == target) & (sizes + _AND <= budget) & (everywhere != target)
        ]
        above = above[above != 0xFFFF]
        for a in above.tolist():
            others = above[(above & a == target) & (sizes[above] + sizes[a] + _AND <= budget) & (above > a)]
            splits += [(False, negated, a, b) for b in others.tolist()]
    return splits


def _transformed(structure: Structure, function: int) -> Structure:
    """Return the structure of the member of the function's class as one of the function itself."""
    ands, result = structure
    code = int(classes().transform[function])
    order = PERMUTATIONS[code >> 5]

    def move(literal: Literal) -> Literal:
        i = literal >> 1
        return 2 * int(order[i]) + (literal & 1 ^ code >> 1 + i & 1) if i < 4 else literal

    moved = tuple((move(a), move(b)) for a, b in ands)
    return moved, move(result) ^ (code & 1)


def _joined(left: Structure, right: Structure, *, is_xor: bool, negated: bool) -> Structure:
    """Return the AND or the XOR of two structures, ANDs that they share taken once, in a normal order."""
    ands: dict[tuple[Literal, Literal], int] = {}
    a, b = (_placed(structure, ands)[1] for structure in (left, right))

    def conjoin(a: Literal, b: Literal) -> Literal:
        return 2 * (4 + ands.setdefault((min(a, b), max(a, b)), len(ands)))

    result = conjoin(a, b) if not is_xor else conjoin(conjoin(a, b ^ 1) ^ 1, conjoin(a ^ 1, b) ^ 1) ^ 1
    return tuple(ands), result ^ negated
