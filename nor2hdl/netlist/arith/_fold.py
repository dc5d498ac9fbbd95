"""NOR gates that are not made where constants decide them, and what blocks are built for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from nor2hdl.netlist._names import FALSE

if TYPE_CHECKING:
    from nor2hdl.netlist._builder import Builder

Target = Literal["gates", "lut6", "levels"]
"""What counts: two-input gates, lookup tables of six inputs, or levels of gates."""


def nor(b: Builder, *nets: int) -> int:
    """Return the net that is true when none of `nets` is; constant nets are folded.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> (x,) = b.input("x")
    >>> nor(b, x, b.nor())
    0
    """
    values = [b.constant(net) for net in nets]
    if True in values:
        return FALSE
    return b.nor(*(net for net, value in zip(nets, values, strict=True) if value is None))


def either(b: Builder, x: int, y: int) -> int:
    """Return the net that is true when `x` or `y` is; constant nets are folded."""
    return y if x == FALSE else x if y == FALSE else nor(b, nor(b, x, y))
