"""Fan-ins of many neurons as a short histogram: exact up to 8, then by powers of two."""

from __future__ import annotations

import torch
from torch import Tensor

EXACT = 8


def count_fan_ins(fan_ins: Tensor) -> tuple[int, ...]:
    """Return how many neurons there are of each range of fan-ins.

    Parameters
    ----------
    fan_ins : int64 [neurons]
        The number of connected literals of each neuron, 0 or more.

    Returns
    -------
    tuple of int
        The number of neurons in the range that `fan_in_range` gives for each index; it ends with the last
        range that has one.

    Examples
    --------
    >>> count_fan_ins(torch.tensor([0, 2, 2, 9, 16, 17]))
    (1, 0, 2, 0, 0, 0, 0, 0, 0, 2, 1)
    """
    largest = max(int(fan_ins.max()) if len(fan_ins) else 0, EXACT)
    powers = [EXACT << k for k in range(1, (largest // EXACT).bit_length() + 1)]
    upper = torch.tensor([*range(EXACT + 1), *powers])
    counts = torch.bucketize(fan_ins.cpu(), upper).bincount().tolist()
    return tuple(counts)


def fan_in_range(index: int) -> tuple[int, int]:
    """Return the least and the largest fan-in that a place of `count_fan_ins` stands for.

    Parameters
    ----------
    index
        The place, from 0.

    Returns
    -------
    tuple of int
        Both ends belong to the range.

    Examples
    --------
    >>> [fan_in_range(i) for i in (0, 8, 9, 10, 11)]
    [(0, 0), (8, 8), (9, 16), (17, 32), (33, 64)]
    """
    if index <= EXACT:
        return index, index
    return (EXACT << (index - EXACT - 1)) + 1, EXACT << (index - EXACT)
