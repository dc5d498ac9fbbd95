"""The command line: one verb per room, thin over the library.

Exit codes: 0 done, 1 usage or input error, 2 proved different, 4 unknown, 8 time-out, 130 interrupted.
"""

from __future__ import annotations

import typer

from nor2hdl.cli._terminal import fail
from nor2hdl.cli._verbs import TIMED_OUT, app
from nor2hdl.errors import Nor2hdlError, ToolTimeoutError

__all__ = ["app", "main"]

USAGE, INTERRUPTED = 1, 130


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code; a user's mistake is one line, never a traceback."""
    try:
        code = app(arguments, standalone_mode=False)
    except typer.TyperException as error:
        return fail(error.format_message(), USAGE)
    except ToolTimeoutError as error:
        return fail(str(error), TIMED_OUT)
    except Nor2hdlError as error:
        return fail(str(error), USAGE)
    if code == INTERRUPTED:  # typer's answer to Ctrl-C
        return fail("interrupted; make the same call again to go on, what was written is whole", INTERRUPTED)
    return code if isinstance(code, int) else 0
