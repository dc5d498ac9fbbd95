"""Random graphs as structures: generators made acyclic, and the layers that longest paths give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nor2hdl.errors import ModelError, OptionError
from nor2hdl.learn._checks import check_seed, check_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import networkx as nx
    from numpy.typing import NDArray

TRIES = 1000
"""Graphs that are drawn before a connected one is given up."""


def barabasi_albert(nodes: int, new_edges: int | None = None, *, seed: int = 0) -> nx.DiGraph:
    """Return a graph of preferential attachment [1]_, each edge from the lower to the higher node.

    Parameters
    ----------
    nodes
        Number of nodes.
    new_edges
        Edges that each new node brings; default: a tenth of the nodes, at least 1 [2]_.
    seed
        From 0 to 2^63 - 1.

    Raises
    ------
    OptionError
        If a number is out of range, or no node is left to attach to.

    References
    ----------
    .. [1] Barabasi, Albert: Emergence of scaling in random networks (Science, 1999).
    .. [2] Stier et al.: Properties of hidden structures of sparse neural networks (arXiv 2107.12917).

    Examples
    --------
    >>> sorted(barabasi_albert(4).in_degree())  # node 0 is the only source
    [(0, 0), (1, 1), (2, 1), (3, 1)]
    """
    _check_nodes(nodes, seed)
    new_edges = max(1, nodes // 10) if new_edges is None else new_edges
    check_whole("new_edges", new_edges, 1, OptionError)
    if new_edges >= nodes:
        raise OptionError(f"new_edges must be below the number of nodes ({nodes}), not {new_edges!r}")
    import networkx as nx  # here, because importing nor2hdl.learn must not load networkx

    return oriented(nx.barabasi_albert_graph(nodes, new_edges, seed=seed))


def watts_strogatz(
    nodes: int, neighbors: int | None = None, *, rewire: float = 1.0, seed: int = 0
) -> nx.DiGraph:
    """Return a connected small-world graph [1]_, each edge from the lower to the higher node.

    Parameters
    ----------
    nodes
        Number of nodes.
    neighbors
        Neighbors of a node in the ring before it is rewired, an odd one left out; default: a fifth of the
        nodes, at least 2.
    rewire
        Probability that an edge is rewired, 0 to 1.
    seed
        From 0 to 2^63 - 1.

    Raises
    ------
    OptionError
        If a number is out of range, or no connected graph was found in 1000 draws.

    References
    ----------
    .. [1] Watts, Strogatz: Collective dynamics of small-world networks (Nature, 1998).

    Examples
    --------
    >>> watts_strogatz(20, 4).number_of_edges()
    40
    """
    _check_nodes(nodes, seed)
    neighbors = max(2, nodes // 5) if neighbors is None else neighbors
    check_whole("neighbors", neighbors, 2, OptionError)
    if neighbors >= nodes:
        raise OptionError(f"neighbors must be below the number of nodes ({nodes}), not {neighbors!r}")
    if not isinstance(rewire, int | float) or not 0 <= rewire <= 1:
        raise OptionError(f"rewire must be from 0 to 1, not {rewire!r}")
    import networkx as nx  # here, because importing nor2hdl.learn must not load networkx

    return _connected(lambda draw: nx.watts_strogatz_graph(nodes, neighbors, rewire, seed=draw), seed)


def erdos_renyi(nodes: int, edges: int | None = None, *, seed: int = 0) -> nx.DiGraph:
    """Return a connected uniformly random graph, each edge from the lower to the higher node.

    Parameters
    ----------
    nodes
        Number of nodes.
    edges
        Number of edges; default: twice the nodes, as far as there is room.
    seed
        From 0 to 2^63 - 1.

    Raises
    ------
    OptionError
        If a number is out of range, or no connected graph was found in 1000 draws.

    Examples
    --------
    >>> erdos_renyi(20, 50).number_of_edges()
    50
    """
    _check_nodes(nodes, seed)
    most = nodes * (nodes - 1) // 2
    edges = min(2 * nodes, most) if edges is None else edges
    check_whole("edges", edges, nodes - 1, OptionError)
    if edges > most:
        raise OptionError(f"edges must be {most} or fewer between {nodes} nodes, not {edges!r}")
    import networkx as nx  # here, because importing nor2hdl.learn must not load networkx

    return _connected(lambda draw: nx.gnm_random_graph(nodes, edges, seed=draw), seed)


def oriented(graph: nx.Graph) -> nx.DiGraph:
    """Return an undirected graph made acyclic: each edge runs from the lower to the higher node.

    Parameters
    ----------
    graph
        Its nodes must be whole numbers.

    Raises
    ------
    ModelError
        If a node is no whole number.

    Examples
    --------
    >>> import networkx as nx
    >>> list(oriented(nx.Graph([(2, 0), (1, 2)])).edges())
    [(0, 2), (1, 2)]
    """
    import networkx as nx  # here, because importing nor2hdl.learn must not load networkx

    _check_numbers("nodes", graph)
    directed = nx.DiGraph()
    directed.add_nodes_from(sorted(graph.nodes()))
    directed.add_edges_from(sorted((min(e), max(e)) for e in graph.edges()))
    return directed


def _check_nodes(nodes: object, seed: object) -> None:
    check_whole("nodes", nodes, 2, OptionError)
    check_seed(seed, OptionError)


def _connected(draw: Callable[[int], nx.Graph], seed: int) -> nx.DiGraph:
    import networkx as nx  # here, because importing nor2hdl.learn must not load networkx

    random = np.random.default_rng(seed)
    for _ in range(TRIES):
        graph = draw(int(random.integers(2**32)))
        if nx.is_connected(graph):
            return oriented(graph)
    raise OptionError(f"graph must be connected, but none of {TRIES} was; ask for more edges")


@dataclass(frozen=True, slots=True, eq=False)
class Layered:
    """A directed acyclic graph in layers: the layer of a node is the longest path to it from an input.

    Attributes
    ----------
    layers
        The nodes of each layer, ascending; layer 0 holds the inputs.
    inputs
        The nodes that read the data, ascending.
    outputs
        The nodes whose values go out, ascending.
    edges
        Pairs (from, to), ascending.

    Examples
    --------
    >>> import networkx as nx
    >>> net = Layered.of(nx.DiGraph([(0, 1), (1, 2), (0, 2), (1, 3)]))
    >>> net.layers, net.outputs
    (((0,), (1,), (2, 3)), (2, 3))
    >>> net.mask(0, 2).tolist()  # the skip connection from node 0 to node 2
    [[True, False]]
    """

    layers: tuple[tuple[int, ...], ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    edges: tuple[tuple[int, int], ...]

    @classmethod
    def of(
        cls, graph: nx.DiGraph, *, inputs: Iterable[int] | None = None, outputs: Iterable[int] | None = None
    ) -> Layered:
        """Return the layers of a graph.

        Parameters
        ----------
        graph
            Directed and acyclic; its nodes are whole numbers.
        inputs
            The nodes that read the data, none of them with an edge into it; default: all without one.
            Nodes that no input reaches are left out: they could only be constants.
        outputs
            The nodes whose values go out; default: all, of those that inputs reach, without an edge out.

        Raises
        ------
        ModelError
            If the graph is undirected, a multigraph, empty or has a cycle, a node is no whole number, an
            input or output is no node, an input has an edge into it, or an output cannot be reached from any
            input.
        """
        import networkx as nx  # here, because importing nor2hdl.learn must not load networkx

        _check_graph(graph)
        starts = [v for v in graph if not graph.in_degree(v)] if inputs is None else list(inputs)
        _check_named(graph, "inputs", starts)
        fed = [v for v in starts if graph.in_degree(v)]
        if fed:
            raise ModelError(f"inputs must have no edge into them, but {_names(fed)} have; choose sources")
        reached = set(starts).union(*(nx.descendants(graph, v) for v in starts))
        kept = graph.subgraph(reached)
        ends = [v for v in kept if not kept.out_degree(v)] if outputs is None else list(outputs)
        _check_named(graph, "outputs", ends)
        lost = set(ends) - reached
        if lost:
            raise ModelError(
                f"outputs must be reached from an input, but {_names(lost)} cannot; connect or leave them out"
            )
        depth: dict[int, int] = {}
        for v in nx.topological_sort(kept):
            depth[v] = 1 + max((depth[u] for u in kept.predecessors(v)), default=-1)
        layers = tuple(
            tuple(sorted(v for v in depth if depth[v] == i)) for i in range(max(depth.values()) + 1)
        )
        return cls(layers, tuple(sorted(set(starts))), tuple(sorted(set(ends))), tuple(sorted(kept.edges())))

    @property
    def nodes(self) -> tuple[int, ...]:
        """All nodes, layer by layer: an order in which each edge runs forward."""
        return tuple(v for layer in self.layers for v in layer)

    def mask(self, source: int, target: int) -> NDArray[np.bool_]:
        """Return which nodes of one layer feed which of another, bool [source nodes, target nodes].

        Parameters
        ----------
        source, target
            Indices of layers; they need not be neighbors.

        Raises
        ------
        OptionError
            If there is no such layer.
        """
        for name, index in (("source", source), ("target", target)):
            if type(index) is not int or not 0 <= index < len(self.layers):
                raise OptionError(f"{name} must be a layer from 0 to {len(self.layers) - 1}, not {index!r}")
        return self.between(self.layers[source], self.layers[target])

    def between(self, sources: Sequence[int], targets: Sequence[int]) -> NDArray[np.bool_]:
        """Return which of some nodes feed which of others, bool [sources, targets]."""
        edges = set(self.edges)
        mask = [[(u, v) in edges for v in targets] for u in sources]
        return np.array(mask, bool).reshape(len(sources), len(targets))

    def graph(self) -> nx.DiGraph:
        """Return the graph of these nodes and edges."""
        import networkx as nx  # here, because importing nor2hdl.learn must not load networkx

        graph = nx.DiGraph()
        graph.add_nodes_from(sorted(self.nodes))
        graph.add_edges_from(self.edges)
        return graph


def _check_graph(graph: Any) -> None:
    import networkx as nx  # here, because importing nor2hdl.learn must not load networkx

    if not isinstance(graph, nx.Graph) or not graph.is_directed():
        raise ModelError(
            f"graph must be a directed networkx graph, not {type(graph).__name__}; orient its edges first"
        )
    if graph.is_multigraph():
        raise ModelError(
            f"graph must have one edge at most from node to node, not be a {type(graph).__name__}; make it a "
            "DiGraph"
        )
    if not len(graph):
        raise ModelError("graph must have at least one node, not none")
    _check_numbers("nodes", graph)
    if not nx.is_directed_acyclic_graph(graph):
        cycle = [u for u, _ in nx.find_cycle(graph)]
        raise ModelError(f"graph must have no cycle, but has {' -> '.join(map(str, [*cycle, cycle[0]]))}")


def _check_numbers(name: str, nodes: Iterable[object]) -> None:
    for v in nodes:
        if type(v) is not int:
            raise ModelError(f"{name} must be whole numbers, not {v!r}; relabel the graph")


def _check_named(graph: nx.DiGraph, name: str, nodes: Sequence[int]) -> None:
    if not nodes:
        raise ModelError(f"{name} must be one node or more, not none")
    _check_numbers(name, nodes)
    unknown = [v for v in nodes if v not in graph]
    if unknown:
        raise ModelError(f"{name} must be nodes of the graph, not {_names(unknown)}")


def _names(nodes: Iterable[int]) -> str:
    return "node(s) " + ", ".join(map(str, sorted(nodes)))
