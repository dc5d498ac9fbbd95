"""Bars are the sizes of the report, and the confusion matrix its counts."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from nor2hdl.errors import DataError
from nor2hdl.report import Approximation, CircuitSize, Size
from nor2hdl.view import area_figure, confusion_figure
from tests.view.drawn import ODD_NAMES, check_layout, checked_svg


def areas(figure):
    axes = figure.axes[0]
    names = [label.get_text() for label in axes.get_yticklabels()]
    return {
        bars.get_label(): dict(zip(names, [bar.get_width() for bar in bars], strict=True))
        for bars in axes.containers
    }


def sized(parts):
    sizes = {name: Size(area + 1, 3, 1, area) for name, area in parts.items()}
    total = sum(parts.values())
    return CircuitSize(Size(total, 3, 1, total), sizes, 5)


def test_bars_are_the_parts_of_the_report(digits_build, tmp_path):
    report = digits_build.report
    figure = area_figure(report)
    expected = {
        f"as extracted: {report.extracted.total.two_input:,}": report.extracted,
        f"minimized = emitted: {report.minimized.total.two_input:,}": report.minimized,
    }
    assert areas(figure) == {
        name: {part: size.two_input for part, size in circuit.parts.items()}
        for name, circuit in expected.items()
    }
    texts = check_layout(figure, tmp_path)
    assert f"{report.minimized.parts['popcount'].two_input:,}" in texts
    checked_svg(figure)


def test_an_approximate_circuit_has_its_own_bars(digits_build, tmp_path):
    smaller = sized({"layer0": 40, "popcount": 50})
    label = "approximate: care set = 1497 samples"
    report = dataclasses.replace(
        digits_build.report, approximation=Approximation(label, 3, True, smaller, ())
    )
    drawn = areas(area_figure(report))
    assert list(drawn)[2] == f"emitted, {label}: 90"
    assert drawn[f"emitted, {label}: 90"] == {"encoder": 0, "layer0": 40, "popcount": 50, "argmax": 0}
    check_layout(area_figure(report), tmp_path)


@pytest.mark.parametrize("count", [1, 24, 25, 60])
def test_many_parts_and_odd_names(digits_build, tmp_path, count):
    parts = {f"part{i}": 1000 - i for i in range(count)} if count > 1 else {"$a$ <b>": 0}
    report = dataclasses.replace(digits_build.report, extracted=sized(parts), minimized=sized(parts))
    figure = area_figure(report)
    first = next(iter(areas(figure).values()))
    assert sum(first.values()) == sum(parts.values())
    assert len(first) == min(count, 24)
    if count > 24:
        assert list(first)[-1] == f"{count - 23} smaller parts"
        assert {k: v for k, v in first.items() if k in parts} == dict(list(parts.items())[:23])
    check_layout(figure, tmp_path)
    checked_svg(figure)


@pytest.mark.parametrize("classes", [2, 3, 20, 21, 100])
def test_confusion_is_the_counts(classes, tmp_path):
    rng = np.random.default_rng(classes)
    counts = rng.integers(0, 5, (classes, classes)) * (rng.random((classes, classes)) < 0.3)
    counts[0], counts[1, 1] = 0, 3  # a class without samples
    figure = confusion_figure(counts, [f"class {i}" for i in range(classes)])
    axes = figure.axes[0]
    shares = np.array([[100 * c / max(sum(row), 1) for c in row] for row in counts.tolist()])
    assert np.allclose(axes.images[0].get_array(), shares)
    written = {(round(t.get_position()[1]), round(t.get_position()[0])): t.get_text() for t in axes.texts}
    expected = {(i, j): str(c) for (i, j), c in np.ndenumerate(counts) if c} if classes <= 20 else {}
    assert written == expected
    right, total = int(np.trace(counts)), int(counts.sum())
    assert axes.get_title("left") == f"{right:,} of {total:,} test samples right ({right / total:.2%})"
    assert f"class {classes // 2 - classes // 2 % 2}" in check_layout(figure, tmp_path)


def test_nothing_wrong_nothing_right_and_nothing_at_all(tmp_path):
    for counts, title in (
        ([[5, 0], [0, 7]], "12 of 12 test samples right (100.00%)"),
        ([[0, 5], [7, 0]], "0 of 12 test samples right (0.00%)"),
        ([[0, 0], [0, 0]], "0 of 0 test samples right"),
    ):
        figure = confusion_figure(counts)
        assert figure.axes[0].get_title("left") == title
        check_layout(figure, tmp_path)


def test_odd_names_are_text(tmp_path):
    figure = confusion_figure(np.eye(10, dtype=int), ODD_NAMES)
    check_layout(figure, tmp_path)
    _, texts = checked_svg(figure, title="".join(ODD_NAMES))
    assert {r"$\frac{$ $x$", "a\ufffdb\ufffdc", "\u540d\u524d", "_hidden", 'x & "y"', "\ufffdabc"} <= set(
        texts
    )
    assert max(map(len, texts)) < 60


@pytest.mark.parametrize(
    ("counts", "classes", "message"),
    [
        ([[1, 2]], None, "confusion must be whole numbers [classes, classes], not int64 [1, 2]"),
        ([[0.5]], None, "confusion must be whole numbers [classes, classes], not float64 [1, 1]"),
        ([], None, "confusion must be whole numbers [classes, classes], not float64 [0]"),
        ([[1, 0], [0, 1]], ["a"], "classes must be 2 names, not 1"),
    ],
)
def test_bad_confusion(counts, classes, message):
    with pytest.raises(DataError) as caught:
        confusion_figure(counts, classes)
    assert str(caught.value) == message
