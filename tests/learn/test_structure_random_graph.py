"""A random graph has exactly its budget of edges, from the seed alone, and never changes."""

from __future__ import annotations

import re

import pytest
import torch
from torch import nn

from nor2hdl.errors import OptionError
from nor2hdl.learn import FitConfig, NorLayer, fit
from nor2hdl.learn.structure import FixedMask, RandomGraph, latent_of, structure_of


def masks(seed):
    layers = [nn.Linear(20, 10), NorLayer(20, 10)]
    RandomGraph([0.1, 7]).attach(layers, seed=seed)
    return [structure_of(layer).kept for layer in layers]


def test_edges_come_from_the_seed_alone():
    first, again, other = masks(3), masks(3), masks(4)
    assert [int(mask.sum()) for mask in first] == [20, 7]
    assert all(a.equal(b) for a, b in zip(first, again, strict=True))
    assert not any(a.equal(b) for a, b in zip(first, other, strict=True))


def test_training_changes_kept_weights_alone():
    torch.manual_seed(0)
    layer = nn.Linear(8, 2)
    before = layer.weight.detach().clone()
    learner = RandomGraph(0.25)
    learner.attach([layer], seed=0)
    kept = structure_of(layer).kept.clone()
    torch.testing.assert_close(latent_of(layer).detach(), 2 * before)  # by 1 / sqrt(.25)
    x = torch.rand(30, 8)
    fit(
        layer,
        (x, (x[:, 0] > 0.5).long()),
        (x, (x[:, 0] > 0.5).long()),
        FitConfig(lr=0.1, device="cpu"),
        learner=learner,
    )
    learner.fold()
    assert (layer.weight != 0).equal(kept)
    assert not layer.weight[kept].isclose(2 * before[kept]).any()


def test_a_nor_layer_is_its_mask():
    layer = NorLayer(8, 4)
    learner = RandomGraph(9)
    learner.attach([layer], seed=0)
    kept = structure_of(layer).kept.clone()
    layer(torch.ones(3, 8)).sum().backward()
    assert not latent_of(layer).grad[~kept].any()
    learner.fold()
    assert (layer.latent > 0).equal(kept)


def test_a_fixed_mask_belongs_to_its_layer_alone():
    mask = torch.tensor([True, False])
    structure = FixedMask(mask, values="latent")
    mask.fill_(False)
    assert structure(torch.tensor([0.5, -0.5])).tolist() == [0.5, 0.0]


def test_budget_must_fit():
    with pytest.raises(OptionError, match=re.escape("comes to one edge or more of 4, not 5")):
        RandomGraph(5).attach([nn.Linear(2, 2)], seed=0)
