"""A fixed random graph: the control that every learned wiring has to beat."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from nor2hdl.learn.structure._budget import largest, layer_counts, masked, values_for
from nor2hdl.learn.structure._learner import Learner
from nor2hdl.learn.structure._structure import Structure, latent_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nor2hdl.learn.structure._structure import Values


class FixedMask(Structure):
    """Keep what a mask says; the gradient reaches those entries alone.

    Parameters
    ----------
    kept : bool, of the shape of the latent parameters
        Which entries are kept.
    values
        See `Structure`.

    Raises
    ------
    ModelError
        If `values` is neither of its choices.

    Examples
    --------
    >>> from nor2hdl.learn.structure import carry
    >>> layer = nn.Linear(3, 1, bias=False)
    >>> carry(layer, FixedMask(torch.tensor([[True, False, True]])))
    >>> layer.weight.tolist()
    [[1.0, 0.0, 1.0]]
    """

    kept: Tensor

    def __init__(self, kept: Tensor, *, values: Values = "ones") -> None:
        super().__init__(values=values)
        self.register_buffer("kept", kept.clone())

    def mask(self, latent: Tensor) -> Tensor:  # noqa: ARG002 - the mask is fixed
        """Return which entries are kept, bool, of the shape of `latent`."""
        return self.kept

    def forward(self, latent: Tensor) -> Tensor:
        """Return the weights, of the shape and dtype of `latent`."""
        return masked(latent, self.kept, self.mask(latent) if self.values == "ones" else None)


class RandomGraph(Learner):
    """Draw the edges of each layer once, from the seed, and keep them.

    In a linear layer the weights of the edges are trained; they start wider, by 1 / sqrt(share kept), so that
    a neuron's input varies as much as with all edges. In a <0,1> layer nothing is left to train.

    Parameters
    ----------
    keep
        The budget of each layer: a number of edges or a share above 0 up to 1 (a float); a sequence gives one
        for each layer.

    Raises
    ------
    OptionError
        On `attach`, if a budget comes to no edge or to more than exist, or the budgets are not one for each
        layer.

    Examples
    --------
    >>> layer = nn.Linear(10, 10)
    >>> RandomGraph(0.07).attach([layer], seed=0)
    >>> int((layer.weight != 0).sum())
    7
    """

    name = "random-graph"

    def __init__(self, keep: float | Sequence[float]) -> None:
        self.keep = keep
        self._counts: dict[nn.Module, int] = {}

    def structure_for(self, layer: nn.Module, seed: int) -> FixedMask:
        """Return the mask of a layer."""
        latent = latent_of(layer)
        random = torch.Generator().manual_seed(seed)
        kept = largest(torch.rand(latent.shape, generator=random), self._counts[layer])
        return FixedMask(kept, values=values_for(layer))

    @torch.no_grad()
    def attach(self, layers: Sequence[nn.Module], *, seed: int) -> None:
        """Draw a mask for each layer; see `Learner.attach`."""
        self._counts = layer_counts(self.keep, layers)
        super().attach(layers, seed=seed)
        for layer, count in self._counts.items():
            if values_for(layer) == "latent":
                latent = latent_of(layer)
                latent.mul_((latent.numel() / count) ** 0.5)
