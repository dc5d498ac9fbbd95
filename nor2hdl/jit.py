"""Compile inner loops with numba; importing this module loads it, so only kernels do, and they late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numba

if TYPE_CHECKING:
    from collections.abc import Callable

Function = TypeVar("Function", bound="Callable[..., Any]")


def jit(function: Function) -> Function:
    """Return `function` compiled, the machine code cached where there is a folder that can be written."""
    try:
        compiled: Function = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:
        compiled = numba.njit(nogil=True)(function)
    return compiled
