"""A sequential circuit as an Amaranth component: one symbol a clock cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amaranth.hdl import Const, Module, Mux, Signal  # type: ignore[import-untyped]
from amaranth.lib.wiring import Component, In, Out  # type: ignore[import-untyped]

from nor2hdl.hdl._component import NetlistComponent

if TYPE_CHECKING:
    from nor2hdl.netlist import Machine


class MachineComponent(Component):  # type: ignore[misc]
    """A clocked Amaranth component that is the machine, in the domain ``sync``.

    At each clock edge with `valid_in` it takes a symbol, and in the cycle after that, with `valid_out`,
    `accept` says whether the symbols so far make a string of the language. A symbol with `first` begins a new
    string, so that strings follow each other without a gap; reset puts the machine before the first symbol as
    well, and drops what is offered during reset. Without `valid_in` the string stands still.

    Its members are `valid_in`, `first`, `symbol` (one bit a symbol, exactly one of them set), `valid_out` and
    `accept`.

    Parameters
    ----------
    machine
        The machine.

    Examples
    --------
    >>> from nor2hdl.data import reber_automaton
    >>> from nor2hdl.extract import extract_automaton
    >>> from nor2hdl.hdl import component_verilog
    >>> component_verilog(MachineComponent(extract_automaton(reber_automaton()))).splitlines()[0]
    'module top(clk, rst, valid_in, first, symbol, valid_out, accept);'
    """

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        members = {"valid_in": In(1), "first": In(1), "symbol": In(machine.num_symbols)}
        super().__init__(members | {"valid_out": Out(1), "accept": Out(1)})

    def elaborate(self, platform: object) -> Module:
        """Return the Amaranth module; called by Amaranth."""
        del platform
        module = Module()
        module.submodules.step = step = NetlistComponent(self._machine.step)
        module.d.comb += step.symbol.eq(self.symbol)
        module.d.sync += self.valid_out.eq(self.valid_in)
        with module.If(self.valid_in):
            module.d.sync += self.accept.eq(step.accept)
        if self._machine.num_registers:
            width = self._machine.num_registers
            start = sum(bit << k for k, bit in enumerate(self._machine.initial))
            held = Signal(width, init=start, attrs={"keep": 1})  # even where nothing reads it
            module.d.comb += step.state.eq(Mux(self.first, Const(start, width), held))
            with module.If(self.valid_in):
                module.d.sync += held.eq(step.state_next)
        return module
