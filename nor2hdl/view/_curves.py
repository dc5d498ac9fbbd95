"""How a training run went: curves by epoch, and the fan-ins of the neurons by epoch."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nor2hdl.errors import DataError
from nor2hdl.view._figures import BLUE, GRAY, new_figure, own_style, settle, whole_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from nor2hdl.learn import EpochStats

    History = Sequence[EpochStats | Mapping[str, Any]]

HUGE = 2**63
MOST_RANGES = 64

MOST_DOTS = 40
"""Epochs up to which each is a dot on its curve."""

# Key of the statistics, what stands above its curve, and the factor to that unit.
_CURVES = (
    ("loss", "training loss (nats)", 1),
    ("accuracy", "validation accuracy (%)", 100),
    ("fan_in", "mean fan-in (literals)", 1),
    ("pruned", "weights pruned (%)", 100),
    ("live", "neurons that vote", 1),
)


@own_style()
def training_figure(history: History, *, kept: int | None = None) -> Figure:
    """Draw loss, validation accuracy, mean fan-in, share pruned and live neurons by epoch.

    Parameters
    ----------
    history
        What `nor2hdl.learn.train` returned, or the ``"history"`` of a model's notes.
    kept
        The epoch whose weights were kept, to be marked.

    Returns
    -------
    Figure
        One curve in each of five axes.

    Raises
    ------
    DataError
        If the history is empty or lacks a statistic.

    Examples
    --------
    >>> epoch = {"epoch": 1, "loss": 0.4, "accuracy": 0.9, "fan_in": 7.5, "pruned": 0.98, "live": 90}
    >>> [axes.get_title("left") for axes in training_figure([epoch]).axes][:2]
    ['training loss (nats)', 'validation accuracy (%)']
    """
    epochs = history_of(history)
    figure = new_figure(4.8)
    grid = figure.add_gridspec(2, 6)
    for i, (key, title, factor) in enumerate(_CURVES):
        place = grid[0, 3 * i : 3 * i + 3] if i < 2 else grid[1, 2 * i - 4 : 2 * i - 2]
        axes = figure.add_subplot(place)
        x = [e["epoch"] for e in epochs]
        axes.plot(x, [factor * e[key] for e in epochs], "-" if len(x) > MOST_DOTS else ".-", color=BLUE)
        axes.set_title(title)
        _mark_epochs(axes, x)
        axes.grid(visible=True)
        if kept is not None and kept != x[-1]:
            axes.axvline(kept, color=GRAY, linestyle="--", linewidth=1, zorder=0.5)
            if i == 0:
                below = axes.get_xaxis_transform()
                axes.text(kept, 0.98, "kept ", ha="right", va="top", color="#666666", transform=below)
    return settle(figure)


def _mark_epochs(axes: Axes, epochs: list[int]) -> None:
    axes.set_xlabel("epoch")
    margin = max(0.5, 0.02 * len(epochs))
    axes.set_xlim(min(epochs) - margin, max(epochs) + margin)
    whole_ticks(axes, "x")


@own_style()
def fan_in_figure(history: History) -> Figure:
    """Draw how many neurons have which fan-in, by epoch: the pruning at work.

    Parameters
    ----------
    history
        As for `training_figure`.

    Returns
    -------
    Figure
        An image with a column for each epoch and a row for each range of fan-ins.

    Raises
    ------
    DataError
        If no epoch has a histogram, as in a run of a version before they were kept.

    Examples
    --------
    >>> epoch = {"epoch": 1, "loss": 0.4, "accuracy": 0.9, "fan_in": 1.5, "pruned": 0.98, "live": 4,
    ...          "fan_ins": [0, 2, 2]}
    >>> fan_in_figure([epoch]).axes[0].images[0].get_array().tolist()  # percent of the neurons
    [[0.0], [50.0], [50.0]]
    """
    from nor2hdl.learn import fan_in_range

    epochs = history_of(history)
    shares = fan_in_shares(epochs)
    if shares is None:
        raise DataError("history must hold a histogram of fan-ins (fan_ins) in an epoch; train again")
    figure = new_figure(3.6)
    axes = figure.add_subplot()
    first, last = epochs[0]["epoch"], epochs[-1]["epoch"]
    extent = (first - 0.5, last + 0.5, -0.5, len(shares) - 0.5)
    image = axes.imshow(shares, cmap="Blues", vmin=0, aspect="auto", origin="lower", extent=extent)
    ranges = [fan_in_range(i) for i in range(len(shares))]
    names = [str(low) if low == high else f"{low}\N{EN DASH}{high}" for low, high in ranges]
    axes.set_yticks(range(len(names)), names)
    axes.set(title="how many literals the neurons read", xlabel="epoch", ylabel="fan-in (literals)")
    axes.set_xlim(first - 0.5, last + 0.5)
    whole_ticks(axes, "x")
    figure.colorbar(image, label="neurons (%)", pad=0.01)
    return settle(figure)


def fan_in_shares(epochs: list[dict[str, Any]]) -> NDArray[np.float64] | None:
    """Return the percent of neurons by range and epoch, NaN for an epoch without; None without any."""
    counts = [e.get("fan_ins") or () for e in epochs]
    rows = max(map(len, counts))
    if not any(map(any, counts)):
        return None
    shares = np.full((rows, len(counts)), np.nan)
    for column, found in enumerate(counts):
        if any(found):
            shares[:, column] = 100 * np.array([*found, *[0] * (rows - len(found))]) / sum(found)
    return shares


def history_of(history: object) -> list[dict[str, Any]]:
    """Return the statistics of each epoch as plain values; `DataError` if they are anything else."""
    if not isinstance(history, Sequence) or isinstance(history, str) or not history:
        raise DataError(f"history must be a list of epochs, not {history!r}")
    epochs = [_epoch_of(entry) for entry in history]
    numbers = [e["epoch"] for e in epochs]
    if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        raise DataError(f"epochs of a history must follow each other, not {numbers!r}")
    return epochs


def _epoch_of(entry: object) -> dict[str, Any]:
    if dataclasses.is_dataclass(entry) and not isinstance(entry, type):
        entry = dataclasses.asdict(entry)
    if not isinstance(entry, Mapping):
        raise DataError(f"epoch of a history must be its statistics, not {entry!r}")
    for key in ("epoch", *(key for key, _, _ in _CURVES)):
        if not _is_number(entry.get(key)):
            raise DataError(f"epoch of a history must have a number {key}, not {entry.get(key)!r}")
    if type(entry["epoch"]) is not int:
        raise DataError(f"epoch of a history must be a whole number, not {entry['epoch']!r}")
    counts = entry.get("fan_ins", ())
    if not isinstance(counts, (list, tuple)) or not all(type(n) is int and 0 <= n < HUGE for n in counts):
        raise DataError(f"fan_ins of an epoch must be numbers of neurons, not {counts!r}")
    if len(counts) > MOST_RANGES:
        raise DataError(f"fan_ins of an epoch must be {MOST_RANGES} ranges or less, not {len(counts)}")
    return dict(entry)


def _is_number(value: object) -> bool:
    return isinstance(value, float) or (type(value) is int and abs(value) < HUGE)
