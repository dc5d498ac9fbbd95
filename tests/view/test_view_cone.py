"""A cone as a file: drawn by Graphviz, or for programs that draw; never half of one."""

from __future__ import annotations

import os
import re
import shutil
import xml.etree.ElementTree as ET

import pytest

from nor2hdl import tools
from nor2hdl.errors import OptionError, ToolError
from nor2hdl.formats import to_dot, to_yosys_json
from nor2hdl.netlist import Builder
from nor2hdl.view import write_cone


def example():
    b = Builder()
    with b.tagged("<script>alert(1)</script>"):
        b.output("y", [b.nor(*b.input("<b>&", 2))])
    return b.freeze()


def test_text_forms(tmp_path):
    write_cone(example(), "y", tmp_path / "a.dot")
    assert (tmp_path / "a.dot").read_text() == to_dot(example(), "y")
    write_cone(example(), ["y", 1], tmp_path / "a.JSON", depth=1)
    assert (tmp_path / "a.JSON").read_text() == to_yosys_json(example(), ["y", 1], depth=1)


def test_svg(tmp_path):
    if shutil.which("dot") is None:
        text = "Graphviz's dot is not installed: apt-get install graphviz"
        pytest.fail(text) if "CI" in os.environ else pytest.skip(text)
    write_cone(example(), "y", tmp_path / "a.svg")
    text = (tmp_path / "a.svg").read_text()
    assert "<script" not in text
    texts = [element.text for element in ET.fromstring(text).iter("{http://www.w3.org/2000/svg}text")]
    assert {"<b>&[0]", "<b>&[1]", "NOR %3", "<script>alert(1)</script>", "y"} == set(texts)
    write_cone(example(), "y", tmp_path / "b.svg")
    assert (tmp_path / "b.svg").read_text() == text


def test_without_graphviz(tmp_path, monkeypatch):
    monkeypatch.setattr(tools.shutil, "which", lambda *_, **__: None)
    text = r"^dot is not installed; install it with: apt-get install graphviz$"
    with pytest.raises(ToolError, match=text):
        write_cone(example(), "y", tmp_path / "a.svg")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a.png", "a", ".svg"])
def test_other_endings(tmp_path, name):
    text = re.escape(f"drawing must end in .svg, .dot or .json, not {name!r}")
    with pytest.raises(OptionError, match=f"^{text}$"):
        write_cone(example(), "y", tmp_path / name)
