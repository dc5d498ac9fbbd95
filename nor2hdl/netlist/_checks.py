"""The rules of a netlist: ports, gates, outputs and provenance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.errors import NetlistError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.netlist._core import Netlist, Port

NO_TAG = -1


def check_ports(inputs: tuple[Port, ...], outputs: tuple[Port, ...]) -> None:
    """Raise `NetlistError` unless the ports are legal and their names unique."""
    seen: set[str] = set()
    for port in (*inputs, *outputs):
        check_port(port)
        if port.name in seen:
            raise NetlistError(f"port names must be unique, but {port.name!r} is there twice; rename one")
        seen.add(port.name)


def check_port(port: Port) -> None:
    """Raise `NetlistError` unless the port has a legal name and width."""
    name, width = port
    if not name or not name.isprintable() or any(c.isspace() or c in "[](),=%#" for c in name):
        raise NetlistError(
            f"port name must be printable, without white space and without [ ] ( ) , = % #, not {name!r}"
        )
    if name == "0":
        raise NetlistError("port name must not be '0', which is constant false; rename the port")
    if isinstance(width, bool) or not isinstance(width, (int, np.integer)) or width < 0:
        raise NetlistError(f"width of port {name!r} must be a whole number, 0 or more, not {width!r}")


def check_gates(net: Netlist) -> None:
    """Raise `NetlistError` unless gates, outputs and provenance keep the rules of `Netlist`."""
    offsets, fanins = net.offsets, net.fanins
    if len(offsets) < 1 or offsets[0] != 0 or offsets[-1] != len(fanins) or (np.diff(offsets) < 0).any():
        raise NetlistError("offsets must ascend from 0 to the number of pins")
    owner = np.repeat(np.arange(net.num_gates), np.diff(offsets))
    bad = np.flatnonzero((fanins < 0) | (fanins >= owner + net.first_gate))
    if len(bad):
        gate = net.first_gate + int(owner[bad[0]])
        raise NetlistError(f"gate %{gate} must have fan-ins in 0..{gate - 1}, not {int(fanins[bad[0]])}")
    bad = np.flatnonzero((np.diff(fanins) <= 0) & (owner[1:] == owner[:-1]))
    if len(bad):
        gate = net.first_gate + int(owner[bad[0]])
        raise NetlistError(f"fan-ins of gate %{gate} must be strictly ascending")
    width = sum(port.width for port in net.outputs)
    if len(net.drivers) != width:
        raise NetlistError(f"outputs must have {width} drivers, one a bit, not {len(net.drivers)}")
    if ((net.drivers < 0) | (net.drivers >= net.num_nets)).any():
        raise NetlistError(f"every output must be driven by a net in 0..{net.num_nets - 1}")
    if len(net.origins) != net.num_gates:
        raise NetlistError(f"origins must have one entry a gate ({net.num_gates}), not {len(net.origins)}")
    _check_tags(net.origins, net.tags)


def _check_tags(origins: NDArray[np.int32], tags: tuple[str, ...]) -> None:
    check_labels("origins", origins, tags)
    if len(set(tags)) != len(tags):
        raise NetlistError("tags must be unique")
    for tag in tags:
        check_tag(tag)
    highest = np.maximum.accumulate(np.append(NO_TAG, origins))
    skipping = np.flatnonzero(origins > highest[:-1] + 1)
    last = int(highest[skipping[0] if len(skipping) else -1])
    if last + 1 < len(tags):
        raise NetlistError(
            f"tags must stand in the order of their first gate, each with a gate, but {tags[last + 1]!r} "
            "does not; make the netlist with assemble"
        )


def check_labels(name: str, labels: NDArray[np.int32], tags: tuple[str, ...]) -> None:
    """Raise `NetlistError` unless every label is an index into the tags, or `NO_TAG`."""
    if ((labels < NO_TAG) | (labels >= len(tags))).any():
        raise NetlistError(f"{name} must be indices into the {len(tags)} tags, or {NO_TAG}")


def check_tag(tag: str) -> None:
    """Raise `NetlistError` unless `tag` can be a provenance label."""
    if not tag or not tag.isprintable() or any(c.isspace() or c == "#" for c in tag) or tag == "-":
        raise NetlistError(f"tag must be printable, without white space and '#', and not '-', not {tag!r}")
