from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nor2hdl.errors import NetlistError
from nor2hdl.netlist import Builder, Netlist, interpret, parse, to_text
from tests.strategies import all_samples, netlists

if TYPE_CHECKING:
    from random import Random

GOLD = """\
nor2hdl-netlist 1
input pix 8
input en 1
input none 0
output cls 2
output ok 1
%10 = nor()
from layer0/neuron3
%11 = nor(0, pix[0], en)
%12 = nor(%11)
from argmax
%13 = nor(pix[7], %10, %12)
from -
%14 = nor(%13)
cls[0] = %14
cls[1] = 0
ok = en
end
"""


def gold() -> Netlist:
    b = Builder()
    pix, en = b.input("pix", 8), b.input("en")
    b.input("none", 0)
    true = b.nor()
    with b.tagged("layer0/neuron3"):
        inverted = b.nor(b.nor(0, pix[0], en[0]))
    with b.tagged("argmax"):
        last = b.nor(pix[7], true, inverted)
    b.output("cls", [b.nor(last), 0])
    b.output("ok", en)
    return b.freeze()


def test_gold() -> None:
    assert to_text(gold()) == GOLD
    assert parse(GOLD) == gold()


@given(netlists())
def test_text_round_trip(net: Netlist) -> None:
    assert parse(to_text(net)) == net


@given(netlists(), st.randoms(use_true_random=False))
def test_order_and_names_of_gates_are_free(net: Netlist, random: Random) -> None:
    ports: list[str] = []
    gates: list[str] = []
    outputs: list[str] = []
    tag = "-"
    for line in re.sub(r"%(\d+)", r"%g\1.x", to_text(net)).splitlines()[:-1]:
        if line.startswith("from ") and "=" not in line:
            tag = line.removeprefix("from ")
        elif line.startswith("%"):
            gates.append(f"from {tag}\n{line}")
        else:
            (outputs if "=" in line else ports).append(line)
    body = [*gates, *outputs]
    random.shuffle(body)
    read = parse("\n".join([*ports, *body, "end"]))
    samples = all_samples(net)
    assert np.array_equal(interpret(read, samples), interpret(net, samples))
    assert (read.inputs, read.outputs) == (net.inputs, net.outputs)
    assert _labels(read) == _labels(net)


def _labels(net: Netlist) -> list[tuple[int, str]]:
    numbers = range(net.first_gate, net.num_nets)
    return sorted((len(net.fanin(n)), net.origin(n)) for n in numbers)


def test_free_layout() -> None:
    text = """
    # a comment
    nor2hdl-netlist   1   # another

    input a.1 1
\toutput y 1
    from  x=1
    %b#1=nor( a.1[00] ,0,  0 )# no comment without white space before it
    """
    with pytest.raises(NetlistError, match=r"^<text>:8: gate '%b#1' must be 'nor\(NETS\)', not 'nor"):
        parse(text)
    text = text.replace(")# no", ")   # no") + "y  =%b#1\r\n  end\t# all\n\n # of it\n"
    net = parse(text)
    assert net.fanin_lists() == [[0, 1]]
    assert net.tags == ("x=1",)


def test_windows_line_ends() -> None:
    assert parse(GOLD.replace("\n", "\r\n")) == gold()


def test_a_text_may_lack_its_end() -> None:
    assert parse(GOLD.removesuffix("end\n")) == gold()


def test_gates_move_only_as_far_as_they_must() -> None:
    text = """nor2hdl-netlist 1
input x 2
output y 1
%a = nor(x[0])
%b = nor(%d, %a)
%c = nor(x[1])
%d = nor(%e, x[1])
%e = nor()
y = %b
"""
    net = parse(text)  # in the order a, e, d, b, c
    assert net.fanin_lists() == [[1], [], [2, 4], [3, 5], [2]]
    assert net.drivers.tolist() == [6]


def test_port_names_like_keywords() -> None:
    text = """nor2hdl-netlist 1
input nor 1
output input 1
output from 1
output output 2
output end 1
input = nor
from = 0
end = nor
output[1] = nor
output[0] = 0
"""
    assert parse(text).drivers.tolist() == [1, 0, 0, 1, 1]
    assert parse(to_text(parse(text))) == parse(text)


def test_deep_netlists_in_reverse_order() -> None:
    deep = 10 * sys.getrecursionlimit()
    gates = [f"%{k} = nor(%{k + 1})" for k in range(deep)]
    text = "\n".join(["nor2hdl-netlist 1", "output y 1", "y = %0", *gates, f"%{deep} = nor()", ""])
    net = parse(text)
    assert net.levels()[net.drivers].tolist() == [deep]


HEAD = "nor2hdl-netlist 1\ninput x 2\ninput en 1\noutput y 2\noutput z 0\n"  # line 6 comes next
NO_STATEMENT = (
    "line must read 'input NAME WIDTH', 'output NAME WIDTH', 'from LABEL', '%NAME = nor(NETS)', "
    "'OUTPUT = NET' or 'end', not "
)
UNKNOWN = "net must be 0, an input bit (of x, en) or a gate %NAME, not "
PORT_NAME = "port name must be printable, without white space and without [ ] ( ) , = % #, not "
TAG = "tag must be printable, without white space and '#', and not '-', not "
WHOLE = HEAD + "y[0] = 0\ny[1] = en\nend\n"  # line 9 comes next
AFTER_END = "nothing may follow 'end', but there is '{}'; move 'end' down"
CUT_OFF = ", or get the whole file if it was cut off"
GATE_NAME = "gate name must be % and printable text without white space and without [ ] ( ) , = %, not "


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "1: first line must be 'nor2hdl-netlist 1', but the text is empty"),
        ("\n# only\n", "1: first line must be 'nor2hdl-netlist 1', but the text is empty"),
        ("\nmodule top;", "2: first line must be 'nor2hdl-netlist 1', not 'module top;'"),
        ("x" * 99, f"1: first line must be 'nor2hdl-netlist 1', not '{'x' * 57}...'"),
        ("nor2hdl-netlist", "1: first line must be 'nor2hdl-netlist 1', not 'nor2hdl-netlist'"),
        ("nor2hdl-netlist 2\n", "1: version must be 1, not '2'; use the nor2hdl that wrote it"),
        (HEAD + "nor x", "6: " + NO_STATEMENT + "'nor x'"),
        (HEAD + "from a b", "6: " + NO_STATEMENT + "'from a b'"),
        (HEAD + "from", "6: " + NO_STATEMENT + "'from'"),
        (HEAD + "end x", "6: " + NO_STATEMENT + "'end x'"),
        (HEAD + "End", "6: " + NO_STATEMENT + "'End'"),
        (HEAD + "from \x07", "6: " + TAG + r"'\x07'"),
        (HEAD + "from a#b", "6: " + TAG + "'a#b'"),
        # After the end.
        (WHOLE + "%1 = nor(en)\n", "9: " + AFTER_END.format("%1 = nor(en)")),
        (WHOLE + "\n# no more\n%1 = nor(%1, w)", "11: " + AFTER_END.format("%1 = nor(%1, w)")),
        (WHOLE + "y[0] = en", "9: " + AFTER_END.format("y[0] = en")),
        (WHOLE + "input a 1", "9: " + AFTER_END.format("input a 1")),
        (WHOLE + "output a 0", "9: " + AFTER_END.format("output a 0")),
        (WHOLE + "from -", "9: " + AFTER_END.format("from -")),
        (WHOLE + "end", "9: " + AFTER_END.format("end")),
        (WHOLE + "nor2hdl-netlist 1  # again", "9: " + AFTER_END.format("nor2hdl-netlist 1")),
        (WHOLE + "no statement", "9: " + AFTER_END.format("no statement")),
        (HEAD + "end\ny[0] = 0\ny[1] = 0", "7: " + AFTER_END.format("y[0] = 0")),
        (HEAD + "end", "4: output 'y[0]' must be driven; add a line 'y[0] = NET'" + CUT_OFF),
        # Ports.
        (HEAD + "input a", "6: port line must read 'input NAME WIDTH', not 'input a'"),
        (HEAD + "output a 1 2", "6: port line must read 'output NAME WIDTH', not 'output a 1 2'"),
        (HEAD + "input a -1", "6: width of port 'a' must be a number of bits, not '-1'"),
        (HEAD + "input a ²", "6: width of port 'a' must be a number of bits, not '²'"),
        (HEAD + f"input a {2**31}", f"6: width of port 'a' must be a number of bits, not '{2**31}'"),
        (HEAD + "input a[2] 1", "6: " + PORT_NAME + "'a[2]'"),
        (HEAD + "output a#1 1", "6: " + PORT_NAME + "'a#1'"),
        (HEAD + "input 0 1", "6: port name must not be '0', which is constant false; rename the port"),
        (HEAD + "input x 1", "6: port 'x' is there already, in line 2; rename one"),
        (HEAD + "output x 1", "6: port 'x' is there already, in line 2; rename one"),
        (
            HEAD + "%1 = nor()\ninput a 1",
            "7: port 'a' must be declared above the first gate; move the line up",
        ),
        (
            HEAD + "y[0] = 0\noutput a 1",
            "7: port 'a' must be declared above the first gate; move the line up",
        ),
        # Nets.
        (HEAD + "%1 = nor(w)", "6: " + UNKNOWN + "'w'"),
        (HEAD + "%1 = nor(1)", "6: " + UNKNOWN + "'1'"),
        (HEAD + "%1 = nor(x[0], )", "6: " + UNKNOWN + "''"),
        (HEAD + "%1 = nor(x[0] en)", "6: " + UNKNOWN + "'x[0] en'"),
        (HEAD + "%1 = nor(x[-1])", "6: " + UNKNOWN + "'x[-1]'"),
        (HEAD + "%1 = nor(nor(en))", "6: " + UNKNOWN + "'nor(en)'"),
        (
            "nor2hdl-netlist 1\n%1 = nor(w)",
            "2: net must be 0, an input bit (of none) or a gate %NAME, not 'w'",
        ),
        (HEAD + "y[0] = w", "6: " + UNKNOWN + "'w'"),
        (HEAD + "y[0] =", "6: " + UNKNOWN + "''"),
        (HEAD + "%1 = nor(x[2])", "6: bit of port 'x' must be in 0..1, not 2"),
        (HEAD + "%1 = nor(x[99999999999])", "6: " + UNKNOWN + "'x[99999999999]'"),
        (HEAD + "%1 = nor(x)", "6: port 'x' has 2 bits; name one of them, such as 'x[0]'"),
        (
            HEAD + "%1 = nor(y[0])",
            "6: output 'y[0]' cannot feed a gate or an output; name the net that drives it",
        ),
        # Gates.
        (HEAD + "%1 = or(x[0])", "6: gate '%1' must be 'nor(NETS)', not 'or(x[0])'"),
        (HEAD + "%1 = nor(x[0]", "6: gate '%1' must be 'nor(NETS)', not 'nor(x[0]'"),
        (HEAD + "%1 = x[0]", "6: gate '%1' must be 'nor(NETS)', not 'x[0]'"),
        (HEAD + "% = nor(en)", "6: " + GATE_NAME + "'%'"),
        (HEAD + "%a[0] = nor(en)", "6: " + GATE_NAME + "'%a[0]'"),
        (HEAD + "%a b = nor(en)", "6: " + GATE_NAME + "'%a b'"),
        (HEAD + "%1 = nor(%a\x00)", "6: " + GATE_NAME + r"'%a\x00'"),
        (HEAD + "%1 = nor(en)\n%1 = nor(en)", "7: gate '%1' is there already, in line 6; rename one"),
        (
            HEAD + "%2 = nor(%1)\n%1 = nor()\n%1 = nor()",
            "8: gate '%1' is there already, in line 7; rename one",
        ),
        (
            HEAD + "%1 = nor(en)\n%2 = nor(%3, %4)\ny[0] = %3",
            "7: gate '%3' must be defined; add a line '%3 = nor(...)'",
        ),
        (HEAD + "y[0] = %3", "6: gate '%3' must be defined; add a line '%3 = nor(...)'"),
        # Outputs.
        (
            HEAD + "x[0] = 0",
            "6: left of '=' must stand a gate, written %NAME, or an output bit (of y, z), not 'x[0]'",
        ),
        (
            "nor2hdl-netlist 1\ny = 0",
            "2: left of '=' must stand a gate, written %NAME, or an output bit (of none), not 'y'",
        ),
        (HEAD + "y[2] = 0", "6: bit of port 'y' must be in 0..1, not 2"),
        (HEAD + "y = 0", "6: port 'y' has 2 bits; name one of them, such as 'y[0]'"),
        (HEAD + "z[0] = 0", "6: port 'z' has no bits, so there is no 'z[0]'"),
        (
            HEAD + "y[0] = 0\ny[1] = 0\ny[0] = en",
            "8: output 'y[0]' is driven already, in line 6; remove one line",
        ),
        (
            HEAD + "y[0] = 0\n",
            "4: output 'y[1]' must be driven; add a line 'y[1] = NET'" + CUT_OFF,
        ),
        (
            "nor2hdl-netlist 1\noutput y 1\n",
            "2: output 'y' must be driven; add a line 'y = NET'" + CUT_OFF,
        ),
        # Loops.
        (
            HEAD + "y[0] = 0\ny[1] = 0\n%1 = nor(%1)",
            "8: gates must not form a loop, but these do: %1 <- %1; break the loop",
        ),
        (
            HEAD
            + "y[0] = 0\ny[1] = 0\n%a = nor(en)\n%b = nor(%a, %e, %c)\n"
            + "%c = nor(%d)\n%d = nor(x[0], %b)\n%e = nor(%c)",
            "9: gates must not form a loop, but these do: %b <- %e <- %c <- %d <- %b; break the loop",
        ),
    ],
)
def test_bad_text(text: str, error: str) -> None:
    with pytest.raises(NetlistError, match=f"^a\\.nor:{re.escape(error)}$"):
        parse(text, "a.nor")


def test_long_loops_are_cut() -> None:
    gates = [f"%{k} = nor(%{(k + 1) % 100})" for k in range(100)]
    with pytest.raises(NetlistError) as caught:
        parse("\n".join(["nor2hdl-netlist 1", *gates]))
    text = "<text>:2: gates must not form a loop, but these do: %0 <- %1 <- %2 <- %3 <- %4 <- %5 <- %6 <- %7 "
    text += "<- %8 <- %9 <- (81 more) <- %91 <- %92 <- %93 <- %94 <- %95 <- %96 <- %97 <- %98 <- %99 <- %0"
    assert str(caught.value) == text + "; break the loop"


@given(netlists(max_gates=4), st.data())
def test_a_damaged_text_is_read_or_refused_with_its_line(net: Netlist, data: st.DataObject) -> None:
    text = to_text(net)
    start = data.draw(st.integers(0, len(text)))
    stop = data.draw(st.integers(start, min(start + 9, len(text))))
    damaged = text[:start] + data.draw(st.text("%[](),=#019xyn -\n", max_size=3)) + text[stop:]
    try:
        read = parse(damaged)
    except NetlistError as error:
        assert re.match(r"<text>:[0-9]+: ", str(error))  # noqa: PT017 - reading may also go well
    else:
        assert parse(to_text(read)) == read
