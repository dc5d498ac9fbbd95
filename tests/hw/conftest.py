"""Programs of `hw/` as modules, and the tools that its benches need."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

from nor2hdl import tools
from nor2hdl.errors import ToolError

HW = Path(__file__).parents[2] / "hw"


def _missing(reason: str) -> None:
    (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


@pytest.fixture(scope="session")
def require_programs():
    """Return a function that skips the test unless cocotb and the programs are there; in CI it fails."""

    def check(*programs):
        if importlib.util.find_spec("cocotb") is None:
            _missing("cocotb is not installed; install it with: pip install cocotb")
        try:
            for program in programs:
                tools.find(program)
        except ToolError as error:
            _missing(str(error))

    return check


@pytest.fixture(scope="session")
def load_program():
    """Return a function that loads a file of `hw/` as a module."""

    def load(path):
        spec = importlib.util.spec_from_file_location(Path(path).stem, HW / path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture(scope="session")
def serial():
    """Return pyserial."""
    try:
        import serial
    except ModuleNotFoundError:
        _missing("pyserial is not installed; install it with: pip install pyserial")
    return serial
