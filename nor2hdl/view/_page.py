"""The report as one HTML page without scripts and without anything to fetch."""

from __future__ import annotations

import base64
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined

from nor2hdl.view._pictures import PICTURES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nor2hdl.report import Report


def report_page(report: Report, pictures: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return a report as a self-contained HTML page.

    Parameters
    ----------
    report
        The report of a build.
    pictures
        SVG by name, as `read_pictures` gives; they stand in the page as images, in which nothing can run.

    Returns
    -------
    str
        HTML; every text from the report is escaped, so that a class name cannot inject markup.
    """
    source = files("nor2hdl.view").joinpath("report.html.jinja").read_text(encoding="utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    images = [(PICTURES[name], _data_uri(svg)) for name, svg in pictures.items()]
    return environment.from_string(source).render(report=report, images=images) + "\n"


def _data_uri(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
