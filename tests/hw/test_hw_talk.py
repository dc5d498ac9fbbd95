"""The host program: against a board of wood on a pseudo-terminal, and against the circuit bit by bit."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from nor2hdl.extract import extract
from nor2hdl.hdl import PipelineComponent, UartTop
from nor2hdl.learn import load_model
from nor2hdl.pipeline import pipeline_netlist
from tests.hdl.test_hdl_uart import BAUD, CLOCK, line_of, quiet, talk
from tests.hdl_cores import EchoCore

TALK = Path(__file__).parents[2] / "hw" / "talk.py"
DIGITS = TALK.parent / "digits"
SAMPLES = [bytes([n, 7, 9]) for n in (3, 1, 4, 1, 5, 9, 2, 6, 5, 3)]


class FakeBoard:
    """The far end of a pseudo-terminal: answers each sample with its first byte."""

    def __init__(self, features, *, deaf_after=None):
        self.master, slave = os.openpty()
        self.name = os.ttyname(slave)
        self._slave, self._features, self._left = slave, features, deaf_after
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        pending = b""
        while True:
            try:
                pending += os.read(self.master, 1024)
            except OSError:
                return
            while len(pending) >= self._features:
                if self._left is None or self._left > 0:
                    os.write(self.master, pending[:1])
                if self._left:
                    self._left -= 1
                pending = pending[self._features :]

    def close(self):
        os.close(self._slave)
        self._thread.join(10)
        os.close(self.master)


@pytest.fixture
def files(tmp_path):
    """Return the arguments that name the images and the classes."""
    (tmp_path / "features.hex").write_text("".join(f"{s[::-1].hex()}\n" for s in SAMPLES))
    (tmp_path / "classes.hex").write_text("".join(f"{s[0]:x}\n" for s in SAMPLES))
    return ["--images", tmp_path / "features.hex", "--classes", tmp_path / "classes.hex"]


def start(*arguments):
    command = [sys.executable, str(TALK), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def board():
    made = FakeBoard(3)
    yield made
    made.close()


def test_classes_are_printed_one_a_line(board, files, serial) -> None:
    done = start(board.name, *files)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(sample[0]) for sample in SAMPLES]
    assert done.stderr.startswith("10 samples in ")
    assert done.stderr.endswith(" s, 0 other than expected\n")


def test_a_class_other_than_expected_is_shown(board, files, serial, tmp_path) -> None:
    (tmp_path / "classes.hex").write_text("3\n1\n4\n0\n5\n9\n2\n6\n5\n3\n")
    done = start(board.name, *files)
    assert done.returncode == 1
    assert done.stdout.splitlines()[2:5] == ["4 ", "1 expected 0", "5 "]
    assert done.stderr.endswith(" s, 1 other than expected\n")


def test_an_answer_that_does_not_come_ends_it(files, serial) -> None:
    board = FakeBoard(3, deaf_after=9)
    done = start(board.name, *files)
    board.close()
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 8  # those of its batch may be of misaligned bytes
    assert done.stderr == (
        "sample 9 must be answered within 2.0 s, but was not; is the board on, with a circuit for 3 bytes a "
        "sample, at 115200 baud?\n"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("3\n1\n", "must hold a class for each of the 10 samples, not 2"),
        ("three\n", "must hold a hexadecimal number a line, but cannot be read so: invalid literal"),
        (None, "must hold a hexadecimal number a line, but cannot be read so: [Errno 2]"),
    ],
)
def test_bad_classes_are_refused(text, message, load_program, tmp_path) -> None:
    path = tmp_path / "classes.hex"
    if text is not None:
        path.write_text(text)
    with pytest.raises(SystemExit) as caught:
        load_program("talk.py").read_classes(path, 10)
    assert str(caught.value).startswith(f"{path} {message}")


def test_a_port_that_is_not_there(files, serial) -> None:
    done = start("/dev/no-such-port", *files)
    assert done.returncode == 1
    assert done.stderr.startswith("cannot open /dev/no-such-port at 115200 baud: ")


def test_without_pyserial_it_says_how_to_install_it(load_program, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "serial", None)
    with pytest.raises(SystemExit) as caught:
        load_program("talk.py").open_port("/dev/null", 9600)
    assert str(caught.value) == "pyserial is not installed; install it with: pip install pyserial"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must hold at least one sample, all of one length"),
        ("0102\n03\n", "must hold at least one sample, all of one length"),
        ("0x\n", "must hold lines of hexadecimal bytes, but cannot be read so: non-hexadecimal number found"),
    ],
)
def test_bad_images_are_refused(text, message, load_program, tmp_path) -> None:
    path = tmp_path / "images.hex"
    path.write_text(text)
    with pytest.raises(SystemExit) as caught:
        load_program("talk.py").read_samples(path)
    assert str(caught.value).startswith(f"{path} {message}")


class BitPort:
    """A port whose line ends at the circuit in Amaranth's simulator; each reading starts afresh."""

    baudrate = int(BAUD)
    timeout = None

    def __init__(self, make_top):
        self._make_top = make_top
        self._line = []

    def reset_input_buffer(self):
        self._line += line_of([0xAB]) + quiet(0.25)  # what came in before the host, and its pause

    def write(self, data):
        self._line += line_of(list(data))

    def read(self, size):
        return bytes(talk(self._make_top(), self._line)[0][-size:])


@pytest.fixture
def hasty(load_program, monkeypatch):
    """Return the program, which does not sleep here."""
    program = load_program("talk.py")
    monkeypatch.setattr(program, "PAUSE", 0)
    return program


def test_the_circuit_understands_the_host_bit_by_bit(hasty) -> None:
    port = BitPort(lambda: UartTop(EchoCore(3, width=8), 3, CLOCK, BAUD))
    assert list(hasty.classify(port, SAMPLES)) == [sample[0] for sample in SAMPLES]


def test_real_images_are_classified_over_the_line(hasty) -> None:
    model, _ = load_model(DIGITS / "model.safetensors")
    pipeline = pipeline_netlist(extract(model), stages=2)
    port = BitPort(lambda: UartTop(PipelineComponent(pipeline), 64, CLOCK, BAUD))
    images = hasty.read_samples(DIGITS / "features.hex")[:2]
    expected = [int(line, 16) for line in (DIGITS / "classes.hex").read_text().split()[:2]]
    assert list(hasty.classify(port, images)) == expected
