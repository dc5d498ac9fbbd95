"""Turn trained modules into NOR netlists."""

from nor2hdl.extract import _graph_layer as _graph_layer
from nor2hdl.extract._classifier import extract, score_offset
from nor2hdl.extract._layers import extract_layer, layer_gates
from nor2hdl.extract._readout import readout_gates, score_ranges
from nor2hdl.extract._recurrent import extract_automaton, extract_machine
from nor2hdl.extract._voters import Voters, extract_voters

__all__ = [
    "Voters",
    "extract",
    "extract_automaton",
    "extract_layer",
    "extract_machine",
    "extract_voters",
    "layer_gates",
    "readout_gates",
    "score_offset",
    "score_ranges",
]
