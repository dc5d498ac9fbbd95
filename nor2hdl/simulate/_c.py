"""The exported C file as an engine: compiled by the system's C compiler, run in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nor2hdl.csource import compile_c
from nor2hdl.simulate._engine import Simulator
from nor2hdl.simulate._pack import pack_samples, unpack_samples

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist
    from nor2hdl.simulate._engine import Evaluate

_FLAGS = ("-O1", "-march=native")


class CEngine(Simulator):
    """What `nor2hdl.csource.to_c` writes: it takes seconds to build and then is the fastest."""

    name = "c"

    def build(self, net: Netlist, folder: Path) -> Evaluate:
        """Compile `net` in `folder`; return what evaluates it."""
        compiled = compile_c(net, folder, flags=_FLAGS)

        def evaluate(samples: NDArray[np.bool_]) -> NDArray[np.bool_]:
            return unpack_samples(compiled.run_packed(pack_samples(samples)), len(samples))

        return evaluate
