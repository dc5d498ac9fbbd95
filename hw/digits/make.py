"""Make the files of this folder from its model: the Verilog, and vectors for the test benches.

    python hw/digits/make.py [FOLDER]      regenerate stream.v, features.hex and classes.hex
    python hw/digits/make.py --train       first train the model anew

The same model gives the same bytes everywhere, with the versions that constraints.txt names. Training does
not: its sums differ in the last place between machines.
"""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

from nor2hdl.data import load
from nor2hdl.extract import extract
from nor2hdl.hdl import write_stream_verilog
from nor2hdl.learn import load_model, recipe_for, save_model, train
from nor2hdl.minimize import minimize
from nor2hdl.pipeline import pipeline_netlist
from nor2hdl.simulate import classify, write_vectors

HERE = Path(__file__).parent
MODEL = HERE / "model.safetensors"
NAME = "digits"
STAGES = 2


def make(folder: Path) -> None:
    """Write the Verilog and the vectors into `folder`."""
    model, _ = load_model(MODEL)
    net = minimize(extract(model))
    pipeline = pipeline_netlist(net, stages=STAGES)
    write_stream_verilog(pipeline, folder / "stream.v", name=NAME)
    features, labels = load("digits").split("test")
    classes = classify(net, features)
    write_vectors(folder, features, classes)
    right = int((classes == labels).sum())
    print(f"{net.num_gates} NOR gates, {STAGES} stages, {right} of {len(labels)} test images right")


def train_model() -> None:
    """Train a smaller network than the demo's, and replace the model."""
    digits = load("digits")
    recipe = dataclasses.replace(recipe_for(digits), hidden=(100,))
    model = recipe.build(digits)
    train(model, digits, recipe.config)
    save_model(model, MODEL, notes={"dataset": {"name": digits.name, "checksum": digits.checksum}})


def main() -> None:
    """Read the command line and make the files."""
    parser = argparse.ArgumentParser(description="Make the files of hw/digits from its model.")
    parser.add_argument("folder", nargs="?", type=Path, default=HERE, help="where to (default: beside this)")
    parser.add_argument("--train", action="store_true", help="train the model anew first")
    options = parser.parse_args()
    if options.train:
        train_model()
    make(options.folder)


if __name__ == "__main__":
    main()
