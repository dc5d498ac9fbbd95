"""Pipelined builds: the stages stand in the Verilog, in the report and in what is proved."""

from __future__ import annotations

import json
import re
import shutil

import pytest

from nor2hdl import flow
from nor2hdl.data import load
from nor2hdl.errors import OptionError
from nor2hdl.report import read_report
from nor2hdl.view import report_page

CLAIM = "minimized = top.v after 3 clocks"


@pytest.fixture(scope="module")
def piped(digits_build, tmp_path_factory):
    model, notes = flow.load_build_model(digits_build.folder)
    settings = flow.Settings(stages=3, mapped=False)
    folder = tmp_path_factory.mktemp("piped") / "b"
    return flow.compile_model(model, load("digits"), folder, notes=notes, settings=settings)


def test_verilog_is_clocked_and_proved(piped, digits_build):
    text = (piped.folder / "top.v").read_text()
    assert "module top(clk, rst, valid_in, ready_in, pix, valid_out, ready_out, cls);" in text
    assert piped.verdicts[CLAIM].status == "equal"
    assert piped.circuit == digits_build.circuit  # only the Verilog differs


def test_report_counts_the_registers_of_the_verilog(piped):
    summary = piped.report.pipeline
    assert summary.latency == 3
    assert summary.lut_inputs == 4
    assert len(summary.lut_levels) == 3
    assert max(summary.lut_levels) - min(summary.lut_levels) <= 2
    text = (piped.folder / "top.v").read_text()
    body = text[: text.index("module top_stage1")]
    widths = [int(w or 0) + 1 for w in re.findall(r"^  reg (?:\[(\d+):0\] )?\w+;$", body, re.MULTILINE)]
    assert sum(widths) == summary.flip_flops + 3


def test_report_is_read_back_and_shown(piped):
    report = read_report(piped.folder / "report.json")
    assert report.pipeline == piped.report.pipeline
    assert "3 clocks from a sample to its class" in report_page(report)
    assert any("Pipeline, 3 clocks" in str(table.title) for table in report.tables())
    assert json.loads(report.to_json())["pipeline"]["latency"] == 3


def test_build_is_verified_once_more(piped):
    assert flow.verify_build(piped.folder, load("digits"))[CLAIM].status == "equal"


def test_a_register_lost_afterwards_is_found(piped, tmp_path):
    folder = shutil.copytree(piped.folder, tmp_path / "copy")
    text = (folder / "top.v").read_text()
    (folder / "top.v").write_text(re.sub(r"if \(ready_in\)", "if (1'b1)", text, count=1))
    verdict = flow.verify_build(folder, load("digits"))[CLAIM]
    assert verdict.status == "different"
    assert verdict.method == "registers"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"stages": 2, "max_levels": 4}, "stages must stand alone, not together with max_levels; give one"),
        ({"stages": 0}, "stages must be a number above 0 or None, not 0"),
        ({"max_levels": -1}, "max_levels must be a number above 0 or None, not -1"),
    ],
)
def test_bad_settings(options, message):
    with pytest.raises(OptionError, match=message):
        flow.Settings(**options)


def test_too_many_stages(digits_build, tmp_path):
    model, notes = flow.load_build_model(digits_build.folder)
    with pytest.raises(OptionError, match=r"stages must be at most .*, not 5000"):
        flow.compile_model(
            model, load("digits"), tmp_path / "b", notes=notes, settings=flow.Settings(stages=5000)
        )
    assert not (tmp_path / "b" / "report.json").exists()
