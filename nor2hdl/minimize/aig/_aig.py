"""Netlists as two-input ANDs with inverters on their edges, and back: the form that rewriting works on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nor2hdl.netlist import assemble

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist


class Aig(NamedTuple):
    """An And-Inverter graph as arrays.

    Node 0 is constant false, then the inputs, then the ANDs in topological order. A literal is twice the
    node, plus 1 for its complement.

    Attributes
    ----------
    first
        Node of the first AND.
    fanin : int32 [nodes, 2]
        The two literals of each AND, the lower one first, both of earlier nodes; 0 for other nodes.
    outputs : int32 [output bits]
        The literals of the outputs.
    labels : int32 [nodes, 2]
        Provenance of each node and of its inverter, as index into the tags of the netlist; -1 for unknown.
    """

    first: int
    fanin: NDArray[np.int32]
    outputs: NDArray[np.int32]
    labels: NDArray[np.int32]

    @property
    def num_ands(self) -> int:
        """Number of ANDs."""
        return len(self.fanin) - self.first


def to_aig(net: Netlist) -> Aig:
    """Return the ANDs of `net`: constants folded, equal ones shared, dead ones dropped.

    A gate of k fan-ins becomes at most k - 1 ANDs, combined earliest first, so that its level is least.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 3)
    >>> b.output("y", [b.nor(*x)])
    >>> to_aig(b.freeze()).fanin[4:].tolist()
    [[3, 5], [7, 8]]
    """
    from nor2hdl.minimize.aig._aig_kernel import decompose

    fanin, labels, literal = decompose(net.first_gate, net.offsets, net.fanins, net.origins)
    return compact(Aig(net.first_gate, fanin, literal[net.drivers], labels))


def compact(aig: Aig) -> Aig:
    """Return the nodes that the outputs need, in topological order, in their old order where that is one."""
    from nor2hdl.minimize.aig._aig_kernel import needed

    kept = needed(aig.first, aig.fanin, aig.outputs)
    number = np.zeros(len(aig.fanin), np.int32)
    number[kept] = np.arange(len(kept))
    fanin = np.sort(2 * number[aig.fanin[kept] >> 1] + (aig.fanin[kept] & 1), axis=1)
    outputs = 2 * number[aig.outputs >> 1] + (aig.outputs & 1)
    return Aig(aig.first, fanin, outputs, aig.labels[kept])


def to_netlist(aig: Aig, like: Netlist) -> Netlist:
    """Return the ANDs as NOR gates with the ports and the tags of `like`, the netlist that they were made of.

    ANDs that feed only one AND, uncomplemented, are merged into it: the gates turn back into as many ANDs,
    or fewer where a fan-in is repeated. Each literal that is needed the other way round takes one inverter.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 3)
    >>> b.output("y", [b.nor(b.nor(b.nor(x[0], x[1])), x[2])])
    >>> to_netlist(to_aig(b.freeze()), b.freeze()).fanin_lists()
    [[1, 2, 3]]
    """
    from nor2hdl.minimize.aig._aig_kernel import emit

    offsets, fanins, drivers, labels = emit(*aig)
    return assemble(
        inputs=like.inputs,
        outputs=like.outputs,
        offsets=offsets,
        fanins=fanins,
        drivers=drivers,
        labels=labels,
        tags=like.tags,
    )
