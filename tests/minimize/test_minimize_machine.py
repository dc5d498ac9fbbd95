"""Smaller machines: the same language, by an exact comparison, and what must go goes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from nor2hdl.data import reber_automaton
from nor2hdl.extract import extract_automaton
from nor2hdl.minimize import LINEAR, minimize_machine
from nor2hdl.netlist import Builder, Machine
from nor2hdl.verify import same_language
from tests.machines import machines


@settings(max_examples=100)
@given(machines())
def test_accepts_the_same_strings_and_costs_no_more(machine):
    told = []
    small = minimize_machine(machine, passes=LINEAR, check=lambda *pair: told.append(pair))
    assert same_language(small, machine).same
    assert small.num_registers <= machine.num_registers
    assert small.step.num_pins <= machine.step.num_pins or small.num_registers < machine.num_registers
    assert minimize_machine(small, passes=LINEAR) == small
    assert (told[0][0], told[-1][1]) == (machine, small) if told else small == machine


def test_constant_equal_inverted_and_unread_registers_go():
    b = Builder()
    (a, _), state = b.input("symbol", 2), b.input("state", 6)
    first, twin, opposite, constant, unread, late = state
    not_a = b.nor(a)
    b.output("state_next", [a, a, not_a, constant, b.nor(unread), first])
    both = b.nor(b.nor(twin), opposite, constant)
    b.output("accept", [b.nor(b.nor(both, late))])
    small = minimize_machine(Machine(b.freeze(), (False, False, True, False, False, True)))
    assert small.num_registers == 2
    assert small.initial == (False, True)


def test_gates_may_do_as_they_like_where_no_string_leads():
    machine = extract_automaton(reber_automaton())
    small = minimize_machine(machine)
    assert small.num_registers == 7
    assert small.step.num_pins < machine.step.num_pins
    assert same_language(small, reber_automaton()).same


def test_a_check_that_raises_ends_the_run():
    def refuse(before, after):
        assert before.num_registers > after.num_registers
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        minimize_machine(extract_automaton(reber_automaton()), passes=LINEAR, check=refuse)
