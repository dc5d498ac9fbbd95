"""The verbs that look into a circuit: inspect and explain."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nor2hdl.cli import _options as opt
from nor2hdl.cli._app import TIMED_OUT, UNKNOWN, app
from nor2hdl.cli._inputs import built_dataset, circuit_of, load_data, net_values
from nor2hdl.cli._terminal import err, out, show
from nor2hdl.errors import OptionError

if TYPE_CHECKING:
    from nor2hdl.explain import Decision, Flip
    from nor2hdl.learn import Classifier
    from nor2hdl.netlist import Netlist

_SHOWN_NEURONS = 12
_CODES = {"smallest": 0, "none": 0, "at most": UNKNOWN, "unknown": TIMED_OUT}


@app.command("inspect")
def inspect_command(
    circuit: opt.Circuit,
    net_name: Annotated[str | None, typer.Option("--net", help="A net: %9, pix[3], cls[0].")] = None,
    cone: Annotated[str | None, typer.Option(help="Print the fan-in cone of this net as a netlist.")] = None,
    path: Annotated[tuple[str, str] | None, typer.Option(help="Shortest path between two nets.")] = None,
    truth_table: Annotated[
        str | None, typer.Option(help="Truth table of this net over at most 12 inputs.")
    ] = None,
    expression: Annotated[
        str | None, typer.Option(help="This net as a minimized sum of products of at most 12 inputs.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="With --cone: draw it to this file, .svg, .dot or .json."),
    ] = None,
    depth: Annotated[int | None, typer.Option(help="With -o: how many levels to draw.", min=1)] = None,
    as_json: opt.Json = False,
) -> None:
    """Look at a netlist: statistics, one gate, a cone, a path, a function."""
    from nor2hdl import netlist

    if sum(x is not None for x in (net_name, cone, path, truth_table, expression)) > 1:
        raise OptionError(
            "inspect must have one of --net, --cone, --path, --truth-table and --expression, not several"
        )
    if (output is not None and cone is None) or (depth is not None and output is None):
        raise OptionError("--output must stand with --cone, and --depth with --output")
    net = circuit_of(circuit)
    if output is not None and cone is not None:
        _draw(net, cone, output, depth, as_json)
    elif cone is not None:
        part = net.cone(cone)
        text = netlist.to_text(part)
        values = {"gates": part.num_gates, "levels": part.depth(), "netlist": text}
        show(values, as_json, lambda: out.print(text, highlight=False, soft_wrap=True))
    elif truth_table is not None or expression is not None:
        _function(net, truth_table, expression, as_json)
    else:
        if net_name is not None:
            values = net_values(net, netlist.find_net(net, net_name))
        elif path is not None:
            values = {"path": [netlist.net_name(net, n) for n in net.path(*path)]}
        else:
            values = dataclasses.asdict(netlist.statistics(net))
        show(values, as_json, lambda: out.print_json(data=values))


def _draw(net: Netlist, cone: str, output: Path, depth: int | None, as_json: bool) -> None:
    from nor2hdl.view import write_cone

    write_cone(net, cone, output, depth=depth)
    show({"drawing": str(output)}, as_json, lambda: out.print(f"wrote {output}", soft_wrap=True))


def _function(net: Netlist, table: str | None, expression: str | None, as_json: bool) -> None:
    from nor2hdl import explain

    values: dict[str, Any]
    if table is not None:
        found = explain.truth_table(net, table)
        text, values = str(found), {"inputs": found.inputs, "values": found.values.astype(int).tolist()}
    else:
        text = str(explain.expression(net, expression or ""))
        values = {"expression": text}
    show(values, as_json, lambda: out.print(text, highlight=False, soft_wrap=True))


@app.command("explain")
def explain_command(
    folder: Annotated[Path, typer.Argument(help="A build folder.")],
    sample: Annotated[int, typer.Option(help="Which sample of the split, from 0.")],
    split: Annotated[str, typer.Option(help="train, val or test.")] = "test",
    to: Annotated[str | None, typer.Option(help="The class to flip to; any other by default.")] = None,
    data: opt.DataOption = None,
    timeout: opt.Timeout = 10,
    as_json: opt.Json = False,
) -> None:
    """Say why a sample gets its class, and which least change gives it another."""
    from nor2hdl import explain, flow

    if not folder.is_dir():
        raise OptionError(f"explain must have a build folder, not {folder}")
    model, _ = flow.load_build_model(folder)
    net = circuit_of(folder)
    dataset = load_data(data or built_dataset(folder))
    x, y = dataset.split(split)
    if not 0 <= sample < len(x):
        raise OptionError(f"sample must be in 0..{len(x) - 1} of the split {split}, not {sample}")
    decision = explain.deciding_neurons(model, x[sample])
    target = None if to is None else _class_index(to, model)
    flip = explain.smallest_flip(net, x[sample], to=target, timeout=timeout)
    if flip.before != decision.winner:
        err.print(f"note: the circuit gives class {flip.before}, the model {decision.winner}", soft_wrap=True)
    label = int(y[sample])
    show(
        _values(decision, flip, label),
        as_json,
        lambda: _print_explained(decision, flip, dataset.classes[label], model.shape),
    )
    raise typer.Exit(_CODES[flip.status])


def _class_index(name: str, model: Classifier) -> int:
    if name not in model.class_names:
        known = ", ".join(model.class_names)
        raise OptionError(f"class to flip to must be one of {known}, not {name!r}")
    return model.class_names.index(name)


def _values(decision: Decision, flip: Flip, label: int) -> dict[str, Any]:
    return {
        "class": decision.winner,
        "label": label,
        "votes": decision.votes,
        "runner_up": decision.runner_up,
        "neurons": [dataclasses.asdict(neuron) for neuron in decision.neurons],
        "flip": {
            "status": flip.status,
            "unit": flip.unit,
            "to": flip.after,
            "at_least": flip.at_least,
            "changes": [{"at": at, "is": old, "must_be": new} for at, old, new in flip.rows()],
            "seconds": flip.seconds,
        },
    }


def _print_explained(decision: Decision, flip: Flip, label: str, shape: tuple[int, ...]) -> None:
    from rich.table import Table

    out.print(f"{decision} (the label is {label})", highlight=False, soft_wrap=True)
    votes = Table(*decision.class_names, title="Votes", title_justify="left")
    votes.add_row(*map(str, decision.votes))
    out.print(votes)
    table = Table("neuron", "class", "gain", "value", "why", title="Neurons", title_justify="left")
    rows = decision.rows()
    for row in rows[:_SHOWN_NEURONS]:
        table.add_row(*map(str, row))
    out.print(table)
    if len(rows) > _SHOWN_NEURONS:
        out.print(f"and {len(rows) - _SHOWN_NEURONS} more neurons, all in --json", highlight=False)
    out.print(f"smallest flip: {flip} ({flip.seconds:.1f} s)", highlight=False, soft_wrap=True)
    for at, old, new in flip.rows():
        out.print(f"  {flip.unit} {at}: {old} -> {new}", highlight=False)
    if len(shape) == 2 and flip.flipped is not None:
        out.print(flip.picture(shape), highlight=False)
