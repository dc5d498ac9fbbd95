"""Edge-popup learns scores, never weights; exactly its budget of edges is kept."""

from __future__ import annotations

import re

import pytest
import torch
from torch import nn

from nor2hdl.data import load
from nor2hdl.errors import ModelError, OptionError
from nor2hdl.learn import FitConfig, NorLayer, TrainConfig, fit, nor_classifier, train
from nor2hdl.learn.structure import EdgePopup, Popup, latent_of, structure_of


def test_gradient_of_a_score_is_that_of_its_weight_times_the_weight():
    structure = Popup(2, torch.tensor([0.1, 0.4, -0.2, 0.3]), values="latent")
    latent = torch.tensor([0.5, -2.0, 3.0, -1.0], requires_grad=True)
    weights = structure(latent)
    assert weights.tolist() == [0.0, -2.0, 0.0, -1.0]
    weights.backward(torch.tensor([1.0, 2.0, 3.0, 4.0]))
    assert structure.scores.grad.tolist() == [0.5, -4.0, 9.0, -4.0]
    assert latent.grad is None


def test_ones_have_weight_one():
    structure = Popup(0.5, torch.tensor([0.1, 0.4]))
    weights = structure(torch.tensor([-0.5, -2.0]))
    assert weights.tolist() == [0.0, 1.0]
    weights.backward(torch.tensor([3.0, 2.0]))
    assert structure.scores.grad.tolist() == [3.0, 2.0]


@pytest.mark.parametrize("weights", ["signed", "normal"])
def test_weights_are_drawn_with_kaiming_deviation(weights):
    layer = nn.Linear(200, 100, bias=False)
    EdgePopup(0.25, weights=weights).attach([layer], seed=0)
    latent = latent_of(layer).detach()
    scale = (2 / (200 * 0.25)) ** 0.5
    assert latent.std().item() == pytest.approx(scale, rel=0.03)
    assert abs(latent.mean().item()) < 0.02 * scale * 3
    if weights == "signed":
        assert latent.abs().allclose(torch.tensor(scale))
    correlation = torch.corrcoef(
        torch.stack([latent.flatten(), structure_of(layer).scores.detach().flatten()])
    )
    assert abs(correlation[0, 1].item()) < 0.03


def test_own_weights_stay():
    layer = nn.Linear(4, 3, bias=False)
    before = layer.weight.detach().clone()
    EdgePopup(0.5, weights="own").attach([layer], seed=0)
    assert latent_of(layer).equal(before)


def test_training_leaves_weights_and_keeps_the_budget():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(8, 20, bias=False), nn.ReLU(), nn.Linear(20, 2, bias=False))
    learner = EdgePopup(0.3)
    layers = [net[0], net[2]]
    learner.attach(layers, seed=5)
    before = [latent_of(layer).detach().clone() for layer in layers]
    x = torch.rand(200, 8)
    data = (x, (x[:, 0] > x[:, 1]).long())
    stats = fit(net, data, data, FitConfig(epochs=30, batch=20, lr=0.01, device="cpu"), learner=learner)
    assert all(latent_of(layer).equal(b) for layer, b in zip(layers, before, strict=True))
    assert stats[-1].accuracy > 0.8
    learner.fold()
    kept = [layer.weight != 0 for layer in layers]
    assert [int(k.sum()) for k in kept] == [48, 12]
    assert all(layer.weight[k].equal(b[k]) for layer, b, k in zip(layers, before, kept, strict=True))


def test_start_comes_from_the_seed_alone():
    def state(seed):
        layer = nn.Linear(4, 3)
        EdgePopup(0.5).attach([layer], seed=seed)
        return torch.cat([latent_of(layer).flatten(), structure_of(layer).scores.flatten()])

    assert state(1).equal(state(1))
    assert not state(1).equal(state(2))


def test_nor_gates_learn_by_scores():
    digits = load("digits")
    model = nor_classifier(64, 10, hidden=[200], tau=4.0)
    config = TrainConfig(epochs=8, batch=50, learner="edge-popup", keep=0.02, device="cpu")
    assert train(model, digits, config)[-1].accuracy > 0.8
    assert int(model.layers[0].fan_in().sum()) == 512


def test_bad_settings():
    with pytest.raises(OptionError, match="weights must be 'signed', 'normal' or 'own', not 'ones'"):
        EdgePopup(2, weights="ones")
    with pytest.raises(OptionError, match=re.escape("comes to one edge or more of 4, not 0")):
        EdgePopup(0).attach([nn.Linear(2, 2)], seed=0)
    with pytest.raises(OptionError, match=re.escape("comes to one edge or more of 3, not 4")):
        Popup(4, torch.zeros(3))
    message = "layer must be a ThresholdLayer or nn.Linear to carry a structure, not Conv1d"
    with pytest.raises(ModelError, match=message):
        EdgePopup(2).attach([NorLayer(2, 2), nn.Conv1d(1, 1, 1)], seed=0)
