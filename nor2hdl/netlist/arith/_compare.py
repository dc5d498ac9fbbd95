"""Comparisons of numbers, with a constant and with each other."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from nor2hdl.netlist._names import FALSE
from nor2hdl.netlist.arith._fold import either, nor

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nor2hdl.netlist._builder import Builder


def at_least(b: Builder, bits: Sequence[int], bound: int) -> int:
    """Return the net that is true where a number is at least a constant.

    Parameters
    ----------
    b
        Where the gates go.
    bits
        Nets of the number, lowest bit first.
    bound
        The constant. One that is a power of two and half of the number's range costs no gate.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 8)
    >>> at_least(b, x, 128) == x[7]
    True
    """
    return thresholds(b, bits, [bound])[0]


def thresholds(b: Builder, bits: Sequence[int], bounds: Iterable[int]) -> list[int]:
    """Return, for several constants, the nets that are true where a number is at least that constant.

    From the lowest bit up, a bit at a time: bounds that agree in their lowest bits share the gates for these.

    Parameters
    ----------
    b
        Where the gates go.
    bits
        Nets of the number, lowest bit first.
    bounds
        The constants.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 8)
    >>> len(thresholds(b, x, range(16, 256, 16))), b.num_nets - 9  # 22 ANDs and ORs, and inverters
    (15, 45)
    """

    @functools.cache
    def inverse(net: int) -> int:
        return b.nor(net)

    @functools.cache
    def reached(width: int, bound: int) -> int:
        high, low = divmod(bound, 1 << width - 1)
        top = bits[width - 1]
        if not low:
            return top
        rest = reached(width - 1, low)
        return b.nor(inverse(top), inverse(rest)) if high else inverse(b.nor(top, rest))

    return [
        b.nor() if bound <= 0 else FALSE if bound >> len(bits) else reached(len(bits), bound)
        for bound in bounds
    ]


def greater(b: Builder, x: Sequence[int], y: Sequence[int]) -> int:
    """Return the net that is true where the number `x` is greater than `y`; both of the same width.

    Halves are compared and joined, so that n bits take 4 + 2 log2(n) levels::

        greater = greater(high) or not less(high) and greater(low)
        less    = less(high) or less(low)

    where `less`, "some bit of x is less", need not be exact: it counts only where no higher bit of x is
    greater.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x, y = b.input("x", 8), b.input("y", 8)
    >>> b.output("z", [greater(b, x, y)])
    >>> b.freeze().depth()
    10
    """
    pairs = list(zip(x, y, strict=True))
    return _order(b, pairs, inverted=False, lowest=True)[0] if pairs else FALSE


def _order(b: Builder, pairs: list[tuple[int, int]], *, inverted: bool, lowest: bool) -> tuple[int, int]:
    """Return greater, or its inverse, and less, which the `lowest` bits have no use for."""
    if len(pairs) == 1:
        [(p, q)] = pairs
        above = nor(b, nor(b, p), q)
        return nor(b, above) if inverted else above, FALSE if lowest else nor(b, nor(b, q), p)
    half = len(pairs) // 2
    above, below = _order(b, pairs[half:], inverted=False, lowest=False)
    low_not_above, low_below = _order(b, pairs[:half], inverted=True, lowest=lowest)
    not_above = nor(b, above, nor(b, below, low_not_above))
    return not_above if inverted else nor(b, not_above), FALSE if lowest else either(b, below, low_below)
