"""ABC as an engine: the netlist goes out as AIGER, through a script, and comes back as NOR gates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nor2hdl import tools
from nor2hdl.minimize._rewrite import cost
from nor2hdl.minimize.engines._external import BEFORE, run_stages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nor2hdl.minimize.engines._engine import Outcome
    from nor2hdl.netlist import Netlist

Stage = tuple[str, ...]

_RESYN2: Stage = (
    "balance",
    "rewrite",
    "refactor",
    "balance",
    "rewrite",
    "rewrite -z",
    "balance",
    "refactor -z",
    "rewrite -z",
    "balance",
)
_EXTRACT: Stage = ("multi -F 1000", "sop", "fx", "strash")
_AREA: tuple[Stage, ...] = (
    (*_EXTRACT, *_RESYN2, "dc2"),
    ("fraig", *_RESYN2, "dc2"),
    (*_RESYN2, "resub -K 8", "dc2", *_RESYN2),
)
_DEEP: tuple[Stage, ...] = (
    ("dch", "if -K 6 -a", "strash", *_RESYN2, "dc2", *_RESYN2),
    *((f"resub -K {k} -N {n}", "rewrite -z", "dc2") for k in (6, 8, 10, 12, 16) for n in (1, 2)),
    _RESYN2,
)

SCRIPTS: dict[str, tuple[Stage, ...]] = {
    "abc_quick": ((*_EXTRACT, "dc2"), ("dc2",)),
    "abc_resyn2": (_RESYN2, ("dc2",)),
    "abc_area": _AREA,
    "abc_thorough": (*_AREA, *_DEEP),
    "abc_levels": (("if -g -K 6 -C 8", "strash"), ("dc2 -l", "rewrite -l", "if -g -K 6 -C 8", "strash")),
    "abc_lut4": (("dch", "if -K 4 -a", "mfs2 -a", "strash"),),
    "abc_lut6": (("dch", "if -K 6 -a", "mfs2 -a", "strash"),),
}
"""The stages of every named ABC script.

``abc_quick`` has no SAT sweeping, whose time may grow much faster than the netlist; ``abc_resyn2`` is what
others use alone; ``abc_area`` extracts common clauses of wide gates, merges equal nodes and rewrites locally;
``abc_thorough`` goes on with structural choices and wider resubstitution; ``abc_levels`` trades gates for
levels (SOP balancing); ``abc_lut4`` and ``abc_lut6`` leave the shape of a mapping to lookup tables behind.
"""


@dataclass(frozen=True, slots=True)
class Abc:
    """ABC with a script whose stages are kept one by one, so that a time-out loses the last one alone.

    The result computes the same outputs from the same ports. Its gates are the ANDs that ABC found; trees of
    them are merged into wide NORs, so that it turns back into the same number of ANDs. Provenance is
    recovered by simulation.

    Attributes
    ----------
    name
        Name of the engine.
    stages
        ABC commands, run after ``strash``; aliases such as ``resyn2`` are not known.
    larger
        Stages for netlists from so many two-input ANDs on, the largest first.

    References
    ----------
    R. Brayton and A. Mishchenko, "ABC: An Academic Industrial-Strength Verification Tool", CAV 2010.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x, y = b.input("x", 2)
    >>> both = b.nor(b.nor(x), b.nor(y))
    >>> b.output("z", [b.nor(both, b.nor(x, b.nor(y)), y)])
    >>> Abc("abc_resyn2", SCRIPTS["abc_resyn2"]).run(b.freeze(), timeout=60).net.num_gates
    1
    """

    name: str
    stages: Sequence[Stage]
    larger: Sequence[tuple[int, Sequence[Stage]]] = ()

    def run(self, net: Netlist, *, timeout: float | None) -> Outcome:
        """Minimize `net` as `Engine.run` says."""
        ands = cost(net)[0]
        stages = next((stages for least, stages in self.larger if ands >= least), self.stages)
        commands = [f"read_aiger {BEFORE}", "strash"]
        for k, stage in enumerate(stages):
            commands += [*stage, "strash", f"write_aiger {k}.aig"]
        return run_stages(net, len(stages), lambda folder: tools.abc(commands, timeout=timeout, cwd=folder))


ABC_ENGINES = (
    Abc(
        "abc",
        SCRIPTS["abc_thorough"],
        larger=((150_000, SCRIPTS["abc_quick"]), (50_000, SCRIPTS["abc_area"])),
    ),
    *(Abc(name, stages) for name, stages in SCRIPTS.items()),
)
