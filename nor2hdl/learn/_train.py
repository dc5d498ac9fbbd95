"""The training loop: hard forward, straight-through backward, self-pruning decay, exact resume."""

from __future__ import annotations

import dataclasses
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.nn import functional

from nor2hdl.errors import ModelError, OptionError
from nor2hdl.learn._checks import check_decay, check_finite, check_seed, check_whole
from nor2hdl.learn._fan_in import count_fan_ins
from nor2hdl.learn._fit import check_device
from nor2hdl.learn._loop import FitStats, Loop, Progress
from nor2hdl.learn._store import describe
from nor2hdl.learn.structure._learners import check_learner, learner_of
from nor2hdl.learn.structure._structure import latent_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nor2hdl.data import Dataset
    from nor2hdl.learn._model import Classifier
    from nor2hdl.learn.structure import Learner


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainConfig:
    """Settings of a training run.

    Attributes
    ----------
    epochs
        Passes over the training set.
    batch
        Samples a step.
    lr
        Learning rate of Adam at the start; it falls to 0 along a cosine.
    decay
        How far a latent weight sinks a step, in units of the learning rate: the self-pruning. Only the
        learner ``"decay"`` uses it.
    learner
        How connections are found: one of `nor2hdl.learn.structure.LEARNERS`.
    keep
        Share of the weights that a learner with a budget keeps, above 0 and up to 1; None for the others.
    shift
        Largest random shift of a picture, in pixels along each axis; 0 for other data.
    patience
        Stop when this many epochs pass without a better validation accuracy, and go back to the best
        epoch; None never stops early, as the learner ``"magnitude"`` needs, which prunes by schedule.
    seed
        Seed of the order of the samples and of the shifts, from 0 to 2^63 - 1.
    device
        ``"cpu"``, ``"cuda"``, or ``"auto"`` for cuda where there is one.

    Raises
    ------
    OptionError
        If a setting is of another type or out of range, or CUDA is asked for and is not there.

    Examples
    --------
    >>> TrainConfig(epochs=3).batch
    200
    """

    epochs: int = 20
    batch: int = 200
    lr: float = 0.01
    decay: float = 0.1
    learner: str = "decay"
    keep: float | None = None
    shift: int = 0
    patience: int | None = None
    seed: int = 0
    device: str = "auto"

    def __post_init__(self) -> None:
        for name, low in (("epochs", 1), ("batch", 1), ("shift", 0)):
            check_whole(name, getattr(self, name), low, OptionError)
        if self.patience is not None:
            check_whole("patience", self.patience, 1, OptionError)
        check_seed(self.seed, OptionError)
        check_finite("lr", self.lr, OptionError)
        if self.lr <= 0:
            raise OptionError(f"lr must be above 0, not {self.lr!r}")
        check_decay(self.decay, OptionError)
        check_learner(self.learner, self.keep)
        if self.learner == "magnitude" and self.patience is not None:
            raise OptionError(
                f"patience must be left out for the learner 'magnitude', not {self.patience!r}: "
                "it reaches its budget in the middle of the run"
            )
        check_device(self.device)


@dataclass(frozen=True, slots=True)
class EpochStats(FitStats):
    """What one epoch of a classifier came to.

    Attributes
    ----------
    epoch, loss, accuracy, seconds
        See `FitStats`.
    fan_in
        Mean number of connected literals of a neuron, over all layers.
    pruned
        Share of all weights that are 0, 0 to 1.
    live
        Neurons of the last layer that still vote.
    fan_ins
        Number of neurons, over all layers, in each range of fan-ins (`fan_in_range`); empty for an epoch that
        a version before these counts had run.
    """

    fan_in: float
    pruned: float
    live: int
    fan_ins: tuple[int, ...] = ()


def train(
    model: Classifier,
    dataset: Dataset,
    config: TrainConfig,
    *,
    checkpoint: Path | str | None = None,
    watch: Callable[[Progress[EpochStats]], None] = lambda _: None,
) -> list[EpochStats]:
    """Train a classifier in place; it ends on the CPU.

    Parameters
    ----------
    model
        The classifier, as it was built.
    dataset
        Trained on its training split; the validation split decides on early stopping alone.
    config
        Settings.
    checkpoint
        File that is written after each epoch. If it exists, the run goes on from there and ends with the
        same weights as a run that was never interrupted (on the same machine).
    watch
        Called after each step.

    Returns
    -------
    list of EpochStats
        One an epoch, those before a resume included.

    Raises
    ------
    ModelError
        If the model does not fit the data set, or the checkpoint is damaged or of another run.
    OptionError
        If a setting does not suit the data, or the layers do not suit the learner.
    OutputError
        If the checkpoint cannot be written.

    Examples
    --------
    >>> from nor2hdl.data import load
    >>> from nor2hdl.learn import nor_classifier
    >>> digits = load("digits")
    >>> model = nor_classifier(64, 10, hidden=[50])
    >>> [stats] = train(model, digits, TrainConfig(epochs=1, device="cpu"))
    >>> stats.epoch
    1
    """
    _check_fit(model, dataset, config)
    learner = learner_of(config.learner, keep=config.keep, decay=config.decay)
    learner.attach(model.threshold_layers(), seed=config.seed)
    try:
        return _Run(model, learner, dataset, config).run(checkpoint, watch)
    finally:
        model.cpu()
        learner.fold()


class _Run(Loop[EpochStats]):
    def __init__(self, model: Classifier, learner: Learner, dataset: Dataset, config: TrainConfig) -> None:
        super().__init__(
            model,
            learner,
            samples=len(dataset.x_train),
            epochs=config.epochs,
            batch=config.batch,
            seed=config.seed,
            device=config.device,
            optimizer=lambda parameters: torch.optim.Adam(parameters, lr=config.lr, fused=True),
        )
        self.model = model
        self.layers = model.threshold_layers()
        self.dataset = dataset
        self.config = config
        self.x = torch.from_numpy(dataset.x_train.copy()).to(self.device)
        self.y = torch.from_numpy(dataset.y_train.copy()).to(self.device)

    def patience(self) -> int | None:
        return self.config.patience

    def rate(self, step: int) -> float:
        progress = step / (self.steps_an_epoch * self.epochs)
        return self.config.lr * 0.5 * (1 + math.cos(math.pi * progress))

    def loss(self, chosen: Tensor) -> Tensor:
        x, y = self.x[chosen], self.y[chosen]
        if self.config.shift:
            x = shifted(x.view(-1, *self.dataset.shape), self.config.shift, self.random)
        return functional.cross_entropy(self.model(x), y)

    @torch.no_grad()
    def stats(self, epoch: int, loss: float, start: float) -> EpochStats:
        fan_ins = torch.cat([m.fan_in() for m in self.layers])
        weights = sum(latent_of(m).numel() for m in self.layers)
        return EpochStats(
            epoch=epoch,
            loss=loss,
            accuracy=float((self.model.predict(self.dataset.x_val) == self.dataset.y_val).mean()),
            fan_in=float(fan_ins.float().mean()),
            pruned=1 - int(fan_ins.sum()) / weights,
            live=self.model.live_neurons(),
            fan_ins=count_fan_ins(fan_ins),
            seconds=time.perf_counter() - start,
        )

    def stats_from(self, values: dict[str, Any]) -> EpochStats:
        return EpochStats(**values | {"fan_ins": tuple(values.get("fan_ins", ()))})

    def identity(self) -> dict[str, Any]:
        return {
            "model": describe(self.model),
            "config": dataclasses.asdict(self.config),
            "dataset": self.dataset.checksum,
        }


def shifted(pictures: Tensor, largest: int, random: torch.Generator) -> Tensor:
    """Shift each picture by up to `largest` pixels along each axis, filling with 0.

    Parameters
    ----------
    pictures : uint8 [batch, height, width]
        The pictures.
    largest
        Largest shift, in pixels.
    random
        Source of the shifts, on the CPU.

    Returns
    -------
    uint8 [batch, height * width]
        The shifted pictures, row-major.

    Examples
    --------
    >>> shifted(torch.ones(2, 3, 3, dtype=torch.uint8), 1, torch.Generator().manual_seed(0)).shape
    torch.Size([2, 9])
    """
    count, height, width = pictures.shape
    padded = functional.pad(pictures, (largest,) * 4).flatten(1)
    offset = torch.randint(0, 2 * largest + 1, (2, count, 1), generator=random).to(pictures.device)
    rows = torch.arange(height, device=pictures.device).repeat_interleave(width)
    columns = torch.arange(width, device=pictures.device).repeat(height)
    index = (rows + offset[0]) * (width + 2 * largest) + columns + offset[1]
    return padded.gather(1, index)


def _check_fit(model: Classifier, dataset: Dataset, config: TrainConfig) -> None:
    features, classes = dataset.x_train.shape[1], len(dataset.classes)
    if (model.features, model.readout.classes) != (features, classes):
        raise ModelError(
            f"model must take {features} features to {classes} classes for {dataset.name}, "
            f"not {model.features} to {model.readout.classes}"
        )
    if config.shift and len(dataset.shape) != 2:
        raise OptionError(f"shift must be 0 for samples of shape {dataset.shape}: only pictures are shifted")
