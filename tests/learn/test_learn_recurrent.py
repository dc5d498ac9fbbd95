"""Recurrent classifiers: what they compute, how they learn, and their files."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from nor2hdl.data import Automaton, encode_strings, reber_automaton, reber_set
from nor2hdl.errors import ModelError, OptionError
from nor2hdl.learn import (
    NorCell,
    NorLayer,
    RecurrentClassifier,
    RecurrentConfig,
    describe_recurrent,
    load_model,
    load_recurrent,
    nor_classifier,
    save_model,
    save_recurrent,
    train_recurrent,
)
from nor2hdl.learn.structure import TopKWiring
from tests.learn.model_files import rewritten

PARITY = Automaton("ab", ({"a": 1, "b": 0}, {"a": 0, "b": 1}), frozenset({1}))


def strings_of(length):
    return [f"{number:0{length}b}".replace("0", "a").replace("1", "b") for number in range(2**length)]


def nor(layer, bits):
    """Return a NOR layer's neurons by the definition, one by one."""
    ones, zeros = layer.connections()
    result = []
    for j in range(layer.out_features):
        literals = [bits[i] for i in range(layer.in_features) if ones[i, j]]
        literals += [not bits[i] for i in range(layer.in_features) if zeros[i, j]]
        result.append(not any(literals))
    return result


def test_computes_what_its_layers_say():
    model = RecurrentClassifier(3, 4, hidden=9, seed=5)
    numbers = np.random.default_rng(0).integers(0, 3, (20, 6))
    numbers[3, 2:] = -1
    numbers[4] = -1
    said = model.predict(numbers)
    for row, answers in zip(numbers, said, strict=True):
        state = [False] * 4
        for symbol, answer in zip(row, answers, strict=True):
            if symbol < 0:
                assert not answer
                continue
            terms = nor(model.cell.terms, [symbol == k for k in range(3)] + state)
            state = nor(model.cell.next, terms)
            assert answer == nor(model.accept, terms)[0]
    assert said.dtype == np.bool_
    assert 0 < said.mean() < 1


def test_no_strings_and_empty_strings():
    model = RecurrentClassifier(2, 3, hidden=4)
    assert model.predict(encode_strings([])).shape == (0, 0)
    assert model.predict(np.zeros((2, 0), int)).shape == (2, 0)


def test_equal_seeds_give_equal_models_and_leave_torch_alone():
    torch.manual_seed(1)
    before = torch.random.get_rng_state()
    a, b, c = (RecurrentClassifier(7, 8, hidden=16, seed=s).state_dict() for s in (3, 3, 4))
    assert before.equal(torch.random.get_rng_state())
    assert all(a[k].equal(b[k]) for k in a)
    assert not all(a[k].equal(c[k]) for k in a)


@pytest.mark.parametrize("teacher", ["codes", "states"])
def test_learns_parity_by_steps(teacher):
    model = RecurrentClassifier(2, 3, hidden=48, seed=1)
    seen = []
    config = RecurrentConfig(teacher=teacher, steps=1500)
    steps = train_recurrent(
        model, strings_of(5), PARITY, config, every=25, watch=lambda *told: seen.append(told)
    )
    assert steps < 1500
    assert seen[-1] == (steps, 0.0)
    assert [step for step, _ in seen[:-1]] == list(range(25, steps, 25))
    longer = strings_of(9)
    numbers = np.array([["ab".index(letter) for letter in text] for text in longer])
    assert model.predict(numbers)[:, -1].tolist() == [PARITY.accepts(text) for text in longer]


@pytest.mark.parametrize("teacher", ["prefixes", "ends"])
def test_learns_through_time_what_needs_no_state(teacher):
    ends_with_a = Automaton("ab", ({"a": 1, "b": 0}, {"a": 1, "b": 0}), frozenset({1}))
    model = RecurrentClassifier(2, 2, hidden=16, seed=0)
    train_recurrent(model, strings_of(3), ends_with_a, RecurrentConfig(teacher=teacher, steps=200))
    numbers = np.array([["ab".index(letter) for letter in text] for text in strings_of(3)])
    assert model.predict(numbers)[:, -1].tolist() == [text[-1] == "a" for text in strings_of(3)]


@pytest.mark.parametrize("teacher", ["codes", "states", "prefixes", "ends"])
def test_equal_runs_give_equal_models(teacher):
    strings, _ = reber_set(40, seed=0, max_length=12)
    found = []
    for _ in range(2):
        model = RecurrentClassifier(7, 5, hidden=32, seed=2)
        config = RecurrentConfig(teacher=teacher, steps=20, batch=30, seed=4)
        train_recurrent(model, strings, reber_automaton(), config)
        found.append(model.state_dict())
    assert all(found[0][k].equal(found[1][k]) for k in found[0])
    fresh = RecurrentClassifier(7, 5, hidden=32, seed=2).state_dict()
    assert not all(found[0][k].equal(fresh[k]) for k in fresh)


def test_codes_must_fit():
    model = RecurrentClassifier(7, 3, hidden=8)
    with pytest.raises(OptionError) as error:
        train_recurrent(model, ["BTXSE"], reber_automaton(), RecurrentConfig())
    assert str(error.value) == (
        "state must be wide enough for 9 codes and at most 16 bits to be taught codes, not 3"
    )


def test_no_strings_and_another_alphabet():
    model = RecurrentClassifier(7, 4, hidden=8)
    with pytest.raises(OptionError) as error:
        train_recurrent(model, [], reber_automaton(), RecurrentConfig())
    assert str(error.value) == "strings must be one or more, not none"
    with pytest.raises(OptionError) as error:
        train_recurrent(model, ["a"], PARITY, RecurrentConfig())
    assert str(error.value) == "automaton must have 7 letters as the model, not 2"
    with pytest.raises(OptionError) as error:
        train_recurrent(model, ["BTE", "Bx"], reber_automaton(), RecurrentConfig())
    assert str(error.value) == "strings must be one letter or more of 'BTSXPVE', not 'Bx'"
    with pytest.raises(OptionError) as error:
        train_recurrent(model, ["BTE"], reber_automaton(), RecurrentConfig(), every=0)
    assert str(error.value) == "every must be 1 or more, not 0"


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        (
            {"teacher": "all"},
            "teacher must be one of 'codes', 'states', 'prefixes', 'ends', not 'all'",
        ),
        ({"steps": 0}, "steps must be 1 or more, not 0"),
        ({"batch": 1.5}, "batch must be a whole number, not 1.5"),
        ({"seed": -1}, "seed must be a whole number from 0 to 9223372036854775807, not -1"),
        ({"lr": float("nan")}, "lr must be a finite number, not nan"),
        ({"lr": 0.0}, "lr must be above 0 and decay 0 or more, not 0.0 and 0.01"),
    ],
)
def test_settings_out_of_range(setting, message):
    with pytest.raises(OptionError) as error:
        RecurrentConfig(**setting)
    assert str(error.value) == message


def test_models_out_of_range():
    with pytest.raises(ModelError) as error:
        NorCell(7, 0, 3)
    assert str(error.value) == "state must be 1 or more, not 0"
    with pytest.raises(ModelError) as error:
        RecurrentClassifier(7, 3, hidden=4).predict(np.array([[7]]))
    assert str(error.value) == (
        "numbers must be from 0 to 6, and -1 after the end of a string, not from 7 to 7"
    )
    for numbers, shown in (
        (np.array([1]), "array([1])"),
        (np.array([[0.5]]), "array([[0.5]])"),
        ([[1]], "[[1]]"),
    ):
        with pytest.raises(ModelError) as error:
            RecurrentClassifier(7, 3, hidden=4).predict(numbers)
        assert str(error.value) == f"numbers must be an integer array [strings, longest], not {shown}"


def test_files_round_trip(tmp_path):
    model = RecurrentClassifier(7, 5, hidden=12, seed=9)
    save_recurrent(model, tmp_path / "m", notes={"grammar": "plain"})
    read, notes = load_recurrent(tmp_path / "m")
    assert notes == {"grammar": "plain"}
    assert describe_recurrent(read) == describe_recurrent(model) == {"symbols": 7, "state": 5, "hidden": 12}
    assert all(v.equal(read.state_dict()[k]) for k, v in model.state_dict().items())


def test_layers_that_carry_a_structure_are_not_stored(tmp_path):
    model = RecurrentClassifier(7, 5, hidden=12)
    TopKWiring(0.5).attach([model.cell.terms], seed=0)
    with pytest.raises(ModelError) as error:
        save_recurrent(model, tmp_path / "m")
    assert str(error.value) == "model must carry no structure to be stored; fold its layers first"


def test_the_two_kinds_of_files_are_told_apart(tmp_path):
    save_model(nor_classifier(4, 2, hidden=[6]), tmp_path / "plain")
    save_recurrent(RecurrentClassifier(7, 5, hidden=12), tmp_path / "recurrent")
    with pytest.raises(ModelError) as error:
        load_recurrent(tmp_path / "plain")
    assert str(error.value) == (
        f"{tmp_path / 'plain'} must hold a recurrent model; load_model opens a Classifier"
    )
    with pytest.raises(ModelError) as error:
        load_model(tmp_path / "recurrent")
    assert str(error.value) == (
        f"{tmp_path / 'recurrent'} must hold a Classifier, not a recurrent model; load_recurrent opens it"
    )
    with pytest.raises(ModelError) as error:
        save_model(RecurrentClassifier(7, 5, hidden=12), tmp_path / "other")
    assert str(error.value) == (
        "model must be a Classifier, not RecurrentClassifier; for a recurrent one there are "
        "describe_recurrent and save_recurrent"
    )
    with pytest.raises(ModelError) as error:
        describe_recurrent(NorLayer(3, 4))
    assert str(error.value) == "model must be a RecurrentClassifier, not NorLayer"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda meta, _: meta["recurrent"].pop("state"), "KeyError: 'state'"),
        (lambda meta, _: meta["recurrent"].update(state=0), "state must be 1 or more, not 0"),
        (lambda meta, _: meta.update(notes=3), "notes must be a JSON object, not 3"),
        (
            lambda _, tensors: tensors["accept.latent"].fill_(torch.nan),
            "tensor accept.latent must be finite everywhere, but is not",
        ),
        (
            lambda _, tensors: tensors["initial"].fill_(0.7),
            "tensor initial must be 0 or 1 everywhere, but is not",
        ),
        (
            lambda _, tensors: tensors["accept.threshold"].fill_(-1),
            "tensor accept.threshold must be 0 or more everywhere, not -1",
        ),
        (lambda _, tensors: tensors.pop("initial"), "RuntimeError: "),
    ],
)
def test_damaged_files(tmp_path, change, reason):
    model = RecurrentClassifier(7, 5, hidden=12)
    tensors = {k: v.clone() for k, v in model.state_dict().items()}
    meta = {"version": 1, "recurrent": describe_recurrent(model), "notes": {}}
    change(meta, tensors)
    path = rewritten(tmp_path / "m", meta, tensors)
    with pytest.raises(ModelError) as error:
        load_recurrent(path)
    assert str(error.value).startswith(f"{path} must hold a whole recurrent model; train it again ({reason}")
