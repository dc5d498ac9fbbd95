"""Every small change of a sample, tried out by the fast engine: a proof where none of them is a flip."""

from __future__ import annotations

import itertools
import math
import time
from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.simulate import FastEngine, unpack_samples

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.explain._problem import Goal, Problem

_WORD = 64
_FULL = np.uint64(2**64 - 1)
_MOST_BYTES = 1 << 27
_PIECE = 10**8  # pins times words between looks at the clock: some 0.1 s


def work(problem: Problem, size: int) -> int:
    """Return how much work `try_all` is, in pins times samples."""
    return math.comb(len(problem.options), size) * (problem.net.num_pins + problem.net.num_inputs)


def try_all(problem: Problem, goal: Goal, size: int, ends: float | None) -> NDArray[np.bool_] | None:
    """Return a flip of so many changes, or None if there is none.

    The last two changes differ from sample to sample and are packed once; those before them are the same for
    all samples, so that they come and go by inverting a row.

    Parameters
    ----------
    problem, goal
        What may change, and what counts as a flip.
    size
        Number of options that are taken at a time, 1 or more.
    ends
        Reading of `time.monotonic` after which to give up; None for never.

    Returns
    -------
    bool [bits] or None
        The first in lexicographic order of the options.

    Raises
    ------
    TimeoutError
        If the time is up.
    """
    lanes = _Lanes(problem, size)
    step = max(1, _PIECE // max(1, problem.net.num_pins))
    engine = FastEngine()
    for fixed in itertools.combinations(range(len(problem.options)), size - lanes.depth):
        start = lanes.start(fixed)
        lanes.invert(fixed)
        for first in range(start, lanes.words.shape[1], step):
            if ends is not None and time.monotonic() >= ends:
                raise TimeoutError
            words = lanes.words[:, first : first + step]
            hits = np.flatnonzero(goal.word_hits(engine.run_packed(problem.net, words)))
            if len(hits):
                return _first_hit(problem, goal, words[:, hits[0] : hits[0] + 1])
        lanes.invert(fixed)
    return None


class _Lanes:
    """All pairs of options, one sample a pair, as words; or all options alone, where pairs are too many."""

    def __init__(self, problem: Problem, size: int) -> None:
        self._options = problem.options
        count = len(self._options)
        pairs = size > 1 and count * count // 2 // 8 * len(problem.base) <= _MOST_BYTES
        self.depth = 2 if pairs else 1
        columns = np.triu_indices(count, 1) if pairs else (np.arange(count),)
        self._first = columns[0]
        total = -(-len(self._first) // _WORD)
        self.words = np.repeat(np.where(problem.base, _FULL, np.uint64(0))[:, np.newaxis], total, axis=1)
        bits = np.array([bit for option in self._options for bit in option], np.int64)
        starts = np.cumsum([0, *map(len, self._options)])
        lane = np.arange(len(self._first))
        for column in columns:
            lengths = (starts[1:] - starts[:-1])[column]
            which = np.repeat(lane, lengths)
            within = np.arange(len(which)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
            rows = bits[starts[column][which] + within]
            ones = np.uint64(1) << (which % _WORD).astype(np.uint64)
            np.bitwise_xor.at(self.words, (rows, which // _WORD), ones)

    def start(self, fixed: tuple[int, ...]) -> int:
        """Return the word with the first lane whose options all come after the fixed ones."""
        return int(np.searchsorted(self._first, fixed[-1], side="right")) // _WORD if fixed else 0

    def invert(self, fixed: tuple[int, ...]) -> None:
        """Take the fixed options in all lanes, or take them back."""
        for option in fixed:
            for bit in self._options[option]:
                self.words[bit] ^= _FULL


def _first_hit(problem: Problem, goal: Goal, word: NDArray[np.uint64]) -> NDArray[np.bool_]:
    samples = unpack_samples(np.ascontiguousarray(word), _WORD)
    outputs = FastEngine().run(problem.net, samples)
    found: NDArray[np.bool_] = samples[int(np.flatnonzero(goal.hits(outputs))[0])]
    return found
