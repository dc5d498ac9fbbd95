"""Training: it learns, it is repeatable, it resumes exactly, and files are safe to open."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
import safetensors.torch
import torch

from nor2hdl.data import Dataset, Thermometer, Threshold, load
from nor2hdl.errors import ModelError, OptionError
from nor2hdl.learn import (
    Classifier,
    NorLayer,
    TrainConfig,
    VoteReadout,
    nor_classifier,
    recipe_for,
    train,
)
from nor2hdl.learn._train import shifted
from tests.learn.model_files import rewritten


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return load("digits")


def small(seed=0, **options):
    return nor_classifier(64, 10, hidden=[100], shape=(8, 8), seed=seed, **options)


def weights(model):
    return {k: v.clone() for k, v in model.state_dict().items()}


def same(a, b):
    return a.keys() == b.keys() and all(a[k].equal(b[k]) for k in a)


def test_recipe_learns_digits(digits):
    recipe = recipe_for(digits)
    model = recipe.build(digits)
    history = train(model, digits, recipe.config)
    assert history[-1].accuracy > 0.9
    assert history[-1].pruned > 0.98
    assert history[-1].accuracy == (model.predict(digits.x_val) == digits.y_val).mean()


def test_two_layers_learn(digits):
    model = nor_classifier(64, 10, hidden=[120, 100], encoder=Thermometer((64, 128)), tau=3)
    history = train(model, digits, TrainConfig(epochs=12, batch=50, decay=0.02))
    assert history[-1].accuracy > 0.6  # chance is 0.1
    assert history[-1].accuracy > history[0].accuracy


def test_start_depends_on_the_seed_alone():
    torch.manual_seed(5)
    a = small(seed=3)
    drawn = torch.rand(1)
    torch.manual_seed(6)
    assert same(weights(a), weights(small(seed=3)))
    assert not same(weights(a), weights(small(seed=4)))
    torch.manual_seed(5)
    assert drawn.equal(torch.rand(1))  # the caller's random state was left alone


def test_interrupted_run_resumes_exactly(digits, tmp_path):
    config = TrainConfig(epochs=4, batch=100, shift=1, seed=7)
    whole = small()
    history = train(whole, digits, config)

    class Stop(Exception):
        pass

    def stop_in_third_epoch(progress):
        if progress.stats is not None and progress.stats.epoch == 2 and progress.step > 2 * 12 + 3:
            raise Stop

    checkpoint = tmp_path / "checkpoint.safetensors"
    with pytest.raises(Stop):
        train(small(), digits, config, checkpoint=checkpoint, watch=stop_in_third_epoch)
    resumed = small()
    seen = []
    again = train(resumed, digits, config, checkpoint=checkpoint, watch=lambda p: seen.append(p.step))
    assert min(seen) > 2 * 12  # the first two epochs were not run again
    assert same(weights(whole), weights(resumed))
    drop = [dataclasses.replace(s, seconds=0) for s in history]
    assert drop == [dataclasses.replace(s, seconds=0) for s in again]


def test_checkpoint_of_another_run_is_refused(digits, tmp_path):
    checkpoint = tmp_path / "checkpoint.safetensors"
    train(small(), digits, TrainConfig(epochs=1), checkpoint=checkpoint)
    with pytest.raises(ModelError, match="must be of this run, but its model, settings or data differ"):
        train(small(), digits, TrainConfig(epochs=2), checkpoint=checkpoint)


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda meta, _: meta.pop("history"), "KeyError: 'history'"),
        (lambda meta, _: meta.update(history=3), "TypeError: 'int' object is not iterable"),
        (lambda _, tensors: tensors.pop("random"), "KeyError: 'random'"),
    ],
)
def test_damaged_checkpoint_is_named(digits, tmp_path, damage, reason):
    path = tmp_path / "checkpoint.safetensors"
    config = TrainConfig(epochs=1, batch=1000, device="cpu")
    train(small(), digits, config, checkpoint=path)
    with safetensors.safe_open(path, framework="pt") as file:
        meta = json.loads(file.metadata()["nor2hdl"])
    tensors = safetensors.torch.load_file(path)
    damage(meta, tensors)
    with pytest.raises(ModelError) as caught:
        train(small(), digits, config, checkpoint=rewritten(path, meta, tensors))
    assert str(caught.value) == (
        f"checkpoint {path} must hold a whole run; remove it or write to another folder ({reason})"
    )


def test_patience_stops_and_keeps_the_best_epoch(digits, tmp_path):
    config = TrainConfig(epochs=40, batch=100, patience=2, lr=0.05)
    model = small()
    checkpoint = tmp_path / "c.safetensors"
    history = train(model, digits, config, checkpoint=checkpoint)
    best = max(s.accuracy for s in history)
    assert len(history) < 40
    assert (model.predict(digits.x_val) == digits.y_val).mean() == best
    resumed = small()
    assert train(resumed, digits, config, checkpoint=checkpoint) == history  # nothing left to do
    assert same(weights(model), weights(resumed))


def test_shifts_move_pictures_and_fill_with_zero():
    pictures = torch.arange(1, 10, dtype=torch.uint8).view(1, 3, 3).repeat(200, 1, 1)
    moved = shifted(pictures, 1, torch.Generator().manual_seed(0)).view(200, 3, 3)
    padded = torch.nn.functional.pad(pictures[0], (1, 1, 1, 1))
    allowed = {tuple(padded[r : r + 3, c : c + 3].flatten().tolist()) for r in range(3) for c in range(3)}
    assert {tuple(m.flatten().tolist()) for m in moved} == allowed


def test_ties_go_to_the_lowest_class():
    model = nor_classifier(4, 3, hidden=[6], votes="plain")
    model.layers[0].latent.data.fill_(-1)  # every neuron is the constant 1
    assert model.predict(np.zeros((2, 4), np.uint8)).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epochs": 0}, "epochs must be 1 or more, not 0"),
        ({"batch": 0}, "batch must be 1 or more, not 0"),
        ({"lr": 0.0}, "lr must be above 0, not 0.0"),
        ({"epochs": 2.5}, "epochs must be a whole number, not 2.5"),
        ({"epochs": "2"}, "epochs must be a whole number, not '2'"),
        ({"batch": 1.5}, "batch must be a whole number, not 1.5"),
        ({"batch": True}, "batch must be a whole number, not True"),
        ({"shift": -1}, "shift must be 0 or more, not -1"),
        ({"shift": False}, "shift must be a whole number, not False"),
        ({"lr": float("inf")}, "lr must be a finite number, not inf"),
        ({"lr": "fast"}, "lr must be a finite number, not 'fast'"),
        ({"lr": 10**400}, f"lr must be a finite number, not {10**400}"),
        ({"decay": float("nan")}, "decay must be a finite number, not nan"),
        ({"decay": float("inf")}, "decay must be a finite number, not inf"),
        ({"decay": True}, "decay must be a finite number, not True"),
        ({"decay": -0.5}, "decay must be 0 or more, not -0.5"),
        ({"patience": 0}, "patience must be 1 or more, not 0"),
        ({"patience": 1.0}, "patience must be a whole number, not 1.0"),
        ({"seed": -1}, "seed must be a whole number from 0 to 9223372036854775807, not -1"),
        ({"seed": 2**63}, f"seed must be a whole number from 0 to 9223372036854775807, not {2**63}"),
        ({"seed": True}, "seed must be a whole number from 0 to 9223372036854775807, not True"),
        ({"device": "tpu"}, "device must be 'auto', 'cpu' or 'cuda', not 'tpu'"),
    ],
)
def test_bad_config(options, message):
    with pytest.raises(OptionError) as caught:
        TrainConfig(**options)
    assert str(caught.value) == message


def test_cuda_that_is_not_there(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(OptionError, match=r"^device must be 'cpu' here: torch finds no CUDA device$"):
        TrainConfig(epochs=1, device="cuda")


def test_numbers_at_their_limits_are_taken():
    config = TrainConfig(seed=2**63 - 1, decay=1e30, lr=1)
    assert same(weights(small(seed=config.seed)), weights(small(seed=2**63 - 1)))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"seed": -1}, "seed must be a whole number from 0 to 9223372036854775807, not -1"),
        ({"seed": 2**63}, f"seed must be a whole number from 0 to 9223372036854775807, not {2**63}"),
        ({"features": "a"}, "features must be a whole number, not 'a'"),
        ({"features": 0}, "features must be 1 or more, not 0"),
        ({"classes": "a"}, "classes must be a whole number, not 'a'"),
        ({"hidden": ["a"]}, "hidden must be whole numbers of 1 or more, not ['a']"),
        ({"hidden": [4, 0]}, "hidden must be whole numbers of 1 or more, not [4, 0]"),
        ({"hidden": [True]}, "hidden must be whole numbers of 1 or more, not [True]"),
        ({"shape": (2.0, 2)}, "shape must hold 4 features, not (2.0, 2)"),
        ({"shape": (float("inf"),)}, "shape must hold 4 features, not (inf,)"),
        ({"hidden": 4}, "hidden must be whole numbers of 1 or more, not 4"),
    ],
)
def test_bad_settings_of_a_fresh_classifier(options, message):
    with pytest.raises(ModelError) as caught:
        nor_classifier(**({"features": 4, "classes": 2, "hidden": [4]} | options))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("encoder", "layers", "message"),
    [
        (Threshold(), [NorLayer(4, 6)], "readout must take 6 inputs, not 4"),
        (Threshold(), [NorLayer(5, 4)], "layer 0 must take 4 inputs, not 5"),
        (Thermometer((9, 99)), [NorLayer(4, 4)], "layer 0 must take 8 inputs, not 4"),
        (Threshold(), [NorLayer(4, 6), torch.nn.Linear(5, 4)], "layer 1 must take 6 inputs, not 5"),
        (Threshold(), [torch.nn.ReLU(), NorLayer(4, 6)], "readout must take 6 inputs, not 4"),
        (Threshold(), [], "layers must be one module or more, not none"),
    ],
)
def test_widths_must_follow_each_other(encoder, layers, message):
    with pytest.raises(ModelError) as caught:
        Classifier(encoder, 4, layers, VoteReadout(4, 2))
    assert str(caught.value) == message


def test_module_without_widths_may_change_the_width():
    pairs = torch.nn.Sequential(torch.nn.Unflatten(1, (2, 2)), torch.nn.MaxPool1d(2), torch.nn.Flatten())
    model = Classifier(Threshold(), 4, [pairs, NorLayer(2, 4)], VoteReadout(4, 2))
    assert model.predict(np.zeros((3, 4), np.uint8)).shape == (3,)


def test_model_that_does_not_fit(digits):
    with pytest.raises(ModelError, match="model must take 64 features to 10 classes for digits, not 4 to 2"):
        train(nor_classifier(4, 2, hidden=[4]), digits, TrainConfig(epochs=1))
    with pytest.raises(ModelError, match=r"samples must be uint8 \[n, 64\], not float64 \[2, 64\]"):
        small().predict(np.zeros((2, 64)))
    with pytest.raises(ModelError, match="hidden must name at least one layer width, not none"):
        nor_classifier(4, 2, hidden=[])
    with pytest.raises(ModelError, match=r"shape must hold 4 features, not \(3,\)"):
        nor_classifier(4, 2, hidden=[4], shape=(3,))
    with pytest.raises(OptionError, match="recipe must be one of small, accurate, not 'huge'"):
        recipe_for(digits, "huge")


def test_shift_needs_pictures():
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 256, (60, 5), dtype=np.uint8), np.arange(60) % 2
    parts = {f"{a}_{s}": v for s in ("train", "val", "test") for a, v in (("x", x), ("y", y))}
    table = Dataset(name="table", classes=("a", "b"), shape=(5,), **parts)
    with pytest.raises(OptionError, match=r"shift must be 0 for samples of shape \(5,\)"):
        train(nor_classifier(5, 2, hidden=[4]), table, TrainConfig(epochs=1, shift=1))


def test_live_neurons_need_a_vote_and_a_connection():
    model = small()
    model.layers[0].latent.data.fill_(-1)
    model.layers[0].latent.data[0, :7] = 1
    model.readout.latent.data[:2] = 0.1
    assert model.live_neurons() == 5
    assert isinstance(model.layers[0], NorLayer)
