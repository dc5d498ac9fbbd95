"""Models as safetensors files with JSON metadata; nothing in them is executed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import safetensors
import safetensors.torch
import torch
from safetensors import SafetensorError
from torch.nn.utils.parametrize import is_parametrized

from nor2hdl.data import encoder_from_json
from nor2hdl.errors import ModelError, Nor2hdlError
from nor2hdl.files import replacing
from nor2hdl.learn._layers import NorLayer, ThresholdLayer, VoteReadout
from nor2hdl.learn._model import Classifier

if TYPE_CHECKING:
    from torch import Tensor, nn

    from nor2hdl.learn.priors import GraphLayer

VERSION = 1
KEY = "nor2hdl"


def save_model(model: Classifier, path: Path | str, *, notes: dict[str, Any] | None = None) -> None:
    """Write a classifier to a safetensors file.

    Parameters
    ----------
    model
        The classifier; its layers must be `NorLayer`, `ThresholdLayer` or `GraphLayer`.
    path
        The file to write.
    notes
        JSON values to keep with it, such as the seed and the data set.

    Raises
    ------
    ModelError
        If a layer is of a kind that has no stored form, or carries a structure.
    OutputError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from nor2hdl.learn import nor_classifier
    >>> path = Path(tempfile.mkdtemp()) / "model.safetensors"
    >>> save_model(nor_classifier(4, 2, hidden=[6]), path, notes={"seed": 3})
    >>> load_model(path)[1]
    {'seed': 3}
    """
    meta = {"model": describe(model), "notes": notes or {}}
    check_folded(model)
    write_tensors(path, dict(model.state_dict()), meta)


def load_model(path: Path | str) -> tuple[Classifier, dict[str, Any]]:
    """Read a classifier and its notes.

    Parameters
    ----------
    path
        A file that `save_model` wrote.

    Returns
    -------
    tuple[Classifier, dict]
        The model and the notes.

    Raises
    ------
    ModelError
        If the file is missing, truncated, a pickle, of another version, its description or its notes are
        damaged, or it holds other tensors than its description asks for, or some that are not finite.
    """
    tensors, meta = read_tensors(path)
    if "recurrent" in meta:
        raise ModelError(f"{path} must hold a Classifier, not a recurrent model; load_recurrent opens it")
    try:
        model = build(meta["model"])
        model.load_state_dict(tensors)
        check_values(model)
        notes = meta["notes"]
        if not isinstance(notes, dict):
            raise ModelError(f"notes must be a JSON object, not {notes!r}")
    except (LookupError, TypeError, ValueError, AttributeError, RuntimeError, Nor2hdlError) as error:
        reason = str(error) if isinstance(error, Nor2hdlError) else f"{type(error).__name__}: {error}"
        raise ModelError(f"{path} must hold a whole nor2hdl model; train it again ({reason})") from error
    return model, notes


def check_folded(model: nn.Module) -> None:
    """Raise `ModelError` if a layer of a model carries a structure."""
    if any(is_parametrized(part) for part in model.modules()):
        raise ModelError("model must carry no structure to be stored; fold its layers first")


def check_values(model: nn.Module) -> None:
    """Raise `ModelError` unless every tensor of a model is finite, and no threshold below 0."""
    for name, tensor in model.state_dict().items():
        if not torch.isfinite(tensor).all():
            raise ModelError(f"tensor {name} must be finite everywhere, but is not")
        if name.endswith(".threshold") and (tensor < 0).any():
            raise ModelError(f"tensor {name} must be 0 or more everywhere, not {int(tensor.min())}")


def describe(model: Classifier) -> dict[str, Any]:
    """Return the classifier's structure as JSON values.

    Parameters
    ----------
    model
        The classifier; its layers must be `NorLayer`, `ThresholdLayer` or `GraphLayer`.

    Returns
    -------
    dict
        Encoder, widths, class names and the like; no weights.

    Raises
    ------
    ModelError
        If a layer is of a kind that has no stored form, or the model is no classifier.

    Examples
    --------
    >>> from nor2hdl.learn import nor_classifier
    >>> describe(nor_classifier(4, 2, hidden=[6], tau=2))["readout"]
    {'votes': 'powers', 'largest': 4, 'tau': 2.0}
    """
    if not isinstance(model, Classifier):
        raise ModelError(
            f"model must be a Classifier, not {type(model).__name__}; for a recurrent one there are "
            "describe_recurrent and save_recurrent"
        )
    readout = model.readout
    return {
        "encoder": model.encoder.to_json(),
        "features": model.features,
        "shape": list(model.shape),
        "class_names": list(model.class_names),
        "layers": [_describe_layer(i, layer) for i, layer in enumerate(model.layers)],
        "readout": {"votes": readout.kind, "largest": readout.largest, "tau": readout.tau},
    }


def build(meta: dict[str, Any]) -> Classifier:
    """Return a fresh classifier of the structure that `describe` gave."""
    layers = [_build_layer(x) for x in meta["layers"]]
    if not layers:
        raise ModelError("layers must be one or more, not none")
    settings = meta["readout"]
    readout = VoteReadout(
        layers[-1].out_features,
        len(meta["class_names"]),
        votes=settings["votes"],
        largest=settings["largest"],
        tau=settings["tau"],
    )
    return Classifier(
        encoder_from_json(meta["encoder"]),
        meta["features"],
        layers,
        readout,
        shape=tuple(meta["shape"]),
        class_names=meta["class_names"],
    )


def write_tensors(path: Path | str, tensors: dict[str, Tensor], meta: dict[str, Any]) -> None:
    """Write named tensors and JSON metadata to a safetensors file, in one step."""
    # One key alone: safetensors keeps several in no fixed order, and equal models must give equal bytes.
    header = {KEY: json.dumps({"version": VERSION, **meta}, sort_keys=True)}
    # Cloned, for safetensors takes no tensors that share memory, such as tied weights.
    copies = {k: v.detach().cpu().contiguous().clone() for k, v in tensors.items()}
    blob = safetensors.torch.save(copies, header)
    with replacing(path) as temporary:
        temporary.write_bytes(blob)


def read_tensors(path: Path | str) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Read what `write_tensors` wrote; `ModelError` if it is anything else."""
    path = Path(path)
    if not path.is_file():
        raise ModelError(f"model file must exist, but there is none at {path}; train one first")
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            header = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
    except (SafetensorError, OSError) as error:
        raise ModelError(
            f"{path} must be a whole safetensors file (pickles are never opened); train it again ({error})"
        ) from error
    try:
        meta: dict[str, Any] = json.loads(header[KEY])
        version = meta.pop("version")
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise ModelError(
            f"{path} must be a file that nor2hdl wrote, but its metadata is not; train it again"
        ) from error
    if version != VERSION:
        raise ModelError(
            f"{path} must be of version {VERSION}, not {version!r}; use the nor2hdl that wrote it"
        )
    return tensors, meta


def _build_layer(meta: dict[str, Any]) -> ThresholdLayer | GraphLayer:
    if meta["kind"] == "graph":
        from nor2hdl.learn.priors import GraphLayer

        return GraphLayer.from_json(meta)
    kinds: dict[str, type[ThresholdLayer]] = {"nor": NorLayer, "threshold": ThresholdLayer}
    return kinds[meta["kind"]](meta["in_features"], meta["out_features"], complements=meta["complements"])


def _describe_layer(index: int, layer: object) -> dict[str, Any]:
    from nor2hdl.learn.priors import GraphLayer

    if isinstance(layer, GraphLayer):
        return layer.to_json()
    if not isinstance(layer, ThresholdLayer):
        raise ModelError(
            f"layer {index} must be a NorLayer, ThresholdLayer or GraphLayer to be stored, not "
            f"{type(layer).__name__}"
        )
    return {
        "kind": "nor" if isinstance(layer, NorLayer) else "threshold",
        "in_features": layer.in_features,
        "out_features": layer.out_features,
        "complements": layer.complements,
    }
