"""A circuit without the inputs that it does not read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nor2hdl.netlist import Builder

if TYPE_CHECKING:
    from nor2hdl.netlist import Netlist


def reduced(net: Netlist, tops: list[int]) -> tuple[Netlist, list[int]]:
    """Return the gates that some nets need over the input bits that they read, and which these are.

    Parameters
    ----------
    net
        The netlist.
    tops
        The nets, which become the output port ``y``.

    Returns
    -------
    Netlist
        With one input port, ``x``, and one output port, ``y``.
    list of int
        The input bits of `net` that became ``x``, ascending, counted from 0.

    Examples
    --------
    >>> b = Builder()
    >>> x = b.input("pix", 8)
    >>> y = b.nor(x[7], x[2])
    >>> reduced(b.freeze(), [y])
    (<Netlist x[2], y[1]: 1 gates, 2 pins>, [2, 7])
    """
    needed = [False] * net.num_nets
    fanins = net.fanin_lists()
    for top in tops:
        needed[top] = True
    for gate in range(net.num_nets - 1, net.first_gate - 1, -1):
        if needed[gate]:
            for source in fanins[gate - net.first_gate]:
                needed[source] = True
    read = [bit for bit in range(net.num_inputs) if needed[1 + bit]]
    builder = Builder()
    inputs = builder.input("x", len(read))
    place = {0: 0} | {1 + bit: own for bit, own in zip(read, inputs, strict=True)}
    for gate, fanin in enumerate(fanins, net.first_gate):
        if needed[gate]:
            place[gate] = builder.nor(*[place[source] for source in fanin])
    builder.output("y", [place[top] for top in tops])
    return builder.freeze(), read
