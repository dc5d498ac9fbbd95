"""The training loop: hard forward, straight-through backward, self-pruning decay, exact resume."""

from __future__ import annotations

import dataclasses
import math
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.nn import functional

from nor2hdl.errors import ModelError, OptionError
from nor2hdl.learn._checks import check_finite, check_seed, check_whole
from nor2hdl.learn._layers import ThresholdLayer
from nor2hdl.learn._store import describe, read_tensors, write_tensors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nor2hdl.data import Dataset
    from nor2hdl.learn._model import Classifier


SMALL_PRODUCT = 100_000_000
"""Multiplications a step below which one thread trains fastest."""


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
        How far a latent weight sinks a step, in units of the learning rate: the self-pruning.
    shift
        Largest random shift of a picture, in pixels along each axis; 0 for other data.
    patience
        Stop when this many epochs pass without a better validation accuracy, and go back to the best
        epoch; None never stops early.
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
        for name in ("lr", "decay"):
            check_finite(name, getattr(self, name), OptionError)
        if self.lr <= 0:
            raise OptionError(f"lr must be above 0, not {self.lr!r}")
        if self.decay < 0:
            raise OptionError(f"decay must be 0 or more, not {self.decay!r}")
        if self.device not in ("auto", "cpu", "cuda"):
            raise OptionError(f"device must be 'auto', 'cpu' or 'cuda', not {self.device!r}")
        if self.device == "cuda" and not torch.cuda.is_available():
            raise OptionError("device must be 'cpu' here: torch finds no CUDA device")


@dataclass(frozen=True, slots=True)
class EpochStats:
    """What one epoch came to.

    Attributes
    ----------
    epoch
        Number of the epoch, from 1.
    loss
        Mean training loss, in nats.
    accuracy
        Accuracy on the validation set, 0 to 1.
    fan_in
        Mean number of connected literals of a neuron, over all layers.
    pruned
        Share of all weights that are 0, 0 to 1.
    live
        Neurons of the last layer that still vote.
    seconds
        Wall-clock time of the epoch.
    """

    epoch: int
    loss: float
    accuracy: float
    fan_in: float
    pruned: float
    live: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run stands, for a progress bar: `step` of `steps`, the running loss, the last epoch's stats."""

    step: int
    steps: int
    loss: float
    stats: EpochStats | None


def train(
    model: Classifier,
    dataset: Dataset,
    config: TrainConfig,
    *,
    checkpoint: Path | str | None = None,
    watch: Callable[[Progress], None] = lambda _: None,
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
        If a setting does not suit the data.
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
    run = _Run(model, dataset, config)
    if checkpoint is not None and Path(checkpoint).exists():
        run.restore(Path(checkpoint))
    with _threads_for(model, config.batch):
        while not run.finished():
            run.epoch(watch)
            if checkpoint is not None:
                run.save(Path(checkpoint))
    if config.patience is not None:
        model.load_state_dict(run.best)
    model.cpu()
    return run.history


class _Run:
    """The state of a run between epochs: all of it goes into the checkpoint."""

    def __init__(self, model: Classifier, dataset: Dataset, config: TrainConfig) -> None:
        self.model = model
        self.dataset = dataset
        self.config = config
        self.device = _device(config.device)
        model.to(self.device)
        self.x = torch.from_numpy(dataset.x_train.copy()).to(self.device)
        self.y = torch.from_numpy(dataset.y_train.copy()).to(self.device)
        self.optimizer = torch.optim.Adam(model.parameters(), lr=config.lr, fused=True)
        # Drawn on the CPU, so that the order of samples is the same whatever the device.
        self.random = torch.Generator().manual_seed(config.seed)
        self.history: list[EpochStats] = []
        self.best: dict[str, Tensor] = {}
        self.steps_an_epoch = math.ceil(len(self.x) / config.batch)

    def finished(self) -> bool:
        done = len(self.history)
        if done >= self.config.epochs:
            return True
        if self.config.patience is None or not done:
            return False
        return done - self._best_epoch() >= self.config.patience

    def _best_epoch(self) -> int:
        return max(self.history, key=lambda s: (s.accuracy, -s.epoch)).epoch

    def epoch(self, watch: Callable[[Progress], None]) -> None:
        start = time.perf_counter()
        order = torch.randperm(len(self.x), generator=self.random)
        total = 0.0
        steps = self.steps_an_epoch * self.config.epochs
        last = self.history[-1] if self.history else None
        for i in range(self.steps_an_epoch):
            step = len(self.history) * self.steps_an_epoch + i
            total += self._step(order[i * self.config.batch : (i + 1) * self.config.batch], step / steps)
            watch(Progress(step + 1, steps, total / (i + 1), last))
        layers = [m for m in self.model.layers if isinstance(m, ThresholdLayer)]
        fan_ins = torch.cat([m.fan_in() for m in layers])
        weights = sum(m.latent.numel() for m in layers)
        stats = EpochStats(
            epoch=len(self.history) + 1,
            loss=total / self.steps_an_epoch,
            accuracy=float((self.model.predict(self.dataset.x_val) == self.dataset.y_val).mean()),
            fan_in=float(fan_ins.float().mean()),
            pruned=1 - int(fan_ins.sum()) / weights,
            live=self.model.live_neurons(),
            seconds=time.perf_counter() - start,
        )
        self.history.append(stats)
        if self.config.patience is not None and self._best_epoch() == stats.epoch:
            self.best = {k: v.detach().clone() for k, v in self.model.state_dict().items()}
        watch(Progress(len(self.history) * self.steps_an_epoch, steps, stats.loss, stats))

    def _step(self, chosen: Tensor, progress: float) -> float:
        lr = self.config.lr * 0.5 * (1 + math.cos(math.pi * progress))
        self.optimizer.param_groups[0]["lr"] = lr
        x, y = self.x[chosen.to(self.device)], self.y[chosen.to(self.device)]
        if self.config.shift:
            x = shifted(x.view(-1, *self.dataset.shape), self.config.shift, self.random)
        loss = functional.cross_entropy(self.model(x), y)
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        for layer in self.model.layers:
            if isinstance(layer, ThresholdLayer):
                layer.decay(lr * self.config.decay)
        return loss.item()

    def _identity(self) -> dict[str, Any]:
        return {
            "model": describe(self.model),
            "config": dataclasses.asdict(self.config),
            "dataset": self.dataset.checksum,
        }

    def save(self, path: Path) -> None:
        tensors = {f"model.{k}": v for k, v in self.model.state_dict().items()}
        tensors |= {f"best.{k}": v for k, v in self.best.items()}
        for i, state in self.optimizer.state_dict()["state"].items():
            tensors |= {f"adam.{i}.{k}": v for k, v in state.items()}
        tensors["random"] = self.random.get_state()
        history = [dataclasses.asdict(s) for s in self.history]
        write_tensors(path, tensors, {"checkpoint": self._identity(), "history": history})

    def restore(self, path: Path) -> None:
        tensors, meta = read_tensors(path)
        if meta.get("checkpoint") != self._identity():
            raise ModelError(
                f"checkpoint {path} must be of this run, but its model, settings or data differ; remove it "
                "or write to another folder"
            )
        try:
            self._take(tensors, meta)
        except (LookupError, TypeError, ValueError, AttributeError, RuntimeError) as error:
            raise ModelError(
                f"checkpoint {path} must hold a whole run; remove it or write to another folder "
                f"({type(error).__name__}: {error})"
            ) from error

    def _take(self, tensors: dict[str, Tensor], meta: dict[str, Any]) -> None:
        self.model.load_state_dict(_under("model.", tensors))
        self.best = _under("best.", tensors)
        state: dict[int, dict[str, Tensor]] = {}
        for name, tensor in _under("adam.", tensors).items():
            index, key = name.split(".")
            state.setdefault(int(index), {})[key] = tensor
        groups = self.optimizer.state_dict()["param_groups"]
        self.optimizer.load_state_dict({"state": state, "param_groups": groups})
        self.random.set_state(tensors["random"])
        self.history = [EpochStats(**s) for s in meta["history"]]


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


@contextmanager
def _threads_for(model: Classifier, batch: int) -> Iterator[None]:
    # Threads that wait for each other cost more than small products do, many times more on a busy machine.
    before = torch.get_num_threads()
    if batch * max(p.numel() for p in model.parameters()) < SMALL_PRODUCT:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}


def _device(name: str) -> torch.device:
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    return torch.device(name)


def _check_fit(model: Classifier, dataset: Dataset, config: TrainConfig) -> None:
    features, classes = dataset.x_train.shape[1], len(dataset.classes)
    if (model.features, model.readout.classes) != (features, classes):
        raise ModelError(
            f"model must take {features} features to {classes} classes for {dataset.name}, "
            f"not {model.features} to {model.readout.classes}"
        )
    if config.shift and len(dataset.shape) != 2:
        raise OptionError(f"shift must be 0 for samples of shape {dataset.shape}: only pictures are shifted")
