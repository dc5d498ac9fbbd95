"""Accuracy against all-in gates: several builds as points."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nor2hdl.errors import DataError
from nor2hdl.view._figures import (
    BLUE,
    RED,
    WIDTH,
    fitted,
    new_figure,
    own_style,
    shown,
    text_width,
    whole_ticks,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from nor2hdl.report import Report

LEFT, RIGHT, TOP, BOTTOM, PANEL = 0.75, 0.2, 0.45, 0.55, 3.2  # inches
LABEL, LABEL_WIDTH = 8, 2.2
"""Size of the labels in points, and how wide they may be in inches."""

SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1))
OFFSETS = tuple((d * r, e * r) for r in (6, 14, 24, 36, 50) for d, e in SIDES)
"""Where a label may be, in points from its point, the best first."""

DECADE = 10
"""Ratio of the largest circuit to the smallest from which the axis is logarithmic."""


@dataclass(frozen=True, slots=True)
class TradePoint:
    """A build in two figures: how right it is, and how large.

    Attributes
    ----------
    label
        What the build is called.
    dataset, checksum
        Name and checksum of the data set.
    gates
        NAND2 and inverters of the whole circuit, encoder to argmax, after mapping.
    correct, total
        Test samples classified rightly, and all.
    approximate
        Whether the circuit is *not* equivalent to its network.
    """

    label: str
    dataset: str
    checksum: str
    gates: int
    correct: int
    total: int
    approximate: bool

    @property
    def accuracy(self) -> float:
        """Accuracy on the test split, from 0 to 1."""
        return self.correct / self.total


def trade_point(label: str, report: Report) -> TradePoint:
    """Return what a report says of accuracy and size.

    Parameters
    ----------
    label
        What to call the build.
    report
        Its report.

    Raises
    ------
    DataError
        If the report has no mapped sizes, or no accuracy on the test split.

    Examples
    --------
    See `trade_figure`.
    """
    mapped = report.mapped
    if mapped is None:
        raise DataError(f"build {label} must have mapped sizes, but was compiled without; compile it again")
    tests = [a for a in report.accuracy if a.split == "test"]
    numbers = [mapped.nand2, mapped.nand2_inverters, *(n for a in tests for n in (a.correct, a.total))]
    texts = [label, report.dataset.get("name"), report.dataset.get("checksum")]
    if (
        len(tests) != 1
        or not all(type(n) is int and n >= 0 for n in numbers)
        or not all(isinstance(text, str) for text in texts)
        or not tests[0].correct <= tests[0].total != 0
    ):
        raise DataError(f"build {label} must have sizes, a data set and a test accuracy; compile it again")
    return TradePoint(
        label=label,
        dataset=report.dataset["name"],
        checksum=report.dataset["checksum"],
        gates=mapped.nand2 + mapped.nand2_inverters,
        correct=tests[0].correct,
        total=tests[0].total,
        approximate=report.approximation is not None,
    )


@own_style()
def trade_figure(points: Sequence[TradePoint]) -> Figure:
    """Draw test accuracy against all-in gates of several builds.

    Parameters
    ----------
    points
        The builds; those of different data sets are drawn in axes of their own.

    Returns
    -------
    Figure
        One scatter of exact and one of approximate builds in the axes of each data set.

    Raises
    ------
    DataError
        If there are no points.

    Examples
    --------
    >>> small = TradePoint("small", "mnist", "ab12", 13_649, 9738, 10_000, approximate=False)
    >>> tiny = TradePoint("tiny", "mnist", "ab12", 9_560, 9725, 10_000, approximate=True)
    >>> [axes] = trade_figure([small, tiny]).axes
    >>> [scatter.get_offsets().tolist() for scatter in axes.collections]
    [[[13649.0, 97.38]], [[9560.0, 97.25]]]
    """
    if not points:
        raise DataError("points must be one build or more, not none")
    panels: dict[str, list[TradePoint]] = {}
    for point in points:
        panels.setdefault(point.checksum, []).append(point)
    names = [found[0].dataset for found in panels.values()]
    height = len(panels) * (PANEL + TOP + BOTTOM)
    figure = new_figure(height, fixed=True)
    for i, (checksum, found) in enumerate(panels.items()):
        bottom = height - (i + 1) * (PANEL + TOP + BOTTOM) + BOTTOM
        width = WIDTH - LEFT - RIGHT
        axes = figure.add_axes((LEFT / WIDTH, bottom / height, width / WIDTH, PANEL / height))
        same = f" ({checksum[:8]})" if names.count(names[i]) > 1 else ""
        axes.set_title(f"{shown(names[i])}{same}: {found[0].total:,} test samples", pad=14)
        _panel(axes, found)
    return figure


def _panel(axes: Axes, points: list[TradePoint]) -> None:
    gates = [p.gates for p in points]
    percents = [100 * p.accuracy for p in points]
    if min(gates) > 0 and max(gates) >= DECADE * min(gates):
        axes.set_xscale("log")
        margin = (max(gates) / min(gates)) ** 0.15
        axes.set_xlim(min(gates) / margin, max(gates) * margin)
        _mark_decades(axes)
    else:
        margin = 0.15 * (max(gates) - min(gates)) or 0.1 * max(gates) or 1
        axes.set_xlim(min(gates) - margin, max(gates) + margin)
        whole_ticks(axes, "x")
        axes.xaxis.set_major_formatter("{x:,.0f}")
    margin = 0.15 * (max(percents) - min(percents)) or 0.5
    axes.set_ylim(min(percents) - margin, max(percents) + margin)
    axes.set(xlabel="all-in gates: NAND2 + INV, encoder to argmax", ylabel="test accuracy (%)")
    axes.grid(visible=True)
    kinds = (
        (False, "o", BLUE, "exact"),
        (True, "D", RED, "approximate: not equivalent to its network"),
    )
    for approximate, marker, color, label in kinds:
        some = [(p.gates, 100 * p.accuracy) for p in points if p.approximate == approximate]
        if some:
            face = "white" if approximate else color
            axes.scatter(
                *zip(*some, strict=True),
                marker=marker,
                facecolor=face,
                edgecolor=color,
                label=label,
                zorder=3,
            )
    if any(p.approximate for p in points):
        axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, borderaxespad=0.2)
    _label(axes, points)


def _mark_decades(axes: Axes) -> None:
    from matplotlib.ticker import LogLocator, NullFormatter

    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.xaxis.set_minor_formatter(NullFormatter())


class _Box(NamedTuple):
    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: _Box) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )

    def within(self, other: _Box) -> bool:
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.bottom >= other.bottom
            and self.top <= other.top
        )


def _label(axes: Axes, points: Sequence[TradePoint]) -> None:
    """Write each build's name beside its point, where it covers neither a point nor another name."""
    scale = 72 / axes.figure.dpi
    places = axes.transData.transform([(p.gates, 100 * p.accuracy) for p in points]) * scale
    room = _Box(*(np.array(axes.bbox.extents) * scale).tolist())
    taken = [_Box(x - 4, y - 4, x + 4, y + 4) for x, y in places.tolist()]
    for point, (x, y) in zip(points, places.tolist(), strict=True):
        text = fitted(point.label, LABEL_WIDTH, LABEL)
        size = text_width(text, LABEL), 1.25 * LABEL
        boxes = {offset: _box(x, y, offset, size) for offset in OFFSETS}
        free = (
            offset
            for offset, box in boxes.items()
            if box.within(room) and not any(box.meets(other) for other in taken)
        )
        dx, dy = chosen = next(free, OFFSETS[0])
        taken.append(boxes[chosen])
        axes.annotate(
            text,
            (point.gates, 100 * point.accuracy),
            chosen,
            textcoords="offset points",
            ha=("right", "center", "left")[_sign(dx) + 1],
            va=("top", "center", "bottom")[_sign(dy) + 1],
            fontsize=LABEL,
            arrowprops={"arrowstyle": "-", "color": "#999999", "linewidth": 0.6}
            if math.hypot(dx, dy) > 10
            else None,
        )


def _box(x: float, y: float, offset: tuple[float, float], size: tuple[float, float]) -> _Box:
    left = x + offset[0] + (_sign(offset[0]) - 1) / 2 * size[0]
    bottom = y + offset[1] + (_sign(offset[1]) - 1) / 2 * size[1]
    return _Box(left, bottom, left + size[0], bottom + size[1])


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)
