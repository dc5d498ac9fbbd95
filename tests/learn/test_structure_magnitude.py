"""Magnitude pruning takes what its rule says, when the schedule says, down to the target exactly."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from nor2hdl.data import load
from nor2hdl.errors import ModelError, OptionError
from nor2hdl.learn import FitConfig, NorLayer, TrainConfig, fit, nor_classifier, train
from nor2hdl.learn.structure import MagnitudePruning, Pruned, latent_of, structure_of


def linear(*weights):
    layer = nn.Linear(len(weights), 1, bias=False)
    layer.weight.data = torch.tensor([weights])
    return layer


def pruned(rule, keep, layers, seed=0):
    learner = MagnitudePruning(keep, rule=rule, first=0)
    learner.attach(layers, seed=seed)
    learner.start_epoch(0, 2)
    return [structure_of(layer).kept.flatten().tolist() for layer in layers]


def test_blinded_ranks_all_layers_by_size():
    masks = pruned("blinded", 3, [linear(0.1, -4.0, 0.3), linear(3.0, -2.0)])
    assert masks == [[False, True, False], [True, True]]


def test_uniform_takes_the_same_share_of_each_layer():
    masks = pruned("uniform", 0.5, [linear(0.1, -4.0, 0.3, 0.2), linear(3.0, -2.0)])
    assert masks == [[False, True, True, False], [True, False]]


def test_distributed_divides_by_the_deviation_of_the_layer():
    weights = [torch.tensor([0.01, -0.04, 0.03]), torch.tensor([1.0, -4.5, 3.0])]
    masks = pruned("distributed", 3, [linear(*w.tolist()) for w in weights])
    ranks = torch.cat([w.abs() / w.std(correction=0) for w in weights])
    assert masks[0] + masks[1] == (ranks >= ranks.sort(descending=True).values[2]).tolist()
    assert masks != pruned("blinded", 3, [linear(*w.tolist()) for w in weights])


def test_distributed_uses_the_weights_that_are_left():
    layer = linear(9.0, 1.0, -1.0, 2.0)
    carrier = Pruned((1, 4), values="latent")
    carrier.kept[0, 0] = False
    left = torch.tensor([1.0, -1.0, 2.0])
    expected = left.abs() / left.std(correction=0)
    found = carrier.importance(layer.weight, "distributed")[0]
    assert found[0] == float("-inf")
    torch.testing.assert_close(found[1:], expected)


def test_a_layer_without_weights_left_stays_empty():
    carrier = Pruned((1, 2), values="latent")
    carrier.kept.fill_(False)
    assert carrier.importance(torch.ones(1, 2), "distributed").tolist() == [[float("-inf")] * 2]


def test_random_comes_from_the_seed_alone():
    def masks(seed):
        return pruned("random", 10, [nn.Linear(10, 10), nn.Linear(10, 10)], seed=seed)

    assert masks(1) == masks(1) != masks(2)
    assert sum(map(sum, masks(1))) == 10


@given(
    keep=st.integers(1, 100) | st.floats(0.01, 1),
    rate=st.none() | st.floats(0.05, 0.9),
    first=st.integers(0, 3),
    retrain=st.integers(1, 3),
)
def test_schedule_falls_by_the_rate_to_the_target(keep, rate, first, retrain):
    learner = MagnitudePruning(keep, rate=rate, first=first, retrain=retrain)
    learner.attach([nn.Linear(10, 10)], seed=0)
    schedule = learner.schedule(1000)
    left = list(schedule.values())
    target = keep if isinstance(keep, int) else round(100 * keep)
    assert left[-1] == target
    assert list(schedule) == [first + i * retrain for i in range(len(left))]
    assert max(schedule) + retrain <= 1000
    assert left == sorted(left, reverse=True)
    if rate is not None:
        assert all(n == max(target, round(100 * (1 - rate) ** (i + 1))) for i, n in enumerate(left[:-1]))


def test_without_a_rate_pruning_ends_in_the_middle():
    learner = MagnitudePruning(0.01)
    learner.attach([nn.Linear(10, 100)], seed=0)
    assert learner.schedule(13) == {0: 316, 2: 100, 4: 32, 6: 10}
    assert learner.schedule(1) == {0: 10}


def test_pruned_weights_stay_zero():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(8, 10), nn.ReLU(), nn.Linear(10, 2))
    layers = [net[0], net[2]]
    learner = MagnitudePruning(0.2, rate=0.5, first=1, retrain=1)
    learner.attach(layers, seed=0)
    x = torch.rand(60, 8)
    data = (x, (x[:, 0] > 0.5).long())
    seen = []

    def watch(progress):
        if progress.step % progress.steps:
            seen.append(torch.cat([layer.weight.detach().flatten() != 0 for layer in layers]))

    fit(net, data, data, FitConfig(epochs=6, batch=10, lr=0.05, device="cpu"), learner=learner, watch=watch)
    assert not any((after & ~before).any() for before, after in pairwise(seen))
    learner.fold()
    assert sum(int((layer.weight != 0).sum()) for layer in layers) == 20


def test_literals_that_are_left_come_and_go():
    layer = NorLayer(2, 1)
    layer.latent.data = torch.tensor([[0.2], [-0.1], [-0.3], [0.1]])
    learner = MagnitudePruning(3, first=0)
    learner.attach([layer], seed=0)
    learner.start_epoch(0, 2)
    assert structure_of(layer).kept.flatten().tolist() == [True, True, False, True]
    assert layer.latent.flatten().tolist() == [1.0, 0.0, 0.0, 1.0]
    layer.latent.backward(torch.ones(4, 1))
    assert latent_of(layer).grad.flatten().tolist() == [1.0, 1.0, 0.0, 1.0]
    latent_of(layer).data = torch.tensor([[-0.2], [0.1], [0.3], [0.1]])
    assert layer.latent.flatten().tolist() == [0.0, 1.0, 0.0, 1.0]


def test_nor_gates_learn_while_they_are_pruned():
    digits = load("digits")
    model = nor_classifier(64, 10, hidden=[100], tau=4.0)
    config = TrainConfig(epochs=8, batch=50, learner="magnitude", keep=0.05, device="cpu")
    assert train(model, digits, config)[-1].accuracy > 0.5
    assert int(model.layers[0].fan_in().sum()) <= 640


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: MagnitudePruning(2, rule="best"),
            "rule must be one of blinded, uniform, distributed, random, not 'best'",
        ),
        (lambda: MagnitudePruning(2, rate=1.0), "rate must be None or a share between 0 and 1, not 1.0"),
        (lambda: MagnitudePruning(2, rate=1), "rate must be None or a share between 0 and 1, not 1"),
        (lambda: MagnitudePruning(2, first=-1), "first must be 0 or more, not -1"),
        (lambda: MagnitudePruning(2, retrain=0), "retrain must be 1 or more, not 0"),
    ],
)
def test_settings_are_checked(make, message):
    with pytest.raises(OptionError, match=re.escape(message)):
        make()


def test_budget_and_epochs_must_fit():
    with pytest.raises(OptionError, match=re.escape("comes to one edge or more of 4, not 5")):
        MagnitudePruning(5).attach([nn.Linear(2, 2)], seed=0)
    learner = MagnitudePruning(0.1, rate=0.5)
    learner.attach([nn.Linear(10, 10)], seed=0)
    with pytest.raises(OptionError, match=re.escape("epochs must be 8 or more to prune to 0.1, not 7")):
        learner.start_epoch(0, 7)
    learner = MagnitudePruning(0.1, first=3)
    learner.attach([nn.Linear(10, 10)], seed=0)
    with pytest.raises(OptionError, match=re.escape("epochs must be 6 or more to prune to 0.1, not 5")):
        learner.start_epoch(0, 5)


def test_a_layer_that_cannot_carry_a_structure():
    message = "layer must be a ThresholdLayer or nn.Linear to carry a structure, not Tanh"
    with pytest.raises(ModelError, match=message):
        MagnitudePruning(2).attach([nn.Tanh()], seed=0)
