"""Machines: their rules, how they read strings, which states they reach, and their files."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nor2hdl.errors import NetlistError
from nor2hdl.netlist import Builder, Machine, read_machine, write_machine, write_netlist
from nor2hdl.simulate import get_engine
from tests.machines import machines, read_slowly


def step(symbols=2, state=1, after=1, accept=1, names=("symbol", "state", "state_next", "accept")):
    b = Builder()
    b.input(names[0], symbols)
    b.input(names[1], state)
    b.output(names[2], [0] * after)
    b.output(names[3], [0] * accept)
    return b.freeze()


@settings(max_examples=60)
@given(machines(), st.data())
def test_reads_strings_as_one_step_after_the_other(machine, data):
    symbol = st.integers(0, machine.num_symbols - 1)
    strings = data.draw(st.lists(st.lists(symbol, max_size=6), min_size=1, max_size=5))
    numbers = np.full((len(strings), 6), -1)
    for row, string in zip(numbers, strings, strict=True):
        row[: len(string)] = string
    said = machine.run(numbers)
    slowly = [read_slowly(machine, string) for string in strings]
    assert [row[: len(s)].tolist() for row, s in zip(said, strings, strict=True)] == slowly
    assert not said[numbers < 0].any()
    assert machine.accepts(numbers).tolist() == [bool(s and s[-1]) for s in slowly]
    assert np.array_equal(machine.run(numbers, get_engine("fast").run), said)


@settings(max_examples=60)
@given(machines())
def test_reaches_every_state_that_short_strings_lead_to_and_no_other(machine):
    found = {machine.initial}
    for _ in range(2**machine.num_registers):
        states = np.array([s for s in found for _ in range(machine.num_symbols)], bool)
        states = states.reshape(len(found) * machine.num_symbols, machine.num_registers)
        after, _ = machine.follow(states, np.tile(np.arange(machine.num_symbols), len(found)))
        found |= set(map(tuple, after.tolist()))
    reached = list(map(tuple, machine.reachable().tolist()))
    assert reached[0] == machine.initial
    assert len(reached) == len(set(reached))
    assert set(reached) == found


def test_too_many_states():
    b = Builder()
    b.input("symbol", 1)
    state = b.input("state", 3)
    b.output("state_next", [b.nor(state[2]), *state[:2]])
    b.output("accept", [state[0]])
    machine = Machine(b.freeze(), (False,) * 3)
    assert len(machine.reachable(most=6)) == 6
    with pytest.raises(NetlistError) as error:
        machine.reachable(most=5)
    assert str(error.value) == "a machine must have at most 5 reachable states here, but has more"


@given(machines())
@settings(max_examples=30)
def test_files_round_trip(tmp_path_factory, machine):
    path = tmp_path_factory.mktemp("machine") / "m.nor"
    write_machine(machine, path)
    assert read_machine(path) == machine


def test_file_without_an_initial_state(tmp_path):
    path = tmp_path / "m.nor"
    write_netlist(step(), path)
    with pytest.raises(NetlistError) as error:
        read_machine(path)
    assert str(error.value) == (
        f"{path}:2: second line of a machine must be '# machine, initial state 01...', not 'input symbol 2'"
    )


@pytest.mark.parametrize(
    ("netlist", "initial", "message"),
    [
        (
            step(names=("x", "state", "state_next", "accept")),
            (False,),
            "inputs of a machine's step must be symbol and state, not x, state",
        ),
        (
            step(names=("symbol", "state", "accept", "state_next")),
            (False,),
            "outputs of a machine's step must be state_next and accept, not accept, state_next",
        ),
        (
            step(state=2),
            (False, False),
            (
                "a machine's step must have one symbol or more, as many bits of state_next as of state, and "
                "one of accept, not 2, 1 and 2, 1"
            ),
        ),
        (step(), (), "initial state must be 1 bools, not ()"),
        (step(), (0,), "initial state must be 1 bools, not (0,)"),
    ],
)
def test_rules(netlist, initial, message):
    with pytest.raises(NetlistError) as error:
        Machine(netlist, initial)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("symbols", "message"),
    [
        (np.zeros(3, int), "symbols must be an integer array [strings, longest], not array([0, 0, 0])"),
        (
            np.array([[0, 2]]),
            "symbols must be from 0 to 1, and -1 after the end of a string, not from 0 to 2",
        ),
        (np.array([[-1, 1]]), "symbols must be -1 after the end of a string alone, not within it"),
    ],
)
def test_strings_that_are_none(symbols, message):
    with pytest.raises(NetlistError) as error:
        Machine(step(), (False,)).run(symbols)
    assert str(error.value) == message
