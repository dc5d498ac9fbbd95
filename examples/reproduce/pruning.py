"""Magnitude pruning of Properties of Hidden Structures of Sparse Neural Networks (arXiv 2107.12917).

A dense network is trained; then a quarter of the weights that are left is pruned and the rest is trained for
two epochs, again and again: by size over all layers (blinded), by size / deviation of the layer's weights
(distributed), per layer (uniform), at random. The source splits 50,000/10,000 samples; here 54,000/6,000.
"""

from __future__ import annotations

import copy
import statistics
from typing import TYPE_CHECKING, Any

import common
import torch
from torch import nn

from nor2hdl.learn import FitConfig, accuracy, fit
from nor2hdl.learn.structure import Learner, MagnitudePruning, kept_share

if TYPE_CHECKING:
    from pathlib import Path

    from nor2hdl.learn import FitStats, Progress

QUICK = {
    "datasets": ["mnist", "fashion-mnist"],
    "seeds": 10,
    "hidden": 100,
    "batch": 64,
    "base_epochs": 6,
    "base_lr": 0.1,
    "lr": 0.01,
    "rate": 0.25,
    "retrain": 2,
    "prunings": 7,
    "measured": 6,
}
SIZES = {
    "toy": QUICK
    | {"datasets": ["digits"], "seeds": 2, "hidden": 30, "base_epochs": 4, "prunings": 3, "measured": 2},
    "quick": QUICK,
    "full": QUICK | {"seeds": 25, "base_epochs": 60, "base_lr": 0.01, "prunings": 14},
}
RULES = ("blinded", "distributed", "uniform", "random")
CLAIMED = {
    "dense": "97.29",
    "blinded": "97.53 ± .05",
    "distributed": "97.05",
    "uniform": "96.74",
    "random": "91.99",
}


def jobs(settings: dict[str, Any]) -> list[common.Key]:
    """Return a run for each data set and seed; all rules of a run prune the same trained network."""
    return [{"dataset": d, "seed": s} for d in settings["datasets"] for s in range(settings["seeds"])]


def run(key: common.Key, settings: dict[str, Any]) -> dict[str, Any]:
    """Train a dense network, prune it by each rule, and train it as long without pruning."""
    train, valid, test = common.pictures(key["dataset"])
    torch.manual_seed(key["seed"])
    hidden = settings["hidden"]
    base = nn.Sequential(nn.Linear(train[0].shape[1], hidden), nn.ReLU(), nn.Linear(hidden, 10))
    fit(base, train, valid, _config(key, settings, settings["base_epochs"], settings["base_lr"]))
    config = _config(key, settings, settings["prunings"] * settings["retrain"], settings["lr"])
    result: dict[str, Any] = {"base": accuracy(base, *test)}
    for rule in (*RULES, "dense"):
        net = copy.deepcopy(base)
        layers = [net[0], net[2]]
        learner = None
        if rule != "dense":
            keep = (1 - settings["rate"]) ** settings["prunings"]
            learner = MagnitudePruning(
                keep, rule=rule, rate=settings["rate"], first=0, retrain=settings["retrain"]
            )
            learner.attach(layers, seed=1000 * key["seed"])
        result[rule] = _prune(net, (train, valid, test), config, settings, learner)
    return result


def _config(key: common.Key, settings: dict[str, Any], epochs: int, lr: float) -> FitConfig:
    return FitConfig(
        epochs=epochs, batch=settings["batch"], lr=lr, optimizer="sgd", seed=key["seed"], device="cpu"
    )


def _prune(
    net: nn.Sequential,
    splits: tuple[common.Split, common.Split, common.Split],
    config: FitConfig,
    settings: dict[str, Any],
    learner: Learner | None,
) -> dict[str, Any]:
    """Return the validation accuracy after each pruning, and what the test set says after one of them."""
    train, valid, test = splits
    measured = settings["measured"] * settings["retrain"]
    result: dict[str, Any] = {}

    def watch(progress: Progress[FitStats]) -> None:
        stats = progress.stats
        if stats is not None and stats.epoch == measured and "test" not in result:
            result["test"] = accuracy(net, *test)
            result["kept"] = [kept_share(layer) for layer in (net[0], net[2])]

    history = fit(net, train, valid, config, learner=learner, watch=watch)
    ends = history[settings["retrain"] - 1 :: settings["retrain"]]
    return result | {"validation": [stats.accuracy for stats in ends]}


def tables(study: common.Study) -> str:
    """Return the claims, our figures and the verdicts as markdown."""
    settings = study["settings"]
    removed = 100 * (1 - (1 - settings["rate"]) ** settings["measured"])
    epochs = settings["measured"] * settings["retrain"]
    text = (
        f"A network {settings['hidden']} neurons wide, trained for {settings['base_epochs']} epochs (SGD "
        f"{settings['base_lr']}), then {settings['measured']} prunings to {removed:.0f} % removed in "
        f"{epochs} epochs (SGD {settings['lr']}). Claimed figures: MNIST, 25 runs.\n\n"
    )
    for dataset in settings["datasets"]:
        runs = common.select(study, dataset=dataset)
        claimed = CLAIMED if dataset == "mnist" else {}
        rows = [
            ("dense, before pruning", claimed.get("dense", "-"), common.mean_sd(r["base"] for r in runs), "-")
        ]
        rows.append((f"dense, {epochs} epochs more (control)", "-", _percent(runs, "dense"), "-"))
        for rule in RULES:
            shares = " / ".join(
                f"{100 * statistics.mean(r[rule]['kept'][i] for r in runs):.1f}" for i in (0, 1)
            )
            rows.append((rule, claimed.get(rule, "-"), _percent(runs, rule), shares))
        text += f"### {dataset}: accuracy in %, mean and deviation of {len(runs)} seeds\n\n"
        text += common.table(("rule", "claimed", "ours", "kept of each layer, %"), rows) + "\n"
        pairs = (
            ("blinded", "distributed"),
            ("distributed", "uniform"),
            ("uniform", "random"),
            ("blinded", "dense"),
        )
        text += "".join(f"- {_verdict(runs, *pair)}\n" for pair in pairs) + "\n"
    return text


def _percent(runs: list[dict[str, Any]], rule: str) -> str:
    return common.mean_sd(r[rule]["test"] for r in runs)


def _verdict(runs: list[dict[str, Any]], better: str, worse: str) -> str:
    gaps = [r[better]["test"] - r[worse]["test"] for r in runs]
    return (
        f"{better} > {worse} on the same seed, in points, with half the 95 % interval (Student's t): "
        f"{common.ahead(gaps)}; ahead in {sum(g > 0 for g in gaps)} of {len(gaps)} seeds"
    )


def plots(study: common.Study, folder: Path) -> list[Path]:
    """Draw validation accuracy over the share of weights removed."""
    from matplotlib.figure import Figure

    settings = study["settings"]
    removed = [100 * (1 - (1 - settings["rate"]) ** (i + 1)) for i in range(settings["prunings"])]
    paths = []
    for dataset in settings["datasets"]:
        runs = common.select(study, dataset=dataset)
        figure = Figure(figsize=(5, 3.5))
        axes = figure.add_subplot(
            xlabel="weights removed, %", ylabel="validation accuracy, %", title=f"pruning, {dataset}"
        )
        for rule in (*RULES, "dense"):
            columns = list(zip(*(r[rule]["validation"] for r in runs), strict=True))
            means = [100 * statistics.mean(column) for column in columns]
            spread = [100 * statistics.stdev(c) if len(c) > 1 else 0.0 for c in columns]
            name = "dense, equal epochs" if rule == "dense" else rule
            axes.errorbar(removed, means, spread, label=name, capsize=3)
        axes.legend()
        paths.append(common.save_plot(figure, folder / f"pruning-{dataset}.svg"))
    return paths


if __name__ == "__main__":
    common.main(__file__, SIZES, jobs, run)
