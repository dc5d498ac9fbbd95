"""Read a pipeline's Verilog back, and prove that it is the circuit, some clock cycles later."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from nor2hdl.errors import OptionError, ToolTimeoutError
from nor2hdl.hdl import HANDSHAKE, port_names
from nor2hdl.netlist import FALSE, Builder
from nor2hdl.verify._clocked import Bit, Clocked, read_clocked
from nor2hdl.verify._prove import prove
from nor2hdl.verify._verdict import Verdict, unknown

if TYPE_CHECKING:
    from nor2hdl.netlist import Netlist

_READY, _LAST = 0b1010, 0b1100  # truth tables over ready_out and valid_out
_ADVANCE = _READY | ~_LAST & 0b1111


class _BrokenError(Exception):
    """The module is no pipeline; the text says where."""


def check_pipeline_verilog(
    path: Path | str, net: Netlist, *, latency: int, top: str = "top", timeout: float | None = None
) -> Verdict:
    """Return whether a clocked Verilog module, as yosys reads it, is `net` in a pipeline with a handshake.

    Three things are checked, which together say that results come out in order, each once, `latency`
    advances after their samples:

    - every register but the valid bits takes a new value at exactly the clock edges with ``ready_in``, which
      is ``ready_out`` or not ``valid_out``, and has no reset and no initial value;
    - the valid bits are a chain of `latency` registers from ``valid_in`` to ``valid_out`` that moves at the
      same edges and that ``rst`` clears;
    - every path from an input of the circuit to an output passes `latency` registers, and with the registers
      taken as wires the module computes what `net` does: by proof.

    Parameters
    ----------
    path
        The Verilog file.
    net
        The combinational circuit.
    latency
        Number of ranks of registers, at least 1.
    top
        The module to compare.
    timeout
        Seconds for reading and proving together, None for no limit.

    Returns
    -------
    Verdict
        As of `prove`. Where the registers are wrong it is "different", by the method ``"registers"``, without
        a counterexample, and its detail says which register and how.

    Raises
    ------
    NetlistError
        If the file is missing, is not Verilog, has no such module or other ports, holds a latch, a memory, a
        register with an asynchronous reset or an initial value, a wire with no driver or several, or is not
        defined for every input.
    OptionError
        If `top` is not a Verilog identifier, or `latency` is not a whole number above 0.
    ToolError
        If yosys is missing or fails.

    Examples
    --------
    >>> import tempfile
    >>> from nor2hdl.hdl import write_pipeline_verilog
    >>> from nor2hdl.netlist import random_netlist
    >>> from nor2hdl.pipeline import pipeline_netlist
    >>> net = random_netlist(gates=100, inputs=8, levels=6, outputs=4)
    >>> source = Path(tempfile.mkdtemp()) / "top.v"
    >>> write_pipeline_verilog(pipeline_netlist(net, stages=2), source)
    >>> check_pipeline_verilog(source, net, latency=2).status
    'equal'
    >>> check_pipeline_verilog(source, net, latency=3).detail
    'valid_out must be valid_in after 3 registers, not 2'
    """
    started = time.monotonic()
    if isinstance(latency, bool) or not isinstance(latency, int) or latency < 1:
        raise OptionError(f"latency must be a whole number, 1 or more, not {latency!r}")
    try:
        module = read_clocked(Path(path), net, top, timeout)
    except ToolTimeoutError:
        return unknown("yosys", started, timed_out=True)
    try:
        _check_control(module, latency)
        found = _Unrolled(module, net, latency).netlist()
    except _BrokenError as fault:
        return Verdict("different", "registers", time.monotonic() - started, detail=str(fault))
    left = None if timeout is None else max(0.0, timeout - (time.monotonic() - started))
    return replace(prove(net, found, timeout=left), seconds=time.monotonic() - started)


def _check_control(module: Clocked, latency: int) -> None:
    """Raise `_BrokenError` unless handshake, valid bits and enables are as they must be."""
    chain = _valid_chain(module)
    if len(chain) != latency:
        raise _BrokenError(f"valid_out must be valid_in after {latency} registers, not {len(chain)}")
    truth = _Truth(module)
    if truth.of(module.port("ready_in")) != _ADVANCE:
        raise _BrokenError("ready_in must be ready_out | ~valid_out")
    for bit, register in module.registers.items():
        name = module.name(bit)
        if register.clock != module.port("clk"):
            raise _BrokenError(f"register {name} must move at the rising edge of clk")
        if truth.of(register.enable) != _ADVANCE:
            raise _BrokenError(f"register {name} must move at exactly the edges with ready_out | ~valid_out")
        reset = module.port("rst") if bit in chain else None
        if register.reset != reset:
            raise _BrokenError(f"register {name} must {'be cleared by rst' if reset else 'have no reset'}")


def _valid_chain(module: Clocked) -> list[Bit]:
    """Return the valid bits, last to first."""
    chain: list[Bit] = []
    bit = module.port("valid_out")
    while bit in module.registers and bit not in chain:
        chain.append(bit)
        bit = module.registers[bit].data
    if bit != module.port("valid_in"):
        raise _BrokenError(f"valid_out must be valid_in some registers later, not {module.name(bit)}")
    return chain


class _Truth:
    """Truth tables of bits over ready_out and valid_out: four bits, None for what depends on more."""

    def __init__(self, module: Clocked) -> None:
        self._module = module
        self._known: dict[Bit, int | None] = {
            "0": 0,
            "1": 0b1111,
            module.port("ready_out"): _READY,
            module.port("valid_out"): _LAST,
        }

    def of(self, bit: Bit) -> int | None:
        """Return the truth table of a bit."""
        stack = [bit]
        while stack:
            top = stack[-1]
            pins = self._module.gates.get(top, ())
            waiting = [pin for pin in pins if pin not in self._known]
            if not waiting:
                self._known.setdefault(top, self._gate([self._known[pin] for pin in pins]))
                stack.pop()
            stack += waiting
        return self._known[bit]

    @staticmethod
    def _gate(pins: list[int | None]) -> int | None:
        """Return the truth table of an AND, or of an inverter."""
        known = [pin for pin in pins if pin is not None]
        if not pins or len(known) < len(pins):
            return None
        return known[0] & known[1] if len(known) == 2 else known[0] ^ 0b1111


class _Unrolled:
    """The data path of a module with its registers taken as wires, and how many each bit is behind."""

    def __init__(self, module: Clocked, net: Netlist, latency: int) -> None:
        self._module, self._net, self._latency = module, net, latency
        self._names = port_names(net, HANDSHAKE)
        self._builder = Builder()
        self._nets: dict[Bit, int] = {"0": FALSE}
        self._ranks: dict[Bit, int | None] = {"0": None, "1": None}
        for port in net.inputs:
            nets = self._builder.input(port.name, port.width)
            if port.width:
                self._nets.update(zip(module.ports[self._names[port.name]], nets, strict=True))
        self._ranks.update((bit, 0) for bit in self._nets if bit != "0")
        self._nets["1"] = self._builder.nor()

    def netlist(self) -> Netlist:
        """Return the data path; raise `_BrokenError` where it is not `latency` registers deep everywhere."""
        for port in self._net.outputs:
            bits = self._module.ports[self._names[port.name]] if port.width else []
            for bit in bits:
                self._visit(bit)
                rank = self._ranks[bit]
                if rank not in {None, self._latency}:
                    name = self._module.name(bit)
                    raise _BrokenError(
                        f"output {name} must be behind {self._latency} ranks of registers, not {rank}"
                    )
            self._builder.output(port.name, [self._nets[bit] for bit in bits])
        return self._builder.freeze()

    def _pins(self, bit: Bit) -> tuple[Bit, ...]:
        """Return what feeds a bit."""
        if bit in self._module.gates:
            return self._module.gates[bit]
        register = self._module.registers.get(bit)
        if register is None or register.reset is not None:
            raise _BrokenError(f"the outputs of the circuit must not depend on {self._module.name(bit)}")
        return (register.data,)

    def _visit(self, root: Bit) -> None:
        """Add what a bit stands on, depth first."""
        stack, open_ = [root], set[Bit]()
        while stack:
            bit = stack[-1]
            if bit in self._nets:
                stack.pop()
                continue
            waiting = [pin for pin in self._pins(bit) if pin not in self._nets]
            if not waiting:
                self._add(bit)
            elif bit in open_:
                raise _BrokenError(f"{self._module.name(bit)} must not depend on itself")
            open_.add(bit)
            stack += waiting

    def _add(self, bit: Bit) -> None:
        """Add a bit whose pins are there."""
        pins = self._pins(bit)
        ranks = {self._ranks[pin] for pin in pins} - {None}
        if len(ranks) > 1:
            few, many = sorted(rank for rank in ranks if rank is not None)
            raise _BrokenError(
                f"{self._module.name(bit)} joins signals behind {few} and {many} ranks of registers"
            )
        rank = ranks.pop() if ranks else None
        nets = [self._nets[pin] for pin in pins]
        if bit in self._module.registers:
            self._nets[bit] = nets[0]
            self._ranks[bit] = None if rank is None else rank + 1
        else:
            both = [self._builder.nor(n) for n in nets] if len(nets) == 2 else nets
            self._nets[bit] = self._builder.nor(*both)
            self._ranks[bit] = rank
