"""Amaranth's own simulator: slow, and independent of everything that we emit as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nor2hdl.errors import OptionError
from nor2hdl.simulate._engine import Simulator

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist, Port
    from nor2hdl.simulate._engine import Evaluate

MOST_GATES = 5_000
MOST_EVALUATIONS = 5_000_000
"""Gates times samples; 10 to 40 s."""


class AmaranthEngine(Simulator):
    """The component of `nor2hdl.hdl` in `amaranth.sim`, for small circuits.

    A circuit may have 5,000 gates at most, and gates times samples may be five million.
    """

    name = "amaranth"

    def build(self, net: Netlist, folder: Path) -> Evaluate:
        """Make a simulator of `net`; return what runs it."""
        del folder
        _check_gates(net)
        # Amaranth takes long to load.
        from amaranth.hdl import Cat  # type: ignore[import-untyped]
        from amaranth.sim import Simulator as AmaranthSimulator  # type: ignore[import-untyped]

        from nor2hdl.hdl import NetlistComponent, port_names

        component = NetlistComponent(net)
        names = port_names(net)

        def bits(ports: tuple[Port, ...]) -> Any:
            return Cat(*[getattr(component, names[p.name]) for p in ports if p.width])

        inputs, outputs = bits(net.inputs), bits(net.outputs)
        todo: list[int] = []
        done: list[int] = []

        async def drive(ctx: Any) -> None:
            for row in todo:
                ctx.set(inputs, row)
                done.append(ctx.get(outputs))

        simulator = AmaranthSimulator(component)

        def evaluate(samples: NDArray[np.bool_]) -> NDArray[np.bool_]:
            _check_samples(net, len(samples))
            rows = np.packbits(samples, axis=1, bitorder="little")
            todo[:] = [int.from_bytes(row.tobytes(), "little") for row in rows]
            if done:
                simulator.reset()
                done.clear()
            else:
                simulator.add_testbench(drive)
            simulator.run()
            return _to_bits(done, net.num_outputs)

        return evaluate


def _check_gates(net: Netlist) -> None:
    if net.num_gates > MOST_GATES:
        raise OptionError(
            f"circuit must have at most {MOST_GATES} gates for the engine 'amaranth', not {net.num_gates}; "
            "use the engine 'fast'"
        )


def _check_samples(net: Netlist, n: int) -> None:
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
