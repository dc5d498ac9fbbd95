"""Every program of examples/reproduce at toy size, its tables and plots, and the committed page."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent.parent / "examples" / "reproduce"
STUDIES = ("compare", "dnw", "ldc", "priors", "pruning", "reber", "recipes", "search", "switchers")


def call(name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, HERE / f"{name}.py", *map(str, arguments)]
    environment = os.environ | {"PYTHONWARNINGS": "error::UserWarning", "OMP_NUM_THREADS": "1"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def test_the_list_is_whole() -> None:
    programs = {p.stem for p in HERE.glob("*.py")} - {"common", "ldc_tables", "tables"}
    assert programs == set(STUDIES)


@pytest.mark.parametrize("name", STUDIES)
def test_program_runs_resumes_and_is_tabled(name: str, tmp_path: Path) -> None:
    done = call(name, "--size", "toy", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    path = tmp_path / f"{name}.json"
    study = json.loads(path.read_text())
    assert study["runs"]
    assert study["versions"]["torch"]

    # What is there is not run again, and what is missing is.
    *kept, lost = study["runs"]
    path.write_text(json.dumps(study | {"runs": kept}))
    assert call(name, "--size", "toy", "--out", tmp_path).returncode == 0
    again = json.loads(path.read_text())
    assert again["runs"][:-1] == kept
    assert again["runs"][-1]["key"] == lost["key"]

    page = tmp_path / "page.md"
    page.write_text((HERE / "README.md").read_text())
    done = call("tables", "--results", tmp_path, "--readme", page, "--plots", tmp_path / "plots")
    assert done.returncode == 0, done.stderr
    section = re.search(f"<!-- {name} -->\n(.*)<!-- end of {name} -->", page.read_text(), re.DOTALL)
    assert section is not None
    assert "--size toy" in section[1]
    assert "|" in section[1]


def test_the_page_is_what_the_results_give(tmp_path: Path) -> None:
    page = tmp_path / "README.md"
    page.write_text((HERE / "README.md").read_text())
    done = call("tables", "--readme", page, "--plots", tmp_path / "plots")
    assert done.returncode == 0, done.stderr
    assert page.read_text() == (HERE / "README.md").read_text()
    drawn = {p.name for p in (tmp_path / "plots").iterdir()}
    assert drawn == {p.name for p in (HERE / "plots").iterdir()}


def test_another_size_in_the_same_file_is_refused(tmp_path: Path) -> None:
    assert call("pruning", "--size", "toy", "--out", tmp_path).returncode == 0
    done = call("pruning", "--size", "quick", "--out", tmp_path)
    assert done.returncode == 1
    assert "must hold runs of this size and these settings, not of 'toy'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_of_other_versions_or_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pruning.json"
    assert call("pruning", "--size", "toy", "--out", tmp_path).returncode == 0
    study = json.loads(path.read_text())
    study["versions"]["torch"] = "1.0"
    for text, message in (
        (json.dumps(study), "must hold runs of these versions, not of another torch; remove it"),
        ("[]", "must hold a study of schema 1; remove it and run the study again"),
        ("{", "must be a JSON file; remove it and run the study again"),
    ):
        path.write_text(text)
        done = call("pruning", "--size", "toy", "--out", tmp_path)
        assert done.returncode == 1
        assert message in done.stderr
        assert "Traceback" not in done.stderr
        assert path.read_text() == text


def test_an_unfinished_study_is_not_tabled(tmp_path: Path) -> None:
    assert call("pruning", "--size", "toy", "--out", tmp_path).returncode == 0
    path = tmp_path / "pruning.json"
    study = json.loads(path.read_text())
    path.write_text(json.dumps(study | {"runs": study["runs"][:1]}))
    page = tmp_path / "page.md"
    page.write_text((HERE / "README.md").read_text())
    done = call("tables", "--results", tmp_path, "--readme", page, "--plots", tmp_path / "plots")
    assert done.returncode == 0, done.stderr
    unfinished = "Unfinished, 1 of 2 runs: `python examples/reproduce/pruning.py --size toy` goes on."
    assert unfinished in page.read_text()


def test_an_unknown_size_is_refused(tmp_path: Path) -> None:
    done = call("pruning", "--size", "huge", "--out", tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "error: size must be one of toy, quick, full, not 'huge'\n"
