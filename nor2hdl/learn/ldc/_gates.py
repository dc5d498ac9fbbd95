"""Replace the units of a trained network by gates."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import torch
from torch import Tensor, nn

from nor2hdl.errors import OptionError
from nor2hdl.learn._layers import ThresholdLayer
from nor2hdl.learn.ldc._kept import connections, reached, reaching
from nor2hdl.learn.ldc._signals import trace

if TYPE_CHECKING:
    from nor2hdl.learn.ldc._net import LdcNet

Gates = Literal["nor", "or-nor", "threshold"]


@dataclass(frozen=True, slots=True, eq=False)
class GateNet:
    """A network whose hidden units are gates.

    Attributes
    ----------
    layers
        The gates of each hidden layer that a class depends on.
    connected : bool [gates or inputs, classes]
        What each class reads of the last of them (of the inputs, where there is none).
    scores
        The logit of each class by the count of what it reads that is true, from 0 to all: it rises or falls
        all the way.
    """

    layers: list[ThresholdLayer]
    connected: Tensor
    scores: list[list[float]]


@torch.no_grad()
def replace_units(net: LdcNet, x: Tensor, *, gates: Gates, remeasure: bool = True) -> GateNet:
    """Replace every hidden unit of a trained network by a gate of its connected inputs.

    It goes layer by layer: a gate reads the gates before it. A unit that no path from an input reaches is the
    constant that it is (0 with batch norm). The sum of a class is no longer that of the
    network's outputs but a line over the count of the gates that it reads, the one with the least squared
    error over the samples; tanh and norm follow as they are.

    Parameters
    ----------
    net
        The network.
    x : float 0 to 1 [n, features]
        Training samples to measure on.
    gates
        ``"nor"``: every unit becomes the NOR of its inputs. ``"or-nor"``: the OR where its norm is rising,
        the NOR where it is falling. ``"threshold"``: the threshold gate of the count of its true inputs that
        is the unit's own bit for the most samples, the OR or NOR where several are; it is a constant where
        that is right more often than any gate. The level of that bit (see `Signal`) parts two groups, with an
        invert too: what such a unit says may lie all on one side of 0.5.
    remeasure
        Whether batch norm of the output layer takes mean and variance of the new sums over the samples, in
        place of the running statistics of the old ones.

    Returns
    -------
    GateNet
        Gates that no class depends on are left out.

    Raises
    ------
    OptionError
        If `gates` is none of these.
    DataError
        If the samples are fewer than two, or not of the network's width.

    Examples
    --------
    >>> from nor2hdl.learn.ldc import LdcNet
    >>> net = LdcNet((2, 1, 2), norm="hard-invert")
    >>> for layer in net.layers:
    ...     _ = layer.weight.data.fill_(1.0)
    >>> replace_units(net, torch.tensor([[0.0, 0.0], [0.0, 1.0]]), gates="nor").layers[0].threshold.tolist()
    [0]
    """
    if gates not in get_args(Gates):
        raise OptionError(f"gates must be 'nor', 'or-nor' or 'threshold', not {gates!r}")
    seen, kept = trace(net, x, groups=net.norm == "batch" or gates == "threshold"), connections(net)
    bits = seen.inputs.float()
    layers = []
    for signal, mask, found in zip(seen.hidden, kept, reached(kept)[1:], strict=False):
        rising = torch.zeros_like(signal.rising) if gates == "nor" else signal.rising
        least = torch.ones(mask.shape[1], dtype=torch.int64)
        if gates == "threshold":
            counts = (bits @ mask.float()).long()
            least = best_count(counts, signal.bits == rising)
        # A constant: of a unit that is not reached, the bit that it has; else a threshold that is always or
        # never met.
        constant = ~found | (least == 0) | (least > mask.sum(0))
        value = torch.where(found, rising == (least == 0), signal.bits.any(0))
        layers.append(_gate_layer(mask & ~constant, least, torch.where(constant, ~value, rising)))
        bits = layers[-1](bits)
    scores = _scores(net, (bits @ kept[-1].float()).double(), seen.totals, kept[-1], remeasure=remeasure)
    return _without_dead_ends(GateNet(layers, kept[-1], scores))


def best_count(counts: Tensor, truth: Tensor) -> Tensor:
    """Return, for each unit, the count from which on it is taken to be true with the fewest errors.

    Parameters
    ----------
    counts : int64 [n, units]
        Counts, 0 or more.
    truth : bool [n, units]
        What is to be told from them.

    Returns
    -------
    int64 [units]
        The best, and of several the first of 1, 2, 3 ..., 0.

    Examples
    --------
    >>> best_count(torch.tensor([[0], [2], [3]]), torch.tensor([[False], [False], [True]])).tolist()
    [3]
    """
    units = counts.shape[1]
    size = int(counts.max()) + 1 if counts.numel() else 1
    index = (torch.arange(units) * size + counts) * 2 + truth
    number = torch.bincount(index.flatten(), minlength=units * size * 2).view(units, size, 2)
    # Right from count k on: all that are false below k, and all that are true from k on.
    false_below = nn.functional.pad(number[:, :, 0].cumsum(1), (1, 0))
    true_above = nn.functional.pad(number[:, :, 1].flip(1).cumsum(1).flip(1), (0, 1))
    right = (false_below + true_above).roll(-1, dims=1)
    return (right.argmax(1) + 1) % (size + 1)


def _gate_layer(connected: Tensor, least: Tensor, inverted: Tensor) -> ThresholdLayer:
    inputs, gates = connected.shape
    with torch.random.fork_rng(devices=[]):  # the random start of the layer is not kept
        layer = ThresholdLayer(
            inputs,
            gates,
            complements=False,
            threshold=(least - 1).clamp(min=0).tolist(),
            inverted=inverted.tolist(),
        )
    layer.latent.data.copy_(torch.where(connected, 1.0, -1.0))
    return layer


def _scores(
    net: LdcNet, counts: Tensor, totals: Tensor, connected: Tensor, *, remeasure: bool
) -> list[list[float]]:
    """Return each class's logit by count, the sums being a line over the counts."""
    spread = counts - counts.mean(0)
    square = spread.square().sum(0)
    slope = torch.where(square > 0, (spread * totals).sum(0) / square.clamp(min=1e-9), 0.0)
    start = totals.mean(0) - slope * counts.mean(0)
    norm = copy.deepcopy(net.norms[-1]).cpu().eval()
    if remeasure and isinstance(norm, nn.BatchNorm1d):
        active = torch.tanh(start + slope * counts)
        norm.running_mean, norm.running_var = active.mean(0).float(), active.var(0).float()
    steps = torch.arange(int(connected.sum(0).max()) + 1)[:, None]
    logits = norm(torch.tanh((start + slope * steps).float()))
    return [logits[: int(fan_in) + 1, c].tolist() for c, fan_in in enumerate(connected.sum(0))]


def _without_dead_ends(net: GateNet) -> GateNet:
    needed = reaching([*(layer.connections()[0] for layer in net.layers), net.connected])
    connected, layers = net.connected, list(net.layers)
    rows = torch.arange(len(needed[0]))
    for i, layer in enumerate(net.layers):
        columns = needed[i + 1].nonzero().flatten()
        if not len(columns):
            columns = torch.zeros(1, dtype=torch.int64)  # a layer has a gate at least
        mask = layer.connections()[0][rows][:, columns]
        layers[i] = _gate_layer(mask, layer.threshold[columns].long() + 1, layer.inverted[columns])
        rows = columns
    return GateNet(layers, connected[rows], net.scores)
