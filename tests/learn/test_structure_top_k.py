"""Top-k wiring keeps exactly its budget, lets absent edges learn, and counts those that enter."""

from __future__ import annotations

import re

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from nor2hdl.data import load
from nor2hdl.errors import ModelError, OptionError
from nor2hdl.learn import FitConfig, NorLayer, TrainConfig, fit, nor_classifier, train
from nor2hdl.learn.structure import TopK, TopKWiring, carry, kept_share, latent_of, structure_of
from nor2hdl.learn.structure._budget import edge_count, largest, largest_together


def naive_largest(values, count):
    order = sorted(range(len(values)), key=lambda i: (-values[i], i))
    return [i in order[:count] for i in range(len(values))]


@given(
    values=st.lists(st.integers(-4, 4) | st.just(float("-inf")), min_size=1, max_size=400),
    data=st.data(),
)
def test_largest_is_exact_and_takes_the_first_of_equals(values, data):
    count = data.draw(st.integers(0, len(values)))
    assert largest(torch.tensor(values, dtype=torch.float32), count).tolist() == naive_largest(values, count)


@given(seed=st.integers(0, 1000), share=st.floats(0.001, 0.4), column=st.booleans())
def test_largest_of_many_by_a_sample_is_exact(seed, share, column):
    values = torch.randn(61, 61, generator=torch.Generator().manual_seed(seed))
    if column:
        values[:, 0] += 5  # the sample runs along this column, and misjudges the border
    count = max(1, round(share * values.numel()))
    found = largest(values, count)
    assert int(found.sum()) == count
    assert values[found].min() >= values[~found].max()


def test_largest_together_ranks_over_tensors():
    first, second = torch.tensor([[1.0, 5.0]]), torch.tensor([3.0, 1.0, 0.0])
    found = largest_together([first, second], 3)
    assert [f.tolist() for f in found] == [[[True, True]], [True, False, False]]


@pytest.mark.parametrize("keep", [0, -1, 41, True, 0.0, 1.5, 0.001, float("nan"), "a", None])
def test_budget_must_fit(keep):
    message = (
        "keep must be a whole number of edges from 1 to 40, or a share above 0 up to 1.0 that comes to one "
        f"edge or more of 40, not {keep!r}"
    )
    with pytest.raises(OptionError, match=re.escape(message)):
        edge_count(keep, 40)


def test_budget_is_a_number_or_a_share():
    assert [edge_count(keep, 40) for keep in (1, 40, 0.5, 1.0, 0.02)] == [1, 40, 20, 40, 1]


@pytest.mark.parametrize("values", ["ones", "latent"])
def test_weights_are_the_largest_and_gradients_reach_all(values):
    structure = TopK(2, values=values)
    latent = torch.tensor([0.5, -2.0, 1.0, -0.1], requires_grad=True)
    weights = structure(latent)
    expected = [1.0, 0.0, 1.0, 0.0] if values == "ones" else [0.0, -2.0, 1.0, 0.0]
    assert weights.tolist() == expected
    weights.backward(torch.tensor([1.0, 2.0, 3.0, 4.0]))
    assert latent.grad.tolist() == [1.0, 2.0, 3.0, 4.0]


@pytest.mark.parametrize("values", ["ones", "latent"])
def test_without_updates_to_absent_edges(values):
    latent = torch.tensor([0.5, -2.0, 1.0, -0.1], requires_grad=True)
    TopK(2, values=values, updates="kept")(latent).backward(torch.tensor([1.0, 2.0, 3.0, 4.0]))
    assert latent.grad.tolist() == ([1.0, 0.0, 3.0, 0.0] if values == "ones" else [0.0, 2.0, 3.0, 0.0])


def test_an_absent_edge_does_not_move_even_by_momentum():
    torch.manual_seed(1)
    layer = nn.Linear(8, 6, bias=False)
    learner = TopKWiring(9, updates="kept")
    learner.attach([layer], seed=0)
    optimizer = torch.optim.Adam([latent_of(layer)], lr=0.2)
    left = 0
    for _ in range(20):
        before = latent_of(layer).detach().clone()
        optimizer.zero_grad()
        (layer(torch.randn(5, 8)) ** 2).sum().backward()
        kept = structure_of(layer).kept.clone()
        optimizer.step()
        learner.after_step(0.2)
        moved = latent_of(layer).detach() != before
        assert not (moved & ~kept).any()
        assert (moved & kept).any()
        left += int((~structure_of(layer).mask(latent_of(layer)) & kept).sum())
    assert left > 0


def test_gradient_of_an_absent_edge_is_source_times_gradient_of_target():
    torch.manual_seed(0)
    layer = nn.Linear(4, 3, bias=False)
    carry(layer, TopK(5, values="latent"))
    x, g = torch.randn(7, 4), torch.randn(7, 3)
    layer(x).backward(g)
    torch.testing.assert_close(latent_of(layer).grad, g.T @ x)


def test_swaps_are_counted_in_training_and_stored():
    layer = nn.Linear(4, 1, bias=False)
    latent = layer.weight
    latent.data = torch.tensor([[4.0, 3.0, 2.0, 1.0]])
    learner = TopKWiring(2)
    learner.attach([layer], seed=0)
    latent = latent_of(layer)
    for values in ([[4.0, 3.0, 2.0, 1.0]], [[1.0, 3.0, 2.0, 4.0]], [[4.0, 1.0, 2.0, 3.0]]):
        latent.data = torch.tensor(values)
        layer(torch.zeros(1, 4))
    assert learner.swaps() == 2
    learner.start_epoch(1, 2)
    latent.data = torch.tensor([[0.0, 1.0, 2.0, 0.0]])
    layer.eval()(torch.zeros(1, 4))
    assert learner.swaps() == 2
    layer.train()(torch.zeros(1, 4))
    structure = structure_of(layer)
    assert (learner.swaps(), int(structure.epoch_swaps)) == (4, 2)
    other = nn.Linear(4, 1, bias=False)
    TopKWiring(2).attach([other], seed=0)
    other.load_state_dict(layer.state_dict())
    assert int(structure_of(other).swaps) == 4
    assert structure_of(other).kept.equal(structure.kept)


def test_a_layer_in_evaluation_mode_has_the_same_state():
    states = []
    for mode in (True, False):
        layer = nn.Linear(4, 1).train(mode)
        TopKWiring(2).attach([layer], seed=0)
        states.append(sorted(layer.state_dict()))
    assert states[0] == states[1]


def test_budgets_of_each_layer():
    layers = [nn.Linear(10, 4), NorLayer(10, 4)]
    learner = TopKWiring([7, 0.05])
    learner.attach(layers, seed=0)
    assert [structure_of(layer).values for layer in layers] == ["latent", "ones"]
    learner.fold()
    assert int((layers[0].weight != 0).sum()) == 7
    assert int(layers[1].fan_in().sum()) == 4


def test_global_budget_ranks_layers_together_after_each_step():
    first, second = nn.Linear(2, 2), nn.Linear(2, 2)
    first.weight.data = torch.tensor([[1.0, -2.0], [3.0, 0.0]])
    second.weight.data = torch.tensor([[0.5, 0.1], [0.2, 9.0]])
    learner = TopKWiring(3, scope="global")
    learner.attach([first, second], seed=0)
    assert [kept_share(layer) for layer in (first, second)] == [0.5, 0.25]
    latent_of(second).data.add_(5)
    learner.after_step(0.1)
    assert [kept_share(layer) for layer in (first, second)] == [0.0, 0.75]
    assert [int(structure_of(layer).budget) for layer in (first, second)] == [0, 3]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: TopK(2, updates="none"), "updates must be 'all' or 'kept', not 'none'"),
        (lambda: TopKWiring(2, updates=None), "updates must be 'all' or 'kept', not None"),
        (lambda: TopKWiring(2, scope="all"), "scope must be 'layer' or 'global', not 'all'"),
        (
            lambda: TopKWiring([1, 2], scope="global"),
            "keep must be one budget for scope 'global', not [1, 2]",
        ),
    ],
)
def test_settings_are_checked(make, message):
    with pytest.raises(OptionError, match=re.escape(message)):
        make()


@pytest.mark.parametrize("scope", ["layer", "global"])
def test_a_budget_that_does_not_fit_changes_no_layer(scope):
    layers = [nn.Linear(100, 10), nn.Linear(2, 2)]
    edges = 4 if scope == "layer" else 1004
    message = (
        f"keep must be a whole number of edges from 1 to {edges}, or a share above 0 up to 1.0 that comes to "
        f"one edge or more of {edges}, not 2000"
    )
    keep = [9, 2000] if scope == "layer" else 2000
    with pytest.raises(OptionError, match=re.escape(message)):
        TopKWiring(keep, scope=scope).attach(layers, seed=0)
    assert [structure_of(layer) for layer in layers] == [None, None]


def test_budgets_must_be_one_for_each_layer():
    message = "keep must be one budget or 1, one for each layer, not [1, 2]"
    with pytest.raises(OptionError, match=re.escape(message)):
        TopKWiring([1, 2]).attach([nn.Linear(2, 2)], seed=0)


@pytest.mark.parametrize("scope", ["layer", "global"])
def test_a_layer_that_cannot_carry_a_structure(scope):
    message = "layer must be a ThresholdLayer or nn.Linear to carry a structure, not ReLU"
    with pytest.raises(ModelError, match=message):
        TopKWiring(2, scope=scope).attach([nn.ReLU()], seed=0)


@pytest.mark.parametrize("scope", ["layer", "global"])
def test_an_interrupted_run_ends_alike(tmp_path, scope):
    x = torch.rand(60, 8, generator=torch.Generator().manual_seed(1))
    data = (x, (x.sum(1) > 4).long())

    def trained(checkpoint, stop):
        torch.manual_seed(0)
        net = nn.Sequential(nn.Linear(8, 6), nn.ReLU(), nn.Linear(6, 2))
        learner = TopKWiring(0.3, scope=scope)
        learner.attach([net[0], net[2]], seed=0)

        def watch(progress):
            if progress.step == stop:
                raise KeyboardInterrupt

        config = FitConfig(epochs=4, batch=10, lr=0.05, device="cpu")
        fit(net, data, data, config, learner=learner, checkpoint=checkpoint, watch=watch)
        return learner.swaps(), net.state_dict()

    swaps, whole = trained(None, 0)
    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path / "run", 15)
    again, resumed = trained(tmp_path / "run", 0)
    assert swaps == again > 0
    assert all(whole[name].equal(resumed[name]) for name in whole)


def test_nor_gates_learn_with_a_budget():
    digits = load("digits")
    model = nor_classifier(64, 10, hidden=[200], tau=4.0)
    history = train(model, digits, TrainConfig(epochs=8, batch=50, learner="top-k", keep=0.02, device="cpu"))
    assert history[-1].accuracy > 0.8
    assert int(model.layers[0].fan_in().sum()) == round(0.02 * 128 * 200)
