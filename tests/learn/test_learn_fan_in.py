"""The histogram of fan-ins: every neuron counts once, each epoch has one, old runs go on without."""

from __future__ import annotations

import dataclasses
import json
from itertools import pairwise

import pytest
import safetensors.torch
import torch
from hypothesis import given
from hypothesis import strategies as st

from nor2hdl import flow
from nor2hdl.data import load
from nor2hdl.errors import ModelError
from nor2hdl.learn import TrainConfig, count_fan_ins, fan_in_range, nor_classifier, recipe_for, train
from tests.learn.model_files import rewritten


@given(st.lists(st.integers(0, 40) | st.integers(0, 10_000), max_size=50))
def test_every_neuron_is_counted_in_the_range_of_its_fan_in(fan_ins):
    counts = count_fan_ins(torch.tensor(fan_ins, dtype=torch.int64))
    ranges = [fan_in_range(i) for i in range(len(counts))]
    assert list(counts) == [sum(low <= f <= high for f in fan_ins) for low, high in ranges]
    assert sum(counts) == len(fan_ins)
    assert not counts or counts[-1] > 0


def test_ranges_leave_nothing_out():
    ranges = [fan_in_range(i) for i in range(30)]
    assert ranges[:9] == [(i, i) for i in range(9)]
    assert all(low == before + 1 for (_, before), (low, _) in pairwise(ranges))
    assert all(high + 1 - low == low - 1 for low, high in ranges[9:])


def test_each_epoch_has_the_histogram_of_its_network():
    digits = load("digits")
    model = nor_classifier(64, 10, hidden=[30, 20])
    history = train(model, digits, TrainConfig(epochs=2, device="cpu"))
    fan_ins = torch.cat([layer.fan_in() for layer in model.threshold_layers()])
    assert history[-1].fan_ins == count_fan_ins(fan_ins)
    assert [sum(stats.fan_ins) for stats in history] == [50, 50]


def old_checkpoint(path, damage=lambda stats: stats.pop("fan_ins")):
    """Write the checkpoint anew as a version without histograms had written it."""
    with safetensors.safe_open(path, framework="pt") as file:
        meta = json.loads(file.metadata()["nor2hdl"])
    for stats in meta["history"]:
        damage(stats)
    rewritten(path, meta, safetensors.torch.load_file(path))


def interrupted(recipe, folder):
    class Stop(Exception):
        pass

    def stop(progress):
        if progress.stats is not None and progress.step > progress.steps // 2:
            raise Stop

    with pytest.raises(Stop):
        flow.train_model(load("digits"), recipe, folder, watch=stop)
    return folder / "checkpoint.safetensors"


@pytest.fixture
def recipe():
    small = recipe_for(load("digits"))
    return dataclasses.replace(small, hidden=(20,), config=dataclasses.replace(small.config, epochs=4))


def test_a_checkpoint_without_histograms_goes_on(recipe, tmp_path):
    whole, whole_notes = flow.train_model(load("digits"), recipe, tmp_path / "whole")
    old_checkpoint(interrupted(recipe, tmp_path / "parts"))
    model, notes = flow.train_model(load("digits"), recipe, tmp_path / "parts")
    assert model.layers[0].latent.equal(whole.layers[0].latent)
    assert [e["fan_ins"] for e in notes["history"]][:2] == [[], []]
    assert notes["history"][2:] == whole_notes["history"][2:]
    assert all(e["fan_ins"] for e in notes["history"][2:])


def test_a_damaged_histogram_is_named(recipe, tmp_path):
    path = interrupted(recipe, tmp_path / "parts")
    old_checkpoint(path, damage=lambda stats: stats.update(fan_ins=5))
    with pytest.raises(ModelError, match=r"must hold a whole run; .*'int' object is not iterable"):
        flow.train_model(load("digits"), recipe, tmp_path / "parts")
