"""Structural features against values worked out by hand."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nor2hdl.errors import ModelError
from nor2hdl.learn.priors import FEATURES, Layered, erdos_renyi, structural_features


def test_there_are_23_names():
    assert len(FEATURES) == len(set(FEATURES)) == 23
    assert FEATURES[:8] == (
        "layers",
        "nodes",
        "edges",
        "sources",
        "sinks",
        "diameter",
        "density",
        "path_length",
    )


def test_a_path_of_three_nodes():
    assert structural_features(nx.DiGraph([(0, 1), (1, 2)])) == pytest.approx(
        {
            "layers": 3,
            "nodes": 3,
            "edges": 2,
            "sources": 1,
            "sinks": 1,
            "diameter": 2,
            "density": 2 / 6,
            "path_length": 4 / 3,  # distances 1, 1, 2
            "eccentricity_mean": 5 / 3,  # 2, 1, 2
            "eccentricity_variance": 1 / 3,
            "eccentricity_deviation": (1 / 3) ** 0.5,
            "degree_mean": 2 / 3,  # 1/2, 1, 1/2
            "degree_variance": 1 / 12,
            "degree_deviation": (1 / 12) ** 0.5,
            "closeness_mean": 7 / 9,  # 2/3, 1, 2/3
            "closeness_variance": 1 / 27,
            "closeness_deviation": (1 / 27) ** 0.5,
            "node_betweenness_mean": 1 / 3,  # 0, 1, 0
            "node_betweenness_variance": 1 / 3,
            "node_betweenness_deviation": (1 / 3) ** 0.5,
            "edge_betweenness_mean": 2 / 3,  # each edge lies on 2 of 3 shortest paths
            "edge_betweenness_variance": 0,
            "edge_betweenness_deviation": 0,
        }
    )


def test_a_star_with_a_skip():
    found = structural_features(nx.DiGraph([(0, 1), (0, 2), (0, 3), (1, 3)]))
    expected = {
        "layers": 3,
        "sources": 1,
        "sinks": 2,
        "diameter": 2,
        "density": 4 / 12,
        "path_length": (4 * 1 + 2 * 2) / 6,
        "eccentricity_mean": 7 / 4,  # 1, 2, 2, 2
        "eccentricity_variance": 1 / 4,
        "degree_mean": (1 + 2 / 3 + 1 / 3 + 2 / 3) / 4,
        "closeness_mean": (1 + 3 / 4 + 3 / 5 + 3 / 4) / 4,
        "node_betweenness_mean": (2 / 3) / 4,  # 2 of the 3 pairs without node 0 go through it
        "edge_betweenness_mean": (2 + 3 + 2 + 1) / 4 / 6,
    }
    assert {k: found[k] for k in expected} == pytest.approx(expected)


def test_a_single_node():
    found = structural_features(nx.empty_graph(1, nx.DiGraph))
    assert {k: v for k, v in found.items() if v} == {"layers": 1, "nodes": 1, "sources": 1, "sinks": 1}


def test_distances_are_those_of_the_largest_part():
    graph = nx.DiGraph([(0, 1), (2, 3), (3, 4), (4, 5)])
    found = structural_features(graph)
    assert (found["nodes"], found["sources"], found["diameter"]) == (6, 2, 3)
    assert found["path_length"] == pytest.approx(10 / 6)
    # Nodes 0 and 1 reach 1 of 5 others; the ends of the path 3 of 5 at a mean of 2, its middle at one of 4/3.
    assert found["closeness_mean"] == pytest.approx((2 / 5 + 2 * 3 / 5 / 2 + 2 * 3 / 5 / (4 / 3)) / 6)


@given(seed=st.integers(0, 999))
def test_numbers_of_nodes_do_not_matter(seed):
    graph = erdos_renyi(10, 20, seed=seed)
    other = nx.relabel_nodes(graph, {v: 100 - v for v in graph})
    assert structural_features(other) == pytest.approx(structural_features(graph))
    assert structural_features(Layered.of(graph)) == structural_features(graph)
    assert tuple(structural_features(graph)) == FEATURES


def test_undirected_graph_is_refused():
    with pytest.raises(ModelError, match=r"^graph must be a directed networkx graph, not Graph;"):
        structural_features(nx.path_graph(3))
