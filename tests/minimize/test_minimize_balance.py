"""Depth in two-input gates, flat trees, and the way from NOR gates to ANDs and back."""

from __future__ import annotations

import heapq
import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nor2hdl.minimize import cost, sweep
from nor2hdl.minimize.aig._aig import to_aig, to_netlist
from nor2hdl.minimize.passes._balance import balance, levels2, two_input_depth
from nor2hdl.netlist import Builder, interpret, parse, random_netlist, to_text
from nor2hdl.verify import prove
from tests.minimize.plain_kernels import is_caught, plain, tangle
from tests.strategies import all_samples, netlists


@st.composite
def tangles(draw):
    """Draw narrow gates over very few nets: every rule finds something to do."""
    return tangle(np.random.default_rng(draw(st.integers(0, 1 << 30))), gates=draw(st.integers(4, 16)))


def same_function(a, b) -> bool:
    samples = all_samples(a)
    return np.array_equal(interpret(a, samples), interpret(b, samples))


def combined(levels):
    """Return the level of the tree that combines the two earliest again and again."""
    heap = list(levels)
    heapq.heapify(heap)
    while len(heap) > 1:
        heapq.heappop(heap)
        heapq.heapreplace(heap, heap[0] + 1)
    return heap[0] if heap else 0


@given(netlists(max_gates=40))
def test_levels_are_those_of_combining_the_two_earliest(net):
    level = [0] * net.first_gate
    for fanin in net.fanin_lists():
        level.append(combined(level[f] for f in fanin))
    assert levels2(net).tolist() == level
    assert two_input_depth(net) == max((level[d] for d in net.drivers.tolist()), default=0)


def test_wide_gates_wait_for_the_latest_only():
    b = Builder()
    x = b.input("x", 9)
    late = b.nor(*x[:8])
    b.output("y", [b.nor(*x, late)])
    assert levels2(b.freeze())[-2:].tolist() == [3, 5]
    b = Builder()
    x = b.input("x", 9)
    late = b.nor(*x[:8])
    b.output("y", [b.nor(*x[:8], late)])
    assert two_input_depth(b.freeze()) == 4


@given(st.one_of(netlists(), tangles()))
def test_promises(net):
    digest = net.digest()
    after = balance(net)
    assert net.digest() == digest
    assert (after.inputs, after.outputs) == (net.inputs, net.outputs)
    assert same_function(net, after)
    assert cost(after)[0] <= cost(net)[0]
    assert two_input_depth(after) <= two_input_depth(net)
    assert set(after.tags) <= set(net.tags)
    assert sweep(after) == after


@given(st.one_of(netlists(), tangles()))
def test_ands_turn_back_into_as_many_gates(net):
    aig = to_aig(net)
    assert aig.num_ands <= cost(sweep(net))[0]
    after = to_netlist(aig, net)
    assert same_function(net, after)
    assert cost(after)[0] <= aig.num_ands
    lists = [tuple(fanin) for fanin in after.fanin_lists()]
    assert len(set(lists)) == len(lists)


def _parse(body):
    lines = [line.strip() for line in body.strip().splitlines()]
    return parse("\n".join(["nor2hdl-netlist 1", "input x 4", "output y 1", *lines]) + "\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            """
            %5 = nor(x[0], x[1])
            %6 = nor(%5)
            %7 = nor(%6, x[2])
            %8 = nor(%7)
            %9 = nor(%8, x[3])
            y = %9
            """,
            "%5 = nor(x[0], x[1], x[2], x[3])\ny = %5",
        ),
        (
            "%5 = nor(x[0], x[1])\n%6 = nor(%5)\n%7 = nor(x[0], x[2], %6)\ny = %7",
            "%5 = nor(x[0], x[1], x[2])\ny = %5",
        ),
        ("%5 = nor(x[0], x[1])\n%6 = nor(%5)\n%7 = nor(x[0])\n%8 = nor(%6, %7)\ny = %8", "y = 0"),
        ("%5 = nor(x[0])\n%6 = nor(%5)\n%7 = nor(%6)\ny = %7", "%5 = nor(x[0])\ny = %5"),
        ("%5 = nor(0)\n%6 = nor(x[1], %5)\n%7 = nor(%6)\ny = %7", "%5 = nor()\ny = %5"),
    ],
)
def test_structure(before, after):
    assert to_text(balance(_parse(before))) == to_text(_parse(after))


def test_a_gate_that_feeds_two_is_not_copied():
    gates = "%5 = nor(x[0], x[1])\n%6 = nor(%5)\n%7 = nor(x[2], %6)\n%8 = nor(x[3], %6)\n%9 = nor(%7, %8)"
    net = _parse(f"{gates}\ny = %9")
    assert balance(net) == net


def test_gates_keep_their_labels_and_inverters_theirs():
    b = Builder()
    x = b.input("x", 3)
    with b.tagged("encoder"):
        inverted = b.nor(x[0])
    with b.tagged("layer0/neuron1"):
        inner = b.nor(b.nor(inverted, x[1]))
    with b.tagged("layer1/neuron2"):
        b.output("y", [b.nor(inner, x[2])])
    after = balance(b.freeze())
    assert after.fanin_lists() == [[1], [2, 3, 4]]
    assert [after.origin(net) for net in (4, 5)] == ["encoder", "layer1/neuron2"]


def test_a_long_chain_becomes_one_gate():
    b = Builder()
    x = b.input("x", 20_000)
    net = b.nor(x[0], x[1])
    for other in x[2:]:
        net = b.nor(b.nor(net), other)
    b.output("y", [net])
    after = balance(b.freeze())
    assert after.fanin_lists() == [list(x)]
    assert two_input_depth(after) == 15


def test_ten_thousand_gates_are_proved_equal():
    net = random_netlist(gates=12_000, inputs=64)
    after = balance(net)
    assert after != net
    assert prove(net, after, timeout=100).status == "equal"


MISTAKES = [
    ("_aig_kernel", "pins[kept - 1] == pin ^ 1", "pins[kept - 1] == pin"),
    ("_aig_kernel", "offsets[g + 1]]] ^ 1))", "offsets[g + 1]]]))"),
    (
        "_aig_kernel",
        "fanin[node, 0], fanin[node, 1] = low, high",
        "fanin[node, 0], fanin[node, 1] = low, low",
    ),
    ("_aig_kernel", "return pins[leaf], leaf + 1, pair", "return pins[leaf], leaf, pair"),
    ("_aig_kernel", "result = 1 if len(pins) == 0", "result = 0 if len(pins) == 0"),
    ("_aig_kernel", "total == 1 and by_and[2 * node] == 1", "by_and[2 * node] == 1"),
    ("_aig_kernel", "total == 1 and by_and[2 * node] == 1", "total == 1"),
    ("_aig_kernel", "= net_of[leaves[k] ^ 1]", "= net_of[leaves[k]]"),
    ("_hashing", "fanin[node, 1] == high", "fanin[node, 1] > 0"),
    ("_hashing", "low == high ^ 1", "low == high ^ 3"),
    ("_hashing", "if low in {1, high}:", "if low in {3, high}:"),
]


@pytest.mark.parametrize(("kernel", "right", "wrong"), MISTAKES)
def test_a_planted_mistake_is_caught(kernel, right, wrong):
    rng = np.random.default_rng(1)
    nets = [tangle(rng) for _ in range(200)]
    with plain(kernel, right, wrong):
        # Both the pass and the way there and back, whose result the pass may turn down for its cost.
        assert is_caught(lambda net: to_netlist(to_aig(net), net), nets)


def test_without_a_mistake_nothing_is_caught():
    rng = np.random.default_rng(1)
    nets = [tangle(rng) for _ in range(50)]
    with plain():
        assert not is_caught(balance, nets)


def test_numba_is_not_loaded_before_it_is_needed():
    code = "import sys, nor2hdl.minimize.passes._balance; print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.slow
def test_a_million_gates_take_seconds():
    net = random_netlist(gates=1_000_000, inputs=1024, outputs=4096)
    two_input_depth(random_netlist(gates=10))
    start = time.process_time()
    two_input_depth(net)
    assert time.process_time() - start < 5
    balance(net)
    assert time.process_time() - start < 60
