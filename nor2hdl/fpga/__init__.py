"""Circuits on FPGAs with open tools from pip: cells, clock rates, bitstreams."""

from nor2hdl.fpga._bitstream import Bitstream, build_bitstream
from nor2hdl.fpga._boards import BOARDS, Board, get_board
from nor2hdl.fpga._cells import Cells
from nor2hdl.fpga._fit import smallest_part, verdict
from nor2hdl.fpga._parts import PARTS, Part, get_part
from nor2hdl.fpga._report import FpgaReport, measure
from nor2hdl.fpga._route import Timing
from nor2hdl.fpga._synth import Design, component_design, synthesize
from nor2hdl.fpga._table import report_table

__all__ = [
    "BOARDS",
    "PARTS",
    "Bitstream",
    "Board",
    "Cells",
    "Design",
    "FpgaReport",
    "Part",
    "Timing",
    "build_bitstream",
    "component_design",
    "get_board",
    "get_part",
    "measure",
    "report_table",
    "smallest_part",
    "synthesize",
    "verdict",
]
