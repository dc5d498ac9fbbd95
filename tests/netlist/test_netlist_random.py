from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nor2hdl.errors import OptionError
from nor2hdl.netlist import Port, cone, interpret_nets, random_netlist, statistics


def test_shape() -> None:
    net = random_netlist(gates=10_000, inputs=64, levels=10, fanin=3, outputs=500, seed=1)
    assert (net.inputs, net.outputs) == ((Port("x", 64),), (Port("y", 500),))
    figures = statistics(net)
    assert (figures.gates, figures.depth) == (10_000, 10)
    assert set(figures.fanin_histogram) == {1, 2, 3}
    assert list(figures.parts) == [f"layer{k}" for k in range(10)]
    assert net.origin(net.first_gate + 1008) == "layer1/neuron1"
    assert len(set(net.drivers.tolist())) == 500
    assert net.drivers.min() >= net.num_nets - 1000


def test_most_of_it_is_alive() -> None:
    net = random_netlist(gates=10_000, levels=10, outputs=1000)
    assert cone(net, net.drivers.tolist()).num_gates > 8000
    samples = np.random.default_rng(0).random((256, net.num_inputs)) < 0.5
    gates = interpret_nets(net, samples)[:, net.first_gate :].mean(axis=0)
    assert ((gates > 0) & (gates < 1)).mean() > 0.8
    assert all(0.2 < layer.mean() < 0.6 for layer in np.split(gates, 10))


def test_the_seed_decides() -> None:
    assert random_netlist(gates=99, seed=3) == random_netlist(gates=99, seed=3)
    assert random_netlist(gates=99, seed=3) != random_netlist(gates=99, seed=4)


@settings(max_examples=50)
@given(*[st.integers(1, 40)] * 5)
def test_any_size(gates: int, inputs: int, levels: int, fanin: int, outputs: int) -> None:
    net = random_netlist(gates=gates, inputs=inputs, levels=levels, fanin=fanin, outputs=outputs)
    assert (net.num_gates, net.num_inputs, net.num_outputs) == (gates, inputs, outputs)
    assert net.depth() <= levels
    assert max(map(len, net.fanin_lists())) <= fanin
    assert net.fanins.min() >= 1


@pytest.mark.parametrize(
    ("name", "value", "least"),
    [
        ("gates", 0, 1),
        ("inputs", 0, 1),
        ("levels", -1, 1),
        ("fanin", 0, 1),
        ("outputs", 0, 1),
        ("seed", -1, 0),
    ],
)
def test_bad_options(name: str, value: int, least: int) -> None:
    with pytest.raises(OptionError, match=f"^{name} must be at least {least}, not {value}$"):
        random_netlist(**({"gates": 10} | {name: value}))
