"""The FPGAs that circuits are measured on: what they hold, and how the tools call them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from nor2hdl.errors import OptionError

Family = Literal["ice40", "ecp5", "xc7"]


@dataclass(frozen=True, slots=True)
class Part:
    """An FPGA in a package.

    Attributes
    ----------
    name
        What users call it; a key of `PARTS`.
    family
        What synthesis is for: ``"ice40"``, ``"ecp5"`` or ``"xc7"``.
    device
        The maker's name.
    lut_inputs
        Inputs of a lookup table, 4 or 6.
    luts
        Lookup tables. On iCE40 each has a flip-flop of its own, with which it makes a logic cell.
    flip_flops
        Flip-flops.
    carry
        Carry cells: one bit each on iCE40, two on ECP5, four on Xilinx 7.
    pins
        Pins that a design can use in this package.
    level_ns
        About what a lookup table and the wires to it take, in ns, in a classifier after routing.
    package
        The package, as the place and route program spells it; empty where there is none.
    flags
        Further flags for place and route: device and speed grade.
    synth
        The yosys pass that maps to the family, with its options.
    columns
        Columns of lookup tables, on ECP5.

    Examples
    --------
    >>> PARTS["up5k-sg48"].luts
    5280
    """

    name: str
    family: Family
    device: str
    lut_inputs: int
    luts: int
    flip_flops: int
    carry: int
    pins: int
    level_ns: float
    package: str = ""
    flags: tuple[str, ...] = ()
    synth: str = ""
    columns: int = 0

    @property
    def routable(self) -> bool:
        """Whether there is an open place and route program for it; of others only cells are counted."""
        return self.family != "xc7"


def _ice40(name: str, device: str, flag: str, kind: str, cells: int, pins: int, package: str) -> Part:
    # A logic cell is a LUT, a flip-flop and a carry bit.
    level_ns = {"hx": 1.5, "lp": 2.2, "u": 3.7}[kind]
    return Part(
        name,
        "ice40",
        device,
        4,
        cells,
        cells,
        cells,
        pins,
        level_ns,
        package,
        (f"--{flag}",),
        f"synth_ice40 -device {kind}",
    )


def _ecp5(name: str, device: str, flag: str, speed: int, luts: int, pins: int, package: str) -> Part:
    # Without -nowidelut a function of five inputs or more takes whole pairs of LUTs: two thirds more LUTs.
    return Part(
        name,
        "ecp5",
        device,
        4,
        luts,
        luts,
        luts // 2,
        pins,
        1.3,
        package,
        (f"--{flag}", "--speed", f"{speed}"),
        "synth_ecp5 -nowidelut",
        {24288: 69, 43848: 87, 83640: 123}[luts],
    )


def _xc7(name: str, device: str, luts: int, pins: int) -> Part:
    return Part(
        name, "xc7", device, 6, luts, 2 * luts, luts // 4, pins, 0.8, synth="synth_xilinx -family xc7"
    )


_ALL = (
    _ice40("hx1k-tq144", "iCE40HX1K", "hx1k", "hx", 1280, 96, "tq144"),
    _ice40("lp1k-qn84", "iCE40LP1K", "lp1k", "lp", 1280, 67, "qn84"),
    _ice40("up5k-sg48", "iCE40UP5K", "up5k", "u", 5280, 39, "sg48"),
    _ice40("hx8k-ct256", "iCE40HX8K", "hx8k", "hx", 7680, 206, "ct256"),
    _ice40("lp8k-cm81", "iCE40LP8K", "lp8k", "lp", 7680, 63, "cm81"),
    _ecp5("ecp5-12k-cabga381", "LFE5U-12F", "12k", 6, 24288, 197, "CABGA381"),
    _ecp5("ecp5-25k-cabga381", "LFE5U-25F", "25k", 6, 24288, 197, "CABGA381"),
    _ecp5("ecp5-25k-cabga256", "LFE5U-25F", "25k", 6, 24288, 197, "CABGA256"),
    _ecp5("ecp5-25k-csfbga285", "LFE5U-25F", "25k", 8, 24288, 118, "CSFBGA285"),
    _ecp5("ecp5-45k-cabga381", "LFE5U-45F", "45k", 6, 43848, 203, "CABGA381"),
    _ecp5("ecp5-85k-cabga381", "LFE5U-85F", "85k", 6, 83640, 205, "CABGA381"),
    _ecp5("ecp5-5g-85k-cabga381", "LFE5UM5G-85F", "um5g-85k", 8, 83640, 205, "CABGA381"),
    _xc7("xc7a35t", "Artix-7 35T", 20800, 250),
    _xc7("xc7a100t", "Artix-7 100T", 63400, 300),
    _xc7("xc7z020", "Zynq-7020", 53200, 200),
    _xc7("xc7k325t", "Kintex-7 325T", 203800, 500),
)

PARTS: dict[str, Part] = {part.name: part for part in _ALL}
"""The known parts by name, within a family from small to large."""

FAMILIES = tuple(dict.fromkeys(part.family for part in _ALL))
"""The known families."""


def get_part(name: str) -> Part:
    """Return the part of this name.

    Raises
    ------
    OptionError
        If there is none; the names are listed.

    Examples
    --------
    >>> get_part("hx8k-ct256").device
    'iCE40HX8K'
    """
    if name not in PARTS:
        raise OptionError(f"part must be one of {', '.join(PARTS)}, not {name!r}")
    return PARTS[name]
