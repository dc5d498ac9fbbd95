"""The samples that a network gets wrong, with the votes that were cast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.view._figures import (
    BLUE,
    GRAY,
    RED,
    SIDE,
    WIDTH,
    fitted,
    head,
    new_figure,
    own_style,
    sheet,
    whole_ticks,
)
from nor2hdl.view._samples import as_pictures, check_fit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from nor2hdl.data import Dataset
    from nor2hdl.learn import Classifier

COLUMNS = 5
MOST_BARS = 10
FEWEST_BARS = 6
NAME = 0.6  # inches, as those below
TOP, PICTURE, BARS, PITCH = 0.45, 0.85, 1.15, 3.1


@dataclass(frozen=True, slots=True)
class Mistake:
    """A sample that a network gets wrong.

    Attributes
    ----------
    sample
        Its index in the test split.
    true, given
        Its class, and the one that the network gives.
    votes
        Sum of votes of each class.
    """

    sample: int
    true: int
    given: int
    votes: tuple[int, ...]

    @property
    def margin(self) -> int:
        """By how many votes the wrong class is ahead; 0 where it won a tie."""
        return self.votes[self.given] - self.votes[self.true]


def mistakes(model: Classifier, dataset: Dataset) -> list[Mistake]:
    """Return the test samples that a network gets wrong, the narrowest first.

    Parameters
    ----------
    model
        The classifier.
    dataset
        Its test split is classified.

    Returns
    -------
    list of Mistake
        By margin, then by sample.

    Raises
    ------
    ModelError
        If the model does not fit the data.

    Examples
    --------
    >>> from nor2hdl.data import load
    >>> from nor2hdl.learn import nor_classifier
    >>> found = mistakes(nor_classifier(64, 10, hidden=[50]), load("digits"))
    >>> found[0].margin <= found[-1].margin
    True
    """
    x, y = dataset.split("test")
    check_fit(model, dataset)
    votes = model.scores(x)
    given = votes.argmax(1)
    found = [
        Mistake(i, int(y[i]), int(given[i]), tuple(votes[i].tolist()))
        for i in np.flatnonzero(given != y).tolist()
    ]
    return sorted(found, key=lambda m: (m.margin, m.sample))


@own_style()
def error_figure(model: Classifier, dataset: Dataset) -> Figure:
    """Draw samples that a network gets wrong: the five narrowest and the five farthest from right.

    Parameters
    ----------
    model
        The classifier.
    dataset
        Its test split is classified.

    Returns
    -------
    Figure
        For each, its picture, where it is one, and the sums of votes of the classes with the most.

    Raises
    ------
    ModelError
        If the model does not fit the data.

    Examples
    --------
    >>> from nor2hdl.data import load
    >>> from nor2hdl.learn import nor_classifier
    >>> figure = error_figure(nor_classifier(64, 10, hidden=[50]), load("digits"))
    >>> len(figure.axes)  # one for the pictures, and one of bars for each sample
    11
    """
    found = mistakes(model, dataset)
    total = len(dataset.y_test)
    near = found[:COLUMNS]
    far = found[COLUMNS:][-COLUMNS:]
    rows = [row for row in (near, far) if row]
    pictures = as_pictures(dataset.x_test, dataset.shape)
    pitch = PITCH if pictures is not None else PITCH - PICTURE
    figure = new_figure(TOP + max(len(rows), 0.1) * pitch, fixed=True)
    axes = sheet(figure)
    text = f"{len(found):,} of {total:,} test samples wrong" if found else f"all {total:,} test samples right"
    head(axes, text)
    if found:
        _explain(axes)
    limits = _limits(near + far)
    for r, row in enumerate(rows):
        y = TOP + r * pitch + 0.25
        said = ("fewest", "most")[r]
        axes.text(SIDE, y - 0.1, f"{said} votes between the class given and the true one", color="#555555")
        for c, mistake in enumerate(row):
            x = SIDE + c * (WIDTH - 2 * SIDE) / COLUMNS
            _title(axes, x, y, mistake, dataset.classes)
            if pictures is not None:
                _picture(axes, x, y + 0.4, pictures[mistake.sample])
            below = y + 0.5 + (PICTURE if pictures is not None else 0)
            _bars(figure, x, below, mistake, dataset.classes, limits)
    return figure


def _explain(axes: Axes) -> None:
    from matplotlib.patches import Patch

    handles = [Patch(color=RED, label="class given"), Patch(color=BLUE, label="true class")]
    axes.legend(handles=handles, loc="upper right", ncols=2, borderaxespad=0.6)


def _title(axes: Axes, x: float, y: float, mistake: Mistake, classes: tuple[str, ...]) -> None:
    true, given = (fitted(classes[c], 0.5, 8, bold=True) for c in (mistake.true, mistake.given))
    axes.text(x, y + 0.15, f"{true}, taken for {given}", weight="bold", fontsize=8)
    votes = f"by {mistake.margin} vote{'s' if mistake.margin != 1 else ''}" if mistake.margin else "in a tie"
    axes.text(x, y + 0.32, f"test sample {mistake.sample}, {votes}", fontsize=7)


def _picture(axes: Axes, x: float, y: float, picture: NDArray[np.uint8]) -> None:
    height, width = picture.shape[:2]
    wide = min(PICTURE * width / height, 1.7)
    high = wide * height / width
    gray = picture.shape[2] == 1
    axes.imshow(
        picture[:, :, 0] if gray else picture,
        cmap="gray" if gray else None,
        vmin=0,
        vmax=255,
        extent=(x, x + wide, y + high, y),
        aspect="auto",
    )


def _bars(
    figure: Figure,
    x: float,
    y: float,
    mistake: Mistake,
    classes: tuple[str, ...],
    limits: tuple[float, float],
) -> None:
    width, height = figure.get_size_inches()
    drawn = bars_of(mistake)
    names = [fitted(classes[c], NAME, 6.5) for c in drawn]
    left = 0.1 + (0.15 if max(map(len, names)) <= 2 else NAME)
    room = (WIDTH - 2 * SIDE) / COLUMNS - left - 0.15
    axes = figure.add_axes(((x + left) / width, 1 - (y + BARS) / height, room / width, BARS / height))
    colors = {mistake.given: RED, mistake.true: BLUE}
    axes.barh(
        range(len(drawn)), [mistake.votes[c] for c in drawn], color=[colors.get(c, GRAY) for c in drawn]
    )
    axes.set_yticks(range(len(drawn)), names, fontsize=6.5)
    axes.set_ylim(max(len(drawn), FEWEST_BARS) - 0.4, -0.6)
    axes.set_xlim(limits)
    whole_ticks(axes, "x")
    axes.tick_params(axis="x", labelsize=6.5)
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set_xlabel("votes", fontsize=7, labelpad=1)


def bars_of(mistake: Mistake) -> list[int]:
    """Return the classes that have a bar, in their order: those with the most votes, and the true one."""
    order = sorted(range(len(mistake.votes)), key=lambda c: (-mistake.votes[c], c))[:MOST_BARS]
    if mistake.true not in order:
        order[-1] = mistake.true
    return sorted(order)


def _limits(drawn: list[Mistake]) -> tuple[float, float]:
    votes = [m.votes[c] for m in drawn for c in bars_of(m)]
    low, high = min([0, *votes]), max([0, *votes])
    return 1.05 * low, 1.05 * max(high, low + 1)
