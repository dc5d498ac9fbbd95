"""A netlist as an Amaranth component."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from amaranth.hdl import Cat, Const, Module, Signal  # type: ignore[import-untyped]
from amaranth.lib.wiring import Component, In, Out  # type: ignore[import-untyped]

from nor2hdl.errors import NetlistError
from nor2hdl.hdl._names import port_names
from nor2hdl.hdl._vectors import vectors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.hdl._vectors import Vector
    from nor2hdl.netlist import Netlist

WIDEST = 2**16 - 2  # Amaranth numbers the bits of a cell, such as all inputs together, in 16 bits
_FEW = 8  # fan-ins that always read well as a | b | c


class NetlistComponent(Component):  # type: ignore[misc]
    r"""A combinational Amaranth component that is the netlist, gate for gate.

    Its members are the ports of the netlist, named as `port_names` says. Gates of one part of the circuit
    (the provenance label up to its ``/``), one level and one fan-in make one vector, such as
    ``layer0_l1_f3``, and every vector is one NOR of vectors. At 100,000 gates that is a tenth of the time
    and memory that a signal for each gate takes.

    Parameters
    ----------
    net
        The netlist.

    Raises
    ------
    NetlistError
        If the input ports have more than 65,534 bits in all, or an output port has: Amaranth ends there.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> pix = b.input("pix", 2)
    >>> b.output("cls", [b.nor(*pix)])
    >>> component = NetlistComponent(b.freeze())
    >>> component.signature
    Signature({'pix': In(2), 'cls': Out(1)})
    >>> from amaranth.back import rtlil
    >>> "wire width 2 input 0  \\pix" in rtlil.convert(component)
    True
    """

    def __new__(cls, net: Netlist) -> NetlistComponent:  # noqa: PYI034 - Amaranth has no types to say Self with
        """Refuse what Amaranth cannot hold before it takes note of a component."""
        widest = max([net.num_inputs, *(port.width for port in net.outputs)])
        if widest > WIDEST:
            raise NetlistError(
                f"all inputs together and each output must have at most {WIDEST} bits to become Verilog, "
                f"not {widest}; split the circuit"
            )
        return super().__new__(cls)  # type: ignore[no-any-return]

    def __init__(self, net: Netlist) -> None:
        self._netlist = net
        self._names = port_names(net)
        members = {self._names[p.name]: In(p.width) for p in net.inputs if p.width}
        members |= {self._names[p.name]: Out(p.width) for p in net.outputs if p.width}
        super().__init__(members)

    def elaborate(self, platform: object) -> Module:
        """Return the Amaranth module; called by Amaranth."""
        del platform
        net = self._netlist
        module = Module()
        wires = _Wires(net.num_nets)
        for port in net.inputs:
            if port.width:
                wires.add(np.array(net.input_nets(port.name)), getattr(self, self._names[port.name]))
        for vector in vectors(net, set(self._names.values())):
            signal = Signal(len(vector.nets), name=vector.name)
            module.d.comb += signal.eq(~_any(net, vector, wires))
            wires.add(vector.nets, signal)
        for port in net.outputs:
            if port.width:
                output = getattr(self, self._names[port.name])
                module.d.comb += output.eq(wires.cat(net.output_nets(port.name)))
        return module


class _Wires:
    """Which bit of which signal each net is."""

    def __init__(self, num_nets: int) -> None:
        self._signals: list[Any] = [Const(0, 1)]
        self._signal = np.zeros(num_nets, np.int64)
        self._bit = np.zeros(num_nets, np.int64)

    def add(self, nets: NDArray[np.int64], signal: Any) -> None:
        """Say that `signal` carries `nets`, lowest bit first."""
        self._signal[nets] = len(self._signals)
        self._bit[nets] = np.arange(len(nets))
        self._signals.append(signal)

    def cat(self, nets: NDArray[np.int32]) -> Any:
        """Return the value that holds `nets`, lowest bit first, in as few slices as there are runs."""
        signal, bit = self._signal[nets], self._bit[nets]
        breaks = (np.diff(signal, prepend=-1) != 0) | (np.diff(bit, prepend=-2) != 1)
        starts = np.flatnonzero(breaks)
        lengths = np.diff(starts, append=len(nets))
        # Amaranth takes Python integers several times faster than numpy's.
        runs = zip(signal[starts].tolist(), bit[starts].tolist(), lengths.tolist(), strict=True)
        return Cat(*[self._signals[s][b : b + n] for s, b, n in runs])


def _any(net: Netlist, vector: Vector, wires: _Wires) -> Any:
    """Return the OR of the fan-ins of each gate of `vector`, in as few operators as it can be said."""
    if not vector.fanin:
        return Const(0, len(vector.nets))
    starts = net.offsets[vector.nets - net.first_gate]
    pins = net.fanins[starts[:, np.newaxis] + np.arange(vector.fanin)]
    if len(pins) < vector.fanin > _FEW:
        return Cat(*[wires.cat(row).any() for row in pins])
    terms = [wires.cat(column) for column in pins.T]
    while len(terms) > 1:  # a balanced tree: a chain of thousands is too deep for some tools
        pairs = zip(terms[::2], terms[1::2], strict=False)
        terms = [a | b for a, b in pairs] + terms[len(terms) & ~1 :]
    return terms[0]
