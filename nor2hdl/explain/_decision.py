"""Which neurons decided a sample: the votes of the winner and of the runner-up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nor2hdl.errors import OptionError
from nor2hdl.markup import html_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.learn import Classifier, ThresholdLayer

_SHOWN_LITERALS = 4


class Literal(NamedTuple):
    """What a neuron looks at: a condition on an input byte or on another neuron.

    Parameters
    ----------
    text
        The condition, such as ``"pix[3] >= 128"``, ``"pix[3] < 128"`` or ``"not layer0/neuron5"``.
    source
        Index of the byte, or of the neuron in the layer before.
    true
        Whether it holds for the sample.
    """

    text: str
    source: int
    true: bool


@dataclass(frozen=True, slots=True)
class Neuron:
    """A neuron that votes, and what it made of the sample.

    Attributes
    ----------
    name
        Its provenance label, such as ``"layer0/neuron17"``.
    class_index
        The class that it votes for, or against where its vote is negative.
    vote
        What its class gains when it is 1.
    fired
        Whether it is 1.
    literals
        What it looks at; a neuron of NOR is 1 when none of them is true. Empty for a layer of another kind.
    """

    name: str
    class_index: int
    vote: int
    fired: bool
    literals: tuple[Literal, ...]

    @property
    def blockers(self) -> tuple[Literal, ...]:
        """The true literals."""
        return tuple(literal for literal in self.literals if literal.true)


@dataclass(frozen=True, slots=True)
class Decision:
    """What decided a sample.

    Attributes
    ----------
    winner, runner_up
        The class with the most votes, and the one with the most of the others; ties go to the lowest index.
    votes
        Sum of votes of each class.
    class_names
        Name of each class.
    neurons
        The neurons of the winner and of the runner-up that have a vote: those that are 1 first, the largest
        gain of the winner over the runner-up first.
    """

    winner: int
    runner_up: int
    votes: tuple[int, ...]
    class_names: tuple[str, ...]
    neurons: tuple[Neuron, ...]

    @property
    def margin(self) -> int:
        """Votes of the winner beyond those of the runner-up; 0 where the lower index decided."""
        return self.votes[self.winner] - self.votes[self.runner_up]

    def gain(self, neuron: Neuron) -> int:
        """Return what a neuron adds to the margin when it is 1."""
        return neuron.vote if neuron.class_index == self.winner else -neuron.vote

    @property
    def deciding(self) -> tuple[Neuron, ...]:
        """The neurons that are 1: their gains add up to the margin."""
        return tuple(neuron for neuron in self.neurons if neuron.fired)

    @property
    def blocked(self) -> tuple[Neuron, ...]:
        """The neurons that are 0, which would have counted."""
        return tuple(neuron for neuron in self.neurons if not neuron.fired)

    def __str__(self) -> str:
        first, second = self.class_names[self.winner], self.class_names[self.runner_up]
        return (
            f"class {first} with {self.votes[self.winner]} votes, before class {second} with "
            f"{self.votes[self.runner_up]}; of the {len(self.neurons)} neurons of the two, "
            f"{len(self.deciding)} are 1"
        )

    def rows(self) -> list[tuple[str, str, int, str, str]]:
        """Return for every neuron its name, class, gain and value, and what it looks at or what blocks it."""
        return [
            (
                neuron.name,
                self.class_names[neuron.class_index],
                self.gain(neuron),
                "1" if neuron.fired else "0",
                _listed(neuron.literals if neuron.fired else neuron.blockers, neuron.fired),
            )
            for neuron in self.neurons
        ]

    def _repr_html_(self) -> str:
        votes = html_table(zip(self.class_names, self.votes, strict=True), ("class", "votes"))
        heads = ("neuron", "class", "gain", "value", "why")
        return html_table(self.rows(), heads, caption=str(self)) + votes


def _listed(literals: tuple[Literal, ...], fired: bool) -> str:
    shown = ", ".join(literal.text for literal in literals[:_SHOWN_LITERALS])
    more = f" and {len(literals) - _SHOWN_LITERALS} more" if len(literals) > _SHOWN_LITERALS else ""
    return f"{'looks at' if fired else 'blocked by'} {shown}{more}" if literals else "always"


def deciding_neurons(model: Classifier, sample: NDArray[Any]) -> Decision:
    """Return which neurons decided a sample: those of the class that won and of the runner-up.

    Parameters
    ----------
    model
        The classifier.
    sample : uint8 [features]
        The sample.

    Raises
    ------
    OptionError
        If the sample is of another type or width, or the model is no `Classifier`.

    Examples
    --------
    >>> from nor2hdl.learn import nor_classifier
    >>> model = nor_classifier(4, 2, hidden=[6], votes="plain")
    >>> decision = deciding_neurons(model, np.array([0, 255, 0, 9], np.uint8))
    >>> sum(map(decision.gain, decision.deciding)) == decision.margin
    True
    """
    import torch

    from nor2hdl.learn import Classifier, ThresholdLayer

    if not isinstance(model, Classifier):
        raise OptionError(f"model must be a Classifier, not {type(model).__name__}")
    _check_sample(sample, model.features)
    with torch.no_grad():
        bits = model.encode(torch.from_numpy(sample[np.newaxis].copy()))
        for layer in model.layers:
            before, bits = bits, layer(bits)
    inputs, fired = before[0].bool().tolist(), bits[0].bool().tolist()
    votes = tuple(model.scores(sample[np.newaxis])[0].tolist())
    winner, runner_up = sorted(range(len(votes)), key=lambda c: -votes[c])[:2]
    cast: list[int] = model.readout.votes().detach().long().tolist()
    sources = _sources(model)
    look = _connections(model.layers[-1]) if isinstance(model.layers[-1], ThresholdLayer) else {}
    share = len(fired) // len(votes)
    neurons = [
        Neuron(
            f"layer{len(model.layers) - 1}/neuron{at}",
            at // share,
            cast[at],
            fired[at],
            tuple(
                Literal(sources[i][0][flipped], sources[i][1], inputs[i] != flipped)
                for i, flipped in look.get(at, [])
            ),
        )
        for c in (winner, runner_up)
        for at in range(c * share, (c + 1) * share)
        if cast[at]
    ]
    sign = {winner: 1, runner_up: -1}
    neurons.sort(key=lambda neuron: (not neuron.fired, -sign[neuron.class_index] * neuron.vote))
    return Decision(winner, runner_up, votes, model.class_names, tuple(neurons))


def _check_sample(sample: NDArray[Any], features: int) -> None:
    if not isinstance(sample, np.ndarray):
        raise OptionError(f"sample must be a NumPy array, not {type(sample).__name__}")
    if sample.dtype != np.uint8 or sample.shape != (features,):
        raise OptionError(
            f"sample must be uint8 [{features}], one byte a feature, not {sample.dtype} {list(sample.shape)}"
        )


def _sources(model: Classifier) -> list[tuple[tuple[str, str], int]]:
    """Return of every input of the last layer what it says, the opposite, and which byte or neuron it is."""
    if len(model.layers) == 1:
        levels = model.encoder.levels
        return [((f"pix[{p}] >= {v}", f"pix[{p}] < {v}"), p) for p in range(model.features) for v in levels]
    before = f"layer{len(model.layers) - 2}/neuron"
    width = int(getattr(model.layers[-1], "in_features", 0))
    return [((f"{before}{i}", f"not {before}{i}"), i) for i in range(width)]


def _connections(layer: ThresholdLayer) -> dict[int, list[tuple[int, bool]]]:
    """Return what every neuron reads: the inputs, each with whether it is complemented."""
    found: dict[int, list[tuple[int, bool]]] = {}
    for flipped, used in enumerate(layer.connections()):
        for i, j in used.cpu().nonzero().tolist():
            found.setdefault(j, []).append((i, bool(flipped)))
    return found
