"""The index of the largest of several numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nor2hdl.netlist._names import FALSE
from nor2hdl.netlist.arith._adders import mux
from nor2hdl.netlist.arith._compare import greater
from nor2hdl.netlist.arith._fold import either, nor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nor2hdl.netlist._builder import Builder
    from nor2hdl.netlist.arith._fold import Target


def contenders(ranges: Sequence[tuple[int, int]]) -> list[int]:
    """Return the indices that `argmax` can take at all, where each number is known to lie in a range.

    Parameters
    ----------
    ranges
        The least and the largest value of each number.

    Returns
    -------
    list of int
        Ascending. A number is left out whose largest value is below the least of another, or no greater than
        the least of one before it.

    Examples
    --------
    >>> contenders([(0, 3), (3, 9), (2, 3), (0, 5)])
    [0, 1, 3]
    """
    return [
        i
        for i, (_, largest) in enumerate(ranges)
        if all(least < largest + (j > i) for j, (least, _) in enumerate(ranges) if j != i)
    ]


def argmax(b: Builder, numbers: Sequence[Sequence[int] | None], *, target: Target = "gates") -> list[int]:
    """Return the index of the largest number, the lowest index where several are largest.

    For gates, numbers drop out bit by bit from the highest down: at a bit, any that is still in and has it
    puts out those that have not; 4 two-input gates a number and bit. Otherwise a tournament between blocks
    of 1, 2, 4 ... neighbors, of minimal depth, where a later block wins only where it is strictly greater:
    7 two-input gates a number and bit.

    Parameters
    ----------
    b
        Where the gates go.
    numbers
        Nets of each number, lowest bit first; widths may differ. None for one that is never the largest; at
        least one is none such.
    target
        What the circuit is meant for.

    Returns
    -------
    list of int
        Nets of the index, lowest bit first; none for a single number.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 10)
    >>> len(argmax(b, [[net] for net in x]))
    4
    """
    return _eliminate(b, numbers) if target == "gates" else _tournament(b, numbers)


def _eliminate(b: Builder, numbers: Sequence[Sequence[int] | None]) -> list[int]:
    able = [i for i, number in enumerate(numbers) if number is not None]
    words = [number for number in numbers if number is not None]
    out = [FALSE] * len(words)
    for k in reversed(range(max(map(len, words)))):
        bits = [word[k] if k < len(word) else FALSE for word in words]
        have = [x if o == FALSE else nor(b, o, nor(b, x)) for o, x in zip(out, bits, strict=True)]
        none_has = nor(b, *have)
        some_has = nor(b, none_has)
        kept = out if k else out[:-1]  # the last number is in if no other is
        lacks = [none_has if o == FALSE else nor(b, o, some_has) for o in kept]
        out = [nor(b, x, y) for x, y in zip(have, lacks, strict=False)]
    still_in = [FALSE] * len(numbers)
    still_in[able[-1]] = b.nor()
    for i, o in zip(able[:-1], out, strict=False):
        still_in[i] = nor(b, o)
    return _first(b, still_in)


def _first(b: Builder, flags: list[int]) -> list[int]:
    """Return the index of the first true flag."""
    index = []
    while len(flags) > 1:
        pairs = list(zip(flags[::2], [*flags[1::2], FALSE], strict=False))
        odd = FALSE
        for low, high in reversed(pairs):
            odd = nor(b, low, nor(b, high, odd))
        index.append(odd)
        flags = [either(b, low, high) for low, high in pairs]
    return index


def _tournament(b: Builder, numbers: Sequence[Sequence[int] | None]) -> list[int]:
    width = max(len(number) for number in numbers if number is not None)
    values = [None if n is None else [*n, *[FALSE] * (width - len(n))] for n in numbers]
    blocks = [(value, list[int]()) for value in values]
    while len(blocks) > 1:
        if len(blocks) % 2:
            blocks.append((None, [FALSE] * len(blocks[0][1])))
        last = len(blocks) == 2
        blocks = [
            _match(b, *low, *high, last=last) for low, high in zip(blocks[::2], blocks[1::2], strict=True)
        ]
    return blocks[0][1]


def _match(
    b: Builder,
    low: list[int] | None,
    low_index: list[int],
    high: list[int] | None,
    high_index: list[int],
    *,
    last: bool,
) -> tuple[list[int] | None, list[int]]:
    if high is None:
        return low, [*low_index, FALSE]
    if low is None:
        return high, [*high_index, b.nor()]
    wins = greater(b, high, low)
    index = [mux(b, wins, p, q) for p, q in zip(low_index, high_index, strict=True)]
    value = [] if last else [mux(b, wins, p, q) for p, q in zip(low, high, strict=True)]
    return value, [*index, wins]
