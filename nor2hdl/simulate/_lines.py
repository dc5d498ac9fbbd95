"""Vector instructions for the inner loops of the fast engine; importing this module loads numba.

The values of a slot stand together, a few *lines* of 8 words: a cache line, or a register of AVX-512. The
operations on them are written as LLVM vectors, so that they are whole lines on every machine, whatever LLVM
makes of a loop; a narrower machine takes several instructions for each. How many lines is the length of the
tuple that comes last: a constant to the compiler.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import cgutils, types
from numba.extending import intrinsic

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    Lines = tuple[int, ...]
    Address = int | np.int64
    Flip = int | np.int64

LINE = 8
"""Words of a line."""

_VECTOR = ir.VectorType(ir.IntType(64), LINE)
_UNDEFINED = ir.Constant(_VECTOR, ir.Undefined)
_FIRST = ir.Constant(ir.VectorType(ir.IntType(32), LINE), [0] * LINE)


def _address(builder: Any, start: Any, line: int, kind: Any) -> Any:
    return builder.inttoptr(builder.add(start, ir.IntType(64)(64 * line)), kind.as_pointer())


def _splat(builder: Any, number: Any) -> Any:
    one = builder.insert_element(_UNDEFINED, number, ir.IntType(32)(0))
    return builder.shuffle_vector(one, _UNDEFINED, _FIRST)


def _intrinsic(builder: Any, name: str, result: Any) -> Any:
    """Return LLVM's function `name` of one vector."""
    kind = ir.FunctionType(result, [_VECTOR])
    return cgutils.get_or_insert_function(builder.module, kind, f"{name}.v{LINE}i64")


def _or_lines(_c: Any, _target: Any, _a: Any, _b: Any, _flip_a: Any, _flip_b: Any, lines: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        flips = [_splat(builder, flip) for flip in arguments[3:5]]
        for line in range(signature.args[5].count):
            operands = [
                builder.xor(builder.load(_address(builder, start, line, _VECTOR), align=64), flip)
                for start, flip in zip(arguments[1:3], flips, strict=True)
            ]
            builder.store(builder.or_(*operands), _address(builder, arguments[0], line, _VECTOR), align=64)
        return context.get_dummy_value()

    return types.void(*[types.intp] * 5, lines), generate


def _copier(lines: Any, past_cache: bool) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        flip = _splat(builder, arguments[2])
        for line in range(signature.args[3].count):
            row = builder.load(_address(builder, arguments[1], line, _VECTOR), align=8)
            place = _address(builder, arguments[0], line, _VECTOR)
            store = builder.store(builder.xor(row, flip), place, align=64)
            if past_cache:
                store.set_metadata("nontemporal", builder.module.add_metadata([ir.IntType(32)(1)]))
        return context.get_dummy_value()

    return types.void(*[types.intp] * 3, lines), generate


def _copy_lines(_context: Any, _target: Any, _source: Any, _flip: Any, lines: Any) -> Any:
    return _copier(lines, past_cache=False)


def _stream_lines(_context: Any, _target: Any, _source: Any, _flip: Any, lines: Any) -> Any:
    return _copier(lines, past_cache=True)


def _fetch_lines(_context: Any, _start: Any, lines: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte] + [number] * 3)
        fetch = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
        for line in range(signature.args[1].count):
            address = _address(builder, arguments[0], line, ir.IntType(8))
            builder.call(fetch, [address, number(0), number(3), number(1)])
        return context.get_dummy_value()

    return types.void(types.intp, lines), generate


def _changes(_context: Any, _start: Any, _before: Any, _keep: Any, lines: Any) -> Any:
    def generate(_context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        number = ir.IntType(32)
        last = ir.Constant(ir.VectorType(number, LINE), list(range(LINE - 1, 2 * LINE - 1)))
        above = builder.insert_element(_UNDEFINED, arguments[1], number(LINE - 1))
        total = ir.Constant(_VECTOR, [0] * LINE)
        ones = _intrinsic(builder, "llvm.ctpop", _VECTOR)
        for line in range(signature.args[3].count):
            row = builder.load(_address(builder, arguments[0], line, _VECTOR), align=64)
            kept = builder.load(_address(builder, arguments[2], line, _VECTOR), align=8)
            carry = builder.lshr(builder.shuffle_vector(above, row, last), ir.Constant(_VECTOR, [63] * LINE))
            earlier = builder.or_(builder.shl(row, ir.Constant(_VECTOR, [1] * LINE)), carry)
            changed = builder.and_(builder.xor(row, earlier), kept)
            total = builder.add(total, builder.call(ones, [changed]))
            above = row
        return builder.call(_intrinsic(builder, "llvm.vector.reduce.add", ir.IntType(64)), [total])

    return types.int64(types.intp, types.uint64, types.intp, lines), generate


or_lines: Callable[[Address, Address, Address, Flip, Flip, Lines], None] = intrinsic(_or_lines)
"""Store at address `target` the OR of what stands at `a` and `b`, complemented where a flip is -1."""

copy_lines: Callable[[Address, Address, Flip, Lines], None] = intrinsic(_copy_lines)
"""Store at address `target` what stands at `source`, at any word, complemented where the flip is -1."""

stream_lines: Callable[[Address, Address, Flip, Lines], None] = intrinsic(_stream_lines)
"""Do as `copy_lines`, but to the memory, past the cache."""

fetch_lines: Callable[[Address, Lines], None] = intrinsic(_fetch_lines)
"""Begin to fetch the lines from an address on into the cache."""

changes: Callable[[Address, np.uint64, Address, Lines], int] = intrinsic(_changes)
"""Count the changes from bit to bit at an address, where the words at `keep` have ones.

The bit before the first one is the highest of the word `before`.
"""
