"""ASCII AIGER: the same circuits as the binary form, lines in any order, and errors that name the line."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nor2hdl.errors import NetlistError
from nor2hdl.formats import read_aiger, write_aiger
from nor2hdl.netlist import Port, interpret, random_netlist
from tests.strategies import all_samples, netlists


def _read(text):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.aag"
        path.write_text(text)
        return read_aiger(path)


@given(netlists())
def test_ascii_and_binary_give_the_same_netlist(net):
    with tempfile.TemporaryDirectory() as folder:
        for name in ("net.aag", "net.aig"):
            write_aiger(net, Path(folder) / name)
        assert (Path(folder) / "net.aag").read_bytes().startswith(b"aag ")
        assert read_aiger(Path(folder) / "net.aag") == read_aiger(Path(folder) / "net.aig")


@given(netlists(), st.randoms(use_true_random=False))
def test_ands_in_any_order_and_with_any_number(net, random):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.aag"
        write_aiger(net, path)
        head, *lines = path.read_text().split("\n")
        top, inputs, _, outputs, ands = map(int, head.split()[1:])
        new = random.sample(range(1, 2 * top + 1), top)

        def renamed(line):
            return " ".join(str(2 * ([0, *new][int(w) // 2]) + int(w) % 2) for w in line.split())

        numbers = [renamed(line) for line in lines[: inputs + outputs + ands]]
        shuffled = random.sample(numbers[inputs + outputs :], ands)
        head = f"aag {2 * top} {inputs} 0 {outputs} {ands}"
        rest = lines[inputs + outputs + ands :]
        path.write_text("\n".join([head, *numbers[: inputs + outputs], *shuffled, *rest]))
        back = read_aiger(path, like=net)
        assert (interpret(back, all_samples(net)) == interpret(net, all_samples(net))).all()


def test_gates_of_a_file_out_of_order():
    net = _read("aag 9 2 0 2 2\n18\n4\n7\n6\n6 9 8\n8 4 18\ni0 x\ni1 y\no0 p[0]\no1 p[1]\n")
    assert (net.inputs, net.outputs) == ((Port("x", 1), Port("y", 1)), (Port("p", 2),))
    #  8 = 18 AND 4, 6 = not 8 AND 8
    assert net.fanin_lists() == [[1], [2], [3, 4], [5], [5, 6], [7]]
    assert net.drivers.tolist() == [8, 7]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "aag 3 1 1 1 1\n2\n4 6\n6\n6 4 2\n",
            ":1: must be combinational, not hold 1 latches and 0 properties; ",
        ),
        (
            "aag 2 2 0 1 1\n2\n4\n6\n6 4 2\n",
            ":1: must have M >= I + L + A, not 2 and 2 + 0 + 1; write the file",
        ),
        (
            "aag 3 2 0 1 1\n2\n4\n6\n6 4 2",
            (
                ":5: is cut short: it must hold 2 inputs, 1 outputs and 1 ANDs, a line "
                "each, not 3 lines below the first; copy it anew"
            ),
        ),
        (
            "aag 3 2 0 1 1\n2\n4 0\n6\n6 4 2\n",
            ":3: input must be one literal, not '4 0'; check the counts in line 1",
        ),
        (
            "aag 3 2 0 2 1\n2\n4\n6\n6 4 2\n\n",
            ":5: output must be one literal, not '6 4 2'; check the counts in",
        ),
        (
            "aag 3 2 0 1 1\n2\n4\n6\n6 4 x\n",
            ":5: AND must be three literals, not '6 4 x'; check the counts in line 1",
        ),
        (
            "aag 3 2 0 0 1\n2\n4\n6\n6 4 2\n",
            ":4: AND must be three literals, not '6'; check the counts in line 1",
        ),
        (
            "aag 4 2 0 1 1\n2\n4\n6\n6 4 2\n8 2 2\n",
            (
                ":6: symbol must name an input or an output that is there, not "
                "'8 2 2'; check the counts in line 1"
            ),
        ),
        (
            "aag 3 2 0 1 1\n2\n5\n6\n6 4 2\n",
            ":3: input or AND must be an even literal in 2..6, not 5; write the",
        ),
        (
            "aag 3 2 0 1 1\n2\n4\n6\n0 4 2\n",
            ":5: input or AND must be an even literal in 2..6, not 0; write the",
        ),
        (
            "aag 3 2 0 1 1\n2\n4\n6\n8 4 2\n",
            ":5: input or AND must be an even literal in 2..6, not 8; write the",
        ),
        (
            "aag 3 2 0 1 1\n2\n2\n6\n6 2 2\n",
            ":3: literal 2 must be defined once, but line 2 defines it already; ",
        ),
        (
            "aag 5 3 0 0 2\n4\n2\n6\n4 2 6\n2 4 6\n",
            ":5: literal 4 must be defined once, but line 2 defines it already; remove one",
        ),
        (
            "aag 4 2 0 1 2\n2\n4\n6\n6 2 4\n4 2 6\n",
            ":6: literal 4 must be defined once, but line 3 defines it already; remove one",
        ),
        (
            "aag 9 2 0 1 1\n2\n4\n15\n6 2 4\n",
            (
                ":4: literal 15 must be that of an input or an AND, or its complement; "
                "add the line that defines 14"
            ),
        ),
        (
            "aag 9 2 0 1 1\n2\n4\n6\n6 2 8\n",
            ":5: literal 8 must be that of an input or an AND, or its complement; ",
        ),
        (
            "aag 4 1 0 1 2\n2\n4\n4 6 2\n6 2 5\n",
            ":4: ANDs must not form a loop, but these do: 4 <- 6 <- 4; break",
        ),
        (
            "aag 2 1 0 1 1\n2\n4\n4 4 2\n",
            ":4: ANDs must not form a loop, but these do: 4 <- 4; break the loop",
        ),
        (
            "aag 1 1 0 1 0\n2\n3\ni0 x\no1 y\n",
            ":5: symbol must name an input or an output that is there, not 'o1 y'",
        ),
    ],
)
def test_malformed_file(tmp_path, text, problem):
    path = tmp_path / "bad.aag"
    path.write_text(text)
    with pytest.raises(NetlistError, match="^" + re.escape(f"{path}{problem}")) as caught:
        read_aiger(path)
    assert "\n" not in str(caught.value)


def test_every_truncation_of_a_file_is_told(tmp_path):
    net = random_netlist(gates=60, inputs=4, outputs=2)
    write_aiger(net, tmp_path / "whole.aag")
    data = (tmp_path / "whole.aag").read_bytes()
    path = tmp_path / "cut.aag"
    for length in range(data.index(b"i0 x")):
        path.write_bytes(data[:length])
        with pytest.raises(NetlistError, match=r"cut.aag:\d+: (is cut short|must begin)"):
            read_aiger(path, like=net)
