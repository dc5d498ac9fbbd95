"""The verb that draws several builds: plot."""

from __future__ import annotations

import dataclasses
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nor2hdl.cli import _options as opt
from nor2hdl.cli._app import app
from nor2hdl.cli._terminal import out, show

if TYPE_CHECKING:
    from nor2hdl.view import TradePoint


@app.command("plot")
def plot_command(
    builds: Annotated[list[Path], typer.Argument(help="Build folders.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to draw: .svg, .png or .pdf.")],
    as_json: opt.Json = False,
) -> None:
    """Draw test accuracy against all-in gates of several builds; data sets in axes of their own."""
    from nor2hdl.view import check_suffix, save_figure, trade_figure

    check_suffix(output)
    points = _points(builds)
    title = "Test accuracy against all-in gates of " + ", ".join(p.label for p in points)
    save_figure(trade_figure(points), output, title=title)
    values = {
        "picture": str(output),
        "points": [dataclasses.asdict(p) | {"accuracy": p.accuracy} for p in points],
    }
    show(values, as_json, lambda: out.print(f"wrote {output}", soft_wrap=True))


def _points(builds: list[Path]) -> list[TradePoint]:
    from nor2hdl.report import read_report
    from nor2hdl.view import trade_point

    names = [build.resolve().name for build in builds]
    count = Counter(names)
    return [
        trade_point(name if count[name] == 1 else str(build), read_report(build / "report.json"))
        for name, build in zip(names, builds, strict=True)
    ]
