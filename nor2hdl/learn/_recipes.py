"""Settings that were tried: what `nor2hdl run` trains where the user says nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nor2hdl.data import Encoder, Thermometer, Threshold
from nor2hdl.errors import OptionError
from nor2hdl.learn._model import Classifier, nor_classifier
from nor2hdl.learn._train import TrainConfig

if TYPE_CHECKING:
    from nor2hdl.data import Dataset
    from nor2hdl.learn._layers import VoteKind

RECIPES = ("small", "accurate")

LARGE_PICTURE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A network and how to train it.

    Attributes
    ----------
    encoder
        Input encoder.
    hidden
        Width of each layer; the last must be a multiple of the number of classes.
    votes, largest, tau
        See `VoteReadout`.
    config
        Settings of the training run.
    """

    encoder: Encoder
    hidden: tuple[int, ...]
    votes: VoteKind
    largest: int
    tau: float | None
    config: TrainConfig

    def build(self, dataset: Dataset) -> Classifier:
        """Return the untrained classifier for a data set; its start depends on the recipe's seed."""
        return nor_classifier(
            dataset.x_train.shape[1],
            len(dataset.classes),
            hidden=self.hidden,
            encoder=self.encoder,
            votes=self.votes,
            largest=self.largest,
            tau=self.tau,
            shape=dataset.shape,
            class_names=dataset.classes,
            seed=self.config.seed,
        )


def recipe_for(dataset: Dataset, name: str = "small") -> Recipe:
    """Return the settings that suit a data set.

    Parameters
    ----------
    dataset
        The data set; only its shape counts.
    name
        ``"small"`` for the smallest circuit at good accuracy, ``"accurate"`` for a few times its size.

    Returns
    -------
    Recipe
        The settings.

    Raises
    ------
    OptionError
        If there is no recipe of that name.

    Examples
    --------
    >>> from nor2hdl.data import load
    >>> recipe_for(load("digits")).hidden
    (400,)
    """
    if name not in RECIPES:
        raise OptionError(f"recipe must be one of {', '.join(RECIPES)}, not {name!r}")
    accurate = name == "accurate"
    classes = len(dataset.classes)
    if len(dataset.shape) == 2 and dataset.x_train.shape[1] >= LARGE_PICTURE:
        return Recipe(
            encoder=Threshold(128),
            hidden=(_round_up(3000 if accurate else 1200, classes),),
            votes="powers",
            largest=4,
            tau=8.0 if accurate else 4.0,
            config=TrainConfig(epochs=40 if accurate else 60, decay=0.055 if accurate else 0.08, shift=1),
        )
    return Recipe(
        encoder=Thermometer.uniform(3),
        hidden=(_round_up(1000 if accurate else 400, classes),),
        votes="powers",
        largest=4,
        tau=4.0 if accurate else 3.0,
        config=TrainConfig(epochs=60, batch=50, decay=0.1),
    )


def _round_up(width: int, classes: int) -> int:
    return -(-width // classes) * classes
