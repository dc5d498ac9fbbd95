"""Verilog simulators for the tests: those that are not installed skip their tests, except in CI."""

from __future__ import annotations

import os

import pytest

from nor2hdl import tools
from nor2hdl.errors import ToolError

PROGRAMS = {"c": ("cc",), "icarus": ("iverilog", "vvp"), "verilator": ("verilator", "perl", "make", "g++")}


@pytest.fixture(scope="session")
def require():
    """Return a function that skips the test unless the programs of a simulator are there."""

    def check(simulator):
        try:
            for program in PROGRAMS.get(simulator, ()):
                tools.find(program)
        except ToolError as error:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(str(error))

    return check
