"""Turn a layer that is wired along a graph into gates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nor2hdl.errors import ExtractError
from nor2hdl.extract._layers import layer_gates
from nor2hdl.learn.priors import GraphLayer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nor2hdl.netlist import Builder


@layer_gates.register(GraphLayer)
def _(layer: GraphLayer, b: Builder, nets: Sequence[int], name: str) -> list[int]:
    """Gates are labeled ``layer0/depth1/neuron3``."""
    if len(nets) != layer.in_features:
        raise ExtractError(f"{name} must have {layer.in_features} inputs, not {len(nets)}")
    first, *later = layer.parts
    neurons = layer_gates(first, b, nets, f"{name}/depth0")
    for depth, (part, places) in enumerate(zip(later, layer.reads(), strict=True), 1):
        neurons += layer_gates(part, b, [neurons[i] for i in places], f"{name}/depth{depth}")
    return [neurons[i] for i in layer.goes_out()]
