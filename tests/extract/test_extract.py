"""Extraction: the circuit computes what the module computes, gate by gate accounted for."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nor2hdl.data import Thermometer, Threshold
from nor2hdl.errors import ExtractError, OptionError
from nor2hdl.extract import extract, extract_layer, layer_gates, readout_gates, score_offset, score_ranges
from nor2hdl.learn import Classifier, NorLayer, ThresholdLayer, VoteReadout, nor_classifier
from nor2hdl.netlist import Builder, interpret
from nor2hdl.simulate import features_to_samples


def number(bits):
    return (bits.astype(np.int64) << np.arange(bits.shape[1])).sum(1)


def outputs(net, samples):
    """Evaluate by the reference; return the number on each output port."""
    bits = interpret(net, samples)
    result, start = {}, 0
    for port in net.outputs:
        result[port.name] = number(bits[:, start : start + port.width])
        start += port.width
    return result


def random_model(seed, *, encoder, hidden=(20, 12), classes=3, features=6, votes="powers"):
    model = nor_classifier(features, classes, hidden=list(hidden), encoder=encoder, votes=votes, seed=seed)
    random = torch.Generator().manual_seed(seed)
    for layer in model.layers:
        layer.latent.data += (torch.rand(layer.latent.shape, generator=random) < 0.1).float()
    if votes == "powers":
        model.readout.latent.data = (torch.rand(hidden[-1], generator=random) - 0.5) * 9
    return model


encoders = st.one_of(
    st.integers(1, 255).map(Threshold),
    st.sets(st.integers(1, 255), min_size=1, max_size=4).map(lambda s: Thermometer(tuple(sorted(s)))),
)


@given(seed=st.integers(0, 999), encoder=encoders, votes=st.sampled_from(["plain", "powers"]))
def test_circuit_equals_model_in_class_and_every_sum(seed, encoder, votes):
    model = random_model(seed, encoder=encoder, votes=votes)
    x = np.random.default_rng(seed).integers(0, 256, (40, 6), dtype=np.uint8)
    got = outputs(extract(model, scores=True), features_to_samples(x))
    scores = model.scores(x)
    assert (got["cls"] == scores.argmax(1)).all()
    for c in range(3):
        assert (got[f"score{c}"] - score_offset(model) == scores[:, c]).all()


def test_bits_form_leaves_the_encoder_out():
    model = random_model(1, encoder=Thermometer((50, 100)))
    x = np.random.default_rng(0).integers(0, 256, (50, 6), dtype=np.uint8)
    net = extract(model, form="bits")
    assert net.inputs[0].width == 12
    assert "encoder" not in net.tags
    assert (outputs(net, model.encoder.encode(x).astype(bool))["cls"] == model.predict(x)).all()


def test_threshold_128_costs_no_gate():
    assert "encoder" not in extract(random_model(0, encoder=Threshold(128))).tags


def test_every_gate_has_its_provenance():
    net = extract(random_model(0, encoder=Threshold(100)))
    assert (net.origins >= 0).all()
    parts = {tag.split("/")[0] for tag in net.tags}
    assert parts == {"encoder", "layer0", "layer1", "popcount", "argmax"}
    assert {"layer1/neuron11", "popcount/class2"} <= set(net.tags)


@given(seed=st.integers(0, 999), features=st.integers(1, 7), complements=st.booleans())
def test_single_layer_of_threshold_neurons(seed, features, complements):
    random = np.random.default_rng(seed)
    layer = ThresholdLayer(
        features,
        5,
        complements=complements,
        threshold=random.integers(0, 5, 5).tolist(),
        inverted=random.integers(0, 2, 5).astype(bool).tolist(),
    )
    layer.latent.data = torch.from_numpy(random.random(layer.latent.shape, dtype=np.float32)) - 0.5
    net = extract_layer(layer)
    samples = (np.arange(1 << features)[:, None] >> np.arange(features) & 1).astype(bool)
    expected = layer(torch.from_numpy(samples).float()).detach().numpy().astype(bool)
    assert (interpret(net, samples) == expected).all()


def test_a_nor_neuron_is_one_gate():
    layer = NorLayer(4, 2, complements=False)
    layer.latent.data = torch.tensor([[1.0, -1], [1, 1], [-1, 1], [1, -1]])
    net = extract_layer(layer)
    assert [f.tolist() for f in (net.fanin(5), net.fanin(6))] == [[1, 2, 4], [2, 3]]
    assert net.num_gates == 2


def test_pruned_empty_layer_compiles():
    model = nor_classifier(4, 2, hidden=[4], votes="powers")
    model.layers[0].latent.data.fill_(-1)
    model.readout.latent.data = torch.tensor([1.0, -2, 1, 1])
    net = extract(model, scores=True)
    x = np.zeros((1, 4), np.uint8)
    got = outputs(net, features_to_samples(x))
    assert model.scores(x).tolist() == [[-1, 2]]
    assert {k: int(v[0]) for k, v in got.items()} == {"cls": 1, "score0": 0, "score1": 3}


def with_votes(votes, *, classes=2):
    """Return a classifier with these votes, the neurons of which are NORs of one feature each."""
    width = len(votes)
    model = nor_classifier(width, classes, hidden=[width])
    model.layers[0].latent.data = torch.cat([torch.eye(width) - 0.5, torch.full((width, width), -1.0)])
    model.readout.latent.data = torch.tensor([float(v) for v in votes])
    return model


@pytest.mark.parametrize(
    ("votes", "offset"),
    [
        ([1, 1, 1, 1], 0),
        ([1, -4, -2, 1], 4),
        ([1, -4, -2, -1], 5),  # 4 would need a half adder: 1 and the class's 1, and 2
        ([-1, -1, -1, -1], 2),
    ],
)
def test_offset_makes_no_sum_negative(votes, offset):
    model = with_votes(votes)
    x = (np.arange(16)[:, None] >> np.arange(4) & 1).astype(np.uint8) * 255
    got = outputs(extract(model, scores=True), features_to_samples(x))
    scores = model.scores(x)
    assert score_offset(model) == offset
    for c in range(2):
        assert (got[f"score{c}"] - offset == scores[:, c]).all()


def test_votes_of_constant_neurons_are_known_beforehand():
    model = with_votes([-4, 1, -1, 1])
    model.layers[0].latent.data[:, 0] = -1  # a neuron without connections is the constant 1
    net = extract(model)
    assert score_offset(model) == 4
    assert not {tag for tag in net.tags if tag.startswith("popcount")}  # class 0 never wins
    assert (outputs(net, np.zeros((1, 32), bool))["cls"] == [1]).all()


@given(seed=st.integers(0, 999), target=st.sampled_from(["gates", "lut6", "levels"]))
def test_every_target_has_the_same_function(seed, target):
    model = random_model(seed, encoder=Threshold(100), hidden=(20, 15), classes=5)
    x = np.random.default_rng(seed).integers(0, 256, (40, 6), dtype=np.uint8)
    assert (outputs(extract(model, target=target), features_to_samples(x))["cls"] == model.predict(x)).all()


def test_a_class_that_never_wins_has_no_popcount():
    model = with_votes([1, 1, -1, -1, 1, -2], classes=3)
    x = (np.arange(64)[:, None] >> np.arange(6) & 1).astype(np.uint8) * 255
    net = extract(model)
    assert {tag for tag in net.tags if tag.startswith("popcount")} == {"popcount/class0", "popcount/class2"}
    assert (outputs(net, features_to_samples(x))["cls"] == model.predict(x)).all()
    scored = outputs(extract(model, scores=True), features_to_samples(x))
    assert (scored["score1"] == model.scores(x)[:, 1] + score_offset(model)).all()


def test_ranges_of_the_sums():
    readout = VoteReadout(4, 2)
    readout.latent.data = torch.tensor([1.0, -4, -2, -1])
    assert score_ranges(readout, [None] * 4) == [(-4, 1), (-3, 0)]
    assert score_ranges(readout, [True, None, True, False]) == [(-3, 1), (-2, -2)]


def test_unknown_layer_is_named():
    model = Classifier(Threshold(), 4, [NorLayer(4, 4), torch.nn.ReLU()], VoteReadout(4, 2))
    with pytest.raises(ExtractError) as caught:
        extract(model)
    assert str(caught.value) == (
        "layer1 must be one of the kinds that become gates (GraphLayer, ThresholdLayer, or a subclass), "
        "not ReLU: its output need not be 0 or 1"
    )


def test_unknown_readout_is_named():
    model = nor_classifier(4, 2, hidden=[4])
    model.readout = torch.nn.Identity()
    with pytest.raises(ExtractError, match="readout must be a VoteReadout, not Identity"):
        extract(model)


def test_layer_of_another_width_is_named():
    b = Builder()
    with pytest.raises(ExtractError, match=r"^layer0 must have 5 inputs, not 4$"):
        layer_gates(NorLayer(5, 4), b, b.input("in", 4), "layer0")


def test_readout_of_another_width_is_named():
    b = Builder()
    with pytest.raises(ExtractError, match=r"^readout must have 4 inputs, not 6$"):
        readout_gates(VoteReadout(4, 2), b, b.input("in", 6))


def test_unknown_form():
    with pytest.raises(OptionError, match="form must be 'bytes' or 'bits', not 'words'"):
        extract(nor_classifier(4, 2, hidden=[4]), form="words")


def test_unknown_target():
    with pytest.raises(OptionError, match="target must be 'gates', 'lut6' or 'levels', not 'area'"):
        extract(nor_classifier(4, 2, hidden=[4]), target="area")
