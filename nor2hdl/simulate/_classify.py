"""Classifier circuits on data: predictions, accuracy and the confusion matrix."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nor2hdl.errors import DataError, NetlistError, OptionError
from nor2hdl.simulate._engines import get_engine
from nor2hdl.simulate._fast import FastEngine
from nor2hdl.simulate._pack import check_features, features_to_samples

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist
    from nor2hdl.simulate._engine import Engine

BYTES, BITS, CLASS = "pix", "bits", "cls"


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """What a circuit made of a set of samples.

    Attributes
    ----------
    predictions : int64 [n]
        The class that the circuit gives for each sample.
    accuracy
        Share of the samples whose prediction is the label, 0 to 1.
    correct
        Number of those samples.
    total
        Number of samples.
    confusion : int64 [classes, classes]
        Number of samples of each true class (row) with each predicted class (column).
    engine
        Name of the engine.
    seconds
        Wall-clock time of the evaluation.
    """

    predictions: NDArray[np.int64]
    accuracy: float
    correct: int
    total: int
    confusion: NDArray[np.int64]
    engine: str
    seconds: float


def classify(net: Netlist, features: NDArray[Any], engine: str | Engine = "fast") -> NDArray[np.int64]:
    """Give the class that a classifier circuit finds for each sample.

    Parameters
    ----------
    net
        A circuit with the output port ``cls``, at most 63 bits wide, and one input port: ``pix``, 8 bits for
        each feature, low bit first, or ``bits``, encoded bits. Other output ports are left aside.
    features : uint8 [n, features] for ``pix``, bool [n, bits] for ``bits``
        One row a sample, at least one. The fast engine reads a memory map piece by piece, so that it may be
        larger than the memory.
    engine
        Name of an engine in `ENGINES`, or an engine.

    Returns
    -------
    int64 [n]
        The number on ``cls``.

    Raises
    ------
    NetlistError
        If the circuit has not these ports.
    DataError
        If `features` has another type or width, or no row.
    OptionError
        If there is no such engine, or the circuit is too large for it.
    ToolError
        If the engine's program is missing or fails.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> pix = b.input("pix", 8)
    >>> b.output("cls", [pix[7]])  # class 1 from 128 up
    >>> classify(b.freeze(), np.array([[127], [128]], np.uint8)).tolist()
    [0, 1]
    """
    net = _class_only(net)
    runner = get_engine(engine) if isinstance(engine, str) else engine
    of_bits = net.inputs[0].name == BITS
    (_check_bits if of_bits else _check_bytes)(features, net.num_inputs)
    if isinstance(runner, FastEngine):
        return runner.numbers(net, features)
    return _numbers(runner.run(net, features if of_bits else features_to_samples(features)))


def simulate(
    net: Netlist,
    features: NDArray[Any],
    labels: NDArray[np.int64],
    *,
    classes: int,
    engine: str | Engine = "fast",
) -> Result:
    """Run a classifier circuit over labeled samples.

    Parameters
    ----------
    net
        A classifier circuit; see `classify`.
    features : uint8 [n, features] for ``pix``, bool [n, bits] for ``bits``
        One row a sample, at least one.
    labels : int [n]
        The true class of each sample, from 0 to ``classes - 1``.
    classes
        Number of classes.
    engine
        Name of an engine in `ENGINES`, or an engine.

    Returns
    -------
    Result
        Predictions, accuracy and the confusion matrix.

    Raises
    ------
    DataError
        If `features` has another type or width or no row, or `labels` is not one class for each sample.
    OptionError
        If there is no such engine, the circuit is too large for it, or it gives a class beyond `classes`.
    NetlistError
        If the circuit has not the ports of a classifier.
    ToolError
        If the engine's program is missing or fails.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> pix = b.input("pix", 8)
    >>> b.output("cls", [pix[7]])
    >>> x, y = np.array([[3], [200], [140]], np.uint8), np.array([0, 1, 0])
    >>> result = simulate(b.freeze(), x, y, classes=2)
    >>> result.correct, result.total, result.confusion.tolist()
    (2, 3, [[1, 1], [0, 1]])
    """
    _check_labels(labels, len(features), classes)
    start = time.perf_counter()
    predictions = classify(net, features, engine)
    seconds = time.perf_counter() - start
    beyond = np.flatnonzero(predictions >= classes)
    if len(beyond):
        sample = int(beyond[0])
        raise OptionError(
            f"classes must be above every class that the circuit gives, but is {classes} and the circuit "
            f"gives {predictions[sample]} for sample {sample}"
        )
    confusion = np.zeros((classes, classes), np.int64)
    np.add.at(confusion, (labels, predictions), 1)
    correct = int(confusion.trace())
    total = len(labels)
    name = engine if isinstance(engine, str) else engine.name
    return Result(predictions, correct / total, correct, total, confusion, name, seconds)


def _class_only(net: Netlist) -> Netlist:
    """Return `net` with the output ``cls`` alone, once its ports are those of a classifier."""
    if len(net.inputs) != 1 or net.inputs[0].name not in (BYTES, BITS):
        found = ", ".join(repr(p.name) for p in net.inputs) or "none"
        raise NetlistError(f"input ports of a classifier must be {BYTES!r} or {BITS!r} alone, not {found}")
    width = len(net.output_nets(CLASS))
    if width > 63:
        raise NetlistError(f"output port {CLASS!r} must have at most 63 bits, not {width}")
    if net.inputs[0].name == BYTES and net.num_inputs % 8:
        raise NetlistError(f"input port {BYTES!r} must have 8 bits a feature, not {net.num_inputs} in all")
    return net if len(net.outputs) == 1 else net.with_outputs([CLASS])


def _check_bytes(features: NDArray[Any], num_inputs: int) -> None:
    check_features(features)
    if 8 * features.shape[1] != num_inputs:
        raise DataError(
            f"features must be {num_inputs // 8} bytes a sample for this circuit, not {features.shape[1]}"
        )


def _check_bits(features: NDArray[Any], num_inputs: int) -> None:
    if features.dtype != bool or features.ndim != 2 or features.shape[1] != num_inputs:
        shape = ", ".join(map(str, features.shape))
        raise DataError(
            f"features must be encoded bits, bool [samples, {num_inputs}], for the input port {BITS!r}, "
            f"not {features.dtype} [{shape}]"
        )
    if len(features) == 0:
        raise DataError("features must hold at least one sample, not 0")


def _check_labels(labels: NDArray[np.int64], n: int, classes: int) -> None:
    if labels.shape != (n,) or labels.dtype.kind not in "iu":
        shape = ", ".join(map(str, labels.shape))
        raise DataError(f"labels must be integers [{n}], one a sample, not {labels.dtype} [{shape}]")
    bad = np.flatnonzero((labels < 0) | (labels >= classes))
    if len(bad):
        sample = int(bad[0])
        raise DataError(f"labels must be in 0..{classes - 1}, not {labels[sample]} (sample {sample})")


def _numbers(bits: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Read every row of `bits` as a number, lowest bit first."""
    return bits @ (np.int64(1) << np.arange(bits.shape[1], dtype=np.int64))
