"""Netlist -> Amaranth component -> Verilog."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from nor2hdl.hdl._machine_verilog import to_machine_verilog, write_machine_verilog
from nor2hdl.hdl._names import HANDSHAKE, free_name, port_names, verilog_name
from nor2hdl.hdl._pipeline_verilog import to_pipeline_verilog, write_pipeline_verilog
from nor2hdl.hdl._top_verilog import (
    component_verilog,
    to_stream_verilog,
    to_uart_verilog,
    write_stream_verilog,
    write_uart_verilog,
)
from nor2hdl.hdl._verilog import to_rtlil, to_verilog, write_verilog

if TYPE_CHECKING:
    from nor2hdl.hdl._component import NetlistComponent
    from nor2hdl.hdl._machine import MachineComponent
    from nor2hdl.hdl._pipeline import PipelineComponent
    from nor2hdl.hdl._serial import SerialReadout
    from nor2hdl.hdl._stream import PACKET_BYTE, StreamClassifier, StreamTop
    from nor2hdl.hdl._uart import UartTop, bit_cycles

__all__ = [
    "HANDSHAKE",
    "PACKET_BYTE",
    "MachineComponent",
    "NetlistComponent",
    "PipelineComponent",
    "SerialReadout",
    "StreamClassifier",
    "StreamTop",
    "UartTop",
    "bit_cycles",
    "component_verilog",
    "free_name",
    "port_names",
    "to_machine_verilog",
    "to_pipeline_verilog",
    "to_rtlil",
    "to_stream_verilog",
    "to_uart_verilog",
    "to_verilog",
    "verilog_name",
    "write_machine_verilog",
    "write_pipeline_verilog",
    "write_stream_verilog",
    "write_uart_verilog",
    "write_verilog",
]

_LAZY = {
    "MachineComponent": "_machine",
    "NetlistComponent": "_component",
    "PACKET_BYTE": "_stream",
    "PipelineComponent": "_pipeline",
    "SerialReadout": "_serial",
    "StreamClassifier": "_stream",
    "StreamTop": "_stream",
    "UartTop": "_uart",
    "bit_cycles": "_uart",
}


def __getattr__(name: str) -> object:
    """Load what needs Amaranth when it is first used: Amaranth takes long to load."""
    if name in _LAZY:
        return getattr(importlib.import_module(f"nor2hdl.hdl.{_LAZY[name]}"), name)
    raise AttributeError(f"module 'nor2hdl.hdl' has no attribute {name!r}")
