"""Write the tables and plots of README.md from the stored results."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Annotated

import common
import typer

from nor2hdl.files import write_text

HERE = Path(__file__).parent
STUDIES = ("recipes", "ldc", "dnw", "switchers", "pruning", "priors", "search", "reber", "compare")


def main(
    results: Annotated[Path, typer.Option(help="Folder of the result files.")] = common.RESULTS,
    readme: Annotated[Path, typer.Option(help="The file whose marked sections are written.")] = HERE
    / "README.md",
    plots: Annotated[Path, typer.Option(help="Folder of the plots.")] = HERE / "plots",
) -> None:
    """Replace what stands between the marks of each study, and draw its plots."""
    text = readme.read_text(encoding="utf-8")
    plots.mkdir(exist_ok=True)
    for name in STUDIES:
        text = with_section(text, name, section(name, results / f"{name}.json", plots))
    write_text(readme, text)


def section(name: str, path: Path, plots: Path) -> str:
    """Return the markdown of one study, its plots drawn."""
    if not path.exists():
        return f"Not run: `python examples/reproduce/{name}.py`.\n"
    study = common.read_study(path)
    program = importlib.import_module(name)
    runs = len(program.jobs(study["settings"]))
    if len(study["runs"]) < runs:
        return (
            f"Unfinished, {len(study['runs'])} of {runs} runs: "
            f"`python examples/reproduce/{name}.py --size {study['size']}` goes on.\n"
        )
    minutes = sum(r["seconds"] for r in study["runs"]) / 60
    versions = ", ".join(f"{package} {version}" for package, version in study["versions"].items())
    head = (
        f"`python examples/reproduce/{name}.py --size {study['size']}`: {len(study['runs'])} runs, "
        f"{minutes:.0f} minutes of CPU time in sum. {versions}.\n"
    )
    drawn = program.plots(study, plots) if hasattr(program, "plots") else []
    pictures = "".join(f"\n![{p.stem}](plots/{p.name})\n" for p in drawn)
    return f"{head}\n{program.tables(study)}{pictures}"


def with_section(text: str, name: str, body: str) -> str:
    """Return the text with the section between the marks of `name` replaced."""
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if not pattern.search(text):
        message = f"README must have the marks {begin.strip()} and {end}, but has not"
        raise ValueError(message)
    return pattern.sub(lambda _: f"{begin}\n{body.strip()}\n\n{end}", text)


if __name__ == "__main__":
    typer.run(main)
