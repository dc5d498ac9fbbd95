"""Data sets of bytes with fixed splits, and the encoders that turn bytes into bits.

`load` gives a frozen `Dataset`; an `Encoder` (`Threshold` or `Thermometer`) is the first part of every model
and of every circuit.
"""

from __future__ import annotations

from nor2hdl.data._dataset import Dataset
from nor2hdl.data._encode import Encoder, Thermometer, Threshold, encoder_from_json
from nor2hdl.data._load import NAMES, load

__all__ = ["NAMES", "Dataset", "Encoder", "Thermometer", "Threshold", "encoder_from_json", "load"]
