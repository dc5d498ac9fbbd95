"""The learners by name, for settings that are text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nor2hdl.errors import OptionError
from nor2hdl.learn._checks import check_finite

if TYPE_CHECKING:
    from collections.abc import Callable

    from nor2hdl.learn.structure._learner import Learner

WITH_BUDGET = ("top-k", "edge-popup", "magnitude", "random-graph")
LEARNERS = ("decay", "binary-connect", "switch-connections", "switch-neurons", *WITH_BUDGET)
"""Names of the learners; those in `WITH_BUDGET` take the share of weights to keep."""


def check_learner(name: str, keep: float | None) -> None:
    """Raise `OptionError` unless there is a learner of that name, and the budget that it takes."""
    if name not in LEARNERS:
        raise OptionError(f"learner must be one of {', '.join(LEARNERS)}, not {name!r}")
    if name not in WITH_BUDGET:
        if keep is not None:
            raise OptionError(
                f"keep must be left out for the learner {name!r}, not {keep!r}: it has no budget"
            )
        return
    if keep is None:
        raise OptionError(f"keep must be given for the learner {name!r}: the share of weights, such as 0.01")
    check_finite("keep", keep, OptionError)
    if not 0 < keep <= 1:
        raise OptionError(f"keep must be a share of the weights above 0 and up to 1, not {keep!r}")


def learner_of(name: str, *, keep: float | None = None, decay: float = 0.1) -> Learner:
    """Return a learner by its name.

    Parameters
    ----------
    name
        One of `LEARNERS`.
    keep
        Share of the weights to keep, for the learners with a budget.
    decay
        The pull of the learner ``"decay"``.

    Returns
    -------
    Learner
        Not attached yet.

    Raises
    ------
    OptionError
        If there is no learner of that name, or `keep` does not suit it.

    Examples
    --------
    >>> learner_of("top-k", keep=0.01).name
    'top-k'
    """
    check_learner(name, keep)
    from nor2hdl.learn import structure

    if keep is None:
        return _without_budget(name, decay)
    kinds: dict[str, Callable[[float], Learner]] = {
        "top-k": structure.TopKWiring,
        "edge-popup": structure.EdgePopup,
        "magnitude": structure.MagnitudePruning,
        "random-graph": structure.RandomGraph,
    }
    return kinds[name](float(keep))


def _without_budget(name: str, decay: float) -> Learner:
    from nor2hdl.learn import structure

    if name == "decay":
        return structure.SelfPruning(decay)
    if name == "binary-connect":
        return structure.BinaryConnect()
    return structure.Switching("connections" if name == "switch-connections" else "neurons")
