"""Gates of one kind side by side: the vectors that a netlist is written as."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nor2hdl.hdl._names import verilog_name

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist

WIDEST = 4096
"""Most gates in one vector; Amaranth ends at 65,536, and editors end sooner."""

UNKNOWN_PART = "gates"


class Vector(NamedTuple):
    """Gates of one part of the circuit that have the same level and the same number of fan-ins.

    Parameters
    ----------
    name
        Unique Verilog identifier ``part_l<level>_f<fan-in>``, numbered where there are several such vectors.
    nets : int64 [width]
        The nets that the gates drive, lowest bit first, ascending.
    fanin
        Number of fan-ins of each gate.
    """

    name: str
    nets: NDArray[np.int64]
    fanin: int


def vectors(net: Netlist, taken: set[str]) -> list[Vector]:
    """Return the gates of `net` as vectors, each after those that feed it.

    Parameters
    ----------
    net
        The netlist.
    taken
        Identifiers that no vector may have; those given to vectors are added.

    Returns
    -------
    list[Vector]
        By level, then part, then fan-in; every gate is in exactly one vector.
    """
    names, part = _parts(net)
    level = net.levels()[net.first_gate :]
    fanin = np.diff(net.offsets)
    order = np.lexsort((fanin, part, level))
    key = np.stack([level, part, fanin])[:, order]
    starts = np.flatnonzero((np.diff(key, prepend=-1) != 0).any(axis=0))
    found: list[Vector] = []
    for gates in np.split(order, starts[1:]) if len(order) else []:
        first = gates[0]
        label = f"{names[part[first]]}_l{level[first]}_f{fanin[first]}"
        for at in range(0, len(gates), WIDEST):
            name = verilog_name(label, taken)
            taken.add(name)
            found.append(Vector(name, net.first_gate + gates[at : at + WIDEST], int(fanin[first])))
    return found


def _parts(net: Netlist) -> tuple[list[str], NDArray[np.int64]]:
    """Return the names of the parts, in order of appearance, and the part of every gate: int64 [gates]."""
    known: dict[str, int] = {}
    of_tag = [known.setdefault(tag.split("/", 1)[0], len(known)) for tag in net.tags]
    of_tag.append(known.setdefault(UNKNOWN_PART, len(known)))  # the last entry serves origin -1
    return list(known), np.array(of_tag, np.int64)[net.origins]
