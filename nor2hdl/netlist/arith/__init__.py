"""Arithmetic of NOR gates for a `Builder`: adders, popcounts, comparisons, argmax.

Numbers are nets, lowest bit first. Blocks that come in several shapes are told by a `Target` what the circuit
is meant for.
"""

from nor2hdl.netlist.arith._adders import full_adder, half_adder, half_adder_plus_one, mux, xnor
from nor2hdl.netlist.arith._argmax import argmax, contenders
from nor2hdl.netlist.arith._compare import at_least, greater, thresholds
from nor2hdl.netlist.arith._fold import Target, nor
from nor2hdl.netlist.arith._popcount import adder_cost, popcount

__all__ = [
    "Target",
    "adder_cost",
    "argmax",
    "at_least",
    "contenders",
    "full_adder",
    "greater",
    "half_adder",
    "half_adder_plus_one",
    "mux",
    "nor",
    "popcount",
    "thresholds",
    "xnor",
]
