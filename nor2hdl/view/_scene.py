"""What a viewer page shows: circuits, the network behind them, and samples; plain values and arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist

MOST_GATES = 500_000
"""Gates up to which a circuit itself is in the page; of a larger one there are the figures alone."""


@dataclass(frozen=True, slots=True)
class ShownCircuit:
    """One circuit of a page.

    Attributes
    ----------
    name
        What to call it.
    net
        The circuit.
    toggles : float32 [nets]
        Changes of each net from one sample to the next, 0 to 1; None where they are not known.
    """

    name: str
    net: Netlist
    toggles: NDArray[np.float32] | None = None

    @property
    def whole(self) -> bool:
        """Whether the circuit itself is in the page."""
        return self.net.num_gates <= MOST_GATES


@dataclass(frozen=True, slots=True)
class Image:
    """How the bytes of a sample lie on an input port.

    Attributes
    ----------
    shape
        Shape of a sample, such as ``(28, 28)``; byte p of it stands at the bits 8p to 8p+7 of the port.
    levels
        Thresholds of the encoder: bit k of a byte is 1 where the byte is at least ``levels[k]``.
    port
        Name of the input port.
    """

    shape: tuple[int, ...]
    levels: tuple[int, ...]
    port: str


@dataclass(frozen=True, slots=True)
class ShownLayer:
    """One layer of neurons: each is 1 where at most `thresholds` of its literals are true, or inverted.

    Attributes
    ----------
    kind
        Name of the kind of layer.
    inputs
        Number of inputs.
    offsets : int64 [neurons + 1]
        Neuron j has the literals ``literals[offsets[j]:offsets[j + 1]]``.
    literals : int64 [literals]
        ``i + 1`` for input i, ``-(i + 1)`` for its complement; by input within a neuron.
    thresholds : int64 [neurons]
        Most true literals with which a neuron is 1; 0 for a NOR gate.
    inverted : bool [neurons]
        Whether the neuron is 1 above the threshold in place of up to it.
    """

    kind: str
    inputs: int
    offsets: NDArray[np.int64]
    literals: NDArray[np.int64]
    thresholds: NDArray[np.int64]
    inverted: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Network:
    """The network that the circuits were made of.

    Attributes
    ----------
    layers
        Its layers; the first reads the bits of the encoder.
    votes : int64 [neurons of the last layer]
        The vote of each neuron. Neuron j belongs to class ``j // (neurons / classes)``.
    offset
        What the circuit adds to the sum of votes of each class.
    """

    layers: tuple[ShownLayer, ...]
    votes: NDArray[np.int64]
    offset: int


@dataclass(frozen=True, slots=True)
class Samples:
    """Samples to load in the page.

    Attributes
    ----------
    split
        The split that they come from.
    indices : int64 [n]
        Their places in it.
    labels : int64 [n]
        Their class indices.
    x : uint8 [n, features]
        Their bytes.
    """

    split: str
    indices: NDArray[np.int64]
    labels: NDArray[np.int64]
    x: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a viewer page shows.

    Attributes
    ----------
    title
        Its title; any text.
    circuits
        Its circuits; the first is shown when the page opens.
    remark
        What the first circuit says of itself where it is approximate, else empty.
    classes
        Name of each class; any texts, or None where there are no classes.
    image
        How a sample lies on the input, None where that is not known.
    network
        The network, None for a circuit of another origin.
    samples
        Samples to load, None where there are none.
    """

    title: str
    circuits: tuple[ShownCircuit, ...]
    remark: str = ""
    classes: tuple[str, ...] | None = None
    image: Image | None = None
    network: Network | None = None
    samples: Samples | None = None

    @property
    def summarized(self) -> tuple[ShownCircuit, ...]:
        """The circuits that are too large to be in the page themselves."""
        return tuple(circuit for circuit in self.circuits if not circuit.whole)
