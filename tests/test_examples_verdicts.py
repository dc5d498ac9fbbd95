"""The verdicts of the programs of examples/reproduce follow from their figures."""

from __future__ import annotations

import importlib
import math
from pathlib import Path

import numpy as np
import pytest

HERE = Path(__file__).parent.parent / "examples" / "reproduce"


@pytest.fixture
def program(monkeypatch):
    monkeypatch.syspath_prepend(str(HERE))
    return importlib.import_module


def test_half_intervals_are_those_of_students_t(program) -> None:
    common = program("common")
    assert common.half_interval([1.0, 2.0, 3.0]) == pytest.approx(4.3027 / 3**0.5, rel=1e-4)
    assert common.half_interval([1.0]) == math.inf


@pytest.mark.parametrize(
    ("differences", "text"),
    [
        ([0.01, 0.02, 0.03], "+2.00 ± 2.48 (open)"),
        ([0.019, 0.02, 0.021], "+2.00 ± 0.25 (holds)"),
        ([-0.019, -0.02, -0.021], "-2.00 ± 0.25 (does not hold)"),
        ([0.0, 0.0], "+0.00 ± 0.00 (open)"),
        ([0.5], "- (open)"),
    ],
)
def test_verdicts_follow_from_the_interval(program, differences, text) -> None:
    assert program("common").ahead(differences) == text


def test_graphs_are_compared_in_pairs(program) -> None:
    # WS is one point ahead on every graph, though the graphs are far apart, and run in another order.
    runs = [
        {
            "key": {"negatives": "mixed", "family": family, "graph": i, "start": 0},
            "result": {"accuracy": dict.fromkeys(("tanh", "relu", "lstm", "gru"), i / 10 + ahead)},
        }
        for family, ahead, order in (("BA", 0.0, range(8)), ("WS", 0.01, reversed(range(6))))
        for i in order
    ]
    told = program("priors")._ahead({"runs": runs}, "mixed", "WS")
    assert told == ", ".join(f"{cell} +1.00 ± 0.00 (holds)" for cell in ("tanh", "relu", "lstm", "gru"))


def test_predictions_are_closer_only_beyond_the_error_bars(program) -> None:
    closer = program("priors")._closer
    truth = np.linspace(0, 1, 50)
    noise = np.random.default_rng(0).normal(0, 0.2, (2, 50))
    assert closer(truth, truth + noise[0] / 10, truth + noise[1])
    assert not closer(truth, truth + noise[1], truth + noise[0] / 10)
    assert not closer(truth, truth + noise[0], truth + noise[1])


def test_searches_are_compared_seed_by_seed(program) -> None:
    runs = [
        {"key": {"search": search, "seed": seed}, "result": {"fresh": [seed / 10 + ahead] * 2}}
        for search, ahead in (("genetic, predictor", 0.02), ("genetic", 0.01), ("random", 0.0))
        for seed in range(3 if search == "random" else 4)
    ]
    first, _, last = program("search")._verdicts({"runs": runs})
    assert "genetic ahead of random" in first
    assert first.endswith("over 3 pairs of equal seeds (Student's t): +1.00 ± 0.00 (holds).")
    assert "over 4 pairs" in last


def test_each_live_unit_counts_alike_in_the_agreement(program) -> None:
    layers = [
        {"kinds": {"nor": 3, "or": 0}, "agreement": 1.0},
        {"kinds": {"nor": 0, "or": 1}, "agreement": 0.5},
        {"kinds": {"nor": 0, "or": 0}, "agreement": 0.0},
    ]
    assert program("ldc_tables")._agreement(layers) == pytest.approx(3.5 / 4)


@pytest.mark.parametrize(
    ("proof", "wrong", "word"), [("equal", 0, "yes"), ("unknown", 0, "no"), ("equal", 1, "no")]
)
def test_a_recurrent_network_counts_only_with_its_verilog(program, proof, wrong, word) -> None:
    result = {
        "exact": True,
        "proofs": {"step": "equal", "machine": "equal", "verilog": proof},
        "wrong": {"icarus": wrong},
        "symbols_played": 9,
        "unlike_the_model": 0,
    }
    told = program("reber")._verdict({"runs": [{"key": {"teacher": "codes"}, "result": result}]})
    assert f"as Verilog too: {word} (1 of 1 told the automaton's states" in told


def test_switchers_are_compared_seed_by_seed(program) -> None:
    # One point ahead of each dense network, though these are far apart and run in another order.
    runs = [
        {
            "key": {"dataset": "mnist", "variant": variant, "seed": seed},
            "result": {network: {"accuracy": seed / 10 + ahead}},
        }
        for variant, network, ahead, seeds in (
            ("dense", "dense", 0.0, range(8)),
            ("connections", "learned", 0.01, reversed(range(6))),
        )
        for seed in seeds
    ]
    switchers = program("switchers")
    found = switchers._differences({"runs": runs}, "mnist", "connections", "learned", "dense")
    assert found == pytest.approx([0.01] * 6)
