"""Are two circuits the same? Provers, and the checks of the chain that use them."""

from nor2hdl.verify._abc import Abc
from nor2hdl.verify._exhaustive import Exhaustive
from nor2hdl.verify._language import Language, LanguageVerdict, same_language
from nor2hdl.verify._machine import check_machine_verilog
from nor2hdl.verify._outputs import check_outputs
from nor2hdl.verify._pipeline import check_pipeline_verilog
from nor2hdl.verify._prove import prove
from nor2hdl.verify._sat import Sat
from nor2hdl.verify._verdict import Prover, Verdict
from nor2hdl.verify._verilog import check_verilog, read_verilog

__all__ = [
    "Abc",
    "Exhaustive",
    "Language",
    "LanguageVerdict",
    "Prover",
    "Sat",
    "Verdict",
    "check_machine_verilog",
    "check_outputs",
    "check_pipeline_verilog",
    "check_verilog",
    "prove",
    "read_verilog",
    "same_language",
]
