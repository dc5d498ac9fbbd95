"""The netlist as a networkx graph: a complete view, for networkx's algorithms and for edits by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nor2hdl.errors import NetlistError
from nor2hdl.netlist._builder import Builder
from nor2hdl.netlist._checks import NO_TAG
from nor2hdl.netlist._core import Netlist, Port
from nor2hdl.netlist._names import FALSE, find_bit, loop_text, net_names
from nor2hdl.netlist._order import stable_order

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    import networkx as nx

_KINDS = ("const", "input", "nor", "output")


def to_networkx(net: Netlist) -> nx.DiGraph:
    """Return a netlist as a directed graph; `from_networkx` gives the netlist back.

    Nets are nodes under their numbers, output bits under their names (``"cls[0]"``). Every node has

    - ``kind``: ``"const"`` (net 0), ``"input"``, ``"nor"`` or ``"output"``;
    - ``name``: ``"0"``, ``"pix[3]"``, ``"%9"``, ``"cls[0]"``;
    - ``level``: gates on the longest way to it from an input, see `Netlist.levels`;
    - ``provenance``: the label of what a gate came from, ``""`` where there is none.

    Edges run from each fan-in to its gate, with the place among the gate's fan-ins as ``pin``, and from
    each driver to its output bit. ``graph.graph`` holds the ports as ``inputs`` and ``outputs``.

    Parameters
    ----------
    net
        The netlist.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 2)
    >>> with b.tagged("layer0/neuron5"):
    ...     b.output("y", [b.nor(*x)])
    >>> graph = to_networkx(b.freeze())
    >>> graph.nodes[3]
    {'kind': 'nor', 'name': '%3', 'level': 1, 'provenance': 'layer0/neuron5'}
    >>> list(graph.edges(data="pin"))
    [(1, 3, 0), (2, 3, 1), (3, 'y', 0)]
    """
    import networkx as nx  # here, because importing nor2hdl.netlist must not load networkx

    levels = net.levels().tolist()
    graph = nx.DiGraph(inputs=list(net.inputs), outputs=list(net.outputs))
    graph.add_nodes_from(_net_nodes(net, levels))
    for gate, fanin in enumerate(net.fanin_lists(), net.first_gate):
        graph.add_edges_from((f, gate, {"pin": pin}) for pin, f in enumerate(fanin))
    for name, driver in net.output_bits():
        graph.add_node(name, kind="output", name=name, level=levels[driver], provenance="")
        graph.add_edge(driver, name, pin=0)
    return graph


def _net_nodes(net: Netlist, levels: list[int]) -> Iterator[tuple[int, dict[str, Any]]]:
    kinds = ["const", *["input"] * net.num_inputs, *["nor"] * net.num_gates]
    origins = [*[NO_TAG] * net.first_gate, *net.origins.tolist()]
    rows = zip(kinds, net_names(net), levels, origins, strict=True)
    for number, (kind, name, level, origin) in enumerate(rows):
        provenance = "" if origin == NO_TAG else net.tags[origin]
        yield number, {"kind": kind, "name": name, "level": level, "provenance": provenance}


def from_networkx(graph: nx.DiGraph) -> Netlist:
    """Return the netlist that a graph in the form of `to_networkx` describes.

    Gates are numbered in the order of their node numbers, moved only where a gate would stand above one
    of its fan-ins; numbers may be left out. ``level`` and ``pin``, and the ``name`` of gates, are not
    read; ``provenance`` may be missing.

    Parameters
    ----------
    graph
        A graph with the attributes that `to_networkx` describes.

    Raises
    ------
    NetlistError
        If the graph is not a plain directed graph; the ports are missing or bad; a node has no kind; a gate
        has no integer as its node; port bits and their nodes do not match one to one; an edge runs into
        an input or the constant or out of an output; an output does not have one driver; a provenance
        is no label; or the gates form a loop.

    Examples
    --------
    >>> import networkx as nx
    >>> graph = nx.DiGraph(inputs=[("x", 1)], outputs=[("y", 1)])
    >>> graph.add_node(1, kind="input", name="x")
    >>> graph.add_node(2, kind="nor")
    >>> graph.add_node("y", kind="output", name="y")
    >>> graph.add_edges_from([(1, 2), (2, "y")])
    >>> from_networkx(graph)
    <Netlist x[1], y[1]: 1 gates, 1 pins>
    """
    import networkx as nx  # here, because importing nor2hdl.netlist must not load networkx

    if not isinstance(graph, nx.DiGraph) or graph.is_multigraph():
        raise NetlistError(f"graph must be a networkx.DiGraph, not {type(graph).__name__}")
    builder = Builder()
    inputs, outputs = _ports(graph, "inputs"), _ports(graph, "outputs")
    for port in inputs:
        builder.input(port.name, port.width)
    nodes = _nodes_by_kind(graph)
    nets: dict[Hashable, int] = dict.fromkeys(nodes["const"], FALSE)
    bits = _bit_nodes(graph, nodes["input"], inputs, "input")
    nets |= {node: net for net, node in enumerate(bits, 1)}
    _check_sources(graph, nets)
    _add_gates(graph, nodes["nor"], builder, nets)
    drivers = [_driver(graph, node, nets) for node in _bit_nodes(graph, nodes["output"], outputs, "output")]
    start = 0
    for port in outputs:
        builder.output(port.name, drivers[start : start + port.width])
        start += port.width
    return builder.freeze()


def _ports(graph: nx.DiGraph, key: str) -> list[Port]:
    value = graph.graph.get(key)
    if not isinstance(value, (list, tuple)):
        raise NetlistError(f"graph.graph[{key!r}] must be a list of pairs (name, width), not {value!r}")
    for pair in value:
        named = isinstance(pair, (list, tuple)) and len(pair) == 2 and isinstance(pair[0], str)
        if not named or not isinstance(pair[1], int):
            raise NetlistError(f"graph.graph[{key!r}] must hold pairs (name, width), not {pair!r}")
    return [Port(*pair) for pair in value]


def _nodes_by_kind(graph: nx.DiGraph) -> dict[str, list[Hashable]]:
    nodes: dict[str, list[Hashable]] = {kind: [] for kind in _KINDS}
    for node, kind in graph.nodes(data="kind"):
        if kind not in _KINDS:
            known = ", ".join(repr(k) for k in _KINDS)
            raise NetlistError(f"kind of node {node!r} must be one of {known}, not {kind!r}")
        nodes[kind].append(node)
    return nodes


def _bit_nodes(graph: nx.DiGraph, nodes: list[Hashable], ports: list[Port], kind: str) -> list[Hashable]:
    """Return the node of every port bit, in port order."""
    starts: dict[str, tuple[int, int]] = {}
    total = 0
    for port in ports:
        starts[port.name] = total, port.width
        total += port.width
    found: dict[int, Hashable] = {}
    for node in nodes:
        name = graph.nodes[node].get("name")
        bit = find_bit(name, starts) if isinstance(name, str) else None
        if bit is None:
            known = ", ".join(starts) or "none"
            raise NetlistError(f"name of {kind} node {node!r} must be a bit of {known}, not {name!r}")
        if bit in found:
            raise NetlistError(f"{kind} nodes {found[bit]!r} and {node!r} must not share the name {name!r}")
        found[bit] = node
    if len(found) != total:
        missing = next(bit for bit in range(total) if bit not in found)
        name, start = next((p, s) for p, (s, w) in starts.items() if s <= missing < s + w)
        raise NetlistError(
            f"{kind} port {name!r} must have a node for every bit, but bit {missing - start} has none"
        )
    return [found[bit] for bit in range(total)]


def _check_sources(graph: nx.DiGraph, nodes: Iterable[Hashable]) -> None:
    for node in nodes:
        for before in graph.predecessors(node):
            kind = graph.nodes[node]["kind"]
            raise NetlistError(f"{kind} node {node!r} must have no edge into it, not one from {before!r}")


def _add_gates(graph: nx.DiGraph, nodes: list[Any], builder: Builder, nets: dict[Hashable, int]) -> None:
    """Add the gates to the builder in topological order, and their nets to `nets`."""
    for node in nodes:
        if not isinstance(node, int):
            raise NetlistError(f"node of a gate must be its net number, not {node!r}")
    first = builder.num_nets
    gates = sorted(nodes)
    place = nets | {node: first + k for k, node in enumerate(gates)}
    fanins = [[_source(place, before, node) for before in graph.predecessors(node)] for node in gates]
    order, loop = stable_order(fanins, first)
    if loop:
        ring = loop_text([str(gates[k]) for k in [*loop, loop[0]]])
        raise NetlistError(f"gates must not form a loop, but these nodes do: {ring}; break the loop")
    net_of = [*range(first), *[0] * len(gates)]
    for k in order:
        builder.set_tag(_provenance(graph, gates[k]))
        net_of[first + k] = builder.nor(*[net_of[f] for f in fanins[k]])
        nets[gates[k]] = net_of[first + k]


def _provenance(graph: nx.DiGraph, node: int) -> str:
    label = graph.nodes[node].get("provenance", "")
    if not isinstance(label, str):
        raise NetlistError(f"provenance of node {node!r} must be a text, not {label!r}")
    return label


def _driver(graph: nx.DiGraph, node: Hashable, nets: dict[Hashable, int]) -> int:
    drivers = list(graph.predecessors(node))
    if len(drivers) != 1:
        raise NetlistError(f"output node {node!r} must have one edge into it, not {len(drivers)}")
    return _source(nets, drivers[0], node)


def _source(nets: dict[Hashable, int], before: Hashable, node: Hashable) -> int:
    if before not in nets:
        raise NetlistError(f"edge into node {node!r} must start at a net, not at the output {before!r}")
    return nets[before]
