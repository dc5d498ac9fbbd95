"""What an engine is, and the engine that defines the meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from nor2hdl.errors import OptionError
from nor2hdl.netlist import interpret

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist


class Engine(Protocol):
    """A way to evaluate a netlist; all engines give equal results.

    Attributes
    ----------
    name
        The name under which `ENGINES` lists it.
    """

    name: str

    def run(self, net: Netlist, samples: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Evaluate `net`.

        Parameters
        ----------
        net
            The circuit.
        samples : bool [n, num_inputs]
            One row a sample, bits in port order, at least one row.

        Returns
        -------
        bool [n, num_outputs]
            One row a sample, bits in port order.

        Raises
        ------
        OptionError
            If `samples` has another type or width or no row.
        """
        ...


class ReferenceEngine:
    """The slow interpreter that defines what a netlist means; see `nor2hdl.netlist.interpret`."""

    name = "reference"

    def run(self, net: Netlist, samples: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Evaluate `net` as `Engine.run` says."""
        check_samples(net, samples)
        return interpret(net, samples)


def check_samples(net: Netlist, samples: NDArray[np.bool_]) -> None:
    """Raise `OptionError` unless `samples` is bool [n, num_inputs] with n > 0."""
    if samples.ndim != 2 or samples.dtype != bool or samples.shape[1] != net.num_inputs:
        shape = ", ".join(map(str, samples.shape))
        raise OptionError(f"samples must be bool [samples, {net.num_inputs}], not {samples.dtype} [{shape}]")
    if len(samples) == 0:
        raise OptionError("samples must hold at least one row, not 0")
