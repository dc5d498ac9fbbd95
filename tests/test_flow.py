"""The whole chain into a build folder."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch

from nor2hdl import flow
from nor2hdl.data import Thermometer, load
from nor2hdl.errors import DataError, ModelError, OptionError, OutputError, ToolTimeoutError
from nor2hdl.extract import extract
from nor2hdl.flow._checks import check_scores
from nor2hdl.flow._folder import COMPILED, MODEL
from nor2hdl.learn import nor_classifier, recipe_for
from nor2hdl.netlist import read_netlist
from nor2hdl.report import Claim
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
        ("model = extracted", "samples"),
        ("extracted = minimized", "proof"),
        ("minimized = top.v", "proof"),
    ]


def test_build_folder_holds_the_contract(digits_build):
    folder = digits_build.folder
    names = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    assert names == {
        "model.safetensors",
        "netlist.nor",
        "minimized.nor",
        "top.v",
        "report.json",
        "report.html",
        *(f"pictures/{name}.svg" for name in ("training", "fan-in", "area", "masks", "confusion", "errors")),
    }
    top = (digits_build.folder / "top.v").read_text()
    assert re.search(r"module top\(pix, cls\);", top)
    assert re.search(r"input \[511:0\] pix;", top)
    assert re.search(r"output \[3:0\] cls;", top)


def test_report_is_what_the_circuit_does(digits_build):
    digits = load("digits")
    model, _ = flow.load_build_model(digits_build.folder)
    net = read_netlist(digits_build.folder / "minimized.nor")
    assert net == digits_build.circuit
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
    for path in filter(Path.is_file, digits_build.folder.rglob("*")):
        again = tmp_path / "again" / path.relative_to(digits_build.folder)
        assert path.read_bytes() == again.read_bytes(), path.name


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
    assert (folder / MODEL).read_bytes() == (tmp_path / "whole" / MODEL).read_bytes()
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
    for name in COMPILED:
        (build_copy / name).unlink(missing_ok=True)
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
    assert build.circuit.num_gates <= 1
    assert json.loads((tmp_path / "b" / "report.json").read_text())["model"]["live"] == 0


def test_a_wrong_circuit_is_found(digits_build):
    digits = load("digits")
    model, _ = flow.load_build_model(digits_build.folder)
    scored = extract(model, scores=True)
    with torch.no_grad():
        model.layers[0].latent[:, 3] *= -1
    verdict = check_scores(model, scored, digits)
    assert verdict.status == "different"
    sample = verdict.counterexample
    x = np.packbits(sample.reshape(1, -1), axis=1, bitorder="little")
    assert (x == digits.x_test).all(1).any()


def small_recipe(digits, **changes):
    recipe = recipe_for(digits)
    config = dataclasses.replace(recipe.config, **{"epochs": 2, **changes})
    return dataclasses.replace(recipe, hidden=(30,), config=config)


def test_finished_training_is_not_run_again(tmp_path):
    digits = load("digits")
    _, notes = flow.train_model(digits, small_recipe(digits), tmp_path)
    before = (tmp_path / MODEL).stat().st_mtime_ns

    def never(_progress):
        raise AssertionError

    _, again = flow.train_model(digits, small_recipe(digits), tmp_path, watch=never)
    assert again == notes
    assert (tmp_path / MODEL).stat().st_mtime_ns == before
    with pytest.raises(OutputError, match=r"must be empty, but holds model\.safetensors"):
        flow.train_model(digits, small_recipe(digits, seed=5), tmp_path)


def test_training_over_a_build_removes_the_old_circuit(build_copy):
    digits = load("digits")
    flow.train_model(digits, small_recipe(digits), build_copy, overwrite=True)
    assert [p.name for p in build_copy.iterdir()] == [MODEL]


def test_notes_speak_of_the_epoch_that_was_kept(tmp_path):
    digits = load("digits")
    recipe = small_recipe(digits, epochs=30, lr=0.2, patience=2, seed=3)
    model, notes = flow.train_model(digits, recipe, tmp_path)
    kept = notes["epoch"]
    assert kept["epoch"] < len(notes["history"])
    assert kept["accuracy"] == (model.predict(digits.x_val) == digits.y_val).mean()
    assert kept["live"] == model.live_neurons()


def test_an_interrupted_compilation_leaves_the_folder_as_it_was(digits_build, tmp_path):
    digits = load("digits")
    model, notes = flow.load_build_model(digits_build.folder)

    def interrupt(name):
        if name == "simulate":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        flow.compile_model(model, digits, tmp_path / "b", notes=notes, step=interrupt)
    assert list((tmp_path / "b").iterdir()) == []
    build = flow.compile_model(
        model, digits, tmp_path / "b", notes=notes, settings=flow.Settings(mapped=False)
    )
    assert {v.status for v in build.verdicts.values()} == {"equal"}


def test_a_changed_file_is_noticed(build_copy):
    flow.read_build_report(build_copy)
    with (build_copy / "top.v").open("a") as file:
        file.write("// mine\n")
    with pytest.raises(DataError, match=r"top\.v must be the file that the report speaks of"):
        flow.read_build_report(build_copy)


def test_verify_build_compares_model_netlists_and_verilog(build_copy):
    digits = load("digits")
    statuses = [v.status for v in flow.verify_build(build_copy, digits).values()]
    assert statuses == ["equal"] * 3
    text = (build_copy / "netlist.nor").read_text()
    line = re.search(r"^cls\[3\] = .*$", text, re.MULTILINE)[0]
    (build_copy / "netlist.nor").write_text(text.replace(line, "cls[3] = 0"))
    verdicts = flow.verify_build(build_copy, digits)
    assert verdicts["model = extracted"].status == "different"
    assert verdicts["extracted = minimized"].status == "different"
    assert verdicts["minimized = top.v"].status == "equal"


def test_the_encoder_belongs_to_the_model(digits_build, build_copy):
    model, notes = flow.load_build_model(digits_build.folder)
    model.encoder = Thermometer((16, 32, 48))
    for name in COMPILED:
        (build_copy / name).unlink(missing_ok=True)
    with pytest.raises(OutputError, match="must hold the model that is compiled, but holds another"):
        flow.compile_model(model, load("digits"), build_copy, notes=notes)


def test_other_data_than_trained_on_is_refused(digits_build, tmp_path):
    model, notes = flow.load_build_model(digits_build.folder)
    notes["dataset"]["checksum"] = "0" * 64
    with pytest.raises(OptionError, match="data set must be the one that the model was trained on"):
        flow.compile_model(model, load("digits"), tmp_path / "x", notes=notes)


def test_a_mapping_that_takes_too_long_costs_no_proof(digits_build, tmp_path, monkeypatch):
    def slow(*_args, **_kwargs):
        raise ToolTimeoutError("yosys", "did not finish within 1 s")

    monkeypatch.setattr("nor2hdl.flow._compile.map_circuit", slow)
    model, notes = flow.load_build_model(digits_build.folder)
    build = flow.compile_model(model, load("digits"), tmp_path / "b", notes=notes)
    assert build.unmapped == "yosys did not finish within 1 s"
    assert build.report.mapped is None
    assert [c.verdict for c in build.report.claims] == ["equal on samples", "proved equal", "proved equal"]


def test_what_is_unknown_never_looks_proved():
    verdicts = [
        Claim("a = b", status, "proof", "abc").verdict for status in ("equal", "different", "unknown")
    ]
    assert verdicts == ["proved equal", "different", "unknown"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"objective": "area"}, r"^objective must be one of gates, .*, not 'area'$"),
        ({"passes": ["abc", "abd"]}, r"^pass must be one of sweep, .*, not 'abd'$"),
        ({"lose": -1}, r"^lose must be a number of samples, 0 or more, or None, not -1$"),
        ({"timeout": 0}, r"^timeout must be a finite number of seconds above 0, not 0$"),
    ],
)
def test_bad_settings_are_told_before_anything_is_done(options, message):
    with pytest.raises(OptionError, match=message):
        flow.Settings(**options)
