"""Read a binary AIGER file as a netlist."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nor2hdl.errors import NetlistError
from nor2hdl.netlist import FALSE, Netlist, Port

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

_MOST_VARIABLES = 1 << 27
_LONGEST_DELTA = 5  # bytes: 35 bits
_BIT = re.compile(r"(.*)\[(\d+)\]")
_NUMBER = re.compile(rb"\d{1,12}")


class _Aig(NamedTuple):
    """The contents of an AIGER file: `ands` holds the two right-hand literals, int64 [ands, 2]."""

    num_inputs: int
    outputs: NDArray[np.int64]
    ands: NDArray[np.int64]
    symbols: dict[str, str]


def read_aiger(path: Path | str, like: Netlist | None = None) -> Netlist:
    r"""Read a combinational binary AIGER file as a netlist.

    Each AND becomes one gate, nor(a', b'), and each literal that is needed the other way round one shared
    inverter. Without `like`, symbols ``name[0]``, ``name[1]``, ... in a row make a port; where the inputs
    or the outputs have no symbols that make ports, the ports are called ``in`` and ``out``.

    Parameters
    ----------
    path
        The file to read.
    like
        A netlist whose ports the result takes over, in place of the symbols in the file.

    Raises
    ------
    NetlistError
        If the file cannot be read, is not binary AIGER, holds latches or properties, is cut short, names a
        literal that is not there, or does not have as many inputs and outputs as `like`.

    References
    ----------
    A. Biere, "The AIGER And-Inverter Graph (AIG) Format", FMV reports 07/1, Johannes Kepler University, 2007.

    Examples
    --------
    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp()) / "and.aig"
    >>> _ = target.write_bytes(b"aig 3 2 0 1 1\n6\n\x02\x02i0 x[0]\ni1 x[1]\no0 y\n")
    >>> read_aiger(target)
    <Netlist x[2], y[1]: 3 gates, 4 pins>
    """
    try:
        aig = _parse(Path(path).read_bytes())
        inputs, outputs = (like.inputs, like.outputs) if like is not None else _ports(aig)
        return _to_netlist(aig, inputs, outputs)
    except OSError as error:
        raise NetlistError(f"cannot read {path}: {error.strerror}; check the path") from error
    except NetlistError as error:
        raise NetlistError(f"{path}: {error}") from None


def _parse(data: bytes) -> _Aig:
    num_inputs, num_outputs, num_ands, position = _header(data)
    literals = []
    for k in range(num_outputs):
        end = data.find(b"\n", position)
        text = data[position:end] if end >= 0 else b""
        if not _NUMBER.fullmatch(text) or int(text) > 2 * (num_inputs + num_ands) + 1:
            top = 2 * (num_inputs + num_ands) + 1
            raise NetlistError(f"output {k} must be a literal in 0..{top}, not {_quote(data[position:end])}")
        literals.append(int(text))
        position = end + 1
    deltas, position = _deltas(data, position, 2 * num_ands)
    ands = _and_literals(deltas, num_inputs)
    symbols = _symbols(data[position:], {"i": num_inputs, "o": num_outputs})
    return _Aig(num_inputs, np.array(literals, np.int64), ands, symbols)


def _header(data: bytes) -> tuple[int, int, int, int]:
    """Return the numbers of inputs, outputs and ANDs, and where the header ends."""
    end = data.find(b"\n")
    line = data[:end] if end >= 0 else data
    magic, *rest = line.split(b" ")
    if magic == b"aag":
        raise NetlistError("must be binary AIGER ('aig'), not ASCII ('aag'); convert it with: aigtoaig")
    if magic != b"aig" or not 5 <= len(rest) <= 9 or end < 0 or not all(map(_NUMBER.fullmatch, rest)):
        raise NetlistError(f"must begin with a line 'aig M I L O A' of binary AIGER, not {_quote(line)}")
    variables, inputs, latches, outputs, ands, *properties = (int(n) for n in rest)
    if latches or any(properties):
        raise NetlistError(
            f"must be combinational, not hold {latches} latches and {sum(properties)} properties"
        )
    if variables != inputs + ands:
        raise NetlistError(f"must have M = I + L + A, not {variables} = {inputs} + {latches} + {ands}")
    if variables > _MOST_VARIABLES:
        raise NetlistError(f"must have at most {_MOST_VARIABLES} variables, not {variables}")
    return inputs, outputs, ands, end + 1


def _quote(raw: bytes) -> str:
    return repr(raw[:40].decode("ascii", errors="replace"))


def _deltas(data: bytes, position: int, count: int) -> tuple[NDArray[np.int64], int]:
    """Decode `count` numbers of seven bits a byte; return them and where they end."""
    raw = np.frombuffer(data, np.uint8, offset=position)
    last = np.flatnonzero(raw < 0x80)[:count]
    if len(last) < count:
        raise NetlistError(
            f"is cut short: it must hold {count // 2} ANDs, not {len(last) // 2}; copy it anew"
        )
    first = np.concatenate([np.zeros(min(count, 1), np.int64), last[:-1] + 1])
    length = last - first + 1
    if (length > _LONGEST_DELTA).any():
        k = int(np.argmax(length > _LONGEST_DELTA)) // 2
        raise NetlistError(f"AND {k} must be two numbers of at most {_LONGEST_DELTA} bytes")
    value = np.zeros(count, np.int64)
    for k in range(int(length.max(initial=0))):
        some = np.flatnonzero(length > k)
        value[some] += (raw[first[some] + k].astype(np.int64) & 0x7F) << 7 * k
    return value, position + (int(last[-1]) + 1 if count else 0)


def _and_literals(deltas: NDArray[np.int64], num_inputs: int) -> NDArray[np.int64]:
    left = 2 * (num_inputs + 1 + np.arange(len(deltas) // 2))
    high = left - deltas[0::2]
    low = high - deltas[1::2]
    bad = np.flatnonzero((high >= left) | (low < 0))
    if len(bad):
        k = int(bad[0])
        raise NetlistError(
            f"AND {k} must have literals in 0..{left[k] - 1}, below its own, not {high[k]} and {low[k]}"
        )
    return np.stack([high, low], axis=1)


def _symbols(raw: bytes, counts: dict[str, int]) -> dict[str, str]:
    """Return the symbol table: the name of ``i0``, ``o3`` and so on."""
    symbols = {}
    for line in raw.decode("utf-8", errors="replace").split("\n"):
        if line == "c" or not line:
            break
        key, _, name = line.partition(" ")
        if key[0] not in counts or not key[1:].isdecimal() or int(key[1:]) >= counts[key[0]]:
            raise NetlistError(f"symbol must name an input or an output that is there, not {line[:40]!r}")
        symbols[f"{key[0]}{int(key[1:])}"] = name
    return symbols


def _ports(aig: _Aig) -> tuple[tuple[Port, ...], tuple[Port, ...]]:
    counts = {"i": aig.num_inputs, "o": len(aig.outputs)}
    inputs, outputs = (
        _runs(aig.symbols.get(f"{kind}{k}", "") for k in range(count)) for kind, count in counts.items()
    )
    names = [port.name for port in (*inputs, *outputs)]
    if len(set(names)) == len(names) and all(
        name and not re.search(r"[\s\[\](),=%]", name) for name in names
    ):
        return inputs, outputs
    return (Port("in", counts["i"]),), (Port("out", counts["o"]),)


def _runs(names: Iterable[str]) -> tuple[Port, ...]:
    """Join ``name[0]``, ``name[1]``, ... into ports; any other name is a port of one bit."""
    ports: list[Port] = []
    for name in names:
        bit = _BIT.fullmatch(name)
        if bit and ports and (bit[1], int(bit[2])) == ports[-1]:
            ports[-1] = Port(bit[1], int(bit[2]) + 1)
        elif bit and int(bit[2]) == 0:
            ports.append(Port(bit[1], 1))
        else:
            ports.append(Port(name, 1))
    return tuple(ports)


def _to_netlist(aig: _Aig, inputs: tuple[Port, ...], outputs: tuple[Port, ...]) -> Netlist:
    for kind, ports, count in (("inputs", inputs, aig.num_inputs), ("outputs", outputs, len(aig.outputs))):
        expected = sum(port.width for port in ports)
        if expected != count:
            raise NetlistError(f"must have {expected} {kind} for the given ports, not {count}")
    first_and = aig.num_inputs + 1
    num_variables = first_and + len(aig.ands)
    # A positive literal of an AND and a complemented one of an output take the inverter of their variable.
    inverted = np.zeros(num_variables, bool)
    inverted[aig.ands[aig.ands & 1 == 0] >> 1] = True
    inverted[aig.outputs[aig.outputs & 1 == 1] >> 1] = True
    is_and = np.arange(num_variables) >= first_and
    size = inverted.astype(np.int64) + is_and
    start = first_and + np.cumsum(size) - size
    net_of = np.stack([np.where(is_and, start, np.arange(num_variables)), start + is_and], axis=1).ravel()

    pins = np.full((int(size.sum()), 2), -1, np.int64)
    which = np.flatnonzero(inverted)
    pins[net_of[2 * which + 1] - first_and, 0] = np.where(which == FALSE, -1, net_of[2 * which])
    low, high = np.sort(net_of[aig.ands ^ 1], axis=1).T
    pins[net_of[2 * first_and :: 2] - first_and] = np.stack([low, np.where(low == high, -1, high)], axis=1)
    used = pins >= 0
    return Netlist(
        inputs=inputs,
        outputs=outputs,
        offsets=np.concatenate([[0], np.cumsum(used.sum(axis=1))]).astype(np.int64),
        fanins=pins[used].astype(np.int32),
        drivers=net_of[aig.outputs].astype(np.int32),
        origins=np.full(len(pins), -1, np.int32),
    )
