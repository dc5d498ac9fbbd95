"""Searches keep to their budget and their sizes, and breeding beats chance where it can."""

from __future__ import annotations

import statistics
from functools import partial

import networkx as nx
import pytest

from nor2hdl.errors import OptionError
from nor2hdl.learn.priors import SearchConfig, best_trial, genetic_search, random_search


def early(graph):
    """Return the share of edges that leave the first three nodes: something that crossover can gather."""
    return sum(u < 3 for u, _ in graph.edges()) / graph.number_of_edges()


def searches(config, evaluate=early):
    return (
        random_search(evaluate, config),
        genetic_search(evaluate, config),
        genetic_search(evaluate, config, predictor=True),
    )


def edges(trials):
    return [tuple(t.graph.edges()) for t in trials]


def test_budget_and_sizes_are_kept_and_nothing_is_tried_twice():
    config = SearchConfig(nodes=8, edges=10, budget=20, population=6, brood=4, candidates=5)
    for search in (random_search, genetic_search, partial(genetic_search, predictor=True)):
        seen = []
        trials = search(early, config, watch=seen.append)
        assert len(trials) == len(set(edges(trials))) == 20
        for trial in trials:
            assert nx.is_directed_acyclic_graph(trial.graph)
            assert (len(trial.graph), trial.graph.number_of_edges()) == (8, 10)
            assert trial.accuracy == early(trial.graph)
        assert seen == trials


def test_searches_are_repeatable():
    config = SearchConfig(nodes=8, edges=10, budget=12, population=6, seed=3)
    for first, second in zip(searches(config), searches(config), strict=True):
        assert edges(first) == edges(second)
    other = SearchConfig(nodes=8, edges=10, budget=12, population=6, seed=4)
    assert edges(random_search(early, other)) != edges(random_search(early, config))


def deep(graph):
    """Return the longest path, a feature that the predictor sees, as a share of the largest there can be."""
    return nx.dag_longest_path_length(graph) / len(graph)


def mean_best(search, evaluate, **settings):
    configs = [SearchConfig(nodes=12, edges=20, seed=seed, **settings) for seed in range(3)]
    return statistics.mean(best_trial(search(evaluate, config)).accuracy for config in configs)


def test_breeding_beats_chance_on_a_plain_task():
    bred, chance = (mean_best(search, early, budget=150) for search in (genetic_search, random_search))
    assert bred > chance + 0.1


def test_a_predictor_beats_breeding_alone_on_a_plain_task():
    guided = partial(genetic_search, predictor=True)
    found = [mean_best(search, deep, budget=36, brood=12) for search in (guided, genetic_search)]
    assert found[0] > found[1] + 0.05


def test_best_is_the_first_of_equals():
    trials = random_search(lambda _: 0.5, SearchConfig(nodes=5, edges=4, budget=5))
    assert best_trial(trials) is trials[0]


def test_budget_below_the_population():
    config = SearchConfig(nodes=5, edges=4, budget=3)
    assert [len(trials) for trials in searches(config)] == [3, 3, 3]


def test_more_structures_than_there_are():
    config = SearchConfig(nodes=3, edges=1, budget=4, population=2)
    for search in (random_search, genetic_search):
        with pytest.raises(OptionError) as caught:
            search(early, config)
        assert str(caught.value) == (
            "budget must leave structures to find, but 3 of 3 nodes and 1 edges were made; ask for fewer"
        )


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"edges": 10}, "edges must be below 10, all that 5 nodes have, not 10"),
        ({"nodes": 2}, "nodes must be 3 or more, not 2"),
        ({"budget": 0}, "budget must be 1 or more, not 0"),
        ({"population": 1}, "population must be 2 or more, not 1"),
        ({"mutation": -1.0}, "mutation must be 0 or more, not -1.0"),
    ],
)
def test_bad_settings(settings, message):
    with pytest.raises(OptionError) as caught:
        SearchConfig(**{"nodes": 5, "edges": 4, "budget": 3} | settings)
    assert str(caught.value) == message
