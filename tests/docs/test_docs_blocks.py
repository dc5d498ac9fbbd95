"""Every block of the documentation runs and prints what the page shows; what is not run says why."""

from __future__ import annotations

import contextlib
import re
import shlex
import shutil
import stat
import sys
from importlib import import_module
from pathlib import Path

import pytest

from tests.docs.pages import ABOUT, BEGINS, ROOT, Block, Room, blocks_of, matches

DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
RUN = ("python", "sh")
OUTPUT = "text"
FORMS = ("json", "nor", "verilog", "console")
"""Languages of blocks that show a form; they are neither run nor what a run printed."""
FEW = 12
"""Blocks that are not run, in all."""


@pytest.fixture(scope="session")
def program(tmp_path_factory) -> Path:
    """Return a folder with a `nor2hdl` that is this checkout's."""
    folder = tmp_path_factory.mktemp("bin")
    file = folder / "nor2hdl"
    file.write_text(f"#!{sys.executable}\nimport sys\nfrom nor2hdl.cli import main\nsys.exit(main())\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    (folder / "python").symlink_to(sys.executable)
    return folder


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", [p for p in PAGES if any(b.kind in RUN for b in blocks_of(p))], ids=named)
def test_blocks_run_and_print_what_is_shown(page, tmp_path, program, request):
    if f"\n{BEGINS}\n" in page.read_text():
        shutil.copytree(request.getfixturevalue("digits_build").folder, tmp_path / "build")
    room = Room(tmp_path, program)
    printed = None
    try:
        for block in blocks_of(page):
            where = f"{named(page)}, line {block.line}"
            if block.kind == OUTPUT:
                assert printed is not None, f"{where}: output of a block that is not run"
                assert matches(block.text, printed, block.mark), f"{where}: the block prints\n{printed}"
            elif block.missing:
                pytest.skip(f"{where}: {block.missing} is not there; the blocks above it ran")
            elif block.kind in RUN and not block.reason:
                printed = room.run(block)
            else:
                assert block.reason or block.kind in FORMS, f"{where}: what is {block.kind!r}?"
                printed = None
    finally:
        room.close()


def test_few_blocks_are_not_run_and_each_says_why(capsys):
    kept = {f"{named(page)}, line {b.line}": b.reason for page in PAGES for b in blocks_of(page) if b.reason}
    with capsys.disabled():
        sys.stdout.write(f"\n{len(kept)} blocks of the documentation are not run:\n")
        sys.stdout.writelines(f"  {where}: {reason}\n" for where, reason in kept.items())
    assert all(len(reason) > 10 for reason in kept.values())
    assert len(kept) <= FEW


def commands(block: Block) -> list[list[str]]:
    """Return the words of each `nor2hdl` command of a shell block."""
    text = re.sub(r"\\\n", " ", block.text)
    parts = (part for line in text.splitlines() for part in re.split(r"&&|\|", line.partition(" #")[0]))
    words = [shlex.split(part) for part in parts]
    return [line[1:] for line in words if line and Path(line[0]).name == "nor2hdl"]


def check_command(words: list[str]) -> None:
    """Raise unless a verb takes these arguments and options."""
    import typer

    from nor2hdl import cli
    from nor2hdl.cli._app import app

    for file in Path(cli.__path__[0]).glob("_*.py"):
        import_module(f"nor2hdl.cli.{file.stem}".removesuffix(".__init__"))
    group = typer.main.get_command(app)
    verb = group.get_command(group.context_class(group), words[0])
    assert verb is not None, f"{words[0]} is no verb"
    with contextlib.suppress(typer.Exit):  # --list, --help
        verb.make_context(words[0], words[1:])


SHELL = [
    (named(page), block)
    for page in [ROOT / "README.md", *PAGES]
    for block in blocks_of(page)
    if block.kind == "sh" and (block.reason or page.name == "README.md")
]


@pytest.mark.parametrize(("page", "block"), SHELL, ids=[f"{page}:{block.line}" for page, block in SHELL])
def test_commands_that_are_not_run_are_valid(page, block):
    for words in commands(block):
        check_command(words)
    for file in re.findall(r"python (\S+\.py)", block.text):
        assert (ROOT / file).exists(), file


@pytest.mark.parametrize(
    ("shown", "printed", "mark", "good"),
    [
        ("a 1\n", "a  1 \n", "", True),
        ("a 1\n", "a 2\n", "", False),
        ("a ... z\n", "a b c z\n", "", True),
        ("90.3 % of 1,200\n", "88.7 % of 1,311\n", ABOUT, True),
        ("90.3 % of 1,200\n", "18.7 % of 1,311\n", ABOUT, False),
        ("90.3 % of 1,200 in ... s\n", "88.7 % of 1,311 in 0.2 s\n", ABOUT, True),
        ("┃ n ┃\n┡━━━╇\n│ 900 │\n", "┃ n   ┃\n┡━━━━━╇\n│ 1,000 │\n", ABOUT, True),
        (".#\n", "#.\n", "the picture differs from machine to machine", True),
        (".#\n", "#.\n##\n", "the answer differs from machine to machine", False),
        ("one\n", "two\n", ABOUT, False),
        ("", "surprise\n", ABOUT, False),
    ],
)
def test_what_matches(shown, printed, mark, good):
    assert matches(shown, printed, mark) == good


def test_blocks_are_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "x\n<!-- not run here: it installs -->\n```sh\npip\n```\n\n"
        "- item\n\n    ```python\n    a = 1\n    ```\n\n"
        "<!-- figures differ from machine to machine -->\n```text\n1\n```\n"
    )
    first, second, third = blocks_of(page)
    assert (first.reason, first.kind, first.text, first.line) == ("it installs", "sh", "pip\n", 3)
    assert (second.mark, second.kind, second.text) == ("", "python", "a = 1\n")
    assert (third.mark, third.text) == (ABOUT, "1\n")


def test_a_failing_block_is_told_with_its_line(tmp_path, program):
    room = Room(tmp_path, program)
    assert room.run(Block("", "python", "a = 3\nprint(a)\n", 1)) == "3\n"
    assert room.run(Block("", "python", "print(a + 1)\n", 5)) == "4\n"
    with pytest.raises(AssertionError, match="line 9"):
        room.run(Block("", "python", "1 / 0\n", 9))
    with pytest.raises(AssertionError, match="line 12: code 3"):
        room.run(Block("", "sh", "exit 3\n", 12))
    room.close()
