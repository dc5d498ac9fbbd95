"""What nets are called: ``0``, ``port``, ``port[i]`` and ``%gate``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nor2hdl.errors import NetlistError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nor2hdl.netlist._core import Netlist

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
