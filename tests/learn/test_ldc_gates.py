"""Networks of gates in place of units, and the classifiers that they become."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from nor2hdl.data import load
from nor2hdl.errors import OptionError
from nor2hdl.extract import extract
from nor2hdl.learn.ldc import GateNet, LdcNet, replace_units, to_classifier
from nor2hdl.learn.ldc._gates import best_count
from nor2hdl.learn.ldc._kept import connections, reached
from nor2hdl.learn.ldc._signals import trace
from nor2hdl.learn.ldc._votes import ranks_of, signed_powers
from nor2hdl.simulate import classify, get_engine
from tests.learn.ldc_nets import NORMS, pictures, random_net

GATES = ("nor", "or-nor", "threshold")


def plain_classes(net: GateNet, x: np.ndarray) -> list[int]:
    """Evaluate a network of gates with lists and floats, sample by sample."""
    layers = []
    for layer in net.layers:
        reads = [c.nonzero().flatten().tolist() for c in layer.connections()[0].T]
        layers.append(list(zip(reads, layer.threshold.tolist(), layer.inverted.tolist(), strict=True)))
    reads = [c.nonzero().flatten().tolist() for c in net.connected.T]
    classes = []
    for sample in x:
        bits = [float(pixel >= 0.5) for pixel in sample]
        for layer in layers:
            bits = [float((sum(bits[i] for i in read) > most) == inverted) for read, most, inverted in layer]
        scores = [row[int(sum(bits[i] for i in read))] for read, row in zip(reads, net.scores, strict=True)]
        classes.append(scores.index(max(scores)))
    return classes


@given(
    st.sampled_from(NORMS),
    st.sampled_from(GATES),
    st.integers(0, 10_000),
    st.floats(0, 0.5),
    st.lists(st.integers(1, 12), min_size=0, max_size=3),
)
@settings(max_examples=60)
def test_the_classifier_gives_the_classes_of_the_gates(norm, gates, seed, density, hidden) -> None:
    net = random_net(norm, (12, *hidden, 4), density, seed)
    replaced = replace_units(net, pictures(60, 12, seed), gates=gates)
    x = pictures(60, 12, seed + 1)
    samples = (x * 255).round().to(torch.uint8).numpy()
    assert to_classifier(replaced).predict(samples).tolist() == plain_classes(replaced, x.numpy())


def line(counts: np.ndarray, totals: np.ndarray) -> np.ndarray:
    return np.polyfit(counts, totals, 1) if np.ptp(counts) else np.array([0.0, totals.mean()])


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("gates", ["nor", "or-nor"])
@pytest.mark.parametrize("remeasure", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_scores_are_those_of_exact_gates_under_a_fitted_line(norm, gates, remeasure, seed) -> None:
    net = random_net(norm, (12, 9, 7, 4), 0.3, seed)
    x = pictures(200, 12, seed)
    kept = [k.double().numpy() for k in connections(net)]
    bits = (x >= 0.5).double().numpy()
    for i, found in enumerate(reached(connections(net))[1:-1]):
        rising = {"batch": net.norms[i].weight >= 0 if norm == "batch" else None}.get(norm)
        if norm != "batch":
            rising = torch.full((kept[i].shape[1],), norm == "soft-invert" and net.norms[i].share <= 0.5)
        above = bits @ kept[i] > 0
        constant = norm != "batch" and not rising.any()
        bits = above == (rising if gates == "or-nor" else torch.zeros_like(rising)).numpy()
        bits = np.where(found.numpy(), bits, constant).astype(float)
    counts = bits @ kept[-1]
    totals = trace(net, x, groups=False).totals.numpy()
    replaced = replace_units(net, x, gates=gates, remeasure=remeasure)
    norms = net.norms[-1]
    for c in range(4):
        slope, start = line(counts[:, c], totals[:, c])
        assert len(replaced.scores[c]) == kept[-1][:, c].sum() + 1
        active = np.tanh(start + slope * np.arange(len(replaced.scores[c])))
        if norm == "batch":
            seen = np.tanh(start + slope * counts[:, c])
            mean = seen.mean() if remeasure else norms.running_mean[c].item()
            var = seen.var(ddof=1) if remeasure else norms.running_var[c].item()
            active = (active - mean) / np.sqrt(var + 1e-4)
            active = active * norms.weight[c].item() + norms.bias[c].item()
        else:
            share = 1.0 if norm == "hard-invert" else norms.share.item()
            active = active * (1 - share) + (1 - active) * share
        assert replaced.scores[c] == pytest.approx(active.tolist(), abs=1e-3)
    classes = np.array([[row[int(n)] for row, n in zip(replaced.scores, r, strict=True)] for r in counts])
    samples = (x * 255).round().to(torch.uint8).numpy()
    assert to_classifier(replaced).predict(samples).tolist() == classes.argmax(1).tolist()


def test_threshold_gates_follow_the_bits_of_their_units() -> None:
    net = random_net("batch", (12, 30, 4), 0.3, 3)
    net.layers[1].weight.data.fill_(1.0)
    net.norms[0].weight.data[0] = -1.0
    x = pictures(300, 12, 3)
    replaced = replace_units(net, x, gates="threshold")
    bits = trace(net, x, groups=True).hidden[0].bits
    # The first layer reads exact bits, so that each tanh is a rising function of the count, and a gate exact.
    assert torch.equal(replaced.layers[0]((x >= 0.5).float()) > 0, bits)


@given(st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=1, max_size=20))
def test_the_best_count_makes_the_fewest_errors(pairs) -> None:
    counts, truth = zip(*pairs, strict=True)
    found = best_count(torch.tensor(counts)[:, None], torch.tensor(truth)[:, None]).item()
    most = max(counts) + 1
    errors = [sum((n >= k) != t for n, t in pairs) for k in [*range(1, most + 1), 0]]
    assert found == [*range(1, most + 1), 0][int(np.argmin(errors))]


@given(st.lists(st.lists(st.integers(0, 12), min_size=1, max_size=6), min_size=2, max_size=4))
def test_ranks_compare_as_the_scores_do(rows) -> None:
    scores = [[value / 4 for value in row] for row in rows]
    ranks = ranks_of(scores)
    for a, b in itertools.permutations(range(len(rows)), 2):
        for x, y in itertools.product(range(len(rows[a])), range(len(rows[b]))):
            assert (scores[a][x] > scores[b][y]) == (ranks[a][x] > ranks[b][y])
    used = sorted({rank for row in ranks for rank in row})
    assert used == list(range(len(used)))


@given(st.integers(-(2**40), 2**40))
def test_signed_powers_come_to_the_number(number) -> None:
    powers = signed_powers(number)
    assert sum(powers) == number
    exponents = [abs(p).bit_length() - 1 for p in powers]
    assert [abs(p) for p in powers] == [2**e for e in exponents]
    assert all(b - a > 1 for a, b in itertools.pairwise(exponents))


@pytest.mark.parametrize("gates", GATES)
def test_the_netlist_gives_the_same_classes(gates) -> None:
    data = load("digits")
    net = random_net("batch", (64, 20, 10), 0.05, 4)
    x = torch.from_numpy(data.x_train.copy()).float() / 255
    replaced = replace_units(net, x, gates=gates)
    model = to_classifier(replaced, shape=data.shape, class_names=data.classes)
    assert model.shape == (8, 8)
    found = classify(extract(model), data.x_test, get_engine("fast"))
    assert found.tolist() == model.predict(data.x_test).tolist()
    assert found.tolist() == plain_classes(replaced, data.x_test / 255)
    assert len(set(found.tolist())) > 1


def test_gates_that_no_class_depends_on_are_left_out() -> None:
    net = LdcNet((2, 3, 2), norm="hard-invert")
    net.layers[0].weight.data.fill_(1.0)
    net.layers[1].weight.data.copy_(torch.tensor([[0.0, 1.0, 0.0], [0.0, 1.0, 0.0]]))
    assert replace_units(net, torch.eye(2), gates="nor").layers[0].out_features == 1


def test_nothing_is_drawn_from_the_random_state_of_torch() -> None:
    net = random_net("batch", (12, 9, 4), 0.3, 3)
    x = pictures(30, 12, 3)
    state = torch.random.get_rng_state()
    to_classifier(replace_units(net, x, gates="threshold"))
    assert torch.equal(state, torch.random.get_rng_state())


def test_other_gates_are_refused() -> None:
    net = LdcNet((2, 2), norm="batch")
    with pytest.raises(OptionError, match=r"^gates must be 'nor', 'or-nor' or 'threshold', not 'xor'$"):
        replace_units(net, torch.eye(2), gates="xor")
