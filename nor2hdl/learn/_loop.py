"""A training run that is interrupted and resumed ends as if it had not been: epochs, checkpoints, device."""

from __future__ import annotations

import dataclasses
import math
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import torch
from torch import Tensor, nn

from nor2hdl.errors import ModelError
from nor2hdl.learn._store import read_tensors, write_tensors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nor2hdl.learn.structure import Learner


SMALL_PRODUCT = 100_000_000
"""Multiplications a step below which one thread trains fastest."""


@dataclass(frozen=True, slots=True)
class FitStats:
    """What one epoch came to.

    Attributes
    ----------
    epoch
        Number of the epoch, from 1.
    loss
        Mean training loss, in nats for the cross-entropy.
    accuracy
        Accuracy on the validation samples, 0 to 1.
    seconds
        Wall-clock time of the epoch.
    """

    epoch: int
    loss: float
    accuracy: float
    seconds: float


S = TypeVar("S", bound=FitStats)


@dataclass(frozen=True, slots=True)
class Progress(Generic[S]):
    """Where a run stands, for a progress bar: `step` of `steps`, the running loss, the last epoch's stats."""

    step: int
    steps: int
    loss: float
    stats: S | None


class Loop(Generic[S]):
    """The state of a run between epochs: all of it goes into the checkpoint.

    Subclasses say what the loss of a batch is, the learning rate at a step, and what an epoch came to.
    """

    def __init__(
        self,
        module: nn.Module,
        learner: Learner | None,
        *,
        samples: int,
        epochs: int,
        batch: int,
        seed: int,
        device: str,
        optimizer: Callable[[list[nn.Parameter]], torch.optim.Optimizer],
    ) -> None:
        self.module = module
        self.learner = learner
        self.samples, self.epochs, self.batch = samples, epochs, batch
        self.device = device_of(device)
        module.to(self.device)
        self.optimizer = optimizer(list(module.parameters()))
        # Drawn on the CPU, so that the order of samples is the same whatever the device.
        self.random = torch.Generator().manual_seed(seed)
        self.history: list[S] = []
        self.best: dict[str, Tensor] = {}
        self.steps_an_epoch = math.ceil(samples / batch)

    def loss(self, chosen: Tensor) -> Tensor:
        """Return the loss of the samples with these indices."""
        raise NotImplementedError

    def rate(self, step: int) -> float:
        """Return the learning rate at a step."""
        raise NotImplementedError

    def stats(self, epoch: int, loss: float, start: float) -> S:
        """Return what an epoch, from 1, came to, for its mean loss and the clock at its start."""
        raise NotImplementedError

    def stats_from(self, values: dict[str, Any]) -> S:
        """Return the stats that were stored as JSON values."""
        raise NotImplementedError

    def identity(self) -> dict[str, Any]:
        """Return what must be equal for a checkpoint to be of this run."""
        raise NotImplementedError

    def patience(self) -> int | None:
        """Return after how many epochs without a better accuracy to stop; None never stops early."""
        return None

    def run(self, checkpoint: Path | str | None, watch: Callable[[Progress[S]], None]) -> list[S]:
        """Go on from the checkpoint, if it is there, to the end."""
        if checkpoint is not None and Path(checkpoint).exists():
            self.restore(Path(checkpoint))
        with threads_for(self.module, self.batch):
            while not self.finished():
                self.epoch(watch)
                if checkpoint is not None:
                    self.save(Path(checkpoint))
        if self.patience() is not None:
            self.module.load_state_dict(self.best)
        return self.history

    def finished(self) -> bool:
        done = len(self.history)
        patience = self.patience()
        if done >= self.epochs:
            return True
        return patience is not None and done > 0 and done - self._best_epoch() >= patience

    def _best_epoch(self) -> int:
        return max(self.history, key=lambda s: (s.accuracy, -s.epoch)).epoch

    def epoch(self, watch: Callable[[Progress[S]], None]) -> None:
        start = time.perf_counter()
        done = len(self.history)
        self.module.train()
        if self.learner is not None:
            self.learner.start_epoch(done, self.epochs)
        order = torch.randperm(self.samples, generator=self.random)
        total = 0.0
        steps = self.steps_an_epoch * self.epochs
        last = self.history[-1] if self.history else None
        for i in range(self.steps_an_epoch):
            step = done * self.steps_an_epoch + i
            total += self._step(order[i * self.batch : (i + 1) * self.batch], step)
            watch(Progress(step + 1, steps, total / (i + 1), last))
        with evaluating(self.module):
            stats = self.stats(done + 1, total / self.steps_an_epoch, start)
        self.history.append(stats)
        if self.patience() is not None and self._best_epoch() == stats.epoch:
            self.best = {k: v.detach().clone() for k, v in self.module.state_dict().items()}
        watch(Progress(len(self.history) * self.steps_an_epoch, steps, stats.loss, stats))

    def _step(self, chosen: Tensor, step: int) -> float:
        lr = self.rate(step)
        for group in self.optimizer.param_groups:
            group["lr"] = lr
        loss = self.loss(chosen.to(self.device))
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        if self.learner is not None:
            self.learner.after_step(lr)
        return loss.item()

    def save(self, path: Path) -> None:
        tensors = {f"model.{k}": v for k, v in self.module.state_dict().items()}
        tensors |= {f"best.{k}": v for k, v in self.best.items()}
        for i, state in self.optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{i}.{k}": v for k, v in state.items() if v is not None}
        tensors["random"] = self.random.get_state()
        history = [dataclasses.asdict(s) for s in self.history]
        write_tensors(path, tensors, {"checkpoint": self.identity(), "history": history})

    def restore(self, path: Path) -> None:
        tensors, meta = read_tensors(path)
        if meta.get("checkpoint") != self.identity():
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
        self.module.load_state_dict(_under("model.", tensors))
        self.best = _under("best.", tensors)
        state: dict[int, dict[str, Tensor]] = {}
        for name, tensor in _under("optimizer.", tensors).items():
            index, key = name.split(".")
            state.setdefault(int(index), {})[key] = tensor
        groups = self.optimizer.state_dict()["param_groups"]
        self.optimizer.load_state_dict({"state": state, "param_groups": groups})
        self.random.set_state(tensors["random"])
        self.history = [self.stats_from(s) for s in meta["history"]]


@contextmanager
def evaluating(module: nn.Module) -> Iterator[None]:
    """Put a module and all in it into evaluation mode, and each back into its own mode afterwards."""
    modes = [(part, part.training) for part in module.modules()]
    module.eval()
    try:
        yield
    finally:
        for part, mode in modes:
            part.training = mode


@contextmanager
def threads_for(module: nn.Module, batch: int) -> Iterator[None]:
    """Let torch use one thread where the products are small.

    Threads that wait for each other cost more than small products do, many times more on a busy machine.
    """
    before = torch.get_num_threads()
    if batch * max(p.numel() for p in module.parameters()) < SMALL_PRODUCT:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def device_of(name: str) -> torch.device:
    """Return the device of a setting: ``"auto"`` is cuda where there is one."""
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    return torch.device(name)


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
