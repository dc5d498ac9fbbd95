"""The C file made into machine code and called."""

from __future__ import annotations

import ctypes
import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.csource._text import write_c
from nor2hdl.errors import OptionError, ToolError
from nor2hdl.tools import find, run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist

_NAME = "circuit"
_HINT = "the C compiler must be a working gcc or clang: apt-get install gcc"


class CompiledC:
    """A circuit as machine code in this process; made by `compile_c`.

    Calls do not disturb each other: each has memory of its own.

    Attributes
    ----------
    build_seconds
        Wall-clock time that writing the C file, compiling and loading it took.
    library
        The loaded library with all functions of the file, such as ``circuit_classify``.
    """

    def __init__(self, library: ctypes.CDLL, num_inputs: int, num_outputs: int, seconds: float) -> None:
        self.build_seconds = seconds
        self.library = library
        self._rows = num_inputs, num_outputs
        self._scratch = ctypes.c_size_t.in_dll(library, f"{_NAME}_scratch_words").value
        self._evaluate = getattr(library, f"{_NAME}_r")
        self._evaluate.restype = None
        self._evaluate.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p]

    def run_packed(self, words: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Evaluate the circuit on packed samples.

        Parameters
        ----------
        words : uint64 [num_inputs, W]
            Bit ``j`` of word ``w`` belongs to sample ``64 * w + j``.

        Returns
        -------
        uint64 [num_outputs, W]
            In the same layout.

        Raises
        ------
        OptionError
            If `words` has another type or another number of rows.
        """
        inputs, outputs = self._rows
        if words.ndim != 2 or words.dtype != np.uint64 or len(words) != inputs:
            shape = ", ".join(map(str, words.shape))
            raise OptionError(f"words must be uint64 [{inputs}, words], not {words.dtype} [{shape}]")
        given = np.ascontiguousarray(words)
        results = np.empty((outputs, words.shape[1]), np.uint64)
        scratch = np.empty(self._scratch, np.uint64)
        self._evaluate(given.ctypes.data, results.ctypes.data, words.shape[1], scratch.ctypes.data)
        return results


def compile_c(
    net: Netlist, folder: Path | str, *, flags: Sequence[str] = ("-O1",), timeout: float | None = 600
) -> CompiledC:
    """Compile the C file of `net` with the system's C compiler and load it.

    gcc -O1 takes about 0.2 ms and 8 KB of memory a gate.

    Parameters
    ----------
    net
        The netlist.
    folder
        An existing folder, which gets ``circuit.c`` and a library. It may go when this has returned.
    flags
        For the compiler, besides those that make a library. ``-march=native`` about doubles the speed; the
        library then serves this kind of machine only.
    timeout
        Seconds that the compiler may take, None for no limit.

    Raises
    ------
    OutputError
        If `folder` cannot be written to.
    ToolError
        If there is no C compiler, it fails, or what it makes cannot be loaded.
    ToolTimeoutError
        If it takes longer than `timeout`.

    Examples
    --------
    >>> import tempfile
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 2)
    >>> b.output("y", [b.nor(*x)])
    >>> compiled = compile_c(b.freeze(), tempfile.mkdtemp())
    >>> hex(compiled.run_packed(np.array([[3], [5]], np.uint64))[0, 0])
    '0xfffffffffffffff8'
    """
    start = time.perf_counter()
    source = Path(folder) / f"{_NAME}.c"
    write_c(net, source, name=_NAME)
    command = [find("cc"), "-std=c99", *flags, "-shared", "-fPIC", str(source), "-o"]
    library = _free_library(Path(folder).resolve())
    try:
        run([*command, str(library)], timeout=timeout, hint=_HINT)
        loaded = ctypes.CDLL(str(library))
    except OSError as error:
        library.unlink()
        raise ToolError("cc", f"made no library that can be loaded: {error}", hint=_HINT) from error
    except BaseException:
        library.unlink()
        raise
    return CompiledC(loaded, net.num_inputs, net.num_outputs, time.perf_counter() - start)


def _free_library(folder: Path) -> Path:
    """Return a new file: a process that has loaded a library goes on using it under its name."""
    handle, name = tempfile.mkstemp(dir=folder, prefix=f"{_NAME}-", suffix=".so")
    os.close(handle)
    return Path(name)
