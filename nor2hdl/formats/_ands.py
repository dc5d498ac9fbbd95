"""A netlist as two-input ANDs and complemented edges: the form of AIGER files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist


def and_graph(net: Netlist) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return a netlist as two-input ANDs of literals.

    Variable 0 is constant false, variables ``1 .. num_inputs`` are the input bits, and every further one is
    an AND; literal ``2 v`` is variable v, literal ``2 v + 1`` its complement. A gate of k fan-ins becomes a
    chain of k - 1 ANDs of their complements, a gate of one fan-in a complemented literal.

    Parameters
    ----------
    net
        The netlist.

    Returns
    -------
    ands : int64 [ands, 2]
        The two literals of each AND, both of lower variables.
    outputs : int64 [output bits]
        The literal of each output bit.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 2)
    >>> b.output("y", [b.nor(*x)])
    >>> ands, outputs = and_graph(b.freeze())
    >>> ands.tolist(), outputs.tolist()
    ([[5, 3]], [6])
    """
    literal = _literals(net)
    width = np.diff(net.offsets)
    place = np.arange(net.num_pins) - np.repeat(net.offsets[:-1], width)
    pin = literal[net.fanins] ^ 1
    rest = np.flatnonzero(place > 0)  # every pin but the first of its gate is one AND
    variable = net.num_inputs + 1 + np.arange(len(rest))
    other = np.where(place[rest] == 1, pin[rest - 1], 2 * (variable - 1))
    return np.stack([pin[rest], other], axis=1), literal[net.drivers]


def _literals(net: Netlist) -> NDArray[np.int64]:
    """Return the literal of every net: int64 [nets]."""
    width = np.diff(net.offsets)
    literal = np.arange(net.num_nets) * 2
    last = net.num_inputs + np.cumsum(np.maximum(width - 1, 0))
    literal[net.first_gate :] = np.where(width == 0, 1, 2 * last)
    # Chains of inverters: every net jumps to the net that it repeats or inverts, twice as far each time.
    source = np.arange(net.num_nets)
    inverted = np.zeros(net.num_nets, np.int64)
    inverters = np.flatnonzero(width == 1)
    source[net.first_gate + inverters] = net.fanins[net.offsets[inverters]]
    inverted[net.first_gate + inverters] = 1
    while (source[source] != source).any():
        inverted ^= inverted[source]
        source = source[source]
    return literal[source] ^ inverted
