"""A small cone as a drawing."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from nor2hdl import tools
from nor2hdl.errors import OptionError
from nor2hdl.files import write_text
from nor2hdl.formats import to_dot, to_yosys_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nor2hdl.netlist import Net, Netlist

FORMS = (".svg", ".dot", ".json")


def write_cone(
    net: Netlist,
    nets: Net | Iterable[Net],
    path: Path | str,
    *,
    depth: int | None = None,
    timeout: float | None = 60,
) -> None:
    """Write the fan-in cone of some nets as a drawing, or as a file for a program that draws.

    Parameters
    ----------
    net
        The netlist.
    nets
        The nets at the top of the cone, by number or by name.
    path
        The file to write: ``.svg``, drawn by Graphviz; ``.dot`` for Graphviz; ``.json`` for netlistsvg or
        yosys.
    depth
        How many levels of gates to show; None for all.
    timeout
        Seconds that Graphviz may take, None for no limit.

    Raises
    ------
    NetlistError
        If there is no such net.
    OptionError
        If the file has another ending, the depth is below 1, or there are more than 500 gates to draw.
    ToolError
        If Graphviz is missing or fails.
    ToolTimeoutError
        If it does not finish in time.
    OutputError
        If the file cannot be written.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> b.output("y", [b.nor(*b.input("x", 2))])
    >>> target = Path(tempfile.mkdtemp()) / "cone.dot"
    >>> write_cone(b.freeze(), "y", target)
    >>> target.read_text().count("->")
    3
    """
    path = Path(path)
    form = path.suffix.lower()
    if form not in FORMS:
        raise OptionError(f"drawing must end in {', '.join(FORMS[:-1])} or {FORMS[-1]}, not {path.name!r}")
    text = (to_yosys_json if form == ".json" else to_dot)(net, nets, depth=depth)
    if form == ".svg":
        text = _drawn(text, timeout)
    write_text(path, text)


def _drawn(dot: str, timeout: float | None) -> str:
    with tempfile.TemporaryDirectory(prefix="nor2hdl-") as folder:
        source, target = Path(folder) / "cone.dot", Path(folder) / "cone.svg"
        source.write_text(dot, encoding="utf-8")
        tools.run([tools.find("dot"), "-Tsvg", "-o", str(target), str(source)], timeout=timeout)
        return target.read_text(encoding="utf-8")
