"""Spread what nextpnr has placed on an ECP5 over twice as many columns, so that it can be routed.

Nextpnr fills most tiles of an ECP5 with all the eight lookup tables that they have room for, however empty
the part is, and has no option against it. A classifier's tables have three or four inputs each, from all over
the circuit, and the wires into a full tile are too few for them: the router hands them around for hours.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from nor2hdl.errors import ToolError
from nor2hdl.files import write_text
from nor2hdl.fpga._synth import TOP

if TYPE_CHECKING:
    from pathlib import Path

_FIRST = 2
"""The first column of lookup tables; the others follow without a gap."""

_BEL = "NEXTPNR_BEL"
_SITE = re.compile(r"X(\d+)/(Y\d+)/SLICE([A-D])(\..+)")


def spread(path: Path, columns: int) -> None:
    """Give columns of a placed design a second one, the fullest first, as long as there are free ones.

    Half of the slices of each tile move to the tile beside it. What must hold within a tile holds still: a
    flip-flop stays with its lookup table, and a tile has no more clocks and enables than before. A column
    with a carry chain is left as it is: the chain runs from tile to tile of a row by wires of its own.

    Parameters
    ----------
    path
        The design, as nextpnr writes it with ``--write``; it is replaced.
    columns
        Columns of lookup tables that the part has.

    Raises
    ------
    ToolError
        If the file is not there or is no such design.
    """
    try:
        design = json.loads(path.read_text(encoding="utf-8"))
        _move(list(design["modules"][TOP]["cells"].values()), columns)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ToolError("nextpnr", f"wrote no placed design that can be read: {error!r}") from error
    write_text(path, json.dumps(design))


def _move(cells: list[dict[str, Any]], columns: int) -> None:
    matches = [(cell, _SITE.fullmatch(cell["attributes"].get(_BEL, ""))) for cell in cells]
    sites = [(cell, int(match[1]), match) for cell, match in matches if match]
    used = Counter(x for _, x, _ in sites)
    chained = {x for cell, x, _ in sites if cell["parameters"].get("MODE") == "CCU2"}
    loose = [x for x, _ in used.most_common() if x not in chained]
    doubled = set(loose[: columns - len(used)])
    # In the middle of the part, where the pins of all sides are near.
    column = _FIRST + (columns - len(used) - len(doubled)) // 2
    target = {}
    for x in sorted(used):
        target[x] = column
        column += 1 + (x in doubled)
    for cell, x, match in sites:
        half, kept = divmod("ABCD".index(match[3]), 2) if x in doubled else (0, "ABCD".index(match[3]))
        cell["attributes"][_BEL] = f"X{target[x] + half}/{match[2]}/SLICE{'ABCD'[kept]}{match[4]}"
