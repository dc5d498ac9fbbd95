"""Pipelines in simulators, with gaps in the samples and with results that nobody takes for a while."""

from __future__ import annotations

import dataclasses
import os

import numpy as np
import pytest
from amaranth.hdl import Cat
from amaranth.sim import Simulator
from hypothesis import given, settings
from hypothesis import strategies as st

from nor2hdl import flow, tools
from nor2hdl.data import load
from nor2hdl.errors import DataError, ToolError
from nor2hdl.extract import extract
from nor2hdl.files import write_text
from nor2hdl.hdl import HANDSHAKE, PipelineComponent, port_names, write_pipeline_verilog
from nor2hdl.learn import recipe_for
from nor2hdl.netlist import interpret, random_netlist
from nor2hdl.pipeline import lut_depth, pipeline_netlist
from nor2hdl.simulate import classify
from tests.strategies import netlists

BENCH = """\
module bench;
  reg clk = 0, rst = 1, valid_in, ready_out;
  reg [{width}-1:0] pix;
  wire ready_in, valid_out;
  wire [{bits}-1:0] cls;
  reg [{width}-1:0] samples [0:{count}-1];
  reg [31:0] classes [0:{count}-1];
  integer given = 0, taken = 0, failed = 0, cycles = 0, seed = {seed}, started = 0;

  top dut (.clk(clk), .rst(rst), .valid_in(valid_in), .ready_in(ready_in), .pix(pix),
           .valid_out(valid_out), .ready_out(ready_out), .cls(cls));

  always #5 clk = ~clk;

  // Inputs change at falling edges; between them and the rising edge all is settled.
  always @(negedge clk) begin
    cycles = cycles + 1;
    if (cycles == 3) rst = 0;
    if (!valid_in || rst) begin
      valid_in = given < {count} && $unsigned($random(seed)) % 100 < {give};
      pix = valid_in ? samples[given] : {{{width}{{1'bx}}}};
    end
    ready_out = $unsigned($random(seed)) % 100 < {take};
  end

  always @(posedge clk) if (!rst) begin
    if (valid_out !== 1'b0 && valid_out !== 1'b1) failed = failed + 1;
    if (ready_in !== (ready_out | ~valid_out)) failed = failed + 1;
    if (valid_out && ready_out) begin
      if (cls !== classes[taken][{bits}-1:0]) failed = failed + 1;
      taken = taken + 1;
    end
    if (valid_in && ready_in) begin
      given = given + 1;
      if (given == 1) started = cycles;
      #1 valid_in = 0;
    end
    if (taken == {count}) begin
      $display("taken %0d, failed %0d, cycles %0d", taken, failed, cycles - started);
      $finish;
    end
    if (cycles > 40 * {count} + 1000) begin
      $display("stuck at taken %0d, given %0d", taken, given);
      $finish;
    end
  end

  initial begin
    valid_in = 0;
    ready_out = 0;
    $readmemh("samples.hex", samples);
    $readmemh("classes.hex", classes);
  end
endmodule
"""


def require(*programs):
    try:
        for program in programs:
            tools.find(program)
    except ToolError as error:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(str(error))


def write_bench(folder, features, classes, bits, give, take):
    """Write the bench and its data; results of `features` must be `classes`, in order."""
    rows = ["".join(f"{byte:02x}" for byte in row[::-1]) for row in features.tolist()]
    write_text(folder / "samples.hex", "\n".join(rows) + "\n")
    write_text(folder / "classes.hex", "\n".join(f"{c:x}" for c in classes.tolist()) + "\n")
    shape = {"width": 8 * features.shape[1], "bits": bits, "count": len(features)}
    write_text(folder / "bench.v", BENCH.format(**shape, give=give, take=take, seed=17))


def run_icarus(folder):
    tools.run(
        ["iverilog", "-g2005-sv", "-s", "bench", "-o", "bench.vvp", "bench.v", "top.v"],
        timeout=200,
        cwd=folder,
    )
    return tools.run(["vvp", "-n", "bench.vvp"], timeout=500, cwd=folder)


def run_verilator(folder):
    compiler = ["-CFLAGS", "-O0 -std=c++20", "-MAKEFLAGS", "VK_PCH_I_FAST= VK_PCH_I_SLOW= OPT_FAST=-O0"]
    flags = ["-O3", *compiler, "--x-initial", "unique", "--x-assign", "unique", "-Wno-fatal", "--build"]
    command = [tools.find("verilator"), "--binary", "--timing", "--top-module", "bench", "--Mdir", "obj"]
    tools.run([*command, *flags, "bench.v", "top.v"], timeout=500, cwd=folder)
    return tools.run([str(folder / "obj" / "Vbench"), "+verilator+rand+reset+2"], timeout=500, cwd=folder)


def play(pipeline, samples, seed, give, take):
    """Return the results of Amaranth's simulator, lists of bits, and the cycles that they took."""
    component = PipelineComponent(pipeline)
    names = port_names(pipeline, HANDSHAKE)
    inputs = Cat(*[getattr(component, names[p.name]) for p in pipeline.inputs if p.width])
    outputs = Cat(*[getattr(component, names[p.name]) for p in pipeline.outputs if p.width])
    rng = np.random.default_rng(seed)
    rows = [sum(int(bit) << k for k, bit in enumerate(sample)) for sample in samples]
    width = sum(port.width for port in pipeline.outputs)
    results, cycles = [], 0

    async def bench(ctx):
        nonlocal cycles
        given = 0
        while len(results) < len(rows) and cycles < 100 * len(rows) + 200:
            valid = bool(ctx.get(component.valid_in)) or (given < len(rows) and rng.random() < give)
            ctx.set(component.valid_in, valid)
            if valid:
                ctx.set(inputs, rows[given])
            ctx.set(component.ready_out, rng.random() < take)
            taken = valid and ctx.get(component.ready_in)
            if ctx.get(component.valid_out) and ctx.get(component.ready_out):
                value = ctx.get(outputs)
                results.append([bool(value >> k & 1) for k in range(width)])
            await ctx.tick()
            cycles += 1
            if taken:
                given += 1
                ctx.set(component.valid_in, 0)

    simulator = Simulator(component)
    simulator.add_clock(1e-6)
    simulator.add_testbench(bench)
    simulator.run()
    return results, cycles


@settings(max_examples=10)
@given(netlists(max_gates=20), st.integers(0, 99), st.sampled_from([0.3, 1.0]), st.sampled_from([0.3, 1.0]))
def test_amaranth_gives_every_result_once_and_in_order(net, seed, give, take):
    pipeline = pipeline_netlist(net, stages=max(1, lut_depth(net) - seed % 2))
    samples = np.random.default_rng(seed).random((12, net.num_inputs)) < 0.5
    results, _ = play(pipeline, samples, seed, give, take)
    assert results == interpret(net, samples).tolist()


@pytest.mark.parametrize("stages", [1, 2, 4])
def test_a_sample_goes_in_and_a_result_comes_out_at_every_edge(stages):
    net = random_netlist(gates=200, inputs=8, levels=12, outputs=5, seed=1)
    samples = np.random.default_rng(1).random((50, 8)) < 0.5
    results, cycles = play(pipeline_netlist(net, stages=stages), samples, 1, 1.0, 1.0)
    assert results == interpret(net, samples).tolist()
    assert cycles == len(samples) + stages


@pytest.mark.parametrize(("give", "take"), [(100, 100), (60, 50), (20, 90), (90, 20)])
@pytest.mark.parametrize("stages", [1, 3])
def test_icarus_runs_a_trained_circuit_on_all_test_samples(digits_build, tmp_path, stages, give, take):
    require("iverilog", "vvp")
    net = digits_build.circuit
    features, _ = load("digits").split("test")
    features = features.reshape(len(features), -1)
    write_pipeline_verilog(pipeline_netlist(net, stages=stages), tmp_path / "top.v")
    write_bench(tmp_path, features, classify(net, features), 4, give, take)
    text = run_icarus(tmp_path)
    assert f"taken {len(features)}, failed 0, cycles" in text, text
    if give == take == 100:
        assert f"cycles {len(features) + stages - 1}\n" in text


def test_the_bench_finds_a_wrong_circuit(digits_build, tmp_path):
    require("iverilog", "vvp")
    features = load("digits").split("test")[0][:50]
    features = features.reshape(len(features), -1)
    write_pipeline_verilog(pipeline_netlist(digits_build.circuit, stages=3), tmp_path / "top.v")
    write_bench(tmp_path, features, classify(digits_build.circuit, features), 4, 60, 50)
    right = (tmp_path / "top.v").read_text()
    for good, bad in (
        ("if (ready_in) rank2 <=", "rank2 <="),
        ("{ valid[1:0], valid_in }", "{ valid[0], valid_in, valid_in }"),
        ("if (rst) valid <= 3'h0;\n    else if", "if"),
        ("cls <= cls_next", "cls <= { cls_next[0], cls_next[3:1] }"),
    ):
        assert right.count(good) == 1
        (tmp_path / "top.v").write_text(right.replace(good, bad))
        assert "failed 0" not in run_icarus(tmp_path)


@pytest.fixture(scope="module")
def mnist(tmp_path_factory):
    """Return a circuit of two thousand gates, the test images, and the classes that it gives them."""
    try:
        dataset = load("mnist")
    except DataError as error:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(str(error))
    recipe = recipe_for(dataset)
    quick = dataclasses.replace(recipe, hidden=(200,), config=dataclasses.replace(recipe.config, epochs=1))
    model, _ = flow.train_model(dataset, quick, tmp_path_factory.mktemp("model"))
    net = extract(model)
    features, _ = dataset.split("test")
    features = features.reshape(len(features), -1)
    return net, features, classify(net, features)


@pytest.mark.slow
@pytest.mark.parametrize("stages", [1, 2, 4, 8])
def test_verilator_runs_mnist_with_gaps_and_back_pressure(mnist, tmp_path, stages):
    require("verilator", "perl", "make", "g++")
    net, features, classes = mnist
    write_pipeline_verilog(pipeline_netlist(net, stages=stages), tmp_path / "top.v")
    write_bench(tmp_path, features, classes, 4, 70, 60)
    text = run_verilator(tmp_path)
    assert f"taken {len(features)}, failed 0, cycles" in text, text
