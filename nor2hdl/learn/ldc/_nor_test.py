"""Whether the units of a trained network are NOR gates."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import torch
from torch import nn

from nor2hdl.learn.ldc._kept import connections, live_units, reached
from nor2hdl.learn.ldc._signals import HALF, rises, trace

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from nor2hdl.learn.ldc._net import LdcNet

Kind = Literal["constant", "nor", "or", "and", "count", "neither"]

KINDS: tuple[Kind, ...] = ("nor", "or", "and", "count", "neither", "constant")


@dataclass(frozen=True, slots=True)
class NorTest:
    """What the live units of one hidden layer compute.

    Attributes
    ----------
    kinds
        How many units there are of each of `KINDS`; see `unit_kind`.
    agreement
        Share of all pairs of a live unit and a sample where the unit's bit is the NOR of its inputs' bits.
    """

    kinds: dict[Kind, int]
    agreement: float


def nor_test(net: LdcNet, x: Tensor, *, ideal: bool = False) -> list[NorTest]:
    """Find out what each live hidden unit computes, as a function of its connected inputs taken as bits.

    The bit of a unit is whether its tanh is above its level; which side of it is called 1, and the level, are
    as in `Signal`: 0.5 with an invert, and with batch norm (with running statistics) where the tanh of the
    training samples falls into two groups. A unit that reads such bits does not read 0 and 1, but the two
    typical outputs of each unit before it, so that its sum is ``base + sum of step_i bit_i`` with steps that
    differ: a threshold function of its inputs that need be none of their count.

    The argument of the paper is the `ideal` reading: inputs are 0 and 1 exactly, and the tanh is compared
    with 0.5. Then every unit that reads a 1 at all has a tanh of tanh(1) = 0.76 or more, and is an OR, or,
    where its norm inverts, a NOR, by construction: with batch norm where gamma is negative.

    Parameters
    ----------
    net
        The network.
    x : float 0 to 1 [n, features]
        Training samples: for the levels, the typical outputs, and the agreement.
    ideal
        Whether inputs are taken as 0 and 1, and the level as 0.5; a constant unit of a network with batch
        norm is then 0.

    Returns
    -------
    list of NorTest
        One for each hidden layer.

    Raises
    ------
    DataError
        If the samples are fewer than two, or not of the network's width.

    Examples
    --------
    >>> from nor2hdl.learn.ldc import LdcNet
    >>> net = LdcNet((2, 1, 2), norm="hard-invert")
    >>> for layer in net.layers:
    ...     _ = layer.weight.data.fill_(1.0)
    >>> nor_test(net, torch.tensor([[0.0, 0.0], [0.0, 1.0]]))[0].kinds["nor"]
    1
    """
    seen = trace(net, x, groups=net.norm == "batch")
    kept = connections(net)
    live, varying = live_units(kept), reached(kept)
    low, high = (torch.full((kept[0].shape[0],), value, dtype=torch.float64) for value in (0.0, 1.0))
    bits = seen.inputs
    tests = []
    for i, signal in enumerate(seen.hidden):
        level = torch.full_like(signal.level, HALF) if ideal else signal.level
        kinds: Counter[Kind] = Counter()
        for j in live[i + 1].nonzero().flatten().tolist():
            reads = kept[i][:, j]
            steps = (high - low)[reads & varying[i]].numpy()
            base = float(low[reads].sum())
            kinds[unit_kind(base, steps[steps > 0], float(level[j]), rising=bool(signal.rising[j]))] += 1
        none = (bits.float() @ kept[i].float()) == 0
        agree = (none == signal.bits)[:, live[i + 1]].float()
        tests.append(NorTest({k: kinds[k] for k in KINDS}, float(agree.mean()) if agree.numel() else 0.0))
        low, high = _ideal_outputs(net.norms[i], varying[i + 1]) if ideal else (signal.low, signal.high)
        bits = signal.bits
    return tests


def unit_kind(base: float, steps: NDArray[np.float64], level: float, *, rising: bool) -> Kind:
    """Return what a unit computes of its inputs' bits.

    With z the tanh of ``base + sum of step_i bit_i``, the unit is 1 where z > level (`rising`), or where it
    is not. Of all sets of n true inputs, the n smallest steps give the least z and the n largest the
    greatest. So the unit is a function of the count of its true inputs exactly if those two agree for every
    n: its whole truth table is judged, for any number of inputs.

    Parameters
    ----------
    base
        The sum when no input is true.
    steps
        What each input adds when it is true, above 0.
    level
        The level.
    rising
        Whether the unit is 1 above the level.

    Returns
    -------
    str
        ``"constant"``; ``"nor"``; ``"or"``; ``"and"``; ``"count"``: another function of the count of true
        inputs, 1 from a certain count on or up to it; ``"neither"``: no function of their count. A unit of
        one input is an OR of it, or a NOR.

    Examples
    --------
    >>> unit_kind(0.0, np.ones(3), 0.5, rising=False)
    'nor'
    >>> unit_kind(-1.0, np.array([0.6, 0.9, 1.6]), 0.0, rising=True)
    'neither'
    """
    ordered = np.sort(steps)
    least = np.tanh(base + np.concatenate([[0.0], np.cumsum(ordered)])) > level
    greatest = np.tanh(base + np.concatenate([[0.0], np.cumsum(ordered[::-1])])) > level
    if (least != greatest).any():
        return "neither"
    if least.all() or not least.any():
        return "constant"
    first = int(least.argmax())
    if first == 1:
        return "or" if rising else "nor"
    return "and" if rising and first == len(ordered) else "count"


def _ideal_outputs(norm: nn.Module, varying: Tensor) -> tuple[Tensor, Tensor]:
    """Return the outputs 0 and 1 of a layer's units, and the one of those that are constant."""
    inverts = not isinstance(norm, nn.BatchNorm1d) and not rises(norm, 1).item()
    constant = torch.full(varying.shape, float(inverts), dtype=torch.float64)
    return torch.where(varying, 0.0, constant), torch.where(varying, 1.0, constant)
