"""The linear passes: text -> pass -> text, promises on any netlist, planted mistakes that must be seen."""

from __future__ import annotations

import functools
import inspect
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nor2hdl.errors import NetlistError
from nor2hdl.minimize import (
    LINEAR,
    PASSES,
    _rewrite,
    absorb,
    cost,
    drop_double_inversion,
    fold_constants,
    share,
    sweep,
)
from nor2hdl.minimize.passes import _absorb, _linear
from nor2hdl.netlist import Builder, interpret, parse, random_netlist, to_text
from tests.strategies import all_samples, netlists

OWN = {p.__name__: p for p in (sweep, fold_constants, drop_double_inversion, share, absorb)}


@st.composite
def tangles(draw):
    """Draw narrow gates over very few nets: every rule finds something to do."""
    b = Builder()
    b.input("x", draw(st.integers(1, 4)))
    for g in range(draw(st.integers(1, 14))):
        b.set_tag(f"layer0/neuron{g}")
        near = st.integers(max(0, b.num_nets - 6), b.num_nets - 1)
        b.nor(*draw(st.lists(near, max_size=3)))
    b.output("y", [b.num_nets - 1, b.num_nets - 2])
    return b.freeze()


def same_function(a, b) -> bool:
    samples = all_samples(a)
    return np.array_equal(interpret(a, samples), interpret(b, samples))


@pytest.mark.parametrize("name", OWN)
@given(net=st.one_of(netlists(), tangles()))
def test_promises(name, net):
    digest = net.digest()
    after = OWN[name](net)
    assert net.digest() == digest
    assert (after.inputs, after.outputs) == (net.inputs, net.outputs)
    assert same_function(net, after)
    assert after.num_gates <= net.num_gates
    assert after.num_pins <= net.num_pins
    assert cost(after)[0] <= cost(net)[0]
    assert set(after.tags) <= set(net.tags)


@pytest.mark.parametrize("name", OWN)
@given(net=netlists())
def test_every_gate_left_has_a_path_to_an_output(name, net):
    after = OWN[name](net)
    assert sweep(after) == after


@given(st.one_of(netlists(), tangles()))
def test_post_conditions(net):
    folded = fold_constants(net)
    true = {folded.first_gate + g for g, fanin in enumerate(folded.fanin_lists()) if not fanin}
    assert not (true | {0}) & set(folded.fanins.tolist())

    shared = [tuple(fanin) for fanin in share(net).fanin_lists()]
    assert len(set(shared)) == len(shared)

    straight = drop_double_inversion(net)
    inverters = {straight.first_gate + g: f for g, f in enumerate(straight.fanin_lists()) if len(f) == 1}
    assert not any(fanin[0] in inverters for fanin in inverters.values())


GOLD = [
    (
        "sweep",
        """
        %3 = nor(x[0])
        %4 = nor(x[1])
        %5 = nor(%3)
        y = %4
        """,
        """
        %3 = nor(x[1])
        y = %3
        """,
    ),
    ("fold_constants", "%3 = nor(0, x[0])\ny = %3", "%3 = nor(x[0])\ny = %3"),
    ("fold_constants", "%3 = nor()\n%4 = nor(x[0], %3)\ny = %4", "y = 0"),
    ("fold_constants", "%3 = nor()\n%4 = nor(%3)\n%5 = nor(%4)\ny = %5", "%3 = nor()\ny = %3"),
    (
        "fold_constants",
        "%3 = nor(0)\n%4 = nor(x[0], %3)\n%5 = nor(x[1], %4)\ny = %5",
        "%3 = nor(x[1])\ny = %3",
    ),
    (
        "share",
        "%3 = nor(x[0])\n%4 = nor(x[0])\n%5 = nor(%3, %4)\ny = %5",
        "%3 = nor(x[0])\n%4 = nor(%3)\ny = %4",
    ),
    (
        "share",
        """
        %3 = nor(x[0])
        %4 = nor(x[0])
        %5 = nor(%3, x[1])
        %6 = nor(%4, x[1])
        %7 = nor(%5, %6)
        y = %7
        """,
        """
        %3 = nor(x[0])
        %4 = nor(x[1], %3)
        %5 = nor(%4)
        y = %5
        """,
    ),
    ("drop_double_inversion", "%3 = nor(x[0])\n%4 = nor(%3)\ny = %4", "y = x[0]"),
    ("drop_double_inversion", "%3 = nor(x[0])\n%4 = nor(%3)\n%5 = nor(%4)\ny = %5", "%3 = nor(x[0])\ny = %3"),
    (
        "drop_double_inversion",
        "%3 = nor(x[0], x[1])\n%4 = nor(%3)\n%5 = nor(0, %4)\ny = %5",
        "%3 = nor(0, x[0], x[1])\ny = %3",
    ),
    ("absorb", "%3 = nor(x[0])\n%4 = nor(x[0], %3)\ny = %4", "y = 0"),
    ("absorb", "%3 = nor(x[0], x[1])\n%4 = nor(x[0], x[1], %3)\ny = %4", "y = 0"),
    (
        "absorb",
        "%3 = nor(x[0])\n%4 = nor(x[1], %3)\n%5 = nor(x[0], %4)\ny = %5",
        "%3 = nor(x[0])\ny = %3",
    ),
    (
        "absorb",
        "%3 = nor(x[0])\n%4 = nor(x[0], x[1])\n%5 = nor(%3, %4)\ny = %5",
        "%3 = nor(x[0])\n%4 = nor(%3)\ny = %4",
    ),
    (
        "absorb",
        "%3 = nor(x[0], x[1])\n%4 = nor(x[0], %3)\ny = %4",
        "%3 = nor(x[1])\n%4 = nor(x[0], %3)\ny = %4",
    ),
]


def _parse(body):
    lines = [line.strip() for line in body.strip().splitlines()]
    return parse("\n".join(["nor2hdl-netlist 1", "input x 2", "output y 1", *lines]) + "\n")


@pytest.mark.parametrize(("name", "before", "after"), GOLD)
def test_structure(name, before, after):
    assert to_text(PASSES[name](_parse(before))) == to_text(_parse(after))


@pytest.mark.parametrize(
    ("name", "body"),
    [
        # The inner gate drives a second gate: merging it would cost an AND.
        (
            "drop_double_inversion",
            "%3 = nor(x[0], x[1])\n%4 = nor(%3)\n%5 = nor(0, %4)\n%6 = nor(%3, %5)\ny = %6",
        ),
        # nor(x[0], x[1]) has another reader, which needs x[0] in it.
        ("absorb", "%3 = nor(x[0], x[1])\n%4 = nor(x[0], %3)\n%5 = nor(%4)\n%6 = nor(%3, %5)\ny = %6"),
    ],
)
def test_gates_with_other_readers_stay(name, body):
    net = _parse(body)
    assert PASSES[name](net) == net


def test_merged_gates_keep_the_label_of_the_first():
    b = Builder()
    x = b.input("x", 2)
    with b.tagged("layer0/neuron1"):
        first = b.nor(*x)
    with b.tagged("layer0/neuron2"):
        second = b.nor(*x)
    b.output("y", [second, first])
    after = share(b.freeze())
    assert (after.num_gates, after.origin(3), after.tags) == (1, "layer0/neuron1", ("layer0/neuron1",))


def test_wide_gates_are_not_looked_into():
    b = Builder()
    x = b.input("x", 17)
    b.output("y", [b.nor(*x, b.nor(*x))])
    net = b.freeze()
    assert absorb(net) == net


def test_a_long_chain_of_ors_becomes_one_gate():
    b = Builder()
    x = b.input("x", 20_000)
    net = b.nor(x[0], x[1])
    for other in x[2:]:
        net = b.nor(b.nor(net), other)
    b.output("y", [net])
    assert drop_double_inversion(b.freeze()).fanin_lists() == [list(x)]


MISTAKES = [
    (_rewrite, sweep, "for fanin in gates[number] or ():", "for fanin in (gates[number] or ())[:1]:"),
    (_linear, fold_constants, "if fanin and fanin[0] == FALSE:", "if fanin:"),
    (_linear, fold_constants, "return FALSE", "return true.pop()"),
    (_linear, share, "tuple(fanin), number", "tuple(fanin[:2]), number"),
    (_linear, drop_double_inversion, "return inner[0] if", "return fanin[0] if"),
    (_linear, drop_double_inversion, "todo += gates[merged[f]] or ()", "flat.add(merged[f])"),
    (_linear, drop_double_inversion, "len(inner) == 1 else", "len(inner) == 2 else"),
    (_absorb, absorb, "kept.issuperset(body)", "not kept.isdisjoint(body)"),
    (_absorb, absorb, "            elif single[f]:", "            else:"),
    (_absorb, absorb, "if b not in kept]", "if b in kept]"),
    (_absorb, absorb, "if len(body) > 1 and not", "if not"),
    (_absorb, absorb, "and kept.issuperset(d) for", "and not kept.isdisjoint(d) for"),
]


@functools.cache
def _corpus():
    """Return small random netlists in which every rule finds something to do, many times."""
    rng = np.random.default_rng(1)
    nets = []
    for _ in range(300):
        b = Builder()
        b.input("x", 4)
        for _ in range(12):
            b.nor(*rng.integers(0, b.num_nets, rng.integers(0, 4)).tolist())
        b.output("y", range(b.num_nets - 4, b.num_nets))
        nets.append(b.freeze())
    return nets


def _is_caught(rewrite_pass) -> bool:
    """Tell whether the pass changes a function, or makes what is no netlist, on one of the netlists."""
    for net in _corpus():
        try:
            if not same_function(net, rewrite_pass(net)):
                return True
        except NetlistError:
            return True
    return False


@pytest.mark.parametrize(("module", "rewrite_pass", "right", "wrong"), MISTAKES)
def test_a_planted_mistake_is_caught(module, rewrite_pass, right, wrong):
    source = inspect.getsource(module)
    assert source.count(right) == 1
    names = {}
    exec(compile(source.replace(right, wrong), "<mistake>", "exec"), names)
    mistaken = names.get(rewrite_pass.__name__) or functools.partial(
        names["rewrite"], rule=lambda _number, fanin, _gates: fanin
    )
    assert not _is_caught(rewrite_pass)
    assert _is_caught(mistaken)


@pytest.mark.slow
def test_a_hundred_thousand_gates_take_ten_seconds():
    net = random_netlist(gates=100_000)
    start = time.process_time()
    for name in LINEAR:
        net = PASSES[name](net)
    assert time.process_time() - start < 10
