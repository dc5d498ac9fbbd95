"""Measure a circuit on a part: cells, clock rate, latency, inferences per second."""

from __future__ import annotations

import dataclasses
import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nor2hdl.errors import ToolTimeoutError
from nor2hdl.fpga import _cache as cache
from nor2hdl.fpga._cells import Cells
from nor2hdl.fpga._fit import overflow, smallest_part, verdict
from nor2hdl.fpga._parts import get_part
from nor2hdl.fpga._route import Timing, place_and_route
from nor2hdl.fpga._synth import commands, component_design, count_features, synthesize
from nor2hdl.pipeline import Pipeline, pipeline_netlist

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nor2hdl.fpga._parts import Part
    from nor2hdl.fpga._synth import Design
    from nor2hdl.netlist import Netlist

_FORM = 2
"""To be raised when counting, placement or what is stored changes: old results are made anew then."""

_TARGET_MHZ = 100.0
"""What place and route aims at."""

_LATE_HINT = "; another seed, a larger part or more time may help"


@dataclass(frozen=True, slots=True)
class FpgaReport:
    """What a circuit takes of a part and how fast it is there.

    Attributes
    ----------
    part, family, device
        The part: its name in `PARTS`, and what it is.
    latency_cycles
        Clock cycles from the cycle that takes a sample to its result: the stages of the pipeline.
    core
        What the pipeline alone needs.
    design
        What is placed and routed: the pipeline behind a stream of bytes, as in `nor2hdl.hdl.StreamTop`.
    fits
        Whether the part holds `design`.
    verdict
        The same in a sentence, with numbers; where it does not fit, what would hold it; and whether place
        and route ran out of time.
    smallest_part
        The smallest part that holds `design`, or None.
    cycles_per_sample
        Clock cycles between two samples of the stream of bytes. The pipeline itself takes one each cycle.
    timing
        Clock rate after routing; None where the design does not fit, the part has no open router, or place
        and route did not end in time.
    seed
        Of the placer.
    seconds
        What the measurement took when it was made.
    versions
        Of the tools.

    Examples
    --------
    >>> cells = Cells(luts=10, flip_flops=4, carry=0, pins=9, slots=10)
    >>> timing = Timing(50.0, 12.0, 8.0, (("clk", 100.0, 50.0),), ())
    >>> report = FpgaReport("p", "ecp5", "LFE5U-25F", 2, cells, cells, True, "", "p", 100, timing, 1, 2.5, {})
    >>> report.latency_ns, report.inferences_per_second, report.stream_inferences_per_second
    (40.0, 50000000.0, 500000.0)
    """

    part: str
    family: str
    device: str
    latency_cycles: int
    core: Cells
    design: Cells
    fits: bool
    verdict: str
    smallest_part: str | None
    cycles_per_sample: int
    timing: Timing | None
    seed: int
    seconds: float
    versions: Mapping[str, str]

    @property
    def fmax_mhz(self) -> float | None:
        """Highest clock rate in MHz."""
        return None if self.timing is None else self.timing.fmax_mhz

    @property
    def latency_ns(self) -> float | None:
        """Time from the clock edge that takes a sample to the one that can take its result, in ns."""
        return None if self.timing is None else self.latency_cycles * self.timing.critical_path_ns

    @property
    def inferences_per_second(self) -> float | None:
        """What the pipeline does when it is fed a sample each cycle."""
        return None if self.timing is None else 1e6 * self.timing.fmax_mhz

    @property
    def stream_inferences_per_second(self) -> float | None:
        """What it does when it is fed a byte each cycle."""
        rate = self.inferences_per_second
        return None if rate is None else rate / self.cycles_per_sample

    def to_json(self) -> str:
        """Return all of it as JSON text."""
        names = ("fmax_mhz", "latency_ns", "inferences_per_second", "stream_inferences_per_second")
        derived = {name: getattr(self, name) for name in names}
        derived["critical_path_ns"] = None if self.timing is None else self.timing.critical_path_ns
        capacity = get_part(self.part)
        holds = {name: getattr(capacity, name) for name in ("luts", "flip_flops", "carry", "pins")}
        whole = dataclasses.asdict(self) | derived | {"capacity": holds}
        return json.dumps(whole, indent=1, sort_keys=True) + "\n"


def measure(
    circuit: Pipeline | Netlist,
    part: str,
    *,
    seed: int = 1,
    timeout: float = 1800,
    step: Callable[[str], None] = lambda _: None,
) -> FpgaReport:
    """Synthesize, place and route a classifier on a part, and say how large and how fast it is.

    A part has too few pins for a whole sample: the circuit is placed behind a stream of bytes, and its clock
    rate is that of all of it. Results are kept in the user's cache folder, by the content of the design, the
    part, the options and the versions of the tools, so that a second call ends at once; those without a
    clock rate because time ran out are not kept.

    Parameters
    ----------
    circuit
        The circuit, with its bytes at ``pix`` and its class at ``cls``; a netlist is one stage, with
        registers behind it.
    part
        Name of the part, a key of `PARTS`.
    seed
        Where the placer's random numbers begin; the clock rate differs by some percent between seeds.
    timeout
        Limit of each program, in seconds.
    step
        Called with the name of each step as it begins.

    Returns
    -------
    FpgaReport
        Also where the design does not fit, or place and route does not end in time.

    Raises
    ------
    OptionError
        If the part is not known, or the circuit has no bytes at ``pix`` and no class at ``cls``.
    ToolError
        If a program is missing or fails.
    ToolTimeoutError
        If synthesis does not end in time.
    OutputError
        If the disk for temporary files is full.
    """
    from nor2hdl.hdl import PipelineComponent, StreamTop

    chosen = get_part(part)
    pipeline = circuit if isinstance(circuit, Pipeline) else pipeline_netlist(circuit, stages=1)
    features = count_features(pipeline)
    design = component_design(StreamTop(PipelineComponent(pipeline), features))
    core = component_design(PipelineComponent(pipeline))
    start = time.monotonic()
    entry = _key(design, core, chosen, seed)
    found = cache.fetch(entry)
    if found is None:
        found = _measure(core, design, chosen, seed, timeout, step)
        found["seconds"] = round(time.monotonic() - start, 1)
        if not found["late"]:
            cache.store(entry, found)
    else:
        step(f"{chosen.name}: as measured before")
    cells = _cells(found["design"])
    smallest = smallest_part(cells, chosen)
    return FpgaReport(
        part=chosen.name,
        family=chosen.family,
        device=chosen.device,
        latency_cycles=pipeline.latency,
        core=_cells(found["core"]),
        design=cells,
        fits=not overflow(cells, chosen),
        verdict=verdict(cells, chosen) + found["late"],
        smallest_part=None if smallest is None else smallest.name,
        cycles_per_sample=features,
        timing=found["timing"] and _timing(found["timing"]),
        seed=seed,
        seconds=found["seconds"],
        versions=cache.versions(),
    )


def _key(design: Design, core: Design, part: Part, seed: int) -> str:
    return cache.key(
        form=_FORM,
        design=design.text,
        core=core.text,
        part=dataclasses.asdict(part),
        passes=commands(part),
        mhz=_TARGET_MHZ,
        seed=seed,
        versions=cache.versions(),
    )


def _measure(
    core: Design, design: Design, part: Part, seed: int, timeout: float, step: Callable[[str], None]
) -> dict[str, Any]:
    """Return the cells of both designs and the timing of the second, as what JSON knows."""
    step(f"{part.name}: synthesize the circuit alone")
    alone = synthesize(core, part, timeout=timeout)
    with tempfile.TemporaryDirectory(prefix="nor2hdl-") as name:
        folder = Path(name)
        step(f"{part.name}: synthesize the circuit behind a stream of bytes")
        cells = synthesize(design, part, timeout=timeout, netlist=folder / "top.json")
        timing, late = None, ""
        if part.routable and not overflow(cells, part):
            step(f"{part.name}: place and route {cells.slots:,} lookup tables")
            try:
                timing = place_and_route(
                    folder, part, netlist="top.json", mhz=_TARGET_MHZ, seed=seed, timeout=timeout
                )
            except ToolTimeoutError:
                late = f"; no clock rate: place and route did not end within {timeout:g} s{_LATE_HINT}"
    parts = {"core": alone, "design": cells, "timing": timing}
    plain = {name: value and dataclasses.asdict(value) for name, value in parts.items()}
    return dict(json.loads(json.dumps(plain | {"late": late})))


def _cells(stored: Mapping[str, Any]) -> Cells:
    return Cells(**{**stored, "other": tuple((k, n) for k, n in stored["other"])})


def _timing(stored: Mapping[str, Any]) -> Timing:
    lists = {name: tuple(map(tuple, stored[name])) for name in ("clocks", "used")}
    return Timing(**{**stored, **lists})
