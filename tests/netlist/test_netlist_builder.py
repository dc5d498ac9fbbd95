from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from nor2hdl.errors import NetlistError
from nor2hdl.netlist import FALSE, Builder, Netlist


def test_nets_are_numbered_in_order() -> None:
    b = Builder()
    assert b.num_nets == 1
    assert b.input("x", 3) == range(1, 4)
    assert b.input("none", 0) == range(4, 4)
    assert b.input("en") == range(4, 5)
    assert [b.nor(1), b.nor(5, 4)] == [5, 6]
    assert b.num_nets == 7


def test_fanins_are_a_set() -> None:
    b = Builder()
    x = b.input("x", 3)
    b.nor(x[2], x[0], x[2], FALSE)
    b.nor(*np.array([3, 1]))
    assert b.freeze().fanin_lists() == [[0, 1, 3], [1, 3]]


def test_constants() -> None:
    b = Builder()
    x = b.input("x")[0]
    true = b.nor()
    inverted = b.nor(x)
    assert [b.constant(net) for net in (FALSE, x, true, inverted)] == [False, None, True, None]


def test_labels() -> None:
    b = Builder()
    x = b.input("x")[0]
    with b.tagged("never"):
        pass
    with b.tagged("outer"):
        with b.tagged("inner"):
            b.nor(x)
        with b.tagged(""):
            b.nor(x)
        b.nor(x)
    b.nor(x)
    b.set_tag("inner")
    b.nor(x)
    net = b.freeze()
    assert [net.origin(n) for n in range(2, 7)] == ["inner", "", "outer", "", "inner"]
    assert net.tags == ("inner", "outer")


def test_a_label_ends_when_the_block_raises() -> None:
    b = Builder()
    with pytest.raises(KeyError), b.tagged("a"):
        raise KeyError
    b.nor()
    assert b.freeze().tags == ()


def test_labels_do_not_depend_on_what_was_announced() -> None:
    def build(*announced: str) -> Builder:
        b = Builder()
        for tag in (*announced, "a"):
            b.set_tag(tag)
        b.nor()
        b.set_tag("b")
        b.nor()
        return b

    assert build().freeze() == build("c", "b").freeze()


def test_freezing_twice() -> None:
    b = Builder()
    first = b.freeze()
    b.output("y", [b.nor()])
    assert (first.num_gates, b.freeze().num_gates) == (0, 1)
    assert b.freeze() == b.freeze()


def raises(text: str) -> pytest.RaisesExc[NetlistError]:
    return pytest.raises(NetlistError, match=f"^{re.escape(text)}$")


def used(b: Builder) -> Netlist:
    b.nor(1, 2)
    b.output("y", [3])
    return b.freeze()


def two_inputs() -> Builder:
    b = Builder()
    b.input("x", 2)
    return b


NO_NETS = [-1, 3, 2**40, -(2**40), 1.5, 1.0, np.float64(1), float("nan"), "1", None, [1], np.array([1, 2])]


@pytest.mark.parametrize("fanin", NO_NETS)
def test_unknown_fanin(fanin: Any) -> None:
    b = two_inputs()
    text = f"fan-in must be a net in 0..2, not {fanin!r}"
    for fanins in [(fanin,), (fanin, 2), (2, fanin), (0, fanin, 2)]:
        with raises(text):
            b.nor(*fanins)
    assert used(b) == used(two_inputs())


@pytest.mark.parametrize("net", NO_NETS)
def test_unknown_driver(net: Any) -> None:
    b = two_inputs()
    for nets in [[net], [1, net], (n for n in (net, 2))]:
        with raises(f"output 'y' must be driven by nets in 0..2, not {net!r}"):
            b.output("y", nets)
    assert used(b) == used(two_inputs())


def test_numpy_integers_are_nets() -> None:
    b = Builder()
    b.input("x", np.int64(2))  # type: ignore[arg-type] # on purpose
    b.nor(*np.array([2, 1], np.int32))
    b.output("y", np.array([3], np.uint8))
    net = b.freeze()
    assert net == used(two_inputs())
    assert type(net.inputs[0].width) is int
    assert type(b.num_nets) is int


def test_late_input() -> None:
    b = Builder()
    b.nor()
    with raises("input 'x' must be added before the first gate"):
        b.input("x")


@pytest.mark.parametrize(
    "name",
    ["", "a b", "a[0]", "a]", "f(x", "f)", "a,b", "a=b", "%1", "#1", "a#", "a\n", "\x00", "\u2028", "\ud800"],
)
def test_illegal_port_names(name: str) -> None:
    text = f"port name must be printable, without white space and without [ ] ( ) , = % #, not {name!r}"
    with raises(text):
        Builder().input(name)
    with raises(text):
        Builder().output(name, [])


def test_the_constant_is_no_port_name() -> None:
    b = Builder()
    text = "port name must not be '0', which is constant false; rename the port"
    with raises(text):
        b.input("0")
    with raises(text):
        b.output("0", [0])
    assert b.freeze() == Builder().freeze()


@pytest.mark.parametrize("width", [-1, "2", 2.0, None, True, np.True_, np.float32(1), np.int64(-1)])
def test_illegal_widths(width: Any) -> None:
    b = Builder()
    with raises(f"width of port 'x' must be a whole number, 0 or more, not {width!r}"):
        b.input("x", width)
    assert b.num_nets == 1
    b.input("x", 2)
    assert used(b) == used(two_inputs())


def test_repeated_port_name() -> None:
    b = Builder()
    b.output("x", b.input("x"))
    with raises("port names must be unique, but 'x' is there twice; rename one"):
        b.freeze()


@pytest.mark.parametrize("tag", ["-", "a b", "a\t", "\x07", "#1", "a#b"])
def test_illegal_labels(tag: str) -> None:
    b = Builder()
    text = f"tag must be printable, without white space and '#', and not '-', not {tag!r}"
    with raises(text):
        b.set_tag(tag)
    with raises(text), b.tagged(tag):
        pass
