"""SAT sweeping: nets that do the same, or the opposite, for every input become one."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from nor2hdl.errors import OptionError
from nor2hdl.minimize._rewrite import cost
from nor2hdl.minimize._signatures import CHUNK, Signatures, patterns
from nor2hdl.minimize.engines._engine import Outcome
from nor2hdl.minimize.engines._equality import Equality
from nor2hdl.minimize.engines._merging import Merging

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist

_CHUNKS = 8
"""Random patterns at the start, in chunks of 1,024."""

_ROUND = 512
"""Counterexamples after which the candidates are sorted anew."""


_LATE = "sat_sweep ran out of time (kept: what was merged by then)"


@dataclass(frozen=True, slots=True)
class SatSweep:
    """Engine that merges equal and complementary gates, anywhere in the netlist, and constant ones.

    Random patterns sort the nets into candidate classes; a SAT solver proves each gate equal to the first net
    of its class, or finds an input where it is not, which then sorts them further. Rules::

        u = v for every input   =>  u gives way to v        v before u, a constant included
        u = v' for every input  =>  u gives way to nor(v)

    Parameters
    ----------
    conflicts
        How hard to try a pair, in conflicts of the solver, which counts them when it restarts; at least 1. A
        pair that takes more is left alone.

    References
    ----------
    A. Kuehlmann, "Dynamic transition relation simplification for bounded property checking", ICCAD 2004.
    A. Mishchenko, S. Chatterjee, R. Jiang, R. Brayton, "FRAIGs: a unifying representation for logic synthesis
    and verification", 2005.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x, y = b.input("x", 2)
    >>> either, both = b.nor(b.nor(x, y)), b.nor(b.nor(x), b.nor(y))
    >>> b.output("z", [b.nor(either, both), b.nor(either)])
    >>> SatSweep().run(b.freeze(), timeout=10).net.fanin_lists()
    [[1, 2]]
    """

    name: ClassVar[str] = "sat_sweep"
    conflicts: int = 100

    def __post_init__(self) -> None:
        if self.conflicts < 1:
            raise OptionError(f"conflicts must be at least 1, not {self.conflicts!r}")

    def run(self, net: Netlist, *, timeout: float | None) -> Outcome:
        """Minimize `net`; what is merged is proved.

        Parameters
        ----------
        net
            The netlist; it is not changed.
        timeout
            Seconds that it may take, None for no limit. When they are over, what was merged so far stays.

        Returns
        -------
        Outcome
            A netlist with the same ports and the same function, never worse by `cost`, and a word on the time
            if it was over.
        """
        ends = None if timeout is None else time.monotonic() + timeout
        sweeping = _Sweeping(net, self.conflicts, ends)
        while sweeping.round():
            pass
        after = min(net, sweeping.merging.rebuild(), key=cost)
        return Outcome(after, _LATE if sweeping.timed_out else "")


class _Sweeping:
    """Rounds over all gates, each with candidates that the last one's counterexamples have sorted."""

    def __init__(self, net: Netlist, conflicts: int, ends: float | None) -> None:
        self.merging = Merging(net)
        self._net = net
        self._ends = ends
        self._rng = np.random.default_rng(0)
        self._signatures = Signatures(net)
        for _ in range(_CHUNKS):
            if not self._is_late():
                self._signatures.add(patterns(self._rng, net.num_inputs, CHUNK))
        self._equality = Equality(self.merging, conflicts)
        self.timed_out = False
        self._settled: set[tuple[int, int]] = set()  # pairs that were tried in vain

    def round(self) -> bool:
        """Meet every gate once; return whether counterexamples call for another round."""
        merging, net = self.merging, self._net
        merging.begin()
        hashed, flipped = self._signatures.hashed.tolist(), self._signatures.flipped.tolist()
        first = {hashed[n]: n for n in reversed(range(net.first_gate))}
        found: list[list[int]] = []
        for gate in range(net.first_gate, net.num_nets):
            if not merging.meet(gate):
                continue
            like = first.setdefault(hashed[gate], gate)
            if like == gate or (like, gate) in self._settled or len(found) >= _ROUND:
                continue
            if self._is_late():
                self.timed_out = True
                return False
            literal = 2 * like + (flipped[like] ^ flipped[gate])
            answer = self._equality.prove(2 * gate, literal)
            if answer is True:
                merging.merge(gate, literal)
                continue
            self._settled.add((like, gate))
            if answer:
                found.append(answer)
        if found:
            self._signatures.add(self._words(found))
        return bool(found)

    def _is_late(self) -> bool:
        return self._ends is not None and time.monotonic() >= self._ends

    def _words(self, found: list[list[int]]) -> NDArray[np.uint64]:
        """Return counterexamples, lists of inputs, negative for 0, as words; other inputs are random."""
        samples = self._rng.integers(0, 2, (-(-len(found) // 64) * 64, self._net.num_inputs), np.uint8)
        for sample, inputs in zip(samples, found, strict=False):
            places = np.array(inputs)
            sample[np.abs(places) - 1] = places > 0
        packed = np.ascontiguousarray(np.packbits(samples, axis=0, bitorder="little").T)
        return packed.view(np.uint64)
