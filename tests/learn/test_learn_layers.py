"""Layers compute what their circuit computes, and their gradients are the documented ones."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nor2hdl.errors import ModelError
from nor2hdl.learn import NorLayer, ThresholdLayer, VoteReadout
from nor2hdl.learn._functions import PowerOfTwo, count_literals


def naive_neuron(x, ones, zeros, threshold, inverted):
    count = sum(x[i] for i in range(len(x)) if ones[i]) + sum(1 - x[i] for i in range(len(x)) if zeros[i])
    return int((count <= threshold) != inverted)


@given(seed=st.integers(0, 10_000), features=st.integers(1, 20), neurons=st.integers(1, 9))
def test_threshold_layer_counts_literals(seed, features, neurons):
    torch.manual_seed(seed)
    thresholds = torch.randint(0, 4, (neurons,)).tolist()
    inverted = (torch.rand(neurons) < 0.5).tolist()
    layer = ThresholdLayer(features, neurons, threshold=thresholds, inverted=inverted)
    layer.latent.data = torch.rand(2 * features, neurons) - 0.7
    x = (torch.rand(5, features) < 0.5).float()
    ones, zeros = layer.connections()
    expected = [
        [naive_neuron(row, ones[:, j], zeros[:, j], thresholds[j], inverted[j]) for j in range(neurons)]
        for row in x.int().tolist()
    ]
    assert layer(x).int().tolist() == expected


def test_nor_layer_is_threshold_zero():
    torch.manual_seed(0)
    nor, threshold = NorLayer(6, 4), ThresholdLayer(6, 4)
    threshold.load_state_dict(nor.state_dict())
    x = (torch.rand(50, 6) < 0.5).float()
    assert nor(x).equal(threshold(x))


def test_layer_without_complements_reads_inputs_alone():
    layer = NorLayer(2, 1, complements=False)
    layer.latent.data.fill_(0.5)
    assert layer.latent.shape == (2, 1)
    assert layer(torch.tensor([[0.0, 0.0], [1.0, 0.0]])).tolist() == [[1.0], [0.0]]


@pytest.mark.parametrize("inverted", [False, True])
def test_gradient_is_the_documented_one(inverted):
    torch.manual_seed(1)
    layer = ThresholdLayer(5, 3, threshold=1, inverted=inverted)
    layer.latent.data = torch.rand(10, 3) - 0.5
    x = (torch.rand(4, 5) < 0.5).float().requires_grad_()
    g = torch.randint(-3, 4, (4, 3)).float()
    layer(x).backward(g)
    ones, zeros = layer.connections()
    z = count_literals(x.detach(), ones, zeros).float()
    dz = g * -1 / (1 + (z - 1).abs()) ** 2 * (-1 if inverted else 1)
    literals = torch.cat([x.detach(), 1 - x.detach()], 1)
    torch.testing.assert_close(layer.latent.grad, literals.T @ dz, rtol=0.02, atol=0.02)  # bfloat16 products
    torch.testing.assert_close(x.grad, dz @ (ones.float() - zeros.float()).T)


def test_decay_pulls_down_and_clamps():
    layer = NorLayer(2, 2)
    layer.latent.data = torch.tensor([[1.0, -1.0], [0.05, 2.0], [-0.2, 0.1], [0.0, 0.0]])
    layer.decay(0.1)
    expected = torch.tensor([[0.9, -1.0], [-0.05, 1.0], [-0.3, 0.0], [-0.1, -0.1]])
    torch.testing.assert_close(layer.latent.data, expected)
    assert layer.fan_in().tolist() == [1, 1]


def test_start_has_about_two_connections():
    torch.manual_seed(0)
    layer = NorLayer(784, 500)
    assert 1.8 < layer.fan_in().float().mean() < 2.2
    assert float(layer.latent.detach().abs().max()) <= 0.1


@pytest.mark.parametrize(
    ("latent", "vote"),
    [
        (0.49, 0),
        (-0.49, 0),
        (0.5, 1),
        (-0.6, -1),
        (0.71, 1),
        (1.2, 1),
        (-1.2, -1),
        (1.5, 2),
        (-2.9, -4),
        (9.0, 4),
    ],
)
def test_votes_are_signed_powers_of_two(latent, vote):
    got = PowerOfTwo.apply(torch.tensor([latent]), 4).item()
    assert got == vote


def test_vote_gradient_is_identity():
    v = torch.tensor([0.1, -1.3, 3.0], requires_grad=True)
    PowerOfTwo.apply(v, 4).backward(torch.tensor([1.0, 2.0, 3.0]))
    assert v.grad.tolist() == [1.0, 2.0, 3.0]


def test_readout_sums_votes_of_its_class():
    readout = VoteReadout(6, 3, votes="powers", tau=2)
    readout.latent.data = torch.tensor([1.0, -2.0, 0.1, 4.0, -1.0, -4.0])
    neurons = torch.tensor([[1.0, 1, 1, 1, 1, 1], [1, 0, 1, 0, 0, 1]])
    assert readout.scores(neurons).tolist() == [[-1, 4, -5], [1, 0, -4]]
    assert readout(neurons).tolist() == [[-0.5, 2, -2.5], [0.5, 0, -2]]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: NorLayer(0, 3), "in_features must be 1 or more, not 0"),
        (lambda: NorLayer(3, -1), "out_features must be 1 or more, not -1"),
        (lambda: ThresholdLayer(3, 2, threshold=-1), "threshold must be 0 or more, not -1"),
        (
            lambda: ThresholdLayer(3, 2, threshold=[1, 2, 3]),
            "threshold must be one value or 2, one a neuron, not 3",
        ),
        (lambda: NorLayer("a", 3), "in_features must be a whole number, not 'a'"),
        (lambda: NorLayer(3, 2.0), "out_features must be a whole number, not 2.0"),
        (lambda: ThresholdLayer(3, 2, threshold="a"), "threshold must be a whole number, not 'a'"),
        (lambda: ThresholdLayer(3, 2, threshold=1.5), "threshold must be a whole number, not 1.5"),
        (lambda: ThresholdLayer(3, 2, threshold=True), "threshold must be a whole number, not True"),
        (lambda: ThresholdLayer(3, 2, threshold=[1, None]), "threshold must be a whole number, not None"),
        (
            lambda: ThresholdLayer(3, 2, threshold=2**31),
            "threshold must be 2147483647 or less, not 2147483648",
        ),
        (lambda: ThresholdLayer(3, 2, inverted="a"), "inverted must be True or False, not 'a'"),
        (lambda: ThresholdLayer(3, 2, inverted=[True, 1]), "inverted must be True or False, not 1"),
        (
            lambda: ThresholdLayer(3, 2, inverted=[True]),
            "inverted must be one value or 2, one a neuron, not 1",
        ),
        (
            lambda: VoteReadout(11, 10),
            "width of the last layer must be a multiple of the number of classes (10), not 11",
        ),
        (lambda: VoteReadout(4, 1), "classes must be 2 or more, not 1"),
        (lambda: VoteReadout(4, 2, votes="loud"), "votes must be 'plain' or 'powers', not 'loud'"),
        (lambda: VoteReadout(4, 2, largest=3), "largest vote must be a power of two, not 3"),
        (lambda: VoteReadout(4, 2.0), "classes must be a whole number, not 2.0"),
        (lambda: VoteReadout("a", 2), "width of the last layer must be a whole number, not 'a'"),
        (lambda: VoteReadout(4, 2, largest=2.0), "largest vote must be a power of two, not 2.0"),
        (lambda: VoteReadout(4, 2, tau=0), "tau must be above 0, not 0"),
        (lambda: VoteReadout(4, 2, tau=float("inf")), "tau must be a finite number, not inf"),
        (lambda: VoteReadout(4, 2, tau=float("nan")), "tau must be a finite number, not nan"),
        (lambda: VoteReadout(4, 2, tau="a"), "tau must be a finite number, not 'a'"),
    ],
)
def test_bad_settings(make, message):
    with pytest.raises(ModelError) as caught:
        make()
    assert str(caught.value) == message
