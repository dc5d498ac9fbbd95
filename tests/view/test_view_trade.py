"""Points are the builds' figures; data sets, and exact and approximate builds, are told apart."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from nor2hdl.errors import DataError, OptionError
from nor2hdl.report import Accuracy, Approximation
from nor2hdl.view import TradePoint, save_figure, trade_figure, trade_point
from tests.view.drawn import ODD_NAMES, check_layout, checked_svg


def point(label, gates, correct, approximate=False, dataset="mnist", checksum="ab" * 32):
    return TradePoint(label, dataset, checksum, gates, correct, 10_000, approximate)


def offsets(axes):
    return {s.get_label(): s.get_offsets().tolist() for s in axes.collections}


def test_a_point_is_what_the_report_says(digits_build):
    report = digits_build.report
    found = trade_point("demo", report)
    assert found == TradePoint(
        label="demo",
        dataset="digits",
        checksum=report.dataset["checksum"],
        gates=report.mapped.nand2 + report.mapped.nand2_inverters,
        correct=report.accuracy[1].correct,
        total=300,
        approximate=False,
    )
    assert found.accuracy == report.accuracy[1].share
    approximation = Approximation("approximate: care set", 1, True, report.minimized, ())
    assert trade_point("demo", dataclasses.replace(report, approximation=approximation)).approximate


def test_a_report_without_the_figures(digits_build):
    report = digits_build.report
    with pytest.raises(DataError) as caught:
        trade_point("demo", dataclasses.replace(report, mapped=None))
    assert str(caught.value) == (
        "build demo must have mapped sizes, but was compiled without; compile it again"
    )
    for changes in (
        {"accuracy": report.accuracy[:1]},
        {"accuracy": (Accuracy("test", 5, 3, ()),)},
        {"accuracy": (Accuracy("test", "5", 7, ()),)},
        {"accuracy": (Accuracy("test", 0, 0, ()),)},
        {"mapped": dataclasses.replace(report.mapped, nand2=-1)},
        {"dataset": {"name": 5}},
    ):
        with pytest.raises(DataError, match=r"^build demo must have sizes, a data set and a test accuracy"):
            trade_point("demo", dataclasses.replace(report, **changes))


def test_exact_and_approximate_builds_are_told_apart(tmp_path):
    points = [point("a", 13_622, 9732), point("b", 9_560, 9725, True), point("c", 39_962, 9822)]
    figure = trade_figure(points)
    [axes] = figure.axes
    assert offsets(axes) == {
        "exact": [[13_622, 97.32], [39_962, 98.22]],
        "approximate: not equivalent to its network": [[9_560, 97.25]],
    }
    texts = check_layout(figure, tmp_path)
    assert {"a", "b", "c", "exact", "approximate: not equivalent to its network"} <= set(texts)
    assert {text.get_text(): text.xy for text in axes.texts} == {
        p.label: (p.gates, 100 * p.accuracy) for p in points
    }
    checked_svg(figure)


def test_data_sets_do_not_share_an_axis(tmp_path):
    points = [
        point("a", 10_000, 9700),
        point("b", 12_000, 8000, dataset="fashion-mnist", checksum="cd" * 32),
        point("c", 11_000, 9600),
        point("d", 11_000, 9500, dataset="mnist", checksum="ef" * 32),
    ]
    figure = trade_figure(points)
    titles = [axes.get_title("left") for axes in figure.axes]
    assert titles == [
        "mnist (abababab): 10,000 test samples",
        "fashion-mnist: 10,000 test samples",
        "mnist (efefefef): 10,000 test samples",
    ]
    found = [[t.get_text() for t in axes.texts] for axes in figure.axes]
    assert found == [["a", "c"], ["b"], ["d"]]
    check_layout(figure, tmp_path)


def test_many_builds_close_together(tmp_path):
    rng = np.random.default_rng(3)
    points = [point(f"seed {i}", int(rng.normal(13_600, 300)), int(rng.normal(9740, 20))) for i in range(20)]
    check_layout(trade_figure(points), tmp_path)


def test_sizes_over_decades_are_logarithmic(tmp_path):
    figure = trade_figure([point("a", 1_000, 9000), point("b", 90_000, 9900)])
    assert figure.axes[0].get_xscale() == "log"
    texts = check_layout(figure, tmp_path)
    assert {"1,000", "10,000", "50,000"} <= set(texts)


@pytest.mark.parametrize(("gates", "correct"), [(0, 0), (0, 10_000), (5, 10_000), (13_649, 9738)])
def test_one_build_and_the_ends_of_the_scale(gates, correct, tmp_path):
    figure = trade_figure([point("one", gates, correct), point("two", gates, correct)])
    check_layout(figure, tmp_path)


def test_odd_names_are_text(tmp_path):
    points = [point(name, 10_000 + 999 * i, 9000 + 50 * i, dataset=name) for i, name in enumerate(ODD_NAMES)]
    figure = trade_figure(points)
    check_layout(figure, tmp_path)
    assert {"_hidden", 'x & "y"'} <= set(checked_svg(figure)[1])


def test_no_builds_and_other_formats(tmp_path):
    with pytest.raises(DataError, match=r"^points must be one build or more, not none$"):
        trade_figure([])
    with pytest.raises(OptionError, match=r"^picture must end in \.svg, \.png or \.pdf, not 'a\.gif'$"):
        save_figure(trade_figure([point("a", 1, 1)]), tmp_path / "a.gif")
    assert list(tmp_path.iterdir()) == []
    for suffix, start in ((".PNG", b"\x89PNG"), (".pdf", b"%PDF"), (".svg", b"<?xml")):
        figure = trade_figure([point("a", 1, 1)])
        for name in ("once", "twice"):
            save_figure(figure, tmp_path / f"{name}{suffix}", title="t")
        once, twice = ((tmp_path / f"{name}{suffix}").read_bytes() for name in ("once", "twice"))
        assert once.startswith(start)
        assert once == twice
