"""Find out again where gates came from, after an engine that knows nothing of provenance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.netlist import FALSE, assemble

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist

_CHUNK = 16
"""Words of 64 patterns simulated at a time; each takes 8 bytes a net."""

_WORK = 1 << 24
"""Words to simulate over all nets: 1,024 patterns for a million nets, up to 16,384 for small netlists."""

_MOST_WORDS = 256


def recover_origins(old: Netlist, new: Netlist) -> Netlist:
    """Label the gates of `new`, which computes what `old` does, with the provenance of `old`.

    A gate takes the label of the first gate of `old` that agrees with it, or with its complement, on random
    input patterns of mixed density. A gate that agrees with none, or is constant on all patterns, takes the
    label of the nearest gate that it feeds; if it drives outputs only, that of the old driver.

    Parameters
    ----------
    old
        The netlist with labels.
    new
        A netlist with the same ports and the same function.

    Returns
    -------
    Netlist
        `new` with labels. They are a best guess: they never change a gate.
    """
    if not old.tags:
        return new
    words = max(_CHUNK, min(_MOST_WORDS, _WORK // max(old.num_nets, new.num_nets)))
    before, after = _signatures(old, words), _signatures(new, words)
    labels = _matched(before, old, after[new.first_gate :])
    _push_back(new, old, labels)
    return assemble(
        inputs=new.inputs,
        outputs=new.outputs,
        offsets=new.offsets,
        fanins=new.fanins,
        drivers=new.drivers,
        labels=labels,
        tags=old.tags,
    )


def _matched(before: NDArray[np.uint64], old: Netlist, wanted: NDArray[np.uint64]) -> NDArray[np.int32]:
    """Return the label of the first labelled gate of `old` with each wanted signature, -1 for none."""
    usable = np.flatnonzero((old.origins >= 0) & (before[old.first_gate :] != before[FALSE]))
    known, first = np.unique(before[old.first_gate + usable], return_index=True)
    if not len(known):
        return np.full(len(wanted), -1, np.int32)
    place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[place] == wanted, old.origins[usable[first[place]]], -1).astype(np.int32)


def _push_back(new: Netlist, old: Netlist, labels: NDArray[np.int32]) -> None:
    """Give each gate without a label that of the lowest gate that it feeds."""
    label = [-1] * new.first_gate + labels.tolist()
    open_ = [k < 0 for k in label]
    drivers = zip(new.drivers.tolist(), old.drivers.tolist(), strict=True)
    for net, was in drivers:
        if open_[net] and was >= old.first_gate:
            label[net] = int(old.origins[was - old.first_gate])
    lists = new.fanin_lists()
    for gate in range(len(lists) - 1, -1, -1):
        mine = label[new.first_gate + gate]
        for fanin in lists[gate]:
            if open_[fanin] and mine >= 0:
                label[fanin] = mine
    labels[:] = label[new.first_gate :]


def _signatures(net: Netlist, words: int) -> NDArray[np.uint64]:
    """Return a hash of every net's values on the patterns, the same for complements: uint64 [nets]."""
    level = net.levels()[net.first_gate :]
    order = np.argsort(level, kind="stable")
    steps = np.split(order, np.flatnonzero(np.diff(level[order])) + 1) if len(order) else []
    plans = [_plan(net, gates) for gates in steps]
    rng = np.random.default_rng(0)
    hashed = np.zeros(net.num_nets, np.uint64)
    flip = np.zeros((net.num_nets, 1), np.uint64)
    for start in range(0, words, _CHUNK):
        values = np.zeros((net.num_nets, _CHUNK), np.uint64)
        values[1 : net.first_gate] = _patterns(rng, net.num_inputs, _CHUNK)
        for gates, pins, starts in plans:
            values[gates] = ~np.bitwise_or.reduceat(values[pins], starts, axis=0)
        if start == 0:
            first = values[:, :1] & np.uint64(1)
            flip = np.uint64(0) - first  # all ones for nets that are 1 on the first pattern
        for column in (values ^ flip).T:
            hashed = (hashed ^ column) * np.uint64(0x9E3779B97F4A7C15)
            hashed ^= hashed >> np.uint64(29)
    return hashed


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


def _patterns(rng: np.random.Generator, inputs: int, words: int) -> NDArray[np.uint64]:
    """Return random words, uint64 [inputs, words], of mixed density: wide NORs of fair bits are rarely 1."""
    value = rng.integers(0, 1 << 64, (inputs, words), dtype=np.uint64)
    for k in range(1, words):
        for _ in range(k % 4):
            value[:, k] &= rng.integers(0, 1 << 64, inputs, dtype=np.uint64)
        if k % 8 >= 4:
            value[:, k] = ~value[:, k]
    return value
