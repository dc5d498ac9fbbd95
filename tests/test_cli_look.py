"""The verbs inspect and explain as a user meets them."""

from __future__ import annotations

import json

import numpy as np
import pytest

from nor2hdl import explain
from nor2hdl.data import load
from nor2hdl.explain import deciding_neurons, expression, smallest_flip, truth_table
from nor2hdl.flow import load_build_model
from nor2hdl.netlist import Builder, write_netlist
from tests.terminal import call, fails, json_of


@pytest.fixture
def small(tmp_path):
    b = Builder()
    x = b.input("x", 13)
    b.output("y", [b.nor(x[0], b.nor(x[1]))])
    b.output("wide", [b.nor(*x)])
    write_netlist(b.freeze(), tmp_path / "a.nor")
    return b.freeze(), tmp_path / "a.nor"


def test_functions(capsys, small):
    net, path = small
    assert call(capsys, "inspect", path, "--truth-table", "y")[:2] == (0, f"{truth_table(net, 'y')}\n")
    assert call(capsys, "inspect", path, "--expression", "y")[:2] == (0, f"{expression(net, 'y')}\n")
    assert json_of(capsys, "inspect", path, "--truth-table", "y") == (
        0,
        {"inputs": ["x[0]", "x[1]"], "values": [0, 0, 1, 0]},
    )
    assert json_of(capsys, "inspect", path, "--expression", "y") == (0, {"expression": "~x[0] & x[1]"})
    assert fails(capsys, "inspect", path, "--expression", "wide").startswith(
        "cone of wide must read at most 12"
    )
    assert "not 'no'" in fails(capsys, "inspect", path, "--truth-table", "no")


def test_cones_as_drawings(capsys, small, tmp_path):
    _, path = small
    code, out, _ = call(capsys, "inspect", path, "--cone", "y", "-o", tmp_path / "y.dot")
    assert (code, out) == (0, f"wrote {tmp_path / 'y.dot'}\n")
    assert (tmp_path / "y.dot").read_text().startswith("digraph")
    assert json_of(capsys, "inspect", path, "--cone", "y", "-o", tmp_path / "y.json", "--depth", 1) == (
        0,
        {"drawing": str(tmp_path / "y.json")},
    )
    assert len(json.loads((tmp_path / "y.json").read_text())["modules"]["cone"]["cells"]) == 1
    assert "must end in .svg, .dot or .json" in fails(capsys, "inspect", path, "--cone", "y", "-o", "y.png")
    together = "--output must stand with --cone, and --depth with --output"
    assert fails(capsys, "inspect", path, "-o", tmp_path / "z.dot") == together
    assert fails(capsys, "inspect", path, "--cone", "y", "--depth", 1) == together
    assert "not several" in fails(capsys, "inspect", path, "--cone", "y", "--expression", "y")


def test_explain(capsys, digits_build):
    folder = digits_build.folder
    code, values = json_of(capsys, "explain", folder, "--sample", 3)
    x, y = load("digits").split("test")
    decision = deciding_neurons(load_build_model(folder)[0], x[3])
    flip = smallest_flip(digits_build.circuit, x[3])
    assert code == 0
    assert (values["class"], values["label"]) == (decision.winner, y[3])
    assert values["votes"] == list(decision.votes)
    assert [n["name"] for n in values["neurons"]] == [n.name for n in decision.neurons]
    assert values["flip"]["status"] == flip.status == "smallest"
    assert len(values["flip"]["changes"]) == len(flip.changed)
    code, out, _ = call(capsys, "explain", folder, "--sample", 3)
    assert code == 0
    assert str(flip) in out
    assert flip.picture((8, 8)) in out
    assert "^" in flip.picture((8, 8)) or "v" in flip.picture((8, 8))
    for row in decision.rows()[:12]:
        assert row[0] in out


def test_explain_to_a_class(capsys, digits_build):
    code, values = json_of(
        capsys, "explain", digits_build.folder, "--sample", 0, "--split", "val", "--to", "3"
    )
    assert (code, values["flip"]["to"]) == (0, 3)
    own = str(values["class"])
    text = fails(capsys, "explain", digits_build.folder, "--sample", 0, "--split", "val", "--to", own)
    assert text == f"to must be a class in 0..15 other than the sample's own, {own}, not {own}"
    text = fails(capsys, "explain", digits_build.folder, "--sample", 0, "--to", "[red]")
    assert text == "class to flip to must be one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, not '[red]'"


def test_exit_codes(capsys, monkeypatch, digits_build):
    assert call(capsys, "explain", digits_build.folder, "--sample", 0, "--timeout", 0.001)[0] == 8
    sample = load("digits").x_test[0]
    far = explain.Flip("at most", "pixel", sample, sample ^ np.uint8(255), (0, 1), 2, 3, 1, 0.5)
    monkeypatch.setattr(explain, "smallest_flip", lambda *_, **__: far)
    code, out, _ = call(capsys, "explain", digits_build.folder, "--sample", 0)
    assert code == 4
    assert "fewer may do (not proved" in out


@pytest.mark.parametrize("number", [-1, 300])
def test_samples_that_are_not_there(capsys, digits_build, number):
    text = fails(capsys, "explain", digits_build.folder, "--sample", number)
    assert text == f"sample must be in 0..299 of the split test, not {number}"


def test_what_is_no_build(capsys, digits_build, tmp_path):
    path = digits_build.folder / "minimized.nor"
    assert fails(capsys, "explain", path, "--sample", 0) == f"explain must have a build folder, not {path}"
    assert "split must be one of" in fails(
        capsys, "explain", digits_build.folder, "--sample", 0, "--split", "all"
    )
    fails(capsys, "explain", tmp_path, "--sample", 0)
