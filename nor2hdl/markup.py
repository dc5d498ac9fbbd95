"""HTML tables for notebooks, in which every text is escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def html_table(rows: Iterable[Sequence[object]], head: Sequence[object] = (), *, caption: str = "") -> str:
    """Return rows as an HTML table; whatever a cell holds is shown as text, never taken as markup.

    Parameters
    ----------
    rows
        The cells of each row; whole numbers get separators and stand to the right.
    head
        The head of each column; none for a table without heads.
    caption
        What stands above the table; empty for nothing.

    Examples
    --------
    >>> html_table([["<b>", 1200]])
    '<table><tbody><tr><td>&lt;b&gt;</td><td style="text-align:right">1,200</td></tr></tbody></table>'
    """
    heads = "".join(f"<th>{escape(str(text))}</th>" for text in head)
    lines = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    title = f'<caption style="text-align:left">{escape(caption)}</caption>' if caption else ""
    return f"<table>{title}{f'<thead><tr>{heads}</tr></thead>' if head else ''}<tbody>{lines}</tbody></table>"


def _cell(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f'<td style="text-align:right">{value:,}</td>'
    return f"<td>{escape(str(value))}</td>"
