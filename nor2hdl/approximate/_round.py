"""One round over all gates: each gives way to the signal whose use costs the least, if the price is right."""

from __future__ import annotations

import dataclasses
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nor2hdl.approximate._graph import Graph
from nor2hdl.simulate import pack_features, pack_samples

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from nor2hdl.approximate._care import CareSet
    from nor2hdl.approximate._kernel import Arrays
    from nor2hdl.netlist import Netlist

    Words = NDArray[np.uint64]


class Counts(NamedTuple):
    """How many samples are right: of the training samples, of these and their copies, of validation."""

    train: int
    care: int
    val: int


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """All samples as words: the training samples, their shifted copies, then the validation samples.

    Attributes
    ----------
    nets : int64 [k]
        The input nets that the circuit reads.
    words : uint64 [k, W]
        Their values.
    want : uint64 [output bits, W]
        The outputs that are right.
    valid : uint64 [W]
        One where there is a sample; each set begins with a new word.
    train, care
        How many words the training samples take, and those with their copies.
    """

    nets: NDArray[np.int64]
    words: Words
    want: Words
    valid: Words
    train: int
    care: int


def pack_care(net: Netlist, care: CareSet) -> Samples:
    """Pack the samples of a care set for a circuit."""
    read = np.zeros(net.num_nets, bool)
    read[net.fanins] = read[net.drivers] = True
    nets = np.flatnonzero(read[: net.first_gate])
    nets = nets[nets > 0]
    sets = [care.features, *care.shifts(), care.val_features]
    words = [_pack(features)[nets - 1] for features in sets]
    labels = [care.labels] * (len(sets) - 1) + [care.val_labels]
    bits = np.arange(net.num_outputs)
    want = [pack_samples((y.astype(np.int64)[:, np.newaxis] >> bits & 1).astype(bool)) for y in labels]
    valid = [pack_samples(np.ones((len(y), 1), bool))[0] for y in labels]
    return Samples(
        nets=nets,
        words=np.concatenate(words, axis=1),
        want=np.concatenate(want, axis=1),
        valid=np.concatenate(valid),
        train=len(valid[0]),
        care=sum(map(len, valid[:-1])),
    )


def _pack(features: NDArray[Any]) -> Words:
    return pack_samples(features) if features.dtype == np.bool_ else pack_features(features)


def as_observed(samples: Samples, graph: Graph) -> Samples:
    """Return the samples, those of the care set wanting the outputs of `graph` instead of their labels."""
    s = arrays(graph, samples)
    rows = s.values[s.outputs >> 1] ^ (np.uint64(0) - (s.outputs & 1).astype(np.uint64))[:, np.newaxis]
    want = np.concatenate([rows[:, : samples.care], samples.want[:, samples.care :]], axis=1)
    return dataclasses.replace(samples, want=want)


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What a round came to: the graph, its counts, and how many replacements were made and refused."""

    graph: Graph
    counts: Counts
    made: int
    refused: int
    finished: bool


def shrink(graph: Graph, samples: Samples, price: float, floor: Counts, deadline: float) -> Outcome:
    """Let every AND give way, once, to a constant or to another node's signal.

    Parameters
    ----------
    graph
        The circuit; it is not changed.
    samples
        What to judge by.
    price
        How many care samples may turn wrong for each AND that is saved. Samples that turn right do not count.
    floor
        A replacement that leaves fewer samples right than this, and fewer than before, is refused.
    deadline
        When to stop, by `time.monotonic`.

    Returns
    -------
    Outcome
        The circuit with dead nodes left in.
    """
    from nor2hdl.approximate import _kernel  # loads numba, which takes long

    s = arrays(graph, samples)
    counts = count(s, samples)
    made = refused = 0
    finished = True
    for g in range(s.first, len(s.pins)):
        if s.uses[g] == 0:
            continue
        if time.monotonic() > deadline:
            finished = False
            break
        literal = _cheapest(s, g, price)
        if literal < 0:
            continue
        after = Counts(
            counts.train + _kernel.balance(s, g, literal, 0, samples.train),
            counts.care + _kernel.balance(s, g, literal, 0, samples.care),
            counts.val + _kernel.balance(s, g, literal, samples.care, len(samples.valid)),
        )
        if falls(after, counts, floor):
            refused += 1
            continue
        made += 1
        counts = after
        _kernel.assign(s, g, literal)
        _kernel.replace(s, g, literal)
    return Outcome(Graph(s.first, s.pins, s.outputs, graph.labels), counts, made, refused, finished)


def falls(after: Counts, before: Counts, floor: Counts) -> bool:
    """Tell whether a count is below the floor and below what it was."""
    return any(n < least and n < was for n, was, least in zip(after, before, floor, strict=True))


_FEW = 8
"""Part of the care set that is tried first."""


def _cheapest(s: Arrays, g: int, price: float) -> int:
    """Return the literal that is worth most in the place of `g`, -1 if none is worth its damage."""
    from nor2hdl.approximate import _kernel

    best = -1
    care = len(s.loss)
    # Damage only grows with the samples: most gates are done with after the first few.
    for end in (care // _FEW, len(s.valid)):
        _kernel.flip(s, g, end)
        weights = np.bitwise_count(s.loss[:end])
        index = np.flatnonzero(weights)
        index = index[np.argsort(-weights[index].astype(np.int64), kind="stable")]
        most = int(price * (_kernel.saving(s, g, 2 * g) + 1))
        other = _kernel.nearest(s, g, index, most + 1)
        literals = [0, 1, other] if other >= 0 else [0, 1]
        worth = [price * _kernel.saving(s, g, x) - _kernel.damage(s, g, x, min(end, care)) for x in literals]
        best = int(np.argmax(worth))
        if worth[best] < 0:
            return -1
    return literals[best]


def arrays(graph: Graph, samples: Samples) -> Arrays:
    """Return the graph with the value of every node on all samples."""
    from nor2hdl.approximate import _kernel

    nodes, width = len(graph.pins), len(samples.valid)
    values = np.zeros((nodes, width), np.uint64)
    values[samples.nets] = samples.words
    s = _kernel.Arrays(
        first=graph.first,
        pins=graph.pins.copy(),
        outputs=graph.outputs.copy(),
        uses=np.empty(nodes, np.int32),
        head=np.empty(nodes, np.int32),
        after=np.empty(2 * nodes, np.int32),
        values=values,
        want=samples.want,
        valid=samples.valid,
        right=np.empty(width, np.uint64),
        flipped=np.empty(width, np.uint64),
        loss=np.empty(samples.care, np.uint64),
        scratch=np.empty((nodes, width), np.uint64),  # memory that is not touched is not taken
        slot=np.empty(nodes, np.int32),
        waiting=np.empty(nodes, np.uint8),
        changed=np.empty(nodes, np.int32),
        stack=np.empty(nodes, np.int32),
        queue=np.empty(2 * nodes, np.int32),
    )
    _kernel.prepare(s)
    return s


def count(s: Arrays, samples: Samples) -> Counts:
    """Return how many samples are right."""
    ones = np.bitwise_count(s.right).astype(np.int64)
    parts = ones[: samples.train], ones[: samples.care], ones[samples.care :]
    return Counts(*(int(part.sum()) for part in parts))
