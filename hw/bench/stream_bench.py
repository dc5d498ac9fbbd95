"""Test bench in cocotb for an emitted stream classifier: real images, random stalls on both sides.

    python hw/bench/stream_bench.py hw/digits/stream.v hw/digits

builds the Verilog in a simulator and plays the vectors of a folder (features.hex and classes.hex, as
`nor2hdl.simulate.write_vectors` writes them). ../README.md tells the protocol.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, ReadOnly

from nor2hdl import tools

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

VECTORS = "NOR2HDL_VECTORS"
PROGRAMS = {"icarus": ("iverilog", "vvp"), "verilator": ("verilator", "perl", "make", "g++")}
SOME = 30  # images where each takes several times as long
LONGEST_WAIT = 10_000  # cycles without a class


class Byte(NamedTuple):
    """A byte of a packet."""

    data: int
    first: bool
    last: bool


class Seen(NamedTuple):
    """What came out: the classes, the cycle in which each was taken, and the number of error pulses."""

    classes: list[int]
    cycles: list[int]
    errors: int


def read_vectors() -> tuple[list[bytes], list[int]]:
    """Return the samples and their classes from the folder that the environment names."""
    folder = Path(os.environ[VECTORS])
    samples = [bytes.fromhex(line)[::-1] for line in (folder / "features.hex").read_text().split()]
    classes = [int(line, 16) for line in (folder / "classes.hex").read_text().split()]
    return samples, classes


def packet(sample: bytes) -> list[Byte]:
    """Return the bytes of a good packet."""
    return [Byte(value, k == 0, k == len(sample) - 1) for k, value in enumerate(sample)]


async def play(
    dut: Any, sent: list[Byte], wanted: int, sends: Callable[[], bool], takes: Callable[[], bool]
) -> Seen:
    """Reset, send the bytes, and take classes until there are `wanted`, and for some cycles more.

    Inputs change at the falling edge of the clock, and outputs are read right after, when they have settled
    for the rising edge to come: so it is the same in every simulator.
    """
    cocotb.start_soon(Clock(dut.clk, 10, "step").start(start_high=False))
    dut.rst.value, dut.i_valid.value, dut.o_ready.value = 1, 0, 0
    for _ in range(3):
        await FallingEdge(dut.clk)
    dut.rst.value = 0
    left: Iterator[Byte] = iter(sent)
    byte = next(left, None)
    offered = False
    classes: list[int] = []
    cycles: list[int] = []
    held, errors, cycle, idle = None, 0, 0, 0
    while byte is not None or len(classes) < wanted or idle < SOME:
        await FallingEdge(dut.clk)
        offered = byte is not None and (offered or sends())  # what is offered stays until it is taken
        ready = takes()
        shown = byte if offered and byte else Byte(0xA5, first=True, last=True)
        dut.i_valid.value, dut.o_ready.value = offered, ready
        dut.i_data.value, dut.i_first.value, dut.i_last.value = shown
        await ReadOnly()
        if held is not None:
            standing = dut.o_valid.value == 1 and dut.o_cls.value == held
            assert standing, "a class must stand until it is taken"
        held = dut.o_cls.value if dut.o_valid.value == 1 and not ready else None
        idle += 1
        if dut.o_valid.value == 1 and ready:
            classes.append(int(dut.o_cls.value))
            cycles.append(cycle)
            idle = 0
        errors += dut.error.value == 1
        if offered and dut.i_ready.value == 1:
            byte, offered = next(left, None), False
            idle = 0
        cycle += 1
        assert idle < LONGEST_WAIT, f"the circuit must give {wanted} classes, not stop after {len(classes)}"
    return Seen(classes, cycles, errors)


def compare(seen: Seen, classes: list[int]) -> None:
    """Fail unless the classes are the expected ones, naming the first that is not."""
    for n, (found, wanted) in enumerate(zip(seen.classes, classes, strict=False)):
        assert found == wanted, f"sample {n}: class is {found}, expected {wanted}"
    assert len(seen.classes) == len(classes), f"{len(seen.classes)} classes came, expected {len(classes)}"


@cocotb.test()
async def all_images_at_full_speed(dut: Any) -> None:
    """Check that without stalls a sample takes as many cycles as it has bytes."""
    samples, classes = read_vectors()
    sent = [byte for sample in samples for byte in packet(sample)]
    seen = await play(dut, sent, len(classes), lambda: True, lambda: True)
    compare(seen, classes)
    assert seen.errors == 0
    steps = {b - a for a, b in zip(seen.cycles, seen.cycles[1:], strict=False)}
    assert steps <= {len(samples[0])}
    dut._log.info("%d images, %d cycles each", len(samples), len(samples[0]))  # noqa: SLF001 - cocotb's way to log


@cocotb.test()
@cocotb.parametrize(sender=[0.3, 0.9], receiver=[0.02, 0.5])
async def images_with_random_stalls(dut: Any, sender: float, receiver: float) -> None:
    """Send a byte and take a class in a cycle with these probabilities."""
    samples, classes = (vector[:SOME] for vector in read_vectors())
    rng = random.Random(1)  # noqa: S311 - a test that can be repeated
    sent = [byte for sample in samples for byte in packet(sample)]
    seen = await play(dut, sent, len(classes), lambda: rng.random() < sender, lambda: rng.random() < receiver)
    compare(seen, classes)
    assert seen.errors == 0


@cocotb.test()
async def images_between_bad_packets(dut: Any) -> None:
    """Check that each bad packet is reported, and the good ones around it give their classes."""
    samples, classes = (vector[:SOME] for vector in read_vectors())
    rng = random.Random(2)  # noqa: S311 - a test that can be repeated
    sent: list[Byte] = []
    for n, sample in enumerate(samples):
        whole = packet(sample)
        bad = {
            0: packet(sample[: rng.randrange(1, len(sample))]),  # ends early
            1: packet(sample + sample[: rng.randrange(1, 20)]),  # ends late
            2: [byte._replace(first=False) for byte in whole],  # has no beginning
            3: whole[: rng.randrange(1, len(sample))],  # is cut off by the next one
            4: [byte._replace(last=False) for byte in whole],  # has no end
        }[n % 5]
        sent += bad + whole
    seen = await play(dut, sent, len(classes), lambda: rng.random() < 0.8, lambda: rng.random() < 0.8)
    compare(seen, classes)
    assert seen.errors == len(samples)


def run(verilog: Path, vectors: Path, simulator: str, build: Path) -> int:
    """Build the Verilog in `build`, run all tests of this file, and return how many failed."""
    from cocotb_tools.runner import get_results, get_runner

    for program in PROGRAMS[simulator]:  # Verilator of a Python package is not on the path
        os.environ["PATH"] = f"{Path(tools.find(program)).parent}{os.pathsep}{os.environ['PATH']}"
    name = re.findall(r"^module (\w+)", verilog.read_text(), re.MULTILINE)[0]  # the first one is on top
    # Verilator of a Python package was built without a compiler: it cannot read a precompiled header.
    os.environ["MAKEFLAGS"] = "-- VK_PCH_I_FAST= VK_PCH_I_SLOW="
    runner: Any = get_runner(simulator)
    flags = ["-Wno-fatal"] if simulator == "verilator" else ["-g2005"]
    runner.build(
        sources=[verilog.resolve()], hdl_toplevel=name, build_dir=build, build_args=flags, always=True
    )
    results = runner.test(
        hdl_toplevel=name,
        test_module=Path(__file__).stem,
        build_dir=build,
        test_dir=build,
        results_xml=str(build / "results.xml"),
        extra_env={VECTORS: str(vectors.resolve()), "PYTHONPATH": str(Path(__file__).parent)},
    )
    tests, failed = get_results(results)
    print(f"{tests - failed} tests passed, {failed} failed")
    return int(failed) if tests else 1


def main() -> None:
    """Read the command line and run the bench."""
    parser = argparse.ArgumentParser(description="Play images through an emitted stream classifier.")
    parser.add_argument("verilog", type=Path, help="the file; its first module is tested")
    parser.add_argument("vectors", type=Path, help="folder of features.hex and classes.hex")
    parser.add_argument("--simulator", default="icarus", choices=["icarus", "verilator"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nor2hdl-") as build:
        sys.exit(min(1, run(options.verilog, options.vectors, options.simulator, Path(build))))


if __name__ == "__main__":
    main()
