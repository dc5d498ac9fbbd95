"""The example that compares readouts: ours is the smallest and the shallowest."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).parent.parent / "examples" / "readout.py"


def test_ours_beats_the_plain_ones(tmp_path):
    text = subprocess.run(
        [sys.executable, EXAMPLE, "--quick"], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout
    for shape in ("4 x 12", "signed"):
        rows = re.findall(rf"^{shape} +(\S.*?) +(\S+) +(\d+) +(\S+) +(\d+)$", text, re.MULTILINE)
        figures = {name: [int(n.replace(",", "")) for n in row] for name, *row in rows}
        assert len(figures) == 5
        plain = [figures["ripple"], figures["yosys +"]]
        assert figures["nor2hdl, gates"][0] < min(row[0] for row in plain)
        assert figures["nor2hdl, levels"][1] < min(row[1] for row in plain)
        assert figures["nor2hdl, lut6"][2] < min(row[2] for row in plain)
        assert figures["nor2hdl, levels"][3] <= min(row[3] for row in plain)
