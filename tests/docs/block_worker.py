"""Run Python blocks in one namespace: JSON texts in, one a line; what each block printed out, likewise."""

from __future__ import annotations

import contextlib
import io
import json
import linecache
import sys
import traceback


def main() -> None:
    """Answer until standard input ends."""
    replies = sys.stdout
    sys.path.insert(0, "")  # a page's own modules
    namespace: dict[str, object] = {"__name__": "__main__"}
    for number, line in enumerate(sys.stdin):
        source, name = json.loads(line), f"<block {number}>"
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        printed, failure = io.StringIO(), ""
        with contextlib.redirect_stdout(printed):
            try:
                exec(compile(source, name, "exec"), namespace)
            except BaseException:  # noqa: BLE001 - whatever it is, the page is wrong
                failure = traceback.format_exc()
        replies.write(json.dumps({"printed": printed.getvalue(), "failure": failure}) + "\n")
        replies.flush()


if __name__ == "__main__":
    main()
