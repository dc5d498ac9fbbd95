"""The kernels against plain Python on small random graphs."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from nor2hdl.approximate import _kernel
from nor2hdl.approximate._care import CareSet
from nor2hdl.approximate._graph import Graph, tidy, to_graph
from nor2hdl.approximate._round import arrays, pack_care
from nor2hdl.netlist import Builder, Netlist

INPUTS, OUTPUTS, SAMPLES = 5, 2, 70


@st.composite
def cases(draw: st.DrawFn) -> tuple[Netlist, CareSet]:
    """Draw a tangled circuit and samples for it: two words of care samples, one of validation."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    b = Builder()
    b.input("bits", INPUTS)
    for _ in range(draw(st.integers(1, 25))):
        b.nor(*rng.choice(b.num_nets, rng.integers(1, min(4, b.num_nets)), replace=False).tolist())
    b.output("cls", [int(n) for n in rng.integers(max(1, b.num_nets - 4), b.num_nets, OUTPUTS)])
    x = rng.random((SAMPLES, INPUTS)) < 0.5
    y = rng.integers(0, 1 << OUTPUTS, SAMPLES)
    return b.freeze(), CareSet(x, y, x[:9], y[:9])


def right(graph: Graph, pins: np.ndarray, outputs: np.ndarray, x: np.ndarray, y: np.ndarray, forced=None):
    """Return which samples are right, computed a node at a time; `forced` is a node and its values."""
    values = [np.zeros(len(x), bool), *x.T]
    for n, (a, b) in enumerate(pins[graph.first :].tolist(), graph.first):
        value = (values[a >> 1] ^ bool(a & 1)) & (values[b >> 1] ^ bool(b & 1))
        values.append(value if forced is None or forced[0] != n else forced[1])
    found = sum((values[o >> 1] ^ bool(o & 1)).astype(int) << k for k, o in enumerate(outputs.tolist()))
    return found == y, values


def bits(words: np.ndarray, n: int) -> np.ndarray:
    return np.unpackbits(words.view(np.uint8), bitorder="little")[:n].astype(bool)


def pick(data: st.DataObject, graph: Graph) -> tuple[int, int]:
    """Draw an AND and a literal of a node before it."""
    assume(len(graph.pins) > graph.first)
    g = data.draw(st.integers(graph.first, len(graph.pins) - 1))
    return g, data.draw(st.integers(0, 2 * g - 1))


@given(cases(), st.data())
def test_flip_damage_and_balance_are_those_of_a_plain_simulation(case, data) -> None:
    net, care = case
    graph, samples = tidy(to_graph(net)), pack_care(net, care)
    g, literal = pick(data, graph)
    s = arrays(graph, samples)
    assume(s.uses[literal >> 1] > 0 or literal < 2)
    _kernel.flip(s, g, len(s.valid))
    before, values = right(graph, graph.pins, graph.outputs, care.features, care.labels)
    assert (bits(s.right, SAMPLES) == before).all()
    flipped, _ = right(graph, graph.pins, graph.outputs, care.features, care.labels, (g, ~values[g]))
    assert (bits(s.flipped, SAMPLES) == flipped).all()
    forced = (g, values[literal >> 1] ^ bool(literal & 1))
    after, _ = right(graph, graph.pins, graph.outputs, care.features, care.labels, forced)
    assert _kernel.damage(s, g, literal, samples.care) == (before & ~after).sum()
    assert _kernel.balance(s, g, literal, 0, samples.train) == int(after.sum()) - int(before.sum())


@given(cases(), st.data())
def test_replace_leaves_the_graph_and_its_values_in_order(case, data) -> None:
    net, care = case
    graph, samples = tidy(to_graph(net)), pack_care(net, care)
    s = arrays(graph, samples)
    live = len(graph.pins) - graph.first
    for _ in range(3):
        g, literal = pick(data, graph)
        if s.uses[g] == 0 or (s.uses[literal >> 1] == 0 and literal > 1):
            continue
        _, values = right(graph, s.pins, s.outputs, care.features, care.labels)
        forced = (g, values[literal >> 1] ^ bool(literal & 1))
        wanted, _ = right(graph, s.pins, s.outputs, care.features, care.labels, forced)
        estimate = _kernel.saving(s, g, literal)
        _kernel.assign(s, g, literal)
        saved = _kernel.replace(s, g, literal)
        live -= saved
        assert 1 <= estimate <= saved
        assert (bits(s.right, SAMPLES) == wanted).all()
    after, values = right(graph, s.pins, s.outputs, care.features, care.labels)
    assert (bits(s.right, SAMPLES) == after).all()
    alive = [n for n in range(graph.first, len(s.pins)) if s.uses[n]]
    assert len(alive) == live
    assert all((bits(s.values[n], SAMPLES) == values[n]).all() for n in alive)
    reads = np.concatenate([s.pins[alive].ravel(), s.outputs]) >> 1
    assert (np.bincount(reads, minlength=len(s.pins)) == s.uses).all()


@given(cases(), st.integers(1, 40), st.data())
def test_nearest_finds_the_least_damage(case, bound, data) -> None:
    net, care = case
    graph, samples = tidy(to_graph(net)), pack_care(net, care)
    g, _ = pick(data, graph)
    s = arrays(graph, samples)
    _kernel.flip(s, g, len(s.valid))
    index = np.flatnonzero(s.loss)
    found = _kernel.nearest(s, g, index, bound)
    literals = [2 * h + c for h in range(1, g) if s.uses[h] for c in (0, 1)]
    damages = [_kernel.damage(s, g, literal, samples.care) for literal in literals]
    if min(damages, default=bound) >= bound:
        assert found == -1
    else:
        assert found == literals[int(np.argmin(damages))]
