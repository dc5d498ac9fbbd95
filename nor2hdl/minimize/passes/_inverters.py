"""Fewer inverters: multiplexers and XORs made in the phase that their users ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nor2hdl.minimize._rewrite import cost
from nor2hdl.minimize.aig._aig import Aig, compact, to_aig, to_netlist
from nor2hdl.minimize.passes._linear import sweep

if TYPE_CHECKING:
    from nor2hdl.netlist import Netlist


def push_inverters(net: Netlist) -> Netlist:
    """Choose the phase of every multiplexer so that few inverters remain.

    Rule, where the two inner gates feed nothing else; it moves an inverter from the output of a multiplexer
    to its data, or back, and an XOR is a multiplexer whose data are complements::

        nor(nor(nor(s, a), nor(s', b))) = nor(nor(s, a'), nor(s', b'))

    Multiplexers are turned one by one, or together with one that is among their data, as long as gates go:
    an inverter that no gate needs any more, or a gate that becomes part of the one that it feeds. Equal gates
    are shared on the way, and inverters are: each net has at most one.

    No post-condition: turning several at once might free more inverters.
    Promise: never more two-input ANDs, nor as many and more gates. The time is linear in the pins.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> s, x, y = b.input("x", 3)
    >>> not_s, not_x, not_y = b.nor(s), b.nor(x), b.nor(y)
    >>> b.output("z", [b.nor(b.nor(s, not_x), b.nor(not_s, not_y))])
    >>> push_inverters(b.freeze()).fanin_lists()
    [[1], [1, 2], [3, 4], [5, 6], [7]]
    """
    from nor2hdl.minimize.aig._inverter_kernel import choose_phases  # loads numba, which takes long

    before = sweep(net)
    aig = to_aig(before)
    fanin, outputs = choose_phases(aig.first, aig.fanin, aig.outputs)
    after = to_netlist(compact(Aig(aig.first, fanin, outputs, aig.labels)), before)
    return min(before, after, key=cost)
