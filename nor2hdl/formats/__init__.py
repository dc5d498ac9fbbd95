"""Foreign netlist files in and out."""

from nor2hdl.formats._aiger_read import read_aiger
from nor2hdl.formats._aiger_write import write_aiger
from nor2hdl.formats._ands import and_graph
from nor2hdl.formats._blif_read import read_blif
from nor2hdl.formats._blif_write import write_blif
from nor2hdl.formats._circuit import read_circuit, read_remark, write_circuit
from nor2hdl.formats._dot import to_dot
from nor2hdl.formats._yosys_json import to_yosys_json

__all__ = [
    "and_graph",
    "read_aiger",
    "read_blif",
    "read_circuit",
    "read_remark",
    "to_dot",
    "to_yosys_json",
    "write_aiger",
    "write_blif",
    "write_circuit",
]
