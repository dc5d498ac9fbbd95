"""Verilog text of a netlist: Amaranth to RTLIL, yosys to Verilog, then a tidy-up."""

from __future__ import annotations

import contextlib
import gc
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nor2hdl import files, tools
from nor2hdl.errors import OptionError
from nor2hdl.hdl._names import port_names, verilog_name
from nor2hdl.hdl._tidy import tidy
from nor2hdl.hdl._vectors import vectors

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from nor2hdl.netlist import Netlist


def to_verilog(net: Netlist, *, name: str = "top", timeout: float | None = 600) -> str:
    """Return `net` as one combinational Verilog module.

    The text is plain Verilog-2005 in ASCII, and the same for the same netlist: it holds no date, path or
    version. Each line ``assign layer0_l1_f3 = ~ (a | b | c)`` is all gates of one part of the circuit, one
    level and one fan-in. Ports whose names Verilog does not allow are renamed, which a comment tells.

    Parameters
    ----------
    net
        The netlist.
    name
        Name of the module: a Verilog identifier.
    timeout
        Seconds that yosys may take, None for no limit.

    Returns
    -------
    str
        The module, ports in the order of the netlist, inputs first.

    Raises
    ------
    OptionError
        If `name` is not an identifier that starts with a letter, is a reserved word or is the name of a port.
    NetlistError
        If the input ports have more than 65,534 bits.
    ToolError
        If yosys is missing or fails.
    ToolTimeoutError
        If yosys takes longer than `timeout`.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 2)
    >>> with b.tagged("gate"):
    ...     b.output("y", [b.nor(*x)])
    >>> print(to_verilog(b.freeze()))  # doctest: +NORMALIZE_WHITESPACE
    // NOR gates: 1, pins: 2, levels: 1; written by nor2hdl.
    // A vector PART_lLEVEL_fFANIN holds the gates of one part, level and fan-in.
    module top(x, y);
      input [1:0] x;
      wire [1:0] x;
      output y;
      wire y;
      wire gate_l1_f2;
      assign gate_l1_f2 = y;
      assign y = ~ (x[0] | x[1]);
    endmodule
    """
    ports = list(port_names(net).values())
    check_module_name(name, ports)
    raw = yosys_verilog(_rtlil(net, name), timeout)
    names = [vector.name for vector in vectors(net, set(ports))]
    return "".join(_header(net)) + f"module {name}({', '.join(ports)});\n" + tidy(raw, ports, names)


def write_verilog(
    net: Netlist, path: Path | str, *, name: str = "top", remark: str = "", timeout: float | None = 600
) -> None:
    """Write `net` as Verilog to `path`, all of it or nothing.

    Parameters
    ----------
    net
        The netlist.
    path
        The file to write.
    name
        Name of the module.
    remark
        One line of text that stands in the file as a comment, above the module.
    timeout
        Seconds that yosys may take, None for no limit.

    Raises
    ------
    OutputError
        If the file cannot be written.
    OptionError, NetlistError, ToolError, ToolTimeoutError
        As in `to_verilog`.

    Examples
    --------
    >>> import tempfile
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> b.output("y", b.input("x"))
    >>> target = Path(tempfile.mkdtemp()) / "top.v"
    >>> write_verilog(b.freeze(), target)
    >>> target.read_text().splitlines()[-1]
    'endmodule'
    """
    comment = f"// {remark}\n" if remark else ""
    files.write_text(path, comment + to_verilog(net, name=name, timeout=timeout))


def check_module_name(name: str, ports: Collection[str]) -> None:
    """Raise `OptionError` unless `name` can be that of a module with these ports."""
    legal = verilog_name(name)
    if name != legal:
        raise OptionError(f"module name must be a Verilog identifier, not {name!r}; {legal!r} would do")
    if name in ports:
        raise OptionError(
            f"module name must differ from the port names, not be {name!r}; choose another name"
        )


def _rtlil(net: Netlist, name: str) -> str:
    from nor2hdl.hdl._component import NetlistComponent

    return to_rtlil(NetlistComponent(net), name=name)


def to_rtlil(component: Any, *, name: str = "top", ports: Sequence[Any] | None = None) -> str:
    r"""Return an Amaranth component as RTLIL, without source lines: the same for the same component.

    Parameters
    ----------
    component
        An `amaranth.lib.wiring.Component`, or what else elaborates.
    name
        Name of the top module.
    ports
        Signals that are its ports, where `component` is no component; else the ports are its members.

    Examples
    --------
    >>> from nor2hdl.hdl import NetlistComponent
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> b.output("y", [b.nor(*b.input("x", 2))])
    >>> "wire width 2 input 0  \\x" in to_rtlil(NetlistComponent(b.freeze()))
    True
    """
    from amaranth.back import rtlil  # type: ignore[import-untyped]

    options = {} if ports is None else {"ports": ports}
    with _no_cycle_collection():
        return str(rtlil.convert(component, name=name, emit_src=False, **options))


@contextlib.contextmanager
def _no_cycle_collection() -> Iterator[None]:
    """Hold Python's cycle collector, which would walk the millions of objects of Amaranth again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def yosys_verilog(rtlil: str, timeout: float | None, passes: Sequence[str] = ()) -> str:
    """Return RTLIL as Verilog, after some passes of yosys."""
    with tempfile.TemporaryDirectory(prefix="nor2hdl-") as folder:
        source, target = Path(folder) / "in.il", Path(folder) / "out.v"
        files.write_text(source, rtlil)
        commands = [f'read_rtlil "{source}"', *passes, f'write_verilog -noattr "{target}"']
        tools.yosys(commands, timeout=timeout)
        return target.read_text(encoding="ascii")


def _header(net: Netlist) -> Iterator[str]:
    yield f"// NOR gates: {net.num_gates}, pins: {net.num_pins}, levels: {net.depth()}; written by nor2hdl.\n"
    yield "// A vector PART_lLEVEL_fFANIN holds the gates of one part, level and fan-in.\n"
    yield from rename_remarks(port_names(net))


def rename_remarks(names: dict[str, str]) -> Iterator[str]:
    """Yield a comment for each port whose name had to change."""
    for port, legal in names.items():
        if port != legal:
            yield f"// Port {legal} is {port!a} in the netlist.\n"
