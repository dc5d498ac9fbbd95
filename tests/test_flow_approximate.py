"""A build that gives up samples for size: labeled, within its budget, and proved from there on."""

from __future__ import annotations

import json

import pytest

from nor2hdl import flow
from nor2hdl.data import load
from nor2hdl.netlist import read_netlist
from nor2hdl.report import read_report
from nor2hdl.simulate import simulate
from nor2hdl.view import report_page

LABEL = "approximate: care set = 1197 samples and 4 shifts of each"


@pytest.fixture(scope="module")
def approximate_build(digits_build, tmp_path_factory):
    model, notes = flow.load_build_model(digits_build.folder)
    folder = tmp_path_factory.mktemp("approximate")
    settings = flow.Settings(lose=2, mapped=False)
    return flow.compile_model(model, load("digits"), folder, settings=settings, notes=notes)


def test_it_is_smaller_within_its_budget(approximate_build):
    report = approximate_build.report
    found = report.approximation
    assert found.size.total.two_input <= 0.75 * report.minimized.total.two_input
    before, after = found.exact_accuracy[0], report.accuracy[0]
    assert (before.split, after.split) == ("val", "val")
    assert after.correct >= before.correct - 2
    assert (found.lose, found.finished) == (2, True)
    digits = load("digits")
    net = read_netlist(approximate_build.folder / "approximate.nor")
    assert net == approximate_build.circuit
    assert simulate(net, digits.x_val, digits.y_val, classes=10).correct == after.correct
    exact = read_netlist(approximate_build.folder / "minimized.nor")
    assert (
        simulate(exact, digits.x_test, digits.y_test, classes=10).correct == found.exact_accuracy[1].correct
    )


def test_every_file_says_so(approximate_build):
    folder = approximate_build.folder
    assert (folder / "approximate.nor").read_text().splitlines()[1] == f"# {LABEL}"
    assert (folder / "top.v").read_text().splitlines()[0] == f"// {LABEL}"
    assert LABEL in (folder / "report.html").read_text()
    assert json.loads((folder / "report.json").read_text())["approximation"]["label"] == LABEL
    assert "approximate" not in (folder / "minimized.nor").read_text()


def test_the_viewer_shows_what_was_emitted(approximate_build):
    scene = flow.scene_of_build(approximate_build.folder, load("digits"))
    assert scene.circuits[0].net == approximate_build.circuit
    assert scene.circuits[1].net.with_outputs(["cls"]) == read_netlist(
        approximate_build.folder / "netlist.nor"
    )
    assert scene.remark == LABEL


def test_claims_tell_proof_from_approximation(approximate_build):
    claims = {c.claim: (c.status, c.verdict) for c in approximate_build.report.claims}
    assert claims == {
        "model = extracted": ("equal", "equal on samples"),
        "extracted = minimized": ("equal", "proved equal"),
        "minimized ~ approximate": ("approximate", "approximate"),
        "approximate = top.v": ("equal", "proved equal"),
    }
    again = flow.verify_build(approximate_build.folder, load("digits"))
    assert {name: v.status for name, v in again.items()} == {
        "model = extracted": "equal",
        "extracted = minimized": "equal",
        "approximate = top.v": "equal",
    }


def test_the_report_is_read_back_and_shown(approximate_build):
    report = read_report(approximate_build.folder / "report.json")
    assert report == approximate_build.report
    assert report.emitted == report.approximation.size
    assert any(LABEL.capitalize() == table.title.partition(",")[0] for table in report.tables()[:3])
    assert "val, before approximation" in [c for t in report.tables() for c in t.columns[0].cells]
    assert "not equivalent to the network" in report_page(report)


def test_an_exact_build_over_it_takes_the_approximation_away(approximate_build, tmp_path):
    model, notes = flow.load_build_model(approximate_build.folder)
    digits = load("digits")
    for name in ("model.safetensors", "approximate.nor", "report.json"):
        (tmp_path / name).write_bytes((approximate_build.folder / name).read_bytes())
    settings = flow.Settings(mapped=False)
    flow.compile_model(model, digits, tmp_path, settings=settings, notes=notes, overwrite=True)
    assert not (tmp_path / "approximate.nor").exists()
    assert flow.read_build_report(tmp_path).approximation is None
