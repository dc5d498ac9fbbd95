"""Sequential circuits: a combinational step, and the state before the first one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.errors import NetlistError
from nor2hdl.netlist._reference import interpret
from nor2hdl.netlist._text import read_netlist, write_netlist

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nor2hdl.netlist._core import Netlist

    Evaluate = Callable[[Netlist, NDArray[np.bool_]], NDArray[np.bool_]]

MOST_STATES = 2**16
_REMARK = re.compile(r"# machine, initial state ([01]+|-)")


@dataclass(frozen=True, slots=True)
class Machine:
    """A synchronous circuit that reads one symbol a step and says whether it accepts what it has read.

    Attributes
    ----------
    step
        From the input ports ``symbol`` (one bit a symbol, exactly one of them set) and ``state`` to the
        output ports ``state_next``, as wide as ``state``, and ``accept``, one bit: whether the symbols up to
        this one make a string of the language.
    initial
        The state before the first symbol, bit 0 first.

    Raises
    ------
    NetlistError
        If the ports are not these, in this order, there is no symbol, or the initial state has another width.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> (a, _), (odd,) = b.input("symbol", 2), b.input("state")
    >>> both, neither = b.nor(b.nor(a), b.nor(odd)), b.nor(a, odd)
    >>> b.output("state_next", [b.nor(both, neither)])
    >>> b.output("accept", [b.nor(both, neither)])
    >>> parity = Machine(b.freeze(), (False,))
    >>> parity.run(np.array([[0, 1, 0, 0]])).tolist()  # is the number of symbols 0 odd?
    [[True, True, False, True]]
    """

    step: Netlist
    initial: tuple[bool, ...]

    def __post_init__(self) -> None:
        for kind, ports, names in (
            ("inputs", self.step.inputs, ["symbol", "state"]),
            ("outputs", self.step.outputs, ["state_next", "accept"]),
        ):
            if [port.name for port in ports] != names:
                found = ", ".join(port.name for port in ports) or "none"
                raise NetlistError(f"{kind} of a machine's step must be {' and '.join(names)}, not {found}")
        (_, symbols), (_, state) = self.step.inputs
        (_, after), (_, accept) = self.step.outputs
        if not symbols or after != state or accept != 1:
            raise NetlistError(
                "a machine's step must have one symbol or more, as many bits of state_next as of state, and "
                f"one of accept, not {symbols}, {after} and {state}, {accept}"
            )
        if len(self.initial) != state or not all(type(bit) is bool for bit in self.initial):
            raise NetlistError(f"initial state must be {state} bools, not {self.initial!r}")

    @property
    def num_symbols(self) -> int:
        """Number of symbols."""
        return self.step.inputs[0].width

    @property
    def num_registers(self) -> int:
        """Number of bits of the state."""
        return self.step.inputs[1].width

    def follow(
        self, states: NDArray[np.bool_], symbols: NDArray[np.int64], evaluate: Evaluate = interpret
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Make one step from many states at once.

        Parameters
        ----------
        states : bool [n, registers]
            The states.
        symbols : int64 [n]
            What is read in each, from 0 to ``num_symbols - 1``.
        evaluate
            What evaluates a netlist on samples: `interpret`, or the `run` of an engine.

        Returns
        -------
        states : bool [n, registers]
            The states after the symbols.
        accept : bool [n]
            Whether they are accepted.
        """
        bits = symbols[:, np.newaxis] == np.arange(self.num_symbols)
        found = evaluate(self.step, np.concatenate([bits, states], axis=1))
        return found[:, :-1], found[:, -1]

    def run(self, symbols: NDArray[np.int64], evaluate: Evaluate = interpret) -> NDArray[np.bool_]:
        """Read strings from the initial state on.

        Parameters
        ----------
        symbols : int64 [n, longest]
            One string a row, each symbol from 0 to ``num_symbols - 1``; -1 after the end.
        evaluate
            As for `follow`: the interpreter by default; a fast engine's `run` gives the same sooner.

        Returns
        -------
        bool [n, longest]
            Whether each string is accepted up to each symbol; False after its end.

        Raises
        ------
        NetlistError
            If `symbols` is not such an array.
        """
        ended = self._ended(symbols)
        states = np.tile(np.array(self.initial, np.bool_), (len(symbols), 1))
        accepted = np.zeros(symbols.shape, np.bool_)
        for t in range(symbols.shape[1] if len(symbols) else 0):
            states, accepted[:, t] = self.follow(states, symbols[:, t], evaluate)
        return accepted & ~ended

    def accepts(self, symbols: NDArray[np.int64], evaluate: Evaluate = interpret) -> NDArray[np.bool_]:
        """Say which strings are accepted at their end.

        Parameters
        ----------
        symbols, evaluate
            As for `run`.

        Returns
        -------
        bool [n]
            True for each that is accepted; the empty string is not.

        Raises
        ------
        NetlistError
            If `symbols` is not such an array.
        """
        accepted = self.run(symbols, evaluate)
        last = (~self._ended(symbols)).sum(1)
        padded = np.concatenate([np.zeros((len(symbols), 1), np.bool_), accepted], axis=1)
        at_the_end: NDArray[np.bool_] = padded[np.arange(len(symbols)), last]
        return at_the_end

    def reachable(self, *, most: int = MOST_STATES) -> NDArray[np.bool_]:
        """Return every state that some string leads to, the initial one first.

        Parameters
        ----------
        most
            How many states there may be.

        Returns
        -------
        bool [states, registers]
            The states, in the order of the shortest strings that lead to them.

        Raises
        ------
        NetlistError
            If there are more.
        """
        found = {self.initial: None}
        front = [self.initial]
        while front:
            states = np.repeat(np.array(front, np.bool_), self.num_symbols, axis=0)
            after, _ = self.follow(states, np.tile(np.arange(self.num_symbols), len(front)))
            front = [state for state in dict.fromkeys(map(tuple, after.tolist())) if state not in found]
            found.update(dict.fromkeys(front))
            if len(found) > most:
                raise NetlistError(f"a machine must have at most {most} reachable states here, but has more")
        reached: NDArray[np.bool_] = np.array(list(found), np.bool_).reshape(len(found), self.num_registers)
        return reached

    def _ended(self, symbols: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return where strings are over, bool [n, longest], once they are found to be strings."""
        if not isinstance(symbols, np.ndarray) or symbols.ndim != 2 or symbols.dtype.kind != "i":
            raise NetlistError(f"symbols must be an integer array [strings, longest], not {symbols!r}")
        if symbols.size and not -1 <= symbols.min() <= symbols.max() < self.num_symbols:
            raise NetlistError(
                f"symbols must be from 0 to {self.num_symbols - 1}, and -1 after the end of a string, not "
                f"from {symbols.min()} to {symbols.max()}"
            )
        ended: NDArray[np.bool_] = symbols < 0
        if (ended[:, :-1] & ~ended[:, 1:]).any():
            raise NetlistError("symbols must be -1 after the end of a string alone, not within it")
        return ended


def write_machine(machine: Machine, path: Path | str) -> None:
    """Write a machine to a file: its step in the text form of netlists, its initial state as the remark.

    Parameters
    ----------
    machine
        The machine.
    path
        The file to write; an old one is replaced in one step.

    Raises
    ------
    OutputError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> _, state = b.input("symbol"), b.input("state")
    >>> b.output("state_next", [b.nor(*state)])
    >>> b.output("accept", state)
    >>> path = Path(tempfile.mkdtemp()) / "machine.nor"
    >>> write_machine(Machine(b.freeze(), (True,)), path)
    >>> read_machine(path) == Machine(b.freeze(), (True,))
    True
    """
    bits = "".join(str(int(bit)) for bit in machine.initial)
    write_netlist(machine.step, path, remark=f"machine, initial state {bits or '-'}")


def read_machine(path: Path | str) -> Machine:
    """Read a machine from a file that `write_machine` wrote.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    Machine
        Equal to the one that was written.

    Raises
    ------
    NetlistError
        If the file is no netlist, names no initial state in its second line, or is no machine.
    """
    step = read_netlist(path)
    line = Path(path).read_text(encoding="utf-8").split("\n", 2)[1]
    found = _REMARK.fullmatch(line)
    if found is None:
        raise NetlistError(
            f"{path}:2: second line of a machine must be '# machine, initial state 01...', not {line!r}"
        )
    return Machine(step, tuple(bit == "1" for bit in found[1].strip("-")))
