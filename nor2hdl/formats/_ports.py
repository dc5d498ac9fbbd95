"""Ports of a file that knows single bits only, by their names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nor2hdl.errors import NetlistError
from nor2hdl.netlist import FALSE, Builder, Netlist, Port

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_BIT = re.compile(r"(.*)\[([0-9]{1,9})\]")


def joined_ports(inputs: Sequence[str], outputs: Sequence[str]) -> tuple[tuple[Port, ...], tuple[Port, ...]]:
    """Return the input and the output ports that bits with these names make.

    ``name[0]``, ``name[1]``, ... in a row make a port, any other name a port of one bit. Where that gives
    names that ports cannot have, or the same one twice, the ports are those of `plain_ports`.

    Parameters
    ----------
    inputs, outputs
        The names of all bits, in order.

    Examples
    --------
    >>> joined_ports(["x[0]", "x[1]", "en"], ["y"])
    ((Port(name='x', width=2), Port(name='en', width=1)), (Port(name='y', width=1),))
    >>> joined_ports(["x[1]", "x[0]"], ["y"])
    ((Port(name='in', width=2),), (Port(name='out', width=1),))
    """
    ports = _runs(inputs), _runs(outputs)
    builder = Builder()
    try:
        for name, width in ports[0]:
            builder.input(name, width)
        for name, width in ports[1]:
            builder.output(name, [FALSE] * width)
        builder.freeze()
    except NetlistError:
        return plain_ports(len(inputs), len(outputs))
    return ports


def _runs(names: Iterable[str]) -> tuple[Port, ...]:
    """Join ``name[0]``, ``name[1]``, ... into ports; any other name is a port of one bit."""
    ports: list[Port] = []
    for name in names:
        bit = _BIT.fullmatch(name)
        if bit and ports and (bit[1], int(bit[2])) == ports[-1]:
            ports[-1] = Port(bit[1], int(bit[2]) + 1)
        elif bit and int(bit[2]) == 0:
            ports.append(Port(bit[1], 1))
        else:
            ports.append(Port(name, 1))
    return tuple(ports)


def plain_ports(num_inputs: int, num_outputs: int) -> tuple[tuple[Port, ...], tuple[Port, ...]]:
    """Return one input port ``in`` and one output port ``out``.

    Examples
    --------
    >>> plain_ports(2, 1)
    ((Port(name='in', width=2),), (Port(name='out', width=1),))
    """
    return (Port("in", num_inputs),), (Port("out", num_outputs),)


def fitting_ports(
    like: Netlist, num_inputs: int, num_outputs: int, source: str
) -> tuple[tuple[Port, ...], tuple[Port, ...]]:
    """Return the ports of `like`, which must have as many bits as the file has.

    Parameters
    ----------
    like
        The netlist whose ports are given.
    num_inputs, num_outputs
        Number of bits in the file.
    source
        What error texts call the file.

    Raises
    ------
    NetlistError
        If the numbers differ.

    Examples
    --------
    >>> from nor2hdl.netlist import random_netlist
    >>> fitting_ports(random_netlist(gates=3, inputs=5, outputs=1), 5, 1, "a.blif")
    ((Port(name='x', width=5),), (Port(name='y', width=1),))
    """
    counts = (("inputs", like.num_inputs, num_inputs), ("outputs", like.num_outputs, num_outputs))
    for kind, expected, count in counts:
        if expected != count:
            raise NetlistError(
                f"{source}: must have {expected} {kind} for the given ports, not {count}; "
                "name the netlist that the file was made from"
            )
    return like.inputs, like.outputs
