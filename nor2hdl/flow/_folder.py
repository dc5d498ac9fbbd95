"""The build folder: what is in it, and what may be written to it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from nor2hdl.errors import DataError, OutputError
from nor2hdl.learn import Classifier, load_model
from nor2hdl.report import Report, read_report
from nor2hdl.view import PICTURES, picture_file

MODEL = "model.safetensors"
CHECKPOINT = "checkpoint.safetensors"
APPROXIMATE = "approximate.nor"
CIRCUITS = ("netlist.nor", "minimized.nor", "top.v")
PICTURE_FOLDER = "pictures"
DRAWN = tuple(map(picture_file, PICTURES))
VIEWER = "circuit.html"
COMPILED = (*CIRCUITS, APPROXIMATE, VIEWER, *DRAWN, "report.html", "report.json")
OURS = (MODEL, CHECKPOINT, *COMPILED)


def prepare_folder(folder: Path | str, *, allowed: tuple[str, ...] = ()) -> Path:
    """Make an output folder, or take one that holds nothing but `allowed` files.

    Raises
    ------
    OutputError
        If the folder holds other files, is a file, or cannot be made.
    """
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # A kill may have left temporary files, whose names begin with a dot; nobody misses them.
        found = sorted(name for path in folder.iterdir() for name in _files(path))
    except OSError as error:
        raise OutputError(f"cannot make folder {folder}: {error.strerror}; choose another") from error
    other = [name for name in found if name not in allowed]
    if other:
        raise OutputError(
            f"folder {folder} must be empty, but holds {', '.join(other[:3])}"
            f"{' and more' if len(other) > 3 else ''}; choose another, or pass --overwrite"
        )
    return folder


def _files(path: Path) -> list[str]:
    """Return the file, or the files in the folder of pictures, by their names in the build folder."""
    if path.name != PICTURE_FOLDER or path.is_symlink() or not path.is_dir():
        return [] if path.name.startswith(".") else [path.name]
    return [f"{path.name}/{p.name}" for p in path.iterdir() if not p.name.startswith(".")]


def remove(folder: Path, names: tuple[str, ...]) -> None:
    # The report goes first: without one, nobody takes the rest for a finished build.
    for name in reversed(names):
        (folder / name).unlink(missing_ok=True)
    pictures = folder / PICTURE_FOLDER
    if pictures.is_dir() and not any(pictures.iterdir()):
        pictures.rmdir()


def file_sums(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of the model and of the circuits in a build folder, by file name.

    Raises
    ------
    OutputError
        If one of them cannot be read.
    """
    sums = {}
    there = (APPROXIMATE,) if (folder / APPROXIMATE).exists() else ()
    for name in (MODEL, *CIRCUITS, *there):
        try:
            sums[name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        except OSError as error:
            raise OutputError(
                f"cannot read {folder / name}: {error.strerror}; compile the model again"
            ) from error
    return sums


def read_build_report(folder: Path | str) -> Report:
    """Return the report of a build folder whose files are still those that it speaks of.

    Raises
    ------
    DataError
        If there is no report, or a file was changed after it was written.
    """
    folder = Path(folder)
    report = read_report(folder / "report.json")
    sums = file_sums(folder)
    for name in {*report.files, *sums}:
        if report.files.get(name) != sums.get(name):
            raise DataError(
                f"{folder / name} must be the file that the report speaks of; compile the model again"
            )
    return report


def load_build_model(path: Path | str) -> tuple[Classifier, dict[str, Any]]:
    """Read a model and its notes from its file, or from a build folder that holds one.

    Raises
    ------
    ModelError
        If there is none, or it is damaged; see `nor2hdl.learn.load_model`.
    """
    path = Path(path)
    return load_model(path / MODEL if path.is_dir() else path)
