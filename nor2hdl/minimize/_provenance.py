"""Find out again where gates came from, after an engine that knows nothing of provenance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.minimize._signatures import CHUNK, Signatures, patterns
from nor2hdl.netlist import FALSE, assemble

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist

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
    words = max(CHUNK, min(_MOST_WORDS, _WORK // max(old.num_nets, new.num_nets)))
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
    """Return a hash of every net's values on random patterns, the same for complements: uint64 [nets]."""
    signatures = Signatures(net)
    rng = np.random.default_rng(0)
    for _ in range(0, words, CHUNK):
        signatures.add(patterns(rng, net.num_inputs, CHUNK))
    return signatures.hashed
