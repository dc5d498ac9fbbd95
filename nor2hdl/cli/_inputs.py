"""From what the user typed to data sets, recipes and circuits."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from nor2hdl.cli._terminal import err
from nor2hdl.errors import OptionError

if TYPE_CHECKING:
    from pathlib import Path

    from nor2hdl.data import Dataset
    from nor2hdl.learn import Recipe
    from nor2hdl.netlist import Netlist


def load_data(data: str) -> Dataset:
    from nor2hdl.data import load

    return load(data)


def make_recipe(
    dataset: Dataset,
    name: str,
    hidden: list[int] | None = None,
    levels: list[int] | None = None,
    votes: str | None = None,
    tau: float | None = None,
) -> Recipe:
    from nor2hdl.data import Thermometer
    from nor2hdl.learn import recipe_for

    changes: dict[str, Any] = {"votes": votes, "tau": tau}
    changes["hidden"] = tuple(hidden) if hidden else None
    changes["encoder"] = Thermometer(tuple(levels)) if levels else None
    given = {k: v for k, v in changes.items() if v is not None}
    return dataclasses.replace(recipe_for(dataset, name), **given)


def with_config(recipe: Recipe, changes: dict[str, Any]) -> Recipe:
    given = {k: v for k, v in changes.items() if v is not None}
    return dataclasses.replace(recipe, config=dataclasses.replace(recipe.config, **given))


def noted_dataset(notes: dict[str, Any]) -> str:
    try:
        name = str(notes["dataset"]["name"])
    except (KeyError, TypeError) as error:
        raise OptionError(
            "data set must be named with --data: the model does not say what it was trained on"
        ) from error
    return known_dataset(name)


def built_dataset(circuit: Path) -> str:
    from nor2hdl.report import read_report

    if not circuit.is_dir():
        raise OptionError(f"data set must be named with --data: {circuit} is a netlist alone")
    return known_dataset(str(read_report(circuit / "report.json").dataset["name"]))


def listed(passes: str | None) -> list[str] | None:
    if passes is None:
        return None
    names = [name.strip() for name in passes.split(",") if name.strip()]
    if not names:
        raise OptionError("passes must name at least one pass; leave the option out for the usual ones")
    return names


def circuit_of(path: Path) -> Netlist:
    """Read a circuit; of a build folder, the one that its Verilog holds."""
    file = path
    if path.is_dir():
        approximate = path / "approximate.nor"
        file = approximate if approximate.exists() else path / "minimized.nor"
    if remark := remark_of(file):
        err.print(f"note: {file} is {remark}", highlight=False, soft_wrap=True)
    return netlist_of(file)


def remark_of(path: Path) -> str:
    """Return what an approximate build or circuit file says of itself, else nothing."""
    from nor2hdl.formats import read_remark

    remark = read_remark(path / "approximate.nor" if path.is_dir() else path)
    return remark if remark.startswith("approximate:") else ""


def check_depth(stages: int | None, max_levels: int | None) -> None:
    """Raise `OptionError` if the depth of a pipeline is asked for in two ways."""
    if stages is not None and max_levels is not None:
        raise OptionError("--pipeline must stand alone, not together with --max-levels; give one of the two")


def netlist_of(path: Path) -> Netlist:
    from nor2hdl.formats import read_circuit

    return read_circuit(path)


def net_values(net: Netlist, number: int) -> dict[str, Any]:
    from nor2hdl import netlist

    def name(n: int) -> str:
        return netlist.net_name(net, n)

    return {
        "net": name(number),
        "level": int(net.levels()[number]),
        "provenance": net.origin(number),
        "fanin": [name(n) for n in net.fanin(number).tolist()],
        "fanout": [name(n) for n in netlist.fanout(net, number).tolist()],
        "outputs": [port for port, driver in net.output_bits() if driver == number],
    }


def known_dataset(name: str) -> str:
    from nor2hdl.data import NAMES

    if name not in NAMES:
        raise OptionError(
            f"data set must be named with --data: the model was trained on a file called {name!r}"
        )
    return name
