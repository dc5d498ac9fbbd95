"""Proof by trying every input."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.errors import OptionError
from nor2hdl.verify._evaluate import Evaluator, first_difference
from nor2hdl.verify._verdict import Verdict, check_ports, different, equal, unknown

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist

MOST_INPUTS = 24
_COLUMNS = np.array(
    [
        0xAAAAAAAAAAAAAAAA,
        0xCCCCCCCCCCCCCCCC,
        0xF0F0F0F0F0F0F0F0,
        0xFF00FF00FF00FF00,
        0xFFFF0000FFFF0000,
        0xFFFFFFFF00000000,
    ],
    np.uint64,
)
"""The first six columns of a truth table, one word each."""


@dataclass(frozen=True, slots=True)
class Exhaustive:
    """Prover that evaluates both netlists on all inputs, 64 at a time.

    Parameters
    ----------
    timeout
        Seconds that it may take, None for no limit.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> def circuit(twice):
    ...     b = Builder()
    ...     x = b.input("x")[0]
    ...     b.output("y", [b.nor(b.nor(x)) if twice else x])
    ...     return b.freeze()
    >>> Exhaustive().prove(circuit(twice=True), circuit(twice=False)).status
    'equal'
    """

    timeout: float | None = None

    def prove(self, a: Netlist, b: Netlist) -> Verdict:
        """Return whether `a` and `b` have the same outputs for every input.

        Raises
        ------
        NetlistError
            If their ports differ.
        OptionError
            If they have more than 24 input bits.
        """
        check_ports(a, b)
        if a.num_inputs > MOST_INPUTS:
            raise OptionError(
                f"exhaustive proof takes at most {MOST_INPUTS} input bits, not {a.num_inputs}; use Abc or Sat"
            )
        started = time.monotonic()
        left, right = Evaluator(a), Evaluator(b)
        step = min(left.block, right.block)
        total = max(1, 2**a.num_inputs // 64)
        for first in range(0, total, step):
            if self.timeout is not None and time.monotonic() - started >= self.timeout:
                return unknown("exhaustive", started, timed_out=True)
            words = _truth_table(a.num_inputs, first, min(first + step, total))
            found = first_difference(left, right, words)
            if found is not None:
                return different(a, b, found, "exhaustive", started)
        return equal("exhaustive", started)


def _truth_table(num_inputs: int, first: int, stop: int) -> NDArray[np.uint64]:
    """Return words `first` to `stop` of the truth table of the inputs: uint64 [inputs, words]."""
    index = np.arange(first, stop, dtype=np.uint64)
    high = index >> np.arange(max(0, num_inputs - 6), dtype=np.uint64)[:, np.newaxis] & np.uint64(1)
    low = np.repeat(_COLUMNS[:num_inputs, np.newaxis], len(index), axis=1)
    return np.concatenate([low, np.uint64(0) - high])
