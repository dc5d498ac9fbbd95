"""Which neurons of the first layer are worth a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np

from nor2hdl.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.data import Dataset
    from nor2hdl.learn import Classifier, ThresholdLayer

ABREAST = 8
"""Neurons side by side."""

MOST_SAMPLES = 2000
"""Validation samples that tell how decisive the neurons are."""


class Chosen(NamedTuple):
    """A neuron to be drawn, and what is said of it."""

    neuron: int
    name: str
    remark: str


def first_layer(model: Classifier) -> ThresholdLayer:
    """Return the layer that reads the encoder's bits; `ModelError` if there is none of 0/1 neurons."""
    layers = model.threshold_layers()
    bits = model.features * len(model.encoder.levels)
    if not layers or layers[0].in_features != bits:
        raise ModelError(f"first layer must be one of 0/1 neurons that reads the {bits} bits of the encoder")
    return layers[0]


def choose_neurons(model: Classifier, dataset: Dataset, most: int) -> tuple[list[Chosen], int]:
    """Return neurons of the first layer by class, and how many of them belong side by side."""
    from nor2hdl.learn import ThresholdLayer

    layer = first_layer(model)
    fan_in = layer.fan_in().cpu().numpy()
    remarks = [_literals(layer, i, int(n)) for i, n in enumerate(fan_in)]
    if len(model.layers) == 1 and isinstance(model.layers[0], ThresholdLayer):
        votes = model.readout.votes().detach().cpu().numpy().astype(np.int64)
        weights = np.where(fan_in > 0, np.abs(votes) * _contrasts(model, dataset), 0)
        found, group = _by_class(weights, model.readout.classes, most)
        own = len(votes) // model.readout.classes
        names = [model.class_names[i // own] for i in found]
        said = [f"vote {votes[i]:+}, {remarks[i]}".replace("-", "\N{MINUS SIGN}") for i in found]
    else:
        readers = np.where(fan_in > 0, _readers(model), 0)
        found, group = [i for i in np.argsort(-readers, kind="stable").tolist() if fan_in[i]][:most], 1
        names = [f"neuron {i}" for i in found]
        said = [f"read by {readers[i]}, {remarks[i]}" for i in found]
    return [Chosen(*entry) for entry in zip(found, names, said, strict=True)], group


def _literals(layer: ThresholdLayer, neuron: int, fan_in: int) -> str:
    threshold, inverted = int(layer.threshold[neuron]), bool(layer.inverted[neuron])
    if threshold or inverted:
        return f"{'not ' if inverted else ''}{max(fan_in - threshold, 0)} of {fan_in}"
    return f"{fan_in} literal{'s' if fan_in != 1 else ''}"


def _by_class(weights: NDArray[np.float64], classes: int, most: int) -> tuple[list[int], int]:
    """Return the heaviest neurons of each class in turn, and how many a class has."""
    order = [i for i in np.argsort(-weights, kind="stable").tolist() if weights[i] > 0]
    own = len(weights) // classes
    if classes > most:
        return sorted(order[:most], key=lambda i: i // own), 1
    share = most // classes
    share -= share % ABREAST if share > ABREAST else 0
    return [i for c in range(classes) for i in [i for i in order if i // own == c][:share]], share


def _contrasts(model: Classifier, dataset: Dataset) -> NDArray[np.float64]:
    """Return how far apart each neuron's rates of being 1 are, between samples of its class and others."""
    import torch

    x, y = dataset.x_val[:MOST_SAMPLES], dataset.y_val[:MOST_SAMPLES]
    device = next(model.parameters()).device
    with torch.no_grad():
        neurons = model.neurons(torch.from_numpy(x.copy()).to(device)).cpu().numpy()
    classes = model.readout.classes
    is_class = (y[:, None] == np.arange(classes)).astype(neurons.dtype)
    counts = is_class.sum(0)
    own = np.arange(neurons.shape[1]) // (neurons.shape[1] // classes)
    ones = (is_class.T @ neurons)[own, np.arange(neurons.shape[1])]
    inside = ones / np.maximum(counts, 1)[own]
    outside = (neurons.sum(0) - ones) / np.maximum(len(y) - counts, 1)[own]
    contrasts: NDArray[np.float64] = np.abs(inside - outside).astype(np.float64)
    return contrasts


def _readers(model: Classifier) -> NDArray[np.int64]:
    """Return how many neurons read each neuron of the first layer."""
    from nor2hdl.learn import ThresholdLayer
    from nor2hdl.learn.priors import GraphLayer

    readers = np.zeros(first_layer(model).out_features, np.int64)
    first, *later = model.layers
    if isinstance(first, GraphLayer):
        for part, places in zip(list(first.parts)[1:], first.reads(), strict=True):
            inner = np.array(places) < len(readers)
            np.add.at(readers, np.array(places)[inner], _read(cast("ThresholdLayer", part))[inner])
    elif later and isinstance(later[0], ThresholdLayer):
        readers += _read(later[0])
    return readers


def _read(layer: ThresholdLayer) -> NDArray[np.int64]:
    ones, zeros = layer.connections()
    counts: NDArray[np.int64] = (ones | zeros).sum(1).cpu().numpy()
    return counts
