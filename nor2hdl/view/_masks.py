"""What neurons of the first layer look at: the inputs that must be dark or bright for a neuron to be 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.errors import ModelError, OptionError
from nor2hdl.view._choose import ABREAST, Chosen, choose_neurons, first_layer
from nor2hdl.view._figures import BLUE, ORANGE, SIDE, WIDTH, fitted, head, new_figure, own_style, sheet
from nor2hdl.view._samples import as_pictures, check_fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from nor2hdl.data import Dataset
    from nor2hdl.learn import Classifier

    Bounds = NDArray[np.int64]

MOST = 40
MOST_DOTS = 4_000_000
FREE, NEVER = "#f0f0f0", "#000000"
TOP, BOTTOM, GAP, WIDEST = 0.45, 0.45, 0.12, 1.3  # inches


def neuron_bounds(model: Classifier, neurons: Sequence[int]) -> tuple[Bounds, Bounds]:
    """Return which bytes of a sample let neurons of the first layer be 1.

    A neuron of a NOR layer is 1 exactly where each byte is at least its lower bound and below its upper one.

    Parameters
    ----------
    model
        The classifier.
    neurons
        Indices of neurons of its first layer.

    Returns
    -------
    low, high : int64 [neurons, features]
        The bounds: 0 and 256 where a byte is free; `low` at or above `high` where no byte will do.

    Raises
    ------
    ModelError
        If there is no such neuron, or the first layer is none of 0/1 neurons.

    Examples
    --------
    >>> from nor2hdl.learn import nor_classifier
    >>> model = nor_classifier(3, 2, hidden=[2])
    >>> _ = model.layers[0].latent.data.fill_(-1)
    >>> model.layers[0].latent.data[[0, 4]] = 1.0  # NOR(x0, not x1)
    >>> low, high = neuron_bounds(model, [0])
    >>> low.tolist(), high.tolist()
    ([[0, 128, 0]], [[128, 256, 256]])
    """
    layer = first_layer(model)
    for neuron in neurons:
        if not 0 <= neuron < layer.out_features:
            raise ModelError(f"neuron must be from 0 to {layer.out_features - 1}, not {neuron!r}")
    levels = np.array(model.encoder.levels)
    shape = (len(neurons), model.features, len(levels))
    ones, zeros = (side[:, list(neurons)].cpu().numpy().T.reshape(shape) for side in layer.connections())
    return np.where(zeros, levels, 0).max(2), np.where(ones, levels, 256).min(2)


@own_style()
def mask_figure(model: Classifier, dataset: Dataset, *, most: int = MOST) -> Figure:
    """Draw neurons of the first layer as NOR masks: which pixels must be dark, and which bright.

    Of a network of one layer, these are the neurons that tell most for or against their class: by vote, times
    the difference between how often they are 1 for samples of the class and for others. Of a deeper
    one, they are those that most neurons read.

    Parameters
    ----------
    model
        The classifier.
    dataset
        Its validation samples tell how decisive the neurons are.
    most
        Number of neurons to draw, at most.

    Returns
    -------
    Figure
        An image for each neuron and channel, or a line of text where samples are no pictures.

    Raises
    ------
    ModelError
        If the model does not fit the data, or its first layer is none of 0/1 neurons.
    OptionError
        If `most` is no whole number of 1 or more.

    Examples
    --------
    >>> from nor2hdl.data import load
    >>> from nor2hdl.learn import nor_classifier
    >>> model = nor_classifier(64, 10, hidden=[50], shape=(8, 8))
    >>> len(mask_figure(model, load("digits"), most=10).axes[0].images)
    10
    """
    if type(most) is not int or most < 1:
        raise OptionError(f"most must be a whole number of 1 or more, not {most!r}")
    check_fit(model, dataset)
    chosen, group = choose_neurons(model, dataset, most)
    low, high = neuron_bounds(model, [c.neuron for c in chosen])
    rule = rule_of(model) if chosen else "No neuron has a vote and a connection."
    lows, highs = as_pictures(low, dataset.shape), as_pictures(high, dataset.shape)
    if lows is None or highs is None:
        return _table(chosen, low, high, rule)
    count = max(1, MOST_DOTS // max(16 * model.features, 1))
    tiles = mask_tiles(lows[:count], highs[:count], model.encoder.levels)
    return _tiled(chosen[:count], tiles, group, model.encoder.levels, rule)


def mask_tiles(low: Bounds, high: Bounds, levels: Sequence[int]) -> NDArray[np.uint8]:
    """Return bounds of pixels as colors, each pixel as 4 by 4 dots.

    Parameters
    ----------
    low, high : int64 [n, height, width, channels]
        See `neuron_bounds`.
    levels
        The levels of the encoder.

    Returns
    -------
    uint8 [n, channels, 4 * height, 4 * width, 3]
        Red, green and blue. Orange: must be bright; blue: must be dark; both have a triangle of a pixel that
        has two bounds. The stricter, the stronger. Black: no byte will do.
    """
    count = len(levels)
    bright = np.searchsorted(levels, low, "right") / count  # 0 free to 1 strictest
    dark = (count - np.searchsorted(levels, high)) / count
    first = np.where((low > 0)[..., None], _blend(ORANGE, bright), _blend(BLUE, dark))
    second = np.where((high < 256)[..., None], _blend(BLUE, dark), _blend(ORANGE, bright))
    first[low >= high] = second[low >= high] = _rgb(NEVER)
    upper = np.add.outer(np.arange(4), np.arange(4)) < 4
    dots = np.where(upper[:, :, None], first[..., None, None, :], second[..., None, None, :])
    n, height, width, channels = low.shape
    tiles = dots.transpose(0, 3, 1, 4, 2, 5, 6).reshape(n, channels, 4 * height, 4 * width, 3)
    return np.round(255 * tiles).astype(np.uint8)


def _rgb(color: str) -> NDArray[np.float64]:
    from matplotlib.colors import to_rgb

    return np.array(to_rgb(color))


def _blend(color: str, strictness: NDArray[np.float64]) -> NDArray[np.float64]:
    share = np.where(strictness > 0, 0.35 + 0.65 * strictness, 0)[..., None]
    return (1 - share) * _rgb(FREE) + share * _rgb(color)


def rule_of(model: Classifier) -> str:
    """Return in words when a neuron of the first layer is 1."""
    layer = first_layer(model)
    if not layer.threshold.any() and not layer.inverted.any():
        return "A neuron is 1 where all that is marked holds: a NOR gate."
    return "A neuron is 1 where at least so many of its marks hold; with a not, where they do not."


def _tiled(
    chosen: list[Chosen], tiles: NDArray[np.uint8], group: int, levels: Sequence[int], rule: str
) -> Figure:
    channels, dots_high, dots_wide = tiles.shape[1:4]
    columns = min(group * max(1, ABREAST // group), ABREAST) if channels == 1 else ABREAST // 2
    step = min((WIDTH - 2 * SIDE + GAP) / columns, WIDEST * channels)
    width = min((step - GAP) / channels, 2.2 * dots_wide / dots_high)
    height = width * dots_high / dots_wide
    rows = -(-len(chosen) // columns)
    pitch = height + 0.42
    figure = new_figure(TOP + rows * pitch + BOTTOM, fixed=True)
    axes = sheet(figure)
    colors = " Red, green and blue side by side." if channels == 3 else ""
    head(axes, "what neurons look at", f"{rule}{colors}")
    for i, (neuron, tile) in enumerate(zip(chosen, tiles, strict=True)):
        x, y = SIDE + i % columns * step, TOP + i // columns * pitch + 0.32
        axes.text(
            x,
            y - 0.18,
            fitted(neuron.name, step - GAP, 8, bold=True),
            va="baseline",
            weight="bold",
            fontsize=8,
        )
        axes.text(x, y - 0.05, neuron.remark, va="baseline", fontsize=6.5)
        for c, image in enumerate(tile):
            left = x + c * width
            axes.imshow(image, extent=(left, left + width - 0.02, y + height, y), aspect="auto")
    _legend(axes, tiles, levels)
    return figure


def _legend(axes: Axes, tiles: NDArray[np.uint8], levels: Sequence[int]) -> None:
    from matplotlib.patches import Patch

    drawn = [(i, level) for i, level in enumerate(levels) if len(levels) <= 4 or i in (0, len(levels) - 1)]
    count = len(levels)
    handles: list[Artist] = []
    for i, level in drawn:
        dark = _blend(BLUE, np.array((count - i) / count))
        handles.append(Patch(facecolor=tuple(dark.tolist()), label=f"< {level}"))
    for i, level in drawn:
        bright = _blend(ORANGE, np.array((i + 1) / count))
        handles.append(Patch(facecolor=tuple(bright.tolist()), label=f"\N{GREATER-THAN OR EQUAL TO} {level}"))
    handles.append(Patch(facecolor=FREE, edgecolor="#999999", linewidth=0.5, label="free"))
    if (tiles == 0).all(-1).any():
        handles.append(Patch(facecolor=NEVER, label="no byte will do"))
    below = axes.get_ylim()[0] - 0.2
    axes.text(SIDE, below, "the byte must be", va="center", fontsize=8)
    place = (SIDE + 1.05, below)
    axes.legend(
        handles=handles,
        loc="center left",
        bbox_to_anchor=place,
        bbox_transform=axes.transData,
        ncols=len(handles),
        borderaxespad=0,
        fontsize=8,
    )


def _table(chosen: list[Chosen], low: Bounds, high: Bounds, rule: str) -> Figure:
    """Draw the neurons as lines of text: samples are no pictures."""
    figure = new_figure(TOP + 0.2 * max(len(chosen), 1) + 0.25, fixed=True)
    axes = sheet(figure)
    head(axes, "what neurons look at", f"{rule} x[p] is byte p of a sample.")
    for i, neuron in enumerate(chosen):
        y = TOP + 0.2 * i + 0.12
        axes.text(SIDE, y, fitted(neuron.name, 1.4, 8, bold=True), weight="bold", fontsize=8)
        axes.text(SIDE + 1.5, y, neuron.remark, fontsize=8)
        axes.text(SIDE + 3.4, y, _conditions(low[i], high[i]), fontsize=8)
    return figure


def _conditions(low: Bounds, high: Bounds) -> str:
    texts = []
    for p in np.flatnonzero((low > 0) | (high < 256)).tolist():
        below = f" < {high[p]}" if high[p] < 256 else ""
        above = f"{low[p]} \N{LESS-THAN OR EQUAL TO} " if low[p] else ""
        texts.append(f"{above}x[{p}]{below}")
    text = ""
    for done, part in enumerate(texts):
        if len(text) + len(part) > 75:
            return f"{text}, and {len(texts) - done} more"
        text += (", " if text else "") + part
    return text
