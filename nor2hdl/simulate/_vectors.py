"""Vector files: the text that Verilog's ``$readmemh`` reads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nor2hdl.errors import DataError
from nor2hdl.files import write_text
from nor2hdl.simulate._pack import check_features

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_UNKNOWN = 2**32 - 1  # what the test bench takes for a missing class


def write_vectors(folder: Path | str, features: NDArray[np.uint8], classes: NDArray[np.int64]) -> None:
    """Write the two files that ``hw/bench/tb_top.v`` reads, ``features.hex`` and ``classes.hex``.

    Parameters
    ----------
    folder
        An existing folder; files of those names in it are replaced.
    features : uint8 [n, features]
        One row a sample; one line of ``features.hex`` each, the last byte first, so that byte ``p`` arrives
        at ``pix[8*p +: 8]``.
    classes : int64 [n]
        The class that the circuit must give for each sample, from 0.

    Raises
    ------
    DataError
        If `features` is not a two-dimensional uint8 array with a sample in it, or `classes` is not one
        class index for each of them.
    OutputError
        If a file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> folder = Path(tempfile.mkdtemp())
    >>> write_vectors(folder, np.array([[1, 255], [2, 0]], np.uint8), np.array([7, 10]))
    >>> (folder / "features.hex").read_text().split(), (folder / "classes.hex").read_text().split()
    (['ff01', '0002'], ['7', 'a'])
    """
    check_features(features)
    if classes.shape != (len(features),) or classes.dtype.kind not in "iu":
        shape = ", ".join(map(str, classes.shape))
        raise DataError(f"classes must be integers [{len(features)}], not {classes.dtype} [{shape}]")
    if classes.min() < 0 or classes.max() >= _UNKNOWN:
        raise DataError(f"classes must be in 0..{_UNKNOWN - 1}, not {classes.min()}..{classes.max()}")
    write_text(Path(folder) / "features.hex", hex_lines(features))
    write_text(Path(folder) / "classes.hex", "".join(f"{c:x}\n" for c in classes.tolist()))


def hex_lines(rows: NDArray[np.uint8]) -> str:
    """Return one line of hexadecimal digits for each row of bytes, the last byte first."""
    return "".join(f"{row.tobytes().hex()}\n" for row in rows[:, ::-1])
