"""All learners on one <0,1> network: same shape, data, epochs and compiler; accuracy against all-in gates."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Any

import common
import torch
from torch import nn

from nor2hdl import flow
from nor2hdl.data import load
from nor2hdl.learn import Classifier, FitConfig, TrainConfig, accuracy, fit, nor_classifier, train
from nor2hdl.learn.structure import WITH_BUDGET

if TYPE_CHECKING:
    from pathlib import Path

DECAYS = (0.05, 0.1, 0.2)
KEEPS = (0.002, 0.004, 0.01)
CURVES = ("decay", "top-k")
SIZES = {
    "toy": {
        "datasets": ["digits"],
        "seeds": 1,
        "hidden": 40,
        "epochs": 2,
        "batch": 50,
        "shift": 0,
        "tau": 3.0,
        "curve": [],
    },
    "quick": {
        "datasets": ["mnist", "fashion-mnist"],
        "seeds": 3,
        "hidden": 300,
        "epochs": 6,
        "batch": 300,
        "shift": 0,
        "tau": 4.0,
        "curve": [],
    },
    "full": {
        "datasets": ["mnist", "fashion-mnist"],
        "seeds": 5,
        "hidden": 3000,
        "epochs": 60,
        "batch": 200,
        "shift": 1,
        "tau": 8.0,
        "curve": ["mnist", "fashion-mnist"],
    },
}
LEARNERS = {
    "decay": "self-pruning by decay (ours)",
    "binary-connect": "BinaryConnect, Bernoulli(.001) start (LDC)",
    "top-k": "top-k edges, gradient to all (DNW)",
    "edge-popup": "edge-popup",
    "switch-connections": "switcher on connections",
    "switch-neurons": "switcher on neurons",
    "magnitude": "magnitude pruning, blinded",
    "random-graph": "fixed random graph (control)",
}


DENSE = "dense"
"""A float network of the same width on the raw bytes, all weights kept: what the others give up."""


def jobs(settings: dict[str, Any]) -> list[common.Key]:
    """Return a run for each data set, learner and seed, and those of the curves at seed 0."""
    keys = [
        {"dataset": dataset, "learner": learner, "setting": _settings_of(learner)[1], "seed": seed}
        for dataset in settings["datasets"]
        for seed in range(settings["seeds"])
        for learner in (*LEARNERS, DENSE)
    ]
    keys += [
        {"dataset": dataset, "learner": learner, "setting": value, "seed": 0}
        for dataset in settings["curve"]
        for learner in CURVES
        for value in _settings_of(learner)[::2]
    ]
    return keys


def _settings_of(learner: str) -> tuple[float | None, ...]:
    if learner == "decay":
        return DECAYS
    return KEEPS if learner in WITH_BUDGET else (None, None, None)


def run(key: common.Key, settings: dict[str, Any]) -> dict[str, Any]:
    """Train and compile one network, and look at the test set once."""
    if key["learner"] == DENSE:
        return _dense(key, settings)
    dataset = load(key["dataset"])
    model = nor_classifier(
        dataset.x_train.shape[1],
        len(dataset.classes),
        hidden=[settings["hidden"]],
        tau=settings["tau"],
        shape=dataset.shape,
        class_names=dataset.classes,
        seed=key["seed"],
    )
    config = TrainConfig(
        epochs=settings["epochs"],
        batch=settings["batch"],
        shift=settings["shift"],
        learner=key["learner"],
        seed=key["seed"],
        **_option(key),
    )
    start = time.process_time()
    history = train(model, dataset, config)
    seconds = time.process_time() - start
    build = flow.compile_model(model, dataset, common.build_folder(key))
    return {
        "validation": history[-1].accuracy,
        "kept": 1 - history[-1].pruned,
        "dead": _dead(model),
        "neurons": settings["hidden"],
        "training_seconds": seconds,
        **_circuit(build),
    }


def _dense(key: common.Key, settings: dict[str, Any]) -> dict[str, Any]:
    training, valid, test = common.pictures(key["dataset"])
    torch.manual_seed(key["seed"])
    features, classes, hidden = training[0].shape[1], int(training[1].max()) + 1, settings["hidden"]
    net = nn.Sequential(nn.Linear(features, hidden), nn.ReLU(), nn.Linear(hidden, classes))
    start = time.process_time()
    fit(net, training, valid, FitConfig(epochs=settings["epochs"], batch=settings["batch"], seed=key["seed"]))
    return {"test": accuracy(net, *test), "training_seconds": time.process_time() - start}


def _option(key: common.Key) -> dict[str, Any]:
    if key["setting"] is None:
        return {}
    return {"decay" if key["learner"] == "decay" else "keep": key["setting"]}


def _dead(model: Classifier) -> int:
    return model.readout.in_features - model.live_neurons()


def _circuit(build: flow.Build) -> dict[str, Any]:
    report, mapped = build.report, build.report.mapped
    test = next(a for a in report.accuracy if a.split == "test")
    return {
        "test": test.share,
        "gates": None if mapped is None else mapped.nand2 + mapped.nand2_inverters,
        "lut6": None if mapped is None else mapped.lut6,
        "claims": {c.claim: c.verdict for c in report.claims},
    }


def tables(study: common.Study) -> str:
    """Return the comparison and what follows from it, in markdown."""
    parts = []
    for dataset in study["settings"]["datasets"]:
        rows = [_row(study, dataset, learner) for learner in LEARNERS]
        head = ("learner", "kept %", "dead neurons", "accuracy %", "NAND2 + INV", "LUT6", "training, s")
        texts = [common.table(head, rows), _ahead(study, dataset), _sparse(study, dataset)]
        parts.append(f"**{dataset}**\n\n" + "\n".join(texts))
    return "\n".join(parts) + "\n" + _checked(study)


def _runs(study: common.Study, dataset: str, learner: str) -> list[dict[str, Any]]:
    return common.select(study, dataset=dataset, learner=learner, setting=_settings_of(learner)[1])


def _row(study: common.Study, dataset: str, learner: str) -> list[str]:
    runs = _runs(study, dataset, learner)
    return [
        LEARNERS[learner],
        common.mean_sd(r["kept"] for r in runs),
        common.mean_sd((r["dead"] for r in runs), scale=1, digits=0),
        common.mean_sd(r["test"] for r in runs),
        common.mean_sd((r["gates"] for r in runs if r["gates"] is not None), scale=1, digits=0),
        common.mean_sd((r["lut6"] for r in runs if r["lut6"] is not None), scale=1, digits=0),
        common.mean_sd((r["training_seconds"] for r in runs), scale=1, digits=0),
    ]


def _ahead(study: common.Study, dataset: str) -> str:
    found = {learner: _runs(study, dataset, learner) for learner in LEARNERS}
    points = {
        learner: (statistics.mean(r["test"] for r in runs), statistics.mean(r["gates"] for r in runs))
        for learner, runs in found.items()
        if all(r["gates"] is not None for r in runs)
    }
    best = [
        learner
        for learner, (right, gates) in points.items()
        if not any(r > right and g < gates for other, (r, g) in points.items() if other != learner)
    ]
    return f"By the means, no learner is both more accurate and smaller than: {', '.join(best)}.\n"


def _sparse(study: common.Study, dataset: str) -> str:
    dense = [r["test"] for r in common.select(study, dataset=dataset, learner=DENSE)]
    gaps = {}
    for run in study["runs"]:
        key = run["key"]
        if key["dataset"] == dataset and key["learner"] != DENSE and run["result"]["kept"] < 0.01:
            name = key["learner"] + ("" if key["setting"] is None else f" {key['setting']:g}")
            gaps.setdefault(name, []).append(100 * (statistics.mean(dense) - run["result"]["test"]))
    text = f"A dense float network of the same width on raw bytes reaches {common.mean_sd(dense)}. "
    if not gaps:
        return text + "No learner keeps less than 1 % of its weights.\n"
    name, lost = min(gaps.items(), key=lambda item: statistics.mean(item[1]))
    return text + (
        f"Of the networks that keep less than 1 % of their weights, {name} comes nearest: "
        f"{statistics.mean(lost):.2f} points below it ({len(lost)} seeds).\n"
    )


def _checked(study: common.Study) -> str:
    compiled = [r["result"] for r in study["runs"] if r["key"]["learner"] != DENSE]
    claims = [verdict for result in compiled for verdict in result["claims"].values()]
    good = sum(verdict in ("proved equal", "equal on samples") for verdict in claims)
    return (
        f"Each network was compiled and checked (model = netlist on all test samples, netlist = minimized, "
        f"minimized = Verilog by proof): {good} of {len(claims)} claims hold.\n"
    )


def plots(study: common.Study, folder: Path) -> list[Path]:
    """Draw accuracy against all-in gates, a figure for each data set."""
    from matplotlib.figure import Figure

    paths = []
    for dataset in study["settings"]["datasets"]:
        figure = Figure(figsize=(7, 4.5))
        axes = figure.subplots()
        for i, (learner, words) in enumerate(LEARNERS.items()):
            runs = [r for r in common.select(study, dataset=dataset, learner=learner) if r["gates"]]
            runs.sort(key=lambda r: r["gates"])
            axes.plot(
                [r["gates"] for r in runs],
                [100 * r["test"] for r in runs],
                marker="osD^v<>P"[i],
                linestyle="none",
                label=words,
            )
        axes.set_xscale("log")
        axes.set_xlabel("NAND2 + INV, all-in")
        axes.set_ylabel("test accuracy, %")
        axes.set_title(dataset)
        axes.legend(fontsize=7)
        paths.append(common.save_plot(figure, folder / f"compare-{dataset}.svg"))
    return paths


if __name__ == "__main__":
    common.main(__file__, SIZES, jobs, run)
