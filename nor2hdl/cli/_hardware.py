"""The verbs that lead out of the house: export, fpga and build."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nor2hdl.cli import _options as opt
from nor2hdl.cli._app import app
from nor2hdl.cli._circuits import check_target, write
from nor2hdl.cli._inputs import check_depth, circuit_of, remark_of
from nor2hdl.cli._terminal import out, show, steps
from nor2hdl.errors import OptionError

if TYPE_CHECKING:
    from nor2hdl.fpga import Bitstream, FpgaReport
    from nor2hdl.netlist import Netlist
    from nor2hdl.pipeline import Pipeline


@app.command("export")
def export_command(
    circuit: opt.Circuit,
    output: opt.Target,
    stages: opt.Stages = None,
    max_levels: opt.MaxLevels = None,
    stream: Annotated[
        bool, typer.Option(help="Verilog with a byte stream in, a class stream out, around the pipeline.")
    ] = False,
    as_json: opt.Json = False,
) -> None:
    """Write a circuit in another form: C, Verilog, BLIF, AIGER or text."""
    check_target(output)
    clocked = stream or stages is not None or max_levels is not None
    if clocked and output.suffix.lower() != ".v":
        raise OptionError(f"output must end in .v for a clocked circuit, not {output.name!r}")
    net, remark = circuit_of(circuit), remark_of(circuit)
    values: dict[str, object] = {"file": str(output)}
    if clocked:
        from nor2hdl.hdl import free_name, write_pipeline_verilog, write_stream_verilog

        pipeline = piped(net, stages, max_levels)
        if stream:
            write_stream_verilog(pipeline, output, remark=remark)
        else:
            write_pipeline_verilog(pipeline, output, name=free_name(net), remark=remark)
        values |= {"latency": pipeline.latency, "flip_flops": pipeline.flip_flops}
        values |= {"lut_levels": list(pipeline.lut_levels)}
    else:
        write(net, output, remark)
    show(values, as_json, lambda: out.print(f"wrote {output}", soft_wrap=True))


def piped(net: Netlist, stages: int | None, max_levels: int | None) -> Pipeline:
    """Cut a circuit into stages; into one where nothing is asked for."""
    from nor2hdl.pipeline import pipeline_netlist

    check_depth(stages, max_levels)
    if stages is None and max_levels is None:
        stages = 1
    return pipeline_netlist(net, stages=stages, max_levels=max_levels)


def _list_parts(wanted: bool) -> None:
    if not wanted:
        return
    from rich.table import Table

    from nor2hdl.fpga import BOARDS, PARTS

    parts = Table("part", "device", "LUTs", "flip-flops", "placed and routed")
    for part in PARTS.values():
        sizes = (f"{part.luts:,} of {part.lut_inputs} inputs", f"{part.flip_flops:,}")
        parts.add_row(part.name, part.device, *sizes, "yes" if part.routable else "no, cells are counted")
    out.print(parts)
    boards = Table("board", "what it is", "part", "clock")
    for board in BOARDS.values():
        boards.add_row(board.name, board.title, board.part_name, f"{board.clock_hz / 1e6:g} MHz")
    out.print(boards)
    raise typer.Exit


@app.command("fpga")
def fpga_command(
    circuit: opt.Circuit,
    parts: Annotated[list[str], typer.Option("--part", help="A part; repeat for several.")],
    stages: Annotated[
        list[int] | None, typer.Option("--pipeline", help="Stages; repeat for several.", min=1)
    ] = None,
    max_levels: opt.MaxLevels = None,
    seed: opt.PlacerSeed = 1,
    timeout: opt.RouteTimeout = 1800,
    _list: Annotated[
        bool,
        typer.Option("--list", help="List parts and boards.", callback=_list_parts, is_eager=True),
    ] = False,
    as_json: opt.Json = False,
) -> None:
    """Measure a circuit on FPGA parts: cells, clock rate, latency, inferences a second."""
    from nor2hdl.fpga import get_part, measure

    for part in parts:
        get_part(part)
    net = circuit_of(circuit)
    depths: list[int | None] = [*stages] if stages else [None]
    pipelines = [piped(net, depth, max_levels) for depth in depths]
    with steps() as step:
        found = [
            measure(pipeline, part, seed=seed, timeout=timeout, step=step)
            for part in parts
            for pipeline in pipelines
        ]
    values = {"measured": [json.loads(report.to_json()) for report in found]}
    show(values, as_json, lambda: _print_measured(found))


def _print_measured(found: list[FpgaReport]) -> None:
    from rich.table import Table

    from nor2hdl.fpga import report_table

    headings, *rows = report_table(found)
    table = Table(headings[0])
    for name in headings[1:]:
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(*row)
    out.print(table)
    for report in found:
        out.print(report.verdict, highlight=False, soft_wrap=True)


@app.command("build")
def build_command(
    circuit: opt.Circuit,
    board: Annotated[str, typer.Option(help="A board; fpga --list names them.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the bitstream.")],
    stages: opt.Stages = None,
    max_levels: opt.MaxLevels = None,
    baud: Annotated[int, typer.Option(help="Rate of the serial line, in bits a second.", min=1)] = 115_200,
    seed: opt.PlacerSeed = 1,
    timeout: opt.RouteTimeout = 1800,
    as_json: opt.Json = False,
) -> None:
    """Make the bitstream of a board: bytes in and classes out over its serial line."""
    from nor2hdl.fpga import build_bitstream, get_board

    get_board(board)
    net = circuit_of(circuit)
    # Without a wish it is cut into as many stages as the board's clock needs.
    wished = net if stages is None and max_levels is None else piped(net, stages, max_levels)
    with steps() as step:
        made = build_bitstream(wished, board, output, baud=baud, seed=seed, timeout=timeout, step=step)
    show(json.loads(made.to_json()), as_json, lambda: _print_built(made))


def _print_built(made: Bitstream) -> None:
    lines = [
        f"{made.folder / made.bitstream}: {made.cells.slots:,} lookup tables, stages: {made.stages}",
        f"clock {made.clock_hz / 1e6:g} MHz; it could run at {made.timing.fmax_mhz:.1f}",
        f"load it with: {made.program} (in {made.folder})",
        f"talk to it with: python hw/talk.py PORT --baud {made.baud} ({made.features} bytes a sample)",
        made.note,
    ]
    for line in filter(None, lines):
        out.print(line, highlight=False, soft_wrap=True)
