"""All engines by name."""

from __future__ import annotations

import contextlib
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from nor2hdl.errors import OptionError
from nor2hdl.simulate._amaranth import AmaranthEngine
from nor2hdl.simulate._c import CEngine
from nor2hdl.simulate._engine import Engine, Prepared, ReferenceEngine, Simulator
from nor2hdl.simulate._fast import FastEngine
from nor2hdl.simulate._verilog import IcarusEngine, VerilatorEngine

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from nor2hdl.netlist import Netlist

_ALL: tuple[Engine, ...] = (
    ReferenceEngine(),
    FastEngine(),
    CEngine(),
    AmaranthEngine(),
    IcarusEngine(),
    VerilatorEngine(),
)

ENGINES: Mapping[str, Engine] = MappingProxyType({engine.name: engine for engine in _ALL})
"""Every engine under its name: ``reference``, ``fast``, ``c``, ``amaranth``, ``icarus`` and ``verilator``."""


def get_engine(name: str) -> Engine:
    """Return the engine of that name.

    Parameters
    ----------
    name
        A key of `ENGINES`.

    Raises
    ------
    OptionError
        If there is no such engine; the error lists those that there are.

    Examples
    --------
    >>> get_engine("fast").name
    'fast'
    """
    if name not in ENGINES:
        raise OptionError(f"engine must be one of {', '.join(map(repr, ENGINES))}, not {name!r}")
    return ENGINES[name]


def prepare(net: Netlist, engine: str = "fast") -> AbstractContextManager[Prepared]:
    """Build what `engine` needs for `net` once, for runs on several sets of samples.

    Parameters
    ----------
    net
        The circuit.
    engine
        Name of an engine in `ENGINES`.

    Returns
    -------
    AbstractContextManager[Prepared]
        For a ``with`` statement; the files of the build are gone after it. Engines that build nothing give
        a `Prepared` all the same, with a build time of 0.

    Raises
    ------
    OptionError
        If there is no such engine or the circuit is too large for it.
    NetlistError
        If it is too large to become Verilog, and the engine needs that.
    ToolError
        If the engine's program is missing or fails.

    Examples
    --------
    >>> import numpy as np
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> b.output("y", b.input("x"))
    >>> with prepare(b.freeze(), "c") as ready:
    ...     ready.run(np.array([[True], [False]])).tolist()
    [[True], [False]]
    """
    runner = get_engine(engine)
    if isinstance(runner, Simulator):
        return runner.prepare(net)
    return contextlib.nullcontext(Prepared(net, 0.0, partial(runner.run, net)))
