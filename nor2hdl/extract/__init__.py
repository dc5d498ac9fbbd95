"""Turn trained modules into NOR netlists."""

from nor2hdl.extract._classifier import extract, readout_gates, score_offset
from nor2hdl.extract._layers import extract_layer, layer_gates

__all__ = ["extract", "extract_layer", "layer_gates", "readout_gates", "score_offset"]
