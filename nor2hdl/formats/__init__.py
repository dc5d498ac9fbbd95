"""Foreign netlist files in and out."""

from nor2hdl.formats._aiger_read import read_aiger
from nor2hdl.formats._aiger_write import write_aiger

__all__ = ["read_aiger", "write_aiger"]
