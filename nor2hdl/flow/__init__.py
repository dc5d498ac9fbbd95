"""From a data set to a build folder: train, extract, minimize, emit, verify, report."""

from nor2hdl.flow._checks import check_fit
from nor2hdl.flow._compile import Build, compile_model, verify_build
from nor2hdl.flow._folder import VIEWER, load_build_model, prepare_folder, read_build_report
from nor2hdl.flow._settings import Settings
from nor2hdl.flow._train import train_model
from nor2hdl.flow._view import scene_of_build, scene_of_netlist

__all__ = [
    "VIEWER",
    "Build",
    "Settings",
    "check_fit",
    "compile_model",
    "load_build_model",
    "prepare_folder",
    "read_build_report",
    "scene_of_build",
    "scene_of_netlist",
    "train_model",
    "verify_build",
]
