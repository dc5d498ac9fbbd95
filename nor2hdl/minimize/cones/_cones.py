"""Gates with reference counts: cones of few leaves are cut out, priced, and replaced."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nor2hdl.minimize._rewrite import fan_outs
from nor2hdl.netlist import FALSE, assemble

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nor2hdl.minimize.cones._structure import Structure
    from nor2hdl.netlist import Netlist

MOST_LEAVES = 8
"""Leaves of a cone: tables of 256 bits, still quick as integers."""

_MOST_GATES = 64


_NONE = -1

Price = tuple[int, int]
"""Two-input ANDs and gates."""


class Cone(NamedTuple):
    """A gate as a function of some nets.

    Parameters
    ----------
    root
        The gate.
    leaves
        The nets that it is a function of, at most 8.
    gates
        The gates from the leaves to the root, fan-ins first, the root last.
    """

    root: int
    leaves: list[int]
    gates: list[int]


class Graph:
    """The gates of a netlist, changed in place; each is entered once, after those that feed it.

    A gate is gone when nothing refers to it any more; a gate that is equal to another net gives way to it.

    Parameters
    ----------
    net
        The netlist, without dead gates.
    """

    def __init__(self, net: Netlist) -> None:
        self._first = net.first_gate
        self._gates: list[list[int]] = [[] for _ in range(net.first_gate)] + net.fanin_lists()
        self._references = fan_outs(net).tolist()
        self._image = list(range(net.num_nets))
        self._known: dict[tuple[int, ...], int] = {}
        self._maker = list(range(net.num_nets))  # for a gate that was added: the gate that it serves

    def fanins(self, gate: int) -> list[int]:
        """Return the fan-ins of a gate that was entered."""
        return self._gates[gate]

    def enter(self, gate: int) -> bool:
        """Bring the fan-ins of a gate up to date; return whether it stays: no other has the same."""
        old = self._gates[gate]
        new = sorted({self._image[f] for f in old} - {FALSE})
        references = self._references
        if len(new) != len(old):
            for f in old:
                references[self._image[f]] -= 1
            for f in new:
                references[f] += 1
        self._gates[gate] = new
        same = self._known.setdefault(tuple(new), gate)
        if same != gate:
            self._give_way(gate, same)
        return same == gate

    def cones(self, root: int) -> Iterator[Cone]:
        """Yield cones of a gate, each larger than the last; none for a wide gate.

        They grow by the gate that adds the fewest leaves each time, as long as these are few.
        """
        gates = self._gates
        leaves = dict.fromkeys(gates[root])
        inner = {root}
        if len(leaves) > MOST_LEAVES:
            return
        while True:
            best, least = 0, MOST_LEAVES - len(leaves) + 1
            for leaf in leaves:
                if leaf >= self._first and len(gates[leaf]) <= MOST_LEAVES:
                    more = sum(f not in leaves and f not in inner for f in gates[leaf]) - 1
                    if more < least:
                        best, least = leaf, more
            if least > 0 and len(inner) > 1:
                yield Cone(root, list(leaves), self._ordered(root, inner))
            if not best or len(inner) == _MOST_GATES:
                return
            del leaves[best]
            inner.add(best)
            leaves.update((f, None) for f in gates[best] if f not in inner)

    def _ordered(self, root: int, inner: set[int]) -> list[int]:
        """Return gates in the order of a walk from the root, fan-ins first: like cones, like tables."""
        done: dict[int, None] = {}
        waiting = [root]
        while waiting:
            gate = waiting[-1]
            open_ = [f for f in self._gates[gate] if f in inner and f not in done]
            if open_:
                waiting.append(open_[0])
            else:
                done[waiting.pop()] = None
        return list(done)

    def alone(self, cone: Cone) -> set[int]:
        """Return the gates of a cone that go if its root does: itself and those that feed nothing else."""
        gone = {cone.root}
        readers: dict[int, int] = {}
        for gate in reversed(cone.gates):
            if gate in gone or readers.get(gate) == self._references[gate]:
                gone.add(gate)
                for f in self._gates[gate]:
                    readers[f] = readers.get(f, 0) + 1
        return gone

    def price(self, gates: Iterable[int]) -> Price:
        """Return the two-input ANDs and the number of some gates."""
        widths = [len(self._gates[gate]) for gate in gates]
        return sum(max(0, width - 1) for width in widths), len(widths)

    def added(self, cone: Cone, structure: Structure, gone: set[int]) -> Price:
        """Return the two-input ANDs and gates that a structure over the leaves adds when some gates go."""
        nets = [FALSE, *cone.leaves]
        ands = gates = 0
        for gate in structure.gates:
            same = self._known.get(tuple(sorted({nets[f] for f in gate})), _NONE)
            nets.append(same)
            if same == _NONE or same in gone:
                ands += max(0, len(gate) - 1)
                gates += 1
        return ands, gates

    def replace(self, cone: Cone, structure: Structure) -> None:
        """Put a structure over the leaves in the place of the root."""
        root = cone.root
        nets = [FALSE, *cone.leaves]
        for gate in structure.gates:
            nets.append(self._nor(sorted({nets[f] for f in gate}), root))
        self._give_way(root, nets[structure.root])

    def _nor(self, fanins: list[int], maker: int) -> int:
        key = tuple(fanins)
        if key not in self._known:
            self._known[key] = len(self._gates)
            self._image.append(len(self._gates))
            self._gates.append(fanins)
            self._references.append(0)
            self._maker.append(maker)
            for f in fanins:
                self._references[f] += 1
        return self._known[key]

    def _give_way(self, gate: int, other: int) -> None:
        if gate == other:
            return
        self._references[other] += self._references[gate]
        self._references[gate] = 0
        self._image[gate] = other
        self._drop(self._take_out(gate))

    def _take_out(self, gate: int) -> list[int]:
        """Forget a gate that nothing refers to; return its fan-ins, to which it refers no more."""
        fanins = self._gates[gate]
        if self._known.get(tuple(fanins)) == gate:
            del self._known[tuple(fanins)]
        self._gates[gate] = []
        return fanins

    def _drop(self, fanins: list[int]) -> None:
        """Take back references, and remove the gates that thereby lose their last one."""
        waiting = list(fanins)
        while waiting:
            net = self._image[waiting.pop()]
            self._references[net] -= 1
            if not self._references[net] and net >= self._first:
                waiting += self._take_out(net)

    def freeze(self, net: Netlist) -> Netlist:
        """Return the gates with the ports of `net`: each in its old place, new ones before their users."""
        gates, image = self._gates, self._image
        drivers = [image[driver] for driver in net.drivers.tolist()]
        place = dict(zip(range(self._first), range(self._first), strict=True))
        for gate in [*range(self._first, net.num_nets), *drivers]:
            if image[gate] != gate or not self._references[gate]:
                continue
            waiting = [gate]
            while waiting:
                top = waiting[-1]
                open_ = [f for f in gates[top] if f not in place]
                if open_:
                    waiting += reversed(open_)
                else:
                    place.setdefault(waiting.pop(), len(place))
        order = list(place)[self._first :]
        lists = [sorted(place[f] for f in gates[gate]) for gate in order]
        return assemble(
            inputs=net.inputs,
            outputs=net.outputs,
            offsets=np.cumsum([0, *map(len, lists)], dtype=np.int64),
            fanins=np.fromiter(chain.from_iterable(lists), np.int32),
            drivers=np.array([place[driver] for driver in drivers], np.int32),
            labels=net.origins[np.array([self._maker[gate] for gate in order], np.int64) - self._first],
            tags=net.tags,
        )
