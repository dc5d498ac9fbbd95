"""What every structure learner shares: carrying, the straight-through gradient, folding, names."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from nor2hdl.data import load
from nor2hdl.errors import ModelError, OptionError
from nor2hdl.extract import extract
from nor2hdl.learn import NorLayer, TrainConfig, nor_classifier, save_model, train
from nor2hdl.learn.structure import (
    LEARNERS,
    WITH_BUDGET,
    Learner,
    Structure,
    carry,
    fold,
    kept_share,
    latent_of,
    learner_of,
    structure_of,
)
from nor2hdl.simulate import get_engine

KEEP = {name: 0.05 if name in WITH_BUDGET else None for name in LEARNERS}


class Above(Structure):
    def mask(self, latent):
        return latent > 0.25


@pytest.mark.parametrize("values", ["ones", "latent"])
def test_the_gradient_reaches_every_entry(values):
    layer = nn.Linear(3, 2, bias=False)
    carry(layer, Above(values=values))
    latent = latent_of(layer)
    latent.data = torch.tensor([[0.5, 0.1, -1.0], [0.3, 0.25, 2.0]])
    kept = torch.tensor([[1.0, 0, 0], [1, 0, 1]])
    assert torch.equal(layer.weight, kept if values == "ones" else kept * latent)
    x = torch.tensor([[1.0, 2.0, 3.0]])
    layer(x).sum().backward()
    assert torch.equal(latent.grad, x.expand(2, 3))
    assert kept_share(layer) == 0.5


def test_a_nor_layer_connects_what_is_kept():
    layer = NorLayer(2, 1, complements=False)
    carry(layer, Above())
    latent_of(layer).data = torch.tensor([[0.5], [0.2]])
    assert layer.connections()[0].tolist() == [[True], [False]]
    assert layer(torch.tensor([[0.0, 1.0], [1.0, 0.0]])).tolist() == [[1.0], [0.0]]


def test_fold_leaves_the_weights_and_the_kind():
    layer = NorLayer(4, 3)
    carry(layer, Above())
    assert isinstance(structure_of(layer), Above)
    before = layer.latent.detach().clone()
    fold(layer)
    assert type(layer) is NorLayer
    assert structure_of(layer) is None
    assert torch.equal(layer.latent, before)
    fold(layer)
    assert list(layer.state_dict()) == ["latent", "threshold", "inverted"]


def test_what_cannot_carry_is_named_and_nothing_changes():
    class Half(Learner):
        def structure_for(self, layer, seed):
            return Above()

    layers = [NorLayer(2, 2), nn.Conv1d(1, 1, 3)]
    with pytest.raises(
        ModelError, match=r"layer must be a ThresholdLayer or nn.Linear to carry a structure, not Conv1d"
    ):
        Half().attach(layers, seed=0)
    assert structure_of(layers[0]) is None
    carry(layers[0], Above())
    with pytest.raises(
        ModelError, match="layer must carry one structure at most, but has one; fold it first"
    ):
        Half().attach(layers[:1], seed=0)


def test_values_must_be_known():
    with pytest.raises(ModelError, match="values must be 'ones' or 'latent', not 'half'"):
        Above(values="half")


@pytest.mark.parametrize(
    ("name", "keep", "text"),
    [
        ("topk", None, "learner must be one of decay, binary-connect, .*, not 'topk'"),
        ("decay", 0.1, "keep must be left out for the learner 'decay', not 0.1"),
        ("top-k", None, "keep must be given for the learner 'top-k'"),
        ("top-k", 0, "keep must be a share of the weights above 0 and up to 1, not 0"),
        ("edge-popup", 1.5, "keep must be a share of the weights above 0 and up to 1, not 1.5"),
        ("top-k", float("nan"), "keep must be a finite number, not nan"),
    ],
)
def test_bad_names_and_budgets_are_named(name, keep, text):
    with pytest.raises(OptionError, match=text):
        learner_of(name, keep=keep)
    with pytest.raises(OptionError, match=text):
        TrainConfig(learner=name, keep=keep)


def test_a_whole_budget_is_all_weights_not_one_edge():
    layer = NorLayer(4, 3)
    learner_of("top-k", keep=1).attach([layer], seed=0)
    assert kept_share(layer) == 1


def test_pruning_by_schedule_cannot_stop_early():
    text = "patience must be left out for the learner 'magnitude', not 2: it reaches its budget in the middle"
    with pytest.raises(OptionError, match=text):
        TrainConfig(learner="magnitude", keep=0.1, patience=2)


def test_settings_are_the_public_attributes():
    learner = learner_of("edge-popup", keep=0.5)
    learner.attach([NorLayer(2, 2)], seed=7)
    assert learner.settings() == {"name": "edge-popup", "keep": 0.5, "weights": "signed", "seed": 7}


@pytest.mark.parametrize("name", LEARNERS)
def test_the_largest_seed_is_one_for_two_layers(name):
    layers = [NorLayer(8, 8), NorLayer(8, 8)]
    learner_of(name, keep=KEEP[name]).attach(layers, seed=2**63 - 1)


def test_self_pruning_takes_threshold_layers_alone():
    with pytest.raises(ModelError, match="layer must be a ThresholdLayer to be pruned, not Linear"):
        learner_of("decay").attach([nn.Linear(2, 2)], seed=0)
    with pytest.raises(OptionError, match="decay must be 0 or more, not -1"):
        learner_of("decay", decay=-1)


def test_a_model_that_carries_a_structure_is_not_stored(tmp_path):
    model = nor_classifier(4, 2, hidden=[6])
    learner_of("top-k", keep=0.5).attach(model.threshold_layers(), seed=0)
    text = "model must carry no structure to be stored; fold its layers first"
    with pytest.raises(ModelError, match=text):
        save_model(model, tmp_path / "m")
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize("name", LEARNERS)
def test_every_learner_trains_to_a_circuit(name):
    digits = load("digits")
    model = nor_classifier(64, 10, hidden=[60], seed=1)
    history = train(
        model, digits, TrainConfig(epochs=3, batch=50, learner=name, keep=KEEP[name], device="cpu")
    )
    assert all(type(layer) is NorLayer and structure_of(layer) is None for layer in model.layers)
    assert 0 < 1 - history[-1].pruned < 1
    if name in WITH_BUDGET:
        assert kept_share(model.layers[0]) <= KEEP[name] + 1e-6
    assert history[-1].accuracy == (model.predict(digits.x_val) == digits.y_val).mean()
    assert history[-1].loss < history[0].loss
    samples = digits.x_test[:50]
    bits = np.unpackbits(samples, axis=1, bitorder="little").astype(bool)
    found = get_engine("fast").run(extract(model), bits) @ (1 << np.arange(4))
    assert (found == model.predict(samples)).all()


@pytest.mark.parametrize("name", LEARNERS)
def test_interrupted_run_resumes_exactly(name, tmp_path):
    digits = load("digits")
    config = TrainConfig(epochs=4, batch=100, learner=name, keep=KEEP[name], device="cpu")
    whole = nor_classifier(64, 10, hidden=[20])
    train(whole, digits, config)

    class StopError(Exception):
        pass

    def stop(progress):
        if progress.stats is not None and progress.stats.epoch == 2:
            raise StopError

    path = tmp_path / "run.safetensors"
    stopped = nor_classifier(64, 10, hidden=[20])
    with pytest.raises(StopError):
        train(stopped, digits, config, checkpoint=path, watch=stop)
    assert structure_of(stopped.layers[0]) is None
    resumed = nor_classifier(64, 10, hidden=[20])
    train(resumed, digits, config, checkpoint=path)
    for key, value in whole.state_dict().items():
        assert torch.equal(value, resumed.state_dict()[key]), key
