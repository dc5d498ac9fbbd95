"""The loops that turn samples into words and back; importing this module loads numba: others do it late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import types
from numba.extending import intrinsic

from nor2hdl.jit import jit

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Ints = NDArray[np.int32]
    Longs = NDArray[np.int64]
    Words = NDArray[np.uint64]

WORD = 64
_BYTES = ir.VectorType(ir.IntType(8), WORD)
_WORDS = ir.VectorType(ir.IntType(64), 8)


def _gather_bit(_context: Any, _address: Any, _bit: Any) -> Any:
    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        row = builder.load(builder.inttoptr(arguments[0], _BYTES.as_pointer()), align=1)
        bit = builder.trunc(arguments[1], ir.IntType(8))
        one = builder.insert_element(ir.Constant(_BYTES, ir.Undefined), bit, ir.IntType(32)(0))
        first = _constant(ir.VectorType(ir.IntType(32), WORD), 0)
        mask = builder.shuffle_vector(one, ir.Constant(_BYTES, ir.Undefined), first)
        found = builder.icmp_unsigned("!=", builder.and_(row, mask), _constant(_BYTES, 0))
        return builder.bitcast(found, ir.IntType(64))

    return types.uint64(types.intp, types.intp), generate


def _spread_bits(_context: Any, _address: Any, _word: Any) -> Any:
    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        bits = builder.bitcast(arguments[1], ir.VectorType(ir.IntType(1), WORD))
        place = builder.inttoptr(arguments[0], _BYTES.as_pointer())
        builder.store(builder.zext(bits, _BYTES), place, align=1)
        return context.get_dummy_value()

    return types.void(types.intp, types.uint64), generate


def _constant(kind: Any, number: int) -> Any:
    return ir.Constant(kind, [number] * kind.count)


def _exchange(builder: Any, a: Any, b: Any, step: int) -> tuple[Any, Any]:
    """Exchange the upper bits of every two fields of `step` bits in `a` with the lower ones in `b`."""
    shift, mask = _constant(_WORDS, step), _constant(_WORDS, _lower(step))
    change = builder.and_(builder.xor(builder.lshr(a, shift), b), mask)
    return builder.xor(a, builder.shl(change, shift)), builder.xor(b, change)


def _exchange_within(builder: Any, row: Any, step: int) -> Any:
    """Do as `_exchange` with the words of one vector that are `step` apart."""
    lanes = range(_WORDS.count)
    partners = ir.Constant(ir.VectorType(ir.IntType(32), _WORDS.count), [lane ^ step for lane in lanes])
    other = builder.shuffle_vector(row, row, partners)
    first, _ = _exchange(builder, row, other, step)
    _, second = _exchange(builder, other, row, step)
    is_first = ir.Constant(ir.VectorType(ir.IntType(1), _WORDS.count), [not lane & step for lane in lanes])
    return builder.select(is_first, first, second)


def _lower(step: int) -> int:
    return sum(1 << bit for bit in range(WORD) if not bit & step)


def _transpose(_context: Any, _address: Any) -> Any:
    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        size = _WORDS.count
        places = [
            builder.inttoptr(builder.add(arguments[0], ir.IntType(64)(8 * k)), _WORDS.as_pointer())
            for k in range(0, WORD, size)
        ]
        rows = [builder.load(place, align=8) for place in places]
        for hop in (4, 2, 1):
            for k in range(size):
                if not k & hop:
                    rows[k], rows[k + hop] = _exchange(builder, rows[k], rows[k + hop], hop * size)
        for step in (4, 2, 1):
            rows = [_exchange_within(builder, row, step) for row in rows]
        for row, place in zip(rows, places, strict=True):
            builder.store(row, place, align=8)
        return context.get_dummy_value()

    return types.void(types.intp), generate


gather_bit: Callable[[int, int], np.uint64] = intrinsic(_gather_bit)
"""Return, of 64 bytes at an address, the bit that the mask shows, as a word."""

spread_bits: Callable[[int, np.uint64], None] = intrinsic(_spread_bits)
"""Store a word as 64 bytes of 0 and 1 at an address."""

transpose: Callable[[int], None] = intrinsic(_transpose)
"""Exchange rows and columns of 64 x 64 bits at an address (H. S. Warren, Hacker's Delight, section 7-3)."""


@jit
def _gather(data: Bytes, start: int, column: int, mask: int, square: Words, scratch: Bytes) -> None:
    """Fill `square` with one bit of 64 columns of 64 samples, a row a sample."""
    n, width = data.shape
    samples = min(WORD, n - start)
    address, stride = data.ctypes.data + start * width + column, width
    if width - column < WORD:  # the rows end before 64 bytes do
        for s in range(samples):
            for c in range(width - column):
                scratch[s, c] = data[start + s, column + c]
        address, stride = scratch.ctypes.data, WORD
    for s in range(samples):
        square[s] = gather_bit(address + s * stride, mask)
    for s in range(samples, WORD):
        square[s] = 0


@jit
def pack(data: Bytes, bits: int, rows: Ints, words: Words) -> None:
    """Fill `words` [any, ceil(n / 64)] from the lowest `bits` bits of the bytes `data` [n, width].

    Bit ``b`` of column ``c`` goes to row ``rows[bits * c + b]``, or nowhere where that is -1.
    """
    width = data.shape[1]
    square = np.empty(WORD, np.uint64)
    scratch = np.zeros((WORD, WORD), np.uint8)
    wanted = np.zeros((1 + width // WORD, bits), np.bool_)
    for c in range(width):
        for bit in range(bits):
            wanted[c // WORD, bit] |= rows[bits * c + bit] >= 0
    for w in range(words.shape[1]):
        for column in range(0, width, WORD):
            for bit in range(bits):
                if not wanted[column // WORD, bit]:
                    continue
                _gather(data, WORD * w, column, 1 << bit, square, scratch)
                transpose(square.ctypes.data)
                for c in range(min(WORD, width - column)):
                    row = rows[bits * (column + c) + bit]
                    if row >= 0:
                        words[row, w] = square[c]


@jit
def read_numbers(words: Words, numbers: Longs) -> None:
    """Fill `numbers` [n]: bit ``b`` of each is what row ``b`` of at most 64 rows of `words` holds."""
    square = np.empty(WORD, np.uint64)
    for w in range(words.shape[1]):
        for b in range(WORD):
            square[b] = words[b, w] if b < len(words) else np.uint64(0)
        transpose(square.ctypes.data)
        for s in range(min(WORD, len(numbers) - WORD * w)):
            numbers[WORD * w + s] = np.int64(square[s])


@jit
def unpack(words: Words, data: Bytes) -> None:
    """Fill `data` [n, width] with 0 and 1, column ``c`` from row ``c`` of `words` [width, any]."""
    n, width = data.shape
    square = np.empty(WORD, np.uint64)
    for w in range(-(-n // WORD)):
        samples = min(WORD, n - WORD * w)
        for column in range(0, width, WORD):
            columns = min(WORD, width - column)
            for c in range(WORD):
                square[c] = words[column + c, w] if c < columns else np.uint64(0)
            transpose(square.ctypes.data)
            if columns == WORD:
                address = data.ctypes.data + WORD * w * width + column
                for s in range(samples):
                    spread_bits(address + s * width, square[s])
            else:
                for s in range(samples):
                    for c in range(columns):
                        data[WORD * w + s, column + c] = square[s] >> np.uint64(c) & np.uint64(1)
