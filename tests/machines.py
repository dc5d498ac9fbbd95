"""A hypothesis strategy for machines, and a slow reading of one."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from nor2hdl.netlist import Builder, Machine, interpret


@st.composite
def machines(draw: st.DrawFn, max_registers: int = 4, max_gates: int = 12) -> Machine:
    """Draw any machine of two or three symbols: registers unread, constant, alike; gates without fan-ins."""
    b = Builder()
    b.input("symbol", draw(st.integers(2, 3)))
    registers = draw(st.integers(0, max_registers))
    b.input("state", registers)
    for _ in range(draw(st.integers(0, max_gates))):
        b.set_tag(draw(st.sampled_from(("", "terms/neuron0", "next/neuron1"))))
        b.nor(*draw(st.lists(st.integers(0, b.num_nets - 1), max_size=3)))
    nets = st.integers(0, b.num_nets - 1)
    b.output("state_next", draw(st.lists(nets, min_size=registers, max_size=registers)))
    b.output("accept", [draw(nets)])
    return Machine(b.freeze(), tuple(draw(st.lists(st.booleans(), min_size=registers, max_size=registers))))


def read_slowly(machine: Machine, string: list[int]) -> list[bool]:
    """Return what the machine says after each symbol, one by one."""
    state, said = list(machine.initial), []
    for symbol in string:
        bits = [k == symbol for k in range(machine.num_symbols)] + state
        *state, accept = interpret(machine.step, np.array([bits]))[0].tolist()
        said.append(accept)
    return said
