"""Read a combinational BLIF file as a netlist."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.errors import NetlistError
from nor2hdl.formats._blif_parse import parse_blif
from nor2hdl.formats._ports import fitting_ports, joined_ports
from nor2hdl.netlist import FALSE, Builder, Netlist, loop_text, stable_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from nor2hdl.formats._blif_parse import Blif, Cover

_NO_SOURCE = -1


def read_blif(path: Path | str, like: Netlist | None = None) -> Netlist:
    r"""Read a combinational BLIF file, of one model made of ``.names`` only, as a netlist.

    A cube becomes one gate, the NOR of the complements of its literals. A cover of several cubes becomes the
    NOR of the cubes, which is the complement of an on-set and the function of an off-set. Each net has at
    most one inverter for all that need its complement. A cover that is a NOR itself becomes just that gate,
    needed or not, so that a file of `write_blif` gives the same gates in the same order.

    Without `like`, names ``name[0]``, ``name[1]``, ... in a row make a port; where the names of the inputs
    and outputs do not make ports, the ports are called ``in`` and ``out``.

    Parameters
    ----------
    path
        The file to read. Tables may stand in any order.
    like
        A netlist whose ports the result takes over bit by bit, in place of the names in the file.

    Raises
    ------
    NetlistError
        If the file cannot be read, is not UTF-8, is cut short, holds latches, subcircuits, cells of a library
        or several models, has a bad row in a cover, drives a signal twice or never, has tables in a loop, or
        does not have as many inputs and outputs as `like`. The error names file and line.

    References
    ----------
    "Berkeley Logic Interchange Format (BLIF)", University of California, Berkeley, 1992.

    Examples
    --------
    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp()) / "xor.blif"
    >>> _ = target.write_text(".model xor\n.inputs a b\n.outputs y\n.names a b y\n00 0\n11 0\n.end\n")
    >>> net = read_blif(target)
    >>> net, net.fanin_lists()
    (<Netlist a[1], b[1], y[1]: 5 gates, 8 pins>, [[1, 2], [1], [2], [4, 5], [3, 6]])
    """
    try:
        with Path(path).open("rb") as lines:
            blif = parse_blif(lines, str(path))
    except OSError as error:
        raise NetlistError(f"cannot read {path}: {error.strerror}; check the path") from error
    if like is None:
        inputs, outputs = joined_ports(list(blif.inputs), list(blif.outputs))
    else:
        inputs, outputs = fitting_ports(like, len(blif.inputs), len(blif.outputs), str(path))
    order = _order(blif, _sources(blif))
    builder = Builder()
    for port in inputs:
        builder.input(*port)
    nets = iter(_Gates(builder).output_nets(blif, order))
    for name, width in outputs:
        builder.output(name, itertools.islice(nets, width))
    return builder.freeze()


def _sources(blif: Blif) -> NDArray[np.int64]:
    """Return what drives each signal: table k as k + 1, an input as 0.

    A signal without a driver that no output depends on counts as an input: yosys leaves such behind.
    """
    names, driven = list(blif.signals), np.array(blif.driven)
    sources = np.full(len(names), _NO_SOURCE)
    sources[driven[::-1]] = np.arange(len(driven), 0, -1)  # of two tables the upper one
    sources[[blif.signals[name] for name in blif.inputs]] = 0
    for k in np.flatnonzero(sources[driven] != np.arange(1, len(driven) + 1))[:1]:
        name = names[driven[k]]
        other = blif.inputs.get(name) or blif.lines[sources[driven[k]] - 1]
        problem = f"signal {name!r} must have one driver, but line {other} drives it already; remove one"
        raise blif.error(blif.lines[k], problem)
    lacking = np.flatnonzero(sources == _NO_SOURCE)
    if len(lacking):
        needed = _needed(blif, sources)
        for name in [names[signal] for signal in lacking if needed[signal]][:1]:
            problem = f"signal {name!r} must have a driver; add a '.names' for it or make it an input"
            raise blif.error(blif.first_line(name), problem)
    sources[lacking] = 0
    return sources


def _needed(blif: Blif, sources: NDArray[np.int64]) -> bytearray:
    """Return for every signal whether an output depends on it."""
    needed = bytearray(len(blif.signals))
    stack = [blif.signals[name] for name in blif.outputs]
    while stack:
        signal = stack.pop()
        table = sources[signal] - 1
        if table >= 0 and not needed[signal]:
            stack.extend(blif.pins[blif.offsets[table] : blif.offsets[table + 1]])
        needed[signal] = True
    return needed


def _order(blif: Blif, sources: NDArray[np.int64]) -> Sequence[int]:
    """Return an order of the tables in which each stands below those that feed it."""
    tables = len(blif.driven)
    needed = sources[np.array(blif.pins)]
    owner = np.repeat(np.arange(1, tables + 1), np.diff(blif.offsets))
    if (needed < owner).all():
        return range(tables)
    flat = needed.tolist()
    order, loop = stable_order([flat[a:b] for a, b in itertools.pairwise(blif.offsets)], 1)
    if loop:
        names = list(blif.signals)
        ring = loop_text([names[blif.driven[k]] for k in [*loop, loop[0]]])
        problem = f"signals must not form a loop, but these do: {ring}; break the loop"
        raise blif.error(blif.lines[loop[0]], problem)
    return order


class _Gates:
    """The gates so far. A literal is ``2 * net``, plus 1 for its complement."""

    def __init__(self, builder: Builder) -> None:
        self.builder = builder
        self.complements: dict[int, int] = {}  # net -> the net of its complement

    def output_nets(self, blif: Blif, order: Iterable[int]) -> list[int]:
        """Add the gates of all tables; return the net of each output bit."""
        literals = [0] * len(blif.signals)
        for net, name in enumerate(blif.inputs, 1):
            literals[blif.signals[name]] = 2 * net
        pins, offsets = blif.pins.tolist(), blif.offsets.tolist()
        for k in order:
            feeding = [literals[pin] for pin in pins[offsets[k] : offsets[k + 1]]]
            literals[blif.driven[k]] = self.table(blif.covers[blif.cover_of[k]], feeding)
        return [self.net(literals[blif.signals[name]]) for name in blif.outputs]

    def table(self, cover: Cover, pins: Sequence[int]) -> int:
        """Return the literal of a cover over `pins`, which are literals."""
        cubes = [[pins[code >> 1] ^ (code & 1) for code in cube] for cube in cover.cubes]
        if not cubes:
            return 2 * FALSE
        if len(cubes) > 1:
            return 2 * self.nor([self.cube(cube) for cube in cubes]) ^ cover.value
        literal = self.cube(cubes[0]) ^ cover.value ^ 1
        inverts = literal & 1 and not any(pins[code >> 1] & 1 for code in cover.cubes[0])
        if inverts and len(cubes[0]) < 2:
            return 2 * self.inverter(literal >> 1, *[pin >> 1 for pin in cubes[0]])  # as the file has it
        return literal

    def cube(self, cube: Sequence[int]) -> int:
        """Return the literal that is the conjunction of literals."""
        if not cube:
            return 2 * FALSE + 1
        return cube[0] if len(cube) == 1 else 2 * self.nor([literal ^ 1 for literal in cube])

    def nor(self, literals: Iterable[int]) -> int:
        """Return the net of a new gate over literals."""
        return self.builder.nor(*[self.net(literal) for literal in literals])

    def net(self, literal: int) -> int:
        """Return the net of a literal: for a complement that of an inverter, the same for all."""
        net = literal >> 1
        if not literal & 1:
            return net
        known = self.complements.get(net)
        if known is None:
            return self.inverter(net, net) if net != FALSE else self.inverter(FALSE)
        return known

    def inverter(self, net: int, *fanins: int) -> int:
        """Return the net of a new gate over `fanins`, which is the complement of `net`."""
        inverse = self.builder.nor(*fanins)
        self.complements.setdefault(net, inverse)
        self.complements.setdefault(inverse, net)
        return inverse
