"""Model files taken apart and put together again."""

from __future__ import annotations

import json

import safetensors.torch

from nor2hdl.learn import nor_classifier, save_model


def stored(path):
    """Write a small model; return its metadata and tensors."""
    save_model(nor_classifier(4, 2, hidden=[6]), path)
    with safetensors.safe_open(path, framework="pt") as file:
        return json.loads(file.metadata()["nor2hdl"]), safetensors.torch.load_file(path)


def rewritten(path, meta, tensors):
    safetensors.torch.save_file(tensors, path, {"nor2hdl": json.dumps(meta)})
    return path
