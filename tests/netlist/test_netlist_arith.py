"""Arithmetic blocks against Python's own arithmetic, and their sizes."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nor2hdl.netlist import FALSE, Builder, arith, interpret
from nor2hdl.verify import prove

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray


targets = st.sampled_from(get_args(arith.Target))


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
    widths=st.lists(st.integers(0, 7), min_size=1, max_size=3).filter(lambda w: sum(w) <= 14),
    constant=st.integers(0, 20),
    ones=st.integers(0, 2),
    target=targets,
)
def test_popcount_adds_weighted_columns_and_a_constant(
    widths: list[int], constant: int, ones: int, target: arith.Target
) -> None:
    b = Builder()
    total = sum(widths)
    x = b.input("x", total)
    true = [b.nor() for _ in range(ones)]
    nets = iter(x)
    columns = [[next(nets) for _ in range(w)] for w in widths]
    columns[0] += [*true, FALSE]
    result = arith.popcount(b, columns, constant, target=target)
    b.output("y", result)
    samples = all_inputs(total)
    weights = np.array([1 << k for k, w in enumerate(widths) for _ in range(w)], np.int64)
    expected = samples.astype(np.int64) @ weights + constant + ones
    assert (number(interpret(b.freeze(), samples)) == expected).all()
    assert len(result) == int(weights.sum() + constant + ones).bit_length()


@pytest.mark.parametrize("target", get_args(arith.Target))
@pytest.mark.parametrize("n", [33, 100, 342])
def test_large_popcounts_on_random_bits(n: int, target: arith.Target) -> None:
    b = Builder()
    b.output("y", arith.popcount(b, [b.input("x", n)], target=target))
    random = np.random.default_rng(n)
    samples = random.random((100, n)) < np.linspace(0, 1, 100)[:, None]  # the first has no bit, the last all
    assert (number(interpret(b.freeze(), samples)) == samples.sum(1)).all()


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
    assert arith.adder_cost([n]) == 7 * (n - n.bit_count())


@given(widths=st.lists(st.integers(0, 40), min_size=1, max_size=4), constant=st.integers(0, 100))
def test_adder_cost_counts_the_adders(widths: list[int], constant: int) -> None:
    b = Builder()
    x = iter(b.input("x", sum(widths)))
    arith.popcount(b, [[next(x) for _ in range(w)] for w in widths], constant)
    fan_in = np.diff(b.freeze().offsets)
    cost, pairs = arith.adder_cost(widths, constant), int((fan_in == 2).sum())
    # A full adder has nine two-input gates, a half adder three or, with a constant 1, four.
    assert any(9 * full + 3 * half <= pairs <= 9 * full + 4 * half for full, half in splits(cost))


def splits(cost: int) -> list[tuple[int, int]]:
    """Return the numbers of full and half adders that cost so many ANDs."""
    return [(full, (cost - 7 * full) // 3) for full in range(cost // 7 + 1) if (cost - 7 * full) % 3 == 0]


@pytest.mark.parametrize(("target", "full", "half"), [("gates", 93, 4), ("levels", 93, 4), ("lut6", 93, 20)])
def test_adders_of_a_hundred_bits(target: arith.Target, full: int, half: int) -> None:
    """For lookup tables some groups of six bits take a half adder more."""
    b = Builder()
    arith.popcount(b, [b.input("x", 100)], target=target)
    assert b.num_nets - 101 == 9 * full + 5 * half


@given(width=st.integers(1, 6), bound=st.integers(-1, 70))
def test_at_least(width: int, bound: int) -> None:
    b = Builder()
    x = b.input("x", width)
    b.output("y", [arith.at_least(b, x, bound)])
    samples = all_inputs(width)
    assert (interpret(b.freeze(), samples)[:, 0] == (number(samples) >= bound)).all()


@given(bounds=st.lists(st.integers(-1, 257), max_size=6))
def test_thresholds(bounds: list[int]) -> None:
    b = Builder()
    b.output("y", arith.thresholds(b, b.input("x", 8), bounds))
    samples = all_inputs(8)
    assert (interpret(b.freeze(), samples) == (number(samples)[:, None] >= np.array(bounds, int))).all()


def test_bounds_that_end_alike_share_gates() -> None:
    b = Builder()
    arith.thresholds(b, b.input("x", 8), [64, 192, 96, 224])
    # x7 or x6; x7 and x6; x6 and x5 once, its OR and its AND with x7
    assert int((np.diff(b.freeze().offsets) == 2).sum()) == 5


@pytest.mark.parametrize("bound", [128, 64, 32, 1])
def test_power_of_two_thresholds_are_cheap(bound: int) -> None:
    b = Builder()
    arith.at_least(b, b.input("x", 8), bound)
    ors = 7 - bound.bit_length() + 1
    assert b.num_nets - 9 == 2 * ors  # an OR of the bits from this one up; none for 128


@pytest.mark.parametrize("width", range(6))
def test_greater(width: int) -> None:
    b = Builder()
    x, y = b.input("x", width), b.input("y", width)
    b.output("z", [arith.greater(b, x, y)])
    samples = all_inputs(2 * width)
    expected = number(samples[:, :width]) > number(samples[:, width:])
    assert (interpret(b.freeze(), samples)[:, 0] == expected).all()


@pytest.mark.parametrize("width", [1, 2, 4, 8, 16, 32])
def test_greater_has_logarithmic_depth(width: int) -> None:
    b = Builder()
    b.output("z", [arith.greater(b, b.input("x", width), b.input("y", width))])
    net = b.freeze()
    assert net.depth() <= 4 + 2 * (width.bit_length() - 1)
    assert net.num_gates <= 9 * width


numbers = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 7)), min_size=1, max_size=12
)  # the bits of each number, and what is added to it


@given(data=st.data(), shapes=numbers, target=targets, bounded=st.booleans())
def test_argmax_takes_the_lowest_of_the_largest(
    data: st.DataObject, shapes: list[tuple[int, int]], target: arith.Target, *, bounded: bool
) -> None:
    widths = [width for width, _ in shapes]
    b = Builder()
    ports = [b.input(f"x{i}", width) for i, width in enumerate(widths)]
    sums = [arith.popcount(b, [port], add) for port, (_, add) in zip(ports, shapes, strict=True)]
    able = range(len(sums))
    if bounded:
        able = arith.contenders([(add, add + width) for width, add in shapes])
    index = arith.argmax(b, [s if i in able else None for i, s in enumerate(sums)], target=target)
    b.output("y", index)
    total = sum(widths)
    rows = data.draw(st.lists(st.lists(st.booleans(), min_size=total, max_size=total), min_size=1))
    samples = np.array(rows, bool).reshape(len(rows), total)
    parts = np.split(samples, np.cumsum(widths)[:-1], axis=1)
    values = np.stack([part.sum(1) + add for part, (_, add) in zip(parts, shapes, strict=True)], 1)
    assert len(index) == (len(shapes) - 1).bit_length()
    assert (number(interpret(b.freeze(), samples)) == values.argmax(1)).all()


@pytest.mark.parametrize("target", get_args(arith.Target))
@pytest.mark.parametrize(("count", "width"), [(2, 4), (3, 3), (4, 3), (5, 2), (12, 1), (1, 3)])
def test_argmax_exhaustively(count: int, width: int, target: arith.Target) -> None:
    b = Builder()
    x = b.input("x", count * width)
    b.output("y", arith.argmax(b, [x[i * width : (i + 1) * width] for i in range(count)], target=target))
    samples = all_inputs(count * width)
    values = np.stack([number(part) for part in np.split(samples, count, axis=1)], 1)
    assert (number(interpret(b.freeze(), samples)) == values.argmax(1)).all()


@given(ranges=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), min_size=1, max_size=4))
def test_contenders_are_those_that_some_values_make_the_first_largest(ranges: list[tuple[int, int]]) -> None:
    ranges = [(least, least + more) for least, more in ranges]
    values = itertools.product(*(range(least, largest + 1) for least, largest in ranges))
    assert arith.contenders(ranges) == sorted({v.index(max(v)) for v in values})


@pytest.mark.parametrize(("count", "width"), [(10, 7), (10, 9), (3, 4), (16, 8)])
def test_argmax_takes_four_two_input_gates_a_number_and_bit(count: int, width: int) -> None:
    b = Builder()
    words = [b.input(f"x{i}", width) for i in range(count)]
    b.output("y", arith.argmax(b, words))
    two_input = int(np.maximum(np.diff(b.freeze().offsets) - 1, 0).sum())
    assert two_input <= 4 * count * width


def test_argmax_of_one_contender_is_constant() -> None:
    b = Builder()
    x = b.input("x", 2)
    for target in get_args(arith.Target):
        index = arith.argmax(b, [None, None, x, None, None], target=target)
        assert [b.constant(net) for net in index] == [False, True, False]


def test_shapes_of_argmax_are_proved_equal() -> None:
    nets = []
    for target in ("gates", "levels"):
        b = Builder()
        words = [b.input(f"x{i}", 7) for i in range(10)]
        b.output("y", arith.argmax(b, words, target=target))
        nets.append(b.freeze())
    verdict = prove(*nets, timeout=60)
    assert verdict.status == "equal"
