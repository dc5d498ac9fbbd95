"""Curves show the numbers of the history, all of them and no others."""

from __future__ import annotations

import numpy as np
import pytest

from nor2hdl.errors import DataError
from nor2hdl.learn import EpochStats
from nor2hdl.view import fan_in_figure, training_figure
from tests.view.drawn import check_layout, checked_svg

FACTORS = {"loss": 1, "accuracy": 100, "fan_in": 1, "pruned": 100, "live": 1}


def stats(epoch, fan_ins=(1, 2, 0, 4), **changes):
    rng = np.random.default_rng(epoch)
    values = {"loss": rng.random() / epoch, "accuracy": rng.random(), "fan_in": 3 * rng.random()}
    values |= {"pruned": rng.random(), "live": int(rng.integers(300)), "seconds": 1.5}
    return EpochStats(epoch=epoch, fan_ins=fan_ins, **values | changes)


def plain(entry):
    return {name: getattr(entry, name) for name in (*FACTORS, "epoch")} | {"fan_ins": list(entry.fan_ins)}


@pytest.mark.parametrize("epochs", [1, 2, 40, 41, 300])
def test_each_curve_is_the_history(epochs, tmp_path):
    history = [stats(i + 1) for i in range(epochs)]
    figure = training_figure(history)
    assert len(figure.axes) == len(FACTORS)
    for axes, (key, factor) in zip(figure.axes, FACTORS.items(), strict=True):
        [line] = axes.lines
        assert line.get_xdata().tolist() == list(range(1, epochs + 1))
        assert line.get_ydata().tolist() == [factor * getattr(s, key) for s in history]
        assert (line.get_marker() == ".") == (epochs <= 40)  # a single epoch is seen, too
    again = training_figure([plain(s) for s in history])
    assert checked_svg(again)[1] == checked_svg(figure)[1]
    check_layout(figure, tmp_path)


def test_the_epoch_that_was_kept_is_marked(tmp_path):
    history = [stats(i + 1) for i in range(9)]
    for kept, marked in ((4, [[4, 4]]), (9, []), (None, [])):
        figure = training_figure(history, kept=kept)
        for axes in figure.axes:
            assert [line.get_xdata() for line in axes.lines[1:]] == marked
        assert ("kept " in check_layout(figure, tmp_path)) == bool(marked)


def test_a_run_without_a_number_is_drawn_with_a_gap(tmp_path):
    figure = training_figure([stats(1, loss=float("nan")), stats(2, loss=float("inf")), stats(3)])
    check_layout(figure, tmp_path)
    check_layout(training_figure([stats(1, loss=float("nan"))]), tmp_path)


def test_the_histogram_is_that_of_each_epoch(tmp_path):
    counts = [(0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 3), (1, 2, 0, 5), ()]
    figure = fan_in_figure([stats(i + 5, fan_ins=c) for i, c in enumerate(counts)])
    axes = figure.axes[0]
    shares = axes.images[0].get_array()
    assert shares[:, 0].tolist() == [0] * 9 + [62.5, 37.5]
    assert shares[:, 1].tolist() == [12.5, 25, 0, 62.5] + [0] * 7
    assert np.ma.getmaskarray(shares)[:, 2].all()  # an epoch of an older version is left white
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == [*map(str, range(9)), "9\N{EN DASH}16", "17\N{EN DASH}32"]
    assert axes.images[0].get_extent() == [4.5, 7.5, -0.5, 10.5]
    texts = check_layout(figure, tmp_path)
    assert {"5", "6", "7"} <= set(texts)
    checked_svg(figure)


@pytest.mark.parametrize(
    ("history", "message"),
    [
        ([], "history must be a list of epochs, not []"),
        ("abc", "history must be a list of epochs, not 'abc'"),
        ([3], "epoch of a history must be its statistics, not 3"),
        ([plain(stats(1)) | {"loss": "low"}], "epoch of a history must have a number loss, not 'low'"),
        ([plain(stats(1)) | {"live": 10**30}], f"epoch of a history must have a number live, not {10**30}"),
        ([plain(stats(1)) | {"epoch": 1.0}], "epoch of a history must be a whole number, not 1.0"),
        ([stats(1), stats(3)], "epochs of a history must follow each other, not [1, 3]"),
        ([stats(1, fan_ins=(1, -1))], "fan_ins of an epoch must be numbers of neurons, not (1, -1)"),
        ([stats(1, fan_ins=(1,) * 65)], "fan_ins of an epoch must be 64 ranges or less, not 65"),
    ],
)
def test_bad_history(history, message):
    with pytest.raises(DataError) as caught:
        training_figure(history)
    assert str(caught.value) == message


@pytest.mark.parametrize("fan_ins", [(), (0, 0)])
def test_a_run_of_an_older_version_has_no_histogram(fan_ins):
    with pytest.raises(DataError, match=r"^history must hold a histogram of fan-ins \(fan_ins\) in an epoch"):
        fan_in_figure([stats(1, fan_ins=fan_ins)])
