"""The body of a binary AIGER file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.formats._aiger_header import NUMBER, quote

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.formats._aiger_header import Header

_LONGEST_DELTA = 5  # bytes: 35 bits


def binary_body(data: bytes, header: Header) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    r"""Return the outputs and the ANDs of a binary file, and where the symbols begin.

    Parameters
    ----------
    data
        The whole file.
    header
        Its header.

    Returns
    -------
    outputs : int64 [outputs]
        The literal of each output.
    ands : int64 [ands, 2]
        The right-hand literals of each AND, both of variables below its own, which is that of the inputs and
        the ANDs above it plus 1.
    end : int
        The number of bytes read.

    Raises
    ------
    NetlistError
        If the file is cut short or names a literal that is not there.

    Examples
    --------
    >>> from nor2hdl.formats._aiger_header import read_header
    >>> data = b"aig 3 2 0 1 1\n6\n\x02\x02"
    >>> outputs, ands, end = binary_body(data, read_header(data, "a.aig"))
    >>> outputs.tolist(), ands.tolist(), end
    ([6], [[4, 2]], 18)
    """
    position, top = header.end, 2 * header.variables + 1
    literals = []
    for k in range(header.outputs):
        end = data.find(b"\n", position)
        text = data[position:end] if end >= 0 else b""
        if not NUMBER.fullmatch(text) or int(text) > top:
            problem = f"output {k} must be a literal in 0..{top}, not {quote(data[position:end])}"
            raise header.error(2 + k, f"{problem}; write the file again")
        literals.append(int(text))
        position = end + 1
    deltas, position = _deltas(data, position, header)
    return np.array(literals, np.int64), _and_literals(deltas, header), position


def _deltas(data: bytes, position: int, header: Header) -> tuple[NDArray[np.int64], int]:
    """Decode the numbers of the ANDs, seven bits a byte; return them and where they end."""
    count = 2 * header.ands
    raw = np.frombuffer(data, np.uint8, offset=position)
    last = np.flatnonzero(raw < 0x80)[:count]
    if len(last) < count:
        problem = f"is cut short: it must hold {header.ands} ANDs, not {len(last) // 2}; copy it anew"
        raise header.error(None, problem)
    first = np.concatenate([np.zeros(min(count, 1), np.int64), last[:-1] + 1])
    length = last - first + 1
    if (length > _LONGEST_DELTA).any():
        k = int(np.argmax(length > _LONGEST_DELTA)) // 2
        problem = f"AND {k} must be two numbers of at most {_LONGEST_DELTA} bytes; write the file again"
        raise header.error(None, problem)
    value = np.zeros(count, np.int64)
    for k in range(int(length.max(initial=0))):
        some = np.flatnonzero(length > k)
        value[some] += (raw[first[some] + k].astype(np.int64) & 0x7F) << 7 * k
    return value, position + (int(last[-1]) + 1 if count else 0)


def _and_literals(deltas: NDArray[np.int64], header: Header) -> NDArray[np.int64]:
    left = 2 * (header.inputs + 1 + np.arange(header.ands))
    high = left - deltas[0::2]
    low = high - deltas[1::2]
    for k in np.flatnonzero((high >= left) | (low < 0))[:1]:
        problem = f"AND {k} must have literals in 0..{left[k] - 1}, below its own, not {high[k]} and {low[k]}"
        raise header.error(None, f"{problem}; write the file again")
    return np.stack([high, low], axis=1)
