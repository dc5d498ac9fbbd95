"""Compile a model into a build folder, and check a build folder."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nor2hdl.errors import ModelError, OptionError, OutputError, ToolTimeoutError
from nor2hdl.extract import extract, score_offset
from nor2hdl.files import write_text
from nor2hdl.flow._folder import COMPILED, MODEL, file_sums, load_build_model, prepare_folder, remove
from nor2hdl.flow._summary import summarize, versions
from nor2hdl.hdl import write_verilog
from nor2hdl.learn import Classifier, describe, load_model, save_model
from nor2hdl.minimize import minimize
from nor2hdl.netlist import read_netlist, write_netlist
from nor2hdl.report import (
    Accuracy,
    CircuitSize,
    Claim,
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
    from nor2hdl.netlist import Netlist

MODEL_CLAIM = "model = extracted"


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
    unmapped
        Why there are no mapped sizes though they were asked for: the time-out; else empty.
    """

    folder: Path
    minimized: Netlist
    report: Report
    verdicts: Mapping[str, Verdict]
    unmapped: str


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

    Writes ``model.safetensors``, ``netlist.nor``, ``minimized.nor``, ``top.v``, ``report.html`` and
    ``report.json``, all at the end, and says what holds:

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
        Whether files of an earlier build may be replaced.
    mapped
        Whether to map the circuit to NAND2, NOR2 and LUTs for the report, which takes most of the time.
    timeout
        Limit of each proof and of the mapping, in seconds.
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
    OptionError
        If the data set is not the one that the notes name.
    ToolError
        If an external program is missing or fails.
    """
    notes = notes or {}
    _check_fit(model, dataset, notes)
    folder = prepare_folder(folder, allowed=(MODEL, *(COMPILED if overwrite else ())))
    _check_model_file(model, folder / MODEL, overwrite=overwrite)
    with tempfile.TemporaryDirectory(prefix=".compile-", dir=folder) as name:
        work = Path(name)
        save_model(model, work / MODEL, notes=dict(notes))
        scored, minimized, verdicts = _circuits(model, dataset, work, timeout, step)
        step("simulate")
        accuracy = tuple(_accuracy(minimized, dataset, split) for split in ("val", "test"))
        sizes, unmapped = None, ""
        if mapped:
            step("map to NAND2, NOR2, LUT4, LUT6")
            try:
                sizes = map_circuit(minimized, timeout=timeout)
            except ToolTimeoutError as error:
                unmapped = str(error)
        report = Report(
            versions=versions(),
            dataset={
                "name": dataset.name,
                "checksum": dataset.checksum,
                "samples": {s: len(dataset.split(s)[1]) for s in ("train", "val", "test")},
            },
            model=summarize(model, notes),
            extracted=_circuit_size(scored.with_outputs(["cls"])),
            minimized=_circuit_size(minimized),
            mapped=sizes,
            accuracy=accuracy,
            claims=tuple(_claim(name, verdict) for name, verdict in verdicts.items()),
            files=file_sums(work),
        )
        write_text(work / "report.html", report_page(report))
        write_report(report, work / "report.json")
        remove(folder, COMPILED)
        for file in (MODEL, *COMPILED):
            (work / file).replace(folder / file)
    return Build(folder, minimized, report, verdicts, unmapped)


def _circuits(
    model: Classifier, dataset: Dataset, folder: Path, timeout: float, step: Callable[[str], None]
) -> tuple[Netlist, Netlist, dict[str, Verdict]]:
    """Write the netlists and the Verilog; return them as netlists, with a verdict for each claim."""
    verdicts = {}
    step("extract")
    scored = extract(model, scores=True)
    extracted = scored.with_outputs(["cls"])
    write_netlist(extracted, folder / "netlist.nor")
    step("check model = extracted")
    verdicts[MODEL_CLAIM] = _check_scores(model, scored, dataset)
    step("minimize")
    minimized = minimize(extracted)
    write_netlist(minimized, folder / "minimized.nor")
    step("emit Verilog")
    write_verilog(minimized, folder / "top.v")
    verdicts |= _proofs(extracted, minimized, folder, timeout, step)
    return scored, minimized, verdicts


def verify_build(
    folder: Path | str,
    dataset: Dataset,
    *,
    timeout: float = 600,
    step: Callable[[str], None] = lambda _: None,
) -> dict[str, Verdict]:
    """Check the files of a build folder against each other once more.

    Parameters
    ----------
    folder
        The build folder.
    dataset
        The data set whose test samples are compared.
    timeout
        Limit of each proof, in seconds.
    step
        Called with the name of each step as it begins.

    Returns
    -------
    dict of str to Verdict
        The claims that `compile_model` makes; the model is compared in its class alone.

    Raises
    ------
    ModelError
        If the folder holds no model.
    NetlistError
        If a circuit is missing or damaged.
    ToolError
        If an external program is missing or fails.
    """
    folder = Path(folder)
    model, _ = load_build_model(folder)
    extracted, minimized = (read_netlist(folder / name) for name in ("netlist.nor", "minimized.nor"))
    x = dataset.x_test
    step("check model = extracted")
    found = check_outputs(
        extracted, features_to_samples(x), {"cls": model.predict(x)}, engine=get_engine("fast")
    )
    return {MODEL_CLAIM: found, **_proofs(extracted, minimized, folder, timeout, step)}


def _proofs(
    extracted: Netlist, minimized: Netlist, folder: Path, timeout: float, step: Callable[[str], None]
) -> dict[str, Verdict]:
    step("prove extracted = minimized")
    first = prove(extracted, minimized, timeout=timeout)
    step("prove minimized = top.v")
    second = check_verilog(folder / "top.v", minimized, timeout=timeout)
    return {"extracted = minimized": first, "minimized = top.v": second}


def _check_fit(model: Classifier, dataset: Dataset, notes: Mapping[str, Any]) -> None:
    if model.features != dataset.x_test.shape[1] or model.readout.classes != len(dataset.classes):
        raise ModelError(
            f"model must fit the data: {dataset.name} has {dataset.x_test.shape[1]} features and "
            f"{len(dataset.classes)} classes, the model {model.features} and {model.readout.classes}"
        )
    trained_on = notes.get("dataset", {}).get("checksum", dataset.checksum)
    if trained_on != dataset.checksum:
        raise OptionError(
            f"data set must be the one that the model was trained on, but {dataset.name} has another "
            "checksum; name the original, or train again"
        )


def _check_model_file(model: Classifier, path: Path, *, overwrite: bool) -> None:
    if overwrite or not path.exists():
        return
    stored, _ = load_model(path)
    there, mine = stored.state_dict(), model.state_dict()
    same = describe(stored) == describe(model) and there.keys() == mine.keys()
    if not same or any(not there[k].equal(v) for k, v in mine.items()):
        raise OutputError(f"{path} must hold the model that is compiled, but holds another; pass --overwrite")


def _check_scores(model: Classifier, scored: Netlist, dataset: Dataset) -> Verdict:
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
    return Claim(name, verdict.status, "samples" if name == MODEL_CLAIM else "proof", verdict.method)
