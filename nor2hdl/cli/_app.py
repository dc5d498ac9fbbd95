"""The application that the verbs register with, and its exit codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from nor2hdl.verify import Verdict

USAGE, DIFFERENT, UNKNOWN, TIMED_OUT, INTERRUPTED = 1, 2, 4, 8, 130

app = typer.Typer(
    help="Compile trained <0,1> networks to proved NOR circuits and synthesizable Verilog.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def exit_code(verdicts: list[Verdict]) -> int:
    """Return the exit code for some verdicts: different counts most, then time-out, then unknown."""
    if any(v.status == "different" for v in verdicts):
        return DIFFERENT
    if any(v.timed_out for v in verdicts):
        return TIMED_OUT
    return UNKNOWN if any(v.status == "unknown" for v in verdicts) else 0
