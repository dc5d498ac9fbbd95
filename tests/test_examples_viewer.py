"""The examples that open the viewer's page in a browser: figures of its speed, and pictures."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"
FIGURE = r" +([\d.]+)"
ROW = re.compile(rf"^ *([\d,]+){7 * FIGURE}$", re.MULTILINE)


@pytest.fixture(autouse=True)
def _browser():
    """Skip where there is no browser, but fail where all tools must be there."""
    stop = pytest.fail if os.environ.get("CI") else pytest.skip
    if not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
        stop("no Chromium or Chrome is installed")
    if not find_spec("playwright"):
        stop("the package playwright is not installed")


def run(example, *arguments):
    command = [sys.executable, EXAMPLES / example, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def rows(text):
    return {int(row[0].replace(",", "")): [float(x) for x in row[1:]] for row in ROW.findall(text)}


def test_viewer_speed():
    found = rows(run("viewer_speed.py", "--quick"))
    assert [*found] == [500]
    assert all(figure >= 0 for figure in found[500])
    assert 0 < found[500][1] < 20_000


@pytest.mark.slow
def test_viewer_speed_of_large_circuits():
    text = run("viewer_speed.py")
    print("\n" + text)  # noqa: T201 - for the reader of a slow run
    found = rows(text)
    assert [*found] == [5_000, 50_000, 500_000]
    for gates, (megabytes, first, evaluated, median, _, cone, _) in found.items():
        assert megabytes < 0.5 + gates / 100_000
        assert first < 3_000 + gates / 50
        assert evaluated < 20 + gates / 2_000
        if gates <= 50_000:  # fluid: half of the frames of a screen at least, on a shared CPU
            assert max(median, cone) < 33


def test_viewer_screenshots(digits_build, tmp_path):
    run("viewer_screenshots.py", digits_build.folder, "-o", tmp_path / "new")
    files = [tmp_path / "new" / f"{name}.png" for name in ("hierarchy", "neuron", "cone")]
    assert sorted(files) == sorted((tmp_path / "new").iterdir())
    pictures = [file.read_bytes() for file in files]
    assert len(set(pictures)) == 3
    for picture in pictures:
        assert picture[:8] == b"\x89PNG\r\n\x1a\n"
        size = int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big")
        assert (size, len(picture) < 150_000) == ((1280, 800), True)
    command = [sys.executable, EXAMPLES / "viewer_screenshots.py", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "model file must exist" in done.stderr
