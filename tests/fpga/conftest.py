"""What the tests of the FPGA room share: a small classifier, a cache folder of their own, false tools."""

from __future__ import annotations

import functools
import itertools
import os
from pathlib import Path

import pytest

from nor2hdl import tools
from nor2hdl.netlist import Builder, Netlist


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch) -> Path:
    """Keep results in a folder of the test, but the translated programs where they are: they take long."""
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    monkeypatch.setenv("YOWASP_CACHE_DIR", os.environ.get("YOWASP_CACHE_DIR", str(root / "YoWASP")))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "nor2hdl" / "fpga"


@pytest.fixture
def small() -> Netlist:
    """Return a classifier of eight bytes: their highest bits' exclusive or, and the majority of three."""
    builder = Builder()
    bits = list(builder.input("pix", 64))[7::8]

    def xor(x: int, y: int) -> int:
        neither = builder.nor(x, y)
        return builder.nor(neither, builder.nor(builder.nor(x), builder.nor(y)))

    pairs = [builder.nor(builder.nor(x), builder.nor(y)) for x, y in itertools.combinations(bits[:3], 2)]
    builder.output("cls", [functools.reduce(xor, bits), builder.nor(builder.nor(*pairs))])
    return builder.freeze()


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """Return a function that puts a shell script in the place of a program that `tools.find` finds."""
    there = tools.find

    def install(name: str, body: str) -> Path:
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)
        monkeypatch.setattr(tools, "find", lambda wanted: str(path) if wanted == name else there(wanted))
        return path

    return install
