"""Magnitude pruning: train, take the smallest weights away, train on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, cast

import torch
from torch import Tensor, nn

from nor2hdl.errors import OptionError
from nor2hdl.learn._checks import check_whole
from nor2hdl.learn.structure._budget import (
    edge_count,
    edges_of,
    largest,
    largest_together,
    ranked,
    values_for,
)
from nor2hdl.learn.structure._learner import Learner
from nor2hdl.learn.structure._random_graph import FixedMask
from nor2hdl.learn.structure._structure import latent_of, structure_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nor2hdl.learn.structure._structure import Values

Rule = Literal["blinded", "uniform", "distributed", "random"]
RULES = ("blinded", "uniform", "distributed", "random")


class Pruned(FixedMask):
    """Keep what is not pruned yet; the gradient reaches those entries alone.

    With ``values="ones"`` an entry that is not pruned is 1 while its latent parameter is above 0, so that it
    may come and go; a pruned one never comes back.

    Parameters
    ----------
    shape
        Shape of the latent parameters; nothing is pruned at the start.
    values
        See `Structure`.
    seed
        Seed of the order in which random pruning takes the entries.

    Raises
    ------
    ModelError
        If `values` is neither of its choices.
    """

    def __init__(self, shape: Sequence[int], *, values: Values = "ones", seed: int = 0) -> None:
        super().__init__(torch.ones(*shape, dtype=torch.bool), values=values)
        self.seed = seed

    def mask(self, latent: Tensor) -> Tensor:
        """Return which entries are kept, bool, of the shape of `latent`."""
        return self.kept & (latent > 0) if self.values == "ones" else self.kept

    def importance(self, latent: Tensor, rule: Rule) -> Tensor:
        """Return what the entries are ranked by, float; those pruned come last.

        Parameters
        ----------
        latent : float
            The latent parameters.
        rule
            See `MagnitudePruning`.
        """
        size = ranked(latent, self.values)
        if rule == "random":
            size = torch.rand(latent.shape, generator=torch.Generator().manual_seed(self.seed)).to(
                size.device
            )
        elif rule == "distributed" and bool(self.kept.any()):
            spread = latent.detach()[self.kept].std(correction=0)
            size = size / spread.clamp_min(torch.finfo(size.dtype).tiny)
        return torch.where(self.kept, size, -math.inf)


class MagnitudePruning(Learner):
    """Train, prune the smallest weights, train on, until a share of them is left.

    The loop of Properties of Hidden Structures of Sparse Neural Networks (arXiv 2107.12917): before epoch
    `first`, and every `retrain` epochs from then on, the same share of the weights that are left is pruned.
    Pruned weights stay 0. Weights of a linear layer are ranked by size; the literals of a <0,1> layer by
    their latent value, of which those above 0 are connected.

    Parameters
    ----------
    keep
        What is left in the end, over all layers: a number of edges or a share above 0 up to 1 (a float).
    rule
        ``"blinded"``: the smallest over all layers. ``"uniform"``: the smallest of each layer, of each the
        same share, rounded. ``"distributed"``: over all layers by size / standard deviation of the layer's
        weights that are left. ``"random"``: any.
    rate
        Share of the weights left that a pruning takes; the last takes fewer, to end at `keep`. None takes the
        share that ends at `keep` in the middle of the run.
    first
        Epoch before which to prune for the first time, from 0. NOR gates learn better when they are pruned
        from the start: with many literals a gate is never 1.
    retrain
        Epochs after each pruning.

    Raises
    ------
    OptionError
        If a setting is out of range. On `attach`, if the budget comes to no edge or to more than exist. At
        the start of a run, if its epochs are too few for the schedule.

    Examples
    --------
    >>> layer = nn.Linear(10, 10)
    >>> learner = MagnitudePruning(0.18, rate=0.5)
    >>> learner.attach([layer], seed=0)
    >>> for epoch in range(6):
    ...     learner.start_epoch(epoch, 6)
    ...     print(epoch, int((layer.weight != 0).sum()))
    0 50
    1 50
    2 25
    3 25
    4 18
    5 18
    """

    name = "magnitude"

    def __init__(
        self,
        keep: float,
        *,
        rule: Rule = "blinded",
        rate: float | None = None,
        first: int = 0,
        retrain: int = 2,
    ) -> None:
        if rule not in RULES:
            raise OptionError(f"rule must be one of {', '.join(RULES)}, not {rule!r}")
        if rate is not None and not (type(rate) is float and 0 < rate < 1):
            raise OptionError(f"rate must be None or a share between 0 and 1, not {rate!r}")
        check_whole("first", first, 0, OptionError)
        check_whole("retrain", retrain, 1, OptionError)
        self.keep, self.rate, self.first, self.retrain = keep, rate, first, retrain
        self.rule: Rule = rule
        self._total = 0
        self._target = 0

    def structure_for(self, layer: nn.Module, seed: int) -> Pruned:
        """Return the structure of a layer, which prunes nothing yet."""
        latent = latent_of(layer)
        return Pruned(latent.shape, values=values_for(layer), seed=seed)

    def attach(self, layers: Sequence[nn.Module], *, seed: int) -> None:
        """Put a structure that prunes nothing yet on each layer; see `Learner.attach`."""
        self._total = sum(edges_of(layer) for layer in layers)
        self._target = edge_count(self.keep, self._total)
        super().attach(layers, seed=seed)

    def schedule(self, epochs: int) -> dict[int, int]:
        """Return how many edges are left after each pruning, by the epoch before which it is done."""
        share = self._target / self._total
        if self.rate is None:
            steps = room = (epochs // 2 - self.first) // self.retrain + 1
            needed = 2 * self.first
        else:
            steps = max(1, math.ceil(math.log(share) / math.log1p(-self.rate) - 1e-9))
            room = (epochs - self.first) // self.retrain
            needed = self.first + self.retrain * steps
        if not 1 <= steps <= room:
            raise OptionError(f"epochs must be {needed} or more to prune to {self.keep!r}, not {epochs!r}")
        factor = share ** (1 / steps) if self.rate is None else 1 - self.rate
        left = [max(self._target, round(self._total * factor ** (i + 1))) for i in range(steps - 1)]
        return {self.first + i * self.retrain: n for i, n in enumerate([*left, self._target])}

    def start_epoch(self, epoch: int, epochs: int) -> None:
        """Prune, if it is time to."""
        left = self.schedule(epochs).get(epoch)
        if left is not None:
            self._prune(left)

    @torch.no_grad()
    def _prune(self, left: int) -> None:
        structures = [cast("Pruned", structure_of(layer)) for layer in self.layers]
        pairs = zip(self.layers, structures, strict=True)
        ranks = [structure.importance(latent_of(layer), self.rule) for layer, structure in pairs]
        if self.rule == "uniform":
            masks = [largest(r, max(1, round(left * r.numel() / self._total))) for r in ranks]
        else:
            masks = largest_together(ranks, left)
        for structure, mask in zip(structures, masks, strict=True):
            structure.kept.copy_(mask)
