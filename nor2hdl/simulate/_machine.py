"""The Verilog of a machine in a Verilog simulator, symbol by symbol, with gaps."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from nor2hdl import tools
from nor2hdl.errors import NetlistError, OptionError, ToolError
from nor2hdl.files import write_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BENCH = """\
module bench;
  reg clk = 0, rst = 1, valid_in = 0, first = 0;
  reg [{symbols}-1:0] symbol;
  wire valid_out, accept;
  reg [{symbols}:0] letters [0:{count}-1];
  integer given = 0, taken = 0, cycles = 0, seed = {seed};

  {top} dut (.clk(clk), .rst(rst), .valid_in(valid_in), .first(first), .symbol(symbol),
             .valid_out(valid_out), .accept(accept));

  always #5 clk = ~clk;

  // Inputs change at falling edges; what is offered at one is taken at the rising edge that follows.
  always @(negedge clk) begin
    cycles = cycles + 1;
    if (cycles == 3) rst = 0;
    if (!rst) begin
      if (valid_out !== 1'b0) begin
        $write("%b", valid_out === 1'b1 ? accept : 1'bx);
        taken = taken + 1;
      end
      if (taken == {count} || cycles > 100 * {count} + 1000) begin
        $display("");
        $finish;
      end
      valid_in = given < {count} && $unsigned($random(seed)) % 100 >= {gaps};
      {{first, symbol}} = valid_in ? letters[given] : {{({symbols} + 1){{1'bx}}}};
      if (valid_in) given = given + 1;
    end
  end

  initial $readmemb("letters.mem", letters);
endmodule
"""


def play_machine(
    path: Path | str,
    symbols: NDArray[np.int64],
    *,
    width: int,
    program: Literal["icarus", "verilator"] = "icarus",
    gaps: float = 0.3,
    seed: int = 1,
    top: str = "top",
    timeout: float | None = 600,
) -> NDArray[np.bool_]:
    """Run strings through the Verilog of a machine, one after the other, in a Verilog simulator.

    Parameters
    ----------
    path
        What `nor2hdl.hdl.write_machine_verilog` wrote.
    symbols : int64 [n, longest]
        One string a row, each symbol from 0 to ``width - 1``; -1 after the end.
    width
        Number of symbols.
    program
        ``"icarus"`` or ``"verilator"``.
    gaps
        Share of clock cycles, from 0 to 0.9, in which no symbol is offered, at random.
    seed
        Seed of the gaps.
    top
        Name of the module.
    timeout
        Seconds that each run of a program may take, None for no limit.

    Returns
    -------
    bool [n, longest]
        What the circuit says after each symbol; False after the end of a string. What
        `nor2hdl.netlist.Machine.run` returns, if all is well.

    Raises
    ------
    NetlistError
        If the file is missing.
    OptionError
        If there is no symbol or one out of range, `gaps` is out of range, or the program is another one.
    ToolError
        If the program is missing or fails, or the circuit does not answer each symbol with 0 or 1.
    ToolTimeoutError
        If a program takes longer than `timeout`.
    """
    if not Path(path).is_file():
        raise NetlistError(f"cannot read {path}: no such file; check the path")
    if symbols.ndim != 2:
        raise OptionError(f"symbols must be an integer array [strings, longest], not {symbols!r}")
    there = symbols >= 0
    if not there.any():
        raise OptionError("symbols must hold one symbol or more, not none")
    if symbols.max() >= width:
        raise OptionError(f"symbols must be from 0 to {width - 1}, not {symbols.max()}")
    if not 0 <= gaps <= 0.9:
        raise OptionError(f"gaps must be a number from 0 to 0.9, not {gaps!r}")
    if program not in _PROGRAMS:
        raise OptionError(f"program must be one of {', '.join(map(repr, _PROGRAMS))}, not {program!r}")
    firsts = np.zeros_like(there)
    firsts[:, :1] = there[:, :1]
    count = int(there.sum())
    lines = [
        f"{first:d}{1 << k:0{width}b}"
        for first, k in zip(firsts[there], symbols[there].tolist(), strict=True)
    ]
    with tempfile.TemporaryDirectory(prefix="nor2hdl-") as name:
        folder = Path(name)
        shutil.copyfile(path, folder / "circuit.v")
        write_text(folder / "letters.mem", "\n".join(lines) + "\n")
        settings = {"symbols": width, "count": count, "gaps": round(100 * gaps), "seed": seed, "top": top}
        write_text(folder / "bench.v", _BENCH.format(**settings))
        text = _PROGRAMS[program](folder, timeout)
    answers = next((line for line in text.splitlines() if len(line) == count and not line.strip("01")), None)
    if answers is None:
        raise ToolError(program, f"did not get 0 or 1 after each of {count} symbols", output=text[-300:])
    accepted = np.zeros(symbols.shape, np.bool_)
    accepted[there] = np.array(list(answers)) == "1"
    return accepted


def _icarus(folder: Path, timeout: float | None) -> str:
    build = [tools.find("iverilog"), "-g2005", "-s", "bench", "-o", "bench.vvp", "bench.v", "circuit.v"]
    tools.run(build, timeout=timeout, cwd=folder)
    return tools.run([tools.find("vvp"), "-n", "bench.vvp"], timeout=timeout, cwd=folder)


def _verilator(folder: Path, timeout: float | None) -> str:
    build = [tools.find("verilator"), "--binary", "--timing", "--top-module", "bench", "--Mdir", "obj"]
    flags = ["--x-initial", "unique", "--x-assign", "unique", "-Wno-fatal", "-CFLAGS", "-O0 -std=c++20"]
    jobs = ["-j", str(os.cpu_count() or 1)]
    tools.run([*build, *flags, *jobs, "bench.v", "circuit.v"], timeout=timeout, cwd=folder)
    return tools.run([str(folder / "obj" / "Vbench"), "+verilator+rand+reset+2"], timeout=timeout, cwd=folder)


_PROGRAMS = {"icarus": _icarus, "verilator": _verilator}
