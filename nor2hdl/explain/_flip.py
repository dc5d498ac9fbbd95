"""The fewest changes of a sample that change its class."""

from __future__ import annotations

import itertools
import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from nor2hdl.errors import OptionError, ToolError
from nor2hdl.explain._problem import CLASS, Goal, Problem, check_sample, class_of, make_problem
from nor2hdl.explain._solver import Solving
from nor2hdl.explain._trials import try_all, work
from nor2hdl.markup import html_table
from nor2hdl.simulate import FastEngine

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist

_QUICK = 10**11
"""Pins times samples that are tried out before the solver is asked: less than a second."""

_MOST = 2 * 10**12
"""Pins times samples that are tried out at all: the solver excludes larger changes sooner, if anyone does."""

_SHADES = ".:-=+*#%@"


@dataclass(frozen=True, slots=True, eq=False)
class Flip:
    """A change of a sample that changes its class, and what is proved of its size.

    Attributes
    ----------
    status
        ``"smallest"``: no flip has fewer changes, which is proved. ``"at most"``: a flip, but whether a
        smaller one exists is not known. ``"none"``: there is no flip at all, which is proved. ``"unknown"``:
        none was found in the time, which proves nothing.
    unit
        What counts as one change: ``"pixel"``, a byte of the sample, or ``"input bit"``.
    sample
        The sample as it was.
    flipped
        The sample as it must be, None where no flip was found.
    changed
        Which entries of the sample differ, ascending.
    before, after
        Class of the sample and of the flipped one (None where no flip was found).
    at_least
        No flip has fewer changes than this, which is proved.
    seconds
        Wall-clock time that it took.
    """

    status: Literal["smallest", "at most", "none", "unknown"]
    unit: Literal["pixel", "input bit"]
    sample: NDArray[Any]
    flipped: NDArray[Any] | None
    changed: tuple[int, ...]
    before: int
    after: int | None
    at_least: int
    seconds: float

    def __str__(self) -> str:
        many = f"{len(self.changed)} {self.unit}{'s' if len(self.changed) != 1 else ''}"
        if self.status == "none":
            return f"none exists: no change of the {self.unit}s changes class {self.before} as asked (proved)"
        if self.status == "unknown":
            known = (
                f"; none has fewer than {self.at_least} {self.unit}s (proved)" if self.at_least > 1 else ""
            )
            return f"unknown: no flip of class {self.before} was found in the time{known}"
        known = "no fewer will do (proved)"
        if self.status == "at most":
            known = f"fewer may do (not proved; fewer than {self.at_least} will not)"
        return f"class {self.before} becomes {self.after} by {many}; {known}"

    def rows(self) -> list[tuple[int, int, int]]:
        """Return for every changed entry its index, its value and its new value."""
        if self.flipped is None:
            return []
        return [(at, int(self.sample[at]), int(self.flipped[at])) for at in self.changed]

    def picture(self, shape: tuple[int, ...]) -> str:
        """Return the sample as a picture in text, ``^`` where it must be brighter and ``v`` where darker.

        Raises
        ------
        OptionError
            If the shape has not two axes, or does not hold the sample.
        """
        if len(shape) != 2 or shape[0] * shape[1] != len(self.sample):
            raise OptionError(f"shape must be two axes that hold {len(self.sample)} entries, not {shape!r}")
        bright = self.sample.astype(np.int64) * (1 if self.unit == "pixel" else 255)
        marks = np.array(list(_SHADES))[bright * len(_SHADES) // 256]
        for at, old, new in self.rows():
            marks[at] = "^" if new > old else "v"
        return "\n".join("".join(row) for row in marks.reshape(shape))

    def _repr_html_(self) -> str:
        return html_table(self.rows(), (self.unit, "is", "must be"), caption=str(self))


def smallest_flip(
    net: Netlist, sample: NDArray[Any], *, to: int | None = None, timeout: float | None = 10
) -> Flip:
    """Return the fewest changes of a sample that change its class.

    Few changes are all tried out by the fast engine, where they are not too many; a SAT solver finds larger
    flips and makes them smaller, until it proves that no fewer changes will do, or the time is up.

    Parameters
    ----------
    net
        A classifier circuit, with the output port ``cls``.
    sample : uint8 [features] or bool [input bits]
        Bytes of a circuit with the input port ``pix``: a pixel counts once, however many of its bits change,
        and its new value is the nearest one with the same meaning to the circuit. Or input bits of any
        circuit, in port order, lowest bit first.
    to
        The class that the sample should get; any other than its own where it is None.
    timeout
        Seconds that it may take, None for no limit. In a fresh installation the fast engine compiles for
        some seconds more.

    Returns
    -------
    Flip
        The best that was found; its status says whether it is proved to be the smallest. Flips are checked by
        the reference interpreter.

    Raises
    ------
    NetlistError
        If the circuit has no port ``cls``.
    OptionError
        If the sample is of another width or type, or `to` is no class that ``cls`` can hold, or the
        sample's own.
    ToolError
        If python-sat finds a flip that is none: a fault.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> pix = b.input("pix", 16)
    >>> b.output("cls", [b.nor(pix[7], pix[15])])  # class 1 if both are below 128
    >>> flip = smallest_flip(b.freeze(), np.array([200, 130], np.uint8))
    >>> print(flip)
    class 0 becomes 1 by 2 pixels; no fewer will do (proved)
    >>> flip.rows(), flip.picture((1, 2))
    ([(0, 200, 127), (1, 130, 127)], 'vv')
    """
    started = time.monotonic()
    ends = None if timeout is None else started + timeout
    check_sample(net, sample)
    before = class_of(net, sample)
    goal = _goal(net, before, to)
    problem = make_problem(net, sample)
    search = _Search(problem, goal, ends)
    status = search.run()
    flipped, after = None, None
    changed: list[int] = []
    if search.best is not None:
        flipped, changed = problem.changed(search.best)
        after = class_of(net, flipped)
        flipped.flags.writeable = False
        if after == before or to not in {None, after}:
            raise ToolError("pysat", "found a flip that the interpreter does not confirm", hint="report it")
    return Flip(
        status,
        "pixel" if sample.dtype == np.uint8 else "input bit",
        sample,
        flipped,
        tuple(changed),
        before,
        after,
        search.at_least,
        time.monotonic() - started,
    )


def _goal(net: Netlist, before: int, to: int | None) -> Goal:
    width = len(net.output_nets(CLASS))
    if to is not None and (type(to) is not int or not 0 <= to < 2**width or to == before):
        raise OptionError(
            f"to must be a class in 0..{2**width - 1} other than the sample's own, {before}, not {to!r}"
        )
    return Goal(before, to, width)


class _Search:
    """The best flip so far and what is proved, as they come closer together."""

    def __init__(self, problem: Problem, goal: Goal, ends: float | None) -> None:
        self.at_least = 1
        self.best: NDArray[np.bool_] | None = None
        self._problem, self._goal, self._ends = problem, goal, ends

    def run(self) -> Literal["smallest", "at most", "none", "unknown"]:
        """Search until all is proved or the time is up."""
        try:
            if self._try_out(_QUICK) or self._solve():
                return "smallest"
        except TimeoutError:
            return "unknown" if self.best is None else "at most"
        return "none"

    def _try_out(self, most: int) -> bool:
        """Try out changes of more and more units within the work allowed; return whether one is a flip."""
        while self.at_least <= min(self._size(), len(self._problem.options)):
            if work(self._problem, self.at_least) > most:
                break
            found = try_all(self._problem, self._goal, self.at_least, self._ends)
            if found is not None:
                self.best = found
                return True
            self.at_least += 1
        return self.best is not None and self.at_least == self._size()

    def _solve(self) -> bool:
        """Ask the solver; return whether a flip is proved to be the smallest, False if there is none."""
        from pysat.solvers import Glucose4

        with Glucose4() as solver:
            solving = Solving(solver, self._problem, self._goal, self._ends)
            found = solving.any()
            if found is None:
                return False
            self._shrink(found)
            self._exchange(2)
            if self._try_out(_MOST):
                return True
            self._exchange(3)
            while self.at_least < self._size():
                found = solving.fewer(self._size())
                if found is None:
                    self.at_least = self._size()
                else:
                    self._shrink(found)
        return True

    def _exchange(self, count: int) -> None:
        """Put fewer changes in the place of `count` of them, as long as that works and is no more work."""
        problem = self._problem
        while self.best is not None and self._size() > max(count, self.at_least):
            changed = self._changed(self.best)
            if math.comb(len(changed), count) * work(problem, count - 1) > _MOST:
                return
            for groups in itertools.combinations(changed, count):
                base = self.best.copy()
                places = [bit for group in groups for bit, _ in group]
                base[places] = problem.base[places]
                found = try_all(replace(problem, base=base), self._goal, count - 1, self._ends)
                if found is not None:
                    self._shrink(found)
                    break
            else:
                return

    def _changed(self, values: NDArray[np.bool_]) -> list[list[tuple[int, int]]]:
        """Return the bits of the units that differ from the sample."""
        differs = values != self._problem.base
        return [group for group in self._problem.bits if any(differs[bit] for bit, _ in group)]

    def _size(self) -> int:
        units = len(self._problem.units)
        return units if self.best is None else len(self._problem.changed(self.best)[1])

    def _shrink(self, found: NDArray[np.bool_]) -> None:
        """Take a flip for the best, once no single change of it can be taken back."""
        problem, engine = self._problem, FastEngine()
        best = problem.tidy(found)
        while True:
            changed = self._changed(best)
            tries = np.repeat(best[np.newaxis], len(changed), axis=0)
            for row, group in zip(tries, changed, strict=True):
                places = [bit for bit, _ in group]
                row[places] = problem.base[places]
            hits = np.flatnonzero(self._goal.hits(engine.run(problem.net, tries)))
            if not len(hits):
                break
            best = tries[hits[0]]
        self.best = best
