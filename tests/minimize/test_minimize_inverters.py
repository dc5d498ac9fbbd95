"""The phase of multiplexers and XORs: fewer inverters, the same function."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nor2hdl.minimize import cost, sweep
from nor2hdl.minimize.aig._aig import to_aig, to_netlist
from nor2hdl.minimize.passes._inverters import push_inverters
from nor2hdl.netlist import Builder, interpret, parse, to_text
from nor2hdl.verify import prove
from tests.minimize.plain_kernels import is_caught, multiplexers, plain, tangle
from tests.strategies import all_samples, netlists

SEEDS = st.integers(0, 1 << 30).map(np.random.default_rng)


@given(st.one_of(netlists(), SEEDS.map(tangle), SEEDS.map(multiplexers)))
def test_promises(net):
    digest = net.digest()
    after = push_inverters(net)
    assert net.digest() == digest
    assert (after.inputs, after.outputs) == (net.inputs, net.outputs)
    samples = all_samples(net)
    assert np.array_equal(interpret(net, samples), interpret(after, samples))
    assert cost(after) <= cost(net)
    assert set(after.tags) <= set(net.tags)
    assert sweep(after) == after


def _parse(body):
    lines = [line.strip() for line in body.strip().splitlines()]
    return parse("\n".join(["nor2hdl-netlist 1", "input x 3", "output y 1", *lines]) + "\n")


MUX = "%4 = nor(x[0])\n%5 = nor(x[1])\n%6 = nor(x[2])\n"

XNOR = "%4 = nor(x[0])\n%5 = nor(x[0], x[1])\n%6 = nor(x[1])\n%7 = nor(%4, %6)\n%8 = nor(%5, %7)\n"

GOLD = [
    # The data are there in one phase only: three inverters become two.
    (
        MUX + "%7 = nor(x[0], %5)\n%8 = nor(%4, %6)\n%9 = nor(%7, %8)\ny = %9",
        """
        %4 = nor(x[0])
        %5 = nor(x[0], x[1])
        %6 = nor(x[2], %4)
        %7 = nor(%5, %6)
        %8 = nor(%7)
        y = %8
        """,
    ),
    # The output is needed inverted, the data either way.
    (
        XNOR + "%9 = nor(%8)\ny = %9",
        "%4 = nor(x[0])\n%5 = nor(x[1])\n%6 = nor(x[0], %5)\n%7 = nor(x[1], %4)\n%8 = nor(%6, %7)\ny = %8",
    ),
]


@pytest.mark.parametrize(("before", "after"), GOLD)
def test_structure(before, after):
    assert to_text(push_inverters(_parse(before))) == to_text(_parse(after))


def test_a_gate_among_the_data_becomes_part_of_the_gate_that_it_feeds():
    net = _parse(
        "%4 = nor(x[0])\n%5 = nor(x[1], x[2])\n%6 = nor(x[0], %5)\n%7 = nor(x[1])\n%8 = nor(%4, %7)\n"
        "%9 = nor(%6, %8)\n%10 = nor(%9)\ny = %10"
    )
    after = push_inverters(net)
    assert (cost(net), cost(after)) == ((4, 7), (4, 4))
    assert [1, 2, 3] in after.fanin_lists()  # x[0], x[1], x[2]


def test_multiplexers_with_other_readers_inside_stay():
    gates = "%7 = nor(x[0], %5)\n%8 = nor(%4, %6)\n%9 = nor(%7, %8)\n%10 = nor(%7, %9)\ny = %10"
    net = _parse(MUX + gates)
    assert push_inverters(net) == net


def test_a_chain_of_multiplexers_is_turned_as_a_whole():
    b = Builder()
    s = b.input("s", 5)
    x = b.input("x", 6)
    value = x[0]
    for select, other in zip(s, x[1:], strict=True):  # each multiplexer with an inverter behind
        value = b.nor(b.nor(b.nor(b.nor(select), b.nor(value)), b.nor(select, b.nor(other))))
    b.output("y", [value])
    net = sweep(b.freeze())
    straight = to_netlist(to_aig(net), net)
    after = push_inverters(net)
    assert prove(net, after, timeout=60).status == "equal"
    assert cost(straight) == (15, 15 + 5 + 6 + 1)
    assert cost(after) == (15, 18)  # two of the data are gates that became parts of others


MISTAKES = [
    ("_inverter_kernel", "== fanin[q, k & 1] ^ 1:", "!= fanin[q, k & 1]:"),
    ("_inverter_kernel", "uses_of[2 * q + 1] != 2:", "uses_of[2 * q + 1] < 2:"),
    ("_inverter_kernel", "2 * p + 1 - (k >> 1)", "2 * p + (k >> 1)"),
    ("_inverter_kernel", "result[place >> 1, place & 1] ^= 1", "result[place >> 1, place & 1] ^= 0"),
    ("_inverter_kernel", "outputs ^ turned[outputs >> 1]", "outputs"),
    ("_inverter_kernel", "result[node, k] ^= turned[fanin[node, k] >> 1]", "result[node, k] ^= turned[node]"),
    ("_inverter_kernel", "fanin[node, 0] & fanin[node, 1] & 1 == 0", "fanin[node, 1] & 1 == 0"),
]


def _corpus():
    rng = np.random.default_rng(2)
    return [multiplexers(rng) for _ in range(120)]


@pytest.mark.parametrize(("kernel", "right", "wrong"), MISTAKES)
def test_a_planted_mistake_is_caught(kernel, right, wrong):
    nets = _corpus()
    with plain(kernel, right, wrong):
        assert is_caught(push_inverters, nets)


def test_without_a_mistake_nothing_is_caught_and_inverters_go():
    nets = _corpus()
    with plain():
        assert not is_caught(push_inverters, nets)
        gone = [cost(to_netlist(to_aig(net), net))[1] - cost(push_inverters(net))[1] for net in nets]
    assert min(gone) >= 0
    assert sum(gone) > len(nets)


def test_ten_thousand_gates_are_proved_equal():
    b = Builder()
    x = b.input("x", 64)
    rng = np.random.default_rng(5)
    value = list(x)
    while b.num_nets < 14_000:
        s, p, q = rng.choice(value[-80:], 3, replace=False).tolist()
        net = b.nor(b.nor(s, p), b.nor(b.nor(s), q))
        value.append(b.nor(net) if rng.random() < 0.5 else net)
    b.output("y", value[-64:])
    net = b.freeze()
    after = push_inverters(net)
    assert after.num_gates > 10_000
    assert cost(after) < cost(to_netlist(to_aig(net), net))
    assert prove(net, after, timeout=100).status == "equal"
