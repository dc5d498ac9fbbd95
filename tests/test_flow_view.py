"""The scene of a build is the build: its circuits, its network and samples that say something of it."""

from __future__ import annotations

import dataclasses
import json

import networkx as nx
import numpy as np
import pytest

from nor2hdl import flow
from nor2hdl.data import Threshold, load
from nor2hdl.errors import DataError, ModelError, OptionError
from nor2hdl.extract import score_offset
from nor2hdl.flow._view import choose_samples
from nor2hdl.learn import (
    Classifier,
    RecurrentClassifier,
    ThresholdLayer,
    VoteReadout,
    nor_classifier,
    save_model,
    save_recurrent,
)
from nor2hdl.learn.priors import GraphLayer
from nor2hdl.netlist import interpret_nets, random_netlist, read_netlist
from nor2hdl.simulate import classify, features_to_samples


@pytest.fixture(scope="module")
def scene(digits_build):
    return flow.scene_of_build(digits_build.folder, load("digits"))


def votes_of(network, image, x):
    """Evaluate the network of a scene slowly: the sums of votes of one sample."""
    bits = [byte >= level for byte in x.tolist() for level in image.levels]
    for layer in network.layers:
        assert len(bits) == layer.inputs
        neurons = []
        for j, (start, stop) in enumerate(zip(layer.offsets, layer.offsets[1:], strict=False)):
            literals = layer.literals[start:stop].tolist()
            true = sum(bits[abs(k) - 1] == (k > 0) for k in literals)
            neurons.append((true > layer.thresholds[j]) == layer.inverted[j])
        bits = neurons
    return np.array(bits, int) * network.votes


def compiled(model, dataset, folder, **settings):
    notes = {"dataset": {"name": dataset.name, "checksum": dataset.checksum}}
    settings = flow.Settings(mapped=False, **settings)
    return flow.compile_model(model, dataset, folder, settings=settings, notes=notes)


def test_circuits_are_those_of_the_folder(scene, digits_build):
    emitted, extracted = scene.circuits
    assert (emitted.name, extracted.name) == ("as emitted", "as extracted")
    assert emitted.net == read_netlist(digits_build.folder / "minimized.nor")
    assert extracted.net.with_outputs(["cls"]) == read_netlist(digits_build.folder / "netlist.nor")
    assert [port.name for port in extracted.net.outputs] == ["cls", *(f"score{c}" for c in range(10))]
    assert (scene.title, scene.remark, scene.classes) == ("digits", "", tuple("0123456789"))
    assert (scene.image.shape, scene.image.port) == ((8, 8), "pix")


def test_network_votes_as_the_model_does(scene, digits_build):
    model, _ = flow.load_build_model(digits_build.folder)
    x = load("digits").x_test[:20]
    sums = np.array([votes_of(scene.network, scene.image, row).reshape(10, -1).sum(1) for row in x])
    assert (sums == model.scores(x)).all()
    assert scene.network.offset == score_offset(model)


def test_network_with_thresholds_and_inversions(tmp_path):
    rng = np.random.default_rng(0)
    digits = load("digits")
    layers = [
        ThresholdLayer(
            64, 12, threshold=rng.integers(0, 9, 12).tolist(), inverted=(rng.random(12) < 0.5).tolist()
        ),
        ThresholdLayer(12, 20, complements=False, threshold=2, inverted=True),
    ]
    for layer in layers:
        layer.latent.data = layer.latent.data.new_tensor(rng.normal(-1, 1, layer.latent.shape))
    model = Classifier(Threshold(100), 64, layers, VoteReadout(20, 10), shape=(8, 8))
    compiled(model, digits, tmp_path, passes=[])
    scene = flow.scene_of_build(tmp_path, digits)
    x = digits.x_test[:10]
    sums = np.array([votes_of(scene.network, scene.image, row).reshape(10, -1).sum(1) for row in x])
    assert (sums == model.scores(x)).all()
    assert [layer.kind for layer in scene.network.layers] == ["ThresholdLayer"] * 2


def test_samples_show_every_class_and_some_errors(scene, digits_build):
    x, y = load("digits").split("test")
    found = scene.samples
    wrong = classify(digits_build.circuit, x)[found.indices] != found.labels
    assert (found.x == x[found.indices]).all()
    assert (found.labels == y[found.indices]).all()
    assert (len(wrong), wrong.sum()) == (20, 5)
    assert wrong.tolist() == sorted(wrong.tolist())
    right = found.labels[~wrong]
    assert set(right) == set(range(10))
    assert np.bincount(right).max() <= 2
    assert len(set(found.labels[wrong])) == 5  # errors of different classes as well


@pytest.mark.parametrize("count", [0, 1, 3, 40, 280, 300, 1000])
def test_numbers_of_samples(digits_build, count):
    digits = load("digits")
    net = digits_build.circuit
    errors = (classify(net, digits.x_test) != digits.y_test).sum()
    found = choose_samples(net, digits, "test", count)
    if count == 0:
        assert found is None
        return
    assert len(set(found.indices.tolist())) == len(found.indices) == min(count, 300)
    wrong = (classify(net, found.x) != found.labels).sum()
    assert wrong == max(min(errors, count // 4), min(count, 300) - (300 - errors))


def test_toggle_rates_are_counted_net_by_net(scene):
    x = load("digits").x_test
    for circuit in scene.circuits:
        values = interpret_nets(circuit.net, features_to_samples(x))
        rates = (values[1:] != values[:-1]).mean(0)
        assert circuit.toggles == pytest.approx(rates, abs=1e-6)


def test_without_data_there_are_neither_samples_nor_rates(digits_build, scene):
    bare = flow.scene_of_build(digits_build.folder, None)
    assert bare.samples is None
    assert [circuit.toggles for circuit in bare.circuits] == [None, None]
    assert [circuit.net for circuit in bare.circuits] == [circuit.net for circuit in scene.circuits]
    assert bare.network is not None


def test_objective_decides_how_the_model_is_extracted(digits_build, tmp_path):
    digits = load("digits")
    model, _ = flow.load_build_model(digits_build.folder)
    compiled(model, digits, tmp_path, objective="levels", passes=[], timeout=60)
    extracted = flow.scene_of_build(tmp_path, digits).circuits[1].net
    assert extracted.with_outputs(["cls"]) == read_netlist(tmp_path / "netlist.nor")
    report = json.loads((tmp_path / "report.json").read_text())
    (tmp_path / "report.json").write_text(json.dumps({**report, "objective": "beauty"}))
    with pytest.raises(DataError, match=r"objective of .* must be one of gates, .*, not 'beauty'; compile"):
        flow.scene_of_build(tmp_path, digits)


def test_other_layers_have_no_neurons_to_show(tmp_path):
    digits = load("digits")
    layer = GraphLayer(64, nx.DiGraph([(0, 2), (1, 2), (1, 3)]), copies=10)
    model = Classifier(Threshold(), 64, [layer], VoteReadout(layer.out_features, 10), shape=(8, 8))
    compiled(model, digits, tmp_path)
    scene = flow.scene_of_build(tmp_path, digits)
    assert scene.network is None
    assert scene.circuits[1].net.num_outputs > 4
    assert scene.samples is not None


def test_mistakes(digits_build, tmp_path):
    digits = load("digits")
    with pytest.raises(OptionError, match="samples must be a number, 0 or more, not -1"):
        flow.scene_of_build(digits_build.folder, digits, samples=-1)
    with pytest.raises(OptionError, match="split must be one of 'train', 'val', 'test', not 'all'"):
        flow.scene_of_build(digits_build.folder, digits, split="all")
    other = dataclasses.replace(digits, y_test=digits.y_test[::-1].copy())
    with pytest.raises(OptionError, match="data set must be the one that the model was trained on"):
        flow.scene_of_build(digits_build.folder, other)
    save_model(nor_classifier(64, 10, hidden=[10]), tmp_path / "model.safetensors")
    with pytest.raises(DataError, match=r"report\.json"):
        flow.scene_of_build(tmp_path, digits)
    save_recurrent(RecurrentClassifier(3, 4, hidden=8), tmp_path / "model.safetensors")
    with pytest.raises(ModelError, match="must hold a Classifier, not a recurrent model"):
        flow.scene_of_build(tmp_path, digits)


def test_a_changed_folder_is_refused(build_copy):
    with (build_copy / "minimized.nor").open("a") as file:
        file.write("# changed\n")
    with pytest.raises(DataError, match=r"minimized\.nor must be the file that the report speaks of"):
        flow.scene_of_build(build_copy, None)


def test_scene_of_a_circuit_alone():
    net = random_netlist(gates=10)
    scene = flow.scene_of_netlist(net, "a.nor", remark="approximate: x")
    assert (scene.title, scene.remark, scene.circuits[0].net) == ("a.nor", "approximate: x", net)
    assert (scene.classes, scene.image, scene.network, scene.samples) == (None,) * 4
