"""The command line: one verb per room, thin over the library.

Exit codes: 0 done, 1 usage or input error, 2 proved different, 4 unknown, 8 time-out, 130 interrupted.
"""

from __future__ import annotations

import signal
import sys
import threading

__all__ = ["main"]

INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code; a user's mistake is one line, never a traceback.

    Parameters
    ----------
    arguments
        What stands behind the program's name; by default what the program was called with.

    Examples
    --------
    >>> main(["inspect", "no-such-file.nor"])
    1
    """
    if threading.current_thread() is threading.main_thread():
        # A plain kill, too, ends the programs that were started and removes what is half-written.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        # Loading takes a moment, in which Ctrl-C must be met as well.
        from nor2hdl.cli._verbs import call

        return call(arguments)
    except KeyboardInterrupt:
        sys.stderr.write(
            "nor2hdl: interrupted; make the same call again to go on, what was written is whole\n"
        )
        return INTERRUPTED
