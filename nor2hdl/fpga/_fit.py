"""Whether a design fits a part, by how much it does not, and what would hold it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nor2hdl.fpga._parts import PARTS

if TYPE_CHECKING:
    from nor2hdl.fpga._cells import Cells
    from nor2hdl.fpga._parts import Part


def overflow(cells: Cells, part: Part) -> list[tuple[str, int, int]]:
    """Return what a part has too little of: the resource, the number that is needed, that which is there.

    Examples
    --------
    >>> from nor2hdl.fpga import Cells
    >>> overflow(Cells(luts=1300, flip_flops=9, carry=0, pins=9, slots=1305), PARTS["hx1k-tq144"])
    [('logic cells', 1305, 1280)]
    """
    table = "logic cells" if part.family == "ice40" else f"LUT{part.lut_inputs}"
    found = [
        (table, cells.slots, part.luts),
        ("flip-flops", cells.flip_flops, part.flip_flops),
        ("carry cells", cells.carry, part.carry),
        ("pins", cells.pins, part.pins),
    ]
    return [entry for entry in found if entry[1] > entry[2]]


def smallest_part(cells: Cells, part: Part) -> Part | None:
    """Return the smallest part of `part`'s LUT size that holds a design, or None.

    Cells are counted as mapped to `part`; other families differ by some percent, so that a part must have a
    twentieth to spare there.

    Examples
    --------
    >>> from nor2hdl.fpga import Cells
    >>> cells = Cells(luts=9000, flip_flops=9, carry=0, pins=9, slots=9000)
    >>> smallest_part(cells, PARTS["hx8k-ct256"]).name
    'ecp5-12k-cabga381'
    """
    for other in sorted(PARTS.values(), key=lambda p: p.luts):
        room = 1.0 if other.family == part.family else 1.05
        enough = cells.slots * room <= other.luts and cells.flip_flops <= other.flip_flops
        if other.lut_inputs == part.lut_inputs and enough and not overflow(cells, other):
            return other
    return None


def verdict(cells: Cells, part: Part) -> str:
    """Return one sentence: that a design fits, or by how much it does not and what would hold it.

    Examples
    --------
    >>> from nor2hdl.fpga import Cells
    >>> cells = Cells(luts=1300, flip_flops=9, carry=0, pins=9, slots=1305)
    >>> print(verdict(cells, PARTS["hx1k-tq144"]))
    does not fit hx1k-tq144: needs 1,305 logic cells, but it has 1,280, 25 too few; up5k-sg48 would hold it
    """
    too_few = overflow(cells, part)
    if not too_few:
        return (
            f"fits {part.name}: {cells.slots:,} of {part.luts:,} lookup tables, {cells.slots / part.luts:.0%}"
        )
    parts = [f"{need:,} {what}, but it has {has:,}, {need - has:,} too few" for what, need, has in too_few]
    larger = smallest_part(cells, part)
    mend = (
        "no known part would hold it: make the circuit smaller"
        if larger is None
        else f"{larger.name} would hold it"
    )
    return f"does not fit {part.name}: needs {'; '.join(parts)}; {mend}"
