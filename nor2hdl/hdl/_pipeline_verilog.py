"""Verilog text of a pipeline: a combinational module for each stage, and a clocked one on top."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nor2hdl import files
from nor2hdl.errors import ToolError
from nor2hdl.hdl._names import HANDSHAKE, port_names, verilog_name
from nor2hdl.hdl._verilog import check_module_name, rename_remarks, to_rtlil, to_verilog, yosys_verilog

if TYPE_CHECKING:
    from pathlib import Path

    from nor2hdl.netlist import Netlist
    from nor2hdl.pipeline import Pipeline

# Without initial values a register is unknown until reset or a sample sets it, as on silicon.
_PASSES = ("setattr -unset init w:*", "proc", "opt_clean -purge", "opt_dff", "opt_clean -purge")
_HEADER = """\
// Pipeline of {count} stage{plural}; written by nor2hdl.
// Levels of {lut}-input lookup tables by stage: {levels}.
// Flip-flops by rank: {widths}; {total} in all, and {count} for valid.
// A sample is taken at each rising edge of clk with valid_in and ready_in, and the pipeline advances at
// each edge with ready_in. Latency: {count} advance{plural}, then the result stands at the outputs with
// valid_out, until an edge with ready_out. rst is synchronous and clears the valid bits; no register
// needs an initial value.
"""
_MODULE = re.compile(r"^module \w+\(([^)]*)\);\n(.*)^endmodule\n\Z", re.MULTILINE | re.DOTALL)
_STATEMENT = re.compile(r"^(?=  \w)", re.MULTILINE)
_WORDS = re.compile(r"  (input|output|wire|reg|assign|always)\b(?: \[\d+:0\])? (\w+)?")
_KINDS = {"input": 0, "output": 0, "wire": 0, "reg": 0, "assign": 1, "always": 2, "instance": 3}
# Yosys makes up the names of these wires; no name of ours starts with an underscore.
_TERM = re.compile(r"^  assign (_\d+_) = (.*);$", re.MULTILINE)
_TEMPORARY = re.compile(r"\b_\d+_\b")


def to_pipeline_verilog(pipeline: Pipeline, *, name: str = "top", timeout: float | None = 600) -> str:
    """Return a pipeline as Verilog: one module of registers, and one combinational module for each stage.

    The text is plain Verilog-2005 in ASCII, and the same for the same pipeline. The module `name` has the
    ports ``clk``, ``rst``, ``valid_in``, ``ready_in``, the inputs of the circuit, ``valid_out``,
    ``ready_out`` and the outputs of the circuit, and behaves as `PipelineComponent` says. A port of the
    circuit that has one of these names is renamed, which a comment tells. The stages are as `to_verilog`
    writes them.

    Parameters
    ----------
    pipeline
        The pipeline.
    name
        Name of the module: a Verilog identifier. The stages are ``<name>_stage1`` and so on.
    timeout
        Seconds that yosys may take for each module, None for no limit.

    Returns
    -------
    str
        The modules, the one on top first.

    Raises
    ------
    OptionError
        If `name` is not an identifier that starts with a letter, is a reserved word or is the name of a port.
    NetlistError
        If the input ports, the output ports or a rank have more than 65,528 bits in all.
    ToolError
        If yosys is missing or fails.
    ToolTimeoutError
        If yosys takes longer than `timeout`.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> from nor2hdl.pipeline import pipeline_netlist
    >>> b = Builder()
    >>> b.output("y", [b.nor(*b.input("x", 20))])
    >>> text = to_pipeline_verilog(pipeline_netlist(b.freeze(), stages=2))
    >>> [line for line in text.splitlines() if line.startswith("module")]
    ... # doctest: +NORMALIZE_WHITESPACE
    ['module top(clk, rst, valid_in, ready_in, x, valid_out, ready_out, y);',
     'module top_stage1(x, rank1);', 'module top_stage2(rank1, y);']
    """
    names = port_names(pipeline, HANDSHAKE)
    check_module_name(name, [*HANDSHAKE, *names.values()])
    modules = _stage_names(pipeline, name)
    stages = [
        to_verilog(stage, name=module, timeout=timeout)
        for module, stage in zip(modules, pipeline.stages, strict=True)
    ]
    top = _top(pipeline, name, modules, timeout)
    return "\n".join([_header(pipeline) + top, *stages])


def write_pipeline_verilog(
    pipeline: Pipeline,
    path: Path | str,
    *,
    name: str = "top",
    remark: str = "",
    timeout: float | None = 600,
) -> None:
    """Write a pipeline as Verilog to `path`, all of it or nothing.

    Parameters
    ----------
    pipeline
        The pipeline.
    path
        The file to write.
    name
        Name of the module on top.
    remark
        One line of text that stands in the file as a comment, above the modules.
    timeout
        Seconds that yosys may take for each module, None for no limit.

    Raises
    ------
    OutputError
        If the file cannot be written.
    OptionError, NetlistError, ToolError, ToolTimeoutError
        As in `to_pipeline_verilog`.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from nor2hdl.netlist import Builder
    >>> from nor2hdl.pipeline import pipeline_netlist
    >>> b = Builder()
    >>> b.output("y", b.input("x"))
    >>> target = Path(tempfile.mkdtemp()) / "top.v"
    >>> write_pipeline_verilog(pipeline_netlist(b.freeze(), stages=1), target)
    >>> target.read_text().splitlines()[0]
    '// Pipeline of 1 stage; written by nor2hdl.'
    """
    comment = f"// {remark}\n" if remark else ""
    files.write_text(path, comment + to_pipeline_verilog(pipeline, name=name, timeout=timeout))


def _stage_names(pipeline: Pipeline, name: str) -> list[str]:
    """Return the module names of the stages; none is that of a port, nor that of the module on top."""
    taken = {name}
    for stage in pipeline.stages:
        taken.update(port_names(stage).values())
    names: list[str] = []
    for number in range(1, pipeline.latency + 1):
        names.append(verilog_name(f"{name}_stage{number}", taken))
        taken.add(names[-1])
    return names


def _top(pipeline: Pipeline, name: str, modules: list[str], timeout: float | None) -> str:
    from amaranth.hdl import Instance, Module, Signal  # type: ignore[import-untyped]

    from nor2hdl.hdl._pipeline import PipelineComponent

    class Top(PipelineComponent):
        """The pipeline with its stages left to modules of their own."""

        def _add_stage(
            self, module: Module, number: int, stage: Netlist, there: dict[str, Any], taken: set[str]
        ) -> dict[str, Any]:
            legal = port_names(stage)
            found = {
                port.name: Signal(port.width, name=self._free(f"{legal[port.name]}_next", taken))
                for port in stage.outputs
                if port.width
            }
            inputs = {f"i_{legal[port]}": value for port, value in there.items()}
            outputs = {f"o_{legal[port]}": value for port, value in found.items()}
            instance = self._free(f"stage{number}", taken)
            module.submodules[instance] = Instance(modules[number - 1], **inputs, **outputs)
            return found

    return _tidy(yosys_verilog(to_rtlil(Top(pipeline), name=name), timeout, _PASSES), pipeline, name)


def _tidy(raw: str, pipeline: Pipeline, name: str) -> str:
    """Return the module `raw` with its ports in order, and without the wires that yosys made up."""
    names = port_names(pipeline, HANDSHAKE)
    inputs = [names[port.name] for port in pipeline.inputs if port.width]
    outputs = [names[port.name] for port in pipeline.outputs if port.width]
    ports = [*HANDSHAKE[:4], *inputs, *HANDSHAKE[4:], *outputs]
    found = _MODULE.search(raw)
    if found is None or not set(found[1].split(", ")) <= set(ports):
        raise ToolError("yosys", "wrote an unexpected module", output=raw[-500:], hint="use pyosys 0.70")
    terms = dict(_TERM.findall(found[2]))
    rank = {port: place for place, port in enumerate(ports)}
    kept: list[tuple[int, int, str]] = []
    for statement in _STATEMENT.split(found[2]):
        words = _WORDS.match(statement)
        kind, subject = (words[1], words[2]) if words else ("instance", "")
        if _TEMPORARY.fullmatch(subject or ""):
            continue
        # Nothing drives the wire at an output of a stage that no register stores: it is left open.
        whole = _TEMPORARY.sub(lambda wire: f"({terms[wire[0]]})" if wire[0] in terms else "", statement)
        place = rank.get(subject, len(rank)) if _KINDS[kind] == 0 else 0
        kept.append((_KINDS[kind], place, whole))
    kept.sort(key=lambda entry: entry[:2])
    return f"module {name}({', '.join(ports)});\n" + "".join(text for *_, text in kept) + "endmodule\n"


def _header(pipeline: Pipeline) -> str:
    count, widths, levels = pipeline.latency, pipeline.rank_widths, pipeline.lut_levels
    return _HEADER.format(
        count=count,
        plural="s" if count > 1 else "",
        lut=pipeline.lut,
        levels=", ".join(map(str, levels)),
        widths=", ".join(map(str, widths)),
        total=sum(widths),
    ) + "".join(rename_remarks(port_names(pipeline, HANDSHAKE)))
