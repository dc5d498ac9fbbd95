"""The verbs, each thin over the library; heavy rooms are loaded by the verb that needs them."""

from __future__ import annotations

import dataclasses
import json
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nor2hdl.cli import _options as opt
from nor2hdl.cli._app import DIFFERENT, INTERRUPTED, TIMED_OUT, UNKNOWN, USAGE, app, exit_code
from nor2hdl.cli._inputs import (
    built_dataset,
    check_depth,
    circuit_of,
    listed,
    load_data,
    make_recipe,
    netlist_of,
    noted_dataset,
    remark_of,
    with_config,
)
from nor2hdl.cli._terminal import (
    err,
    fail,
    out,
    print_simulation,
    print_verdicts,
    show,
    stats_line,
    steps,
    training_bar,
    verdict_json,
)
from nor2hdl.errors import Nor2hdlError, OptionError, ToolTimeoutError

if TYPE_CHECKING:
    from nor2hdl.data import Dataset
    from nor2hdl.flow import Build, Settings
    from nor2hdl.learn import Classifier, Recipe
    from nor2hdl.netlist import Netlist
    from nor2hdl.report import Report
    from nor2hdl.verify import Verdict


@app.command("train")
def train_command(
    data: opt.Data,
    output: opt.Output,
    recipe: opt.RecipeOption = "small",
    hidden: opt.Hidden = None,
    level: opt.Levels = None,
    votes: opt.Votes = None,
    tau: opt.Tau = None,
    epochs: opt.Epochs = None,
    learner: opt.LearnerOption = None,
    keep: opt.Keep = None,
    decay: opt.Decay = None,
    lr: opt.LearningRate = None,
    patience: Annotated[int | None, typer.Option(help="Stop after so many epochs without gain.")] = None,
    seed: opt.Seed = 0,
    device: opt.Device = "auto",
    overwrite: opt.Overwrite = False,
    as_json: opt.Json = False,
) -> None:
    """Train a network of NOR neurons; an interrupted call goes on where it stopped."""
    dataset = load_data(data)
    settings = make_recipe(dataset, recipe, hidden, level, votes, tau)
    changes = {
        "epochs": epochs,
        "learner": learner,
        "keep": keep,
        "decay": decay,
        "lr": lr,
        "patience": patience,
        "seed": seed,
        "device": device,
    }
    settings = with_config(settings, changes)
    _, notes = _train(dataset, settings, output, overwrite)
    show(notes["epoch"], as_json, lambda: out.print(stats_line(notes["epoch"])))


@app.command("compile")
def compile_command(
    model: Annotated[Path, typer.Argument(help="A model file, or a build folder that holds one.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Default: the model's folder.")
    ] = None,
    data: opt.DataOption = None,
    objective: opt.Objective = "gates",
    passes: opt.Passes = None,
    lose: opt.Lose = None,
    stages: opt.Stages = None,
    max_levels: opt.MaxLevels = None,
    timeout: opt.Timeout = 600,
    mapped: Annotated[bool, typer.Option(help="Also map to NAND2, NOR2 and LUTs.")] = True,
    overwrite: opt.Overwrite = False,
    as_json: opt.Json = False,
) -> None:
    """Turn a trained model into a checked netlist, Verilog and a report."""
    from nor2hdl import flow

    check_depth(stages, max_levels)
    settings = flow.Settings(objective, listed(passes), lose, stages, max_levels, mapped, timeout)
    loaded, notes = flow.load_build_model(model)
    dataset = load_data(data or noted_dataset(notes))
    folder = output or (model if model.is_dir() else model.parent)
    with steps() as step:
        build = flow.compile_model(
            loaded, dataset, folder, settings=settings, notes=notes, overwrite=overwrite, step=step
        )
    _finish(build, as_json)


@app.command("run")
def run_command(
    data: opt.Data,
    output: opt.Output,
    recipe: opt.RecipeOption = "small",
    seed: opt.Seed = 0,
    device: opt.Device = "auto",
    objective: opt.Objective = "gates",
    lose: opt.Lose = None,
    stages: opt.Stages = None,
    max_levels: opt.MaxLevels = None,
    timeout: opt.Timeout = 600,
    overwrite: opt.Overwrite = False,
    as_json: opt.Json = False,
) -> None:
    """Train, compile, prove and report in one go."""
    from nor2hdl import flow

    check_depth(stages, max_levels)
    settings = flow.Settings(objective, lose=lose, stages=stages, max_levels=max_levels, timeout=timeout)
    dataset = load_data(data)
    trained = with_config(make_recipe(dataset, recipe), {"seed": seed, "device": device})
    _run(dataset, trained, output, settings, overwrite, as_json)


@app.command("demo")
def demo_command(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Default: nor2hdl-demo here, made afresh.")
    ] = None,
    overwrite: opt.Overwrite = False,
    as_json: opt.Json = False,
) -> None:
    """Run the whole chain on the 8x8 digits that come with scikit-learn."""
    from nor2hdl import flow

    dataset = load_data("digits")
    folder = output or Path("nor2hdl-demo")
    _run(
        dataset, make_recipe(dataset, "small"), folder, flow.Settings(), overwrite or output is None, as_json
    )


@app.command("simulate")
def simulate_command(
    circuit: opt.Circuit,
    data: opt.DataOption = None,
    split: Annotated[str, typer.Option(help="train, val or test.")] = "test",
    engine: Annotated[str, typer.Option(help="fast, reference, c, amaranth, icarus or verilator.")] = "fast",
    toggles: Annotated[
        Path | None, typer.Option(help="Also write how often each net changes, as a .csv file.")
    ] = None,
    as_json: opt.Json = False,
) -> None:
    """Classify a split with the circuit: accuracy and confusion matrix."""
    from nor2hdl.simulate import get_engine, simulate, write_toggles

    get_engine(engine)
    net = circuit_of(circuit)
    dataset = load_data(data or built_dataset(circuit))
    x, y = dataset.split(split)
    result = simulate(net, x, y, classes=len(dataset.classes), engine=engine)
    if toggles is not None:
        write_toggles(net, x, toggles)
    values = {
        "split": split,
        "engine": engine,
        "accuracy": result.accuracy,
        "correct": result.correct,
        "total": result.total,
        "confusion": result.confusion.tolist(),
        "seconds": result.seconds,
    }
    show(values, as_json, lambda: print_simulation(values, dataset.classes))


@app.command("verify")
def verify_command(
    first: Annotated[Path, typer.Argument(help="A circuit (.nor, .aig, .aag, .blif) or a build folder.")],
    second: Annotated[Path | None, typer.Argument(help="Another circuit, or a Verilog file.")] = None,
    data: opt.DataOption = None,
    latency: Annotated[
        int | None, typer.Option(help="Clocks that a pipelined Verilog file takes.", min=1)
    ] = None,
    timeout: opt.Timeout = 600,
    as_json: opt.Json = False,
) -> None:
    """Prove two circuits equal, or check a build folder's model, netlists and Verilog once more."""
    from nor2hdl.verify import prove

    is_verilog = second is not None and second.suffix.lower() in (".v", ".sv")
    if latency is not None and not is_verilog:
        raise OptionError("--latency must stand with a Verilog file; a build folder knows its own")
    if second is not None and data is not None:
        raise OptionError(
            "--data must stand with a build folder alone: two circuits are proved for all inputs"
        )
    if second is None:
        if remark := remark_of(first):
            err.print(f"note: {first} is {remark}", highlight=False, soft_wrap=True)
        verdicts = _verify_build(first, data, timeout)
    elif is_verilog:
        verdicts = {f"{first} = {second}": _verify_verilog(second, circuit_of(first), latency, timeout)}
    else:
        verdicts = {f"{first} = {second}": prove(circuit_of(first), circuit_of(second), timeout=timeout)}
    show({k: verdict_json(v) for k, v in verdicts.items()}, as_json, lambda: print_verdicts(verdicts))
    raise typer.Exit(exit_code(list(verdicts.values())))


@app.command("report")
def report_command(
    circuit: Annotated[Path, typer.Argument(help="A build folder, or a circuit to measure.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Also write a build's report as an HTML page.")
    ] = None,
    mapped: Annotated[bool, typer.Option(help="Map a netlist to NAND2, NOR2 and LUTs.")] = True,
    timeout: opt.Timeout = 600,
    as_json: opt.Json = False,
) -> None:
    """Print what a build is known to be, or measure a netlist."""
    from nor2hdl import report
    from nor2hdl.files import write_text
    from nor2hdl.flow import read_build_report
    from nor2hdl.view import read_pictures, report_page

    if output is not None and not circuit.is_dir():
        raise OptionError(f"--output must stand with a build folder, not with {circuit}")
    if circuit.is_dir():
        known = read_build_report(circuit)
        if output is not None:
            write_text(output, report_page(known, read_pictures(circuit)))
        show(json.loads(known.to_json()), as_json, lambda: out.print(*known.tables()))
        raise typer.Exit(claims_code(known))
    net = netlist_of(circuit)
    values: dict[str, Any] = {
        "total": dataclasses.asdict(report.total_size(net)),
        "levels": net.depth(),
        "parts": {name: dataclasses.asdict(size) for name, size in report.part_sizes(net).items()},
    }
    if mapped:
        values["mapped"] = dataclasses.asdict(report.map_circuit(net, timeout=timeout))
    show(values, as_json, lambda: out.print_json(data=values))


def call(arguments: list[str] | None) -> int:
    """Run a verb and return the exit code."""
    for file in ("_circuits", "_hardware", "_look", "_plot", "_view"):  # each registers its verbs
        import_module(f"nor2hdl.cli.{file}")
    try:
        code = app(arguments, standalone_mode=False)
    except typer.TyperException as error:
        return fail(error.format_message(), USAGE)
    except ToolTimeoutError as error:
        return fail(str(error), TIMED_OUT)
    except Nor2hdlError as error:
        return fail(str(error), USAGE)
    if code == INTERRUPTED:  # typer's answer to Ctrl-C
        raise KeyboardInterrupt
    return code if isinstance(code, int) else 0


def claims_code(report: Report) -> int:
    """Return the exit code for the claims of a report, which keeps no time-outs."""
    statuses = {claim.status for claim in report.claims}
    return DIFFERENT if "different" in statuses else UNKNOWN if "unknown" in statuses else 0


def _train(
    dataset: Dataset, recipe: Recipe, folder: Path, overwrite: bool
) -> tuple[Classifier, dict[str, Any]]:
    from nor2hdl import flow

    with training_bar() as watch:
        return flow.train_model(dataset, recipe, folder, overwrite=overwrite, watch=watch)


def _run(
    dataset: Dataset, recipe: Recipe, folder: Path, settings: Settings, overwrite: bool, as_json: bool
) -> None:
    from nor2hdl import flow

    model, notes = _train(dataset, recipe, folder, overwrite)
    err.print(stats_line(notes["epoch"]), highlight=False)
    with steps() as step:
        build = flow.compile_model(model, dataset, folder, settings=settings, notes=notes, step=step)
    _finish(build, as_json)


def _finish(build: Build, as_json: bool) -> None:
    def pretty() -> None:
        out.print(*build.report.tables())
        print_verdicts(build.verdicts)
        out.print(f"build folder: {build.folder}", soft_wrap=True)

    show(json.loads(build.report.to_json()), as_json, pretty)
    for problem in build.report.problems:
        err.print(f"note: {problem}", highlight=False, soft_wrap=True)
    if build.unmapped:
        fail(f"the report has no mapped sizes: {build.unmapped}", TIMED_OUT)
    raise typer.Exit(exit_code(list(build.verdicts.values())) or (TIMED_OUT if build.unmapped else 0))


def _verify_verilog(path: Path, net: Netlist, latency: int | None, timeout: float) -> Verdict:
    from nor2hdl.hdl import free_name
    from nor2hdl.verify import check_pipeline_verilog, check_verilog

    name = free_name(net)
    if latency is None:
        return check_verilog(path, net, top=name, timeout=timeout)
    return check_pipeline_verilog(path, net, latency=latency, top=name, timeout=timeout)


def _verify_build(folder: Path, data: str | None, timeout: float) -> dict[str, Verdict]:
    from nor2hdl import flow

    if not folder.is_dir():
        raise OptionError(f"verify must have a second circuit to compare {folder} with, or a build folder")
    _, notes = flow.load_build_model(folder)
    dataset = load_data(data or noted_dataset(notes))
    with steps() as step:
        return flow.verify_build(folder, dataset, timeout=timeout, step=step)
