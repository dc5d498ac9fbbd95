"""Evaluate a netlist on 64 samples a word, with NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist

_MEMORY = 1 << 26  # bytes that the values of all nets may take at a time


class Evaluator:
    """A netlist made ready for evaluation: its gates in groups of one level and one fan-in.

    Parameters
    ----------
    net
        The netlist.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> b.output("y", [b.nor(*b.input("x", 2))])
    >>> words = np.array([[0b0011], [0b0101]], np.uint64)
    >>> hex(Evaluator(b.freeze()).run(words)[0, 0])
    '0xfffffffffffffff8'
    """

    def __init__(self, net: Netlist) -> None:
        self._net = net
        self._groups = list(_groups(net))
        largest = max([net.num_nets, *(pins.size for _, pins in self._groups)])
        self.block = max(1, _MEMORY // 8 // largest)
        """Number of words that are best evaluated at a time."""

    def run(self, words: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Return the outputs, uint64 [output bits, words], for the inputs, uint64 [input bits, words]."""
        net = self._net
        values = np.zeros((net.num_nets, words.shape[1]), np.uint64)
        values[1 : net.first_gate] = words
        for nets, pins in self._groups:
            values[nets] = ~np.bitwise_or.reduce(values[pins], axis=1)
        return values[net.drivers]

    def run_samples(self, samples: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return the outputs, bool [n, output bits], for samples, bool [n, input bits]."""
        step = 64 * self.block
        found = [unpack(self.run(pack(samples[at : at + step])), step) for at in range(0, len(samples), step)]
        empty = np.zeros((0, self._net.num_outputs), np.bool_)
        return np.concatenate([empty, *found])[: len(samples)]


def first_difference(
    left: Evaluator, right: Evaluator, words: NDArray[np.uint64]
) -> NDArray[np.bool_] | None:
    """Return the first sample of `words` for which the outputs differ, bool [input bits], or None."""
    differ = np.bitwise_or.reduce(left.run(words) ^ right.run(words), axis=0)
    hits = np.flatnonzero(differ)
    if not len(hits):
        return None
    at = int(hits[0])
    bit = (int(differ[at]) & -int(differ[at])).bit_length() - 1
    return (words[:, at] >> np.uint64(bit) & np.uint64(1)).astype(np.bool_)


def pack(samples: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Return samples, bool [n, bits], as words, uint64 [bits, ceil(n / 64)]: sample i is bit i % 64."""
    padded = np.pad(samples, ((0, -len(samples) % 64), (0, 0)))
    packed = np.ascontiguousarray(np.packbits(padded, axis=0, bitorder="little").T)
    return packed.view("<u8").astype(np.uint64, copy=False)


def unpack(words: NDArray[np.uint64], count: int) -> NDArray[np.bool_]:
    """Return the first `count` samples, bool [count, bits], of words, uint64 [bits, words]."""
    raw = np.ascontiguousarray(words.astype("<u8")).view(np.uint8)
    return (
        np.unpackbits(raw, axis=1, bitorder="little", count=min(count, 8 * raw.shape[1])).astype(np.bool_).T
    )


def _groups(net: Netlist) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int32]]]:
    """Yield nets, [gates], with their fan-ins, [gates, fan-in], each group after those that feed it."""
    level = net.levels()[net.first_gate :]
    fanin = np.diff(net.offsets)
    order = np.lexsort((fanin, level))
    key = np.stack([level, fanin])[:, order]
    starts = np.flatnonzero((np.diff(key, prepend=-1) != 0).any(axis=0))
    for gates in np.split(order, starts[1:]) if len(order) else []:
        places = net.offsets[gates][:, np.newaxis] + np.arange(fanin[gates[0]])
        yield net.first_gate + gates, net.fanins[places]
