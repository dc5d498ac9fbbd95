"""The body of an ASCII AIGER file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nor2hdl.formats._aiger_header import NUMBER, quote
from nor2hdl.netlist import loop_text, stable_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nor2hdl.formats._aiger_header import Header

_AND = re.compile(rb"\d{1,12} \d{1,12} \d{1,12}")


class _Rule(NamedTuple):
    """What a line must be."""

    what: str
    pattern: re.Pattern[bytes]
    form: str


def ascii_body(lines: Sequence[bytes], header: Header) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    r"""Return the outputs and the ANDs of an ASCII file, in the numbering of a binary one.

    Parameters
    ----------
    lines
        The lines below the header, and last what stands behind the last line feed.
    header
        The header.

    Returns
    -------
    outputs : int64 [outputs]
        The literal of each output.
    ands : int64 [ands, 2]
        The right-hand literals of each AND, both of variables below its own: inputs are variables 1, 2, ...
        and ANDs follow, in the order of the file where that is possible.
    end : int
        The number of lines read.

    Raises
    ------
    NetlistError
        If the file is cut short; a literal is defined twice or never, or is not one that can be; or ANDs form
        a loop.

    Examples
    --------
    >>> from nor2hdl.formats._aiger_header import read_header
    >>> data = b"aag 9 2 0 1 2\n2\n4\n7\n6 9 8\n8 4 2\n"
    >>> outputs, ands, end = ascii_body(data.split(b"\n")[1:], read_header(data, "a.aag"))
    >>> outputs.tolist(), ands.tolist(), end
    ([9], [[4, 2], [7, 6]], 5)
    """
    first_and = header.inputs + header.outputs
    end = first_and + header.ands
    if len(lines) <= end:
        problem = (
            f"must hold {header.inputs} inputs, {header.outputs} outputs and {header.ands} ANDs, a line each"
        )
        found = f"not {len(lines) - 1} lines below the first"
        raise header.error(1 + len(lines), f"is cut short: it {problem}, {found}; copy it anew")
    inputs = _numbers(lines, range(header.inputs), _Rule("input", NUMBER, "one literal"), header)
    places = range(header.inputs, first_and)
    outputs = _numbers(lines, places, _Rule("output", NUMBER, "one literal"), header)
    rows = _numbers(lines, range(first_and, end), _Rule("AND", _AND, "three literals"), header).reshape(-1, 3)
    defined = np.concatenate([inputs, rows[:, 0]])
    _check_defined(defined, header)
    used = np.concatenate([outputs, rows[:, 1:].ravel()])
    literals = _renumbered(used, defined, header)
    ands = literals[len(outputs) :].reshape(-1, 2)
    return (*_sorted(literals[: len(outputs)], ands, rows[:, 0], header), end)


def _numbers(lines: Sequence[bytes], places: range, rule: _Rule, header: Header) -> NDArray[np.int64]:
    """Return the numbers in the lines at some places below the header."""
    fits, some = rule.pattern.fullmatch, lines[places.start : places.stop]
    for number, line in enumerate(some, places.start + 2):
        if not fits(line):
            problem = f"{rule.what} must be {rule.form}, not {quote(line)}; check the counts in line 1"
            raise header.error(number, problem)
    return np.array(list(map(int, b" ".join(some).split())), np.int64)


def _check_defined(defined: NDArray[np.int64], header: Header) -> None:
    """Raise `NetlistError` unless the inputs and ANDs are literals that can be, each another."""
    for k in np.flatnonzero((defined < 2) | (defined & 1) | (defined > 2 * header.variables))[:1]:
        problem = f"input or AND must be an even literal in 2..{2 * header.variables}, not {defined[k]}"
        raise header.error(_line(k, header), f"{problem}; write the file again")
    order = np.argsort(defined, kind="stable")
    again = np.flatnonzero(np.diff(defined[order]) == 0)
    for k in again[np.argsort(order[again + 1])][:1]:
        first, second = (_line(int(order[j]), header) for j in (k, k + 1))
        problem = f"literal {defined[order[k]]} must be defined once, but line {first} defines it already"
        raise header.error(second, f"{problem}; remove one")


def _line(k: int, header: Header) -> int:
    """Return the line of the k-th input or AND."""
    return 2 + k + (header.outputs if k >= header.inputs else 0)


def _renumbered(used: NDArray[np.int64], defined: NDArray[np.int64], header: Header) -> NDArray[np.int64]:
    """Return outputs and fan-ins with the inputs and ANDs numbered in the order of the file."""
    known = np.concatenate([[0], defined >> 1])
    order = np.argsort(known)
    place = np.searchsorted(known[order], used >> 1).clip(max=len(known) - 1)
    variables: NDArray[np.int64] = order[place]
    for k in np.flatnonzero(known[variables] != used >> 1)[:1]:
        line = 2 + header.inputs + (k if k < header.outputs else header.outputs + (k - header.outputs) // 2)
        problem = f"literal {used[k]} must be that of an input or an AND, or its complement"
        raise header.error(line, f"{problem}; add the line that defines {used[k] & ~1}")
    return 2 * variables + (used & 1)


def _sorted(
    outputs: NDArray[np.int64], ands: NDArray[np.int64], names: NDArray[np.int64], header: Header
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return outputs and ANDs with the ANDs moved above what they feed; `names` are their literals."""
    first = header.inputs + 1
    if (ands >> 1 < first + np.arange(header.ands)[:, None]).all():
        return outputs, ands
    order, loop = stable_order((ands >> 1).tolist(), first)
    if loop:
        ring = loop_text([str(names[k]) for k in [*loop, loop[0]]])
        problem = f"ANDs must not form a loop, but these do: {ring}; break the loop"
        raise header.error(_line(header.inputs + loop[0], header), problem)
    variable = np.arange(first + header.ands)
    variable[first + np.array(order)] = first + np.arange(header.ands)
    ands = ands[order]
    return 2 * variable[outputs >> 1] + (outputs & 1), 2 * variable[ands >> 1] + (ands & 1)
