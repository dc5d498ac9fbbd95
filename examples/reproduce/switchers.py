"""Switcher networks on connections (arXiv 2103.15590) and neurons (2110.05954), against their controls."""

from __future__ import annotations

import copy
from itertools import pairwise
from statistics import mean
from typing import TYPE_CHECKING, Any

import common
import torch
from torch import Tensor, nn
from torch.nn import functional

from nor2hdl.learn import FitConfig, accuracy, fit
from nor2hdl.learn.structure import (
    Learner,
    MagnitudePruning,
    Switching,
    kept_share,
    latent_of,
    structure_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from common import Key, Split, Study

KINDS = ("connections", "neurons")
CONTROLS = {
    "learned": "switcher",
    "frozen": "frozen random switcher",
    "free": "free gates",
    "magnitude": "magnitude pruning",
}

SIZES: dict[str, Any] = {
    "toy": {
        "datasets": ["digits"],
        "seeds": 2,
        "pool": 1,
        "hidden": [24, 16],
        "deviation": 0.2,
        "channels": 2,
        "lr": 0.1,
        "batch": 50,
        "epochs": 6,
        "milestones": [3, 5],
    },
    "quick": {
        "datasets": ["mnist", "fashion-mnist"],
        "seeds": 5,
        "pool": 2,
        "hidden": [60, 30],
        "deviation": 0.1,
        "channels": 4,
        "lr": 0.1,
        "batch": 250,
        "epochs": 10,
        "milestones": [5, 8],
    },
    "full": {
        "datasets": ["mnist", "fashion-mnist"],
        "seeds": 5,
        "pool": 1,
        "hidden": [300, 100],
        "deviation": 0.01,
        "channels": 8,
        "lr": 0.1,
        "batch": 64,
        "epochs": 100,
        "milestones": [50, 75],
    },
}


FAST = "dense, learning rate x 3"
"""A control for a schedule that is too short for the plain dense network; no other one was tried here."""


def jobs(settings: dict[str, Any]) -> list[Key]:
    """Return the keys of all runs; a run of a kind of switcher holds its controls, which need its zeros."""
    return [
        {"dataset": dataset, "variant": variant, "seed": seed}
        for dataset in settings["datasets"]
        for variant in ("dense", *KINDS, FAST)
        for seed in range(settings["seeds"])
    ]


def run(key: Key, settings: dict[str, Any]) -> dict[str, Any]:
    """Train the dense network, or a switcher and then its controls at the share of zeros that it found."""
    splits = common.pictures(key["dataset"])
    data = [(_pooled(x, settings["pool"]), y) for x, y in splits]
    if key["variant"] == "dense":
        return {"dense": _train(data, settings, key["seed"], None)}
    if key["variant"] == FAST:
        faster = settings | {"lr": 3 * settings["lr"]}
        return {FAST: _train(data, faster, key["seed"], None)}
    kind, channels = key["variant"], settings["channels"]
    found = {"learned": _train(data, settings, key["seed"], Switching(kind, channels=channels))}
    # A share of exactly 0 or 1 is no budget.
    zero = min(max(found["learned"]["zero"], 0.001), 0.999)
    half = settings["epochs"] // 2
    controls = {
        "frozen": Switching(kind, gates="frozen", channels=channels),
        "free": Switching(kind, gates="free", off=zero),
        "magnitude": MagnitudePruning(1 - zero, first=half, retrain=settings["epochs"] - half),
    }
    return found | {name: _train(data, settings, key["seed"], c) for name, c in controls.items()}


def _pooled(x: Tensor, size: int) -> Tensor:
    if size == 1:
        return x
    side = round(x.shape[1] ** 0.5)
    return functional.avg_pool2d(x.view(-1, 1, side, side), size).flatten(1)


def _train(
    data: Sequence[Split], settings: dict[str, Any], seed: int, learner: Learner | None
) -> dict[str, Any]:
    train, valid, test = data
    net, layers = _mlp(train[0].shape[1], settings, seed)
    started: list[float] = []
    if learner is not None:
        learner.attach(layers, seed=seed)
        started = _zeros(layers)
    config = FitConfig(
        epochs=settings["epochs"],
        batch=settings["batch"],
        lr=settings["lr"],
        optimizer="sgd",
        milestones=tuple(settings["milestones"]),
        seed=seed,
    )
    history = fit(net, train, valid, config, learner=learner)
    gap = _gap(layers) if isinstance(learner, Switching) else 0.0
    if learner is not None:
        learner.fold()
    shares = _zeros(layers)
    sizes = [layer.weight.numel() for layer in layers]
    return {
        "accuracy": accuracy(net, *test),
        "validation": [s.accuracy for s in history],
        "started": started,
        "layers": shares,
        "zero": sum(a * b for a, b in zip(shares, sizes, strict=True)) / sum(sizes),
        "gap": gap,
        "finite": all(bool(layer.weight.isfinite().all()) for layer in layers),
    }


def _mlp(features: int, settings: dict[str, Any], seed: int) -> tuple[nn.Module, list[nn.Linear]]:
    widths = [features, *settings["hidden"], 10]
    layers = [nn.Linear(a, b, bias=False) for a, b in pairwise(widths)]
    random = torch.Generator().manual_seed(seed)
    for layer in layers:
        nn.init.normal_(layer.weight, 0, settings["deviation"], generator=random)
    parts = [module for layer in layers for module in (layer, nn.ReLU())]
    return nn.Sequential(*parts[:-1]), layers


def _zeros(layers: Sequence[nn.Linear]) -> list[float]:
    for layer in layers:
        layer.eval()
    return [1 - kept_share(layer) for layer in layers]


def _gap(layers: Sequence[nn.Linear]) -> float:
    """Return the share of weights that running statistics switch otherwise than the picture's own do."""
    other = total = 0
    for layer in layers:
        structure = structure_of(layer)
        if structure is not None:
            latent = latent_of(layer).detach()
            # A copy: a pass in training mode moves the running statistics, which the fold is still to use.
            own = copy.deepcopy(structure).train().mask(latent)
            other += int((own != structure.eval().mask(latent)).sum())
            total += latent.numel()
    return other / total


def tables(study: Study) -> str:
    """Return the tables of the study as markdown."""
    return "\n".join([_setting(study), _accuracies(study), _verdicts(study), _layers(study)])


def _setting(study: Study) -> str:
    s = study["settings"]
    paper = SIZES["full"]
    shrunk = [
        f"{name} {s[key]} in place of {paper[key]}"
        for key, name in (
            ("pool", "pictures pooled by"),
            ("hidden", "hidden layers"),
            ("deviation", "deviation of the first weights"),
            ("channels", "channels of the first convolution"),
            ("batch", "batch"),
            ("epochs", "epochs"),
        )
        if s[key] != paper[key]
    ]
    text = (
        f"SGD {s['lr']} without momentum, a tenth of it after epochs "
        f"{' and '.join(map(str, s['milestones']))}; network and switcher in turn, an epoch each. All "
        "networks have as many epochs, so one with a switcher or free gates has half of them to itself. "
        "Those of magnitude pruning are pruned once, half-way, to the share that the switcher of the same "
        "seed found, and free gates begin with that share of zeros; a frozen switcher has the zeros that it "
        "comes to.\n"
    )
    if not shrunk:
        return text
    return (
        f"{text}\nShrunk against the paper: {'; '.join(shrunk)}. In so few epochs no network is trained out: "
        "one that is ahead here has learned faster, and need not be better in the end.\n"
    )


def _results(study: Study, dataset: str, variant: str, network: str) -> list[dict[str, Any]]:
    found = common.select(study, dataset=dataset, variant=variant)
    return [result[network] for result in found]


def _differences(study: Study, dataset: str, kind: str, network: str, other: str) -> list[float]:
    """Return by how much `network` is ahead of `other`, 0 to 1, seed by seed."""
    runs = {
        (r["key"]["variant"], r["key"]["seed"]): r["result"]
        for r in study["runs"]
        if r["key"]["dataset"] == dataset
    }
    place = other if other in ("dense", FAST) else kind
    return [
        runs[kind, seed][network]["accuracy"] - runs[place, seed][other]["accuracy"]
        for variant, seed in runs
        if variant == kind and (place, seed) in runs
    ]


def _networks() -> list[tuple[str, str, str]]:
    rows = [("dense", "dense", "dense"), (FAST, FAST, FAST)]
    for kind in KINDS:
        rows += [(kind, network, f"{kind}: {name}") for network, name in CONTROLS.items()]
    return rows


def _accuracies(study: Study) -> str:
    rows = []
    for dataset in study["settings"]["datasets"]:
        for variant, network, name in _networks():
            found = _results(study, dataset, variant, network)
            if not found:
                continue
            ahead = _differences(study, dataset, variant, network, "dense")
            rows.append(
                [
                    dataset,
                    name,
                    common.mean_sd(r["accuracy"] for r in found),
                    "" if variant == "dense" else common.mean_sd(ahead),
                    common.mean_sd((r["zero"] for r in found), digits=1),
                    sum(not r["finite"] for r in found) or "",
                ]
            )
    head = ["data", "network", "test accuracy", "points ahead of dense", "zero weights, %", "diverged"]
    return common.table(head, rows)


def _verdicts(study: Study) -> str:
    rows = []
    for dataset in study["settings"]["datasets"]:
        for kind in KINDS:
            learned = _results(study, dataset, kind, "learned")
            if not learned:
                continue
            zeros = min(r["zero"] for r in learned)
            off = "holds" if zeros > 0.01 else "does not hold"
            start, end = (
                common.mean_sd((mean(r[k]) for r in learned), digits=1) for k in ("started", "layers")
            )
            cells = [
                common.ahead(_differences(study, dataset, kind, "learned", other))
                for other in ("dense", FAST, "frozen", "free", "magnitude")
            ]
            rows.append([dataset, kind, *cells, f"{100 * zeros:.1f} ({off})", start, end])
    head = ["data", "switcher on"]
    head += [
        "better than dense",
        f"better than {FAST}",
        *(f"better than {CONTROLS[c]}" for c in ("frozen", "free", "magnitude")),
    ]
    head += ["zeros without a loss that asks for them: least, %", "zeros at the start", "at the end"]
    text = (
        "Points ahead, seed by seed: mean and half its 95 % interval (Student's t). *Holds*: the interval is "
        "above 0; *does not hold*: below; else *open*. For the zeros: above 1 % of the weights in every run. "
        "At the start and at the end: mean of the layers; what was there before training was not learned.\n"
    )
    return f"{text}\n{common.table(head, rows)}"


def _layers(study: Study) -> str:
    rows = []
    for dataset in study["settings"]["datasets"]:
        for variant, network, name in _networks():
            found = _results(study, dataset, variant, network)
            if not found or variant not in KINDS or network == "magnitude":
                continue
            ends = [
                common.mean_sd(share, digits=1) for share in zip(*(r["layers"] for r in found), strict=True)
            ]
            starts = (mean(r["started"]) for r in found)
            gap = common.mean_sd((r["gap"] for r in found), digits=2)
            rows.append([dataset, name, common.mean_sd(starts, digits=1), *ends, gap])
    if not rows:
        return ""
    layers = len(rows[0]) - 4
    head = ["data", "network", "at the start", *(f"layer {i}" for i in range(layers)), "switched otherwise"]
    text = (
        "Zero weights in percent: at the start (mean of the layers), and after the gates are folded into the "
        "weights, by layer. *Switched otherwise*: the weights that are on or off only because the fold uses "
        "the running statistics of batch normalization and not those of the weights themselves.\n"
    )
    return f"{text}\n{common.table(head, rows)}"


def plots(study: Study, folder: Path) -> list[Path]:
    """Draw accuracy against the share of zero weights."""
    from matplotlib.figure import Figure

    datasets = study["settings"]["datasets"]
    figure = Figure(figsize=(5 * len(datasets), 4))
    for axes, dataset in zip(figure.subplots(1, len(datasets), squeeze=False)[0], datasets, strict=True):
        for variant, network, name in _networks():
            found = _results(study, dataset, variant, network)
            zero, right = ([100 * r[k] for r in found] for k in ("zero", "accuracy"))
            marker = {"dense": "s", FAST: "D", "connections": "o", "neurons": "^"}[variant]
            axes.plot(zero, right, marker, alpha=0.7, label=name)
        axes.set(title=dataset, xlabel="zero weights, %", ylabel="test accuracy, %")
    axes.legend(fontsize="x-small")
    return [common.save_plot(figure, folder / "switchers.svg")]


if __name__ == "__main__":
    common.main(__file__, SIZES, jobs, run)
