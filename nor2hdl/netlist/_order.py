"""Topological order that leaves gates where they are if it can."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_NEW, _OPEN, _DONE = range(3)


def stable_order(fanins: Sequence[Sequence[int]], first: int) -> tuple[list[int], list[int]]:
    """Return an order of the gates in which each stands below its fan-ins.

    Every gate keeps its place, apart from those that feed a gate above them: they move up to just
    above it. Gates in topological order thus stay as they are.

    Parameters
    ----------
    fanins
        The nets that feed each gate; net ``first + g`` is gate g, nets below `first` are no gates.
    first
        Net number of gate 0.

    Returns
    -------
    order
        The gates in topological order; empty if there is none.
    loop
        Gates that form a loop, each fed by the next and the last by the first; empty if there is none.

    Examples
    --------
    >>> stable_order([[0], [4], [2]], 2)
    ([0, 2, 1], [])
    >>> stable_order([[3], [0, 2]], 2)
    ([], [0, 1])
    """
    state = bytearray(len(fanins))
    order: list[int] = []
    for root in range(len(fanins)):
        stack = [root]
        while stack:
            gate = stack[-1]
            if state[gate] != _NEW:
                stack.pop()
                if state[gate] == _OPEN:
                    state[gate] = _DONE
                    order.append(gate)
                continue
            state[gate] = _OPEN
            for net in reversed(fanins[gate]):
                if net < first or state[net - first] == _DONE:
                    continue
                if state[net - first] == _OPEN:
                    return [], _loop(stack, state, net - first)
                stack.append(net - first)
    return order, []


def _loop(stack: list[int], state: bytearray, start: int) -> list[int]:
    """Return the gates from `start` to the top of the stack that are being visited."""
    # A gate may wait in the stack below the place where it was opened: the highest place counts.
    path = list(dict.fromkeys(gate for gate in reversed(stack) if state[gate] == _OPEN))
    return path[path.index(start) :: -1]
