"""nor2hdl: compile trained <0,1> networks to proved NOR circuits and synthesizable Verilog.

The flow, room by room::

    dataset = nor2hdl.data.load("digits")
    model = nor2hdl.learn.nor_classifier(64, 10, hidden=[500])
    nor2hdl.learn.train(model, dataset, nor2hdl.learn.TrainConfig())
    extracted = nor2hdl.extract.extract(model)
    minimized = nor2hdl.minimize.minimize(extracted)
    nor2hdl.verify.prove(extracted, minimized).status
    nor2hdl.hdl.write_verilog(minimized, "top.v")
    nor2hdl.simulate.simulate(minimized, dataset.x_test, dataset.y_test, classes=10).accuracy

`nor2hdl.flow` strings these together into a build folder; the command line is thin over it. Rooms are
loaded when they are first used, so that ``import nor2hdl`` loads neither torch nor amaranth.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from nor2hdl.errors import (
    DataError,
    ExtractError,
    ModelError,
    NetlistError,
    Nor2hdlError,
    OptionError,
    OutputError,
    ToolError,
    ToolTimeoutError,
)
from nor2hdl.netlist import Netlist

if TYPE_CHECKING:
    from types import ModuleType

__version__ = "0.1.0"

_ROOMS = (
    "data",
    "explain",
    "extract",
    "flow",
    "formats",
    "hdl",
    "learn",
    "minimize",
    "netlist",
    "report",
    "simulate",
    "tools",
    "verify",
    "view",
)

__all__ = [
    "DataError",
    "ExtractError",
    "ModelError",
    "Netlist",
    "NetlistError",
    "Nor2hdlError",
    "OptionError",
    "OutputError",
    "ToolError",
    "ToolTimeoutError",
]


def __getattr__(name: str) -> ModuleType:
    if name in _ROOMS:
        return importlib.import_module(f"nor2hdl.{name}")
    raise AttributeError(f"module 'nor2hdl' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_ROOMS])
