"""What an engine is, what a simulator that builds first is, and the engine that defines the meaning."""

from __future__ import annotations

import contextlib
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from nor2hdl.errors import OptionError
from nor2hdl.netlist import interpret

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist

Evaluate = Callable[["NDArray[np.bool_]"], "NDArray[np.bool_]"]
"""From samples, bool [n, num_inputs], to outputs, bool [n, num_outputs]."""


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


@dataclass(frozen=True, slots=True)
class Prepared:
    """A circuit that an engine has made ready; see `prepare`.

    Attributes
    ----------
    net
        The circuit.
    build_seconds
        Wall-clock time that this took: writing, compiling, loading.
    evaluate
        What does the work, on samples that fit.
    """

    net: Netlist
    build_seconds: float
    evaluate: Evaluate

    def run(self, samples: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Evaluate the circuit as `Engine.run` says, as often as is wanted.

        Raises
        ------
        OptionError
            If the samples do not fit the circuit, or are too many for the engine.
        ToolError
            If the engine's program fails.
        """
        check_samples(self.net, samples)
        return self.evaluate(samples)


class Simulator(ABC):
    """An engine that builds something from the circuit first, in a folder that is gone afterwards."""

    name: str

    @contextlib.contextmanager
    def prepare(self, net: Netlist) -> Iterator[Prepared]:
        """Build what runs `net`, for as long as the block lasts.

        Yields
        ------
        Prepared
            Runs the circuit on samples.

        Raises
        ------
        OptionError
            If the circuit is too large for the engine.
        NetlistError
            If it is too large to become Verilog, and the engine needs that.
        ToolError
            If the engine's program is missing or fails.
        """
        with tempfile.TemporaryDirectory(prefix="nor2hdl-") as folder:
            start = time.perf_counter()
            evaluate = self.build(net, Path(folder))
            yield Prepared(net, time.perf_counter() - start, evaluate)

    def run(self, net: Netlist, samples: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Evaluate `net` as `Engine.run` says; `prepare` builds once for several runs.

        Raises
        ------
        OptionError
            If the samples do not fit the circuit, or it or they are too large for the engine.
        NetlistError
            If it is too large to become Verilog, and the engine needs that.
        ToolError
            If the engine's program is missing or fails.
        """
        check_samples(net, samples)
        with self.prepare(net) as prepared:
            return prepared.run(samples)

    @abstractmethod
    def build(self, net: Netlist, folder: Path) -> Evaluate:
        """Return what evaluates `net`; files may stand in `folder`, which is empty."""


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
