"""The part of a netlist that a drawing shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nor2hdl.errors import OptionError
from nor2hdl.netlist import net_name, net_number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nor2hdl.netlist import Net, Netlist

MOST_GATES = 500
"""More gates than a drawing can show, and programs that lay it out take minutes."""


class Excerpt(NamedTuple):
    """A cone, or the levels of it that are next to its top.

    Parameters
    ----------
    tops
        Name and number of each net at the top.
    gates
        The gates to draw, ascending.
    leaves
        The nets that feed them and are not among them: constants, inputs, and gates beyond the depth.
    """

    tops: list[tuple[str, int]]
    gates: list[int]
    leaves: list[int]


def excerpt(net: Netlist, nets: Net | Iterable[Net], depth: int | None) -> Excerpt:
    """Return what to draw of the cone of some nets.

    Parameters
    ----------
    net
        The netlist.
    nets
        The nets at the top, by number or by name.
    depth
        How many levels of gates to show, at least 1; None for all.

    Raises
    ------
    NetlistError
        If there is no such net.
    OptionError
        If the depth is below 1, or there are more than 500 gates to draw.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 2)
    >>> b.output("y", [b.nor(x[0], b.nor(x[1]))])
    >>> excerpt(b.freeze(), "y", 1)
    Excerpt(tops=[('y', 4)], gates=[4], leaves=[1, 3])
    """
    if depth is not None and (type(depth) is not int or depth < 1):
        raise OptionError(f"depth must be a whole number of levels, 1 or more, not {depth!r}")
    listed = [nets] if isinstance(nets, (int, str, np.integer)) else list(nets)
    tops = [(x if isinstance(x, str) else net_name(net, x), net_number(net, x)) for x in listed]
    reached = {number for _, number in tops}
    gates: set[int] = set()
    front = {number for number in reached if number >= net.first_gate}
    level = 0
    while front and level != depth:
        gates |= front
        if len(gates) > MOST_GATES:
            raise OptionError(
                f"cone of {tops[0][0]} must have at most {MOST_GATES} gates to be drawn, and has more; "
                "take a net nearer to the inputs, or fewer levels of it (depth)"
            )
        sources = {source for gate in front for source in net.fanin(gate).tolist()}
        reached |= sources
        front = {source for source in sources - gates if source >= net.first_gate}
        level += 1
    return Excerpt(tops, sorted(gates), sorted(reached - gates))
