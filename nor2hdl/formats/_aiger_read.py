"""Read an AIGER file as a netlist."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.errors import NetlistError
from nor2hdl.formats._aiger_ascii import ascii_body
from nor2hdl.formats._aiger_binary import binary_body
from nor2hdl.formats._aiger_header import quote, read_header
from nor2hdl.formats._ports import fitting_ports, joined_ports, plain_ports
from nor2hdl.netlist import FALSE, Netlist

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nor2hdl.formats._aiger_header import Header
    from nor2hdl.netlist import Port

_SYMBOL = re.compile(r"([io])([0-9]{1,9}) (.*)")


def read_aiger(path: Path | str, like: Netlist | None = None) -> Netlist:
    r"""Read a combinational AIGER file, binary or ASCII, as a netlist.

    Each AND becomes one gate, nor(a', b'), and each literal that is needed the other way round one shared
    inverter. Without `like`, symbols ``name[0]``, ``name[1]``, ... in a row make a port; where the inputs
    and the outputs have no symbols that make ports, the ports are called ``in`` and ``out``.

    Parameters
    ----------
    path
        The file to read. What it begins with, ``aig`` or ``aag``, tells the form. In the ASCII form ANDs may
        stand in any order.
    like
        A netlist whose ports the result takes over bit by bit, in place of the symbols in the file.

    Raises
    ------
    NetlistError
        If the file cannot be read, is not AIGER, holds latches or properties, is cut short, names a literal
        that is not there, defines one twice, has ANDs in a loop, or does not have as many inputs and outputs
        as `like`. The error names the line, in the binary part the AND.

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
        data = Path(path).read_bytes()
    except OSError as error:
        raise NetlistError(f"cannot read {path}: {error.strerror}; check the path") from error
    header = read_header(data, str(path))
    if header.is_ascii:
        lines = data[header.end :].split(b"\n")
        outputs, ands, end = ascii_body(lines, header)
        names = _symbols(lines[end:], header, 2 + end)
    else:
        outputs, ands, end = binary_body(data, header)
        names = _symbols(data[end:].split(b"\n"), header, None)
    if like is not None:
        ports = fitting_ports(like, header.inputs, header.outputs, header.source)
    elif len(names) == header.inputs + header.outputs:
        inputs = [names["i", k] for k in range(header.inputs)]
        ports = joined_ports(inputs, [names["o", k] for k in range(header.outputs)])
    else:
        ports = plain_ports(header.inputs, header.outputs)
    return _to_netlist(outputs, ands, ports)


def _symbols(rows: Sequence[bytes], header: Header, first: int | None) -> dict[tuple[str, int], str]:
    """Return the symbol table: the name of ``("i", 0)``, ``("o", 3)`` and so on; `first` is its line."""
    names = {}
    counts = {"i": header.inputs, "o": header.outputs}
    for place, row in enumerate(rows):
        if row[:1] in {b"c", b""}:  # a comment to the end, or the end
            break
        found = _SYMBOL.fullmatch(row.decode("utf-8", errors="replace"))
        if not found or int(found[2]) >= counts[found[1]]:
            problem = f"symbol must name an input or an output that is there, not {quote(row)}"
            line = None if first is None else first + place
            raise header.error(line, f"{problem}; check the counts in line 1")
        names[found[1], int(found[2])] = found[3]
    return names


def _to_netlist(
    outputs: NDArray[np.int64], ands: NDArray[np.int64], ports: tuple[tuple[Port, ...], tuple[Port, ...]]
) -> Netlist:
    """Return the netlist of ANDs and outputs, given as literals."""
    first_and = 1 + sum(port.width for port in ports[0])
    num_variables = first_and + len(ands)
    # A positive literal of an AND and a complemented one of an output take the inverter of their variable.
    inverted = np.zeros(num_variables, bool)
    inverted[ands[ands & 1 == 0] >> 1] = True
    inverted[outputs[outputs & 1 == 1] >> 1] = True
    is_and = np.arange(num_variables) >= first_and
    size = inverted.astype(np.int64) + is_and
    start = first_and + np.cumsum(size) - size
    net_of = np.stack([np.where(is_and, start, np.arange(num_variables)), start + is_and], axis=1).ravel()

    pins = np.full((int(size.sum()), 2), -1, np.int64)
    which = np.flatnonzero(inverted)
    pins[net_of[2 * which + 1] - first_and, 0] = np.where(which == FALSE, -1, net_of[2 * which])
    low, high = np.sort(net_of[ands ^ 1], axis=1).T
    pins[net_of[2 * first_and :: 2] - first_and] = np.stack([low, np.where(low == high, -1, high)], axis=1)
    used = pins >= 0
    return Netlist(
        inputs=ports[0],
        outputs=ports[1],
        offsets=np.concatenate([[0], np.cumsum(used.sum(axis=1))]).astype(np.int64),
        fanins=pins[used].astype(np.int32),
        drivers=net_of[outputs].astype(np.int32),
        origins=np.full(len(pins), -1, np.int32),
    )
