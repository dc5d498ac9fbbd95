"""The reader of the text form: `_text` describes the form."""

from __future__ import annotations

import itertools
import re
from array import array
from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.errors import NetlistError
from nor2hdl.netlist._builder import Builder
from nor2hdl.netlist._checks import check_port, check_tag
from nor2hdl.netlist._core import Port
from nor2hdl.netlist._names import FALSE, find_bit, loop_text, shorten
from nor2hdl.netlist._order import stable_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nor2hdl.netlist._core import Netlist

HEADER = "nor2hdl-netlist"
VERSION = "1"
_COMMENT = re.compile(r"(?:^|\s)#.*")
_PLAIN_GATE = re.compile(r"%[0-9]+").fullmatch
_MAX_NETS = 2**31 - 1  # nets are stored as int32


def parse(text: str, source: str = "<text>") -> Netlist:
    """Return the netlist that a text in the text form describes.

    Parameters
    ----------
    text
        The whole text.
    source
        What error texts call it, such as a file name.

    Raises
    ------
    NetlistError
        If the text breaks a rule of the text form: another first line or version; a statement that is
        none; a bad, repeated or late port; a net that is unknown, defined twice or out of range; gates in
        a loop; an output bit driven twice or never; a statement below ``end``. The error names the
        source and the line.

    Examples
    --------
    >>> net = parse('''nor2hdl-netlist 1
    ... input x 1
    ... output y 1
    ... y = %again              # gates may stand in any order
    ... %again = nor(%inverted)
    ... %inverted = nor(x)
    ... ''')
    >>> net.fanin_lists(), net.drivers.tolist()
    ([[1], [2]], [3])
    """
    lines = text.replace("\r\n", "\n").split("\n")
    parser = _Parser(source)
    start = parser.header(lines)
    parser.body(lines, start)
    return parser.netlist()


class _Parser:
    """The state of a reading: nets get ids as they are met, gates are kept in the order of the file."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.inputs: dict[str, tuple[int, int]] = {}  # name -> first net, width
        self.outputs: dict[str, tuple[int, int]] = {}  # name -> first bit, width
        self.port_lines: dict[str, int] = {}
        self.first_gate = 1
        self.num_outputs = 0
        self.ids = {"0": FALSE}  # what a net is called -> its id
        self.pending: dict[str, int] = {}  # gate used above its definition -> line of the first use
        self.driven: dict[int, tuple[int, int]] = {}  # output bit -> id of its driver, line
        self.forward = False
        self.ended = False
        self.tag = ""
        # Of the k-th gate of the file:
        self.gate_ids = array("i")
        self.gate_lines = array("i")
        self.offsets = array("q", [0])
        self.fanins = array("i")
        self.tags: list[str] = []

    def header(self, lines: list[str]) -> int:
        """Check the first statement; return the number of lines read."""
        for number, line in enumerate(lines, 1):
            words = _COMMENT.sub("", line).split()
            if not words:
                continue
            if len(words) != 2 or words[0] != HEADER:
                raise self.error(number, f"first line must be '{HEADER} {VERSION}', not {shorten(line)}")
            if words[1] != VERSION:
                raise self.error(
                    number,
                    f"version must be {VERSION}, not {shorten(words[1])}; use the nor2hdl that wrote it",
                )
            return number
        raise self.error(1, f"first line must be '{HEADER} {VERSION}', but the text is empty")

    def body(self, lines: list[str], start: int) -> None:
        """Take in the statements below the header."""
        # Nearly all lines are gates as `to_text` writes them, with known fan-ins: they are read here. Any
        # other line, and any that is not as it should be, goes to `statement`.
        ids, tags, fanins = self.ids, self.tags, self.fanins
        for number, line in enumerate(itertools.islice(lines, start, None), start + 1):
            name, found, rest = line.partition(" = nor(")
            if not found or name in ids or not _PLAIN_GATE(name) or rest[-1:] != ")" or self.ended:
                self.statement(number, line)
                continue
            try:
                nets = [ids[token] for token in rest[:-1].split(", ")]
            except KeyError:
                self.statement(number, line)
                continue
            ids[name] = self.new_id()
            self.gate_ids.append(ids[name])
            self.gate_lines.append(number)
            fanins.extend(nets)
            self.offsets.append(len(fanins))
            tags.append(self.tag)

    def statement(self, number: int, line: str) -> None:
        """Take in any line."""
        try:
            self.dispatch(number, _COMMENT.sub("", line).strip())
        except NetlistError as error:
            raise self.error(number, str(error)) from None

    def dispatch(self, number: int, line: str) -> None:
        """Take in a line without comment; its errors do not say yet where it stands."""
        words = line.split()
        if not words:
            return
        if self.ended:
            raise NetlistError(f"nothing may follow 'end', but there is {shorten(line)}; move 'end' down")
        if words == ["end"]:
            self.ended = True
        elif words[0] == "from" and len(words) == 2:
            self.set_tag(words[1])
        elif "=" in line:
            self.assignment(number, line)
        elif words[0] in {"input", "output"}:
            self.port(number, words, line)
        else:
            raise NetlistError(
                "line must read 'input NAME WIDTH', 'output NAME WIDTH', 'from LABEL', "
                f"'%NAME = nor(NETS)', 'OUTPUT = NET' or 'end', not {shorten(line)}"
            )

    def set_tag(self, tag: str) -> None:
        """Label the gates that follow."""
        if tag != "-":
            check_tag(tag)
        self.tag = "" if tag == "-" else tag

    def port(self, number: int, words: list[str], line: str) -> None:
        """Declare a port."""
        if len(words) != 3:
            raise NetlistError(f"port line must read '{words[0]} NAME WIDTH', not {shorten(line)}")
        kind, name, digits = words
        if not re.fullmatch("[0-9]{1,10}", digits) or self.first_gate + int(digits) > _MAX_NETS:
            raise NetlistError(
                f"width of port {shorten(name)} must be a number of bits, not {shorten(digits)}"
            )
        width = int(digits)
        check_port(Port(name, width))
        if name in self.port_lines:
            raise NetlistError(f"port {name!r} is there already, in line {self.port_lines[name]}; rename one")
        if self.gate_ids or self.driven:
            raise NetlistError(f"port {name!r} must be declared above the first gate; move the line up")
        self.port_lines[name] = number
        if kind == "input":
            self.inputs[name] = self.first_gate, width
            self.first_gate += width
        else:
            self.outputs[name] = self.num_outputs, width
            self.num_outputs += width

    def assignment(self, number: int, line: str) -> None:
        """Define a gate or drive an output bit."""
        left, _, right = (part.strip() for part in line.partition("="))
        if not left.startswith("%"):
            self.drive(number, left, right)
            return
        match = re.fullmatch(r"nor\s*\((.*)\)", right)
        if not match:
            raise NetlistError(f"gate {shorten(left)} must be 'nor(NETS)', not {shorten(right)}")
        tokens = match[1].split(",") if match[1].strip() else []
        nets = [self.net(number, token.strip()) for token in tokens]
        self.gate_ids.append(self.define(left))
        self.gate_lines.append(number)
        self.fanins.extend(nets)
        self.offsets.append(len(self.fanins))
        self.tags.append(self.tag)

    def define(self, name: str) -> int:
        """Return the id of the gate `name`, which is defined now."""
        if self.pending.pop(name, None) is not None:
            return self.ids[name]
        if name in self.ids:
            first = self.gate_lines[self.gate_ids.index(self.ids[name])]
            raise NetlistError(f"gate {name!r} is there already, in line {first}; rename one")
        _check_gate_name(name)
        self.ids[name] = self.new_id()
        return self.ids[name]

    def drive(self, number: int, left: str, right: str) -> None:
        """Drive an output bit."""
        bit = find_bit(left, self.outputs)
        if bit is None:
            known = ", ".join(self.outputs) or "none"
            raise NetlistError(
                f"left of '=' must stand a gate, written %NAME, or an output bit (of {known}), "
                f"not {shorten(left)}"
            )
        if bit in self.driven:
            raise NetlistError(
                f"output {left!r} is driven already, in line {self.driven[bit][1]}; remove one line"
            )
        self.driven[bit] = self.net(number, right), number

    def net(self, number: int, token: str) -> int:
        """Return the id of the net that `token` names."""
        known = self.ids.get(token)
        if known is not None:
            return known
        if token.startswith("%"):
            _check_gate_name(token)
            found = self.new_id()
            self.pending[token] = number
            self.forward = True
        else:
            found = self.input_bit(token)
        self.ids[token] = found
        return found

    def input_bit(self, token: str) -> int:
        """Return the net of an input bit."""
        found = find_bit(token, self.inputs)
        if found is not None:
            return found
        if find_bit(token, self.outputs) is not None:
            raise NetlistError(
                f"output {token!r} cannot feed a gate or an output; name the net that drives it"
            )
        known = ", ".join(self.inputs) or "none"
        raise NetlistError(f"net must be 0, an input bit (of {known}) or a gate %NAME, not {shorten(token)}")

    def new_id(self) -> int:
        """Return the next id of a gate: one for each gate defined or used so far."""
        return self.first_gate + len(self.gate_ids) + len(self.pending)

    def netlist(self) -> Netlist:
        """Return the netlist of all that was read."""
        self.check_complete()
        builder = Builder()
        for name, (_, width) in self.inputs.items():
            builder.input(name, width)
        drivers = [self.driven[bit][0] for bit in range(self.num_outputs)]
        fanins: Sequence[int] = self.fanins
        order: Sequence[int] = range(len(self.gate_ids))
        if self.forward:
            order, fanins, drivers = self.sort(drivers)
        for k in order:
            builder.set_tag(self.tags[k])
            builder.nor(*fanins[self.offsets[k] : self.offsets[k + 1]])
        for name, (start, width) in self.outputs.items():
            builder.output(name, drivers[start : start + width])
        return builder.freeze()

    def check_complete(self) -> None:
        """Raise `NetlistError` where a gate or the driver of an output bit is missing."""
        for name, line in self.pending.items():
            raise self.error(line, f"gate {name!r} must be defined; add a line '{name} = nor(...)'")
        for name, (start, width) in self.outputs.items():
            for bit in range(start, start + width):
                if bit not in self.driven:
                    label = name if width == 1 else f"{name}[{bit - start}]"
                    raise self.error(
                        self.port_lines[name],
                        f"output {label!r} must be driven; add a line '{label} = NET', or get the whole "
                        f"file if it was cut off",
                    )

    def sort(self, drivers: list[int]) -> tuple[list[int], list[int], list[int]]:
        """Put the gates in topological order.

        Returns the gates in that order, and the fan-ins and drivers as nets numbered in that order.
        """
        first = self.first_gate
        gates = len(self.gate_ids)
        position = np.empty(gates, np.int64)  # id -> place in the file
        position[np.array(self.gate_ids, np.int64) - first] = np.arange(gates)
        fanins = _renumber(np.array(self.fanins, np.int64), first, position)
        flat = fanins.tolist()
        order, loop = stable_order([flat[a:b] for a, b in itertools.pairwise(self.offsets)], first)
        if loop:
            raise self.loop_error(loop)
        rank = np.empty(gates, np.int64)  # place in the file -> place in topological order
        rank[order] = np.arange(gates)
        nets = _renumber(_renumber(np.array(drivers, np.int64), first, position), first, rank)
        return order, _renumber(fanins, first, rank).tolist(), nets.tolist()

    def loop_error(self, loop: list[int]) -> NetlistError:
        """Return the error for gates that feed each other in a ring, each fed by the next."""
        name_of = {number: name for name, number in self.ids.items() if name.startswith("%")}
        names = [name_of[self.gate_ids[k]] for k in loop]
        ring = loop_text([*names, names[0]])
        return self.error(
            self.gate_lines[loop[0]], f"gates must not form a loop, but these do: {ring}; break the loop"
        )

    def error(self, number: int, problem: str) -> NetlistError:
        """Return an error that begins with source and line."""
        return NetlistError(f"{self.source}:{number}: {problem}")


def _renumber(nets: NDArray[np.int64], first: int, places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Map every gate ``first + g`` to ``first + places[g]``."""
    result = nets.copy()
    gate = nets >= first
    result[gate] = first + places[nets[gate] - first]
    return result


def _check_gate_name(name: str) -> None:
    if not name[1:].isprintable() or not re.fullmatch(r"%[^\s\[\](),=%]+", name):
        raise NetlistError(
            "gate name must be % and printable text without white space and without [ ] ( ) , = %, "
            f"not {shorten(name)}"
        )
