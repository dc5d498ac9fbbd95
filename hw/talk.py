"""Send images to a board over its serial port and print the class of each.

    python hw/talk.py /dev/ttyUSB1 --images hw/digits/features.hex --classes hw/digits/classes.hex

The images are lines of hexadecimal digits, one line a sample, the last byte first, as
`nor2hdl.simulate.write_vectors` writes them. README.md tells what goes over the line.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

PAUSE = 0.25  # seconds of a quiet line after which the board takes the next byte for the first of a sample
AHEAD = 8  # samples that are sent before their answers are read
SLACK = 2.0  # seconds that an answer may be late: USB, and a busy computer


class Port(Protocol):
    """What is used of `serial.Serial`."""

    baudrate: int
    timeout: float | None

    def write(self, data: bytes) -> object:
        """Send."""

    def read(self, size: int) -> bytes:
        """Return as many bytes, or fewer after the time-out."""

    def reset_input_buffer(self) -> object:
        """Forget what came and was not read."""


def read_samples(path: Path) -> list[bytes]:
    """Return the samples of a file of hexadecimal lines, each from its first byte to its last."""
    try:
        samples = [bytes.fromhex(line)[::-1] for line in path.read_text(encoding="ascii").split()]
    except (OSError, ValueError) as error:
        sys.exit(f"{path} must hold lines of hexadecimal bytes, but cannot be read so: {error}")
    if not samples or len(set(map(len, samples))) != 1:
        sys.exit(f"{path} must hold at least one sample, all of one length")
    return samples


def read_classes(path: Path | None, count: int) -> list[int]:
    """Return the classes that so many samples must have, hexadecimal, one a line; none without a file."""
    if path is None:
        return []
    try:
        classes = [int(line, 16) for line in path.read_text(encoding="ascii").split()]
    except (OSError, ValueError) as error:
        sys.exit(f"{path} must hold a hexadecimal number a line, but cannot be read so: {error}")
    if len(classes) != count:
        sys.exit(f"{path} must hold a class for each of the {count} samples, not {len(classes)}")
    return classes


def classify(port: Port, samples: list[bytes]) -> Iterator[int]:
    """Yield the class of each sample as the board tells it.

    Raises
    ------
    TimeoutError
        If an answer does not come.
    """
    time.sleep(PAUSE)
    port.reset_input_buffer()
    for start in range(0, len(samples), AHEAD):
        chunk = samples[start : start + AHEAD]
        data = b"".join(chunk)
        port.timeout = SLACK + 10 * len(data) / port.baudrate  # a start bit, eight of data, a stop bit
        port.write(data)
        answers = port.read(len(chunk))
        if len(answers) < len(chunk):
            raise TimeoutError(
                f"sample {start + len(answers)} must be answered within {port.timeout:.1f} s, but was not; "
                f"is the board on, with a circuit for {len(chunk[0])} bytes a sample, "
                f"at {port.baudrate} baud?"
            )
        yield from answers  # not before: after a pause within a sample, all are of other bytes


def open_port(name: str, baud: int) -> Port:
    """Open a serial port by pyserial, eight data bits, no parity, one stop bit."""
    try:
        import serial
    except ModuleNotFoundError:
        sys.exit("pyserial is not installed; install it with: pip install pyserial")
    try:
        return serial.Serial(name, baud)
    except (serial.SerialException, ValueError) as error:
        sys.exit(f"cannot open {name} at {baud} baud: {error}")


def main() -> None:
    """Read the command line, talk to the board, and print one class a line."""
    parser = argparse.ArgumentParser(description="Classify images on a board over its serial port.")
    parser.add_argument("port", help="such as /dev/ttyUSB1 or COM3")
    parser.add_argument("--baud", type=int, default=115_200)
    parser.add_argument("--images", type=Path, required=True, help="a file like hw/digits/features.hex")
    parser.add_argument(
        "--classes", type=Path, help="what to compare with: a file like hw/digits/classes.hex"
    )
    options = parser.parse_args()
    samples = read_samples(options.images)
    expected = read_classes(options.classes, len(samples))
    port = open_port(options.port, options.baud)
    wrong = 0
    began = time.monotonic()
    try:
        for n, found in enumerate(classify(port, samples)):
            bad = bool(expected) and found != expected[n]
            wrong += bad
            print(found, f"expected {expected[n]}" if bad else "", flush=True)
    except OSError as error:  # a time-out, or a board that was unplugged
        sys.exit(str(error))
    seconds = time.monotonic() - began - PAUSE
    print(f"{len(samples)} samples in {seconds:.1f} s, {wrong} other than expected", file=sys.stderr)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
