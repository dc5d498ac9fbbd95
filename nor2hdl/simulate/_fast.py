"""The fast engine: thousands of samples side by side, in an order that stays in the cache, on all cores."""

from __future__ import annotations

import functools
import itertools
import math
import os
import threading
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any

import numpy as np

from nor2hdl.errors import OptionError
from nor2hdl.simulate._engine import check_samples
from nor2hdl.simulate._pack import WORD, check_rows, frozen, pack_rows, unpack_samples
from nor2hdl.simulate._schedule import Schedule, schedule_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist

LINE = 8
"""Words of a line, which is what a cache holds and fetches: 512 samples."""

_LINES = 4
"""Lines of each slot that are worked on together."""

_AHEAD = 24
"""How many operations before its use an operand is fetched, where it is far."""

_NEAR = 1 << 23
"""Bytes of values that are quick to reach: a quarter of a third-level cache, which cores share."""

_ROOM = 1 << 25
"""Bytes of values that a thread keeps for the next call: fresh memory costs as much as the work in it."""

_thread = threading.local()

_LITTLE = 500_000
"""Operations times lines, about 1 ms, that are worth the start of one more thread."""

_PACKING = 20
"""Operations that take as long as packing an input."""

_PIECE = 1 << 25
"""Bytes of packed inputs and outputs that a thread works on at once."""

_SAMPLES = 1 << 14
"""Most samples that a thread works on at once."""


class FastEngine:
    """Bit-parallel evaluation on all cores.

    The netlist is translated into a schedule first, which is remembered for the next call: see `Schedule`.
    The first call in a fresh installation compiles for some seconds; the machine code is cached beside the
    package or in the user's cache folder. Beside the samples and the results, each thread needs 40 MB, and
    256 bytes for every net that is alive at once.

    Parameters
    ----------
    threads
        How many cores are used, at least 1; all that this process may use where it is None. Results are
        always the same.

    Raises
    ------
    OptionError
        If `threads` is less than 1.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 2)
    >>> b.output("y", [b.nor(*x)])
    >>> FastEngine(threads=1).run(b.freeze(), np.array([[False, False], [True, False]])).tolist()
    [[True], [False]]
    """

    name = "fast"

    def __init__(self, threads: int | None = None) -> None:
        if threads is not None and threads < 1:
            raise OptionError(f"threads must be at least 1, or None for all cores, not {threads!r}")
        self.threads = threads or _cores()

    def run(self, net: Netlist, samples: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Evaluate `net` as `Engine.run` says."""
        check_samples(net, samples)
        schedule = schedule_of(net)
        outputs = np.empty((len(samples), net.num_outputs), np.bool_)

        def work(start: int, stop: int) -> None:
            results = _evaluate_rows(schedule, samples[start:stop])
            outputs[start:stop] = unpack_samples(results, stop - start)

        self.spread(work, len(samples), schedule, 8 * net.num_outputs)
        return outputs

    def numbers(self, net: Netlist, features: NDArray[Any]) -> NDArray[np.int64]:
        """Evaluate `net` and read the outputs of each sample as one number, the first output lowest.

        Only the input bits that the outputs depend on are packed, piece by piece, so that the features may be
        a memory map of any size.

        Parameters
        ----------
        net
            A circuit of at most 63 output bits.
        features : bool [n, num_inputs], or uint8 [n, num_inputs / 8]
            One row a sample; a byte stands for 8 inputs, low bit first.

        Returns
        -------
        int64 [n]
            One number a sample.

        Raises
        ------
        DataError
            If `features` has another type or width, or no row.
        OptionError
            If the circuit has more than 63 output bits.
        """
        check_rows(net, features)
        if net.num_outputs > 63:
            raise OptionError(f"outputs must be at most 63 bits to be a number, not {net.num_outputs}")
        from nor2hdl.simulate._pack_kernel import read_numbers  # loads numba, which takes long

        schedule = schedule_of(net)
        numbers = np.empty(len(features), np.int64)

        def work(start: int, stop: int) -> None:
            read_numbers(_evaluate_rows(schedule, features[start:stop]), numbers[start:stop])

        self.spread(work, len(features), schedule)
        return numbers

    def run_packed(self, net: Netlist, words: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Evaluate `net` on samples that are packed already.

        Parameters
        ----------
        net
            The circuit.
        words : uint64 [num_inputs, W]
            Bit ``j`` of word ``w`` belongs to sample ``64 * w + j``: the layout of `pack_samples` and
            `pack_features`.

        Returns
        -------
        uint64 [num_outputs, W]
            In the same layout; bits past the last sample hold what the circuit makes of their inputs. A view
            of an array whose rows are whole lines of 8 words.

        Raises
        ------
        OptionError
            If `words` has another type or another number of rows.
        """
        if words.ndim != 2 or words.dtype != np.uint64 or len(words) != net.num_inputs:
            shape = ", ".join(map(str, words.shape))
            raise OptionError(f"words must be uint64 [{net.num_inputs}, words], not {words.dtype} [{shape}]")
        schedule = schedule_of(net)
        return _evaluate(schedule, schedule.inputs, words, self.threads)[:, : words.shape[1]]

    def spread(self, work: Callable[[int, int], None], n: int, schedule: Schedule, bits: int = 0) -> None:
        """Call `work` for pieces ``start, stop`` of `n` samples, on all threads where it is worth it.

        A piece is whole lines but for the last one, and so small that its inputs, and what else it has, so
        many bits a sample, fit in the memory.
        """
        line = LINE * WORD
        effort = len(schedule.operations) + _PACKING * len(schedule.inputs)
        threads = min(self.threads, 1 + n * effort // (line * _LITTLE))
        most = min(_SAMPLES, max(_PIECE * 8 // (len(schedule.inputs) + bits + 1), line))
        rounds = max(1, math.ceil(n / most / threads))  # each thread has as many pieces, all of a size
        size = math.ceil(n / rounds / threads / line) * line
        in_parallel(work, [*range(0, n, size), n], threads)


def _cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not everywhere
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_parallel(work: Callable[[int, int], None], edges: list[int], threads: int) -> None:
    """Call `work` for every two neighboring edges, on so many threads."""
    pieces = [(a, b) for a, b in itertools.pairwise(edges) if a < b]
    if threads == 1 or len(pieces) == 1:
        for piece in pieces:
            work(*piece)
        return
    jobs: list[Future[None]] = []
    try:
        for piece in pieces:
            jobs.append(_pool(threads).submit(work, *piece))  # noqa: PERF401  (Ctrl-C must find what began)
        for job in jobs:
            job.result()
    finally:  # an error or Ctrl-C leaves no thread at work on the arrays
        for job in jobs:
            job.cancel()
        wait(jobs)


@functools.lru_cache(maxsize=2)
def _pool(threads: int) -> ThreadPoolExecutor:
    """Return threads that stay: they keep their workspaces, and need no start."""
    return ThreadPoolExecutor(threads, thread_name_prefix="nor2hdl")


if hasattr(os, "register_at_fork"):  # a child has none of its parent's threads
    os.register_at_fork(after_in_child=_pool.cache_clear)


def workspace(words: int) -> NDArray[np.uint64]:
    """Return a line-aligned array of so many words or more, which this thread may use until it asks again."""
    kept: NDArray[np.uint64] | None = getattr(_thread, "workspace", None)
    if kept is None or len(kept) < words:
        kept = _aligned(1, words)[0]
        _thread.workspace = kept if kept.nbytes <= _ROOM else None
    return kept


def _aligned(rows: int, width: int) -> NDArray[np.uint64]:
    """Return an array [rows, width], not filled, that starts on a line."""
    raw = np.empty(rows * width + LINE, np.uint64)
    start = -raw.ctypes.data % (8 * LINE) // 8
    return raw[start : start + rows * width].reshape(rows, width)


def _evaluate_rows(schedule: Schedule, data: NDArray[Any]) -> NDArray[np.uint64]:
    """Return the outputs [outputs, whole lines] for rows of bits or bytes, on one core."""
    words = pack_rows(data, schedule.inputs)
    return _evaluate(schedule, np.arange(len(words), dtype=np.int32), words, 1)


def _evaluate(
    schedule: Schedule, rows: NDArray[np.int32], words: NDArray[np.uint64], threads: int
) -> NDArray[np.uint64]:
    """Return the outputs [outputs, whole lines]; ``rows[i]`` is where input ``i`` of the schedule stands."""
    from nor2hdl.simulate._kernel import evaluate  # loads numba, which takes long

    packed = frozen(words)
    total = -(-words.shape[1] // LINE)
    results = _aligned(len(schedule.outputs), LINE * total)
    lines, ahead = _LINES, 0
    if 4 * schedule.far > len(schedule.operations):
        ahead = _AHEAD
        if schedule.slots * _LINES * LINE * 8 > _NEAR:
            lines = _LINES // 2

    def work(begin: int, end: int) -> None:
        values = workspace(schedule.slots * LINE * lines)
        evaluate(
            schedule.operations, rows, schedule.outputs, packed, results, values, begin, end, lines, ahead
        )

    parts = min(threads, 1 + total * len(schedule.operations) // _LITTLE)
    in_parallel(work, [total * k // parts for k in range(parts + 1)], parts)
    return results
