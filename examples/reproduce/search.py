"""A genetic search over structures, with and without a predictor, against random search at equal budget.

After "Properties of Hidden Structures of Sparse Neural Networks" (arXiv 2107.12917), which reports such a
search for CIFAR-10 without its details. Here all structures have equally many nodes and edges; each node is
a few NOR neurons that may read along the edges alone, a NOR layer and votes follow; and the budget is the
number of structures that are trained. The accuracy at which the best was found is the luckiest of many. So
every search, the random one too, ends with a few more trainings of its best few; the winner is then trained
again from fresh starts, and judged on the test split, which no search has seen.
"""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any

import common
import numpy as np
import torch

from nor2hdl.data import Dataset, Threshold, load
from nor2hdl.learn import Classifier, NorLayer, TrainConfig, VoteReadout, train
from nor2hdl.learn.priors import (
    GraphLayer,
    SearchConfig,
    Trial,
    best_trial,
    genetic_search,
    random_search,
    structural_features,
)

if TYPE_CHECKING:
    from pathlib import Path

    import networkx as nx

SIZES = {
    "toy": {
        "dataset": "digits",
        "seeds": 2,
        "budget": 5,
        "population": 3,
        "brood": 2,
        "candidates": 2,
        "nodes": 8,
        "edges": 10,
        "copies": 4,
        "last": 50,
        "epochs": 1,
        "batch": 100,
        "finalists": 2,
        "again": 1,
        "final": 2,
    },
    "quick": {
        "dataset": "digits",
        "seeds": 3,
        "budget": 32,
        "population": 12,
        "brood": 6,
        "candidates": 15,
        "nodes": 20,
        "edges": 40,
        "copies": 10,
        "last": 100,
        "epochs": 10,
        "batch": 50,
        "finalists": 5,
        "again": 3,
        "final": 6,
    },
    "full": {
        "dataset": "mnist",
        "seeds": 10,
        "budget": 300,
        "population": 24,
        "brood": 12,
        "candidates": 50,
        "nodes": 30,
        "edges": 80,
        "copies": 30,
        "last": 500,
        "epochs": 10,
        "batch": 200,
        "finalists": 10,
        "again": 5,
        "final": 10,
    },
}
SEARCHES = {
    "random": random_search,
    "genetic": genetic_search,
    "genetic, predictor": partial(genetic_search, predictor=True),
}
LR = 0.02
FRESH = 1000
"""Starts from here on are those of the judgement; a search uses start 0, and later ones for its finalists."""


def jobs(settings: dict[str, Any]) -> list[common.Key]:
    """Return one key for each search and seed."""
    return [{"search": name, "seed": seed} for seed in range(settings["seeds"]) for name in SEARCHES]


def run(key: common.Key, settings: dict[str, Any]) -> dict[str, Any]:
    """Search; return the accuracies as they were found, and what the best structure reaches afresh."""
    names = ("nodes", "edges", "budget", "population", "brood", "candidates")
    config = SearchConfig(**{name: settings[name] for name in names}, seed=key["seed"])
    trials = SEARCHES[key["search"]](lambda graph: _trained(graph, 0, settings)[1], config)
    best = _confirmed(trials, settings)
    # Searches of equal seeds begin with the same structure: a random one, judged once for all.
    judged = {"fresh": best.graph} | ({"random": trials[0].graph} if key["search"] == "random" else {})
    starts = range(FRESH, FRESH + settings["final"])
    return {
        "found": [trial.accuracy for trial in trials],
        "best": best_trial(trials).accuracy,
        "edges": [list(e) for e in best.graph.edges()],
        "features": structural_features(best.graph),
    } | {name: [_judged(graph, i, settings) for i in starts] for name, graph in judged.items()}


def _confirmed(trials: list[Trial], settings: dict[str, Any]) -> Trial:
    """Return the best of the first few trials after some more trainings each: one alone may be luck."""
    ranked = sorted(trials, key=lambda trial: -trial.accuracy)[: settings["finalists"]]
    starts = range(1, 1 + settings["again"])
    means = [float(np.mean([_trained(t.graph, i, settings)[1] for i in starts])) for t in ranked]
    return ranked[int(np.argmax(means))]


def _trained(graph: nx.DiGraph, start: int, settings: dict[str, Any]) -> tuple[Classifier, float]:
    """Train a network of a structure; return it and its last accuracy on the validation split."""
    data = _data(settings["dataset"])
    features, classes = data.x_train.shape[1], len(data.classes)
    torch.manual_seed(start)
    wired = GraphLayer(features, graph, copies=settings["copies"])
    layers = [wired, NorLayer(wired.out_features, settings["last"])]
    model = Classifier(Threshold(), features, layers, VoteReadout(settings["last"], classes))
    config = TrainConfig(epochs=settings["epochs"], batch=settings["batch"], lr=LR, seed=start, device="cpu")
    return model, train(model, data, config)[-1].accuracy


def _judged(graph: nx.DiGraph, start: int, settings: dict[str, Any]) -> float:
    """Return the accuracy on the test split of a network of a structure."""
    data = _data(settings["dataset"])
    model, _ = _trained(graph, start, settings)
    return float((model.predict(data.x_test) == data.y_test).mean())


@cache
def _data(name: str) -> Dataset:
    return load(name)


def tables(study: common.Study) -> str:
    """Return what each search found."""
    settings = study["settings"]
    rows = []
    for name in SEARCHES:
        results = common.select(study, search=name)
        rows.append(
            [
                name,
                len(results),
                common.mean_sd(r["best"] for r in results),
                common.mean_sd(_fresh(study, name).values()),
                common.mean_sd(float(np.mean(r["found"])) for r in results),
                common.mean_sd((r["features"]["layers"] for r in results), scale=1, digits=1),
                common.mean_sd((r["features"]["sources"] for r in results), scale=1, digits=1),
            ]
        )
    untouched = [float(np.mean(r["random"])) for r in common.select(study, search="random")]
    return (
        f"Structures of {settings['nodes']} nodes and {settings['edges']} edges, {settings['copies']} NOR "
        f"neurons a node, then a NOR layer of {settings['last']} and votes; {settings['dataset']}, "
        f"{settings['epochs']} epochs. A search trains {settings['budget']} structures, each once. Found: "
        "validation accuracy of the best, as the search saw it. Afresh: the winner of "
        f"{settings['again']} more trainings of the best {settings['finalists']} (validation), trained "
        f"{settings['final']} times from fresh starts, on the test split. Accuracy in percent, mean "
        "and standard deviation over seeds of the search; equal seeds begin with the same structures. One "
        f"structure drawn at random, without a search, reaches {common.mean_sd(untouched)} afresh. Nodes "
        "and edges are equally many, weights are not: a source may read the whole picture, another node only "
        "the nodes before it.\n\n"
        + common.table(
            ["search", "seeds", "found", "afresh", "mean of all trials", "layers", "sources"], rows
        )
        + "\n"
        + "\n".join(_verdicts(study))
        + "\n"
    )


def _fresh(study: common.Study, search: str) -> dict[int, float]:
    """Return what the winner of each seed of a search reaches afresh."""
    return {
        r["key"]["seed"]: float(np.mean(r["result"]["fresh"]))
        for r in study["runs"]
        if r["key"]["search"] == search
    }


def _verdicts(study: common.Study) -> list[str]:
    pairs = (("genetic", "random"), ("genetic, predictor", "random"), ("genetic, predictor", "genetic"))
    lines = []
    for better, worse in pairs:
        a, b = (_fresh(study, name) for name in (better, worse))
        gaps = [a[seed] - b[seed] for seed in a if seed in b]
        lines.append(
            f"- {better} ahead of {worse}, afresh, in points, with half the 95 % interval over {len(gaps)} "
            f"pairs of equal seeds (Student's t): {common.ahead(gaps)}."
        )
    return lines


def plots(study: common.Study, folder: Path) -> list[Path]:
    """Draw the best accuracy so far over the number of structures evaluated."""
    from matplotlib.figure import Figure

    figure = Figure((7, 4.5))
    axes = figure.add_subplot(xlabel="structures evaluated", ylabel="best so far, %, mean over seeds")
    for name in SEARCHES:
        found = [r["found"] for r in common.select(study, search=name)]
        if found:
            best = 100 * np.maximum.accumulate(found, 1).mean(0)
            axes.plot(range(1, len(best) + 1), best, label=name)
    axes.grid(alpha=0.3)
    axes.legend()
    return [common.save_plot(figure, folder / "search.svg")]


if __name__ == "__main__":
    common.main(__file__, SIZES, jobs, run)
