"""What the viewer shows of a build, or of a circuit alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nor2hdl.errors import DataError, OptionError
from nor2hdl.extract import extract, score_offset
from nor2hdl.flow._checks import check_fit
from nor2hdl.flow._folder import APPROXIMATE, load_build_model, read_build_report
from nor2hdl.flow._settings import TARGETS
from nor2hdl.learn import ThresholdLayer
from nor2hdl.netlist import read_netlist
from nor2hdl.simulate import classify, toggles
from nor2hdl.view import Image, Network, Samples, Scene, ShownCircuit, ShownLayer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.data import Dataset
    from nor2hdl.learn import Classifier
    from nor2hdl.netlist import Netlist

STEPS = 1000
"""Samples, at most, that the toggle rates are counted on."""


def scene_of_netlist(net: Netlist, name: str, *, remark: str = "") -> Scene:
    """Return what the viewer shows of a circuit alone.

    Parameters
    ----------
    net
        The circuit.
    name
        What to call it.
    remark
        What it says of itself where it is approximate, else empty.

    Examples
    --------
    >>> from nor2hdl.netlist import random_netlist
    >>> scene = scene_of_netlist(random_netlist(gates=10), "random")
    >>> scene.title, scene.circuits[0].net.num_gates
    ('random', 10)
    """
    return Scene(name, (ShownCircuit(name, net),), remark=remark)


def scene_of_build(
    folder: Path | str, dataset: Dataset | None, *, split: str = "test", samples: int = 20
) -> Scene:
    """Return what the viewer shows of a build: both its circuits, the network, and samples.

    Parameters
    ----------
    folder
        The build folder.
    dataset
        The data set that the model was trained on; None for a page without samples and toggle rates.
    split
        Where the samples come from: ``"train"``, ``"val"`` or ``"test"``.
    samples
        How many, at most: as far as they go, a quarter on which the emitted circuit errs, and the rest
        right ones, the classes in turn. The same build gives the same samples.

    Returns
    -------
    Scene
        With the circuit that the Verilog holds, and the one extracted from the model, whose sums of votes
        are outputs as well.

    Raises
    ------
    DataError
        If the folder holds no report, or files that it does not speak of.
    ModelError
        If it holds no model, a recurrent one, or one that does not fit the data set.
    OptionError
        If there is no such split, `samples` is below 0, or the model was trained on other data.
    NetlistError
        If a circuit is damaged.
    """
    if samples < 0:
        raise OptionError(f"samples must be a number, 0 or more, not {samples!r}")
    folder = Path(folder)
    model, notes = load_build_model(folder)
    report = read_build_report(folder)
    approximate = report.approximation
    emitted = read_netlist(folder / ("minimized.nor" if approximate is None else APPROXIMATE))
    if report.objective not in TARGETS:
        raise DataError(
            f"objective of {folder / 'report.json'} must be one of {', '.join(TARGETS)}, not "
            f"{report.objective!r}; compile the model again"
        )
    extracted = extract(model, scores=True, target=TARGETS[report.objective])
    shown = None
    if dataset is not None:
        check_fit(model, dataset, notes)
        shown = choose_samples(emitted, dataset, split, samples)
    return Scene(
        title=str(report.dataset["name"]),
        circuits=(
            ShownCircuit("as emitted", emitted, _rates(emitted, dataset, split)),
            ShownCircuit("as extracted", extracted, _rates(extracted, dataset, split)),
        ),
        remark="" if approximate is None else approximate.label,
        classes=model.class_names,
        image=Image(model.shape, tuple(model.encoder.levels), "pix"),
        network=_network(model),
        samples=shown,
    )


def choose_samples(net: Netlist, dataset: Dataset, split: str, count: int) -> Samples | None:
    """Return samples on which a circuit is right, class by class, then some on which it errs; or None."""
    x, y = dataset.split(split)
    wrong = classify(net, x) != y
    errors, right = _in_turn(np.flatnonzero(wrong), y), _in_turn(np.flatnonzero(~wrong), y)
    some = max(min(len(errors), count // 4), count - len(right))
    chosen = [*right[: count - some], *errors[:some]]
    if not chosen:
        return None
    indices = np.array(sorted(chosen, key=lambda i: (wrong[i], y[i], i)), np.int64)
    return Samples(split, indices, y[indices], x[indices])


def _in_turn(indices: NDArray[np.int64], y: NDArray[np.int64]) -> list[int]:
    """Return samples so that the classes come in turn: the first of each, the second of each, and so on."""
    seen: dict[int, int] = {}
    turns = []
    for index, label in zip(indices.tolist(), y[indices].tolist(), strict=True):
        seen[label] = turn = seen.get(label, 0) + 1
        turns.append((turn, label, index))
    return [index for _, _, index in sorted(turns)]


def _rates(net: Netlist, dataset: Dataset | None, split: str) -> NDArray[np.float32] | None:
    """Return how often each net changes from one sample to the next, 0 to 1."""
    if dataset is None:
        return None
    x = dataset.split(split)[0][:STEPS]
    return None if len(x) < 2 else (toggles(net, x) / (len(x) - 1)).astype(np.float32)


def _network(model: Classifier) -> Network | None:
    """Return the network as neurons with literals, None where a layer is of another kind."""
    layers: list[Any] = list(model.layers)
    if not all(isinstance(layer, ThresholdLayer) for layer in layers):
        return None
    votes = np.asarray(model.readout.votes().detach().long().cpu().numpy())
    return Network(tuple(map(_layer, layers)), votes, score_offset(model))


def _layer(layer: ThresholdLayer) -> ShownLayer:
    ones, zeros = (np.asarray(connected.T.cpu().numpy()) for connected in layer.connections())
    # Input i stands at place 2i, its complement at 2i + 1: literals by input within a neuron.
    neurons, places = np.nonzero(np.stack([ones, zeros], axis=2).reshape(len(ones), -1))
    literals = np.where(places % 2, -1, 1) * (places // 2 + 1)
    counts = np.bincount(neurons, minlength=layer.out_features)
    return ShownLayer(
        kind=type(layer).__name__,
        inputs=layer.in_features,
        offsets=np.append(0, np.cumsum(counts)),
        literals=literals,
        thresholds=np.asarray(layer.threshold.cpu().numpy()).astype(np.int64),
        inverted=np.asarray(layer.inverted.cpu().numpy()),
    )
