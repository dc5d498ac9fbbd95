"""Switching activity: how often every net changes from one sample to the next."""

from __future__ import annotations

import csv
import io
import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from nor2hdl.files import write_text
from nor2hdl.netlist import net_name
from nor2hdl.simulate._fast import LINE, FastEngine, workspace
from nor2hdl.simulate._pack import check_rows, frozen, pack_rows
from nor2hdl.simulate._schedule import schedule_of

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist

_LINES = 4


def toggles(net: Netlist, features: NDArray[Any], *, threads: int | None = None) -> NDArray[np.int64]:
    """Count for every net how often its value changes from one sample to the next.

    What a circuit without glitches switches when the samples come one after the other: what power estimates
    weigh with the capacity of each net.

    Parameters
    ----------
    net
        The circuit.
    features : bool [n, num_inputs], or uint8 [n, num_inputs / 8]
        The samples in their order, one row each, at least one; a byte stands for 8 inputs, low bit first.
        A memory map is read piece by piece.
    threads
        How many cores are used; see `FastEngine`.

    Returns
    -------
    int64 [num_nets]
        From 0 to ``n - 1``, for all nets: the constant, the inputs and the gates, those without a reader too.

    Raises
    ------
    DataError
        If `features` has another type or width, or no row.
    OptionError
        If `threads` is less than 1.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 2)
    >>> b.output("y", [b.nor(*x)])
    >>> toggles(b.freeze(), np.array([[0, 0], [1, 0], [1, 1], [0, 0]], bool)).tolist()
    [0, 2, 2, 2]
    """
    check_rows(net, features)
    from nor2hdl.simulate._kernel import count_changes  # loads numba, which takes long

    schedule = schedule_of(net, every=True)
    counts = np.zeros(1 + len(schedule.inputs) + len(schedule.operations), np.int64)
    lock = threading.Lock()

    def work(start: int, stop: int) -> None:
        data = features[max(start - 1, 0) : stop]  # from the last sample of the piece before
        words = frozen(pack_rows(data, schedule.inputs))
        values = workspace(schedule.slots * LINE * _LINES)
        own = np.zeros_like(counts)
        count_changes(schedule.operations, words, len(data), own, values, (0,) * _LINES)
        with lock:
            counts[:] += own

    FastEngine(threads).spread(work, len(features), schedule)
    return counts[schedule.sources]


def write_toggles(net: Netlist, features: NDArray[Any], path: Path | str) -> None:
    """Write how often every net changes as a table, one line a net: net, provenance, changes, share.

    Parameters
    ----------
    net, features
        As in `toggles`.
    path
        The ``.csv`` file to write. The share is that of the steps from one sample to the next, 0 to 1.

    Raises
    ------
    DataError
        As in `toggles`.
    OutputError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 2)
    >>> with b.tagged("layer0/neuron0"):
    ...     b.output("y", [b.nor(*x)])
    >>> target = Path(tempfile.mkdtemp()) / "toggles.csv"
    >>> write_toggles(b.freeze(), np.array([[0, 0], [1, 0], [1, 1], [0, 0]], bool), target)
    >>> print(target.read_text().splitlines()[-1])
    %3,layer0/neuron0,2,0.666667
    """
    counts = toggles(net, features)
    steps = max(len(features) - 1, 1)
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("net", "provenance", "toggles", "share"))
    for number, count in enumerate(counts.tolist()):
        rows.writerow((net_name(net, number), net.origin(number), count, f"{count / steps:.6f}"))
    write_text(path, text.getvalue())
