"""Share the sub-clauses that wide NOR gates have in common: fast extract on pairs of fan-ins."""

from __future__ import annotations

import heapq
from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.netlist import Builder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist

WIDEST = 200
"""Gates with more fan-ins are left alone: their pairs would be too many."""

PairKey = tuple[int, int]


def share_clauses(net: Netlist) -> Netlist:
    """Give gates that have two fan-ins in common one gate for the pair, the most common pair first.

    Rule: ``nor(a, b, X)`` and ``nor(a, b, Y)`` become ``nor(t, X)`` and ``nor(t, Y)``, where
    ``t = nor(nor(a, b))``; again and again, pairs with ``t`` among them, until no pair is in two gates.

    Post-condition: no two fan-ins are common to two gates of up to `WIDEST` fan-ins. Promise: never more
    two-input ANDs; each pair that m gates share saves m - 1 of them. Inverters and levels may be added.

    The number of pairs grows with the square of the fan-in and is linear in the number of gates.

    Parameters
    ----------
    net
        The netlist; it is not changed.

    Returns
    -------
    Netlist
        An equal one with the same ports; the added gates carry the provenance of their first user.

    References
    ----------
    J. Rajski and J. Vasudevamurthy, "The testability-preserving concurrent decomposition and factorization
    of Boolean expressions", IEEE Transactions on CAD 11(6), 1992 (fast extract).

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 5)
    >>> b.output("y", [b.nor(x[0], x[1], x[2], x[3]), b.nor(x[0], x[1], x[2], x[4])])
    >>> share_clauses(b.freeze()).fanin_lists()
    [[1, 2], [6], [3, 7], [8], [4, 9], [5, 9]]
    """
    clauses = _Clauses(net)
    clauses.extract()
    return clauses.rebuild(net)


class _Clauses:
    """The fan-ins of all gates as sets, and where each pair that is worth sharing occurs."""

    def __init__(self, net: Netlist) -> None:
        self.next = net.num_nets
        self.members: dict[int, PairKey] = {}  # shared pair -> its two nets
        self.fanins = {
            net.first_gate + g: set(fanin)
            for g, fanin in enumerate(net.fanin_lists())
            if 2 <= len(fanin) <= WIDEST
        }
        common = _common_pairs(net)
        self.users: defaultdict[PairKey, set[int]] = defaultdict(set)
        for gate, fanin in self.fanins.items():
            for pair in combinations(sorted(fanin), 2):
                if pair in common:
                    self.users[pair].add(gate)

    def extract(self) -> None:
        """Take the pair with the most users, the lowest nets at a tie, until none has two."""
        heap = [(-len(gates), pair) for pair, gates in self.users.items()]
        heapq.heapify(heap)
        while heap:
            negative, pair = heapq.heappop(heap)
            count = len(self.users[pair])
            if count < 2:
                continue
            if count != -negative:  # it lost users to other pairs since
                heapq.heappush(heap, (-count, pair))
                continue
            for new in self._replace(pair):
                heapq.heappush(heap, (-len(self.users[new]), new))

    def _replace(self, pair: PairKey) -> list[PairKey]:
        """Put a new net for `pair` into all its users; return the new pairs that several gates hold."""
        shared = self.next
        self.next += 1
        self.members[shared] = pair
        new: set[PairKey] = set()
        for gate in self.users.pop(pair):
            fanin = self.fanins[gate]
            fanin.difference_update(pair)
            for other in fanin:
                for net in pair:
                    key = (net, other) if net < other else (other, net)
                    if key in self.users:
                        self.users[key].discard(gate)
                self.users[other, shared].add(gate)
                new.add((other, shared))
            fanin.add(shared)
        return [key for key in new if len(self.users[key]) > 1]

    def rebuild(self, net: Netlist) -> Netlist:
        """Return the netlist with the shared pairs as gates, each above its first user."""
        b = Builder()
        for port in net.inputs:
            b.input(port.name, port.width)
        image = dict(enumerate(range(net.first_gate)))
        for gate, fanin in enumerate(net.fanin_lists(), net.first_gate):
            b.set_tag(net.origin(gate))
            nets = sorted(self.fanins.get(gate, fanin))
            for n in nets:
                self._build(b, n, image)
            image[gate] = b.nor(*(image[n] for n in nets))
        drivers = iter(net.drivers.tolist())
        for port in net.outputs:
            b.output(port.name, [image[next(drivers)] for _ in range(port.width)])
        return b.freeze()

    def _build(self, b: Builder, shared: int, image: dict[int, int]) -> None:
        """Add the gates of a shared pair and of the pairs within it, the innermost first."""
        waiting = [shared]
        while waiting:
            net = waiting.pop()
            if net in image:
                continue
            first, second = self.members[net]
            if first in image and second in image:
                image[net] = b.nor(b.nor(image[first], image[second]))
            else:
                waiting += [net, first, second]


def _common_pairs(net: Netlist) -> set[PairKey]:
    """Return the pairs of fan-ins that at least two gates hold."""
    fan_in = np.diff(net.offsets)
    keys: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    for width in np.unique(fan_in[(fan_in >= 2) & (fan_in <= WIDEST)]).tolist():
        rows = net.offsets[:-1][fan_in == width][:, np.newaxis] + np.arange(width)
        fanins = net.fanins[rows].astype(np.int64)
        low, high = np.triu_indices(width, 1)
        keys.append((fanins[:, low] * net.num_nets + fanins[:, high]).ravel())
    pairs, count = np.unique(np.concatenate(keys), return_counts=True)
    common = pairs[count > 1]
    return set(zip((common // net.num_nets).tolist(), (common % net.num_nets).tolist(), strict=True))
