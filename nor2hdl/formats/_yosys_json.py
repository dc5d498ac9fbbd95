"""A cone as the JSON netlist of yosys, which netlistsvg draws."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from nor2hdl.formats._excerpt import excerpt
from nor2hdl.netlist import FALSE, net_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nor2hdl.netlist import Net, Netlist

_TOP = "cone"


def to_yosys_json(net: Netlist, nets: Net | Iterable[Net], *, depth: int | None = None) -> str:
    """Return the fan-in cone of some nets as JSON in the form of yosys's ``write_json``.

    Every net that feeds the cone is an input port of one bit under its name, every net that was asked for
    an output port. Gates of one and two fan-ins are the cells ``$_NOT_`` and ``$_NOR_``, for which
    netlistsvg has symbols; a wider one is a cell ``nor5``, whose module stands beside the cone for yosys.

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
        If the depth is below 1, or there are more than 500 gates.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> b.output("y", [b.nor(*b.input("x", 2))])
    >>> json.loads(to_yosys_json(b.freeze(), "y"))["modules"]["cone"]["cells"]["nor%3"]["connections"]
    {'A': [3], 'B': [4], 'Y': [5]}
    """
    part = excerpt(net, nets, depth)
    bits: dict[int, int | str] = {n: 2 + n for n in (*part.leaves, *part.gates)}  # 0 and 1 are no net bits
    bits[FALSE] = "0"
    ports = {net_name(net, leaf): _port("input", bits[leaf]) for leaf in part.leaves if leaf != FALSE}
    cells, widths = {}, set()
    for gate in part.gates:
        fanin = net.fanin(gate).tolist()
        if not fanin:
            bits[gate] = "1"
            continue
        widths.add(len(fanin))
        cells[f"nor{net_name(net, gate)}"] = _cell([bits[n] for n in fanin], bits[gate], net.origin(gate))
    for name, number in part.tops:
        free = name
        while free in ports:
            free += "_out"
        ports[free] = _port("output", bits[number])
    modules = {_TOP: {"attributes": {"top": f"{1:032b}"}, "ports": ports, "cells": cells}}
    modules |= {f"nor{width}": _wide(width) for width in sorted(widths) if width > 2}
    return json.dumps({"creator": "nor2hdl", "modules": modules}, indent=1) + "\n"


def _port(direction: str, *bits: int | str) -> dict[str, Any]:
    return {"direction": direction, "bits": list(bits)}


def _cell(fanin: list[int | str], output: int | str, label: str) -> dict[str, Any]:
    kind = {1: "$_NOT_", 2: "$_NOR_"}.get(len(fanin), f"nor{len(fanin)}")
    names = ["A", "B"] if len(fanin) < 3 else [f"A{i}" for i in range(len(fanin))]
    pins = dict(zip(names, fanin, strict=False))
    return {
        "type": kind,
        "attributes": {"src": label} if label else {},
        "port_directions": dict.fromkeys(pins, "input") | {"Y": "output"},
        "connections": {name: [bit] for name, bit in pins.items()} | {"Y": [output]},
    }


def _wide(width: int) -> dict[str, Any]:
    """Return a NOR of so many inputs as a module."""
    inputs = range(2, 2 + width)
    either, output = 2 + width, 3 + width
    wide = {
        "type": "$reduce_or",
        "parameters": {"A_SIGNED": f"{0:032b}", "A_WIDTH": f"{width:032b}", "Y_WIDTH": f"{1:032b}"},
        "port_directions": {"A": "input", "Y": "output"},
        "connections": {"A": list(inputs), "Y": [either]},
    }
    ports = {f"A{i}": _port("input", bit) for i, bit in enumerate(inputs)}
    return {
        "attributes": {},
        "ports": ports | {"Y": _port("output", output)},
        "cells": {"or": wide, "not": _cell([either], output, "")},
    }
