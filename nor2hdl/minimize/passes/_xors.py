"""The exclusive ORs of adders without inverters: four gates in place of three and two complements."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from nor2hdl.minimize.passes._linear import sweep
from nor2hdl.netlist import Builder

if TYPE_CHECKING:
    from nor2hdl.netlist import Netlist

Literal = tuple[int, bool]
"""A net that is no inverter, and whether its complement is meant."""


def unfold_xors(net: Netlist) -> Netlist:
    """Build the exclusive ORs of adders of four gates that need no complement.

    Rules, where ``n = nor(a, b)`` and ``m = nor(a', b')``::

        nor(n, m)   =  nor(nor(nor(a, n), nor(b, n)))        if m feeds nothing else, and n a carry
        nor(n, m)   =  nor(nor(nor(a', m), nor(b', m)))      if n feeds nothing else, and m a carry
        nor(nor(x)) =  x

    Three gates and the inverters of both operands give way to four gates, and the complement of the result
    comes first: a full adder takes nine gates and no inverter, where seven two-input ANDs take ten cells or
    more. It costs two-input ANDs and saves cells of NAND2 + INV or NOR2 + INV. Exclusive ORs outside of
    adders stay as they are.

    Post-condition: each net has at most one inverter, and no inverter feeds an inverter. Promise: equal
    function; whether it pays is for the objective to say. Linear time.

    Parameters
    ----------
    net
        The netlist; it is not changed.

    Returns
    -------
    Netlist
        An equal one with the same ports; the added gates carry the provenance of the gate that they serve.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x, y = b.input("x", 2)
    >>> carry = b.nor(b.nor(x), b.nor(y))
    >>> b.output("sum", [b.nor(carry, b.nor(x, y)), carry])
    >>> unfold_xors(b.freeze()).fanin_lists()
    [[1], [2], [3, 4], [3, 5], [4, 5], [6, 7], [8]]
    """
    literals, fanins = _literals(net)
    uses = Counter(root for fanin in fanins.values() for root, _ in fanin)
    uses.update(literals[driver][0] for driver in net.drivers.tolist())
    images = _Images(net)
    for root, fanin in fanins.items():
        images.builder.set_tag(net.origin(root))
        found = _operands(fanin, fanins, uses)
        if found is None:
            images.nets[root, False] = images.builder.nor(*map(images.of, fanin))
        else:
            images.add_xor(root, *found)
    for literal in [literals[driver] for driver in net.drivers.tolist()]:
        images.of(literal)
    drivers = iter([images.of(literals[driver]) for driver in net.drivers.tolist()])
    for port in net.outputs:
        images.builder.output(port.name, [next(drivers) for _ in range(port.width)])
    return sweep(images.builder.freeze())


def _literals(net: Netlist) -> tuple[list[Literal], dict[int, list[Literal]]]:
    """Return every net as a literal, and the fan-ins of the gates that are no inverters."""
    literals: list[Literal] = [(n, False) for n in range(net.first_gate)]
    fanins = {}
    for gate, fanin in enumerate(net.fanin_lists(), net.first_gate):
        distinct = list(dict.fromkeys(literals[f] for f in fanin))
        if len(distinct) == 1:
            [(root, inverted)] = distinct
            literals.append((root, not inverted))
        else:
            literals.append((gate, False))
            fanins[gate] = distinct
    return literals, fanins


def _operands(
    fanin: list[Literal], fanins: dict[int, list[Literal]], uses: Counter[int]
) -> tuple[int, Literal, Literal] | None:
    """Return the gate ``nor(a, b)`` that stays, a and b, if these fan-ins are an adder's exclusive OR."""
    if len(fanin) != 2 or fanin[0][1] or fanin[1][1]:
        return None
    (first, _), (second, _) = fanin
    bodies = [fanins.get(first, []), fanins.get(second, [])]
    if len(bodies[0]) != 2 or {(root, not inverted) for root, inverted in bodies[0]} != set(bodies[1]):
        return None
    (a, b), other = bodies
    if uses[second] == 1 < uses[first]:
        return first, a, b
    return (second, other[0], other[1]) if uses[first] == 1 < uses[second] else None


class _Images:
    """The new netlist, and the net of every literal in it that was needed so far."""

    def __init__(self, net: Netlist) -> None:
        self.builder = Builder()
        for port in net.inputs:
            self.builder.input(*port)
        self.nets: dict[Literal, int] = {(n, False): n for n in range(net.first_gate)}

    def of(self, literal: Literal) -> int:
        """Return the net of a literal, with an inverter if only its complement is there."""
        found = self.nets.get(literal)
        if found is None:
            root, inverted = literal
            found = self.nets[literal] = self.builder.nor(self.nets[root, not inverted])
        return found

    def add_xor(self, root: int, kept: int, a: Literal, b: Literal) -> None:
        """Build the complement of ``a ^ b`` as that of net `root`, from ``nor(a, b)`` of net `kept`."""
        nor, n = self.builder.nor, self.of((kept, False))
        self.nets[root, True] = nor(nor(self.of(a), n), nor(self.of(b), n))
