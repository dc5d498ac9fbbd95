"""The network of Learning Digital Circuits: linear layers without bias, tanh, and a norm after each."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

import torch
from torch import Tensor, nn

from nor2hdl.errors import DataError, ModelError
from nor2hdl.learn._checks import check_seed

if TYPE_CHECKING:
    from collections.abc import Iterator

Norm = Literal["batch", "hard-invert", "soft-invert"]

INPUT_LEVEL = 0.5


class Stage(NamedTuple):
    """What one layer computes for a batch: float [batch, units] each.

    Attributes
    ----------
    total
        The weighted sum of the inputs.
    active
        Its tanh.
    output
        The tanh after the norm: what the next layer reads.
    """

    total: Tensor
    active: Tensor
    output: Tensor


class HardInvert(nn.Module):
    """1 - x.

    Examples
    --------
    >>> HardInvert()(torch.tensor([0.0, 0.75])).tolist()
    [1.0, 0.25]
    """

    def forward(self, x: Tensor) -> Tensor:
        """Return 1 - x."""
        return 1 - x


class SoftInvert(nn.Module):
    """x (1 - i) + (1 - x) i with one learned i for the layer, kept in [0, 1].

    It starts as a hard invert, i = 1: at 0.5 nothing of x would be left, and nothing would be learned.

    Examples
    --------
    >>> SoftInvert()(torch.tensor([0.0, 0.75])).tolist()
    [1.0, 0.25]
    """

    def __init__(self) -> None:
        super().__init__()
        self.share = nn.Parameter(torch.ones(()))

    def forward(self, x: Tensor) -> Tensor:
        """Return the mixture."""
        with torch.no_grad():
            self.share.clamp_(0, 1)
        return x * (1 - self.share) + (1 - x) * self.share


class LdcNet(nn.Module):
    """Inputs thresholded at 0.5, then layers of linear -> tanh -> norm, the last one too: logits.

    The layers have no bias. With `BinaryConnect` attached to `layers` it is the network of Learning Digital
    Circuits [1]_; without, its dense control.

    Parameters
    ----------
    widths
        Number of inputs, of the units of each hidden layer, and of classes.
    norm
        ``"batch"``: batch norm, affine, eps 1e-4, momentum 0.15. ``"hard-invert"``: 1 - x.
        ``"soft-invert"``: x (1 - i) + (1 - x) i with one learned i in [0, 1] a layer.
    seed
        Seed of the start of ordinary weights; torch's own random state is left alone.

    Raises
    ------
    ModelError
        If there are fewer than two widths, one is no whole number of 1 or more, the norm is none of these,
        or the seed is out of range.

    References
    ----------
    .. [1] "Learning Digital Circuits: A Journey Through Weight Invariant Self-Pruning Neural Networks",
       arXiv:1909.00052 (2019).

    Examples
    --------
    >>> net = LdcNet((4, 6, 2), norm="hard-invert")
    >>> net(torch.rand(3, 4)).shape
    torch.Size([3, 2])
    """

    def __init__(self, widths: Sequence[int], *, norm: Norm, seed: int = 0) -> None:
        super().__init__()
        good = isinstance(widths, Sequence) and all(type(width) is int and width >= 1 for width in widths)
        if not good or len(widths) < 2:
            raise ModelError(f"widths must be two or more whole numbers of 1 or more, not {widths!r}")
        if norm not in get_args(Norm):
            raise ModelError(f"norm must be 'batch', 'hard-invert' or 'soft-invert', not {norm!r}")
        check_seed(seed, ModelError)
        self.widths = tuple(widths)
        self.norm: Norm = norm
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.layers = nn.ModuleList(nn.Linear(a, b, bias=False) for a, b in pairwise(widths))
        self.norms = nn.ModuleList(_norm(norm, width) for width in widths[1:])

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits, float [batch, classes], for x float 0 to 1 [batch, features]."""
        *_, last = self.stages(x)
        return last.output

    def stages(self, x: Tensor) -> Iterator[Stage]:
        """Yield what each layer computes for x float 0 to 1 [batch, features]."""
        return self.stages_after(self.first(x))

    def first(self, x: Tensor) -> Tensor:
        """Return the weighted sums of the first layer, float [batch, units]."""
        total: Tensor = self.layers[0]((x >= INPUT_LEVEL).to(x.dtype))
        return total

    def stages_after(self, first: Tensor, *, on_weight: float = 1.0) -> Iterator[Stage]:
        """Yield what each layer computes, given the sums of the first one.

        Parameters
        ----------
        first : float [batch, units]
            What `first` returned.
        on_weight
            What every weight is multiplied by: the value of a weight that is on, where weights are 0 or 1.
        """
        total = first * on_weight
        for i, norm in enumerate(self.norms):
            active = torch.tanh(total)
            output = norm(active)
            yield Stage(total, active, output)
            if i + 1 < len(self.layers):
                total = self.layers[i + 1](output) * on_weight

    def extra_repr(self) -> str:
        """Return the settings for torch's printed form."""
        return f"{self.widths}, norm={self.norm!r}"


def check_samples(net: LdcNet, x: Tensor) -> None:
    """Raise `DataError` unless `x` is [samples, inputs of the network], and two samples or more."""
    if x.ndim != 2 or len(x) < 2 or x.shape[1] != net.widths[0]:
        raise DataError(f"x must be [samples, {net.widths[0]}] with two samples or more, not {list(x.shape)}")


def _norm(kind: Norm, width: int) -> nn.Module:
    if kind == "batch":
        return nn.BatchNorm1d(width, eps=1e-4, momentum=0.15)
    return HardInvert() if kind == "hard-invert" else SoftInvert()
