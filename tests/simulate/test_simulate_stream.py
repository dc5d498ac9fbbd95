"""Sets that are larger than the memory: features from a file, piece by piece, on any number of cores."""

from __future__ import annotations

import os
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest

from nor2hdl.netlist import Builder, random_netlist
from nor2hdl.simulate import FastEngine, _fast, classify, make_schedule, simulate, toggles


def high_bits(width):
    """Class: the highest bits of the first four bytes and of the last one, as a number."""
    builder = Builder()
    pix = builder.input("pix", 8 * width)
    builder.output("cls", [pix[8 * p + 7] for p in (0, 1, 2, 3, width - 1)])
    return builder.freeze()


def expected(features):
    return (features[:, [0, 1, 2, 3, -1]] >> 7) @ np.array([1, 2, 4, 8, 16])


def random_file(path, n, width):
    features = np.memmap(path, np.uint8, "w+", shape=(n, width))
    for start in range(0, n, 1 << 14):
        part = features[start : start + (1 << 14)]
        part[:] = np.random.default_rng(start).integers(0, 256, part.shape, dtype=np.uint8)
    features.flush()
    return np.memmap(path, np.uint8, "r", shape=(n, width))


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("n", [1, 511, 512, 513, 1024, 5000])
def test_pieces_and_threads_change_nothing(n, threads, monkeypatch):
    monkeypatch.setattr(_fast, "_SAMPLES", 1024)
    features = np.random.default_rng(n).integers(0, 256, (n, 70), dtype=np.uint8)
    assert np.array_equal(classify(high_bits(70), features, FastEngine(threads)), expected(features))
    net = random_netlist(gates=200, inputs=560, levels=4, outputs=9)
    samples = np.unpackbits(features, axis=1).view(bool)
    assert np.array_equal(FastEngine(threads).run(net, samples), FastEngine(1).run(net, samples))


def test_a_file_is_read_piece_by_piece(tmp_path):
    n, width = 100_000, 200
    features = random_file(tmp_path / "features", n, width)
    net = high_bits(width)
    classify(net, features[:10])  # loads the kernels
    tracemalloc.start()
    classes = classify(net, features)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert np.array_equal(classes, expected(features))
    assert peak < n * width / 4  # 0.8 MB are the classes


def test_toggles_reads_a_file_piece_by_piece(tmp_path):
    n, width = 50_000, 200
    features = random_file(tmp_path / "features", n, width)
    net = high_bits(width)
    toggles(net, features[:10])
    tracemalloc.start()
    counts = toggles(net, features, threads=1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < n * width
    bits = np.unpackbits(np.asarray(features[:, 5]), bitorder="little").reshape(-1, 8)
    assert counts[1 + 40 : 1 + 48].tolist() == (bits[1:] != bits[:-1]).sum(0).tolist()


def test_simulate_takes_an_engine_of_so_many_cores():
    features = np.random.default_rng(0).integers(0, 256, (3000, 10), dtype=np.uint8)
    labels = expected(features)
    result = simulate(high_bits(10), features, labels, classes=32, engine=FastEngine(threads=1))
    assert (result.accuracy, result.engine) == (1, "fast")


@pytest.mark.slow
def test_a_large_set_streams_through(tmp_path):
    n, width = 2_000_000, 784
    features = random_file(tmp_path / "features", n, width)
    net = high_bits(width)
    tracemalloc.start()
    classes = classify(net, features)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * n + (50 << 20)
    assert np.array_equal(classes[-1000:], expected(features[-1000:]))
    assert np.array_equal(classes[::1000], expected(features[::1000]))


@pytest.mark.parametrize("n", [20_000, 60_000, 100_001])
def test_every_thread_has_as_many_pieces_all_of_a_size(n):
    schedule = make_schedule(random_netlist(gates=20_000))
    pieces = []
    FastEngine(threads=2).spread(lambda start, stop: pieces.append((start, stop)), n, schedule)
    pieces.sort()
    assert [start for start, _ in pieces] == [0, *(stop for _, stop in pieces[:-1])]
    assert pieces[-1][1] == n
    assert len(pieces) % 2 == 0
    sizes = [stop - start for start, stop in pieces]
    assert max(sizes) - min(sizes) <= 512 * len(pieces)


FORK = """
import os
import numpy as np
from nor2hdl.netlist import random_netlist
from nor2hdl.simulate import FastEngine

net = random_netlist(gates=20_000)
samples = np.random.default_rng(0).random((20_000, net.num_inputs)) < 0.5
before = FastEngine(threads=2).run(net, samples)
child = os.fork()
if not child:
    same = np.array_equal(FastEngine(threads=2).run(net, samples), before)
    os._exit(0 if same else 1)
raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the machine has no fork")
def test_a_forked_process_has_threads_of_its_own():
    subprocess.run([sys.executable, "-c", FORK], check=True, timeout=120)
