"""Does a machine accept the language that it should? Exactly, with the shortest string that says no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from nor2hdl.errors import NetlistError
from nor2hdl.netlist import Machine

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    # The pair of states before each pair, and the symbol between them: a string for each would be too much.
    _Came = dict[tuple[int, int], tuple[tuple[int, int], int] | None]


class Language(Protocol):
    """A finite automaton, such as `nor2hdl.data.Automaton`; state 0 is the first."""

    @property
    def symbols(self) -> str:
        """The letters, in the order of the machine's symbol bits."""
        ...

    @property
    def moves(self) -> tuple[Mapping[str, int], ...]:
        """For each state, the next one by letter; a letter that is not there leads out for good."""
        ...

    @property
    def accepting(self) -> AbstractSet[int]:
        """The states in which a string may end."""
        ...


@dataclass(frozen=True, slots=True)
class LanguageVerdict:
    """Whether two machines accept the same strings of one symbol or more.

    Attributes
    ----------
    same
        Whether they do: on strings of every length, not on a sample of them.
    pairs
        Pairs of states that were reached together: the size of the proof.
    counterexample
        The symbols, as numbers, of a string that one accepts and the other does not; no such string is
        shorter. None where the languages are the same.
    detail
        Which of the two accepts it; empty where the languages are the same.
    """

    same: bool
    pairs: int
    counterexample: tuple[int, ...] | None = None
    detail: str = ""


def same_language(machine: Machine, other: Machine | Language) -> LanguageVerdict:
    """Return whether a machine accepts exactly the strings that another, or an automaton, accepts.

    Both read the same strings from their first states on, shortest first, until no new pair of states comes
    up. Where they agree at every such pair, they agree on every string.

    Parameters
    ----------
    machine
        The machine.
    other
        Another with as many symbols, or an automaton with as many letters.

    Returns
    -------
    LanguageVerdict
        Yes or no, never unknown. The empty string is left out: a machine says nothing before its first
        symbol.

    Raises
    ------
    NetlistError
        If the numbers of symbols differ, or a machine has more than 65,536 reachable states.

    Examples
    --------
    >>> from nor2hdl.data import Automaton
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> (zero, _), _ = b.input("symbol", 2), b.input("state", 0)
    >>> b.output("state_next", [])
    >>> b.output("accept", [zero])
    >>> odd = Automaton("01", ({"0": 1, "1": 0}, {"0": 0, "1": 1}), frozenset({1}))
    >>> same_language(Machine(b.freeze(), ()), odd).counterexample  # ends with 0, but has two of them
    (0, 0)
    """
    left, right = _table(machine), _table(other)
    symbols = range(len(left[0]))
    if len(symbols) != len(right[0]):
        raise NetlistError(f"both must read as many symbols, not {len(symbols)} and {len(right[0])}")
    came: _Came = {(0, 0): None}
    queue = [(0, 0)]
    for pair in queue:
        for k in symbols:
            one, two = left[pair[0]][k], right[pair[1]][k]
            if one.accepted != two.accepted:
                which = ("first", "second") if one.accepted else ("second", "first")
                detail = f"the {which[0]} accepts it, the {which[1]} does not"
                string = (*_string(came, pair), k)
                return LanguageVerdict(same=False, pairs=len(queue), counterexample=string, detail=detail)
            if (one.state, two.state) not in came:
                came[one.state, two.state] = pair, k
                queue.append((one.state, two.state))
    return LanguageVerdict(same=True, pairs=len(queue))


def _string(came: _Came, pair: tuple[int, int]) -> list[int]:
    """Return the symbols that lead to a pair of states."""
    symbols = []
    while (step := came[pair]) is not None:
        pair, symbol = step
        symbols.append(symbol)
    return symbols[::-1]


class _Move(NamedTuple):
    """Where a symbol leads to, and whether the string is accepted there."""

    state: int
    accepted: bool


def _table(source: Machine | Language) -> list[list[_Move]]:
    """Return the moves from every reachable state, state 0 first, by symbol."""
    if not isinstance(source, Machine):
        dead = len(source.moves)
        targets = [[moves.get(s, dead) for s in source.symbols] for moves in (*source.moves, {})]
        return [[_Move(state, state in source.accepting) for state in row] for row in targets]
    states = source.reachable()
    number = {state: k for k, state in enumerate(map(tuple, states.tolist()))}
    count = source.num_symbols
    symbols = np.tile(np.arange(count), len(states))
    after, accepted = source.follow(np.repeat(states, count, axis=0), symbols)
    moves = [
        _Move(number[state], yes)
        for state, yes in zip(map(tuple, after.tolist()), accepted.tolist(), strict=True)
    ]
    return [moves[i : i + count] for i in range(0, len(moves), count)]
