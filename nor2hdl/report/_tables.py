"""The report of a build as tables for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from nor2hdl.markup import html_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nor2hdl.report._report import PipelineSummary, Report
    from nor2hdl.report._size import Mapped


def report_tables(report: Report) -> list[Table]:
    """Return what a report holds, most of it, as tables."""
    tables = [*_size_tables(report), _step_table(report)]
    tables += [] if report.pipeline is None else [_pipeline_table(report.pipeline)]
    tables += [] if report.mapped is None else [_mapped_table(report.mapped)]
    return [*tables, _claim_table(report), _accuracy_table(report)]


def tables_html(tables: Iterable[Table]) -> str:
    """Return tables as HTML for a notebook, their texts escaped."""
    return "".join(
        html_table(
            zip(*(column.cells for column in table.columns), strict=True),
            [column.header for column in table.columns],
            caption=str(table.title),
        )
        for table in tables
    )


def _size_tables(report: Report) -> Iterator[Table]:
    circuits = [("Extracted", report.extracted), ("Minimized", report.minimized)]
    if report.approximation is not None:
        circuits.append((report.approximation.label.capitalize(), report.approximation.size))
    for title, circuit in circuits:
        table = Table(title=f"{title}, {circuit.levels} levels", title_justify="left")
        table.add_column("part")
        for name in ("NOR gates", "inverters", "pins", "two-input"):
            table.add_column(name, justify="right")
        for part, size in (*circuit.parts.items(), ("all", circuit.total)):
            figures = (size.gates, size.inverters, size.pins, size.two_input)
            table.add_row(part, *(f"{n:,}" for n in figures))
        yield table


def _step_table(report: Report) -> Table:
    table = Table("pass", title=f"Minimized for {report.objective}", title_justify="left")
    table.add_column("after", justify="right")
    table.add_column("what happened")
    for step in report.steps:
        told = step.problem or ("" if step.after != step.before else "no change")
        table.add_row(step.name, f"{step.after[0]:,}", told if step.kept or told else "not kept")
    return table


def _pipeline_table(pipeline: PipelineSummary) -> Table:
    clocks = f"{pipeline.latency} clock{'s' if pipeline.latency > 1 else ''}"
    title = f"Pipeline, {clocks} from a sample to its class, a sample a clock"
    table = Table(
        "flip-flops", f"LUT{pipeline.lut_inputs} levels by stage", title=title, title_justify="left"
    )
    table.add_row(f"{pipeline.flip_flops:,}", ", ".join(map(str, pipeline.lut_levels)))
    return table


def _mapped_table(mapped: Mapped) -> Table:
    table = Table("target", "cells", "levels", title="Mapped by yosys and ABC", title_justify="left")
    for target, gates, inverters, levels in (
        ("NAND2 + INV", mapped.nand2, mapped.nand2_inverters, str(mapped.nand2_levels)),
        ("NOR2 + INV", mapped.nor2, mapped.nor2_inverters, ""),
    ):
        table.add_row(target, f"{gates:,} + {inverters:,} = {gates + inverters:,}", levels)
    table.add_row("LUT4", f"{mapped.lut4:,}", "")
    table.add_row("LUT6", f"{mapped.lut6:,}", str(mapped.lut6_levels))
    return table


def _claim_table(report: Report) -> Table:
    table = Table("claim", "verdict", "how", title="Checked", title_justify="left")
    for claim in report.claims:
        table.add_row(claim.claim, claim.verdict, claim.method)
    return table


def _accuracy_table(report: Report) -> Table:
    table = Table("split", "accuracy", "correct", title="Accuracy of the circuit", title_justify="left")
    if report.approximation is not None:
        for entry in report.approximation.exact_accuracy:
            figures = (f"{entry.share:.2%}", f"{entry.correct:,} of {entry.total:,}")
            table.add_row(f"{entry.split}, before approximation", *figures)
    for entry in report.accuracy:
        table.add_row(entry.split, f"{entry.share:.2%}", f"{entry.correct:,} of {entry.total:,}")
    return table
