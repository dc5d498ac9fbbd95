"""Look at a netlist: its statistics, one net, what feeds it and what it feeds."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.errors import NetlistError
from nor2hdl.markup import html_table
from nor2hdl.netlist._builder import Builder
from nor2hdl.netlist._checks import NO_TAG
from nor2hdl.netlist._names import net_name, net_number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from nor2hdl.netlist._core import Netlist
    from nor2hdl.netlist._names import Net

_QUICK = 50_000
"""Gates up to which a loop over all of them does not keep a notebook waiting."""


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

    def _repr_html_(self) -> str:
        figures = [("gates", self.gates), ("pins", self.pins), ("depth", self.depth)]
        return _figures_html([*figures, ("max fan-out", self.max_fanout)], self.parts) + html_table(
            self.fanin_histogram.items(), ("fan-in", "gates")
        )


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


def summary_html(net: Netlist) -> str:
    """Return a netlist's ports, figures and parts as HTML; without depth if it is large.

    Examples
    --------
    >>> "<td>gates</td>" in summary_html(Builder().freeze())
    True
    """
    figures: list[tuple[str, object]] = [("gates", net.num_gates), ("pins", net.num_pins)]
    if net.num_gates <= _QUICK:
        figures.append(("depth", net.depth()))
    ports = [(kind, *port) for kind, side in (("in", net.inputs), ("out", net.outputs)) for port in side]
    return html_table(ports, ("", "port", "bits")) + _figures_html(figures, _parts(net))


def _figures_html(figures: Iterable[tuple[str, object]], parts: dict[str, int]) -> str:
    named = [(name or "without a label", gates) for name, gates in parts.items()]
    return html_table(figures) + html_table(named, ("part", "gates"))


def _parts(net: Netlist) -> dict[str, int]:
    origins, first, counts = np.unique(net.origins, return_index=True, return_counts=True)
    parts: Counter[str] = Counter()
    for k in np.argsort(first):
        origin = int(origins[k])
        label = "" if origin == NO_TAG else net.tags[origin]
        parts[label.partition("/")[0]] += int(counts[k])
    return dict(parts)


def fanout(net: Netlist, of: Net) -> NDArray[np.int32]:
    """Return the gates that a net feeds; output bits are not among them.

    Parameters
    ----------
    net
        The netlist.
    of
        The net, by number or by name.

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
    >>> fanout(b.freeze(), "x[0]").tolist()
    [3, 4]
    """
    pins = np.flatnonzero(net.fanins == net_number(net, of))
    gates = np.searchsorted(net.offsets, pins, side="right") - 1
    return (net.first_gate + gates).astype(np.int32)


def cone(net: Netlist, nets: Net | Iterable[Net], *, name: str = "cone") -> Netlist:
    """Return the fan-in cone of some nets: the gates that they depend on, as a netlist.

    Parameters
    ----------
    net
        The netlist.
    nets
        The nets at the top of the cone, by number or by name; one may stand alone.
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
    >>> cone(b.freeze(), z)
    <Netlist x[2], cone[1]: 1 gates, 1 pins>
    """
    tops = [net_number(net, top) for top in ([nets] if isinstance(nets, (int, str, np.integer)) else nets)]
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


def path(net: Netlist, start: Net, end: Net) -> list[int]:
    """Return a shortest path along which one net feeds another.

    Parameters
    ----------
    net
        The netlist.
    start
        The net where the path begins, by number or by name.
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
    start, end = net_number(net, start), net_number(net, end)
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
