"""A netlist as a graph of nodes with two fan-ins: what ranks of registers are laid through."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nor2hdl.errors import OptionError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist

LUT_SIZES = (4, 6)


class Graph(NamedTuple):
    """The nodes of a netlist.

    A node stands for a signal whichever way round it is, so that inverters are none. A gate of k > 1 signals
    is k - 1 nodes: a tree over its fan-ins, the gate itself last. Constants are none, nor what no
    output needs.

    Attributes
    ----------
    first
        Number of the first node that is no input; nodes below it are the constant and the input bits.
    fanin : int32 [nodes, 2]
        The fan-ins of each node, both of lower number; 0 for the inputs.
    gate : int32 [nodes]
        The gate that a node is part of, -1 for the inputs.
    label : int32 [nodes]
        Least number of lookup tables on the longest path to the node that cuts show.
    node_of : int32 [nets]
        The node that each net, or its complement, is; undefined for constants and dead nets.
    outputs : int32 [distinct nodes]
        The nodes that drive outputs, ascending.
    value : int8 [nets]
        The value of a net that is constant, 2 for any other.
    live : bool [nets]
        Whether an output needs the net; constants are left out.
    """

    first: int
    fanin: NDArray[np.int32]
    gate: NDArray[np.int32]
    label: NDArray[np.int32]
    node_of: NDArray[np.int32]
    outputs: NDArray[np.int32]
    value: NDArray[np.int8]
    live: NDArray[np.bool_]

    @property
    def depth(self) -> int:
        """Lookup tables on the longest path to an output."""
        return int(self.label[self.outputs].max(initial=0))


def to_graph(net: Netlist, lut: int) -> Graph:
    """Return the nodes of `net`, wide gates split so that they are early in lookup tables of `lut` inputs."""
    from nor2hdl.pipeline._graph_kernel import UNKNOWN, constants, decompose, live_nets

    value = constants(net.first_gate, net.offsets, net.fanins)
    live = live_nets(net.first_gate, net.offsets, net.fanins, net.drivers, value)
    fanin, gate, label, node_of = decompose(net.first_gate, net.offsets, net.fanins, value, live, lut)
    outputs = np.unique(node_of[net.drivers[value[net.drivers] == UNKNOWN]])
    return Graph(net.first_gate, fanin, gate, label, node_of, outputs, value, live)


def lut_depth(net: Netlist, lut: int = 4) -> int:
    """Return the number of lookup tables on the longest path from an input to an output of `net`.

    It is the depth of a mapping of the netlist as it stands: each node keeps its few earliest and smallest
    cuts, and is the lookup table over the earliest. A mapper that restructures the circuit may do better.

    Parameters
    ----------
    net
        The netlist.
    lut
        Inputs of a lookup table, 4 or 6.

    Raises
    ------
    OptionError
        If `lut` is neither 4 nor 6.

    References
    ----------
    J. Cong, Y. Ding, "FlowMap: an optimal technology mapping algorithm for delay optimization in
    lookup-table based FPGA designs", IEEE TCAD 13, 1994.
    A. Mishchenko, S. Cho, S. Chatterjee, R. Brayton, "Combinational and sequential mapping with priority
    cuts", ICCAD 2007.
    R. Francis, J. Rose, Z. Vranesic, "Technology mapping of lookup table-based FPGAs for performance",
    ICCAD 1991 (the packing of wide gates).

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> b.output("y", [b.nor(*b.input("x", 16))])
    >>> lut_depth(b.freeze()), lut_depth(b.freeze(), lut=6)
    (2, 2)
    """
    check_lut(lut)
    return to_graph(net, lut).depth


def check_lut(lut: int) -> None:
    """Raise `OptionError` unless `lut` is a size of lookup tables that there is."""
    if lut not in LUT_SIZES:
        raise OptionError(f"lut must be one of {', '.join(map(str, LUT_SIZES))}, not {lut!r}")
