"""What a page holds is, read back slowly, exactly what it was made of."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nor2hdl import view
from nor2hdl.netlist import Builder, random_netlist, statistics
from nor2hdl.view import Image, Network, Samples, Scene, ShownCircuit, ShownLayer, viewer_page
from nor2hdl.view._payload import encode, varints
from tests.strategies import netlists
from tests.view.pages import (
    netlist_of,
    neurons_of,
    numbers,
    samples_of,
    scene_of,
    toggles_of,
)


def page_of(*nets):
    return viewer_page(Scene("page", tuple(ShownCircuit(f"circuit {i}", net) for i, net in enumerate(nets))))


@given(st.lists(st.integers(0, 2**63 - 1), max_size=20))
def test_varints(values):
    assert numbers(varints(np.array(values, np.int64))) == values


@given(st.lists(netlists(max_gates=40), min_size=1, max_size=2))
def test_any_circuit_comes_back(nets):
    page = page_of(*nets)
    circuits = scene_of(page)["circuits"]
    assert [netlist_of(page, circuit) for circuit in circuits] == nets
    for circuit, net in zip(circuits, nets, strict=True):
        figures = statistics(net)
        assert (circuit["gates"], circuit["pins"], circuit["depth"]) == (
            figures.gates, figures.pins, figures.depth,
        )  # fmt: skip
        assert circuit["parts"] == [list(part) for part in figures.parts.items()]


@given(
    gates=st.integers(1, 3000), levels=st.integers(1, 20), fanin=st.integers(1, 9), seed=st.integers(0, 99)
)
def test_a_layered_circuit_comes_back(gates, levels, fanin, seed):
    net = random_netlist(gates=gates, inputs=300, levels=levels, fanin=fanin, outputs=20, seed=seed)
    page = page_of(net)
    assert netlist_of(page, scene_of(page)["circuits"][0]) == net


def test_circuits_at_the_edge():
    empty = Builder().freeze()
    wires = Builder()
    x = wires.input("x", 2)
    wires.output("y", [x[1], 0, x[1]])
    constants = Builder()
    constants.output("one", [constants.nor()])
    far = Builder()  # a fan-in so far away that its distance takes several bytes
    a = far.input("a", 100_000)
    far.output("y", [far.nor(a[0], a[-1])])
    nets = [empty, *(b.freeze() for b in (wires, constants, far))]
    page = page_of(*nets)
    assert [netlist_of(page, circuit) for circuit in scene_of(page)["circuits"]] == nets


layers = st.integers(1, 50).flatmap(
    lambda inputs: st.tuples(
        st.just(inputs),
        st.lists(
            st.lists(st.sampled_from([s * (i + 1) for i in range(inputs) for s in (1, -1)]), unique=True)
            .map(lambda literals: sorted(literals, key=lambda v: (abs(v), -v))),
            min_size=1, max_size=6,
        ),
    )
)  # fmt: skip


@given(st.lists(layers, min_size=1, max_size=3), st.data())
def test_any_network_comes_back(found, data):
    shown = []
    for inputs, neurons in found:
        count = len(neurons)
        some = st.lists(st.integers(0, 2**31 - 1), min_size=count, max_size=count)
        shown.append(
            ShownLayer(
                "ThresholdLayer",
                inputs,
                np.cumsum([0, *map(len, neurons)]),
                np.array([literal for neuron in neurons for literal in neuron], np.int64),
                np.array(data.draw(some), np.int64),
                np.array(data.draw(some), np.int64) % 2 > 0,
            )
        )
    votes = np.array([-4, 0, 2], np.int64)
    net = random_netlist(gates=1)
    scene = Scene("n", (ShownCircuit("c", net),), classes=("a", "b"), network=Network(tuple(shown), votes, 7))
    page = viewer_page(scene)
    network = scene_of(page)["network"]
    assert [neurons_of(page, layer) for layer in network["layers"]] == [neurons for _, neurons in found]
    assert [(x["kind"], x["inputs"], x["neurons"]) for x in network["layers"]] == [
        ("ThresholdLayer", inputs, len(neurons)) for inputs, neurons in found
    ]
    assert network["thresholds"] == [layer.thresholds.tolist() for layer in shown]
    assert network["inverted"] == [layer.inverted.astype(int).tolist() for layer in shown]
    assert (network["votes"], network["scoreOffset"]) == ([-4, 0, 2], [7, 7])


def test_samples_image_and_toggles_come_back():
    rng = np.random.default_rng(0)
    net = random_netlist(gates=50)
    rates = rng.random(net.num_nets).astype(np.float32)
    x = rng.integers(0, 256, (3, 12), dtype=np.uint8)
    samples = Samples("val", np.array([4, 0, 9]), np.array([1, 0, 1]), x)
    scene = Scene(
        "s", (ShownCircuit("c", net, rates),), remark="approximate: care set = 9 samples", classes=("a", "b"),
        image=Image((2, 2, 3), (64, 128), "pix"), samples=samples,
    )  # fmt: skip
    page = viewer_page(scene)
    values = scene_of(page)
    assert values["image"] == {"shape": [2, 2, 3], "levels": [64, 128], "port": "pix"}
    assert (values["title"], values["remark"]) == ("s", "approximate: care set = 9 samples")
    assert (values["format"], values["classes"], values["network"]) == (1, ["a", "b"], None)
    assert (toggles_of(page, values["circuits"][0]) == rates).all()
    assert (samples_of(page, values["samples"]) == x).all()
    assert [values["samples"][k] for k in ("split", "indices", "labels")] == ["val", [4, 0, 9], [1, 0, 1]]


def test_a_circuit_that_is_too_large_is_summarized(monkeypatch):
    monkeypatch.setattr(view._scene, "MOST_GATES", 100)
    small, large = random_netlist(gates=100), random_netlist(gates=101)
    rates = np.zeros(large.num_nets, np.float32)
    scene = Scene("s", (ShownCircuit("small", small), ShownCircuit("large", large, rates)))
    assert [circuit.name for circuit in scene.summarized] == ["large"]
    page = viewer_page(scene)
    circuits = scene_of(page)["circuits"]
    assert netlist_of(page, circuits[0]) == small
    assert {k: circuits[1][k] for k in ("blob", "lengths", "toggles", "tags")} == {
        "blob": None, "lengths": None, "toggles": None, "tags": [],
    }  # fmt: skip
    figures = statistics(large)
    assert (circuits[1]["gates"], circuits[1]["depth"]) == (101, figures.depth)
    assert circuits[1]["parts"] == [list(part) for part in figures.parts.items()]
    assert page.count('id="blob-') == 1


def test_the_same_scene_gives_the_same_bytes():
    first, second = (page_of(random_netlist(gates=2000)) for _ in range(2))
    assert first == second
    _, blobs = encode(Scene("s", (ShownCircuit("c", random_netlist(gates=10)),)))
    assert blobs[0][:10] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"  # no flags, no time, no system


@pytest.mark.slow
@pytest.mark.parametrize(("gates", "most"), [(5_000, 500_000), (50_000, 800_000), (500_000, 4_000_000)])
def test_page_sizes(gates, most):
    size = len(page_of(random_netlist(gates=gates)).encode())
    print(f"\npage of {gates:,} random gates: {size:,} bytes")  # noqa: T201 - for the reader of a slow run
    assert size < most
