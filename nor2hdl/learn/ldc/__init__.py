"""Learning Digital Circuits: networks that prune themselves, how far their units are gates, and the gates."""

from nor2hdl.learn.ldc._gates import GateNet, Gates, replace_units
from nor2hdl.learn.ldc._kept import LayerCount, count_kept
from nor2hdl.learn.ldc._net import HardInvert, LdcNet, Norm, SoftInvert
from nor2hdl.learn.ldc._nor_test import KINDS, Kind, NorTest, nor_test
from nor2hdl.learn.ldc._sweep import ON_WEIGHTS, Statistics, sweep
from nor2hdl.learn.ldc._votes import to_classifier

__all__ = [
    "KINDS",
    "ON_WEIGHTS",
    "GateNet",
    "Gates",
    "HardInvert",
    "Kind",
    "LayerCount",
    "LdcNet",
    "NorTest",
    "Norm",
    "SoftInvert",
    "Statistics",
    "count_kept",
    "nor_test",
    "replace_units",
    "sweep",
    "to_classifier",
]
