"""The neurons of a classifier that vote, for a readout that is no part of the netlist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nor2hdl.extract._classifier import Form, last_layer
from nor2hdl.extract._readout import tally_classes, votes_by_class
from nor2hdl.netlist import FALSE
from nor2hdl.netlist.arith import nor

if TYPE_CHECKING:
    from nor2hdl.learn import Classifier
    from nor2hdl.netlist import Netlist


@dataclass(frozen=True, slots=True)
class Voters:
    """The neurons that vote, and how their votes are counted.

    Every class has the same number of places for voters, and a place has the same weight in every class. The
    sum of a class is its offset and the weights of the places whose voter is 1; the class with the largest
    sum wins, ties going to the lowest.

    Attributes
    ----------
    net
        From the inputs of the circuit to the output port ``voters``: bit ``c * len(weights) + k`` is the
        voter of class c at place k, constant 0 where there is none. A neuron that votes against its class
        is there inverted.
    weights
        The weight of each place: falling, 1 or more.
    offsets
        What each class's sum begins with: 0 or more.
    """

    net: Netlist
    weights: tuple[int, ...]
    offsets: tuple[int, ...]


def extract_voters(model: Classifier, *, form: Form = "bytes") -> Voters:
    """Return the encoder and the layers of a classifier as a netlist, with the votes beside it.

    Parameters
    ----------
    model
        The classifier.
    form
        As for `extract`.

    Returns
    -------
    Voters
        Without the neurons that are constant or whose vote is 0; the offsets count them.

    Raises
    ------
    ExtractError, OptionError
        As `extract` does.

    Examples
    --------
    >>> from nor2hdl.learn import nor_classifier
    >>> voters = extract_voters(nor_classifier(4, 2, hidden=[6], votes="plain"))
    >>> set(voters.weights), voters.net.num_outputs == len(voters.weights) * len(voters.offsets)
    ({1}, True)
    """
    b, neurons = last_layer(model, form)
    known = [b.constant(net) for net in neurons]
    share = len(neurons) // model.readout.classes
    by_weight: list[dict[int, list[int]]] = []
    for c, votes in enumerate(votes_by_class(model.readout)):
        found: dict[int, list[int]] = {}
        for i, vote in enumerate(votes, c * share):
            if vote and known[i] is None:
                found.setdefault(abs(vote), []).append(nor(b, neurons[i]) if vote < 0 else neurons[i])
        by_weight.append(found)
    places = {w: max(len(found.get(w, ())) for found in by_weight) for w in set().union(*by_weight)}
    weights = tuple(w for w in sorted(places, reverse=True) for _ in range(places[w]))
    nets: list[int] = []
    for found in by_weight:
        for w in sorted(places, reverse=True):
            voters = found.get(w, [])
            nets += voters + [FALSE] * (places[w] - len(voters))
    b.output("voters", nets)
    least = [tally.least for tally in tally_classes(model.readout, known)]
    return Voters(b.freeze(), weights, tuple(value - min(least) for value in least))
