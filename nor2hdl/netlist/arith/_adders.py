"""One-bit blocks: comparison for equality, choice and adders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nor2hdl.netlist.arith._fold import nor

if TYPE_CHECKING:
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
    if low == high:
        return low
    return nor(b, nor(b, select, low), nor(b, nor(b, select), high))


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
