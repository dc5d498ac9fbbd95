"""The verbs, each thin over the library; heavy rooms are loaded by the verb that needs them."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nor2hdl.cli import _options as opt
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
    from nor2hdl.flow import Build
    from nor2hdl.learn import EpochStats, Recipe
    from nor2hdl.netlist import Netlist
    from nor2hdl.verify import Verdict

USAGE, DIFFERENT, UNKNOWN, TIMED_OUT, INTERRUPTED = 1, 2, 4, 8, 130

app = typer.Typer(
    help="Compile trained <0,1> networks to proved NOR circuits and synthesizable Verilog.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


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
    decay: opt.Decay = None,
    lr: opt.LearningRate = None,
    patience: Annotated[int | None, typer.Option(help="Stop after so many epochs without gain.")] = None,
    seed: opt.Seed = 0,
    device: opt.Device = "auto",
    overwrite: opt.Overwrite = False,
    as_json: opt.Json = False,
) -> None:
    """Train a network of NOR neurons; an interrupted call goes on where it stopped."""
    dataset = _load(data)
    settings = _recipe(dataset, recipe, hidden, level, votes, tau)
    changes = {
        "epochs": epochs,
        "decay": decay,
        "lr": lr,
        "patience": patience,
        "seed": seed,
        "device": device,
    }
    settings = _with_config(settings, changes)
    stats = _train(dataset, settings, output, overwrite)[-1]
    show(dataclasses.asdict(stats), as_json, lambda: out.print(stats_line(stats)))


@app.command("compile")
def compile_command(
    model: Annotated[Path, typer.Argument(help="A model file, or a build folder that holds one.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Default: the model's folder.")
    ] = None,
    data: opt.DataOption = None,
    timeout: opt.Timeout = 600,
    mapped: Annotated[bool, typer.Option(help="Also map to NAND2, NOR2 and LUTs.")] = True,
    overwrite: opt.Overwrite = False,
    as_json: opt.Json = False,
) -> None:
    """Turn a trained model into a checked netlist, Verilog and a report."""
    from nor2hdl import flow

    loaded, notes = flow.load_build_model(model)
    dataset = _load(data or _noted_dataset(notes))
    folder = output or (model if model.is_dir() else model.parent)
    with steps() as step:
        build = flow.compile_model(
            loaded,
            dataset,
            folder,
            notes=notes,
            overwrite=overwrite,
            mapped=mapped,
            timeout=timeout,
            step=step,
        )
    _finish(build, as_json)


@app.command("run")
def run_command(
    data: opt.Data,
    output: opt.Output,
    recipe: opt.RecipeOption = "small",
    seed: opt.Seed = 0,
    device: opt.Device = "auto",
    timeout: opt.Timeout = 600,
    overwrite: opt.Overwrite = False,
    as_json: opt.Json = False,
) -> None:
    """Train, compile, prove and report in one go."""
    dataset = _load(data)
    settings = _with_config(_recipe(dataset, recipe), {"seed": seed, "device": device})
    _run(dataset, settings, output, timeout, overwrite, as_json)


@app.command("demo")
def demo_command(
    output: opt.Output = Path("nor2hdl-demo"), overwrite: opt.Overwrite = True, as_json: opt.Json = False
) -> None:
    """Run the whole chain on the 8x8 digits that come with scikit-learn."""
    dataset = _load("digits")
    _run(dataset, _recipe(dataset, "small"), output, 600, overwrite, as_json)


@app.command("simulate")
def simulate_command(
    circuit: opt.Circuit,
    data: opt.DataOption = None,
    split: Annotated[str, typer.Option(help="train, val or test.")] = "test",
    engine: Annotated[str, typer.Option(help="fast, reference, amaranth, icarus or verilator.")] = "fast",
    as_json: opt.Json = False,
) -> None:
    """Classify a split with the circuit: accuracy and confusion matrix."""
    from nor2hdl.simulate import get_engine, simulate

    get_engine(engine)
    net = _circuit(circuit)
    dataset = _load(data or _built_dataset(circuit))
    x, y = dataset.split(split)
    result = simulate(net, x, y, classes=len(dataset.classes), engine=engine)
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
    first: Annotated[Path, typer.Argument(help="A .nor netlist or a build folder.")],
    second: Annotated[Path | None, typer.Argument(help="Another .nor netlist, or a Verilog file.")] = None,
    timeout: opt.Timeout = 600,
    as_json: opt.Json = False,
) -> None:
    """Prove two circuits equal, or a build folder's netlists and Verilog."""
    from nor2hdl.verify import check_verilog, prove

    if second is None:
        if not first.is_dir():
            raise OptionError(f"verify must have a second circuit to compare {first} with, or a build folder")
        minimized = _netlist(first / "minimized.nor")
        verdicts = {
            "extracted = minimized": prove(_netlist(first / "netlist.nor"), minimized, timeout=timeout),
            "minimized = top.v": check_verilog(first / "top.v", minimized, timeout=timeout),
        }
    else:
        net = _circuit(first)
        is_verilog = second.suffix in (".v", ".sv")
        verdict = (
            check_verilog(second, net, timeout=timeout)
            if is_verilog
            else prove(net, _circuit(second), timeout=timeout)
        )
        verdicts = {f"{first} = {second}": verdict}
    show({k: verdict_json(v) for k, v in verdicts.items()}, as_json, lambda: print_verdicts(verdicts))
    raise typer.Exit(exit_code(list(verdicts.values())))


@app.command("report")
def report_command(
    circuit: Annotated[Path, typer.Argument(help="A build folder, or a .nor netlist to measure.")],
    mapped: Annotated[bool, typer.Option(help="Map a netlist to NAND2, NOR2 and LUTs.")] = True,
    timeout: opt.Timeout = 600,
    as_json: opt.Json = False,
) -> None:
    """Print what a build is known to be, or measure a netlist."""
    from nor2hdl import report

    if circuit.is_dir():
        known = report.read_report(circuit / "report.json")
        show(json.loads(known.to_json()), as_json, lambda: out.print(*known.tables()))
        return
    net = _netlist(circuit)
    values: dict[str, Any] = {
        "total": dataclasses.asdict(report.total_size(net)),
        "levels": net.depth(),
        "parts": {name: dataclasses.asdict(size) for name, size in report.part_sizes(net).items()},
    }
    if mapped:
        values["mapped"] = dataclasses.asdict(report.map_circuit(net, timeout=timeout))
    show(values, as_json, lambda: out.print_json(data=values))


@app.command("inspect")
def inspect_command(
    circuit: opt.Circuit,
    net_name: Annotated[str | None, typer.Option("--net", help="A net: %9, pix[3], cls[0].")] = None,
    cone: Annotated[str | None, typer.Option(help="Print the fan-in cone of this net as a netlist.")] = None,
    path: Annotated[tuple[str, str] | None, typer.Option(help="Shortest path between two nets.")] = None,
    as_json: opt.Json = False,
) -> None:
    """Look at a netlist: statistics, one gate, a cone, a path."""
    from nor2hdl import netlist

    net = _circuit(circuit)
    if net_name is not None:
        values = _net_values(net, netlist.find_net(net, net_name))
    elif cone is not None:
        part = netlist.cone(net, [netlist.find_net(net, cone)])
        values = {"gates": part.num_gates, "levels": part.depth(), "netlist": netlist.to_text(part)}
        if not as_json:
            out.print(values["netlist"], markup=False, highlight=False, soft_wrap=True)
            return
    elif path is not None:
        nets = netlist.path(net, *(netlist.find_net(net, name) for name in path))
        values = {"path": [netlist.net_name(net, n) for n in nets]}
    else:
        values = dataclasses.asdict(netlist.statistics(net))
    show(values, as_json, lambda: out.print_json(data=values))


@app.command("view")
def view_command(
    folder: Annotated[Path, typer.Argument(help="A build folder.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Default: report.html there.")] = None,
    as_json: opt.Json = False,
) -> None:
    """Write a build's report as one self-contained HTML page."""
    from nor2hdl.files import write_text
    from nor2hdl.report import read_report
    from nor2hdl.view import report_page

    target = output or folder / "report.html"
    write_text(target, report_page(read_report(folder / "report.json")))
    show({"page": str(target)}, as_json, lambda: out.print(f"wrote {target}", soft_wrap=True))


def call(arguments: list[str] | None) -> int:
    """Run a verb and return the exit code."""
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


def exit_code(verdicts: list[Verdict]) -> int:
    """Return the exit code for some verdicts: different counts most, then time-out, then unknown."""
    if any(v.status == "different" for v in verdicts):
        return DIFFERENT
    if any(v.timed_out for v in verdicts):
        return TIMED_OUT
    return UNKNOWN if any(v.status == "unknown" for v in verdicts) else 0


def _load(data: str) -> Dataset:
    from nor2hdl.data import load

    return load(data)


def _recipe(
    dataset: Dataset,
    name: str,
    hidden: list[int] | None = None,
    levels: list[int] | None = None,
    votes: str | None = None,
    tau: float | None = None,
) -> Recipe:
    from nor2hdl.data import Thermometer
    from nor2hdl.learn import recipe_for

    changes: dict[str, Any] = {"votes": votes, "tau": tau}
    changes["hidden"] = tuple(hidden) if hidden else None
    changes["encoder"] = Thermometer(tuple(levels)) if levels else None
    given = {k: v for k, v in changes.items() if v is not None}
    return dataclasses.replace(recipe_for(dataset, name), **given)


def _with_config(recipe: Recipe, changes: dict[str, Any]) -> Recipe:
    given = {k: v for k, v in changes.items() if v is not None}
    return dataclasses.replace(recipe, config=dataclasses.replace(recipe.config, **given))


def _train(dataset: Dataset, recipe: Recipe, folder: Path, overwrite: bool) -> list[EpochStats]:
    from nor2hdl import flow

    with training_bar() as watch:
        return flow.train_model(dataset, recipe, folder, overwrite=overwrite, watch=watch)[1]


def _run(
    dataset: Dataset, recipe: Recipe, folder: Path, timeout: float, overwrite: bool, as_json: bool
) -> None:
    from nor2hdl import flow

    stats = _train(dataset, recipe, folder, overwrite)[-1]
    err.print(stats_line(stats), highlight=False)
    model, notes = flow.load_build_model(folder)
    with steps() as step:
        build = flow.compile_model(model, dataset, folder, notes=notes, timeout=timeout, step=step)
    _finish(build, as_json)


def _finish(build: Build, as_json: bool) -> None:
    def pretty() -> None:
        out.print(*build.report.tables())
        print_verdicts(build.verdicts)
        out.print(f"build folder: {build.folder}", soft_wrap=True)

    show(json.loads(build.report.to_json()), as_json, pretty)
    raise typer.Exit(exit_code(list(build.verdicts.values())))


def _noted_dataset(notes: dict[str, Any]) -> str:
    try:
        return str(notes["dataset"]["name"])
    except (KeyError, TypeError) as error:
        raise OptionError(
            "data set must be named with --data: the model does not say what it was trained on"
        ) from error


def _built_dataset(circuit: Path) -> str:
    from nor2hdl.report import read_report

    if not circuit.is_dir():
        raise OptionError(f"data set must be named with --data: {circuit} is a netlist alone")
    return str(read_report(circuit / "report.json").dataset["name"])


def _circuit(path: Path) -> Netlist:
    return _netlist(path / "minimized.nor" if path.is_dir() else path)


def _netlist(path: Path) -> Netlist:
    from nor2hdl.netlist import read_netlist

    return read_netlist(path)


def _net_values(net: Netlist, number: int) -> dict[str, Any]:
    from nor2hdl import netlist

    def name(n: int) -> str:
        return netlist.net_name(net, n)

    return {
        "net": name(number),
        "level": int(net.levels()[number]),
        "provenance": net.origin(number),
        "fanin": [name(n) for n in net.fanin(number).tolist()],
        "fanout": [name(n) for n in netlist.fanout(net, number).tolist()],
        "outputs": [port for port, driver in net.output_bits() if driver == number],
    }
