"""Budgets of edges: how many are kept, and which are the largest."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from nor2hdl.errors import OptionError
from nor2hdl.learn._layers import ThresholdLayer
from nor2hdl.learn.structure._structure import StraightThrough, check_free, latent_of

if TYPE_CHECKING:
    from nor2hdl.learn.structure._structure import Values

STRIDE = 61  # a prime, so that a sample does not run along one column of a matrix


def edge_count(keep: float, edges: int) -> int:
    """Return the number of edges that a budget comes to.

    Parameters
    ----------
    keep
        A whole number of edges, or a share above 0 up to 1 (a float).
    edges
        Number of edges that exist.

    Raises
    ------
    OptionError
        If the budget is no number, comes to no edge, or to more edges than exist.

    Examples
    --------
    >>> edge_count(0.02, 1000), edge_count(7, 1000)
    (20, 7)
    """
    if type(keep) is int and 1 <= keep <= edges:
        return keep
    if type(keep) is float and 0 < keep <= 1 and round(keep * edges):
        return round(keep * edges)
    raise OptionError(
        f"keep must be a whole number of edges from 1 to {edges}, or a share above 0 up to 1.0 that comes to "
        f"one edge or more of {edges}, not {keep!r}"
    )


def largest(values: Tensor, count: int) -> Tensor:
    """Return where the `count` largest values are: exactly so many, of equal values the first.

    Parameters
    ----------
    values : float, any shape
        The values.
    count
        How many to find, from 0 to the number of values.

    Returns
    -------
    bool, of the shape of `values`
        True at the largest.

    Examples
    --------
    >>> largest(torch.tensor([3.0, 1.0, 2.0, 2.0]), 2).tolist()
    [True, False, True, False]
    """
    flat = values.flatten()
    if not count:
        return torch.zeros_like(values, dtype=torch.bool)
    smallest = _smallest_of_largest(flat, count)
    found = flat >= smallest
    surplus = int(found.sum()) - count
    if surplus > 0:
        equal = (flat == smallest).nonzero().flatten()
        found[equal[len(equal) - surplus :]] = False
    return found.view_as(values)


def _smallest_of_largest(flat: Tensor, count: int) -> Tensor:
    if 4 * count < len(flat):
        # A sample tells about where the border lies; the few values above it are ranked several times faster.
        sample = flat[::STRIDE]
        reach = min(len(sample), int(1.25 * count / STRIDE) + 16)
        above = flat[flat >= sample.kthvalue(len(sample) - reach + 1).values]
        flat = above if len(above) >= count else flat
    return flat.kthvalue(len(flat) - count + 1).values


def largest_together(ranks: Sequence[Tensor], count: int) -> list[Tensor]:
    """Return where the `count` largest of several tensors are, all ranked together."""
    found = largest(torch.cat([rank.flatten() for rank in ranks]), count)
    ends = accumulate(rank.numel() for rank in ranks)
    return [found[end - rank.numel() : end].view_as(rank) for rank, end in zip(ranks, ends, strict=True)]


def masked(latent: Tensor, reach: Tensor, mask: Tensor | None = None) -> Tensor:
    """Return the latent parameters, or `mask` as weights; parameters out of `reach` are 0 and learn nothing.

    Parameters
    ----------
    latent : float
        The latent parameters.
    reach, mask : bool, of the shape of `latent`
        Which parameters learn; which weights are 1.

    Examples
    --------
    >>> latent = torch.ones(3, requires_grad=True)
    >>> reach, mask = torch.tensor([True, True, False]), torch.tensor([True, False, False])
    >>> masked(latent, reach, mask).sum().backward()
    >>> latent.grad.tolist()
    [1.0, 1.0, 0.0]
    """
    reached = latent * reach
    if mask is None:
        return reached
    result: Tensor = StraightThrough.apply(reached, mask, True)  # type: ignore[no-untyped-call]
    return result


def values_for(layer: nn.Module) -> Values:
    """Return what a kept weight of a layer is: 1 in a <0,1> layer, its latent value in a linear one."""
    return "ones" if isinstance(layer, ThresholdLayer) else "latent"


def ranked(latent: Tensor, values: Values) -> Tensor:
    """Return what edges are ranked by: the latent value where weights are 0 or 1, else its size."""
    return latent.detach() if values == "ones" else latent.detach().abs()


def edges_of(layer: nn.Module) -> int:
    """Return the number of edges that a layer could have; `ModelError` if it cannot carry a structure."""
    check_free(layer)
    return latent_of(layer).numel()


def layer_counts(keep: float | Sequence[float], layers: Sequence[nn.Module]) -> dict[nn.Module, int]:
    """Return the number of edges of each layer, for one budget that holds for each, or one for each.

    Raises
    ------
    ModelError
        If a layer cannot carry a structure, or carries one.
    OptionError
        If a budget is none (see `edge_count`), or the budgets are not one for each layer.
    """
    sizes = [edges_of(layer) for layer in layers]
    budgets = keep if isinstance(keep, Sequence) else [keep] * len(sizes)
    if len(budgets) != len(sizes):
        raise OptionError(f"keep must be one budget or {len(sizes)}, one for each layer, not {keep!r}")
    counts = [edge_count(*pair) for pair in zip(budgets, sizes, strict=True)]
    return dict(zip(layers, counts, strict=True))
