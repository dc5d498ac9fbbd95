"""Netlist -> Amaranth component -> Verilog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nor2hdl.hdl._names import free_name, port_names, verilog_name
from nor2hdl.hdl._verilog import to_verilog, write_verilog

if TYPE_CHECKING:
    from nor2hdl.hdl._component import NetlistComponent

__all__ = ["NetlistComponent", "free_name", "port_names", "to_verilog", "verilog_name", "write_verilog"]


def __getattr__(name: str) -> object:
    """Load `NetlistComponent` when it is first used: it brings Amaranth, which takes long to load."""
    if name == "NetlistComponent":
        from nor2hdl.hdl._component import NetlistComponent

        return NetlistComponent
    raise AttributeError(f"module 'nor2hdl.hdl' has no attribute {name!r}")
