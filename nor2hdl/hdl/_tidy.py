"""Put the Verilog that yosys writes into an order and a form that people read."""

from __future__ import annotations

import re

from nor2hdl.errors import ToolError

_HEAD = re.compile(r"^module .*;\n", re.MULTILINE)
_LINE = re.compile(r"  (assign|(?:input|output|wire)(?: \[\d+:0\])?) (\w+)")
# Yosys names wires without a name _0_, _1_ and so on; no name of ours starts with an underscore.
_TEMPORARY = re.compile(r"\b_\d+_\b")
_TERM = re.compile(r"^  assign (_\d+_) = (.*);$", re.MULTILINE)
_LONG_CHAIN = 16  # operands without parentheses; yosys overflows its stack at some thousands
_LONG_LINE = 110
_LONG_OPERAND = re.compile(r"([^\n]{2000}[^\n,]*,) ")


def tidy(raw: str, ports: list[str], vectors: list[str]) -> str:
    """Return the body of the module `raw`, from behind its head.

    Wires that yosys made up are replaced by what they stand for. The ports are declared first, then the
    vectors; the vectors are assigned first, then the ports.

    Parameters
    ----------
    raw
        What ``write_verilog`` wrote: one module of declarations and assignments.
    ports, vectors
        All names in the module, in the order in which they shall stand.

    Raises
    ------
    ToolError
        If there is anything else in the module.
    """
    head = _HEAD.search(raw)
    body = raw[head.end() if head else 0 :].removesuffix("endmodule\n")
    terms = dict(_TERM.findall(body))
    declared = {name: k for k, name in enumerate(ports + vectors)}
    assigned = {name: len(declared) + k for k, name in enumerate(vectors + ports)}

    def meaning(wire: re.Match[str]) -> str:
        whole = _TEMPORARY.sub(meaning, terms[wire[0]])
        return f"({whole})" if whole.count(" | ") >= _LONG_CHAIN else whole

    kept: list[tuple[int, str]] = []
    for line in body.splitlines(keepends=True):
        found = _LINE.match(line)
        if found is None or (found[2] not in declared and found[2] not in terms):
            raise ToolError("yosys", f"wrote an unexpected line: {line[:80]!r}", hint="use pyosys 0.70")
        if found[2] in declared:
            whole = _TEMPORARY.sub(lambda wire: f"({meaning(wire)})", line)
            rank = assigned if found[1] == "assign" else declared
            kept.append((rank[found[2]], _wrap(whole)))
    kept.sort(key=lambda entry: entry[0])
    return "".join(text for _, text in kept) + "endmodule\n"


def _wrap(line: str) -> str:
    """Break a long `line` before each operand, and long operands every 2,000 characters or so.

    Verilator ends at 40,000 words a line.
    """
    if len(line) <= _LONG_LINE:
        return line
    return _LONG_OPERAND.sub(r"\1\n      ", line.replace(" | ", "\n    | "))
