"""The pictures of a build: all that can be drawn of it, and its files of them."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from nor2hdl.errors import DataError
from nor2hdl.files import write_text
from nor2hdl.view._bars import area_figure, confusion_figure
from nor2hdl.view._curves import fan_in_figure, fan_in_shares, history_of, training_figure
from nor2hdl.view._errors import error_figure
from nor2hdl.view._figures import figure_svg
from nor2hdl.view._masks import mask_figure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.figure import Figure

    from nor2hdl.data import Dataset
    from nor2hdl.learn import Classifier
    from nor2hdl.report import Report


class Kind(NamedTuple):
    """What a kind of picture shows: a title, and a text for readers who do not see it."""

    title: str
    text: str


PICTURES: Mapping[str, Kind] = MappingProxyType(
    {
        "training": Kind(
            "Training",
            "Training loss, validation accuracy, mean fan-in, share of weights pruned and number of neurons "
            "that vote, by epoch.",
        ),
        "fan-in": Kind(
            "Fan-in over epochs", "How many percent of the neurons read how many literals, by epoch."
        ),
        "area": Kind(
            "Area by part",
            "Two-input equivalents of each part of the circuit, as extracted, as minimized and as emitted.",
        ),
        "masks": Kind(
            "What neurons look at",
            "For some neurons of the first layer, the inputs that must be dark and those that must be bright "
            "for the neuron to be 1.",
        ),
        "confusion": Kind(
            "Confusion on the test set", "How many test samples of each class were given which class."
        ),
        "errors": Kind(
            "Errors of the network",
            "Test samples that the network gets wrong, with its sums of votes: the narrowest errors and the "
            "farthest ones.",
        ),
    }
)
"""The pictures of a build by name, in their order."""

FOLDER = "pictures"


def build_pictures(model: Classifier, dataset: Dataset, report: Report) -> dict[str, str]:
    """Draw all that there is to draw of a build.

    Parameters
    ----------
    model
        The network.
    dataset
        Its data set.
    report
        The report of the build.

    Returns
    -------
    dict of str to str
        SVG by name (see `PICTURES`); a model that was stored without its history has no curves.

    Examples
    --------
    See `nor2hdl.flow.compile_model`, which writes them into the build folder.
    """
    drawn: dict[str, Figure] = {}
    epochs = _history(report)
    if epochs:
        drawn["training"] = training_figure(epochs, kept=_kept(report))
        if fan_in_shares(epochs) is not None:
            drawn["fan-in"] = fan_in_figure(epochs)
    drawn["area"] = area_figure(report)
    drawn["masks"] = mask_figure(model, dataset)
    [test] = [a for a in report.accuracy if a.split == "test"]
    drawn["confusion"] = confusion_figure(test.confusion, dataset.classes)
    drawn["errors"] = error_figure(model, dataset)
    return {name: figure_svg(figure, title=PICTURES[name].text) for name, figure in drawn.items()}


def _history(report: Report) -> list[dict[str, Any]]:
    try:
        return history_of(report.model.notes.get("history"))
    except DataError:  # notes are the user's: they may say something else, or nothing
        return []


def _kept(report: Report) -> int | None:
    epoch = report.model.notes.get("epoch")
    number = epoch.get("epoch") if isinstance(epoch, dict) else None
    return number if type(number) is int else None


def picture_file(name: str) -> str:
    """Return where a build folder has a picture."""
    return f"{FOLDER}/{name}.svg"


def write_pictures(pictures: Mapping[str, str], folder: Path | str) -> None:
    """Write pictures into a build folder; `OutputError` if that fails."""
    folder = Path(folder)
    (folder / FOLDER).mkdir(exist_ok=True)
    for name, svg in pictures.items():
        write_text(folder / picture_file(name), svg)


def read_pictures(folder: Path | str) -> dict[str, str]:
    """Read the pictures that a build folder has.

    Parameters
    ----------
    folder
        The build folder.

    Returns
    -------
    dict of str to str
        SVG by name; none where the folder has none, as one of an earlier version.

    Raises
    ------
    DataError
        If a picture cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> read_pictures(tempfile.mkdtemp())
    {}
    """
    found = {}
    for name in PICTURES:
        path = Path(folder) / picture_file(name)
        try:
            found[name] = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            continue
        except (OSError, UnicodeDecodeError) as error:
            raise DataError(f"{path} must be a picture; compile the model again ({error})") from error
    return found
