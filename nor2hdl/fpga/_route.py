"""Place and route by nextpnr, built for WebAssembly: it comes with pip, runs everywhere, and takes its time.

The first start of a program translates it for the machine, some seconds; the result stays in the user's cache
folder of YoWASP.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nor2hdl import tools
from nor2hdl.errors import ToolError
from nor2hdl.files import write_text
from nor2hdl.fpga._spread import spread

if TYPE_CHECKING:
    from pathlib import Path

    from nor2hdl.fpga._parts import Part

_REPORT = "timing.json"
_PLACED = "placed.json"
_HINT = "see the lines marked ERROR; another seed, a larger part or a smaller circuit may help"


@dataclass(frozen=True, slots=True)
class Timing:
    """Clock rate of a design after routing, by the tool's worst-case models.

    Attributes
    ----------
    fmax_mhz
        Highest rate of the design's clock, in MHz.
    logic_ns, routing_ns
        Delay of the longest path from register to register, in cells and in wires, in ns. What is missing to
        the period is the skew of the clock.
    clocks
        For every clock: its name, the rate that was asked for and the highest one, in MHz.
    used
        Number of resources that are taken, by the tool's name.

    Examples
    --------
    >>> Timing(50.0, 12.0, 8.0, (("clk", 25.0, 50.0),), (("LUT", 3),)).critical_path_ns
    20.0
    """

    fmax_mhz: float
    logic_ns: float
    routing_ns: float
    clocks: tuple[tuple[str, float, float], ...]
    used: tuple[tuple[str, int], ...]

    @property
    def critical_path_ns(self) -> float:
        """Shortest period of the design's clock, in ns."""
        return 1000 / self.fmax_mhz

    @property
    def passed(self) -> bool:
        """Whether every clock reaches the rate that was asked for."""
        return all(highest >= asked for _, asked, highest in self.clocks)


def place_and_route(
    folder: Path,
    part: Part,
    *,
    netlist: str,
    constraints: str = "",
    output: str = "",
    mhz: float,
    seed: int = 1,
    timeout: float | None,
) -> Timing:
    """Place and route a mapped design.

    Parameters
    ----------
    folder
        Where the files are, and where the program runs: it sees no other folder for certain.
    part
        The part.
    netlist
        Name of the file with the design as yosys JSON.
    constraints
        Name of the file with the pins, ``.pcf`` or ``.lpf``; empty to let the program choose.
    output
        Name of the file to write for the packer, or empty.
    mhz
        Rate of the clocks that the constraints do not name, in MHz. One that is missed is no error.
    seed
        Where the placer's random numbers begin.
    timeout
        Limit in seconds, of each run of the program: on ECP5 it places in one and routes in another.

    Raises
    ------
    ToolError
        If the program is missing or fails, or reports no clock.
    ToolTimeoutError
        If it does not end in time.
    """
    program = f"yowasp-nextpnr-{part.family}"
    command = [tools.find(program), *part.flags, "--package", part.package]
    command += ["--freq", f"{mhz:g}", "--seed", f"{seed}", "--timing-allow-fail"]
    # The default router does not end where wires are scarce, and these circuits are wires above all.
    command += ["--router", "router2"]
    if part.family == "ecp5":
        command += [*(["--lpf", constraints] if constraints else ["--lpf-allow-unconstrained"])]
        place = [*command, "--json", netlist, "--no-route", "--write", _PLACED]
        tools.run(place, timeout=timeout, cwd=folder, hint=_HINT)
        spread(folder / _PLACED, part.columns)
        command += ["--json", _PLACED, "--no-pack", "--no-place"]
        command += ["--textcfg", output] if output else []
    else:
        command += ["--json", netlist]
        command += ["--pcf", constraints] if constraints else []
        command += ["--asc", output] if output else []
    log = tools.run([*command, "--report", _REPORT], timeout=timeout, cwd=folder, hint=_HINT)
    return read_timing(folder / _REPORT, log)


def read_timing(path: Path, log: str = "") -> Timing:
    """Read the report of nextpnr; the slowest clock is the design's.

    Raises
    ------
    ToolError
        If it is not there, is damaged, or knows of no clock; `log` goes into the error.
    """
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
        fmax = {name: (c["constraint"], c["achieved"]) for name, c in report["fmax"].items()}
        clocks = tuple(
            (name, float(asked), float(highest)) for name, (asked, highest) in sorted(fmax.items())
        )
        used = tuple((k, int(v["used"])) for k, v in sorted(report["utilization"].items()) if v["used"])
        name, _, slowest = min(clocks, key=lambda clock: clock[2], default=("", 0.0, 0.0))
        logic, routing = _path(report["critical_paths"], name)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ToolError("nextpnr", f"wrote no report that can be read: {error!r}", output=log) from error
    if not clocks:
        raise ToolError(
            "nextpnr",
            "found no path from register to register",
            output=log,
            hint="measure a design with a clock",
        )
    return Timing(slowest, logic, routing, clocks, used)


def _path(paths: list[dict[str, Any]], clock: str) -> tuple[float, float]:
    """Return the delay in cells and in wires of the longest path within a clock, in ns."""
    for path in paths:
        if path["from"].endswith(f" {clock}") and path["to"].endswith(f" {clock}"):
            wires = sum(step["delay"] for step in path["path"] if step["type"] == "routing")
            return sum(step["delay"] for step in path["path"]) - wires, wires
    return 0.0, 0.0


def pack(folder: Path, part: Part, source: str, target: str, *, timeout: float | None) -> None:
    """Pack what place and route wrote into the bitstream that the part is loaded with.

    Raises
    ------
    ToolError
        If the packer is missing or fails.
    ToolTimeoutError
        If it does not end in time.
    """
    if part.family == "ecp5":
        command = [tools.find("yowasp-ecppack"), "--compress", source, target]
    else:
        command = [tools.find("yowasp-icepack"), source, target]
    tools.run(command, timeout=timeout, cwd=folder)


def write_constraints(path: Path, lines: list[str]) -> None:
    """Write pin constraints, a line each."""
    write_text(path, "".join(f"{line}\n" for line in lines))
