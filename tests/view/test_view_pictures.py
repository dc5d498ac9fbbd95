"""Pictures are files of a build: the same everywhere, safe to open, and never in the way of other files."""

from __future__ import annotations

import dataclasses
import hashlib
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest

from nor2hdl import flow
from nor2hdl.data import load
from nor2hdl.errors import DataError, OutputError
from nor2hdl.view import PICTURES, build_pictures, picture_file, read_pictures, report_page


def test_pictures_say_what_they_show(digits_build):
    for name, svg in read_pictures(digits_build.folder).items():
        root = ET.fromstring(svg)
        assert root.find("{http://www.w3.org/2000/svg}title").text == PICTURES[name].text
        assert "<script" not in svg


def test_a_build_is_drawn_the_same_in_another_process_with_other_settings(digits_build, tmp_path):
    (tmp_path / "matplotlibrc").write_text(
        "axes.facecolor: red\nfont.size: 30\nsvg.fonttype: path\nsvg.hashsalt: other\nbackend: pdf\n"
        "text.parse_math: True\nfigure.dpi: 300\nsavefig.dpi: 7\naxes.formatter.use_locale: True\n"
    )
    code = f"""
import hashlib, sys
from nor2hdl import flow, report, view
from nor2hdl.data import load
folder = {str(digits_build.folder)!r}
model, _ = flow.load_build_model(folder)
assert "matplotlib" not in sys.modules
pictures = view.build_pictures(model, load("digits"), report.read_report(folder + "/report.json"))
assert "matplotlib.pyplot" not in sys.modules
import matplotlib
assert matplotlib.rcParams["axes.facecolor"] == "red"  # the user's settings are left alone
print([hashlib.sha256(svg.encode()).hexdigest() for svg in pictures.values()])
"""
    environment = {
        "MPLCONFIGDIR": str(tmp_path),
        "PYTHONPATH": ":".join(sys.path),
        "MATPLOTLIBRC": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    files = [digits_build.folder / picture_file(name) for name in PICTURES]
    assert done.stdout.strip() == str([hashlib.sha256(f.read_bytes()).hexdigest() for f in files])


@pytest.mark.parametrize(
    ("notes", "missing"),
    [
        ({}, {"training", "fan-in"}),
        ({"history": "my own"}, {"training", "fan-in"}),
        ({"history": []}, {"training", "fan-in"}),
        ({"history": [{"epoch": 1}]}, {"training", "fan-in"}),
        ({"epoch": "best"}, set()),
    ],
)
def test_notes_may_say_anything(digits_build, notes, missing):
    model, own = flow.load_build_model(digits_build.folder)
    kept = own if "epoch" in notes else {}
    summary = dataclasses.replace(digits_build.report.model, notes={**kept, **notes})
    report = dataclasses.replace(digits_build.report, model=summary)
    assert set(build_pictures(model, load("digits"), report)) == set(PICTURES) - missing


def test_a_history_without_histograms_has_no_picture_of_them(digits_build):
    model, notes = flow.load_build_model(digits_build.folder)
    for epoch in notes["history"]:
        del epoch["fan_ins"]
    report = dataclasses.replace(
        digits_build.report, model=dataclasses.replace(digits_build.report.model, notes=notes)
    )
    assert set(build_pictures(model, load("digits"), report)) == set(PICTURES) - {"fan-in"}


def test_a_folder_without_pictures_has_a_page_without(digits_build, build_copy):
    for name in PICTURES:
        (build_copy / picture_file(name)).unlink()
    assert read_pictures(build_copy) == {}
    assert "<img" not in report_page(digits_build.report, read_pictures(build_copy))
    (build_copy / "pictures").rmdir()
    assert read_pictures(build_copy) == {}
    flow.read_build_report(build_copy)  # pictures are no part of what the report vouches for


def test_a_damaged_picture_is_named(build_copy):
    path = build_copy / picture_file("area")
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match=r"area\.svg must be a picture; compile the model again"):
        read_pictures(build_copy)
    path.unlink()
    path.mkdir()
    with pytest.raises(DataError, match=r"area\.svg must be a picture; .*Is a directory"):
        read_pictures(build_copy)


def compiled_again(folder, **options):
    model, notes = flow.load_build_model(folder)
    return flow.compile_model(
        model, load("digits"), folder, notes=notes, settings=flow.Settings(mapped=False), **options
    )


def test_pictures_of_the_user_are_left_alone(build_copy):
    (build_copy / "pictures" / "holiday.jpg").write_bytes(b"sea")
    with pytest.raises(OutputError, match=r"must be empty, but holds pictures/holiday\.jpg; choose another"):
        compiled_again(build_copy, overwrite=True)
    assert (build_copy / "pictures" / "holiday.jpg").read_bytes() == b"sea"
    assert (build_copy / "report.json").exists()


def test_a_link_is_not_followed(build_copy, tmp_path):
    (build_copy / "pictures").rename(tmp_path / "elsewhere")
    (build_copy / "pictures").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputError, match=r"must be empty, but holds pictures; choose another"):
        compiled_again(build_copy, overwrite=True)
    assert len(list((tmp_path / "elsewhere").iterdir())) == len(PICTURES)


def test_pictures_are_replaced_with_the_build_alone(build_copy):
    area = build_copy / picture_file("area")
    area.write_text("old")
    with pytest.raises(OutputError, match=r"must be empty, but holds .*, or pass --overwrite"):
        compiled_again(build_copy)

    def interrupt(name):
        if name == "draw":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compiled_again(build_copy, overwrite=True, step=interrupt)
    assert area.read_text() == "old"
    compiled_again(build_copy, overwrite=True)
    assert area.read_text().startswith("<?xml")
