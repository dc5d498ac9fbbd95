"""Sums of many bits."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, NamedTuple

from nor2hdl.netlist._names import FALSE
from nor2hdl.netlist.arith._adders import full_adder, half_adder, half_adder_plus_one

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nor2hdl.netlist._builder import Builder
    from nor2hdl.netlist.arith._fold import Target


class _Bit(NamedTuple):
    """A bit that waits in a column; the earliest is taken first."""

    level: int
    net: int


_Column = list[_Bit]

_PATIENCE = 6
"""How many levels after the others a bit may come and still not be the last: the carries are as late."""


def popcount(
    b: Builder, columns: Sequence[Iterable[int]], constant: int = 0, *, target: Target = "gates"
) -> list[int]:
    """Add bits of given weights and a constant.

    Full adders turn three bits of a column into one and a carry as long as three are left, the earliest
    first, so that n bits of weight 1 take n - popcount(n) of them, the least there is. A constant bit rides
    on the last, incomplete adder of its column, where it costs nothing.

    Three adders stand together where they can, and make three bits of five of a column and one of the next:
    each output is a function of six bits, one lookup table. For ``"lut6"`` six bits of a column become three
    as well: one half adder more, which is free in lookup tables.

    Parameters
    ----------
    b
        Where the gates go.
    columns
        The nets of weight 1, of weight 2, and so on; constant nets are folded.
    constant
        A number to add, 0 or more.
    target
        What the circuit is meant for.

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
    heaps: list[_Column] = []
    for weight, nets in enumerate(columns):
        heap = []
        for net in nets:
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
        heaps.extend([] for _ in range(weight + 3 - len(heaps)))
        column, carries, later = heaps[weight : weight + 3]
        _compress(b, column, carries, later, six=target == "lut6")
        result.append(_reduce(b, column, carries, (constant >> weight) & 1))
    return result


def _compress(b: Builder, column: _Column, carries: _Column, later: _Column, *, six: bool) -> None:
    """Make three bits of five of the column and a carry, or of six of it; at worst, one and two carries."""
    while len(column) >= 5:
        bits = [heapq.heappop(column) for _ in range(5)]
        extra = None
        if carries and carries[0].level <= bits[-1].level + _PATIENCE:
            extra = heapq.heappop(carries)
        first, carry = _add(b, *bits[:3])
        if six and column and extra is None:
            second, other = _add(b, *bits[3:], heapq.heappop(column))
            total, extra = _half_add(b, first, second)
        else:
            total, other = _add(b, *bits[3:], first)
        heapq.heappush(column, total)
        if extra is None:
            heapq.heappush(carries, carry)
            heapq.heappush(carries, other)
        else:
            low, high = _add(b, carry, other, extra)
            heapq.heappush(carries, low)
            heapq.heappush(later, high)


def _reduce(b: Builder, column: _Column, carries: _Column, one: int) -> int:
    """Make one bit of a column and, where `one` is 1, a constant 1."""
    while len(column) >= 3:
        total, carry = _add(b, *(heapq.heappop(column) for _ in range(3)))
        heapq.heappush(column, total)
        heapq.heappush(carries, carry)
    if len(column) == 2:
        total, carry = _half_add(b, *column, plus_one=bool(one))
        heapq.heappush(carries, carry)
        return total.net
    if not column:
        return b.nor() if one else FALSE
    [x] = column
    if not one:
        return x.net
    heapq.heappush(carries, x)
    return b.nor(x.net)


def _add(b: Builder, *bits: _Bit) -> tuple[_Bit, _Bit]:
    x, y, z = sorted(bits)  # the latest takes the short way
    total, carry = full_adder(b, x.net, y.net, z.net)
    level = max(y.level + 3, z.level)
    return _Bit(level + 3, total), _Bit(level + 2, carry)


def _half_add(b: Builder, x: _Bit, y: _Bit, *, plus_one: bool = False) -> tuple[_Bit, _Bit]:
    total, carry = (half_adder_plus_one if plus_one else half_adder)(b, x.net, y.net)
    level = max(x.level, y.level)
    return _Bit(level + 3, total), _Bit(level + 2, carry)


def adder_cost(widths: Sequence[int], constant: int = 0) -> int:
    """Return how many two-input ANDs `popcount` takes: 7 a full adder, 3 a half adder.

    Parameters
    ----------
    widths
        Number of bits of weight 1, of weight 2, and so on.
    constant
        The number that is added, 0 or more.

    Examples
    --------
    >>> adder_cost([7]), adder_cost([6]), adder_cost([6], 1)
    (28, 24, 24)
    """
    largest = constant + sum(width << weight for weight, width in enumerate(widths))
    cost = carries = 0
    for weight in range(largest.bit_length()):
        bits = carries + (widths[weight] if weight < len(widths) else 0)
        one = constant >> weight & 1
        left = 2 - bits % 2 if bits else 0
        adders = (bits - left) // 2
        carries = adders + (left == 2 or left == 1 == one)
        cost += 7 * adders + 3 * (left == 2)
    return cost
