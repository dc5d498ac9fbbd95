"""Legal Verilog names for ports and vectors, whatever they are called in the netlist."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from nor2hdl.netlist import Netlist, Port

KEYWORDS = frozenset(
    """
    accept_on alias always always_comb always_ff always_latch and assert assign assume automatic before
    begin bind bins binsof bit break buf bufif0 bufif1 byte case casex casez cell chandle checker class
    clocking cmos config const constraint context continue cover covergroup coverpoint cross deassign
    default defparam design disable dist do edge else end endcase endchecker endclass endclocking
    endconfig endfunction endgenerate endgroup endinterface endmodule endpackage endprimitive endprogram
    endproperty endsequence endspecify endtable endtask enum event eventually expect export extends
    extern final first_match for force foreach forever fork forkjoin function generate genvar global
    highz0 highz1 if iff ifnone ignore_bins illegal_bins implements implies import incdir include
    initial inout input inside instance int integer interconnect interface intersect join join_any
    join_none large let liblist library local localparam logic longint macromodule matches medium
    modport module nand negedge nettype new nexttime nmos nor noshowcancelled not notif0 notif1 null or
    output package packed parameter pmos posedge primitive priority program property protected pull0
    pull1 pulldown pullup pulsestyle_ondetect pulsestyle_onevent pure rand randc randcase randsequence
    rcmos real realtime ref reg reject_on release repeat restrict return rnmos rpmos rtran rtranif0
    rtranif1 s_always s_eventually s_nexttime s_until s_until_with scalared sequence shortint shortreal
    showcancelled signed small soft solve specify specparam static string strong strong0 strong1 struct
    super supply0 supply1 sync_accept_on sync_reject_on table tagged task this throughout time
    timeprecision timeunit tran tranif0 tranif1 tri tri0 tri1 triand trior trireg type typedef union
    unique unique0 unsigned until until_with untyped use uwire var vectored virtual void wait wait_order
    wand weak weak0 weak1 while wildcard wire with within wor xnor xor
    """.split()  # noqa: SIM905  (quotes around 250 words say nothing)
)
"""The reserved words of SystemVerilog (IEEE 1800-2017, annex B), those of Verilog among them."""

LONGEST = 200
"""Longest name that is kept whole; the standard lets a tool cut names after 1,024 characters."""

HANDSHAKE = ("clk", "rst", "valid_in", "ready_in", "valid_out", "ready_out")
"""Ports of a pipeline besides those of its circuit."""

_MEMBERS = frozenset({"signature", "metadata", "elaborate"})  # taken in every Amaranth component


def verilog_name(name: str, taken: Container[str] = ()) -> str:
    """Return the Verilog identifier that stands for `name`.

    Letters, digits and underscores are kept, everything else becomes an underscore, so that nothing in a name
    can end it and add code of its own. A name that is legal and free is returned as it is.

    Parameters
    ----------
    name
        Any text.
    taken
        Identifiers in use already.

    Returns
    -------
    str
        A letter, then ASCII letters, digits and underscores; neither a reserved word nor in `taken`.

    Examples
    --------
    >>> verilog_name("pix"), verilog_name("1x"), verilog_name("module"), verilog_name("a;endmodule")
    ('pix', 'n1x', 'module_', 'a_endmodule')
    >>> verilog_name("a;endmodule", {"a_endmodule"})
    'a_endmodule_2'
    """
    plain = re.sub(r"[^0-9A-Za-z_]", "_", name)[:LONGEST]
    if not plain[:1].isalpha():
        plain = "n" + plain
    if plain in KEYWORDS:
        plain += "_"
    legal = plain
    number = 2
    while legal in taken:
        legal = f"{plain}_{number}"
        number += 1
    return legal


class HasPorts(Protocol):
    """Anything with the ports of a circuit: a netlist, a pipeline."""

    @property
    def inputs(self) -> tuple[Port, ...]:
        """Input ports."""
        ...

    @property
    def outputs(self) -> tuple[Port, ...]:
        """Output ports."""
        ...


def port_names(net: HasPorts, reserved: Iterable[str] = ()) -> dict[str, str]:
    """Return the Verilog name of every port: what the component and the Verilog call it.

    Ports of no width are left out, as Verilog has none.

    Parameters
    ----------
    net
        The netlist or pipeline.
    reserved
        Identifiers that no port may have.

    Returns
    -------
    dict[str, str]
        From the port's name in the netlist to its name in the hardware; inputs first, in port order.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> wire = b.input("wire")
    >>> b.output("y", wire)
    >>> port_names(b.freeze())
    {'wire': 'wire_', 'y': 'y'}
    """
    taken = {*_MEMBERS, *reserved}
    names: dict[str, str] = {}
    for port in (*net.inputs, *net.outputs):
        if port.width:
            names[port.name] = verilog_name(port.name, taken)
            taken.add(names[port.name])
    return names


def free_name(net: Netlist) -> str:
    """Return a name for the module that none of the netlist's ports has: ``top``, or the like.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> b.output("top", b.input("x"))
    >>> free_name(b.freeze())
    'top_'
    """
    taken = set(port_names(net).values())
    name = "top"
    while name in taken:
        name += "_"
    return name
