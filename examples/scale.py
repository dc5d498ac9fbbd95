"""Time and memory of each step on a synthetic layered netlist.

Run it: ``python examples/scale.py 100000``; add ``--quick`` to leave out the rest of the recipe and Verilog.
CPU time counts this process and the programs that it starts; memory is the peak so far, of this process and
of the largest program.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from nor2hdl.hdl import write_verilog
from nor2hdl.minimize import DEFAULT, LINEAR, minimize
from nor2hdl.netlist import random_netlist, read_netlist, write_netlist
from nor2hdl.simulate import get_engine

VECTORS = 10_000
T = TypeVar("T")


def cpu() -> float:
    """Return the CPU seconds of this process and of the children that ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def timed(name: str, job: Callable[[], T]) -> T:
    """Run a job and print what it took."""
    start, wall = cpu(), time.perf_counter()
    result = job()
    own, child = (resource.getrusage(w).ru_maxrss for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(
        f"{name:24} {cpu() - start:8.2f} s CPU {time.perf_counter() - wall:8.2f} s wall "
        f"{own / 1024:8.0f} MB own {child / 1024:8.0f} MB child",
        flush=True,
    )
    return result


def main() -> None:
    """Build a netlist of the size asked for and take it through the steps."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gates", type=int)
    parser.add_argument("--quick", action="store_true", help="leave out the rest of the recipe and Verilog")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    net = timed("build", lambda: random_netlist(gates=arguments.gates, inputs=784))
    print(net, net.depth(), "levels")
    timed("text, write", lambda: write_netlist(net, folder / "a.nor"))
    again = timed("text, read", lambda: read_netlist(folder / "a.nor"))
    print("read equals written:", again == net)
    del again
    small = timed("linear passes", lambda: minimize(net, passes=LINEAR))
    print(small)
    samples = np.random.default_rng(0).random((VECTORS, net.num_inputs)) < 0.3
    fast = get_engine("fast")
    fast.run(net, samples[:64])  # compiles, or loads what an earlier run compiled
    before = timed(f"simulate {VECTORS} vectors", lambda: fast.run(net, samples))
    print("linear passes keep all outputs:", np.array_equal(before, fast.run(small, samples)))
    if not arguments.quick:
        rest = DEFAULT[len(LINEAR) :]
        optimized = timed("rest of the recipe", lambda: minimize(small, passes=rest))
        print(optimized, "keeps all outputs:", np.array_equal(before, fast.run(optimized, samples)))
        timed("Verilog", lambda: write_verilog(net, folder / "top.v"))
        print(len((folder / "top.v").read_text().splitlines()), "lines of Verilog")


if __name__ == "__main__":
    main()
