"""Write a netlist as a BLIF file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nor2hdl.files import replacing
from nor2hdl.netlist import FALSE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from nor2hdl.netlist import Netlist

_NAMES_A_LINE = 16


def write_blif(net: Netlist, path: Path | str, *, remark: str = "") -> None:
    r"""Write `net` as a combinational BLIF file, one ``.names`` for each gate and each output.

    A gate of k fan-ins is the cover ``00...0 1``, an output a buffer. `read_blif` gives the same gates back.
    Provenance and ports of no width are lost: BLIF has no place for them.

    Parameters
    ----------
    net
        The netlist to write.
    path
        The file to write, by custom ``*.blif``.
    remark
        One line of text that stands in a comment on top.

    Raises
    ------
    OutputError
        If the file cannot be written.

    References
    ----------
    "Berkeley Logic Interchange Format (BLIF)", University of California, Berkeley, 1992.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 2)
    >>> b.output("y", [b.nor(*x)])
    >>> target = Path(tempfile.mkdtemp()) / "nor.blif"
    >>> write_blif(b.freeze(), target)
    >>> print(target.read_text(), end="")
    .model top
    .inputs x[0] x[1]
    .outputs y
    .names x[0] x[1] n3
    00 1
    .names n3 y
    1 1
    .end
    """
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"# {remark}\n" if remark else "")
        file.writelines(_statements(net))


def _statements(net: Netlist) -> Iterator[str]:
    inputs = [_bit_name(name) for name, _ in net.port_bits()]
    outputs = [_bit_name(name) for name, _ in net.output_bits()]
    prefix = "n"
    while any(port.name.startswith(prefix) for port in (*net.inputs, *net.outputs)):
        prefix += "_"
    names = [f"{prefix}{FALSE}", *inputs, *[f"{prefix}{k}" for k in range(net.first_gate, net.num_nets)]]

    yield ".model top\n"
    yield _statement(".inputs", inputs)
    yield _statement(".outputs", outputs)
    if (net.fanins == FALSE).any() or (net.drivers == FALSE).any():
        yield _statement(".names", [names[FALSE]])
    for name, fanin in zip(names[net.first_gate :], net.fanin_lists(), strict=True):
        yield _statement(".names", [*[names[f] for f in fanin], name])
        yield f"{'0' * len(fanin)} 1\n" if fanin else "1\n"
    for name, driver in zip(outputs, net.drivers.tolist(), strict=True):
        yield f".names {names[driver]} {name}\n1 1\n"
    yield ".end\n"


def _bit_name(name: str) -> str:
    # A backslash at the end of a line would join the line with the next; a port of one bit may have an index.
    return f"{name}[0]" if name.endswith("\\") else name


def _statement(word: str, names: Sequence[str]) -> str:
    """Return a line, or where it would be long several that are joined by backslashes."""
    if len(names) <= _NAMES_A_LINE:
        return f"{' '.join([word, *names])}\n"
    rows = [" ".join(names[k : k + _NAMES_A_LINE]) for k in range(0, len(names), _NAMES_A_LINE)]
    return " \\\n".join([word, *rows]) + "\n"
