"""The verbs as a user meets them: exit codes, JSON, one-line errors."""

from __future__ import annotations

import dataclasses
import json
import re
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from nor2hdl import verify
from nor2hdl.cli._app import exit_code
from nor2hdl.errors import ToolError
from nor2hdl.learn import recipe_for
from nor2hdl.minimize import ENGINES, Outcome
from nor2hdl.netlist import read_netlist, write_netlist
from nor2hdl.verify import Verdict
from tests.terminal import call, fails, json_of


def test_run_does_all_in_one_go(capsys, tmp_path):
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (300, 4), dtype=np.uint8)
    rows = [",".join(map(str, [*row, int(row[0] >= 128)])) for row in x.tolist()]
    (tmp_path / "t.csv").write_text("\n".join(["a,b,c,d,label", *rows]) + "\n")
    code, report = json_of(capsys, "run", tmp_path / "t.csv", "-o", tmp_path / "b", "--seed", 1)
    assert code == 0
    assert [c["status"] for c in report["claims"]] == ["equal"] * 3
    assert report["accuracy"][1]["correct"] / report["accuracy"][1]["total"] > 0.9
    code, result = json_of(capsys, "simulate", tmp_path / "b", "--data", tmp_path / "t.csv")
    assert (code, result["correct"]) == (0, report["accuracy"][1]["correct"])


def test_train_then_compile_in_place(capsys, tmp_path):
    code, stats = json_of(
        capsys, "train", "digits", "-o", tmp_path / "b", "--hidden", 40, "--hidden", 20, "--epochs", 1,
        "--votes", "plain", "--level", 100, "--tau", 2, "--decay", 0.05, "--lr", 0.02,
    )  # fmt: skip
    assert (code, stats["epoch"]) == (0, 1)
    code, report = json_of(capsys, "compile", tmp_path / "b", "--no-mapped")
    assert code == 0
    assert report["mapped"] is None
    assert [layer["neurons"] for layer in report["model"]["layers"]] == [40, 20]
    assert report["model"]["encoder"]["levels"] == [100]
    fails(capsys, "compile", tmp_path / "b")
    assert call(capsys, "compile", tmp_path / "b", "--no-mapped", "--overwrite")[0] == 0


def test_train_by_another_learner_then_compile(capsys, tmp_path):
    code, stats = json_of(
        capsys, "train", "digits", "-o", tmp_path / "b", "--hidden", 40, "--epochs", 2, "--learner", "top-k",
        "--keep", 0.02,
    )  # fmt: skip
    assert code == 0
    assert stats["pruned"] == pytest.approx(0.98, abs=1e-3)
    code, report = json_of(capsys, "compile", tmp_path / "b", "--no-mapped")
    assert (code, [c["status"] for c in report["claims"]]) == (0, ["equal"] * 3)
    assert report["model"]["notes"]["config"]["learner"] == "top-k"


def test_simulate_and_report_agree(capsys, digits_build):
    code, result = json_of(capsys, "simulate", digits_build.folder)
    assert code == 0
    assert result["confusion"] == [list(row) for row in digits_build.report.accuracy[1].confusion]
    code, out, _ = call(capsys, "simulate", digits_build.folder, "--split", "val", "--engine", "reference")
    assert code == 0
    assert f"({digits_build.report.accuracy[0].correct} of 300 samples of val, reference engine" in out
    code, report = json_of(capsys, "report", digits_build.folder)
    assert (code, report) == (0, json.loads(digits_build.report.to_json()))
    code, out, _ = call(capsys, "report", digits_build.folder)
    assert "NAND2 + INV" in out


def test_report_measures_a_netlist(capsys, digits_build):
    code, sizes = json_of(capsys, "report", digits_build.folder / "minimized.nor")
    assert code == 0
    assert sizes["total"]["gates"] == digits_build.circuit.num_gates
    assert sizes["mapped"]["nand2"] == digits_build.report.mapped.nand2


def test_verify_says_equal_different_and_unknown(capsys, build_copy):
    code, verdicts = json_of(capsys, "verify", build_copy)
    assert (code, {v["status"] for v in verdicts.values()}) == (0, {"equal"})
    netlist, minimized = build_copy / "netlist.nor", build_copy / "minimized.nor"
    assert call(capsys, "verify", netlist, minimized)[0] == 0
    assert call(capsys, "verify", netlist, build_copy / "top.v")[0] == 0
    text = minimized.read_text()
    first = re.search(r"^cls\[0\] = .*$", text, re.MULTILINE)[0]
    second = re.search(r"^cls\[1\] = .*$", text, re.MULTILINE)[0]
    swapped = text.replace(first, "cls[0]" + second[6:]).replace(second, "cls[1]" + first[6:])
    minimized.write_text(swapped)
    code, out, _ = call(capsys, "verify", netlist, minimized)
    assert code == 2
    assert "different" in out
    assert re.search(r"differs at input bits, first input first: [01]{512}$", out, re.MULTILINE)


def test_exit_codes(monkeypatch, capsys, digits_build):
    equal = Verdict("equal", "abc", 0.1)
    different = Verdict("different", "abc", 0.1, counterexample=np.zeros(3, bool))
    unknown = Verdict("unknown", "abc", 0.1)
    late = Verdict("unknown", "abc", 0.1, timed_out=True)
    assert [exit_code([equal, v]) for v in (equal, different, unknown, late)] == [0, 2, 4, 8]
    assert exit_code([late, different]) == 2
    monkeypatch.setattr(verify, "prove", lambda *_, **__: late)
    code, out, _ = call(capsys, "verify", digits_build.folder / "netlist.nor", digits_build.folder)
    assert code == 8
    assert "equal" not in out


def test_inspect(capsys, digits_build):
    folder = digits_build.folder
    assert json_of(capsys, "inspect", folder)[1]["gates"] == digits_build.circuit.num_gates
    code, gate = json_of(capsys, "inspect", folder / "netlist.nor", "--net", "cls[0]")
    assert (code, gate["provenance"], gate["outputs"]) == (0, "argmax", ["cls[0]"])
    source = gate["fanin"][0]
    assert gate["net"] in json_of(capsys, "inspect", folder / "netlist.nor", "--net", source)[1]["fanout"]
    code, cone, _ = call(capsys, "inspect", folder, "--cone", "cls[3]")
    assert (code, cone.startswith("nor2hdl-netlist 1\n")) == (0, True)
    code, path = json_of(capsys, "inspect", folder / "netlist.nor", "--path", source, "cls[0]")
    assert path["path"] == [source, gate["net"]]
    assert "net must be" in fails(capsys, "inspect", folder, "--net", "%999999")


def test_report_writes_one_page(capsys, digits_build, tmp_path):
    code, _, _ = call(capsys, "report", digits_build.folder, "-o", tmp_path / "r.html")
    assert code == 0
    assert (tmp_path / "r.html").read_bytes() == (digits_build.folder / "report.html").read_bytes()
    circuit = digits_build.folder / "netlist.nor"
    message = fails(capsys, "report", circuit, "-o", tmp_path / "n.html")
    assert message == f"--output must stand with a build folder, not with {circuit}"
    assert [path.name for path in tmp_path.iterdir()] == ["r.html"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["frobnicate"], "No such command 'frobnicate'."),
        (["run", "digits"], "Missing option '--output' / '-o'."),
        (["train", "digits", "-o", "{tmp}/x", "--epochs", "0"], "epochs must be 1 or more, not 0"),
        (
            ["train", "digits", "-o", "{tmp}/x", "--learner", "top-k"],
            "keep must be given for the learner 'top-k': the share of weights, such as 0.01",
        ),
        (
            ["train", "digits", "-o", "{tmp}/x", "--keep", "0.1"],
            "keep must be left out for the learner 'decay', not 0.1: it has no budget",
        ),
        (
            ["train", "digits", "-o", "{tmp}/x", "--hidden", "105"],
            "width of the last layer must be a multiple of the number of classes (10), not 105",
        ),
        (
            ["train", "digits", "-o", "{tmp}/x", "--recipe", "huge"],
            "recipe must be one of small, accurate, not 'huge'",
        ),
        (
            ["train", "digits", "-o", "{tmp}/x", "--votes", "loud"],
            "votes must be 'plain' or 'powers', not 'loud'",
        ),
        (
            ["compile", "{tmp}/none"],
            "model file must exist, but there is none at {tmp}/none; train one first",
        ),
        (
            ["simulate", "{build}", "--engine", "warp"],
            "engine must be one of 'reference', 'fast', 'c', 'amaranth', 'icarus', 'verilator', not 'warp'",
        ),
        (
            ["simulate", "{build}/netlist.nor"],
            "data set must be named with --data: {build}/netlist.nor is a netlist alone",
        ),
        (
            ["verify", "{build}/netlist.nor"],
            "verify must have a second circuit to compare {build}/netlist.nor with, or a build folder",
        ),
    ],
)
def test_mistakes_are_one_line(capsys, digits_build, tmp_path, arguments, message):
    def fill(text):
        return text.replace("{tmp}", str(tmp_path)).replace("{build}", str(digits_build.folder))

    assert fails(capsys, *map(fill, arguments)) == fill(message)
    assert list(tmp_path.iterdir()) == []


def test_unknown_data_set_lists_the_known(capsys, tmp_path):
    message = fails(capsys, "run", "emnist", "-o", tmp_path / "x")
    assert "'mnist', 'fashion-mnist', 'digits'" in message
    assert not (tmp_path / "x").exists()


def test_ctrl_c_stops_training_and_a_second_call_goes_on(tmp_path):
    command = [sys.executable, "-c", "import sys; from nor2hdl.cli import main; sys.exit(main(sys.argv[1:]))"]
    command += ["train", "digits", "-o", str(tmp_path / "b"), "--epochs", "150"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    checkpoint = tmp_path / "b" / "checkpoint.safetensors"
    deadline = time.monotonic() + 60
    while not checkpoint.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "interrupted" in err
    assert [p.name for p in (tmp_path / "b").iterdir()] == ["checkpoint.safetensors"]
    subprocess.run(command, check=True, capture_output=True)
    assert [p.name for p in (tmp_path / "b").iterdir()] == ["model.safetensors"]


def test_demo_runs_twice_in_its_own_folder_but_replaces_no_other(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("nor2hdl.cli._verbs.make_recipe", lambda data, _name: tiny(data))
    assert call(capsys, "demo")[0] == 0
    assert call(capsys, "demo")[0] == 0
    assert "must be empty" in fails(capsys, "demo", "-o", "nor2hdl-demo")


def tiny(dataset):
    recipe = recipe_for(dataset)
    return dataclasses.replace(recipe, hidden=(20,), config=dataclasses.replace(recipe.config, epochs=2))


def test_run_goes_on_after_an_interrupted_compilation(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr("nor2hdl.cli._verbs.make_recipe", lambda data, _name: tiny(data))
    arguments = ["run", "digits", "-o", tmp_path / "b"]
    with monkeypatch.context() as patch:
        patch.setattr(
            "nor2hdl.flow._compile.minimize", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        assert call(capsys, *arguments)[0] == 130
    assert [p.name for p in (tmp_path / "b").iterdir()] == ["model.safetensors"]
    assert call(capsys, *arguments)[0] == 0
    assert "must be empty" in fails(capsys, *arguments)
    assert call(capsys, *arguments, "--overwrite")[0] == 0


def test_names_of_the_user_are_no_markup(capsys, tmp_path):
    rows = [f"{i % 256},{(i * 7) % 256},{'[/x]' if i % 2 else '[bold]b'}" for i in range(60)]
    (tmp_path / "t.csv").write_text("\n".join(rows) + "\n")
    folder = tmp_path / "[/y]"
    code = call(capsys, "train", tmp_path / "t.csv", "-o", folder, "--hidden", 4, "--epochs", 1)[0]
    assert code == 0
    assert "a file called 't'" in fails(capsys, "compile", folder, "--no-mapped")
    assert call(capsys, "compile", folder, "--no-mapped", "--data", tmp_path / "t.csv")[0] == 0
    code, out, _ = call(capsys, "simulate", folder, "--data", tmp_path / "t.csv")
    assert code == 0
    assert "[/x]" in out
    assert "[bold]b" in out


def test_inspect_takes_one_question(capsys, digits_build):
    message = fails(capsys, "inspect", digits_build.folder, "--net", "0", "--cone", "cls[0]")
    options = "--net, --cone, --path, --truth-table and --expression"
    assert message == f"inspect must have one of {options}, not several"


def test_minimize_writes_a_proved_circuit_in_any_form(capsys, tmp_path, digits_build):
    from nor2hdl.formats import read_circuit

    source = digits_build.folder / "netlist.nor"
    for suffix in (".nor", ".aig", ".blif"):
        code, values = json_of(
            capsys, "minimize", source, "-o", tmp_path / f"m{suffix}", "--passes", "share, share_clauses"
        )
        assert (code, values["proof"]["status"]) == (0, "equal")
        assert [s["name"] for s in values["steps"]] == ["share", "share_clauses"]
        assert (
            verify.prove(read_circuit(source), read_circuit(tmp_path / f"m{suffix}"), timeout=60).status
            == "equal"
        )
    code, out, _ = call(capsys, "minimize", source, "-o", tmp_path / "m.v", "--objective", "levels")
    assert code == 0
    assert "balance" in out
    assert "circuit = minimized: equal" in out
    assert call(capsys, "verify", source, tmp_path / "m.v")[0] == 0


def test_minimize_names_what_is_wrong(capsys, tmp_path, digits_build):
    source = digits_build.folder / "netlist.nor"
    message = fails(capsys, "minimize", source, "-o", tmp_path / "m.txt")
    assert message == "output must end in .nor, .aig, .aag, .blif, .v, .c, not 'm.txt'"
    arguments = ("minimize", source, "-o", tmp_path / "m.nor")
    assert "pass must be one of sweep, " in fails(capsys, *arguments, "--passes", "sweeep")
    assert "objective must be one of gates, " in fails(capsys, *arguments, "--objective", "area")
    assert list(tmp_path.iterdir()) == []


def test_minimize_lists_what_there_is(capsys):
    code, out, _ = call(capsys, "minimize", "--list")
    assert code == 0
    for name in ("share_clauses", "abc_thorough", "aigverse", "lut6"):
        assert name in out


def test_an_engine_that_runs_out_of_time_is_told_and_the_build_is_whole(
    capsys, tmp_path, digits_build, monkeypatch
):
    class Slow:
        name = "aigverse"

        def run(self, net, *, timeout):
            return Outcome(net, "aigverse did not finish within 1 s")

    monkeypatch.setitem(ENGINES, "aigverse", Slow())
    model = digits_build.folder / "model.safetensors"
    arguments = ("compile", model, "-o", tmp_path / "b", "--passes", "share,aigverse", "--no-mapped")
    code, out, errors = call(capsys, *arguments)
    assert code == 0
    assert "note: aigverse did not finish within 1 s" in errors
    assert "did not finish" in out
    report = json_of(capsys, "report", tmp_path / "b")[1]
    assert report["steps"][1]["problem"] == "aigverse did not finish within 1 s"
    assert call(capsys, "verify", tmp_path / "b")[0] == 0


def test_bench_prints_both_results_and_the_proof(capsys, digits_build):
    code, out, _ = call(capsys, "bench", digits_build.folder, "--no-mapped")
    assert code == 0
    assert "abc_resyn2" in out
    code, values = json_of(capsys, "bench", digits_build.folder, "--no-mapped", "--passes", "share_clauses")
    [circuit] = values["circuits"]
    assert (code, circuit["proof"]) == (0, "equal")
    assert circuit["ours"]["size"] < circuit["before"]["size"]


def test_run_names_a_wrong_objective_before_it_trains(capsys, tmp_path):
    message = fails(capsys, "run", "digits", "-o", tmp_path / "b", "--objective", "area")
    assert message == "objective must be one of gates, nand2, nor2, lut4, lut6, levels, not 'area'"
    assert not (tmp_path / "b").exists()


def test_minimize_writes_what_it_could_not_prove_and_says_so(capsys, tmp_path, digits_build, monkeypatch):
    def missing(*_, **__):
        raise ToolError("yosys-abc", "is not installed", hint="install it with: pip install pyosys")

    monkeypatch.setattr("nor2hdl.verify.prove", missing)
    source, target = digits_build.folder / "netlist.nor", tmp_path / "m.NOR"
    code, out, errors = call(capsys, "minimize", source, "-o", target, "--passes", "share_clauses")
    assert (code, target.exists()) == (4, True)
    assert f"note: {target} is written, but not proved" in errors
    assert "unknown" in out


def test_an_approximate_circuit_is_called_so_wherever_it_goes(capsys, tmp_path, build_copy):
    label = "approximate: care set = 7 samples"
    write_netlist(read_netlist(build_copy / "minimized.nor"), build_copy / "approximate.nor", remark=label)
    for suffix in (".nor", ".v"):
        target = tmp_path / f"m{suffix}"
        code, _, errors = call(capsys, "minimize", build_copy, "-o", target, "--passes", "share")
        assert code == 0
        assert f"note: {build_copy / 'approximate.nor'} is {label}" in errors
        assert label in target.read_text()
    for verb in (("simulate", build_copy), ("inspect", build_copy), ("verify", build_copy)):
        assert label in call(capsys, *verb)[2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--passes", ","), "passes must name at least one pass; leave the option out for the usual ones"),
        (("-o", "none/x.nor"), "folder of the output must be there, but none is not; make it first"),
    ],
)
def test_minimize_checks_its_options_first(capsys, tmp_path, digits_build, arguments, message):
    source = digits_build.folder / "netlist.nor"
    assert fails(capsys, "minimize", source, "-o", tmp_path / "m.nor", *arguments) == message
