"""Cross-validated prediction: honest, repeatable, and blind to noise."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import r2_score

from nor2hdl.errors import OptionError
from nor2hdl.learn.priors import FEATURES, cross_validate, erdos_renyi, feature_matrix, structural_features


def test_feature_matrix_holds_the_features():
    graphs = [erdos_renyi(8, 12, seed=s) for s in range(3)]
    matrix = feature_matrix(graphs)
    assert matrix.tolist() == [list(structural_features(g).values()) for g in graphs]
    one = FEATURES.index("diameter")
    assert feature_matrix(graphs, ["diameter"])[:, 0].tolist() == matrix[:, one].tolist()
    assert feature_matrix([]).shape == (0, 23)


def test_what_depends_on_a_feature_is_predicted_and_noise_is_not():
    random = np.random.default_rng(0)
    x = random.random((80, 3))
    assert cross_validate(x, x[:, 1]).r2 > 0.9
    assert cross_validate(x, random.random(80)).r2 < 0.2


def test_scores_follow_from_the_predictions():
    random = np.random.default_rng(1)
    x, y = random.random((30, 2)), random.random(30)
    found = cross_validate(x, y, folds=3, seed=4)
    assert found.r2 == pytest.approx(r2_score(y, found.predicted))
    assert found.error == pytest.approx(np.abs(y - found.predicted).mean())
    assert len(found.fold_r2) == 3
    again = cross_validate(x, y, folds=3, seed=4)
    assert again.predicted.tolist() == found.predicted.tolist()
    assert cross_validate(x, y, folds=3, seed=5).predicted.tolist() != found.predicted.tolist()


def test_a_prediction_does_not_know_its_own_accuracy():
    x = np.arange(20.0)[:, None]
    y = np.zeros(20)
    y[7] = 1.0
    assert cross_validate(x, y, folds=10).predicted[7] < 0.5


def test_a_group_is_left_out_whole():
    x, groups = np.repeat(np.arange(20.0), 2)[:, None], np.repeat(np.arange(20) * 7, 2)
    y = (groups == 49).astype(float)
    # A structure whose twin the forest has seen gives itself away.
    alone = cross_validate(x, y)
    assert (alone.predicted[y == 1] > 0.5).all()
    assert (cross_validate(x, y, groups=groups).predicted[y == 1] < 0.5).all()
    assert cross_validate(x, y, groups=np.arange(40)).predicted.tolist() == alone.predicted.tolist()


def test_bad_groups():
    with pytest.raises(OptionError, match=r"^groups must be one for each structure \(9\), not \(8,\)$"):
        cross_validate(np.zeros((9, 1)), np.zeros(9), folds=2, groups=np.zeros(8))
    with pytest.raises(OptionError) as caught:
        cross_validate(np.zeros((9, 1)), np.zeros(9), folds=3, groups=np.arange(9) // 5)
    assert str(caught.value) == ("folds must have 2 structures or more each, not 9 in 2 groups for 3 folds")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            (np.zeros((20, 2)), np.zeros(19)),
            "features must be [n, features] and accuracy [n], not (20, 2) and (19,)",
        ),
        (
            (np.full((20, 2), np.nan), np.zeros(20)),
            "features and accuracy must be finite everywhere, but are not",
        ),
        (
            (np.zeros((19, 2)), np.zeros(19)),
            "folds must have 2 structures or more each, not 19 for 10 folds",
        ),
    ],
)
def test_bad_arrays(arguments, message):
    with pytest.raises(OptionError) as caught:
        cross_validate(*arguments)
    assert str(caught.value) == message


def test_unknown_feature():
    with pytest.raises(OptionError, match=r"^features must be among layers, nodes, .*, not 'girth'$"):
        feature_matrix([], ["girth"])


def test_one_fold_is_refused():
    with pytest.raises(OptionError, match=r"^folds must be 2 or more, not 1$"):
        cross_validate(np.zeros((9, 1)), np.zeros(9), folds=1)
