"""Whatever a file holds, a reader reads it or says in one line what is wrong."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nor2hdl.errors import NetlistError
from nor2hdl.formats import read_circuit, write_circuit
from tests.strategies import netlists

FORMS = ("aig", "aag", "blif")
_WORDS = {
    "aig": [
        b"aig ",
        b"0",
        b"1 ",
        b"9",
        b"\n",
        b"\x80",
        b"\xff",
        b"\x00",
        b"i0",
        b"o0 ",
        b"l0",
        b"x[0]",
        b"c",
    ],
    "aag": [
        b"aag ",
        b"0",
        b"1 ",
        b"9",
        b"\n",
        b"-",
        b"\xff",
        b" ",
        b"i0",
        b"o0 ",
        b"l0 ",
        b"x[0]",
        b"c",
        b"2 4 ",
    ],
    "blif": [
        *[
            b".model ",
            b".inputs ",
            b".outputs ",
            b".names ",
            b".end",
            b".latch ",
            b".",
            b"\n",
            b"\n",
            b" ",
            b"a ",
            b"b ",
        ],
        *[
            b"1",
            b"0",
            b"-",
            b" 1\n",
            b" 0\n",
            b"\\",
            b"\\\n",
            b"#",
            b"\r",
            b"\x00",
            b"\xff",
            b"\xc3\xa9",
            b"[0]",
            b"\t",
        ],
    ],
}


def _read(form, data):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"net.{form}"
        path.write_bytes(data)
        try:
            read_circuit(path)
        except NetlistError as error:
            text = str(error)
            assert text.startswith(f"{path}:")
            assert text.isprintable()
            assert len(text) < 1000


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=60)
@given(data=st.binary(max_size=200))
@example(data=b"")
def test_any_bytes(form, data):
    _read(form, data)


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=60)
@given(data=st.data())
def test_any_words(form, data):
    head = {"aig": b"aig 3 2 0 1 1\n", "aag": b"aag 3 2 0 1 1\n2\n4\n", "blif": b".model m\n"}[form]
    words = data.draw(st.lists(st.sampled_from(_WORDS[form]), max_size=30))
    _read(form, data.draw(st.sampled_from([head, b""])) + b"".join(words))


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=60)
@given(net=netlists(max_gates=8), data=st.data())
def test_a_good_file_changed_at_random(form, net, data):
    with tempfile.TemporaryDirectory() as folder:
        write_circuit(net, Path(folder) / f"net.{form}")
        raw = (Path(folder) / f"net.{form}").read_bytes()
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(raw)))
        cut = data.draw(st.integers(0, 12))
        new = data.draw(
            st.one_of(st.sampled_from(_WORDS[form]), st.binary(max_size=4), st.just(raw[start : start + 20]))
        )
        raw = raw[:start] + new + raw[start + cut :]
    _read(form, raw)
