"""The report as one HTML page without scripts and without anything to fetch."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined

if TYPE_CHECKING:
    from nor2hdl.report import Report


def report_page(report: Report) -> str:
    """Return a report as a self-contained HTML page.

    Parameters
    ----------
    report
        The report of a build.

    Returns
    -------
    str
        HTML; every text from the report is escaped, so that a class name cannot inject markup.
    """
    source = files("nor2hdl.view").joinpath("report.html.jinja").read_text(encoding="utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(source).render(report=report) + "\n"
