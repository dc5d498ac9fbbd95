"""The trainable classifier: encoder, layers, vote readout."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from nor2hdl.data import Encoder, Threshold
from nor2hdl.errors import ModelError
from nor2hdl.learn._checks import check_seed, check_whole
from nor2hdl.learn._layers import NorLayer, ThresholdLayer, VoteKind, VoteReadout

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Classifier(nn.Module):
    """Bytes in, class out: an input encoder, layers of 0/1 neurons, and a vote readout.

    Parameters
    ----------
    encoder
        Turns bytes into bits; it belongs to the model and to the circuit.
    features
        Number of bytes of a sample.
    layers
        Modules from float 0/1 [batch, in] to float 0/1 [batch, out], such as `NorLayer`.
    readout
        Module with `scores`, such as `VoteReadout`.
    shape
        Shape of a sample, such as (28, 28); only pictures and shifts use it.
    class_names
        Name of each class.

    Raises
    ------
    ModelError
        If `features` is no whole number of 1 or more, there is no layer, a layer or the readout takes another
        width than comes before it, the shape does not hold `features` bytes, or the names do not fit the
        classes. A module without `in_features` and `out_features` may have any width.

    Examples
    --------
    >>> model = nor_classifier(4, 2, hidden=[6])
    >>> model.predict(np.zeros((3, 4), np.uint8)).shape
    (3,)
    """

    def __init__(
        self,
        encoder: Encoder,
        features: int,
        layers: Sequence[nn.Module],
        readout: VoteReadout,
        *,
        shape: tuple[int, ...] | None = None,
        class_names: Sequence[str] | None = None,
    ) -> None:
        super().__init__()
        check_whole("features", features, 1, ModelError)
        _check_widths(features * len(encoder.levels), layers, readout)
        self.encoder = encoder
        self.features = features
        self.layers = nn.ModuleList(layers)
        self.readout = readout
        self.shape = (features,) if shape is None else tuple(shape)
        names = range(readout.classes) if class_names is None else class_names
        self.class_names = tuple(str(n) for n in names)
        if not all(type(n) is int for n in self.shape) or math.prod(self.shape) != features:
            raise ModelError(f"shape must hold {features} features, not {self.shape!r}")
        if len(self.class_names) != readout.classes:
            raise ModelError(f"class_names must be {readout.classes} names, not {len(self.class_names)}")

    def encode(self, x: Tensor) -> Tensor:
        """Return the input bits, float 0/1 [batch, bits], for x uint8 [batch, features]."""
        levels = torch.tensor(self.encoder.levels, device=x.device, dtype=torch.uint8)
        return (x.flatten(1).unsqueeze(2) >= levels).flatten(1).float()

    def neurons(self, x: Tensor) -> Tensor:
        """Return the neurons of the last layer, float 0/1 [batch, neurons], for x uint8 [batch, features]."""
        bits = self.encode(x)
        for layer in self.layers:
            bits = layer(bits)
        return bits

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits, float [batch, classes], for x uint8 [batch, features]."""
        logits: Tensor = self.readout(self.neurons(x))
        return logits

    @torch.no_grad()
    def scores(self, x: NDArray[np.uint8], *, batch: int = 1000) -> NDArray[np.int64]:
        """Return the sums of votes.

        Parameters
        ----------
        x : uint8 [n, features]
            Samples.
        batch
            Samples evaluated at a time.

        Returns
        -------
        int64 [n, classes]
            The sum of votes of each class.

        Raises
        ------
        ModelError
            If the samples are not bytes of the model's width.
        """
        if x.ndim != 2 or x.shape[1] != self.features or x.dtype != np.uint8:
            raise ModelError(f"samples must be uint8 [n, {self.features}], not {x.dtype} {list(x.shape)}")
        device = next(self.parameters()).device
        parts = [
            self.readout.scores(self.neurons(torch.from_numpy(x[i : i + batch].copy()).to(device)))
            for i in range(0, len(x), batch)
        ]
        empty = torch.zeros(0, self.readout.classes, dtype=torch.int64)
        return np.asarray(torch.cat([empty, *(p.cpu() for p in parts)]).numpy())

    def predict(self, x: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Return the class of each sample, int64 [n], ties to the lowest index; see `scores`."""
        return np.asarray(self.scores(x).argmax(1))

    def threshold_layers(self) -> list[ThresholdLayer]:
        """Return the layers of 0/1 neurons, those inside other modules included."""
        return [module for module in self.layers.modules() if isinstance(module, ThresholdLayer)]

    def live_neurons(self) -> int:
        """Return how many neurons of the last layer have a vote, and at least one connection."""
        live = self.readout.votes().detach() != 0
        fan_in = getattr(self.layers[-1], "fan_in", None)
        if fan_in is not None:
            live &= fan_in().cpu() > 0
        return int(live.sum())


def _check_widths(width: int | None, layers: Sequence[nn.Module], readout: nn.Module) -> None:
    if not layers:
        raise ModelError("layers must be one module or more, not none")
    names = [f"layer {i}" for i in range(len(layers))]
    for name, module in zip([*names, "readout"], [*layers, readout], strict=True):
        takes = getattr(module, "in_features", None)
        if None not in (width, takes) and takes != width:
            raise ModelError(f"{name} must take {width} inputs, not {takes!r}")
        width = getattr(module, "out_features", None)


def nor_classifier(
    features: int,
    classes: int,
    *,
    hidden: Sequence[int],
    encoder: Encoder | None = None,
    complements: bool = True,
    votes: VoteKind = "powers",
    largest: int = 4,
    tau: float | None = None,
    shape: tuple[int, ...] | None = None,
    class_names: Sequence[str] | None = None,
    seed: int = 0,
) -> Classifier:
    """Return a fresh classifier of NOR layers.

    Parameters
    ----------
    features
        Number of bytes of a sample.
    classes
        Number of classes.
    hidden
        Width of each layer; the last must be a multiple of `classes`.
    encoder
        Input encoder; default: threshold 128, which costs no gate.
    complements
        Whether neurons read the complements of their inputs as well.
    votes, largest, tau
        See `VoteReadout`.
    shape, class_names
        See `Classifier`.
    seed
        Seed of the random start, from 0 to 2^63 - 1; torch's own random state is left alone.

    Returns
    -------
    Classifier
        Untrained; equal for equal arguments.

    Raises
    ------
    ModelError
        If there is no layer, or a size, the seed or a setting of the readout is out of range.

    Examples
    --------
    >>> nor_classifier(784, 10, hidden=[1500]).readout
    VoteReadout(1500, 10, votes='powers', tau=12.2)
    """
    if not isinstance(hidden, Sequence) or not all(type(width) is int and width >= 1 for width in hidden):
        raise ModelError(f"hidden must be whole numbers of 1 or more, not {hidden!r}")
    if not hidden:
        raise ModelError("hidden must name at least one layer width, not none")
    check_whole("features", features, 1, ModelError)
    check_seed(seed, ModelError)
    encoder = Threshold() if encoder is None else encoder
    widths = [features * len(encoder.levels), *hidden]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        layers = [NorLayer(a, b, complements=complements) for a, b in pairwise(widths)]
        readout = VoteReadout(widths[-1], classes, votes=votes, largest=largest, tau=tau)
    return Classifier(encoder, features, layers, readout, shape=shape, class_names=class_names)
