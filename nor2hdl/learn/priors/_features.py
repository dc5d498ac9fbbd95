"""The structure of a graph as numbers, for the prediction of what a network of this structure reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.learn.priors._graphs import Layered

if TYPE_CHECKING:
    from collections.abc import Collection

    import networkx as nx

MEASURES = ("eccentricity", "degree", "closeness", "node_betweenness", "edge_betweenness")

FEATURES = (
    "layers",
    "nodes",
    "edges",
    "sources",
    "sinks",
    "diameter",
    "density",
    "path_length",
    *(f"{measure}_{moment}" for measure in MEASURES for moment in ("mean", "variance", "deviation")),
)
"""The names of the 23 structural features, in order."""


def structural_features(graph: nx.DiGraph | Layered) -> dict[str, float]:
    """Return the 23 structural features of a graph [1]_.

    ==================  ===================================================================================
    name                meaning
    ==================  ===================================================================================
    layers              layers by the longest path
    nodes, edges        their numbers
    sources, sinks      nodes without an edge in, without an edge out
    diameter            largest distance between two nodes
    density             edges / (nodes * (nodes - 1))
    path_length         mean distance between two nodes
    eccentricity_*      of each node the largest distance to another
    degree_*            of each node the share of the others that it is connected to
    closeness_*         of each node the inverse of its mean distance to the others
    node_betweenness_*  of each node the share of shortest paths that lead through it
    edge_betweenness_*  of each edge the share of shortest paths that lead over it
    ==================  ===================================================================================

    Each ``*`` is ``mean``, ``variance`` and ``deviation`` (of a sample, so divided by the count less 1; 0 of
    a single value). Distances, degrees and what follows are those of the undirected form; where it falls
    into parts, diameter, path length and eccentricity are those of its largest part (the one with the
    lowest node of several such), and closeness is that within a node's part times the share of the other
    nodes that are in it.

    Parameters
    ----------
    graph
        Directed and acyclic.

    Raises
    ------
    ModelError
        If the graph is undirected, empty or has a cycle.

    References
    ----------
    .. [1] Stier et al.: Properties of hidden structures of sparse neural networks (arXiv 2107.12917); the
       list is that of the experiments' published code.

    Examples
    --------
    >>> import networkx as nx
    >>> found = structural_features(nx.DiGraph([(0, 1), (1, 2)]))
    >>> len(found), found["layers"], found["diameter"], round(found["degree_mean"], 3)
    (23, 3.0, 2.0, 0.667)
    """
    import networkx as nx  # here, because importing nor2hdl.learn must not load networkx

    net = graph if isinstance(graph, Layered) else Layered.of(graph)
    directed = net.graph()
    plain = directed.to_undirected()
    whole = plain.subgraph(max(nx.connected_components(plain), key=lambda part: (len(part), -min(part))))
    eccentricity = nx.eccentricity(whole)
    values = {
        "eccentricity": eccentricity.values(),
        "degree": nx.degree_centrality(plain).values() if len(plain) > 1 else [0.0],
        "closeness": nx.closeness_centrality(plain).values(),
        "node_betweenness": nx.betweenness_centrality(plain).values(),
        "edge_betweenness": nx.edge_betweenness_centrality(plain).values(),
    }
    counts = (
        len(net.layers),
        len(plain),
        plain.number_of_edges(),
        sum(not d for _, d in directed.in_degree()),
        sum(not d for _, d in directed.out_degree()),
        max(eccentricity.values()),
        nx.density(directed),
        nx.average_shortest_path_length(whole),
    )
    moments = [m for measure in MEASURES for m in _moments(values[measure])]
    return dict(zip(FEATURES, (float(x) for x in (*counts, *moments)), strict=True))


def _moments(values: Collection[float]) -> tuple[float, float, float]:
    if not values:
        return 0.0, 0.0, 0.0
    sample = np.fromiter(values, float)
    variance = float(sample.var(ddof=1)) if len(sample) > 1 else 0.0
    return float(sample.mean()), variance, variance**0.5
