"""Objectives: counted by our own arrays, compared with what ABC's mapper makes of the same netlist."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings

from nor2hdl import tools
from nor2hdl.formats import write_aiger
from nor2hdl.minimize import LINEAR, fold_constants, measure, minimize
from nor2hdl.netlist import parse, random_netlist
from tests.strategies import netlists

LIBRARY = """\
GATE ZERO 0 Y=CONST0;
GATE ONE 0 Y=CONST1;
GATE BUF 1 Y=A; PIN * NONINV 1 999 1.0 0.0 1.0 0.0
GATE INV 1 Y=!A; PIN * INV 1 999 1.0 0.0 1.0 0.0
GATE {0}
"""
GATES = {
    "nand2": "NAND2 1 Y=!(A*B); PIN * INV 1 999 1.0 0.0 1.0 0.0",
    "nor2": "NOR2 1 Y=!(A+B); PIN * INV 1 999 1.0 0.0 1.0 0.0",
}


def mapped(net, objective, folder) -> int:
    """Return the cells of ABC's `map` of the netlist as it stands."""
    (folder / "cells.genlib").write_text(LIBRARY.format(GATES[objective]))
    write_aiger(net, folder / "net.aig")
    commands = ["read_genlib cells.genlib", "read_aiger net.aig", "strash", "map -a", "print_gates"]
    text = tools.abc(commands, timeout=60, cwd=folder)
    return sum(map(int, re.findall(r"^(?:INV|NAND2|NOR2) .*Instance = *(\d+)", text, re.MULTILINE)))


@pytest.mark.parametrize("objective", GATES)
@pytest.mark.parametrize("seed", range(3))
def test_cells_are_those_of_the_mapper(objective, seed, tmp_path):
    net = minimize(random_netlist(gates=1500, inputs=30, seed=seed))
    assert measure(net, objective)[0] == mapped(net, objective, tmp_path)


@settings(max_examples=50, deadline=None)
@given(netlists())
def test_cells_hold_at_least_the_ands(net):
    net = minimize(fold_constants(net), passes=LINEAR)
    ands = measure(net, "gates")[0]
    for objective in GATES:
        cells = measure(net, objective)[0]
        assert ands <= cells <= 2 * ands + net.num_inputs + net.num_outputs


@pytest.mark.parametrize(
    ("gate", "expected"),
    [
        ("%4 = nor(x[0], x[1])", {"nand2": 4, "nor2": 1, "levels": 1, "lut6": 1}),
        ("%4 = nor(x[0])", {"nand2": 1, "nor2": 1, "levels": 0, "lut6": 1}),
        ("%4 = nor(x[0], x[1], x[2])", {"nand2": 7, "nor2": 3, "levels": 2, "lut4": 1}),
        ("%4 = nor()", {"nand2": 0, "nor2": 0, "levels": 0}),
    ],
)
def test_known_costs(gate, expected):
    net = parse(f"nor2hdl-netlist 1\ninput x 3\noutput y 1\n{gate}\ny = %4\n")
    assert {objective: measure(net, objective)[0] for objective in expected} == expected
