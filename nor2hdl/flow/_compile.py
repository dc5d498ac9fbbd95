"""Compile a model into a build folder, and check a build folder."""

from __future__ import annotations

import dataclasses
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nor2hdl.errors import ToolTimeoutError
from nor2hdl.extract import extract
from nor2hdl.files import write_text
from nor2hdl.flow import _checks as checks
from nor2hdl.flow._folder import (
    APPROXIMATE,
    COMPILED,
    MODEL,
    load_build_model,
    prepare_folder,
    remove,
)
from nor2hdl.flow._report import Circuits, make_report
from nor2hdl.flow._settings import Settings
from nor2hdl.hdl import write_pipeline_verilog, write_verilog
from nor2hdl.learn import Classifier, save_model
from nor2hdl.minimize import Step, minimize
from nor2hdl.netlist import read_netlist, write_netlist
from nor2hdl.report import (
    Mapped,
    Report,
    map_circuit,
    read_report,
    write_report,
)
from nor2hdl.verify import prove
from nor2hdl.view import build_pictures, report_page, write_pictures

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nor2hdl.approximate import Approximation
    from nor2hdl.data import Dataset
    from nor2hdl.netlist import Netlist
    from nor2hdl.pipeline import Pipeline
    from nor2hdl.verify import Verdict


@dataclass(frozen=True, slots=True)
class Build:
    """What a compilation made.

    Attributes
    ----------
    folder
        Where the files are.
    circuit
        The circuit that was emitted: the minimized one, or the approximate one where that was asked for.
    report
        What is known of it.
    verdicts
        The verdict behind each claim of the report, with times and counterexamples.
    unmapped
        Why there are no mapped sizes though they were asked for: the time-out; else empty.
    """

    folder: Path
    circuit: Netlist
    report: Report
    verdicts: Mapping[str, Verdict]
    unmapped: str


def compile_model(
    model: Classifier,
    dataset: Dataset,
    folder: Path | str,
    *,
    settings: Settings | None = None,
    notes: Mapping[str, Any] | None = None,
    overwrite: bool = False,
    step: Callable[[str], None] = lambda _: None,
) -> Build:
    """Compile a trained model to a checked circuit and a report.

    Writes ``model.safetensors``, ``netlist.nor``, ``minimized.nor``, ``top.v``, ``report.html``,
    ``report.json`` and the folder ``pictures``, all at the end, and says what holds:

    - model = extracted: class and every sum of votes, bit for bit, on all test samples;
    - extracted = minimized: by proof;
    - minimized = top.v: by proof, the Verilog being read back; of a pipelined one, that its registers delay
      every path alike and that it computes the same without them.

    Where samples may be lost, ``approximate.nor`` is written as well and is what ``top.v`` holds.

    Parameters
    ----------
    model
        The trained classifier.
    dataset
        The data set to check and measure on.
    folder
        The build folder.
    settings
        What to make of the model; by default its smallest exact circuit, with mapped sizes.
    notes
        What was stored with the model.
    overwrite
        Whether files of an earlier build may be replaced.
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
    settings, notes = settings or Settings(), notes or {}
    checks.check_fit(model, dataset, notes)
    folder = prepare_folder(folder, allowed=(MODEL, *(COMPILED if overwrite else ())))
    checks.check_model_file(model, folder / MODEL, overwrite=overwrite)
    with tempfile.TemporaryDirectory(prefix=".compile-", dir=folder) as name:
        work = Path(name)
        save_model(model, work / MODEL, notes=dict(notes))
        circuits = _circuits(model, dataset, work, settings, step)
        mapped, unmapped = _mapped(circuits.emitted, settings, step)
        step("simulate")
        report = make_report(model, dataset, circuits, settings, notes, mapped, work)
        step("draw")
        pictures = build_pictures(model, dataset, report)
        write_pictures(pictures, work)
        write_text(work / "report.html", report_page(report, pictures))
        write_report(report, work / "report.json")
        remove(folder, COMPILED)
        (folder / "pictures").mkdir(exist_ok=True)
        for file in (MODEL, *COMPILED):  # the report comes last: what has one is whole
            if (work / file).exists():
                (work / file).replace(folder / file)
    return Build(folder, circuits.emitted, report, circuits.verdicts, unmapped)


def _circuits(
    model: Classifier, dataset: Dataset, folder: Path, settings: Settings, step: Callable[[str], None]
) -> Circuits:
    """Write the netlists and the Verilog; return them as netlists, with a verdict for each claim."""
    step("extract")
    scored = extract(model, scores=True, target=settings.target)
    extracted = scored.with_outputs(["cls"])
    write_netlist(extracted, folder / "netlist.nor")
    step("check model = extracted")
    verdicts = {checks.MODEL_CLAIM: checks.check_scores(model, scored, dataset)}
    minimized, steps = _minimize(extracted, settings, step)
    write_netlist(minimized, folder / "minimized.nor")
    approximation = _approximate(minimized, dataset, settings, step)
    emitted, remark = minimized, ""
    if approximation is not None:
        emitted, remark = approximation.net, approximation.label
        write_netlist(emitted, folder / APPROXIMATE, remark=remark)
    pipeline = _pipeline(emitted, settings, step)
    step("emit Verilog")
    if pipeline is None:
        write_verilog(emitted, folder / "top.v", remark=remark)
    else:
        write_pipeline_verilog(pipeline, folder / "top.v", remark=remark)
    latency = 0 if pipeline is None else pipeline.latency
    approximate_net = None if approximation is None else emitted
    verdicts |= checks.proofs(extracted, minimized, approximate_net, folder, latency, settings.timeout, step)
    return Circuits(extracted, minimized, approximation, pipeline, steps, verdicts)


def _pipeline(net: Netlist, settings: Settings, step: Callable[[str], None]) -> Pipeline | None:
    if settings.stages is None and settings.max_levels is None:
        return None
    from nor2hdl.pipeline import pipeline_netlist

    step("pipeline")
    return pipeline_netlist(net, stages=settings.stages, max_levels=settings.max_levels, lut=settings.lut)


def _minimize(net: Netlist, settings: Settings, step: Callable[[str], None]) -> tuple[Netlist, list[Step]]:
    steps: list[Step] = []

    def watch(done: Step) -> None:
        steps.append(done)
        step(f"minimize: {done.name} {done.before[0]:,} -> {done.after[0]:,}")

    step("minimize")
    net = minimize(
        net, passes=settings.passes, objective=settings.objective, timeout=settings.timeout, watch=watch
    )
    return net, steps


def _approximate(
    net: Netlist, dataset: Dataset, settings: Settings, step: Callable[[str], None]
) -> Approximation | None:
    if settings.lose is None:
        return None
    from nor2hdl.approximate import CareSet, approximate

    step("approximate")
    deadline = time.monotonic() + settings.timeout
    care = CareSet(*dataset.split("train"), *dataset.split("val"), shape=dataset.shape)
    found = approximate(
        net,
        care,
        lose=settings.lose,
        timeout=settings.timeout,
        watch=lambda done: step(f"approximate: {done}"),
    )
    # It looks for few gates; what else was asked for is an exact matter, and proved.
    rest = dataclasses.replace(settings, timeout=max(deadline - time.monotonic(), 1))
    smaller, _ = _minimize(found.net, rest, step)
    same = prove(found.net, smaller, timeout=settings.timeout).status == "equal"
    return dataclasses.replace(found, net=smaller if same else found.net)


def _mapped(net: Netlist, settings: Settings, step: Callable[[str], None]) -> tuple[Mapped | None, str]:
    """Return the mapped sizes, or why there are none though they were asked for."""
    if not settings.mapped:
        return None, ""
    step("map to NAND2, NOR2, LUT4, LUT6")
    try:
        return map_circuit(net, timeout=settings.timeout), ""
    except ToolTimeoutError as error:
        return None, str(error)


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
        The claims that `compile_model` makes, but for an approximation: how many samples an approximate
        circuit gave up is for the report to say. The model is compared in its class alone.

    Raises
    ------
    ModelError
        If the folder holds no model.
    NetlistError
        If a circuit is missing or damaged.
    DataError
        If the report is: it says how many clocks ``top.v`` takes.
    ToolError
        If an external program is missing or fails.
    """
    folder = Path(folder)
    model, _ = load_build_model(folder)
    extracted, minimized = (read_netlist(folder / name) for name in ("netlist.nor", "minimized.nor"))
    approximate_net = read_netlist(folder / APPROXIMATE) if (folder / APPROXIMATE).exists() else None
    pipeline = read_report(folder / "report.json").pipeline
    latency = 0 if pipeline is None else pipeline.latency
    step("check model = extracted")
    found = checks.check_classes(model, extracted, dataset)
    return {
        checks.MODEL_CLAIM: found,
        **checks.proofs(extracted, minimized, approximate_net, folder, latency, timeout, step),
    }
