"""Cut a combinational netlist into pipeline stages."""

from nor2hdl.pipeline._graph import lut_depth
from nor2hdl.pipeline._pipeline import Pipeline, pipeline_netlist, stored_outputs

__all__ = ["Pipeline", "lut_depth", "pipeline_netlist", "stored_outputs"]
