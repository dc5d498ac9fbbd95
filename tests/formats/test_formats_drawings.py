"""DOT and yosys JSON of a cone: Graphviz and yosys read them as the cone that they are."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nor2hdl import tools
from nor2hdl.errors import NetlistError, OptionError
from nor2hdl.formats import read_aiger, to_dot, to_yosys_json
from nor2hdl.netlist import Builder, find_net, net_name, random_netlist
from nor2hdl.verify import prove
from tests.strategies import netlists


@pytest.fixture(scope="module")
def dot():
    if shutil.which("dot") is None:
        text = "Graphviz's dot is not installed: apt-get install graphviz"
        pytest.fail(text) if "CI" in os.environ else pytest.skip(text)

    def read(text):
        done = subprocess.run(["dot", "-Tjson"], input=text, capture_output=True, text=True, check=True)
        graph = json.loads(done.stdout)
        nodes = {node["_gvid"]: node for node in graph.get("objects", [])}
        return nodes, [(edge["tail"], edge["head"]) for edge in graph.get("edges", [])]

    return read


def example():
    b = Builder()
    x, en = b.input("pix", 4), b.input('a"\\N<b>&')
    with b.tagged('layer0/"neuron\\n5'):
        first = b.nor(*x)
    b.output("y", [b.nor(first, en[0]), b.nor(), 0])
    b.output("z", [b.nor(b.nor(first))])
    return b.freeze()


@given(netlists(), st.data())
@settings(max_examples=15)
def test_graphviz_reads_the_cone(dot, net, data):
    number = data.draw(st.integers(0, net.num_nets - 1))
    nodes, edges = dot(to_dot(net, number))
    part = net.cone(number)
    gates = [node for node in nodes.values() if node.get("style") == "rounded"]
    assert len(gates) == part.num_gates
    assert len(edges) == part.num_pins + 1
    sources = {node["name"]: node for node in nodes.values()}
    for gate in gates:
        fanin = [nodes[tail]["name"] for tail, head in edges if nodes[head] is gate]
        assert sorted(fanin) == sorted(f"n{n}" for n in net.fanin(int(gate["name"][1:])).tolist())
    assert sources["out0"]["label"] == net_name(net, number).replace("\\", "\\\\")


def test_names_are_text_in_dot(dot):
    net = example()
    nodes, _ = dot(to_dot(net, ["y[0]", 5]))
    labels = sorted(node["label"] for node in nodes.values())
    assert 'a"\\\\N<b>&' in labels
    assert 'NOR %6\\nlayer0/"neuron\\\\n5' in labels
    assert "y[0]" in labels


def test_levels():
    net = example()
    text = to_dot(net, "z", depth=1)
    assert re.findall(r'label="([^"]*)"', text) == ["%9", "NOT %10", "z"]
    assert "style=dashed" in text
    assert len(json.loads(to_yosys_json(net, "z", depth=2))["modules"]["cone"]["cells"]) == 2


def test_an_empty_cone(dot):
    net = example()
    for which in ("pix[1]", 0):
        nodes, edges = dot(to_dot(net, which))
        assert (len(nodes), len(edges)) == (2, 1)
    ports = json.loads(to_yosys_json(net, "pix[1]"))["modules"]["cone"]["ports"]
    assert {name: port["direction"] for name, port in ports.items()} == {
        "pix[1]": "input",
        "pix[1]_out": "output",
    }
    assert ports["pix[1]"]["bits"] == ports["pix[1]_out"]["bits"]


def test_gates_without_fanins():
    assert 'label="1 %8"' in to_dot(example(), "y[1]")
    module = json.loads(to_yosys_json(example(), "y[1]"))["modules"]["cone"]
    assert (module["ports"]["y[1]"]["bits"], module["cells"]) == (["1"], {})


def test_cones_that_are_too_large():
    net = random_netlist(gates=2000, inputs=20, outputs=1)
    text = (
        r"^cone of y must have at most 500 gates to be drawn, and has more; take a net nearer to the "
        r"inputs, or fewer levels of it \(depth\)$"
    )
    big = net if net.cone("y").num_gates > 500 else None
    assert big is not None
    for write in (to_dot, to_yosys_json):
        with pytest.raises(OptionError, match=text):
            write(net, "y")
        assert write(net, "y", depth=1)


@pytest.mark.parametrize("write", [to_dot, to_yosys_json])
def test_bad_input(write):
    with pytest.raises(NetlistError, match=r"not 'no'$"):
        write(example(), "no")
    for depth in (0, 1.5, True):
        with pytest.raises(
            OptionError, match=f"^depth must be a whole number of levels, 1 or more, not {depth}$"
        ):
            write(example(), "z", depth=depth)


def read_by_yosys(text, folder):
    """Return the cone as yosys reads it, and the names of its input and output bits."""
    source, target, table = folder / "cone.json", folder / "cone.aig", folder / "cone.map"
    source.write_text(text)
    tools.yosys(
        [
            f'read_json "{source}"',
            "hierarchy -check -top cone",
            "flatten",
            "techmap",
            "aigmap",
            "opt_clean -purge",
            f"write_aiger -map {table} {target}",
        ],
        timeout=60,
    )
    names = {"input": {}, "output": {}}
    for line in table.read_text().splitlines():
        kind, index, _, name = line.split(maxsplit=3)
        names[kind][int(index)] = name
    return read_aiger(target), names


def test_yosys_reads_the_same_function(tmp_path):
    b = Builder()
    x = b.input("x", 7)
    first = b.nor(*x[:5])
    second = b.nor(first, x[5])
    third = b.nor(second)
    b.output("y", [b.nor(first, second, third, x[6]), b.nor(), 0, x[3]])
    net = b.freeze()
    tops = ["y[0]", "y[1]", "y[2]", "y[3]", "%9", "%10"]
    found, names = read_by_yosys(to_yosys_json(net, tops), tmp_path)
    again = Builder()
    nets = {0: 0}
    again.input("x", 7)
    for place, name in names["input"].items():
        nets[1 + place] = find_net(net, name)
    for gate, fanin in enumerate(found.fanin_lists(), found.first_gate):
        nets[gate] = again.nor(*[nets[source] for source in fanin])
    # yosys leaves constants out of the names.
    assert names["output"] == {k: top for k, top in enumerate(tops) if top not in {"y[1]", "y[2]"}}
    drivers = found.drivers.tolist()
    again.output("cone", [nets[driver] for driver in drivers])
    assert prove(net.cone(tops), again.freeze()).status == "equal"
