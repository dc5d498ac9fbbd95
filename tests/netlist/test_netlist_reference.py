from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from nor2hdl.errors import NetlistError
from nor2hdl.netlist import Builder, Netlist, interpret, interpret_nets
from tests.strategies import all_samples, netlists


def test_xor() -> None:
    b = Builder()
    x, y = b.input("x")[0], b.input("y")[0]
    neither = b.nor(x, y)
    both = b.nor(b.nor(x), b.nor(y))
    b.output("z", [b.nor(neither, both), both])
    values = interpret(b.freeze(), np.array([[0, 0], [0, 1], [1, 0], [1, 1]], bool))
    assert values.astype(int).tolist() == [[0, 0], [1, 0], [1, 0], [0, 1]]
    assert values.dtype == np.bool_


def test_constants_and_wires() -> None:
    b = Builder()
    x = b.input("x", 2)
    b.output("y", [0, b.nor(), x[1], b.nor(0)])
    values = interpret(b.freeze(), np.array([[True, False], [False, True]]))
    assert values.astype(int).tolist() == [[0, 1, 0, 1], [0, 1, 1, 1]]


@given(netlists())
def test_every_net_is_what_its_kind_says(net: Netlist) -> None:
    samples = all_samples(net)
    values = interpret_nets(net, samples)
    assert values.shape == (len(samples), net.num_nets)
    for row, sample in zip(values.tolist(), samples.tolist(), strict=True):
        assert row[: net.first_gate] == [False, *sample]
        for number, fanin in enumerate(net.fanin_lists(), net.first_gate):
            assert row[number] is (not any(row[f] for f in fanin))
    assert np.array_equal(interpret(net, samples), values[:, net.drivers])


def test_no_samples_no_inputs_no_outputs() -> None:
    b = Builder()
    b.input("x", 2)
    assert interpret(b.freeze(), np.empty((0, 2), bool)).shape == (0, 0)
    assert interpret(Builder().freeze(), np.empty((3, 0), bool)).shape == (3, 0)


@pytest.mark.parametrize(
    ("samples", "text"),
    [
        ([[True, False]], "samples must be a NumPy array, not list"),
        (np.zeros((1, 2), np.uint8), "samples must have dtype bool, not uint8; convert with 'samples != 0'"),
        (np.zeros(2, bool), "samples must have shape (n, 2), one column an input bit, not (2,)"),
        (np.zeros((2, 3), bool), "samples must have shape (n, 2), one column an input bit, not (2, 3)"),
        (np.zeros((1, 2, 1), bool), "samples must have shape (n, 2), one column an input bit, not (1, 2, 1)"),
    ],
)
def test_bad_samples(samples: Any, text: str) -> None:
    b = Builder()
    b.input("x", 2)
    for function in (interpret, interpret_nets):
        with pytest.raises(NetlistError, match=f"^{re.escape(text)}$"):
            function(b.freeze(), samples)
