"""Write a netlist as a binary AIGER file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.files import replacing

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist


def write_aiger(net: Netlist, path: Path | str) -> None:
    r"""Write `net` as a combinational binary AIGER file, with its port names as symbols.

    A gate of k fan-ins becomes a chain of k - 1 ANDs of their complements, a gate of one fan-in an inverted
    literal. Provenance and ports of no width are lost: AIGER has no place for them.

    Parameters
    ----------
    net
        The netlist to write.
    path
        The file to write, by custom ``*.aig``.

    Raises
    ------
    OutputError
        If the file cannot be written.

    References
    ----------
    A. Biere, "The AIGER And-Inverter Graph (AIG) Format", FMV reports 07/1, Johannes Kepler University, 2007.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 2)
    >>> b.output("y", [b.nor(*x)])
    >>> target = Path(tempfile.mkdtemp()) / "nor.aig"
    >>> write_aiger(b.freeze(), target)
    >>> target.read_bytes().split(b"\n")[:2]
    [b'aig 3 2 0 1 1', b'6']
    """
    literal = _literals(net)
    deltas = _deltas(net, literal)
    ands = len(deltas) // 2
    header = f"aig {net.num_inputs + ands} {net.num_inputs} 0 {net.num_outputs} {ands}\n"
    outputs = "".join(f"{value}\n" for value in literal[net.drivers].tolist())
    symbols = [f"i{k} {name}\n" for k, (name, _) in enumerate(net.port_bits())]
    symbols += [f"o{k} {name}\n" for k, (name, _) in enumerate(net.output_bits())]
    with replacing(path) as temporary, temporary.open("wb") as file:
        file.write((header + outputs).encode())
        file.write(_varints(deltas))
        file.write("".join([*symbols, "c\nnor2hdl\n"]).encode())


def _literals(net: Netlist) -> NDArray[np.int64]:
    """Return the AIGER literal of every net: int64 [nets]."""
    width = np.diff(net.offsets)
    literal = np.arange(net.num_nets) * 2
    last = net.num_inputs + np.cumsum(np.maximum(width - 1, 0))
    literal[net.first_gate :] = np.where(width == 0, 1, 2 * last)
    # Chains of inverters: every net jumps to the net that it repeats or inverts, twice as far each time.
    source = np.arange(net.num_nets)
    inverted = np.zeros(net.num_nets, np.int64)
    inverters = np.flatnonzero(width == 1)
    source[net.first_gate + inverters] = net.fanins[net.offsets[inverters]]
    inverted[net.first_gate + inverters] = 1
    while (source[source] != source).any():
        inverted ^= inverted[source]
        source = source[source]
    return literal[source] ^ inverted


def _deltas(net: Netlist, literal: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the two differences that binary AIGER stores for each AND: int64 [2 * ands]."""
    width = np.diff(net.offsets)
    place = np.arange(net.num_pins) - np.repeat(net.offsets[:-1], width)
    pin = literal[net.fanins] ^ 1
    rest = np.flatnonzero(place > 0)  # every pin but the first of its gate is one AND
    left = 2 * (net.num_inputs + 1 + np.arange(len(rest)))
    other = np.where(place[rest] == 1, pin[rest - 1], left - 2)
    high, low = np.maximum(pin[rest], other), np.minimum(pin[rest], other)
    return np.stack([left - high, high - low], axis=1).ravel()


def _varints(values: NDArray[np.int64]) -> bytes:
    """Encode numbers seven bits a byte, lowest first, the high bit set on all bytes but a number's last."""
    length = np.ones(len(values), np.int64)
    for bits in range(7, 42, 7):
        length += values >> bits > 0
    start = np.cumsum(length) - length
    out = np.zeros(int(length.sum()), np.uint8)
    for k in range(int(length.max(initial=0))):
        some = np.flatnonzero(length > k)
        more = (length[some] > k + 1).astype(np.uint8) << 7
        out[start[some] + k] = (values[some] >> 7 * k & 0x7F).astype(np.uint8) | more
    return out.tobytes()
