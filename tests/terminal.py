"""The command line as a function, for the tests of the verbs."""

from __future__ import annotations

import json

from nor2hdl.cli import main


def call(capsys, *arguments):
    capsys.readouterr()
    code = main([str(a) for a in arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def json_of(capsys, *arguments):
    code, out, _ = call(capsys, *arguments, "--json")
    return code, json.loads(out)


def fails(capsys, *arguments):
    """Return the error line of a call that must fail as a user's mistake."""
    code, _, err = call(capsys, *arguments)
    assert code == 1, err
    assert "Traceback" not in err
    lines = [line for line in err.splitlines() if line.startswith("nor2hdl: ")]
    assert len(lines) == 1, err
    return lines[0].removeprefix("nor2hdl: ")
