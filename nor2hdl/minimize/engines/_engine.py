"""What an engine is: another program, or a search, that makes a netlist smaller within a time limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from nor2hdl.netlist import Netlist


class Outcome(NamedTuple):
    """What an engine came to.

    Attributes
    ----------
    net
        The netlist that it came to: the one it was given, if it came to none.
    problem
        Why it did not finish, with what is kept; empty if it did.
    """

    net: Netlist
    problem: str = ""


class Engine(Protocol):
    """A way to minimize a netlist that may take long, fail, or be missing."""

    @property
    def name(self) -> str:
        """The name under which `ENGINES` lists it and recipes call it."""
        ...

    def run(self, net: Netlist, *, timeout: float | None) -> Outcome:
        """Minimize `net`; never raises for a program that is missing, crashes or runs out of time.

        Parameters
        ----------
        net
            The netlist; it is not changed.
        timeout
            Limit in seconds of wall-clock time, None for no limit.

        Returns
        -------
        Outcome
            A netlist with the same ports and the same function, and the problem, if there was one. Whether
            it is better is for the recipe to say.

        Raises
        ------
        OutputError
            If the folder for temporary files is full.
        """
        ...
