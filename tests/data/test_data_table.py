"""Data sets by name and from a user's files: splits, forms, and every refusal word by word."""

from __future__ import annotations

import pickle
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nor2hdl.data import load
from nor2hdl.errors import DataError, Nor2hdlError, OptionError

X = np.arange(60, dtype=np.uint8).reshape(12, 5)
Y = np.arange(12) % 3


def npz(tmp_path, **arrays):
    path = tmp_path / "mine.npz"
    np.savez(path, **arrays)
    return path


def text(tmp_path, content, name="mine.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def rows(x, y):
    return "".join(
        f"{','.join(map(str, sample))},{label}\n" for sample, label in zip(x.tolist(), y, strict=True)
    )


def failure(path, kind=DataError):
    with pytest.raises(kind) as error:
        load(path)
    return str(error.value)


def all_samples(dataset):
    return {
        (tuple(sample), dataset.classes[label])
        for part in ("train", "val", "test")
        for sample, label in zip(*map(np.ndarray.tolist, dataset.split(part)), strict=True)
    }


def test_digits():
    dataset = load("digits")
    assert [len(dataset.split(part)[1]) for part in ("train", "val", "test")] == [1197, 300, 300]
    assert dataset.shape == (8, 8)
    assert dataset.classes == tuple("0123456789")
    assert set(np.unique(dataset.x_train)) == {*range(0, 256, 16), 255}
    for part in ("train", "val", "test"):
        assert np.bincount(dataset.split(part)[1], minlength=10).min() >= 18
    assert dataset.checksum == "b7f15b8c58509028069edf5448a6008abfce47f791cb7eb382bd6a46beadd3ed"


def test_room_is_light():
    program = (
        "import sys, nor2hdl.data; print([m for m in ('torch', 'sklearn', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("name", ["minst", "MNIST", "", "mine.parquet", "folder/mnist"])
def test_unknown_name(name):
    assert failure(name, OptionError) == (
        "data set must be one of 'mnist', 'fashion-mnist', 'digits' or the path of a .npz or .csv file, "
        f"not {name!r}"
    )


@pytest.mark.parametrize(
    "x", [X, X.astype(float), X.astype(">i2"), X.astype(np.uint64), X.astype(np.float16)]
)
def test_npz_of_any_number_type(tmp_path, x):
    dataset = load(npz(tmp_path, x=x, y=Y.astype(float)))
    assert all_samples(dataset) == {(tuple(s), str(c)) for s, c in zip(X.tolist(), Y.tolist(), strict=True)}
    assert dataset.name == "mine"
    assert [len(dataset.split(part)[1]) for part in ("train", "val", "test")] == [8, 2, 2]


def test_split_is_fixed(tmp_path):
    dataset = load(str(npz(tmp_path, x=np.arange(20)[:, None], y=np.arange(20) % 2)))
    assert dataset.x_test.ravel().tolist() == [16, 5, 9]
    assert dataset.x_val.ravel().tolist() == [4, 10, 12]


def test_npz_keeps_the_shape_of_a_sample(tmp_path):
    dataset = load(npz(tmp_path, x=np.zeros((12, 2, 3, 4), bool), y=Y))
    assert dataset.shape == (2, 3, 4)
    assert dataset.x_train.shape == (8, 24)


def test_npz_with_its_own_test_samples(tmp_path):
    dataset = load(
        npz(tmp_path, x_train=X, y_train=Y, x_test=X[:4], y_test=Y[:4], notes=np.array("kept out"))
    )
    assert dataset.x_test.tolist() == X[:4].tolist()
    assert dataset.y_test.tolist() == Y[:4].tolist()
    assert [len(dataset.y_train), len(dataset.y_val)] == [10, 2]
    assert all_samples(dataset) == {(tuple(s), str(c)) for s, c in zip(X.tolist(), Y.tolist(), strict=True)}


def test_names_as_labels_are_sorted(tmp_path):
    names = ["dog", "cat", "eel"] * 4
    from_npz = load(npz(tmp_path, x=X, y=np.array(names)))
    from_csv = load(text(tmp_path, rows(X, names)))
    assert from_npz.classes == from_csv.classes == ("cat", "dog", "eel")
    assert from_npz.checksum == from_csv.checksum
    assert all_samples(from_npz) == {(tuple(s), c) for s, c in zip(X.tolist(), names, strict=True)}


def test_numbers_with_gaps_as_labels(tmp_path):
    labels = np.array([10, 2, 100] * 4)
    from_npz = load(npz(tmp_path, x=X, y=labels))
    assert from_npz.classes == ("2", "10", "100")
    assert load(text(tmp_path, rows(X, labels))).checksum == from_npz.checksum


def test_missing_file(tmp_path):
    for name in ("gone.npz", "gone.csv"):
        assert failure(tmp_path / name) == f"cannot read {tmp_path / name}: No such file or directory"


@pytest.mark.parametrize("content", [b"", b"not a zip", pickle.dumps({"x": 1})])
def test_npz_that_is_no_archive(tmp_path, content):
    path = text(tmp_path, content, "mine.npz")
    assert failure(path) == f"{path} must be a .npz archive as numpy.savez writes it"


def test_npz_with_objects_is_not_unpickled(tmp_path):
    path = npz(tmp_path, x=X, y=np.array(["a", 1] * 6, object))
    assert failure(path) == (
        f"{path} must hold undamaged arrays of numbers or names, without Python objects "
        "(Object arrays cannot be loaded when allow_pickle=False)"
    )


def test_npz_that_is_damaged(tmp_path):
    path = npz(tmp_path, x=X, y=Y)
    content = bytearray(path.read_bytes())
    content[content.index(X.tobytes())] ^= 1
    path.write_bytes(content)
    assert failure(path) == (
        f"{path} must hold undamaged arrays of numbers or names, without Python objects "
        "(Bad CRC-32 for file 'x.npy')"
    )


def test_npz_that_claims_a_huge_array(tmp_path):
    path = npz(tmp_path, x=X, y=Y)
    header = b"\x93NUMPY\x01\x00\x76\x00{'descr': '|u1', 'fortran_order': False, 'shape': (%d, 5), }" % 10**14
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x.npy", header.ljust(127) + b"\n")
        archive.writestr("y.npy", header.ljust(127) + b"\n")
    start = (
        f"{path} must hold undamaged arrays of numbers or names, without Python objects (Unable to allocate"
    )
    assert failure(path).startswith(start)


@pytest.mark.parametrize(
    ("arrays", "found"),
    [
        ({}, "none"),
        ({"x": X}, "x"),
        ({"y": Y, "images": X}, "images, y"),
        ({"x_train": X, "y_train": Y}, None),
    ],
)
def test_npz_without_the_arrays(tmp_path, arrays, found):
    path = npz(tmp_path, **arrays)
    assert failure(path) == (
        f"{path} must hold the arrays x and y, or x_train, y_train, x_test and y_test, "
        f"not {found or 'x_train, y_train'}"
    )


def changed(array, index, value):
    array = array.astype(float)
    array[index] = value
    return array


@pytest.mark.parametrize(
    ("arrays", "problem"),
    [
        (
            {"x": changed(X, (3, 1), np.nan)},
            "x of {} must be a whole number from 0 to 255 everywhere, not nan at [3, 1]",
        ),
        (
            {"x": changed(X, (0, 4), np.inf)},
            "x of {} must be a whole number from 0 to 255 everywhere, not inf at [0, 4]",
        ),
        (
            {"x": changed(X, (2, 2), 0.5)},
            "x of {} must be a whole number from 0 to 255 everywhere, not 0.5 at [2, 2]",
        ),
        (
            {"x": X.astype(int) + 200},
            "x of {} must be a whole number from 0 to 255 everywhere, not 256 at [11, 1]",
        ),
        (
            {"x": X.astype(int) - 1},
            "x of {} must be a whole number from 0 to 255 everywhere, not -1 at [0, 0]",
        ),
        (
            {"x": changed(X.reshape(12, 5, 1), (1, 3, 0), -2)},
            "x of {} must be a whole number from 0 to 255 everywhere, not -2.0 at [1, 3, 0]",
        ),
        ({"x": X.astype(str)}, "x of {} must be numbers [samples, features, ...], not <U3 [12, 5]"),
        ({"x": X[:, 0]}, "x of {} must be numbers [samples, features, ...], not uint8 [12]"),
        ({"x": X[:, :0]}, "x of {} must be numbers [samples, features, ...], not uint8 [12, 0]"),
        ({"x": X * 1j}, "x of {} must be numbers [samples, features, ...], not complex128 [12, 5]"),
        ({"y": Y[:, None]}, "y of {} must be numbers or names [samples], not int64 [12, 1]"),
        ({"y": Y.astype("S")}, "y of {} must be numbers or names [samples], not |S21 [12]"),
        ({"y": Y - 1}, "y of {} must be a whole number from 0 or a name everywhere, not -1 at [0]"),
        ({"y": Y / 2}, "y of {} must be a whole number from 0 or a name everywhere, not 0.5 at [1]"),
        (
            {"y": changed(Y, 5, np.nan)},
            "y of {} must be a whole number from 0 or a name everywhere, not nan at [5]",
        ),
        ({"y": Y[:11]}, "y of {} must have 12 labels, one for each sample, not 11"),
        ({"x": X[:9], "y": Y[:9]}, "data set 'mine' must have at least 10 samples, not 9"),
        ({"x": X[:0], "y": Y[:0]}, "data set 'mine' must have at least 10 samples, not 0"),
        (
            {"y": Y * 0 + 4},
            "data set 'mine': classes must be a tuple of two or more distinct names, not ('4',)",
        ),
        (
            {"y": np.array(["", "a"] * 6)},
            "data set 'mine': classes must be a tuple of two or more distinct names, not ('', 'a')",
        ),
    ],
)
def test_npz_that_breaks_a_rule(tmp_path, arrays, problem):
    path = npz(tmp_path, **{"x": X, "y": Y} | arrays)
    assert failure(path) == problem.format(path)


@pytest.mark.parametrize(
    ("arrays", "problem"),
    [
        ({"x_test": X[:, :4]}, "x_test of {} must have samples of shape [5], not [4]"),
        ({"y_test": Y[:3]}, "y_test of {} must have 12 labels, one for each sample, not 3"),
        ({"y_test": Y.astype(str)}, "y_train and y_test of {} must be both numbers or both names"),
        (
            {"x_train": X[:4], "y_train": Y[:4]},
            "data set 'mine' must have at least 10 training samples, not 4",
        ),
        ({"x_test": X[:0], "y_test": Y[:0]}, "data set 'mine': x_test must be one sample or more, not empty"),
    ],
)
def test_npz_with_test_samples_that_break_a_rule(tmp_path, arrays, problem):
    path = npz(tmp_path, **{"x_train": X, "y_train": Y, "x_test": X, "y_test": Y} | arrays)
    assert failure(path) == problem.format(path)


def test_npz_member_that_is_no_array(tmp_path):
    path = tmp_path / "mine.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x", "hello")
        archive.writestr("y", "hello")
    assert failure(path) == f"x of {path} must be numbers [samples, features, ...], not |S5 []"


HEADS = ["", "a,b,c,d,e,label\n", "a,b,c,d,e,kind\n", "0,1,2,3,4,Class\n", "\ufeff0,1,2,3,4, LABEL \n"]


@pytest.mark.parametrize("head", HEADS)
def test_csv_with_and_without_header(tmp_path, head):
    expected = load(npz(tmp_path, x=X, y=Y)).checksum
    body = rows(X, Y)
    for content in (body, body.replace("\n", "\r\n"), body.rstrip(), body.replace("\n", "\n\n")):
        assert load(text(tmp_path, head + content)).checksum == expected


def test_csv_label_column_by_name(tmp_path):
    body = "a,class,b\n" + "".join(f"{i},{i % 2},{2 * i}\n" for i in range(12))
    dataset = load(text(tmp_path, body))
    assert all_samples(dataset) == {((i, 2 * i), str(i % 2)) for i in range(12)}


def test_csv_with_whole_numbers_written_as_floats(tmp_path):
    floats = rows(X.astype(float), Y.astype(float))
    assert load(text(tmp_path, floats)).checksum == load(npz(tmp_path, x=X, y=Y)).checksum


GOOD = rows(X, Y)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "{} must be a table of one feature or more and a label, not empty"),
        ("\n\n", "{} must be a table of one feature or more and a label, not empty"),
        ("7\n8\n", "{} must be a table of one feature or more and a label, not ['7']"),
        ("a,b,label\n", "{} must have lines below its header"),
        ("label,b,class\n1,2,3\n", "{} must have one column named 'label' or 'class', not 2"),
        (GOOD + "1,2,3,4,0\n", "line 13 of {} must have 6 cells, as line 1 has, not 5"),
        ("\n" + GOOD + "\n1,2,3,4,5,6,0\n", "line 15 of {} must have 6 cells, as line 2 has, not 7"),
        (GOOD + "1,2,256,4,5,0\n", "line 13, column 3 of {} must be a whole number from 0 to 255, not '256'"),
        (GOOD + "1,-2,3,4,5,0\n", "line 13, column 2 of {} must be a whole number from 0 to 255, not '-2'"),
        (GOOD + "0.5,2,3,4,5,0\n", "line 13, column 1 of {} must be a whole number from 0 to 255, not '0.5'"),
        (GOOD + "1,2,3,4,nan,0\n", "line 13, column 5 of {} must be a whole number from 0 to 255, not 'nan'"),
        (GOOD + "1,2,3,inf,5,0\n", "line 13, column 4 of {} must be a whole number from 0 to 255, not 'inf'"),
        (GOOD + "1,2,3,,5,0\n", "line 13, column 4 of {} must be a whole number from 0 to 255, not ''"),
        ("1,x,2,a\n", "line 1, column 2 of {} must be a whole number from 0 to 255, not 'x'"),
        ("class,a,b\n0,1,2.5\n", "line 2, column 3 of {} must be a whole number from 0 to 255, not '2.5'"),
        ("a,class,b\n0.1,1,2\n", "line 2, column 1 of {} must be a whole number from 0 to 255, not '0.1'"),
        (
            GOOD + "1,2,3,4,5,-1\n",
            "the label in line 13 of {} must be a whole number from 0 or a name, not '-1'",
        ),
        (
            GOOD + "1,2,3,4,5,1.5\n",
            "the label in line 13 of {} must be a whole number from 0 or a name, not '1.5'",
        ),
        (
            GOOD + "1,2,3,4,5,nan\n",
            "the label in line 13 of {} must be a whole number from 0 or a name, not 'nan'",
        ),
        (
            GOOD + "1,2,3,4,5,1e99\n",
            "the label in line 13 of {} must be a whole number from 0 or a name, not '1e99'",
        ),
        (
            GOOD + "1,2,3,4,5, \n",
            "the label in line 13 of {} must be a whole number from 0 or a name, not ''",
        ),
        (rows(X[:9], Y[:9]), "data set 'mine' must have at least 10 samples, not 9"),
        (
            rows(X, Y * 0 + 4),
            "data set 'mine': classes must be a tuple of two or more distinct names, not ('4',)",
        ),
        ('1,2\n"3,4\n', "{} must be comma-separated text in UTF-8 (unexpected end of data)"),
        (
            b"1,\xff\n",
            (
                "{} must be comma-separated text in UTF-8 "
                "('utf-8' codec can't decode byte 0xff in position 2: invalid start byte)"
            ),
        ),
    ],
)
def test_csv_that_breaks_a_rule(tmp_path, content, problem):
    path = text(tmp_path, content)
    assert failure(path) == problem.format(path)


@pytest.mark.parametrize("header", ["{'descr': (", "{'shape': (012, 5)}", "{'descr': '|O'}", "?"])
def test_npz_with_a_broken_header(tmp_path, header):
    path = tmp_path / "mine.npz"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("x.npy", "y.npy"):
            archive.writestr(
                name, b"\x93NUMPY\x01\x00\x76\x00" + header.encode().ljust(117) + b"\n" + bytes(60)
            )
    text = f"{path} must hold undamaged arrays of numbers or names, without Python objects ("
    assert failure(path).startswith(text)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_npz_loads_or_gives_one_error(tmp_path_factory, data):
    path = npz(tmp_path_factory.mktemp("fuzz"), x=X, y=Y)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    try:
        assert load(path).shape == (5,)
    except Nor2hdlError as error:
        assert str(path) in str(error)  # noqa: PT017  either outcome is right


@settings(max_examples=150, deadline=None)
@given(st.text('0123456789.,-\n"\r\0eax ', max_size=60))
def test_any_text_as_csv_gives_one_error(tmp_path_factory, content):
    path = text(tmp_path_factory.mktemp("fuzz"), GOOD + content)
    try:
        assert load(path).shape == (5,)
    except Nor2hdlError as error:
        assert "mine" in str(error)  # noqa: PT017  either outcome is right
