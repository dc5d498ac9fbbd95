"""Turn a whole classifier into one netlist: encoder, layers, popcounts, argmax."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from nor2hdl.errors import ExtractError, OptionError
from nor2hdl.extract._layers import layer_gates
from nor2hdl.extract._readout import least_offset, readout_gates, score_ranges
from nor2hdl.learn import RecurrentClassifier, VoteReadout
from nor2hdl.netlist import Builder, Netlist
from nor2hdl.netlist.arith import Target, argmax, contenders, thresholds

if TYPE_CHECKING:
    from nor2hdl.data import Encoder
    from nor2hdl.learn import Classifier

Form = Literal["bytes", "bits"]


def extract(
    model: Classifier, *, form: Form = "bytes", scores: bool = False, target: Target = "gates"
) -> Netlist:
    """Return the classifier as a NOR netlist, every gate with its provenance.

    Gates are labeled ``encoder``, ``layer0/neuron17``, ``layer0/complements``, ``popcount/class3`` and
    ``argmax``. A neuron without connections is the constant 1. A class whose votes can never make it the
    largest is left out of the readout.

    Parameters
    ----------
    model
        The classifier.
    form
        ``"bytes"``: the input port ``pix`` holds byte p of a sample in its bits 8p to 8p+7.
        ``"bits"``: the input port ``bits`` holds the encoded bits; the encoder is then left out.
    scores
        Whether to add output ports ``score0``, ``score1`` ...: the sum of votes of each class plus
        `score_offset`.
    target
        What the shape of popcounts and argmax is chosen for, measured after mapping: ``"gates"`` two-input
        gates, ``"lut6"`` lookup tables of six inputs, ``"levels"`` few levels. The function is the same.

    Returns
    -------
    Netlist
        With the output port ``cls``, the class index, ties to the lowest.

    Raises
    ------
    ExtractError
        If a layer or the readout is of a kind that has no gates, or takes another width than comes before
        it; the error names it.
    OptionError
        If `form` or `target` is none of these.

    Examples
    --------
    >>> from nor2hdl.learn import nor_classifier
    >>> net = extract(nor_classifier(4, 2, hidden=[6]))
    >>> net.inputs, net.outputs
    ((Port(name='pix', width=32),), (Port(name='cls', width=1),))
    """
    if form not in ("bytes", "bits"):
        raise OptionError(f"form must be 'bytes' or 'bits', not {form!r}")
    if target not in get_args(Target):
        raise OptionError(f"target must be 'gates', 'lut6' or 'levels', not {target!r}")
    b, neurons = last_layer(model, form)
    able = contenders(score_ranges(model.readout, [b.constant(net) for net in neurons]))
    needed = None if scores else able if len(able) > 1 else ()
    sums = readout_gates(model.readout, b, neurons, classes=needed, target=target)
    with b.tagged("argmax"):
        b.output(
            "cls", argmax(b, [bits if c in able else None for c, bits in enumerate(sums)], target=target)
        )
    if scores:
        for i, bits in enumerate(sums):
            b.output(f"score{i}", bits)
    return b.freeze()


def score_offset(model: Classifier) -> int:
    """Return what the circuit adds to every class's sum of votes, so that none is negative.

    Parameters
    ----------
    model
        The classifier.

    Returns
    -------
    int
        The least that will do, or a little more where that makes the popcounts smaller.

    Raises
    ------
    ExtractError
        As `extract` does.

    Examples
    --------
    >>> from nor2hdl.learn import nor_classifier
    >>> score_offset(nor_classifier(4, 2, hidden=[6], votes="plain"))
    0
    """
    b, neurons = last_layer(model, "bits")
    return least_offset(model.readout, [b.constant(net) for net in neurons])


def last_layer(model: Classifier, form: Form) -> tuple[Builder, list[int]]:
    """Return the encoder and the layers, and the nets of the last layer."""
    if isinstance(model, RecurrentClassifier):
        raise ExtractError(
            "model must be a Classifier to become a netlist, not a RecurrentClassifier, whose circuit has "
            "registers; extract_machine makes a machine of it"
        )
    if not isinstance(model.readout, VoteReadout):
        raise ExtractError(f"readout must be a VoteReadout, not {type(model.readout).__name__}")
    b = Builder()
    nets = _inputs(b, model, form)
    for i, layer in enumerate(model.layers):
        nets = layer_gates(layer, b, nets, f"layer{i}")
    return b, nets


def _inputs(b: Builder, model: Classifier, form: Form) -> list[int]:
    encoder: Encoder = model.encoder
    levels = encoder.levels
    if form == "bits":
        return list(b.input("bits", model.features * len(levels)))
    pix = b.input("pix", 8 * model.features)
    with b.tagged("encoder"):
        return [net for p in range(model.features) for net in thresholds(b, pix[8 * p : 8 * p + 8], levels)]
