"""Packing bit by bit, as NumPy would do it."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nor2hdl.errors import DataError, OptionError
from nor2hdl.netlist import Builder
from nor2hdl.simulate import FastEngine, pack_features, pack_samples, unpack_samples
from nor2hdl.simulate._pack import pack_rows
from nor2hdl.simulate._pack_kernel import read_numbers


def slow(samples):
    """Pack bool [n, bits] with NumPy alone."""
    n, width = samples.shape
    padded = np.zeros((-(-n // 64) * 64, width), bool)
    padded[:n] = samples
    return np.packbits(np.ascontiguousarray(padded.T), axis=1, bitorder="little").view(np.uint64)


@settings(deadline=None, max_examples=100)
@given(st.integers(1, 200), st.integers(1, 200), st.integers(0, 2**32))
def test_pack_samples_is_what_numpy_packs(n, width, seed):
    samples = np.random.default_rng(seed).random((n, width)) < 0.5
    assert np.array_equal(pack_samples(samples), slow(samples))


@settings(deadline=None, max_examples=100)
@given(st.integers(1, 150), st.integers(1, 140), st.integers(0, 2**32))
def test_only_what_is_asked_for_is_packed(n, width, seed):
    rng = np.random.default_rng(seed)
    features = rng.integers(0, 256, (n, width), dtype=np.uint8)
    columns = rng.permutation(8 * width)[: rng.integers(0, 40)].astype(np.int32)
    bits = np.unpackbits(features, axis=1, bitorder="little").view(bool)
    assert np.array_equal(pack_rows(features, columns), slow(bits[:, columns]))
    assert np.array_equal(pack_rows(bits, columns), slow(bits[:, columns]))


@pytest.mark.parametrize("width", [0, 1, 63, 64, 65, 128])
def test_pack_features_of_any_width(width):
    features = np.random.default_rng(width).integers(0, 256, (130, width), dtype=np.uint8)
    bits = np.unpackbits(features, axis=1, bitorder="little").view(bool)
    assert np.array_equal(pack_features(features), slow(bits))


def test_pack_reads_what_is_read_only_strided_or_mapped(tmp_path):
    features = np.memmap(tmp_path / "features", np.uint8, "w+", shape=(150, 80))
    features[:] = np.random.default_rng(0).integers(0, 256, features.shape, dtype=np.uint8)
    expected = pack_features(np.array(features))
    readable = np.memmap(tmp_path / "features", np.uint8, "r", shape=(150, 80))
    assert np.array_equal(pack_features(readable), expected)
    assert np.array_equal(pack_features(readable[:, ::2])[:8], expected[:8])
    assert np.array_equal(pack_features(np.asfortranarray(readable)), expected)


@pytest.mark.parametrize("width", [0, 1, 5, 63])
@pytest.mark.parametrize("n", [1, 63, 64, 65, 200])
def test_numbers_are_rows_of_bits(n, width):
    samples = np.random.default_rng(n).random((n, width)) < 0.5
    numbers = np.empty(n, np.int64)
    read_numbers(pack_samples(samples), numbers)
    assert np.array_equal(numbers, samples @ (np.int64(1) << np.arange(width)))


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 2**32))
def test_unpack_samples_is_what_numpy_unpacks(n, width, seed):
    words = np.random.default_rng(seed).integers(0, 2**64, (width, 4), dtype=np.uint64)
    bits = np.unpackbits(words.view(np.uint8), axis=1, count=n, bitorder="little").T
    samples = unpack_samples(words, n)
    assert samples.dtype == bool
    assert np.array_equal(samples, bits)


def test_unpack_takes_rows_that_are_part_of_larger_ones():
    samples = np.random.default_rng(0).random((100, 9)) < 0.5
    words = np.zeros((9, 8), np.uint64)
    words[:, :2] = pack_samples(samples)
    assert np.array_equal(unpack_samples(words[:, :2], 100), samples)


@pytest.mark.parametrize("dtype", ["int64", "uint8", "float64"])
def test_what_is_not_bits_is_refused(dtype):
    with pytest.raises(DataError, match=rf"^samples must be bool \[samples, bits\], not {dtype} \[3, 2\]$"):
        pack_samples(np.zeros((3, 2), dtype))


@pytest.mark.parametrize("dtype", [">u8", "int64"])
def test_what_is_not_words_is_refused(dtype):
    with pytest.raises(OptionError, match=r"^words must be uint64 \[bits, words\], not "):
        unpack_samples(np.zeros((3, 2), dtype), 5)


RULE = "features must be bool [samples, 16] or 8 of these bits a byte"


@pytest.mark.parametrize(
    ("features", "message"),
    [
        (np.zeros((3, 2), np.int64), f"{RULE}, not int64 [3, 2]"),
        (np.zeros((3, 3), np.uint8), f"{RULE}, not uint8 [3, 3]"),
        (np.zeros((0, 2), np.uint8), "features must hold at least one sample, not 0"),
    ],
)
def test_numbers_refuses_what_does_not_fit(features, message):
    builder = Builder()
    builder.output("y", builder.input("x", 16))
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        FastEngine().numbers(builder.freeze(), features)


def test_numbers_have_63_bits():
    builder = Builder()
    builder.output("y", builder.input("x", 64))
    with pytest.raises(OptionError, match=r"^outputs must be at most 63 bits to be a number, not 64$"):
        FastEngine().numbers(builder.freeze(), np.zeros((1, 8), np.uint8))
