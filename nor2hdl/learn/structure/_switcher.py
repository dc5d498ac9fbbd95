"""Switcher networks: a second network reads a layer's weights and says which of them are off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

import torch
from torch import Tensor, nn

from nor2hdl.errors import ModelError, OptionError
from nor2hdl.learn._checks import check_finite, check_seed, check_whole
from nor2hdl.learn._layers import ThresholdLayer
from nor2hdl.learn.structure._budget import values_for
from nor2hdl.learn.structure._learner import Learner
from nor2hdl.learn.structure._structure import Structure, latent_of, structure_of
from nor2hdl.learn.structure._unet import UNet, normalized, start

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nor2hdl.learn.structure._structure import Values

Kind = Literal["connections", "neurons"]
Gates = Literal["learned", "frozen", "free"]

ROW_CHANNELS = 32
LARGE_PICTURE = 300_000
ONES_DEVIATION = 0.5
"""<0,1> layers are trained by Adam, whose steps are as long as the learning rate however small the weights:
from the paper's start, made for SGD, one step would undo a long row's convolution."""


class Gated(Structure):
    """Weights with gates of 0 or more; a gate of exactly 0 is a weight left out.

    With ``values="latent"`` a weight is its latent parameter times its gate, and the gradient is the true
    one: to a latent parameter through the product and through what the gates read, to one whose gate is 0 by
    the latter alone.

    With ``values="ones"`` a weight is 1 where its latent parameter is above 0 and its gate is not 0. The
    gradient goes straight through to every latent parameter, and to the gates of those above 0: the others
    switch nothing.

    Subclasses define `gates`.
    """

    def gates(self, latent: Tensor) -> Tensor:
        """Return the gates, 0 or more, of a shape that broadcasts to that of `latent`."""
        raise NotImplementedError

    def mask(self, latent: Tensor) -> Tensor:
        """Return which weights are not 0, bool, of the shape of `latent`."""
        with torch.no_grad():
            return self.forward(latent) != 0

    def forward(self, latent: Tensor) -> Tensor:
        """Return the weights, of the shape and dtype of `latent`."""
        if self.values == "latent":
            return latent * self.gates(latent)
        gates = self.gates(latent.detach()).expand_as(latent)
        result: Tensor = GatedOnes.apply(latent, gates)  # type: ignore[no-untyped-call]
        return result


class GatedOnes(torch.autograd.Function):
    """1 where the latent parameter and its gate are above 0; see `Gated` for the gradient."""

    @staticmethod
    def forward(ctx: Any, latent: Tensor, gates: Tensor) -> Tensor:
        """Return the weights for latent parameters and gates of one shape."""
        positive = latent > 0
        ctx.save_for_backward(positive)
        return (positive & (gates > 0)).to(latent.dtype)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor]:
        """Return the gradient as it came, and that of the gates."""
        (positive,) = ctx.saved_tensors
        return gradient, gradient * positive


class ConnectionSwitcher(Gated):
    """A U-Net over the weights gives a gate for each of them (arXiv 2103.15590).

    Its batch normalization takes the statistics of the weights that it reads in training mode, where every
    pass moves the running statistics, and the running ones in evaluation mode.

    Parameters
    ----------
    shape
        Shape of the latent parameters: two axes.
    values
        See `Gated`.
    inputs
        Which axis is the layer's inputs: 0 in a `ThresholdLayer`, 1 in `torch.nn.Linear`. Inputs are the
        rows of the picture.
    channels, stride
        See `UNet`.
    seed
        Seed of the random start.

    Raises
    ------
    ModelError
        If there are fewer than two weights, or patches: one has no statistics.
    OptionError
        If a setting is out of range.

    Examples
    --------
    >>> switcher = ConnectionSwitcher((16, 9))
    >>> weights = switcher(torch.randn(16, 9))
    >>> 0 < int(switcher.mask(torch.randn(16, 9)).sum()) < 16 * 9
    True
    """

    def __init__(
        self,
        shape: Sequence[int],
        *,
        values: Values = "ones",
        inputs: int = 0,
        channels: int = 8,
        stride: int = 1,
        seed: int = 0,
    ) -> None:
        super().__init__(values=values)
        check_seed(seed, OptionError)
        _check_shape(shape, inputs)
        self.inputs = inputs
        self.net = UNet(
            shape[inputs],
            shape[1 - inputs],
            channels=channels,
            stride=stride,
            deviation=self.deviation(),
            generator=torch.Generator().manual_seed(seed),
        )

    def deviation(self) -> float | None:
        """Return the deviation of the switcher's first weights; None for that of the paper."""
        return ONES_DEVIATION if self.values == "ones" else None

    def gates(self, latent: Tensor) -> Tensor:
        """Return the gates, of the shape of `latent`."""
        gates: Tensor = self.net(latent.T if self.inputs else latent)
        return gates.T if self.inputs else gates

    def settle(self, latent: Tensor) -> None:
        """Start the running statistics at those of `latent`, where they would creep towards them."""
        norms = [part for part in self.modules() if isinstance(part, nn.BatchNorm2d)]
        momenta = [norm.momentum for norm in norms]
        for norm in norms:
            norm.train().momentum = 1.0
        with torch.no_grad():
            self.gates(latent)
        for norm, momentum in zip(norms, momenta, strict=True):
            norm.momentum = momentum


class NeuronSwitcher(ConnectionSwitcher):
    """One gate for each input of the layer: all weights from an input that is off are 0 (arXiv 2110.05954).

    Each row of the U-Net's answer is collapsed by a convolution as long as the row, to 32 channels, and a
    1x1 convolution, with batch normalization and ReLU after both.

    Parameters
    ----------
    shape, values, inputs, channels, stride, seed
        See `ConnectionSwitcher`.

    Raises
    ------
    ModelError
        If the layer has fewer than two inputs: one has no statistics.
    OptionError
        If a setting is out of range.

    Examples
    --------
    >>> switcher = NeuronSwitcher((16, 9))
    >>> switcher.gates(torch.randn(16, 9)).shape
    torch.Size([16, 1])
    """

    def __init__(
        self,
        shape: Sequence[int],
        *,
        values: Values = "ones",
        inputs: int = 0,
        channels: int = 8,
        stride: int = 1,
        seed: int = 0,
    ) -> None:
        super().__init__(shape, values=values, inputs=inputs, channels=channels, stride=stride, seed=seed)
        if shape[inputs] < 2:
            raise ModelError(
                "layer must have two inputs or more for a switcher of neurons, not 1: one has no statistics"
            )
        with torch.random.fork_rng(devices=[]):  # torch draws weights that `start` replaces
            self.row = nn.Sequential(
                normalized(nn.Conv2d(1, ROW_CHANNELS, (1, shape[1 - inputs]), bias=False)),
                normalized(nn.Conv2d(ROW_CHANNELS, 1, 1, bias=False)),
            )
        # A stream of its own, so that the U-Net starts as that of a `ConnectionSwitcher` does.
        start(self.row, self.deviation(), torch.Generator().manual_seed(seed ^ ROW_CHANNELS))

    def gates(self, latent: Tensor) -> Tensor:
        """Return the gates, [inputs, 1] or [1, inputs]."""
        picture = self.net(latent.T if self.inputs else latent)
        column: Tensor = self.row(picture[None, None])[0, 0]
        return column.T if self.inputs else column


class FreeGates(Gated):
    """Gates that are parameters themselves, through a ReLU: what a switcher is compared with.

    A gate that is 0 has no gradient and stays 0.

    Parameters
    ----------
    shape, values, inputs
        See `ConnectionSwitcher`.
    kind
        A gate for each weight (``"connections"``) or each input (``"neurons"``).
    off
        Share of gates that begin as 0: the parameters are normal, of deviation 1, about the mean that makes
        it so.
    seed
        Seed of the random start.

    Raises
    ------
    OptionError
        If `off` is not above 0 and below 1, or another setting is out of range.

    Examples
    --------
    >>> gates = FreeGates((100, 100), off=0.7).gates(torch.ones(100, 100))
    >>> round(float((gates == 0).float().mean()), 1)
    0.7
    """

    def __init__(
        self,
        shape: Sequence[int],
        *,
        values: Values = "ones",
        inputs: int = 0,
        kind: Kind = "connections",
        off: float = 0.5,
        seed: int = 0,
    ) -> None:
        super().__init__(values=values)
        check_seed(seed, OptionError)
        _check_kind(kind)
        _check_shape(shape, inputs)
        _check_off(off)
        size = [n if kind == "connections" or axis == inputs else 1 for axis, n in enumerate(shape)]
        mean = -torch.special.ndtri(torch.tensor(off, dtype=torch.float64)).item()
        noise = torch.randn(size, generator=torch.Generator().manual_seed(seed))
        self.gate = nn.Parameter(noise + mean)

    def gates(self, latent: Tensor) -> Tensor:  # noqa: ARG002 - a switcher reads it
        """Return the gates, of the shape of `latent`, or a column or row of it."""
        return self.gate.relu()


class Switching(Learner):
    """Train the network and its switchers in turn, an epoch each, both on the loss of the network.

    Epochs 0, 2, 4 ... train the layers that carry a switcher, through its gates; epochs 1, 3, 5 ... train
    the switchers. What carries none (a readout, a normalization) is trained in all. A switcher reads the
    latent parameters in both. In a linear layer their gradient takes the way through the switcher too, which
    is inferred from the authors' code (arXiv 2103.15590, 2110.05954); in a <0,1> layer, see `Gated`.

    At the end (`fold`) the gates of eval mode, whose batch normalization has running statistics, are
    multiplied into the weights, and the switchers are gone.

    Parameters
    ----------
    kind
        ``"connections"``: a gate for each weight; ``"neurons"``: one for each input of a layer.
    gates
        ``"learned"``, or a control: ``"frozen"`` never trains the switcher, and the network in all epochs;
        ``"free"`` has gates that are parameters (`FreeGates`) in its place.
    off
        Share of free gates that begin as 0.
    channels
        See `UNet`.
    stride
        See `UNet`; by default 1 in a layer of up to 300,000 weights (784 x 300 is the paper's largest), and
        4 above.

    Raises
    ------
    OptionError
        If a setting is none of these.

    Examples
    --------
    >>> layer = nn.Linear(16, 9, bias=False)
    >>> learner = Switching("neurons")
    >>> learner.attach([layer], seed=0)
    >>> learner.fold()
    >>> off = (layer.weight == 0).all(0)
    >>> bool(off.any()), bool((layer.weight[:, ~off] != 0).all())
    (True, True)
    """

    def __init__(
        self,
        kind: Kind,
        *,
        gates: Gates = "learned",
        off: float = 0.5,
        channels: int = 8,
        stride: int | None = None,
    ) -> None:
        _check_kind(kind)
        if gates not in get_args(Gates):
            raise OptionError(f"gates must be 'learned', 'frozen' or 'free', not {gates!r}")
        _check_off(off)
        for name, value in (("channels", channels), ("stride", 1 if stride is None else stride)):
            check_whole(name, value, 1, OptionError)
        self.name = f"switch-{kind}"
        self.kind: Kind = kind
        self.gates: Gates = gates
        self.off = off
        self.channels = channels
        self.stride = stride

    def structure_for(self, layer: nn.Module, seed: int) -> Structure:
        """Return a switcher for the layer, or its control."""
        shape = latent_of(layer).shape
        values = values_for(layer)
        inputs = 0 if isinstance(layer, ThresholdLayer) else 1
        if self.gates == "free":
            return FreeGates(shape, values=values, inputs=inputs, kind=self.kind, off=self.off, seed=seed)
        stride = self.stride
        if stride is None:
            stride = 1 if shape.numel() <= LARGE_PICTURE else 4
        make = ConnectionSwitcher if self.kind == "connections" else NeuronSwitcher
        return make(shape, values=values, inputs=inputs, channels=self.channels, stride=stride, seed=seed)

    def attach(self, layers: Sequence[nn.Module], *, seed: int) -> None:
        """Put a switcher on each layer; see `Learner.attach`."""
        super().attach(layers, seed=seed)
        for layer in layers:
            structure = structure_of(layer)
            if isinstance(structure, ConnectionSwitcher):
                structure.settle(latent_of(layer))

    def start_epoch(self, epoch: int, epochs: int) -> None:  # noqa: ARG002 - other learners need it
        """Say which parameters learn in this epoch."""
        self._learn(switchers=self.gates != "frozen" and epoch % 2 == 1)

    def _learn(self, *, switchers: bool) -> None:
        for layer in self.layers:
            layer.requires_grad_(not switchers)
            structure = structure_of(layer)
            if structure is not None:
                structure.requires_grad_(switchers)

    def fold(self) -> None:
        """Leave the weights times the gates of eval mode, and throw the switchers away."""
        self._learn(switchers=False)
        super().fold()


def _check_kind(kind: str) -> None:
    if kind not in get_args(Kind):
        raise OptionError(f"kind must be 'connections' or 'neurons', not {kind!r}")


def _check_off(off: float) -> None:
    check_finite("off", off, OptionError)
    if not 0 < off < 1:
        raise OptionError(f"off must be above 0 and below 1, not {off!r}")


def _check_shape(shape: Sequence[int], inputs: int) -> None:
    if len(shape) != 2 or min(shape) < 1:
        raise ModelError(f"shape must be two numbers of 1 or more, not {tuple(shape)!r}")
    if inputs not in (0, 1):
        raise OptionError(f"inputs must be 0 or 1, not {inputs!r}")
