"""SAT sweeping: equal gates merged wherever they are, nothing else, within the time."""

from __future__ import annotations

import functools
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nor2hdl.errors import OptionError
from nor2hdl.minimize import _signatures
from nor2hdl.minimize._rewrite import cost
from nor2hdl.minimize._signatures import Signatures, patterns
from nor2hdl.minimize.engines import _equality, _merging, _sat_sweep
from nor2hdl.minimize.engines._sat_sweep import SatSweep
from nor2hdl.minimize.passes._linear import sweep
from nor2hdl.netlist import Builder, interpret_nets, parse, random_netlist, to_text
from nor2hdl.verify import prove
from tests.minimize.planting import is_caught, plant, same_function, tangled_netlists
from tests.strategies import all_samples, netlists


def swept(net, timeout=60.0):
    # Late, so that a planted mistake is met.
    return _sat_sweep.SatSweep().run(net, timeout=timeout).net


def one_pattern(_rng, inputs, _words):
    return np.zeros((inputs, 1), np.uint64)


@pytest.fixture
def _all_are_candidates(monkeypatch):
    """Let every net be like every other at the start, so that only the solver tells them apart."""
    for module in (_signatures, _sat_sweep):
        monkeypatch.setattr(module, "patterns", one_pattern)


def check_promises(net):
    digest = net.digest()
    after = swept(net)
    assert net.digest() == digest
    assert (after.inputs, after.outputs) == (net.inputs, net.outputs)
    assert same_function(net, after)
    assert cost(after) <= cost(net)
    assert sweep(after) == after
    assert set(after.tags) <= set(net.tags)
    return after


@given(net=st.one_of(netlists(), st.sampled_from(tangled_netlists())))
def test_promises(net):
    check_promises(net)


@given(st.sampled_from(tangled_netlists()))
def test_no_two_gates_are_equal_after_it(net):
    after = swept(net)
    values = interpret_nets(after, all_samples(after)).T
    alike = {}
    for n in range(after.num_nets):
        alike.setdefault((values[n] ^ values[n, 0]).tobytes(), []).append(n)
    for nets in alike.values():
        assert len(nets) <= 2
        assert nets[1:] == [] or after.fanin(nets[1]).tolist() in ([nets[0]], [])


@pytest.mark.usefixtures("_all_are_candidates")
def test_promises_where_all_are_candidates():
    for net in tangled_netlists():
        after = check_promises(net)
        assert cost(after)[0] == cost(swept(net))[0]


@pytest.mark.usefixtures("_all_are_candidates")
@pytest.mark.parametrize("limit", ["_MOST_VARIABLES", "_MOST_GATES"])
def test_small_solvers_and_windows(monkeypatch, limit):
    monkeypatch.setattr(_equality, limit, 3)
    for net in tangled_netlists()[:60]:
        check_promises(net)


GOLD = [
    (
        "equal and complementary",
        """
        %4 = nor(x[0])
        %5 = nor(x[1])
        %6 = nor(%4, %5)
        %7 = nor(x[0], x[1])
        %8 = nor(%6, %7)
        %9 = nor(x[0], %7)
        %10 = nor(x[1], %7)
        %11 = nor(%9, %10)
        %12 = nor(x[2], %11)
        y[0] = %8
        y[1] = %12
        """,
        """
        %4 = nor(x[0])
        %5 = nor(x[1])
        %6 = nor(%4, %5)
        %7 = nor(x[0], x[1])
        %8 = nor(%6, %7)
        %9 = nor(%8)
        %10 = nor(x[2], %9)
        y[0] = %8
        y[1] = %10
        """,
    ),
    (
        "a constant",
        """
        %4 = nor(x[0], x[1])
        %5 = nor(x[0], %4)
        %6 = nor(x[1], %4)
        %7 = nor(%5, %6)
        %8 = nor(%4, %5, %6, %7)
        %9 = nor(%4, %5, %7)
        %10 = nor(%9, %8)
        y[0] = %8
        y[1] = %10
        """,
        """
        %4 = nor(x[0], x[1])
        %5 = nor(x[1], %4)
        %6 = nor(%5)
        y[0] = 0
        y[1] = %6
        """,
    ),
    (
        "an input",
        """
        %4 = nor(x[0], x[1])
        %5 = nor(x[1])
        %6 = nor(x[0], %5)
        %7 = nor(%4, %6)
        y[0] = %7
        y[1] = %6
        """,
        """
        %4 = nor(x[1])
        %5 = nor(x[0], %4)
        y[0] = x[0]
        y[1] = %5
        """,
    ),
    ("true", "%4 = nor(0)\n%5 = nor(x[0], %4)\ny[0] = %4\ny[1] = %5", "%4 = nor()\ny[0] = %4\ny[1] = 0"),
]


def _parse(body):
    lines = [line.strip() for line in body.strip().splitlines()]
    return parse("\n".join(["nor2hdl-netlist 1", "input x 3", "output y 2", *lines]) + "\n")


@pytest.mark.parametrize(("what", "before", "after"), GOLD)
def test_structure(what, before, after):
    assert to_text(swept(_parse(before))) == to_text(_parse(after)), what


def parities(width):
    """Return two parities of the same inputs, summed in different orders."""
    b = Builder()
    x = b.input("x", width)

    def odd(i, j):
        return b.nor(b.nor(i, j), b.nor(b.nor(i), b.nor(j)))

    mixed = np.random.default_rng(0).permutation(x).tolist()
    b.output("y", [functools.reduce(odd, x), functools.reduce(odd, mixed)])
    return b.freeze()


@pytest.mark.parametrize(("width", "is_merged"), [(12, True), (60, False)])
def test_a_pair_that_is_too_hard_is_left_alone(width, is_merged):
    after, problem = SatSweep(conflicts=300).run(parities(width), timeout=None)
    assert (after.drivers[0] == after.drivers[1]) == is_merged
    assert not problem


def test_gates_that_become_alike_later_give_way_to_the_first():
    net = _parse("""
        %4 = nor(x[0], x[1])
        %5 = nor(x[0], x[2])
        %6 = nor(x[1], %5)
        %7 = nor(x[1], %4)
        y[0] = %6
        y[1] = %7
    """)
    merging = _merging.Merging(net)
    for _ in range(2):
        merging.begin()
        assert [merging.meet(gate) for gate in (4, 6, 7)] == [True, True, merging.literals[5] == 10]
        merging.meet(5)
        merging.merge(5, 2 * 4)
    assert merging.literals[7] == 2 * 6


def test_what_is_merged_when_the_time_is_over_stays(monkeypatch):
    net = random_netlist(gates=2000)
    nothing = SatSweep().run(net, timeout=0)
    assert nothing.problem == "sat_sweep ran out of time (kept: what was merged by then)"
    assert cost(nothing.net) <= cost(net)
    assert prove(net, nothing.net).status == "equal"

    clock = iter(range(10**6))
    monkeypatch.setattr(_sat_sweep.time, "monotonic", lambda: next(clock))
    some = SatSweep().run(net, timeout=30)
    assert some.problem
    monkeypatch.undo()
    whole = SatSweep().run(net, timeout=None)
    assert cost(whole.net) < cost(some.net) < cost(nothing.net)
    assert prove(net, some.net).status == "equal"


def test_the_same_netlist_gives_the_same_result():
    net = random_netlist(gates=2000)
    assert swept(net) == swept(net)


@pytest.mark.parametrize("conflicts", [0, -1])
def test_conflicts(conflicts):
    with pytest.raises(OptionError) as caught:
        SatSweep(conflicts=conflicts)
    assert str(caught.value) == f"conflicts must be at least 1, not {conflicts}"


@given(netlists(max_gates=12))
def test_signatures_are_equal_for_equal_nets_and_complements(net):
    rng = np.random.default_rng(0)
    signatures = Signatures(net)
    for _ in range(2):
        signatures.add(patterns(rng, net.num_inputs, 16))
    values = interpret_nets(net, all_samples(net)).T
    values = values ^ values[:, :1]
    groups = {}
    for signature, value in zip(signatures.hashed.tolist(), values, strict=True):
        assert groups.setdefault(signature, value).tobytes() == value.tobytes()
    assert len(groups) == len({value.tobytes() for value in values})


def test_a_proof_of_ten_thousand_gates():
    net = random_netlist(gates=10_000)
    after = swept(net)
    assert cost(after) < cost(net)
    assert prove(net, after, timeout=60).status == "equal"


MISTAKES = [
    (_sat_sweep, "if answer is True:", "if answer:"),
    (_equality, "for pair in ([a, -b], [-a, b]):", "for pair in ([a, -b],):"),
    (_equality, "[[gate, *variables], ", "[[gate], "),
    (_equality, "([-gate, -v] for v", "([-gate, v] for v"),
    (_equality, "return -variable if literal & 1 else variable", "return variable"),
    (_merging, "literal ^ 1 in fanin", "literal ^ 3 in fanin"),
    (_merging, "fanin.pop() ^ 1 if fanin", "fanin.pop() if fanin"),
    (_merging, "key = tuple(sorted(fanin))", "key = tuple(sorted(fanin))[:2]"),
    (_merging, "self.literals[literal >> 1] ^ literal & 1", "self.literals[literal >> 1]"),
    (_merging, "b.nor(nets[literal ^ 1])", "nets[literal ^ 1]"),
]


@pytest.mark.usefixtures("_all_are_candidates")
@pytest.mark.parametrize(("module", "right", "wrong"), MISTAKES)
def test_a_planted_mistake_is_caught(monkeypatch, module, right, wrong):
    assert not is_caught(swept)
    plant(monkeypatch, module, right, wrong)
    assert is_caught(swept)


@pytest.mark.slow
def test_a_hundred_thousand_gates_take_a_minute():
    net = random_netlist(gates=100_000)
    start = time.process_time()
    assert cost(swept(net)) < cost(net)
    assert time.process_time() - start < 60
