"""How many weights a network keeps, and how many of them lie on a path from an input to a class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import torch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from nor2hdl.learn.ldc._net import LdcNet


@dataclass(frozen=True, slots=True)
class LayerCount:
    """What one layer keeps. Parameters of its norm are no weights and are counted nowhere.

    Attributes
    ----------
    weights
        All weights of the layer.
    kept
        Those that are not 0.
    live
        Those of them on a path from an input to a class.
    units
        Units of the layer.
    live_units
        Those of them on such a path.
    """

    weights: int
    kept: int
    live: int
    units: int
    live_units: int


def count_kept(net: LdcNet) -> list[LayerCount]:
    """Return what each layer of a network keeps.

    A unit is dead where no path leads to it from an input, or from it to a class. What the former pass on is
    a constant: it acts as a bias of the units that read it, though its weights are no longer counted.

    Parameters
    ----------
    net
        The network.

    Returns
    -------
    list of LayerCount
        One for each layer, the output layer included.

    Examples
    --------
    >>> from nor2hdl.learn.ldc import LdcNet
    >>> net = LdcNet((2, 2, 1), norm="batch")
    >>> for layer, kept in zip(net.layers, ([[1, 0], [0, 0]], [[1, 1]])):
    ...     _ = layer.weight.data.copy_(torch.tensor(kept))
    >>> [(count.kept, count.live) for count in count_kept(net)]
    [(1, 1), (2, 1)]
    """
    kept = connections(net)
    live = live_units(kept)
    return [
        LayerCount(
            weights=mask.numel(),
            kept=int(mask.sum()),
            live=int((mask & live[i][:, None] & live[i + 1]).sum()),
            units=mask.shape[1],
            live_units=int(live[i + 1].sum()),
        )
        for i, mask in enumerate(kept)
    ]


@torch.no_grad()
def connections(net: LdcNet) -> list[Tensor]:
    """Return where the weights of each layer are not 0: bool [inputs, units] on the CPU."""
    return [(cast("Tensor", layer.weight).T != 0).cpu() for layer in net.layers]


def reached(kept: Sequence[Tensor]) -> list[Tensor]:
    """Return which inputs, and units of each layer, some path leads to from an input: bool [units] each."""
    found = [torch.ones(len(kept[0]), dtype=torch.bool)]
    for mask in kept:
        found.append(mask[found[-1]].any(0))
    return found


def reaching(kept: Sequence[Tensor]) -> list[Tensor]:
    """Return from which inputs, and units of each layer, some path leads to an output: bool [units] each."""
    found = [torch.ones(kept[-1].shape[1], dtype=torch.bool)]
    for mask in reversed(kept):
        found.insert(0, mask[:, found[0]].any(1))
    return found


def live_units(kept: Sequence[Tensor]) -> list[Tensor]:
    """Return which inputs, and units of each layer, lie on a path from an input to an output."""
    return [a & b for a, b in zip(reached(kept), reaching(kept), strict=True)]
