"""What the units of a network compute of their inputs' bits."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nor2hdl.learn.ldc import KINDS, LdcNet, nor_test
from nor2hdl.learn.ldc._nor_test import unit_kind
from nor2hdl.learn.ldc._signals import trace, two_groups
from tests.learn.ldc_nets import pictures, random_net

EIGHTHS = st.integers(-40, 40).map(lambda n: n / 8)  # sums of them are exact


def kind_of_table(base: float, steps: list[float], level: float, rising: bool) -> str:
    """Return the kind of a unit from its whole truth table."""
    table = {}
    for bits in itertools.product((0, 1), repeat=len(steps)):
        above = np.tanh(base + sum(s for s, bit in zip(steps, bits, strict=True) if bit)) > level
        table[bits] = bool(above == rising)
    by_count = {n: {v for bits, v in table.items() if sum(bits) == n} for n in range(len(steps) + 1)}
    if len(set(table.values())) == 1:
        return "constant"
    if any(len(values) > 1 for values in by_count.values()):
        return "neither"
    for kind, function in (("nor", lambda b: not any(b)), ("or", any), ("and", all)):
        if all(value == function(bits) for bits, value in table.items()):
            return kind
    return "count"


@given(EIGHTHS, st.lists(EIGHTHS.filter(lambda s: s > 0), max_size=6), st.floats(-1, 1), st.booleans())
def test_the_kind_is_that_of_the_truth_table(base, steps, level, rising) -> None:
    expected = kind_of_table(base, steps, level, rising)
    assert unit_kind(base, np.array(steps), level, rising=rising) == expected


@pytest.mark.parametrize(
    ("base", "steps", "level", "rising", "kind"),
    [
        (0, [1, 1, 1], 0.5, False, "nor"),
        (0, [1, 1, 1], 0.5, True, "or"),
        (-2, [1, 1, 1], 0.5, True, "and"),
        (-2, [1, 1, 1], 0.5, False, "count"),
        (-1, [1, 1, 1], 0.5, True, "count"),
        (1, [1, 1], 0.5, True, "constant"),
        (0, [2, 0.1], 0.5, True, "neither"),
        (0, [], 0.5, True, "constant"),
        (0, [1], np.inf, True, "constant"),
    ],
)
def test_kinds(base, steps, level, rising, kind) -> None:
    assert unit_kind(base, np.array(steps, float), level, rising=rising) == kind


def variance_within(values: list[float], level: float) -> float:
    groups = [[v for v in values if v <= level], [v for v in values if v > level]]
    return sum(len(g) * np.var(g) for g in groups if g)


@given(st.lists(st.integers(-20, 20), min_size=1, max_size=12))
def test_two_groups_have_the_least_variance_within(values) -> None:
    level = two_groups(torch.tensor(values, dtype=torch.float32)[:, None]).item()
    if len(set(values)) == 1:
        assert np.isnan(level)
        return
    assert min(values) < level < max(values)
    least = min(variance_within(values, v) for v in sorted(values)[:-1])
    assert variance_within(values, level) == pytest.approx(least)


@pytest.mark.parametrize("norm", ["batch", "soft-invert"])
@pytest.mark.parametrize("groups", [False, True])
def test_signals_have_the_typical_outputs_of_their_bits(norm, groups) -> None:
    net = random_net(norm, (12, 9, 7, 4), 0.3, 5)
    x = pictures(80, 12, 6)
    seen = trace(net, x, groups=groups)
    stages = list(net.stages(x))
    assert torch.equal(seen.inputs, x >= 0.5)
    assert torch.allclose(seen.totals, stages[-1].total.double())
    for signal, stage in zip(seen.hidden, stages, strict=False):
        for j in range(len(signal.level)):
            bits, output = signal.bits[:, j], stage.output[:, j]
            for value, typical in ((False, signal.low[j]), (True, signal.high[j])):
                chosen = output[bits == value] if (bits == value).any() else output
                assert typical.item() == pytest.approx(chosen.mean().item(), abs=1e-4)
            if bits.any() and not bits.all():
                assert output[bits].min() > output[~bits].max()
    if not groups:
        assert all((signal.level == 0.5).all() for signal in seen.hidden)


def test_a_constant_unit_is_zero_with_batch_norm() -> None:
    net = random_net("batch", (4, 2, 2), 0.0, 5)
    net.norms[0].weight.data.copy_(torch.tensor([1.0, -1.0]))
    assert not trace(net, pictures(9, 4, 1), groups=True).hidden[0].bits.any()


@pytest.mark.parametrize(("norm", "kind"), [("hard-invert", "nor"), ("batch", "or")])
def test_the_papers_argument_holds_by_construction(norm, kind) -> None:
    net = random_net(norm, (12, 9, 7, 4), 0.3, 5)
    net.layers[0].weight.data[0] = 0
    for part in net.norms:
        if norm == "batch":
            part.weight.data.abs_()
    for test in nor_test(net, pictures(50, 12, 6), ideal=True):
        assert test.kinds[kind] + test.kinds["constant"] == sum(test.kinds.values()) > 0
        assert tuple(test.kinds) == KINDS


def test_a_unit_that_reads_a_constant_one_is_constant_by_the_papers_argument() -> None:
    net = LdcNet((2, 2, 1, 2), norm="hard-invert")
    for layer, weights in zip(net.layers, ([[1, 0], [0, 0]], [[1, 1]], [[1], [1]]), strict=True):
        layer.weight.data.copy_(torch.tensor(weights))
    first, second = nor_test(net, pictures(50, 2, 6), ideal=True)
    assert first.kinds["nor"] == 1
    assert second.kinds["constant"] == 1


def test_measured_outputs_short_of_zero_keep_a_unit_from_being_a_nor() -> None:
    # A unit with one true input is tanh(1) short of 1, and leaves 0.24: three of them pass for a 1.
    net = LdcNet((3, 3, 1, 2), norm="hard-invert")
    for layer, weights in zip(net.layers, (torch.eye(3), torch.ones(1, 3), torch.ones(2, 1)), strict=True):
        layer.weight.data.copy_(weights)
    x = torch.cat([torch.eye(3), 1 - torch.eye(3)])
    ideal = nor_test(net, x, ideal=True)[1]
    measured = nor_test(net, x)[1]
    assert ideal.kinds["nor"] == 1
    assert measured.kinds["constant"] == 1
    assert ideal.agreement == measured.agreement == 1


def test_agreement_is_the_share_of_bits_that_are_the_nor() -> None:
    net = random_net("batch", (12, 9, 4), 0.3, 5)
    net.layers[1].weight.data.fill_(1.0)
    x = pictures(50, 12, 6)
    seen = trace(net, x, groups=True)
    read = net.layers[0].weight.detach() != 0
    live = read.any(1)
    nor = torch.stack([~(seen.inputs[:, row].any(1)) for row in read], dim=1)
    expected = (nor == seen.hidden[0].bits)[:, live].float().mean().item()
    assert nor_test(net, x)[0].agreement == pytest.approx(expected)
    assert 0 < expected < 1
