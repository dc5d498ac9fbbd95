"""Cut a combinational netlist into stages with ranks of registers between them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nor2hdl.errors import NetlistError, OptionError
from nor2hdl.netlist import Builder
from nor2hdl.pipeline._emit import emit
from nor2hdl.pipeline._graph import check_lut, lut_depth, to_graph
from nor2hdl.pipeline._schedule import by_level, cheap

if TYPE_CHECKING:
    from nor2hdl.netlist import Netlist, Port
    from nor2hdl.pipeline._graph import Graph
    from nor2hdl.pipeline._schedule import Schedule

_MARGIN = 2  # levels above its share that a stage may have where ranks of that share cannot be found


@dataclass(frozen=True)
class Pipeline:
    """A combinational circuit in stages, each followed by a rank of registers.

    Attributes
    ----------
    stages
        The first has the inputs of the circuit, the last its outputs. Between two stages there is one port,
        output of the one and input of the other: the rank of registers, a bit each.
    lut
        Inputs of the lookup tables that `lut_levels` counts, 4 or 6.
    lut_levels
        Lookup tables on the longest path of each stage; as `lut_depth` counts them where none are given.

    Raises
    ------
    OptionError
        If there is no stage, `lut` is neither 4 nor 6, or there is not one number of levels a stage.
    NetlistError
        If a stage does not end in one port, or the next does not begin with the same one.

    Examples
    --------
    >>> from nor2hdl.netlist import random_netlist
    >>> pipeline = pipeline_netlist(random_netlist(gates=500, levels=8, outputs=4), stages=2)
    >>> pipeline.latency, len(pipeline.lut_levels), pipeline.stages[1].inputs[0].name
    (2, 2, 'rank1')
    """

    stages: tuple[Netlist, ...]
    lut: int = 4
    lut_levels: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        check_lut(self.lut)
        if not self.stages:
            raise OptionError("stages must be at least one netlist, not none")
        if not self.lut_levels:
            levels = tuple(lut_depth(stage, self.lut) for stage in self.stages)
            object.__setattr__(self, "lut_levels", levels)
        if len(self.lut_levels) != len(self.stages):
            raise OptionError(
                f"lut_levels must be one number a stage ({len(self.stages)}), not {self.lut_levels!r}"
            )
        for number, (one, other) in enumerate(itertools.pairwise(self.stages), start=1):
            if len(one.outputs) != 1 or one.outputs != other.inputs:
                raise NetlistError(
                    f"stage {number} must have one output port, which is the only input port of stage "
                    f"{number + 1}"
                )

    @property
    def inputs(self) -> tuple[Port, ...]:
        """Input ports of the circuit."""
        return self.stages[0].inputs

    @property
    def outputs(self) -> tuple[Port, ...]:
        """Output ports of the circuit."""
        return self.stages[-1].outputs

    @property
    def latency(self) -> int:
        """Number of ranks of registers from the inputs to the outputs: one behind every stage."""
        return len(self.stages)

    @property
    def rank_widths(self) -> tuple[int, ...]:
        """Number of registers in each rank; the last stores each distinct output once and no constant."""
        return (*(stage.num_outputs for stage in self.stages[:-1]), len(stored_outputs(self.stages[-1])))

    @property
    def flip_flops(self) -> int:
        """Number of registers of data; the valid bits, one for each rank, come on top."""
        return sum(self.rank_widths)

    def flatten(self) -> Netlist:
        """Return the circuit without its registers: every stage feeds the next.

        Examples
        --------
        >>> from nor2hdl.netlist import random_netlist
        >>> net = random_netlist(gates=300, levels=6, outputs=4)
        >>> pipeline_netlist(net, stages=1).flatten().inputs == net.inputs
        True
        """
        builder = Builder()
        nets = [0]
        for port in self.inputs:
            nets += builder.input(port.name, port.width)
        for stage in self.stages:
            origins = [stage.tags[tag] if tag >= 0 else "" for tag in stage.origins.tolist()]
            for tag, fanin in zip(origins, stage.fanin_lists(), strict=True):
                builder.set_tag(tag)
                nets.append(builder.nor(*[nets[n] for n in fanin]))
            last, nets = nets, [0, *(nets[n] for n in stage.drivers.tolist())]
        for port in self.outputs:
            builder.output(port.name, [last[n] for n in self.stages[-1].output_nets(port.name).tolist()])
        return builder.freeze()


def stored_outputs(stage: Netlist) -> list[int]:
    """Return the nets that drive outputs and are no constants, each once, in the order of the outputs.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 2)
    >>> b.output("y", [x[1], 0, x[1], x[0], b.nor()])
    >>> stored_outputs(b.freeze())
    [2, 1]
    """
    drivers = dict.fromkeys(stage.drivers.tolist())
    return [n for n in drivers if 0 < n < stage.first_gate or len(stage.fanin(n))]


def pipeline_netlist(
    net: Netlist, *, stages: int | None = None, max_levels: int | None = None, lut: int = 4
) -> Pipeline:
    """Cut a netlist into stages of near-equal depth in lookup tables, with few registers between them.

    Levels are counted as `lut_depth` does, anew behind every rank. Among the ranks that keep every stage
    within its share, the one that stores the fewest signals is taken: a least cut, in which a signal counts
    once however many gates it feeds, and counts in every rank that it crosses. Where dealing out the levels
    of the circuit evenly takes fewer registers, or is shallower, that is taken.

    Parameters
    ----------
    net
        The netlist. Gates that no output needs are left out, constants are folded.
    stages
        Number of stages.
    max_levels
        Most levels of lookup tables in a stage, in place of `stages`: the fewest stages that keep to it.
    lut
        Inputs of a lookup table, 4 or 6.

    Returns
    -------
    Pipeline
        With the gates of `net`, in its order, with its provenance. Inverters are repeated in each stage that
        uses them, and a wide gate may be split.

    Raises
    ------
    OptionError
        If not exactly one of `stages` and `max_levels` is given, one is not a whole number above 0, there
        are more stages than levels, or `lut` is neither 4 nor 6.

    References
    ----------
    C. Leiserson, J. Saxe, "Retiming synchronous circuitry", Algorithmica 6, 1991.

    Examples
    --------
    >>> from nor2hdl.netlist import random_netlist
    >>> net = random_netlist(gates=2000, levels=16, outputs=4)
    >>> lut_depth(net)
    11
    >>> pipeline_netlist(net, stages=3).lut_levels
    (4, 4, 4)
    >>> pipeline_netlist(net, max_levels=5).latency
    3
    """
    check_lut(lut)
    if (stages is None) == (max_levels is None):
        raise OptionError("exactly one of stages and max_levels must be given")
    for name, value in (("stages", stages), ("max_levels", max_levels)):
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
            raise OptionError(f"{name} must be a whole number, 1 or more, not {value!r}")
    graph = to_graph(net, lut)
    if stages is not None:
        if stages > max(1, graph.depth):
            raise OptionError(
                f"stages must be at most {max(1, graph.depth)}, the levels of {lut}-input lookup tables in "
                f"the circuit, not {stages}; ask for fewer stages"
            )
        return _best(net, graph, stages, lut)
    assert max_levels is not None
    return _within(net, graph, max_levels, lut)


def _within(net: Netlist, graph: Graph, most: int, lut: int) -> Pipeline:
    """Return the pipeline of the fewest stages with at most `most` levels each."""
    stages = max(1, -(-graph.depth // most))
    while True:
        found = _best(net, graph, stages, lut)
        if max(found.lut_levels) <= most:
            return found
        stages += 1


def _best(net: Netlist, graph: Graph, stages: int, lut: int) -> Pipeline:
    """Return the shallowest pipeline that is found, and of those the one with the fewest registers."""
    share = -(-graph.depth // stages)
    found = [_pipeline(net, graph, by_level(graph, stages, lut), lut)]
    for most in range(share, share + _MARGIN + 1):
        found.append(_pipeline(net, graph, cheap(graph, stages, most, lut), lut))
        if max(found[-1].lut_levels) <= most:
            break
    return min(found, key=lambda pipeline: (max(pipeline.lut_levels), pipeline.flip_flops))


def _pipeline(net: Netlist, graph: Graph, schedule: Schedule, lut: int) -> Pipeline:
    """Return the stages of a schedule, their levels counted with its trees of wide gates or with new ones."""
    stages = emit(net, graph, schedule)
    levels = zip(schedule.levels, stages, strict=True)
    return Pipeline(stages, lut, tuple(min(known, lut_depth(stage, lut)) for known, stage in levels))
