"""The script in the page is what its sources give; slow, since its tools come over the network."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

import nor2hdl.view

VIEW = Path(nor2hdl.view.__file__).parent
NAMES = ("viewer.js", "viewer.css", "viewer.licenses.txt")


def npm(folder, *arguments):
    program = shutil.which("npm")
    if program is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("npm is not installed")
    done = subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    """Copy the sources, as they are in a fresh checkout, and fetch their tools."""
    view = tmp_path_factory.mktemp("package") / "view"
    shutil.copytree(VIEW / "web", view / "web", ignore=shutil.ignore_patterns("node_modules", ".test"))
    npm(view / "web", "ci", "--no-audit", "--no-fund")
    return view / "web"


@pytest.mark.slow
def test_the_bundle_is_built_from_its_sources(web):
    npm(web, "run", "check")
    npm(web, "run", "build")
    built = web.parent / "assets"
    assert sorted(path.name for path in built.iterdir()) == sorted(NAMES)
    for name in NAMES:
        assert (built / name).read_bytes() == (VIEW / "assets" / name).read_bytes(), name


@pytest.mark.slow
def test_the_tests_of_the_sources_pass(web):
    npm(web, "test")


def test_the_lock_file_names_no_address():
    lock = json.loads((VIEW / "web" / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert not [name for name, entry in packages.items() if "resolved" in entry]
    assert all("integrity" in entry for entry in packages.values())


def test_bundled_packages_have_their_licenses():
    text = (VIEW / "assets" / "viewer.licenses.txt").read_text()
    about = json.loads((VIEW / "web" / "package.json").read_text())
    for name, version in about["dependencies"].items():
        assert f"{name} {version} (" in text
