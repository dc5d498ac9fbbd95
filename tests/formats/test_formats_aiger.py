"""AIGER: round trips, ABC as a second reader, and files that are not what they should be."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from nor2hdl import tools
from nor2hdl.errors import NetlistError, OutputError
from nor2hdl.formats import read_aiger, write_aiger
from nor2hdl.minimize import cost
from nor2hdl.netlist import Builder, Port, interpret, random_netlist
from tests.strategies import all_samples, netlists

AND = b"aig 3 2 0 1 1\n6\n\x02\x02"
HEADERS = "'aig M I L O A' of binary AIGER or 'aag M I L O A' of ASCII AIGER"


def _round_trip(net, like=None):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.aig"
        write_aiger(net, path)
        return read_aiger(path, like)


@given(netlists())
def test_round_trip_keeps_ports_and_function(net):
    back = _round_trip(net, net)
    samples = all_samples(net)
    assert (back.inputs, back.outputs) == (net.inputs, net.outputs)
    assert (interpret(back, samples) == interpret(net, samples)).all()
    assert cost(back)[0] <= cost(net)[0]


@given(netlists())
def test_symbols_bring_the_ports_back(net):
    back = _round_trip(net)
    for ours, theirs in ((net.inputs, back.inputs), (net.outputs, back.outputs)):
        assert [port for port in ours if port.width] == list(theirs)


def test_abc_reads_the_same_circuit(tmp_path):
    net = random_netlist(gates=300, inputs=12, outputs=5)
    write_aiger(net, tmp_path / "a.aig")
    tools.abc(["read_aiger a.aig", "strash", "balance", "write_aiger -s b.aig"], timeout=30, cwd=tmp_path)
    assert "equivalent" in tools.abc(["cec -n a.aig b.aig"], timeout=30, cwd=tmp_path)
    back = read_aiger(tmp_path / "b.aig", like=net)
    samples = np.random.default_rng(0).random((500, 12)) < 0.5
    assert (interpret(back, samples) == interpret(net, samples)).all()


def test_numbers_of_every_length(tmp_path):
    b = Builder()
    x = b.input("x", 20_000)
    b.output("y", [b.nor(b.nor(*x[::2]), x[5]), b.nor(x[0], x[19_999])])
    net = b.freeze()
    write_aiger(net, tmp_path / "wide.aig")
    back = read_aiger(tmp_path / "wide.aig")
    samples = np.eye(3, 20_000, dtype=bool)
    assert (interpret(back, samples) == interpret(net, samples)).all()


def test_gates_of_an_and(tmp_path):
    (tmp_path / "and.aig").write_bytes(AND)
    net = read_aiger(tmp_path / "and.aig")
    assert (net.inputs, net.outputs) == ((Port("in", 2),), (Port("out", 1),))
    assert net.fanin_lists() == [[1], [2], [3, 4]]


def test_complemented_fan_ins_need_no_inverter(tmp_path):
    (tmp_path / "nor.aig").write_bytes(b"aig 3 2 0 1 1\n6\n\x01\x02")
    assert read_aiger(tmp_path / "nor.aig").fanin_lists() == [[1, 2]]


@pytest.mark.parametrize(
    ("symbols", "inputs"),
    [
        (b"i0 a\ni1 b\no0 y\n", (Port("a", 1), Port("b", 1))),
        (b"i0 a[0]\ni1 a[1]\no0 y\n", (Port("a", 2),)),
        (b"i0 a[0]\ni1 b[0]\no0 y\nc\nanything\n", (Port("a", 1), Port("b", 1))),
        (b"i0 a[1]\ni1 a[0]\no0 y\n", (Port("in", 2),)),
        (b"i0 a\ni1 a\no0 y\n", (Port("in", 2),)),
        (b"i0 y\ni1 a\no0 y\n", (Port("in", 2),)),
        (b"i0 a b\ni1 c\no0 y\n", (Port("in", 2),)),
        (b"i0 a\no0 y\n", (Port("in", 2),)),
        (b"i0 0\ni1 a\no0 y\n", (Port("in", 2),)),
        (b"i0 a#\ni1 b\no0 y\n", (Port("in", 2),)),
        (b"i0 a\ni1 a[" + b"1" * 5000 + b"]\no0 y\n", (Port("in", 2),)),
        (b"i0 \xff\ni1 a\no0 y\ncomment", (Port("\ufffd", 1), Port("a", 1))),
        (b"", (Port("in", 2),)),
    ],
)
def test_ports_from_symbols(tmp_path, symbols, inputs):
    path = tmp_path / "a.aig"
    path.write_bytes(AND + symbols)
    assert read_aiger(path).inputs == inputs


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", f":1: must begin with a line {HEADERS}, not ''"),
        (b"hello\n", f":1: must begin with a line {HEADERS}, not 'hello'"),
        (b"aig 3 2 0 1\n6\n", f":1: must begin with a line {HEADERS}, not 'aig 3 2 0 1'"),
        (b"aig 3 2 0 -1 1\n", f":1: must begin with a line {HEADERS}, not 'aig 3 2 0 -1 1'"),
        (b"aig " + b"9" * 5000 + b" 2 0 1 1\n", f":1: must begin with a line {HEADERS}, not 'aig 9999"),
        (
            b"aig 3 1 1 1 1\n2 0\n6\n",
            ":1: must be combinational, not hold 1 latches and 0 properties; cut them",
        ),
        (
            b"aig 3 2 0 1 1 1 1\n6\n",
            ":1: must be combinational, not hold 0 latches and 2 properties; cut them",
        ),
        (b"aig 9 2 0 1 1\n6\n\x02\x02", ":1: must have M = I + L + A, not 9 and 2 + 0 + 1; write the file"),
        (
            b"aig 999999999 999999998 0 0 1\n\x02\x02",
            ":1: must have at most 134217728 variables, not 9999999",
        ),
        (
            b"aig 3 2 0 1 1\n8\n\x02\x02",
            ":2: output 0 must be a literal in 0..7, not '8'; write the file again",
        ),
        (b"aig 3 2 0 2 1\n6\n", ":3: output 1 must be a literal in 0..7, not ''"),
        (b"aig 3 2 0 1 1\n-6\n\x02\x02", ":2: output 0 must be a literal in 0..7, not '-6'"),
        (b"aig 3 2 0 1 1\n6\n\x02", ": is cut short: it must hold 1 ANDs, not 0; copy it anew"),
        (b"aig 3 2 0 1 1\n6\n\x02\x82", ": is cut short: it must hold 1 ANDs, not 0; copy it anew"),
        (b"aig 3 2 0 1 1\n6\n\x00\x02", ": AND 0 must have literals in 0..5, below its own, not 6 and 4"),
        (b"aig 3 2 0 1 1\n6\n\x02\x06", ": AND 0 must have literals in 0..5, below its own, not 4 and -2"),
        (b"aig 3 2 0 1 1\n6\n\x02" + b"\x80" * 9 + b"\x01", ": AND 0 must be two numbers of at most 5 bytes"),
        (
            AND + b"i2 x\n",
            ": symbol must name an input or an output that is there, not 'i2 x'; check the counts",
        ),
        (AND + b"l0 x\n", ": symbol must name an input or an output that is there, not 'l0 x'"),
        (AND + b" x\n", ": symbol must name an input or an output that is there, not ' x'"),
        (
            AND + b"i" + b"1" * 5000 + b" x\n",
            ": symbol must name an input or an output that is there, not 'i1",
        ),
    ],
)
def test_malformed_file(tmp_path, data, problem):
    path = tmp_path / "bad.aig"
    path.write_bytes(data)
    with pytest.raises(NetlistError, match="^" + re.escape(f"{path}{problem}")) as caught:
        read_aiger(path)
    assert "\n" not in str(caught.value)


def test_every_truncation_of_a_file_is_told(tmp_path):
    net = random_netlist(gates=60, inputs=4, outputs=2)
    write_aiger(net, tmp_path / "whole.aig")
    data = (tmp_path / "whole.aig").read_bytes()
    path = tmp_path / "cut.aig"
    for length in range(data.index(b"i0 x")):
        path.write_bytes(data[:length])
        with pytest.raises(NetlistError) as caught:
            read_aiger(path, like=net)
        assert str(caught.value).startswith(f"{path}:")


def test_missing_file(tmp_path):
    path = tmp_path / "none.aig"
    with pytest.raises(
        NetlistError, match=rf"^cannot read {path}: No such file or directory; check the path$"
    ):
        read_aiger(path)


def test_ports_that_do_not_fit(tmp_path):
    path = tmp_path / "and.aig"
    path.write_bytes(AND)
    like = random_netlist(gates=3, inputs=5, outputs=1)
    problem = "must have 5 inputs for the given ports, not 2; name the netlist that the file was made from"
    with pytest.raises(NetlistError, match=rf"^{path}: {problem}$"):
        read_aiger(path, like=like)


def test_folder_that_is_not_there(tmp_path):
    with pytest.raises(OutputError, match="No such file or directory"):
        write_aiger(random_netlist(gates=3), tmp_path / "none" / "a.aig")
