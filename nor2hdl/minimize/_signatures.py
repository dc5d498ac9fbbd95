"""What nets do on many input patterns, as one number each: equal nets, equal numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.netlist import FALSE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist

CHUNK = 16
"""Words of 64 patterns that are best simulated at a time; each takes 8 bytes a net."""


class Signatures:
    """A hash of every net's values on the patterns seen so far, the same for a net and its complement.

    Parameters
    ----------
    net
        The netlist.

    Attributes
    ----------
    hashed : uint64 [nets]
        The hashes; nets that differ on some pattern have different ones, but for a chance of 2 ** -64.
    flipped : bool [nets]
        The value on the first pattern: where two nets with equal hashes differ in it, they are complements.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x, y = b.input("x", 2)
    >>> b.output("z", [b.nor(b.nor(x, y))])
    >>> signatures = Signatures(b.freeze())
    >>> signatures.add(np.array([[0b1010], [0b1100]], np.uint64))
    >>> bool(signatures.hashed[3] == signatures.hashed[4]), signatures.flipped.tolist()
    (True, [False, False, False, True, False])
    """

    def __init__(self, net: Netlist) -> None:
        self.hashed = np.zeros(net.num_nets, np.uint64)
        self.flipped = np.zeros(net.num_nets, np.bool_)
        self._net = net
        self._started = False
        level = net.levels()[net.first_gate :]
        order = np.argsort(level, kind="stable")
        steps = np.split(order, np.flatnonzero(np.diff(level[order])) + 1) if len(order) else []
        self._plans = [_plan(net, gates) for gates in steps]

    def add(self, words: NDArray[np.uint64]) -> None:
        """Take more patterns into account: uint64 [input bits, words], one pattern a bit of all words."""
        net = self._net
        values = np.zeros((net.num_nets, words.shape[1]), np.uint64)
        values[1 : net.first_gate] = words
        for gates, pins, starts in self._plans:
            values[gates] = ~np.bitwise_or.reduceat(values[pins], starts, axis=0)
        if not self._started:
            self.flipped = (values[:, 0] & np.uint64(1)).astype(np.bool_)
            self._started = True
        flip = np.uint64(0) - self.flipped.astype(np.uint64)  # all ones where flipped
        for column in values.T:
            self.hashed = (self.hashed ^ column ^ flip) * np.uint64(0x9E3779B97F4A7C15)
            self.hashed ^= self.hashed >> np.uint64(29)


def _plan(net: Netlist, gates: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
    """Return the nets of `gates`, all their fan-ins in a row, and where each gate's begin.

    A gate without fan-ins is given the constant false, of which it is the complement.
    """
    first = net.offsets[gates]
    width = net.offsets[gates + 1] - first
    starts = np.cumsum(np.maximum(width, 1)) - np.maximum(width, 1)
    pins = np.full(int(np.maximum(width, 1).sum()), FALSE, np.int64)
    inside = np.arange(int(width.sum())) - np.repeat(np.cumsum(width) - width, width)
    pins[np.repeat(starts, width) + inside] = net.fanins[np.repeat(first, width) + inside]
    return gates + net.first_gate, pins, starts


def patterns(rng: np.random.Generator, inputs: int, words: int) -> NDArray[np.uint64]:
    """Return random words, uint64 [inputs, words], of mixed density: wide NORs of fair bits are rarely 1."""
    value = rng.integers(0, 1 << 64, (inputs, words), dtype=np.uint64)
    for k in range(1, words):
        for _ in range(k % 4):
            value[:, k] &= rng.integers(0, 1 << 64, inputs, dtype=np.uint64)
        if k % 8 >= 4:
            value[:, k] = ~value[:, k]
    return value
