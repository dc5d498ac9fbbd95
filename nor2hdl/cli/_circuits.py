"""The verbs that take circuits of any origin: minimize and bench."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nor2hdl.cli import _options as opt
from nor2hdl.cli._app import DIFFERENT, TIMED_OUT, UNKNOWN, USAGE, app, exit_code
from nor2hdl.cli._inputs import circuit_of, listed, remark_of
from nor2hdl.cli._terminal import err, out, print_verdicts, show, steps, verdict_json
from nor2hdl.errors import OptionError, ToolError

if TYPE_CHECKING:
    from nor2hdl.benchmark import CircuitBench, Failure, Line
    from nor2hdl.minimize import Step
    from nor2hdl.netlist import Netlist
    from nor2hdl.verify import Verdict

SUFFIXES = (".nor", ".aig", ".aag", ".blif", ".v", ".c")


def _list_passes(wanted: bool) -> None:
    if not wanted:
        return
    from rich.table import Table

    from nor2hdl.minimize import ENGINES, PASSES, RECIPES, SCRIPTS

    table = Table("pass or engine", "what it does")
    for name, function in PASSES.items():
        table.add_row(name, (function.__doc__ or "").strip().splitlines()[0])
    for name, engine in ENGINES.items():
        commands = "; ".join(" ".join(stage) for stage in SCRIPTS.get(name, ()))
        table.add_row(name, commands or (type(engine).__doc__ or "").strip().splitlines()[0])
    out.print(table)
    recipes = Table("objective", "its passes")
    for objective, names in RECIPES.items():
        recipes.add_row(objective, ", ".join(names))
    out.print(recipes)
    raise typer.Exit


@app.command("minimize")
def minimize_command(
    circuit: opt.Circuit,
    output: opt.Target,
    objective: opt.Objective = "gates",
    passes: opt.Passes = None,
    timeout: opt.Timeout = 600,
    _list: Annotated[
        bool,
        typer.Option(
            "--list", help="List passes, engines and recipes.", callback=_list_passes, is_eager=True
        ),
    ] = False,
    as_json: opt.Json = False,
) -> None:
    """Make a circuit smaller without changing what it computes, prove that, and write it."""
    from nor2hdl.minimize import minimize

    check_target(output)
    net = circuit_of(circuit)
    done: list[Step] = []
    with steps() as step:
        step("minimize")
        small = minimize(net, passes=listed(passes), objective=objective, timeout=timeout, watch=done.append)
        step("prove")
        verdict = _proved(net, small, timeout)
    if verdict.status != "different":
        write(small, output, remark_of(circuit))
    if verdict.status == "unknown":
        err.print(f"note: {output} is written, but not proved", highlight=False, soft_wrap=True)
    values = {
        "objective": objective,
        "steps": [dataclasses.asdict(x) for x in done],
        "proof": verdict_json(verdict),
    }
    show(values, as_json, lambda: _print_steps(objective, done, verdict))
    raise typer.Exit(exit_code([verdict]))


def _proved(net: Netlist, small: Netlist, timeout: float) -> Verdict:
    """Prove; a prover that is missing or fails proves nothing, and loses nothing."""
    from nor2hdl.verify import Verdict, prove

    try:
        return prove(net, small, timeout=timeout)
    except ToolError as error:
        return Verdict("unknown", "none", 0.0, detail=str(error))


def check_target(path: Path) -> None:
    """Raise `OptionError` unless a circuit can be written there, before work goes into it."""
    if path.suffix.lower() not in SUFFIXES:
        raise OptionError(f"output must end in {', '.join(SUFFIXES)}, not {path.name!r}")
    if not path.parent.is_dir():
        raise OptionError(f"folder of the output must be there, but {path.parent} is not; make it first")


def write(net: Netlist, path: Path, remark: str) -> None:
    """Write a circuit in the form that the suffix tells, with a remark where the form has room for one."""
    from nor2hdl.csource import write_c
    from nor2hdl.formats import write_circuit
    from nor2hdl.hdl import free_name, write_verilog

    if path.suffix.lower() == ".v":
        write_verilog(net, path, name=free_name(net), remark=remark)
    elif path.suffix.lower() == ".c":
        write_c(net, path, remark=remark)
    else:
        write_circuit(net, path, remark=remark)


def _print_steps(objective: str, done: list[Step], verdict: Verdict) -> None:
    from rich.table import Table

    table = Table("pass", title=f"Minimized for {objective}", title_justify="left")
    for name in ("before", "after", "seconds"):
        table.add_column(name, justify="right")
    table.add_column("")
    for step in done:
        told = step.problem or ("" if step.kept else "not kept" if step.after != step.before else "no change")
        table.add_row(step.name, f"{step.before[0]:,}", f"{step.after[0]:,}", f"{step.seconds:.2f}", told)
    out.print(table)
    print_verdicts({"circuit = minimized": verdict})


@app.command("bench")
def bench_command(
    circuits: Annotated[
        list[Path], typer.Argument(help="Circuits (.nor, .aig, .aag, .blif) or build folders.")
    ],
    objective: opt.Objective = "nand2",
    passes: opt.Passes = None,
    timeout: opt.Timeout = 600,
    mapped: Annotated[bool, typer.Option(help="Also map by yosys: takes most of the time.")] = True,
    as_json: opt.Json = False,
) -> None:
    """Measure the minimizer beside ABC alone: sizes, time, memory and proof of each circuit."""
    from nor2hdl.benchmark import Failure, bench_all

    found: list[CircuitBench] = []
    failures: list[Failure] = []
    try:
        with steps() as step:
            step(f"{circuits[0]} (1 of {len(circuits)})")
            measured = bench_all(
                circuits, objective=objective, passes=listed(passes), timeout=timeout, mapped=mapped
            )
            for number, bench in enumerate(measured, 1):
                if isinstance(bench, Failure):
                    failures.append(bench)
                    err.print(f"{bench.circuit}: {bench.problem}", highlight=False, soft_wrap=True)
                else:
                    found.append(bench)
                    if not as_json:
                        _print_bench(bench, objective)
                if number < len(circuits):
                    step(f"{circuits[number]} ({number + 1} of {len(circuits)})")
    finally:  # Ctrl-C keeps what was measured
        if found or failures:
            values: dict[str, Any] = {
                "objective": objective,
                "circuits": [dataclasses.asdict(x) for x in found],
                "failures": [dataclasses.asdict(x) for x in failures],
            }
            show(values, as_json, lambda: _print_summary(found, objective))
    raise typer.Exit(_bench_code(found, failures))


def _bench_code(found: list[CircuitBench], failures: list[Failure]) -> int:
    statuses = {bench.proof for bench in found}
    if "different" in statuses:
        return DIFFERENT
    if any(bench.timed_out for bench in found):
        return TIMED_OUT
    return UNKNOWN if "unknown" in statuses else USAGE if failures else 0


def _print_bench(bench: CircuitBench, objective: str) -> None:
    from rich.table import Table

    table = Table("step", title=bench.circuit, title_justify="left")
    for name in (objective, "CPU s", "peak MiB"):
        table.add_column(name, justify="right")
    table.add_column("")
    for line in (bench.before, *bench.passes, bench.alone, bench.ours):
        told = line.problem or ("" if line.kept else "not kept")
        table.add_row(line.name, f"{line.size[0]:,}", f"{line.seconds:.2f}", f"{line.megabytes:,.0f}", told)
    out.print(table)


def _print_summary(found: list[CircuitBench], objective: str) -> None:
    from rich.table import Table

    title = f"{objective} before, by ABC's resyn2 and dc2 alone, by ours; then NAND2 + INV mapped by yosys"
    table = Table("circuit", title=title, title_justify="left")
    for name in ("before", "ABC", "ours", "less", "ABC", "ours", "less", "proof"):
        table.add_column(name, justify="right", no_wrap=True)
    for bench in found:
        sizes = [line.size[0] for line in (bench.before, bench.alone, bench.ours)]
        cells = [_cells(line) for line in (bench.alone, bench.ours)]
        table.add_row(
            Path(bench.circuit).name,
            *(f"{n:,}" for n in sizes),
            _less(*sizes[1:]),
            *(f"{n:,}" if n else "-" for n in cells),
            _less(*cells),
            bench.proof,
        )
    out.print(table)
    for bench in found:
        whole = max(sum(bench.parts.values()), 1)
        shares = ", ".join(f"{name} {n:,} ({n / whole:.0%})" for name, n in bench.parts.items())
        out.print(f"two-input ANDs of {bench.circuit}: {shares}", highlight=False, soft_wrap=True)


def _less(alone: int, ours: int) -> str:
    return f"{1 - ours / alone:.1%}" if alone else "-"


def _cells(line: Line) -> int:
    return 0 if line.mapped is None else line.mapped.nand2 + line.mapped.nand2_inverters
