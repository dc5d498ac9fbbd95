"""The units of a trained network as signals of two levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from nor2hdl.learn._loop import evaluating
from nor2hdl.learn.ldc._net import INPUT_LEVEL, SoftInvert, check_samples

if TYPE_CHECKING:
    from nor2hdl.learn.ldc._net import LdcNet

BATCH = 1000
HALF = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Signal:
    """The units of one layer as signals of two levels.

    The tanh of a unit is *above* or not above its own level. Its bit is 1 on the side where its output, the
    tanh after the norm, is the larger.

    The level is 0.5, halfway between the values that the argument of the paper gives a unit, or where the
    tanh, seen over the samples, falls into the two groups with the least variance within (Otsu's rule). In
    the latter case the level of a unit whose tanh is one value only stays 0.5; with batch norm its bit is 0.

    Attributes
    ----------
    level : float64 [units]
        The level of each unit's tanh.
    rising : bool [units]
        Whether the norm lets a larger tanh come out as the larger output.
    bits : bool [n, units]
        The bit of each unit for each sample.
    low, high : float64 [units]
        The mean output over the samples with bit 0 and with bit 1; equal where all bits are.
    """

    level: Tensor
    rising: Tensor
    bits: Tensor
    low: Tensor
    high: Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """What a network does with some samples.

    Attributes
    ----------
    inputs : bool [n, features]
        The thresholded inputs.
    hidden
        The units of each hidden layer.
    totals : float64 [n, classes]
        The weighted sums of the output layer.
    """

    inputs: Tensor
    hidden: list[Signal]
    totals: Tensor


@torch.no_grad()
def trace(net: LdcNet, x: Tensor, *, groups: bool) -> Trace:
    """Return what a network does with samples, on the CPU.

    Parameters
    ----------
    net
        The network; batch norm uses its running statistics.
    x : float 0 to 1 [n, features]
        Samples.
    groups
        Whether the level of a unit parts two groups, or is 0.5.

    Raises
    ------
    DataError
        If the samples are fewer than two, or not of the network's width.
    """
    check_samples(net, x)
    device = next(net.parameters()).device
    with evaluating(net):
        parts = [list(net.stages(part.to(device))) for part in torch.split(x, BATCH)]
        active = [torch.cat([stages[i].active.cpu() for stages in parts]) for i in range(len(net.layers) - 1)]
        totals = torch.cat([stages[-1].total.cpu() for stages in parts]).double()
        hidden = [_signal(norm, seen, groups=groups) for norm, seen in zip(net.norms, active, strict=False)]
    return Trace((x >= INPUT_LEVEL).cpu(), hidden, totals)


def _signal(norm: nn.Module, active: Tensor, *, groups: bool) -> Signal:
    rising = rises(norm, active.shape[1])
    level = torch.full((active.shape[1],), HALF, dtype=torch.float64)
    if groups:
        inverts = not isinstance(norm, nn.BatchNorm1d)
        single = level if inverts else torch.where(rising, torch.inf, -torch.inf).double()
        found = two_groups(active)
        level = torch.where(found.isnan(), single, found)
    above = active > level
    every = active.double()
    number = above.sum(0)
    whole = every.mean(0)
    upper = torch.where(number > 0, (every * above).sum(0) / number.clamp(min=1), whole)
    others = len(active) - number
    lower = torch.where(others > 0, (every * ~above).sum(0) / others.clamp(min=1), whole)
    # A norm is affine, so that the mean of its outputs is its output for the mean.
    device = next((p.device for p in norm.parameters()), active.device)
    low_side, high_side = norm(torch.stack([lower, upper]).float().to(device)).cpu().double()
    return Signal(
        level=level,
        rising=rising,
        bits=above == rising,
        low=torch.where(rising, low_side, high_side),
        high=torch.where(rising, high_side, low_side),
    )


def rises(norm: nn.Module, units: int) -> Tensor:
    """Return for which units a norm maps a larger tanh to a larger output: bool [units] on the CPU."""
    if isinstance(norm, nn.BatchNorm1d):
        return (norm.weight >= 0).cpu()
    return torch.full((units,), isinstance(norm, SoftInvert) and norm.share.item() <= HALF)


def two_groups(values: Tensor) -> Tensor:
    """Return where each column falls into the two groups with the least variance within.

    Parameters
    ----------
    values : float [n, columns]
        Values.

    Returns
    -------
    float64 [columns]
        Halfway between the largest value of the one group and the least of the other; NaN where all values
        of a column are equal.

    Examples
    --------
    >>> two_groups(torch.tensor([[0.0], [1.0], [0.25], [9.0], [8.0]])).tolist()
    [4.5]
    """
    ordered = values.sort(dim=0).values.double()
    n = len(ordered)
    if n < 2:
        return torch.full((values.shape[1],), torch.nan, dtype=torch.float64)
    below = torch.arange(1, n, dtype=torch.float64)[:, None]
    sums = ordered.cumsum(0)
    gap = (sums[-1] - sums[:-1]) / (n - below) - sums[:-1] / below
    between = gap.square() * below * (n - below)
    parts = ordered[1:] > ordered[:-1]
    best = torch.where(parts, between, -1.0).argmax(0, keepdim=True)
    middle = (ordered[1:].gather(0, best) + ordered[:-1].gather(0, best)) / 2
    return torch.where(parts.any(0), middle[0], torch.nan)
