"""Schedules: what they compute, replayed one operation after the other, and how few places they need."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nor2hdl.netlist import Builder, interpret_nets, random_netlist
from nor2hdl.simulate import _schedule_kernel as kernel
from nor2hdl.simulate._schedule import make_schedule, schedule_of
from tests.strategies import netlists


def wild_netlist(seed, inputs=5, gates=30, widest=9):
    """Return random gates of every width, some without fan-ins, on any nets; outputs are any nets too."""
    rng = np.random.default_rng(seed)
    builder = Builder()
    builder.input("x", inputs)
    for _ in range(gates):
        builder.nor(*rng.integers(0, builder.num_nets, rng.integers(0, widest + 1)).tolist())
    builder.output("y", rng.integers(0, builder.num_nets, 6).tolist())
    return builder.freeze()


def layers(width, depth, seed=0):
    """Return layers of two-input gates, each net the fan-in of two gates in the next layer, at random."""
    rng = np.random.default_rng(seed)
    builder = Builder()
    below = np.array(builder.input("x", width))
    for _ in range(depth):
        ring = rng.permutation(below)
        below = np.array([builder.nor(a, b) for a, b in zip(ring, np.roll(ring, 1), strict=True)])
        below = rng.permutation(below)
    builder.output("y", below[:1].tolist())
    builder.output("z", below[1:].tolist())
    return builder.freeze()


def twice():
    """Return a gate that reads an input from both sides, for the last time, and one that needs a new slot."""
    builder = Builder()
    x = builder.input("x", 3)
    both = builder.nor(x[0], builder.nor(x[0]))
    builder.output("y", [both, builder.nor(x[1], x[2]), x[1], x[2]])
    return builder.freeze()


def is_replayed(net, schedule, samples, every):
    """Tell whether the schedule, on plain Booleans, gives the outputs and each net that it follows."""
    expected = interpret_nets(net, samples).T
    seen = np.zeros((1 + len(schedule.inputs) + len(schedule.operations), len(samples)), bool)
    seen[1 : 1 + len(schedule.inputs)] = samples.T[schedule.inputs]
    slots = np.random.default_rng(0).random((schedule.slots, len(samples))) < 0.5  # nobody may read these
    slots[0] = False
    slots[1 : 1 + len(schedule.inputs)] = samples.T[schedule.inputs]

    def read(operand):
        return slots[operand] if operand >= 0 else ~slots[~operand]

    for k, (a, b, target) in enumerate(schedule.operations.tolist()):
        slots[target] = read(a) | read(b)
        seen[1 + len(schedule.inputs) + k] = slots[target]
    outputs = np.array([read(o) for o in schedule.outputs.tolist()], bool).reshape(-1, len(samples))
    if not np.array_equal(outputs, expected[net.drivers]):
        return False
    followed = np.arange(net.num_nets) if every else np.flatnonzero(schedule.sources)
    values = seen[schedule.sources[followed]]
    return bool(((values == expected[followed]).all(1) | (values != expected[followed]).all(1)).all())


@pytest.mark.parametrize("every", [False, True])
@settings(deadline=None, max_examples=100)
@given(net=netlists(), seed=st.integers(0, 2**32))
def test_a_schedule_computes_its_netlist(net, seed, every):
    samples = np.random.default_rng(seed).random((20, net.num_inputs)) < 0.5
    assert is_replayed(net, make_schedule(net, every=every), samples, every)


@pytest.mark.parametrize("every", [False, True])
@pytest.mark.parametrize("seed", range(20))
def test_a_schedule_computes_wide_gates(seed, every):
    net = wild_netlist(seed)
    samples = np.random.default_rng(seed).random((50, 5)) < 0.5
    assert is_replayed(net, make_schedule(net, every=every), samples, every)


@pytest.mark.parametrize("order", ["chains", "cones"])
@pytest.mark.parametrize("seed", range(10))
def test_either_order_computes_its_netlist(seed, order, monkeypatch):
    net = wild_netlist(seed)
    if order == "chains":
        monkeypatch.setattr(kernel, "cones", lambda first, operands, roots: kernel.chains(first, operands))
    else:
        cones = kernel.cones
        roots = np.arange(2 * net.num_nets + 400, step=2, dtype=np.int32)
        monkeypatch.setattr(
            kernel, "chains", lambda first, operands: cones(first, operands, roots[: first + len(operands)])
        )
    samples = np.random.default_rng(seed).random((50, 5)) < 0.5
    assert is_replayed(net, make_schedule(net), samples, every=False)


def test_operations_are_the_pins_beyond_the_first_of_gates_that_count():
    builder = Builder()
    x = builder.input("x", 6)
    wide = builder.nor(*x[:5])
    inverted = builder.nor(wide)
    builder.nor(x[0], x[1])  # nobody reads it
    builder.output("y", [builder.nor(inverted, x[2]), inverted, 0, builder.nor()])
    net = builder.freeze()
    schedule = make_schedule(net)
    assert len(schedule.operations) == 4 + 1
    assert schedule.inputs.tolist() == [0, 1, 2, 3, 4]
    assert schedule.outputs[2:].tolist() == [0, -1]
    every = make_schedule(net, every=True)
    assert len(every.operations) == 4 + 1 + 1
    assert every.inputs.tolist() == [0, 1, 2, 3, 4, 5]
    assert every.sources[wide] == every.sources[inverted]


def test_a_deep_circuit_needs_the_slots_of_one_layer():
    net = layers(500, 40)
    schedule = make_schedule(net)
    assert net.num_gates == 20_000
    assert schedule.slots <= 500 + 40  # a few chains in each layer have to begin somewhere


def test_chains_read_one_new_operand_each():
    schedule = make_schedule(layers(500, 10))
    left, target = schedule.operations[1:, 0], schedule.operations[:-1]
    before = np.where(target < 0, ~target, target)
    shared = (np.where(left < 0, ~left, left)[:, None] == before[:, :2]).any(1)
    assert shared.mean() > 0.95


def test_a_local_circuit_is_taken_cone_by_cone():
    net = random_netlist(gates=100_000, outputs=6250)
    assert make_schedule(net).slots < net.num_gates / 10  # two layers at least, level by level


def test_slots_are_never_more_than_nets():
    for seed in range(20):
        net = wild_netlist(seed, widest=2)
        assert make_schedule(net, every=True).slots <= net.num_nets


def test_schedules_are_remembered_by_gates_and_drivers():
    net = layers(20, 3)
    first = schedule_of(net)
    assert schedule_of(net) is first
    assert schedule_of(net.with_outputs(["y", "z"])) is first
    assert schedule_of(net.with_outputs(["y"])) is not first
    assert schedule_of(net, every=True) is not first
    assert schedule_of(layers(20, 3)) is not first  # the same gates in other arrays
    assert schedule_of(net) is first
    for seed in range(4):
        schedule_of(layers(5, 2, seed))
    assert schedule_of(net) is not first  # four are remembered


MISTAKES = [
    ("live[fanins[pin]] = True", "pass"),
    ("literals[first + g] = literal ^ 1", "literals[first + g] = literal"),
    ("literal = 2 * (first + made)", "literal = 2 * (first + made) + 1"),
    ("if last[node] == k and node and not pinned[node]:", "if node and not pinned[node]:"),
    ("if last[node] == k and node and not pinned[node]:", "if last[node] == k and node:"),
    ("last[node] = -1  # an operation may read a node twice", "pass"),
    ("^ -(operands[n, side] & 1)", "^ 0"),
    ("level[users[cursor[node]]] == level[start]", "level[start] > 0"),
    ("elif not done[operands[n, 1] >> 1]:", "elif False:"),
    ("used = 1 + len(inputs)", "used = len(inputs)"),
]


@pytest.mark.parametrize(("right", "wrong"), [("", ""), *MISTAKES])
def test_a_mistake_in_a_kernel_is_noticed(right, wrong, monkeypatch):
    source = inspect.getsource(kernel)
    jit = "from nor2hdl.jit import jit\n"
    assert jit in source
    assert not right or source.count(right) == 1
    own = {"__name__": "plain"}
    plain = source.replace(jit, "def jit(function):\n    return function\n").replace(right, wrong or right)
    exec(compile(plain, "<plain>", "exec"), own)
    for name in ("translate", "chains", "cones", "allocate"):
        monkeypatch.setattr(kernel, name, own[name])
    assert is_noticed() == bool(right)


def is_noticed():
    for seed in range(12):
        for net in (twice(), wild_netlist(seed, gates=20, widest=4), layers(6, 3, seed)):
            samples = np.random.default_rng(seed).random((30, net.num_inputs)) < 0.5
            for every in (False, True):
                try:
                    if not is_replayed(net, make_schedule(net, every=every), samples, every):
                        return True
                except IndexError:
                    return True
    return False
