"""The network of Learning Digital Circuits, its sweep and what it keeps."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from nor2hdl.data import load
from nor2hdl.errors import DataError, ModelError, OptionError
from nor2hdl.learn import FitConfig, fit
from nor2hdl.learn.ldc import (
    ON_WEIGHTS,
    HardInvert,
    LdcNet,
    SoftInvert,
    count_kept,
    nor_test,
    replace_units,
    sweep,
)
from nor2hdl.learn.structure import BinaryConnect
from tests.learn.ldc_nets import NORMS, pictures, random_net


def normed(net: LdcNet, i: int, x: np.ndarray, *, batch: bool) -> np.ndarray:
    """Apply a norm by its formula."""
    part = net.norms[i]
    if net.norm == "hard-invert":
        return 1 - x
    if net.norm == "soft-invert":
        share = part.share.item()
        return x * (1 - share) + (1 - x) * share
    mean, var = (x.mean(0), x.var(0)) if batch else (part.running_mean.numpy(), part.running_var.numpy())
    return (x - mean) / np.sqrt(var + 1e-4) * part.weight.detach().numpy() + part.bias.detach().numpy()


def logits(net: LdcNet, x: torch.Tensor, on_weight: float, *, batch: bool) -> np.ndarray:
    """Evaluate a network by its formula, in float64."""
    h = (x.numpy() >= 0.5).astype(np.float64)
    for i, layer in enumerate(net.layers):
        h = normed(net, i, np.tanh(on_weight * h @ layer.weight.detach().numpy().T), batch=batch)
    return h


@pytest.mark.parametrize("norm", NORMS)
def test_the_forward_pass_is_the_formula(norm) -> None:
    net = random_net(norm, (12, 9, 7, 4), 0.3, 1)
    x = pictures(40, 12, 2)
    assert np.allclose(net(x).detach().numpy(), logits(net, x, 1.0, batch=False), atol=1e-4)


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("statistics", ["running", "batch"])
def test_the_sweep_scales_every_weight_and_leaves_the_network_as_it_was(norm, statistics) -> None:
    net = random_net(norm, (12, 9, 7, 4), 0.3, 1).train()
    x, y = pictures(300, 12, 2), torch.arange(300) % 4
    before = copy.deepcopy(net.state_dict())
    found = sweep(net, x, y, statistics=statistics, on_weights=(0.0, 0.3, 1.0, 4.0))
    for on_weight, accuracy in zip((0.3, 1.0, 4.0), found[1:], strict=True):
        expected = logits(net, x, on_weight, batch=statistics == "batch").argmax(1) == y.numpy()
        assert accuracy == pytest.approx(expected.mean(), abs=0.02)
    assert found[0] == pytest.approx(0.25)
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    assert all(part.training for part in net.modules())


def test_batch_statistics_are_taken_of_parts_of_200() -> None:
    net = random_net("batch", (12, 9, 4), 0.3, 1)
    x, y = pictures(400, 12, 2), torch.arange(400) % 4
    halves = [sweep(net, x[i : i + 200], y[i : i + 200], statistics="batch") for i in (0, 200)]
    assert sweep(net, x, y, statistics="batch") == pytest.approx(np.mean(halves, axis=0))
    assert len(halves[0]) == len(ON_WEIGHTS) == 41


def test_an_invert_has_no_statistics() -> None:
    net = random_net("hard-invert", (12, 9, 4), 0.3, 1)
    x, y = pictures(100, 12, 2), torch.arange(100) % 4
    assert sweep(net, x, y, statistics="batch") == sweep(net, x, y)


def test_other_statistics_are_refused() -> None:
    net = LdcNet((2, 2), norm="batch")
    with pytest.raises(OptionError, match=r"^statistics must be 'running' or 'batch', not 'both'$"):
        sweep(net, torch.rand(2, 2), torch.zeros(2), statistics="both")


@pytest.mark.parametrize("shape", [(1, 2), (0, 2), (3, 4), (2,)])
def test_samples_of_another_form_are_refused(shape) -> None:
    net, x = LdcNet((2, 2, 2), norm="batch"), torch.zeros(shape)
    calls = (
        lambda: nor_test(net, x),
        lambda: replace_units(net, x, gates="nor"),
        lambda: sweep(net, x, torch.zeros(len(x), dtype=torch.int64)),
    )
    for call in calls:
        with pytest.raises(DataError) as error:
            call()
        assert str(error.value) == f"x must be [samples, 2] with two samples or more, not {list(shape)}"


def test_classes_of_another_number_are_refused() -> None:
    with pytest.raises(DataError, match=r"^y must be one class for each of the 3 samples, not 2$"):
        sweep(LdcNet((2, 2), norm="batch"), torch.zeros(3, 2), torch.zeros(2))


def test_inputs_are_thresholded_as_the_circuit_does() -> None:
    net = LdcNet((1, 1), norm="hard-invert")
    net.layers[0].weight.data.fill_(1.0)
    values = torch.arange(256)
    assert net.first(values[:, None] / 255).flatten().tolist() == (values >= 128).float().tolist()


def test_batch_norm_is_that_of_the_paper() -> None:
    for part in LdcNet((3, 4, 2), norm="batch").norms:
        assert (part.eps, part.momentum, part.affine) == (1e-4, 0.15, True)


def test_inverts() -> None:
    x = torch.tensor([0.0, 0.25, 1.0])
    soft = SoftInvert()
    assert torch.equal(soft(x), HardInvert()(x))
    soft.share.data.fill_(0.25)
    assert torch.allclose(soft(x), 0.75 * x + 0.25 * (1 - x))
    soft.share.data.fill_(-3.0)
    assert torch.equal(soft(x), x)
    assert soft.share.item() == 0
    soft.share.data.fill_(0.6)
    soft(x).sum().backward()
    assert soft.share.grad.item() == pytest.approx(float((1 - 2 * x).sum()))


def test_a_start_comes_from_the_seed_alone() -> None:
    state = torch.random.get_rng_state()
    first, second, other = (LdcNet((5, 4, 3), norm="batch", seed=seed) for seed in (1, 1, 2))
    assert torch.equal(state, torch.random.get_rng_state())
    assert torch.equal(first.layers[0].weight, second.layers[0].weight)
    assert not torch.equal(first.layers[0].weight, other.layers[0].weight)


@pytest.mark.parametrize(
    ("widths", "norm", "text"),
    [
        ((3,), "batch", "widths must be two or more whole numbers of 1 or more, not (3,)"),
        ((3, 0, 2), "batch", "widths must be two or more whole numbers of 1 or more, not (3, 0, 2)"),
        (784, "batch", "widths must be two or more whole numbers of 1 or more, not 784"),
        ((3, 2), "layer", "norm must be 'batch', 'hard-invert' or 'soft-invert', not 'layer'"),
    ],
)
def test_networks_that_cannot_be_are_refused(widths, norm, text) -> None:
    with pytest.raises(ModelError) as error:
        LdcNet(widths, norm=norm)
    assert str(error.value) == text


@pytest.mark.parametrize("norm", NORMS)
def test_it_learns_and_stays_binary(norm) -> None:
    data = load("digits")
    x, y = torch.from_numpy(data.x_train.copy()).float() / 255, torch.from_numpy(data.y_train.copy())
    net = LdcNet((64, 60, 10), norm=norm)
    learner = BinaryConnect(start=0.05)
    learner.attach(net.layers, seed=0)
    fit(net, (x, y), (x, y), FitConfig(epochs=15, batch=50, lr=0.01, device="cpu"), learner=learner)
    learner.fold()
    assert sweep(net, x, y, on_weights=(1.0,))[0] > 0.6
    assert all(set(layer.weight.unique().tolist()) == {0.0, 1.0} for layer in net.layers)


@given(st.integers(0, 10_000), st.floats(0.05, 0.5), st.lists(st.integers(1, 5), min_size=2, max_size=5))
@settings(max_examples=40)
def test_live_weights_are_those_on_a_path(seed, density, widths) -> None:
    net = random_net("hard-invert", tuple(widths), density, seed)
    kept = [layer.weight.detach().numpy().T != 0 for layer in net.layers]

    def paths(i: int, unit: int) -> list[list[tuple[int, int, int]]]:
        if i == len(kept):
            return [[]]
        return [[(i, unit, to), *rest] for to in np.flatnonzero(kept[i][unit]) for rest in paths(i + 1, to)]

    live = {edge for unit in range(widths[0]) for path in paths(0, unit) for edge in path}
    for i, count in enumerate(count_kept(net)):
        assert count.weights == kept[i].size
        assert count.kept == kept[i].sum()
        assert count.live == sum(edge[0] == i for edge in live)
        assert count.units == widths[i + 1]
        assert count.live_units == len({edge[2] for edge in live if edge[0] == i})
