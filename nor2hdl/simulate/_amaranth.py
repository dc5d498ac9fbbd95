"""Amaranth's own simulator: slow, and independent of everything that we emit as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nor2hdl.errors import OptionError
from nor2hdl.simulate._engine import check_samples

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist, Port

MOST_GATES = 5_000
MOST_EVALUATIONS = 5_000_000
"""Gates times samples; 10 to 40 s."""


class AmaranthEngine:
    """The component of `nor2hdl.hdl` in `amaranth.sim`, for small circuits."""

    name = "amaranth"

    def run(self, net: Netlist, samples: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Evaluate `net` as `Engine.run` says.

        Raises
        ------
        OptionError
            If the samples do not fit the circuit, the circuit has more than 5,000 gates, or gates times
            samples exceed five million.
        """
        check_samples(net, samples)
        _check_size(net, len(samples))
        # Amaranth takes long to load.
        from amaranth.hdl import Cat  # type: ignore[import-untyped]
        from amaranth.sim import Simulator  # type: ignore[import-untyped]

        from nor2hdl.hdl import NetlistComponent, port_names

        component = NetlistComponent(net)
        names = port_names(net)

        def bits(ports: tuple[Port, ...]) -> Any:
            return Cat(*[getattr(component, names[p.name]) for p in ports if p.width])

        inputs, outputs = bits(net.inputs), bits(net.outputs)
        rows: list[int] = []

        async def drive(ctx: Any) -> None:
            for row in np.packbits(samples, axis=1, bitorder="little"):
                ctx.set(inputs, int.from_bytes(row.tobytes(), "little"))
                rows.append(ctx.get(outputs))

        simulator = Simulator(component)
        simulator.add_testbench(drive)
        simulator.run()
        return _to_bits(rows, net.num_outputs)


def _check_size(net: Netlist, n: int) -> None:
    if net.num_gates > MOST_GATES:
        raise OptionError(
            f"circuit must have at most {MOST_GATES} gates for the engine 'amaranth', not {net.num_gates}; "
            "use the engine 'fast'"
        )
    if net.num_gates * n > MOST_EVALUATIONS:
        raise OptionError(
            f"samples must be at most {MOST_EVALUATIONS // net.num_gates} for the engine 'amaranth' "
            f"and this circuit of {net.num_gates} gates, not {n}; use the engine 'fast'"
        )


def _to_bits(rows: list[int], width: int) -> NDArray[np.bool_]:
    """Return the lowest `width` bits of every number: bool [rows, width]."""
    size = -(-width // 8)
    data = np.frombuffer(b"".join(row.to_bytes(size, "little") for row in rows), np.uint8)
    bits = np.unpackbits(data.reshape(len(rows), size), axis=1, count=width, bitorder="little")
    return bits.view(np.bool_)
