"""A cone as a graph for Graphviz."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nor2hdl.formats._excerpt import excerpt
from nor2hdl.netlist import net_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nor2hdl.netlist import Net, Netlist

_HEAD = """\
digraph cone {
  rankdir=LR; ranksep=0.5; nodesep=0.15;
  node [fontname="Helvetica", fontsize=10, height=0.3];
  edge [arrowsize=0.6];
"""


def to_dot(net: Netlist, nets: Net | Iterable[Net], *, depth: int | None = None) -> str:
    r"""Return the fan-in cone of some nets as DOT text: a node for each gate, with its provenance.

    Inputs are boxes, gates rounded, an output at each net that was asked for; gates beyond the depth are
    boxes of dashes. Names are quoted, so that nothing in them is taken as DOT.

    Parameters
    ----------
    net
        The netlist.
    nets
        The nets at the top of the cone, by number or by name.
    depth
        How many levels of gates to show; None for all.

    Raises
    ------
    NetlistError
        If there is no such net.
    OptionError
        If the depth is below 1, or there are more than 500 gates to draw.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> b.output("y", [b.nor(*b.input("x", 2))])
    >>> print(*to_dot(b.freeze(), "y").splitlines()[4:-1], sep="\n")
      n1 [shape=box, label="x[0]"];
      n2 [shape=box, label="x[1]"];
      n3 [shape=box, style=rounded, label="NOR %3"];
      out0 [shape=cds, label="y"];
      n1 -> n3;
      n2 -> n3;
      n3 -> out0;
    """
    part = excerpt(net, nets, depth)
    lines, edges = [], []
    for leaf in part.leaves:
        style = ", style=dashed" if leaf >= net.first_gate else ""
        lines.append(f"n{leaf} [shape=box{style}, label={_label(net_name(net, leaf), net.origin(leaf))}];")
    for gate in part.gates:
        fanin = net.fanin(gate).tolist()
        kind = ("1", "NOT")[len(fanin)] if len(fanin) < 2 else "NOR"
        label = _label(f"{kind} {net_name(net, gate)}", net.origin(gate))
        lines.append(f"n{gate} [shape=box, style=rounded, label={label}];")
        edges += [f"n{source} -> n{gate};" for source in fanin]
    for k, (name, number) in enumerate(part.tops):
        lines.append(f"out{k} [shape=cds, label={_label(name)}];")
        edges.append(f"n{number} -> out{k};")
    return _HEAD + "".join(f"  {line}\n" for line in (*lines, *edges)) + "}\n"


def _label(*lines: str) -> str:
    """Return lines as one quoted label, in which a backslash of theirs stands for itself."""
    texts = [line.replace("\\", "\\\\").replace('"', '\\"') for line in lines if line]
    return '"' + "\\n".join(texts) + '"'
