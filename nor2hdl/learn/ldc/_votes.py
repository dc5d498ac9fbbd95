"""The classes of a network of gates as votes of a classifier."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import torch

from nor2hdl.data import Threshold
from nor2hdl.learn._layers import ThresholdLayer, VoteReadout
from nor2hdl.learn._model import Classifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nor2hdl.learn.ldc._gates import GateNet


class _Voter(NamedTuple):
    """A neuron that is 1 from a count on, constant 1 for the count 0; and its vote, 0 or +-2^k."""

    least: int
    vote: int


def to_classifier(
    net: GateNet, *, shape: tuple[int, ...] | None = None, class_names: Sequence[str] | None = None
) -> Classifier:
    """Return a classifier that gives every sample the class that a network of gates gives it.

    The gates are its first layers. What decides between classes is the rank of each logit among all that the
    classes can have, where neighbors of one class share a rank: every comparison between two classes, ties
    included, comes out as before. Its last layer gives the ranks as votes. For each class and each count at
    which the rank changes there is a neuron that is 1 from that count on, once for each power of two in the
    change, and constant neurons for the rank of the count 0.

    Parameters
    ----------
    net
        The network of gates.
    shape, class_names
        See `Classifier`.

    Returns
    -------
    Classifier
        For samples of bytes, which are 1 from 128 on.

    Examples
    --------
    >>> from nor2hdl.learn.ldc import LdcNet, replace_units
    >>> net = LdcNet((2, 1, 2), norm="hard-invert")
    >>> for layer in net.layers:
    ...     _ = layer.weight.data.fill_(1.0)
    >>> gates = replace_units(net, torch.tensor([[0.0, 0.0], [0.0, 1.0]]), gates="nor")
    >>> to_classifier(gates).readout.classes
    2
    """
    ranks = ranks_of(net.scores)
    least = min(rank[0] for rank in ranks)
    voters = [_voters(rank, least) for rank in ranks]
    places = max(1, *(len(v) for v in voters))
    padded = [v + [_Voter(0, 0)] * (places - len(v)) for v in voters]
    flat = [voter for of_class in padded for voter in of_class]
    connected = net.connected.repeat_interleave(places, dim=1)
    connected &= torch.tensor([voter.least > 0 for voter in flat])
    with torch.random.fork_rng(devices=[]):  # the random starts are not kept
        last = ThresholdLayer(
            len(net.connected),
            len(flat),
            complements=False,
            threshold=[max(voter.least - 1, 0) for voter in flat],
            inverted=[voter.least > 0 for voter in flat],
        )
        largest = max(1, *(abs(voter.vote) for voter in flat))
        readout = VoteReadout(len(flat), len(ranks), votes="powers", largest=largest, tau=1.0)
    last.latent.data.copy_(torch.where(connected, 1.0, -1.0))
    readout.latent.data.copy_(torch.tensor([float(voter.vote) for voter in flat]))
    layers = [*net.layers, last]
    return Classifier(
        Threshold(), layers[0].in_features, layers, readout, shape=shape, class_names=class_names
    )


def ranks_of(scores: Sequence[Sequence[float]]) -> list[list[int]]:
    """Return whole numbers that compare between any two rows as the scores do.

    Parameters
    ----------
    scores
        Scores of each class.

    Returns
    -------
    list of list of int
        From 0 on, as few as it takes: within a row, scores that no score of another row lies between have
        the same rank.

    Examples
    --------
    >>> ranks_of([[0.1, 0.2, 0.9], [0.2, 0.5, 0.6]])
    [[0, 1, 3], [1, 2, 2]]
    """
    owners: dict[float, set[int]] = {}
    for c, row in enumerate(scores):
        for score in row:
            owners.setdefault(score, set()).add(c)
    values = sorted(owners)
    rank = {values[0]: 0}
    for before, value in pairwise(values):
        alone = owners[before] == owners[value] and len(owners[value]) == 1
        rank[value] = rank[before] + (not alone)
    return [[rank[score] for score in row] for row in scores]


def _voters(ranks: Sequence[int], least: int) -> list[_Voter]:
    """Return voters whose votes come to the rank of each count, less `least`."""
    steps = [ranks[0] - least, *(b - a for a, b in pairwise(ranks))]
    return [_Voter(count, vote) for count, step in enumerate(steps) for vote in signed_powers(step)]


def signed_powers(number: int) -> list[int]:
    """Return the fewest powers of two, each with a sign, that come to a number.

    Examples
    --------
    >>> signed_powers(7), signed_powers(-5), signed_powers(0)
    ([-1, 8], [-1, -4], [])
    """
    found = []
    power = 1
    while number:
        if number % 2:
            digit = 2 - number % 4
            found.append(digit * power)
            number -= digit
        number //= 2
        power *= 2
    return found
