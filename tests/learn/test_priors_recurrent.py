"""The compiled loops of recurrent networks against a plain one in torch, gradients included."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from nor2hdl.errors import DataError, ModelError
from nor2hdl.learn.priors import (
    CELLS,
    GraphRecurrent,
    barabasi_albert,
    erdos_renyi,
    fit_recurrent,
    string_accuracy,
    watts_strogatz,
)


def plain_cell(cell, sums, before, memory):
    if cell == "tanh":
        return sums[0].tanh(), memory
    if cell == "relu":
        return sums[0].relu(), memory
    if cell == "lstm":
        i, f, o = (sums[k].sigmoid() for k in (0, 1, 3))
        memory = f * memory + i * sums[2].tanh()
        return o * memory.tanh(), memory
    r, z = sums[0].sigmoid(), sums[1].sigmoid()
    n = (sums[2] + r * sums[3]).tanh()
    return (1 - z) * n + z * before, memory


def plain_logits(net, string):
    """Return the logits of one string, node by node and edge by edge."""
    nodes, place = net.layered.nodes, {v: i for i, v in enumerate(net.layered.nodes)}
    layer_of = {v: layer for layer in net.layered.layers for v in layer}
    state = {v: torch.zeros(()) for v in nodes}
    memory = dict(state)
    for symbol in string:
        before = dict(state)
        for v in nodes:
            sums = list(net.bias[place[v]])
            if v in net.layered.inputs:
                for k, w in enumerate(net.tables[net.layered.inputs.index(v), :, symbol]):
                    sums[k] = sums[k] + w
            old = [(before[u], 1) for u in layer_of[v]]
            new = [(state[u], 0) for u, w in net.layered.edges if w == v]
            start = int(net.begin[place[v]])
            for (value, lag), weights in zip(old + new, net.weights[start:], strict=False):
                for k, w in enumerate(weights):
                    slot = 3 if net.cell == "gru" and k == 2 and lag else k
                    sums[slot] = sums[slot] + w * value
            state[v], memory[v] = plain_cell(net.cell, sums, before[v], memory[v])
    return net.readout(torch.stack([state[v] for v in net.layered.outputs]))


def padded(strings):
    return torch.nn.utils.rnn.pad_sequence(
        [torch.tensor(s) for s in strings], batch_first=True, padding_value=-1
    )


@pytest.mark.parametrize("cell", CELLS)
@settings(max_examples=10)
@given(data=st.data())
def test_logits_and_gradients_are_the_plain_ones(cell, data):
    nodes = data.draw(st.integers(4, 8))
    graph = erdos_renyi(
        nodes, data.draw(st.integers(nodes - 1, 2 * nodes - 3)), seed=data.draw(st.integers(0, 99))
    )
    strings = data.draw(st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=5), min_size=1, max_size=4))
    net = GraphRecurrent(graph, cell, symbols=3, classes=3, seed=data.draw(st.integers(0, 99)))
    labels = torch.arange(len(strings)) % 3
    logits, expected = net(padded(strings)), torch.stack([plain_logits(net, s) for s in strings])
    torch.testing.assert_close(logits, expected, rtol=1e-4, atol=1e-5)
    parameters = list(net.parameters())
    found = torch.autograd.grad(functional.cross_entropy(logits, labels), parameters)
    wanted = torch.autograd.grad(
        functional.cross_entropy(expected, labels), parameters, allow_unused=True, materialize_grads=True
    )
    for a, b in zip(found, wanted, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-3, atol=1e-6)


def test_padding_and_order_do_not_matter():
    net = GraphRecurrent(watts_strogatz(12), "lstm", symbols=3)
    strings = padded([[0, 1, 2, 1], [2], [1, 1]])
    alone = torch.cat([net(s[s >= 0][None]) for s in strings])
    torch.testing.assert_close(net(strings), alone)
    torch.testing.assert_close(net(strings.flip(0)), alone.flip(0))


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_learns_the_last_symbol(cell):
    strings = torch.randint(0, 2, (200, 4), generator=torch.Generator().manual_seed(0))
    net = GraphRecurrent(watts_strogatz(10, seed=1), cell, symbols=2, seed=2)
    losses = fit_recurrent(net, strings, strings[:, -1], epochs=10, batch=20, lr=0.02)
    assert losses[-1] < losses[0]
    assert string_accuracy(net, strings, strings[:, -1]) > 0.95


def test_training_is_repeatable_and_leaves_torch_alone():
    before = torch.get_rng_state()
    strings = torch.randint(0, 2, (50, 4), generator=torch.Generator().manual_seed(0))
    nets = [GraphRecurrent(barabasi_albert(12), "gru", symbols=2, seed=s) for s in (3, 3, 4)]
    losses = [fit_recurrent(net, strings, strings[:, 0], epochs=2, seed=5) for net in nets]
    assert losses[0] == losses[1] != losses[2]
    assert before.equal(torch.get_rng_state())


def test_weights_are_those_that_the_mask_keeps():
    graph = barabasi_albert(20)
    net = GraphRecurrent(graph, "gru", symbols=7)
    dense = sum(len(layer) ** 2 for layer in net.layered.layers)
    assert net.weights.shape == (graph.number_of_edges() + dense, 3)
    assert net.tables.shape == (len(net.layered.inputs), 3, 7)
    assert all(bool((p.abs() <= 1).all()) for p in (net.weights, net.tables, net.bias))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"cell": "elman"}, "cell must be 'tanh', 'relu', 'lstm' or 'gru', not 'elman'"),
        ({"symbols": 0}, "symbols must be 1 or more, not 0"),
        ({"classes": 1}, "classes must be 2 or more, not 1"),
        ({"seed": -1}, f"seed must be a whole number from 0 to {2**63 - 1}, not -1"),
    ],
)
def test_bad_settings(settings, message):
    with pytest.raises(ModelError) as caught:
        GraphRecurrent(barabasi_albert(5), **{"cell": "tanh", "symbols": 2} | settings)
    assert str(caught.value) == message


@pytest.mark.parametrize("strings", [[[]], [[0, -1, 1]], [[-1]], [[0, -2]]])
def test_strings_of_another_form(strings):
    net = GraphRecurrent(barabasi_albert(5), "tanh", symbols=2)
    with pytest.raises(
        DataError, match=r"^strings must be symbols, one or more, and then -1 up to the longest$"
    ):
        net(torch.tensor(strings, dtype=torch.int64))


def test_unknown_symbol():
    net = GraphRecurrent(barabasi_albert(5), "tanh", symbols=2)
    with pytest.raises(DataError, match=r"^strings must be of symbols 0 to 1, not 2$"):
        net(torch.tensor([[0, 2]]))
