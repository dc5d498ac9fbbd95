"""Read a machine's Verilog back, and prove that it is the machine, registers, reset and all."""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from nor2hdl import tools
from nor2hdl.errors import NetlistError, OptionError, ToolError, ToolTimeoutError
from nor2hdl.hdl import verilog_name
from nor2hdl.netlist import FALSE, Builder
from nor2hdl.netlist.arith import mux
from nor2hdl.verify._prove import prove
from nor2hdl.verify._verdict import Verdict, unknown
from nor2hdl.verify._verilog import explained, read_verilog

if TYPE_CHECKING:
    from nor2hdl.netlist import Machine, Netlist

_REFUSED = {
    "w:* a:init %i": "must have registers without initial values; use rst",
    "i:*__* o:*__*": "must have no port with __ in its name, as the opened registers have; rename it",
}
"""What yosys must not find before the registers are opened, and what is said if it does."""


def check_machine_verilog(
    path: Path | str, machine: Machine, *, top: str = "top", timeout: float | None = None
) -> Verdict:
    """Return whether a clocked Verilog module, as yosys reads it, is a machine as `to_machine_verilog` says.

    The module is opened at its registers, which must be called ``held``, ``accept`` and ``valid_out``: what
    they hold becomes an input, what they take next an output, and so does their clock. That is proved equal
    to what the machine's step, a reset, `first` and `valid_in` make of every state and every input,
    impossible ones too. So the registers, their clock, their reset to the initial state, and the step are
    right together.

    Parameters
    ----------
    path
        The Verilog file.
    machine
        The machine that it should be.
    top
        The module to compare.
    timeout
        Seconds for reading and proving together, None for no limit.

    Returns
    -------
    Verdict
        As of `prove`, over the ports of the opened module: a register's name and ``__q`` for what it holds,
        ``__d`` for what it takes, ``__c`` for its clock.

    Raises
    ------
    NetlistError
        If the file is missing, is not Verilog, has no such module, other ports or other registers, holds a
        latch, a memory, a register with an asynchronous reset or an initial value, has a port with ``__`` in
        its name, or is not defined for every input.
    OptionError
        If `top` is not a Verilog identifier.
    ToolError
        If yosys is missing or fails.

    Examples
    --------
    >>> import tempfile
    >>> from nor2hdl.data import reber_automaton
    >>> from nor2hdl.extract import extract_automaton
    >>> from nor2hdl.hdl import write_machine_verilog
    >>> machine = extract_automaton(reber_automaton())
    >>> source = Path(tempfile.mkdtemp()) / "top.v"
    >>> write_machine_verilog(machine, source)
    >>> check_machine_verilog(source, machine).status
    'equal'
    """
    started = time.monotonic()
    path = Path(path)
    if verilog_name(top) != top:
        raise OptionError(f"top must be a Verilog identifier, not {top!r}")
    if not path.is_file():
        raise NetlistError(f"cannot read {path}: no such file; check the path")
    expected = _opened(machine)
    with tempfile.TemporaryDirectory(prefix="nor2hdl-") as folder:
        target = Path(folder) / "opened.v"
        try:
            _open(path, target, top, timeout)
            found = read_verilog(target, expected, top=top, timeout=_left(started, timeout))
        except ToolTimeoutError:
            return unknown("yosys", started, timed_out=True)
        except NetlistError as error:
            raise NetlistError(str(error).replace(str(target), str(path))) from error
    verdict = prove(expected, found, timeout=_left(started, timeout))
    return replace(verdict, seconds=time.monotonic() - started)


def _left(started: float, timeout: float | None) -> float | None:
    return None if timeout is None else max(0.0, timeout - (time.monotonic() - started))


def _open(path: Path, target: Path, top: str, timeout: float | None) -> None:
    """Write the module with each register turned into ports; refuse initial values and ports like these."""
    with tempfile.TemporaryDirectory(prefix="nor2hdl-") as folder:
        source = Path(folder) / "circuit.v"
        source.symlink_to(path.resolve())
        commands = [
            f'read_verilog -sv -noblackbox "{source}"',
            f"hierarchy -check -top {top}",
            "proc -noopt",
            "flatten",
            "setattr -set keep 1 w:held",
            "check -assert",
            "opt_clean",
            *(f"select -assert-none {found}" for found in _REFUSED),
            "dffunmap",
            "expose -dff -evert-dff -sep __",
            f'write_verilog -noattr "{target}"',
        ]
        try:
            tools.yosys(commands, timeout=timeout)
        except ToolTimeoutError:
            raise
        except ToolError as error:
            for found, rule in _REFUSED.items():
                if f"selection is not empty: {found}" in error.output:
                    raise NetlistError(f"{path} {rule}") from error
            raise explained(error, path, source, top) from error


def _opened(machine: Machine) -> Netlist:
    """Return what the module must be with its registers opened."""
    b = Builder()
    n = machine.num_registers
    (clk,), (rst,) = b.input("clk"), b.input("rst")
    (valid,), (first,), symbol = b.input("valid_in"), b.input("first"), b.input("symbol", machine.num_symbols)
    (accept,), (valid_out,), held = b.input("accept__q"), b.input("valid_out__q"), b.input("held__q", n)
    initial = [b.nor() if bit else FALSE for bit in machine.initial]
    now = [mux(b, first, net, one) for one, net in zip(initial, held, strict=True)]
    after = _inline(b, machine.step, [*symbol, *now])
    taken = [mux(b, valid, old, new) for new, old in zip(after, [*held, accept], strict=True)]
    reset = [mux(b, rst, net, one) for one, net in zip([*initial, FALSE], taken, strict=True)]
    b.output("valid_out", [valid_out])
    b.output("accept", [accept])
    b.output("held__d", reset[:n])
    b.output("accept__d", reset[n:])
    b.output("valid_out__d", [mux(b, rst, valid, FALSE)])
    for register in ("held", "accept", "valid_out")[n == 0 :]:
        b.output(f"{register}__c", [clk])
    return b.freeze()


def _inline(b: Builder, net: Netlist, inputs: list[int]) -> list[int]:
    """Add the gates of a netlist over nets that are there; return the nets of its outputs."""
    nets = [FALSE, *inputs]
    for fanin in net.fanin_lists():
        nets.append(b.nor(*(nets[f] for f in fanin)))
    return [nets[driver] for driver in net.drivers.tolist()]
