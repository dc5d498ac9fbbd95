"""The benchmark: what it measures is what the circuits are."""

from __future__ import annotations

import pytest

from nor2hdl.benchmark import ALONE, Failure, bench_all, bench_circuit
from nor2hdl.errors import NetlistError, OptionError
from nor2hdl.formats import write_circuit
from nor2hdl.minimize import ENGINES, LINEAR, RECIPES, measure, minimize
from nor2hdl.netlist import Builder, random_netlist
from nor2hdl.report import map_circuit


@pytest.fixture
def circuit(tmp_path):
    net = random_netlist(gates=400, inputs=16)
    write_circuit(net, tmp_path / "random.aig")
    return tmp_path / "random.aig"


def test_sizes_are_those_of_the_recipe_and_of_the_engine_alone(circuit):
    from nor2hdl.formats import read_circuit

    net = read_circuit(circuit)
    found = bench_circuit(circuit, timeout=60)
    assert [line.name for line in found.passes] == [name for name in RECIPES["nand2"] if name != "restart"]
    ours, alone = minimize(net, objective="nand2"), ENGINES[ALONE].run(net, timeout=60).net
    assert found.before.size == measure(net, "nand2")
    assert found.ours.size == measure(ours, "nand2")
    assert found.alone.size == measure(alone, "nand2")
    assert (found.before.mapped, found.ours.mapped) == (map_circuit(net), map_circuit(ours))
    assert found.proof == "equal"
    assert found.ours.seconds == pytest.approx(sum(line.seconds for line in found.passes))
    assert 10 < found.ours.megabytes < 4000


def test_a_build_folder_is_measured_as_extracted(digits_build):
    found = bench_circuit(digits_build.folder, passes=LINEAR, timeout=60, mapped=False)
    assert found.before.size[1] == digits_build.report.extracted.total.two_input
    assert found.before.mapped is None
    assert found.ours.size < found.before.size


def test_every_circuit_has_a_process_of_its_own(circuit, tmp_path):
    big = tmp_path / "big.blif"
    write_circuit(random_netlist(gates=30_000, inputs=64), big)
    first, second = bench_all([big, circuit], passes=LINEAR, timeout=60, mapped=False)
    assert (first.circuit, second.circuit) == (str(big), str(circuit))
    assert second.ours.megabytes < first.ours.megabytes


def test_a_time_out_is_told(circuit):
    found = bench_circuit(circuit, timeout=0.001, mapped=False)
    assert found.ours.size <= found.before.size
    assert any(
        "the time was over" in line.problem or "did not finish" in line.problem for line in found.passes
    )


def test_what_is_missing_is_told_before_any_work(circuit, tmp_path):
    with pytest.raises(
        NetlistError, match=r"^circuit must be a file or a build folder, but .*x\.aig is not there$"
    ):
        next(bench_all([circuit, tmp_path / "x.aig"]))
    with pytest.raises(OptionError, match=r"^pass must be one of"):
        next(bench_all([circuit], passes=["none"]))


def test_one_bad_circuit_fails_alone(circuit, tmp_path):
    (tmp_path / "bad.aig").write_bytes(b"aig 1 2\n")
    first, second = bench_all([tmp_path / "bad.aig", circuit], passes=["share"], timeout=60, mapped=False)
    assert isinstance(first, Failure)
    assert first.circuit == str(tmp_path / "bad.aig")
    assert "must begin with a line" in first.problem
    assert second.proof == "equal"
    [failed] = bench_all([circuit], passes=["share"], timeout=0.02)
    assert "did not finish within 0.02 s" in failed.problem


def test_no_passes_leave_it_as_it_was(circuit):
    found = bench_circuit(circuit, passes=["restart"], mapped=False)
    assert found.ours.size == found.before.size


def test_a_port_may_be_called_top(tmp_path):
    b = Builder()
    b.output("top", [b.nor(*b.input("top_", 2))])
    write_circuit(b.freeze(), tmp_path / "t.blif")
    assert bench_circuit(tmp_path / "t.blif", timeout=60).ours.mapped.nor2 == 1
