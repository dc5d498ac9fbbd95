"""A classifier on byte streams: bytes with first and last in, classes out, both sides may wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from amaranth.hdl import Cat, Module, Mux, Signal  # type: ignore[import-untyped]
from amaranth.lib import stream  # type: ignore[import-untyped]
from amaranth.lib.data import StructLayout  # type: ignore[import-untyped]
from amaranth.lib.wiring import Component, In, Out  # type: ignore[import-untyped]

from nor2hdl.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Mapping

PACKET_BYTE = StructLayout({"data": 8, "first": 1, "last": 1})
"""One byte of a packet and whether the packet begins or ends with it."""

_CORE = {"pix": In, "valid_in": In, "ready_in": Out, "cls": Out, "valid_out": Out, "ready_out": In}


class StreamClassifier(Component):  # type: ignore[misc]
    """Collect the bytes of one sample, hand them to a circuit, and pass on the class.

    A good packet has exactly `features` bytes: the first one and no other is marked ``first``, the last one
    and no other ``last``. Each good packet gives one class, in order. Of a packet that breaks the rule
    nothing is kept, and the next good packet gives its class:

    - one that ends early is dropped with its last byte;
    - one that does not end with byte number `features` is dropped from there on, up to its ``last`` or to
      the next ``first``;
    - one that a new ``first`` cuts off is dropped, and that byte begins a packet;
    - bytes without a ``first`` before them are dropped, up to a ``last`` or to the next ``first``.

    ``error`` is high for one cycle in the cycle after the byte that showed it, once a bad packet; a packet of
    one byte that both cuts off another and is bad itself makes one pulse for both.

    While nobody waits, a sample takes `features` cycles, for the next one may follow without a pause: the
    circuit takes a sample while the first byte of the next one comes in. ``i.ready`` depends on ``o.ready``
    in the same cycle, ``i.valid`` and the payload on nothing of the other side.

    Parameters
    ----------
    core
        The circuit: an Amaranth component with ``pix``, ``valid_in``, ``ready_in``, ``cls``, ``valid_out``
        and ``ready_out``, such as `PipelineComponent`. It becomes a submodule.
    features
        Bytes of a sample. Byte p arrives in order as number p and stands at ``pix[8*p +: 8]``.

    Attributes
    ----------
    i : stream of `PACKET_BYTE`, in
        The bytes.
    o : stream of the class index, out
        The classes; held until they are taken.
    error : out
        See above.
    at_end : Signal
        No port: whether the byte at ``i`` would be the last one of its sample, for a master that does not
        count itself.

    Raises
    ------
    OptionError
        If the core lacks one of these ports or takes another number of bytes.

    Examples
    --------
    >>> from nor2hdl.hdl import PipelineComponent, component_verilog
    >>> from nor2hdl.netlist import Builder
    >>> from nor2hdl.pipeline import pipeline_netlist
    >>> b = Builder()
    >>> pix = b.input("pix", 16)
    >>> b.output("cls", [b.nor(pix[7], pix[15])])
    >>> classifier = StreamClassifier(PipelineComponent(pipeline_netlist(b.freeze(), stages=1)), 2)
    >>> classifier.o.signature
    stream.Signature(1)
    >>> component_verilog(classifier).splitlines()[0]
    'module top(clk, rst, i__payload, i__valid, i__ready, o__payload, o__valid, o__ready, error);'
    """

    def __new__(cls, core: Any, features: int) -> StreamClassifier:  # noqa: PYI034 - Amaranth has no types
        """Refuse a core that does not fit before Amaranth takes note of a component."""
        check_core(core, features)
        return super().__new__(cls)  # type: ignore[no-any-return]

    def __init__(self, core: Any, features: int) -> None:
        self._core = core
        self._features = features
        self.at_end = Signal()
        super().__init__(
            {
                "i": In(stream.Signature(PACKET_BYTE)),
                "o": Out(stream.Signature(len(core.cls))),
                "error": Out(1),
            }
        )

    def elaborate(self, platform: object) -> Module:
        """Return the Amaranth module; called by Amaranth."""
        del platform
        module = Module()
        module.submodules.core = core = self._core
        full = Signal()
        taken = Signal()
        complete = self._check_packets(module, taken)
        # What a bad packet leaves in the register is shifted out by the next good one.
        data = Signal(8 * self._features, reset_less=True)
        module.d.comb += [
            self.i.ready.eq(~full | core.ready_in),
            taken.eq(self.i.valid & self.i.ready),
            core.pix.eq(data),
            core.valid_in.eq(full),
            core.ready_out.eq(self.o.ready),
            self.o.valid.eq(core.valid_out),
            self.o.payload.eq(core.cls),
        ]
        with module.If(taken):
            module.d.sync += data.eq(Cat(data[8:], self.i.payload.data))
        with module.If(self.i.ready):
            module.d.sync += full.eq(taken & complete)
        return module

    def _check_packets(self, module: Module, taken: Signal) -> Signal:
        """Follow the packets; return whether the byte at the input completes a good one."""
        byte = self.i.payload
        filling = Signal()  # inside a packet that is good so far
        dropping = Signal()  # inside a packet that is known to be bad
        count = Signal(range(self._features), reset_less=True)  # bytes so far, while filling
        position = Signal(range(self._features))
        complete = Signal()
        member = byte.first | filling
        module.d.comb += [
            position.eq(Mux(byte.first, 0, count)),
            self.at_end.eq(position == self._features - 1),
            complete.eq(member & byte.last & self.at_end),
        ]
        module.d.sync += self.error.eq(0)
        with module.If(taken):
            going_on = member & ~byte.last & ~self.at_end
            module.d.sync += [
                count.eq(position + 1),
                filling.eq(going_on),
                dropping.eq(~byte.last & ~going_on),
                self.error.eq(
                    (byte.first & filling)
                    | (member & (byte.last ^ self.at_end))
                    | (~byte.first & ~filling & ~dropping)
                ),
            ]
        return complete


class StreamTop(Component):  # type: ignore[misc]
    """A `StreamClassifier` with plain ports: what is emitted as Verilog.

    Parameters
    ----------
    core, features
        As for `StreamClassifier`.

    Attributes
    ----------
    i_data, i_first, i_last, i_valid : in
        A byte, where it stands in its packet, and whether there is one.
    i_ready : out
        The byte is taken in each cycle in which this and ``i_valid`` are high.
    o_cls, o_valid : out
        A class and whether there is one.
    o_ready : in
        The class is taken in each cycle in which this and ``o_valid`` are high.
    error : out
        High for one cycle for each packet that was thrown away.

    Raises
    ------
    OptionError
        As for `StreamClassifier`.
    """

    def __new__(cls, core: Any, features: int) -> StreamTop:  # noqa: PYI034 - Amaranth has no types
        """Refuse a core that does not fit before Amaranth takes note of a component."""
        check_core(core, features)
        return super().__new__(cls)  # type: ignore[no-any-return]

    def __init__(self, core: Any, features: int) -> None:
        self._classifier = classifier = StreamClassifier(core, features)
        super().__init__(
            {
                "i_data": In(8),
                "i_first": In(1),
                "i_last": In(1),
                "i_valid": In(1),
                "i_ready": Out(1),
                "o_cls": Out(len(classifier.o.payload)),
                "o_valid": Out(1),
                "o_ready": In(1),
                "error": Out(1),
            }
        )

    def elaborate(self, platform: object) -> Module:
        """Return the Amaranth module; called by Amaranth."""
        del platform
        module = Module()
        module.submodules.classifier = classifier = self._classifier
        module.d.comb += [
            classifier.i.payload.data.eq(self.i_data),
            classifier.i.payload.first.eq(self.i_first),
            classifier.i.payload.last.eq(self.i_last),
            classifier.i.valid.eq(self.i_valid),
            self.i_ready.eq(classifier.i.ready),
            self.o_cls.eq(classifier.o.payload),
            self.o_valid.eq(classifier.o.valid),
            classifier.o.ready.eq(self.o_ready),
            self.error.eq(classifier.error),
        ]
        return module


def check_core(core: Any, features: int) -> None:
    """Raise `OptionError` unless `core` takes samples of `features` bytes and gives a class."""
    members: Mapping[str, Any] = core.signature.members
    for name, flow in _CORE.items():
        if name not in members or members[name].flow is not flow:
            raise OptionError(
                f"core must have an {flow.name.lower()}put port {name!r}, not only {', '.join(members)}; "
                "pipeline a circuit from bytes (pix) to a class (cls)"
            )
    if isinstance(features, bool) or not isinstance(features, int) or features < 1:
        raise OptionError(f"features must be a whole number, 1 or more, not {features!r}")
    if len(core.pix) != 8 * features:
        taken = f"{len(core.pix) / 8:g}, as many as the core takes bytes"
        raise OptionError(f"features must be {taken}, not {features}")
