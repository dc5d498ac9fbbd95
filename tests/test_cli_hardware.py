"""The verbs that lead out of the house: export, fpga and build."""

from __future__ import annotations

import csv
import ctypes
import subprocess
import sys
import time

import numpy as np
import pytest

from nor2hdl.data import load
from nor2hdl.formats import read_circuit, read_remark, write_circuit
from nor2hdl.netlist import Builder, interpret_nets, random_netlist, write_netlist
from nor2hdl.simulate import classify, features_to_samples
from nor2hdl.verify import check_pipeline_verilog, check_verilog, prove
from tests.terminal import call, fails, json_of


@pytest.mark.parametrize("suffix", [".nor", ".blif", ".aig", ".aag"])
def test_export_changes_the_form_alone(capsys, tmp_path, digits_build, suffix):
    code, values = json_of(capsys, "export", digits_build.folder, "-o", tmp_path / f"x{suffix}")
    assert (code, values) == (0, {"file": str(tmp_path / f"x{suffix}")})
    again = read_circuit(tmp_path / f"x{suffix}")
    assert prove(again, digits_build.circuit, timeout=60).status == "equal"


def test_export_to_c_classifies_raw_bytes(capsys, tmp_path, digits_build):
    code, out, _ = call(capsys, "export", digits_build.folder, "-o", tmp_path / "digits.c")
    assert (code, out) == (0, f"wrote {tmp_path / 'digits.c'}\n")
    library = tmp_path / "digits.so"
    subprocess.run(["cc", "-O0", "-shared", "-fPIC", "-o", library, tmp_path / "digits.c"], check=True)
    images = np.ascontiguousarray(load("digits").x_test)
    classes = np.zeros(len(images), np.uint32)
    pix, cls = (ctypes.c_void_p(array.ctypes.data) for array in (images, classes))
    ctypes.CDLL(str(library)).circuit_classify(pix, ctypes.c_size_t(len(images)), cls)
    assert (classes == classify(digits_build.circuit, images)).all()


def test_export_to_verilog_plain_and_clocked(capsys, tmp_path, digits_build):
    net, target = digits_build.circuit, tmp_path / "x.v"
    assert call(capsys, "export", digits_build.folder, "-o", target)[0] == 0
    assert check_verilog(target, net, timeout=60).status == "equal"
    code, values = json_of(capsys, "export", digits_build.folder, "-o", target, "--pipeline", 2)
    assert (code, values["latency"], len(values["lut_levels"])) == (0, 2, 2)
    assert check_pipeline_verilog(target, net, latency=2, timeout=60).status == "equal"
    code, values = json_of(capsys, "export", digits_build.folder, "-o", target, "--max-levels", 5)
    assert (code, max(values["lut_levels"])) == (0, 5)


def test_export_with_a_stream_around_it(capsys, tmp_path, digits_build):
    assert call(capsys, "export", digits_build.folder, "-o", tmp_path / "x.v", "--stream")[0] == 0
    text = (tmp_path / "x.v").read_text()
    ports = "clk, rst, i_data, i_first, i_last, i_valid, i_ready, o_cls, o_valid, o_ready, error"
    assert f"module top({ports});" in text


def test_toggles_of_each_net_are_written(capsys, tmp_path, digits_build):
    target = tmp_path / "toggles.csv"
    assert call(capsys, "simulate", digits_build.folder, "--toggles", target)[0] == 0
    with target.open(newline="") as file:
        rows = list(csv.DictReader(file))
    net, images = digits_build.circuit, load("digits").x_test
    values = interpret_nets(net, features_to_samples(images))
    assert [int(row["toggles"]) for row in rows] == (values[1:] != values[:-1]).sum(axis=0).tolist()
    assert [row["provenance"] for row in rows] == [net.origin(n) for n in range(net.num_nets)]
    message = fails(capsys, "simulate", digits_build.folder, "--toggles", tmp_path / "none" / "t.csv")
    assert message.startswith(f"cannot write {tmp_path / 'none' / 't.csv'}: ")


def test_export_names_what_is_wrong(capsys, tmp_path, digits_build):
    source = digits_build.folder
    assert fails(capsys, "export", source, "-o", tmp_path / "x.vhd").startswith("output must end in .nor, ")
    message = fails(capsys, "export", source, "-o", tmp_path / "x.c", "--pipeline", 2)
    assert message == "output must end in .v for a clocked circuit, not 'x.c'"
    message = fails(capsys, "export", source, "-o", tmp_path / "x.v", "--pipeline", 2, "--max-levels", 3)
    assert message == "--pipeline must stand alone, not together with --max-levels; give one of the two"
    message = fails(capsys, "export", source, "-o", tmp_path / "x.v", "--pipeline", 999)
    assert message.startswith("stages must be at most ")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def own_cache(monkeypatch, tmp_path):
    """Keep results of other runs out."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_fpga_measures_each_part_and_depth(capsys, own_cache, digits_build):
    arguments = ("fpga", digits_build.folder, "--part", "xc7a35t", "--pipeline", 1, "--pipeline", 3)
    code, values = json_of(capsys, *arguments)
    one, three = values["measured"]
    assert (code, one["latency_cycles"], three["latency_cycles"]) == (0, 1, 3)
    assert 0 < one["core"]["flip_flops"] < three["core"]["flip_flops"]
    assert one["timing"] is None  # there is no open router for the family
    code, out, err = call(capsys, *arguments)
    assert (code, err.count("as measured before")) == (0, 2)
    assert "fits xc7a35t: " in out


def test_build_makes_a_bitstream(capsys, own_cache, digits_build, tmp_path):
    code, values = json_of(
        capsys, "build", digits_build.folder, "--board", "icebreaker", "-o", tmp_path / "b"
    )
    assert (code, values["features"], values["bitstream"]) == (0, 64, "top.bin")
    assert values["timing"]["fmax_mhz"] >= values["clock_hz"] / 1e6
    assert (tmp_path / "b" / "top.bin").read_bytes()[4:8] == bytes.fromhex("7eaa997e")  # iCE40's first word
    assert {p.name for p in (tmp_path / "b").iterdir()} == {*values["files"], "bitstream.json"}


def test_parts_and_boards_are_listed_and_checked(capsys, tmp_path, digits_build):
    code, out, _ = call(capsys, "fpga", "--list")
    assert (code, "up5k-sg48" in out, "icebreaker" in out) == (0, True, True)
    message = fails(capsys, "fpga", digits_build.folder, "--part", "up6k")
    assert message.startswith("part must be one of hx1k-tq144, ")
    assert message.endswith(", not 'up6k'")
    message = fails(capsys, "build", digits_build.folder, "--board", "icebraker", "-o", tmp_path / "b")
    assert message.startswith("board must be one of icebreaker, ")
    assert not (tmp_path / "b").exists()


def test_a_clocked_file_is_verified_with_its_latency(capsys, tmp_path, digits_build):
    source, target = digits_build.folder, tmp_path / "x.V"
    assert call(capsys, "export", source, "-o", target, "--pipeline", 2)[0] == 0
    code, verdicts = json_of(capsys, "verify", source, target, "--latency", 2)
    assert (code, [v["status"] for v in verdicts.values()]) == (0, ["equal"])
    code, out, _ = call(capsys, "verify", source, target, "--latency", 3)
    assert code == 2
    assert "valid_out must be valid_in after 3 registers, not 2" in out
    message = fails(capsys, "verify", source, source / "netlist.nor", "--latency", 2)
    assert message == "--latency must stand with a Verilog file; a build folder knows its own"


def test_a_port_called_top_is_no_obstacle(capsys, tmp_path):
    builder = Builder()
    builder.output("top", [builder.nor(*builder.input("x", 3))])
    write_netlist(builder.freeze(), tmp_path / "a.nor")
    assert call(capsys, "export", tmp_path / "a.nor", "-o", tmp_path / "a.v", "--pipeline", 1)[0] == 0
    assert "module top_(clk, rst," in (tmp_path / "a.v").read_text()
    assert call(capsys, "verify", tmp_path / "a.nor", tmp_path / "a.v", "--latency", 1)[0] == 0


@pytest.mark.parametrize("suffix", [".NOR", ".blif", ".aig", ".aag"])
def test_an_approximate_circuit_says_so_in_every_form(capsys, tmp_path, suffix):
    remark = "approximate: care set = 9 samples"
    first, second = tmp_path / f"a{suffix}", tmp_path / "b.c"
    write_circuit(random_netlist(gates=20), first, remark=remark)
    code, _, err = call(capsys, "export", first, "-o", second)
    assert (code, f"note: {first} is {remark}" in err) == (0, True)
    assert remark in second.read_text()


def test_what_is_no_circuit_has_no_remark(tmp_path):
    (tmp_path / "empty.aig").write_bytes(b"")
    (tmp_path / "folder.nor").mkdir()
    for name in ("empty.aig", "folder.nor", "missing.blif", "x.txt"):
        assert read_remark(tmp_path / name) == ""


def test_a_killed_build_leaves_no_program_and_no_file(tmp_path, digits_build):
    command = [sys.executable, "-c", "import sys; from nor2hdl.cli import main; sys.exit(main(sys.argv[1:]))"]
    command += ["build", str(digits_build.folder), "--board", "icebreaker", "-o", str(tmp_path / "bits")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        for line in process.stderr:
            if "place and route" in line:
                break
        time.sleep(0.5)
        process.terminate()
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert list((tmp_path / "bits").iterdir()) == []
