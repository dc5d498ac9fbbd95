"""One layer's structure: a map from latent parameters to weights, whose zeros are what is not connected."""

from __future__ import annotations

from typing import Any, Literal, cast

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from nor2hdl.errors import ModelError
from nor2hdl.learn._layers import ThresholdLayer

Values = Literal["ones", "latent"]


class Structure(nn.Module):
    """A map from latent parameters to weights, to be carried by a layer as a parametrization.

    Subclasses say which entries are kept (`mask`). What a kept weight is depends on `values`; the gradient
    goes straight through, to kept and absent entries alike. A subclass with another backward rule overrides
    `forward`.

    Parameters
    ----------
    values
        ``"ones"``: a kept weight is 1, as in a <0,1> layer. ``"latent"``: it is the latent parameter.

    Raises
    ------
    ModelError
        If `values` is neither.

    Examples
    --------
    >>> class Positive(Structure):
    ...     def mask(self, latent):
    ...         return latent > 0
    >>> layer = nn.Linear(2, 1, bias=False)
    >>> carry(layer, Positive(values="ones"))
    >>> _ = latent_of(layer).data.copy_(torch.tensor([[0.3, -0.2]]))
    >>> layer.weight.tolist()
    [[1.0, 0.0]]
    """

    def __init__(self, *, values: Values = "ones") -> None:
        super().__init__()
        if values not in ("ones", "latent"):
            raise ModelError(f"values must be 'ones' or 'latent', not {values!r}")
        self.values: Values = values

    def mask(self, latent: Tensor) -> Tensor:
        """Return which entries are kept, bool, of the shape of `latent`."""
        raise NotImplementedError

    def forward(self, latent: Tensor) -> Tensor:
        """Return the weights, of the shape and dtype of `latent`."""
        mask = self.mask(latent.detach())
        result: Tensor = StraightThrough.apply(latent, mask, self.values == "ones")  # type: ignore[no-untyped-call]
        return result

    def after_step(self, latent: nn.Parameter, lr: float) -> None:
        """Do what has to be done after each step of the optimizer; nothing by default."""


class StraightThrough(torch.autograd.Function):
    """The mask, or the latent parameters under it; the gradient reaches every latent parameter unchanged.

    So does the rule of Discovering Neural Wirings (arXiv 1906.00586, section 3): an absent edge learns what
    it would do if it were there.
    """

    @staticmethod
    def forward(ctx: Any, latent: Tensor, mask: Tensor, ones: bool) -> Tensor:  # noqa: ARG004 - torch passes ctx
        """Return the weights for latent parameters and a bool mask of one shape."""
        return mask.to(latent.dtype) if ones else latent * mask

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:  # noqa: ARG004 - torch passes ctx
        """Return the gradient as it came."""
        return gradient, None, None


def carry(layer: nn.Module, structure: Structure) -> None:
    """Put a structure on a layer: on the latent weights of 0/1 neurons, or on the weights of a linear layer.

    Parameters
    ----------
    layer
        A `ThresholdLayer` (`NorLayer` included) or `torch.nn.Linear`.
    structure
        Comes to be the layer's parametrization; the layer's weights are from then on what it says.

    Raises
    ------
    ModelError
        If the layer is of another kind, or carries a structure.

    Examples
    --------
    >>> carry(nn.Conv1d(1, 1, 3), Structure())
    Traceback (most recent call last):
        ...
    nor2hdl.errors.ModelError: layer must be a ThresholdLayer or nn.Linear to carry a structure, not Conv1d
    """
    check_free(layer)
    structure.to(latent_of(layer).device)
    parametrize.register_parametrization(layer, carried_name(layer), structure)


def check_free(layer: nn.Module) -> None:
    """Raise `ModelError` unless the layer can carry a structure and carries none."""
    if parametrize.is_parametrized(layer, carried_name(layer)):
        raise ModelError("layer must carry one structure at most, but has one; fold it first")


def carried_name(layer: nn.Module) -> str:
    """Return the name of the parameter that a structure sits on; `ModelError` if the layer has none."""
    if isinstance(layer, ThresholdLayer):
        return "latent"
    if isinstance(layer, nn.Linear):
        return "weight"
    raise ModelError(
        f"layer must be a ThresholdLayer or nn.Linear to carry a structure, not {type(layer).__name__}"
    )


def structure_of(layer: nn.Module) -> Structure | None:
    """Return the structure that a layer carries, None where it carries none."""
    name = carried_name(layer)
    if not parametrize.is_parametrized(layer, name):
        return None
    return cast("Structure", cast("Any", layer.parametrizations)[name][0])


def latent_of(layer: nn.Module) -> nn.Parameter:
    """Return the parameters that a layer learns: those under its structure, where it carries one."""
    name = carried_name(layer)
    if parametrize.is_parametrized(layer, name):
        return cast("nn.Parameter", cast("Any", layer.parametrizations)[name].original)
    return cast("nn.Parameter", getattr(layer, name))


def fold(layer: nn.Module) -> None:
    """Leave the weights that the structure found in evaluation mode, and throw the structure away.

    Parameters
    ----------
    layer
        A layer that carries a structure; one that carries none is left as it is.
    """
    name = carried_name(layer)
    structure = structure_of(layer)
    if structure is not None:
        structure.eval()
        parametrize.remove_parametrizations(layer, name, leave_parametrized=True)


@torch.no_grad()
def kept_share(layer: nn.Module) -> float:
    """Return the share of a layer's weights that are kept, 0 to 1.

    Parameters
    ----------
    layer
        A `ThresholdLayer`, whose weight is 1 where the latent one is above 0, or a `torch.nn.Linear`.

    Examples
    --------
    >>> layer = nn.Linear(2, 1, bias=False)
    >>> _ = layer.weight.data.copy_(torch.tensor([[0.0, -0.2]]))
    >>> kept_share(layer)
    0.5
    """
    weights = getattr(layer, carried_name(layer))
    kept = weights > 0 if isinstance(layer, ThresholdLayer) else weights != 0
    return float(kept.float().mean())
