"""The inner loop of the fast engine; importing this module loads numba, so `_fast` does it late."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.jit import jit

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCK = 32
"""Words of each net that are worked on together, a constant so that the compiler unrolls the loops over them.

Four AVX-512 registers: enough work for each gate to hide the fetching of its fan-ins, while the values of
100,000 gates about fill a third-level cache. Of 1 to 64 words the fastest from 6,000 gates to a million.
"""


def _evaluate(
    offsets: NDArray[np.int64],
    fanins: NDArray[np.int32],
    drivers: NDArray[np.int32],
    words: NDArray[np.uint64],
    results: NDArray[np.uint64],
) -> None:
    """Fill `results` [output bits, W] with the outputs for the inputs `words` [input bits, W]."""
    num_inputs, width = words.shape
    first = num_inputs + 1
    gates = len(offsets) - 1
    values = np.zeros((first + gates, BLOCK), np.uint64)
    for start in range(0, width, BLOCK):
        used = min(BLOCK, width - start)
        for i in range(num_inputs):
            for k in range(used):
                values[i + 1, k] = words[i, start + k]
        for g in range(gates):
            begin, end = offsets[g], offsets[g + 1]
            # Four fan-ins at a time, net 0 (false) in place of the missing ones: the short gates, by far
            # the most, take one pass without a branch inside.
            a = values[fanins[begin] if begin < end else 0]
            b = values[fanins[begin + 1] if begin + 1 < end else 0]
            c = values[fanins[begin + 2] if begin + 2 < end else 0]
            d = values[fanins[begin + 3] if begin + 3 < end else 0]
            row = values[first + g]
            for k in range(BLOCK):
                row[k] = ~(a[k] | b[k] | c[k] | d[k])
            for pin in range(begin + 4, end):
                a = values[fanins[pin]]
                for k in range(BLOCK):
                    row[k] &= ~a[k]
        for o in range(len(drivers)):
            for k in range(used):
                results[o, start + k] = values[drivers[o], k]


evaluate = jit(_evaluate)
