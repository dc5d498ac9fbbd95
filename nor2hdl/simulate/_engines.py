"""All engines by name."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from nor2hdl.errors import OptionError
from nor2hdl.simulate._amaranth import AmaranthEngine
from nor2hdl.simulate._engine import Engine, ReferenceEngine
from nor2hdl.simulate._fast import FastEngine
from nor2hdl.simulate._verilog import IcarusEngine, VerilatorEngine

if TYPE_CHECKING:
    from collections.abc import Mapping

_ALL: tuple[Engine, ...] = (
    ReferenceEngine(),
    FastEngine(),
    AmaranthEngine(),
    IcarusEngine(),
    VerilatorEngine(),
)

ENGINES: Mapping[str, Engine] = MappingProxyType({engine.name: engine for engine in _ALL})
"""Every engine under its name: ``reference``, ``fast``, ``amaranth``, ``icarus`` and ``verilator``."""


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
