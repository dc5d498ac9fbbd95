"""Models in files: what is stored comes back, and what is damaged is named."""

from __future__ import annotations

import json
import pickle

import pytest
import safetensors.torch
import torch

from nor2hdl.data import Dataset, Thermometer, load
from nor2hdl.errors import ModelError
from nor2hdl.learn import (
    Classifier,
    ThresholdLayer,
    VoteReadout,
    load_model,
    nor_classifier,
    save_model,
)
from tests.learn.model_files import rewritten, stored


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return load("digits")


def small(seed=0, **options):
    return nor_classifier(64, 10, hidden=[100], shape=(8, 8), seed=seed, **options)


def weights(model):
    return {k: v.clone() for k, v in model.state_dict().items()}


def same(a, b):
    return a.keys() == b.keys() and all(a[k].equal(b[k]) for k in a)


def test_model_round_trip(tmp_path, digits):
    model = small(encoder=Thermometer((10, 128)), votes="plain", class_names=list("abcdefghij"))
    save_model(model, tmp_path / "m.safetensors", notes={"seed": 3})
    read, notes = load_model(tmp_path / "m.safetensors")
    assert notes == {"seed": 3}
    assert (read.encoder, read.shape, read.class_names) == (model.encoder, (8, 8), tuple("abcdefghij"))
    assert same(weights(model), weights(read))
    assert (read.scores(digits.x_test) == model.scores(digits.x_test)).all()


def test_threshold_layers_are_stored_with_their_thresholds(tmp_path):
    layer = ThresholdLayer(4, 6, complements=False, threshold=[0, 1, 2, 3, 0, 1], inverted=[True, False] * 3)
    model = Classifier(Thermometer((128,)), 4, [layer], VoteReadout(6, 2))
    save_model(model, tmp_path / "m.safetensors")
    assert same(weights(model), weights(load_model(tmp_path / "m.safetensors")[0]))


def test_equal_models_give_equal_bytes(tmp_path):
    save_model(small(), tmp_path / "a", notes={"b": 1, "a": 2})
    save_model(small(), tmp_path / "b", notes={"a": 2, "b": 1})
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


class TestBadModelFiles:
    def test_missing(self, tmp_path):
        with pytest.raises(
            ModelError, match=r"model file must exist, but there is none at .*; train one first"
        ):
            load_model(tmp_path / "none")

    def test_truncated(self, tmp_path):
        path = tmp_path / "m"
        save_model(small(), path)
        path.write_bytes(path.read_bytes()[:-100])
        with pytest.raises(ModelError, match="must be a whole safetensors file"):
            load_model(path)

    def test_pickle_is_not_opened(self, tmp_path):
        class Trap:
            def __reduce__(self):
                return (open, (str(tmp_path / "sprung"), "w"))

        (tmp_path / "m").write_bytes(pickle.dumps(Trap()))
        with pytest.raises(ModelError, match="pickles are never opened"):
            load_model(tmp_path / "m")
        assert not (tmp_path / "sprung").exists()

    def test_other_safetensors(self, tmp_path):
        safetensors.torch.save_file({"x": torch.zeros(2)}, tmp_path / "m")
        with pytest.raises(ModelError, match="must be a file that nor2hdl wrote"):
            load_model(tmp_path / "m")

    def test_other_version(self, tmp_path):
        header = {"nor2hdl": json.dumps({"version": 99, "model": {}})}
        safetensors.torch.save_file({"x": torch.zeros(2)}, tmp_path / "m", header)
        with pytest.raises(ModelError, match="must be of version 1, not 99; use the nor2hdl that wrote it"):
            load_model(tmp_path / "m")

    def test_tensors_that_do_not_fit(self, tmp_path):
        path = tmp_path / "m"
        save_model(small(), path)
        with safetensors.safe_open(path, framework="pt") as file:
            header = file.metadata()
        safetensors.torch.save_file({"layers.0.latent": torch.zeros(3)}, path, header)
        with pytest.raises(ModelError, match="must hold a whole nor2hdl model; train it again"):
            load_model(path)

    @pytest.mark.parametrize(
        ("damage", "reason"),
        [
            (lambda m: m.pop("notes"), "KeyError: 'notes'"),
            (lambda m: m.update(notes=[1]), "notes must be a JSON object, not [1]"),
            (lambda m: m.pop("model"), "KeyError: 'model'"),
            (lambda m: m.update(model=[]), "TypeError: list indices must be integers or slices, not str"),
            (lambda m: m["model"].update(layers=[]), "layers must be one or more, not none"),
            (lambda m: m["model"]["layers"][0].update(kind="xor"), "KeyError: 'xor'"),
            (
                lambda m: m["model"]["layers"][0].update(in_features="a"),
                "in_features must be a whole number, not 'a'",
            ),
            (lambda m: m["model"].update(features=5), "layer 0 must take 5 inputs, not 4"),
            (
                lambda m: m["model"]["readout"].update(tau=float("inf")),
                "tau must be a finite number, not inf",
            ),
            (
                lambda m: m["model"]["encoder"].update(level=0),
                "encoder of the model: level must be a whole number from 1 to 255, not 0",
            ),
        ],
    )
    def test_damaged_description(self, tmp_path, damage, reason):
        meta, tensors = stored(tmp_path / "m")
        damage(meta)
        with pytest.raises(ModelError) as caught:
            load_model(rewritten(tmp_path / "m", meta, tensors))
        assert str(caught.value) == (
            f"{tmp_path / 'm'} must hold a whole nor2hdl model; train it again ({reason})"
        )

    @pytest.mark.parametrize("meta", [[1], "a", 3, None, {}])
    def test_metadata_that_is_no_object_with_a_version(self, tmp_path, meta):
        with pytest.raises(ModelError) as caught:
            load_model(rewritten(tmp_path / "m", meta, {"x": torch.zeros(2)}))
        assert str(caught.value) == (
            f"{tmp_path / 'm'} must be a file that nor2hdl wrote, but its metadata is not; train it again"
        )

    @pytest.mark.parametrize(
        ("name", "value", "reason"),
        [
            (
                "layers.0.latent",
                float("nan"),
                "tensor layers.0.latent must be finite everywhere, but is not",
            ),
            ("readout.latent", float("inf"), "tensor readout.latent must be finite everywhere, but is not"),
            ("layers.0.threshold", -2, "tensor layers.0.threshold must be 0 or more everywhere, not -2"),
        ],
    )
    def test_damaged_tensor(self, tmp_path, name, value, reason):
        meta, tensors = stored(tmp_path / "m")
        tensors[name].view(-1)[1] = value
        with pytest.raises(ModelError) as caught:
            load_model(rewritten(tmp_path / "m", meta, tensors))
        assert str(caught.value) == (
            f"{tmp_path / 'm'} must hold a whole nor2hdl model; train it again ({reason})"
        )

    def test_layer_without_stored_form(self, tmp_path):
        model = Classifier(Thermometer((128,)), 4, [torch.nn.Linear(4, 6)], VoteReadout(6, 2))
        with pytest.raises(
            ModelError,
            match="layer 0 must be a NorLayer, ThresholdLayer or GraphLayer to be stored, not Linear",
        ):
            save_model(model, tmp_path / "m")
        assert not (tmp_path / "m").exists()
