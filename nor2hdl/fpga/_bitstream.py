"""From a circuit to the bitstream of a board."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nor2hdl.errors import OptionError, OutputError
from nor2hdl.files import write_text
from nor2hdl.fpga._boards import get_board
from nor2hdl.fpga._cache import versions
from nor2hdl.fpga._fit import overflow, verdict
from nor2hdl.fpga._route import pack, place_and_route, write_constraints
from nor2hdl.fpga._synth import component_design, count_features, synthesize
from nor2hdl.pipeline import Pipeline, lut_depth, pipeline_netlist

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nor2hdl.fpga._boards import Board
    from nor2hdl.fpga._cells import Cells
    from nor2hdl.fpga._route import Timing
    from nor2hdl.netlist import Netlist

_MOST_HALVINGS = 6

SUMMARY = "bitstream.json"
"""Name of the file that tells what the others are; it is written last."""


@dataclass(frozen=True, slots=True)
class Bitstream:
    """A bitstream and how it was made.

    Attributes
    ----------
    folder
        Where the files are.
    board
        Name of the board.
    stages
        Stages of the pipeline.
    clock_hz
        The clock of the circuit: that of the board, or a part of it.
    baud
        Rate of the serial line, in bits per second.
    features
        Bytes of a sample.
    cells
        What the design needs.
    timing
        After routing; each clock reaches the rate at which it runs.
    files
        Name and SHA-256 of each file; `bitstream` is one of them.
    bitstream
        Name of the file that the board is loaded with.
    program
        The command that loads it.
    note
        What to know of the board before use, or empty.
    versions
        Of the tools.
    """

    folder: Path
    board: str
    stages: int
    clock_hz: float
    baud: int
    features: int
    cells: Cells
    timing: Timing
    files: Mapping[str, str]
    bitstream: str
    program: str
    note: str
    versions: Mapping[str, str]

    def to_json(self) -> str:
        """Return all of it but the folder as JSON text."""
        whole = dataclasses.asdict(dataclasses.replace(self, folder=Path()))
        del whole["folder"]
        return json.dumps(whole, indent=1, sort_keys=True) + "\n"


class _TooLargeError(OptionError):
    """The part does not hold the circuit."""


@dataclass(frozen=True, slots=True)
class _Job:
    """What does not change from try to try."""

    board: Board
    baud: int
    seed: int
    timeout: float
    folder: Path
    step: Callable[[str], None]


def build_bitstream(
    circuit: Pipeline | Netlist,
    board: str,
    folder: Path | str,
    *,
    baud: int = 115_200,
    seed: int = 1,
    timeout: float = 1800,
    step: Callable[[str], None] = lambda _: None,
) -> Bitstream:
    """Make the bitstream of a classifier that listens and answers on the serial line of a board.

    The circuit runs at the board's clock if it can. A netlist is cut into about as few stages as that takes,
    fewer where the part does not hold so many; a pipeline is left as it is, and its clock is halved until it
    is slow enough. The clock that is really used is the one that place and route must reach.

    Writes ``top.il`` (the design), ``top.json`` (mapped), ``pins.pcf`` or ``pins.lpf``, ``top.bin`` or
    ``top.bit`` and ``bitstream.json``, all at the end. The same inputs give the same bytes.

    Parameters
    ----------
    circuit
        The circuit, with its bytes at ``pix`` and its class at ``cls``.
    board
        Name of the board, a key of `BOARDS`.
    folder
        Where to write; made if it is not there. Files of these names are replaced.
    baud
        Rate of the serial line, in bits per second.
    seed
        Where the placer's random numbers begin.
    timeout
        Limit of each program, in seconds.
    step
        Called with the name of each step as it begins.

    Returns
    -------
    Bitstream
        What was made.

    Raises
    ------
    OptionError
        If the board is not known, its part does not hold the design (the message says by how much, and what
        would), the circuit is no classifier of bytes, no clock is slow enough, or the baud rate does not go
        with the clock.
    ToolError
        If a program is missing or fails.
    ToolTimeoutError
        If a program does not end in time.
    OutputError
        If the folder cannot be written.
    """
    from nor2hdl.hdl import bit_cycles

    chosen = get_board(board)
    bit_cycles(chosen.clock_hz, baud)
    count_features(circuit)
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        work = tempfile.TemporaryDirectory(prefix=".fpga-", dir=folder)
    except OSError as error:
        raise OutputError(f"cannot write to {folder}: {error.strerror}; choose another folder") from error
    with work as name:
        job = _Job(chosen, baud, seed, timeout, Path(name), step)
        made = _slow_enough(circuit, job) if isinstance(circuit, Pipeline) else _deep_enough(circuit, job)
        made = _packed(made, job)
        try:
            (folder / SUMMARY).unlink(missing_ok=True)  # it must not speak of other files
            for file in made.files:
                (job.folder / file).replace(folder / file)
        except OSError as error:
            raise OutputError(f"cannot write to {folder}: {error.strerror}; choose another folder") from error
        made = dataclasses.replace(made, folder=folder)
        write_text(folder / SUMMARY, made.to_json())
    return made


def _deep_enough(net: Netlist, job: _Job) -> Bitstream:
    """Cut the circuit into ever more stages until it runs at the board's clock; else halve that."""
    part, mhz = job.board.part, job.board.clock_hz / 1e6
    most = max(1, lut_depth(net, part.lut_inputs))
    stages = min(most, math.ceil(most * part.level_ns * mhz / 1000))
    fitting: tuple[Pipeline, Bitstream] | None = None
    while True:
        pipeline = pipeline_netlist(net, stages=stages, lut=part.lut_inputs)
        try:
            made = _try(pipeline, job, 0)
        except _TooLargeError:
            if stages == 1:
                raise
            if fitting is None:
                return _slow_enough(pipeline_netlist(net, stages=1, lut=part.lut_inputs), job)
            return _halved(fitting[0], job, fitting[1])
        fitting = pipeline, made
        if made.timing.passed:
            return made
        if stages == most:
            return _halved(pipeline, job, made)
        stages = min(most, max(stages + 1, round(stages * mhz / made.timing.fmax_mhz)))


def _slow_enough(pipeline: Pipeline, job: _Job) -> Bitstream:
    """Leave the circuit as it is, and halve the clock if it must be."""
    made = _try(pipeline, job, 0)
    return made if made.timing.passed else _halved(pipeline, job, made)


def _halved(pipeline: Pipeline, job: _Job, made: Bitstream) -> Bitstream:
    """Halve the board's clock, which was too fast when `made` was made, until the circuit can follow."""
    for halvings in range(1, _MOST_HALVINGS + 1):
        if job.board.clock_hz / 2**halvings <= made.timing.fmax_mhz * 1e6:
            made = _try(pipeline, job, halvings)
            if made.timing.passed:
                return made
    least = job.board.clock_hz / 2**_MOST_HALVINGS / 1e6
    raise OptionError(
        f"circuit must run at {least:g} MHz or more on {job.board.name}, "
        f"but reaches {made.timing.fmax_mhz:.3g} MHz; cut it into more stages than {pipeline.latency}"
    )


def _try(pipeline: Pipeline, job: _Job, halvings: int) -> Bitstream:
    """Place and route a pipeline at the board's clock, halved so many times."""
    from nor2hdl.fpga._top import BoardTop, pin_constraints
    from nor2hdl.hdl import PipelineComponent, UartTop, bit_cycles

    board, part = job.board, job.board.part
    clock_hz = board.clock_hz / 2**halvings
    features = count_features(pipeline)
    bit_cycles(clock_hz, job.baud)  # Amaranth complains of components that were made in vain
    top = BoardTop(board, UartTop(PipelineComponent(pipeline), features, clock_hz, job.baud), halvings)
    design = component_design(top, list(top.pins.values()))
    stages = f"{pipeline.latency} stage{'s' if pipeline.latency > 1 else ''}"
    job.step(f"{part.name}: synthesize {stages}")
    write_text(job.folder / "top.il", design.text)
    cells = synthesize(design, part, timeout=job.timeout, netlist=job.folder / "top.json")
    if overflow(cells, part):
        raise _TooLargeError(f"circuit must fit the board {board.name}, but {verdict(cells, part)}")
    pins, config, _ = _names(board)
    write_constraints(job.folder / pins, pin_constraints(board))
    job.step(f"{part.name}: place and route {cells.slots:,} lookup tables for {clock_hz / 1e6:g} MHz")
    timing = place_and_route(
        job.folder,
        part,
        netlist="top.json",
        constraints=pins,
        output=config,
        mhz=clock_hz / 1e6,
        seed=job.seed,
        timeout=job.timeout,
    )
    return Bitstream(
        folder=job.folder,
        board=board.name,
        stages=pipeline.latency,
        clock_hz=clock_hz,
        baud=job.baud,
        features=features,
        cells=cells,
        timing=timing,
        files={},
        bitstream="",
        program="",
        note=board.note,
        versions=versions(),
    )


def _packed(made: Bitstream, job: _Job) -> Bitstream:
    """Pack the bitstream; return what was made, with names and sums of the files to keep."""
    pins, config, target = _names(job.board)
    job.step(f"{job.board.part.name}: pack the bitstream")
    pack(job.folder, job.board.part, config, target, timeout=job.timeout)
    sums = {name: _sum(job.folder / name) for name in ("top.il", "top.json", pins, target)}
    program = job.board.program.format(file=target)
    return dataclasses.replace(made, files=sums, bitstream=target, program=program)


def _names(board: Board) -> tuple[str, str, str]:
    """Return the names of the constraints, of what place and route writes, and of the bitstream."""
    if board.part.family == "ecp5":
        return "pins.lpf", "top.config", "top.bit"
    return "pins.pcf", "top.asc", "top.bin"


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
