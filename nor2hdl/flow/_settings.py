"""What to make of a model."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nor2hdl.errors import OptionError
from nor2hdl.minimize import check_objective, check_passes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nor2hdl.netlist.arith import Target

TARGETS: dict[str, Target] = {
    "gates": "gates",
    "nand2": "gates",
    "nor2": "gates",
    "lut4": "lut6",
    "lut6": "lut6",
    "levels": "levels",
}
"""What the readout is built for, by objective."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What to make of a model.

    Attributes
    ----------
    objective
        What to make small: one of `nor2hdl.minimize.OBJECTIVES`.
    passes
        Names of passes and engines, in order; None for those of the objective.
    lose
        Validation samples that an approximate circuit may lose, None for an exact one.
    stages
        Clocked stages to cut the Verilog into, None for a combinational one.
    max_levels
        In place of `stages`: most lookup tables on a path of a stage.
    mapped
        Whether to map the circuit to NAND2, NOR2 and LUTs for the report, which takes most of the time.
    timeout
        Limit of the minimization, of each proof, of the approximation and of the mapping, in seconds.

    Raises
    ------
    OptionError
        If the objective or a pass is not known, a number is out of range, or `stages` and `max_levels`
        are both given.
    ToolError
        If the objective needs a program that is missing.
    """

    objective: str = "gates"
    passes: Sequence[str] | None = None
    lose: int | None = None
    stages: int | None = None
    max_levels: int | None = None
    mapped: bool = True
    timeout: float = 600

    def __post_init__(self) -> None:
        check_objective(self.objective)
        check_passes(self.passes or ())
        if self.lose is not None and self.lose < 0:
            raise OptionError(f"lose must be a number of samples, 0 or more, or None, not {self.lose!r}")
        if self.stages is not None and self.max_levels is not None:
            raise OptionError("stages must stand alone, not together with max_levels; give one of the two")
        for name, number in (("stages", self.stages), ("max_levels", self.max_levels)):
            if number is not None and number < 1:
                raise OptionError(f"{name} must be a number above 0 or None, not {number!r}")
        if not 0 < self.timeout < math.inf:
            raise OptionError(f"timeout must be a finite number of seconds above 0, not {self.timeout!r}")

    @property
    def lut(self) -> int:
        """Inputs of the lookup tables that the depth of a stage is counted in."""
        return 6 if self.objective == "lut6" else 4

    @property
    def target(self) -> Target:
        """What the readout is built for."""
        return TARGETS[self.objective]
