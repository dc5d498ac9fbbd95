"""Make netlists smaller: exact passes, ABC as an engine, and the recipe that strings them."""

from nor2hdl.minimize._abc import QUICK_SCRIPT, SCRIPT, abc
from nor2hdl.minimize._absorb import absorb
from nor2hdl.minimize._clauses import share_clauses
from nor2hdl.minimize._linear import drop_double_inversion, fold_constants, share, sweep
from nor2hdl.minimize._minimize import DEFAULT, LINEAR, PASSES, Check, Pass, minimize
from nor2hdl.minimize._provenance import recover_origins
from nor2hdl.minimize._rewrite import cost

__all__ = [
    "DEFAULT",
    "LINEAR",
    "PASSES",
    "QUICK_SCRIPT",
    "SCRIPT",
    "Check",
    "Pass",
    "abc",
    "absorb",
    "cost",
    "drop_double_inversion",
    "fold_constants",
    "minimize",
    "recover_origins",
    "share",
    "share_clauses",
    "sweep",
]
