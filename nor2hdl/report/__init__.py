"""What a circuit costs and what is known of it: sizes, mapped sizes, the report of a build."""

from nor2hdl.report._report import (
    Accuracy,
    Approximation,
    CircuitSize,
    Claim,
    ModelSummary,
    PassStep,
    PipelineSummary,
    Report,
    read_report,
    write_report,
)
from nor2hdl.report._size import Mapped, Size, map_circuit, map_verilog, part_sizes, total_size

__all__ = [
    "Accuracy",
    "Approximation",
    "CircuitSize",
    "Claim",
    "Mapped",
    "ModelSummary",
    "PassStep",
    "PipelineSummary",
    "Report",
    "Size",
    "map_circuit",
    "map_verilog",
    "part_sizes",
    "read_report",
    "total_size",
    "write_report",
]
