"""Every program in examples/ and every Python block of the README runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run(cwd, *arguments):
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, capture_output=True, text=True, check=True
    ).stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("examples")
    return folder, run(folder, ROOT / "examples" / "train_and_compile.py")


def test_train_and_compile(built):
    folder, text = built
    assert text.count(": equal (") == 3
    assert int(re.search(r"test: (\d+) of 300 right", text)[1]) > 260
    assert (folder / "digits-build" / "top.v").exists()


def test_simulate_test_set(built):
    folder, text = built
    result = run(folder, ROOT / "examples" / "simulate_test_set.py")
    correct = re.search(r"test: (\d+) of 300 right", text)[1]
    assert f"{correct} of 300 right" in result
    assert "the fast engine and the reference agree: True" in result


def test_inspect_netlist(built):
    result = run(built[0], ROOT / "examples" / "inspect_netlist.py")
    assert re.search(r"layer0/neuron\d+ is %\d+ = nor\(", result)
    assert re.search(r"a path: pix\[\d+\] -> .*%\d+", result)


def test_scale(tmp_path):
    result = run(tmp_path, ROOT / "examples" / "scale.py", "2000")
    assert "read equals written: True" in result
    assert "linear passes keep all outputs: True" in result
    assert "keeps all outputs: True" in result
    assert result.count(" s CPU ") == 7


def test_no_example_is_forgotten():
    names = {p.name for p in (ROOT / "examples").iterdir() if p.suffix in {".py", ".ipynb"}}
    text = "".join(p.read_text() for p in Path(__file__).parent.glob("test_examples*.py"))
    assert all(f'"{name}"' in text for name in names)


def test_readme_python_blocks_run(tmp_path):
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    compiled, carried = (run(tmp_path, "-c", block) for block in blocks)
    assert compiled.count("'equal'") == 3
    assert carried == "1.0 %\n"
