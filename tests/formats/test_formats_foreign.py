"""Other tools read what nor2hdl writes, and nor2hdl reads what they write: proved equal."""

from __future__ import annotations

import pytest

from nor2hdl import tools
from nor2hdl.formats import read_aiger, read_blif, read_circuit, write_blif, write_circuit
from nor2hdl.hdl import write_verilog
from nor2hdl.netlist import Builder, Port, random_netlist
from nor2hdl.verify import prove

_OPTIMIZED = ["strash", "balance", "rewrite", "dc2"]


@pytest.fixture(scope="module")
def net():
    return random_netlist(gates=400, inputs=14, outputs=6)


def _odd():
    """Return a circuit with constants, passed-through inputs, odd names and shared drivers."""
    b = Builder()
    x, a, big = b.input("x.1", 3), b.input("größe"), b.input("n", 12)
    true, gate = b.nor(), b.nor(*x, *big)
    b.output("y", [0, true, x[2], gate])
    b.output("n1", [b.nor(gate, a[0], 0)])
    return b.freeze()


@pytest.mark.parametrize("suffix", ["blif", "aig"])
@pytest.mark.parametrize("odd", [False, True])
def test_abc_reads_what_we_write(tmp_path, net, suffix, odd):
    net = _odd() if odd else net
    write_circuit(net, tmp_path / f"a.{suffix}")
    write_circuit(net, tmp_path / "reference.aig")
    read = "read_blif" if suffix == "blif" else "read_aiger"
    commands = [f"{read} a.{suffix}", "strash", "write_aiger -s b.aig", "cec -n reference.aig b.aig"]
    assert "Networks are equivalent" in tools.abc(commands, timeout=60, cwd=tmp_path)
    assert prove(read_aiger(tmp_path / "b.aig"), read_aiger(tmp_path / "reference.aig")).status == "equal"


@pytest.mark.parametrize(
    "commands",
    [
        ["write_blif b.blif"],
        [*_OPTIMIZED, "write_blif b.blif"],
        ["collapse", "write_blif b.blif"],
        ["collapse", "sop -n", "write_blif b.blif"],
        ["strash", "if -K 6", "write_blif b.blif"],
        ["strash", "if -K 4", "sop", "fx", "write_blif b.blif"],
        [*_OPTIMIZED, "write_aiger -s b.aig"],
        [*_OPTIMIZED, "write_aiger b.aig"],
        ["strash", "multi -F 1000", "sop", "fx", "strash", "write_aiger -s b.aig"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("odd", [False, True])
def test_we_read_what_abc_writes(tmp_path, net, commands, odd):
    net = _odd() if odd else net
    write_blif(net, tmp_path / "a.blif")
    tools.abc(["read_blif a.blif", *commands], timeout=60, cwd=tmp_path)
    path = tmp_path / commands[-1].split()[-1]
    back = read_blif(path, like=net) if path.suffix == ".blif" else read_aiger(path, like=net)
    assert prove(back, net).status == "equal"


@pytest.mark.parametrize(
    "write", ["write_blif b.blif", "write_aiger -symbols b.aig", "write_aiger -ascii -symbols b.aag"]
)
def test_we_read_what_yosys_writes(tmp_path, net, write):
    write_verilog(net, tmp_path / "top.v")
    command, *options, name = write.split()
    passes = ["proc", "flatten", "techmap", "opt", "aigmap", "opt_clean"]
    tools.yosys(
        [f"read_verilog {tmp_path}/top.v", *passes, " ".join([command, *options, f"{tmp_path}/{name}"])],
        timeout=60,
    )
    back = read_circuit(tmp_path / name)
    assert (back.inputs, back.outputs) == ((Port("x", 14),), (Port("y", 6),))
    assert prove(back, net).status == "equal"


@pytest.mark.parametrize("suffix", ["blif", "aig", "aag"])
def test_yosys_reads_what_we_write(tmp_path, net, suffix):
    source, target = tmp_path / f"a.{suffix}", tmp_path / "b.aig"
    write_circuit(net, source)
    read = "read_blif" if suffix == "blif" else "read_aiger"
    tools.yosys(
        [f"{read} {source}", "techmap", "aigmap", "opt_clean", f"write_aiger -symbols {target}"], timeout=60
    )
    assert prove(read_aiger(target), net).status == "equal"


def test_registers_are_told_of_in_what_abc_and_yosys_write(tmp_path):
    source = "module top(input clk, d, output reg q); always @(posedge clk) q <= d; endmodule"
    (tmp_path / "top.v").write_text(source)
    passes = [
        "proc",
        "techmap",
        "dffunmap",
        "aigmap",
        f"write_blif {tmp_path}/a.blif",
        f"write_aiger {tmp_path}/a.aig",
    ]
    tools.yosys([f"read_verilog {tmp_path}/top.v", *passes], timeout=60)
    for name, place in (("a.blif", r"\d+"), ("a.aig", "1")):
        with pytest.raises(
            Exception, match=rf"^{tmp_path / name}:{place}: (file )?must be combinational, not hold "
        ):
            read_circuit(tmp_path / name)
