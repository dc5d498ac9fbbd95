"""Verilog text of what stands around a circuit: one flat module, or one module around the pipeline's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nor2hdl import files
from nor2hdl.errors import OptionError, ToolError
from nor2hdl.hdl._names import verilog_name
from nor2hdl.hdl._pipeline_verilog import to_pipeline_verilog
from nor2hdl.hdl._verilog import check_module_name, to_rtlil, yosys_verilog

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nor2hdl.pipeline import Pipeline

# No optimization beyond what makes the text readable. Without initial values a register is unknown in a
# simulator until a reset or a sample sets it, as on silicon.
_PASSES = (
    "hierarchy -top {name}",
    "flatten",
    "proc -noopt",
    "pmuxtree",
    "opt_clean",
    "opt_merge",
    "opt_clean -purge",
    "setattr -unset init w:*",
    "rename -unescape",
)
_HEAD = re.compile(r"\A.*?^module \w+\(([^)]*)\);\n", re.DOTALL | re.MULTILINE)
_LONG = re.compile(r"([^\n]{90}[^\n,]*,) ")


def component_verilog(component: Any, *, name: str = "top", timeout: float | None = 600) -> str:
    """Return an Amaranth component and all below it as one Verilog module.

    The text is Verilog-2005 in ASCII, and the same for the same component: it holds no date, path or
    version. Registers have no initial values; hold ``rst`` for a clock cycle before use.

    Parameters
    ----------
    component
        An `amaranth.lib.wiring.Component`, not elaborated yet, such as `StreamTop` or `UartTop`.
    name
        Name of the module: a Verilog identifier.
    timeout
        Seconds that yosys may take, None for no limit.

    Returns
    -------
    str
        The module: ``clk`` and ``rst``, then the ports in the order of the component's members.

    Raises
    ------
    OptionError
        If `name` is not an identifier that starts with a letter, is a reserved word or that of a port.
    ToolError
        If yosys is missing or fails.
    ToolTimeoutError
        If yosys takes longer than `timeout`.

    Examples
    --------
    >>> from nor2hdl.hdl import NetlistComponent
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 2)
    >>> b.output("y", [b.nor(x[0])])
    >>> component_verilog(NetlistComponent(b.freeze()), name="inverter").splitlines()[0]
    'module inverter(x, y);'
    """
    ports = ["__".join(map(str, path)) for path, _, _ in component.signature.flatten(component)]
    check_module_name(name, ["clk", "rst", *ports])
    passes = [command.format(name=name) for command in _PASSES]
    raw = yosys_verilog(to_rtlil(component, name=name), timeout, passes)
    head = _HEAD.match(raw)
    found = head[1].split(", ") if head else []
    if head is None or set(found) | {"clk", "rst"} != {*ports, "clk", "rst"}:
        raise ToolError("yosys", "wrote an unexpected module", output=raw[:500], hint="use pyosys 0.70")
    ports = [port for port in ("clk", "rst") if port in found] + ports
    body = "".join(_LONG.sub(r"\1\n      ", line) for line in raw[head.end() :].splitlines(keepends=True))
    return f"module {name}({', '.join(ports)});\n{body}"


def to_stream_verilog(pipeline: Pipeline, *, name: str = "top", timeout: float | None = 600) -> str:
    """Return a pipelined classifier on byte streams as Verilog.

    The module `name` is a `StreamTop`. It holds a module `name` ``_core``, the pipeline as
    `to_pipeline_verilog` writes it.

    Parameters
    ----------
    pipeline
        A pipeline from bytes (``pix``) to a class (``cls``).
    name
        Name of the module: a Verilog identifier.
    timeout
        Seconds that each run of yosys may take, None for no limit.

    Raises
    ------
    OptionError
        If the pipeline has other ports, or `name` does not suit a module.
    NetlistError, ToolError, ToolTimeoutError
        As in `to_pipeline_verilog`.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> from nor2hdl.pipeline import pipeline_netlist
    >>> b = Builder()
    >>> pix = b.input("pix", 16)
    >>> b.output("cls", [b.nor(pix[7], pix[15])])
    >>> text = to_stream_verilog(pipeline_netlist(b.freeze(), stages=1))
    >>> [line.split("(")[0] for line in text.splitlines() if line.startswith("module")]
    ['module top', 'module top_core', 'module top_core_stage1']
    """
    from nor2hdl.hdl._stream import StreamTop

    return _around(pipeline, name, StreamTop, timeout)


def to_uart_verilog(
    pipeline: Pipeline, *, clock_hz: float, baud: float, name: str = "top", timeout: float | None = 600
) -> str:
    """Return a pipelined classifier on a serial line as Verilog.

    The module `name` is a `UartTop`, around the same modules as in `to_stream_verilog`.

    Parameters
    ----------
    pipeline, name, timeout
        As in `to_stream_verilog`.
    clock_hz, baud
        As for `UartTop`.

    Raises
    ------
    OptionError, NetlistError, ToolError, ToolTimeoutError
        As in `to_stream_verilog`, and if the clock cannot be divided to the baud rate.
    """
    from nor2hdl.hdl._uart import UartTop, bit_cycles

    bit_cycles(clock_hz, baud)
    return _around(pipeline, name, lambda core, features: UartTop(core, features, clock_hz, baud), timeout)


def write_stream_verilog(
    pipeline: Pipeline,
    path: Path | str,
    *,
    name: str = "top",
    remark: str = "",
    timeout: float | None = 600,
) -> None:
    """Write what `to_stream_verilog` returns to `path`, all of it or nothing.

    Parameters
    ----------
    pipeline, name, timeout
        As in `to_stream_verilog`.
    path
        The file to write.
    remark
        One line of text that stands in the file as a comment, above the modules.

    Raises
    ------
    OutputError
        If the file cannot be written.
    OptionError, NetlistError, ToolError, ToolTimeoutError
        As in `to_stream_verilog`.
    """
    comment = f"// {remark}\n" if remark else ""
    files.write_text(path, comment + to_stream_verilog(pipeline, name=name, timeout=timeout))


def write_uart_verilog(
    pipeline: Pipeline,
    path: Path | str,
    *,
    clock_hz: float,
    baud: float,
    name: str = "top",
    remark: str = "",
    timeout: float | None = 600,
) -> None:
    """Write what `to_uart_verilog` returns to `path`, all of it or nothing.

    Parameters
    ----------
    pipeline, clock_hz, baud, name, timeout
        As in `to_uart_verilog`.
    path, remark
        As in `write_stream_verilog`.

    Raises
    ------
    OutputError
        If the file cannot be written.
    OptionError, NetlistError, ToolError, ToolTimeoutError
        As in `to_uart_verilog`.
    """
    comment = f"// {remark}\n" if remark else ""
    text = to_uart_verilog(pipeline, clock_hz=clock_hz, baud=baud, name=name, timeout=timeout)
    files.write_text(path, comment + text)


def _around(pipeline: Pipeline, name: str, top: Callable[[Any, int], Any], timeout: float | None) -> str:
    """Return the module that `top` makes of a core and its number of bytes, and the core's modules."""
    from amaranth.hdl import ClockSignal, Instance, Module, ResetSignal  # type: ignore[import-untyped]

    from nor2hdl.hdl._pipeline import PipelineComponent

    # Amaranth warns of components that are made and then refused: look at everything first.
    features = _features(pipeline)
    check_module_name(name, ["clk", "rst"])
    core_name = verilog_name(f"{name}_core")

    class Cell(PipelineComponent):
        """The pipeline as an instance of a module of its own."""

        def elaborate(self, platform: object) -> Module:
            del platform
            module = Module()
            ports = {
                f"{member.flow.name.lower()[0]}_{port}": getattr(self, port)
                for port, member in self.signature.members.items()
            }
            module.submodules.cell = Instance(core_name, i_clk=ClockSignal(), i_rst=ResetSignal(), **ports)
            return module

    outer = component_verilog(top(Cell(pipeline), features), name=name, timeout=timeout)
    return f"{outer}\n{to_pipeline_verilog(pipeline, name=core_name, timeout=timeout)}"


def _features(pipeline: Pipeline) -> int:
    """Return the bytes of a sample."""
    ports = [*pipeline.inputs, *pipeline.outputs]
    if [port.name for port in ports] != ["pix", "cls"] or ports[0].width % 8 or not ports[0].width:
        found = ", ".join(f"{port.name} ({port.width})" for port in ports)
        raise OptionError(
            f"pipeline must have an input port pix of whole bytes and an output port cls, not {found}"
        )
    return ports[0].width // 8
