"""The inner loops of the fast engine; importing this module loads numba, so others do it late."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.jit import jit
from nor2hdl.simulate._lines import LINE, changes, copy_lines, fetch_lines, or_lines, stream_lines

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.simulate._lines import Lines

    Ints = NDArray[np.int32]
    Longs = NDArray[np.int64]
    Words = NDArray[np.uint64]

MUCH = 1 << 22
"""Bytes of results that would push everything else out of the cache."""


@jit
def _sweep(base: int, operations: Ints, ahead: int, lines: Lines) -> None:
    """Carry out all operations on the slots at address `base`."""
    size = len(operations)
    stride = 64 * len(lines)
    for k in range(size):
        if ahead:
            # The second operand is the one that was not used just before: see `chains`.
            soon = np.int64(operations[min(k + ahead, size - 1), 1])
            fetch_lines(base + (soon ^ soon >> 63) * stride, lines)
        a, b = np.int64(operations[k, 0]), np.int64(operations[k, 1])
        flip_a, flip_b = a >> 63, b >> 63
        target = base + np.int64(operations[k, 2]) * stride
        or_lines(target, base + (a ^ flip_a) * stride, base + (b ^ flip_b) * stride, flip_a, flip_b, lines)


@jit
def _fill_part(rows: Ints, words: Words, values: Words, begin: int, span: int) -> None:
    """Put the last words of the inputs, from word `begin` on, into their slots of `span` words."""
    for i in range(len(rows)):
        for w in range(words.shape[1] - begin):
            values[span * (1 + i) + w] = words[rows[i], begin + w]


@jit
def _fill(rows: Ints, words: Words, values: Words, begin: int, lines: Lines) -> None:
    """Put constant false and the inputs, from word `begin` on, into the first slots."""
    span = LINE * len(lines)
    width = words.shape[1]
    for w in range(span):
        values[w] = 0
    if begin + span > width:
        _fill_part(rows, words, values, begin, span)
        return
    source, target = words.ctypes.data + 8 * begin, values.ctypes.data + 8 * span
    for i in range(len(rows)):
        copy_lines(target + 8 * span * i, source + 8 * width * rows[i], 0, lines)


@jit
def _drain(outputs: Ints, results: Words, values: Words, begin: int, lines: Lines) -> None:
    """Write the outputs to `results`, from word `begin` on."""
    stride, pitch = 64 * len(lines), 8 * results.shape[1]
    source, target = values.ctypes.data, results.ctypes.data + 8 * begin
    large = results.nbytes > MUCH
    for o in range(len(outputs)):
        operand = np.int64(outputs[o])
        flip = operand >> 63
        if large:
            stream_lines(target + pitch * o, source + stride * (operand ^ flip), flip, lines)
        else:
            copy_lines(target + pitch * o, source + stride * (operand ^ flip), flip, lines)


@jit
def _block(
    operations: Ints,
    rows: Ints,
    outputs: Ints,
    words: Words,
    results: Words,
    values: Words,
    begin: int,
    ahead: int,
    lines: Lines,
) -> None:
    """Evaluate as many lines as `lines` is long, from word `begin` on.

    Every number of lines is compiled by itself, and so without loops over lines.
    """
    _fill(rows, words, values, begin, lines)
    _sweep(values.ctypes.data, operations, ahead, lines)
    _drain(outputs, results, values, begin, lines)


@jit
def evaluate(
    operations: Ints,
    rows: Ints,
    outputs: Ints,
    words: Words,
    results: Words,
    values: Words,
    begin: int,
    end: int,
    lines: int,
    ahead: int,
) -> None:
    """Fill the lines `begin` to `end` of `results` [output bits, 8 * lines] from `words` [rows, W].

    Input ``i`` of the schedule stands in row ``rows[i]`` of `words`. At most `lines` lines, 4, 2 or 1, are
    worked on together, in `values`: room for as many lines a slot. The addresses of `results` and `values`
    are multiples of 64.
    Operands are fetched `ahead` operations before they are used, or not where that is 0.
    """
    while begin < end:
        while lines > end - begin:
            lines //= 2
        word = LINE * begin
        if lines == 4:
            _block(operations, rows, outputs, words, results, values, word, ahead, (0, 0, 0, 0))
        elif lines == 2:
            _block(operations, rows, outputs, words, results, values, word, ahead, (0, 0))
        else:
            _block(operations, rows, outputs, words, results, values, word, ahead, (0,))
        begin += lines


@jit
def _kept(n: int, begin: int, span: int) -> Words:
    """Return words with a one for each of `n` samples but the first, `span` of them from word `begin` on."""
    keep = np.zeros(span, np.uint64)
    for w in range(span):
        left = n - 64 * (begin + w)
        if left > 0:
            keep[w] = ~np.uint64(0) >> np.uint64(64 - min(left, 64))
    if begin == 0:
        keep[0] &= ~np.uint64(1)
    return keep


@jit
def count_changes(operations: Ints, words: Words, n: int, counts: Longs, values: Words, lines: Lines) -> None:
    """Add to `counts` [1 + inputs + operations] how often each changes from one of `n` samples to the next.

    Row ``i`` of `words` [inputs, W] is input ``i`` of the schedule; `values` as for `evaluate`.
    """
    base = values.ctypes.data
    span = LINE * len(lines)
    stride = 8 * span
    inputs = len(words)
    rows = np.arange(inputs).astype(np.int32)
    before = np.zeros(len(counts), np.uint64)  # the last word of the block before
    for begin in range(0, words.shape[1], span):
        keep = _kept(n, begin, span)
        kept = keep.ctypes.data
        _fill(rows, words, values, begin, lines)
        for i in range(1, 1 + inputs):
            counts[i] += changes(base + i * stride, before[i], kept, lines)
            before[i] = values[span * i + span - 1]
        for k in range(len(operations)):
            a, b, slot = np.int64(operations[k, 0]), np.int64(operations[k, 1]), np.int64(operations[k, 2])
            flip_a, flip_b, target = a >> 63, b >> 63, base + slot * stride
            or_lines(
                target, base + (a ^ flip_a) * stride, base + (b ^ flip_b) * stride, flip_a, flip_b, lines
            )
            i = 1 + inputs + k
            counts[i] += changes(target, before[i], kept, lines)
            before[i] = values[span * slot + span - 1]
