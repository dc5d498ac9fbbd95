"""The loop for float networks: what it does a step, and that an interrupted run resumes exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from torch import nn
from torch.nn import functional

from nor2hdl.errors import ModelError, OptionError
from nor2hdl.learn import FitConfig, accuracy, fit
from nor2hdl.learn.structure import MagnitudePruning

if TYPE_CHECKING:
    from pathlib import Path


def samples(n: int = 60) -> tuple[torch.Tensor, torch.Tensor]:
    x = torch.rand(n, 5, generator=torch.Generator().manual_seed(0))
    return x, (x[:, 0] > x[:, 1]).long()


def network() -> nn.Module:
    torch.manual_seed(3)
    return nn.Sequential(nn.Linear(5, 8, bias=False), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 2))


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_it_takes_the_steps_of_a_plain_loop(optimizer: str) -> None:
    x, y = samples()
    config = FitConfig(
        epochs=3, batch=16, lr=0.05, optimizer=optimizer, milestones=(2,), seed=4, device="cpu"
    )
    fitted, plain = network(), network()
    history = fit(fitted, (x, y), (x, y), config)

    order = torch.Generator().manual_seed(4)
    kind = torch.optim.Adam if optimizer == "adam" else torch.optim.SGD
    steps = kind(plain.parameters(), lr=0.05)
    for epoch in range(3):
        steps.param_groups[0]["lr"] = 0.05 if epoch < 2 else 0.005
        for chosen in torch.randperm(60, generator=order).split(16):
            steps.zero_grad()
            functional.cross_entropy(plain(x[chosen]), y[chosen]).backward()
            steps.step()
    for mine, theirs in zip(fitted.state_dict().values(), plain.state_dict().values(), strict=True):
        torch.testing.assert_close(mine, theirs)
    assert [s.epoch for s in history] == [1, 2, 3]
    assert history[-1].accuracy == accuracy(plain, x, y)


def test_interrupted_run_resumes_exactly(tmp_path: Path) -> None:
    data = samples()
    config = FitConfig(epochs=4, batch=16, lr=0.05, seed=1, device="cpu")
    whole = network()
    history = fit(whole, data, data, config)

    class StopError(Exception):
        pass

    def stop(progress: object) -> None:
        if progress.step == 11:  # type: ignore[attr-defined]
            raise StopError

    path = tmp_path / "run.safetensors"
    with pytest.raises(StopError):
        fit(network(), data, data, config, checkpoint=path, watch=stop)
    resumed = network()
    again = fit(resumed, data, data, config, checkpoint=path)
    assert [(s.loss, s.accuracy) for s in again] == [(s.loss, s.accuracy) for s in history]
    for mine, theirs in zip(whole.state_dict().values(), resumed.state_dict().values(), strict=True):
        assert torch.equal(mine, theirs)


def test_checkpoint_of_other_data_is_refused(tmp_path: Path) -> None:
    data, config, path = samples(), FitConfig(epochs=1, device="cpu"), tmp_path / "run.safetensors"
    fit(network(), data, data, config, checkpoint=path)
    other = (data[0] + 1, data[1])
    with pytest.raises(ModelError, match="must be of this run, but its model, settings or data differ"):
        fit(network(), other, data, config, checkpoint=path)


@pytest.mark.parametrize("other", ["rule", "seed", "share", "part", "loss"])
def test_checkpoint_of_another_run_is_refused(tmp_path: Path, other: str) -> None:
    data = samples()

    def run(change: str = "") -> None:
        net = nn.Sequential(nn.Linear(5, 8), nn.Tanh() if change == "part" else nn.ReLU(), nn.Linear(8, 2))
        learner = MagnitudePruning(
            0.3 if change == "share" else 0.5, rule="random" if change == "rule" else "blinded"
        )
        learner.attach([net[0], net[2]], seed=int(change == "seed"))
        loss = functional.multi_margin_loss if change == "loss" else functional.cross_entropy
        config = FitConfig(epochs=1, device="cpu")
        fit(net, data, data, config, learner=learner, loss=loss, checkpoint=tmp_path / "run")

    run()
    run()
    with pytest.raises(ModelError, match="must be of this run, but its model, settings or data differ"):
        run(other)


def test_tied_weights_go_into_a_checkpoint(tmp_path: Path) -> None:
    def fitted() -> nn.Module:
        torch.manual_seed(0)
        net = nn.Sequential(nn.Linear(5, 5), nn.Linear(5, 5))
        net[1].weight = net[0].weight
        fit(net, samples(), samples(), FitConfig(epochs=1, device="cpu"), checkpoint=tmp_path / "run")
        return net

    first, again = fitted(), fitted()
    assert torch.equal(first[0].weight, again[1].weight)
    assert again[0].weight is again[1].weight


def test_a_learner_must_be_attached() -> None:
    text = "learner must be attached to layers of the network before it is trained"
    with pytest.raises(ModelError, match=text):
        fit(network(), samples(), samples(), FitConfig(), learner=MagnitudePruning(0.5))


def test_accuracy_is_that_of_evaluation_mode_and_leaves_the_mode() -> None:
    x, y = samples()
    net = network()
    net[1].eval()
    accuracy(net, x, y)
    assert net.training
    assert not net[1].training
    net.eval()
    logits = net(x)
    assert accuracy(net, x, y, batch=7) == int((logits.argmax(1) == y).sum()) / len(y)


def test_two_classes_by_one_logit() -> None:
    net = nn.Flatten(0)
    assert accuracy(net, torch.tensor([[0.5], [-1.0], [2.0]]), torch.tensor([1.0, 1.0, 1.0])) == 2 / 3


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"epochs": 0}, "epochs must be 1 or more, not 0"),
        ({"batch": 1.5}, "batch must be a whole number, not 1.5"),
        ({"lr": 0}, "lr must be above 0, not 0"),
        ({"lr": float("nan")}, "lr must be a finite number, not nan"),
        ({"optimizer": "lion"}, "optimizer must be 'adam' or 'sgd', not 'lion'"),
        ({"milestones": (3, 2)}, r"milestones must rise, not \(3, 2\)"),
        ({"milestones": (0,)}, "milestone must be 1 or more, not 0"),
        ({"milestones": 3}, "milestones must be a tuple of epochs, not 3"),
        ({"device": "tpu"}, "device must be 'auto', 'cpu' or 'cuda', not 'tpu'"),
    ],
)
def test_settings_out_of_range_are_named(settings: dict[str, object], text: str) -> None:
    with pytest.raises(OptionError, match=text):
        FitConfig(**settings)  # type: ignore[arg-type]


def test_samples_must_fit_their_labels() -> None:
    x, y = samples()
    with pytest.raises(ModelError, match="samples and labels must be as many, 1 or more, not 60 and 59"):
        fit(network(), (x, y[:-1]), (x, y), FitConfig())
    with pytest.raises(ModelError, match="not 0 and 0"):
        fit(network(), (x, y), (x[:0], y[:0]), FitConfig())
    with pytest.raises(ModelError, match="not 0 and 0"):
        accuracy(network(), x[:0], y[:0])
    with pytest.raises(ModelError, match=r"labels must be int64, or float for two classes, not torch\.int32"):
        fit(network(), (x, y.int()), (x, y), FitConfig())
