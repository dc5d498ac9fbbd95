"""What a build came to: where its gates are, and which classes it takes for which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nor2hdl.errors import DataError
from nor2hdl.view._figures import BLUE, GRAY, ORANGE, new_figure, own_style, settle, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from nor2hdl.report import CircuitSize, Report

MOST_PARTS = 24
MOST_WRITTEN = 20
"""Classes up to which the confusion matrix has its counts written into it."""

MOST_NAMED = 50
"""Classes up to which each has its name beside the confusion matrix."""


@own_style()
def area_figure(report: Report) -> Figure:
    """Draw how large each part of the circuit is: as extracted, as minimized, and as emitted.

    Parameters
    ----------
    report
        The report of a build.

    Returns
    -------
    Figure
        A bar for each part and circuit, in two-input equivalents: a NOR gate of k > 1 inputs counts k - 1.

    Examples
    --------
    >>> import tempfile
    >>> from nor2hdl import flow
    >>> from nor2hdl.data import load
    >>> from nor2hdl.learn import nor_classifier
    >>> model = nor_classifier(64, 10, hidden=[10], shape=(8, 8))
    >>> settings = flow.Settings(mapped=False)
    >>> build = flow.compile_model(model, load("digits"), tempfile.mkdtemp(), settings=settings)
    >>> [bars.get_label().split(":")[0] for bars in area_figure(build.report).axes[0].containers]
    ['as extracted', 'minimized = emitted']
    """
    circuits = {"as extracted": report.extracted, "minimized = emitted": report.minimized}
    if report.approximation is not None:
        circuits = {"as extracted": report.extracted, "minimized": report.minimized}
        circuits[f"emitted, {report.approximation.label}"] = report.approximation.size
    areas = _part_areas(circuits)
    parts = list(next(iter(areas.values())))
    figure = new_figure(1.2 + 0.17 * len(parts) * (len(areas) + 0.6))
    axes = figure.add_subplot()
    height = 0.8 / len(areas)
    for i, (name, sizes) in enumerate(areas.items()):
        y = np.arange(len(parts)) + (i - (len(areas) - 1) / 2) * height
        label = f"{shown(name, 80)}: {sum(sizes.values()):,}"
        bars = axes.barh(y, list(sizes.values()), height, color=(GRAY, BLUE, ORANGE)[i], label=label)
        axes.bar_label(bars, [f"{size:,}" for size in sizes.values()], padding=3, fontsize=8)
    axes.set_yticks(range(len(parts)), [shown(part) for part in parts])
    axes.invert_yaxis()
    axes.set(title="area by part", xlabel="two-input equivalents: a NOR gate of k > 1 inputs counts k - 1")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.set_xlim(0, 1.1 * max(1, *(max(sizes.values()) for sizes in areas.values())))
    axes.grid(visible=True, axis="x")
    figure.legend(loc="outside upper left", ncols=len(areas))
    return settle(figure)


def _part_areas(circuits: dict[str, CircuitSize]) -> dict[str, dict[str, int]]:
    """Return the area of each part of each circuit; where there are many parts, the smallest as one."""
    parts = list(dict.fromkeys(part for circuit in circuits.values() for part in circuit.parts))
    areas = {
        name: {part: circuit.parts[part].two_input if part in circuit.parts else 0 for part in parts}
        for name, circuit in circuits.items()
    }
    if len(parts) <= MOST_PARTS:
        return areas
    largest = sorted(parts, key=lambda part: -max(sizes[part] for sizes in areas.values()))[: MOST_PARTS - 1]
    rest = [part for part in parts if part not in largest]
    return {
        name: {part: sizes[part] for part in parts if part in largest}
        | {f"{len(rest)} smaller parts": sum(sizes[part] for part in rest)}
        for name, sizes in areas.items()
    }


@own_style()
def confusion_figure(
    confusion: Sequence[Sequence[int]] | NDArray[np.integer[Any]], classes: Sequence[str] | None = None
) -> Figure:
    """Draw which classes are taken for which.

    Parameters
    ----------
    confusion : int [classes, classes]
        Number of samples; rows: true class, columns: class given.
    classes
        Name of each class; its index where left out.

    Returns
    -------
    Figure
        An image of the percent of each row, with the counts written into it for up to 20 classes.

    Raises
    ------
    DataError
        If the matrix is not square, or the names do not fit it.

    Examples
    --------
    >>> figure = confusion_figure([[3, 1], [0, 0]], ["no", "yes"])
    >>> figure.axes[0].images[0].get_array().tolist()
    [[75.0, 25.0], [0.0, 0.0]]
    """
    counts = np.array(confusion)
    if (
        counts.ndim != 2
        or counts.shape[0] != counts.shape[1]
        or not len(counts)
        or counts.dtype.kind not in "iu"
    ):
        raise DataError(
            f"confusion must be whole numbers [classes, classes], not {counts.dtype} {list(counts.shape)}"
        )
    names = [str(i) for i in range(len(counts))] if classes is None else [shown(c, 16) for c in classes]
    if len(names) != len(counts):
        raise DataError(f"classes must be {len(counts)} names, not {len(names)}")
    shares = 100 * counts / np.maximum(counts.sum(1, keepdims=True), 1)
    size = min(max(0.42 * len(counts), 2.4), 8)
    figure = new_figure(size + 1.1, size + 2.2)
    axes = figure.add_subplot()
    # The square root lets the few wrong ones be seen beside the many right ones.
    from matplotlib.colors import PowerNorm

    image = axes.imshow(shares, cmap="Blues", norm=PowerNorm(0.5, 0, 100))
    right, total = int(np.trace(counts)), int(counts.sum())
    share = f" ({right / total:.2%})" if total else ""
    axes.set(
        title=f"{right:,} of {total:,} test samples right{share}", xlabel="class given", ylabel="true class"
    )
    _name_classes(axes, names)
    if len(counts) <= MOST_WRITTEN:
        for i, j in zip(*np.nonzero(counts), strict=True):
            color = "white" if shares[i, j] > 30 else "black"
            axes.text(j, i, f"{counts[i, j]}", ha="center", va="center", color=color, fontsize=8)
    figure.colorbar(image, label="samples of the true class (%)", ticks=[0, 1, 5, 20, 50, 100])
    return settle(figure)


def _name_classes(axes: Axes, names: list[str]) -> None:
    step = -(-len(names) // MOST_NAMED)
    places = range(0, len(names), step)
    long = max(map(len, names)) > 3 or len(names) > MOST_WRITTEN
    axes.set_xticks(places, names[::step], rotation=90 if long else 0, fontsize=8)
    axes.set_yticks(places, names[::step], fontsize=8)
