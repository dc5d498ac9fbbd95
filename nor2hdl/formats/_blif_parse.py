"""The statements of a BLIF file, each checked by itself."""

from __future__ import annotations

import itertools
import re
from array import array
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nor2hdl.errors import NetlistError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_REGISTER = "combinational", "cut the registers out first, as with ABC's 'comb'"
_BLOCK = "made of '.names' only", "flatten it and map it to '.names' first"
_REFUSED = {
    ".latch": _REGISTER,
    ".mlatch": _REGISTER,
    ".subckt": _BLOCK,
    ".gate": _BLOCK,
    ".search": _BLOCK,
}
_TIMING = re.compile(
    r"\.(area|delay|wire|wire_load_slope|(default_)?(input_arrival|output_required|input_drive|output_load"
    r"|max_input_load))"
)
"""What a file may say besides, about delays and loads: nothing that changes the function."""

_PLANE = re.compile(r"[01-]*")
_SHOWN = 40


class Cover(NamedTuple):
    """A function as cubes: their union where `value` is 1 (an on-set), its complement where it is 0.

    A literal of a cube is ``2 * pin``, plus 1 where the pin must be 0.
    """

    cubes: tuple[tuple[int, ...], ...]
    value: int


class Blif:
    """The contents of a BLIF file: signals numbered as they are met, tables in the order of the file."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.signals: dict[str, int] = {}
        self.inputs: dict[str, int] = {}  # name -> line
        self.outputs: dict[str, int] = {}
        # Of the k-th table: the signals on its pins, the signal it drives, its cover and its line.
        self.offsets = array("q", [0])
        self.pins = array("i")
        self.driven = array("i")
        self.cover_of = array("i")
        self.lines = array("i")
        self.covers: list[Cover] = []

    def error(self, line: int, problem: str) -> NetlistError:
        """Return an error that begins with file and line."""
        return NetlistError(f"{self.source}:{line}: {problem}")

    def first_line(self, name: str) -> int:
        """Return the first line that names the signal `name`."""
        signal = self.signals[name]
        lines = [ports[name] for ports in (self.inputs, self.outputs) if name in ports]
        lines += [self.lines[k] for k in np.flatnonzero(np.array(self.driven) == signal)[:1]]
        pins = np.flatnonzero(np.array(self.pins) == signal)[:1]
        lines += [self.lines[k - 1] for k in np.searchsorted(self.offsets, pins, "right")]
        return min(lines)


def parse_blif(raw: Iterable[bytes], source: str) -> Blif:
    """Return the contents of a BLIF file.

    Parameters
    ----------
    raw
        The lines of the file.
    source
        What error texts call it.

    Raises
    ------
    NetlistError
        If a line is no statement of combinational BLIF of one model, or ``.end`` is missing.

    Examples
    --------
    >>> text = [b".model m", b".inputs a b", b".outputs y", b".names a b y", b"0- 1", b"-1 1", b".end"]
    >>> blif = parse_blif(text, "m.blif")
    >>> blif.signals, blif.covers
    ({'a': 0, 'b': 1, 'y': 2}, [Cover(cubes=((1,), (2,)), value=1)])
    """
    parser = _Parser(Blif(source))
    parser.read(raw)
    return parser.blif


class _Parser:
    """The state of a reading."""

    def __init__(self, blif: Blif) -> None:
        self.blif = blif
        self.known: dict[tuple[int, str], int] = {}  # number of pins, rows -> number of the cover
        self.rows: list[tuple[int, str]] = []  # of the open table: line, row
        self.open = self.begun = self.ended = False  # a table, the model, the model

    def read(self, raw: Iterable[bytes]) -> None:
        """Take in all lines."""
        blif, line = self.blif, 1
        signals, intern = blif.signals, blif.signals.setdefault
        for line, words in _statements(raw, blif):
            if self.open and words[0][0] != ".":
                self.rows.append((line, " ".join(words)))
                continue
            if self.open:
                self.close()
            if words[0] == ".names" and len(words) > 1 and self.begun and not self.ended:
                blif.pins.extend([intern(word, len(signals)) for word in words[1:-1]])
                blif.offsets.append(len(blif.pins))
                blif.driven.append(intern(words[-1], len(signals)))
                blif.lines.append(line)
                self.open = True
            else:
                self.statement(line, words)
        if not self.ended:
            raise blif.error(line, "last line must be '.end'; the file is cut off, write it again")
        for name in signals:
            if not name.isprintable():
                problem = f"name of a signal must be printable, not {_short(name)}; rename it"
                raise blif.error(blif.first_line(name), problem)

    def statement(self, line: int, words: list[str]) -> None:
        """Take in a statement that is no table."""
        word, shown = words[0], _short(" ".join(words))
        if word in _REFUSED:
            rule, mend = _REFUSED[word]
            raise self.blif.error(line, f"file must be {rule}, not hold {shown}; {mend}")
        if not self.begun and word != ".model":
            raise self.blif.error(line, f"first line must be '.model NAME', not {shown}")
        if self.ended or (self.begun and word == ".model"):
            raise self.blif.error(
                line, f"file must hold one model and then end, not hold {shown}; flatten it"
            )
        if word == ".inputs":
            self.ports(line, self.blif.inputs, words)
        elif word == ".outputs":
            self.ports(line, self.blif.outputs, words)
        elif word == ".end":
            self.ended = True
        elif word == ".model":
            self.begun = True
        elif not _TIMING.fullmatch(word):
            raise self.blif.error(
                line,
                "line must be .inputs NAMES, .outputs NAMES, .names NAMES and below it the rows of a cover, "
                f"or .end, not {shown}",
            )

    def ports(self, line: int, ports: dict[str, int], words: list[str]) -> None:
        """Declare inputs or outputs."""
        kind, *names = words
        for name in names:
            if name in ports:
                problem = f"name {_short(name)} is in {kind} already, by line {ports[name]}; rename one"
                raise self.blif.error(line, problem)
            ports[name] = line
            self.blif.signals.setdefault(name, len(self.blif.signals))

    def close(self) -> None:
        """Give the open table its cover."""
        # Few covers serve many tables: each is looked at once.
        blif = self.blif
        pins = blif.offsets[-1] - blif.offsets[-2]
        key = pins, "\n".join([row for _, row in self.rows])
        number = self.known.get(key)
        if number is None:
            number = self.known[key] = len(blif.covers)
            blif.covers.append(self.cover(pins))
        blif.cover_of.append(number)
        self.rows.clear()
        self.open = False

    def cover(self, pins: int) -> Cover:
        """Return the cover that the rows of the open table make."""
        cubes, value = [], ""
        for line, row in self.rows:
            plane, _, out = row.rpartition(" ")
            if out not in {"0", "1"} or len(plane) != pins or not _PLANE.fullmatch(plane):
                signs = f"{pins} of the signs 0, 1 and -, a space and then " if pins else ""
                raise self.blif.error(line, f"row of a cover must be {signs}0 or 1, not {_short(row)}")
            if value not in {"", out}:
                problem = f"row of a cover must end in {value}, as those above it, not {_short(row)}"
                raise self.blif.error(line, f"{problem}; write on-set or off-set only")
            value = out
            cubes.append(tuple(2 * k + (sign == "0") for k, sign in enumerate(plane) if sign != "-"))
        return Cover(tuple(cubes), int(value or 1))


def _statements(raw: Iterable[bytes], blif: Blif) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and words of each statement: comments cut off, continued lines joined."""
    held: list[str] = []
    start = 0
    for number, bits in enumerate(itertools.chain(raw, [b""]), 1):  # an empty line ends one that goes on
        code = bits[: bits.index(b"#")] if b"#" in bits else bits
        try:
            words = code.decode().split()
        except UnicodeDecodeError as error:
            problem = f"file must be UTF-8 text, not hold the byte 0x{code[error.start]:02x}; write it again"
            raise blif.error(number, problem) from error
        if not held:
            start = number
        if words and words[-1][-1] == "\\":
            held += [*words[:-1], words[-1][:-1]]
            continue
        if held:
            words = [word for word in (*held, *words) if word]
            held = []
        if words:
            yield start, words


def _short(text: str) -> str:
    """Return `text` quoted, cut where it is long."""
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "...")
