"""Accuracy of a network, with running or with batch statistics, for any value of its on-weights."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, get_args

import torch
from torch import Tensor, nn

from nor2hdl.errors import DataError, OptionError
from nor2hdl.learn._loop import evaluating
from nor2hdl.learn.ldc._net import check_samples

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nor2hdl.learn.ldc._net import LdcNet

Statistics = Literal["running", "batch"]

ON_WEIGHTS = tuple(i / 10 for i in range(41))
"""On-weights of the sweep: 0, 0.1 ... 4."""

BATCH = 200


@torch.no_grad()
def sweep(
    net: LdcNet,
    x: Tensor,
    y: Tensor,
    *,
    statistics: Statistics = "running",
    on_weights: Sequence[float] = ON_WEIGHTS,
) -> list[float]:
    """Return the accuracy of a network for each value that all its on-weights share: weight invariance.

    Parameters
    ----------
    net
        The network; it is left as it was.
    x : float 0 to 1 [n, features]
        Samples.
    y : int64 [n]
        Their classes.
    statistics
        What batch norm normalizes by: ``"running"``, the means and variances that were stored in training, or
        ``"batch"``, those of the 200 to 399 samples at hand (of all, where they are fewer), so that the
        answer for a sample depends on the others. The same for a network without batch norm.
    on_weights
        The values.

    Returns
    -------
    list of float
        Accuracies, 0 to 1, one for each value.

    Raises
    ------
    OptionError
        If the statistics are of another name.
    DataError
        If the samples are fewer than two, not of the network's width, or not as many as their classes.

    Examples
    --------
    >>> from nor2hdl.learn.ldc import LdcNet
    >>> net = LdcNet((4, 6, 2), norm="batch")
    >>> len(sweep(net, torch.rand(8, 4), torch.zeros(8, dtype=torch.int64), on_weights=(0.5, 1.0)))
    2
    """
    if statistics not in get_args(Statistics):
        raise OptionError(f"statistics must be 'running' or 'batch', not {statistics!r}")
    check_samples(net, x)
    if len(y) != len(x):
        raise DataError(f"y must be one class for each of the {len(x)} samples, not {len(y)}")
    right = [0] * len(on_weights)
    device = next(net.parameters()).device
    with evaluating(net), _statistics(net, statistics):
        parts = max(1, len(x) // BATCH)
        for samples, classes in zip(x.tensor_split(parts), y.tensor_split(parts), strict=True):
            first, truth = net.first(samples.to(device)), classes.to(device)
            for i, value in enumerate(on_weights):
                *_, last = net.stages_after(first, on_weight=value)
                right[i] += int((last.output.argmax(1) == truth).sum())
    return [count / len(x) for count in right]


@contextmanager
def _statistics(net: LdcNet, statistics: Statistics) -> Iterator[None]:
    # A batch norm that trains without tracking uses the batch at hand, and stores nothing of it.
    norms = [norm for norm in net.norms if isinstance(norm, nn.BatchNorm1d)] if statistics == "batch" else []
    for norm in norms:
        norm.training, norm.track_running_stats = True, False
    try:
        yield
    finally:
        for norm in norms:
            norm.track_running_stats = True
