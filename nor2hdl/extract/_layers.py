"""Turn one layer into gates: one function per layer kind."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING

from nor2hdl.errors import ExtractError
from nor2hdl.learn import ThresholdLayer
from nor2hdl.netlist import Builder, Netlist
from nor2hdl.netlist.arith import at_least, nor, popcount

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import nn


@singledispatch
def layer_gates(
    layer: nn.Module,
    b: Builder,  # noqa: ARG001 - the kinds that register use it
    nets: Sequence[int],  # noqa: ARG001
    name: str,
) -> list[int]:
    """Add the gates of one layer; return the nets of its neurons. New layer kinds register here.

    Parameters
    ----------
    layer
        The layer.
    b
        Where the gates go.
    nets
        Nets of the layer's inputs.
    name
        Provenance prefix, such as ``"layer0"``.

    Returns
    -------
    list of int
        The net of each neuron, in order.

    Raises
    ------
    ExtractError
        If the kind of layer is not known, or it takes another number of inputs than there are nets.
    """
    kinds = ", ".join(sorted(k.__name__ for k in layer_gates.registry if k is not object))
    raise ExtractError(
        f"{name} must be one of the kinds that become gates ({kinds}, or a subclass), not "
        f"{type(layer).__name__}: its output need not be 0 or 1"
    )


@layer_gates.register(ThresholdLayer)
def _(layer: ThresholdLayer, b: Builder, nets: Sequence[int], name: str) -> list[int]:
    if len(nets) != layer.in_features:
        raise ExtractError(f"{name} must have {layer.in_features} inputs, not {len(nets)}")
    ones, zeros = (c.T.cpu() for c in layer.connections())
    used = zeros.any(0).tolist()
    with b.tagged(f"{name}/complements"):
        complements = [nor(b, net) if used[i] else -1 for i, net in enumerate(nets)]
    thresholds, inverted = layer.threshold.tolist(), layer.inverted.tolist()
    neurons = []
    for j in range(layer.out_features):
        literals = [nets[i] for i in ones[j].nonzero().flatten().tolist()]
        literals += [complements[i] for i in zeros[j].nonzero().flatten().tolist()]
        b.set_tag(f"{name}/neuron{j}")
        neurons.append(_neuron(b, literals, thresholds[j], inverted=inverted[j]))
    b.set_tag("")
    return neurons


def _neuron(b: Builder, literals: list[int], threshold: int, *, inverted: bool) -> int:
    if threshold == 0:
        none_true = nor(b, *literals)
        return nor(b, none_true) if inverted else none_true
    above = at_least(b, popcount(b, [literals]), threshold + 1)
    return above if inverted else nor(b, above)


def extract_layer(layer: nn.Module, *, name: str = "layer0") -> Netlist:
    """Return one layer as a netlist with the ports ``in`` and ``out``.

    Parameters
    ----------
    layer
        The layer; it must have `in_features`.
    name
        Provenance prefix of its gates.

    Returns
    -------
    Netlist
        With an input bit for each of the layer's inputs and an output bit for each neuron.

    Raises
    ------
    ExtractError
        If the kind of layer is not known.

    Examples
    --------
    >>> from nor2hdl.learn import NorLayer
    >>> extract_layer(NorLayer(8, 4)).outputs
    (Port(name='out', width=4),)
    """
    b = Builder()
    width = getattr(layer, "in_features", 0)
    inputs = b.input("in", width if isinstance(width, int) else 0)
    b.output("out", layer_gates(layer, b, inputs, name))
    return b.freeze()
