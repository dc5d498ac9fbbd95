"""The only maker of netlists."""

from __future__ import annotations

import contextlib
from array import array
from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.errors import NetlistError
from nor2hdl.netlist._checks import NO_TAG, check_port, check_tag
from nor2hdl.netlist._core import Netlist, Port, assemble
from nor2hdl.netlist._names import FALSE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Builder:
    """Collect inputs, NOR gates and outputs, then freeze them into a `Netlist`.

    Gates are kept as they are given, apart from their fan-ins, which are a set: sorted, each once.

    Examples
    --------
    >>> b = Builder()
    >>> x = b.input("x", 2)
    >>> with b.tagged("and"):
    ...     both = b.nor(b.nor(x[0]), b.nor(x[1]))
    >>> b.output("y", [both])
    >>> net = b.freeze()
    >>> net
    <Netlist x[2], y[1]: 3 gates, 4 pins>
    >>> net.origin(both)
    'and'
    """

    def __init__(self) -> None:
        self._inputs: list[Port] = []
        self._outputs: list[Port] = []
        self._offsets = array("q", [0])
        self._fanins = array("i")
        self._drivers = array("i")
        self._origins = array("i")
        self._tags: dict[str, int] = {}
        self._tag = NO_TAG
        self._num_nets = 1

    @property
    def num_nets(self) -> int:
        """Number of nets so far; the next gate will drive the net of this number."""
        return self._num_nets

    def input(self, name: str, width: int = 1) -> range:
        """Add an input port.

        Parameters
        ----------
        name
            Port name, unique in the netlist.
        width
            Number of bits.

        Returns
        -------
        range
            The nets of its bits, lowest first.

        Raises
        ------
        NetlistError
            If the name or width is illegal, or a gate has been added already.
        """
        if len(self._origins):
            raise NetlistError(f"input {name!r} must be added before the first gate")
        check_port(Port(name, width))
        self._inputs.append(Port(name, int(width)))
        start = self._num_nets
        self._num_nets += int(width)
        return range(start, self._num_nets)

    def nor(self, *fanins: int) -> int:
        """Add a gate that is true when no fan-in is; return its net.

        Parameters
        ----------
        *fanins
            Nets that exist already, in any order; a net named twice counts once. None at all makes the
            constant true.

        Raises
        ------
        NetlistError
            If a fan-in is no net number, or not that of a net there is already.
        """
        try:
            ordered = sorted(set(fanins))
            if ordered and not (ordered[0] >= 0 and ordered[-1] < self._num_nets):
                raise self._bad_net("fan-in must be a net", fanins)
            self._fanins.extend(ordered)
        except TypeError:
            del self._fanins[self._offsets[-1] :]
            raise self._bad_net("fan-in must be a net", fanins) from None
        self._offsets.append(len(self._fanins))
        self._origins.append(self._tag)
        self._num_nets += 1
        return self._num_nets - 1

    def constant(self, net: int) -> bool | None:
        """Return the value of a net that is constant as it stands, None for any other.

        Constant are net 0 and the gates without fan-ins.
        """
        if net == FALSE:
            return False
        gate = net - self._num_nets + len(self._origins)
        return True if gate >= 0 and self._offsets[gate] == self._offsets[gate + 1] else None

    def output(self, name: str, nets: Iterable[int]) -> None:
        """Add an output port driven by `nets`, lowest bit first.

        Raises
        ------
        NetlistError
            If the name is illegal or a net does not exist.
        """
        drivers = list(nets)
        port = Port(name, len(drivers))
        check_port(port)
        if not all(map(self._is_net, drivers)):
            raise self._bad_net(f"output {name!r} must be driven by nets", drivers)
        self._outputs.append(port)
        self._drivers.extend(drivers)

    def _is_net(self, value: object) -> bool:
        return isinstance(value, (int, np.integer)) and 0 <= int(value) < self._num_nets

    def _bad_net(self, rule: str, values: Iterable[object]) -> NetlistError:
        bad = next(value for value in values if not self._is_net(value))
        return NetlistError(f"{rule} in 0..{self._num_nets - 1}, not {bad!r}")

    @contextlib.contextmanager
    def tagged(self, tag: str) -> Iterator[None]:
        """Give every gate added in the block the provenance label `tag` (``""`` for none).

        Raises
        ------
        NetlistError
            If the label holds white space or is otherwise illegal.
        """
        before = self._tag
        self.set_tag(tag)
        try:
            yield
        finally:
            self._tag = before

    def set_tag(self, tag: str) -> None:
        """Give every gate added from now on the provenance label `tag` (``""`` for none).

        Raises
        ------
        NetlistError
            If the label holds white space or is otherwise illegal.
        """
        if not tag:
            self._tag = NO_TAG
            return
        if tag not in self._tags:
            check_tag(tag)
            self._tags[tag] = len(self._tags)
        self._tag = self._tags[tag]

    def freeze(self) -> Netlist:
        """Return the netlist built so far.

        Raises
        ------
        NetlistError
            If two ports share a name.
        """
        return assemble(
            inputs=tuple(self._inputs),
            outputs=tuple(self._outputs),
            offsets=np.array(self._offsets, np.int64),
            fanins=np.array(self._fanins, np.int32),
            drivers=np.array(self._drivers, np.int32),
            labels=np.array(self._origins, np.int32),
            tags=tuple(self._tags),
        )
