"""Make classifiers smaller by what training samples never show: approximate, labelled, off by default."""

from nor2hdl.approximate._approximate import Approximation, Round, approximate
from nor2hdl.approximate._care import CareSet

__all__ = ["Approximation", "CareSet", "Round", "approximate"]
