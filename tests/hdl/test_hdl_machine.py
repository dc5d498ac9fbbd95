"""Machines as hardware: in Amaranth's simulator and in Verilog simulators, with gaps and without."""

from __future__ import annotations

import os

import numpy as np
import pytest
from amaranth.hdl import ResetInserter, Signal
from amaranth.sim import Simulator
from hypothesis import given, settings
from hypothesis import strategies as st

from nor2hdl import tools
from nor2hdl.data import encode_strings, reber_automaton, reber_set
from nor2hdl.errors import NetlistError, OptionError, ToolError
from nor2hdl.extract import extract_automaton
from nor2hdl.hdl import MachineComponent, to_machine_verilog, write_machine_verilog
from nor2hdl.simulate import play_machine
from tests.machines import machines, read_slowly


def require(*programs):
    try:
        for program in programs:
            tools.find(program)
    except ToolError as error:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(str(error))


def play(machine, strings, seed):
    """Return what Amaranth's simulator says after each symbol, with gaps; some strings begin with a reset."""
    component, reset = MachineComponent(machine), Signal()
    rng = np.random.default_rng(seed)
    said = []

    async def bench(ctx):
        for string in strings:
            with_reset = bool(rng.random() < 0.5)
            if with_reset:
                ctx.set(reset, 1)
                ctx.set(component.valid_in, 1)
                ctx.set(component.symbol, 1)
                await ctx.tick()
                assert not ctx.get(component.valid_out)
                ctx.set(reset, 0)
            for place, symbol in enumerate(string):
                while rng.random() < 0.4:
                    ctx.set(component.valid_in, 0)
                    ctx.set(component.symbol, int(rng.integers(2**machine.num_symbols)))
                    await ctx.tick()
                    assert not ctx.get(component.valid_out)
                ctx.set(component.valid_in, 1)
                ctx.set(component.first, place == 0 and not with_reset)
                ctx.set(component.symbol, 1 << symbol)
                await ctx.tick()
                assert ctx.get(component.valid_out)
                said.append(bool(ctx.get(component.accept)))

    simulator = Simulator(ResetInserter(reset)(component))
    simulator.add_clock(1e-6)
    simulator.add_testbench(bench)
    simulator.run()
    return said


@settings(max_examples=15)
@given(machines(), st.integers(0, 99))
def test_amaranth_says_what_the_machine_says(machine, seed):
    rng = np.random.default_rng(seed)
    strings = [rng.integers(0, machine.num_symbols, rng.integers(0, 7)).tolist() for _ in range(4)]
    assert play(machine, strings, seed) == [bit for s in strings for bit in read_slowly(machine, s)]


@pytest.fixture(scope="module")
def reber(tmp_path_factory):
    machine = extract_automaton(reber_automaton())
    path = tmp_path_factory.mktemp("reber") / "top.v"
    write_machine_verilog(machine, path, remark="by hand")
    strings, labels = reber_set(300, seed=2)
    return machine, path, encode_strings(strings), labels


@pytest.mark.parametrize("gaps", [0.0, 0.3, 0.9])
def test_icarus_says_what_the_machine_says(reber, gaps):
    require("iverilog", "vvp")
    machine, path, numbers, labels = reber
    said = play_machine(path, numbers, width=7, gaps=gaps)
    assert np.array_equal(said, machine.run(numbers))
    assert np.array_equal(said[range(len(said)), (numbers >= 0).sum(1) - 1], labels == 1)


@pytest.mark.slow
def test_verilator_says_what_the_machine_says(reber):
    require("verilator", "perl", "make", "g++")
    machine, path, numbers, _ = reber
    assert np.array_equal(play_machine(path, numbers, width=7, program="verilator"), machine.run(numbers))


def test_the_bench_finds_wrong_circuits(reber, tmp_path):
    require("iverilog", "vvp")
    machine, path, numbers, _ = reber
    text = path.read_text()
    for good, bad in (
        ("first ? 8'h01 : held", "held"),
        ("valid_in ? { step", "1'b1 ? { step"),
        ("step_moves_l2_f2[5]", "step_moves_l2_f2[6]"),
    ):
        assert good in text
        (tmp_path / "top.v").write_text(text.replace(good, bad))
        try:
            same = np.array_equal(play_machine(tmp_path / "top.v", numbers, width=7), machine.run(numbers))
        except ToolError as error:  # an unknown symbol in a gap has made the state unknown
            same = "did not get 0 or 1 after each of" not in str(error)
        assert not same, good


def test_reset_is_enough_to_begin(reber, tmp_path):
    require("iverilog", "vvp")
    _, path, numbers, labels = reber
    (tmp_path / "top.v").write_text(path.read_text().replace("first ? 8'h01 : held", "held"))
    member = numbers[labels == 1][:1]
    said = play_machine(tmp_path / "top.v", member, width=7)
    assert said.sum() == 1
    assert said[0, (member >= 0).sum() - 1]


def test_text(reber):
    machine, path, *_ = reber
    text = to_machine_verilog(machine, name="reber")
    assert path.read_text() == "// by hand\n" + to_machine_verilog(machine)
    assert text.splitlines()[:2] == [
        "// Machine of 8 registers, first state 00000001 (bit 0 on the right); written by nor2hdl.",
        "// NOR gates of a step: 44, pins: 60, levels: 6.",
    ]
    assert "module reber(clk, rst, valid_in, first, symbol, valid_out, accept);" in text
    with pytest.raises(OptionError) as error:
        to_machine_verilog(machine, name="first")
    assert str(error.value) == (
        "module name must differ from the port names, not be 'first'; choose another name"
    )


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"gaps": 1.0}, "gaps must be a number from 0 to 0.9, not 1.0"),
        ({"program": "vcs"}, "program must be one of 'icarus', 'verilator', not 'vcs'"),
        ({"symbols": np.full((2, 3), -1)}, "symbols must hold one symbol or more, not none"),
        ({"symbols": np.array([[0, 7]])}, "symbols must be from 0 to 6, not 7"),
        (
            {"symbols": np.array([0, 1])},
            "symbols must be an integer array [strings, longest], not array([0, 1])",
        ),
    ],
)
def test_settings_out_of_range(reber, setting, message):
    _, path, numbers, _ = reber
    with pytest.raises(OptionError) as error:
        play_machine(path, **{"symbols": numbers, "width": 7} | setting)
    assert str(error.value) == message


def test_no_file(tmp_path):
    with pytest.raises(NetlistError) as error:
        play_machine(tmp_path / "none.v", np.array([[0]]), width=1)
    assert str(error.value) == f"cannot read {tmp_path / 'none.v'}: no such file; check the path"
