"""The page of the command line, from typer's own help."""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module

import typer
from typer.cli import get_docs_for_click

HEAD = """\
# Command line

One verb for each step. `nor2hdl VERB --help` says the same as this page, which is written from it by
`python docs/generate.py`. Every verb takes `--json` and then prints one JSON object to standard output;
progress and notes go to standard error.

## Exit codes

| code | meaning |
|---|---|
| 0 | done; what was to be proved is proved |
| 1 | a mistake in the call or in an input: one line says what is wrong and what to do |
| 2 | proved different: there is a counterexample |
| 4 | unknown: neither proved nor refuted |
| 8 | a time limit was reached |
| 130 | interrupted by Ctrl-C or a plain kill; the same call goes on, and what was written is whole |

Of several proofs the worst counts: different, then time-out, then unknown.

## Environment

| variable | meaning |
|---|---|
| `NOR2HDL_DATA` | folder that holds the folders `mnist` and `fashion-mnist`; see `nor2hdl.data.load` |

## Verbs
"""


def page() -> str:
    """Return the page."""
    from nor2hdl import cli
    from nor2hdl.cli._app import app

    import_module("nor2hdl.cli._verbs")
    for file in pkgutil.iter_modules(cli.__path__):  # each registers its verbs, if it has any
        import_module(f"nor2hdl.cli.{file.name}")
    group = typer.main.get_command(app)
    context = group.context_class(group, info_name="nor2hdl")
    told = get_docs_for_click(obj=group, ctx=context, name="nor2hdl", indent=0)
    verbs = told.partition("## `nor2hdl ")[2]
    text = re.sub(r"^## `nor2hdl (.*)`$", r"### \1", f"## `nor2hdl {verbs}", flags=re.MULTILINE)
    text = re.sub(r"\n\* `--help`: .*", "", text)
    text = re.sub(r"\*\*(\w+)\*\*:", r"\1:", text).replace("\n$ ", "\n")
    return f"{HEAD}\n{text.strip()}\n"
