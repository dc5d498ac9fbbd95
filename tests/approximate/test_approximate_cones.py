"""Cones built anew under observed don't-cares: what was seen stays as it is."""

from __future__ import annotations

import inspect
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nor2hdl.approximate import CareSet, _cones, _kernel
from nor2hdl.approximate._graph import tidy, to_graph, to_netlist
from nor2hdl.approximate._round import Counts, Outcome, as_observed, pack_care
from nor2hdl.netlist import Builder, Netlist, interpret, parse

NO_FLOOR = Counts(0, 0, 0)
XOR = parse(
    "nor2hdl-netlist 1\ninput bits 2\noutput cls 1\n"
    "%1 = nor(bits[0], bits[1])\n%2 = nor(bits[0])\n%3 = nor(bits[1])\n%4 = nor(%2, %3)\n%5 = nor(%1, %4)\n"
    "cls[0] = %5\n"
)


def tangle(seed: int) -> tuple[Netlist, CareSet]:
    """Return a random circuit, its gates used once or twice, and few samples of its inputs."""
    rng = np.random.default_rng(seed)
    b = Builder()
    b.input("bits", 6)
    for _ in range(40):
        b.nor(*rng.choice(np.arange(max(1, b.num_nets - 12), b.num_nets), rng.integers(1, 4)).tolist())
    b.output("cls", [b.num_nets - 1, b.num_nets - 2])
    x = rng.random((12, 6)) < 0.5
    y = rng.integers(0, 4, 12)
    return b.freeze(), CareSet(x, y, x, y)


def check_observed(seed: int) -> int:
    """Check that all outputs on the samples stay; return how many ANDs go."""
    net, care = tangle(seed)
    graph = tidy(to_graph(net))
    outcome = _cones.resynthesize(graph, as_observed(pack_care(net, care), graph), NO_FLOOR, math.inf)
    small = tidy(outcome.graph)
    back = to_netlist(small, net)
    assert (interpret(back, care.features) == interpret(net, care.features)).all()
    assert len(small.pins) <= len(graph.pins)
    assert (outcome.made > 0) >= (len(small.pins) < len(graph.pins))
    return len(graph.pins) - len(small.pins)


@given(st.integers(0, 2**32))
def test_what_was_seen_stays(seed: int) -> None:
    check_observed(seed)


def test_what_was_not_seen_pays() -> None:
    assert sum(check_observed(seed) for seed in range(20)) > 50


def xor_case(label: int) -> Outcome:
    x = np.array([[0, 0], [1, 0], [0, 1]], bool)
    x_val = np.array([[1, 1]], bool)
    care = CareSet(x, np.array([0, 1, 1]), x_val, np.array([label]))
    samples = pack_care(XOR, care)
    return _cones.resynthesize(tidy(to_graph(XOR)), samples, Counts(0, 0, 1), math.inf)


def test_an_xor_whose_inputs_never_meet_is_an_or() -> None:
    outcome = xor_case(1)
    small = tidy(outcome.graph)
    assert small.pins[small.first :].tolist() == [[3, 5]]
    assert small.outputs.tolist() == [7]
    assert (outcome.made, outcome.refused, outcome.counts) == (1, 0, Counts(3, 3, 1))


def test_validation_refuses() -> None:
    outcome = xor_case(0)
    assert len(tidy(outcome.graph).pins) - 3 == 3
    assert (outcome.made, outcome.refused, outcome.counts) == (0, 1, Counts(3, 3, 1))


def test_out_of_time_nothing_is_replaced() -> None:
    net, care = tangle(0)
    outcome = _cones.resynthesize(tidy(to_graph(net)), pack_care(net, care), NO_FLOOR, -math.inf)
    assert (outcome.made, outcome.finished) == (0, False)


@pytest.mark.parametrize(
    ("module", "name", "right", "wrong"),
    [
        (_kernel, "observe", "value if pattern >> i & 1 else ~value", "value"),
        (_kernel, "observe", "1 if where & s.values[g, w] else 0", "1 if s.values[g, w] else 0"),
        (_cones, "_observed_structure", "_integer(table < 0)", "_integer(table < 1)"),
        (_cones, "_cone", "s.uses[leaf] == reads[leaf]", "s.uses[leaf] >= reads[leaf]"),
        (_cones, "_rebuild", "image[o >> 1] ^ (o & 1)", "image[o >> 1]"),
    ],
)
def test_a_wrong_rule_is_caught(monkeypatch, module, name, right, wrong) -> None:
    function = getattr(module, name)
    source = inspect.getsource(getattr(function, "py_func", function))
    assert source.count(right) == 1
    space = dict(vars(module))
    exec(source.replace(right, wrong), space)
    monkeypatch.setattr(module, name, space[name])
    with pytest.raises(AssertionError):
        for seed in range(30):
            check_observed(seed)
