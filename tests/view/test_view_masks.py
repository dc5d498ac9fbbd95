"""Masks are the connections of the model, and the chosen neurons are those that tell most."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_rgb

from nor2hdl.data import Thermometer
from nor2hdl.errors import ModelError, OptionError
from nor2hdl.learn import Classifier, ThresholdLayer, VoteReadout, nor_classifier
from nor2hdl.learn.priors import GraphLayer
from nor2hdl.view import mask_figure, neuron_bounds
from nor2hdl.view._choose import choose_neurons
from nor2hdl.view._masks import mask_tiles
from tests.view.drawn import ODD_NAMES, check_layout, checked_svg, noise

LEVELS = (40, 128, 200)


def bounds_slowly(model, neuron):
    """Read the connections one by one."""
    ones, zeros = model.threshold_layers()[0].connections()
    levels = model.encoder.levels
    low, high = [0] * model.features, [256] * model.features
    for p in range(model.features):
        for k, level in enumerate(levels):
            if ones[p * len(levels) + k, neuron]:
                high[p] = min(high[p], level)
            if zeros[p * len(levels) + k, neuron]:
                low[p] = max(low[p], level)
    return low, high


def network(features=12, classes=2, hidden=20, levels=LEVELS, seed=0, **options):
    encoder = Thermometer(tuple(levels))
    return nor_classifier(features, classes, hidden=[hidden], encoder=encoder, seed=seed, **options)


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.sets(st.integers(1, 255), min_size=1, max_size=4), st.floats(0, 0.3))
def test_bounds_are_the_connections(seed, levels, share):
    model = network(levels=sorted(levels), seed=seed)
    layer = model.layers[0]
    drawn = torch.rand(layer.latent.shape, generator=torch.Generator().manual_seed(seed))
    layer.latent.data = torch.where(drawn < share, 1.0, -1.0)
    low, high = neuron_bounds(model, range(20))
    assert [(a, b) for a, b in zip(low.tolist(), high.tolist(), strict=True)] == [
        bounds_slowly(model, i) for i in range(20)
    ]
    x = np.random.default_rng(seed).integers(0, 256, (200, 12), np.uint8)
    inside = ((low <= x[:, None]) & (x[:, None] < high)).all(2)
    assert (model.neurons(torch.from_numpy(x)).detach().numpy() == inside).all()


def test_a_neuron_that_is_not_there():
    for neuron in (-1, 20):
        with pytest.raises(ModelError, match=f"^neuron must be from 0 to 19, not {neuron}$"):
            neuron_bounds(network(), [neuron])


def painted(low, high, levels):
    """Return the color of the upper left and of the lower right dot of a pixel, step by step."""
    free = np.array(to_rgb("#f0f0f0"))

    def blend(color, strictness):
        share = 0.35 + 0.65 * strictness
        return (1 - share) * free + share * np.array(to_rgb(color))

    bright = blend("#e69f00", (levels.index(low) + 1) / len(levels)) if low else None
    dark = blend("#0072b2", (len(levels) - levels.index(high)) / len(levels)) if high < 256 else None
    if low >= high:
        return np.zeros(3), np.zeros(3)
    if bright is None and dark is None:
        return free, free
    return (dark if bright is None else bright), (bright if dark is None else dark)


def test_dots_have_the_colors_of_their_bounds():
    lows, highs = (0, *LEVELS), (*LEVELS, 256)
    low, high = (np.array(v).reshape(1, 4, 4, 1) for v in (np.repeat(lows, 4), np.tile(highs, 4)))
    tile = mask_tiles(low, high, LEVELS)
    assert tile.shape == (1, 1, 16, 16, 3)
    for i, a in enumerate(lows):
        for j, b in enumerate(highs):
            upper, lower = painted(a, b, LEVELS)
            dots = tile[0, 0, 4 * i : 4 * i + 4, 4 * j : 4 * j + 4]
            assert dots[0, 0].tolist() == np.round(255 * upper).tolist()
            assert dots[3, 3].tolist() == np.round(255 * lower).tolist()
            assert (dots[0, 2] == dots[0, 0]).all()
            assert (dots[3, 1] == dots[3, 3]).all()


@pytest.mark.parametrize("shape", [(3, 4), (2, 2, 3), (3, 2, 2), (1, 3, 4), (3, 4, 1)])
def test_images_are_the_masks_of_the_chosen_neurons(shape, tmp_path):
    model, data = network(), noise(shape, ("no", "yes"))
    chosen, _ = choose_neurons(model, data, 40)
    figure = mask_figure(model, data)
    images = iter(figure.axes[0].images)
    channels = 3 if shape in ((2, 2, 3), (3, 2, 2)) else 1
    for neuron in chosen:
        low, high = (np.array(v).reshape(shape) for v in bounds_slowly(model, neuron.neuron))
        if len(shape) == 3 and shape[-1] not in (1, 3):
            low, high = low.transpose(1, 2, 0), high.transpose(1, 2, 0)
        low, high = (v.reshape(*v.shape[:2], channels) for v in (low, high))
        for c in range(channels):
            dots = next(images).get_array()
            for (i, j), a in np.ndenumerate(low[:, :, c]):
                upper, lower = painted(a, high[i, j, c], LEVELS)
                assert dots[4 * i, 4 * j].tolist() == np.round(255 * upper).tolist()
                assert dots[4 * i + 3, 4 * j + 3].tolist() == np.round(255 * lower).tolist()
    assert next(images, None) is None
    check_layout(figure, tmp_path)
    checked_svg(figure)


def test_the_most_decisive_neurons_come_first():
    model, data = network(classes=4, hidden=80), noise((3, 4), "abcd")
    votes = model.readout.votes().tolist()
    fires = model.neurons(torch.from_numpy(data.x_val.copy())).detach().numpy()
    fan_in = model.layers[0].fan_in().tolist()
    expected = []
    for c in range(4):
        weights = {}
        for i in range(20 * c, 20 * c + 20):
            contrast = fires[data.y_val == c, i].mean() - fires[data.y_val != c, i].mean()
            if fan_in[i] and votes[i] and contrast:
                weights[i] = round(abs(votes[i] * contrast), 6)
        expected.append(sorted(weights.values(), reverse=True)[:8])
        chosen = [n.neuron for n in choose_neurons(model, data, 32)[0] if n.neuron // 20 == c]
        assert [weights[i] for i in chosen] == expected[-1]
    said = choose_neurons(model, data, 32)[0][0]
    literals = f"{fan_in[said.neuron]} literal" + "s" * (fan_in[said.neuron] != 1)
    sign = "+" if votes[said.neuron] > 0 else "\N{MINUS SIGN}"
    assert said.remark == f"vote {sign}{abs(votes[said.neuron]):.0f}, {literals}"


def test_a_deeper_network_shows_what_most_neurons_read(tmp_path):
    model = nor_classifier(12, 2, hidden=[30, 20])
    ones, zeros = model.layers[1].connections()
    readers = [sum(bool(ones[i, j] or zeros[i, j]) for j in range(20)) for i in range(30)]
    fan_in = model.layers[0].fan_in().tolist()
    order = sorted((i for i in range(30) if fan_in[i]), key=lambda i: -readers[i])
    chosen, _ = choose_neurons(model, noise((3, 4), "ab"), 10)
    assert [c.neuron for c in chosen] == order[:10]
    assert [c.remark.split(",")[0] for c in chosen] == [f"read by {readers[i]}" for i in order[:10]]
    check_layout(mask_figure(model, noise((3, 4), "ab")), tmp_path)


def test_a_graph_shows_what_most_neurons_read(tmp_path):
    import networkx as nx

    graph = GraphLayer(12, nx.DiGraph([(0, 2), (1, 2), (0, 3), (2, 3), (1, 4)]), copies=4)
    model = Classifier(Thermometer((128,)), 12, [graph], VoteReadout(graph.out_features, 2), shape=(3, 4))
    readers = [0] * 8
    for part, places in zip(graph.parts[1:], graph.reads(), strict=True):
        ones, zeros = part.connections()
        for row, place in enumerate(places):
            if place < 8:
                readers[place] += int((ones[row] | zeros[row]).sum())
    chosen, _ = choose_neurons(model, noise((3, 4), "ab"), 10)
    assert sum(readers) > 0
    assert [c.remark.split(",")[0] for c in chosen] == [f"read by {readers[c.neuron]}" for c in chosen]
    assert [readers[c.neuron] for c in chosen] == sorted((readers[c.neuron] for c in chosen), reverse=True)
    check_layout(mask_figure(model, noise((3, 4), "ab")), tmp_path)


def test_thresholds_are_told(tmp_path):
    layer = ThresholdLayer(12, 4, threshold=[0, 2, 0, 1], inverted=[False, False, True, True])
    layer.latent.data.fill_(-1)
    layer.latent.data[:5] = 1
    model = Classifier(Thermometer((128,)), 12, [layer], VoteReadout(4, 2, votes="plain"), shape=(3, 4))
    data = noise((3, 4), "ab")
    remarks = {c.neuron: c.remark for c in choose_neurons(model, data, 4)[0]}
    full = {
        0: "vote +1, 5 literals",
        1: "vote +1, 3 of 5",
        2: "vote +1, not 5 of 5",
        3: "vote +1, not 4 of 5",
    }
    assert remarks == {i: full[i] for i in remarks}
    assert len(remarks) >= 2
    texts = check_layout(mask_figure(model, data), tmp_path)
    assert any("at least so many of its marks hold" in text for text in texts)


def test_samples_that_are_no_pictures_are_told_in_words(tmp_path):
    model = network(seed=4)
    layer = model.layers[0]
    layer.latent.data.fill_(-1)
    layer.latent.data[[0, 36 + 5], 3] = 1  # byte 0 below 40, byte 1 at least 200
    layer.latent.data[:, 15] = torch.where(torch.arange(72) % 3 == 1, 1.0, -1.0)
    layer.latent.data[[36 + 6, 8], 16] = 1  # byte 2 from 40 to below 200
    data = noise((12,), ("no", "yes"), samples=2000)
    texts = check_layout(mask_figure(model, data), tmp_path)
    assert "x[0] < 40, 200 \u2264 x[1]" in texts
    assert "40 \u2264 x[2] < 200" in texts
    assert mask_figure(model, data).axes[0].images[:] == []


def test_a_long_condition_is_cut(tmp_path):
    model = network(features=90, hidden=2, levels=(128,))
    model.layers[0].latent.data[:90, 0] = 1
    model.layers[0].latent.data[90:, 0] = -1
    model.layers[0].latent.data[:, 1] = -1
    data = noise((90,), "ab")
    data.x_val.setflags(write=True)
    data.x_val[:] = np.where(data.y_val[:, None] == 0, 0, 255)
    [condition] = [t for t in check_layout(mask_figure(model, data), tmp_path) if t.startswith("x[0]")]
    shown = condition.count("<")
    assert condition.endswith(f", and {90 - shown} more")


def test_a_network_without_connections_is_told(tmp_path):
    model = network()
    model.layers[0].latent.data.fill_(-1)
    for shape in ((3, 4), (12,), (2, 2, 3)):
        texts = check_layout(mask_figure(model, noise(shape, "ab")), tmp_path)
        assert any("No neuron has a vote and a connection." in text for text in texts)


@pytest.mark.parametrize("classes", [2, 3, 7, 13, 100])
def test_any_number_of_classes(classes, tmp_path):
    names = [f"a long name of class {i}" for i in range(classes)]
    model = network(features=64, classes=classes, hidden=8 * classes, class_names=names)
    figure = mask_figure(model, noise((8, 8), names, samples=300))
    assert 0 < len(figure.axes[0].images) <= 40
    check_layout(figure, tmp_path)


def test_odd_names_are_text(tmp_path):
    model = network(features=64, classes=10, hidden=100, class_names=ODD_NAMES)
    figure = mask_figure(model, noise((8, 8), "0123456789"))
    check_layout(figure, tmp_path)
    assert "\u540d\u524d" in checked_svg(figure)[1]


def test_a_layer_that_is_none_of_neurons():
    model = network()
    model.layers[0] = torch.nn.Linear(36, 20)
    with pytest.raises(ModelError, match="first layer must be one of 0/1 neurons that reads the 36 bits"):
        mask_figure(model, noise((3, 4), "ab"))


@pytest.mark.parametrize("most", [0, -1, 2.5, True])
def test_a_number_of_neurons_that_is_none(most):
    with pytest.raises(OptionError, match=f"most must be a whole number of 1 or more, not {most!r}"):
        mask_figure(network(), noise((3, 4), "ab"), most=most)
