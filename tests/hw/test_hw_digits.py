"""The committed example: made anew it is the same, byte for byte, and it works in a simulator."""

from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DIGITS = ROOT / "hw" / "digits"
BENCH = ROOT / "hw" / "bench" / "stream_bench.py"
MADE = ("stream.v", "features.hex", "classes.hex")


def run(*command, folder=ROOT):
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    environment.pop("PYTEST_CURRENT_TEST", None)  # cocotb's runner acts otherwise inside pytest
    return subprocess.run(
        [sys.executable, *map(str, command)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )


def test_the_files_can_be_made_again_byte_for_byte(tmp_path) -> None:
    pinned = dict(line.split("==") for line in (ROOT / "constraints.txt").read_text().split() if "==" in line)
    for package in ("amaranth", "pyosys", "scikit-learn"):
        version = importlib.metadata.version(package)
        if version != pinned[package]:
            pytest.skip(f"the bytes are those of {package} {pinned[package]}, not of {version}")
    done = run(DIGITS / "make.py", tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "1443 NOR gates, 2 stages, 277 of 300 test images right\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(MADE)
    for name in MADE:
        assert (tmp_path / name).read_bytes() == (DIGITS / name).read_bytes(), name


def test_the_example_stays_small_and_says_nothing_of_where_it_was_made() -> None:
    text = "".join((DIGITS / name).read_text(encoding="ascii") for name in MADE)
    assert len(text) < 150_000
    assert re.search(r"^\s*initial\b", text, re.MULTILINE) is None
    assert "Yosys" not in text
    assert re.search(r"20\d\d-", text) is None


@pytest.mark.parametrize(
    ("simulator", "programs"),
    [
        ("icarus", ("iverilog", "vvp")),
        pytest.param("verilator", ("verilator", "perl", "make", "g++"), marks=pytest.mark.slow),
    ],
)
def test_images_stream_through_the_example(simulator, programs, require_programs) -> None:
    require_programs(*programs)
    done = run(BENCH, DIGITS / "stream.v", DIGITS, "--simulator", simulator)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("6 tests passed, 0 failed\n")


FAULTS = {
    "a wrong class": ("classes.hex", "2\n", "3\n"),
    "an endless packet passes": ("stream.v", "_08_ = _00_ & i_last", "_08_ = _00_"),
    "back-pressure ignored": ("stream.v", ".ready_out(o_ready)", ".ready_out(1'b1)"),
}


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param("a wrong class", marks=pytest.mark.slow),
        pytest.param("an endless packet passes", marks=pytest.mark.slow),
        "back-pressure ignored",
    ],
)
def test_the_bench_sees_a_planted_fault(fault, tmp_path, require_programs) -> None:
    require_programs("iverilog", "vvp")
    name, old, new = FAULTS[fault]
    for made in MADE:
        lines = (DIGITS / made).read_text().splitlines(keepends=True)
        lines = lines if made == "stream.v" else lines[:12]
        (tmp_path / made).write_text("".join(lines))
    text = (tmp_path / name).read_text()
    assert old in text
    (tmp_path / name).write_text(text.replace(old, new, 1))
    done = run(BENCH, tmp_path / "stream.v", tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert re.search(r"\d tests passed, [1-6] failed\n$", done.stdout)
