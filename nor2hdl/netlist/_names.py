"""What nets are called: ``0``, ``port``, ``port[i]`` and ``%gate``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nor2hdl.errors import NetlistError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nor2hdl.netlist._core import Netlist, Port

Net = int | str
"""A net by its number or by its name."""

FALSE = 0
"""The net that is constant false in every netlist."""

_BIT = re.compile(r"([^\[\]]+)(?:\[([0-9]{1,10})\])?")
_SHOWN_NETS = 20


def net_names(net: Netlist) -> list[str]:
    """Return the name of every net, as in the text form."""
    bits = [name for name, _ in net.port_bits()]
    return ["0", *bits, *[f"%{n}" for n in range(net.first_gate, net.num_nets)]]


def find_bit(name: str, ports: Mapping[str, tuple[int, int]]) -> int | None:
    """Return which bit ``port[i]``, or ``port`` of a port with one bit, is.

    Parameters
    ----------
    name
        The name of the bit.
    ports
        Number of the lowest bit and width of every port.

    Returns
    -------
    int or None
        The number of the lowest bit plus the index, None if the port is not among `ports`.

    Raises
    ------
    NetlistError
        If the port has no such bit, or several and no index is given.

    Examples
    --------
    >>> find_bit("pix[3]", {"en": (1, 1), "pix": (2, 8)})
    5
    """
    match = _BIT.fullmatch(name)
    if not match or match[1] not in ports:
        return None
    port, index = match.groups()
    start, width = ports[port]
    if width == 0:
        raise NetlistError(f"port {port!r} has no bits, so there is no {name!r}")
    if index is None and width > 1:
        raise NetlistError(f"port {port!r} has {width} bits; name one of them, such as '{port}[0]'")
    bit = int(index or 0)
    if bit >= width:
        raise NetlistError(f"bit of port {port!r} must be in 0..{width - 1}, not {bit}")
    return start + bit


def net_number(net: Netlist, which: Net) -> int:
    """Return the number of a net that is given by number or by name.

    Parameters
    ----------
    net
        The netlist.
    which
        The number, or a name as `find_net` takes it.

    Raises
    ------
    NetlistError
        If there is no such net.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> b.output("y", [b.nor(*b.input("x", 2))])
    >>> net_number(b.freeze(), "y"), net_number(b.freeze(), 3)
    (3, 3)
    """
    if isinstance(which, str):
        return find_net(net, which)
    if not 0 <= which < net.num_nets:
        raise NetlistError(f"net must be in 0..{net.num_nets - 1}, not {which!r}")
    return int(which)


def find_net(net: Netlist, name: str) -> int:
    """Return the number of the net with a name.

    Parameters
    ----------
    net
        The netlist.
    name
        An input bit or an output bit (which stands for the net that drives it), written ``pix[3]``, or
        ``pix`` if it has one bit only; or a net number, written ``%9`` or ``9``.

    Raises
    ------
    NetlistError
        If there is no such net, or the name is that of a port with several bits.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> b.output("y", [b.nor(*b.input("x", 2))])
    >>> [find_net(b.freeze(), name) for name in ("x[1]", "y", "%3", "3")]
    [2, 3, 3, 3]
    """
    found = find_bit(name, _starts(net.inputs, 1))
    if found is not None:
        return found
    found = find_bit(name, _starts(net.outputs, 0))
    if found is not None:
        return int(net.drivers[found])
    number = re.fullmatch("%?([0-9]{1,10})", name)
    if not number:
        ports = ", ".join(port.name for port in (*net.inputs, *net.outputs)) or "none"
        raise NetlistError(f"net must be a bit PORT[I] or PORT (ports: {ports}) or a number %N, not {name!r}")
    return net_number(net, int(number[1]))


def _starts(ports: tuple[Port, ...], start: int) -> dict[str, tuple[int, int]]:
    starts = {}
    for port in ports:
        starts[port.name] = start, port.width
        start += port.width
    return starts


def net_name(net: Netlist, number: int) -> str:
    """Return the name of a net: ``0``, ``pix[3]``, ``pix`` of a port with one bit, or ``%9``.

    Parameters
    ----------
    net
        The netlist.
    number
        The net.

    Raises
    ------
    NetlistError
        If there is no such net.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> b.output("y", [b.nor(*b.input("x", 2))])
    >>> [net_name(b.freeze(), number) for number in range(4)]
    ['0', 'x[0]', 'x[1]', '%3']
    """
    net_number(net, number)
    if number == FALSE:
        return "0"
    for name, (start, width) in _starts(net.inputs, 1).items():
        if number < start + width:
            return name if width == 1 else f"{name}[{number - start}]"
    return f"%{number}"


def shorten(text: str) -> str:
    """Return `text` quoted for an error, cut where it is long."""
    text = text.strip()
    return repr(text if len(text) <= 60 else text[:57] + "...")


def loop_text(names: Sequence[str]) -> str:
    """Return the nets of a loop as one line, cut where it is long; each is fed by the next."""
    if len(names) > _SHOWN_NETS:
        half = _SHOWN_NETS // 2
        left_out = f"({len(names) - 2 * half} more)"
        names = [*names[:half], left_out, *names[-half:]]
    return " <- ".join(names)
