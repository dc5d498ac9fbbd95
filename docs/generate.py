"""Write the pages that follow from something else: the command line, the benchmark tables, the rooms.

Run it: ``python docs/generate.py``. A test asserts that the committed pages are what this gives.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "docs"), str(ROOT / "examples" / "reproduce")]

import command_line  # noqa: E402 - the path to them is set above
import common  # noqa: E402
import pictures  # noqa: E402
import rooms  # noqa: E402
import tables  # noqa: E402

STUDIES = {
    "recipes": "## The recipes\n\nWhat `nor2hdl run` gives: accuracy of the circuit and its all-in size.",
    "compare": "## The learners\n\nOne network, one compiler, several ways to find the connections.",
}
BENCHMARKS = """\
# Benchmarks

The tables of this page come from result files in `examples/reproduce/results/`, by
`python docs/generate.py`; none is typed. Each says which command measured it. Accuracies are on the 10,000
test images. Sizes are *all-in*: raw bytes in, class index out, so the encoder, the popcounts and the argmax
are counted. NAND2 + INV, LUT4 and LUT6 are what one fixed script of yosys and ABC maps the circuit to, the
same script for every circuit.

More studies, with what the papers claimed and what we found, are on the page
[The source systems, reproduced](reproduce.md). Figures of speed, of FPGAs and of the minimizer beside ABC
are in the README, each with its command.
"""


def pages() -> dict[str, str]:
    """Return what each generated file of this folder holds, by its path from here."""
    found = {"cli.md": command_line.page(), "benchmarks.md": benchmarks()}
    contributing = (ROOT / "docs" / "contributing.md").read_text(encoding="utf-8")
    found["contributing.md"] = tables.with_section(contributing, "rooms", rooms.import_table())
    found |= {f"reference/{rooms.file_name(room)}.md": rooms.reference_page(room) for room in rooms.rooms()}
    found |= {f"pictures/{name}.svg": svg for name, svg in pictures.all_pictures().items()}
    return found


def benchmarks() -> str:
    """Return the page of the studies that are about nor2hdl itself, from their result files."""
    with TemporaryDirectory() as plots:  # they are drawn for the reproduction page
        sections = [
            f"{head}\n\n{tables.section(name, common.RESULTS / f'{name}.json', Path(plots))}"
            for name, head in STUDIES.items()
        ]
    return "\n".join([BENCHMARKS, *sections])


def main(
    target: Annotated[Path, typer.Option(help="Folder to write to.")] = ROOT / "docs",
) -> None:
    """Write the generated pages."""
    from nor2hdl.files import write_text

    for name, text in pages().items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text)


if __name__ == "__main__":
    typer.run(main)
