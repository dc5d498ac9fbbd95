"""The verb plot: several builds in one picture."""

from __future__ import annotations

import json
import shutil
import xml.etree.ElementTree as ET

import pytest

from nor2hdl.cli import main
from nor2hdl.report import read_report


def call(capsys, *arguments):
    code = main([str(a) for a in arguments])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.fixture
def builds(digits_build, tmp_path):
    """Make three folders that hold a report alone: two with one name, one of another data set."""
    report = json.loads((digits_build.folder / "report.json").read_text())
    found = []
    for place, name, checksum in (
        ("a/small", "digits", None),
        ("b/small", "digits", None),
        ("c", "x", "0" * 64),
    ):
        folder = tmp_path / "builds" / place
        folder.mkdir(parents=True)
        report["dataset"] |= {"name": name} | ({"checksum": checksum} if checksum else {})
        (folder / "report.json").write_text(json.dumps(report))
        found.append(folder)
    return found


def test_plot_draws_each_build(capsys, builds, digits_build, tmp_path):
    target = tmp_path / "trade.svg"
    code, out, _ = call(capsys, "plot", *builds, "-o", target)
    assert (code, out) == (0, f"wrote {target}\n")
    texts = {"".join(e.itertext()) for e in ET.parse(target).iter() if e.tag.endswith("}text")}
    assert {"digits: 300 test samples", "x: 300 test samples", "c"} <= texts
    code, out, _ = call(capsys, "plot", *builds, "-o", target, "--json")
    values = json.loads(out)
    report = read_report(digits_build.folder / "report.json")
    assert values["picture"] == str(target)
    assert [p["label"] for p in values["points"]] == [str(builds[0]), str(builds[1]), "c"]
    assert {p["gates"] for p in values["points"]} == {report.mapped.nand2 + report.mapped.nand2_inverters}
    assert {p["accuracy"] for p in values["points"]} == {report.accuracy[1].share}
    assert [p["dataset"] for p in values["points"]] == ["digits", "digits", "x"]


@pytest.mark.parametrize(("suffix", "start"), [(".png", b"\x89PNG"), (".pdf", b"%PDF")])
def test_other_formats(capsys, builds, tmp_path, suffix, start):
    target = tmp_path / f"trade{suffix}"
    assert call(capsys, "plot", builds[0], "-o", target)[0] == 0
    assert target.read_bytes().startswith(start)


def test_bad_input(capsys, builds, tmp_path):
    def fails(*arguments):
        code, out, err = call(capsys, "plot", *arguments)
        assert (code, out) == (1, "")
        assert err.count("\n") == 1
        assert not (tmp_path / "t.svg").exists()
        return err.removeprefix("nor2hdl: ").strip()

    target = tmp_path / "t.svg"
    assert fails(builds[0], "-o", tmp_path / "t.gif") == "picture must end in .svg, .png or .pdf, not 't.gif'"
    assert fails(tmp_path / "none", "-o", target) == (
        f"cannot read report {tmp_path / 'none' / 'report.json'}: No such file or directory; "
        "compile the model first"
    )
    assert "Missing argument" in fails("-o", target)
    raw = json.loads((builds[0] / "report.json").read_text())
    (builds[0] / "report.json").write_text(json.dumps(raw | {"mapped": None}))
    assert fails(builds[0], builds[2], "-o", target) == (
        "build small must have mapped sizes, but was compiled without; compile it again"
    )
    shutil.rmtree(builds[0])
    builds[0].write_text("a file")
    assert "Not a directory" in fails(builds[0], "-o", target)
    assert "cannot write" in fails(builds[2], "-o", tmp_path / "no" / "t.svg")
