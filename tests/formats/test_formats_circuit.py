"""Circuits by the suffix of their file."""

from __future__ import annotations

import pytest

from nor2hdl.errors import OptionError
from nor2hdl.formats import read_circuit, write_circuit
from nor2hdl.netlist import random_netlist
from nor2hdl.verify import prove


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("a.nor", b"nor2hdl-netlist 1\n"),
        ("a.aig", b"aig "),
        ("a.aag", b"aag "),
        ("a.blif", b".model"),
        ("a.BLIF", b".model"),
        ("a.b.Aag", b"aag "),
    ],
)
def test_every_form(tmp_path, name, head):
    net = random_netlist(gates=50, inputs=5, outputs=3)
    write_circuit(net, tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(head)
    assert prove(read_circuit(str(tmp_path / name)), net).status == "equal"


@pytest.mark.parametrize("name", ["a.v", "a", ".blif", "blif"])
def test_unknown_suffix(tmp_path, name):
    problem = rf"^circuit file must end in \.nor, \.aig, \.aag or \.blif, not '{name}'$"
    with pytest.raises(OptionError, match=problem):
        read_circuit(tmp_path / name)
    with pytest.raises(OptionError, match=problem):
        write_circuit(random_netlist(gates=3), tmp_path / name)
    assert not list(tmp_path.iterdir())
