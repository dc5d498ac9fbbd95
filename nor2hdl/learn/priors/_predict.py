"""What a structure's features say beforehand of the accuracy that a network of it reaches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nor2hdl.errors import OptionError
from nor2hdl.learn._checks import check_seed, check_whole
from nor2hdl.learn.priors._features import FEATURES, structural_features

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import networkx as nx
    from numpy.typing import NDArray

    from nor2hdl.learn.priors._graphs import Layered

TREES = 100


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """How well accuracies were predicted for structures that the forest had not seen.

    Attributes
    ----------
    predicted : float64 [n]
        The prediction for each structure, by the forest of the fold that left it out.
    fold_r2
        R^2 of each fold.
    r2
        R^2 of all predictions together; 0 is what the mean of all accuracies would reach.
    error
        Mean absolute error of all predictions.
    """

    predicted: NDArray[np.float64]
    fold_r2: tuple[float, ...]
    r2: float
    error: float


def feature_matrix(
    graphs: Iterable[nx.DiGraph | Layered], names: Sequence[str] = FEATURES
) -> NDArray[np.float64]:
    """Return the structural features of graphs as a matrix.

    Parameters
    ----------
    graphs
        Directed and acyclic.
    names
        Which features, of `FEATURES`, in which order.

    Returns
    -------
    float64 [graphs, features]

    Raises
    ------
    OptionError
        If a name is not one of `FEATURES`.

    Examples
    --------
    >>> from nor2hdl.learn.priors import barabasi_albert
    >>> feature_matrix([barabasi_albert(12), barabasi_albert(14)], ["nodes"]).tolist()
    [[12.0], [14.0]]
    """
    for name in names:
        if name not in FEATURES:
            raise OptionError(f"features must be among {', '.join(FEATURES)}, not {name!r}")
    rows = [[found[name] for name in names] for found in map(structural_features, graphs)]
    return np.array(rows, float).reshape(len(rows), len(names))


def forest(features: NDArray[np.float64], accuracy: NDArray[np.float64], *, seed: int = 0) -> Any:
    """Return a random forest that predicts accuracy, as fitted by scikit-learn.

    Parameters
    ----------
    features : float64 [n, features]
        What is known of each structure.
    accuracy : float64 [n]
        What each reached.
    seed
        From 0 to 2^63 - 1.

    Examples
    --------
    >>> model = forest(np.array([[1.0], [2.0]]), np.array([0.5, 0.5]))
    >>> model.predict([[1.5]]).tolist()
    [0.5]
    """
    from sklearn.ensemble import RandomForestRegressor  # loads much, which takes long

    check_seed(seed, OptionError)
    # scikit-learn takes seeds of 32 bits.
    model = RandomForestRegressor(TREES, random_state=seed % 2**32, n_jobs=1)
    return model.fit(features, accuracy)


def cross_validate(
    features: NDArray[np.float64],
    accuracy: NDArray[np.float64],
    *,
    folds: int = 10,
    seed: int = 0,
    groups: NDArray[np.int64] | None = None,
) -> Prediction:
    """Predict the accuracy of each structure from those of the other folds, by a random forest.

    The baseline to compare with is the number of nodes alone: the same call on that column.

    Parameters
    ----------
    features : float64 [n, features]
        As `feature_matrix` gives them.
    accuracy : float64 [n]
        What the network of each structure reached.
    folds
        Parts of which each is left out once, 2 or more, with at least 2 structures in each.
    seed
        Seed of the division into folds and of the forests, from 0 to 2^63 - 1.
    groups : int64 [n]
        The group of each structure: one fold leaves out the whole of a group, because structures of one
        group tell too much of each other, such as a graph and itself turned round. Default: each its own.

    Returns
    -------
    Prediction

    Raises
    ------
    OptionError
        If the arrays do not fit each other, hold a value that is not finite, or there are too few
        structures, or groups of them, for the folds.

    Examples
    --------
    >>> nodes = np.arange(40.0)[:, None]
    >>> found = cross_validate(nodes, 0.5 + nodes[:, 0] / 100, folds=5)
    >>> found.r2 > 0.9, len(found.fold_r2)
    (True, 5)
    """
    from sklearn.metrics import r2_score

    features, accuracy = np.asarray(features, float), np.asarray(accuracy, float)
    check_whole("folds", folds, 2, OptionError)
    check_seed(seed, OptionError)
    if features.ndim != 2 or accuracy.shape != features.shape[:1]:
        raise OptionError(
            f"features must be [n, features] and accuracy [n], not {features.shape} and {accuracy.shape}"
        )
    if groups is not None and np.shape(groups) != accuracy.shape:
        raise OptionError(f"groups must be one for each structure ({len(accuracy)}), not {np.shape(groups)}")
    if not (np.isfinite(features).all() and np.isfinite(accuracy).all()):
        raise OptionError("features and accuracy must be finite everywhere, but are not")
    predicted = np.empty(len(accuracy))
    scores = []
    for fold in _folds(np.arange(len(accuracy)) if groups is None else groups, folds, seed):
        rest = np.setdiff1d(np.arange(len(accuracy)), fold)
        predicted[fold] = forest(features[rest], accuracy[rest], seed=seed).predict(features[fold])
        scores.append(float(r2_score(accuracy[fold], predicted[fold])))
    error = float(np.abs(predicted - accuracy).mean())
    return Prediction(predicted, tuple(scores), float(r2_score(accuracy, predicted)), error)


def _folds(groups: NDArray[np.int64], folds: int, seed: int) -> list[NDArray[np.intp]]:
    names, group = np.unique(groups, return_inverse=True)
    order = np.random.default_rng(seed).permutation(len(names))
    parts = [np.flatnonzero(np.isin(group, part)) for part in np.array_split(order, folds)]
    if min(map(len, parts)) < 2:
        whole = f"{len(groups)}" if len(names) == len(groups) else f"{len(groups)} in {len(names)} groups"
        raise OptionError(f"folds must have 2 structures or more each, not {whole} for {folds} folds")
    return parts
