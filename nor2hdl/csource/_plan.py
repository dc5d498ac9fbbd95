"""What the C code calculates, in which order, and where each value lives."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nor2hdl.netlist import Netlist

CHUNK = 250
"""Statements of one C function.

gcc -O1 takes the same time for functions of 60 to 500 statements, and C99 promises 511 names in a block.
"""

WIDEST = 16
"""Operands of one kind in one statement; wider gates take several."""


class Step(NamedTuple):
    """One statement: the AND of `ands` and of the complement of the OR of `ors`; their OR without `ands`.

    Values are numbered like nets: 0 is not used, then the input bits, then the steps in their order.
    """

    ors: tuple[int, ...]
    ands: tuple[int, ...]

    @property
    def operands(self) -> tuple[int, ...]:
        """All values that the statement reads."""
        return self.ors + self.ands


class Plan(NamedTuple):
    """The statements, in chunks, and the memory that carries values from chunk to chunk.

    Parameters
    ----------
    first
        Number of the value of the first step.
    steps
        All statements.
    chunk
        Statements of one function.
    outputs
        Twice the number of the value of each output bit, plus 1 where it is complemented; 0 is false.
    slots
        Where each value that a later chunk reads is kept; values share a slot one after the other.
    num_slots
        Number of slots.
    """

    first: int
    steps: list[Step]
    chunk: int
    outputs: list[int]
    slots: dict[int, int]
    num_slots: int


def plan(net: Netlist, chunk: int = CHUNK) -> Plan:
    """Return how `net` becomes straight-line code.

    Only gates that an output depends on are kept. Gates stand depth first from the outputs, so that most
    values are used soon after they are made. Each net is kept as it is or complemented, whichever saves the
    complement: a NOR of `n` fan-ins takes ``n - 1`` operations and an inverter none.

    Parameters
    ----------
    net
        The netlist.
    chunk
        Statements of one function.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x, y = b.input("x", 2)
    >>> b.output("and", [b.nor(b.nor(x), b.nor(y))])
    >>> b.output("nor", [b.nor(x, y)])
    >>> found = plan(b.freeze())
    >>> found.steps, found.outputs
    ([Step(ors=(), ands=(1, 2)), Step(ors=(1, 2), ands=())], [6, 9])
    """
    steps, outputs = _needed(*_lower(net), net.first_gate)
    slots, num_slots = _place(steps, net.first_gate, chunk)
    return Plan(net.first_gate, steps, chunk, outputs, slots, num_slots)


def _depth_first(net: Netlist, fanins: list[list[int]]) -> Iterator[int]:
    """Yield the gates that outputs depend on, fan-ins first."""
    first = net.first_gate
    seen = bytearray(net.num_nets)
    for driver in net.drivers.tolist():
        if driver < first or seen[driver]:
            continue
        seen[driver] = 1
        stack = [(driver, iter(fanins[driver - first]))]
        while stack:
            gate, rest = stack[-1]
            for source in rest:
                if source >= first and not seen[source]:
                    seen[source] = 1
                    stack.append((source, iter(fanins[source - first])))
                    break
            else:
                yield gate
                stack.pop()


def _lower(net: Netlist) -> tuple[list[Step], list[int]]:
    """Return the steps, and the literal of every output."""
    fanins = net.fanin_lists()
    literals = list(range(0, 2 * net.num_nets, 2))
    steps: list[Step] = []

    def step(ors: tuple[int, ...], ands: tuple[int, ...]) -> int:
        steps.append(Step(ors, ands))
        return net.first_gate + len(steps) - 1

    def narrow(values: list[int], *, is_or: bool) -> list[int]:
        while len(values) > WIDEST:
            groups = [tuple(values[k : k + WIDEST]) for k in range(0, len(values), WIDEST)]
            values = [g[0] if len(g) == 1 else step(g, ()) if is_or else step((), g) for g in groups]
        return values

    for gate in _depth_first(net, fanins):
        pins = sorted({literals[f] for f in fanins[gate - net.first_gate]} - {0})
        if any(a ^ 1 == b for a, b in itertools.pairwise(pins)) or pins[:1] == [1]:
            literals[gate] = 0
        elif len(pins) < 2:
            literals[gate] = pins[0] ^ 1 if pins else 1
        else:
            ors = narrow([p >> 1 for p in pins if not p & 1], is_or=True)
            ands = narrow([p >> 1 for p in pins if p & 1], is_or=False)
            literals[gate] = 2 * step(tuple(ors), tuple(ands)) + (not ands)
    return steps, [literals[d] for d in net.drivers.tolist()]


def _needed(steps: list[Step], outputs: list[int], first: int) -> tuple[list[Step], list[int]]:
    """Leave out the steps that only fed what turned out to be constant, and number the others anew."""
    needed = bytearray(first + len(steps))
    for literal in outputs:
        needed[literal >> 1] = 1
    for number in range(len(steps) - 1, -1, -1):
        if needed[first + number]:
            for value in steps[number].operands:
                needed[value] = 1
    kept = [number for number in range(len(steps)) if needed[first + number]]
    anew = {first + number: first + place for place, number in enumerate(kept)}
    moved = [
        Step(tuple([anew.get(v, v) for v in steps[n].ors]), tuple([anew.get(v, v) for v in steps[n].ands]))
        for n in kept
    ]
    return moved, [2 * anew.get(literal >> 1, literal >> 1) + (literal & 1) for literal in outputs]


def _place(steps: list[Step], first: int, chunk: int) -> tuple[dict[int, int], int]:
    """Give a slot to each value that a later chunk reads, to be taken again after the last such chunk."""
    last: dict[int, int] = {}
    for number, step in enumerate(steps):
        for value in step.operands:
            last[value] = number // chunk
    slots: dict[int, int] = {}
    free: list[int] = []
    released: dict[int, list[int]] = {}
    num_slots = 0
    for number in range(len(steps)):
        here = number // chunk
        if number % chunk == 0:
            free += released.pop(here - 1, [])
        until = last.get(first + number, here)
        if until > here:
            if not free:
                free.append(num_slots)
                num_slots += 1
            slots[first + number] = free.pop()
            released.setdefault(until, []).append(slots[first + number])
    return slots, num_slots
