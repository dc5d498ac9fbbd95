"""The search: rounds at a rising price, exact minimization between them."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.approximate._cones import resynthesize
from nor2hdl.approximate._graph import tidy, to_graph, to_netlist
from nor2hdl.approximate._round import Counts, arrays, as_observed, count, pack_care, shrink
from nor2hdl.errors import OptionError
from nor2hdl.minimize import LINEAR, cost, minimize

if TYPE_CHECKING:
    from nor2hdl.approximate._care import CareSet
    from nor2hdl.approximate._graph import Graph
    from nor2hdl.approximate._round import Outcome
    from nor2hdl.netlist import Netlist

_Change = Callable[["Graph"], "Outcome"]

_FIRST_PRICE = 2e-6
"""Of the care samples, for each AND saved; it doubles from round to round."""

_DEAREST = 1 / 25
"""Of the care samples that may be lost in all: no AND is worth more, or few would use up the budget.

Where this is less than one care sample, one may be asked for, to be made up for by others that turn right.
"""

_WORTHWHILE = 0.01
"""The rounds in which nothing observed may change end with one that saves a smaller part of the ANDs."""

_QUICK = (*LINEAR, "abc_quick")
_FINAL = (*LINEAR, "share_clauses", "abc_area")


@dataclass(frozen=True, slots=True)
class Round:
    """What the circuit is after a round.

    Attributes
    ----------
    price
        How many care samples could turn wrong for each AND saved; 0 where nothing observed could change.
    ands
        Two-input ANDs, after exact minimization.
    train, val
        Training and validation samples that are classified correctly.
    made, refused
        Replacements made, and refused for the budget's sake.
    seconds
        Since the start.
    """

    price: float
    ands: int
    train: int
    val: int
    made: int
    refused: int
    seconds: float

    def __str__(self) -> str:
        return f"{self.ands:,} two-input ANDs, {self.val:,} validation samples correct ({self.seconds:.0f} s)"


@dataclass(frozen=True, slots=True, eq=False)
class Approximation:
    """A smaller circuit that is not equivalent, and what it costs.

    Attributes
    ----------
    net
        The circuit.
    label
        What to call it wherever it is shown: ``"approximate: care set = N samples"``.
    before, after
        Validation samples that are classified correctly, by the circuit given and by this one.
    total
        Number of validation samples.
    rounds
        What each round came to.
    finished
        Whether the search came to its end in time; if not, this is the best of its circuits so far.
    """

    net: Netlist
    label: str
    before: int
    after: int
    total: int
    rounds: tuple[Round, ...]
    finished: bool


def approximate(
    net: Netlist,
    care: CareSet,
    *,
    lose: int | None,
    timeout: float | None = None,
    watch: Callable[[Round], None] = lambda _: None,
) -> Approximation:
    """Make a classifier smaller where its care set does not mind. The result is *not* equivalent to `net`.

    First every gate gives way to a constant, to another signal or to its complement where no output changes
    on any care sample: signals that are constant, equal, complementary or implied there. Then, round by
    round, a gate may also give way at a rising price: so many care samples turned wrong for each two-input
    AND saved. The damage is exact: all that the gate feeds is simulated. A replacement is refused if it takes
    the correctly classified validation samples below their limit, or loses a greater share of the training
    samples, or of these and their copies, than of the validation samples is allowed. Validation samples
    choose nothing else, and others nothing at all. Between the rounds the circuit is minimized exactly.

    Parameters
    ----------
    net
        A classifier circuit: the ports ``pix`` or ``bits`` in and ``cls`` out.
    care
        What the circuit must still do.
    lose
        How many validation samples fewer than before may be classified correctly, or None to change no output
        on any care sample, whatever becomes of validation.
    timeout
        Limit in seconds, None for no limit. When it is over, the best circuit so far is returned.
    watch
        Called with each round when it is over.

    Returns
    -------
    Approximation
        The circuit, its label, and accuracy before and after. Equal arguments give equal circuits, unless
        time runs out.

    Raises
    ------
    NetlistError
        If the ports are not those of a classifier.
    OptionError
        If `lose` is negative, `timeout` is not above 0, or the care set does not fit the circuit.

    References
    ----------
    M. Nazemi, G. Pasandi, M. Pedram, "Energy-efficient, low-latency realization of neural networks through
    Boolean logic minimization" (NullaNet), ASP-DAC 2019; S. Venkataramani, K. Roy, A. Raghunathan,
    "Substitute-and-simplify: a unified design paradigm for approximate and quality configurable circuits",
    DATE 2013.

    Examples
    --------
    The highest bit alone decides where no sample lies from 64 to 127:

    >>> from nor2hdl.approximate import CareSet
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> pix = b.input("pix", 8)
    >>> b.output("cls", [b.nor(b.nor(pix[6], pix[7]))])  # class 1 from 64 up
    >>> x, y = np.array([[10], [200]], np.uint8), np.array([0, 1])
    >>> small = approximate(b.freeze(), CareSet(x, y, x, y), lose=0)
    >>> small.net.num_gates, small.after, small.label
    (0, 2, 'approximate: care set = 2 samples')
    """
    if lose is not None and lose < 0:
        raise OptionError(f"lose must be a number of samples, 0 or more, or None, not {lose!r}")
    if timeout is not None and not timeout > 0:
        raise OptionError(f"timeout must be above 0 seconds, or None, not {timeout!r}")
    care.check_fits(net)
    search = _Search(net, care, timeout, watch)
    search.keep_observed(lose)
    if lose is not None:
        search.spend(lose)
    return search.result()


class _Search:
    """The circuit as it becomes smaller; at any time it is within the limits of the rounds so far."""

    def __init__(
        self, net: Netlist, care: CareSet, timeout: float | None, watch: Callable[[Round], None]
    ) -> None:
        self.begin = time.monotonic()
        self.deadline = self.begin + (math.inf if timeout is None else timeout)
        self.care, self.watch = care, watch
        self.net = net
        self.samples = pack_care(net, care)
        self.start = self.now = count(arrays(to_graph(net), self.samples), self.samples)
        self.rounds: list[Round] = []
        self.finished = True

    def keep_observed(self, lose: int | None) -> None:
        """Run rounds in which no output changes on the care set, until they find nothing more."""
        observed = as_observed(self.samples, to_graph(self.net))
        floor = Counts(0, 0, 0 if lose is None else self.start.val - lose)
        self._round(lambda graph: resynthesize(graph, observed, floor, self.deadline), 0)
        saved = 1.0
        while saved > _WORTHWHILE and self.finished:
            saved = self._round(lambda graph: shrink(graph, observed, 0, floor, self.deadline), 0)

    def spend(self, lose: int) -> None:
        """Run rounds at rising prices, until more is refused than made."""
        ones = np.bitwise_count(self.samples.valid).astype(np.int64)
        unit = int(ones[: self.samples.care].sum())
        sizes = Counts(len(self.care.labels), unit, len(self.care.val_labels))
        floor = Counts(*(n - lose * size // sizes.val for n, size in zip(self.start, sizes, strict=True)))
        price = _FIRST_PRICE * unit
        while price <= max(1, _DEAREST * (self.start.care - floor.care)) and self.finished:
            self._price_round(price, floor)
            last = self.rounds[-1]
            if last.refused > last.made:
                break
            price *= 2

    def _price_round(self, price: float, floor: Counts) -> None:
        self._round(lambda graph: shrink(graph, self.samples, price, floor, self.deadline), price)

    def result(self) -> Approximation:
        """Minimize for the last time and report."""
        self.net = minimize(self.net, passes=_FINAL, timeout=self._left())
        return Approximation(
            net=self.net,
            label=self.care.label,
            before=self.start.val,
            after=self.now.val,
            total=len(self.care.val_labels),
            rounds=tuple(self.rounds),
            finished=self.finished,
        )

    def _round(self, change: _Change, price: float) -> float:
        """Run a round and minimize; return the share of the ANDs that it saved."""
        before = cost(self.net)[0]
        outcome = change(tidy(to_graph(self.net)))
        self.finished = outcome.finished
        self.now = outcome.counts if price else self.start._replace(val=outcome.counts.val)
        smaller = minimize(to_netlist(tidy(outcome.graph), self.net), passes=LINEAR)
        self.net = minimize(smaller, passes=_QUICK, timeout=self._left())
        after = cost(self.net)[0]
        seconds = time.monotonic() - self.begin
        self.rounds.append(
            Round(price, after, self.now.train, self.now.val, outcome.made, outcome.refused, seconds)
        )
        self.watch(self.rounds[-1])
        return (before - after) / max(before, 1)

    def _left(self) -> float | None:
        return None if self.deadline == math.inf else max(0.0, self.deadline - time.monotonic())
