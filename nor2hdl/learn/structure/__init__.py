"""Structure learners: ways to find which weights of a network are 1, or not 0, at all."""

from nor2hdl.learn.structure._binary_connect import Binary, BinaryConnect
from nor2hdl.learn.structure._edge_popup import EdgePopup, Popup
from nor2hdl.learn.structure._learner import Learner
from nor2hdl.learn.structure._learners import LEARNERS, WITH_BUDGET, learner_of
from nor2hdl.learn.structure._magnitude import MagnitudePruning, Pruned
from nor2hdl.learn.structure._random_graph import FixedMask, RandomGraph
from nor2hdl.learn.structure._self_pruning import SelfPruning
from nor2hdl.learn.structure._structure import (
    Structure,
    carry,
    fold,
    kept_share,
    latent_of,
    structure_of,
)
from nor2hdl.learn.structure._switcher import ConnectionSwitcher, FreeGates, NeuronSwitcher, Switching
from nor2hdl.learn.structure._top_k import TopK, TopKWiring

__all__ = [
    "LEARNERS",
    "WITH_BUDGET",
    "Binary",
    "BinaryConnect",
    "ConnectionSwitcher",
    "EdgePopup",
    "FixedMask",
    "FreeGates",
    "Learner",
    "MagnitudePruning",
    "NeuronSwitcher",
    "Popup",
    "Pruned",
    "RandomGraph",
    "SelfPruning",
    "Structure",
    "Switching",
    "TopK",
    "TopKWiring",
    "carry",
    "fold",
    "kept_share",
    "latent_of",
    "learner_of",
    "structure_of",
]
