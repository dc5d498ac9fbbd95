"""The verb view as a user meets it: every kind of model and circuit, notes, and one-line errors."""

from __future__ import annotations

import json

import numpy as np
import pytest

from nor2hdl import flow, view
from nor2hdl.data import load, reber_automaton
from nor2hdl.errors import DataError
from nor2hdl.extract import extract_automaton
from nor2hdl.formats import write_circuit
from nor2hdl.netlist import random_netlist, read_netlist, write_machine
from nor2hdl.view import viewer_page
from tests.terminal import call, fails, json_of
from tests.view.pages import netlist_of, samples_of, scene_of


def built(capsys, data, folder):
    """Train and compile a small model on a file."""
    trained = call(capsys, "train", data, "-o", folder, "--hidden", 8, "--epochs", 1)[0]
    compiled = call(capsys, "compile", folder, "--no-mapped", "--passes", "share", "--data", data)[0]
    assert (trained, compiled) == (0, 0)


def test_view_writes_the_scene_of_a_build(capsys, build_copy):
    code, out, err = call(capsys, "view", build_copy)
    target = build_copy / "circuit.html"
    assert (code, out, err) == (0, f"wrote {target}\n", "")
    assert target.read_text() == viewer_page(flow.scene_of_build(build_copy, load("digits")))
    call(capsys, "view", build_copy, "-o", build_copy / "again.html")
    assert (build_copy / "again.html").read_bytes() == target.read_bytes()


def test_view_takes_samples_from_any_split(capsys, digits_build, tmp_path):
    target = tmp_path / "c.html"
    code, values = json_of(
        capsys, "view", digits_build.folder, "-o", target, "--split", "val", "--samples", 3
    )
    page = target.read_text()
    assert (code, values) == (
        0, {"page": str(target), "bytes": target.stat().st_size, "samples": 3, "summarized": []},
    )  # fmt: skip
    found = scene_of(page)["samples"]
    assert found["split"] == "val"
    assert (samples_of(page, found) == load("digits").x_val[found["indices"]]).all()
    assert json_of(capsys, "view", digits_build.folder, "-o", target, "--samples", 0)[1]["samples"] == 0
    assert scene_of(target.read_text())["samples"] is None


def test_a_page_is_no_obstacle_to_a_new_build(capsys, build_copy):
    assert call(capsys, "view", build_copy)[0] == 0
    assert "must be empty" in fails(capsys, "compile", build_copy, "--no-mapped")
    assert call(capsys, "compile", build_copy, "--no-mapped", "--passes", "share", "--overwrite")[0] == 0
    assert not (build_copy / "circuit.html").exists()
    assert call(capsys, "view", build_copy)[0] == 0
    arguments = ["train", "digits", "-o", build_copy, "--hidden", 10, "--epochs", 1, "--overwrite"]
    assert call(capsys, *arguments)[0] == 0
    assert [path.name for path in build_copy.iterdir()] == ["model.safetensors"]


@pytest.mark.parametrize("suffix", [".nor", ".aig", ".aag", ".blif"])
def test_view_takes_a_circuit_alone(capsys, tmp_path, suffix):
    net, file = random_netlist(gates=300), tmp_path / f"c{suffix}"
    write_circuit(net, file, remark="approximate: care set = 3 samples")
    code, out, err = call(capsys, "view", file)
    assert (code, out) == (0, f"wrote {tmp_path / 'circuit.html'}\n")
    assert err == f"note: {file} is approximate: care set = 3 samples\n"
    page = (tmp_path / "circuit.html").read_text()
    values = scene_of(page)
    assert (values["title"], values["remark"]) == (file.name, "approximate: care set = 3 samples")
    assert netlist_of(page, values["circuits"][0]).num_outputs == net.num_outputs
    if suffix == ".nor":
        assert netlist_of(page, values["circuits"][0]) == net


def test_view_of_color_pictures(capsys, tmp_path):
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (60, 3, 2, 3), dtype=np.uint8)
    np.savez(tmp_path / "color.npz", x=x, y=(x[:, 0, 0, 0] >= 128).astype(int))
    built(capsys, tmp_path / "color.npz", tmp_path / "b")
    call(capsys, "view", tmp_path / "b", "--data", tmp_path / "color.npz")
    page = (tmp_path / "b" / "circuit.html").read_text()
    values = scene_of(page)
    assert values["image"]["shape"] == [3, 2, 3]
    assert samples_of(page, values["samples"]).shape[1] == 18
    assert values["circuits"][0]["inputs"] == [["pix", 144]]


def test_view_of_a_table_whose_file_is_gone(capsys, tmp_path):
    rows = [f"{i % 256},{i * 7 % 256},{'<b>' if i % 2 else '</script>'}" for i in range(60)]
    data, folder = tmp_path / "t.csv", tmp_path / "b"
    data.write_text("\n".join(rows) + "\n")
    built(capsys, data, folder)
    code, _, err = call(capsys, "view", folder)
    assert code == 0
    assert err == (
        "note: the page has neither samples nor toggle rates: data set must be named with --data: the model "
        "was trained on a file called 't'\n"
    )
    values = scene_of((folder / "circuit.html").read_text())
    assert (values["samples"], values["circuits"][0]["toggles"]) == (None, None)
    assert (values["classes"], values["image"]["shape"]) == (["</script>", "<b>"], [2])
    assert call(capsys, "view", folder, "--data", data)[0] == 0
    assert scene_of((folder / "circuit.html").read_text())["samples"]["split"] == "test"


def test_view_when_the_data_set_cannot_be_read(capsys, build_copy, monkeypatch):
    def missing(_name):
        raise DataError("cannot read digits")

    monkeypatch.setattr("nor2hdl.cli._view.load_data", missing)
    code, _, err = call(capsys, "view", build_copy)
    assert (code, err) == (0, "note: the page has neither samples nor toggle rates: cannot read digits\n")
    assert fails(capsys, "view", build_copy, "--data", "digits") == "cannot read digits"


def test_view_when_another_data_set_has_the_name(capsys, tmp_path):
    rows = [f"{i % 256},{i * 7 % 256},{i % 2}" for i in range(60)]
    data, folder = tmp_path / "digits.csv", tmp_path / "b"
    data.write_text("\n".join(rows) + "\n")
    built(capsys, data, folder)
    code, _, err = call(capsys, "view", folder)
    assert code == 0
    assert err.startswith("note: the page has neither samples nor toggle rates: model must fit the data: ")
    assert "model must fit the data: " in fails(capsys, "view", folder, "--data", "digits")
    assert call(capsys, "view", folder, "--data", data)[2] == ""


def test_view_says_what_is_too_large(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(view._scene, "MOST_GATES", 100)
    monkeypatch.setattr(view, "MOST_GATES", 100)
    write_circuit(random_netlist(gates=1200), tmp_path / "c.nor")
    code, out, err = call(capsys, "view", tmp_path / "c.nor", "--json")
    assert (code, json.loads(out)["summarized"]) == (0, ["c.nor"])
    assert err == "note: the circuit c.nor is only summarized: it has 1,200 gates, more than 100\n"


def test_view_opens_the_browser(capsys, digits_build, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", lambda address: bool(opened.append(address)) or len(opened) < 2)
    arguments = ["view", digits_build.folder, "-o", tmp_path / "a b.html", "--open"]
    assert call(capsys, *arguments)[2] == ""
    assert call(capsys, *arguments)[2] == f"note: no browser was found to open {tmp_path / 'a b.html'}\n"
    assert opened == [(tmp_path / "a b.html").as_uri()] * 2


def test_view_mistakes(capsys, digits_build, tmp_path):
    folder = digits_build.folder
    write_machine(extract_automaton(reber_automaton()), tmp_path / "m.nor")
    assert fails(capsys, "view", tmp_path / "m.nor") == (
        f"view must have a circuit without registers, but {tmp_path / 'm.nor'} is a sequential machine"
    )
    (tmp_path / "m.nor").unlink()
    assert fails(capsys, "view", folder / "netlist.nor", "--data", "digits") == (
        "--data must stand with a build folder: a circuit alone has no samples"
    )
    assert "must end in .nor, .aig, .aag or .blif" in fails(capsys, "view", folder / "top.v")
    assert "there is none at" in fails(capsys, "view", tmp_path)
    assert "split must be one of" in fails(capsys, "view", folder, "--split", "all")
    assert "cannot write" in fails(capsys, "view", folder, "-o", tmp_path / "none" / "c.html")
    assert read_netlist(folder / "minimized.nor") == digits_build.circuit
    assert list(tmp_path.iterdir()) == []
    assert not (folder / "circuit.html").exists()
