"""Speed of the fast engine beside other ways to run the same circuit, and what the machine can do at most.

Run it: ``python examples/simulation_speed.py``; ``--quick`` takes small circuits. The circuits are layers of
two-input gates with random wiring, as in difflogic: the high bits of 784 bytes come in; after the wide layers
come some more, each half as wide as the one before, down to the votes, and ten popcounts and an argmax make
the class. One core; process CPU time, of programs too; medians.

layers
    Packed words in, votes out: no packing, no argmax.
fast, packed
    Packed words in, classes out: the argmax is in the circuit.
fast, images
    Images in, classes out: packing is in it as well.
bound
    What the machine needs at least for as many operations: the time of two loads, an OR and a store in the
    first-level cache, or that of the lines which have to come from a slower one and go back to it, whichever
    is longer. An operand comes from there when as many operations lie between it and the last use of its slot
    as slots fit in the first-level cache.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numba
import numpy as np
from numpy.typing import NDArray

from nor2hdl.csource import compile_c
from nor2hdl.netlist import Builder, Netlist, write_netlist
from nor2hdl.netlist.arith import argmax, popcount
from nor2hdl.simulate import (
    FastEngine,
    classify,
    get_engine,
    make_schedule,
    pack_features,
    prepare,
    unpack_samples,
)

SIZES = {"6k": (1_000, 6), "48k": (8_000, 6), "384k": (64_000, 6), "1M": (64_000, 16)}
QUICK = {"2k": (500, 4)}
IMAGES = 10_000
CLASSES = 10
FIRST_RESULT = """\
import sys
import numpy as np
from nor2hdl.netlist import read_netlist
from nor2hdl.simulate import classify
classify(read_netlist(sys.argv[1]), np.load(sys.argv[2]))
"""


def circuit(width: int, depth: int, *, readout: bool) -> Netlist:
    """Build random layers, where each net is the fan-in of two gates, down to the votes or to the class."""
    rng = np.random.default_rng(0)
    builder = Builder()
    below = np.array(builder.input("pix", 8 * 784))[7::8]
    votes = 100 * CLASSES if width > 2000 else 10 * CLASSES
    widths = [width] * depth
    while widths[-1] > votes:
        widths.append(max(widths[-1] // 2, votes))
    for size in widths:
        pool = np.concatenate([rng.permutation(below) for _ in range(-(-2 * size // len(below)))])
        pairs = pool[: 2 * size].reshape(2, size).T.tolist()
        below = np.array([builder.nor(*pair) for pair in pairs])
    if readout:
        sums = [popcount(builder, [part.tolist()]) for part in np.array_split(below, CLASSES)]
        builder.output("cls", argmax(builder, sums))
    else:
        builder.output("y", below.tolist())
    return builder.freeze()


def evaluations(net: Netlist) -> int:
    """Count the two-input gates: a NOR of k inputs is k - 1 of them, and an inverter none."""
    return int(np.maximum(np.diff(net.offsets) - 1, 0).sum())


def cpu() -> float:
    """Return the CPU seconds of this process and of the children that ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def median(job: Callable[[], object], runs: int = 15) -> float:
    """Return the median of the CPU seconds of a job, after a run that warms up."""
    job()
    return statistics.median(seconds(job) for _ in range(runs))


def seconds(job: Callable[[], object]) -> float:
    """Return the CPU seconds of a job."""
    start = cpu()
    job()
    return cpu() - start


def fastest(job: Callable[[], object]) -> float:
    """Return the least of the CPU seconds of a job."""
    return min(seconds(job) for _ in range(15))


def lines(count: int) -> NDArray[np.uint64]:
    """Return so many cache lines."""
    words = np.zeros(8 * count + 8, np.uint64)
    start = -words.ctypes.data % 64 // 8
    return words[start : start + 8 * count]


@numba.njit
def combine(a: NDArray[np.uint64], b: NDArray[np.uint64], c: NDArray[np.uint64], times: int) -> None:
    """Do what an operation does, in order: two loads, an OR, a store."""
    for _ in range(times):
        for k in range(len(c)):
            c[k] = ~(a[k] | b[k])


@numba.njit
def update(values: NDArray[np.uint64], times: int) -> None:
    """Load and store every word, in order."""
    for _ in range(times):
        for k in range(len(values)):
            values[k] = ~values[k]


@numba.njit
def fetched(operations: NDArray[np.int32], slots: int, near: int) -> int:
    """Count the operands whose slot was last used more than `near` operations before."""
    last = np.zeros(slots, np.int64)
    count = 0
    for k in range(len(operations)):
        for side in range(3):
            slot = max(operations[k, side], ~operations[k, side])
            count += side < 2 and k - last[slot] > near
            last[slot] = k
    return count


def bound(net: Netlist) -> tuple[float, str]:
    """Return the least time for 512 samples of an operation, and how it comes about."""
    schedule = make_schedule(net)
    a, b, c = lines(3 * 128).reshape(3, 1024)
    operation = fastest(lambda: combine(a, b, c, 20_000)) / 20_000 / 128
    share = fetched(schedule.operations, schedule.slots, 128) / len(schedule.operations)
    values = lines(2 * schedule.slots)
    size = values.nbytes
    times = 1 + (1 << 28) // size
    transfer = fastest(lambda: update(values, times)) / times / (size / 64)
    text = (
        f"{schedule.slots} slots; a line: {1e9 * operation:.2f} ns to compute; {share:.2f} operands an "
        f"operation from {size / 2**20:.1f} MiB, {1e9 * transfer:.2f} ns there and back"
    )
    return max(operation, share * transfer), text


def row(name: str, net: Netlist, images: float, time_of: float, build: str = "") -> float:
    """Print a row of the table and return the gate evaluations in a second."""
    rate = evaluations(net) * images / time_of
    print(f"  {name:22} {images / time_of:14,.0f} images/s {rate / 1e9:9.2f} G/s  {build}", flush=True)
    return rate


def others(net: Netlist, images: NDArray[np.uint8], most_verilated: int, most_compiled: int) -> None:
    """Measure the reference, Verilator and the C export on the classifier; all must agree."""
    few = images[:100]
    expected = classify(net, images)
    samples = np.unpackbits(few, axis=1, bitorder="little").view(np.bool_)
    row("reference", net, len(few), median(lambda: get_engine("reference").run(net, samples), 3))
    if net.num_gates <= most_verilated:
        start = cpu()
        with prepare(net, "verilator") as ready:
            build = f"after {cpu() - start:.1f} s of building"
            row("Verilator", net, len(few), median(lambda: ready.run(samples), 3), build)
            print("  Verilator agrees:", np.array_equal(numbers(ready.run(samples)), expected[:100]))
    if net.num_gates <= most_compiled:
        for flags in (("-O1",), ("-O1", "-march=native")):
            with tempfile.TemporaryDirectory() as folder:
                as_c(net, images, expected, flags, folder)


def as_c(
    net: Netlist,
    images: NDArray[np.uint8],
    expected: NDArray[np.int64],
    flags: tuple[str, ...],
    folder: str,
) -> None:
    """Measure the C export, compiled in this way."""
    words = pack_features(images)
    start = cpu()
    compiled = compile_c(net, folder, flags=flags)
    build = f"after {cpu() - start:.1f} s of building"
    row(f"C, {' '.join(flags)}", net, len(images), median(lambda: compiled.run_packed(words)), build)
    classes = numbers(unpack_samples(compiled.run_packed(words), len(images)))
    print("  C agrees:", np.array_equal(classes, expected))


def numbers(bits: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Read rows of bits as numbers, the lowest bit first."""
    return bits @ (1 << np.arange(bits.shape[1]))


def ours(net: Netlist, layers: Netlist, images: NDArray[np.uint8]) -> None:
    """Measure the fast engine on one core."""
    one = FastEngine(threads=1)
    words = pack_features(images)
    row("fast, images", net, len(images), median(lambda: classify(net, images, one)))
    row("fast, packed", net, len(images), median(lambda: one.run_packed(net, words)))
    rate = row("layers", layers, len(images), median(lambda: one.run_packed(layers, words)))
    least, text = bound(layers)
    best = row("bound", layers, 512, least * evaluations(layers))
    print(f"  {text}; reached: {rate / best:.0%}")


def two_cores(net: Netlist, images: NDArray[np.uint8]) -> None:
    """Compare two cores with one, by the clock on the wall and in CPU time; they take turns."""
    many = np.concatenate([images] * 6)
    times: dict[int, list[float]] = {1: [], 2: []}
    used: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(15):
        for threads, taken in times.items():
            start = time.perf_counter()
            used[threads].append(seconds(lambda k=threads: classify(net, many, FastEngine(k))))
            taken.append(time.perf_counter() - start)
    one, two = (statistics.median(taken) for taken in times.values())
    best = min(times[1]) / min(times[2])
    more = statistics.median(used[2]) / statistics.median(used[1])
    print(f"two cores: {one / two:.2f} x one, {len(many) / two:,.0f} images/s; the best runs: {best:.2f} x;")
    print(f"  they use {more:.2f} x the CPU time: {2 / more:.2f} x at most, where both are free")


def first_result(net: Netlist, images: NDArray[np.uint8]) -> None:
    """Time a new process from its start to its first classes, the netlist read from a file."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_netlist(net, folder / "a.nor")
        np.save(folder / "x.npy", images)
        environment = {**os.environ, "NUMBA_CACHE_DIR": str(folder / "cache")}
        command = [sys.executable, "-c", FIRST_RESULT, str(folder / "a.nor"), str(folder / "x.npy")]
        for state in ("empty", "warm"):
            start, used = time.perf_counter(), cpu()
            subprocess.run(command, env=environment, check=True)
            wall = time.perf_counter() - start
            print(f"first result in a new process, cache {state}: {wall:.2f} s, {cpu() - used:.2f} s of CPU")


def main() -> None:
    """Measure all sizes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="small circuits and few images")
    parser.add_argument("--most-verilated", type=int, default=20_000, help="most gates for Verilator")
    parser.add_argument("--most-compiled", type=int, default=100_000, help="most gates for C")
    arguments = parser.parse_args()
    images = np.random.default_rng(0).integers(0, 256, (500 if arguments.quick else IMAGES, 784), np.uint8)
    for name, (width, depth) in (QUICK if arguments.quick else SIZES).items():
        net, layers = circuit(width, depth, readout=True), circuit(width, depth, readout=False)
        print(
            f"{name}: {evaluations(layers):,} gates in layers, {evaluations(net):,} with the readout",
            flush=True,
        )
        ours(net, layers, images)
        others(net, images, arguments.most_verilated, arguments.most_compiled)
        if name in {"48k", "2k"}:
            two_cores(net, images)
            first_result(net, images)


if __name__ == "__main__":
    main()
