"""From a data set to a build folder: train, extract, minimize, emit, verify, report."""

from __future__ import annotations

import dataclasses
import platform
from collections import Counter
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import nor2hdl
from nor2hdl.errors import ModelError, OutputError
from nor2hdl.extract import extract, score_offset
from nor2hdl.files import write_text
from nor2hdl.hdl import write_verilog
from nor2hdl.learn import Classifier, ThresholdLayer, load_model, save_model, train
from nor2hdl.minimize import minimize
from nor2hdl.netlist import write_netlist
from nor2hdl.report import (
    Accuracy,
    CircuitSize,
    Claim,
    ModelSummary,
    Report,
    map_circuit,
    part_sizes,
    total_size,
    write_report,
)
from nor2hdl.simulate import features_to_samples, get_engine, simulate
from nor2hdl.verify import Verdict, check_outputs, check_verilog, prove
from nor2hdl.view import report_page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nor2hdl.data import Dataset
    from nor2hdl.learn import EpochStats, Progress, Recipe
    from nor2hdl.netlist import Netlist

MODEL = "model.safetensors"
CHECKPOINT = "checkpoint.safetensors"
COMPILED = ("netlist.nor", "minimized.nor", "top.v", "report.json", "report.html")

CONVENTION = (
    "pix[8*p +: 8] is byte p of the sample, row-major; cls is the class index, ties to the lowest; "
    "an input bit is 1 where its byte is at least the level"
)


@dataclass(frozen=True, slots=True)
class Build:
    """What a compilation made.

    Attributes
    ----------
    folder
        Where the files are.
    minimized
        The circuit.
    report
        What is known of it.
    verdicts
        The verdict behind each claim of the report, with times and counterexamples.
    """

    folder: Path
    minimized: Netlist
    report: Report
    verdicts: Mapping[str, Verdict]


def prepare_folder(folder: Path | str, *, allowed: tuple[str, ...] = ()) -> Path:
    """Make an output folder, or take one that holds nothing but `allowed` files.

    Raises
    ------
    OutputError
        If the folder holds other files, is a file, or cannot be made.
    """
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # A kill may have left temporary files, whose names begin with a dot; nobody misses them.
        found = sorted(p.name for p in folder.iterdir() if not p.name.startswith("."))
    except OSError as error:
        raise OutputError(f"cannot make folder {folder}: {error.strerror}; choose another") from error
    other = [name for name in found if name not in allowed]
    if other:
        raise OutputError(
            f"folder {folder} must be empty, but holds {', '.join(other[:3])}"
            f"{' and more' if len(other) > 3 else ''}; choose another, or pass --overwrite"
        )
    return folder


def train_model(
    dataset: Dataset,
    recipe: Recipe,
    folder: Path | str,
    *,
    overwrite: bool = False,
    watch: Callable[[Progress], None] = lambda _: None,
) -> tuple[Classifier, list[EpochStats]]:
    """Train a network by a recipe and write ``model.safetensors``.

    An interrupted call goes on from its last epoch when it is made again with the same arguments; one that
    had come to its end is not run again.

    Parameters
    ----------
    dataset
        The data.
    recipe
        Network and settings.
    folder
        Where the model and the checkpoint go.
    overwrite
        Whether files of an earlier, other run may be replaced.
    watch
        Called after each step.

    Returns
    -------
    tuple[Classifier, list of EpochStats]
        The trained model and its history.

    Raises
    ------
    OutputError
        If the folder holds something else, or cannot be written.
    ModelError
        If the folder holds a run with other settings and `overwrite` is off.
    """
    model = recipe.build(dataset)
    folder = prepare_folder(folder, allowed=(MODEL, CHECKPOINT, *COMPILED) if overwrite else (CHECKPOINT,))
    checkpoint = folder / CHECKPOINT
    if overwrite:
        checkpoint.unlink(missing_ok=True)
    history = train(model, dataset, recipe.config, checkpoint=checkpoint, watch=watch)
    last = dataclasses.asdict(history[-1])
    del last["seconds"]  # the same run gives the same bytes
    notes = {
        "dataset": {"name": dataset.name, "checksum": dataset.checksum},
        "config": dataclasses.asdict(recipe.config),
        "last_epoch": last,
    }
    save_model(model, folder / MODEL, notes=notes)
    checkpoint.unlink(missing_ok=True)
    return model, history


def compile_model(
    model: Classifier,
    dataset: Dataset,
    folder: Path | str,
    *,
    notes: Mapping[str, Any] | None = None,
    overwrite: bool = False,
    mapped: bool = True,
    timeout: float = 600,
    step: Callable[[str], None] = lambda _: None,
) -> Build:
    """Compile a trained model to a checked circuit and a report.

    Writes ``model.safetensors``, ``netlist.nor``, ``minimized.nor``, ``top.v``, ``report.json`` and
    ``report.html``, and says what holds:

    - model = extracted: class and every sum of votes, bit for bit, on all test samples;
    - extracted = minimized: by proof;
    - minimized = top.v: by proof, the Verilog being read back.

    Parameters
    ----------
    model
        The trained classifier.
    dataset
        The data set to check and measure on.
    folder
        The build folder.
    notes
        What was stored with the model.
    overwrite
        Whether files of an earlier compilation may be replaced.
    mapped
        Whether to map the circuit to NAND2, NOR2 and LUTs for the report, which takes most of the time.
    timeout
        Limit of each proof and each mapping, in seconds.
    step
        Called with the name of each step as it begins.

    Returns
    -------
    Build
        Also where a claim does not hold: the caller looks at the verdicts.

    Raises
    ------
    OutputError
        If the folder holds something else, or cannot be written.
    ModelError
        If the model does not fit the data set.
    ToolError
        If an external program is missing or fails.
    """
    if model.features != dataset.x_test.shape[1] or model.readout.classes != len(dataset.classes):
        raise ModelError(
            f"model must fit the data: {dataset.name} has {dataset.x_test.shape[1]} features and "
            f"{len(dataset.classes)} classes, the model {model.features} and {model.readout.classes}"
        )
    folder = prepare_folder(folder, allowed=(MODEL, *(COMPILED if overwrite else ())))
    _keep_model(model, folder / MODEL, notes or {}, overwrite=overwrite)
    verdicts = {}

    step("extract")
    scored = extract(model, scores=True)
    extracted = scored.with_outputs(["cls"])
    write_netlist(extracted, folder / "netlist.nor")
    step("check model = extracted")
    verdicts["model = extracted"] = _check_model(model, scored, dataset)

    step("minimize")
    minimized = minimize(extracted)
    write_netlist(minimized, folder / "minimized.nor")
    step("prove extracted = minimized")
    verdicts["extracted = minimized"] = prove(extracted, minimized, timeout=timeout)

    step("emit Verilog")
    write_verilog(minimized, folder / "top.v")
    step("prove minimized = top.v")
    verdicts["minimized = top.v"] = check_verilog(folder / "top.v", minimized, timeout=timeout)

    step("simulate")
    accuracy = tuple(_accuracy(minimized, dataset, split) for split in ("val", "test"))
    if mapped:
        step("map to NAND2, NOR2, LUT4, LUT6")
    report = Report(
        versions=versions(),
        dataset={
            "name": dataset.name,
            "checksum": dataset.checksum,
            "samples": {s: len(dataset.split(s)[1]) for s in ("train", "val", "test")},
        },
        model=summarize(model, notes or {}),
        extracted=_circuit_size(extracted),
        minimized=_circuit_size(minimized),
        mapped=map_circuit(minimized, timeout=timeout) if mapped else None,
        accuracy=accuracy,
        claims=tuple(_claim(name, verdict) for name, verdict in verdicts.items()),
    )
    write_report(report, folder / "report.json")
    write_text(folder / "report.html", report_page(report))
    return Build(folder, minimized, report, verdicts)


def load_build_model(path: Path | str) -> tuple[Classifier, dict[str, Any]]:
    """Read a model from its file or from a build folder that holds one; see `load_model`."""
    path = Path(path)
    return load_model(path / MODEL if path.is_dir() else path)


def summarize(model: Classifier, notes: Mapping[str, Any]) -> ModelSummary:
    """Return what a report says of a network."""
    layers = []
    kept = total = 0
    for layer in model.layers:
        if not isinstance(layer, ThresholdLayer):
            continue
        fan_in = layer.fan_in()
        kept += int(fan_in.sum())
        total += layer.latent.numel()
        layers.append(
            {
                "kind": type(layer).__name__,
                "inputs": layer.in_features,
                "neurons": layer.out_features,
                "fan_in": float(fan_in.float().mean()),
                "unconnected": int((fan_in == 0).sum()),
            }
        )
    votes = Counter(model.readout.votes().long().tolist())
    return ModelSummary(
        encoder=model.encoder.to_json(),
        convention=CONVENTION,
        layers=tuple(layers),
        pruned=1 - kept / total,
        votes={str(v): votes[v] for v in sorted(votes)},
        live=model.live_neurons(),
        notes=dict(notes),
    )


def versions() -> dict[str, str]:
    """Return the versions of nor2hdl and of the packages that take part in a build."""
    packages = ("torch", "numpy", "amaranth", "pyosys", "safetensors")
    found = {name: metadata.version(name) for name in packages}
    return {"nor2hdl": nor2hdl.__version__, "python": platform.python_version(), **found}


def _keep_model(model: Classifier, path: Path, notes: Mapping[str, Any], *, overwrite: bool) -> None:
    if path.exists() and not overwrite:
        there, mine = load_model(path)[0].state_dict(), model.state_dict()
        if there.keys() != mine.keys() or any(not there[k].equal(v) for k, v in mine.items()):
            raise OutputError(
                f"{path} must hold the model that is compiled, but holds another; pass --overwrite"
            )
        return
    save_model(model, path, notes=dict(notes))


def _check_model(model: Classifier, scored: Netlist, dataset: Dataset) -> Verdict:
    x = dataset.x_test
    scores = model.scores(x)
    offset = score_offset(model.readout)
    expected = {"cls": scores.argmax(1)}
    expected |= {f"score{c}": scores[:, c] + offset for c in range(scores.shape[1])}
    return check_outputs(scored, features_to_samples(x), expected, engine=get_engine("fast"))


def _accuracy(net: Netlist, dataset: Dataset, split: str) -> Accuracy:
    x, y = dataset.split(split)
    result = simulate(net, x, y, classes=len(dataset.classes))
    confusion = tuple(tuple(row) for row in np.asarray(result.confusion).tolist())
    return Accuracy(split, result.correct, result.total, confusion)


def _circuit_size(net: Netlist) -> CircuitSize:
    return CircuitSize(total_size(net), part_sizes(net), net.depth())


def _claim(name: str, verdict: Verdict) -> Claim:
    kind = "sampled" if name.startswith("model") else "proved"
    return Claim(name, verdict.status, kind, verdict.method)
