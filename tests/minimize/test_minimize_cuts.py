"""Cut rewriting: the tables of small functions, the structures, and what they replace."""

from __future__ import annotations

import functools
import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nor2hdl.minimize import cost, sweep
from nor2hdl.minimize.aig._aig import to_aig
from nor2hdl.minimize.aig._library import MOST_ANDS, PER_CLASS, find_structures, library
from nor2hdl.minimize.aig._npn import PERMUTATIONS, VARIABLES, classes, shrunk, stretched, supports
from nor2hdl.minimize.passes._cuts import _rewritten, rewrite_cuts
from nor2hdl.netlist import Builder, interpret, parse, random_netlist, to_text
from nor2hdl.verify import prove
from tests.minimize.plain_kernels import is_caught, multiplexers, plain, tangle
from tests.strategies import all_samples, netlists

SEEDS = st.integers(0, 1 << 30).map(np.random.default_rng)


def values(function):
    """Return a function's values as a list over its sixteen inputs."""
    return [int(function) >> m & 1 for m in range(16)]


@given(st.integers(0, 0xFFFF))
def test_every_function_follows_from_the_member_of_its_class(function):
    kind, code = int(classes().of[function]), int(classes().transform[function])
    member, order = values(classes().members[kind]), PERMUTATIONS[code >> 5].tolist()
    for m, value in enumerate(values(function)):
        fed = sum((m >> source & 1 ^ code >> (1 + i) & 1) << i for i, source in enumerate(order))
        assert value == member[fed] ^ code & 1


def test_there_are_222_classes_and_their_members_are_least():
    members, of, _ = classes()
    assert len(members) == 222
    first = {int(kind): function for function, kind in reversed(list(enumerate(of.tolist())))}
    assert [first[k] for k in range(222)] == members.tolist()


@functools.cache
def tables():
    return stretched(), shrunk(), supports()


@given(st.integers(0, 0xFFFF), st.integers(0, 15))
def test_inputs_are_moved_apart_and_together(function, places):
    stretched, shrunk, supports = tables()
    chosen = [k for k in range(4) if places >> k & 1]
    apart = values(stretched[places, function])
    for m in range(16):
        assert apart[m] == values(function)[sum((m >> k & 1) << i for i, k in enumerate(chosen))]
    support = int(supports[function])
    assert stretched[support, shrunk[support, function]] == function
    for i in range(4):
        depends = any(values(function)[m] != values(function)[m ^ 1 << i] for m in range(16))
        assert depends == bool(support >> i & 1)


def computed(pins, result, parts):
    """Return the function of a structure that has no other ANDs than those in `parts`."""
    value = [v ^ 0xFFFF * negated for v in VARIABLES for negated in (0, 1)]
    for k, (a, b) in enumerate(pins.tolist()):
        both = value[a] & value[b] if parts >> k & 1 else None
        value += [both, None if both is None else both ^ 0xFFFF]
    return value[result]


def test_structures_compute_the_members_of_their_classes():
    lib = library()
    for kind, member in enumerate(classes().members.tolist()):
        pins = lib.pins[lib.first_and[kind] : lib.first_and[kind + 1]]
        shapes = range(lib.first[kind], lib.first[kind + 1])
        assert (pins < 2 * (4 + np.arange(len(pins)))[:, None]).all()
        assert len(pins) <= MOST_ANDS
        assert len(shapes) <= PER_CLASS
        assert bool(shapes) == (int(supports()[member]).bit_count() > 1)
        for s in shapes:
            assert computed(pins, int(lib.result[s]), int(lib.parts[s])) == member


def test_best_structures_take_as_few_ands_as_known():
    lib = library()
    best = {}
    for name, function in {
        "and": 0x8000,
        "xor": 0x6666,
        "mux": 0xCACA,
        "majority": 0xE8E8,
        "parity": 0x6996,
    }.items():
        kind = classes().of[function]
        best[name] = int(lib.parts[lib.first[kind]]).bit_count()
    assert best == {"and": 3, "xor": 3, "mux": 3, "majority": 4, "parity": 9}


@pytest.mark.slow
def test_shipped_structures_are_those_that_are_found():
    for shipped, found in zip(library(), find_structures(), strict=True):
        assert np.array_equal(shipped, found)


@given(st.one_of(netlists(), SEEDS.map(tangle), SEEDS.map(multiplexers)))
def test_promises(net):
    digest = net.digest()
    after = rewrite_cuts(net)
    assert net.digest() == digest
    assert (after.inputs, after.outputs) == (net.inputs, net.outputs)
    samples = all_samples(net)
    assert np.array_equal(interpret(net, samples), interpret(after, samples))
    assert cost(after) <= cost(net)
    assert set(after.tags) <= set(net.tags)
    assert sweep(after) == after


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1 << 30))
def test_no_round_adds_ands(seed):
    aig = to_aig(random_netlist(gates=300, inputs=12, outputs=20, levels=8, seed=seed))
    for _ in range(4):
        before, aig = aig, _rewritten(aig)
        assert aig.num_ands <= before.num_ands
        nodes = np.arange(aig.first, len(aig.fanin))
        assert (aig.fanin[nodes, 0] < aig.fanin[nodes, 1]).all()
        assert (aig.fanin[nodes] >> 1 < nodes[:, None]).all()
        assert len(np.unique(aig.fanin[nodes], axis=0)) == len(nodes)


def _parse(body):
    lines = [line.strip() for line in body.strip().splitlines()]
    return parse("\n".join(["nor2hdl-netlist 1", "input x 4", "output y 1", *lines]) + "\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # (x0 + x1) (x0 + x2) = x0 + x1 x2
        (
            "%5 = nor(x[0], x[1])\n%6 = nor(x[0], x[2])\n%7 = nor(%5, %6)\ny = %7",
            "%5 = nor(x[1])\n%6 = nor(x[2])\n%7 = nor(%5, %6)\n%8 = nor(x[0], %7)\n%9 = nor(%8)\ny = %9",
        ),
        # x0' x1' + x0' x1 = x0': the cut does not depend on x1
        (
            "%5 = nor(x[1])\n%6 = nor(x[0], x[1])\n%7 = nor(x[0], %5)\n%8 = nor(%6, %7)\ny = %8",
            "y = x[0]",
        ),
        # x0 (x0' + x1) (x1' + x2) x2' = 0
        (
            """
            %5 = nor(x[0])
            %6 = nor(x[1])
            %7 = nor(x[2])
            %8 = nor(%5, x[1])
            %9 = nor(%6, x[2])
            %10 = nor(%5, x[2], %8, %9)
            y = %10
            """,
            "y = 0",
        ),
    ],
)
def test_structure(before, after):
    assert to_text(rewrite_cuts(_parse(before))) == to_text(_parse(after))


def test_equal_functions_of_equal_cuts_are_merged():
    b = Builder()
    x, y, z = b.input("x", 3)
    not_x, not_y = b.nor(x), b.nor(y)
    same = b.nor(b.nor(x, y), b.nor(not_x, not_y))  # x xor y
    other = b.nor(b.nor(x, not_y), b.nor(not_x, y))  # its complement, by other gates
    b.output("f", [b.nor(same, z), b.nor(other, z)])
    after = rewrite_cuts(b.freeze())
    assert cost(b.freeze())[0] == 8
    assert cost(after)[0] == 5


def test_what_is_there_already_is_free():
    b = Builder()
    x, y, z = b.input("x", 3)
    both = b.nor(y, z)  # x' y' + x' z' = x' (y z)', and y + z is there
    b.output("f", [b.nor(b.nor(b.nor(x), y), b.nor(b.nor(x), z)), both])
    after = rewrite_cuts(b.freeze())
    assert cost(b.freeze())[0] == 4
    assert cost(after)[0] <= 3


def test_new_gates_take_the_label_of_the_gate_that_they_serve():
    b = Builder()
    x = b.input("x", 3)
    with b.tagged("layer0/neuron0"):
        parts = [b.nor(x[0], x[1]), b.nor(x[0], x[2])]
    with b.tagged("layer1/neuron4"):
        b.output("y", [b.nor(*parts)])
    after = rewrite_cuts(b.freeze())
    assert cost(after)[0] == 2
    assert {after.origin(g) for g in range(after.first_gate, after.num_nets)} == {"layer1/neuron4"}


def test_what_cannot_be_made_smaller_stays():
    net = _parse("%5 = nor(x[0], x[1])\n%6 = nor(x[2], %5)\ny = %6")
    assert rewrite_cuts(net) == net


MISTAKES = [
    ("_cut_kernel", "places_b |= 1 << size", "places_b |= 1 << q"),
    ("_cut_kernel", "c.function[b, j]] ^ flip_b)", "c.function[b, j]])"),
    ("_cut_kernel", "int(t.shrunk[support, function])", "function"),
    ("_cut_kernel", "2 * leaves[0] + (function & 1)", "2 * leaves[0]"),
    ("_rewrite_kernel", "(code >> (1 + i) & 1)", "(code >> i & 1)"),
    ("_rewrite_kernel", "s.permutations[code >> 5, i]", "i"),
    ("_rewrite_kernel", "^ (int(s.transform[c.function[node, cut]]) & 1)", "^ 0"),
    ("_rewrite_kernel", "final[k] = resolved(g, outputs[k])", "final[k] = outputs[k]"),
    (
        "_rewrite_kernel",
        "g.fanin[node, 0]), resolved(g, g.fanin[node, 1])",
        "g.fanin[node, 0]), g.fanin[node, 1]",
    ),
    ("_rewrite_kernel", "c.function[other, j] == 0xFFFF else -1", "c.function[other, j] else -1"),
    ("_rewrite_kernel", "if c.leaves[node, k, p] != c.leaves[other, j, p]:", "if p > 9:"),
    ("_rewrite_kernel", "return int(2 * other + phase)", "return int(2 * other)"),
    ("_graph_kernel", "g.stands[literal >> 1] ^ (literal & 1)", "g.stands[literal >> 1]"),
]


@pytest.mark.parametrize(("kernel", "right", "wrong"), MISTAKES)
def test_a_planted_mistake_is_caught(kernel, right, wrong):
    rng = np.random.default_rng(3)
    nets = [multiplexers(rng, layers=6) if k % 2 else tangle(rng) for k in range(60)]
    with plain(kernel, right, wrong):
        assert is_caught(rewrite_cuts, nets)


def test_without_a_mistake_nothing_is_caught():
    rng = np.random.default_rng(3)
    nets = [multiplexers(rng, layers=6) if k % 2 else tangle(rng) for k in range(20)]
    with plain():
        assert not is_caught(rewrite_cuts, nets)


def test_ten_thousand_gates_are_proved_equal():
    net = random_netlist(gates=12_000, inputs=64)
    after = rewrite_cuts(net)
    assert cost(after)[0] < cost(sweep(net))[0]
    assert prove(net, after, timeout=100).status == "equal"


def test_numba_is_not_loaded_before_it_is_needed():
    code = "import sys, nor2hdl.minimize.passes._cuts; print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.slow
def test_a_hundred_thousand_gates_take_seconds():
    net = random_netlist(gates=100_000, inputs=1024)
    rewrite_cuts(random_netlist(gates=10))
    start = time.process_time()
    rewrite_cuts(net)
    assert time.process_time() - start < 20
