"""The fast engine: 64 samples a word, 32 words a gate, compiled by numba."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.errors import OptionError
from nor2hdl.simulate._engine import check_samples
from nor2hdl.simulate._pack import pack_samples, unpack_samples

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist


class FastEngine:
    """Bit-parallel evaluation of compressed fan-in lists on one core.

    The first call in a fresh installation compiles for a few seconds; the machine code is cached beside the
    package or in the user's cache folder. 256 bytes of memory a net are needed beside the samples.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 2)
    >>> b.output("y", [b.nor(*x)])
    >>> FastEngine().run(b.freeze(), np.array([[False, False], [True, False]])).tolist()
    [[True], [False]]
    """

    name = "fast"

    def run(self, net: Netlist, samples: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Evaluate `net` as `Engine.run` says."""
        check_samples(net, samples)
        return unpack_samples(self.run_packed(net, pack_samples(samples)), len(samples))

    def run_packed(self, net: Netlist, words: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Evaluate `net` on samples that are packed already.

        Parameters
        ----------
        net
            The circuit.
        words : uint64 [num_inputs, W]
            Bit ``j`` of word ``w`` belongs to sample ``64 * w + j``: the layout of `pack_samples` and
            `pack_features`.

        Returns
        -------
        uint64 [num_outputs, W]
            In the same layout; bits past the last sample hold what the circuit makes of their inputs.

        Raises
        ------
        OptionError
            If `words` has another type or another number of rows.
        """
        if words.ndim != 2 or words.dtype != np.uint64 or len(words) != net.num_inputs:
            shape = ", ".join(map(str, words.shape))
            raise OptionError(f"words must be uint64 [{net.num_inputs}, words], not {words.dtype} [{shape}]")
        from nor2hdl.simulate._kernel import evaluate  # loads numba, which takes long

        results = np.empty((net.num_outputs, words.shape[1]), np.uint64)
        offsets, fanins, drivers, packed = map(
            np.ascontiguousarray, (net.offsets, net.fanins, net.drivers, words)
        )
        evaluate(offsets, fanins, drivers, packed, results)
        return results
