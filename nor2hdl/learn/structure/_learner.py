"""A way to find the structure of a whole model: what it puts on the layers, what its loop does besides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nor2hdl.learn._checks import LARGEST_SEED
from nor2hdl.learn.structure._structure import carry, check_free, fold, latent_of, structure_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import nn

    from nor2hdl.learn.structure._structure import Structure


class Learner:
    """A way to find the structure of a whole model.

    A training loop calls `attach` once, `start_epoch` before each epoch, `after_step` after each step, and
    `fold` at the end. What a run needs to go on after an interruption is in the parameters and buffers of
    the structures, or follows from the number of the epoch.

    Subclasses define `name` and `structure_for`, and override the rest where they do more. Their public
    attributes are their settings, JSON values.
    """

    name = ""
    layers: Sequence[nn.Module] = ()
    seed = 0

    def settings(self) -> dict[str, Any]:
        """Return the settings: a checkpoint is of a run whose learner has the same."""
        public = {k: v for k, v in vars(self).items() if not k.startswith("_") and k != "layers"}
        return {"name": self.name, **public}

    def structure_for(self, layer: nn.Module, seed: int) -> Structure:
        """Return the structure that `layer` is to carry; random choices come from `seed` alone."""
        raise NotImplementedError

    def attach(self, layers: Sequence[nn.Module], *, seed: int) -> None:
        """Put a structure on each layer.

        Parameters
        ----------
        layers
            Each a `ThresholdLayer` or `torch.nn.Linear`.
        seed
            Where the random choices of the learner begin.

        Raises
        ------
        ModelError
            If a layer cannot carry a structure, or carries one; no layer is changed then.
        OptionError
            If the layers do not suit the learner's settings.
        """
        for layer in layers:
            check_free(layer)
        structures = [
            self.structure_for(layer, (seed + i) % (LARGEST_SEED + 1)) for i, layer in enumerate(layers)
        ]
        for layer, structure in zip(layers, structures, strict=True):
            carry(layer, structure)
        self.layers = tuple(layers)
        self.seed = seed

    def start_epoch(self, epoch: int, epochs: int) -> None:
        """Do what has to be done before epoch `epoch`, from 0, of `epochs`; nothing by default."""

    def after_step(self, lr: float) -> None:
        """Do what has to be done after a step of the optimizer with learning rate `lr`."""
        for layer in self.layers:
            structure = structure_of(layer)
            if structure is not None:
                structure.after_step(latent_of(layer), lr)

    def fold(self) -> None:
        """Leave the weights that were found, and throw the structures away."""
        for layer in self.layers:
            fold(layer)
