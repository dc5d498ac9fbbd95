"""Tables and plots of Learning Digital Circuits, from stored results."""

from __future__ import annotations

from itertools import groupby
from statistics import mean
from typing import TYPE_CHECKING, Any

import common

from nor2hdl.learn.ldc import KINDS, ON_WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from common import Study

    Trade = tuple[str, str, int, float, float, float, float]

NORMS = ("batch", "hard-invert", "soft-invert")
UNIT = ON_WEIGHTS.index(1.0)
FAR = [i for i, value in enumerate(ON_WEIGHTS) if value >= 0.5]
"""The on-weights that the verdict on weight invariance looks at: half to four times the trained one."""


def tables(study: Study) -> str:
    """Return the tables of the study as markdown."""
    parts = (_settings, _claims, _accuracies, _layers, _invariance, _nor_table, _gate_table)
    return "\n".join(part(study) for part in (*parts, _circuits, _curve))


def _settings(study: Study) -> str:
    s = study["settings"]
    rates = ", ".join(f"{variant} {rate:g}" for variant, rate in s["lr"].items())
    return (
        f"Three hidden layers of {s['width']}, {s['epochs']} epochs, batches of {s['batch']}, Adam with the "
        f"learning rates {rates}; each weight starts as 1 with probability {s['fan_in']} / width, so that "
        f"{100 * s['fan_in'] / s['width']:g} % are ones before any training. In the paper: width 4000, 60 "
        "epochs, rate .001, .1 % ones. Dense: the same network with batch norm and ordinary float weights.\n"
    )


def _statistics(variant: str) -> tuple[str, ...]:
    return ("running",) if "invert" in variant else ("batch", "running")


def _variants(study: Study) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """Yield data set, variant and results of the runs at the full width without decay."""
    width = study["settings"]["width"]
    for dataset in study["settings"]["datasets"]:
        for variant in ("dense", *NORMS):
            found = common.select(study, dataset=dataset, variant=variant, width=width, decay=0.0)
            if found:
                yield dataset, variant, found


def _accuracy(result: dict[str, Any], statistics: str = "running") -> float:
    value: float = result["sweep"][statistics][UNIT]
    return value


def _share(result: dict[str, Any], what: str) -> float:
    layers = result["layers"]
    return sum(layer[what] for layer in layers) / sum(layer["weights"] for layer in layers)


def _trades(study: Study) -> list[Trade]:
    """Return data set, variant, width, decay, accuracy, points below the dense network, and share kept."""
    found = []

    def of_point(run: dict[str, Any]) -> tuple[Any, ...]:
        key = run["key"]
        return key["dataset"], key["variant"], key["width"], key["decay"]

    for point, runs in groupby(sorted(study["runs"], key=of_point), key=of_point):
        dataset, variant, width, decay = point
        results = [r["result"] for r in runs]
        dense = common.select(study, dataset=dataset, variant="dense", width=width)
        if variant == "dense" or not dense:
            continue
        accuracy = mean(map(_accuracy, results))
        gap = 100 * (mean(map(_accuracy, dense)) - accuracy)
        kept = mean(_share(r, "kept") for r in results)
        found.append((dataset, variant, width, decay, accuracy, gap, kept))
    return found


def _claims(study: Study) -> str:
    rows = [row for dataset in study["settings"]["datasets"] for row in _claims_on(study, dataset)]
    return common.table(["data", "claimed", "ours", "verdict"], rows)


def _claims_on(study: Study, dataset: str) -> Iterator[list[str]]:
    trades = [t for t in _trades(study) if t[0] == dataset]
    if trades:
        good = any(t[6] < 0.01 and t[5] <= 1 for t in trades)
        yield [
            dataset,
            "more than 99 % pruned, accuracy like a standard network (within 1.0 point)",
            _best_trade(trades),
            _verdict(holds=good),
        ]
    for _, variant, found in _of(study, dataset, *NORMS):
        for statistics in _statistics(variant):
            drop = mean(_drop(r, statistics) for r in found)
            read = variant if "invert" in variant else f"{variant}, {statistics} statistics"
            yield [
                dataset,
                f"constant weights work untuned ({read})",
                f"worst on-weight of .5 to 4 costs {100 * drop:.2f} points",
                _verdict(holds=drop <= 0.01),
            ]
        ideal, measured = (_kind_share(found, reading, "nor") for reading in ("ideal", "measured"))
        loss = mean(_accuracy(r) - r["gates"]["nor"] for r in found)
        shares = f"{100 * ideal:.1f} % with inputs taken as 0 and 1, {100 * measured:.1f} % as measured"
        yield [
            dataset,
            f"each neuron acts as a NOR gate ({variant})",
            f"{shares}; exact NORs in their place cost {100 * loss:.2f} points",
            _verdict(holds=measured >= 0.99 and loss <= 0.01),
        ]


def _best_trade(trades: list[Trade]) -> str:
    """Return the trade that misses the claim by least, a point of accuracy counting as 1 % of the weights."""
    best = min(trades, key=lambda t: (max(t[5] - 1, 0) + 100 * max(t[6] - 0.01, 0), t[5]))
    network = f"{best[1]}, width {best[2]}, decay {best[3]:g}"
    return (
        f"best trade by these very figures: {network}: {100 * best[6]:.2f} % kept, {best[5]:.2f} points "
        "below dense"
    )


def _verdict(*, holds: bool) -> str:
    return "holds" if holds else "does not hold"


def _of(study: Study, dataset: str, *variants: str) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    return (v for v in _variants(study) if v[0] == dataset and v[1] in variants)


def _drop(result: dict[str, Any], statistics: str) -> float:
    """Return what the worst on-weight from 0.5 to 4 costs against an on-weight of 1."""
    values = result["sweep"][statistics]
    return float(values[UNIT] - min(values[i] for i in FAR))


def _kind_share(found: list[dict[str, Any]], reading: str, kind: str) -> float:
    kinds = [layer["kinds"] for r in found for layer in r["nor"][reading]]
    live = sum(sum(k.values()) for k in kinds)
    return sum(k[kind] for k in kinds) / max(live, 1)


def _accuracies(study: Study) -> str:
    rows = [
        [
            dataset,
            variant,
            common.mean_sd(map(_accuracy, found)),
            common.mean_sd(_accuracy(r, "batch") for r in found),
            common.mean_sd(_share(r, "kept") for r in found),
            common.mean_sd(_share(r, "live") for r in found),
        ]
        for dataset, variant, found in _variants(study)
    ]
    head = ["data", "norm", "accuracy, running statistics", "batch statistics", "weights kept", "live"]
    text = "Accuracy, and weights kept, in percent; live: on a path from input to class.\n"
    return f"{text}\n{common.table(head, rows)}"


def _layers(study: Study) -> str:
    rows = []
    for dataset, variant, found in _variants(study):
        if variant == "dense":
            continue
        for i in range(len(found[0]["layers"])):
            layers = [r["layers"][i] for r in found]
            rows.append(
                [
                    dataset,
                    variant,
                    i,
                    common.mean_sd(layer["kept"] / layer["weights"] for layer in layers),
                    common.mean_sd(layer["live"] / layer["weights"] for layer in layers),
                    f"{mean(layer['live_units'] for layer in layers):.0f} of {layers[0]['units']}",
                ]
            )
    head = ["data", "norm", "layer", "kept", "live", "live units"]
    return f"By layer, the last one the output layer.\n\n{common.table(head, rows)}"


def _invariance(study: Study) -> str:
    at = [ON_WEIGHTS.index(value) for value in (0.0, 0.1, 0.5, 1.0, 2.0, 4.0)]
    rows = [
        [dataset, variant, s, *(common.mean_sd(r["sweep"][s][i] for r in found) for i in at)]
        for dataset, variant, found in _variants(study)
        for s in _statistics(variant)
    ]
    head = ["data", "norm", "statistics", *(f"on-weight {ON_WEIGHTS[i]:g}" for i in at)]
    text = (
        "Accuracy by the one value that all on-weights share (dense: by what every weight is multiplied by; "
        "an invert has no statistics).\n"
    )
    return f"{text}\n{common.table(head, rows)}"


def _agreement(layers: list[dict[str, Any]]) -> float:
    """Return the share of all bits that are the NOR, so that each live unit counts alike."""
    live = [sum(layer["kinds"].values()) for layer in layers]
    right = sum(n * layer["agreement"] for n, layer in zip(live, layers, strict=True))
    return float(right / max(sum(live), 1))


def _nor_table(study: Study) -> str:
    rows = [
        [
            dataset,
            variant,
            reading,
            *(f"{100 * _kind_share(found, reading, kind):.1f}" for kind in KINDS),
            common.mean_sd(_agreement(r["nor"][reading]) for r in found),
        ]
        for dataset, variant, found in _variants(study)
        if variant != "dense"
        for reading in ("ideal", "measured")
    ]
    head = ["data", "norm", "reading", *KINDS, "bits that are the NOR"]
    text = (
        "What live hidden units compute of their connected inputs, percent of units. Ideal: inputs are 0 and "
        "1. Measured: inputs have the two typical values of the unit before. Last column: the share of all "
        "bits, over training samples and live units, that are the NOR of the bits before.\n"
    )
    return f"{text}\n{common.table(head, rows)}"


def _gate_table(study: Study) -> str:
    rows = []
    for dataset, variant, found in _variants(study):
        if variant != "dense":
            names = list(found[0]["gates"])
            rows += [
                [dataset, variant, "none" if name is None else name, common.mean_sd(values)]
                for name, values in [
                    (None, map(_accuracy, found)),
                    *((name, [r["gates"][name] for r in found]) for name in names),
                ]
            ]
    text = (
        "Accuracy with every unit replaced by a gate. Running: the output layer keeps its running "
        "statistics; else they are measured again.\n"
    )
    return f"{text}\n{common.table(['data', 'norm', 'gates', 'accuracy'], rows)}"


def _circuits(study: Study) -> str:
    rows = []
    for dataset, variant, found in _variants(study):
        for gates, c in (item for r in found for item in r.get("circuits", {}).items()):
            rows.append(
                [
                    dataset,
                    variant,
                    gates,
                    "-".join(map(str, c["neurons"])),
                    f"{100 * c['accuracy']:.2f}",
                    *("-" if c[k] is None else f"{c[k]:,}" for k in ("nors", "nand2", "lut6", "levels")),
                    "; ".join(f"{claim}: {status}" for claim, status in c["claims"].items()),
                ]
            )
    head = ["data", "norm", "gates", "neurons", "accuracy", "NOR", "NAND2 + INV", "LUT6", "levels", "checked"]
    return f"The gates of seed 0 as a circuit, all-in.\n\n{common.table(head, rows)}"


def _curve(study: Study) -> str:
    rows = [
        [
            *(dataset, variant, width, f"{decay:g}"),
            len(common.select(study, dataset=dataset, variant=variant, width=width, decay=decay)),
            *(f"{100 * accuracy:.2f}", f"{gap:.2f}", f"{100 * kept:.2f}"),
        ]
        for dataset, variant, width, decay, accuracy, gap, kept in _trades(study)
    ]
    head = ["data", "norm", "width", "decay", "seeds", "accuracy", "points below dense", "weights kept"]
    text = "The trade between accuracy and weights kept; dense: the mean of its seeds at the same width.\n"
    return f"{text}\n{common.table(head, rows)}"


def plots(study: Study, folder: Path) -> list[Path]:
    """Draw accuracy over the on-weight, and over the weights kept."""
    return [_plot_sweep(study, folder / "ldc-sweep.svg"), _plot_curve(study, folder / "ldc-curve.svg")]


def _plot_sweep(study: Study, path: Path) -> Path:
    from matplotlib.figure import Figure

    datasets = study["settings"]["datasets"]
    figure = Figure(figsize=(5 * len(datasets), 3.5))
    axes = figure.subplots(1, len(datasets), squeeze=False, sharey=True)[0]
    for axis, dataset in zip(axes, datasets, strict=True):
        for i, (_, variant, found) in enumerate(_of(study, dataset, "dense", *NORMS)):
            for statistics, style in (("running", "-"), ("batch", "--")):
                if statistics == "batch" and "invert" in variant:
                    continue
                values = [100 * mean(v) for v in zip(*(r["sweep"][statistics] for r in found), strict=True)]
                label = variant if "invert" in variant else f"{variant}, {statistics} statistics"
                axis.plot(ON_WEIGHTS, values, style, color=f"C{i}", label=label)
        axis.set(title=dataset, xlabel="on-weight", ylabel="test accuracy, %")
    axes[0].legend(fontsize=7)
    return common.save_plot(figure, path)


def _plot_curve(study: Study, path: Path) -> Path:
    from matplotlib.figure import Figure

    datasets = study["settings"]["datasets"]
    figure = Figure(figsize=(5 * len(datasets), 3.5))
    axes = figure.subplots(1, len(datasets), squeeze=False)[0]
    for axis, dataset in zip(axes, datasets, strict=True):
        for i, variant in enumerate(NORMS):
            points = [t for t in _trades(study) if t[:2] == (dataset, variant)]
            axis.scatter(
                [100 * t[6] for t in points], [t[5] for t in points], color=f"C{i + 1}", label=variant
            )
            for _, _, width, decay, _, gap, kept in points:
                label = f"{width}" if not decay else f"{width}, decay {decay:g}"
                axis.annotate(label, (100 * kept, gap), fontsize=6)
        axis.axvline(1, color="gray", linewidth=0.5)
        axis.axhline(1, color="gray", linewidth=0.5)
        axis.set(title=dataset, xlabel="weights kept, %", ylabel="points below dense", xscale="log")
    axes[0].legend(fontsize=7)
    return common.save_plot(figure, path)
