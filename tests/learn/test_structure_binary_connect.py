"""Binary weights by BinaryConnect."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from nor2hdl.errors import ModelError, OptionError
from nor2hdl.learn import NorLayer
from nor2hdl.learn.structure import Binary, BinaryConnect, kept_share, latent_of, structure_of


def attached(**settings) -> nn.Linear:
    layer = nn.Linear(300, 200, bias=False)
    BinaryConnect(**settings).attach([layer], seed=3)
    return layer


def test_weights_are_one_from_a_half_on() -> None:
    layer = attached()
    latent = torch.rand(200, 300)
    latent[0, :2] = torch.tensor([0.5, 0.4999])
    latent_of(layer).data.copy_(latent)
    assert torch.equal(layer.weight, (latent >= 0.5).float())


def test_the_gradient_reaches_every_latent_weight_as_that_of_the_used_one() -> None:
    layer = attached(start=0.5)
    used = layer.weight.detach().clone().requires_grad_()
    x, pull = torch.rand(7, 300), torch.rand(7, 200)
    (layer(x) * pull).sum().backward()
    (nn.functional.linear(x, used) * pull).sum().backward()
    assert torch.allclose(latent_of(layer).grad, used.grad)
    assert (used.grad != 0).all()


def test_a_start_is_zeros_and_few_ones_drawn_from_the_seed_alone() -> None:
    before = torch.random.get_rng_state()
    random = nn.Linear(300, 200, bias=False).weight  # draws: the state moves
    assert not torch.equal(before, torch.random.get_rng_state())
    state = torch.random.get_rng_state()
    layers = [nn.Linear(300, 200, bias=False) for _ in range(2)]
    torch.random.set_rng_state(state)
    BinaryConnect(start=0.1).attach(layers, seed=5)
    assert torch.equal(state, torch.random.get_rng_state())
    first, second = (latent_of(layer).detach() for layer in layers)
    assert set(first.unique().tolist()) == {0.0, 1.0}
    assert 0.09 < kept_share(layers[0]) < 0.11
    assert not torch.equal(first, second)
    assert first.shape == random.shape


def test_steps_end_within_zero_and_one_and_decay_pulls_down() -> None:
    layer = attached(decay=0.5)
    structure = structure_of(layer)
    latent = latent_of(layer)
    latent.data[0, :4] = torch.tensor([-0.2, 0.7, 1.3, 0.01])
    structure.after_step(latent, 0.1)
    assert latent[0, :4].tolist() == pytest.approx([0, 0.65, 1, 0])


def test_without_decay_a_step_only_clamps() -> None:
    layer = attached(start=1.0)
    structure_of(layer).after_step(latent_of(layer), 0.1)
    assert latent_of(layer).min() == 1


def test_a_nor_layer_carries_it() -> None:
    layer = NorLayer(4, 3)
    learner = BinaryConnect(start=0.5)
    learner.attach([layer], seed=0)
    assert torch.equal(layer.fan_in(), (latent_of(layer) >= 0.5).sum(0))
    learner.fold()
    assert structure_of(layer) is None
    assert set(layer.latent.unique().tolist()) <= {0.0, 1.0}


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"start": 0}, "start must be a share of the weights above 0 and up to 1, not 0"),
        ({"start": 1.5}, "start must be a share of the weights above 0 and up to 1, not 1.5"),
        ({"start": "few"}, "start must be a finite number, not 'few'"),
        ({"decay": -0.1}, "decay must be 0 or more, not -0.1"),
        ({"decay": float("nan")}, "decay must be a finite number, not nan"),
    ],
)
def test_settings_out_of_range_are_refused(settings, text) -> None:
    with pytest.raises(OptionError) as error:
        BinaryConnect(**settings)
    assert str(error.value) == text


def test_a_decay_below_zero_is_refused_by_the_structure_too() -> None:
    with pytest.raises(OptionError, match=r"^decay must be 0 or more, not -1$"):
        Binary(decay=-1)


def test_a_layer_of_another_kind_is_refused_before_any_is_changed() -> None:
    layers = [nn.Linear(3, 2), nn.Conv1d(1, 1, 3)]
    with pytest.raises(ModelError, match=r"to carry a structure, not Conv1d$"):
        BinaryConnect().attach(layers, seed=0)
    assert structure_of(layers[0]) is None
