"""Discovering Neural Wirings (arXiv 1906.00586), with edge-popup (1911.13299): learned against random graphs.

The papers use pictures of CIFAR-10 and ImageNet, which are not at hand; here it is MNIST and Fashion-MNIST, a
multilayer perceptron in the place of convolutions, and Adam for every variant.
"""

from __future__ import annotations

import statistics
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import common
import torch
from torch import nn

from nor2hdl.learn import FitConfig, NorLayer, VoteReadout, accuracy, fit
from nor2hdl.learn.structure import EdgePopup, Learner, RandomGraph, TopKWiring, latent_of

if TYPE_CHECKING:
    from pathlib import Path

QUICK = {
    "datasets": ["mnist", "fashion-mnist"],
    "seeds": 5,
    "hidden": [300, 100],
    "budgets": {"2 %": [0.015, 0.06, 0.5]},
    "compared": "2 %",
    "total": 0.0219,
    "sweep": [0.05, 0.5, 0.95],
    "sweep_datasets": ["mnist"],
    "epochs": 4,
    "milestones": [3],
    "batch": 200,
    "lr": 0.003,
    "nor_hidden": 600,
    "nor_keep": 0.01,
    "nor_lr": 0.01,
}
SIZES = {
    "toy": QUICK
    | {
        "datasets": ["digits"],
        "seeds": 2,
        "hidden": [30, 20],
        "budgets": {"10 %": [0.08, 0.15, 0.5]},
        "compared": "10 %",
        "total": 0.12,
        "sweep": [0.1, 0.5, 0.9],
        "sweep_datasets": ["digits"],
        "epochs": 2,
        "milestones": [1],
        "batch": 50,
        "nor_hidden": 40,
    },
    "quick": QUICK,
    "full": QUICK
    | {
        "seeds": 10,
        "budgets": {"1 %": [0.006, 0.03, 0.3], "2 %": [0.015, 0.06, 0.5], "5 %": [0.04, 0.12, 0.5]},
        "sweep": [0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95],
        "sweep_datasets": ["mnist", "fashion-mnist"],
        "epochs": 60,
        "milestones": [30, 45],
        "nor_hidden": 3000,
        "nor_keep": 0.005,
    },
}
FLOAT = {
    "dnw": "top-k, budget per layer (DNW)",
    "global": "top-k, one budget for all layers",
    "kept": "top-k, absent edges are never updated (ablation)",
    "random": "fixed random graph (control)",
    "random-fast": "fixed random graph, learning rate x 3 (control)",
    "dense": "all edges (control)",
}
NOR = {
    "nor-dnw": "top-k (DNW)",
    "nor-kept": "top-k, absent edges are never updated (ablation)",
    "nor-random": "fixed random graph, only the votes are trained (control)",
    "nor-random-two": "the same with 2 edges a neuron (control)",
}
POPUP = {"signed": "signed constants", "normal": "normal weights"}


def jobs(settings: dict[str, Any]) -> list[common.Key]:
    """Return a run for each data set, variant, budget and seed, and those of the sweep of edge-popup."""
    single = ["global", "kept", "random-fast"]
    variants: list[tuple[str, Any]] = [(v, b) for b in settings["budgets"] for v in ("dnw", "random")]
    variants += [(v, settings["compared"]) for v in single] + [("dense", None)]
    variants += [(v, settings["nor_keep"]) for v in NOR]
    sweep = [(v, keep) for keep in settings["sweep"] for v in POPUP]
    return [
        {"dataset": dataset, "variant": variant, "budget": budget, "seed": seed}
        for dataset in settings["datasets"]
        for seed in range(settings["seeds"])
        for variant, budget in variants + (sweep if dataset in settings["sweep_datasets"] else [])
    ]


def run(key: common.Key, settings: dict[str, Any]) -> dict[str, Any]:
    """Train one network; return what the test set says, and what its wiring came to."""
    train, valid, test = common.pictures(key["dataset"])
    nor = key["variant"] in NOR
    if nor:
        train, valid, test = (((x >= 0.5).float(), y) for x, y in (train, valid, test))
    net, layers = _network(key, train[0].shape[1], settings)
    learner = None if key["variant"] == "dense" else _learner(key, settings)
    if learner is not None:
        learner.attach(layers, seed=1000 * key["seed"])
    lr = settings["nor_lr" if nor else "lr"] * (3 if key["variant"] == "random-fast" else 1)
    config = FitConfig(
        epochs=settings["epochs"],
        batch=settings["batch"],
        lr=lr,
        milestones=tuple(settings["milestones"]),
        seed=key["seed"],
        device="cpu",
    )
    history = fit(net, train, valid, config, learner=learner)
    swaps = learner.swaps() if isinstance(learner, TopKWiring) else None
    if learner is not None:
        learner.fold()
    return {
        "accuracy": accuracy(net, *test),
        "validation": [stats.accuracy for stats in history],
        "swaps": swaps,
        **_wiring(layers),
    }


def _network(key: common.Key, features: int, settings: dict[str, Any]) -> tuple[nn.Module, list[nn.Module]]:
    torch.manual_seed(key["seed"])
    if key["variant"] in NOR:
        layer = NorLayer(features, settings["nor_hidden"])
        return nn.Sequential(layer, VoteReadout(settings["nor_hidden"], 10, tau=4.0)), [layer]
    widths = [features, *settings["hidden"], 10]
    layers = [nn.Linear(a, b, bias=key["variant"] not in POPUP) for a, b in pairwise(widths)]
    steps = [step for layer in layers for step in (layer, nn.ReLU())]
    return nn.Sequential(*steps[:-1]), list(layers)


def _learner(key: common.Key, settings: dict[str, Any]) -> Learner:
    budget = settings["budgets"].get(key["budget"], key["budget"])
    match key["variant"]:
        case "dnw" | "nor-dnw":
            return TopKWiring(budget)
        case "kept" | "nor-kept":
            return TopKWiring(budget, updates="kept")
        case "global":
            return TopKWiring(settings["total"], scope="global")
        case "nor-random-two":
            return RandomGraph(2 * settings["nor_hidden"])
        case "random" | "random-fast" | "nor-random":
            return RandomGraph(budget)
    return EdgePopup(budget, weights=key["variant"])


def _wiring(layers: list[nn.Module]) -> dict[str, Any]:
    """Return the number of edges of each layer, and the hidden neurons that have no edge in or none out."""
    edges = [(latent_of(layer).detach() > 0) for layer in layers if isinstance(layer, NorLayer)]
    edges += [(latent_of(layer).detach() != 0).T for layer in layers if isinstance(layer, nn.Linear)]
    dead = sum(int(((a.sum(0) == 0) | (b.sum(1) == 0)).sum()) for a, b in pairwise(edges))
    if len(edges) == 1:
        dead = int((edges[0].sum(0) == 0).sum())
    return {"edges": [int(e.sum()) for e in edges], "possible": sum(e.numel() for e in edges), "dead": dead}


def tables(study: common.Study) -> str:
    """Return the claims, our figures and the verdicts as markdown."""
    settings = study["settings"]
    compared, nor_keep = settings["compared"], settings["nor_keep"]
    keys = [(v, b) for b in settings["budgets"] for v in ("dnw", "random")]
    keys += [(v, compared) for v in ("global", "kept", "random-fast")] + [("dense", None)]
    text = (
        "Claimed (CIFAR-10, under 42k parameters): random graph 76.1 ± .5, learned wiring 80.9 ± .6. "
        "CIFAR-10 is not at hand: ours is a multilayer perceptron on the data sets below, with Adam.\n\n"
    )
    for dataset in settings["datasets"]:
        hidden = "-".join(str(width) for width in settings["hidden"])
        text += f"### {dataset}: float network, hidden layers {hidden}\n\n"
        text += _rows(study, dataset, keys, FLOAT)
        text += f"\n### {dataset}: <0,1> network, one layer of {settings['nor_hidden']} NOR gates\n\n"
        text += _rows(study, dataset, [(v, nor_keep) for v in NOR], NOR)
        text += "\n" + "".join(f"- {line}\n" for line in _verdicts(study, dataset)) + "\n"
    return text + _sweep(study)


def _rows(study: common.Study, dataset: str, keys: list[tuple[str, Any]], names: dict[str, str]) -> str:
    rows = []
    for variant, budget in keys:
        results = common.select(study, dataset=dataset, variant=variant, budget=budget)
        share = [sum(r["edges"]) / r["possible"] for r in results]
        swaps = [r["swaps"] for r in results if r["swaps"] is not None]
        rows.append(
            (
                names[variant],
                common.mean_sd(share, digits=2).split(" ")[0],
                common.mean_sd((sum(r["edges"]) for r in results), scale=1, digits=0).split(" ")[0],
                common.mean_sd(r["accuracy"] for r in results),
                common.mean_sd(swaps, scale=1, digits=0),
                common.mean_sd((r["dead"] for r in results), scale=1, digits=1),
            )
        )
    return common.table(("wiring", "kept, %", "edges", "accuracy, %", "swaps", "dead neurons"), rows)


def _verdicts(study: common.Study, dataset: str) -> list[str]:
    compared, nor_keep = study["settings"]["compared"], study["settings"]["nor_keep"]
    pairs = [(("dnw", budget), ("random", budget)) for budget in study["settings"]["budgets"]]
    pairs += [(("dnw", compared), (v, compared)) for v in ("random-fast", "kept", "global")]
    pairs += [(("nor-dnw", nor_keep), (v, nor_keep)) for v in ("nor-random", "nor-random-two", "nor-kept")]
    lines = []
    for ours, other in pairs:
        a, b = (_accuracies(study, dataset, *key) for key in (ours, other))
        gap = statistics.mean(a) - statistics.mean(b)
        verdict = "ahead beyond the error bars" if _ahead(a, b) else "not ahead beyond the error bars"
        wins = sum(x > y for x, y in zip(a, b, strict=True))
        budget = f"NOR, {100 * nor_keep:g} %" if ours[0] in NOR else f"budget {other[1]}"
        names = FLOAT | NOR
        lines.append(
            f"{budget}: {names[ours[0]]} against {names[other[0]]}: {100 * gap:+.2f} points, {verdict}; "
            f"ahead in {wins} of {len(a)} seeds"
        )
    return lines


def _accuracies(study: common.Study, dataset: str, variant: str, budget: object) -> list[float]:
    return [r["accuracy"] for r in common.select(study, dataset=dataset, variant=variant, budget=budget)]


def _ahead(a: list[float], b: list[float]) -> bool:
    return statistics.mean(a) - statistics.mean(b) > _deviation(a) + _deviation(b)


def _deviation(values: list[float]) -> float:
    return statistics.stdev(values) if len(values) > 1 else 0.0


def _sweep(study: common.Study) -> str:
    text = ""
    sweep = study["settings"]["sweep"]
    for dataset in study["settings"]["sweep_datasets"]:
        figures = {v: [_accuracies(study, dataset, v, keep) for keep in sweep] for v in POPUP}
        rows = [
            (f"{100 * keep:g}", *(common.mean_sd(figures[v][i]) for v in POPUP))
            for i, keep in enumerate(sweep)
        ]
        text += f"### {dataset}: edge-popup, accuracy in % over the share of edges kept\n\n"
        text += "Claimed: a peak in the middle; signed constants ahead of normal weights.\n\n"
        text += common.table(("kept, %", *POPUP.values()), rows) + "\n"
        for variant, name in POPUP.items():
            means = [statistics.mean(values) for values in figures[variant]]
            best = means.index(max(means))
            peak = all(_ahead(figures[variant][best], figures[variant][end]) for end in (0, -1))
            text += (
                f"- {name}: best at {100 * sweep[best]:g} %, {'a' if peak else 'no'} peak in the middle "
                "beyond the error bars\n"
            )
        ahead = sum(_ahead(a, b) for a, b in zip(figures["signed"], figures["normal"], strict=True))
        text += (
            f"- signed constants ahead of normal weights beyond the error bars at {ahead} of {len(sweep)} "
            "shares\n\n"
        )
    return text


def plots(study: common.Study, folder: Path) -> list[Path]:
    """Draw accuracy over the share of edges kept, by edge-popup."""
    from matplotlib.figure import Figure

    paths = []
    for dataset in study["settings"]["sweep_datasets"]:
        figure = Figure(figsize=(5, 3.5))
        axes = figure.add_subplot(
            xlabel="edges kept, %", ylabel="accuracy, %", title=f"edge-popup, {dataset}"
        )
        for variant, name in POPUP.items():
            groups = [_accuracies(study, dataset, variant, keep) for keep in study["settings"]["sweep"]]
            axes.errorbar(
                [100 * keep for keep in study["settings"]["sweep"]],
                [100 * statistics.mean(values) for values in groups],
                [100 * _deviation(values) for values in groups],
                label=name,
                capsize=3,
            )
        axes.legend()
        paths.append(common.save_plot(figure, folder / f"edge-popup-{dataset}.svg"))
    return paths


if __name__ == "__main__":
    common.main(__file__, SIZES, jobs, run)
