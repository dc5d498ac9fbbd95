"""Look at a netlist: its statistics, one net, what feeds it and what it feeds."""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.errors import NetlistError
from nor2hdl.netlist._builder import Builder
from nor2hdl.netlist._core import FALSE, NO_TAG, Netlist
from nor2hdl.netlist._names import find_bit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from nor2hdl.netlist._core import Port


@dataclass(frozen=True, slots=True)
class Statistics:
    """The figures of a netlist.

    Attributes
    ----------
    gates
        Number of NOR gates.
    pins
        Number of gate inputs over all gates.
    depth
        Gates on the longest way from an input to an output.
    fanin_histogram
        Number of gates by number of fan-ins, ascending.
    max_fanout
        Most gate inputs that any one net feeds.
    parts
        Number of gates by part: the text before the first ``/`` of their provenance, ``""`` for
        gates without one; in the order of the netlist.
    """

    gates: int
    pins: int
    depth: int
    fanin_histogram: dict[int, int]
    max_fanout: int
    parts: dict[str, int]


def statistics(net: Netlist) -> Statistics:
    """Return the figures of a netlist.

    Parameters
    ----------
    net
        The netlist.

    Examples
    --------
    >>> b = Builder()
    >>> x = b.input("x", 2)
    >>> with b.tagged("layer0/neuron0"):
    ...     b.output("y", [b.nor(x[0], b.nor(x[1]))])
    >>> statistics(b.freeze())
    Statistics(gates=2, pins=3, depth=2, fanin_histogram={1: 1, 2: 1}, max_fanout=1, parts={'layer0': 2})
    """
    sizes, counts = np.unique(np.diff(net.offsets), return_counts=True)
    return Statistics(
        gates=net.num_gates,
        pins=net.num_pins,
        depth=net.depth(),
        fanin_histogram=dict(zip(sizes.tolist(), counts.tolist(), strict=True)),
        max_fanout=int(np.bincount(net.fanins).max(initial=0)),
        parts=_parts(net),
    )


def _parts(net: Netlist) -> dict[str, int]:
    origins, first, counts = np.unique(net.origins, return_index=True, return_counts=True)
    parts: Counter[str] = Counter()
    for k in np.argsort(first):
        origin = int(origins[k])
        label = "" if origin == NO_TAG else net.tags[origin]
        parts[label.partition("/")[0]] += int(counts[k])
    return dict(parts)


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
    net.check_net(int(number[1]))
    return int(number[1])


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
    >>> b = Builder()
    >>> b.output("y", [b.nor(*b.input("x", 2))])
    >>> [net_name(b.freeze(), number) for number in range(4)]
    ['0', 'x[0]', 'x[1]', '%3']
    """
    net.check_net(number)
    if number == FALSE:
        return "0"
    for name, (start, width) in _starts(net.inputs, 1).items():
        if number < start + width:
            return name if width == 1 else f"{name}[{number - start}]"
    return f"%{number}"


def fanout(net: Netlist, number: int) -> NDArray[np.int32]:
    """Return the gates that a net feeds; output bits are not among them.

    Parameters
    ----------
    net
        The netlist.
    number
        The net.

    Returns
    -------
    int32 [fan-out]
        The nets of the gates, ascending.

    Raises
    ------
    NetlistError
        If there is no such net.

    Examples
    --------
    >>> b = Builder()
    >>> x = b.input("x", 2)
    >>> gates = b.nor(x[0]), b.nor(x[0], x[1])
    >>> fanout(b.freeze(), x[0]).tolist()
    [3, 4]
    """
    net.check_net(number)
    pins = np.flatnonzero(net.fanins == number)
    gates = np.searchsorted(net.offsets, pins, side="right") - 1
    return (net.first_gate + gates).astype(np.int32)


def cone(net: Netlist, nets: Iterable[int], *, name: str = "cone") -> Netlist:
    """Return the fan-in cone of some nets: the gates that they depend on, as a netlist.

    Parameters
    ----------
    net
        The netlist.
    nets
        The nets at the top of the cone.
    name
        What to call the output port of the new netlist; its bits are `nets`, in their order.

    Returns
    -------
    Netlist
        All input ports of `net`, the gates of the cone with their provenance, and one output port.

    Raises
    ------
    NetlistError
        If there is no such net, or an input port is called `name`.

    Examples
    --------
    >>> b = Builder()
    >>> x = b.input("x", 2)
    >>> y, z = b.nor(*x), b.nor(x[1])
    >>> cone(b.freeze(), [z])
    <Netlist x[2], cone[1]: 1 gates, 1 pins>
    """
    tops = list(nets)
    reached = set(tops)
    stack = list(reached)
    while stack:
        for source in net.fanin(stack.pop()).tolist():
            if source not in reached:
                reached.add(source)
                stack.append(source)
    builder = Builder()
    for port in net.inputs:
        builder.input(port.name, port.width)
    net_of = {source: source for source in reached if source < net.first_gate}
    for gate in sorted(reached - net_of.keys()):
        builder.set_tag(net.origin(gate))
        net_of[gate] = builder.nor(*[net_of[source] for source in net.fanin(gate).tolist()])
    builder.output(name, [net_of[top] for top in tops])
    return builder.freeze()


def path(net: Netlist, start: int, end: int) -> list[int]:
    """Return a shortest path along which one net feeds another.

    Parameters
    ----------
    net
        The netlist.
    start
        The net where the path begins.
    end
        The net where it ends.

    Returns
    -------
    list of int
        The nets of the path, each a fan-in of the next, with `start` and `end`.

    Raises
    ------
    NetlistError
        If there is no such net, or no path.

    Examples
    --------
    >>> b = Builder()
    >>> x = b.input("x", 2)
    >>> y = b.nor(x[0], b.nor(x[1]))
    >>> path(b.freeze(), x[1], y)
    [2, 3, 4]
    """
    net.check_net(start)
    net.check_net(end)
    towards = {end: end}
    queue = deque([end])
    while queue and start not in towards:
        gate = queue.popleft()
        for source in net.fanin(gate).tolist():
            if source >= start and source not in towards:
                towards[source] = gate
                queue.append(source)
    if start not in towards:
        raise NetlistError(
            f"there is no path from {net_name(net, start)} to {net_name(net, end)}; "
            f"the second net must depend on the first"
        )
    nets = [start]
    while nets[-1] != end:
        nets.append(towards[nets[-1]])
    return nets
