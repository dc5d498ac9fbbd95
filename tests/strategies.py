"""Hypothesis strategies that every room's tests share."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from nor2hdl.netlist import Builder, Netlist

_PORT_NAMES = ("pix", "cls", "x", "y", "a.b", "7", "from", "end", "module", "_", "größe", "a-b", "\\n")
_TAGS = ("", "encoder", "layer0/neuron0", "layer0/neuron17", "popcount/class4", "argmax")


@st.composite
def netlists(draw: st.DrawFn, max_inputs: int = 6, max_gates: int = 20) -> Netlist:
    """Draw any netlist: several ports, some without bits and some with names that are no identifiers;
    gates without fan-ins, on constants, alike, unused; outputs that share a driver, or are an input or a
    constant; labels.
    """
    names = iter(draw(st.permutations(_PORT_NAMES)))
    builder = Builder()
    left = max_inputs
    for _ in range(draw(st.integers(0, 3))):
        width = draw(st.integers(0, left))
        builder.input(next(names), width)
        left -= width
    for _ in range(draw(st.integers(0, max_gates))):
        builder.set_tag(draw(st.sampled_from(_TAGS)))
        builder.nor(*draw(st.lists(st.integers(0, builder.num_nets - 1), max_size=4)))
    nets = st.integers(0, builder.num_nets - 1)
    for _ in range(draw(st.integers(0, 3))):
        builder.output(next(names), draw(st.lists(nets, max_size=4)))
    return builder.freeze()


def all_samples(net: Netlist) -> np.ndarray:
    """Return every input of a small netlist: bool [2 ** input bits, input bits]."""
    numbers = np.arange(2**net.num_inputs)[:, None]
    return (numbers >> np.arange(net.num_inputs) & 1).astype(bool)
