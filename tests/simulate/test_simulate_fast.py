"""The fast engine against the reference, bit for bit."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nor2hdl.errors import DataError, OptionError
from nor2hdl.netlist import Builder, interpret, random_netlist, read_netlist
from nor2hdl.simulate import (
    FastEngine,
    _fast,
    features_to_samples,
    pack_features,
    pack_samples,
    unpack_samples,
)
from nor2hdl.simulate._schedule import schedule_of
from tests.strategies import netlists

BOUNDARIES = (1, 63, 64, 65, 511, 512, 513, 2047, 2048, 2049)


def random_bits(n, width, seed=0):
    return np.random.default_rng(seed).random((n, width)) < 0.5


@settings(deadline=None, max_examples=200)
@given(netlists(max_inputs=12, max_gates=40), st.integers(1, 200), st.integers(0, 2**32))
def test_fast_is_the_reference(net, n, seed):
    samples = random_bits(n, net.num_inputs, seed)
    outputs = FastEngine().run(net, samples)
    assert outputs.dtype == bool
    assert outputs.shape == (n, net.num_outputs)
    assert np.array_equal(outputs, interpret(net, samples))


@pytest.mark.parametrize("n", BOUNDARIES)
def test_fast_at_the_edges_of_words_and_blocks(n):
    net = random_netlist(gates=300, inputs=37, levels=6, fanin=7, outputs=20)
    samples = random_bits(n, 37)
    assert np.array_equal(FastEngine().run(net, samples), interpret(net, samples))


def test_fast_takes_every_fan_in():
    builder = Builder()
    x = builder.input("x", 70)
    builder.output("y", [builder.nor(*x[:k]) for k in range(71)])
    net = builder.freeze()
    one_hot = np.eye(70, dtype=bool)
    expected = np.arange(71)[None, :] <= np.arange(70)[:, None]  # input k is in the gates above k
    assert np.array_equal(FastEngine().run(net, one_hot), expected)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32), st.integers(1, 1100), st.sampled_from([1, 2, 3]))
def test_fast_takes_wide_gates_constants_and_any_output(seed, n, threads):
    rng = np.random.default_rng(seed)
    builder = Builder()
    builder.input("x", int(rng.integers(0, 10)))
    for _ in range(rng.integers(0, 40)):
        builder.nor(*rng.integers(0, builder.num_nets, rng.integers(0, 12)).tolist())
    builder.output("y", rng.integers(0, builder.num_nets, rng.integers(0, 12)).tolist())
    net = builder.freeze()
    samples = random_bits(n, net.num_inputs, seed)
    assert np.array_equal(FastEngine(threads).run(net, samples), interpret(net, samples))


def far_netlist(width=5000, layers=4):
    """Return two-input gates, each layer on random nets of the one below: every other operand is far."""
    rng = np.random.default_rng(0)
    builder = Builder()
    below = np.array(builder.input("x", width))
    for _ in range(layers):
        pairs = rng.permutation(np.tile(below, 2)).reshape(-1, 2)
        below = np.array([builder.nor(*pair) for pair in pairs.tolist()])
    builder.output("y", below.tolist())
    return builder.freeze()


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("near", [1 << 23, 0])
@pytest.mark.parametrize("width", [3, 8, 39, 120])
def test_far_operands_and_large_results(width, near, threads, monkeypatch):
    monkeypatch.setattr(_fast, "_NEAR", near)  # lines together: 4, or 2
    net = far_netlist()
    schedule = schedule_of(net)
    assert 4 * schedule.far > len(schedule.operations)
    words = np.random.default_rng(width).integers(0, 2**64, (5000, width), dtype=np.uint64)
    results = FastEngine(threads).run_packed(net, words)
    samples = unpack_samples(words, 64 * width)
    pick = np.unique(np.linspace(0, 64 * width - 1, 40).astype(int))
    assert np.array_equal(unpack_samples(results, 64 * width)[pick], interpret(net, samples[pick]))


def test_fast_runs_on_no_words():
    net = random_netlist(gates=5, inputs=3, levels=2, outputs=2)
    assert FastEngine().run_packed(net, np.zeros((3, 0), np.uint64)).shape == (2, 0)


def test_fast_refuses_less_than_a_thread():
    with pytest.raises(OptionError) as caught:
        FastEngine(threads=0)
    assert str(caught.value) == "threads must be at least 1, or None for all cores, not 0"


def test_fast_uses_all_cores_unless_told():
    assert FastEngine().threads == len(os.sched_getaffinity(0))
    assert FastEngine(3).threads == 3


def test_an_error_in_a_thread_is_raised():
    def work(begin, end):
        if begin == 2:
            raise ValueError("two")

    with pytest.raises(ValueError, match="two"):
        _fast.in_parallel(work, [0, 1, 2, 3], 2)


@pytest.mark.slow
def test_fast_on_a_trained_circuit(digits_build):
    net = read_netlist(digits_build.folder / "minimized.nor")
    samples = random_bits(2000, net.num_inputs)
    assert np.array_equal(FastEngine().run(net, samples), interpret(net, samples))


def test_fast_reads_read_only_and_strided_samples():
    net = random_netlist(gates=50, inputs=8, levels=3, outputs=4)
    samples = random_bits(100, 16)[::2, ::2]
    samples.flags.writeable = False
    assert np.array_equal(FastEngine().run(net, samples), interpret(net, samples))


def test_fast_does_not_write_to_its_input():
    net = random_netlist(gates=50, inputs=8, levels=3, outputs=4)
    words = pack_samples(random_bits(100, 8))
    before = words.copy()
    FastEngine().run_packed(net, words)
    assert np.array_equal(words, before)


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 200), st.integers(0, 20), st.integers(0, 2**32))
def test_pack_and_unpack_are_inverse(n, width, seed):
    samples = random_bits(n, width, seed)
    words = pack_samples(samples)
    assert words.dtype == np.uint64
    assert words.shape == (width, -(-n // 64))
    assert np.array_equal(unpack_samples(words, n), samples)


@pytest.mark.parametrize("n", BOUNDARIES)
def test_pack_features_is_pack_of_bits(n):
    features = np.random.default_rng(n).integers(0, 256, (n, 5), dtype=np.uint8)
    assert np.array_equal(pack_features(features), pack_samples(features_to_samples(features)))


def test_features_to_samples_has_the_low_bit_first():
    bits = features_to_samples(np.array([[1, 0x80], [0x12, 0xFF]], np.uint8))
    assert bits.dtype == bool
    assert np.flatnonzero(bits[0]).tolist() == [0, 15]
    assert np.flatnonzero(bits[1]).tolist() == [1, 4, *range(8, 16)]


def test_packed_outputs_past_the_last_sample_are_those_of_false_inputs():
    builder = Builder()
    builder.output("y", [builder.nor(*builder.input("x"))])
    words = FastEngine().run_packed(builder.freeze(), pack_samples(np.ones((3, 1), bool)))
    assert words.tolist() == [[2**64 - 8]]


@pytest.mark.parametrize(
    ("samples", "text"),
    [
        (np.zeros((0, 3), bool), "samples must hold at least one row, not 0"),
        (np.zeros((2, 4), bool), "samples must be bool [samples, 3], not bool [2, 4]"),
        (np.zeros((2, 3), np.uint8), "samples must be bool [samples, 3], not uint8 [2, 3]"),
        (np.zeros(3, bool), "samples must be bool [samples, 3], not bool [3]"),
    ],
)
def test_fast_refuses_samples_that_do_not_fit(samples, text):
    net = random_netlist(gates=5, inputs=3, levels=2, outputs=1)
    with pytest.raises(OptionError) as caught:
        FastEngine().run(net, samples)
    assert str(caught.value) == text


def test_run_packed_refuses_words_that_do_not_fit():
    net = random_netlist(gates=5, inputs=3, levels=2, outputs=1)
    with pytest.raises(OptionError) as caught:
        FastEngine().run_packed(net, np.zeros((4, 2), np.uint64))
    assert str(caught.value) == "words must be uint64 [3, words], not uint64 [4, 2]"
    with pytest.raises(OptionError) as caught:
        FastEngine().run_packed(net, np.zeros((3, 2), np.int64))
    assert str(caught.value) == "words must be uint64 [3, words], not int64 [3, 2]"


def test_unpack_refuses_more_samples_than_there_are():
    with pytest.raises(OptionError) as caught:
        unpack_samples(np.zeros((1, 2), np.uint64), 129)
    assert str(caught.value) == "number of samples must be in 0..128, not 129"


@pytest.mark.parametrize("convert", [features_to_samples, pack_features])
def test_features_must_be_rows_of_bytes(convert):
    with pytest.raises(DataError) as caught:
        convert(np.zeros((2, 3), np.int64))
    assert str(caught.value) == "features must be uint8 [samples, features], not int64 [2, 3]"
    with pytest.raises(DataError) as caught:
        convert(np.zeros((0, 3), np.uint8))
    assert str(caught.value) == "features must hold at least one sample, not 0"


def test_import_loads_neither_numba_nor_amaranth():
    program = (
        "import sys, nor2hdl.simulate\n"
        "print(*sorted({m.split('.')[0] for m in sys.modules} & {'numba', 'amaranth', 'torch', 'sklearn'}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_kernels_run_where_no_folder_can_hold_their_cache():
    program = (
        "import numpy as np\n"
        "from numba.core.caching import CacheImpl\n"
        "CacheImpl._locator_classes = []\n"
        "from nor2hdl.simulate import pack_samples\n"
        "print(pack_samples(np.zeros((7, 3), bool)).shape)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "(3, 1)"


def test_ten_thousand_samples_of_100k_gates_take_a_second_at_most():
    net = random_netlist(gates=100_000, inputs=6272, outputs=16)
    features = np.random.default_rng(0).integers(0, 256, (10_000, 784), dtype=np.uint8)
    FastEngine().run_packed(net, pack_features(features[:64]))  # compiles, or loads from the cache
    start = time.process_time()
    FastEngine().run_packed(net, pack_features(features))
    assert time.process_time() - start <= 1  # 0.05 s on an idle core


@pytest.mark.slow
def test_a_million_gates_fit_in_memory():
    net = random_netlist(gates=1_000_000, inputs=6272, outputs=16)
    samples = random_bits(10_000, 6272)
    start = time.process_time()
    outputs = FastEngine().run(net, samples)
    assert time.process_time() - start <= 20  # 0.5 s on an idle core
    pick = samples[::1000]
    assert np.array_equal(outputs[::1000], interpret(net, pick))
