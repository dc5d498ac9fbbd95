"""Schedules: a netlist put in an order and in places that keep its values in the cache."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist

_KEPT = 4
"""Schedules that are remembered; each takes some 20 bytes a gate, and keeps the arrays of its netlist."""

_remembered: list[tuple[Netlist, bool, Schedule]] = []
_lock = threading.Lock()


@dataclass(frozen=True, slots=True, eq=False)
class Schedule:
    """Operations ``destination = left OR right`` on slots, a slot for several nets one after the other.

    An operand is a slot, or ``~slot`` for its complement. Slot 0 holds constant false.

    Attributes
    ----------
    operations : int32 [operations, 3]
        Left operand, right operand, destination.
    inputs : int32 [used]
        The input bits that the circuit uses, ascending; bit ``inputs[i]`` starts in slot ``1 + i``.
    outputs : int32 [outputs]
        The operand that holds each output bit in the end.
    slots
        Number of slots.
    far
        How many operations have a second operand that is likely not in the cache.
    sources : int32 [nets]
        What each net is, or is the complement of: 0 for constant false, ``1 + i`` for ``inputs[i]``,
        ``1 + len(inputs) + k`` for operation ``k``. 0 as well for a net that no output depends on.
    """

    operations: NDArray[np.int32]
    inputs: NDArray[np.int32]
    outputs: NDArray[np.int32]
    slots: int
    far: int
    sources: NDArray[np.int32]


def make_schedule(net: Netlist, *, every: bool = False) -> Schedule:
    """Return the schedule of a netlist.

    `FastEngine` makes and remembers its own; this one is to look at. It takes about 0.3 us a gate. Two orders
    are tried, cone by cone and level by level, and the one that needs fewer slots is taken.

    Parameters
    ----------
    net
        The circuit.
    every
        Whether nets count that no output depends on.

    Returns
    -------
    Schedule
        A gate of ``k`` fan-ins takes ``k - 1`` operations in it; inverters take none.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 3)
    >>> b.output("y", [b.nor(b.nor(x[0], x[1]), x[2])])
    >>> schedule = make_schedule(b.freeze())
    >>> schedule.operations.tolist(), schedule.outputs.tolist(), schedule.slots
    ([[1, 2, 1], [3, -2, 3]], [-4], 4)
    """
    from nor2hdl.simulate import _schedule_kernel as kernel  # loads numba, which takes long

    first = net.first_gate
    live = np.full(net.num_nets, every)
    live[net.drivers] = True
    operands, literals = kernel.translate(first, net.offsets, net.fanins, live)
    inputs = np.flatnonzero(live[1:first]).astype(np.int32)
    ends = literals[net.drivers]
    pinned = np.zeros(first + len(operands), np.bool_)
    pinned[ends >> 1] = True
    orders = [
        kernel.cones(first, operands, literals[live] if every else ends),
        kernel.chains(first, operands),
    ]
    tries = [kernel.allocate(inputs, first, operands, order, pinned) for order in orders]
    best = min((0, 1), key=lambda k: tries[k][2])
    operations, slot, slots, far = tries[best]
    place = np.zeros(len(pinned), np.int32)
    place[1 + inputs] = np.arange(1, 1 + len(inputs))
    place[first + orders[best]] = np.arange(1 + len(inputs), 1 + len(inputs) + len(operands))
    return Schedule(operations, inputs, slot[ends >> 1] ^ -(ends & 1), slots, far, place[literals >> 1])


def schedule_of(net: Netlist, *, every: bool = False) -> Schedule:
    """Return what `make_schedule` does, remembered from the last calls on the same arrays of gates."""
    with _lock:
        for k, (known, of_every, schedule) in enumerate(_remembered):
            if of_every == every and _is_same(known, net):
                _remembered.append(_remembered.pop(k))
                return schedule
    schedule = make_schedule(net, every=every)
    with _lock:
        _remembered.append((net, every, schedule))
        del _remembered[:-_KEPT]
    return schedule


def _is_same(a: Netlist, b: Netlist) -> bool:
    """Tell whether two netlists share their gates, which are read-only, and have equal inputs and drivers."""
    return (
        a.offsets is b.offsets
        and a.fanins is b.fanins
        and a.num_inputs == b.num_inputs
        and np.array_equal(a.drivers, b.drivers)
    )
