"""Graphs as structures: what they make of a network, what they predict of it, and the search among them."""

from nor2hdl.learn.priors._features import FEATURES, structural_features
from nor2hdl.learn.priors._graph_layer import GraphLayer, MaskedNorLayer
from nor2hdl.learn.priors._graphs import Layered, barabasi_albert, erdos_renyi, oriented, watts_strogatz
from nor2hdl.learn.priors._predict import Prediction, cross_validate, feature_matrix, forest
from nor2hdl.learn.priors._recurrent import CELLS, Cell, GraphRecurrent, fit_recurrent, string_accuracy
from nor2hdl.learn.priors._search import SearchConfig, Trial, best_trial, genetic_search, random_search

__all__ = [
    "CELLS",
    "FEATURES",
    "Cell",
    "GraphLayer",
    "GraphRecurrent",
    "Layered",
    "MaskedNorLayer",
    "Prediction",
    "SearchConfig",
    "Trial",
    "barabasi_albert",
    "best_trial",
    "cross_validate",
    "erdos_renyi",
    "feature_matrix",
    "fit_recurrent",
    "forest",
    "genetic_search",
    "oriented",
    "random_search",
    "string_accuracy",
    "structural_features",
    "watts_strogatz",
]
