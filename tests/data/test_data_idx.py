"""MNIST and Fashion-MNIST: synthetic folders with planted faults, fake mirrors, and the real files."""

from __future__ import annotations

import gzip
import hashlib
import http.client
import io
import os
import urllib.error
from pathlib import Path

import numpy as np
import pytest

from nor2hdl.data import _idx, load
from nor2hdl.errors import DataError, OutputError

IMAGES, LABELS = "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"
TEST_IMAGES, TEST_LABELS = "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"
MEND = "replace it with the original, or delete it to have it downloaded again"


def idx(array):
    header = bytes([0, 0, 8, array.ndim]) + b"".join(size.to_bytes(4, "big") for size in array.shape)
    return header + array.astype(np.uint8).tobytes()


def contents():
    rng = np.random.default_rng(1)
    files = {}
    for part, count in (("train", 30), ("t10k", 6)):
        files[f"{part}-images-idx3-ubyte.gz"] = idx(rng.integers(0, 256, (count, 3, 4)))
        files[f"{part}-labels-idx1-ubyte.gz"] = idx(np.arange(count) % 10)
    return files


@pytest.fixture
def tiny(monkeypatch, tmp_path):
    """Make "mnist" a tiny set in no folder yet, and the network dead; give the contents of its files."""
    files = contents()
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    origin = _idx.ORIGINS["mnist"]._replace(mirrors=("https://one/", "https://two/"), sha256=sums)
    monkeypatch.setitem(_idx.ORIGINS, "mnist", origin)
    monkeypatch.setenv("NOR2HDL_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    serve(monkeypatch, {})
    return files


def serve(monkeypatch, answers):
    """Put `answers` (url -> bytes or error) in place of the network; give the list of urls asked for."""
    asked = []

    def urlopen(url, *, timeout):
        assert timeout == 20.0
        asked.append(url)
        answer = answers.get(url, urllib.error.URLError("no network"))
        if isinstance(answer, Exception):
            raise answer
        return io.BytesIO(answer)

    monkeypatch.setattr(_idx, "urlopen", urlopen)
    return asked


def plant(folder, files, **changes):
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(gzip.compress(content))
    for name, packed in changes.items():
        (folder / name).write_bytes(packed)
    return folder


def failure(kind=DataError):
    with pytest.raises(kind) as error:
        load("mnist")
    return str(error.value)


def test_reads_the_chosen_folder(tiny, tmp_path):
    plant(tmp_path / "data/mnist", tiny)
    dataset = load("mnist")
    train = np.frombuffer(tiny[IMAGES], np.uint8, offset=16).reshape(30, 12)
    test = np.frombuffer(tiny[TEST_IMAGES], np.uint8, offset=16).reshape(6, 12)
    assert np.array_equal(dataset.x_train, train[:27])
    assert np.array_equal(dataset.x_val, train[27:])
    assert np.array_equal(dataset.x_test, test)
    assert dataset.y_train.tolist() == [i % 10 for i in range(27)]
    assert dataset.y_val.tolist() == [7, 8, 9]
    assert dataset.y_test.tolist() == [0, 1, 2, 3, 4, 5]
    assert dataset.shape == (3, 4)
    assert dataset.name == "mnist"
    assert dataset.classes == tuple("0123456789")


def test_packing_does_not_matter(tiny, tmp_path):
    plant(tmp_path / "data/mnist", tiny, **{IMAGES: gzip.compress(tiny[IMAGES], 1, mtime=7)})
    assert len(load("mnist").x_train) == 27


def test_chosen_folder_goes_before_the_cache(tiny, tmp_path):
    plant(tmp_path / "cache/nor2hdl/mnist", tiny, **{IMAGES: b"never read"})
    plant(tmp_path / "data/mnist", tiny)
    assert len(load("mnist").x_train) == 27


@pytest.mark.parametrize("chosen", ["", "elsewhere"])
def test_cache_serves_what_the_chosen_folder_lacks(tiny, tmp_path, monkeypatch, chosen):
    monkeypatch.setenv("NOR2HDL_DATA", chosen)
    plant(tmp_path / "cache/nor2hdl/mnist", tiny)
    assert len(load("mnist").x_train) == 27


def test_cache_lies_in_the_home_folder(tiny, tmp_path, monkeypatch):
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    plant(tmp_path / ".cache/nor2hdl/mnist", tiny)
    assert len(load("mnist").x_train) == 27


def test_downloads_what_is_missing_into_the_cache(tiny, tmp_path, monkeypatch):
    plant(tmp_path / "data/mnist", tiny)
    (tmp_path / "data/mnist" / LABELS).unlink()
    packed = gzip.compress(tiny[LABELS])
    asked = serve(monkeypatch, {"https://one/" + LABELS: packed})
    first = load("mnist")
    assert load("mnist").checksum == first.checksum
    assert asked == ["https://one/" + LABELS]
    assert [path.name for path in (tmp_path / "cache/nor2hdl/mnist").iterdir()] == [LABELS]
    assert (tmp_path / "cache/nor2hdl/mnist" / LABELS).read_bytes() == packed


@pytest.mark.parametrize(
    "fault",
    [
        urllib.error.URLError("refused"),
        http.client.IncompleteRead(b""),
        TimeoutError("timed out"),
        b"<html>moved</html>",
        gzip.compress(contents()[LABELS])[:-9],
        gzip.compress(b"another file"),
    ],
    ids=["refused", "incomplete", "timeout", "html", "cut", "another"],
)
def test_next_mirror_where_one_fails(tiny, tmp_path, monkeypatch, fault):
    plant(tmp_path / "data/mnist", tiny)
    (tmp_path / "data/mnist" / LABELS).unlink()
    answers = {"https://one/" + LABELS: fault, "https://two/" + LABELS: gzip.compress(tiny[LABELS])}
    assert serve(monkeypatch, answers) == []
    assert len(load("mnist").y_train) == 27


def test_nothing_to_be_had(tiny, tmp_path, monkeypatch):
    serve(monkeypatch, {"https://two/" + IMAGES: gzip.compress(b"x")})
    want, got = hashlib.sha256(tiny[IMAGES]).hexdigest(), hashlib.sha256(b"x").hexdigest()
    assert failure() == (
        f"{IMAGES} of 'mnist' is not in {tmp_path}/data/mnist or {tmp_path}/cache/nor2hdl/mnist and "
        f"cannot be downloaded; put the files {IMAGES}, {LABELS}, {TEST_IMAGES}, {TEST_LABELS} there, or "
        "into a folder 'mnist' inside another folder and set NOR2HDL_DATA to that one "
        f"(https://one/{IMAGES}: <urlopen error no network>; "
        f"https://two/{IMAGES}: the download must unpack to the SHA-256 {want}, not {got})"
    )
    assert not (tmp_path / "cache").exists()


def test_cache_that_cannot_be_made(tiny, tmp_path, monkeypatch):
    (tmp_path / "cache").write_text("a file in the way")
    monkeypatch.delenv("NOR2HDL_DATA")
    # The cache folder cannot even be looked into.
    assert failure() == f"cannot read {tmp_path}/cache/nor2hdl/mnist/{IMAGES}: Not a directory"
    monkeypatch.setattr(_idx, "_folders", lambda name: iter(()))
    serve(monkeypatch, {"https://one/" + IMAGES: gzip.compress(tiny[IMAGES])})
    assert failure(OutputError) == (
        f"cannot make the folder {tmp_path}/cache/nor2hdl/mnist: Not a directory; "
        "set XDG_CACHE_HOME to a folder that can be written"
    )


@pytest.mark.parametrize("name", [IMAGES, LABELS, TEST_IMAGES, TEST_LABELS])
def test_truncated(tiny, tmp_path, name):
    folder = plant(tmp_path / "data/mnist", tiny, **{name: gzip.compress(tiny[name])[:-12]})
    assert failure() == f"{folder / name} is truncated; {MEND}"


@pytest.mark.parametrize(
    "packed",
    [b"plain text", gzip.compress(contents()[LABELS], mtime=0)[:12] + bytes(60)],
    ids=["text", "cut"],
)
def test_no_gzip_file(tiny, tmp_path, packed):
    folder = plant(tmp_path / "data/mnist", tiny, **{LABELS: packed})
    text = f"{folder / LABELS} must be a gzip file, but is damaged or is none; {MEND}"
    assert failure() == text


def test_wrong_checksum(tiny, tmp_path):
    content = tiny[TEST_LABELS][:-1] + b"\x09"
    folder = plant(tmp_path / "data/mnist", tiny | {TEST_LABELS: content})
    want, got = (hashlib.sha256(text).hexdigest() for text in (tiny[TEST_LABELS], content))
    assert failure() == f"{folder / TEST_LABELS} must unpack to the SHA-256 {want}, not {got}; {MEND}"


@pytest.mark.parametrize(
    ("content", "found"),
    [(contents()[LABELS], "00000801"), (b"\0\0\x0d\3" + bytes(12), "00000d03"), (b"", "be empty")],
)
def test_bad_magic(tiny, tmp_path, content, found):
    folder = plant(tmp_path / "data/mnist", tiny | {IMAGES: content})
    assert failure() == (
        f"{folder / IMAGES} must start with the IDX magic number 00000803 (bytes, 3 axes), "
        f"not {found}; {MEND}"
    )


@pytest.mark.parametrize(
    ("content", "size", "found"),
    [
        (contents()[IMAGES][:-5], 376, 371),
        (contents()[IMAGES] + b"\0", 376, 377),
        (b"\0\0\x08\x03\0\0", 16, 6),
    ],
)
def test_wrong_size(tiny, tmp_path, content, size, found):
    folder = plant(tmp_path / "data/mnist", tiny | {IMAGES: content})
    assert failure() == (
        f"{folder / IMAGES} must unpack to {size} bytes, as its header says, not {found}; {MEND}"
    )


def test_count_of_labels(tiny, tmp_path):
    folder = plant(tmp_path / "data/mnist", tiny | {LABELS: tiny[TEST_LABELS]})
    assert failure() == (
        f"{folder / LABELS} must hold 30 labels, one for each image of {IMAGES}, not 6; {MEND}"
    )


def test_unreadable(tiny, tmp_path):
    folder = plant(tmp_path / "data/mnist", tiny)
    (folder / IMAGES).unlink()
    (folder / IMAGES).mkdir()
    assert failure() == f"cannot read {folder / IMAGES}: Is a directory"


def test_mirrors_are_https():
    for origin in _idx.ORIGINS.values():
        assert len(origin.mirrors) == 2
        assert all(mirror.startswith("https://") and mirror.endswith("/") for mirror in origin.mirrors)


@pytest.mark.parametrize(
    ("name", "facts", "checksum"),
    [
        (
            "mnist",
            (33.3184, [5, 0, 4, 1, 9], [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]),
            "c0a6bbcb5fcdfe3a8e48d79ee6c1b998b1488d3f0d79509d3c89290c8b73807e",
        ),
        (
            "fashion-mnist",
            (72.9404, [9, 0, 0, 3, 0], [1000] * 10),
            "5e964c25338610f349625677a053d7fc698958fb0bc556e94f54531eaf53e8f3",
        ),
    ],
)
def test_the_real_files(monkeypatch, name, facts, checksum):
    """Published facts: mean pixel of the training images, first labels, test images of each class."""
    beside = Path(__file__).parents[3] / "shared/data"
    folder = Path(os.environ.get("NOR2HDL_DATA") or beside)
    if not (folder / name).is_dir():
        reason = f"{folder} has no folder {name}: set NOR2HDL_DATA to one that has"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    monkeypatch.setenv("NOR2HDL_DATA", str(folder))
    dataset = load(name)
    assert [len(dataset.split(part)[1]) for part in ("train", "val", "test")] == [54000, 6000, 10000]
    assert dataset.shape == (28, 28)
    mean = np.concatenate([dataset.x_train, dataset.x_val]).mean()
    assert (round(mean, 4), dataset.y_train[:5].tolist(), np.bincount(dataset.y_test).tolist()) == facts
    assert dataset.checksum == checksum
