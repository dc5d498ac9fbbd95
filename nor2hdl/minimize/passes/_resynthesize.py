"""Two-level resynthesis of small cones: truth table, espresso, factoring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nor2hdl.minimize._rewrite import cost
from nor2hdl.minimize.cones._cones import Cone, Graph
from nor2hdl.minimize.cones._structure import best_structure, support, variables
from nor2hdl.minimize.passes._linear import drop_double_inversion, sweep
from nor2hdl.netlist import FALSE

if TYPE_CHECKING:
    from nor2hdl.minimize.cones._structure import Structure
    from nor2hdl.netlist import Netlist

_WORK = 1 << 22
"""Bits of new truth tables given to `best_structure` in one pass: about two minutes of work at most."""

_SMALL = 5
"""Leaves up to which every table is looked up: structures of few gates are often there in part already."""


def resynthesize(net: Netlist) -> Netlist:
    """Rebuild small cones of gates where their function takes fewer two-input ANDs.

    Rule: for a gate ``u`` that is a function ``f`` of at most 8 nets L::

        u = f(L)  =>  u = s(L)      where s is `best_structure` of f

    if the gates of ``s`` that are not there already are fewer two-input ANDs, at a tie fewer gates, than
    those that go with ``u``: the gates between L and ``u`` that feed nothing else.

    Gates are taken once, fan-ins first, with the fan-ins as they are after rewriting; what replaces a gate
    takes its provenance. No post-condition: what is rebuilt may allow more.
    Promise: never more two-input ANDs, nor as many and more gates. Tables that
    come again cost next to nothing; when the budget for new ones is spent, only those seen are rebuilt, so
    that the time is linear in the number of gates.

    Parameters
    ----------
    net
        The netlist; it is not changed.

    Returns
    -------
    Netlist
        An equal one with the same ports, without dead gates.

    Raises
    ------
    ToolError
        If pyeda is not installed.

    References
    ----------
    A. Mishchenko, S. Chatterjee, R. Brayton, "DAG-aware AIG rewriting: a fresh look at combinational logic
    synthesis", DAC 2006 (counting the gates that really go).

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x, y = b.input("x", 2)
    >>> b.output("z", [b.nor(b.nor(x, y), b.nor(x, b.nor(y)))])
    >>> resynthesize(b.freeze()).drivers.tolist()
    [1]
    """
    net = sweep(net)
    graph = Graph(net)
    memory = _Memory()
    for gate in range(net.first_gate, net.num_nets):
        if not graph.enter(gate):
            continue
        best, least = None, (0, 0)
        for cone in graph.cones(gate):
            alone = graph.alone(cone)
            saved = graph.price(alone)
            structure = memory.structure(graph, cone, saved[0])
            if structure is None:
                continue
            added = graph.added(cone, structure, alone)
            gain = (saved[0] - added[0], saved[1] - added[1])
            if gain > least:
                best, least = (cone, structure), gain
        if best:
            graph.replace(*best)
    return min(net, drop_double_inversion(graph.freeze(net)), key=cost)


class _Memory:
    """The structures of the tables seen, and what may still be spent on new ones."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], Structure] = {}
        self._budget = _WORK

    def structure(self, graph: Graph, cone: Cone, ands: int) -> Structure | None:
        """Return a structure for a cone of which so many two-input ANDs would go, None if it cannot help."""
        n = len(cone.leaves)
        table = _table(graph, cone)
        found = self._known.get((table, n))
        if found is None and ands and self._budget > 0:
            # Without gates that are there already, k leaves take at least k - 1 two-input ANDs.
            if n > _SMALL and ands < len(support(table, n)):
                return None
            self._budget -= 1 << n
            found = self._known[table, n] = best_structure(table, 0, n)
        return found


def _table(graph: Graph, cone: Cone) -> int:
    """Return the truth table of a cone over its leaves."""
    n = len(cone.leaves)
    full = (1 << (1 << n)) - 1
    value = {FALSE: 0, **dict(zip(cone.leaves, variables(n), strict=True))}
    for gate in cone.gates:
        total = 0
        for fanin in graph.fanins(gate):
            total |= value[fanin]
        value[gate] = full ^ total
    return value[cone.root]
