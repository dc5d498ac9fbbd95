"""The import table of the house, its lazy loading, and the sizes that keep it readable."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "nor2hdl"

LEAVES = {"errors", "files", "jit", "markup"}
MAY_IMPORT: dict[str, set[str]] = {
    "__init__": {"netlist"},
    "errors": set(),
    "files": set(),
    "jit": set(),
    "markup": set(),
    "tools": set(),
    "data": set(),
    "learn": {"data"},
    "netlist": set(),
    "extract": {"learn", "data", "netlist"},
    "formats": {"netlist"},
    "minimize": {"netlist", "formats", "tools"},
    "pipeline": {"netlist", "minimize"},
    "csource": {"netlist", "tools"},
    "hdl": {"netlist", "pipeline", "tools"},
    "simulate": {"netlist", "csource", "hdl", "tools"},
    "cnf": {"netlist"},
    "verify": {"netlist", "cnf", "formats", "hdl", "pipeline", "tools"},
    "fpga": {"netlist", "pipeline", "hdl", "tools"},
    "report": {"netlist", "hdl", "tools"},
    "view": {"data", "learn", "netlist", "formats", "report", "tools"},
    "explain": {"netlist", "cnf", "learn", "minimize", "simulate"},
    "approximate": {"netlist", "minimize", "simulate"},
    "benchmark": {"netlist", "formats", "minimize", "report", "verify"},
    "flow": {
        "data",
        "learn",
        "extract",
        "netlist",
        "minimize",
        "approximate",
        "pipeline",
        "hdl",
        "simulate",
        "verify",
        "report",
        "view",
    },
}
FOREIGN_OF_NETLIST = {"numpy", "networkx"}


def room_of(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} must import absolutely"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


SOURCES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_rooms_import_what_the_table_allows(path: Path) -> None:
    room = room_of(path)
    if room == "cli":
        return
    used = {name.split(".")[1] for name in imported(path) if name.startswith("nor2hdl.")}
    rooms = used & (MAY_IMPORT.keys() | {"cli"})
    assert rooms <= MAY_IMPORT[room] | LEAVES | {room}


def test_the_table_names_every_room() -> None:
    assert {room_of(path) for path in SOURCES} == MAY_IMPORT.keys() | {"cli"}


def test_netlist_stands_on_numpy_alone() -> None:
    for path in SOURCES:
        if room_of(path) == "netlist":
            foreign = {n.split(".")[0] for n in imported(path)} - sys.stdlib_module_names - {"nor2hdl"}
            assert foreign <= FOREIGN_OF_NETLIST, path


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_files_stay_readable(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            first = body[0].lineno if body else node.lineno
            assert (node.end_lineno or first) - first < 60, f"{node.name} is too long"


def test_import_loads_no_heavy_package() -> None:
    heavy = (
        "torch",
        "pyeda",
        "amaranth",
        "numba",
        "sklearn",
        "networkx",
        "pysat",
        "scipy",
        "rich",
        "typer",
        "matplotlib",
    )
    code = f"import sys, nor2hdl; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
