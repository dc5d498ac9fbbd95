"""What several rooms' tests share: a small trained build."""

from __future__ import annotations

import dataclasses
import os
import shutil
import signal
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from nor2hdl import flow
from nor2hdl.data import load
from nor2hdl.learn import recipe_for

# Machines are shared and slow at times: no test fails for that. A run of CI can be repeated exactly.
settings.register_profile(
    "nor2hdl",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("nor2hdl")

# A shell that runs the tests in the background has them ignore Ctrl-C, as all that they start: tests send it.
if threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def digits_build(tmp_path_factory) -> flow.Build:
    """Train and compile the digits, small and quick, all steps included."""
    digits = load("digits")
    recipe = recipe_for(digits)
    quick = dataclasses.replace(recipe, hidden=(100,), config=dataclasses.replace(recipe.config, epochs=20))
    folder = tmp_path_factory.mktemp("build") / "digits"
    model, notes = flow.train_model(digits, quick, folder)
    return flow.compile_model(model, digits, folder, notes=notes)


@pytest.fixture
def build_copy(digits_build, tmp_path) -> Path:
    """Copy the build, for tests that change it."""
    return Path(shutil.copytree(digits_build.folder, tmp_path / "copy"))
