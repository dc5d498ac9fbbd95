"""Switchers: what they read and write, what is trained when, what is left when they are gone."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn

from nor2hdl.data import load
from nor2hdl.errors import ModelError, OptionError
from nor2hdl.learn import FitConfig, NorLayer, TrainConfig, accuracy, fit, nor_classifier, train
from nor2hdl.learn.structure import (
    ConnectionSwitcher,
    FreeGates,
    NeuronSwitcher,
    Switching,
    kept_share,
    latent_of,
    structure_of,
)
from nor2hdl.learn.structure._unet import UNet

ALONE = ": one has no statistics"
KINDS = ("connections", "neurons")


def drawn(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def unet(height, width, **options):
    return UNet(height, width, generator=torch.Generator().manual_seed(0), **options)


def blobs(seed=0):
    x = drawn(120, 12, seed=seed)
    return x, (x @ drawn(12, 3, seed=9)).argmax(1)


def mlp(learner=None):
    layers = [nn.Linear(12, 9, bias=False), nn.Linear(9, 3)]
    for i, layer in enumerate(layers):
        layer.weight.data = drawn(*layer.weight.shape, seed=i) / 3
        if layer.bias is not None:
            layer.bias.data.zero_()
    net = nn.Sequential(layers[0], nn.ReLU(), layers[1])
    if learner is not None:
        learner.attach(layers, seed=3)
    return net, layers


@settings(max_examples=30)
@given(height=st.integers(1, 40), width=st.integers(1, 40), stride=st.integers(1, 4))
def test_any_size_has_a_gate_for_each_weight(height, width, stride):
    assume(max(height, width) > stride)
    net = unet(height, width, channels=2, stride=stride)
    for mode in (True, False):
        gates = net.train(mode)(drawn(height, width))
        assert gates.shape == (height, width)
        assert bool((gates >= 0).all())


@pytest.mark.parametrize(
    ("shape", "stride", "deepest"),
    [
        ((784, 300), 1, 256),
        ((300, 100), 1, 128),
        ((100, 10), 1, 16),
        ((9, 7), 1, 8),
        ((1568, 1200), 4, 256),
        ((28, 100), 4, 8),
    ],
)
def test_depth_follows_the_shorter_side(shape, stride, deepest):
    net = unet(*shape, stride=stride)
    assert max(m.out_channels for m in net.modules() if isinstance(m, nn.Conv2d)) == deepest


@pytest.mark.parametrize("make", [ConnectionSwitcher, NeuronSwitcher])
def test_about_half_the_gates_start_at_zero(make):
    shares = []
    for seed in range(8):
        gates = make((120, 80), channels=4, seed=seed).gates(drawn(120, 80, seed=seed) * 0.01)
        shares.append(float((gates == 0).float().mean()))
    assert 0.4 < sum(shares) / len(shares) < 0.6


def test_gates_start_from_the_seed_alone():
    torch.manual_seed(5)
    before = torch.random.get_rng_state()
    first, second, other = (NeuronSwitcher((9, 6), seed=s) for s in (1, 1, 2))
    assert torch.equal(torch.random.get_rng_state(), before)
    assert all(a.equal(b) for a, b in zip(first.parameters(), second.parameters(), strict=True))
    assert not all(a.equal(b) for a, b in zip(first.parameters(), other.parameters(), strict=True))


@pytest.mark.parametrize("make", [ConnectionSwitcher, NeuronSwitcher])
def test_inputs_are_the_rows_of_the_picture(make):
    latent = drawn(11, 7)
    rows = make((11, 7), inputs=0, seed=4)(latent)
    columns = make((7, 11), inputs=1, seed=4)(latent.T)
    assert rows.equal(columns.T)


def test_connections_are_weights_times_gates():
    switcher = ConnectionSwitcher((13, 10), values="latent").eval()
    latent = drawn(13, 10)
    gates = switcher.gates(latent)
    assert gates.shape == (13, 10)
    assert switcher(latent).equal(latent * gates)
    assert switcher.mask(latent).equal(gates > 0)


def test_a_neuron_switched_off_is_off_in_the_sum():
    layer = nn.Linear(13, 10, bias=False)
    layer.weight.data = drawn(10, 13)
    plain = layer.weight.detach().clone()
    Switching("neurons").attach([layer], seed=1)
    layer.eval()
    gates = structure_of(layer).gates(plain)
    assert gates.shape == (1, 13)
    assert 0 < int((gates == 0).sum()) < 13
    x = drawn(5, 13, seed=2)
    torch.testing.assert_close(layer(x), (x * gates) @ plain.T)


def test_the_gradient_takes_the_way_through_the_switcher():
    switcher = ConnectionSwitcher((6, 5), values="latent", channels=2).double().eval()
    latent = drawn(6, 5).double().requires_grad_()
    assert torch.autograd.gradcheck(switcher, latent)
    switcher(latent).sum().backward()
    assert not latent.grad.allclose(switcher.gates(latent))


def test_ones_send_the_gradient_to_all_latent_parameters_and_to_gates_that_switch():
    free = FreeGates((2, 2), values="ones")
    free.gate.data = torch.tensor([[2.0, 0.5], [1.0, -1.0]])
    latent = torch.tensor([[0.3, -0.2], [0.0, 5.0]], requires_grad=True)
    weights = free(latent)
    assert weights.tolist() == [[1.0, 0.0], [0.0, 0.0]]
    g = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    weights.backward(g)
    assert latent.grad.equal(g)
    assert free.gate.grad.tolist() == [[1.0, 0.0], [0.0, 0.0]]


@pytest.mark.parametrize(("kind", "shape"), [("connections", (60, 50)), ("neurons", (1, 50))])
def test_free_gates_start_with_the_share_of_zeros_asked_for(kind, shape):
    gates = FreeGates((60, 50), inputs=1, kind=kind, off=0.8).gates(torch.ones(60, 50))
    assert gates.shape == shape
    assert 0.6 < float((gates == 0).float().mean()) < 0.95


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("gates", ["learned", "frozen", "free"])
def test_network_and_switcher_learn_in_turn(kind, gates):
    net, layers = mlp(learner := Switching(kind, gates=gates, channels=2))
    x, y = blobs()
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    for epoch in range(4):
        learner.start_epoch(epoch, 4)
        before = {name: p.detach().clone() for name, p in net.named_parameters()}
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(x), y).backward()
        optimizer.step()
        moved = {name for name, p in net.named_parameters() if not p.equal(before[name])}
        task = {name for name in before if name.endswith((".original", "bias")) and ".0." not in name}
        switchers = set(before) - task
        if gates == "frozen" or epoch % 2 == 0:
            assert moved == task
        else:
            assert moved
            assert moved <= switchers
    assert latent_of(layers[0]).shape == (9, 12)


@pytest.mark.parametrize("kind", KINDS)
def test_fold_leaves_exactly_what_eval_mode_used(kind):
    net, layers = mlp(learner := Switching(kind, channels=2))
    x, y = blobs()
    fit(net, (x, y), (x, y), FitConfig(epochs=4, batch=20, lr=0.1, optimizer="sgd"), learner=learner)
    net.eval()
    weights = [layer.weight.detach().clone() for layer in layers]
    logits = net(x)
    net.train()
    learner.fold()
    assert all(layer.weight.equal(w) for layer, w in zip(layers, weights, strict=True))
    assert net.eval()(x).equal(logits)
    assert set(net.state_dict()) == {"0.weight", "2.weight", "2.bias"}
    assert all(p.requires_grad and p.is_leaf for p in net.parameters())
    assert 0 < kept_share(layers[0]) < 1
    if kind == "neurons":
        off = (layers[0].weight == 0).any(0)
        assert off.equal((layers[0].weight == 0).all(0))


def test_fold_of_a_nor_layer_keeps_its_connections():
    layer = NorLayer(20, 15)
    learner = Switching("connections", channels=2)
    learner.attach([layer], seed=0)
    layer.eval()
    ones, zeros = layer.connections()
    learner.fold()
    assert layer.connections()[0].equal(ones)
    assert layer.connections()[1].equal(zeros)
    assert layer.latent.unique().tolist() == [0, 1]


def test_running_statistics_start_at_those_of_the_weights():
    layer = nn.Linear(80, 60, bias=False)
    layer.weight.data = drawn(60, 80) * 0.01
    Switching("connections", channels=4).attach([layer], seed=0)
    structure = structure_of(layer)
    assert all(m.momentum == 0.1 for m in structure.modules() if isinstance(m, nn.BatchNorm2d))
    assert structure.training
    running = structure.eval().gates(latent_of(layer))
    torch.testing.assert_close(structure.train().gates(latent_of(layer)), running, rtol=0.05, atol=0.05)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_a_resumed_run_ends_as_if_it_had_not_stopped(kind, optimizer, tmp_path):
    x, y = blobs()
    config = FitConfig(epochs=5, batch=30, lr=0.03, optimizer=optimizer)

    def watch(progress):
        if progress.step == 14:  # in the fourth epoch, in which the switchers learn
            raise KeyboardInterrupt

    whole, _ = mlp(learner := Switching(kind, channels=2))
    fit(whole, (x, y), (x, y), config, learner=learner)
    path = tmp_path / "checkpoint.safetensors"
    net, _ = mlp(learner := Switching(kind, channels=2))
    with pytest.raises(KeyboardInterrupt):
        fit(net, (x, y), (x, y), config, learner=learner, checkpoint=path, watch=watch)
    net, _ = mlp(learner := Switching(kind, channels=2))
    fit(net, (x, y), (x, y), config, learner=learner, checkpoint=path)
    expected = whole.state_dict()
    assert all(t.equal(expected[name]) for name, t in net.state_dict().items())


def test_a_float_network_learns_under_a_switcher():
    x, y = blobs()
    net, layers = mlp(learner := Switching("connections", channels=4))
    fit(net, (x, y), (x, y), FitConfig(epochs=40, batch=20, lr=0.1, optimizer="sgd"), learner=learner)
    learner.fold()
    assert accuracy(net, x, y) > 0.85
    assert kept_share(layers[0]) < 1


@pytest.mark.parametrize(("kind", "least"), [("connections", 0.55), ("neurons", 0.4)])
def test_a_nor_network_learns_under_a_switcher(kind, least):
    digits = load("digits")
    model = nor_classifier(64, 10, hidden=[60], tau=3.0)
    config = TrainConfig(epochs=6, batch=50, learner=f"switch-{kind}", device="cpu")
    stats = train(model, digits, config)
    assert stats[-1].accuracy > least
    assert (model.predict(digits.x_val) == digits.y_val).mean() == pytest.approx(stats[-1].accuracy)


def test_large_layers_are_read_in_patches():
    learner = Switching("connections")
    strides = [learner.structure_for(nn.Linear(*shape), 0).net.stride for shape in ((784, 300), (784, 800))]
    assert strides == [1, 4]
    assert Switching("connections", stride=2).structure_for(nn.Linear(784, 800), 0).net.stride == 2


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (
            lambda: Switching("rows"),
            OptionError,
            "kind must be 'connections' or 'neurons', not 'rows'",
        ),
        (
            lambda: Switching("neurons", gates="open"),
            OptionError,
            "gates must be 'learned', 'frozen' or 'free', not 'open'",
        ),
        (
            lambda: Switching("neurons", off=1.0),
            OptionError,
            "off must be above 0 and below 1, not 1.0",
        ),
        (
            lambda: Switching("neurons", off=math.nan),
            OptionError,
            "off must be a finite number, not nan",
        ),
        (lambda: Switching("neurons", channels=0), OptionError, "channels must be 1 or more, not 0"),
        (lambda: Switching("neurons", stride=0), OptionError, "stride must be 1 or more, not 0"),
        (lambda: FreeGates((2, 2), off=0), OptionError, "off must be above 0 and below 1, not 0"),
        (
            lambda: FreeGates((2, 2), kind="all"),
            OptionError,
            "kind must be 'connections' or 'neurons', not 'all'",
        ),
        (
            lambda: ConnectionSwitcher((4, 4), channels=1.5),
            OptionError,
            "channels must be a whole number, not 1.5",
        ),
        (
            lambda: ConnectionSwitcher((4, 4), inputs=2),
            OptionError,
            "inputs must be 0 or 1, not 2",
        ),
        (
            lambda: ConnectionSwitcher((4, 4), seed=-1),
            OptionError,
            "seed must be a whole number from 0 to 9223372036854775807, not -1",
        ),
        (
            lambda: ConnectionSwitcher((4, 4, 4)),
            ModelError,
            "shape must be two numbers of 1 or more, not (4, 4, 4)",
        ),
        (
            lambda: ConnectionSwitcher((1, 1)),
            ModelError,
            f"layer must have more weights than one patch of 1 x 1 for a switcher, not 1 x 1{ALONE}",
        ),
        (
            lambda: ConnectionSwitcher((4, 3), stride=4),
            ModelError,
            f"layer must have more weights than one patch of 4 x 4 for a switcher, not 4 x 3{ALONE}",
        ),
        (
            lambda: NeuronSwitcher((1, 8)),
            ModelError,
            f"layer must have two inputs or more for a switcher of neurons, not 1{ALONE}",
        ),
        (
            lambda: Switching("neurons").attach([nn.Conv1d(1, 1, 3)], seed=0),
            ModelError,
            "layer must be a ThresholdLayer or nn.Linear to carry a structure, not Conv1d",
        ),
    ],
)
def test_bad_settings(make, error, message):
    with pytest.raises(error) as caught:
        make()
    assert str(caught.value) == message
