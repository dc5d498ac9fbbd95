"""BinaryConnect: latent weights between 0 and 1 that are used as 0 or 1 (Learning Digital Circuits)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from nor2hdl.errors import OptionError
from nor2hdl.learn._checks import check_decay, check_finite
from nor2hdl.learn.structure._learner import Learner
from nor2hdl.learn.structure._structure import Structure, latent_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor, nn

HALF = 0.5
START = 0.001


class Binary(Structure):
    """Weights that are 1 where the latent weight is 0.5 or more, else 0.

    The gradient goes straight through to every latent weight, which is put back into [0, 1] after each
    step [1]_ [2]_.

    Parameters
    ----------
    decay
        How far a latent weight sinks a step, in units of the learning rate: a pull to 0 that the papers do
        not have.

    Raises
    ------
    OptionError
        If the decay is no finite number of 0 or more.

    References
    ----------
    .. [1] "Learning Digital Circuits: A Journey Through Weight Invariant Self-Pruning Neural Networks",
       arXiv:1909.00052 (2019).
    .. [2] M. Courbariaux, Y. Bengio, J.-P. David, "BinaryConnect", arXiv:1511.00363 (2015).

    Examples
    --------
    >>> Binary()(torch.tensor([0.0, 0.49, 0.5, 1.0])).tolist()
    [0.0, 0.0, 1.0, 1.0]
    """

    def __init__(self, *, decay: float = 0.0) -> None:
        super().__init__(values="ones")
        check_decay(decay, OptionError)
        self.decay = decay

    def mask(self, latent: Tensor) -> Tensor:
        """Return where the latent weight is 0.5 or more."""
        return latent >= HALF

    @torch.no_grad()
    def after_step(self, latent: nn.Parameter, lr: float) -> None:
        """Pull the latent weights down by `lr` times the decay and put them back into [0, 1]."""
        if self.decay:
            latent.sub_(lr * self.decay)
        latent.clamp_(0, 1)


class BinaryConnect(Learner):
    """Give every layer `Binary` weights that start as 0 but for a few that start as 1.

    Parameters
    ----------
    start
        Share of the weights that start as 1, drawn at random; all others start as exactly 0.
    decay
        See `Binary`.

    Raises
    ------
    OptionError
        If the share is no number above 0 and up to 1, or the decay no finite number of 0 or more.

    Examples
    --------
    >>> layer = torch.nn.Linear(1000, 100, bias=False)
    >>> BinaryConnect().attach([layer], seed=0)
    >>> layer.weight.unique().tolist()
    [0.0, 1.0]
    """

    name = "binary-connect"

    def __init__(self, *, start: float = START, decay: float = 0.0) -> None:
        check_finite("start", start, OptionError)
        if not 0 < start <= 1:
            raise OptionError(f"start must be a share of the weights above 0 and up to 1, not {start!r}")
        check_decay(decay, OptionError)
        self.start = start
        self.decay = decay

    def structure_for(self, layer: nn.Module, seed: int) -> Binary:  # noqa: ARG002 - every layer's is the same
        """Return a `Binary`."""
        return Binary(decay=self.decay)

    def attach(self, layers: Sequence[nn.Module], *, seed: int) -> None:
        """Put the structures on and draw the first ones; see `Learner.attach`."""
        super().attach(layers, seed=seed)
        random = torch.Generator().manual_seed(seed)
        for layer in layers:
            latent = latent_of(layer)
            chosen = torch.rand(latent.shape, generator=random) < self.start
            latent.data.copy_(chosen)
