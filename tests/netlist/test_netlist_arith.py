"""Arithmetic blocks against Python's own arithmetic, and their sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nor2hdl.netlist import FALSE, Builder, arith, interpret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray


def all_inputs(width: int) -> NDArray[np.bool_]:
    return (np.arange(1 << width)[:, None] >> np.arange(width) & 1).astype(bool)


def number(bits: NDArray[np.bool_]) -> NDArray[np.int64]:
    value: NDArray[np.int64] = (bits.astype(np.int64) << np.arange(bits.shape[1])).sum(1)
    return value


@pytest.mark.parametrize(
    ("block", "inputs", "gates", "value"),
    [
        (arith.full_adder, 3, 9, lambda x: x.sum(1)),
        (arith.half_adder, 2, 5, lambda x: x.sum(1)),
        (arith.half_adder_plus_one, 2, 5, lambda x: x.sum(1) + 1),
        (lambda b, x, y: [arith.xnor(b, x, y)], 2, 4, lambda x: x[:, 0] == x[:, 1]),
        (lambda b, s, p, q: [arith.mux(b, s, p, q)], 3, 4, lambda x: np.where(x[:, 0], x[:, 2], x[:, 1])),
    ],
)
def test_small_blocks_exhaustively(
    block: Callable[..., Iterable[int]],
    inputs: int,
    gates: int,
    value: Callable[[NDArray[np.bool_]], NDArray[np.int64]],
) -> None:
    b = Builder()
    x = b.input("x", inputs)
    b.output("y", block(b, *x))
    net = b.freeze()
    samples = all_inputs(inputs)
    assert net.num_gates == gates
    assert (number(interpret(net, samples)) == value(samples)).all()


@given(
    widths=st.lists(st.integers(0, 4), min_size=1, max_size=3),
    constant=st.integers(0, 20),
    ones=st.integers(0, 2),
)
def test_popcount_adds_weighted_columns_and_a_constant(widths: list[int], constant: int, ones: int) -> None:
    b = Builder()
    total = sum(widths)
    x = b.input("x", total)
    true = [b.nor() for _ in range(ones)]
    nets = iter(x)
    columns = [[next(nets) for _ in range(w)] for w in widths]
    columns[0] += [*true, FALSE]
    result = arith.popcount(b, columns, constant)
    b.output("y", result)
    samples = all_inputs(total)
    weights = np.array([1 << k for k, w in enumerate(widths) for _ in range(w)], np.int64)
    expected = samples.astype(np.int64) @ weights + constant + ones
    assert (number(interpret(b.freeze(), samples)) == expected).all()
    assert len(result) == int(weights.sum() + constant + ones).bit_length()


@pytest.mark.parametrize("n", [1, 2, 3, 7, 15, 31, 100, 255, 342])
def test_popcount_is_near_the_least_full_adders(n: int) -> None:
    b = Builder()
    x = b.input("x", n)
    arith.popcount(b, [x])
    full_adders = n - n.bit_count()
    half_adders = n.bit_length()  # at most one a column
    assert b.num_nets - 1 - n <= 9 * full_adders + 5 * half_adders


@pytest.mark.parametrize("n", [3, 7, 15, 31, 63, 127])
def test_popcount_of_a_full_count_needs_full_adders_alone(n: int) -> None:
    b = Builder()
    arith.popcount(b, [b.input("x", n)])
    assert b.num_nets - 1 - n == 9 * (n - n.bit_count())


@given(width=st.integers(1, 6), bound=st.integers(-1, 70))
def test_at_least(width: int, bound: int) -> None:
    b = Builder()
    x = b.input("x", width)
    b.output("y", [arith.at_least(b, x, bound)])
    samples = all_inputs(width)
    assert (interpret(b.freeze(), samples)[:, 0] == (number(samples) >= bound)).all()


@pytest.mark.parametrize("bound", [128, 64, 32, 1])
def test_power_of_two_thresholds_are_cheap(bound: int) -> None:
    b = Builder()
    arith.at_least(b, b.input("x", 8), bound)
    ors = 7 - bound.bit_length() + 1
    assert b.num_nets - 9 == 2 * ors  # an OR of the bits from this one up; none for 128


@given(width=st.integers(1, 4))
def test_greater(width: int) -> None:
    b = Builder()
    x, y = b.input("x", width), b.input("y", width)
    b.output("z", [arith.greater(b, x, y)])
    samples = all_inputs(2 * width)
    expected = number(samples[:, :width]) > number(samples[:, width:])
    assert (interpret(b.freeze(), samples)[:, 0] == expected).all()


@given(data=st.data(), count=st.integers(1, 12))
def test_argmax_takes_the_lowest_of_the_largest(data: st.DataObject, count: int) -> None:
    widths = data.draw(st.lists(st.integers(0, 3), min_size=count, max_size=count))
    b = Builder()
    ports = [b.input(f"x{i}", w) for i, w in enumerate(widths)]
    index = arith.argmax(b, ports)
    b.output("y", index)
    total = sum(widths)
    rows = data.draw(st.lists(st.lists(st.booleans(), min_size=total, max_size=total), min_size=1))
    samples = np.array(rows, bool).reshape(len(rows), total)
    cuts = np.cumsum(widths)[:-1]
    values = np.stack([number(part) for part in np.split(samples, cuts, axis=1)], 1)
    assert len(index) == (count - 1).bit_length()
    assert (number(interpret(b.freeze(), samples)) == values.argmax(1)).all()
