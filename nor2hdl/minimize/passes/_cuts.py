"""Cut rewriting: the cone of a gate over up to four nets gives way to the best structure known for it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from nor2hdl.minimize._rewrite import cost
from nor2hdl.minimize.aig._aig import Aig, compact, to_aig, to_netlist
from nor2hdl.minimize.aig._library import library
from nor2hdl.minimize.aig._npn import PERMUTATIONS, classes, shrunk, stretched, supports
from nor2hdl.minimize.passes._linear import sweep

if TYPE_CHECKING:
    from nor2hdl.minimize.aig._cut_kernel import Tables
    from nor2hdl.minimize.aig._rewrite_kernel import Shapes
    from nor2hdl.netlist import Netlist

_ROUNDS = 2  # a third one finds a thousandth more

_MOST_CUTS = 8  # with more a round finds more, but two do not, and the time grows as their number


def rewrite_cuts(net: Netlist) -> Netlist:
    """Replace small cones of two-input ANDs by smaller ones, counting what is shared.

    The netlist is taken as ANDs of two inputs with inverters. For each AND n, in topological order, a few
    cuts of up to four nodes and n as function f of each are found, and::

        n = f(a, b, c, d)  =>  n = structure of f over a, b, c, d
        n = f(a, b, c, d), m = f(a, b, c, d) or its complement  =>  n = m or its complement
        f does not depend on d  =>  the cut is a, b, c; a constant, or another node, takes the place of n

    The structure is the one of up to 12 for the NPN class of f that saves most ANDs: those that only n needed
    go, those that the graph holds already cost nothing. It is also put in place of an equally good one, since
    it may share more later on; two rounds are made.

    No post-condition: what a replacement leaves may allow another.
    Promise: never more two-input ANDs, nor as many and more gates. The time is near-linear: about 5 s for
    100,000 gates; a million take 1 GB. New gates take the label of the gate whose cone they replace.

    References
    ----------
    A. Mishchenko, S. Chatterjee, and R. Brayton, "DAG-aware AIG rewriting: a fresh look at combinational
    logic synthesis", DAC 2006.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x, y, z = b.input("x", 3)
    >>> not_x = b.nor(x)
    >>> b.output("f", [b.nor(b.nor(not_x, y), b.nor(not_x, z))])  # (x' + y) (x' + z)
    >>> cost(b.freeze())[0], cost(rewrite_cuts(b.freeze()))[0]
    (3, 2)
    """
    before = sweep(net)
    aig = to_aig(before)
    for _ in range(_ROUNDS):
        aig = _rewritten(aig)
    return min(before, to_netlist(aig, before), key=cost)


def _rewritten(aig: Aig) -> Aig:
    """Return the graph after one round."""
    from nor2hdl.minimize.aig._rewrite_kernel import rewrite_once  # loads numba, which takes long

    fanin, outputs, labels = rewrite_once(*aig, _tables(), _shapes(), _MOST_CUTS)
    return compact(Aig(aig.first, fanin, outputs, labels))


@cache
def _tables() -> Tables:
    from nor2hdl.minimize.aig._cut_kernel import Tables

    return Tables(stretched(), shrunk(), supports())


@cache
def _shapes() -> Shapes:
    from nor2hdl.minimize.aig._rewrite_kernel import Shapes

    return Shapes(PERMUTATIONS, classes().of, classes().transform, *library())
