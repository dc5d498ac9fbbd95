"""The waist of nor2hdl: NOR netlists, how to build, read, write, evaluate and look at them.

What works on a netlist is a function here. Those that look at a netlist are mostly its methods, too:
``net.cone("cls[0]")`` calls ``cone(net, "cls[0]")``, and takes and returns the same.
"""

from nor2hdl.netlist._builder import Builder
from nor2hdl.netlist._core import Netlist, Port, assemble
from nor2hdl.netlist._graph import from_networkx, to_networkx
from nor2hdl.netlist._inspect import Statistics, cone, fanout, path, statistics
from nor2hdl.netlist._machine import Machine, read_machine, write_machine
from nor2hdl.netlist._names import FALSE, Net, find_net, loop_text, net_name, net_number
from nor2hdl.netlist._order import stable_order
from nor2hdl.netlist._parse import parse
from nor2hdl.netlist._random import random_netlist
from nor2hdl.netlist._reference import interpret, interpret_nets
from nor2hdl.netlist._text import read_netlist, to_text, write_netlist

__all__ = [
    "FALSE",
    "Builder",
    "Machine",
    "Net",
    "Netlist",
    "Port",
    "Statistics",
    "assemble",
    "cone",
    "fanout",
    "find_net",
    "from_networkx",
    "interpret",
    "interpret_nets",
    "loop_text",
    "net_name",
    "net_number",
    "parse",
    "path",
    "random_netlist",
    "read_machine",
    "read_netlist",
    "stable_order",
    "statistics",
    "to_networkx",
    "to_text",
    "write_machine",
    "write_netlist",
]
