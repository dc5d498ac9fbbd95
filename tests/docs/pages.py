"""The fenced blocks of a page, and a room in which they run one after the other."""

from __future__ import annotations

import doctest
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
WORKER = Path(__file__).with_name("block_worker.py")
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
_BLOCK = re.compile(
    r"(?:^[ ]*<!-- (?P<mark>[^>]*?) -->\s*)?"
    r"^(?P<indent>[ ]*)```(?P<kind>[\w-]*)[^\n]*\n(?P<text>.*?)^(?P=indent)```$",
    re.DOTALL | re.MULTILINE,
)
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
NOT_RUN = "not run here: "
ABOUT = "figures differ from machine to machine"
BEGINS = "<!-- begins with the build/ of the tutorial -->"
OTHER = re.compile("the (picture|answer) differs from machine to machine")
NEEDS = "needs: "
CLOSE = 0.35
"""How far, relative to the larger, a figure may be off where a page says that it differs between machines."""


@dataclass(frozen=True)
class Block:
    """A fenced block: what it is marked with, its language, its text, the line of its page."""

    mark: str
    kind: str
    text: str
    line: int

    @property
    def missing(self) -> str:
        """The program that the block needs and that is not there, or empty; where CI is set it must be."""
        program = self.mark.removeprefix(NEEDS) if self.mark.startswith(NEEDS) else ""
        there = not program or "CI" in os.environ or shutil.which(program, path=PATH) is not None
        return "" if there else program

    @property
    def reason(self) -> str:
        """Why the block is not run, or empty."""
        return self.mark.removeprefix(NOT_RUN) if self.mark.startswith(NOT_RUN) else ""


def blocks_of(page: Path) -> list[Block]:
    """Return the fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in _BLOCK.finditer(text):
        indent = match["indent"]
        body = "".join(line.removeprefix(indent) for line in match["text"].splitlines(keepends=True))
        line = 1 + text.count("\n", 0, match.start("kind"))
        found.append(Block((match["mark"] or "").strip(), match["kind"], body, line))
    return found


class Room:
    """A folder with a shell and a Python process, where the blocks of one page run."""

    def __init__(self, folder: Path, program: Path) -> None:
        self.folder = folder
        self.environment = os.environ | {
            "PATH": f"{program}{os.pathsep}{PATH}",
            "PYTHONPATH": str(ROOT),
            "COLUMNS": "100",
            "NO_COLOR": "1",
            "OMP_NUM_THREADS": "1",  # the networks are small, and tests run side by side
        }
        self.worker: subprocess.Popen[str] | None = None

    def run(self, block: Block) -> str:
        """Run a block and return what it printed; the error names its line in the page."""
        return self._shell(block) if block.kind in ("sh", "bash") else self._python(block)

    def _shell(self, block: Block) -> str:
        done = subprocess.run(
            ["bash", "-eu", "-o", "pipefail", "-c", block.text],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"line {block.line}: code {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def _python(self, block: Block) -> str:
        if self.worker is None:
            self.worker = subprocess.Popen(
                [sys.executable, WORKER],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self.worker.stdin is not None
        assert self.worker.stdout is not None
        self.worker.stdin.write(json.dumps(block.text) + "\n")
        self.worker.stdin.flush()
        reply = json.loads(self.worker.stdout.readline())
        assert not reply["failure"], f"line {block.line}:\n{reply['failure']}"
        return str(reply["printed"])

    def close(self) -> None:
        """End the Python process."""
        if self.worker is not None:
            self.worker.communicate()


def matches(shown: str, printed: str, mark: str = "") -> bool:
    """Whether a page shows what was printed: ``...`` stands for anything.

    By its mark, figures may be a bit off, or the text be another one of as many lines.
    """
    want, got = _plain(shown), _plain(printed)
    if OTHER.fullmatch(mark):
        return len(want.splitlines()) == len(got.splitlines())
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    if doctest.OutputChecker().check_output(want, got, flags):
        return True
    if mark != ABOUT:
        return False
    pattern = "".join(
        ".*?" if part == "..." else _loose(part) for part in re.split(r"(\.\.\.)", want.strip())
    )
    found = re.fullmatch(pattern, got.strip(), re.DOTALL)
    wanted = [n for part in want.split("...") for n in _NUMBER.findall(part)]
    return found is not None and all(_close(x, y) for x, y in zip(wanted, found.groups(), strict=True))


def _loose(part: str) -> str:
    places = re.split(_NUMBER, part)
    number = "(" + _NUMBER.pattern + ")"
    return number.join(re.sub(r"(?:\\?\s)+", r"\\s+", re.escape(place)) for place in places)


def _close(wanted: str, found: str) -> bool:
    x, y = (float(number.replace(",", "")) for number in (wanted, found))
    return abs(x - y) <= CLOSE * max(x, y)


def _plain(text: str) -> str:
    """Return the text without blanks at the ends of lines and with short box lines: both follow figures."""
    lines = (re.sub(r"[━─]+", "━", line).rstrip() for line in text.splitlines())
    return "\n".join(lines) + "\n"
