"""Write a netlist as an AIGER file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.files import replacing
from nor2hdl.formats._ands import and_graph

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist


def write_aiger(net: Netlist, path: Path | str, *, remark: str = "") -> None:
    r"""Write `net` as a combinational AIGER file, with its port names as symbols.

    A gate of k fan-ins becomes a chain of k - 1 ANDs of their complements, a gate of one fan-in an inverted
    literal. Provenance and ports of no width are lost: AIGER has no place for them.

    Parameters
    ----------
    net
        The netlist to write.
    path
        The file to write, by custom ``*.aig``. The form is ASCII where it ends in ``.aag``, else binary.
    remark
        One line of text that stands in the comment at the end.

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
    ands, literals = and_graph(net)
    is_ascii = Path(path).suffix.lower() == ".aag"
    counts = f"{net.num_inputs + len(ands)} {net.num_inputs} 0 {net.num_outputs} {len(ands)}\n"
    head = (
        [f"aag {counts}", *[f"{2 * k}\n" for k in range(1, net.first_gate)]]
        if is_ascii
        else [f"aig {counts}"]
    )
    head += [f"{value}\n" for value in literals.tolist()]
    symbols = [f"i{k} {name}\n" for k, (name, _) in enumerate(net.port_bits())]
    symbols += [f"o{k} {name}\n" for k, (name, _) in enumerate(net.output_bits())]
    with replacing(path) as temporary, temporary.open("wb") as file:
        file.write("".join(head).encode())
        file.write(_rows(ands, net) if is_ascii else _varints(_deltas(ands, net.num_inputs)))
        file.write("".join([*symbols, "c\nnor2hdl\n", f"{remark}\n" if remark else ""]).encode())


def _rows(ands: NDArray[np.int64], net: Netlist) -> bytes:
    """Return the ANDs as lines of three literals."""
    rows = enumerate(ands.tolist(), net.first_gate)
    return "".join([f"{2 * variable} {left} {right}\n" for variable, (left, right) in rows]).encode()


def _deltas(ands: NDArray[np.int64], num_inputs: int) -> NDArray[np.int64]:
    """Return the two differences that binary AIGER stores for each AND: int64 [2 * ands]."""
    left = 2 * (num_inputs + 1 + np.arange(len(ands)))
    low, high = np.sort(ands, axis=1).T
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
