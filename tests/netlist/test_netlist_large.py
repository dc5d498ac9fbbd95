from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

# A process of its own, so that peak memory and processor time are those of the job alone.
JOB = """
import json, resource, sys, time
from nor2hdl.netlist import random_netlist, read_netlist, write_netlist
path, gates = sys.argv[1], int(sys.argv[2])
net = random_netlist(gates=gates, inputs=784, levels=20, outputs=1000)
built = time.process_time()
write_netlist(net, path)
same = read_netlist(path) == net
seconds = time.process_time() - built
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
print(json.dumps({"same": same, "build": built, "seconds": seconds, "peak": peak}))
"""


def measure(path: Path, gates: int) -> dict[str, float]:
    command = [sys.executable, "-c", JOB, str(path), str(gates)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    numbers: dict[str, float] = json.loads(done.stdout)
    return numbers


@pytest.mark.slow
def test_a_million_gates(tmp_path: Path) -> None:
    small = measure(tmp_path / "small.nor", 100_000)
    large = measure(tmp_path / "large.nor", 1_000_000)
    assert small["same"]
    assert large["same"]
    assert large["build"] < 30
    assert large["seconds"] < 60
    assert large["seconds"] < 20 * small["seconds"]
    assert large["peak"] < 4  # GiB
