"""Gates that turn out to be equal, or complementary, to a net before them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nor2hdl.minimize.passes._linear import sweep
from nor2hdl.netlist import FALSE, Builder

if TYPE_CHECKING:
    from nor2hdl.netlist import Netlist

Literal = int
"""A net or its complement: 2 net, or 2 net + 1."""

TRUE: Literal = 1


class Merging:
    """The gates of a netlist, each known by the literal of the first net that it is equal to.

    Parameters
    ----------
    net
        The netlist; it is not changed.

    Attributes
    ----------
    literals
        For every net: the literal that stands for it, its own if no earlier net does.
    fanins
        For every gate that was met: the literals of which it is the NOR, as they were then.

    Examples
    --------
    >>> b = Builder()
    >>> x, y = b.input("x", 2)
    >>> b.output("z", [b.nor(x), b.nor(x, b.nor(y, b.nor(y)))])
    >>> merging = Merging(b.freeze())
    >>> merging.begin()
    >>> [merging.meet(gate) for gate in range(3, 7)]
    [False, False, False, False]
    >>> merging.literals
    [0, 2, 4, 3, 5, 0, 3]
    >>> merging.rebuild().fanin_lists()
    [[1]]
    """

    def __init__(self, net: Netlist) -> None:
        self.net = net
        self.literals: list[Literal] = [2 * n for n in range(net.num_nets)]
        self.fanins: list[tuple[Literal, ...]] = [()] * net.num_nets
        self._lists = net.fanin_lists()
        self._known: dict[tuple[Literal, ...], int] = {}

    def begin(self) -> None:
        """Begin to meet the gates anew."""
        self._known.clear()

    def meet(self, gate: int) -> bool:
        """Bring a gate up to date with its fan-ins, which come first; return whether it stands for itself.

        Rules, where a literal and its complement are fan-ins that add up to true::

            nor(1, F) = nor(x, x', F) = 0     nor(0, F) = nor(F)     nor(x) = x'
            nor(F)    = u                     where u = nor(F) was met before
        """
        if self.literals[gate] != 2 * gate:
            return False
        nets = self._lists[gate - self.net.first_gate]
        fanin = {self._literal(f) for f in nets}
        fanin.discard(2 * FALSE)
        if TRUE in fanin or any(literal ^ 1 in fanin for literal in fanin):
            self.literals[gate] = 2 * FALSE
        elif len(fanin) < 2:
            self.literals[gate] = fanin.pop() ^ 1 if fanin else TRUE
        else:
            key = tuple(sorted(fanin))
            self.fanins[gate] = key
            self.literals[gate] = 2 * self._known.setdefault(key, gate)
        return self.literals[gate] == 2 * gate

    def merge(self, gate: int, literal: Literal) -> None:
        """Let the literal of an earlier net stand for a gate; that they are equal is the caller's promise."""
        self.literals[gate] = literal

    def _literal(self, net: int) -> Literal:
        """Return what stands for a net now; what stood for it may have given way since."""
        literal = self.literals[net]
        while self.literals[literal >> 1] != literal & ~1:
            literal = self.literals[literal >> 1] ^ literal & 1
        self.literals[net] = literal
        return literal

    def rebuild(self) -> Netlist:
        """Return the netlist with every gate replaced by what stands for it, without dead gates.

        An inverter takes the provenance of the first gate that its literal stands for.
        """
        net = self.net
        self.begin()
        b = Builder()
        for port in net.inputs:
            b.input(port.name, port.width)
        nets = {2 * n: n for n in range(net.first_gate)}
        for gate in range(net.first_gate, net.num_nets):
            b.set_tag(net.origin(gate))
            self.meet(gate)
            literal = self._literal(gate)
            if literal == 2 * gate:
                nets[literal] = b.nor(*(nets[f] for f in self.fanins[gate]))
            elif literal not in nets:
                nets[literal] = b.nor(nets[literal ^ 1]) if literal != TRUE else b.nor()
        drivers = iter(net.drivers.tolist())
        for port in net.outputs:
            b.output(port.name, [nets[self._literal(next(drivers))] for _ in range(port.width)])
        return sweep(b.freeze())
