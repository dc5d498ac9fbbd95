"""Exclusive ORs of adders unfolded: function, structure, cells, and planted mistakes that must be seen."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from hypothesis import given

from nor2hdl.minimize import ENGINES, measure, unfold_xors
from nor2hdl.minimize.passes import _xors
from nor2hdl.netlist import Builder, interpret, parse, to_text
from nor2hdl.netlist.arith import popcount
from nor2hdl.verify import prove
from tests.strategies import all_samples, netlists


def same_function(a, b) -> bool:
    samples = all_samples(a)
    return np.array_equal(interpret(a, samples), interpret(b, samples))


def count(bits):
    b = Builder()
    b.output("y", popcount(b, [b.input("x", bits)]))
    return ENGINES["abc"].run(b.freeze(), timeout=60).net


@given(netlists())
def test_the_function_stays_and_inverters_are_few(net):
    digest = net.digest()
    after = unfold_xors(net)
    assert net.digest() == digest
    assert (after.inputs, after.outputs) == (net.inputs, net.outputs)
    assert same_function(net, after)
    inverted = [f[0] for f in after.fanin_lists() if len(f) == 1]
    assert len(set(inverted)) == len(inverted)
    assert not set(inverted) & {
        after.first_gate + g for g, f in enumerate(after.fanin_lists()) if len(f) == 1
    }
    assert set(after.tags) <= set(net.tags)


def test_text_before_and_after():
    net = parse(
        "nor2hdl-netlist 1\ninput x 2\noutput y 2\nfrom popcount/class0\n%3 = nor(x[0])\n%4 = nor(x[1])\n"
        "%5 = nor(x[0], x[1])\n%6 = nor(%3, %4)\n%7 = nor(%5, %6)\nfrom -\n%8 = nor(%7)\n"
        "y[0] = %8\ny[1] = %5\n"
    )
    assert to_text(unfold_xors(net)) == (
        "nor2hdl-netlist 1\ninput x 2\noutput y 2\nfrom popcount/class0\n%3 = nor(x[0], x[1])\n"
        "%4 = nor(x[0], %3)\n%5 = nor(x[1], %3)\n%6 = nor(%4, %5)\ny[0] = %6\ny[1] = %3\nend\n"
    )


@pytest.mark.parametrize("bits", [7, 15, 31])
def test_adders_are_nearer_to_nine_cells_again(bits):
    """A popcount of 2^k - 1 bits is all full adders, seven ANDs each in ABC's form."""
    net = count(bits)
    before, after = measure(net, "nor2"), measure(unfold_xors(net), "nor2")
    adders = bits - bits.bit_length()
    assert 9 * adders <= after[0] <= 0.92 * before[0]
    assert after[1] > before[1] >= 7 * adders


def test_an_exclusive_or_outside_of_an_adder_stays():
    text = (
        "nor2hdl-netlist 1\ninput x 2\noutput y 1\n%3 = nor(x[0])\n%4 = nor(x[1])\n%5 = nor(x[0], x[1])\n"
        "%6 = nor(%3, %4)\n%7 = nor(%5, %6)\ny = %7\n"
    )
    assert unfold_xors(parse(text)).num_gates == 5


def test_a_large_circuit_is_proved():
    net = count(1500)
    assert net.num_gates >= 10_000
    assert prove(net, unfold_xors(net), timeout=300).status == "equal"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("self.nets[root, True] =", "self.nets[root, False] ="),
        ("nor(self.of(b), n)", "nor(self.of(a), n)"),
        (
            "(root, not inverted) for root, inverted in bodies[0]",
            "(root, inverted) for root, inverted in bodies[0]",
        ),
        ("(second, other[0], other[1])", "(second, a, b)"),
        ("literals.append((root, not inverted))", "literals.append((root, inverted))"),
        ("self.nets[root, not inverted]", "self.nets[root, False]"),
    ],
)
def test_planted_mistakes_are_caught(right, wrong):
    source = inspect.getsource(_xors)
    assert right in source
    room = {"__name__": "nor2hdl.minimize._mutant"}
    exec(compile(source.replace(right, wrong), "mutant", "exec"), room)
    caught = 0
    for net in (count(7), count(12), unfold_xors(count(9)), _adder("%6"), _adder("%5"), _twins()):
        try:
            caught += not same_function(net, room["unfold_xors"](net))
        except (KeyError, TypeError):
            caught += 1
    assert caught


def _adder(carry):
    return parse(
        "nor2hdl-netlist 1\ninput x 2\noutput y 2\n%3 = nor(x[0])\n%4 = nor(x[1])\n%5 = nor(x[0], x[1])\n"
        f"%6 = nor(%3, %4)\n%7 = nor(%5, %6)\ny[0] = %7\ny[1] = {carry}\n"
    )


def _twins():
    """Return equal gates that look like an exclusive OR but for the phases."""
    return parse(
        "nor2hdl-netlist 1\ninput x 2\noutput y 2\n%3 = nor(x[0], x[1])\n%4 = nor(x[0], x[1])\n"
        "%5 = nor(%3, %4)\ny[0] = %5\ny[1] = %3\n"
    )
