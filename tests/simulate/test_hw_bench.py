"""The hand-written test bench in real Verilog simulators, on the digits test split."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from nor2hdl import tools
from nor2hdl.data import load
from nor2hdl.errors import DataError, OutputError
from nor2hdl.hdl import write_verilog
from nor2hdl.netlist import Builder, write_netlist
from nor2hdl.simulate import classify, write_vectors

HW = Path(__file__).parents[2] / "hw"
BENCH = HW / "bench" / "tb_top.v"
PLANTED = 123


def small_classifier():
    """Two layers of random NOR neurons over the pixels' bits 3 and 4; it knows nothing about digits."""
    rng = np.random.default_rng(1)
    builder = Builder()
    pix = np.array(builder.input("pix", 512)).reshape(64, 8)
    with builder.tagged("layer0/any"):
        hidden = [builder.nor(*rng.choice(pix[:, 3:5].ravel(), 6).tolist()) for _ in range(60)]
    with builder.tagged("layer1/any"):
        builder.output("cls", [builder.nor(*rng.choice(hidden, 3).tolist()) for _ in range(4)])
    return builder.freeze()


def build_icarus(folder, sizes):
    program = str(folder / "tb.vvp")
    command = [tools.find("iverilog"), "-g2012", "-Wall", *sizes, "-s", "tb_top", "-o", program]
    log = tools.run([*command, str(BENCH), str(folder / "top.v")], timeout=60)
    assert "tb_top" not in log  # no warning about the bench
    return [tools.find("vvp"), "-n", program]


def build_verilator(folder, sizes):
    command = [tools.find("verilator"), "--binary", "-O1", *sizes, "--top-module", "tb_top"]
    flags = ["-CFLAGS", "-std=c++20", "-j", "2", "--Mdir", str(folder / "obj")]
    tools.run([*command, *flags, str(BENCH), str(folder / "top.v")], timeout=300)
    return [str(folder / "obj" / "Vtb_top")]


def play(program, folder):
    """Run the bench; return its exit code and what it printed of its own, line by line."""
    done = subprocess.run(
        [*program, f"+vectors={folder}"], capture_output=True, text=True, timeout=60, check=False
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("sample ") or "passed" in line]
    return done.returncode, lines


@pytest.mark.parametrize("simulator", ["icarus", pytest.param("verilator", marks=pytest.mark.slow)])
def test_bench_passes_all_predictions_and_catches_a_planted_error(simulator, tmp_path, require):
    require(simulator)
    net = small_classifier()
    features, _ = load("digits").split("test")
    classes = classify(net, features)
    count = len(features)
    assert len(set(classes.tolist())) > 5
    write_verilog(net, tmp_path / "top.v")
    build = {"icarus": build_icarus, "verilator": build_verilator}[simulator]
    program = build(tmp_path, ["-DFEATURES=64", "-DCLASS_BITS=4", f"-DCOUNT={count}"])

    write_vectors(tmp_path, features, classes)
    assert play(program, tmp_path) == (0, [f"{count} passed, 0 failed"])

    wrong = classes.copy()
    wrong[PLANTED] ^= 8
    write_vectors(tmp_path, features, wrong)
    code, lines = play(program, tmp_path)
    assert code != 0
    assert lines == [
        f"sample {PLANTED}: cls is {classes[PLANTED]}, expected {wrong[PLANTED]}",
        f"{count - 1} passed, 1 failed",
    ]

    write_vectors(tmp_path, features[:-2], classes[:-2])
    code, lines = play(program, tmp_path)
    assert code != 0
    assert lines == [
        f"sample {count - 2}: no class in classes.hex",
        f"sample {count - 1}: no class in classes.hex",
        f"{count - 2} passed, 2 failed",
    ]


def test_bench_shows_ten_mismatches_and_counts_the_rest(tmp_path, require):
    require("icarus")
    net = small_classifier()
    features, _ = load("digits").split("test")
    wrong = classify(net, features) + 16
    write_verilog(net, tmp_path / "top.v")
    write_vectors(tmp_path, features, wrong)
    program = build_icarus(tmp_path, ["-DFEATURES=64", "-DCLASS_BITS=4", f"-DCOUNT={len(features)}"])
    code, lines = play(program, tmp_path)
    assert code != 0
    assert len(lines) == 11
    assert lines[-1] == f"0 passed, {len(features)} failed"


def test_bench_without_vectors_fails(tmp_path, require):
    require("icarus")
    write_verilog(small_classifier(), tmp_path / "top.v")
    program = build_icarus(tmp_path, ["-DFEATURES=64", "-DCLASS_BITS=4", "-DCOUNT=3"])
    code, lines = play(program, tmp_path)
    assert code != 0
    assert lines[-1] == "0 passed, 3 failed"


@pytest.mark.parametrize("simulator", ["icarus", pytest.param("verilator", marks=pytest.mark.slow)])
def test_commands_of_the_readme_work(simulator, tmp_path, require):
    require(simulator)
    vectors, icarus, verilator = re.findall(r"```sh\n(.*?)```", (HW / "README.md").read_text(), re.DOTALL)
    (tmp_path / "hw").symlink_to(HW)
    (tmp_path / "build").mkdir()
    net = small_classifier()
    write_netlist(net, tmp_path / "build" / "minimized.nor")
    write_verilog(net, tmp_path / "build" / "top.v")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-e", "-c", vectors + {"icarus": icarus, "verilator": verilator}[simulator]],
        cwd=tmp_path,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(HW.parent)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "300 samples of 64 bytes" in done.stdout
    assert "300 passed, 0 failed" in done.stdout


def test_write_vectors_is_what_readmemh_reads(tmp_path):
    write_vectors(tmp_path, np.array([[0x12, 0xAB, 0], [1, 2, 3]], np.uint8), np.array([0, 300]))
    assert (tmp_path / "features.hex").read_text() == "00ab12\n030201\n"
    assert (tmp_path / "classes.hex").read_text() == "0\n12c\n"


@pytest.mark.parametrize(
    ("features", "classes", "text"),
    [
        (np.zeros((0, 1), np.uint8), np.zeros(0, int), "features must hold at least one sample, not 0"),
        (np.zeros((2, 1), np.uint8), np.zeros(3, int), "classes must be integers [2], not int64 [3]"),
        (np.zeros((2, 1), np.uint8), np.zeros(2), "classes must be integers [2], not float64 [2]"),
        (np.zeros((2, 1), np.uint8), np.array([-1, 2]), "classes must be in 0..4294967294, not -1..2"),
        (
            np.zeros((1, 1), np.uint8),
            np.array([2**32 - 1]),
            "classes must be in 0..4294967294, not 4294967295..4294967295",
        ),
    ],
)
def test_write_vectors_refuses_what_does_not_fit(tmp_path, features, classes, text):
    with pytest.raises(DataError) as caught:
        write_vectors(tmp_path, features, classes)
    assert str(caught.value) == text
    assert list(tmp_path.iterdir()) == []


def test_write_vectors_needs_its_folder(tmp_path):
    folder = tmp_path / "absent"
    with pytest.raises(OutputError) as caught:
        write_vectors(folder, np.zeros((1, 1), np.uint8), np.zeros(1, int))
    assert str(caught.value) == (
        f"cannot write {folder / 'features.hex'}: No such file or directory; "
        "free some space or choose another folder"
    )
