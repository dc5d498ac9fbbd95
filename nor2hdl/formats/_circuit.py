"""Read and write circuits in the form that the file name tells."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from nor2hdl.errors import OptionError
from nor2hdl.formats._aiger_read import read_aiger
from nor2hdl.formats._aiger_write import write_aiger
from nor2hdl.formats._blif_read import read_blif
from nor2hdl.formats._blif_write import write_blif
from nor2hdl.netlist import read_netlist, write_netlist

if TYPE_CHECKING:
    from collections.abc import Callable

    from nor2hdl.netlist import Netlist


class _Write(Protocol):
    def __call__(self, net: Netlist, path: Path, *, remark: str = "") -> None: ...


class _Form(NamedTuple):
    read: Callable[[Path], Netlist]
    write: _Write


_FORMS = {
    ".nor": _Form(read_netlist, write_netlist),
    ".aig": _Form(read_aiger, write_aiger),
    ".aag": _Form(read_aiger, write_aiger),
    ".blif": _Form(read_blif, write_blif),
}


def read_circuit(path: Path | str) -> Netlist:
    r"""Read a netlist from a file in the form that its suffix tells.

    Parameters
    ----------
    path
        A file ``*.nor`` (the text form), ``*.aig`` or ``*.aag`` (AIGER), or ``*.blif``.

    Raises
    ------
    OptionError
        If the suffix is another one.
    NetlistError
        As in `read_netlist`, `read_aiger` and `read_blif`.

    Examples
    --------
    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp()) / "not.aag"
    >>> _ = target.write_text("aag 1 1 0 1 0\n2\n3\n")
    >>> read_circuit(target)
    <Netlist in[1], out[1]: 1 gates, 1 pins>
    """
    return _form(path).read(Path(path))


def write_circuit(net: Netlist, path: Path | str, *, remark: str = "") -> None:
    """Write a netlist to a file in the form that its suffix tells.

    Parameters
    ----------
    net
        The netlist.
    path
        A file ``*.nor`` (the text form), ``*.aig`` or ``*.aag`` (AIGER), or ``*.blif``.
    remark
        One line of text that stands in the file as a comment; `read_remark` finds it.

    Raises
    ------
    OptionError
        If the suffix is another one.
    OutputError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from nor2hdl.netlist import random_netlist
    >>> net = random_netlist(gates=100)
    >>> target = Path(tempfile.mkdtemp()) / "circuit.nor"
    >>> write_circuit(net, target)
    >>> read_circuit(target) == net
    True
    """
    _form(path).write(net, Path(path), remark=remark)


def read_remark(path: Path | str) -> str:
    """Return the remark that `write_circuit` wrote into a file; empty if there is none, or no such file.

    Examples
    --------
    >>> import tempfile
    >>> from nor2hdl.netlist import random_netlist
    >>> target = Path(tempfile.mkdtemp()) / "circuit.aig"
    >>> write_circuit(random_netlist(gates=100), target, remark="approximate: care set = 9 samples")
    >>> read_remark(target)
    'approximate: care set = 9 samples'
    """
    path = Path(path)
    suffix = path.suffix.lower()
    try:
        data = path.read_bytes() if suffix in _FORMS else b""
    except OSError:  # whoever reads the circuit says so
        return ""
    if suffix in {".aig", ".aag"}:
        found = data.rpartition(b"\nc\nnor2hdl\n")[2] if b"\nc\nnor2hdl\n" in data else b""
    else:
        lines = data.split(b"\n", 2)
        line = lines[suffix == ".nor"] if len(lines) > 1 else b""
        found = line.removeprefix(b"# ") if line.startswith(b"# ") else b""
    return found.split(b"\n")[0].decode(errors="replace").strip()


def _form(path: Path | str) -> _Form:
    form = _FORMS.get(Path(path).suffix.lower())
    if form is None:
        *most, last = _FORMS
        raise OptionError(f"circuit file must end in {', '.join(most)} or {last}, not {Path(path).name!r}")
    return form
