"""Strings of the Reber grammar, members and near misses, and their form as arrays."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal

import numpy as np

from nor2hdl.data._automaton import SYMBOLS, Automaton, reber_automaton
from nor2hdl.errors import DataError, OptionError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

Negatives = Literal["hard", "random", "mixed"]

MAX_LENGTH = 40
_TRIES = 10_000
"""Fruitless draws in a row after which no more distinct strings are looked for."""


def accepts(text: str, *, embedded: bool = False) -> bool:
    """Return whether a string belongs to the Reber grammar.

    Parameters
    ----------
    text
        The string.
    embedded
        Whether the embedded grammar is meant.

    Returns
    -------
    bool
        What the automaton says.

    Examples
    --------
    >>> accepts("BTXSE"), accepts("BTXSS"), accepts("BTBTXSETE", embedded=True)
    (True, False, True)
    """
    return reber_automaton(embedded=embedded).accepts(text)


def reber_strings(
    count: int, *, seed: int, embedded: bool = False, max_length: int = MAX_LENGTH, distinct: bool = False
) -> list[str]:
    """Draw members of the Reber grammar: walks through its automaton with equally likely moves.

    Parameters
    ----------
    count
        How many, 0 or more.
    seed
        Seed of the draw, 0 or more.
    embedded
        Whether the embedded grammar is meant.
    max_length
        Longer strings are drawn again; 5 or more, 9 or more for the embedded grammar.
    distinct
        Whether a string that was drawn before is drawn again.

    Returns
    -------
    list of str
        The strings, in the order in which they were drawn.

    Raises
    ------
    OptionError
        If a number is not whole or too small.
    DataError
        If there are not enough distinct strings that short.

    Examples
    --------
    >>> reber_strings(3, seed=0)
    ['BPVVE', 'BTSSSSSXSE', 'BPVVE']
    """
    automaton = reber_automaton(embedded=embedded)
    _check(count, seed, max_length, embedded=embedded)
    rng = np.random.default_rng(seed)

    def draw() -> str | None:
        text = automaton.walk(rng)
        return text if len(text) <= max_length else None

    return _collect(count, draw, distinct=distinct)


def reber_set(
    count: int,
    *,
    seed: int,
    negatives: Negatives = "hard",
    embedded: bool = False,
    max_length: int = MAX_LENGTH,
) -> tuple[list[str], NDArray[np.int64]]:
    """Draw distinct strings, half of them members, the others as long and outside the language.

    Hard negatives come from members by the change, exchange, loss or gain of one letter, or join the
    beginning of one member to the end of another (a walk that leaves the automaton at one step). For the
    embedded grammar one in five has only its last T or P changed. Random ones are letters with equal
    probability. Every negative is checked by the automaton. Members and negatives have the same lengths, so
    that a length says nothing.

    Parameters
    ----------
    count
        How many strings, 0 or more; of an odd number the one more is a member.
    seed
        Seed of the draw, 0 or more.
    negatives
        ``"hard"``, ``"random"``, or ``"mixed"``: one kind or the other with equal probability at each draw.
        More hard ones turn out to be members or there already and are drawn again, so that in the end
        about two in five are hard.
    embedded, max_length
        As for `reber_strings`.

    Returns
    -------
    strings : list of str
        Members and others in random order, no string twice.
    labels : int64 [count]
        1 for a member, 0 for any other.

    Raises
    ------
    OptionError
        If a number is not whole or too small, or `negatives` is none of these.
    DataError
        If there are not enough distinct strings that short.

    Examples
    --------
    >>> strings, labels = reber_set(4, seed=0)
    >>> [accepts(text) for text in strings] == (labels == 1).tolist(), sum(labels)
    (True, np.int64(2))
    """
    if negatives not in ("hard", "random", "mixed"):
        raise OptionError(f"negatives must be 'hard', 'random' or 'mixed', not {negatives!r}")
    _check(count, seed, max_length, embedded=embedded)
    automaton = reber_automaton(embedded=embedded)
    members = reber_strings(
        count - count // 2, seed=seed, embedded=embedded, max_length=max_length, distinct=True
    )
    rng = np.random.default_rng([seed, 1])
    lengths = [len(text) for text in members[: count // 2]]
    others: list[str] = []
    for length, wanted in sorted(Counter(lengths).items()):

        def draw(length: int = length) -> str | None:
            hard = negatives == "hard" or (negatives == "mixed" and rng.integers(2) == 1)
            text = _near_miss(automaton, length, rng, embedded=embedded) if hard else _noise(length, rng)
            return None if text is None or automaton.accepts(text) else text

        others += _collect(wanted, draw, distinct=True)
    strings = members + others
    labels = np.repeat(np.array([1, 0]), [len(members), len(others)])
    order = rng.permutation(count)
    return [strings[i] for i in order], labels[order]


def encode_strings(strings: Sequence[str]) -> NDArray[np.int64]:
    """Turn strings of `SYMBOLS` into numbers, one row each.

    Parameters
    ----------
    strings
        The strings, of any lengths.

    Returns
    -------
    int64 [strings, longest]
        The place of each letter in `SYMBOLS`; -1 after the end of a string.

    Raises
    ------
    DataError
        If a letter is none of `SYMBOLS`.

    Examples
    --------
    >>> encode_strings(["BTE", "B"]).tolist()
    [[0, 1, 6], [0, -1, -1]]
    """
    numbers = np.full((len(strings), max(map(len, strings), default=0)), -1)
    for row, text in zip(numbers, strings, strict=True):
        strange = set(text) - set(SYMBOLS)
        if strange:
            raise DataError(f"strings must be letters of {SYMBOLS!r}, not {text!r}")
        row[: len(text)] = [SYMBOLS.index(letter) for letter in text]
    return numbers


def one_hot(numbers: NDArray[np.int64]) -> NDArray[np.float32]:
    """Turn the numbers of `encode_strings` into bits.

    Parameters
    ----------
    numbers : int64 [strings, longest]
        Places in `SYMBOLS`; -1 for nothing.

    Returns
    -------
    float32 [strings, longest, 7]
        1 at the place of the letter, else 0; all 0 for nothing.

    Examples
    --------
    >>> one_hot(encode_strings(["T"])).tolist()
    [[[0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0]]]
    """
    bits: NDArray[np.float32] = (numbers[..., None] == np.arange(len(SYMBOLS))).astype(np.float32)
    return bits


def _collect(count: int, draw: Callable[[], str | None], *, distinct: bool) -> list[str]:
    found: list[str] = []
    seen: set[str] = set()
    fruitless = 0
    while len(found) < count:
        text = draw()
        if text is None or (distinct and text in seen):
            fruitless += 1
            if fruitless > _TRIES:
                raise DataError(
                    f"count must be small enough for distinct strings, but after {len(found)} of {count} no "
                    f"new one was found in {_TRIES} draws; allow longer strings"
                )
            continue
        fruitless = 0
        seen.add(text)
        found.append(text)
    return found


def _noise(length: int, rng: np.random.Generator) -> str:
    return "".join(SYMBOLS[i] for i in rng.integers(len(SYMBOLS), size=length))


def _near_miss(automaton: Automaton, length: int, rng: np.random.Generator, *, embedded: bool) -> str | None:
    """Return a member with one fault, `length` letters long; it may be a member all the same."""
    kind = ("change", "exchange", "loss", "gain", "join")[rng.integers(5)]
    text = automaton.walk_exactly(length + {"loss": 1, "gain": -1}.get(kind, 0), rng)
    if text is None:
        return None
    place, letter = int(rng.integers(len(text))), SYMBOLS[rng.integers(len(SYMBOLS))]
    if embedded and kind == "change":
        place, letter = len(text) - 2, "P" if text[-2] == "T" else "T"
    if kind == "change":
        return text[:place] + letter + text[place + 1 :]
    if kind == "exchange":
        return text[:place] + text[place : place + 2][::-1] + text[place + 2 :]
    if kind == "loss":
        return text[:place] + text[place + 1 :]
    if kind == "gain":
        return text[:place] + letter + text[place:]
    other = automaton.walk_exactly(length, rng)
    return None if other is None else text[:place] + other[place:]


def _check(count: int, seed: int, max_length: int, *, embedded: bool) -> None:
    for name, value, least in (
        ("count", count, 0),
        ("seed", seed, 0),
        ("max_length", max_length, 9 if embedded else 5),
    ):
        if type(value) is not int or value < least:
            raise OptionError(f"{name} must be a whole number of {least} or more, not {value!r}")
