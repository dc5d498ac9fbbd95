"""Which stage each node belongs to: ranks by level, and cheaper ones within the same budget of levels."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nor2hdl.pipeline._cut import cheapest, crossing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.pipeline._graph import Graph
    from nor2hdl.pipeline._label_kernel import Cuts

_TRIES = 8  # cuts of one rank that leave too much behind it, each with more that must be before the next


class Schedule(NamedTuple):
    """The ranks of registers between the stages.

    Attributes
    ----------
    before : list of bool [nodes]
        For each rank the nodes before it, inputs among them; each includes the one before.
    levels
        Lookup tables on the longest path of each stage, one stage more than ranks.
    stored
        Number of nodes that all ranks together store.
    """

    before: list[NDArray[np.bool_]]
    levels: list[int]
    stored: int


class _Budget(NamedTuple):
    """How many levels each stage may have."""

    stages: int
    stage: int
    """Most levels of a stage."""
    least: int
    """Levels that each stage takes off the longest path at least."""

    def behind(self, depth: int, rank: int) -> int:
        """Return how many levels may be left behind a rank, counted from 1."""
        return min(self.stage * (self.stages - rank), depth - self.least * rank)


def by_level(graph: Graph, stages: int, lut: int) -> Schedule:
    """Return the plain schedule: the levels of the circuit dealt out evenly."""
    depth = graph.depth
    ends = [-(-depth * rank // stages) for rank in range(1, stages)]
    inputs = np.arange(len(graph.fanin)) < graph.first
    return _schedule(graph, [inputs | (graph.label <= end) for end in ends], lut)


def cheap(graph: Graph, stages: int, most: int, lut: int) -> Schedule:
    """Return a schedule with few registers, each stage of at most `most` levels where that can be."""
    budget = _Budget(stages, most, graph.depth // stages)
    given = np.arange(len(graph.fanin)) < graph.first
    ranks: list[NDArray[np.bool_]] = []
    cuts = _label(graph, given, lut)
    for rank in range(1, stages):
        given, cuts = _next_rank(graph, given, cuts, budget, rank, lut)
        ranks.append(given)
    return _schedule(graph, ranks, lut)


def _schedule(graph: Graph, ranks: list[NDArray[np.bool_]], lut: int) -> Schedule:
    inputs = np.arange(len(graph.fanin)) < graph.first
    everything = np.ones(len(graph.fanin), np.bool_)
    levels = []
    for start, end in zip([inputs, *ranks], [*ranks, everything], strict=True):
        label = _label(graph, start, lut).label
        levels.append(int(label[end].max(initial=0)))
    return Schedule(ranks, levels, sum(len(crossing(graph, rank)) for rank in ranks))


def _label(graph: Graph, given: NDArray[np.bool_], lut: int) -> Cuts:
    from nor2hdl.pipeline._label_kernel import label_nodes

    return label_nodes(graph.fanin, given, lut)


def _next_rank(
    graph: Graph, given: NDArray[np.bool_], cuts: Cuts, budget: _Budget, rank: int, lut: int
) -> tuple[NDArray[np.bool_], Cuts]:
    """Return the nodes before the next rank, and the cuts of those behind it.

    A node may be before the rank if its level, counted from the rank before, is within the budget of the
    stage. It must be if the outputs would come too late else: at first those that the earliest lookup
    tables say, then those that turn out to be too late behind the rank that was found.
    """
    from nor2hdl.pipeline._label_kernel import add_cones, latest

    behind = budget.behind(graph.depth, rank)
    may = cuts.label <= budget.stage
    needed = latest(cuts, given, graph.outputs, budget.stage + behind) <= budget.stage
    must = given.copy()
    for _ in range(_TRIES):
        must |= needed & may
        add_cones(graph.fanin, given, must)
        before = cheapest(graph, must, may)
        rest = _label(graph, before, lut)
        if rest.label[graph.outputs].max() <= behind:
            return before, rest
        needed = latest(rest, before, graph.outputs, behind) <= 0
        if not (needed & may & ~before).any():
            break
    return may, _label(graph, may, lut)
