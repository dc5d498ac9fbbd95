"""What `nor2hdl run` gives: the recipes over several seeds, beside dense networks of the same width."""

from __future__ import annotations

import dataclasses
import statistics
from typing import TYPE_CHECKING, Any

import common
import torch
from torch import nn

from nor2hdl import flow
from nor2hdl.data import load
from nor2hdl.learn import FitConfig, accuracy, fit, recipe_for

if TYPE_CHECKING:
    from pathlib import Path

    from nor2hdl.data import Dataset
    from nor2hdl.learn import Recipe

SIZES = {
    "toy": {
        "networks": [["digits", "small"]],
        "seeds": 1,
        "hidden": [40],
        "epochs": 2,
        "dense": {"epochs": 2, "milestones": [], "shift": 0},
    },
    "quick": {
        "networks": [["mnist", "small"], ["mnist", "accurate"]],
        "seeds": 1,
        "hidden": None,
        "epochs": None,
        "dense": {"epochs": 4, "milestones": [3], "shift": 1},
    },
}
SIZES["full"] = SIZES["quick"] | {
    "networks": [["mnist", "small"], ["mnist", "accurate"], ["fashion-mnist", "small"]],
    "seeds": 3,
}
DENSE = "dense"
CIRCUIT = "circuit"


def jobs(settings: dict[str, Any]) -> list[common.Key]:
    """Return a run for each network, kind and seed."""
    return [
        {"dataset": dataset, "recipe": recipe, "kind": kind, "seed": seed}
        for dataset, recipe in settings["networks"]
        for kind in (CIRCUIT, DENSE)
        for seed in range(settings["seeds"])
    ]


def run(key: common.Key, settings: dict[str, Any]) -> dict[str, Any]:
    """Train one network, compile it unless it is dense, and look at the test set once."""
    if key["kind"] == DENSE:
        return _dense(key, settings)
    dataset = load(key["dataset"])
    recipe = _recipe(dataset, key, settings)
    folder = common.build_folder(key)
    model, notes = flow.train_model(dataset, recipe, folder)
    report = flow.compile_model(model, dataset, folder, notes=notes).report
    test = next(a for a in report.accuracy if a.split == "test")
    mapped = report.mapped
    return {
        "test": test.share,
        "kept": 1 - report.model.pruned,
        "neurons": recipe.hidden[0],
        "live": report.model.live,
        "gates": None if mapped is None else mapped.nand2 + mapped.nand2_inverters,
        "lut4": None if mapped is None else mapped.lut4,
        "lut6": None if mapped is None else mapped.lut6,
        "nor": report.emitted.total.gates,
        "levels": report.emitted.levels,
        "claims": {c.claim: c.verdict for c in report.claims},
    }


def _recipe(dataset: Dataset, key: common.Key, settings: dict[str, Any]) -> Recipe:
    recipe = recipe_for(dataset, key["recipe"])
    changes = {"seed": key["seed"]} | ({"epochs": settings["epochs"]} if settings["epochs"] else {})
    return dataclasses.replace(
        recipe,
        hidden=tuple(settings["hidden"] or recipe.hidden),
        config=dataclasses.replace(recipe.config, **changes),
    )


def _dense(key: common.Key, settings: dict[str, Any]) -> dict[str, Any]:
    dataset = load(key["dataset"])
    width = _recipe(dataset, key, settings).hidden[0]
    training, valid, test = common.pictures(key["dataset"])
    torch.manual_seed(key["seed"])
    net = nn.Sequential(
        nn.Linear(training[0].shape[1], width), nn.ReLU(), nn.Linear(width, len(dataset.classes))
    )
    dense = settings["dense"]
    config = FitConfig(epochs=dense["epochs"], milestones=tuple(dense["milestones"]), seed=key["seed"])
    fit(net, _shifted(training, dataset.shape, dense["shift"]), valid, config)
    return {"test": accuracy(net, *test), "neurons": width}


def _shifted(split: common.Split, shape: tuple[int, ...], most: int) -> common.Split:
    """Return the pictures at every shift of up to `most` pixels, as the recipes see them by and by."""
    pictures = split[0].reshape(-1, *shape)
    padded = nn.functional.pad(pictures, (most,) * 4)
    shifts = [(dy, dx) for dy in range(2 * most + 1) for dx in range(2 * most + 1)]
    moved = [padded[:, dy : dy + shape[0], dx : dx + shape[1]].flatten(1) for dy, dx in shifts]
    return torch.cat(moved), split[1].repeat(len(shifts))


def tables(study: common.Study) -> str:
    """Return the figures of the recipes and what is lost against the dense networks, in markdown."""
    head = (
        "data",
        "recipe",
        "accuracy %",
        "dense, same width, %",
        "weights pruned %",
        "NAND2 + INV",
        "LUT6",
        "LUT4",
        "NOR gates",
        "levels",
    )
    networks = study["settings"]["networks"]
    verdicts = "".join(_verdict(study, dataset, recipe) for dataset, recipe in networks)
    rows = [_row(study, *network) for network in networks]
    return f"{common.table(head, rows)}\n{verdicts}\n{_checked(study)}"


def _row(study: common.Study, dataset: str, recipe: str) -> list[str]:
    ours = common.select(study, dataset=dataset, recipe=recipe, kind=CIRCUIT)
    dense = common.select(study, dataset=dataset, recipe=recipe, kind=DENSE)
    sizes = [_size(ours, name) for name in ("gates", "lut6", "lut4", "nor", "levels")]
    return [
        dataset,
        f"`{recipe}`, {ours[0]['neurons']} neurons",
        common.mean_sd(r["test"] for r in ours),
        common.mean_sd(r["test"] for r in dense),
        common.mean_sd(1 - r["kept"] for r in ours),
        *sizes,
    ]


def _size(runs: list[dict[str, Any]], name: str) -> str:
    return common.mean_sd((r[name] for r in runs if r[name] is not None), scale=1, digits=0)


def _verdict(study: common.Study, dataset: str, recipe: str) -> str:
    ours = common.select(study, dataset=dataset, recipe=recipe, kind=CIRCUIT)
    dense = common.select(study, dataset=dataset, recipe=recipe, kind=DENSE)
    lost = 100 * (statistics.mean(r["test"] for r in dense) - statistics.mean(r["test"] for r in ours))
    pruned = min(100 * (1 - r["kept"]) for r in ours)
    word = "holds" if lost <= 1 and pruned > 99 else "does not hold"
    return (
        f"- {dataset}, `{recipe}`: more than 99 % pruned within 1.0 point of the dense network of the same "
        f"width: at least {pruned:.2f} % pruned, {lost:.2f} points below ({word}; seeds: {len(ours)}).\n"
    )


def _checked(study: common.Study) -> str:
    claims = [v for r in common.select(study, kind=CIRCUIT) for v in r["claims"].values()]
    good = sum(verdict in ("proved equal", "equal on samples") for verdict in claims)
    return f"Of {len(claims)} claims (model = netlist = minimized = Verilog) {good} hold.\n"


def plots(study: common.Study, folder: Path) -> list[Path]:
    """Draw accuracy against all-in gates, every seed a point."""
    from matplotlib.figure import Figure

    paths = []
    for dataset in dict.fromkeys(dataset for dataset, _ in study["settings"]["networks"]):
        figure = Figure(figsize=(6, 4))
        axes = figure.subplots()
        for marker, recipe in zip("os", ("small", "accurate"), strict=True):
            runs = [
                r for r in common.select(study, dataset=dataset, recipe=recipe, kind=CIRCUIT) if r["gates"]
            ]
            if runs:
                points = [r["gates"] for r in runs], [100 * r["test"] for r in runs]
                axes.plot(*points, marker=marker, linestyle="none", label=recipe)
        axes.set_xscale("log")
        axes.set_xlabel("NAND2 + INV, all-in")
        axes.set_ylabel("test accuracy, %")
        axes.set_title(dataset)
        axes.legend()
        paths.append(common.save_plot(figure, folder / f"recipes-{dataset}.svg"))
    return paths


if __name__ == "__main__":
    common.main(__file__, SIZES, jobs, run)
