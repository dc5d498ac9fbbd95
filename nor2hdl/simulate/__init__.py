"""Netlists on samples: engines that agree to the last bit, and what a classifier makes of a data set."""

from nor2hdl.simulate._classify import Result, classify, simulate
from nor2hdl.simulate._engine import Engine, Prepared
from nor2hdl.simulate._engines import ENGINES, get_engine, prepare
from nor2hdl.simulate._fast import FastEngine
from nor2hdl.simulate._machine import play_machine
from nor2hdl.simulate._pack import features_to_samples, pack_features, pack_samples, unpack_samples
from nor2hdl.simulate._schedule import Schedule, make_schedule
from nor2hdl.simulate._toggles import toggles, write_toggles
from nor2hdl.simulate._vectors import write_vectors

__all__ = [
    "ENGINES",
    "Engine",
    "FastEngine",
    "Prepared",
    "Result",
    "Schedule",
    "classify",
    "features_to_samples",
    "get_engine",
    "make_schedule",
    "pack_features",
    "pack_samples",
    "play_machine",
    "prepare",
    "simulate",
    "toggles",
    "unpack_samples",
    "write_toggles",
    "write_vectors",
]
