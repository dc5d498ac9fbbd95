"""Recurrent networks as machines: symbol for symbol what the network says, every gate accounted for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nor2hdl.data import Automaton, encode_strings, reber_automaton, reber_set
from nor2hdl.errors import ExtractError
from nor2hdl.extract import extract, extract_automaton, extract_machine
from nor2hdl.learn import RecurrentClassifier, RecurrentConfig, nor_classifier, train_recurrent
from nor2hdl.minimize import minimize, minimize_machine
from nor2hdl.netlist import Machine
from nor2hdl.verify import prove, same_language


@settings(max_examples=30)
@given(st.integers(1, 4), st.integers(1, 5), st.integers(1, 20), st.integers(0, 999))
def test_the_machine_says_what_the_model_says(symbols, state, hidden, seed):
    model = RecurrentClassifier(symbols, state, hidden=hidden, seed=seed)
    machine = extract_machine(model)
    numbers = np.random.default_rng(seed).integers(0, symbols, (20, 7))
    numbers[5:8, 3:] = -1
    assert np.array_equal(machine.run(numbers), model.predict(numbers))
    assert (machine.num_symbols, machine.num_registers) == (symbols, state)


def test_every_gate_has_its_provenance():
    step = extract_machine(RecurrentClassifier(7, 4, hidden=30)).step
    labels = {step.origin(net) for net in range(step.first_gate, step.num_nets)}
    assert {label.split("/")[0] for label in labels} == {"terms", "next", "accept"}
    assert labels >= {"terms/neuron3", "terms/complements", "next/neuron2", "accept/neuron0"}


def test_models_that_go_to_another_door():
    with pytest.raises(ExtractError) as error:
        extract(RecurrentClassifier(7, 4, hidden=8))
    assert str(error.value) == (
        "model must be a Classifier to become a netlist, not a RecurrentClassifier, whose circuit has "
        "registers; extract_machine makes a machine of it"
    )
    with pytest.raises(ExtractError) as error:
        extract_machine(nor_classifier(4, 2, hidden=[6]))
    assert str(error.value) == (
        "model must be a RecurrentClassifier to become a machine, not Classifier; extract makes a netlist "
        "of a Classifier"
    )


@settings(max_examples=30)
@given(st.data())
def test_any_automaton_by_hand(data):
    states = data.draw(st.integers(1, 4))
    moves = st.dictionaries(st.sampled_from("ab"), st.integers(0, states - 1))
    table = tuple(data.draw(moves) for _ in range(states))
    automaton = Automaton("ab", table, data.draw(st.frozensets(st.integers(0, states - 1))))
    assert same_language(extract_automaton(automaton), automaton).same


def test_a_taught_network_is_proved_to_accept_exactly_the_reber_grammar():
    automaton = reber_automaton()
    strings, _ = reber_set(400, seed=0, negatives="mixed", max_length=14)
    model = RecurrentClassifier(7, 5, hidden=192)
    for _ in range(10):
        train_recurrent(model, strings, automaton, RecurrentConfig(steps=1500))
        machine = extract_machine(model)
        verdict = same_language(machine, automaton)
        if verdict.same:
            break
        strings.append("".join(automaton.symbols[k] for k in verdict.counterexample))
    assert verdict.same
    held, labels = reber_set(500, seed=1)
    assert np.array_equal(machine.accepts(encode_strings(held)), labels == 1)
    step = minimize(machine.step)
    assert prove(machine.step, step).status == "equal"
    small = minimize_machine(Machine(step, machine.initial))
    assert same_language(small, machine).same
    assert small.step.num_pins < step.num_pins
