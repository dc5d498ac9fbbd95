"""Train into a build folder."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nor2hdl.flow._folder import CHECKPOINT, MODEL, OURS, prepare_folder, remove
from nor2hdl.learn import describe, load_model, save_model, train

if TYPE_CHECKING:
    from collections.abc import Callable

    from nor2hdl.data import Dataset
    from nor2hdl.learn import Classifier, EpochStats, Progress, Recipe


def train_model(
    dataset: Dataset,
    recipe: Recipe,
    folder: Path | str,
    *,
    overwrite: bool = False,
    watch: Callable[[Progress[EpochStats]], None] = lambda _: None,
) -> tuple[Classifier, dict[str, Any]]:
    """Train a network by a recipe and write ``model.safetensors``.

    An interrupted call goes on from its last epoch when it is made again with the same arguments; one that
    had come to its end is not run again.

    Parameters
    ----------
    dataset
        The data.
    recipe
        Network and settings.
    folder
        Where the model and the checkpoint go.
    overwrite
        Whether to start afresh, and remove what an earlier run or build left in the folder.
    watch
        Called after each step.

    Returns
    -------
    tuple[Classifier, dict]
        The trained model, and the notes that are stored with it: data set, settings, the statistics of each
        epoch (``"history"``) and those of the epoch whose weights were kept (``"epoch"``).

    Raises
    ------
    OutputError
        If the folder holds something else, or cannot be written.
    ModelError
        If the folder holds the checkpoint of a run with other settings.
    """
    model = recipe.build(dataset)
    folder = Path(folder)
    settings = {
        "dataset": {"name": dataset.name, "checksum": dataset.checksum},
        "config": dataclasses.asdict(recipe.config),
    }
    if not overwrite and (folder / MODEL).is_file():
        trained, notes = load_model(folder / MODEL)
        same = describe(trained) == describe(model)
        if same and all(notes.get(key) == value for key, value in settings.items()):
            return trained, notes
    prepare_folder(folder, allowed=OURS if overwrite else (CHECKPOINT,))
    if overwrite:
        remove(folder, OURS)
    history = train(model, dataset, recipe.config, checkpoint=folder / CHECKPOINT, watch=watch)
    notes = settings | _notes_of(history, patient=recipe.config.patience is not None)
    save_model(model, folder / MODEL, notes=notes)
    remove(folder, (CHECKPOINT,))
    return load_model(folder / MODEL)  # just what a later call returns, the order of the notes included


def _notes_of(history: list[EpochStats], *, patient: bool) -> dict[str, Any]:
    # Times are left out: the same run gives the same bytes.
    epochs = [{k: v for k, v in dataclasses.asdict(e).items() if k != "seconds"} for e in history]
    kept = max(epochs, key=lambda e: (e["accuracy"], -e["epoch"])) if patient else epochs[-1]
    return {"epoch": kept, "history": epochs}
