"""Netlist -> one portable C file, for those who deploy on a CPU."""

from nor2hdl.csource._compile import CompiledC, compile_c
from nor2hdl.csource._text import to_c, write_c

__all__ = ["CompiledC", "compile_c", "to_c", "write_c"]
