"""Top-k wiring: the k largest latent parameters are the edges, and absent ones learn to enter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

import torch
from torch import Tensor, nn

from nor2hdl.errors import OptionError
from nor2hdl.learn.structure._budget import (
    edge_count,
    edges_of,
    largest,
    largest_together,
    layer_counts,
    masked,
    ranked,
    values_for,
)
from nor2hdl.learn.structure._learner import Learner
from nor2hdl.learn.structure._structure import StraightThrough, Structure, latent_of, structure_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nor2hdl.learn.structure._structure import Values

Updates = Literal["all", "kept"]
Scope = Literal["layer", "global"]


class TopK(Structure):
    """Keep the k largest: by size where weights are the latent values, by value where they are 1.

    The gradient goes straight through to every latent parameter: an absent edge from u to v learns
    w_uv <- w_uv - a <Z_u, dL/dI_v>, and enters when it overtakes a kept one (Discovering Neural Wirings,
    arXiv 1906.00586). Of equal parameters the first are kept.

    Parameters
    ----------
    keep
        How many are kept: a whole number of edges, or a share above 0 up to 1 (a float).
    values
        See `Structure`.
    updates
        ``"all"``, or ``"kept"``: absent edges get no gradient, and `after_step` undoes what an optimizer with
        momentum did to them. One enters only when a kept edge falls below it.

    Attributes
    ----------
    swaps : int64 []
        Edges that entered since the structure was put on, as seen by forward passes in training mode.
    epoch_swaps : int64 []
        The same since the start of the epoch.

    Raises
    ------
    OptionError
        If `updates` is neither; when put on a layer, if the budget comes to no edge, or to more than exist.
    ModelError
        If `values` is neither of its choices.

    Examples
    --------
    >>> from torch.nn.utils.parametrize import register_parametrization
    >>> layer = register_parametrization(nn.Linear(3, 2, bias=False), "weight", TopK(2, values="latent"))
    >>> int((layer.weight != 0).sum())
    2
    """

    swaps: Tensor
    epoch_swaps: Tensor
    budget: Tensor | None
    kept: Tensor | None

    def __init__(self, keep: float, *, values: Values = "ones", updates: Updates = "all") -> None:
        super().__init__(values=values)
        _check_updates(updates)
        self.keep = keep
        self.updates: Updates = updates
        self.register_buffer("swaps", torch.tensor(0))
        self.register_buffer("epoch_swaps", torch.tensor(0))
        self.register_buffer("budget", None)
        self.register_buffer("kept", None)
        self._before: Tensor | None = None

    def mask(self, latent: Tensor) -> Tensor:
        """Return which entries are kept, bool, of the shape of `latent`."""
        count = edge_count(self.keep, latent.numel()) if self.budget is None else int(self.budget)
        return largest(ranked(latent, self.values), count)

    def forward(self, latent: Tensor) -> Tensor:
        """Return the weights, of the shape and dtype of `latent`."""
        mask = self.mask(latent)
        if self.training or self.kept is None:
            self._count(mask)
        if self.updates == "kept":
            self._before = latent.detach().clone()
            return masked(latent, mask, mask if self.values == "ones" else None)
        result: Tensor = StraightThrough.apply(latent, mask, self.values == "ones")  # type: ignore[no-untyped-call]
        return result

    @torch.no_grad()
    def after_step(self, latent: nn.Parameter, lr: float) -> None:  # noqa: ARG002 - no rate is needed
        """Put absent edges back where they were before the step, if they are not to be updated."""
        if self._before is not None and self.kept is not None:
            latent.copy_(torch.where(self.kept, latent, self._before))

    def _count(self, mask: Tensor) -> None:
        if self.kept is None:  # torch runs a structure once when it is put on, so that a state dict has it
            self.kept = mask.clone()
            return
        entered = (mask & ~self.kept).sum()
        self.swaps += entered
        self.epoch_swaps += entered
        self.kept.copy_(mask)


class TopKWiring(Learner):
    """Wire each layer by its k largest latent parameters, within a budget of edges.

    Parameters
    ----------
    keep
        The budget: a number of edges or a share above 0 up to 1 (a float); a sequence gives one for each
        layer. With scope ``"global"`` it is one budget over all layers.
    scope
        ``"layer"``: a budget for each layer. ``"global"``: the edges of all layers are ranked together after
        each step, so that layers compete (and one may end up without edges).
    updates
        See `TopK`.

    Raises
    ------
    OptionError
        If a setting is none of its choices. On `attach`, if a budget comes to no edge or to more than exist,
        or the budgets are not one for each layer.

    Examples
    --------
    >>> layers = [nn.Linear(10, 10), nn.Linear(10, 10)]
    >>> learner = TopKWiring(0.1, scope="global")
    >>> learner.attach(layers, seed=0)
    >>> learner.fold()
    >>> sum(int((layer.weight != 0).sum()) for layer in layers)
    20
    """

    name = "top-k"

    def __init__(
        self, keep: float | Sequence[float], *, scope: Scope = "layer", updates: Updates = "all"
    ) -> None:
        if scope not in ("layer", "global"):
            raise OptionError(f"scope must be 'layer' or 'global', not {scope!r}")
        if scope == "global" and not isinstance(keep, int | float):
            raise OptionError(f"keep must be one budget for scope 'global', not {keep!r}")
        _check_updates(updates)
        self.keep = keep
        self.scope: Scope = scope
        self.updates: Updates = updates
        self._counts: dict[nn.Module, int] = {}
        self._total = 0

    def structure_for(self, layer: nn.Module, seed: int) -> TopK:  # noqa: ARG002 - nothing is random
        """Return the `TopK` of a layer."""
        return TopK(self._counts[layer], values=values_for(layer), updates=self.updates)

    def attach(self, layers: Sequence[nn.Module], *, seed: int) -> None:
        """Put a `TopK` on each layer; see `Learner.attach`."""
        if self.scope == "layer":
            self._counts = layer_counts(self.keep, layers)
            super().attach(layers, seed=seed)
            return
        self._counts = {layer: edges_of(layer) for layer in layers}
        self._total = edge_count(cast("float", self.keep), sum(self._counts.values()))
        super().attach(layers, seed=seed)
        self._share_out()

    def after_step(self, lr: float) -> None:
        """Share a global budget out anew."""
        super().after_step(lr)
        if self.scope == "global":
            self._share_out()

    def start_epoch(self, epoch: int, epochs: int) -> None:  # noqa: ARG002 - the same in every epoch
        """Count the swaps of the epoch from 0."""
        for structure in self._structures():
            structure.epoch_swaps.zero_()

    def swaps(self) -> int:
        """Return how many edges entered since the start, over all layers; see `TopK`."""
        return sum(int(structure.swaps) for structure in self._structures())

    def _structures(self) -> list[TopK]:
        return [cast("TopK", structure_of(layer)) for layer in self.layers]

    def _share_out(self) -> None:
        structures = self._structures()
        pairs = zip(self.layers, structures, strict=True)
        ranks = [ranked(latent_of(layer), structure.values) for layer, structure in pairs]
        for structure, part in zip(structures, largest_together(ranks, self._total), strict=True):
            structure.budget = part.sum()


def _check_updates(updates: object) -> None:
    if updates not in ("all", "kept"):
        raise OptionError(f"updates must be 'all' or 'kept', not {updates!r}")
