"""Layers whose forward pass is a circuit: threshold and NOR neurons, and the vote readout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import torch
from torch import Tensor, nn

from nor2hdl.errors import ModelError
from nor2hdl.learn._checks import check_finite, check_whole
from nor2hdl.learn._functions import PowerOfTwo, ThresholdGate

VOTE_START = 1.2
LATENT_START = 0.1
CONNECTIONS_START = 2.0
LARGEST_THRESHOLD = 2**31 - 1

VoteKind = Literal["plain", "powers"]


class ThresholdLayer(nn.Module):
    """Neurons that compare the number of their true connected literals with a threshold.

    The weight of a literal is 1 where its latent weight is above 0, else 0. A neuron is 1 when at most
    `threshold` of its connected literals are true, or, where `inverted`, when more are.

    Parameters
    ----------
    in_features
        Number of inputs.
    out_features
        Number of neurons.
    complements
        Whether the literals are the inputs and their complements, or the inputs alone.
    threshold
        The count up to which a neuron is 1: one for all, or one for each neuron; 0 makes NOR gates.
    inverted
        Whether the neurons are 1 above the threshold: one for all, or one for each neuron.

    Raises
    ------
    ModelError
        If a size is no whole number of 1 or more, or the thresholds are no whole numbers from 0 to
        2^31 - 1, the inversions no bools, or either does not fit the neurons.

    Examples
    --------
    >>> layer = ThresholdLayer(2, 1, complements=False, threshold=1, inverted=True)
    >>> layer.latent.data.fill_(1.0).shape
    torch.Size([2, 1])
    >>> layer(torch.tensor([[1.0, 1.0], [0.0, 1.0]])).tolist()  # an AND gate: more than one true
    [[1.0], [0.0]]
    """

    threshold: Tensor
    inverted: Tensor

    def __init__(
        self,
        in_features: int,
        out_features: int,
        *,
        complements: bool = True,
        threshold: int | Sequence[int] = 0,
        inverted: bool | Sequence[bool] = False,
    ) -> None:
        super().__init__()
        for name, size in (("in_features", in_features), ("out_features", out_features)):
            check_whole(name, size, 1, ModelError)
        self.in_features = in_features
        self.out_features = out_features
        self.complements = complements
        self.latent = nn.Parameter(_start(in_features * (2 if complements else 1), out_features))
        thresholds = _per_neuron("threshold", threshold, out_features)
        inversions = _per_neuron("inverted", inverted, out_features)
        for value in thresholds:
            check_whole("threshold", value, 0, ModelError)
            if value > LARGEST_THRESHOLD:
                raise ModelError(f"threshold must be {LARGEST_THRESHOLD} or less, not {value!r}")
        for value in inversions:
            if type(value) is not bool:
                raise ModelError(f"inverted must be True or False, not {value!r}")
        self.register_buffer("threshold", torch.tensor(thresholds, dtype=torch.int32))
        self.register_buffer("inverted", torch.tensor(inversions, dtype=torch.bool))

    def forward(self, x: Tensor) -> Tensor:
        """Return the neurons, float 0/1 [batch, out_features], for x float 0/1 [batch, in_features]."""
        result: Tensor = ThresholdGate.apply(x, self.latent, self.threshold, self.inverted)  # type: ignore[no-untyped-call]
        return result

    def connections(self) -> tuple[Tensor, Tensor]:
        """Return where neurons read inputs and complements: two bool [in_features, out_features]."""
        used = self.latent.detach() > 0
        ones = used[: self.in_features]
        zeros = used[self.in_features :] if self.complements else torch.zeros_like(ones)
        return ones, zeros

    def fan_in(self) -> Tensor:
        """Return the number of connected literals of each neuron, int64 [out_features]."""
        return (self.latent.detach() > 0).sum(0)

    @torch.no_grad()
    def decay(self, amount: float) -> None:
        """Pull every latent weight down by `amount` and keep it in [-1, 1]: the self-pruning."""
        self.latent.sub_(amount).clamp_(-1, 1)

    def extra_repr(self) -> str:
        """Return the settings for torch's printed form."""
        return f"{self.in_features}, {self.out_features}, complements={self.complements}"


class NorLayer(ThresholdLayer):
    """Neurons that are 1 when none of their connected literals is true: NOR gates with 0/1 weights.

    Parameters
    ----------
    in_features
        Number of inputs.
    out_features
        Number of neurons.
    complements
        Whether the literals are the inputs and their complements, or the inputs alone.

    Raises
    ------
    ModelError
        If a size is no whole number of 1 or more.

    Examples
    --------
    >>> layer = NorLayer(2, 1, complements=False)
    >>> layer.latent.data.fill_(1.0).shape
    torch.Size([2, 1])
    >>> layer(torch.tensor([[0.0, 0.0], [0.0, 1.0]])).tolist()
    [[1.0], [0.0]]
    """

    def __init__(self, in_features: int, out_features: int, *, complements: bool = True) -> None:
        super().__init__(in_features, out_features, complements=complements)


class VoteReadout(nn.Module):
    """Sum the votes of the neurons that belong to each class.

    Neuron ``i`` of ``n`` belongs to class ``i // (n / classes)``. It votes with weight 1 (``"plain"``), or
    with a learned weight 0 or +-2^k (``"powers"``, see `PowerOfTwo`).

    Parameters
    ----------
    in_features
        Number of neurons, a multiple of `classes`.
    classes
        Number of classes.
    votes
        ``"plain"`` or ``"powers"``.
    largest
        Largest absolute vote, a power of two.
    tau
        Temperature: the logits are the sums divided by it. Default: the square root of votes per class.

    Raises
    ------
    ModelError
        If the width is not divisible by the number of classes, or another setting is out of range.

    Examples
    --------
    >>> readout = VoteReadout(4, 2, votes="plain")
    >>> readout.scores(torch.tensor([[1.0, 1.0, 0.0, 1.0]])).tolist()
    [[2, 1]]
    """

    def __init__(
        self,
        in_features: int,
        classes: int,
        *,
        votes: VoteKind = "powers",
        largest: int = 4,
        tau: float | None = None,
    ) -> None:
        super().__init__()
        check_whole("classes", classes, 2, ModelError)
        check_whole("width of the last layer", in_features, 1, ModelError)
        if in_features < classes or in_features % classes:
            raise ModelError(
                f"width of the last layer must be a multiple of the number of classes ({classes}), "
                f"not {in_features}"
            )
        if votes not in ("plain", "powers"):
            raise ModelError(f"votes must be 'plain' or 'powers', not {votes!r}")
        if type(largest) is not int or largest < 1 or largest & (largest - 1):
            raise ModelError(f"largest vote must be a power of two, not {largest!r}")
        self.in_features = in_features
        self.classes = classes
        self.kind: VoteKind = votes
        self.largest = largest
        if tau is not None:
            check_finite("tau", tau, ModelError)
            if tau <= 0:
                raise ModelError(f"tau must be above 0, not {tau!r}")
        self.tau = float((in_features / classes) ** 0.5 if tau is None else tau)
        if votes == "powers":
            sign = torch.where(torch.rand(in_features) < 0.5, 1.0, -1.0)
            self.latent = nn.Parameter(sign * VOTE_START)

    def votes(self) -> Tensor:
        """Return the vote of every neuron, float [in_features], each a whole number."""
        if self.kind == "plain":
            return torch.ones(self.in_features)
        result: Tensor = PowerOfTwo.apply(self.latent, self.largest)  # type: ignore[no-untyped-call]
        return result

    def forward(self, neurons: Tensor) -> Tensor:
        """Return the logits, float [batch, classes], for neurons float 0/1 [batch, in_features]."""
        return self._sums(neurons) / self.tau

    @torch.no_grad()
    def scores(self, neurons: Tensor) -> Tensor:
        """Return the sums of votes, int64 [batch, classes], for neurons float 0/1 [batch, in_features]."""
        return self._sums(neurons).long()

    def _sums(self, neurons: Tensor) -> Tensor:
        cast = neurons * self.votes().to(neurons.device)
        return cast.view(len(neurons), self.classes, -1).sum(2)

    def extra_repr(self) -> str:
        """Return the settings for torch's printed form."""
        return f"{self.in_features}, {self.classes}, votes={self.kind!r}, tau={self.tau:.3g}"


def _start(literals: int, neurons: int) -> Tensor:
    size = torch.rand(literals, neurons) * LATENT_START
    connected = torch.rand(literals, neurons) < CONNECTIONS_START / literals
    return torch.where(connected, size, -size)


def _per_neuron(name: str, value: object, neurons: int) -> list[Any]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        return [value] * neurons
    if len(value) != neurons:
        raise ModelError(f"{name} must be one value or {neurons}, one a neuron, not {len(value)}")
    return list(value)
