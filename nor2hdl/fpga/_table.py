"""Reports side by side, as text in rows and columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nor2hdl.fpga._report import FpgaReport


def report_table(reports: Sequence[FpgaReport]) -> list[list[str]]:
    """Return rows of text: first the headings, then a row for each figure, a column for each report.

    Examples
    --------
    >>> from nor2hdl.fpga import Cells, FpgaReport
    >>> cells = Cells(luts=1010, flip_flops=4, carry=0, pins=9, slots=1012)
    >>> report = FpgaReport("xc7a35t", "xc7", "XC7A35T", 2, cells, cells, True, "", "", 64, None, 1, 2.5, {})
    >>> for row in report_table([report])[:3]:
    ...     print(row)
    ['', 'xc7a35t']
    ['lookup tables, circuit alone', '1,010']
    ['flip-flops, circuit alone', '4']
    """
    columns = [dict(_figures(report)) for report in reports]
    rows = [["", *(report.part for report in reports)]]
    return rows + [[name, *(column[name] for column in columns)] for name in (columns[0] if columns else ())]


def _figures(report: FpgaReport) -> Iterator[tuple[str, str]]:
    core, design, timing = report.core, report.design, report.timing
    yield "lookup tables, circuit alone", f"{core.luts:,}"
    yield "flip-flops, circuit alone", f"{core.flip_flops:,}"
    yield "carry cells, circuit alone", f"{core.carry:,}"
    yield "lookup tables, with byte stream", f"{design.luts:,}"
    yield "flip-flops, with byte stream", f"{design.flip_flops:,}"
    yield "carry cells, with byte stream", f"{design.carry:,}"
    yield "fits", "yes" if report.fits else "no"
    yield "clock rate", _number(report.fmax_mhz, 1, "MHz")
    yield "critical path", _number(timing.critical_path_ns if timing else None, 1, "ns")
    yield "of it in wires", _number(timing.routing_ns if timing else None, 1, "ns")
    yield "latency", f"{report.latency_cycles} cycle{'s' if report.latency_cycles > 1 else ''}"
    yield "latency in time", _number(report.latency_ns, 1, "ns")
    yield "inferences/s, circuit", _number(report.inferences_per_second, 0, "")
    yield "inferences/s, byte stream", _number(report.stream_inferences_per_second, 0, "")


def _number(value: float | None, digits: int, unit: str) -> str:
    return "-" if value is None else f"{value:,.{digits}f} {unit}".strip()
