"""A graph layer computes its nodes one by one, and reads nothing that the graph does not allow."""

from __future__ import annotations

import json

import networkx as nx
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nor2hdl.data import Threshold, load
from nor2hdl.errors import ModelError
from nor2hdl.flow import Settings, compile_model
from nor2hdl.learn import Classifier, NorLayer, TrainConfig, VoteReadout, load_model, save_model, train
from nor2hdl.learn.priors import GraphLayer, Layered, MaskedNorLayer, barabasi_albert, erdos_renyi


def connected(layer, chance):
    """Give all latent weights, those without an edge included, random signs."""
    for part in layer.parts:
        part.latent.data = (torch.rand(part.latent.shape) < chance).float() - 0.5
    return layer


def plain(layer, x):
    """Return the outputs, one node, copy and edge after the other."""
    values = {}
    graph = layer.layered.graph()
    for part, nodes in zip(layer.parts, layer.layered.layers, strict=True):
        before = [u for u in layer.layered.nodes if any(graph.has_edge(u, v) for v in nodes)]
        read = torch.cat([values[u] for u in before], 1) if before else x
        for i, v in enumerate(nodes):
            columns = []
            for c in range(layer.copies):
                latent = part.latent[:, i * layer.copies + c]
                none = torch.ones(len(x))
                for j in range(read.shape[1]):
                    if before and not graph.has_edge(before[j // layer.copies], v):
                        continue
                    if latent[j] > 0:
                        none = none * (1 - read[:, j])
                    if layer.complements and latent[read.shape[1] + j] > 0:
                        none = none * read[:, j]
                columns.append(none)
            values[v] = torch.stack(columns, 1)
    return torch.cat([values[v] for v in layer.layered.outputs], 1)


@given(seed=st.integers(0, 999), copies=st.integers(1, 3), complements=st.booleans())
def test_outputs_are_the_plain_ones(seed, copies, complements):
    torch.manual_seed(seed)
    layer = GraphLayer(5, erdos_renyi(7, 11, seed=seed), copies=copies, complements=complements)
    connected(layer, 0.2)
    x = (torch.rand(20, 5) < 0.5).float()
    assert layer(x).equal(plain(layer, x))
    assert layer(x).shape[1] == layer.out_features


def test_start_has_about_two_connections_along_edges_alone():
    torch.manual_seed(0)
    layer = GraphLayer(50, barabasi_albert(30), copies=20)
    for part in layer.parts:
        assert 1.5 < part.fan_in().float().mean() < 2.5
        assert not (part.latent[~part.allowed] > 0).any()


def test_no_gradient_reaches_a_weight_without_an_edge():
    torch.manual_seed(0)
    layer = connected(GraphLayer(4, erdos_renyi(6, 8), copies=2), 0.5)
    layer((torch.rand(30, 4) < 0.5).float()).sum().backward()
    for part in layer.parts:
        assert not part.latent.grad[~part.allowed].any()
    assert any(part.latent.grad[part.allowed].any() for part in layer.parts)


def test_fan_in_and_connections_leave_out_what_has_no_edge():
    part = MaskedNorLayer(torch.tensor([[True, False], [True, True]]))
    part.latent.data.fill_(1.0)
    ones, zeros = part.connections()
    assert ones.tolist() == zeros.tolist() == [[True, False], [True, True]]
    assert part.fan_in().tolist() == [4, 2]
    layer = GraphLayer(3, nx.DiGraph([(0, 1), (0, 2)]), copies=2)
    layer.parts[1].latent.data.fill_(1.0)
    assert layer.fan_in().tolist() == [4] * 4


def test_a_trained_classifier_is_stored_and_compiled(tmp_path):
    digits = load("digits")
    torch.manual_seed(0)
    layer = GraphLayer(64, erdos_renyi(6, 8, seed=1), copies=10)
    model = Classifier(Threshold(128), 64, [layer, NorLayer(layer.out_features, 20)], VoteReadout(20, 10))
    [stats] = train(model, digits, TrainConfig(epochs=1, learner="top-k", keep=0.05, device="cpu"))
    assert stats.pruned >= 0.95 - 1e-6
    save_model(model, tmp_path / "m")
    again, _ = load_model(tmp_path / "m")
    assert (again.scores(digits.x_test) == model.scores(digits.x_test)).all()
    build = compile_model(model, digits, tmp_path / "b", settings=Settings(mapped=False))
    assert {c.verdict for c in build.report.claims} == {"proved equal", "equal on samples"}
    assert [entry["kind"] for entry in build.report.model.layers][-1] == "NorLayer"


def test_json_gives_the_structure_back():
    net = Layered.of(nx.DiGraph([(0, 1), (1, 2), (0, 2), (3, 4), (5, 6)]), inputs=[0, 3], outputs=[1, 2, 4])
    layer = connected(GraphLayer(4, net, copies=2, complements=False), 0.5)
    other = GraphLayer.from_json(json.loads(json.dumps(layer.to_json())))
    other.load_state_dict(layer.state_dict())
    x = (torch.rand(30, 4) < 0.5).float()
    assert other(x).equal(layer(x))
    assert (other.layered.layers, other.layered.outputs) == (net.layers, net.outputs)


def test_a_classifier_of_it_learns_digits():
    torch.manual_seed(0)
    digits = load("digits")
    graph = Layered.of(barabasi_albert(12, 3, seed=1), outputs=range(2, 12))
    layer = GraphLayer(64, graph, copies=30)
    model = Classifier(Threshold(), 64, [layer], VoteReadout(300, 10))
    stats = train(model, digits, TrainConfig(epochs=8, batch=50, lr=0.02, device="cpu"))
    assert stats[-1].accuracy > 0.6
    assert 0 < model.live_neurons() <= 300
    assert float(np.mean(model.predict(digits.x_test) == digits.y_test)) > 0.6


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: GraphLayer(0, barabasi_albert(4)), "in_features must be 1 or more, not 0"),
        (lambda: GraphLayer(4, barabasi_albert(4), copies=0), "copies must be 1 or more, not 0"),
        (
            lambda: GraphLayer(4, nx.DiGraph([(0, 1), (1, 0)])),
            "graph must have no cycle, but has 0 -> 1 -> 0",
        ),
    ],
)
def test_bad_settings(make, message):
    with pytest.raises(ModelError) as caught:
        make()
    assert str(caught.value) == message
