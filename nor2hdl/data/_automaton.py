"""Finite automata over letters: the definition of a regular language, and walks through it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nor2hdl.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np


@dataclass(frozen=True, slots=True)
class Automaton:
    """A deterministic finite automaton; a step that is not listed leads out of the language for good.

    Attributes
    ----------
    symbols
        The alphabet: distinct letters.
    moves
        For each state, the next state by letter; state 0 is the first.
    accepting
        The states in which a string may end.
    dead
        The number that stands for "left the language": the number of states; computed, not given.

    Raises
    ------
    DataError
        If the letters are not distinct, there is no state, a move reads another letter or leads to no state,
        or an accepting state is none of the states.

    Examples
    --------
    >>> even = Automaton("ab", ({"a": 1, "b": 0}, {"a": 0, "b": 1}), frozenset({0}))
    >>> even.accepts("aba"), even.accepts("ab"), even.path("aba")
    (True, False, [1, 1, 0])
    """

    symbols: str
    moves: tuple[Mapping[str, int], ...]
    accepting: frozenset[int]
    dead: int = field(init=False)

    def __post_init__(self) -> None:
        states = range(len(self.moves))
        if not self.symbols or len(set(self.symbols)) < len(self.symbols):
            raise DataError(f"symbols must be distinct letters, one or more, not {self.symbols!r}")
        if not states:
            raise DataError("moves must name one state or more, not none")
        for state, moves in enumerate(self.moves):
            for letter, target in moves.items():
                if letter not in set(self.symbols) or target not in states:
                    raise DataError(
                        f"moves of state {state} must lead from a letter of {self.symbols!r} to a state from "
                        f"0 to {states[-1]}, not from {letter!r} to {target!r}"
                    )
        if not self.accepting <= set(states):
            raise DataError(
                f"accepting must be states from 0 to {states[-1]}, not {sorted(self.accepting)!r}"
            )
        object.__setattr__(self, "dead", len(self.moves))

    def path(self, text: str) -> list[int]:
        """Return the state after each letter.

        Parameters
        ----------
        text
            Letters; any that is not in the alphabet leads out of the language.

        Returns
        -------
        list of int
            One state for each letter; `dead` from the first letter that has no move.

        Examples
        --------
        >>> reber_automaton().path("BTE")
        [1, 2, 8]
        """
        state = 0
        states = []
        for letter in text:
            state = self.dead if state == self.dead else self.moves[state].get(letter, self.dead)
            states.append(state)
        return states

    def accepts(self, text: str) -> bool:
        """Return whether the string is in the language.

        Parameters
        ----------
        text
            The string.

        Returns
        -------
        bool
            True where its path ends in an accepting state.

        Examples
        --------
        >>> reber_automaton().accepts("BTXSE")
        True
        """
        return (self.path(text)[-1] if text else 0) in self.accepting

    def walk(self, rng: np.random.Generator) -> str:
        """Return a random member: from state 0 by equally likely moves until none is left.

        It does not end where no state without a move can be reached.

        Parameters
        ----------
        rng
            Where the choices come from.

        Returns
        -------
        str
            A member, if every state without a move is accepting, as in the Reber grammars.
        """
        state = 0
        letters = []
        while self.moves[state]:
            letters.append(list(self.moves[state])[rng.integers(len(self.moves[state]))])
            state = self.moves[state][letters[-1]]
        return "".join(letters)

    def walk_exactly(self, length: int, rng: np.random.Generator) -> str | None:
        """Return a random member of a given length, by equally likely moves that can still end in time.

        Parameters
        ----------
        length
            Number of letters.
        rng
            Where the choices come from.

        Returns
        -------
        str or None
            A member, or None if none is that long.
        """
        left = [set(self.accepting)]
        for _ in range(length):
            left.append({s for s, moves in enumerate(self.moves) if left[-1] & set(moves.values())})
        if 0 not in left[length]:
            return None
        state = 0
        letters = []
        for rest in reversed(left[:length]):
            able = [letter for letter, target in self.moves[state].items() if target in rest]
            letters.append(able[rng.integers(len(able))])
            state = self.moves[state][letters[-1]]
        return "".join(letters)


SYMBOLS = "BTSXPVE"
"""The letters of the Reber grammars, in the order of their one-hot bits."""

_REBER = ("B1", "T2 P3", "S2 X4", "T3 V5", "X3 S6", "P4 V6", "E7", "")


def reber_automaton(*, embedded: bool = False) -> Automaton:
    """Return the automaton of the Reber grammar, or of the embedded one.

    The embedded grammar reads B, then T or P, then a whole Reber string, then the same T or P again, then E:
    the end depends on a letter that any number of others separate from it.

    Parameters
    ----------
    embedded
        Whether the embedded grammar is wanted: 20 states in place of 8.

    Returns
    -------
    Automaton
        Over `SYMBOLS`; its last state is the accepting one.

    References
    ----------
    A. S. Reber, "Implicit learning of artificial grammars", 1967; the embedded form is that of
    S. Hochreiter and J. Schmidhuber, "Long short-term memory", 1997.

    Examples
    --------
    >>> len(reber_automaton().moves), len(reber_automaton(embedded=True).moves)
    (8, 20)
    """
    if not embedded:
        return Automaton(SYMBOLS, _shifted(0), frozenset({len(_REBER) - 1}))
    first, second, size = 2, 2 + len(_REBER), len(_REBER)
    last = second + size
    inner = [*_shifted(first), *_shifted(second)]
    inner[size - 1], inner[2 * size - 1] = {"T": last}, {"P": last}
    moves = ({"B": 1}, {"T": first, "P": second}, *inner, {"E": last + 1}, {})
    return Automaton(SYMBOLS, moves, frozenset({last + 1}))


def _shifted(by: int) -> tuple[dict[str, int], ...]:
    return tuple({move[0]: int(move[1:]) + by for move in moves.split()} for moves in _REBER)
