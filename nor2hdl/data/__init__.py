"""Data sets of bytes with fixed splits, the encoders that turn bytes into bits, and strings of grammars.

`load` gives a frozen `Dataset`; an `Encoder` (`Threshold` or `Thermometer`) is the first part of every model
and of every circuit. `reber_set` gives strings inside and outside of the Reber grammar for networks that read
one letter at a time.
"""

from __future__ import annotations

from nor2hdl.data._automaton import SYMBOLS, Automaton, reber_automaton
from nor2hdl.data._dataset import Dataset
from nor2hdl.data._encode import Encoder, Thermometer, Threshold, encoder_from_json
from nor2hdl.data._load import NAMES, load
from nor2hdl.data._reber import accepts, encode_strings, one_hot, reber_set, reber_strings

__all__ = [
    "NAMES",
    "SYMBOLS",
    "Automaton",
    "Dataset",
    "Encoder",
    "Thermometer",
    "Threshold",
    "accepts",
    "encode_strings",
    "encoder_from_json",
    "load",
    "one_hot",
    "reber_automaton",
    "reber_set",
    "reber_strings",
]
