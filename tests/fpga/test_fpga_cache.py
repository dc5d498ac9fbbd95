"""Results that are kept by content."""

from __future__ import annotations

import json

import pytest

from nor2hdl.fpga import _cache as cache


def test_what_is_stored_is_found_again(own_cache):
    entry = cache.key(text="x")
    assert cache.fetch(entry) is None
    cache.store(entry, {"a": [1, 2.5, None]})
    assert cache.fetch(entry) == {"a": [1, 2.5, None]}
    assert [path.name for path in own_cache.iterdir()] == [f"{entry}.json"]


def test_the_key_depends_on_every_input():
    keys = {cache.key(text=t, part=p, seed=s) for t in "ab" for p in "cd" for s in (1, 2)}
    assert len(keys) == 8
    assert all(len(entry) == 64 for entry in keys)


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-9],
        lambda text: text.replace("2.5", "3.5"),
        lambda _: "[]",
        lambda _: "",
        lambda text: text.replace('"value"', '"other"'),
        lambda _: json.dumps({"value": 1, "sha256": ""}),
    ],
    ids=["short", "changed", "list", "empty", "other", "number"],
)
def test_a_damaged_entry_is_none(own_cache, damage):
    entry = cache.key(text="x")
    cache.store(entry, {"fmax": 2.5})
    path = own_cache / f"{entry}.json"
    path.write_text(damage(path.read_text()))
    assert cache.fetch(entry) is None
    cache.store(entry, {"fmax": 2.5})
    assert cache.fetch(entry) == {"fmax": 2.5}


def test_a_folder_that_cannot_be_written_keeps_nothing(own_cache, tmp_path):
    (tmp_path / "cache").write_text("a file in its place")
    cache.store(cache.key(text="x"), {"a": 1})
    assert cache.fetch(cache.key(text="x")) is None


def test_versions_are_those_of_the_packages():
    assert cache.versions().keys() == set(cache.TOOLS)
