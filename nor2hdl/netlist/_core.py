"""The core type: a NOR netlist as read-only arrays."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nor2hdl.errors import NetlistError
from nor2hdl.netlist._checks import NO_TAG, check_gates, check_labels, check_ports
from nor2hdl.netlist._names import net_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import networkx as nx
    from numpy.typing import NDArray

    from nor2hdl.netlist._names import Net


class Port(NamedTuple):
    """A named vector of nets at the boundary of a netlist.

    Attributes
    ----------
    name
        Any name without white space and without the characters ``[ ] ( ) , = % #``; not ``0``.
    width
        Number of bits, at least 0.

    Examples
    --------
    >>> Port("pix", 8)
    Port(name='pix', width=8)
    """

    name: str
    width: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Netlist:
    """A combinational circuit of NOR gates; made by a `Builder`, never changed afterwards.

    Nets are numbered: net 0 is constant false, nets ``1 .. num_inputs`` are the input bits in port order,
    and every further net is the output of one NOR gate. Gates stand in topological order, so that the
    fan-ins of a gate are smaller than its own number. A gate without fan-ins is constant true. Where a net is
    asked for, its name will do as well: ``"pix[3]"``, ``"cls[0]"``, ``"%9"``; see `find_net`.

    Attributes
    ----------
    inputs
        Input ports; bit ``i`` of the first port is net ``1 + i``, and so on through the ports.
    outputs
        Output ports.
    offsets : int64 [gates + 1]
        Gate ``g`` (net ``first_gate + g``) has the fan-ins ``fanins[offsets[g]:offsets[g + 1]]``.
    fanins : int32 [pins]
        Nets that feed the gates; strictly ascending within a gate.
    drivers : int32 [output bits]
        The net that drives each output bit, in port order.
    origins : int32 [gates]
        Index into `tags` of what each gate came from, -1 for unknown.
    tags
        Provenance labels, such as ``"layer0/neuron17"`` or ``"argmax"``; unique, in the order of their first
        gate, none without a gate. `assemble` puts them so.

    Raises
    ------
    NetlistError
        If the arrays break one of the rules above.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x, y = b.input("x"), b.input("y")
    >>> b.output("z", [b.nor(x[0], y[0])])
    >>> net = b.freeze()
    >>> net.num_gates, net.num_pins, net.drivers.tolist()
    (1, 2, [3])
    """

    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    offsets: NDArray[np.int64]
    fanins: NDArray[np.int32]
    drivers: NDArray[np.int32]
    origins: NDArray[np.int32]
    tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_ports(self.inputs, self.outputs)
        check_gates(self)
        for array in (self.offsets, self.fanins, self.drivers, self.origins):
            array.flags.writeable = False

    @property
    def num_inputs(self) -> int:
        """Number of input bits."""
        return sum(port.width for port in self.inputs)

    @property
    def num_outputs(self) -> int:
        """Number of output bits."""
        return len(self.drivers)

    @property
    def num_gates(self) -> int:
        """Number of NOR gates."""
        return len(self.offsets) - 1

    @property
    def num_pins(self) -> int:
        """Number of gate inputs over all gates."""
        return len(self.fanins)

    @property
    def num_nets(self) -> int:
        """Number of nets: the constant, the inputs and the gates."""
        return 1 + self.num_inputs + self.num_gates

    @property
    def first_gate(self) -> int:
        """Net number of the first gate."""
        return 1 + self.num_inputs

    def fanin(self, net: Net) -> NDArray[np.int32]:
        """Return the nets that feed `net`: int32 [fan-in], empty for the constant and the inputs.

        Raises
        ------
        NetlistError
            If there is no such net.
        """
        gate = net_number(self, net) - self.first_gate
        if gate < 0:
            return self.fanins[:0]
        return self.fanins[self.offsets[gate] : self.offsets[gate + 1]]

    def fanin_lists(self) -> list[list[int]]:
        """Return the fan-ins of every gate as Python lists: the form for loops over all gates."""
        flat = self.fanins.tolist()
        offsets = self.offsets.tolist()
        return [flat[a:b] for a, b in itertools.pairwise(offsets)]

    def levels(self) -> NDArray[np.int32]:
        """Return the level of every net, int32 [nets]: 1 + the highest of its fan-ins, 0 where it has none.

        Inputs stand at level 0, and so does a gate without fan-ins, which is a constant.
        """
        level = [0] * self.first_gate
        append = level.append
        for fanin in self.fanin_lists():
            append(1 + max([level[f] for f in fanin]) if fanin else 0)
        return np.array(level, dtype=np.int32)

    def depth(self) -> int:
        """Return the number of gate levels on the longest path to an output."""
        return int(self.levels()[self.drivers].max(initial=0))

    def fanout(self, net: Net) -> NDArray[np.int32]:
        """Return the gates that `net` feeds: the function `nor2hdl.netlist.fanout` as a method."""
        from nor2hdl.netlist._inspect import fanout

        return fanout(self, net)

    def cone(self, nets: Net | Iterable[Net], *, name: str = "cone") -> Netlist:
        """Return the fan-in cone of some nets: the function `nor2hdl.netlist.cone` as a method."""
        from nor2hdl.netlist._inspect import cone

        return cone(self, nets, name=name)

    def path(self, start: Net, end: Net) -> list[int]:
        """Return a shortest path between two nets: the function `nor2hdl.netlist.path` as a method."""
        from nor2hdl.netlist._inspect import path

        return path(self, start, end)

    def to_networkx(self) -> nx.DiGraph:
        """Return the netlist as a graph: the function `nor2hdl.netlist.to_networkx` as a method."""
        from nor2hdl.netlist._graph import to_networkx

        return to_networkx(self)

    def origin(self, net: Net) -> str:
        """Return the provenance label of `net`, ``""`` where it has none."""
        gate = net_number(self, net) - self.first_gate
        tag = int(self.origins[gate]) if gate >= 0 else NO_TAG
        return "" if tag == NO_TAG else self.tags[tag]

    def input_nets(self, name: str) -> range:
        """Return the nets of the input port `name`.

        Raises
        ------
        NetlistError
            If there is no such port.
        """
        start, width = _find(self.inputs, name, "input")
        return range(1 + start, 1 + start + width)

    def output_nets(self, name: str) -> NDArray[np.int32]:
        """Return the nets that drive the output port `name`: int32 [width].

        Raises
        ------
        NetlistError
            If there is no such port.
        """
        start, width = _find(self.outputs, name, "output")
        return self.drivers[start : start + width]

    def with_outputs(self, names: Sequence[str]) -> Netlist:
        """Return the same gates with only the output ports `names`, in that order.

        Raises
        ------
        NetlistError
            If there is no such port.
        """
        found = [_find(self.outputs, name, "output") for name in names]
        drivers = [self.drivers[a : a + w] for a, w in found]
        return Netlist(
            inputs=self.inputs,
            outputs=tuple(Port(n, w) for n, (_, w) in zip(names, found, strict=True)),
            offsets=self.offsets,
            fanins=self.fanins,
            drivers=np.concatenate([np.empty(0, np.int32), *drivers]),
            origins=self.origins,
            tags=self.tags,
        )

    def port_bits(self) -> Iterator[tuple[str, int]]:
        """Yield ``(name, net)`` for every input bit, named ``port`` or ``port[i]``."""
        yield from zip(_bit_names(self.inputs), range(1, self.first_gate), strict=True)

    def output_bits(self) -> Iterator[tuple[str, int]]:
        """Yield ``(name, net)`` for every output bit, named ``port`` or ``port[i]``."""
        yield from zip(_bit_names(self.outputs), self.drivers.tolist(), strict=True)

    def digest(self) -> str:
        """Return a SHA-256 over ports, gates, outputs and provenance: equal netlists, equal digests."""
        ports = [[(name, int(width)) for name, width in side] for side in (self.inputs, self.outputs)]
        h = hashlib.sha256(repr((ports, self.tags)).encode())
        for array in (self.offsets, self.fanins, self.drivers, self.origins):
            h.update(array.astype("<i8").tobytes())
        return h.hexdigest()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Netlist):
            return NotImplemented
        return (
            (self.inputs, self.outputs, self.tags) == (other.inputs, other.outputs, other.tags)
            and np.array_equal(self.offsets, other.offsets)
            and np.array_equal(self.fanins, other.fanins)
            and np.array_equal(self.drivers, other.drivers)
            and np.array_equal(self.origins, other.origins)
        )

    def __hash__(self) -> int:
        return hash(self.digest())

    def __repr__(self) -> str:
        ports = ", ".join(f"{p.name}[{p.width}]" for p in (*self.inputs, *self.outputs))
        return f"<Netlist {ports}: {self.num_gates} gates, {self.num_pins} pins>"

    def _repr_html_(self) -> str:
        from nor2hdl.netlist._inspect import summary_html

        return summary_html(self)


def assemble(
    *,
    inputs: tuple[Port, ...],
    outputs: tuple[Port, ...],
    offsets: NDArray[np.int64],
    fanins: NDArray[np.int32],
    drivers: NDArray[np.int32],
    labels: NDArray[np.int32],
    tags: tuple[str, ...],
) -> Netlist:
    """Return a netlist from its arrays, with tags in the order of their first gate and none unused.

    Equal gates with equal labels thus make equal netlists, whatever tags were announced and in which order.

    Parameters
    ----------
    inputs, outputs, offsets, fanins, drivers
        As in `Netlist`, which takes the arrays over and makes them read-only.
    labels : int32 [gates]
        Index into `tags` of what each gate came from, -1 for unknown.
    tags
        Provenance labels, in any order.

    Raises
    ------
    NetlistError
        If a label is no index into the tags, or what is given breaks a rule of `Netlist`.

    Examples
    --------
    >>> none = np.array([], np.int32)
    >>> gates = {"offsets": np.array([0, 0, 0]), "fanins": none, "drivers": none}
    >>> labels = {"labels": np.array([2, 0], np.int32), "tags": ("argmax", "popcount/class0", "encoder")}
    >>> net = assemble(inputs=(), outputs=(), **gates, **labels)
    >>> net.tags, net.origins.tolist()
    (('encoder', 'argmax'), [0, 1])
    """
    check_labels("labels", labels, tags)
    used, first = np.unique(labels[labels != NO_TAG], return_index=True)
    used = used[np.argsort(first)]
    renumber = np.full(len(tags) + 1, NO_TAG, np.int32)  # the last entry serves index NO_TAG
    renumber[used] = np.arange(len(used))
    return Netlist(
        inputs=inputs,
        outputs=outputs,
        offsets=offsets,
        fanins=fanins,
        drivers=drivers,
        origins=renumber[labels],
        tags=tuple(tags[k] for k in used.tolist()),
    )


def _find(ports: tuple[Port, ...], name: str, kind: str) -> tuple[int, int]:
    start = 0
    for port in ports:
        if port.name == name:
            return start, port.width
        start += port.width
    known = ", ".join(repr(p.name) for p in ports) or "none"
    raise NetlistError(f"{kind} port must be one of {known}, not {name!r}")


def _bit_names(ports: tuple[Port, ...]) -> Iterator[str]:
    for port in ports:
        if port.width == 1:
            yield port.name
        else:
            yield from (f"{port.name}[{i}]" for i in range(port.width))
