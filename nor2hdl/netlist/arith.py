"""Arithmetic of NOR gates for a `Builder`: adders, popcounts, comparisons, argmax.

Numbers are nets, lowest bit first.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, NamedTuple

from nor2hdl.netlist._core import FALSE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nor2hdl.netlist._builder import Builder


def xnor(b: Builder, x: int, y: int) -> int:
    """Return the net that is true where `x` equals `y`; 4 gates, 3 levels.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x, y = b.input("x", 2)
    >>> xnor(b, x, y) - y
    4
    """
    neither = b.nor(x, y)
    return b.nor(b.nor(x, neither), b.nor(y, neither))


def mux(b: Builder, select: int, low: int, high: int) -> int:
    """Return the net that follows `high` where `select` is true and `low` elsewhere; at most 4 gates."""
    return b.nor(b.nor(select, low), b.nor(b.nor(select), high))


def full_adder(b: Builder, x: int, y: int, z: int) -> tuple[int, int]:
    """Return the sum and the carry of three bits; 9 gates, 6 and 5 levels (3 and 2 from `z`)."""
    neither = b.nor(x, y)
    same = b.nor(b.nor(x, neither), b.nor(y, neither))
    differ_only = b.nor(same, z)
    carry = b.nor(neither, differ_only)
    total = b.nor(b.nor(same, differ_only), b.nor(z, differ_only))
    return total, carry


def half_adder(b: Builder, x: int, y: int) -> tuple[int, int]:
    """Return the sum and the carry of two bits; 5 gates, 3 and 2 levels."""
    carry = b.nor(b.nor(x), b.nor(y))
    return b.nor(b.nor(x, y), carry), carry


def half_adder_plus_one(b: Builder, x: int, y: int) -> tuple[int, int]:
    """Return the sum and the carry of two bits and the constant 1; 5 gates, 3 and 2 levels."""
    neither = b.nor(x, y)
    return b.nor(b.nor(x, neither), b.nor(y, neither)), b.nor(neither)


class _Bit(NamedTuple):
    """A bit that waits in a column; the earliest is taken first."""

    level: int
    net: int


def popcount(b: Builder, columns: Sequence[Iterable[int]], constant: int = 0) -> list[int]:
    """Add bits of given weights and a constant.

    Three bits of a column become one and a carry as long as three are left, the earliest first, so that n
    bits of weight 1 take n - popcount(n) full adders, the least there is. A constant bit rides on the last,
    incomplete adder of its column, where it costs nothing.

    Parameters
    ----------
    b
        Where the gates go.
    columns
        The nets of weight 1, of weight 2, and so on; constant nets are folded.
    constant
        A number to add, 0 or more.

    Returns
    -------
    list of int
        Nets of the sum, lowest bit first, as many as its largest value needs.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 7)
    >>> len(popcount(b, [x])), b.num_nets - 8  # four full adders of 9 gates
    (3, 36)
    """
    heaps: list[list[_Bit]] = []
    for weight, column in enumerate(columns):
        heap = []
        for net in column:
            value = b.constant(net)
            if value is None:
                heap.append(_Bit(0, net))
            else:
                constant += value << weight
        heapq.heapify(heap)
        heaps.append(heap)
    largest = constant + sum(len(heap) << weight for weight, heap in enumerate(heaps))
    result = []
    for weight in range(largest.bit_length()):
        heaps.extend([] for _ in range(weight + 2 - len(heaps)))
        result.append(_reduce_column(b, heaps[weight], heaps[weight + 1], (constant >> weight) & 1))
    return result


def _reduce_column(b: Builder, column: list[_Bit], carries: list[_Bit], one: int) -> int:
    while len(column) >= 3:
        x, y, z = (heapq.heappop(column) for _ in range(3))
        total, carry = full_adder(b, x.net, y.net, z.net)
        level = max(max(x.level, y.level) + 3, z.level)
        heapq.heappush(column, _Bit(level + 3, total))
        heapq.heappush(carries, _Bit(level + 2, carry))
    if len(column) == 2:
        x, y = column
        total, carry = (half_adder_plus_one if one else half_adder)(b, x.net, y.net)
        heapq.heappush(carries, _Bit(max(x.level, y.level) + 2, carry))
        return total
    if not column:
        return b.nor() if one else FALSE
    [x] = column
    if not one:
        return x.net
    heapq.heappush(carries, x)
    return b.nor(x.net)


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
    if bound <= 0:
        return b.nor()
    if bound >> len(bits):
        return FALSE
    lowest = (bound & -bound).bit_length() - 1
    result = bits[lowest]
    for k in range(lowest + 1, len(bits)):
        fanins = (b.nor(bits[k]), b.nor(result)) if (bound >> k) & 1 else (b.nor(bits[k], result),)
        result = b.nor(*fanins)
    return result


def greater(b: Builder, x: Sequence[int], y: Sequence[int]) -> int:
    """Return the net that is true where the number `x` is greater than `y`; both of the same width.

    From the lowest bit up: g' = (x > y) or not (x < y) and g, bit by bit; at most 6 gates a bit.
    """
    result = FALSE
    for p, q in zip(x, y, strict=True):
        above = b.nor(b.nor(p), q)
        below = b.nor(b.nor(q), p)
        result = b.nor(below, b.nor(above, result)) if result != FALSE else above
    return result


def argmax(b: Builder, numbers: Sequence[Sequence[int]]) -> list[int]:
    """Return the index of the largest number, the lowest index where several are largest.

    A tournament between blocks of 1, 2, 4 ... neighbors: minimal depth, one comparison a number but the
    first; a later block wins only where it is strictly greater.

    Parameters
    ----------
    b
        Where the gates go.
    numbers
        Nets of each number, lowest bit first; at least one number; widths may differ.

    Returns
    -------
    list of int
        Nets of the index, lowest bit first; none for a single number.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 10)
    >>> len(argmax(b, [[net] for net in x]))
    4
    """
    width = max(len(number) for number in numbers)
    blocks = [([*number, *[FALSE] * (width - len(number))], list[int]()) for number in numbers]
    while len(blocks) > 1:
        last = len(blocks) == 2
        merged = [_match(b, *blocks[i], *blocks[i + 1], last=last) for i in range(0, len(blocks) - 1, 2)]
        if len(blocks) % 2:
            value, index = blocks[-1]
            merged.append((value, [*index, FALSE]))
        blocks = merged
    return blocks[0][1]


def _match(
    b: Builder, low: list[int], low_index: list[int], high: list[int], high_index: list[int], *, last: bool
) -> tuple[list[int], list[int]]:
    wins = greater(b, high, low)
    index = [mux(b, wins, p, q) for p, q in zip(low_index, high_index, strict=True)]
    value = [] if last else [mux(b, wins, p, q) for p, q in zip(low, high, strict=True)]
    return value, [*index, wins]
