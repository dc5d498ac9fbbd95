"""Pipelines: the same circuit, in stages of near-equal depth, with few registers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nor2hdl.errors import NetlistError, OptionError
from nor2hdl.netlist import Builder, interpret, random_netlist, to_text
from nor2hdl.pipeline import Pipeline, lut_depth, pipeline_netlist, stored_outputs
from nor2hdl.pipeline._emit import emit
from nor2hdl.pipeline._graph import to_graph
from nor2hdl.pipeline._schedule import by_level
from nor2hdl.verify import prove
from tests.strategies import all_samples, netlists


def step_by_step(pipeline, samples):
    for stage in pipeline.stages:
        samples = interpret(stage, samples)
    return samples


@settings(max_examples=80)
@given(netlists(max_gates=30), st.sampled_from([4, 6]), st.data())
def test_the_stages_one_after_the_other_are_the_circuit(net, lut, data):
    depth = lut_depth(net, lut)
    stages = data.draw(st.integers(1, max(1, depth)))
    pipeline = pipeline_netlist(net, stages=stages, lut=lut)
    assert pipeline.latency == len(pipeline.stages) == stages
    assert (pipeline.inputs, pipeline.outputs) == (net.inputs, net.outputs)
    samples = all_samples(net)
    wanted = interpret(net, samples)
    assert (step_by_step(pipeline, samples) == wanted).all()
    assert (interpret(pipeline.flatten(), samples) == wanted).all()
    for stage in pipeline.stages:
        assert set(stage.tags) <= set(net.tags)


@settings(max_examples=30)
@given(st.integers(0, 1000), st.integers(1, 6), st.sampled_from([4, 6]), st.integers(2, 12))
def test_no_stage_is_deeper_than_its_share_by_more_than_one(seed, stages, lut, fanin):
    net = random_netlist(gates=400, inputs=30, levels=12, outputs=20, seed=seed, fanin=fanin)
    depth = lut_depth(net, lut)
    assume(stages <= depth)
    pipeline = pipeline_netlist(net, stages=stages, lut=lut)
    assert max(pipeline.lut_levels) <= -(-depth // stages) + 1
    graph = to_graph(net, lut)
    schedule = by_level(graph, stages, lut)
    plain = Pipeline(emit(net, graph, schedule), lut, tuple(schedule.levels))
    assert (max(pipeline.lut_levels), pipeline.flip_flops) <= (max(plain.lut_levels), plain.flip_flops)
    samples = np.random.default_rng(seed).random((50, net.num_inputs)) < 0.5
    assert (step_by_step(pipeline, samples) == interpret(net, samples)).all()


@pytest.mark.parametrize("lut", [4, 6])
@pytest.mark.parametrize("most", [1, 2, 3, 100])
def test_max_levels_is_kept_with_the_fewest_stages(most, lut):
    net = random_netlist(gates=500, inputs=40, levels=14, outputs=10, seed=4)
    pipeline = pipeline_netlist(net, max_levels=most, lut=lut)
    assert max(pipeline.lut_levels) <= most
    if pipeline.latency > 1:
        assert max(pipeline_netlist(net, stages=pipeline.latency - 1, lut=lut).lut_levels) > most
    assert prove(net, pipeline.flatten()).status == "equal"


def test_one_stage_is_the_circuit_itself():
    net = random_netlist(gates=300, levels=6, outputs=4, seed=2)
    clean = pipeline_netlist(net, stages=1).flatten()
    again = pipeline_netlist(clean, stages=1)
    assert again.stages == (clean,)
    assert again.flatten() == clean
    assert again.flip_flops == len(set(clean.drivers.tolist()))


def test_gates_keep_their_order_and_their_labels():
    net = random_netlist(gates=600, levels=12, outputs=8, seed=5)
    net = pipeline_netlist(net, stages=1).flatten()  # without dead gates
    pipeline = pipeline_netlist(net, stages=3)
    labels = [stage.origin(n) for stage in pipeline.stages for n in range(stage.first_gate, stage.num_nets)]
    counts = {label: labels.count(label) for label in net.tags}
    for label, tag in zip(net.tags, range(len(net.tags)), strict=True):
        assert counts[label] >= (net.origins == tag).sum() > 0
    for stage in pipeline.stages:
        order = [net.tags.index(stage.origin(n)) for n in range(stage.first_gate, stage.num_nets)]
        assert order == sorted(order)


def test_the_same_circuit_gives_the_same_stages():
    net = random_netlist(gates=2000, levels=20, outputs=10, seed=6)
    texts = [[to_text(s) for s in pipeline_netlist(net, stages=4).stages] for _ in range(2)]
    assert texts[0] == texts[1]


def test_a_signal_and_its_complement_share_a_register():
    b = Builder()
    x = b.input("x", 32)
    stems = [b.nor(*x[:16]), b.nor(*x[16:])]
    flips = [b.nor(n) for n in stems]
    tops = [b.nor(stems[0], flips[1]), b.nor(flips[0], stems[1])]
    tail = [b.nor(*tops), b.nor(tops[0], x[0], x[1], x[2], x[3], x[4])]
    b.output("y", tail)
    pipeline = pipeline_netlist(b.freeze(), stages=2)
    assert pipeline.rank_widths[0] <= 7
    assert prove(b.freeze(), pipeline.flatten()).status == "equal"


def test_a_rank_may_cut_a_wide_gate_apart():
    b = Builder()
    x = b.input("x", 64)
    with b.tagged("wide"):
        b.output("y", [b.nor(*x)])
    net = b.freeze()
    pipeline = pipeline_netlist(net, stages=3)
    assert pipeline.lut_levels == (1, 1, 1)
    assert pipeline.rank_widths == (16, 4, 1)
    assert {stage.tags for stage in pipeline.stages} == {("wide",)}
    assert prove(net, pipeline.flatten()).status == "equal"


def without_gates(kind):
    b = Builder()
    if kind == "nothing":
        return b.freeze()
    x = b.input("x", 2)
    drivers = {"wires": [x[1], x[0]], "constants": [0, b.nor(), b.nor(b.nor())], "no bits": []}
    b.output("y", drivers[kind])
    return b.freeze()


@pytest.mark.parametrize(
    ("kind", "flip_flops"), [("nothing", 0), ("wires", 2), ("constants", 0), ("no bits", 0)]
)
def test_circuits_without_gates_are_one_stage(kind, flip_flops):
    net = without_gates(kind)
    pipeline = pipeline_netlist(net, stages=1)
    assert (pipeline.latency, pipeline.flip_flops, pipeline.lut_levels) == (1, flip_flops, (0,))
    assert (interpret(pipeline.flatten(), all_samples(net)) == interpret(net, all_samples(net))).all()
    assert pipeline_netlist(net, max_levels=1).latency == 1
    with pytest.raises(OptionError) as caught:
        pipeline_netlist(net, stages=2)
    assert str(caught.value) == (
        "stages must be at most 1, the levels of 4-input lookup tables in the circuit, not 2; "
        "ask for fewer stages"
    )


def test_outputs_of_a_deep_circuit_may_be_wires_and_constants():
    b = Builder()
    x = b.input("x", 16)
    true = b.nor()
    b.output("y", [b.nor(*x), x[3], 0, true, b.nor(x[3]), b.nor(true), x[3]])
    net = b.freeze()
    pipeline = pipeline_netlist(net, stages=2)
    assert pipeline.rank_widths == (5, 3)
    assert len(stored_outputs(pipeline.stages[-1])) == 3
    assert prove(net, pipeline.flatten()).status == "equal"


def test_ranks_keep_away_from_names_of_ports():
    b = Builder()
    x = b.input("rank1", 16)
    b.output("rank1_", [b.nor(*x)])
    pipeline = pipeline_netlist(b.freeze(), stages=2)
    assert pipeline.stages[0].outputs[0].name == "rank1__"


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({}, "exactly one of stages and max_levels must be given"),
        ({"stages": 1, "max_levels": 1}, "exactly one of stages and max_levels must be given"),
        ({"stages": 0}, "stages must be a whole number, 1 or more, not 0"),
        ({"stages": True}, "stages must be a whole number, 1 or more, not True"),
        ({"max_levels": 2.0}, "max_levels must be a whole number, 1 or more, not 2.0"),
        ({"max_levels": -1}, "max_levels must be a whole number, 1 or more, not -1"),
        ({"stages": 1, "lut": 5}, "lut must be one of 4, 6, not 5"),
        (
            {"stages": 9},
            (
                "stages must be at most 2, the levels of 4-input lookup tables in the circuit, not 9; "
                "ask for fewer stages"
            ),
        ),
        (
            {"stages": 9, "lut": 6},
            (
                "stages must be at most 2, the levels of 6-input lookup tables in the circuit, not 9; "
                "ask for fewer stages"
            ),
        ),
    ],
)
def test_bad_options(options, text):
    b = Builder()
    b.output("y", [b.nor(*b.input("x", 16))])
    with pytest.raises(OptionError) as caught:
        pipeline_netlist(b.freeze(), **options)
    assert str(caught.value) == text


def test_stages_must_fit_together():
    net = random_netlist(gates=300, levels=8, outputs=4)
    pipeline = pipeline_netlist(net, stages=3)
    with pytest.raises(NetlistError) as caught:
        Pipeline(pipeline.stages[::2])
    assert str(caught.value) == ("stage 1 must have one output port, which is the only input port of stage 2")
    with pytest.raises(OptionError) as caught:
        Pipeline(pipeline.stages, lut_levels=(1, 2))
    assert str(caught.value) == "lut_levels must be one number a stage (3), not (1, 2)"
    with pytest.raises(OptionError) as caught:
        Pipeline(())
    assert str(caught.value) == "stages must be at least one netlist, not none"
    with pytest.raises(OptionError) as caught:
        Pipeline(pipeline.stages, lut=3)
    assert str(caught.value) == "lut must be one of 4, 6, not 3"


@pytest.mark.parametrize("stages", [1, 2, 4])
def test_a_trained_circuit_is_the_same_in_stages(digits_build, stages):
    net = digits_build.circuit
    pipeline = pipeline_netlist(net, stages=stages)
    assert max(pipeline.lut_levels) <= -(-lut_depth(net) // stages) + 1
    assert prove(net, pipeline.flatten(), timeout=100).status == "equal"


@pytest.mark.slow
def test_a_hundred_thousand_gates():
    net = random_netlist(gates=100_000, levels=60)
    pipeline = pipeline_netlist(net, stages=8)
    plain = by_level(to_graph(net, 4), 8, 4)
    assert max(pipeline.lut_levels) == -(-lut_depth(net) // 8)
    assert sum(pipeline.rank_widths[:-1]) < 0.9 * plain.stored
    samples = np.random.default_rng(0).random((64, net.num_inputs)) < 0.5
    assert (step_by_step(pipeline, samples) == interpret(net, samples)).all()
