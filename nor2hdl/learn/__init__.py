"""Train networks whose neurons are gates: layers, the readout, the loop, files."""

from nor2hdl.learn._layers import NorLayer, ThresholdLayer, VoteReadout
from nor2hdl.learn._model import Classifier, nor_classifier
from nor2hdl.learn._recipes import RECIPES, Recipe, recipe_for
from nor2hdl.learn._store import describe, load_model, save_model
from nor2hdl.learn._train import EpochStats, Progress, TrainConfig, train

__all__ = [
    "RECIPES",
    "Classifier",
    "EpochStats",
    "NorLayer",
    "Progress",
    "Recipe",
    "ThresholdLayer",
    "TrainConfig",
    "VoteReadout",
    "describe",
    "load_model",
    "nor_classifier",
    "recipe_for",
    "save_model",
    "train",
]
