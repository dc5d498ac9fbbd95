"""Search among structures: at random, by breeding, and by breeding that a predictor filters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.errors import OptionError
from nor2hdl.learn._checks import check_finite, check_seed, check_whole
from nor2hdl.learn.priors._predict import feature_matrix, forest

if TYPE_CHECKING:
    from collections.abc import Callable

    import networkx as nx
    from numpy.typing import NDArray

    Genome = NDArray[np.bool_]
    Evaluate = Callable[[nx.DiGraph], float]

TRIES = 1000
"""Genomes that are drawn before a new one is given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchConfig:
    """Settings of a search among the graphs of so many nodes and edges.

    Attributes
    ----------
    nodes, edges
        Size of every structure, so that none wins by more of either. In a `GraphLayer` the weights still
        differ: a node without an edge into it reads all inputs.
    budget
        Structures that are evaluated, that is, networks that are trained.
    population
        Structures that may breed: the best so far. So many are drawn at random at the start.
    brood
        Structures that are bred and evaluated before the population is chosen anew.
    mutation
        Mean number of edges of a child that move to another place.
    candidates
        With a predictor, children that are bred for each one that is evaluated.
    seed
        From 0 to 2^63 - 1.

    Raises
    ------
    OptionError
        If a number is out of range.

    Examples
    --------
    >>> SearchConfig(nodes=10, edges=20, budget=30).population
    12
    """

    nodes: int
    edges: int
    budget: int
    population: int = 12
    brood: int = 6
    mutation: float = 1.0
    candidates: int = 20
    seed: int = 0

    def __post_init__(self) -> None:
        least = {"nodes": 3, "edges": 1, "budget": 1, "population": 2, "brood": 1, "candidates": 1}
        for name, low in least.items():
            check_whole(name, getattr(self, name), low, OptionError)
        check_finite("mutation", self.mutation, OptionError)
        if self.mutation < 0:
            raise OptionError(f"mutation must be 0 or more, not {self.mutation!r}")
        check_seed(self.seed, OptionError)
        places = self.nodes * (self.nodes - 1) // 2
        if self.edges >= places:
            raise OptionError(
                f"edges must be below {places}, all that {self.nodes} nodes have, not {self.edges!r}"
            )


@dataclass(frozen=True, slots=True)
class Trial:
    """One structure that was evaluated, and the accuracy it reached."""

    graph: nx.DiGraph
    accuracy: float


def best_trial(trials: list[Trial]) -> Trial:
    """Return the first of the trials with the highest accuracy."""
    return max(trials, key=lambda trial: trial.accuracy)


def random_search(
    evaluate: Evaluate, config: SearchConfig, *, watch: Callable[[Trial], None] = lambda _: None
) -> list[Trial]:
    """Evaluate structures that are drawn at random, no two alike.

    Parameters
    ----------
    evaluate
        Gives the accuracy that a network of a structure reaches, 0 to 1.
    config
        Settings; those of breeding are not used.
    watch
        Called after each evaluation.

    Returns
    -------
    list of Trial
        As many as the budget, in order.

    Raises
    ------
    OptionError
        If no new structure is found in many draws: there are too few of these sizes for the budget.

    Examples
    --------
    >>> config = SearchConfig(nodes=5, edges=4, budget=3)
    >>> len(random_search(lambda graph: len(graph) / 10, config))
    3
    """
    hunt = _Hunt(evaluate, config, watch)
    for _ in range(config.budget):
        hunt.evaluate(hunt.fresh(hunt.draw))
    return hunt.trials


def genetic_search(
    evaluate: Evaluate,
    config: SearchConfig,
    *,
    predictor: bool = False,
    watch: Callable[[Trial], None] = lambda _: None,
) -> list[Trial]:
    """Breed structures from the best so far.

    A structure is its adjacency above the diagonal, so each edge runs from the lower to the higher node. A
    child has the edges that both its parents have, and of those that one has so many, at random, that the
    number of edges is right; then some edges move. Parents are the better of two drawn from the population
    each. No structure is evaluated twice.

    Parameters
    ----------
    evaluate
        Gives the accuracy that a network of a structure reaches, 0 to 1.
    config
        Settings.
    predictor
        Whether a random forest, fitted to all trials so far, chooses from many children by their structural
        features those that are evaluated.
    watch
        Called after each evaluation.

    Returns
    -------
    list of Trial
        As many as the budget, in order.

    Raises
    ------
    OptionError
        If no new structure is found in many draws: there are too few of these sizes for the budget, or, with
        a predictor, for the candidates as well.

    References
    ----------
    .. [1] Stier et al.: Properties of hidden structures of sparse neural networks (arXiv 2107.12917), which
       names such a search without its details.

    Examples
    --------
    >>> config = SearchConfig(nodes=5, edges=4, budget=80, population=6)
    >>> trials = genetic_search(lambda graph: graph.out_degree(0) / 4, config)
    >>> best_trial(trials).accuracy, len(trials)
    (1.0, 80)
    """
    hunt = _Hunt(evaluate, config, watch)
    for _ in range(min(config.population, config.budget)):
        hunt.evaluate(hunt.fresh(hunt.draw))
    while len(hunt.trials) < config.budget:
        wanted = min(config.brood, config.budget - len(hunt.trials))
        children = wanted * (config.candidates if predictor else 1)
        bred = [hunt.fresh(hunt.child) for _ in range(children)]
        for genome in hunt.promising(bred, wanted) if predictor else bred:
            hunt.evaluate(genome)
    return hunt.trials


class _Hunt:
    """What all searches share: the trials so far and the ways to new genomes."""

    def __init__(self, evaluate: Evaluate, config: SearchConfig, watch: Callable[[Trial], None]) -> None:
        self.function = evaluate
        self.config = config
        self.watch = watch
        self.random = np.random.default_rng(config.seed)
        self.rows, self.columns = np.triu_indices(config.nodes, 1)
        self.genomes: list[Genome] = []
        self.trials: list[Trial] = []
        self.known: set[bytes] = set()

    def graph(self, genome: Genome) -> nx.DiGraph:
        import networkx as nx  # here, because importing nor2hdl.learn must not load networkx

        graph = nx.DiGraph()
        graph.add_nodes_from(range(self.config.nodes))
        graph.add_edges_from(zip(self.rows[genome].tolist(), self.columns[genome].tolist(), strict=True))
        return graph

    def evaluate(self, genome: Genome) -> None:
        graph = self.graph(genome)
        self.genomes.append(genome)
        self.trials.append(Trial(graph, float(self.function(graph))))
        self.watch(self.trials[-1])

    def fresh(self, make: Callable[[], Genome]) -> Genome:
        """Return a genome that was not made before, a random one where breeding finds none."""
        for attempt in range(2 * TRIES):
            genome = make() if attempt < TRIES else self.draw()
            if genome.tobytes() not in self.known:
                self.known.add(genome.tobytes())
                return genome
        raise OptionError(
            f"budget must leave structures to find, but {len(self.known)} of {self.config.nodes} nodes and "
            f"{self.config.edges} edges were made; ask for fewer"
        )

    def draw(self) -> Genome:
        return self.filled(np.zeros(len(self.rows), bool), np.ones(len(self.rows), bool))

    def filled(self, sure: Genome, possible: Genome) -> Genome:
        """Return the sure edges and as many of the other possible ones as are missing."""
        others = np.flatnonzero(possible & ~sure)
        genome = sure.copy()
        genome[self.random.choice(others, self.config.edges - int(sure.sum()), replace=False)] = True
        return genome

    def child(self) -> Genome:
        a, b = self.parent(), self.parent()
        genome = self.filled(a & b, a | b)
        moves = min(self.random.poisson(self.config.mutation), self.config.edges)
        sure = genome.copy()
        sure[self.random.choice(np.flatnonzero(genome), moves, replace=False)] = False
        return self.filled(sure, np.ones_like(genome))

    def parent(self) -> Genome:
        """Return the better of two drawn from the best trials, the earlier of two equally good."""
        ranked = sorted(range(len(self.trials)), key=lambda i: (-self.trials[i].accuracy, i))
        elite = ranked[: self.config.population]
        place = int(self.random.integers(len(elite), size=2).min())
        return self.genomes[elite[place]]

    def promising(self, genomes: list[Genome], wanted: int) -> list[Genome]:
        """Return the genomes of the highest predicted accuracy; the others may be bred again."""
        known = feature_matrix(trial.graph for trial in self.trials)
        model = forest(known, np.array([t.accuracy for t in self.trials]), seed=self.config.seed)
        scores = model.predict(feature_matrix(map(self.graph, genomes)))
        ranked = np.argsort(-scores, kind="stable")
        self.known -= {genomes[i].tobytes() for i in ranked[wanted:]}
        return [genomes[i] for i in ranked[:wanted]]
