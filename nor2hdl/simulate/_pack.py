"""Samples to machine words and back: 64 samples share a word, so that one instruction serves them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.errors import DataError, OptionError

if TYPE_CHECKING:
    from numpy.typing import NDArray

WORD = 64


def check_features(features: NDArray[np.uint8]) -> None:
    """Raise `DataError` unless `features` is a non-empty set of rows of bytes."""
    if features.ndim != 2 or features.dtype != np.uint8:
        shape = ", ".join(map(str, features.shape))
        raise DataError(f"features must be uint8 [samples, features], not {features.dtype} [{shape}]")
    if len(features) == 0:
        raise DataError("features must hold at least one sample, not 0")


def features_to_samples(features: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Spread bytes into the input bits of a circuit with a ``pix`` port.

    Parameters
    ----------
    features : uint8 [n, features]
        One row a sample.

    Returns
    -------
    bool [n, 8 * features]
        Byte ``p`` at bits ``8 * p`` to ``8 * p + 7``, low bit first.

    Raises
    ------
    DataError
        If `features` is not a two-dimensional uint8 array or holds no sample.

    Examples
    --------
    >>> features_to_samples(np.array([[5, 128]], np.uint8)).astype(int).tolist()
    [[1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]]
    """
    check_features(features)
    return np.unpackbits(features, axis=1, bitorder="little").view(np.bool_)


def pack_features(features: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Pack bytes into the words that `FastEngine.run_packed` takes, without a detour through single bits.

    Parameters
    ----------
    features : uint8 [n, features]
        One row a sample.

    Returns
    -------
    uint64 [8 * features, ceil(n / 64)]
        Bit ``j`` of word ``w`` in row ``8 * p + b`` is bit ``b`` of byte ``p`` of sample ``64 * w + j``; the
        bits past the last sample are 0.

    Raises
    ------
    DataError
        If `features` is not a two-dimensional uint8 array or holds no sample.

    Examples
    --------
    >>> pack_features(np.array([[1], [3], [2]], np.uint8))[:3].tolist()
    [[3], [6], [0]]
    """
    check_features(features)
    return _pack_bytes(features)


def pack_samples(samples: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Pack bits into the words that `FastEngine.run_packed` takes.

    Parameters
    ----------
    samples : bool [n, bits]
        One row a sample.

    Returns
    -------
    uint64 [bits, ceil(n / 64)]
        Bit ``j`` of word ``w`` in row ``i`` is bit ``i`` of sample ``64 * w + j``; the bits past the last
        sample are 0.

    Examples
    --------
    >>> pack_samples(np.array([[True, False], [True, True]])).tolist()
    [[3], [2]]
    """
    # Whole bytes are ten times cheaper to transpose than single bits.
    return _pack_bytes(np.packbits(samples, axis=1, bitorder="little"))[: samples.shape[1]]


def _pack_bytes(rows: NDArray[np.uint8]) -> NDArray[np.uint64]:
    n, width = rows.shape
    columns = np.ascontiguousarray(rows.T)
    packed = np.zeros((width, 8, -(-n // WORD) * WORD // 8), np.uint8)
    for bit in range(8):
        packed[:, bit, : -(-n // 8)] = np.packbits(columns & np.uint8(1 << bit), axis=1, bitorder="little")
    return packed.reshape(8 * width, packed.shape[2]).view(np.uint64)


def unpack_samples(words: NDArray[np.uint64], n: int) -> NDArray[np.bool_]:
    """Turn packed words back into the bits of `n` samples: the inverse of `pack_samples`.

    Parameters
    ----------
    words : uint64 [bits, W]
        As `FastEngine.run_packed` returns them.
    n
        Number of samples, at most ``64 * W``.

    Returns
    -------
    bool [n, bits]
        One row a sample.

    Raises
    ------
    OptionError
        If `n` is negative or the words hold fewer samples.

    Examples
    --------
    >>> unpack_samples(np.array([[3], [2]], np.uint64), 2).tolist()
    [[True, False], [True, True]]
    """
    if not 0 <= n <= WORD * words.shape[1]:
        raise OptionError(f"number of samples must be in 0..{WORD * words.shape[1]}, not {n!r}")
    bits = np.unpackbits(np.ascontiguousarray(words).view(np.uint8), axis=1, count=n, bitorder="little")
    return np.ascontiguousarray(bits.T).view(np.bool_)
