"""Switching activity against the differences of what the slow interpreter says of every net."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nor2hdl.errors import DataError, OptionError
from nor2hdl.netlist import Builder, interpret_nets, random_netlist
from nor2hdl.simulate import _fast, features_to_samples, toggles
from tests.strategies import netlists


def slow(net, samples):
    return np.diff(interpret_nets(net, samples), axis=0).sum(axis=0)


@settings(deadline=None, max_examples=100)
@given(netlists(max_gates=30), st.integers(1, 200), st.integers(0, 2**32))
def test_toggles_are_the_differences(net, n, seed):
    samples = np.random.default_rng(seed).random((n, net.num_inputs)) < 0.5
    counts = toggles(net, samples)
    assert counts.dtype == np.int64
    assert np.array_equal(counts, slow(net, samples))


@pytest.mark.parametrize("n", [1, 2, 63, 64, 65, 511, 512, 513, 2047, 2048, 2049, 4097])
@pytest.mark.parametrize("threads", [1, 2])
def test_toggles_at_the_edges_of_words_and_blocks(n, threads):
    net = random_netlist(gates=200, inputs=30, levels=5, fanin=7, outputs=3)  # most gates reach no output
    samples = np.random.default_rng(n).random((n, 30)) < 0.3
    assert np.array_equal(toggles(net, samples, threads=threads), slow(net, samples))


@pytest.mark.parametrize("threads", [1, 3])
def test_toggles_over_the_edges_of_pieces(threads, monkeypatch):
    monkeypatch.setattr(_fast, "_SAMPLES", 512)
    net = random_netlist(gates=100, inputs=16, levels=4, outputs=3)
    samples = np.random.default_rng(0).random((3000, 16)) < 0.5
    assert np.array_equal(toggles(net, samples, threads=threads), slow(net, samples))


def test_toggles_of_what_changes_each_time():
    builder = Builder()
    x = builder.input("x", 2)
    builder.output("y", [builder.nor(x[0])])
    builder.nor(builder.nor())
    samples = np.zeros((1000, 2), bool)
    samples[::2, 0] = True
    assert toggles(builder.freeze(), samples).tolist() == [0, 999, 0, 999, 0, 0]


def test_toggles_of_bytes_are_those_of_their_bits():
    net = random_netlist(gates=100, inputs=24, levels=4, outputs=3)
    features = np.random.default_rng(0).integers(0, 256, (700, 3), dtype=np.uint8)
    assert np.array_equal(toggles(net, features), slow(net, features_to_samples(features)))


def test_toggles_keeps_the_order_of_strided_samples():
    net = random_netlist(gates=100, inputs=24, levels=4, outputs=3)
    samples = (np.random.default_rng(0).random((700, 48)) < 0.5)[::-1, ::2]
    assert np.array_equal(toggles(net, samples), slow(net, samples))


@pytest.mark.parametrize(
    ("features", "text"),
    [
        (np.zeros((0, 16), bool), "features must hold at least one sample, not 0"),
        (
            np.zeros((2, 15), bool),
            "features must be bool [samples, 16] or 8 of these bits a byte, not bool [2, 15]",
        ),
        (
            np.zeros((2, 3), np.uint8),
            "features must be bool [samples, 16] or 8 of these bits a byte, not uint8 [2, 3]",
        ),
        (np.zeros(16, bool), "features must be bool [samples, 16] or 8 of these bits a byte, not bool [16]"),
        (
            np.zeros((1, 16)),
            "features must be bool [samples, 16] or 8 of these bits a byte, not float64 [1, 16]",
        ),
    ],
)
def test_toggles_refuses_what_does_not_fit(features, text):
    with pytest.raises(DataError) as caught:
        toggles(random_netlist(gates=5, inputs=16, levels=2, outputs=1), features)
    assert str(caught.value) == text


def test_toggles_refuses_less_than_a_thread():
    net = random_netlist(gates=5, inputs=16, levels=2, outputs=1)
    with pytest.raises(OptionError) as caught:
        toggles(net, np.zeros((2, 16), bool), threads=0)
    assert str(caught.value) == "threads must be at least 1, or None for all cores, not 0"
