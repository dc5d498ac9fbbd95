"""Errors are the test samples that the model gets wrong, and bars are its sums of votes."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from nor2hdl import flow
from nor2hdl.data import load
from nor2hdl.errors import ModelError
from nor2hdl.learn import nor_classifier
from nor2hdl.view import error_figure, mask_figure, mistakes
from nor2hdl.view._figures import BLUE, RED
from tests.view.drawn import ODD_NAMES, check_layout, checked_svg, noise


def test_mistakes_are_what_the_model_gets_wrong(digits_build):
    model, _ = flow.load_build_model(digits_build.folder)
    digits = load("digits")
    scores = model.scores(digits.x_test).tolist()
    expected = []
    for i, (row, true) in enumerate(zip(scores, digits.y_test.tolist(), strict=True)):
        given = row.index(max(row))
        if given != true:
            expected.append((row[given] - row[true], i, true, given, tuple(row)))
    found = [(m.margin, m.sample, m.true, m.given, m.votes) for m in mistakes(model, digits)]
    assert found == sorted(expected)
    assert len(found) == 300 - digits_build.report.accuracy[1].correct


@pytest.mark.parametrize("shape", [(8, 8), (8, 8, 3), (3, 8, 8), (4, 16)])
def test_pictures_and_bars_are_samples_and_votes(shape, tmp_path):
    features = int(np.prod(shape))
    model, data = nor_classifier(features, 10, hidden=[200]), noise(shape, "0123456789")
    found = mistakes(model, data)
    figure = error_figure(model, data)
    sheet, *bars = figure.axes
    drawn = [*found[:5], *found[-5:]]
    scores = model.scores(data.x_test)
    for mistake, image, axes in zip(drawn, sheet.images, bars, strict=True):
        picture = data.x_test[mistake.sample].reshape(shape)
        picture = picture.transpose(1, 2, 0) if shape[0] == 3 else picture
        assert (image.get_array() == picture).all()
        assert axes.get_xlim()[0] <= 0 < axes.get_xlim()[1]
        widths = [patch.get_width() for patch in axes.patches]
        assert widths == scores[mistake.sample].tolist()
        assert [label.get_text() for label in axes.get_yticklabels()] == list("0123456789")
        colors = [to_hex(patch) for patch in axes.patches]
        assert {c for c, color in enumerate(colors) if color == RED} == {mistake.given}
        assert {c for c, color in enumerate(colors) if color == BLUE} == {mistake.true}
    texts = check_layout(figure, tmp_path)
    assert f"{len(found)} of 120 test samples wrong" in texts
    checked_svg(figure)


def to_hex(patch):
    from matplotlib.colors import to_hex

    return to_hex(patch.get_facecolor())


def relabeled(data, model, wrong):
    """Return the data labeled as the model sees it, but for some samples."""
    labels = model.predict(data.x_test)
    labels[:wrong] = (labels[:wrong] + 1) % len(data.classes)
    return dataclasses.replace(data, y_test=labels)


@pytest.mark.parametrize("wrong", [0, 1, 5, 6, 10, 11])
@pytest.mark.parametrize("shape", [(8, 8), (64,)])
def test_few_errors_and_none(wrong, shape, tmp_path):
    model, data = nor_classifier(64, 10, hidden=[200]), noise(shape, "0123456789")
    data = relabeled(data, model, wrong)
    figure = error_figure(model, data)
    assert len(figure.axes) == 1 + min(wrong, 10)
    assert len(figure.axes[0].images) == (min(wrong, 10) if len(shape) == 2 else 0)
    texts = check_layout(figure, tmp_path)
    assert (f"{wrong} of 120 test samples wrong" if wrong else "all 120 test samples right") in texts
    if wrong:
        samples = {int(t.split()[2].rstrip(",")) for t in texts if t.startswith("test sample ")}
        assert len(samples) == min(wrong, 10)
        assert samples <= set(range(wrong))


def test_of_many_classes_those_with_the_most_votes_are_shown(tmp_path):
    names = [f"a long name of class {i}" for i in range(100)]
    model, data = nor_classifier(64, 100, hidden=[400]), noise((8, 8), names)
    drawn = mistakes(model, data)
    for mistake, axes in zip([*drawn[:5], *drawn[-5:]], error_figure(model, data).axes[1:], strict=True):
        widths = [patch.get_width() for patch in axes.patches]
        best = sorted(mistake.votes, reverse=True)[:10]
        expected = [*best[:9], mistake.votes[mistake.true]]
        assert sorted(widths) in (sorted(best), sorted(expected))
        assert mistake.votes[mistake.true] in widths
        assert max(widths) == mistake.votes[mistake.given]
    check_layout(error_figure(model, data), tmp_path)


def test_odd_names_are_text(tmp_path):
    model, data = nor_classifier(64, 10, hidden=[200]), noise((8, 8), (*ODD_NAMES[:9], "ok"))
    figure = error_figure(model, data)
    check_layout(figure, tmp_path)
    assert any("taken for" in text for text in checked_svg(figure)[1])


@pytest.mark.parametrize("data", [noise((8, 8), "abc"), noise((4, 4), "0123456789")])
@pytest.mark.parametrize("draw", [mistakes, error_figure, mask_figure])
def test_a_model_that_does_not_fit(draw, data):
    with pytest.raises(ModelError) as caught:
        draw(nor_classifier(64, 10, hidden=[200]), data)
    assert str(caught.value) == (
        f"model must take {data.x_test.shape[1]} features to {len(data.classes)} classes for noise, "
        "not 64 to 10"
    )
