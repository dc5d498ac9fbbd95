"""Cones rebuilt: same function, never more two-input ANDs, and planted mistakes that must be seen."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nor2hdl.minimize._rewrite import cost
from nor2hdl.minimize.cones import _cones, _espresso, _factor, _structure
from nor2hdl.minimize.passes import _resynthesize
from nor2hdl.minimize.passes._linear import sweep
from nor2hdl.minimize.passes._resynthesize import resynthesize
from nor2hdl.netlist import Builder, parse, random_netlist, to_text
from nor2hdl.verify import prove
from tests.minimize.planting import is_caught, plant, same_function, tangled_netlists
from tests.strategies import netlists


@given(net=st.one_of(netlists(), st.sampled_from(tangled_netlists())))
def test_promises(net):
    digest = net.digest()
    after = resynthesize(net)
    assert net.digest() == digest
    assert (after.inputs, after.outputs) == (net.inputs, net.outputs)
    assert same_function(net, after)
    assert cost(after) <= cost(net)
    assert sweep(after) == after
    assert set(after.tags) <= set(net.tags)


GOLD = [
    (
        "a wire",
        """
        %5 = nor(x[0], x[1])
        %6 = nor(x[1])
        %7 = nor(x[0], %6)
        %8 = nor(%5, %7)
        y = %8
        """,
        "y = x[0]",
    ),
    (
        "a constant",
        """
        %5 = nor(x[0], x[1])
        %6 = nor(x[0], %5)
        %7 = nor(x[1], %5)
        %8 = nor(%5, %6, %7)
        %9 = nor(%5, %6, %7, %8)
        y = %9
        """,
        "y = 0",
    ),
    (
        "a common factor",
        "%5 = nor(x[0], x[1])\n%6 = nor(x[0], x[2])\n%7 = nor(x[0], x[3])\n%8 = nor(%5, %6, %7)\ny = %8",
        """
        %5 = nor(x[1])
        %6 = nor(x[2])
        %7 = nor(x[3])
        %8 = nor(%5, %6, %7)
        %9 = nor(x[0], %8)
        %10 = nor(%9)
        y = %10
        """,
    ),
]


def _parse(body):
    lines = [line.strip() for line in body.strip().splitlines()]
    return parse("\n".join(["nor2hdl-netlist 1", "input x 4", "output y 1", *lines]) + "\n")


@pytest.mark.parametrize(("what", "before", "after"), GOLD)
def test_structure(what, before, after):
    assert to_text(resynthesize(_parse(before))) == to_text(_parse(after)), what


def test_gates_with_other_readers_are_not_counted():
    """The three gates are outputs as well: nothing would go with the sum of them."""
    body = GOLD[2][1].replace("y = %8", "y[0] = %5\ny[1] = %6\ny[2] = %7\ny[3] = %8")
    net = parse(f"nor2hdl-netlist 1\ninput x 4\noutput y 4\n{body}\n")
    assert resynthesize(net) == net


def test_new_gates_take_the_label_of_the_gate_they_serve():
    net = _parse(GOLD[2][1].replace("%8 =", "from argmax\n%8 =").replace("%5 =", "from encoder\n%5 =", 1))
    assert set(resynthesize(net).tags) == {"argmax"}


def adders(count):
    """Return a ripple of full adders, each a two-level cover of its sum and one of its carry."""
    b = Builder()
    x, y = b.input("x", count), b.input("y", count)
    carry, sums = 0, []
    for i, j in zip(x, y, strict=True):
        cover = [[i, j], [i, carry], [j, carry]]
        inverted = {n: b.nor(n) for n in (i, j, carry)}
        odd = []
        for bits in ([1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]):
            nets = zip((i, j, carry), bits, strict=True)
            odd.append(b.nor(*(inverted[n] if bit else n for n, bit in nets)))
        sums.append(b.nor(b.nor(*odd)))
        carry = b.nor(b.nor(*(b.nor(*(inverted[n] for n in cube)) for cube in cover)))
    b.output("sum", [*sums, carry])
    return b.freeze()


def test_repeated_cones_are_worked_on_once(monkeypatch):
    calls = []
    work = _structure._decomposed
    monkeypatch.setattr(_structure, "_decomposed", lambda table, n: calls.append(table) or work(table, n))
    found = []
    for count in (8, 150):
        calls.clear()
        best = _structure.best_structure
        best.cache_clear()
        net = adders(count)
        after = resynthesize(net)
        found.append(len(calls))
        assert cost(after)[0] < 0.7 * cost(net)[0]
    assert found[1] <= found[0] + 5
    assert prove(adders(150), after).status == "equal"


def test_a_proof_of_ten_thousand_gates():
    net = random_netlist(gates=10_000)
    after = resynthesize(net)
    assert cost(after) < cost(net)
    assert prove(net, after, timeout=60).status == "equal"


MISTAKES = [
    (_espresso, "on = on & ~dont_care", "on = on | np.roll(on, 1)"),
    (_factor, "if not cube >> best & 1", "if cube >> best & 1"),
    (_structure, "point ^ 3, False", "point, False"),
    (_structure, "factor(cover, sketch) ^ flip", "factor(cover, sketch)"),
    (_resynthesize, "value[gate] = full ^ total", "value[gate] = total"),
    (_cones, "self._give_way(root, nets[structure.root])", "self._give_way(root, nets[-1])"),
    (_cones, "self._image[gate] = other", "pass"),
    (_cones, "del self._known[tuple(fanins)]", "pass"),
    (_cones, "self._references[other] += self._references[gate]", "pass"),
    (
        _cones,
        "sorted({self._image[f] for f in old} - {FALSE})",
        "sorted({self._image[f] for f in old[:2]} - {FALSE})",
    ),
]


@pytest.mark.parametrize(("module", "right", "wrong"), MISTAKES)
def test_a_planted_mistake_is_caught(monkeypatch, module, right, wrong):
    assert not is_caught(_resynthesize.resynthesize)
    _structure.best_structure.cache_clear()
    _structure._factored.cache_clear()
    plant(monkeypatch, module, right, wrong)
    assert is_caught(_resynthesize.resynthesize)


@pytest.fixture(autouse=True)
def _no_memory_of_mistakes():
    yield
    _structure.best_structure.cache_clear()
    _structure._factored.cache_clear()
    _espresso._engine.cache_clear()


@pytest.mark.slow
def test_a_hundred_thousand_gates_take_a_minute():
    net = random_netlist(gates=100_000)
    start = time.process_time()
    assert cost(resynthesize(net)) < cost(net)
    assert time.process_time() - start < 60
