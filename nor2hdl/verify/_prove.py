"""Choose a prover."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.verify._abc import Abc
from nor2hdl.verify._evaluate import Evaluator, first_difference
from nor2hdl.verify._exhaustive import MOST_INPUTS, Exhaustive
from nor2hdl.verify._verdict import Verdict, check_ports, different, equal

if TYPE_CHECKING:
    from nor2hdl.netlist import Netlist

_QUICK = 10**9  # words to read for an exhaustive proof of a few seconds


def prove(a: Netlist, b: Netlist, *, timeout: float | None = None) -> Verdict:
    """Return whether two netlists with the same ports compute the same.

    Netlists with the same gates are equal at once. Circuits with few inputs are evaluated on all of them.
    For others, some thousands of random inputs find an easy difference, and `Abc` decides the rest.

    Parameters
    ----------
    a, b
        The netlists, with the same ports in the same order; their provenance does not matter.
    timeout
        Seconds that the prover may take, None for no limit.

    Returns
    -------
    Verdict
        With a counterexample that was checked on both netlists where they differ.

    Raises
    ------
    NetlistError
        If the ports differ.
    ToolError
        If ABC is needed, and missing or failing.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> def circuit(*, pins):
    ...     b = Builder()
    ...     b.output("y", [b.nor(*b.input("x", 3)[:pins])])
    ...     return b.freeze()
    >>> prove(circuit(pins=3), circuit(pins=3)).method
    'structural'
    >>> verdict = prove(circuit(pins=3), circuit(pins=2))
    >>> verdict.status, verdict.method, verdict.counterexample.tolist()
    ('different', 'exhaustive', [False, False, True])
    """
    check_ports(a, b)
    started = time.monotonic()
    if _same_gates(a, b):
        return equal("structural", started)
    if a.num_inputs <= MOST_INPUTS and (a.num_pins + b.num_pins) << a.num_inputs <= 64 * _QUICK:
        return Exhaustive(timeout).prove(a, b)
    return simulate(a, b) or Abc(timeout).prove(a, b)


def _same_gates(a: Netlist, b: Netlist) -> bool:
    return (
        np.array_equal(a.offsets, b.offsets)
        and np.array_equal(a.fanins, b.fanins)
        and np.array_equal(a.drivers, b.drivers)
    )


def simulate(a: Netlist, b: Netlist) -> Verdict | None:
    """Return a verdict if some thousands of random inputs find a difference, else None.

    Inputs come in several densities of ones, because a wide NOR is false for nearly all even ones.
    """
    started = time.monotonic()
    rng = np.random.default_rng(0)
    left, right = Evaluator(a), Evaluator(b)
    words = np.full((a.num_inputs, 16), ~np.uint64(0))
    for _ in range(6):
        words &= rng.integers(0, 2**64, words.shape, np.uint64)
        for some in (words, ~words):
            found = first_difference(left, right, some)
            if found is not None:
                return different(a, b, found, "simulation", started)
    return None
