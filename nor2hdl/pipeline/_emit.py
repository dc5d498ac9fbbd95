"""Write the stages of a schedule as netlists."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nor2hdl.netlist import FALSE, Builder
from nor2hdl.pipeline._cut import crossing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nor2hdl.netlist import Netlist
    from nor2hdl.pipeline._graph import Graph
    from nor2hdl.pipeline._schedule import Schedule

_NO_NODE = -1


def emit(net: Netlist, graph: Graph, schedule: Schedule) -> tuple[Netlist, ...]:
    """Return the netlists of the stages: the gates of `net`, in its order, with its labels.

    An inverter stands in each stage that uses it, because a rank stores the signal itself. A gate whose
    nodes a rank cuts apart becomes several: an OR of the fan-ins of each part, and the gate itself.
    """
    stored = [crossing(graph, before).tolist() for before in schedule.before]
    stage = np.sum([np.zeros(len(graph.fanin), int), *(~before for before in schedule.before)], axis=0)
    work = _Work(net, graph, stage.tolist(), len(stored))
    names = _rank_names(net, len(stored))
    return tuple(
        _stage(
            net,
            work,
            k,
            (names[k - 1], stored[k - 1]) if k else None,
            (names[k], stored[k]) if k < len(stored) else None,
        )
        for k in range(len(stored) + 1)
    )


class _Piece(NamedTuple):
    """A gate, or what is in one stage of one.

    Attributes
    ----------
    gate
        The gate.
    node
        The node that it gives; none for an inverter, which has no node of its own.
    nets
        The nets that feed it.
    parts
        Nodes of the same gate, in earlier stages, that feed it besides.
    """

    gate: int
    node: int
    nets: list[int]
    parts: list[int]


class _Work:
    """The gates of each stage."""

    def __init__(self, net: Netlist, graph: Graph, stage: list[int], last: int) -> None:
        self.pieces: list[list[_Piece]] = [[] for _ in range(last + 1)]
        self.node_of: list[int] = graph.node_of.tolist()
        self.value: list[int] = graph.value.tolist()
        self.fanin: list[list[int]] = graph.fanin.tolist()
        self.stage = stage
        ends = graph.first + np.searchsorted(graph.gate[graph.first :], np.arange(net.num_gates + 1))
        self._ends: list[int] = ends.tolist()
        used: defaultdict[int, set[int]] = defaultdict(set)
        for driver in net.drivers.tolist():
            used[driver].add(last)
        live, fanins = graph.live.tolist(), net.fanin_lists()
        for gate in range(net.num_gates - 1, -1, -1):
            number = net.first_gate + gate
            if live[number]:
                nets = [n for n in fanins[gate] if self.value[n] not in {0, 1}]
                for at, piece in self._pieces_of(gate, nets, used[number]):
                    self.pieces[at].append(piece)
                    for n in piece.nets:
                        used[n].add(at)
        for pieces in self.pieces:
            pieces.reverse()

    def _pieces_of(self, gate: int, nets: list[int], used: set[int]) -> Iterator[tuple[int, _Piece]]:
        """Yield the pieces of a gate with their stages, last to first; `used`: where an inverter is used."""
        nodes = range(self._ends[gate], self._ends[gate + 1])
        if not nodes:
            yield from ((at, _Piece(gate, _NO_NODE, nets, [])) for at in used)
        elif min(self.stage[nodes.start : nodes.stop]) == self.stage[nodes[-1]]:
            yield self.stage[nodes[-1]], _Piece(gate, nodes[-1], nets, [])
        else:
            feeding: defaultdict[int, list[int]] = defaultdict(list)
            for n in nets:
                feeding[self.node_of[n]].append(n)
            roots = [nodes[-1]]
            for root in roots:
                leaves = self._leaves(root, nodes)
                parts = [leaf for leaf in leaves if leaf in nodes]
                roots += parts
                inputs = sorted(n for leaf in leaves if leaf not in nodes for n in feeding[leaf])
                yield self.stage[root], _Piece(gate, root, inputs, parts)

    def _leaves(self, root: int, nodes: range) -> list[int]:
        """Return what feeds the nodes of the gate that are in the stage of `root` and below it."""
        found: list[int] = []
        open_ = [root]
        while open_:
            for node in self.fanin[open_.pop()]:
                inside = node in nodes and self.stage[node] == self.stage[root]
                (open_ if inside else found).append(node)
        return found


def _stage(
    net: Netlist,
    work: _Work,
    stage: int,
    rank_in: tuple[str, list[int]] | None,
    rank_out: tuple[str, list[int]] | None,
) -> Netlist:
    """Return one stage between two ranks, each a name and the nodes that it stores; None at the ends."""
    builder = Builder()
    at: dict[int, int] = {}
    if rank_in:
        at.update(zip(rank_in[1], builder.input(rank_in[0], len(rank_in[1])), strict=True))
    else:
        for port in net.inputs:
            at.update((n, n) for n in builder.input(port.name, port.width))
    inverters: dict[int, int] = {}

    def place(n: int) -> int:
        return inverters[n] if n in inverters else at[work.node_of[n]]

    for gate, node, nets, parts in work.pieces[stage]:
        builder.set_tag(net.origin(net.first_gate + gate))
        result = builder.nor(*map(place, nets), *(at[part] for part in parts))
        if node == _NO_NODE:
            inverters[net.first_gate + gate] = result
        elif node == work.node_of[net.first_gate + gate]:
            at[node] = result
        else:
            at[node] = builder.nor(result)
    if rank_out:
        builder.output(rank_out[0], [at[node] for node in rank_out[1]])
    else:
        _add_outputs(net, work, builder, place)
    return builder.freeze()


def _add_outputs(net: Netlist, work: _Work, builder: Builder, place: Callable[[int], int]) -> None:
    true: dict[int, int] = {}
    for n in net.drivers.tolist():
        if work.value[n] == 1 and n not in true:
            builder.set_tag(net.origin(n))
            true[n] = builder.nor()
    for port in net.outputs:
        drivers = net.output_nets(port.name).tolist()
        builder.output(port.name, [_driver(work, n, true, place) for n in drivers])


def _driver(work: _Work, n: int, true: dict[int, int], place: Callable[[int], int]) -> int:
    return FALSE if work.value[n] == 0 else true[n] if n in true else place(n)


def _rank_names(net: Netlist, count: int) -> list[str]:
    """Return a port name for each rank that no port of the circuit has: ``rank1`` and so on."""
    taken = {port.name for port in (*net.inputs, *net.outputs)}
    names = []
    for rank in range(1, count + 1):
        name = f"rank{rank}"
        while name in taken:
            name += "_"
        names.append(name)
    return names
