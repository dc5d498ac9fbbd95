"""Make sequential circuits smaller: fewer registers, and gates that are right where it matters."""

from __future__ import annotations

import functools
import operator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nor2hdl.minimize._minimize import minimize
from nor2hdl.netlist import FALSE, Builder, Machine, Netlist

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray


def minimize_machine(
    machine: Machine,
    *,
    passes: Sequence[str] | None = None,
    timeout: float | None = None,
    check: Callable[[Machine, Machine], None] | None = None,
) -> Machine:
    """Make a machine smaller without changing the language that it accepts.

    Each round does three things, until nothing comes of it:

    - a register that is the same in every reachable state, or always equal to an earlier register or to its
      complement, gives way to a constant, that register, or an inverter; one that `accept` never depends on
      goes away;
    - a gate that is equal to an earlier net for every symbol in every reachable state gives way to it, and a
      fan-in goes that makes no difference there: states that no string leads to, and symbols with other than
      one bit set, do not matter;
    - `minimize` makes the step smaller.

    Reachable states are listed one by one, so that the first two are exact.

    Parameters
    ----------
    machine
        The machine; it is not changed.
    passes, timeout
        As for `minimize`, in each round.
    check
        Called with the machine before and after each round that changed it; `same_language` with a raise, for
        example. What it raises ends the run.

    Returns
    -------
    Machine
        One that accepts the same strings.

    Raises
    ------
    NetlistError
        If more than 65,536 states are reachable.
    OptionError
        If a pass is not known.

    Examples
    --------
    >>> from nor2hdl.minimize import LINEAR
    >>> b = Builder()
    >>> (a, _), (state, twin) = b.input("symbol", 2), b.input("state", 2)
    >>> b.output("state_next", [a, a])
    >>> b.output("accept", [b.nor(b.nor(state, twin))])
    >>> minimize_machine(Machine(b.freeze(), (False, False)), passes=LINEAR)
    Machine(step=<Netlist symbol[2], state[1], state_next[1], accept[1]: 0 gates, 0 pins>, initial=(False,))
    """
    while True:
        smaller = _trimmed(_fewer_registers(machine))
        smaller = Machine(minimize(smaller.step, passes=passes, timeout=timeout), smaller.initial)
        if _cost(smaller) >= _cost(machine):
            return machine
        if check is not None:
            check(machine, smaller)
        machine = smaller


def _cost(machine: Machine) -> tuple[int, int, int]:
    return machine.num_registers, machine.step.num_pins, machine.step.num_gates


class _Source(NamedTuple):
    """What a register always is: an earlier one or itself (-1 for constant 0), as it is or inverted."""

    register: int
    inverted: bool


def _fewer_registers(machine: Machine) -> Machine:
    """Return the machine without registers that are constant, repeat others, or are never looked at."""
    step, symbols = machine.step, machine.num_symbols
    sources = _sources(machine.reachable())
    live = _live(step, sources)
    b = Builder()
    symbol, state = b.input("symbol", symbols), b.input("state", len(live))
    held = {-1: FALSE, **dict(zip(live, state, strict=True))}
    nets = [FALSE, *symbol]
    for register, inverted in sources:
        net = held.get(register, FALSE)
        nets.append(b.nor(net) if inverted else net)
    for number, fanin in enumerate(step.fanin_lists(), step.first_gate):
        b.set_tag(step.origin(number))
        nets.append(b.nor(*(nets[f] for f in fanin)))
    *after, accept = (nets[driver] for driver in step.drivers.tolist())
    b.output("state_next", [after[k] for k in live])
    b.output("accept", [accept])
    return Machine(b.freeze(), tuple(machine.initial[k] for k in live))


def _sources(states: NDArray[np.bool_]) -> list[_Source]:
    """Return what each register is in all the states, bool [states, registers]."""
    seen = {bytes(len(states)): -1}
    sources = []
    for k, column in enumerate(states.T):
        same, opposite = column.tobytes(), (~column).tobytes()
        inverted = same not in seen and opposite in seen
        sources.append(_Source(seen[opposite] if inverted else seen.setdefault(same, k), inverted))
    return sources


def _live(step: Netlist, sources: list[_Source]) -> list[int]:
    """Return the registers that `accept` depends on, at once or by way of others, of those that stay."""
    reads = [0] * (step.first_gate - len(sources))  # a set of registers for each net, as the bits of a number
    reads += [0 if register < 0 else 1 << register for register, _ in sources]
    for fanin in step.fanin_lists():
        reads.append(functools.reduce(operator.or_, (reads[f] for f in fanin), 0))
    *after, accept = (reads[driver] for driver in step.drivers.tolist())
    found, before = accept, 0
    while found != before:
        before = found
        for k, more in enumerate(after):
            if before >> k & 1:
                found |= more
    return [k for k in range(len(sources)) if found >> k & 1]


def _trimmed(machine: Machine) -> Machine:
    """Return the machine without gates and fan-ins that make no difference on any string."""
    samples = _samples(machine)
    step = machine.step
    everything = (1 << len(samples)) - 1
    values = [0, *(_packed(column) for column in samples.T)]
    first = {value: net for net, value in reversed(list(enumerate(values)))}
    image = list(range(step.first_gate))
    gates: list[list[int]] = []
    for fanin in step.fanin_lists():
        pins = sorted({image[f] for f in fanin} - {FALSE})
        value = everything & ~functools.reduce(operator.or_, (values[f] for f in pins), 0)
        for pin in list(pins):
            rest = [f for f in pins if f != pin]
            if value == everything & ~functools.reduce(operator.or_, (values[f] for f in rest), 0):
                pins = rest
        values.append(value)
        image.append(first.setdefault(value, len(image)))
        gates.append(pins)
    return Machine(_rebuilt(step, gates, image), machine.initial)


def _rebuilt(step: Netlist, gates: list[list[int]], image: list[int]) -> Netlist:
    """Return the step with other fan-ins, and its outputs driven by the images of their nets."""
    b = Builder()
    for port in step.inputs:
        b.input(port.name, port.width)
    for number, pins in enumerate(gates, step.first_gate):
        b.set_tag(step.origin(number))
        b.nor(*pins)
    drivers = [image[driver] for driver in step.drivers.tolist()]
    b.output("state_next", drivers[:-1])
    b.output("accept", drivers[-1:])
    return b.freeze()


def _samples(machine: Machine) -> NDArray[np.bool_]:
    """Return every symbol in every reachable state: bool [samples, inputs of the step]."""
    states = machine.reachable()
    count = machine.num_symbols
    symbols = np.tile(np.eye(count, dtype=np.bool_), (len(states), 1))
    return np.concatenate([symbols, np.repeat(states, count, axis=0)], axis=1)


def _packed(column: NDArray[np.bool_]) -> int:
    """Return bits as one whole number."""
    return int.from_bytes(np.packbits(column, bitorder="little").tobytes(), "little")
