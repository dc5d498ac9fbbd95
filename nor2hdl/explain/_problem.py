"""The search for a flip in numbers: which bits may change, in which units, and what counts as a flip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nor2hdl.errors import OptionError
from nor2hdl.explain._reduced import reduced
from nor2hdl.netlist import interpret
from nor2hdl.simulate import features_to_samples

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist

BYTES, CLASS = "pix", "cls"
BYTE = 8
_NONE, _MIXED = -1, -2
_WIDEST = 62  # bits of a number


@dataclass(frozen=True, slots=True, eq=False)
class Goal:
    """Another class than `before`, or the class `wanted`."""

    before: int
    wanted: int | None
    width: int

    def hits(self, outputs: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return which outputs, bool [n, width], are of the class that is looked for: bool [n]."""
        return self._hits(outputs.T, lambda bit: bit)

    def word_hits(self, outputs: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Return the same for 64 samples a word: uint64 [words] of outputs, uint64 [width, words]."""
        return self._hits(outputs, lambda bit: np.uint64(2**64 - 1) if bit else np.uint64(0))

    def _hits(self, outputs: NDArray[Any], full: Any) -> NDArray[Any]:
        target = self.before if self.wanted is None else self.wanted
        differs = np.zeros(outputs.shape[1], outputs.dtype)
        for k, bit in enumerate(outputs):
            differs |= bit ^ full(bool(target >> k & 1))
        return differs if self.wanted is None else ~differs

    def clauses(self, outputs: list[int]) -> list[list[int]]:
        """Return the same as clauses over the literals of the outputs."""
        target = self.before if self.wanted is None else self.wanted
        same = [x if target >> k & 1 else -x for k, x in enumerate(outputs)]
        return [[-x for x in same]] if self.wanted is None else [[x] for x in same]


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """What may change.

    Attributes
    ----------
    net
        The circuit from the input bits that its class depends on, ``x``, to its class, ``y``.
    base : bool [bits]
        Those bits of the sample.
    sample : uint8 [features] or bool [input bits]
        The sample; a unit is one of its entries.
    units
        Which entries the class depends on, ascending.
    bits
        The bits of each unit, each with its place in the byte.
    nearest : uint8 [units, 256] or None
        For each value of a unit that is a byte, the value nearest to the sample's that means the same.
    options
        The ways to change a unit: the bits to invert.
    """

    net: Netlist
    base: NDArray[np.bool_]
    sample: NDArray[Any]
    units: list[int]
    bits: list[list[tuple[int, int]]]
    nearest: NDArray[np.uint8] | None
    options: list[list[int]]

    def changed(self, values: NDArray[np.bool_]) -> tuple[NDArray[Any], list[int]]:
        """Return the sample for some input bits, as near to the old one as can be, and where it differs."""
        new = self.sample.copy()
        for k, unit in enumerate(self.units):
            if self.nearest is None:
                new[unit] = values[self.bits[k][0][0]]
            else:
                value = int(self.sample[unit])
                for bit, place in self.bits[k]:
                    value = value & ~(1 << place) | int(values[bit]) << place
                new[unit] = self.nearest[k, value]
        return new, np.flatnonzero(new != self.sample).tolist()

    def tidy(self, values: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return input bits that mean the same as `values`, bool [bits], without idle changes."""
        sample, _ = self.changed(values)
        new = self.base.copy()
        for group, value in zip(self.bits, sample[self.units].tolist(), strict=True):
            for bit, place in group:
                new[bit] = bool(value >> place & 1)
        return new


def make_problem(net: Netlist, sample: NDArray[Any]) -> Problem:
    """Return the problem for a sample: bytes are units of a ``pix`` port, else input bits are."""
    check_sample(net, sample)
    small, read = reduced(net, net.output_nets(CLASS).tolist())
    of_bytes = sample.dtype == np.uint8
    whole = features_to_samples(sample[np.newaxis])[0] if of_bytes else sample
    by_unit: dict[int, list[tuple[int, int]]] = {}
    for bit, place in enumerate(read):
        unit, low = divmod(place, BYTE) if of_bytes else (place, 0)
        by_unit.setdefault(unit, []).append((bit, low))
    units, bits = list(by_unit), list(by_unit.values())
    nearest = _nearest(small, bits, sample[units]) if of_bytes else None
    options = [[bit] for bit in range(len(read))]
    if nearest is not None:
        options = [
            [bit for bit, place in group if (int(value) ^ old) >> place & 1]
            for group, row, old in zip(bits, nearest, sample[units].tolist(), strict=True)
            for value in np.unique(row[row != old])
        ]
    return Problem(small, whole[read], sample, units, bits, nearest, options)


def check_sample(net: Netlist, sample: NDArray[Any]) -> None:
    """Raise an error unless `net` is a classifier and `sample` one of its inputs, as bytes or as bits."""
    net.output_nets(CLASS)
    if not isinstance(sample, np.ndarray):
        raise OptionError(f"sample must be a NumPy array, not {type(sample).__name__}")
    bits = f"bool [{net.num_inputs}], one entry an input bit"
    of_bytes = len(net.inputs) == 1 and net.inputs[0].name == BYTES and net.num_inputs % BYTE == 0
    rule = f"uint8 [{net.num_inputs // BYTE}], one byte a feature, or {bits}" if of_bytes else bits
    width = {"bool": net.num_inputs, "uint8": net.num_inputs // BYTE if of_bytes else -1}
    if sample.shape != (width.get(sample.dtype.name, -1),):
        raise OptionError(f"sample must be {rule}, not {sample.dtype} {list(sample.shape)}")


def class_of(net: Netlist, sample: NDArray[Any]) -> int:
    """Return the class of a sample by the reference interpreter."""
    bits = features_to_samples(sample[np.newaxis]) if sample.dtype == np.uint8 else sample[np.newaxis]
    found = interpret(net.with_outputs([CLASS]), bits)[0]
    return sum(1 << k for k in np.flatnonzero(found).tolist())


def _nearest(net: Netlist, bits: list[list[tuple[int, int]]], old: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return for every byte, and every value, the value nearest to the old one that means the same.

    Values mean the same if they agree on every net that depends on this byte alone and feeds a gate which
    depends on others as well, or an output: on the bits of the encoder.
    """
    tops, owners = _last_nets_of_one(net, bits)
    values = np.arange(2**BYTE)
    samples = np.zeros((len(values), net.num_inputs), np.bool_)
    for group in bits:
        for bit, place in group:
            samples[:, bit] = values >> place & 1
    found = interpret(net.cone(tops), samples)
    meaning = _numbers(found, owners, len(bits))
    nearest = np.empty((len(bits), len(values)), np.uint8)
    for k, value in enumerate(old.tolist()):
        order = np.argsort(np.abs(values - value), kind="stable")
        _, first, kind = np.unique(meaning[k, order], return_index=True, return_inverse=True)
        nearest[k, order] = order[first[kind]]
    return nearest


def _numbers(found: NDArray[np.bool_], owners: NDArray[np.int64], units: int) -> NDArray[np.int64]:
    """Return for every unit and value a number, equal where its nets are: int64 [units, 256]."""
    numbers = np.zeros((units, len(found)), np.int64)
    width = np.zeros(units, np.int64)
    for column, unit in zip(found.T, owners, strict=True):
        numbers[unit] = 2 * numbers[unit] + column
        width[unit] += 1
    numbers[width > _WIDEST] = np.arange(len(found))  # too many nets to tell: every value has its own meaning
    return numbers


def _last_nets_of_one(net: Netlist, bits: list[list[tuple[int, int]]]) -> tuple[list[int], NDArray[np.int64]]:
    """Return the nets that depend on one unit alone and feed what does not, and the unit of each."""
    unit = [_NONE] * net.first_gate
    for k, group in enumerate(bits):
        for bit, _ in group:
            unit[1 + bit] = k
    last: set[int] = set()
    for fanin in net.fanin_lists():
        found = {unit[source] for source in fanin} - {_NONE}
        unit.append(found.pop() if len(found) == 1 else _MIXED if found else _NONE)
        if unit[-1] == _MIXED:
            last.update(source for source in fanin if unit[source] >= 0)
    last.update(driver for driver in net.drivers.tolist() if unit[driver] >= 0)
    tops = sorted(last)
    return tops, np.array([unit[top] for top in tops], np.int64)
