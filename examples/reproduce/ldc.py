"""Learning Digital Circuits (arXiv 1909.00052): self-pruning, weight invariance, the NOR argument, gates."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import common
import torch
from ldc_tables import NORMS, plots, tables

from nor2hdl.data import Dataset, load
from nor2hdl.flow import Settings, compile_model
from nor2hdl.learn import FitConfig, fit
from nor2hdl.learn.ldc import (
    GateNet,
    LdcNet,
    count_kept,
    nor_test,
    replace_units,
    sweep,
    to_classifier,
)
from nor2hdl.learn.structure import BinaryConnect

if TYPE_CHECKING:
    from common import Key, Split

__all__ = ["SIZES", "jobs", "plots", "run", "tables"]

GATES = ("nor", "or-nor", "threshold")

# fan_in: how many ones a hidden unit starts with on average; a share of 0.001 of the width of 4000 is 4.
SIZES: dict[str, Any] = {
    "toy": {
        "datasets": ["digits"],
        "seeds": 1,
        "width": 30,
        "epochs": 20,
        "batch": 50,
        "lr": {"dense": 0.001, "batch": 0.005, "hard-invert": 0.005, "soft-invert": 0.005},
        "fan_in": 3,
        "samples": 1000,
        "curve": [[20, 0.0], [30, 0.1]],
        "compiled": ["threshold"],
        "timeout": 30,
    },
    "quick": {
        "datasets": ["mnist", "fashion-mnist"],
        "seeds": 3,
        "width": 400,
        "epochs": 8,
        "batch": 200,
        "lr": {"dense": 0.001, "batch": 0.005, "hard-invert": 0.001, "soft-invert": 0.001},
        "fan_in": 4,
        "samples": 5000,
        "curve": [[100, 0.0], [400, 0.03], [400, 0.05], [400, 0.1]],
        "compiled": ["nor", "threshold"],
        "timeout": 120,
    },
    "full": {
        "datasets": ["mnist", "fashion-mnist"],
        "seeds": 3,
        "width": 4000,
        "epochs": 60,
        "batch": 200,
        "lr": {"dense": 0.001, "batch": 0.001, "hard-invert": 0.001, "soft-invert": 0.001},
        "fan_in": 4,
        "samples": 10000,
        "curve": [[500, 0.0], [1000, 0.0], [2000, 0.0], [4000, 0.01], [4000, 0.03], [4000, 0.1]],
        "compiled": ["nor", "threshold"],
        "timeout": 3600,
    },
}


def jobs(settings: dict[str, Any]) -> list[Key]:
    """Return the key of every run: all variants and seeds at the full width, then one seed for the curve."""

    def key(dataset: str, variant: str, width: int, decay: float, seed: int) -> Key:
        return {"dataset": dataset, "variant": variant, "width": width, "decay": decay, "seed": seed}

    keys = []
    for dataset in settings["datasets"]:
        keys += [
            key(dataset, variant, settings["width"], 0.0, seed)
            for variant in ("dense", *NORMS)
            for seed in range(settings["seeds"])
        ]
        others = sorted({width for width, _ in settings["curve"]} - {settings["width"]})
        keys += [key(dataset, "dense", width, 0.0, 0) for width in others]
        keys += [key(dataset, "batch", width, decay, 0) for width, decay in settings["curve"]]
    return keys


def run(key: Key, settings: dict[str, Any]) -> dict[str, Any]:
    """Train one network and measure it on the test split; at the full width also as gates."""
    train, valid, test = common.pictures(key["dataset"])
    dense = key["variant"] == "dense"
    widths = (train[0].shape[1], *(key["width"],) * 3, int(train[1].max()) + 1)
    net = LdcNet(widths, norm="batch" if dense else key["variant"], seed=key["seed"])
    learner = None
    if not dense:
        learner = BinaryConnect(start=settings["fan_in"] / key["width"], decay=key["decay"])
        learner.attach(net.layers, seed=key["seed"])
    config = FitConfig(
        epochs=settings["epochs"],
        batch=settings["batch"],
        lr=settings["lr"][key["variant"]],
        seed=key["seed"],
    )
    history = fit(net, train, valid, config, learner=learner)
    if learner is not None:
        learner.fold()
    result = {
        "loss": [epoch.loss for epoch in history],
        "validation": [epoch.accuracy for epoch in history],
        "layers": [dataclasses.asdict(count) for count in count_kept(net)],
        "sweep": _sweeps(net, test),
    }
    if not dense and key["width"] == settings["width"] and not key["decay"]:
        result |= _as_gates(net, train[0][: settings["samples"]], key, settings)
    return result


def _sweeps(net: LdcNet, test: Split) -> dict[str, list[float]]:
    net.to("cuda" if torch.cuda.is_available() else "cpu")
    running = sweep(net, *test)
    batch = sweep(net, *test, statistics="batch") if net.norm == "batch" else running
    net.cpu()
    return {"running": running, "batch": batch}


def _as_gates(net: LdcNet, x: torch.Tensor, key: Key, settings: dict[str, Any]) -> dict[str, Any]:
    data = load(key["dataset"])
    replaced = {}
    for gates in GATES:
        for remeasure in (True, False):
            if remeasure or net.norm == "batch":
                model = to_classifier(replace_units(net, x, gates=gates, remeasure=remeasure))
                accuracy = float((model.predict(data.x_test) == data.y_test).mean())
                replaced[gates if remeasure else f"{gates}, running"] = accuracy
    tests = {
        reading: [dataclasses.asdict(t) for t in nor_test(net, x, ideal=reading == "ideal")]
        for reading in ("ideal", "measured")
    }
    result: dict[str, Any] = {"nor": tests, "gates": replaced}
    if key["seed"] == 0:
        result["circuits"] = {
            gates: _compiled(replace_units(net, x, gates=gates), data, key | {"gates": gates}, settings)
            for gates in settings["compiled"]
        }
    return result


def _compiled(gates: GateNet, data: Dataset, key: Key, settings: dict[str, Any]) -> dict[str, Any]:
    model = to_classifier(gates, shape=data.shape, class_names=data.classes)
    folder = common.build_folder(key)
    report = compile_model(model, data, folder, settings=Settings(timeout=settings["timeout"])).report
    mapped = report.mapped
    test = next(a for a in report.accuracy if a.split == "test")
    return {
        "neurons": [layer["neurons"] for layer in report.model.layers],
        "nors": report.minimized.total.gates,
        "levels": report.minimized.levels,
        "nand2": None if mapped is None else mapped.nand2 + mapped.nand2_inverters,
        "lut6": None if mapped is None else mapped.lut6,
        "accuracy": test.correct / test.total,
        "claims": {claim.claim: claim.status for claim in report.claims},
    }


if __name__ == "__main__":
    common.main(__file__, SIZES, jobs, run)
