"""Make netlists smaller: exact passes, engines with a time limit, and the recipes that string them."""

from nor2hdl.minimize._machine import minimize_machine
from nor2hdl.minimize._minimize import (
    DEFAULT,
    ENGINES,
    LINEAR,
    PASSES,
    RECIPES,
    RESTART,
    Check,
    Pass,
    Step,
    check_passes,
    minimize,
)
from nor2hdl.minimize._objective import OBJECTIVES, Cost, check_objective, measure
from nor2hdl.minimize._provenance import recover_origins
from nor2hdl.minimize._rewrite import cost
from nor2hdl.minimize.cones._espresso import DASH, MOST_VARIABLES, espresso, evaluate_cover
from nor2hdl.minimize.cones._structure import Structure, best_structure
from nor2hdl.minimize.engines._abc import SCRIPTS, Abc
from nor2hdl.minimize.engines._aigverse import Aigverse
from nor2hdl.minimize.engines._engine import Engine, Outcome
from nor2hdl.minimize.engines._merging import Merging
from nor2hdl.minimize.engines._sat_sweep import SatSweep
from nor2hdl.minimize.passes._absorb import absorb
from nor2hdl.minimize.passes._balance import balance, two_input_depth
from nor2hdl.minimize.passes._clauses import share_clauses
from nor2hdl.minimize.passes._cuts import rewrite_cuts
from nor2hdl.minimize.passes._inverters import push_inverters
from nor2hdl.minimize.passes._linear import drop_double_inversion, fold_constants, share, sweep
from nor2hdl.minimize.passes._resynthesize import resynthesize
from nor2hdl.minimize.passes._xors import unfold_xors

__all__ = [
    "DASH",
    "DEFAULT",
    "ENGINES",
    "LINEAR",
    "MOST_VARIABLES",
    "OBJECTIVES",
    "PASSES",
    "RECIPES",
    "RESTART",
    "SCRIPTS",
    "Abc",
    "Aigverse",
    "Check",
    "Cost",
    "Engine",
    "Merging",
    "Outcome",
    "Pass",
    "SatSweep",
    "Step",
    "Structure",
    "absorb",
    "balance",
    "best_structure",
    "check_objective",
    "check_passes",
    "cost",
    "drop_double_inversion",
    "espresso",
    "evaluate_cover",
    "fold_constants",
    "measure",
    "minimize",
    "minimize_machine",
    "push_inverters",
    "recover_origins",
    "resynthesize",
    "rewrite_cuts",
    "share",
    "share_clauses",
    "sweep",
    "two_input_depth",
    "unfold_xors",
]
