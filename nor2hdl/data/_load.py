"""One door to all data sets: by name, or from a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.data._idx import load_idx
from nor2hdl.data._table import Labelled, divided, load_csv, load_npz
from nor2hdl.errors import OptionError

if TYPE_CHECKING:
    from nor2hdl.data._dataset import Dataset


NAMES = ("mnist", "fashion-mnist", "digits")
"""The data sets that have a name; all others are files."""


def load(name: str | Path) -> Dataset:
    """Load a data set by its name or from a file.

    =====================  =====================================================  =====================
    name                   samples                                                train / val / test
    =====================  =====================================================  =====================
    ``"mnist"``            28x28 handwritten digits [1]_                          54000 / 6000 / 10000
    ``"fashion-mnist"``    28x28 pieces of clothing [2]_                          54000 / 6000 / 10000
    ``"digits"``           8x8 handwritten digits, come with scikit-learn [3]_    1197 / 300 / 300
    path to ``.npz``       arrays ``x``, ``y``                                    shuffled, 4 : 1 : 1
    path to ``.npz``       ``x_train``, ``y_train``, ``x_test``, ``y_test``       shuffled, 5 : 1 / given
    path to ``.csv``       one sample per line, numbers and a label               shuffled, 4 : 1 : 1
    =====================  =====================================================  =====================

    Validation is the last tenth of the training images for the first two. Shuffles are fixed: the same file
    gives the same splits, everywhere. The files of the first two are looked for in the folder of that name
    (``mnist``, ``fashion-mnist``) inside the folder that the environment variable NOR2HDL_DATA names, then
    inside ``nor2hdl`` in the user's cache folder; what is missing is downloaded into the cache.

    The pixels of ``digits`` run from 0 to 16; they are multiplied by 16 and cut at 255, so that a threshold
    at a power of two splits them at a power of two.

    Features of files must be whole numbers from 0 to 255. Labels are whole numbers from 0, or names; the
    classes are the distinct labels in ascending order, so labels 0 to k-1 are the class indices themselves.
    In a ``.csv`` the label stands in the column that the header calls "label" or "class", else in the last
    one; the first line is a header if it has such a name, or if none of its cells is a number.

    Parameters
    ----------
    name
        ``"mnist"``, ``"fashion-mnist"``, ``"digits"``, or the path of a ``.npz`` or ``.csv`` file.

    Returns
    -------
    Dataset
        The checked, read-only data set; one from a file is called as the file without its suffix.

    Raises
    ------
    OptionError
        If the name is neither that of a data set nor a path that ends in ``.npz`` or ``.csv``.
    DataError
        If a file is missing, truncated, not of its form, has another checksum, holds a feature or label
        outside the rules above, has lines of different length, fewer than 10 samples or only one class.
    OutputError
        If a downloaded file cannot be written to the cache.

    References
    ----------
    .. [1] Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document
       recognition", Proc. IEEE 86 (1998).
    .. [2] H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST", arXiv:1708.07747 (2017).
    .. [3] E. Alpaydin, C. Kaynak, "Optical recognition of handwritten digits", UCI (1998).

    Examples
    --------
    >>> load("digits")
    Dataset('digits': 1197 train, 300 val, 300 test samples of 8x8 bytes, 10 classes)
    """
    if name in {"mnist", "fashion-mnist"}:
        return load_idx(str(name))
    if name == "digits":
        return _load_digits()
    path = Path(name)
    suffix = path.suffix.lower()
    if suffix == ".npz":
        return load_npz(path)
    if suffix == ".csv":
        return load_csv(path)
    raise OptionError(
        "data set must be one of 'mnist', 'fashion-mnist', 'digits' or the path of a .npz or .csv file, "
        f"not {str(name)!r}"
    )


def _load_digits() -> Dataset:
    from sklearn.datasets import load_digits

    pixels, labels = load_digits(return_X_y=True)
    samples = Labelled(np.minimum(pixels * 16, 255).astype(np.uint8), labels.astype(np.int64))
    return divided("digits", samples, classes=tuple("0123456789"), shape=(8, 8))
