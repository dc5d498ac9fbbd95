"""Depth: the levels of a netlist in two-input gates, and trees of gates made as flat as they can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nor2hdl.minimize._rewrite import cost
from nor2hdl.minimize.aig._aig import to_aig, to_netlist
from nor2hdl.minimize.passes._linear import sweep

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist


def levels2(net: Netlist) -> NDArray[np.int32]:
    """Return the level of every net, counted in two-input gates: int32 [nets].

    A gate of k fan-ins is a tree of k - 1 two-input gates that combines the two earliest fan-ins again and
    again: levels ``a <= b`` become ``b + 1``. Inverters cost nothing. The time is linear in the pins, apart
    from sorting the fan-ins of each gate.

    References
    ----------
    M. C. Golumbic, "Combinatorial merging", IEEE Transactions on Computers C-25(11), 1976.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 5)
    >>> first = b.nor(*x[:4])
    >>> b.output("y", [b.nor(first, b.nor(x[4]))])
    >>> levels2(b.freeze()).tolist()
    [0, 0, 0, 0, 0, 0, 2, 0, 3]
    """
    from nor2hdl.minimize.aig._aig_kernel import levels_of_nets  # loads numba, which takes long

    return levels_of_nets(net.first_gate, net.offsets, net.fanins)


def two_input_depth(net: Netlist) -> int:
    """Return the highest level of an output, counted in two-input gates as `levels2` does.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 5)
    >>> b.output("y", [b.nor(*x)])
    >>> two_input_depth(b.freeze())
    3
    """
    return int(levels2(net)[net.drivers].max(initial=0))


def balance(net: Netlist) -> Netlist:
    """Flatten trees of one operation, so that their fan-ins can be combined earliest first.

    Rules, where the inner gates feed nothing else::

        nor(nor(nor(A)), B) = nor(A, B)     OR of ORs; AND of ANDs, which are NORs of complements
        nor(a, a, B)        = nor(a, B)
        nor(a, nor(a), B)   = 0

    Constants are folded and equal gates shared on the way, equal pairs of fan-ins that are combined first
    among them. Post-condition: no gate is an OR that feeds only one gate. Promise: never more two-input ANDs,
    never a greater `two_input_depth`. The time is linear in the pins, but for the sorting of fan-ins.

    References
    ----------
    A. Mishchenko, S. Chatterjee, and R. Brayton, "DAG-aware AIG rewriting: a fresh look at combinational
    logic synthesis", DAC 2006 (AIG balancing).

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 4)
    >>> chain = b.nor(x[0], x[1])
    >>> for other in x[2:]:
    ...     chain = b.nor(b.nor(chain), other)
    >>> b.output("y", [chain])
    >>> net = b.freeze()
    >>> two_input_depth(net), two_input_depth(balance(net))
    (3, 2)
    """
    before = sweep(net)
    flat = to_netlist(to_aig(before), before)
    after = to_netlist(to_aig(flat), flat)  # once more: repeats come to light
    return min(before, after, key=lambda n: (two_input_depth(n), cost(n)))
