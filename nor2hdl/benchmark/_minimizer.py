"""The minimizer beside ABC's usual script alone, on one circuit after the other."""

from __future__ import annotations

import dataclasses
import multiprocessing
import re
import resource
import signal
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nor2hdl.errors import NetlistError, Nor2hdlError
from nor2hdl.formats import read_circuit
from nor2hdl.minimize import ENGINES, Cost, Step, check_objective, check_passes, measure, minimize
from nor2hdl.report import Mapped, map_circuit, part_sizes
from nor2hdl.verify import prove

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nor2hdl.netlist import Netlist

ALONE = "abc_resyn2"
"""The engine that users run alone: ABC's resyn2 and dc2."""


@dataclass(frozen=True, slots=True)
class Line:
    """A circuit after a pass, or after an engine.

    Attributes
    ----------
    name
        Of the pass or engine.
    size
        Cost by the objective; see `measure`.
    seconds
        Process CPU time of the step, with the programs that it called.
    megabytes
        Peak memory so far, in MiB, of the largest process.
    kept
        Whether the next pass goes on from it.
    problem
        Why it did not finish; empty if it did.
    mapped
        Cells and LUTs after the fixed script of yosys and ABC that all-in figures use; None if not asked for.
    """

    name: str
    size: Cost
    seconds: float
    megabytes: float
    kept: bool = True
    problem: str = ""
    mapped: Mapped | None = None


@dataclass(frozen=True, slots=True)
class CircuitBench:
    """What the minimizer did to one circuit.

    Attributes
    ----------
    circuit
        Where it was read from.
    before
        As it was read.
    passes
        What each pass of the recipe came to.
    alone
        ABC's resyn2 and dc2 alone, from the same start.
    ours
        The result of the recipe.
    proof
        ``"equal"``, ``"different"`` or ``"unknown"``: before against ours.
    method
        How that was proved.
    timed_out
        Whether the proof ran out of time.
    parts
        Two-input ANDs of each part of our result, by provenance.
    """

    circuit: str
    before: Line
    passes: tuple[Line, ...]
    alone: Line
    ours: Line
    proof: str
    method: str
    timed_out: bool
    parts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Failure:
    """A circuit that could not be measured, and why."""

    circuit: str
    problem: str


def bench_circuit(
    path: Path | str,
    *,
    objective: str = "nand2",
    passes: Sequence[str] | None = None,
    timeout: float | None = None,
    mapped: bool = True,
) -> CircuitBench:
    """Minimize one circuit by a recipe and by ABC alone, and measure both.

    Parameters
    ----------
    path
        A netlist in any form that `read_circuit` knows, or a build folder (its ``netlist.nor``).
    objective, passes
        As in `minimize`.
    timeout
        Limit in seconds of the recipe, of ABC alone, of the proof and of each mapping; None for no limit.
    mapped
        Whether to map what was read, ABC's result and ours with yosys as well, which takes most of the time.

    Raises
    ------
    OptionError
        If a pass, the objective or the form of the file is not known.
    NetlistError
        If the file is damaged.
    ToolError
        If an external program is missing or fails.

    Examples
    --------
    >>> import tempfile
    >>> from nor2hdl.netlist import random_netlist, write_netlist
    >>> target = Path(tempfile.mkdtemp()) / "random.nor"
    >>> write_netlist(random_netlist(gates=200), target)
    >>> found = bench_circuit(target, timeout=60, mapped=False)
    >>> found.proof, found.ours.size <= found.alone.size
    ('equal', True)
    """
    net = read_circuit(_file(path))
    lines: list[Line] = []
    clock = _Clock()

    def watch(step: Step) -> None:
        lines.append(Line(step.name, step.after, clock.lap(), _peak(), step.kept, step.problem))

    ours = minimize(net, objective=objective, passes=passes, timeout=timeout, watch=watch)
    clock.lap()
    alone, problem = ENGINES[ALONE].run(net, timeout=timeout)
    alone_line = Line(ALONE, measure(alone, objective), clock.lap(), _peak(), problem=problem)
    verdict = prove(net, ours, timeout=timeout)
    whole = sum(line.seconds for line in lines)
    peak = max((line.megabytes for line in lines), default=_peak())

    def finished(line: Line, circuit: Netlist) -> Line:
        return dataclasses.replace(line, mapped=map_circuit(circuit, timeout=timeout)) if mapped else line

    return CircuitBench(
        circuit=str(path),
        before=finished(Line("as read", measure(net, objective), 0.0, 0.0), net),
        passes=tuple(lines),
        alone=finished(alone_line, alone),
        ours=finished(Line("ours", measure(ours, objective), whole, peak), ours),
        proof=verdict.status,
        method=verdict.method,
        timed_out=verdict.timed_out,
        parts={name: size.two_input for name, size in part_sizes(ours).items()},
    )


def bench_all(
    paths: Sequence[Path | str],
    *,
    objective: str = "nand2",
    passes: Sequence[str] | None = None,
    timeout: float | None = None,
    mapped: bool = True,
) -> Iterator[CircuitBench | Failure]:
    """Yield the measures of each circuit, each taken in a fresh process so that memory is its own.

    The parameters are those of `bench_circuit`. What is wrong with one circuit is its failure alone; a file
    that is not there, an unknown pass and an unknown objective are told before any work.
    """
    for path in paths:
        if not _file(path).is_file():
            raise NetlistError(f"circuit must be a file or a build folder, but {_file(path)} is not there")
    check_objective(objective)
    check_passes(passes or ())
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        1, mp_context=context, max_tasks_per_child=1, initializer=_end_on_sigterm
    ) as pool:
        for path in paths:
            job = pool.submit(
                bench_circuit, path, objective=objective, passes=passes, timeout=timeout, mapped=mapped
            )
            try:
                yield job.result()
            except Nor2hdlError as error:
                yield Failure(str(path), str(error))
            except BaseException:  # the pool would wait for a circuit that nobody wants any more
                for worker in multiprocessing.active_children():
                    worker.terminate()
                raise


def _end_on_sigterm() -> None:
    # As Ctrl-C does, which ends the programs that the process called as well.
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def _file(path: Path | str) -> Path:
    path = Path(path)
    return path / "netlist.nor" if path.is_dir() else path


class _Clock:
    """CPU time of this process and of the programs that it called."""

    def __init__(self) -> None:
        self.since = self._now()

    def lap(self) -> float:
        """Return the time since the last lap."""
        before, self.since = self.since, self._now()
        return self.since - before

    @staticmethod
    def _now() -> float:
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(u.ru_utime + u.ru_stime for u in used)


def _peak() -> float:
    """Return the peak memory in MiB of this process or of the largest program that it called."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return max(_own_peak(), children / (1024 if sys.platform != "darwin" else 1024**2))


def _own_peak() -> float:
    # What getrusage says of a fresh process on Linux includes the size of the one that started it.
    try:
        found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    except OSError:
        found = None
    return int(found[1]) / 1024 if found else 0.0
