"""Turn a whole classifier into one netlist: encoder, layers, popcounts, argmax."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from nor2hdl.errors import ExtractError, OptionError
from nor2hdl.extract._layers import layer_gates
from nor2hdl.learn import VoteReadout
from nor2hdl.netlist import Builder, Netlist
from nor2hdl.netlist.arith import argmax, at_least, popcount

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nor2hdl.data import Encoder
    from nor2hdl.learn import Classifier

Form = Literal["bytes", "bits"]


def extract(model: Classifier, *, form: Form = "bytes", scores: bool = False) -> Netlist:
    """Return the classifier as a NOR netlist, every gate with its provenance.

    Gates are labeled ``encoder``, ``layer0/neuron17``, ``layer0/complements``, ``popcount/class3`` and
    ``argmax``. A neuron without connections is the constant 1.

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
        If `form` is neither of the two.

    Examples
    --------
    >>> from nor2hdl.learn import nor_classifier
    >>> net = extract(nor_classifier(4, 2, hidden=[6]))
    >>> net.inputs, net.outputs
    ((Port(name='pix', width=32),), (Port(name='cls', width=1),))
    """
    if form not in ("bytes", "bits"):
        raise OptionError(f"form must be 'bytes' or 'bits', not {form!r}")
    if not isinstance(model.readout, VoteReadout):
        raise ExtractError(f"readout must be a VoteReadout, not {type(model.readout).__name__}")
    b = Builder()
    nets = _inputs(b, model, form)
    for i, layer in enumerate(model.layers):
        nets = layer_gates(layer, b, nets, f"layer{i}")
    sums = readout_gates(model.readout, b, nets)
    with b.tagged("argmax"):
        b.output("cls", argmax(b, sums))
    if scores:
        for i, bits in enumerate(sums):
            b.output(f"score{i}", bits)
    return b.freeze()


def score_offset(readout: VoteReadout) -> int:
    """Return what the circuit adds to every class's sum of votes, so that none is negative.

    Parameters
    ----------
    readout
        The readout.

    Returns
    -------
    int
        The largest sum, over the classes, of the absolute values of negative votes.

    Examples
    --------
    >>> score_offset(VoteReadout(4, 2, votes="plain"))
    0
    """
    return max(_negative_sums(readout))


def readout_gates(readout: VoteReadout, b: Builder, nets: Sequence[int]) -> list[list[int]]:
    """Add the popcounts; return the nets of each class's sum plus `score_offset`, lowest bit first.

    A vote of 2^k enters column k. A vote of -2^k enters inverted, since -2^k x = 2^k (1 - x) - 2^k, and the
    constant is folded into the offset.

    Parameters
    ----------
    readout
        The readout.
    b
        Where the gates go.
    nets
        Nets of the neurons that vote.

    Returns
    -------
    list of list of int
        The nets of each class's sum, the lowest bit first.

    Raises
    ------
    ExtractError
        If the readout takes another number of inputs than there are nets.
    """
    if len(nets) != readout.in_features:
        raise ExtractError(f"readout must have {readout.in_features} inputs, not {len(nets)}")
    votes = readout.votes().detach().long().view(readout.classes, -1).tolist()
    share = len(nets) // readout.classes
    negative = _negative_sums(readout)
    sums = []
    for c in range(readout.classes):
        b.set_tag(f"popcount/class{c}")
        columns: list[list[int]] = [[] for _ in range(readout.largest.bit_length())]
        for net, vote in zip(nets[c * share : (c + 1) * share], votes[c], strict=True):
            if vote:
                columns[abs(vote).bit_length() - 1].append(_inverse(b, net) if vote < 0 else net)
        sums.append(popcount(b, columns, max(negative) - negative[c]))
    b.set_tag("")
    return sums


def _inverse(b: Builder, net: int) -> int:
    return 0 if b.constant(net) else b.nor(net)


def _negative_sums(readout: VoteReadout) -> list[int]:
    votes = readout.votes().detach().long().view(readout.classes, -1)
    sums: list[int] = (-votes.clamp(max=0)).sum(1).tolist()
    return sums


def _inputs(b: Builder, model: Classifier, form: Form) -> list[int]:
    encoder: Encoder = model.encoder
    levels = encoder.levels
    if form == "bits":
        return list(b.input("bits", model.features * len(levels)))
    pix = b.input("pix", 8 * model.features)
    with b.tagged("encoder"):
        return [at_least(b, pix[8 * p : 8 * p + 8], level) for p in range(model.features) for level in levels]
