"""Files are whole or absent."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from nor2hdl.errors import OutputError, ToolError
from nor2hdl.files import replacing, write_text


def test_an_interrupted_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.txt"
    write_text(path, "old")
    with pytest.raises(KeyboardInterrupt), replacing(path) as temporary:
        temporary.write_text("half")
        raise KeyboardInterrupt
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_one_clear_error(tmp_path, monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OutputError) as caught:
        write_text(tmp_path / "a.txt", "x")
    assert str(caught.value) == (
        f"cannot write {tmp_path / 'a.txt'}: No space left on device; free some space or choose another "
        "folder"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder(tmp_path):
    with pytest.raises(
        OutputError, match="No such file or directory; free some space or choose another folder"
    ):
        write_text(tmp_path / "none" / "a.txt", "x")


def test_tool_error_says_program_command_output_and_hint():
    error = ToolError("abc", "failed", command="abc -f x", output="one\ntwo\n", hint="look at x")
    assert str(error) == "abc failed; look at x\n  command: abc -f x\n  one\n  two"
