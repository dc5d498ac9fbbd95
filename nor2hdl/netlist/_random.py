"""Synthetic netlists for benchmarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.errors import OptionError
from nor2hdl.netlist._builder import Builder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.netlist._core import Netlist

_NEIGHBORS = 32  # how far to either side a gate looks for its fan-ins
_GATES_PER_NEURON = 8


def random_netlist(
    *, gates: int, inputs: int = 256, levels: int = 16, fanin: int = 4, outputs: int = 256, seed: int = 0
) -> Netlist:
    """Return a random netlist that is layered and local, as those of trained networks are.

    Each gate has 1 to `fanin` fan-ins: the gate at its own place in the layer below, and others near that
    place in the two layers below. The outputs are spread over the last layer. Gates are
    labeled ``layer0/neuron0`` and so on, eight gates a neuron. The same arguments give the same netlist.

    Parameters
    ----------
    gates
        Number of gates, at least 1.
    inputs
        Width of the input port ``x``, at least 1.
    levels
        Number of layers, at least 1: the depth is this or, with few gates, less.
    fanin
        Most fan-ins of a gate, at least 1.
    outputs
        Width of the output port ``y``, at least 1.
    seed
        Seed of the random generator, at least 0.

    Raises
    ------
    OptionError
        If an argument is below its least value.

    Examples
    --------
    >>> random_netlist(gates=1000, levels=10, outputs=8)
    <Netlist x[256], y[8]: 1000 gates, 2480 pins>
    """
    least = {"gates": 1, "inputs": 1, "levels": 1, "fanin": 1, "outputs": 1, "seed": 0}
    given = {
        "gates": gates,
        "inputs": inputs,
        "levels": levels,
        "fanin": fanin,
        "outputs": outputs,
        "seed": seed,
    }
    for name, value in given.items():
        if value < least[name]:
            raise OptionError(f"{name} must be at least {least[name]}, not {value!r}")
    width = -(-gates // levels)
    sources, sizes = _draw(gates, inputs, width, fanin, seed)
    builder = Builder()
    builder.input("x", inputs)
    for gate, (nets, size) in enumerate(zip(sources.tolist(), sizes.tolist(), strict=True)):
        layer, place = divmod(gate, width)
        if place % _GATES_PER_NEURON == 0:
            builder.set_tag(f"layer{layer}/neuron{place // _GATES_PER_NEURON}")
        builder.nor(*nets[:size])
    places = np.arange(outputs) * max(1, width // outputs) % width
    builder.output("y", (builder.num_nets - width + places).tolist())
    return builder.freeze()


def _draw(
    gates: int, inputs: int, width: int, fanin: int, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw the nets that each gate may use, int64 [gates, fanin], and how many it uses, int64 [gates]."""
    rng = np.random.default_rng(seed)
    gate = np.arange(gates)[:, None]
    # Two layers to draw from keep the signals alive: random NORs of one layer only swing, layer by layer,
    # towards all false and all true.
    layers = rng.integers(1, 3, (gates, fanin))
    shift = rng.integers(-_NEIGHBORS, _NEIGHBORS + 1, (gates, fanin))
    layers[:, 0], shift[:, 0] = 1, 0
    source = np.minimum(gate - layers * width + shift, gate // width * width - 1)
    nets = 1 + np.where(source < 0, source % inputs, inputs + source)
    return nets, rng.integers(1, fanin + 1, gates)
