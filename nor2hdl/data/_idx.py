"""MNIST and Fashion-MNIST: find the gzipped IDX files or download them, and check them by checksum.

The checksums are those of the unpacked files: copies of the archives that were packed anew differ in their
bytes but not in what they hold. Their MD5 counterparts are widely published.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import math
import os
import zlib
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.request import urlopen

import numpy as np

from nor2hdl.data._dataset import Dataset
from nor2hdl.errors import DataError, OutputError
from nor2hdl.files import replacing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray


class Origin(NamedTuple):
    """Where the four files of a data set come from, what they must hold, and what the classes are called."""

    mirrors: tuple[str, ...]
    classes: tuple[str, ...]
    sha256: dict[str, str]


ORIGINS = {
    "mnist": Origin(
        mirrors=(
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
        ),
        classes=tuple("0123456789"),
        sha256={
            "train-images-idx3-ubyte.gz": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            "train-labels-idx1-ubyte.gz": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            "t10k-images-idx3-ubyte.gz": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            "t10k-labels-idx1-ubyte.gz": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        },
    ),
    "fashion-mnist": Origin(
        mirrors=(
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
            "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
        ),
        classes=(
            "T-shirt/top",
            "Trouser",
            "Pullover",
            "Dress",
            "Coat",
            "Sandal",
            "Shirt",
            "Sneaker",
            "Bag",
            "Ankle boot",
        ),
        sha256={
            "train-images-idx3-ubyte.gz": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
            "train-labels-idx1-ubyte.gz": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
            "t10k-images-idx3-ubyte.gz": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
            "t10k-labels-idx1-ubyte.gz": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        },
    ),
}

_LARGEST = 64 << 20
"""No file is longer than this, packed or not; reading stops here whatever a server or an archive sends."""

_TIMEOUT = 20.0
"""Seconds that a server may stay silent."""

_MEND = "replace it with the original, or delete it to have it downloaded again"


def load_idx(name: str) -> Dataset:
    """Load one of the data sets of `ORIGINS`.

    Parameters
    ----------
    name
        A key of `ORIGINS`.

    Returns
    -------
    Dataset
        Its validation split is the last tenth of the training images.

    Raises
    ------
    DataError
        If a file is neither there nor to be had, is damaged, or is not the original.
    OutputError
        If a downloaded file cannot be written to the cache.
    """
    x, y = _images_and_labels(name, "train")
    x_test, y_test = _images_and_labels(name, "t10k")
    cut = len(x) - len(x) // 10
    shape = x.shape[1:]
    rows, test_rows = (images.reshape(len(images), math.prod(shape)) for images in (x, x_test))
    return Dataset(
        name=name,
        x_train=rows[:cut],
        y_train=y[:cut],
        x_val=rows[cut:],
        y_val=y[cut:],
        x_test=test_rows,
        y_test=y_test,
        classes=ORIGINS[name].classes,
        shape=shape,
    )


def _images_and_labels(name: str, part: str) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    image_path, image_content = _read(name, f"{part}-images-idx3-ubyte.gz")
    label_path, label_content = _read(name, f"{part}-labels-idx1-ubyte.gz")
    images = _parse(image_content, image_path, axes=3)
    labels = _parse(label_content, label_path, axes=1)
    if len(images) != len(labels):
        raise DataError(
            f"{label_path} must hold {len(images)} labels, one for each image of {image_path.name}, "
            f"not {len(labels)}; {_MEND}"
        )
    _check_sum(image_content, image_path, ORIGINS[name].sha256[image_path.name])
    _check_sum(label_content, label_path, ORIGINS[name].sha256[label_path.name])
    return images, labels.astype(np.int64)


def _read(name: str, file: str) -> tuple[Path, bytes]:
    for folder in _folders(name):
        path = folder / file
        try:
            return path, _unpack(path.read_bytes(), path)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise DataError(f"cannot read {path}: {error.strerror}") from error
    return _download(name, file)


def _folders(name: str) -> Iterator[Path]:
    chosen = os.environ.get("NOR2HDL_DATA")
    if chosen:
        yield Path(chosen) / name
    yield _cache(name)


def _cache(name: str) -> Path:
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "nor2hdl" / name


def _unpack(packed: bytes, source: Path | str) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(packed)) as stream:
            return stream.read(_LARGEST)
    except EOFError as error:
        raise DataError(f"{source} is truncated; {_MEND}") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{source} must be a gzip file, but is damaged or is none; {_MEND}") from error


def _parse(content: bytes, source: Path, axes: int) -> NDArray[np.uint8]:
    magic = bytes([0, 0, 8, axes])
    if content[:4] != magic:
        raise DataError(
            f"{source} must start with the IDX magic number {magic.hex()} (bytes, {axes} axes), "
            f"not {content[:4].hex() or 'be empty'}; {_MEND}"
        )
    start = 4 + 4 * axes
    shape = [int.from_bytes(content[i : i + 4], "big") for i in range(4, start, 4)]
    size = start + math.prod(shape)
    if len(content) != size:
        raise DataError(
            f"{source} must unpack to {size} bytes, as its header says, not {len(content)}; {_MEND}"
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def _check_sum(content: bytes, source: Path | str, expected: str) -> None:
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise DataError(f"{source} must unpack to the SHA-256 {expected}, not {found}; {_MEND}")


def _download(name: str, file: str) -> tuple[Path, bytes]:
    problems = []
    for mirror in ORIGINS[name].mirrors:
        url = mirror + file
        try:
            with urlopen(url, timeout=_TIMEOUT) as response:  # noqa: S310  mirrors are https, listed above
                packed: bytes = response.read(_LARGEST)
            content = _unpack(packed, "the download")
            _check_sum(content, "the download", ORIGINS[name].sha256[file])
        except (OSError, HTTPException, DataError) as error:
            problems.append(f"{url}: {str(error).removesuffix(f'; {_MEND}')}")
            continue
        path = _cache(name) / file
        _keep(path, packed)
        return path, content
    raise DataError(
        f"{file} of {name!r} is not in {' or '.join(map(str, _folders(name)))} and cannot be downloaded; "
        f"put the files {', '.join(ORIGINS[name].sha256)} there, or into a folder {name!r} inside another "
        f"folder and set NOR2HDL_DATA to that one ({'; '.join(problems)})"
    )


def _keep(path: Path, packed: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"cannot make the folder {path.parent}: {error.strerror}; set XDG_CACHE_HOME to a folder that "
            "can be written"
        ) from error
    with replacing(path) as temporary:
        temporary.write_bytes(packed)
