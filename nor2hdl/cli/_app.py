"""The application that the verbs register with, and its exit codes."""

from __future__ import annotations

import typer

USAGE, DIFFERENT, UNKNOWN, TIMED_OUT, INTERRUPTED = 1, 2, 4, 8, 130

app = typer.Typer(
    help="Compile trained <0,1> networks to proved NOR circuits and synthesizable Verilog.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
