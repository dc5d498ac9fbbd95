"""What the programs of this folder share: runs that resume, results as JSON, tables, plots."""

from __future__ import annotations

import importlib.metadata
import json
import math
import multiprocessing
import os
import platform
import shutil
import statistics
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import torch
import typer
from rich.console import Console
from rich.progress import Progress
from scipy.stats import t as student

from nor2hdl.data import load
from nor2hdl.errors import DataError, Nor2hdlError
from nor2hdl.files import replacing, write_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from matplotlib.figure import Figure
    from numpy.typing import NDArray

Key = dict[str, Any]
Study = dict[str, Any]
Split = tuple[torch.Tensor, torch.Tensor]

RESULTS = Path(__file__).parent / "results"
PACKAGES = ("nor2hdl", "torch", "numpy", "networkx", "scikit-learn", "pyosys")
SCHEMA = 1
BUILDS = "NOR2HDL_BUILDS"
"""The environment variable through which the worker processes know where builds go."""


def main(
    file: str,
    sizes: dict[str, Any],
    jobs: Callable[[Any], list[Key]],
    run: Callable[[Key, Any], dict[str, Any]],
) -> None:
    """Run a study from the command line; runs that its file holds already are not run again.

    Parameters
    ----------
    file
        The program's `__file__`; its name is that of the study.
    sizes
        JSON settings by name of the size.
    jobs
        Gives the key of every run for some settings.
    run
        Computes one run; keys and results are JSON values.
    """
    name = Path(file).stem

    def command(
        size: Annotated[
            str, typer.Option(help="toy (seconds), quick (minutes) or full (the paper's).")
        ] = "quick",
        workers: Annotated[int, typer.Option(help="Processes side by side.", min=1)] = 1,
        out: Annotated[Path, typer.Option(help="Folder of the result file.")] = RESULTS,
    ) -> None:
        try:
            if size not in sizes:
                _refuse(f"size must be one of {', '.join(sizes)}, not {size!r}")
            study = _open(name, size, sizes[size], out)
            keys = jobs(sizes[size])
            with Progress(console=Console(stderr=True)) as bar:
                os.environ[BUILDS] = str(out / "builds" / name)
                _work(study, keys, run, workers, out / f"{name}.json", bar)
        except Nor2hdlError as error:
            _refuse(str(error))

    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(command)
    app()


def _refuse(text: str) -> None:
    typer.echo(f"error: {text}", err=True)
    raise typer.Exit(1)


def _open(name: str, size: str, settings: dict[str, Any], out: Path) -> Study:
    out.mkdir(parents=True, exist_ok=True)
    versions = {p: importlib.metadata.version(p) for p in PACKAGES} | {"python": platform.python_version()}
    fresh = {
        "schema": SCHEMA,
        "name": name,
        "size": size,
        "settings": json.loads(json.dumps(settings)),
        "versions": versions,
        "runs": [],
    }
    path = out / f"{name}.json"
    if not path.exists():
        return fresh
    study = read_study(path)
    if (study["size"], study["settings"]) != (size, fresh["settings"]):
        _refuse(
            f"{path} must hold runs of this size and these settings, not of {study['size']!r}; "
            "remove it or choose another --out"
        )
    if study["versions"] != versions:
        changed = sorted(k for k, v in versions.items() if study["versions"].get(k) != v)
        _refuse(
            f"{path} must hold runs of these versions, not of another {', '.join(changed)}; "
            "remove it or choose another --out"
        )
    return study


def read_study(path: Path) -> Study:
    """Return the study that a program of this folder wrote; `DataError` if it is anything else."""
    try:
        study = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DataError(f"{path} must be a JSON file; remove it and run the study again ({error})") from error
    if not isinstance(study, dict) or study.get("schema") != SCHEMA:
        raise DataError(f"{path} must hold a study of schema {SCHEMA}; remove it and run the study again")
    return study


def _work(
    study: Study,
    keys: list[Key],
    run: Callable[[Key, Any], dict[str, Any]],
    workers: int,
    path: Path,
    bar: Progress,
) -> None:
    held = [r for r in study["runs"] if r["key"] in keys]
    done = [r["key"] for r in held]
    missing = [key for key in keys if key not in done]
    task = bar.add_task(study["name"], total=len(keys), completed=len(held))
    for result in _results(run, missing, study["settings"], workers):
        held.append(result)
        study["runs"] = sorted(held, key=lambda r: keys.index(r["key"]))
        write_text(path, json.dumps(study, indent=1) + "\n")
        bar.advance(task)


def _results(
    run: Callable[[Key, Any], dict[str, Any]], keys: list[Key], settings: dict[str, Any], workers: int
) -> Iterable[dict[str, Any]]:
    if workers == 1:
        for key in keys:
            yield _timed(run, key, settings)
        return
    # A forked child of a process whose torch has threads may hang.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        pending: set[Future[dict[str, Any]]] = {pool.submit(_timed, run, key, settings) for key in keys}
        try:
            while pending:
                finished, pending = wait(pending, return_when=FIRST_COMPLETED)
                for future in finished:
                    yield future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _timed(run: Callable[[Key, Any], dict[str, Any]], key: Key, settings: dict[str, Any]) -> dict[str, Any]:
    torch.set_num_threads(1)
    start = _cpu_seconds()
    result = run(key, settings)
    return {"key": key, "result": result, "seconds": round(_cpu_seconds() - start, 2)}


def _cpu_seconds() -> float:
    return sum(os.times()[:4])  # of this process and of the tools that it called


def build_folder(key: Key) -> Path:
    """Return an empty folder for what a run compiles: `builds` beside the result file."""
    folder = Path(os.environ[BUILDS], "-".join(str(value) for value in key.values()))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def pictures(name: str, *, train: int | None = None) -> tuple[Split, Split, Split]:
    """Return the training, validation and test split of a data set as tensors.

    Parameters
    ----------
    name
        What `nor2hdl.data.load` takes.
    train
        Use this many training samples alone.

    Returns
    -------
    three pairs of float [n, features], 0 to 1, and int64 [n]
        Samples and labels.
    """
    data = load(name)
    splits = (
        (data.x_train[:train], data.y_train[:train]),
        (data.x_val, data.y_val),
        (data.x_test, data.y_test),
    )
    first, second, third = (_tensors(x, y) for x, y in splits)
    return first, second, third


def _tensors(x: NDArray[np.uint8], y: NDArray[Any]) -> Split:
    return torch.from_numpy(x.astype(np.float32) / 255), torch.from_numpy(y.astype(np.int64))


def select(study: Study, **key: object) -> list[dict[str, Any]]:
    """Return the results whose keys have these values."""
    return [r["result"] for r in study["runs"] if all(r["key"].get(k) == v for k, v in key.items())]


def mean_sd(values: Iterable[float], *, scale: float = 100, digits: int = 2) -> str:
    """Return mean and standard deviation as text, such as ``97.31 ± .05``; by default as percent."""
    scaled = [scale * v for v in values]
    if not scaled:
        return "-"
    mean = f"{statistics.mean(scaled):.{digits}f}"
    if len(scaled) == 1:
        return mean
    return f"{mean} ± {statistics.stdev(scaled):.{digits}f}".replace("± 0.", "± .")


def half_interval(values: Sequence[float]) -> float:
    """Return half of the 95 % confidence interval of a mean, by Student's t; infinite for one value."""
    if len(values) < 2:
        return math.inf
    quantile = student.ppf(0.975, len(values) - 1)
    return float(quantile * statistics.stdev(values) / math.sqrt(len(values)))


def ahead(differences: Iterable[float]) -> str:
    """Return by how many points one is ahead of another, from differences pair by pair, and the verdict.

    It holds where the 95 % interval of the mean is above 0, does not hold where it is below, else it is open.
    """
    points = [100 * d for d in differences]
    if len(points) < 2:
        return "- (open)"
    gain, half = statistics.mean(points), half_interval(points)
    word = "holds" if gain > half else "does not hold" if gain < -half else "open"
    return f"{gain:+.2f} ± {half:.2f} ({word})"


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a markdown table."""
    cells = [[str(c) for c in row] for row in rows]
    names = list(head)
    lines = [names, ["---"] * len(names), *cells]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def save_plot(figure: Figure, path: Path) -> Path:
    """Write a figure as SVG; equal figures give equal bytes."""
    import matplotlib as mpl

    with mpl.rc_context({"svg.hashsalt": "nor2hdl", "svg.fonttype": "none"}), replacing(path) as temporary:
        figure.savefig(temporary, format="svg", metadata={"Date": None}, bbox_inches="tight")
    return path
