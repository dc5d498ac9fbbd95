"""Turn the votes of the last layer into sums."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nor2hdl.errors import ExtractError
from nor2hdl.netlist.arith import adder_cost, nor, popcount

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from nor2hdl.learn import VoteReadout
    from nor2hdl.netlist import Builder
    from nor2hdl.netlist.arith import Target

_OFFSETS = 1024
"""How many offsets are tried, at most."""


class _Tally(NamedTuple):
    """What a class's sum of votes can be, and how many votes of 1, 2, 4 ... are not known beforehand."""

    least: int
    largest: int
    widths: list[int]


def score_ranges(readout: VoteReadout, known: Sequence[bool | None]) -> list[tuple[int, int]]:
    """Return the least and the largest sum of votes of each class.

    Parameters
    ----------
    readout
        The readout.
    known
        The value of each neuron that is constant, None for any other.

    Examples
    --------
    >>> from nor2hdl.learn import VoteReadout
    >>> score_ranges(VoteReadout(4, 2, votes="plain"), [None, None, True, None])
    [(0, 2), (1, 2)]
    """
    return [(tally.least, tally.largest) for tally in tally_classes(readout, known)]


def least_offset(readout: VoteReadout, known: Sequence[bool | None]) -> int:
    """Return what to add to every class's sum, so that none is negative and the popcounts are small.

    Of the offsets that need no more bits than the least, it is the least of those whose popcounts are
    smallest; 1024 are tried.

    Parameters
    ----------
    readout
        The readout.
    known
        As in `score_ranges`.

    Examples
    --------
    >>> from nor2hdl.learn import VoteReadout
    >>> least_offset(VoteReadout(4, 2, votes="plain"), [None] * 4)
    0
    """
    tallies = tally_classes(readout, known)
    least = -min(tally.least for tally in tallies)
    span = least + max(tally.largest for tally in tallies)
    room = (1 << span.bit_length()) - span

    def cost(offset: int) -> int:
        return sum(adder_cost(tally.widths, offset + tally.least) for tally in tallies)

    return min(range(least, least + min(room, _OFFSETS)), key=cost)


def readout_gates(
    readout: VoteReadout,
    b: Builder,
    nets: Sequence[int],
    *,
    classes: Collection[int] | None = None,
    target: Target = "gates",
) -> list[list[int]]:
    """Add the popcounts; return the nets of each class's sum plus `score_offset`, lowest bit first.

    A vote of 2^k enters column k. A vote of -2^k enters inverted, since -2^k x = 2^k (1 - x) - 2^k, and the
    constant is folded into the offset, as are the votes of constant neurons.

    Parameters
    ----------
    readout
        The readout.
    b
        Where the gates go.
    nets
        Nets of the neurons that vote.
    classes
        The classes whose sums are wanted; None for all.
    target
        What the popcounts are meant for; see `extract`.

    Returns
    -------
    list of list of int
        The nets of each class's sum, the lowest bit first; none for a class that is not wanted.

    Raises
    ------
    ExtractError
        If the readout takes another number of inputs than there are nets.
    """
    known = [b.constant(net) for net in nets]
    offset = least_offset(readout, known)
    share = len(nets) // readout.classes
    sums: list[list[int]] = [[] for _ in range(readout.classes)]
    for c, (votes, tally) in enumerate(
        zip(votes_by_class(readout), tally_classes(readout, known), strict=True)
    ):
        if classes is not None and c not in classes:
            continue
        b.set_tag(f"popcount/class{c}")
        columns: list[list[int]] = [[] for _ in tally.widths]
        for i, vote in enumerate(votes, c * share):
            if vote and known[i] is None:
                columns[abs(vote).bit_length() - 1].append(nor(b, nets[i]) if vote < 0 else nets[i])
        sums[c] = popcount(b, columns, offset + tally.least, target=target)
    b.set_tag("")
    return sums


def votes_by_class(readout: VoteReadout) -> list[list[int]]:
    """Return the votes of each class's share of the neurons."""
    votes: list[list[int]] = readout.votes().detach().long().view(readout.classes, -1).tolist()
    return votes


def tally_classes(readout: VoteReadout, known: Sequence[bool | None]) -> list[_Tally]:
    """Return what is known beforehand of the sum of each class."""
    if len(known) != readout.in_features:
        raise ExtractError(f"readout must have {readout.in_features} inputs, not {len(known)}")
    share = len(known) // readout.classes
    tallies = []
    for c, votes in enumerate(votes_by_class(readout)):
        values = known[c * share : (c + 1) * share]
        free = [vote for vote, value in zip(votes, values, strict=True) if value is None]
        fixed = sum(vote for vote, value in zip(votes, values, strict=True) if value)
        widths = [sum(abs(vote) == 1 << k for vote in free) for k in range(readout.largest.bit_length())]
        tallies.append(
            _Tally(fixed + sum(min(v, 0) for v in free), fixed + sum(max(v, 0) for v in free), widths)
        )
    return tallies
