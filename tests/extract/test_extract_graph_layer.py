"""Model = netlist for layers that are wired along a graph."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nor2hdl.data import Threshold
from nor2hdl.errors import ExtractError
from nor2hdl.extract import extract, extract_layer, layer_gates
from nor2hdl.learn import Classifier, VoteReadout
from nor2hdl.learn.priors import GraphLayer, Layered, barabasi_albert, erdos_renyi
from nor2hdl.netlist import Builder, interpret


def random_layer(seed, features, nodes, *, chance=0.3, **settings):
    torch.manual_seed(seed)
    layer = GraphLayer(features, erdos_renyi(nodes, 2 * nodes - 3, seed=seed), **settings)
    for part in layer.parts:
        # Weights without an edge are above 0 as well: they must not become connections.
        part.latent.data = (torch.rand(part.latent.shape) < chance).float() - 0.5
    return layer


@given(
    seed=st.integers(0, 999),
    features=st.integers(1, 6),
    nodes=st.integers(3, 8),
    copies=st.integers(1, 3),
    complements=st.booleans(),
)
def test_layer_is_its_netlist(seed, features, nodes, copies, complements):
    layer = random_layer(seed, features, nodes, copies=copies, complements=complements)
    net = extract_layer(layer)
    samples = (np.arange(1 << features)[:, None] >> np.arange(features) & 1).astype(bool)
    expected = layer(torch.from_numpy(samples).float()).detach().numpy().astype(bool)
    assert (interpret(net, samples) == expected).all()


def test_classifier_is_its_netlist():
    layer = random_layer(7, 6, 7, copies=3, chance=0.06)
    model = Classifier(Threshold(100), 6, [layer], VoteReadout(layer.out_features, 3, votes="plain"))
    x = np.random.default_rng(0).integers(0, 256, (300, 6), dtype=np.uint8)
    samples = np.unpackbits(x, axis=1, bitorder="little").astype(bool)
    found = interpret(extract(model), samples)
    assert (found @ (1 << np.arange(found.shape[1])) == model.predict(x)).all()
    assert set(model.predict(x).tolist()) == {0, 1, 2}


def test_gates_say_where_they_come_from():
    layer = GraphLayer(4, barabasi_albert(5, seed=1), copies=2)
    for part in layer.parts:
        part.latent.data.fill_(1.0)
    net = extract_layer(layer, name="layer3")
    assert {tag.split("/")[0] for tag in net.tags} == {"layer3"}
    assert {"layer3/depth0/neuron1", "layer3/depth1/neuron0"} <= set(net.tags)


def test_only_edges_become_gates():
    graph = Layered.of(barabasi_albert(4, seed=0), outputs=[3])
    layer = GraphLayer(2, graph, complements=False)
    for part in layer.parts:
        part.latent.data.fill_(1.0)
    net = extract_layer(layer)
    assert net.num_gates == 4
    assert sum(len(net.fanin(g)) for g in range(net.first_gate, net.num_nets)) == 2 + 3  # inputs, and edges


def test_another_number_of_inputs_is_named():
    b = Builder()
    with pytest.raises(ExtractError, match=r"^layer0 must have 5 inputs, not 4$"):
        layer_gates(GraphLayer(5, barabasi_albert(4)), b, b.input("in", 4), "layer0")
