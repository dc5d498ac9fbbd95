"""Deciding neurons: their gains are the margin, and what blocks a neuron is true."""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch

from nor2hdl.data import Thermometer
from nor2hdl.errors import OptionError
from nor2hdl.explain import deciding_neurons
from nor2hdl.extract import extract
from nor2hdl.learn import nor_classifier
from nor2hdl.netlist import interpret_nets
from nor2hdl.simulate import features_to_samples

FEATURES = 6


def models():
    yield nor_classifier(FEATURES, 3, hidden=[30], seed=1)
    yield nor_classifier(FEATURES, 3, hidden=[12, 30], seed=2, encoder=Thermometer((50, 128)))
    yield nor_classifier(FEATURES, 2, hidden=[20], seed=3, votes="plain", complements=False)


def holds(literal, sample):
    index, sign, level = re.fullmatch(r"pix\[(\d+)\] (>=|<) (\d+)", literal.text).groups()
    assert int(index) == literal.source
    return (sample[int(index)] >= int(level)) == (sign == ">=")


@pytest.mark.parametrize("model", list(models()), ids=["one layer", "two layers", "plain"])
def test_gains_add_up_and_literals_hold(model):
    samples = np.random.default_rng(0).integers(0, 256, (20, FEATURES), dtype=np.uint8)
    net = extract(model)
    for sample in samples:
        found = deciding_neurons(model, sample)
        scores = model.scores(sample[None])[0]
        assert found.votes == tuple(scores)
        assert found.winner == model.predict(sample[None])[0]
        rest = [c for c in range(len(scores)) if c != found.winner]
        assert found.runner_up == min(rest, key=lambda c: -scores[c])
        assert sum(map(found.gain, found.deciding)) == found.margin >= 0
        gains = [found.gain(neuron) for neuron in found.deciding]
        assert gains == sorted(gains, reverse=True)
        assert len(found.deciding) + len(found.blocked) == len(found.neurons)
        values = interpret_nets(net, features_to_samples(sample[None]))[0]
        gates = {net.origin(n): n for n in range(net.first_gate, net.num_nets)}
        for neuron in found.neurons:
            assert neuron.fired == (not neuron.blockers)
            if neuron.literals and neuron.name in gates:
                assert values[gates[neuron.name]] == neuron.fired
            for literal in neuron.literals:
                if len(model.layers) == 1:
                    assert literal.true == holds(literal, sample)
                else:
                    wanted = literal.true == (not literal.text.startswith("not "))
                    name = literal.text.removeprefix("not ")
                    assert name == f"layer0/neuron{literal.source}"
                    assert name not in gates or values[gates[name]] == wanted


def test_rows_and_text():
    model = nor_classifier(2, 2, hidden=[4], votes="plain")
    model.layers[0].latent.data = torch.tensor(
        [[1.0, -1, -1, -1], [-1, -1, -1, -1], [-1, -1, 1, -1], [-1, -1, -1, 1]]
    )  # neuron 0 reads pix[0], 1 nothing, 2 the complement of pix[0], 3 that of pix[1]
    found = deciding_neurons(model, np.array([0, 255], np.uint8))
    assert str(found) == ("class 0 with 2 votes, before class 1 with 1; of the 4 neurons of the two, 3 are 1")
    assert found.rows() == [
        ("layer0/neuron0", "0", 1, "1", "looks at pix[0] >= 128"),
        ("layer0/neuron1", "0", 1, "1", "always"),
        ("layer0/neuron3", "1", -1, "1", "looks at pix[1] < 128"),
        ("layer0/neuron2", "1", -1, "0", "blocked by pix[0] < 128"),
    ]


def test_markup_in_names_is_escaped():
    model = nor_classifier(2, 2, hidden=[4], class_names=["<script>", "b"])
    page = deciding_neurons(model, np.zeros(2, np.uint8))._repr_html_()
    assert "<script" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("sample", "found"),
    [
        (np.zeros(3, np.uint8), "uint8 [3]"),
        (np.zeros(2, bool), "bool [2]"),
        (np.zeros((1, 2), np.uint8), "uint8 [1, 2]"),
    ],
)
def test_samples_of_another_form(sample, found):
    text = re.escape(f"sample must be uint8 [2], one byte a feature, not {found}")
    with pytest.raises(OptionError, match=f"^{text}$"):
        deciding_neurons(nor_classifier(2, 2, hidden=[4]), sample)


def test_other_things_than_models_and_arrays():
    with pytest.raises(OptionError, match=r"^model must be a Classifier, not Linear$"):
        deciding_neurons(torch.nn.Linear(2, 2), np.zeros(2, np.uint8))
    with pytest.raises(OptionError, match=r"^sample must be a NumPy array, not list$"):
        deciding_neurons(nor_classifier(2, 2, hidden=[4]), [0, 0])
