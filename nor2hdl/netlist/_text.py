"""The text form of a netlist: one statement a line, for files, for people and for test gold.

The form of a netlist with every kind of statement::

    nor2hdl-netlist 1
    input pix 8
    output cls 2
    from layer0/neuron3
    %9 = nor(pix[0], pix[5])
    from -
    %10 = nor()
    cls[0] = %9
    cls[1] = 0
    end

``input`` and ``output`` declare ports; bits are written ``port[i]``, or ``port`` where there is one only.
``from`` labels the gates below it with where they came from, ``from -`` ends that. ``0`` is constant
false, ``nor()`` constant true. Gates may stand in any order and carry any ``%name``; they are numbered
in the order of the file, moved only where a gate stands above one of its fan-ins. ``#`` after white space
or at the start of a line begins a comment. ``end`` closes a file, so that one which was cut off is known.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from nor2hdl import files
from nor2hdl.errors import NetlistError
from nor2hdl.netlist._checks import NO_TAG
from nor2hdl.netlist._names import net_names
from nor2hdl.netlist._parse import HEADER, VERSION, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nor2hdl.netlist._core import Netlist

_TO_HEADER = re.compile(r"((?:[^\S\n]*(?:#.*)?\n)*)(.*)")
"""Blank lines and comments, then the first statement."""


def write_netlist(net: Netlist, path: Path | str, *, remark: str = "") -> None:
    """Write a netlist to a file in the text form.

    Parameters
    ----------
    net
        The netlist.
    path
        The file to write; an old one is replaced in one step.
    remark
        One line of text that stands in the file as a comment, below the header.

    Raises
    ------
    OutputError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "true.nor"
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> b.output("y", [b.nor()])
    >>> write_netlist(b.freeze(), path)
    >>> read_netlist(path) == b.freeze()
    True
    """
    header, _, body = to_text(net).partition("\n")
    comment = f"# {remark}\n" if remark else ""
    files.write_text(path, f"{header}\n{comment}{body}")


def read_netlist(path: Path | str) -> Netlist:
    r"""Read a netlist from a file in the text form.

    Parameters
    ----------
    path
        The file to read.

    Raises
    ------
    NetlistError
        If the file cannot be read, is not UTF-8, is no netlist at all, does not close with ``end`` (it is
        cut off then), or breaks a rule of the text form; the text names file and line.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "wire.nor"
    >>> _ = path.write_text("nor2hdl-netlist 1\ninput x 1\noutput y 1\ny = x\nend\n")
    >>> read_netlist(path)
    <Netlist x[1], y[1]: 0 gates, 0 pins>
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise NetlistError(f"cannot read {path}: {reason}; name a netlist file in the text form") from error
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = 1 + data.count(b"\n", 0, error.start)
        raise NetlistError(
            f"{path}:{line}: file must be UTF-8 text, not hold the byte 0x{data[error.start]:02x}; "
            f"write the netlist again"
        ) from error
    if text and text.rstrip().rpartition("\n")[2].strip() != "end":
        _check_header(text, str(path))
        line = 1 + text.count("\n")
        raise NetlistError(f"{path}:{line}: last line must be 'end'; the file is cut off, write it again")
    return parse(text, str(path))


def _check_header(text: str, source: str) -> None:
    """Raise `NetlistError` if a text does not begin as a netlist, nor was cut off within its first line."""
    found = _TO_HEADER.match(text)
    if found and (found.end() < len(text) or not f"{HEADER} {VERSION}".startswith(found[2].strip())):
        parse(found[0], source)


def to_text(net: Netlist) -> str:
    """Return the text form of a netlist; `parse` gives the netlist back.

    Parameters
    ----------
    net
        The netlist.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 2)
    >>> b.output("y", [b.nor(*x), x[0]])
    >>> print(to_text(b.freeze()), end="")
    nor2hdl-netlist 1
    input x 2
    output y 2
    %3 = nor(x[0], x[1])
    y[0] = %3
    y[1] = x[0]
    end
    """
    names = net_names(net)
    lines = [f"{HEADER} {VERSION}"]
    lines += [f"input {port.name} {port.width}" for port in net.inputs]
    lines += [f"output {port.name} {port.width}" for port in net.outputs]
    lines += _gate_lines(net, names)
    lines += [f"{bit} = {names[driver]}" for bit, driver in net.output_bits()]
    lines += ["end", ""]
    return "\n".join(lines)


def _gate_lines(net: Netlist, names: list[str]) -> Iterator[str]:
    before = NO_TAG
    gates = zip(names[net.first_gate :], net.fanin_lists(), net.origins.tolist(), strict=True)
    for name, fanin, origin in gates:
        if origin != before:
            before = origin
            yield "from -" if origin == NO_TAG else f"from {net.tags[origin]}"
        yield f"{name} = nor({', '.join([names[f] for f in fanin])})"
