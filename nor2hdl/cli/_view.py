"""The verb that shows circuits: view."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nor2hdl.cli import _options as opt
from nor2hdl.cli._app import app
from nor2hdl.cli._inputs import load_data, netlist_of, noted_dataset, remark_of
from nor2hdl.cli._terminal import err, out, show
from nor2hdl.errors import Nor2hdlError, OptionError

if TYPE_CHECKING:
    from nor2hdl.view import Scene


@app.command("view")
def view_command(
    circuit: opt.Circuit,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Default: circuit.html beside the circuit."),
    ] = None,
    data: opt.DataOption = None,
    split: Annotated[str, typer.Option(help="Where samples come from: train, val or test.")] = "test",
    samples: Annotated[int, typer.Option(help="How many samples the page holds.", min=0, max=10_000)] = 20,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    as_json: opt.Json = False,
) -> None:
    """Write one self-contained HTML page to look into a circuit and to watch it classify."""
    from nor2hdl.files import write_text
    from nor2hdl.flow import VIEWER
    from nor2hdl.view import MOST_GATES, viewer_page

    scene = _build_scene(circuit, data, split, samples) if circuit.is_dir() else _netlist_scene(circuit, data)
    page = viewer_page(scene)
    target = output or (circuit if circuit.is_dir() else circuit.parent) / VIEWER
    write_text(target, page)
    if scene.remark:
        _note(f"{circuit} is {scene.remark}")
    for large in scene.summarized:
        _note(
            f"the circuit {large.name} is only summarized: it has {large.net.num_gates:,} gates, more than "
            f"{MOST_GATES:,}"
        )
    values = {
        "page": str(target),
        "bytes": len(page.encode()),
        "samples": 0 if scene.samples is None else len(scene.samples.indices),
        "summarized": [large.name for large in scene.summarized],
    }
    show(values, as_json, lambda: out.print(f"wrote {target}", soft_wrap=True))
    if open_page:
        import webbrowser

        if not webbrowser.open(target.resolve().as_uri()):
            _note(f"no browser was found to open {target}")


def _build_scene(folder: Path, data: str | None, split: str, samples: int) -> Scene:
    from nor2hdl import flow

    model, notes = flow.load_build_model(folder)
    dataset = None
    if data is not None:
        dataset = load_data(data)
    else:
        try:
            found = load_data(noted_dataset(notes))
            flow.check_fit(model, found, notes)
            dataset = found
        except Nor2hdlError as error:
            _note(f"the page has neither samples nor toggle rates: {error}")
    return flow.scene_of_build(folder, dataset, split=split, samples=samples)


def _netlist_scene(file: Path, data: str | None) -> Scene:
    from nor2hdl import flow
    from nor2hdl.formats import read_remark

    if data is not None:
        raise OptionError("--data must stand with a build folder: a circuit alone has no samples")
    if read_remark(file).startswith("machine,"):
        raise OptionError(f"view must have a circuit without registers, but {file} is a sequential machine")
    return flow.scene_of_netlist(netlist_of(file), file.name, remark=remark_of(file))


def _note(text: str) -> None:
    err.print(f"note: {text}", highlight=False, soft_wrap=True)
