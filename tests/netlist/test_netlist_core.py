from __future__ import annotations

import copy
import dataclasses
import pickle
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nor2hdl.errors import NetlistError
from nor2hdl.netlist import Builder, Netlist, Port, assemble, parse, to_text
from tests.strategies import netlists

if TYPE_CHECKING:
    from numpy.typing import NDArray


def example() -> Netlist:
    b = Builder()
    x = b.input("x", 2)
    en = b.input("en")
    with b.tagged("layer0/neuron3"):
        first = b.nor(*x)
    true = b.nor()
    with b.tagged("argmax"):
        last = b.nor(first, en[0], true)
    b.output("y", [first, last])
    b.output("z", [x[1]])
    return b.freeze()


def test_counts() -> None:
    net = example()
    assert (net.num_inputs, net.num_outputs, net.num_gates, net.num_pins) == (3, 3, 3, 5)
    assert (net.num_nets, net.first_gate) == (7, 4)


def test_arrays() -> None:
    net = example()
    assert net.offsets.tolist() == [0, 2, 2, 5]
    assert net.fanins.tolist() == [1, 2, 3, 4, 5]
    assert net.drivers.tolist() == [4, 6, 2]
    assert net.origins.tolist() == [0, -1, 1]
    assert net.tags == ("layer0/neuron3", "argmax")
    dtypes = [a.dtype for a in (net.offsets, net.fanins, net.drivers, net.origins)]
    assert dtypes == [np.int64, np.int32, np.int32, np.int32]


@pytest.mark.parametrize("name", ["offsets", "fanins", "drivers", "origins"])
def test_arrays_are_read_only(name: str) -> None:
    with pytest.raises(ValueError, match="read-only"):
        getattr(example(), name)[0] = 1


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Netlist)])
def test_fields_are_frozen(field: str) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(example(), field, ())


def test_fanin_and_origin() -> None:
    net = example()
    assert [net.fanin(n).tolist() for n in range(7)] == [[], [], [], [], [1, 2], [], [3, 4, 5]]
    assert net.fanin_lists() == [[1, 2], [], [3, 4, 5]]
    assert [net.origin(n) for n in (0, 3, 4, 5, 6)] == ["", "", "layer0/neuron3", "", "argmax"]


@pytest.mark.parametrize("number", [-1, 7])
def test_unknown_net(number: int) -> None:
    for method in (Netlist.fanin, Netlist.origin, Netlist.fanout, Netlist.cone):
        with pytest.raises(NetlistError, match=rf"^net must be in 0\.\.6, not {number}$"):
            method(example(), number)


def test_levels() -> None:
    net = example()
    assert net.levels().tolist() == [0, 0, 0, 0, 1, 0, 2]
    assert net.levels().dtype == np.int32
    assert net.depth() == 2
    assert net.with_outputs(["z"]).depth() == 0


@given(netlists())
def test_a_level_is_one_above_the_highest_fanin(net: Netlist) -> None:
    level = net.levels()
    for number in range(net.first_gate, net.num_nets):
        fanin = net.fanin(number)
        assert level[number] == (1 + level[fanin].max() if len(fanin) else 0)


def test_ports() -> None:
    net = example()
    assert net.input_nets("x") == range(1, 3)
    assert net.input_nets("en") == range(3, 4)
    assert net.output_nets("y").tolist() == [4, 6]
    assert net.output_nets("z").tolist() == [2]
    assert list(net.port_bits()) == [("x[0]", 1), ("x[1]", 2), ("en", 3)]
    assert list(net.output_bits()) == [("y[0]", 4), ("y[1]", 6), ("z", 2)]


def test_unknown_ports() -> None:
    net = example()
    with pytest.raises(NetlistError, match=r"^input port must be one of 'x', 'en', not 'y'$"):
        net.input_nets("y")
    with pytest.raises(NetlistError, match=r"^output port must be one of 'y', 'z', not 'x'$"):
        net.output_nets("x")
    with pytest.raises(NetlistError, match=r"^output port must be one of 'y', 'z', not 'w'$"):
        net.with_outputs(["z", "w"])
    with pytest.raises(NetlistError, match=r"^input port must be one of none, not 'x'$"):
        Builder().freeze().input_nets("x")


def test_with_outputs() -> None:
    net = example().with_outputs(["z", "y"])
    assert net.outputs == (Port("z", 1), Port("y", 2))
    assert net.drivers.tolist() == [2, 4, 6]
    assert net.fanin_lists() == example().fanin_lists()
    assert net.tags == example().tags
    assert example().with_outputs([]).drivers.dtype == np.int32
    assert example().with_outputs(["y", "z"]) == example()


def test_repr() -> None:
    assert repr(example()) == "<Netlist x[2], en[1], y[2], z[1]: 3 gates, 5 pins>"


def variations() -> list[Netlist]:
    net = example()
    return [
        dataclasses.replace(net, inputs=(Port("x", 1), Port("en", 2))),
        dataclasses.replace(net, outputs=(Port("y", 1), Port("z", 2))),
        dataclasses.replace(net, fanins=np.array([1, 2, 3, 4, 0], np.int32)[[0, 1, 4, 2, 3]]),
        dataclasses.replace(net, offsets=np.array([0, 1, 2, 5])),
        dataclasses.replace(net, drivers=np.array([4, 6, 3], np.int32)),
        dataclasses.replace(net, origins=np.array([0, 0, 1], np.int32)),
        dataclasses.replace(net, tags=("layer0/neuron3", "encoder")),
    ]


@pytest.mark.parametrize("other", variations())
def test_equality_and_digest_see_every_field(other: Netlist) -> None:
    assert other != example()
    assert other.digest() != example().digest()


def test_equal_netlists() -> None:
    net, same = example(), example()
    assert net == same
    assert net.digest() == same.digest()
    assert len({net, same}) == 1
    assert net != "netlist"
    # Written down once: a digest that changes makes stored digests useless.
    assert net.digest() == "cbe64fde0ac0836216dc78bcf0a5f683b27b6bda60a062ec4a1507083523a518"


def test_numpy_widths_are_equal_to_integers() -> None:
    net = example()
    same = dataclasses.replace(
        net,
        inputs=tuple(Port(p.name, np.int64(p.width)) for p in net.inputs),  # type: ignore[arg-type] # on purpose
        outputs=tuple(Port(p.name, np.uint8(p.width)) for p in net.outputs),  # type: ignore[arg-type] # on purpose
    )
    assert same == net
    assert same.digest() == net.digest()
    assert to_text(same) == to_text(net)


@given(netlists())
def test_copies_are_equal(net: Netlist) -> None:
    assert copy.deepcopy(net) == net
    assert pickle.loads(pickle.dumps(net)) == net


def build(**changes: Any) -> Netlist:
    parts: dict[str, Any] = {
        "inputs": (Port("x", 2),),
        "outputs": (Port("y", 1),),
        "offsets": np.array([0, 2, 3]),
        "fanins": np.array([1, 2, 3], np.int32),
        "drivers": np.array([4], np.int32),
        "origins": np.array([0, -1], np.int32),
        "tags": ("encoder",),
    }
    return Netlist(**(parts | changes))


def array(*values: int) -> NDArray[np.int32]:
    return np.array(values, np.int32)


OFFSETS = "offsets must ascend from 0 to the number of pins"
PORT = "port name must be printable, without white space and without [ ] ( ) , = % #, not "
WIDTH = "width of port 'x' must be a whole number, 0 or more, not "
TAG_ORDER = "tags must stand in the order of their first gate, each with a gate, but "
TAG_MEND = " does not; make the netlist with assemble"
TAG = "tag must be printable, without white space and '#', and not '-', not "


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"offsets": np.array([], np.int64)}, OFFSETS),
        ({"offsets": np.array([1, 2, 3])}, OFFSETS),
        ({"offsets": np.array([0, 2, 4])}, OFFSETS),
        ({"offsets": np.array([0, 4, 3])}, OFFSETS),
        ({"fanins": array(1, 3, 3)}, "gate %3 must have fan-ins in 0..2, not 3"),
        ({"fanins": array(1, 2, 4)}, "gate %4 must have fan-ins in 0..3, not 4"),
        ({"fanins": array(-1, 2, 3)}, "gate %3 must have fan-ins in 0..2, not -1"),
        ({"fanins": array(2, 1, 3)}, "fan-ins of gate %3 must be strictly ascending"),
        ({"fanins": array(1, 1, 3)}, "fan-ins of gate %3 must be strictly ascending"),
        ({"drivers": array()}, "outputs must have 1 drivers, one a bit, not 0"),
        ({"drivers": array(1, 2)}, "outputs must have 1 drivers, one a bit, not 2"),
        ({"drivers": array(5)}, "every output must be driven by a net in 0..4"),
        ({"drivers": array(-1)}, "every output must be driven by a net in 0..4"),
        ({"origins": array(0)}, "origins must have one entry a gate (2), not 1"),
        ({"origins": array(0, 1)}, "origins must be indices into the 1 tags, or -1"),
        ({"origins": array(0, -2)}, "origins must be indices into the 1 tags, or -1"),
        ({"tags": ("encoder", "encoder")}, "tags must be unique"),
        ({"tags": ("",)}, TAG + "''"),
        ({"tags": ("-",)}, TAG + "'-'"),
        ({"tags": ("a b",)}, TAG + "'a b'"),
        ({"tags": ("a\x00",)}, TAG + r"'a\x00'"),
        ({"tags": ("a#",)}, TAG + "'a#'"),
        ({"tags": ("encoder", "argmax")}, TAG_ORDER + "'argmax'" + TAG_MEND),
        ({"tags": ("argmax", "encoder"), "origins": array(-1, 1)}, TAG_ORDER + "'argmax'" + TAG_MEND),
        ({"tags": ("argmax", "encoder"), "origins": array(1, 0)}, TAG_ORDER + "'argmax'" + TAG_MEND),
        ({"tags": ("a", "b", "c"), "origins": array(0, 2)}, TAG_ORDER + "'b'" + TAG_MEND),
        ({"origins": array(-1, -1)}, TAG_ORDER + "'encoder'" + TAG_MEND),
        ({"outputs": (Port("x", 1),)}, "port names must be unique, but 'x' is there twice; rename one"),
        ({"inputs": (Port("", 2),)}, PORT + "''"),
        ({"inputs": (Port("a#1", 2),)}, PORT + "'a#1'"),
        ({"outputs": (Port("0", 1),)}, "port name must not be '0', which is constant false; rename the port"),
        ({"inputs": (Port("x", -1),)}, WIDTH + "-1"),
        ({"inputs": (("x", "2"),)}, WIDTH + "'2'"),
        ({"inputs": (("x", 2.0),)}, WIDTH + "2.0"),
        ({"outputs": (("x", True),)}, WIDTH + "True"),
    ],
)
def test_broken_rules(changes: dict[str, object], text: str) -> None:
    with pytest.raises(NetlistError, match=f"^{re.escape(text)}$"):
        build(**changes)


def test_the_unbroken_netlist() -> None:
    assert build().fanin_lists() == [[1, 2], [3]]
    assert build(fanins=array(0, 2, 0)).fanin_lists() == [[0, 2], [0]]
    assert build(tags=("b", "a"), origins=array(0, 1)).tags == ("b", "a")
    assert build(tags=(), origins=array(-1, -1)).tags == ()


@given(netlists(), st.data())
def test_assembled_tags_do_not_depend_on_their_order(net: Netlist, data: st.DataObject) -> None:
    tags = data.draw(st.permutations([*net.tags, "unused", "more"]))
    labels = array(*(tags.index(label) if label else -1 for label in map(net.origin, gates(net))))
    assert reassemble(net, labels=labels, tags=tuple(tags)) == net


def gates(net: Netlist) -> range:
    return range(net.first_gate, net.num_nets)


def reassemble(net: Netlist, **changes: Any) -> Netlist:
    parts = {field.name: getattr(net, field.name) for field in dataclasses.fields(net)}
    parts["labels"] = parts.pop("origins")
    return assemble(**(parts | changes))


def test_assembled_arrays() -> None:
    net = reassemble(example(), labels=array(3, -1, 1), tags=("a", "b", "c", "d"))
    assert (net.tags, net.origins.tolist()) == (("d", "b"), [0, -1, 1])
    assert net.origins.dtype == np.int32
    assert not net.origins.flags.writeable


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"labels": array(0, 2, 1)}, "labels must be indices into the 2 tags, or -1"),
        ({"labels": array(0, -2, 1)}, "labels must be indices into the 2 tags, or -1"),
        ({"labels": array(0, 1)}, "origins must have one entry a gate (3), not 2"),
        ({"tags": ("a", "a")}, "tags must be unique"),
        ({"tags": ("a", "")}, TAG + "''"),
        ({"drivers": array(1, 2)}, "outputs must have 3 drivers, one a bit, not 2"),
    ],
)
def test_what_cannot_be_assembled(changes: dict[str, object], text: str) -> None:
    with pytest.raises(NetlistError, match=f"^{re.escape(text)}$"):
        reassemble(example(), **changes)


@given(netlists())
def test_tags_stand_in_the_order_of_their_first_gate(net: Netlist) -> None:
    labels = [label for label in map(net.origin, gates(net)) if label]
    assert net.tags == tuple(dict.fromkeys(labels))
    assert parse(to_text(net)).tags == net.tags
    assert net.with_outputs([]).tags == net.tags
