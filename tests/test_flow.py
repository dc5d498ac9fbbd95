"""The whole chain into a build folder."""

from __future__ import annotations

import dataclasses
import json
import re

import numpy as np
import pytest
import torch

from nor2hdl import flow
from nor2hdl.data import load
from nor2hdl.errors import ModelError, OutputError
from nor2hdl.extract import extract
from nor2hdl.learn import nor_classifier, recipe_for
from nor2hdl.netlist import read_netlist
from nor2hdl.simulate import classify


def test_every_claim_holds(digits_build):
    statuses = {name: v.status for name, v in digits_build.verdicts.items()}
    assert statuses == {
        "model = extracted": "equal",
        "extracted = minimized": "equal",
        "minimized = top.v": "equal",
    }
    kinds = [(c.claim, c.kind) for c in digits_build.report.claims]
    assert kinds == [
        ("model = extracted", "sampled"),
        ("extracted = minimized", "proved"),
        ("minimized = top.v", "proved"),
    ]


def test_build_folder_holds_the_contract(digits_build):
    names = {p.name for p in digits_build.folder.iterdir()}
    assert names == {
        "model.safetensors",
        "netlist.nor",
        "minimized.nor",
        "top.v",
        "report.json",
        "report.html",
    }
    top = (digits_build.folder / "top.v").read_text()
    assert re.search(r"module top\(pix, cls\);", top)
    assert re.search(r"input \[511:0\] pix;", top)
    assert re.search(r"output \[3:0\] cls;", top)


def test_report_is_what_the_circuit_does(digits_build):
    digits = load("digits")
    model, _ = flow.load_build_model(digits_build.folder)
    net = read_netlist(digits_build.folder / "minimized.nor")
    assert net == digits_build.minimized
    predicted = classify(net, digits.x_test, engine="reference")
    assert (predicted == model.predict(digits.x_test)).all()
    test = next(a for a in digits_build.report.accuracy if a.split == "test")
    assert test.correct == int((predicted == digits.y_test).sum())
    assert np.array(test.confusion).sum() == test.total == 300
    assert np.trace(np.array(test.confusion)) == test.correct
    assert digits_build.report.minimized.total.two_input <= digits_build.report.extracted.total.two_input


def test_same_inputs_give_the_same_bytes(digits_build, tmp_path):
    model, notes = flow.load_build_model(digits_build.folder)
    flow.compile_model(model, load("digits"), tmp_path / "again", notes=notes)
    for path in digits_build.folder.iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes(), path.name


def test_interrupted_training_goes_on_in_the_same_folder(tmp_path):
    digits = load("digits")
    recipe = recipe_for(digits)
    recipe = dataclasses.replace(recipe, hidden=(50,), config=dataclasses.replace(recipe.config, epochs=4))
    whole, _ = flow.train_model(digits, recipe, tmp_path / "whole")

    def interrupt(progress):
        if progress.stats is not None and progress.stats.epoch == 2:
            raise KeyboardInterrupt

    folder = tmp_path / "parts"
    with pytest.raises(KeyboardInterrupt):
        flow.train_model(digits, recipe, folder, watch=interrupt)
    assert [p.name for p in folder.iterdir()] == ["checkpoint.safetensors"]
    flow.train_model(digits, recipe, folder)
    assert [p.name for p in folder.iterdir()] == ["model.safetensors"]
    assert (folder / flow.MODEL).read_bytes() == (tmp_path / "whole" / flow.MODEL).read_bytes()
    assert whole.features == 64


def test_folder_with_other_files_is_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("x")
    digits = load("digits")
    with pytest.raises(OutputError) as caught:
        flow.train_model(digits, recipe_for(digits), tmp_path)
    assert str(caught.value) == (
        f"folder {tmp_path} must be empty, but holds thesis.tex; choose another, or pass --overwrite"
    )
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.tex"]


def test_folder_that_is_a_file(tmp_path):
    (tmp_path / "f").write_text("x")
    with pytest.raises(OutputError, match=r"cannot make folder .*: File exists; choose another"):
        flow.prepare_folder(tmp_path / "f")


def test_folder_of_another_model_is_refused(build_copy):
    for name in flow.COMPILED:
        (build_copy / name).unlink()
    other = nor_classifier(64, 10, hidden=[20])
    with pytest.raises(OutputError, match="must hold the model that is compiled, but holds another"):
        flow.compile_model(other, load("digits"), build_copy)


def test_model_that_does_not_fit_the_data(tmp_path):
    with pytest.raises(ModelError) as caught:
        flow.compile_model(nor_classifier(4, 2, hidden=[2]), load("digits"), tmp_path / "x")
    assert str(caught.value) == (
        "model must fit the data: digits has 64 features and 10 classes, the model 4 and 2"
    )
    assert not (tmp_path / "x").exists()


def test_network_pruned_to_nothing_compiles(tmp_path):
    digits = load("digits")
    model = nor_classifier(64, 10, hidden=[20], shape=(8, 8))
    with torch.no_grad():
        model.layers[0].latent.fill_(-1)  # every neuron is the constant 1
    build = flow.compile_model(model, digits, tmp_path / "b")
    assert {v.status for v in build.verdicts.values()} == {"equal"}
    assert build.minimized.num_gates <= 1
    assert json.loads((tmp_path / "b" / "report.json").read_text())["model"]["live"] == 0


def test_a_wrong_circuit_is_found(digits_build):
    digits = load("digits")
    model, _ = flow.load_build_model(digits_build.folder)
    scored = extract(model, scores=True)
    with torch.no_grad():
        model.layers[0].latent[:, 3] *= -1
    verdict = flow._check_model(model, scored, digits)
    assert verdict.status == "different"
    sample = verdict.counterexample
    x = np.packbits(sample.reshape(1, -1), axis=1, bitorder="little")
    assert (x == digits.x_test).all(1).any()
