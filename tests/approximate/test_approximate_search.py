"""The search as a whole: what is kept, what may be lost, and what is caught."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nor2hdl.approximate import CareSet, Round, _kernel, _round, approximate
from nor2hdl.approximate import _approximate as search
from nor2hdl.data import load
from nor2hdl.minimize import cost
from nor2hdl.netlist import Builder, Netlist, interpret, read_netlist, to_text
from nor2hdl.simulate import simulate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

INPUTS, OUTPUTS = 7, 2


@pytest.fixture(autouse=True)
def no_programs(monkeypatch) -> None:
    """Leave ABC out: starting it takes longer than these circuits need."""
    monkeypatch.setattr(search, "_QUICK", search.LINEAR)
    monkeypatch.setattr(search, "_FINAL", search.LINEAR)


def tangle(seed: int, gates: int = 40) -> Netlist:
    """Return a random classifier of bits whose gates lean on one another."""
    rng = np.random.default_rng(seed)
    b = Builder()
    b.input("bits", INPUTS)
    for _ in range(gates):
        b.nor(*rng.choice(b.num_nets, rng.integers(1, 4), replace=False).tolist())
    b.output("cls", rng.integers(max(1, b.num_nets - 6), b.num_nets, OUTPUTS).tolist())
    return b.freeze()


def care_for(net: Netlist, seed: int, n: int = 40, wrong: float = 0.2) -> CareSet:
    """Return samples that the circuit classifies correctly but for a share, and others for validation."""
    rng = np.random.default_rng(seed)
    x = rng.random((2 * n, INPUTS)) < 0.4
    y = interpret(net, x) @ (1 << np.arange(OUTPUTS))
    y = np.where(rng.random(2 * n) < wrong, rng.integers(0, 1 << OUTPUTS, 2 * n), y)
    return CareSet(x[:n], y[:n], x[n:], y[n:])


def correct(net: Netlist, x: np.ndarray, y: np.ndarray) -> int:
    return int((interpret(net, x) @ (1 << np.arange(OUTPUTS)) == y).sum())


def check_observed(seed: int) -> None:
    net = tangle(seed)
    care = care_for(net, seed)
    small = approximate(net, care, lose=None).net
    assert (interpret(small, care.features) == interpret(net, care.features)).all()
    assert cost(small) <= cost(net)


def check_budget(seed: int, lose: int) -> None:
    net = tangle(seed)
    care = care_for(net, seed)
    result = approximate(net, care, lose=lose)
    before = correct(net, care.val_features, care.val_labels)
    after = correct(result.net, care.val_features, care.val_labels)
    assert (result.before, result.after, result.total) == (before, after, len(care.val_labels))
    assert after >= before - lose
    assert result.rounds[-1].train == correct(result.net, care.features, care.labels)
    assert result.rounds[-1].train >= correct(net, care.features, care.labels) - lose


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_without_a_budget_no_observed_output_changes(seed: int) -> None:
    check_observed(seed)


@settings(max_examples=40)
@given(st.integers(0, 2**32), st.integers(0, 4))
def test_the_budget_is_kept(seed: int, lose: int) -> None:
    check_budget(seed, lose)


def test_observed_dont_cares_pay() -> None:
    nets = [search.minimize(tangle(seed, 80), passes=search.LINEAR) for seed in range(10)]
    before = sum(cost(net)[0] for net in nets)
    after = sum(cost(approximate(net, care_for(net, k), lose=None).net)[0] for k, net in enumerate(nets))
    assert after < 0.8 * before


def test_a_greater_budget_buys_a_smaller_circuit() -> None:
    def total(lose: int) -> int:
        nets = [tangle(seed, 80) for seed in range(10)]
        return sum(cost(approximate(n, care_for(n, k), lose=lose).net)[0] for k, n in enumerate(nets))

    assert total(8) < total(0)


def mutate(monkeypatch, module: ModuleType, names: Sequence[str], right: str, wrong: str) -> None:
    """Plant a wrong rule in the first of some functions; the others call it and are built anew."""
    space = dict(vars(module))
    for k, name in enumerate(names):
        function = getattr(module, name)
        source = inspect.getsource(getattr(function, "py_func", function))
        if k == 0:
            assert source.count(right) == 1, name
            source = source.replace(right, wrong)
        exec(source, space)
        monkeypatch.setattr(module, name, space[name])
    monkeypatch.setattr(search, "shrink", _round.shrink)


MUTANTS = [
    (_kernel, ["flip"], "~s.flipped[w]", "s.flipped[w]"),
    (_kernel, ["damage"], "own[w] ^ row[w] ^ m", "own[w] & row[w] ^ m"),
    (_kernel, ["assign"], "source[w] ^ m", "source[w]"),
    (_kernel, ["replace"], "= literal ^ (s.pins[u, side] & 1)", "= literal"),
    (_kernel, ["replace"], "= literal ^ (s.outputs[j] & 1)", "= literal ^ 1"),
    (_kernel, ["_trivial", "replace"], "if a == 0 or b == 1", "if a == 1 or b == 1"),
    (_kernel, ["balance"], "- _ones(changed & s.right[w])", ""),
    (_round, ["falls", "shrink"], "n < least", "n + 4 < least"),
    (_round, ["_cheapest"], "worth[best] < 0", "worth[best] < -1"),
]
"""Where, in which functions, which rule, and the wrong one."""


@pytest.mark.parametrize(("module", "names", "right", "wrong"), MUTANTS)
def test_a_wrong_rule_is_caught(monkeypatch, module, names, right, wrong) -> None:
    mutate(monkeypatch, module, names, right, wrong)
    with pytest.raises(AssertionError):
        for seed in range(30):
            check_observed(seed)
            check_budget(seed, 1)


def test_a_mutation_of_nothing_is_not_caught(monkeypatch) -> None:
    mutate(monkeypatch, _kernel, ["flip"], "~s.flipped[w]", "~s.flipped[w]")
    for seed in range(10):
        check_observed(seed)
        check_budget(seed, 1)


def test_labels_of_any_whole_numbers_are_taken() -> None:
    net = tangle(5)
    care = care_for(net, 5)
    labels = care.labels.astype(np.uint64), care.val_labels.astype(np.uint8)
    other = CareSet(care.features, labels[0], care.val_features, labels[1])
    assert approximate(net, other, lose=1).net == approximate(net, care, lose=1).net


def test_equal_arguments_give_equal_circuits() -> None:
    net = tangle(1)
    care = care_for(net, 1)
    first, second = (approximate(net, care, lose=3) for _ in range(2))
    assert to_text(first.net) == to_text(second.net)
    assert [r.ands for r in first.rounds] == [r.ands for r in second.rounds]


def test_every_round_is_shown_and_none_is_worse() -> None:
    net = tangle(2, 80)
    shown = []
    result = approximate(net, care_for(net, 2), lose=3, watch=shown.append)
    assert tuple(shown) == result.rounds
    assert result.finished
    sizes = [cost(net)[0], *(r.ands for r in shown), cost(result.net)[0]]
    assert sizes == sorted(sizes, reverse=True)
    assert [r.price for r in shown] == sorted(r.price for r in shown)


def test_out_of_time_the_best_so_far_is_returned(monkeypatch) -> None:
    net = tangle(41, 80)
    care = care_for(net, 41)
    ticks = iter(range(1000))
    monkeypatch.setattr("time.monotonic", lambda: next(ticks))
    result = approximate(net, care, lose=3, timeout=8)
    assert not result.finished
    assert len(result.rounds) == 1
    assert 0 < result.rounds[0].made < 8
    assert (interpret(result.net, care.features) == interpret(net, care.features)).all()


def test_an_interrupt_ends_the_search(monkeypatch) -> None:
    net = tangle(4)
    text = to_text(net)

    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        approximate(net, care_for(net, 4), lose=3, watch=interrupted)
    assert to_text(net) == text


def test_circuits_without_gates_stay_as_they_are() -> None:
    b = Builder()
    x = b.input("bits", 2)
    b.output("cls", [x[1], 0])
    net = b.freeze()
    samples = np.array([[False, True], [True, False]])
    result = approximate(net, CareSet(samples, np.array([1, 0]), samples, np.array([1, 2])), lose=0)
    assert result.net == net
    assert (result.before, result.after) == (1, 1)


def test_a_round_reads_as_a_line() -> None:
    shown = Round(price=1.5, ands=6209, train=52672, val=5864, made=185, refused=2, seconds=33.4)
    assert str(shown) == "6,209 two-input ANDs, 5,864 validation samples correct (33 s)"


@pytest.mark.parametrize("lose", [0, 3])
def test_digits_become_smaller_within_the_budget(digits_build, lose: int) -> None:
    digits = load("digits")
    net = read_netlist(digits_build.folder / "minimized.nor")
    care = CareSet(*digits.split("train"), *digits.split("val"), shape=digits.shape)
    result = approximate(net, care, lose=lose)
    before, after = (simulate(n, *digits.split("val"), classes=10).correct for n in (net, result.net))
    assert (result.before, result.after) == (before, after)
    assert after >= before - lose
    assert cost(result.net)[0] < 0.95 * cost(net)[0]
    assert result.label == f"approximate: care set = {len(care.labels)} samples and 4 shifts of each"
    assert {tag.split("/")[0] for tag in result.net.tags} <= {tag.split("/")[0] for tag in net.tags}
