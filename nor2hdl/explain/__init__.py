"""Why a circuit says what it says: small cones as functions, deciding neurons, smallest flips."""

from nor2hdl.explain._decision import Decision, Literal, Neuron, deciding_neurons
from nor2hdl.explain._flip import Flip, smallest_flip
from nor2hdl.explain._function import Expression, TruthTable, expression, truth_table

__all__ = [
    "Decision",
    "Expression",
    "Flip",
    "Literal",
    "Neuron",
    "TruthTable",
    "deciding_neurons",
    "expression",
    "smallest_flip",
    "truth_table",
]
