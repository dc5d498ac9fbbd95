"""The Amaranth component: its ports, its vectors and what it computes."""

from __future__ import annotations

import numpy as np
import pytest
from amaranth.back import rtlil
from amaranth.hdl import Cat
from amaranth.lib.wiring import In, Out
from amaranth.sim import Simulator
from hypothesis import given, settings

from nor2hdl.errors import NetlistError
from nor2hdl.hdl import NetlistComponent, port_names
from nor2hdl.hdl._vectors import vectors
from nor2hdl.netlist import Builder, Netlist, interpret, random_netlist
from tests.strategies import all_samples, netlists


def simulated(net: Netlist, samples: np.ndarray) -> np.ndarray:
    """Return the outputs of the component in Amaranth's own simulator."""
    component = NetlistComponent(net)
    names = port_names(net)
    inputs = Cat(*[getattr(component, names[p.name]) for p in net.inputs if p.width])
    outputs = Cat(*[getattr(component, names[p.name]) for p in net.outputs if p.width])
    rows = []

    async def bench(context):
        for sample in samples:
            if net.num_inputs:
                context.set(inputs, sum(1 << i for i, bit in enumerate(sample.tolist()) if bit))
            value = context.get(outputs)
            rows.append([value >> i & 1 for i in range(net.num_outputs)])

    simulator = Simulator(component)
    simulator.add_testbench(bench)
    simulator.run()
    return np.array(rows, bool).reshape(len(samples), net.num_outputs)


@settings(max_examples=25, deadline=None)
@given(netlists(max_inputs=4))
def test_component_computes_the_netlist(net: Netlist) -> None:
    samples = all_samples(net)
    assert np.array_equal(simulated(net, samples), interpret(net, samples))


def test_component_computes_a_larger_netlist() -> None:
    net = random_netlist(gates=400, inputs=30, levels=7, fanin=12, outputs=20)
    samples = np.random.default_rng(1).random((20, 30)) < 0.3
    assert np.array_equal(simulated(net, samples), interpret(net, samples))


def test_ports_are_members() -> None:
    b = Builder()
    pix = b.input("pix", 3)
    b.input("none", 0)
    b.output("cls", pix[:2])
    component = NetlistComponent(b.freeze())
    assert dict(component.signature.members) == {"pix": In(3), "cls": Out(2)}
    assert "cell" not in rtlil.convert(component)


def test_gates_stand_in_one_vector_for_part_level_and_fanin() -> None:
    b = Builder()
    x = b.input("x", 3)
    b.set_tag("layer0/neuron0")
    first = b.nor(x[0], x[1])
    b.set_tag("layer0/neuron1")
    second = b.nor(x[1], x[2])
    b.set_tag("argmax")
    third = b.nor(first)
    b.set_tag("")
    fourth = b.nor(second, x[0])
    fifth = b.nor()
    taken = {"argmax_l2_f1"}
    found = [(v.name, v.nets.tolist(), v.fanin) for v in vectors(b.freeze(), taken)]
    assert found == [
        ("gates_l0_f0", [fifth], 0),
        ("layer0_l1_f2", [first, second], 2),
        ("argmax_l2_f1_2", [third], 1),
        ("gates_l2_f2", [fourth], 2),
    ]
    assert taken == {"argmax_l2_f1", "gates_l0_f0", "layer0_l1_f2", "argmax_l2_f1_2", "gates_l2_f2"}


def test_wide_vectors_are_cut() -> None:
    b = Builder()
    x = b.input("x", 3)
    for _ in range(5000):
        b.nor(x[0], x[2])
    found = vectors(b.freeze(), set())
    assert [(v.name, len(v.nets)) for v in found] == [("gates_l1_f2", 4096), ("gates_l1_f2_2", 904)]


def test_too_many_bits_are_refused() -> None:
    b = Builder()
    b.input("x", 65_535)
    with pytest.raises(
        NetlistError,
        match=r"^all inputs together and each output must have at most 65534 bits to become Verilog, "
        r"not 65535; split the circuit$",
    ):
        NetlistComponent(b.freeze())
    b = Builder()
    b.output("y", [0] * 65_535)
    with pytest.raises(NetlistError, match=r"not 65535; split the circuit$"):
        NetlistComponent(b.freeze())
