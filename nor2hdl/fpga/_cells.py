"""Counts of the cells that a design is made of, from the netlist that yosys writes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nor2hdl.fpga._parts import Family

_FLIP_FLOPS = ("SB_DFF", "TRELLIS_FF", "FDRE", "FDSE", "FDCE", "FDPE")
_CARRY = ("SB_CARRY", "CCU2C", "CARRY4")
_LUTS = ("SB_LUT4", "LUT1", "LUT2", "LUT3", "LUT4", "LUT5", "LUT6")
_NOTHING = ("$scopeinfo", "INV")
"""Cells that take nothing of the part: notes, and inverters that go into what they drive."""


@dataclass(frozen=True, slots=True)
class Cells:
    """What a design needs of a part.

    Attributes
    ----------
    luts
        Lookup tables, those that carry cells are made of included.
    flip_flops
        Flip-flops.
    carry
        Carry cells.
    pins
        Bits of all ports.
    slots
        Places for a lookup table that are taken. On iCE40 these are logic cells, of which a flip-flop takes
        one for itself unless its lookup table drives nothing else; elsewhere as many as `luts`.
    other
        Numbers of cells of other kinds, by name.

    Examples
    --------
    >>> Cells(luts=3, flip_flops=2, carry=0, pins=4, slots=3).luts
    3
    """

    luts: int
    flip_flops: int
    carry: int
    pins: int
    slots: int
    other: tuple[tuple[str, int], ...] = ()


def count_cells(module: Mapping[str, Any], family: Family) -> Cells:
    """Count the cells of a module of a yosys JSON netlist, mapped to `family`.

    Examples
    --------
    >>> lut = {"type": "LUT4", "connections": {"A": [2], "Z": [3]}, "port_directions": {}}
    >>> count_cells({"ports": {"a": {"bits": [2]}, "z": {"bits": [3]}}, "cells": {"one": lut}}, "ecp5")
    Cells(luts=1, flip_flops=0, carry=0, pins=2, slots=1, other=())
    """
    kinds = Counter(str(cell["type"]) for cell in module["cells"].values())
    luts = sum(n for kind, n in kinds.items() if kind in _LUTS)
    flip_flops = sum(n for kind, n in kinds.items() if kind.startswith(_FLIP_FLOPS))
    carry = sum(n for kind, n in kinds.items() if kind in _CARRY)
    if family == "ecp5":
        luts += 2 * carry
    known = (*_LUTS, *_CARRY, *_NOTHING)
    other = sorted((k, n) for k, n in kinds.items() if k not in known and not k.startswith(_FLIP_FLOPS))
    pins = sum(len(port["bits"]) for port in module["ports"].values())
    slots = luts + _alone(module) if family == "ice40" else luts
    return Cells(luts, flip_flops, carry, pins, slots, tuple(other))


def _alone(module: Mapping[str, Any]) -> int:
    """Return the flip-flops and carry cells of iCE40 that share no logic cell with a lookup table."""
    cells = [(str(cell["type"]), cell["connections"]) for cell in module["cells"].values()]
    users = Counter(bit for bits in _inputs(module) for bit in bits)
    tables = [pins for kind, pins in cells if kind == "SB_LUT4"]
    private = {pins["O"][0] for pins in tables if users[pins["O"][0]] == 1}
    sums = {(*pins["I1"], *pins["I2"], *pins["I3"]) for pins in tables}
    alone = sum(kind.startswith("SB_DFF") and pins["D"][0] not in private for kind, pins in cells)
    return alone + sum(
        kind == "SB_CARRY" and (*pins["I0"], *pins["I1"], *pins["CI"]) not in sums for kind, pins in cells
    )


def _inputs(module: Mapping[str, Any]) -> Iterator[list[Any]]:
    for port in module["ports"].values():
        yield port["bits"]
    for cell in module["cells"].values():
        for name, bits in cell["connections"].items():
            if cell["port_directions"][name] == "input":
                yield bits
