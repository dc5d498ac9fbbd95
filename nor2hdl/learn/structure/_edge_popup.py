"""Edge-popup: weights stay as they were drawn; scores are learned, and the best edges make the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

import torch
from torch import Tensor, nn

from nor2hdl.errors import OptionError
from nor2hdl.learn.structure._budget import edge_count, largest, layer_counts, values_for
from nor2hdl.learn.structure._learner import Learner
from nor2hdl.learn.structure._structure import StraightThrough, Structure, latent_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nor2hdl.learn.structure._structure import Values

Weights = Literal["signed", "normal", "own"]


class Popup(Structure):
    """Keep the edges of the k highest scores; the weights under them are frozen.

    The gradient g of a weight w reaches the score as g * w, of kept and absent edges alike, and no latent
    parameter (What's Hidden in a Randomly Weighted Neural Network?, arXiv 1911.13299).

    Parameters
    ----------
    keep
        How many are kept: a whole number of edges, or a share above 0 up to 1 (a float).
    scores : float, of the shape of the latent parameters
        The scores at the start.
    values
        See `Structure`; with ``"ones"`` every weight is 1 and the gradient reaches the score unchanged.

    Raises
    ------
    OptionError
        If the budget comes to no edge, or to more than exist.
    ModelError
        If `values` is neither of its choices.

    Examples
    --------
    >>> from nor2hdl.learn.structure import carry
    >>> layer = nn.Linear(3, 1, bias=False)
    >>> carry(layer, Popup(2, torch.tensor([[0.3, -0.1, 0.2]])))
    >>> layer.weight.tolist()
    [[1.0, 0.0, 1.0]]
    """

    def __init__(self, keep: float, scores: Tensor, *, values: Values = "ones") -> None:
        super().__init__(values=values)
        self.count = edge_count(keep, scores.numel())
        self.scores = nn.Parameter(scores.clone())

    def mask(self, latent: Tensor) -> Tensor:  # noqa: ARG002 - the scores decide alone
        """Return which entries are kept, bool, of the shape of `latent`."""
        return largest(self.scores.detach(), self.count)

    def forward(self, latent: Tensor) -> Tensor:
        """Return the weights, of the shape and dtype of `latent`."""
        mask: Tensor = StraightThrough.apply(self.scores, self.mask(latent), True)  # type: ignore[no-untyped-call]
        return mask if self.values == "ones" else latent.detach() * mask


class EdgePopup(Learner):
    """Find a subnetwork of random weights by learning a score for each edge.

    A linear layer's weights are drawn anew, with the standard deviation sqrt(2 / (in_features * share of
    edges kept)), which keeps the size of signals behind a ReLU; biases are left as they are, and are
    trained: layers without bias make the pure form. In a <0,1> layer all weights are 1, and the rule is
    that of `TopKWiring` on the scores, with another start.

    Parameters
    ----------
    keep
        The budget of each layer: a number of edges or a share above 0 up to 1 (a float); a sequence gives one
        for each layer.
    weights
        Frozen weights of a linear layer: ``"signed"`` for plus or minus the standard deviation, ``"normal"``
        for normal ones, ``"own"`` for those that the layer has.

    Raises
    ------
    OptionError
        If `weights` is none of its choices. On `attach`, if a budget comes to no edge or to more than exist,
        or the budgets are not one for each layer.

    Examples
    --------
    >>> layer = nn.Linear(8, 10, bias=False)
    >>> EdgePopup(0.25).attach([layer], seed=0)
    >>> layer.weight.detach().abs().unique(return_counts=True)
    (tensor([0., 1.]), tensor([60, 20]))
    """

    name = "edge-popup"

    def __init__(self, keep: float | Sequence[float], *, weights: Weights = "signed") -> None:
        if weights not in ("signed", "normal", "own"):
            raise OptionError(f"weights must be 'signed', 'normal' or 'own', not {weights!r}")
        self.keep = keep
        self.weights: Weights = weights
        self._counts: dict[nn.Module, int] = {}

    def structure_for(self, layer: nn.Module, seed: int) -> Popup:
        """Return the structure of a layer, its scores drawn evenly from +-1 / sqrt(inputs)."""
        latent = latent_of(layer)
        random = torch.Generator().manual_seed(seed)
        scores = (2 * torch.rand(latent.shape, generator=random) - 1) / cast("int", layer.in_features) ** 0.5
        return Popup(self._counts[layer], scores, values=values_for(layer))

    @torch.no_grad()
    def attach(self, layers: Sequence[nn.Module], *, seed: int) -> None:
        """Draw weights and scores for each layer; see `Learner.attach`."""
        self._counts = layer_counts(self.keep, layers)
        super().attach(layers, seed=seed)
        for i, (layer, count) in enumerate(self._counts.items(), start=seed + len(layers)):
            if values_for(layer) == "latent" and self.weights != "own":
                latent = latent_of(layer)
                share = count / latent.numel()
                drawn = torch.randn(latent.shape, generator=torch.Generator().manual_seed(i))
                if self.weights == "signed":
                    drawn = torch.where(drawn < 0, -1.0, 1.0)
                latent.copy_(drawn * (2 / (cast("int", layer.in_features) * share)) ** 0.5)
