"""What the command line prints: progress, tables, JSON, errors."""

from __future__ import annotations

import dataclasses
import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from nor2hdl.learn import EpochStats, Progress
    from nor2hdl.verify import Verdict

# Names and paths of the user are text, never markup.
out = Console(markup=False)
err = Console(stderr=True, markup=False)


def fail(message: str, code: int) -> int:
    err.print(f"nor2hdl: {message}", highlight=False, soft_wrap=True)
    return code


def show(values: dict[str, Any], as_json: bool, pretty: Callable[[], None]) -> None:
    if as_json:
        sys.stdout.write(json.dumps(values, indent=1) + "\n")
    else:
        pretty()


@contextmanager
def training_bar() -> Iterator[Callable[[Progress[EpochStats]], None]]:
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(16), TaskProgressColumn(), TimeRemainingColumn(compact=True))
    with Bar(*columns, TextColumn("{task.description}"), console=err) as bar:
        task = bar.add_task("")

        def watch(progress: Progress[EpochStats]) -> None:
            text = f"loss {progress.loss:.3f}"
            if progress.stats is not None:
                text += f"  {stats_line(dataclasses.asdict(progress.stats))}"
            bar.update(task, completed=progress.step, total=progress.steps, description=text)

        yield watch


@contextmanager
def steps() -> Iterator[Callable[[str], None]]:
    with err.status("") as status:

        def step(name: str) -> None:
            if not err.is_terminal:
                err.print(name, highlight=False)
            status.update(name)

        yield step


def stats_line(stats: Mapping[str, Any]) -> str:
    return (
        f"epoch {stats['epoch']}: val {stats['accuracy']:.2%}, fan-in {stats['fan_in']:.2f}, "
        f"pruned {stats['pruned']:.2%}, live {stats['live']}"
    )


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    values = dataclasses.asdict(verdict)
    if verdict.counterexample is not None:
        values["counterexample"] = "".join("01"[int(bit)] for bit in verdict.counterexample)
    return values


def print_verdicts(verdicts: Mapping[str, Verdict]) -> None:
    for claim, v in verdicts.items():
        text = f"{claim}: {v.status} ({v.method}, {v.seconds:.1f} s)"
        out.print(f"{text} {v.detail}".rstrip(), highlight=False, soft_wrap=True)
        if v.counterexample is not None:
            bits = "".join("01"[int(bit)] for bit in v.counterexample)
            out.print(f"  differs at input bits, first input first: {bits}", soft_wrap=True)


def print_simulation(values: dict[str, Any], classes: tuple[str, ...]) -> None:
    from rich.table import Table

    table = Table("true \\ predicted", *classes, title="Confusion", title_justify="left")
    for name, row in zip(classes, values["confusion"], strict=True):
        table.add_row(name, *map(str, row))
    out.print(table)
    out.print(
        f"accuracy {values['accuracy']:.2%} ({values['correct']} of {values['total']} samples of "
        f"{values['split']}, {values['engine']} engine, {values['seconds']:.2f} s)",
        highlight=False,
    )
