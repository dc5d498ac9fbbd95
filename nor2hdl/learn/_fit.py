"""Train any network that gives logits: the float networks that structures are looked for in."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import time
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from nor2hdl.errors import ModelError, OptionError
from nor2hdl.learn._checks import check_finite, check_seed, check_whole
from nor2hdl.learn._loop import FitStats, Loop, Progress, evaluating

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nor2hdl.learn.structure import Learner


@dataclass(frozen=True, slots=True, kw_only=True)
class FitConfig:
    """Settings of a training run of `fit`.

    Attributes
    ----------
    epochs
        Passes over the training set.
    batch
        Samples a step.
    lr
        Learning rate at the start.
    optimizer
        ``"adam"``, or ``"sgd"`` without momentum.
    milestones
        Epochs, rising, after which the learning rate falls to a tenth.
    seed
        Seed of the order of the samples, from 0 to 2^63 - 1.
    device
        ``"cpu"``, ``"cuda"``, or ``"auto"`` for cuda where there is one.

    Raises
    ------
    OptionError
        If a setting is of another type or out of range, or CUDA is asked for and is not there.

    Examples
    --------
    >>> FitConfig(epochs=100, optimizer="sgd", lr=0.1, milestones=(50, 75)).batch
    200
    """

    epochs: int = 10
    batch: int = 200
    lr: float = 0.001
    optimizer: Literal["adam", "sgd"] = "adam"
    milestones: tuple[int, ...] = ()
    seed: int = 0
    device: str = "auto"

    def __post_init__(self) -> None:
        for name in ("epochs", "batch"):
            check_whole(name, getattr(self, name), 1, OptionError)
        if not isinstance(self.milestones, Sequence):
            raise OptionError(f"milestones must be a tuple of epochs, not {self.milestones!r}")
        for milestone in self.milestones:
            check_whole("milestone", milestone, 1, OptionError)
        if list(self.milestones) != sorted(set(self.milestones)):
            raise OptionError(f"milestones must rise, not {self.milestones!r}")
        check_seed(self.seed, OptionError)
        check_finite("lr", self.lr, OptionError)
        if self.lr <= 0:
            raise OptionError(f"lr must be above 0, not {self.lr!r}")
        if self.optimizer not in ("adam", "sgd"):
            raise OptionError(f"optimizer must be 'adam' or 'sgd', not {self.optimizer!r}")
        check_device(self.device)


def fit(
    net: nn.Module,
    train: tuple[Tensor, Tensor],
    valid: tuple[Tensor, Tensor],
    config: FitConfig,
    *,
    learner: Learner | None = None,
    loss: Callable[[Tensor, Tensor], Tensor] = functional.cross_entropy,
    checkpoint: Path | str | None = None,
    watch: Callable[[Progress[FitStats]], None] = lambda _: None,
) -> list[FitStats]:
    """Train a network in place; it ends on the CPU, in training mode.

    Parameters
    ----------
    net
        Gives logits [batch, classes], or [batch] for two classes, for a batch of samples.
    train, valid
        Samples [n, ...] and labels int64 [n] (float [n] for two classes).
    config
        Settings.
    learner
        A learner that was attached to the network's layers, whose loop is to be run; it is not folded.
    loss
        Mean loss of a batch, for logits and labels.
    checkpoint
        File that is written after each epoch. If it exists, the run goes on from there and ends with the
        same weights as a run that was never interrupted (on the same machine, for a network that draws no
        random numbers while it trains). Kinds and shapes of the network's parts, the settings, the
        learner's, the loss's name and the data have to be those of the file.
    watch
        Called after each step.

    Returns
    -------
    list of FitStats
        One an epoch, those before a resume included.

    Raises
    ------
    ModelError
        If there are no samples, their number differs from that of the labels, the labels are of another
        type, the learner is not attached, or the checkpoint is damaged or of another run.
    OutputError
        If the checkpoint cannot be written.

    Examples
    --------
    >>> x, y = torch.eye(2), torch.tensor([0, 1])
    >>> net = nn.Linear(2, 2)
    >>> fit(net, (x, y), (x, y), FitConfig(epochs=40, lr=0.1, device="cpu"))[-1].accuracy
    1.0
    """
    _check_samples(*train)
    _check_samples(*valid)
    if learner is not None and not learner.layers:
        raise ModelError("learner must be attached to layers of the network before it is trained")
    history = _Fit(net, train, valid, config, learner, loss).run(checkpoint, watch)
    net.cpu()
    return history


class _Fit(Loop[FitStats]):
    def __init__(
        self,
        net: nn.Module,
        train: tuple[Tensor, Tensor],
        valid: tuple[Tensor, Tensor],
        config: FitConfig,
        learner: Learner | None,
        loss: Callable[[Tensor, Tensor], Tensor],
    ) -> None:
        kind = torch.optim.Adam if config.optimizer == "adam" else torch.optim.SGD
        super().__init__(
            net,
            learner,
            samples=len(train[0]),
            epochs=config.epochs,
            batch=config.batch,
            seed=config.seed,
            device=config.device,
            optimizer=lambda parameters: kind(parameters, lr=config.lr, fused=True),
        )
        self.config = config
        self.loss_of = loss
        self.data = (*train, *valid)
        self.x, self.y = (t.to(self.device) for t in train)
        self.valid = (valid[0].to(self.device), valid[1].to(self.device))

    def loss(self, chosen: Tensor) -> Tensor:
        return self.loss_of(self.module(self.x[chosen]), self.y[chosen])

    def rate(self, step: int) -> float:
        return float(
            self.config.lr * 0.1 ** bisect_right(self.config.milestones, step // self.steps_an_epoch)
        )

    def stats(self, epoch: int, loss: float, start: float) -> FitStats:
        right = accuracy(self.module, *self.valid)
        return FitStats(epoch, loss, right, time.perf_counter() - start)

    def stats_from(self, values: dict[str, Any]) -> FitStats:
        return FitStats(**values)

    def identity(self) -> dict[str, Any]:
        config = dataclasses.asdict(self.config) | {"milestones": list(self.config.milestones)}
        learner = None if self.learner is None else self.learner.settings()
        return {
            "parts": [[name, type(part).__name__] for name, part in self.module.named_modules()],
            "shapes": {k: list(v.shape) for k, v in self.module.state_dict().items()},
            "config": config,
            "learner": json.loads(json.dumps(learner)),
            "loss": getattr(self.loss_of, "__qualname__", type(self.loss_of).__qualname__),
            "data": self.checksum,
        }

    @cached_property
    def checksum(self) -> str:
        return hashlib.sha256(b"".join(_bytes(t) for t in self.data)).hexdigest()


@torch.no_grad()
def accuracy(net: nn.Module, x: Tensor, y: Tensor, *, batch: int = 1000) -> float:
    """Return the share of samples that a network classifies rightly, in evaluation mode.

    Parameters
    ----------
    net
        Gives logits [batch, classes], or [batch] for two classes; it is put back into its mode.
    x, y
        Samples [n, ...] and labels int64 [n] (float [n] for two classes).
    batch
        Samples evaluated at a time.

    Returns
    -------
    float
        0 to 1.

    Raises
    ------
    ModelError
        If there are no samples, their number differs from that of the labels, or the labels are of another
        type.

    Examples
    --------
    >>> accuracy(nn.Identity(), torch.eye(2), torch.tensor([0, 0]))
    0.5
    """
    _check_samples(x, y)
    right = 0
    with evaluating(net):
        for i in range(0, len(x), batch):
            logits = net(x[i : i + batch])
            found = logits.argmax(1) if logits.ndim == 2 else (logits > 0).to(y.dtype)
            right += int((found == y[i : i + batch]).sum())
    return right / len(x)


def check_device(device: object) -> None:
    """Raise `OptionError` unless `device` is one that is there."""
    if device not in ("auto", "cpu", "cuda"):
        raise OptionError(f"device must be 'auto', 'cpu' or 'cuda', not {device!r}")
    if device == "cuda" and not torch.cuda.is_available():
        raise OptionError("device must be 'cpu' here: torch finds no CUDA device")


def _check_samples(samples: Tensor, labels: Tensor) -> None:
    if len(samples) != len(labels) or not len(labels):
        raise ModelError(
            f"samples and labels must be as many, 1 or more, not {len(samples)} and {len(labels)}"
        )
    if labels.dtype != torch.int64 and not labels.is_floating_point():
        raise ModelError(f"labels must be int64, or float for two classes, not {labels.dtype}")


def _bytes(tensor: Tensor) -> bytes:
    return tensor.detach().cpu().contiguous().numpy().tobytes()
