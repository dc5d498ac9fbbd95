"""What follows from the package itself: one reference page a room, and the import table."""

from __future__ import annotations

import ast
import pkgutil
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import nor2hdl

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parent.parent


def rooms() -> list[ModuleType]:
    """Return the package and every room with a public list, by name."""
    found = {"": nor2hdl}
    for module in pkgutil.walk_packages(nor2hdl.__path__, "nor2hdl."):
        name = module.name.removeprefix("nor2hdl.")
        if module.ispkg and name != "cli" and not any(p.startswith("_") for p in name.split(".")):
            package = import_module(module.name)
            if hasattr(package, "__all__"):
                found[name] = package
    return [found[name] for name in sorted(found)]


def file_name(room: ModuleType) -> str:
    """Return the name of a room's page, without its suffix."""
    return room.__name__.removeprefix("nor2hdl.").replace(".", "-")


def reference_page(room: ModuleType) -> str:
    """Return the reference page of a room; mkdocstrings fills it in."""
    members = "".join(f'        - "{name}"\n' for name in sorted(room.__all__))
    return (
        f"# {room.__name__.removeprefix('nor2hdl.')}\n\n::: {room.__name__}\n    options:\n"
        f"      show_root_heading: false\n      show_root_toc_entry: false\n      members:\n{members}"
    )


def import_table() -> str:
    """Return the rooms, what each is for, and what it may import, as the architecture's test has it."""
    table = _allowed()
    lines = ["| room | what it is for | may import |", "|---|---|---|"]
    for name in [room for room in table if room != "__init__"]:
        told = (import_module(f"nor2hdl.{name}").__doc__ or "").strip().splitlines()[0]
        allowed = ", ".join(f"`{other}`" for other in sorted(table[name])) or "-"
        lines.append(f"| `{name}` | {told} | {allowed} |")
    return "\n".join(lines) + "\n"


def _allowed() -> dict[str, set[str]]:
    source = (ROOT / "tests" / "test_architecture.py").read_text(encoding="utf-8")
    for node in ast.parse(source).body:
        if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "MAY_IMPORT":
            table: dict[str, set[str]] = eval(compile(ast.Expression(node.value), "table", "eval"))  # noqa: S307
            return table
    raise LookupError("tests/test_architecture.py must hold the table MAY_IMPORT")
