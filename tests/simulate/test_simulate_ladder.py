"""The ladder: reference = fast = C = Amaranth = Icarus = Verilator, exactly equal, each built once."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nor2hdl import flow
from nor2hdl.data import load
from nor2hdl.errors import OptionError
from nor2hdl.learn import recipe_for
from nor2hdl.netlist import interpret, random_netlist, read_netlist
from nor2hdl.simulate import features_to_samples, get_engine, prepare
from tests.strategies import netlists

SIMULATORS = ("c", "amaranth", "icarus", pytest.param("verilator", marks=pytest.mark.slow))
AMARANTH_SAMPLES = 50


def random_bits(n, width, seed=0):
    return np.random.default_rng(seed).random((n, width)) < 0.5


@pytest.mark.parametrize(
    ("engine", "examples"),
    [
        ("fast", 100),
        ("c", 8),
        ("amaranth", 15),
        ("icarus", 8),
        pytest.param("verilator", 3, marks=pytest.mark.slow),
    ],
)
def test_every_engine_is_the_reference_on_odd_netlists(engine, examples, require):
    require(engine)

    @settings(max_examples=examples)
    @given(netlists(max_inputs=10, max_gates=30), st.integers(1, 300))
    def check(net, n):
        samples = random_bits(n, net.num_inputs, n)
        outputs = get_engine(engine).run(net, samples)
        assert outputs.dtype == bool
        assert np.array_equal(outputs, interpret(net, samples))

    check()


@pytest.mark.parametrize("engine", ["reference", "fast", *SIMULATORS])
def test_one_build_serves_several_runs(engine, require):
    require(engine)
    net = random_netlist(gates=300, inputs=40, levels=6, outputs=70)
    with prepare(net, engine) as ready:
        assert ready.net is net
        assert (ready.build_seconds > 0) == (engine not in {"reference", "fast"})
        for n in (1, 300, 2, 129):
            samples = random_bits(n, 40, n)
            assert np.array_equal(ready.run(samples), interpret(net, samples))


@pytest.mark.parametrize("engine", ["reference", "fast", *SIMULATORS])
def test_prepared_refuses_samples_that_do_not_fit(engine, require):
    require(engine)
    with prepare(random_netlist(gates=5, inputs=3, outputs=1), engine) as ready:
        for samples, text in (
            (np.zeros((0, 3), bool), "samples must hold at least one row, not 0"),
            (np.zeros((2, 4), bool), "samples must be bool [samples, 3], not bool [2, 4]"),
            (np.zeros((2, 3), np.uint8), "samples must be bool [samples, 3], not uint8 [2, 3]"),
            (np.zeros(3, bool), "samples must be bool [samples, 3], not bool [3]"),
        ):
            with pytest.raises(OptionError) as caught:
                ready.run(samples)
            assert str(caught.value) == text


def test_prepare_refuses_an_unknown_engine():
    with pytest.raises(OptionError, match=r"^engine must be one of 'reference', .*, not 'abacus'$"):
        prepare(random_netlist(gates=5, inputs=3, outputs=1), "abacus")


def trained(folder, name):
    """Return the minimized circuit in `folder` and the whole test split of data set `name` as samples."""
    features, _ = load(name).split("test")
    return read_netlist(folder / "minimized.nor"), features_to_samples(features)


@pytest.mark.parametrize("engine", ["fast", *SIMULATORS])
def test_trained_digits_on_the_whole_test_split(engine, digits_build, require):
    require(engine)
    net, samples = trained(digits_build.folder, "digits")
    if engine == "amaranth":
        samples = samples[:AMARANTH_SAMPLES]
    outputs = get_engine(engine).run(net, samples)
    assert len(np.unique(outputs, axis=0)) == 10  # every class
    assert np.array_equal(outputs, interpret(net, samples))


@pytest.fixture(scope="session")
def mnist_build(tmp_path_factory):
    """Train and compile a small MNIST circuit, quickly."""
    folder = Path(os.environ.get("NOR2HDL_DATA") or Path(__file__).parents[3] / "shared/data")
    if not (folder / "mnist").is_dir():
        reason = f"{folder} has no folder mnist: set NOR2HDL_DATA to one that has"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NOR2HDL_DATA", str(folder))
        mnist = load("mnist")
        recipe = recipe_for(mnist)
        quick = dataclasses.replace(
            recipe, hidden=(200,), config=dataclasses.replace(recipe.config, epochs=1)
        )
        target = tmp_path_factory.mktemp("build") / "mnist"
        model, notes = flow.train_model(mnist, quick, target)
        flow.compile_model(model, mnist, target, notes=notes)
        yield trained(target, "mnist")


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["reference", "c", "icarus", "verilator"])
def test_trained_mnist_on_the_whole_test_split(engine, mnist_build, require):
    require(engine)
    net, samples = mnist_build
    assert len(samples) == 10_000
    outputs = get_engine(engine).run(net, samples)
    assert np.array_equal(outputs, get_engine("fast").run(net, samples))
    assert len(np.unique(outputs, axis=0)) == 10
