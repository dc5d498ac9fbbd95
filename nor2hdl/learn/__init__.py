"""Train networks whose neurons are gates: layers, the readout, the loop, files."""

from nor2hdl.learn._fan_in import count_fan_ins, fan_in_range
from nor2hdl.learn._fit import FitConfig, accuracy, fit
from nor2hdl.learn._layers import NorLayer, ThresholdLayer, VoteReadout
from nor2hdl.learn._loop import FitStats, Progress
from nor2hdl.learn._model import Classifier, nor_classifier
from nor2hdl.learn._recipes import RECIPES, Recipe, recipe_for
from nor2hdl.learn._recurrent import NorCell, RecurrentClassifier
from nor2hdl.learn._recurrent_store import describe_recurrent, load_recurrent, save_recurrent
from nor2hdl.learn._recurrent_train import TEACHERS, RecurrentConfig, train_recurrent
from nor2hdl.learn._store import describe, load_model, save_model
from nor2hdl.learn._train import EpochStats, TrainConfig, train

__all__ = [
    "RECIPES",
    "TEACHERS",
    "Classifier",
    "EpochStats",
    "FitConfig",
    "FitStats",
    "NorCell",
    "NorLayer",
    "Progress",
    "Recipe",
    "RecurrentClassifier",
    "RecurrentConfig",
    "ThresholdLayer",
    "TrainConfig",
    "VoteReadout",
    "accuracy",
    "count_fan_ins",
    "describe",
    "describe_recurrent",
    "fan_in_range",
    "fit",
    "load_model",
    "load_recurrent",
    "nor_classifier",
    "recipe_for",
    "save_model",
    "save_recurrent",
    "train",
    "train_recurrent",
]
