"""Samples to machine words and back: 64 samples share a word, so that one instruction serves them all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nor2hdl.errors import DataError, OptionError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist

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
    return pack_rows(features, np.arange(8 * features.shape[1], dtype=np.int32))


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

    Raises
    ------
    DataError
        If `samples` is not a two-dimensional bool array.

    Examples
    --------
    >>> pack_samples(np.array([[True, False], [True, True]])).tolist()
    [[3], [2]]
    """
    if samples.ndim != 2 or samples.dtype != np.bool_:
        raise DataError(f"samples must be bool [samples, bits], not {_shown(samples)}")
    return pack_rows(samples, np.arange(samples.shape[1], dtype=np.int32))


def pack_rows(data: NDArray[Any], columns: NDArray[np.int32]) -> NDArray[np.uint64]:
    """Pack only those bits that are asked for.

    Parameters
    ----------
    data : bool [n, bits] or uint8 [n, features]
        One row a sample; a byte stands for 8 bits, low bit first.
    columns : int32 [columns]
        The bits wanted, each once.

    Returns
    -------
    uint64 [columns, ceil(n / 64)]
        Row ``i`` holds bit ``columns[i]`` of each sample, in the layout of `pack_samples`.
    """
    from nor2hdl.simulate._pack_kernel import pack  # loads numba, which takes long

    bits = 1 if data.dtype == np.bool_ else 8
    rows = np.full(bits * data.shape[1], -1, np.int32)
    rows[columns] = np.arange(len(columns))
    words = np.zeros((len(columns), -(-len(data) // WORD)), np.uint64)
    pack(frozen(data.view(np.uint8)), bits, rows, words)
    return words


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """Return a contiguous read-only view or copy: the one kind of array that kernels are compiled for."""
    view = np.ascontiguousarray(array).view(np.ndarray)
    view.flags.writeable = False
    return view


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
        If `words` is not a two-dimensional uint64 array, `n` is negative, or the words hold fewer samples.

    Examples
    --------
    >>> unpack_samples(np.array([[3], [2]], np.uint64), 2).tolist()
    [[True, False], [True, True]]
    """
    if words.ndim != 2 or words.dtype != np.uint64:
        raise OptionError(f"words must be uint64 [bits, words], not {_shown(words)}")
    if not 0 <= n <= WORD * words.shape[1]:
        raise OptionError(f"number of samples must be in 0..{WORD * words.shape[1]}, not {n!r}")
    from nor2hdl.simulate._pack_kernel import unpack  # loads numba, which takes long

    samples = np.empty((n, len(words)), np.uint8)
    unpack(frozen(words), samples)
    return samples.view(np.bool_)


def check_rows(net: Netlist, features: NDArray[Any]) -> None:
    """Raise `DataError` unless `features` is a non-empty set of rows of bits, or of bytes, for `net`."""
    of_bits = features.dtype == np.bool_ and features.shape[1:] == (net.num_inputs,)
    of_bytes = features.dtype == np.uint8 and features.ndim == 2 and 8 * features.shape[1] == net.num_inputs
    if not of_bits and not of_bytes:
        raise DataError(
            f"features must be bool [samples, {net.num_inputs}] or 8 of these bits a byte, "
            f"not {_shown(features)}"
        )
    if len(features) == 0:
        raise DataError("features must hold at least one sample, not 0")


def _shown(array: NDArray[Any]) -> str:
    return f"{array.dtype} [{', '.join(map(str, array.shape))}]"
