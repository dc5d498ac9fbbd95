"""An And-Inverter graph in arrays: the form in which gates give way to other signals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.netlist import Builder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """Two-input ANDs over literals: literal ``2 * n`` is node `n`, literal ``2 * n + 1`` its complement.

    Node 0 is constant false, then come the inputs, then the ANDs, each after what it reads.

    Attributes
    ----------
    first
        The first AND.
    pins : int32 [nodes, 2]
        The two literals that each AND reads; 0 for the constant and the inputs.
    outputs : int32 [output bits]
        The literal of each output bit.
    labels : int32 [nodes]
        Index of the provenance label, -1 for none.
    """

    first: int
    pins: NDArray[np.int32]
    outputs: NDArray[np.int32]
    labels: NDArray[np.int32]


class Maker:
    """Makes ANDs, each pair of literals once, constants folded."""

    def __init__(self, first: int) -> None:
        self.first = first
        self.pins = [(0, 0)] * first
        self.labels = [-1] * first
        self.known: dict[tuple[int, int], int] = {}

    def both(self, a: int, b: int, label: int) -> int:
        """Return the literal of ``a & b``."""
        if a > b:
            a, b = b, a
        if a <= 1:
            return b if a else 0
        if a ^ b <= 1:
            return a if a == b else 0
        found = self.known.get((a, b))
        if found is None:
            found = self.known[a, b] = 2 * len(self.pins)
            self.pins.append((a, b))
            self.labels.append(label)
        return found

    def nor(self, literals: list[int], label: int) -> int:
        """Return the literal that is true where none of `literals` is."""
        value = 1
        for literal in literals:
            value = self.both(value, literal ^ 1, label)
        return value

    def graph(self, outputs: list[int]) -> Graph:
        """Return what was made."""
        pins = np.array(self.pins, np.int32).reshape(-1, 2)
        return Graph(self.first, pins, np.array(outputs, np.int32), np.array(self.labels, np.int32))


def to_graph(net: Netlist) -> Graph:
    """Return the graph of a netlist: a NOR gate of k inputs becomes k - 1 ANDs."""
    maker = Maker(net.first_gate)
    literal = list(range(0, 2 * net.first_gate, 2))
    for fanin, label in zip(net.fanin_lists(), net.origins.tolist(), strict=True):
        literal.append(maker.nor([literal[f] for f in fanin], label))
    return maker.graph([literal[d] for d in net.drivers.tolist()])


def tidy(graph: Graph) -> Graph:
    """Return the ANDs that the outputs need, equal ones merged and constants folded, in a depth-first order.

    The order differs from that of `to_graph`, so that other pairs of nodes stand before one another.
    """
    maker = Maker(graph.first)
    pins, labels = graph.pins.tolist(), graph.labels.tolist()
    image = {node: 2 * node for node in range(graph.first)}
    for output in graph.outputs.tolist():
        todo = [output >> 1]
        while todo:
            node = todo[-1]
            if node in image:
                todo.pop()
                continue
            a, b = pins[node]
            missing = [p >> 1 for p in (b, a) if p >> 1 not in image]
            if missing:
                todo += missing
                continue
            image[node] = maker.both(image[a >> 1] ^ (a & 1), image[b >> 1] ^ (b & 1), labels[node])
    return maker.graph([image[o >> 1] ^ (o & 1) for o in graph.outputs.tolist()])


def to_netlist(graph: Graph, like: Netlist) -> Netlist:
    """Return the graph as NOR gates with the ports and labels of `like`: an AND is ``nor(a', b')``."""
    builder = Builder()
    for port in like.inputs:
        builder.input(*port)
    nets: dict[int, int] = {2 * node: node for node in range(graph.first)}
    tags = ("", *like.tags)

    def net_of(literal: int) -> int:
        if literal not in nets:
            nets[literal] = builder.nor(nets[literal ^ 1])
        return nets[literal]

    for node in range(graph.first, len(graph.pins)):
        builder.set_tag(tags[graph.labels[node] + 1])
        a, b = graph.pins[node].tolist()
        nets[2 * node] = builder.nor(net_of(a ^ 1), net_of(b ^ 1))
    start = 0
    for port in like.outputs:
        builder.output(port.name, [net_of(o) for o in graph.outputs[start : start + port.width].tolist()])
        start += port.width
    return builder.freeze()
