"""Provenance after an engine that knows nothing of it: found again by simulation."""

from __future__ import annotations

import numpy as np

from nor2hdl.minimize import ENGINES, cost, recover_origins
from nor2hdl.netlist import Builder, interpret_nets, parse, to_text
from nor2hdl.netlist.arith import popcount


def _labelled():
    """Return neurons over 12 inputs and a popcount of them."""
    rng = np.random.default_rng(3)
    b = Builder()
    x = b.input("x", 12)
    neurons = []
    for k in range(20):
        b.set_tag(f"layer0/neuron{k}")
        neurons.append(b.nor(*rng.choice(x, 3, replace=False).tolist()))
    b.set_tag("popcount/class0")
    b.output("y", popcount(b, [neurons]))
    return b.freeze()


def test_provenance_is_found_again_after_abc():
    net = _labelled()
    after = ENGINES["abc"].run(net, timeout=60).net
    assert cost(after) < cost(net)
    assert (after.origins >= 0).all()
    samples = np.random.default_rng(0).random((4000, 12)) < 0.4
    old, new = interpret_nets(net, samples), interpret_nets(after, samples)
    for gate in range(after.first_gate, after.num_nets):
        agree = [
            net.origin(n)
            for n in range(net.first_gate, net.num_nets)
            if (old[:, n] == new[:, gate]).all() or (old[:, n] != new[:, gate]).all()
        ]
        if agree:
            assert after.origin(gate) == agree[0]


def test_gates_that_match_nothing_take_the_label_of_what_they_feed():
    head = "nor2hdl-netlist 1\ninput x 4\noutput y 1\n"
    old = parse(head + "from layer0/neuron0\n%5 = nor(x[0], x[1], x[2])\ny = %5\n")
    new = parse(head + "%5 = nor(x[0], x[1])\n%6 = nor(%5)\n%7 = nor(%6, x[2])\ny = %7\n")
    labelled = recover_origins(old, new)
    assert labelled.tags == ("layer0/neuron0",)
    assert labelled.origins.tolist() == [0, 0, 0]
    assert labelled.fanin_lists() == new.fanin_lists()


def test_gates_that_never_change_take_the_label_of_the_output():
    head = "nor2hdl-netlist 1\ninput x 1\noutput y 1\n"
    old = parse(head + "from argmax\n%2 = nor(x)\n%3 = nor(x, %2)\n%4 = nor(%3)\ny = %4\n")
    new = parse(head + "%2 = nor()\ny = %2\n")
    assert recover_origins(old, new).origin(2) == "argmax"


def test_complements_share_a_label():
    head = "nor2hdl-netlist 1\ninput x 2\noutput y 1\n"
    old = parse(head + "from encoder\n%3 = nor(x[0], x[1])\ny = %3\n")
    new = parse(head + "%3 = nor(x[0], x[1])\n%4 = nor(%3)\n%5 = nor(%4)\ny = %5\n")
    assert "from encoder" in to_text(recover_origins(old, new))
    assert recover_origins(old, new).origins.tolist() == [0, 0, 0]


def test_without_labels_nothing_is_labelled():
    net = parse("nor2hdl-netlist 1\ninput x 1\noutput y 1\n%2 = nor(x)\ny = %2\n")
    assert recover_origins(net, net) is net
