"""The learner that the default recipes use: latent weights sink until what does not earn its keep is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from nor2hdl.errors import ModelError, OptionError
from nor2hdl.learn._checks import check_decay
from nor2hdl.learn._layers import ThresholdLayer
from nor2hdl.learn.structure._learner import Learner
from nor2hdl.learn.structure._structure import check_free

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import nn


class SelfPruning(Learner):
    """Pull every latent weight of 0/1 neurons down a little each step; a weight is 1 above 0.

    It puts no structure on a layer: what is connected follows from the latent weights themselves.

    Parameters
    ----------
    decay
        How far a latent weight sinks a step, in units of the learning rate.

    Raises
    ------
    OptionError
        If the decay is no finite number of 0 or more.
    ModelError
        On `attach`, if a layer is no `ThresholdLayer`, or carries a structure.

    Examples
    --------
    >>> layer = ThresholdLayer(2, 1, complements=False)
    >>> _ = layer.latent.data.fill_(0.5)
    >>> learner = SelfPruning(0.1)
    >>> learner.attach([layer], seed=0)
    >>> learner.after_step(1.0)
    >>> layer.latent.flatten().tolist()
    [0.4000000059604645, 0.4000000059604645]
    """

    name = "decay"

    def __init__(self, decay: float) -> None:
        check_decay(decay, OptionError)
        self.decay = decay

    def attach(self, layers: Sequence[nn.Module], *, seed: int) -> None:  # noqa: ARG002 - draws nothing
        """Take the layers; see `Learner.attach`."""
        for layer in layers:
            if not isinstance(layer, ThresholdLayer):
                raise ModelError(f"layer must be a ThresholdLayer to be pruned, not {type(layer).__name__}")
            check_free(layer)
        self.layers = tuple(layers)

    def after_step(self, lr: float) -> None:
        """Pull the latent weights down."""
        for layer in self.layers:
            cast("ThresholdLayer", layer).decay(lr * self.decay)
