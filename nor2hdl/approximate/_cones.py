"""Small cones built anew: what their leaves never show on the care set is a don't-care."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nor2hdl.approximate._graph import Graph, Maker
from nor2hdl.approximate._round import Counts, Outcome, Samples, arrays, count, falls
from nor2hdl.minimize import Structure, best_structure

if TYPE_CHECKING:
    from nor2hdl.approximate._kernel import Arrays

_LEAVES = 8

Plans = dict[int, tuple[list[int], Structure]]
"""For the root of a cone its leaves, and the gates over them that take its place."""


class Cone(NamedTuple):
    """Nodes that only the first of them makes use of, and the nodes that they read."""

    inner: list[int]
    leaves: list[int]


def resynthesize(graph: Graph, samples: Samples, floor: Counts, deadline: float) -> Outcome:
    """Replace cones of up to 8 leaves by smaller ones that agree on every pattern the care set shows.

    A cone is an AND with the ANDs that serve nothing else. Patterns of its leaves that no care sample shows
    are don't-cares for espresso. Every node that stays keeps its value on every care sample, so that all
    cones may be judged by one simulation.

    Parameters
    ----------
    graph
        The circuit; it is not changed.
    samples
        The care set, and the validation samples.
    floor
        If this takes the samples that are right below it, and below what they were, nothing is replaced.
    deadline
        When to stop looking, by `time.monotonic`.

    Returns
    -------
    Outcome
        The circuit, never with more ANDs, with dead nodes left in; how many cones were replaced, or refused.

    Raises
    ------
    ToolError
        If pyeda is not installed.
    """
    before, plans, gone = _plan(graph, samples, deadline)
    rebuilt = _rebuild(graph, plans, gone)
    after = count(arrays(rebuilt, samples), samples)
    finished = time.monotonic() <= deadline
    if falls(after, before, floor):
        return Outcome(graph, before, 0, len(plans), finished)
    return Outcome(rebuilt, after, len(plans), 0, finished)


def _plan(graph: Graph, samples: Samples, deadline: float) -> tuple[Counts, Plans, set[int]]:
    """Return the counts, the cones to replace, and the nodes that go with them."""
    s = arrays(graph, samples)
    gone: set[int] = set()
    plans: Plans = {}
    for g in range(len(s.pins) - 1, s.first - 1, -1):
        if g in gone or s.uses[g] == 0 or time.monotonic() > deadline:
            continue
        cone = _cone(s, g)
        if len(cone.inner) < 2:
            continue
        structure = _observed_structure(s, cone)
        if structure is not None and structure.ands < len(cone.inner):
            plans[g] = cone.leaves, structure
            gone.update(cone.inner)
    return count(s, samples), plans, gone


def _cone(s: Arrays, g: int) -> Cone:
    """Take in one leaf after another that nothing else uses, the one first that adds the fewest leaves."""
    inner = [g]
    reads: dict[int, int] = {}
    leaves: list[int] = []

    def read(node: int) -> None:
        for pin in s.pins[node].tolist():
            reads[pin >> 1] = reads.get(pin >> 1, 0) + 1
            if pin >> 1 not in leaves:
                leaves.append(pin >> 1)

    read(g)
    while True:
        best, fewest = -1, _LEAVES + 1
        for leaf in leaves:
            if leaf >= s.first and s.uses[leaf] == reads[leaf]:
                a, b = (s.pins[leaf] >> 1).tolist()
                size = len(leaves) - 1 + (a not in leaves) + (b not in leaves)
                if size < fewest:
                    best, fewest = leaf, size
        if best < 0:
            return Cone(inner, sorted(leaves))
        leaves.remove(best)
        inner.append(best)
        read(best)


def _observed_structure(s: Arrays, cone: Cone) -> Structure | None:
    """Return a circuit for the root of the cone that suits what is observed, None if all patterns are."""
    from nor2hdl.approximate import _kernel

    table = np.empty(1 << len(cone.leaves), np.int8)
    _kernel.observe(s, cone.inner[0], np.array(cone.leaves, np.int32), table)
    if (table >= 0).all():
        return None
    return best_structure(_integer(table == 1), _integer(table < 0), len(cone.leaves))


def _integer(table: np.ndarray) -> int:
    return int.from_bytes(np.packbits(table, bitorder="little").tobytes(), "little")


def _rebuild(graph: Graph, plans: Plans, gone: set[int]) -> Graph:
    maker = Maker(graph.first)
    image = [2 * node for node in range(graph.first)]
    for node in range(graph.first, len(graph.pins)):
        label = int(graph.labels[node])
        if node in plans:
            leaves, structure = plans[node]
            image.append(_build(maker, [image[leaf] for leaf in leaves], structure, label))
        elif node in gone:
            image.append(0)
        else:
            a, b = graph.pins[node].tolist()
            image.append(maker.both(image[a >> 1] ^ (a & 1), image[b >> 1] ^ (b & 1), label))
    return maker.graph([image[o >> 1] ^ (o & 1) for o in graph.outputs.tolist()])


def _build(maker: Maker, leaves: list[int], structure: Structure, label: int) -> int:
    literals = [0, *leaves]
    for gate in structure.gates:
        literals.append(maker.nor([literals[k] for k in gate], label))
    return literals[structure.root]
