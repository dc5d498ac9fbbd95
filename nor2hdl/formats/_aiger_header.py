"""The first line of an AIGER file, and errors that name the line."""

from __future__ import annotations

import re
from typing import NamedTuple

from nor2hdl.errors import NetlistError

NUMBER = re.compile(rb"\d{1,12}")

_MOST_VARIABLES = 1 << 27


class Header(NamedTuple):
    """The form of a file, its highest variable, its counts, and where its second line begins."""

    source: str
    is_ascii: bool
    variables: int
    inputs: int
    outputs: int
    ands: int
    end: int

    def error(self, line: int | None, problem: str) -> NetlistError:
        """Return an error that begins with the file and, where lines can be counted, the line."""
        return NetlistError(f"{self.source}{f':{line}' if line else ''}: {problem}")


def read_header(data: bytes, source: str) -> Header:
    r"""Return the header of an AIGER file.

    Parameters
    ----------
    data
        The whole file, or its beginning.
    source
        What error texts call it.

    Raises
    ------
    NetlistError
        If the first line is no header, tells of latches or properties, or has counts that do not agree.

    Examples
    --------
    >>> read_header(b"aig 3 2 0 1 1\n6\n", "a.aig")
    Header(source='a.aig', is_ascii=False, variables=3, inputs=2, outputs=1, ands=1, end=14)
    """
    end = data.find(b"\n")
    line = data[:end] if end >= 0 else data
    magic, *counts = line.split(b" ")
    good = magic in {b"aig", b"aag"} and 5 <= len(counts) <= 9 and all(map(NUMBER.fullmatch, counts))
    if not good or end < 0:
        raise NetlistError(
            f"{source}:1: must begin with a line 'aig M I L O A' of binary AIGER or 'aag M I L O A' of "
            f"ASCII AIGER, not {quote(line)}"
        )
    variables, inputs, latches, outputs, ands, *properties = (int(n) for n in counts)
    header = Header(source, magic == b"aag", variables, inputs, outputs, ands, end + 1)
    if latches or any(properties):
        raise header.error(
            1,
            f"must be combinational, not hold {latches} latches and {sum(properties)} properties; "
            "cut them out first, as with ABC's 'comb'",
        )
    if variables < inputs + ands or (variables > inputs + ands and not header.is_ascii):
        sign = ">=" if header.is_ascii else "="
        problem = f"must have M {sign} I + L + A, not {variables} and {inputs} + {latches} + {ands}"
        raise header.error(1, f"{problem}; write the file again")
    if variables > _MOST_VARIABLES:
        raise header.error(1, f"must have at most {_MOST_VARIABLES} variables, not {variables}")
    return header


def quote(raw: bytes) -> str:
    """Return the beginning of a line, quoted.

    Examples
    --------
    >>> quote(b"6 4 2")
    "'6 4 2'"
    """
    return repr(raw[:40].decode("ascii", errors="replace"))
