"""The recipe: passes by name, in order, each kept only where it helps."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from nor2hdl.errors import OptionError
from nor2hdl.minimize._abc import abc
from nor2hdl.minimize._absorb import absorb
from nor2hdl.minimize._clauses import share_clauses
from nor2hdl.minimize._linear import drop_double_inversion, fold_constants, share, sweep
from nor2hdl.minimize._rewrite import cost
from nor2hdl.netlist import Netlist

if TYPE_CHECKING:
    from collections.abc import Sequence

Pass = Callable[[Netlist], Netlist]
"""Returns a netlist with the same ports and the same function; never changes the one it is given."""

Check = Callable[[Netlist, Netlist], None]
"""Told the netlist before and after a pass; raises unless they are equal."""

PASSES: dict[str, Pass] = {
    "sweep": sweep,
    "fold_constants": fold_constants,
    "drop_double_inversion": drop_double_inversion,
    "share": share,
    "absorb": absorb,
    "share_clauses": share_clauses,
    "abc": abc,
}
"""Every pass by its name."""

LINEAR = ("fold_constants", "drop_double_inversion", "share", "absorb", "fold_constants", "share")
"""The passes that take linear time and need no other program."""

DEFAULT = (*LINEAR, "share_clauses", "abc")
"""What `minimize` does unless told otherwise."""


def minimize(net: Netlist, *, passes: Sequence[str] = DEFAULT, check: Check | None = None) -> Netlist:
    """Make a netlist smaller without changing what it computes.

    Parameters
    ----------
    net
        The netlist to minimize; it is not changed.
    passes
        Names of passes (the keys of `PASSES`), in the order in which they run.
    check
        Called with the netlist before and after each pass that changed it; a prover, for example. What it
        raises ends the run.

    Returns
    -------
    Netlist
        Same ports, same function. It never has more two-input ANDs than `net`, nor as many and more gates:
        the result of a pass that makes it worse is not kept.

    Raises
    ------
    OptionError
        If a pass is not known; the message lists those that are.
    ToolError
        If an engine is missing or fails.
    ToolTimeoutError
        If an engine runs out of time.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 2)
    >>> inverted = b.nor(b.nor(b.nor(x[0], b.nor())))
    >>> b.output("y", [b.nor(inverted, x[1])])
    >>> minimize(b.freeze(), passes=LINEAR)
    <Netlist x[2], y[1]: 1 gates, 1 pins>
    """
    for name in passes:
        if name not in PASSES:
            raise OptionError(f"pass must be one of {', '.join(PASSES)}, not {name!r}")
    for name in passes:
        after = PASSES[name](net)
        if cost(after) > cost(net) or after == net:
            continue
        if check is not None:
            check(net, after)
        net = after
    return net
