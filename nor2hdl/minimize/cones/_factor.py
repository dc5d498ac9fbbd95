"""Quick factoring: a cover as nested products and sums of few literals.

A cube is a set of literals, kept as the bits of an integer; a cover is a list of cubes. Bit ``2 i`` is
variable ``i``, bit ``2 i + 1`` its complement. Division is algebraic: it takes literals for independent.
"""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

Cube = int
Cover = list[Cube]


class Algebra(Protocol):
    """Where a factored form is built: what makes products and sums of signals."""

    def literal(self, bit: int) -> int:
        """Return the signal of a literal."""

    def product(self, signals: Iterable[int]) -> int:
        """Return the AND of some signals."""

    def sum(self, signals: Iterable[int]) -> int:
        """Return the OR of some signals."""


def factor(cover: Cover, algebra: Algebra) -> int:
    """Build a cover of at least one cube as a factored form.

    Rules, where `F / D` is algebraic division, applied from the outside to the inside::

        c F     = c * F               c the literals common to all cubes
        F       = D * (F / D) + R     D a kernel, found by dividing by the literal of most cubes
        F       = x * (F / x) + R     x the literal of most cubes, where F / D is a single cube

    Parameters
    ----------
    cover
        The cubes; none contains another, as in every cover of espresso's.
    algebra
        Makes the literals, products and sums.

    Returns
    -------
    int
        The signal of the cover.

    References
    ----------
    R. K. Brayton, "Factoring logic functions", IBM Journal of Research and Development 31(2), 1987 (quick
    factor).
    """
    common = reduce(and_, cover)
    if common or len(cover) == 1:
        literals = [algebra.literal(bit) for bit in bits(common)]
        rest = [cube ^ common for cube in cover]
        return algebra.product([*literals, factor(rest, algebra)] if len(cover) > 1 else literals)
    divisor = _divisor(cover)
    if divisor is None:
        return algebra.sum(factor([cube], algebra) for cube in cover)
    quotient, _ = divide(cover, divisor)
    if len(quotient) == 1:
        return _by_literal(cover, quotient[0], algebra)
    common = reduce(and_, quotient)
    quotient = [cube ^ common for cube in quotient]
    divisor, rest = divide(cover, quotient)
    common = reduce(and_, divisor)
    if common:
        return _by_literal(cover, common, algebra)
    product = algebra.product([factor(divisor, algebra), factor(quotient, algebra)])
    return algebra.sum([product, factor(rest, algebra)]) if rest else product


def _by_literal(cover: Cover, candidates: Cube, algebra: Algebra) -> int:
    """Factor out the literal of `candidates` that most cubes have; it is never in all of them."""
    best = max(bits(candidates), key=lambda bit: sum(cube >> bit & 1 for cube in cover))
    have = [cube for cube in cover if cube >> best & 1]
    rest = [cube for cube in cover if not cube >> best & 1]
    return algebra.sum([factor(have, algebra), factor(rest, algebra)])


def divide(cover: Cover, divisor: Cover) -> tuple[Cover, Cover]:
    """Return quotient and rest: ``cover = divisor * quotient + rest``, the quotient as large as can be.

    Examples
    --------
    >>> a, b, c, d = 1, 4, 16, 64
    >>> divide([a | c, a | d, b | c, b | d, c | d], [a, b])
    ([16, 64], [80])
    """
    parts = [[cube ^ d for cube in cover if cube & d == d] for d in divisor]
    shared = set(parts[0]).intersection(*parts[1:])
    quotient = [cube for cube in parts[0] if cube in shared]
    covered = {d | q for d in divisor for q in quotient}
    return quotient, [cube for cube in cover if cube not in covered]


def _divisor(cover: Cover) -> Cover | None:
    """Return a kernel of level 0 of a cover without common literals, None if no literal is in two cubes."""
    found = None
    while True:
        counts = [(sum(cube >> bit & 1 for cube in cover), -bit) for bit in bits(reduce(int.__or__, cover))]
        most, negative = max(counts)
        if most < 2:
            return found
        quotient, _ = divide(cover, [1 << -negative])
        common = reduce(and_, quotient)
        cover = found = [cube ^ common for cube in quotient]


def bits(number: int) -> list[int]:
    """Return the places of the ones in a number, ascending.

    Examples
    --------
    >>> bits(0b10110)
    [1, 2, 4]
    """
    places = []
    while number:
        low = number & -number
        places.append(low.bit_length() - 1)
        number ^= low
    return places
