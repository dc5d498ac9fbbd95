"""A pipeline as an Amaranth component: stages, ranks of registers, and a handshake at both ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from amaranth.hdl import Cat, Const, Module, Signal  # type: ignore[import-untyped]
from amaranth.lib.wiring import Component, In, Out  # type: ignore[import-untyped]

from nor2hdl.errors import NetlistError
from nor2hdl.hdl._component import WIDEST, NetlistComponent
from nor2hdl.hdl._names import HANDSHAKE, port_names, verilog_name
from nor2hdl.netlist import FALSE
from nor2hdl.pipeline import stored_outputs

if TYPE_CHECKING:
    from nor2hdl.netlist import Netlist
    from nor2hdl.pipeline import Pipeline


class PipelineComponent(Component):  # type: ignore[misc]
    r"""A clocked Amaranth component that is the pipeline, in the domain ``sync``.

    A sample is taken at each clock edge with `valid_in` and `ready_in`. The whole pipeline advances at each
    edge with `ready_in`, and after as many advances as there are stages the result stands at the outputs,
    with `valid_out`, until an edge with `ready_out`. `ready_in` is low only while a result waits that nobody
    takes: a sample can go in at every edge. Reset clears the valid bits alone, so that what is inside or is
    offered during reset is dropped; no register needs an initial value.

    Its members are the ports of the circuit, named as `port_names` says, and `valid_in`, `ready_in`,
    `valid_out` and `ready_out`. A port of one of these names, or named ``clk`` or ``rst``, is renamed.

    Parameters
    ----------
    pipeline
        The pipeline.

    Raises
    ------
    NetlistError
        If the input ports, the output ports or a rank have more than 65,528 bits in all: Amaranth ends
        there.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> from nor2hdl.pipeline import pipeline_netlist
    >>> b = Builder()
    >>> b.output("cls", [b.nor(*b.input("pix", 2))])
    >>> component = PipelineComponent(pipeline_netlist(b.freeze(), stages=1))
    >>> sorted(component.signature.members)
    ['cls', 'pix', 'ready_in', 'ready_out', 'valid_in', 'valid_out']
    >>> from amaranth.back import rtlil
    >>> "output 7  \\valid_out" in rtlil.convert(component)
    True
    """

    def __new__(cls, pipeline: Pipeline) -> PipelineComponent:  # noqa: PYI034 - Amaranth's Self has no type
        """Refuse what Amaranth cannot hold before it takes note of a component."""
        widest = max(max(stage.num_inputs, stage.num_outputs) for stage in pipeline.stages)
        if widest > WIDEST - len(HANDSHAKE):
            raise NetlistError(
                f"all inputs together, all outputs together and each rank must have at most "
                f"{WIDEST - len(HANDSHAKE)} bits to become Verilog, not {widest}; split the circuit"
            )
        return super().__new__(cls)  # type: ignore[no-any-return]

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._names = port_names(pipeline, HANDSHAKE)
        members = {self._names[p.name]: In(p.width) for p in pipeline.inputs if p.width}
        members |= {self._names[p.name]: Out(p.width) for p in pipeline.outputs if p.width}
        members |= {"valid_in": In(1), "ready_in": Out(1), "valid_out": Out(1), "ready_out": In(1)}
        super().__init__(members)

    def elaborate(self, platform: object) -> Module:
        """Return the Amaranth module; called by Amaranth."""
        del platform
        module, taken = Module(), {*self._names.values(), *HANDSHAKE}
        valid = Signal(self._pipeline.latency, name=self._free("valid", taken))
        module.d.comb += [self.ready_in.eq(self.ready_out | ~valid[-1]), self.valid_out.eq(valid[-1])]
        with module.If(self.ready_in):
            module.d.sync += valid.eq(Cat(self.valid_in, valid[:-1]))
        there = {p.name: getattr(self, self._names[p.name]) for p in self._pipeline.inputs if p.width}
        *inner, last = self._pipeline.stages
        for number, stage in enumerate(inner, start=1):
            found = self._add_stage(module, number, stage, there, taken)
            there = {name: self._add_rank(module, name, value, taken) for name, value in found.items()}
        found = self._add_stage(module, len(inner) + 1, last, there, taken)
        self._add_outputs(module, last, found, taken)
        return module

    def _add_stage(
        self, module: Module, number: int, stage: Netlist, there: dict[str, Any], taken: set[str]
    ) -> dict[str, Any]:
        """Add a stage with the values `there` at its input ports; return the values at its output ports."""
        component, names = NetlistComponent(stage), port_names(stage)
        module.submodules[self._free(f"stage{number}", taken)] = component
        module.d.comb += [getattr(component, names[name]).eq(value) for name, value in there.items()]
        return {port.name: getattr(component, names[port.name]) for port in stage.outputs if port.width}

    def _add_rank(self, module: Module, name: str, value: Any, taken: set[str]) -> Any:
        """Return a register that takes `value` at every advance."""
        rank = Signal(len(value), name=self._free(name, taken), reset_less=True)
        with module.If(self.ready_in):
            module.d.sync += rank.eq(value)
        return rank

    def _add_outputs(self, module: Module, last: Netlist, found: dict[str, Any], taken: set[str]) -> None:
        """Add the last rank, with each distinct output once, and drive the output ports from it."""
        bits = [bit for port in last.outputs if port.width for bit in found[port.name]]
        value = dict(zip(last.drivers.tolist(), bits, strict=True))
        stored = stored_outputs(last)
        name = f"rank{self._pipeline.latency}"
        rank = self._add_rank(module, name, Cat(*[value[net] for net in stored]), taken)
        place = {net: k for k, net in enumerate(stored)}
        for port in last.outputs:
            if port.width:
                drivers = last.output_nets(port.name).tolist()
                result = [rank[place[n]] if n in place else Const(int(n != FALSE), 1) for n in drivers]
                module.d.comb += getattr(self, self._names[port.name]).eq(Cat(*result))

    @staticmethod
    def _free(name: str, taken: set[str]) -> str:
        """Return an identifier like `name` that is not taken, and take it."""
        legal = verilog_name(name, taken)
        taken.add(legal)
        return legal
