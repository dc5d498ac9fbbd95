"""Languages compared exactly, and the Verilog of machines read back and proved."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings

from nor2hdl.data import Automaton, reber_automaton
from nor2hdl.errors import NetlistError, OptionError
from nor2hdl.extract import extract_automaton
from nor2hdl.hdl import to_machine_verilog, write_machine_verilog
from nor2hdl.verify import check_machine_verilog, same_language
from nor2hdl.verify._machine import _open
from tests.machines import machines


def said(machine, string):
    return bool(machine.run(np.array([string]))[0, -1])


@settings(max_examples=80)
@given(machines(max_registers=2), machines(max_registers=2))
def test_languages_against_all_short_strings(a, b):
    if a.num_symbols != b.num_symbols:
        with pytest.raises(NetlistError) as error:
            same_language(a, b)
        assert str(error.value) == f"both must read as many symbols, not {a.num_symbols} and {b.num_symbols}"
        return
    verdict = same_language(a, b)
    # Machines of 4 states each that differ do so on a string of less than 16 symbols; most do sooner.
    shortest = next(
        (
            string
            for length in range(1, 5)
            for string in itertools.product(range(a.num_symbols), repeat=length)
            if said(a, string) != said(b, string)
        ),
        None,
    )
    if verdict.same:
        assert shortest is None
        assert verdict.counterexample is None
        assert verdict.detail == ""
    else:
        assert said(a, verdict.counterexample) != said(b, verdict.counterexample)
        assert shortest is None or len(verdict.counterexample) == len(shortest)
        who = "first" if said(a, verdict.counterexample) else "second"
        assert verdict.detail.startswith(f"the {who} accepts it")


@pytest.mark.parametrize("embedded", [False, True])
def test_automaton_and_its_circuit(embedded):
    automaton = reber_automaton(embedded=embedded)
    machine = extract_automaton(automaton)
    verdict = same_language(machine, automaton)
    assert verdict.same
    assert verdict.pairs == automaton.dead + 1
    other = same_language(machine, reber_automaton(embedded=not embedded))
    text = "".join(automaton.symbols[k] for k in other.counterexample)
    assert text == "BTXSE"
    assert other.detail == (
        "the second accepts it, the first does not"
        if embedded
        else "the first accepts it, the second does not"
    )


def test_every_wrong_move_is_found():
    right = reber_automaton()
    machine = extract_automaton(right)
    for state, moves in enumerate(right.moves):
        for letter in moves:
            fewer = {k: v for k, v in moves.items() if k != letter}
            changed = (*right.moves[:state], fewer, *right.moves[state + 1 :])
            wrong = Automaton(right.symbols, changed, right.accepting)
            verdict = same_language(machine, wrong)
            text = "".join(right.symbols[k] for k in verdict.counterexample)
            assert right.accepts(text) != wrong.accepts(text)


@settings(max_examples=10)
@given(machines())
def test_verilog_of_any_machine_is_proved(tmp_path_factory, machine):
    path = tmp_path_factory.mktemp("verilog") / "top.v"
    write_machine_verilog(machine, path)
    assert check_machine_verilog(path, machine).status == "equal"


@pytest.fixture(scope="module")
def reber():
    machine = extract_automaton(reber_automaton())
    return machine, to_machine_verilog(machine)


@pytest.mark.parametrize(
    ("good", "bad", "detail"),
    [
        ("@(posedge clk)", "@(negedge clk)", "output held__c and 2 more differs"),
        ("= rst ? 8'h01", "= rst ? 8'h00", "output held__d[0] differs"),
        ("= rst ? 8'h01", "= first ? 8'h01", "output held__d[0] differs"),
        ("first ? 8'h01", "first ? 8'h03", "output held__d[2] differs"),
        ("valid_in ? accept", "first ? accept", "output accept__d differs"),
        ("rst ? 1'h0 : valid_in", "valid_in", "output valid_out__d differs"),
        ("step_moves_l2_f2[5]", "step_moves_l2_f2[6]", "output held__d[3] differs"),
    ],
)
def test_wrong_registers_and_gates_are_found(reber, tmp_path, good, bad, detail):
    machine, text = reber
    assert good in text
    (tmp_path / "top.v").write_text(text.replace(good, bad))
    verdict = check_machine_verilog(tmp_path / "top.v", machine)
    assert verdict.status == "different"
    assert verdict.counterexample is not None
    assert verdict.detail == detail


@pytest.mark.parametrize(
    ("good", "bad", "message"),
    [
        ("reg [7:0] held;", "reg [7:0] held = 1;", "must have registers without initial values; use rst"),
        ("held", "holds", "must have the inputs accept__q[1], clk[1]"),
        (
            "(posedge clk)\n    held",
            "(posedge clk, posedge rst) if (rst) held <= 1; else\n    held",
            "must have the outputs",
        ),
        ("symbol", "letter", "must have the inputs"),
        ("= rst ? 8'h01", "= rst ? 8'hx1", "must be defined for every input"),
    ],
)
def test_modules_that_are_no_machine(reber, tmp_path, good, bad, message):
    machine, text = reber
    assert good in text
    path = tmp_path / "top.v"
    path.write_text(text.replace(good, bad))
    with pytest.raises(NetlistError) as error:
        check_machine_verilog(path, machine)
    assert str(error.value).startswith(f"{path} {message}")


def test_gates_alone_with_the_ports_of_opened_registers_are_no_machine(reber, tmp_path):
    machine, text = reber
    (tmp_path / "top.v").write_text(text)
    _open(tmp_path / "top.v", tmp_path / "opened.v", "top", 600)
    path = tmp_path / "opened.v"
    with pytest.raises(NetlistError) as error:
        check_machine_verilog(path, machine)
    assert str(error.value) == (
        f"{path} must have no port with __ in its name, as the opened registers have; rename it"
    )


def test_no_time_is_no_proof(reber, tmp_path):
    machine, text = reber
    (tmp_path / "top.v").write_text(text)
    verdict = check_machine_verilog(tmp_path / "top.v", machine, timeout=0.01)
    assert (verdict.status, verdict.timed_out) == ("unknown", True)


def test_files_and_names_that_are_wrong(reber, tmp_path):
    machine, _ = reber
    with pytest.raises(NetlistError) as error:
        check_machine_verilog(tmp_path / "none.v", machine)
    assert str(error.value) == f"cannot read {tmp_path / 'none.v'}: no such file; check the path"
    with pytest.raises(OptionError) as error:
        check_machine_verilog(tmp_path / "none.v", machine, top="a b")
    assert str(error.value) == "top must be a Verilog identifier, not 'a b'"
