"""What a build must fit before work begins, and what is checked of it afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nor2hdl.errors import ModelError, OptionError, OutputError
from nor2hdl.extract import score_offset
from nor2hdl.learn import Classifier, describe, load_model
from nor2hdl.report import Accuracy, Claim
from nor2hdl.simulate import features_to_samples, get_engine, simulate
from nor2hdl.verify import Verdict, check_outputs, check_pipeline_verilog, check_verilog, prove

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from nor2hdl.data import Dataset
    from nor2hdl.netlist import Netlist

MODEL_CLAIM = "model = extracted"


def check_fit(model: Classifier, dataset: Dataset, notes: Mapping[str, Any]) -> None:
    """Raise unless a model fits a data set and was trained on it.

    Parameters
    ----------
    model
        The classifier.
    dataset
        The data set.
    notes
        What was stored with the model; without a data set in it, any that fits will do.

    Raises
    ------
    ModelError
        If the numbers of features or of classes differ.
    OptionError
        If the notes name a data set with another checksum.
    """
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


def check_model_file(model: Classifier, path: Path, *, overwrite: bool) -> None:
    """Raise `OutputError` if another model than this one would be written over."""
    if overwrite or not path.exists():
        return
    stored, _ = load_model(path)
    there, mine = stored.state_dict(), model.state_dict()
    same = describe(stored) == describe(model) and there.keys() == mine.keys()
    if not same or any(not there[k].equal(v) for k, v in mine.items()):
        raise OutputError(f"{path} must hold the model that is compiled, but holds another; pass --overwrite")


def check_scores(model: Classifier, scored: Netlist, dataset: Dataset) -> Verdict:
    """Compare class and every sum of votes, bit for bit, on all test samples."""
    x = dataset.x_test
    scores = model.scores(x)
    offset = score_offset(model)
    expected = {"cls": scores.argmax(1)}
    expected |= {f"score{c}": scores[:, c] + offset for c in range(scores.shape[1])}
    return check_outputs(scored, features_to_samples(x), expected, engine=get_engine("fast"))


def check_classes(model: Classifier, extracted: Netlist, dataset: Dataset) -> Verdict:
    """Compare the class on all test samples."""
    x = dataset.x_test
    expected = {"cls": model.predict(x)}
    return check_outputs(extracted, features_to_samples(x), expected, engine=get_engine("fast"))


def proofs(
    extracted: Netlist,
    minimized: Netlist,
    approximate: Netlist | None,
    folder: Path,
    latency: int,
    timeout: float,
    step: Callable[[str], None],
) -> dict[str, Verdict]:
    """Prove what is claimed to be equal for all inputs; what is approximate is claimed by no verdict."""
    step("prove extracted = minimized")
    verdicts = {"extracted = minimized": prove(extracted, minimized, timeout=timeout)}
    name, emitted = ("minimized", minimized) if approximate is None else ("approximate", approximate)
    step(f"prove {name} = top.v")
    path = folder / "top.v"
    if latency:
        clocks = f"{latency} clock{'s' if latency > 1 else ''}"
        verdicts[f"{name} = top.v after {clocks}"] = check_pipeline_verilog(
            path, emitted, latency=latency, timeout=timeout
        )
    else:
        verdicts[f"{name} = top.v"] = check_verilog(path, emitted, timeout=timeout)
    return verdicts


def claim(name: str, verdict: Verdict) -> Claim:
    """Return the claim that a verdict is about."""
    return Claim(name, verdict.status, "samples" if name == MODEL_CLAIM else "proof", verdict.method)


def approximate_claim(label: str) -> Claim:
    """Return the claim that a circuit is not equal, and on purpose."""
    return Claim("minimized ~ approximate", "approximate", "samples", label.removeprefix("approximate: "))


def accuracy(net: Netlist, dataset: Dataset) -> tuple[Accuracy, ...]:
    """Return the accuracy of a circuit on validation and test."""
    entries = []
    for split in ("val", "test"):
        x, y = dataset.split(split)
        result = simulate(net, x, y, classes=len(dataset.classes))
        confusion = tuple(tuple(row) for row in np.asarray(result.confusion).tolist())
        entries.append(Accuracy(split, result.correct, result.total, confusion))
    return tuple(entries)
