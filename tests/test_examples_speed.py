"""The example that measures the speed of simulation: all engines agree, and all figures are there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parent.parent / "examples" / "simulation_speed.py"


def measured(folder, *arguments):
    """Run the example and return what it prints, and the first words of each row of figures."""
    text = subprocess.run(
        [sys.executable, EXAMPLE, "--quick", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return text, re.findall(r"^  (\S.*?) +[\d,]+ images/s +[\d.]+ G/s", text, re.MULTILINE)


def test_simulation_speed(tmp_path):
    text, rows = measured(tmp_path, "--most-verilated", "0", "--most-compiled", "0")
    assert rows == ["fast, images", "fast, packed", "layers", "bound", "reference"]
    assert re.search(r"reached: \d+%", text)
    assert re.search(r"two cores: [\d.]+ x one", text)
    assert re.findall(r"cache (empty|warm): [\d.]+ s", text) == ["empty", "warm"]


@pytest.mark.slow
def test_simulation_speed_beside_others(tmp_path):
    text, rows = measured(tmp_path)
    assert rows[4:] == ["reference", "Verilator", "C, -O1", "C, -O1 -march=native"]
    assert text.count("agrees: True") == 3
