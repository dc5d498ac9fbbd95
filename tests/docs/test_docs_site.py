"""The site builds without warnings, fetches nothing, and its generated pages follow from the code."""

from __future__ import annotations

import dataclasses
import importlib
import os
import pkgutil
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

import nor2hdl
from nor2hdl.report import Report
from tests.docs.pages import ROOT

DOCS = ROOT / "docs"


def call(*arguments: object) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = call("-m", "mkdocs", "build", "--strict", "-q", "-d", folder)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return folder


def test_generated_pages_are_what_follows_from_the_code(tmp_path):
    done = call(DOCS / "generate.py", "--target", tmp_path)
    assert done.returncode == 0, done.stderr
    made = {p.relative_to(tmp_path) for p in tmp_path.rglob("*") if p.is_file()}
    for path in made:
        assert (DOCS / path).read_text() == (tmp_path / path).read_text(), f"{path}: run docs/generate.py"
    for folder in ("reference", "pictures"):
        assert {p.relative_to(DOCS) for p in (DOCS / folder).iterdir()} <= made
    assert {Path("cli.md"), Path("benchmarks.md"), Path("contributing.md")} <= made


class Fetched(HTMLParser):
    """What a page loads: scripts, styles, icons, pictures, frames."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag in ("link", "script", "img", "iframe", "source", "video", "audio", "object", "embed"):
            values = dict(attrs)
            self.found += [values[name] for name in ("src", "href", "srcset", "data") if values.get(name)]


def test_nothing_is_fetched_from_elsewhere(site):
    for page in site.rglob("*.html"):
        parser = Fetched()
        parser.feed(page.read_text())
        assert parser.found
        assert not [target for target in parser.found if re.match(r"(\w+:)?//", target)], page
    for style in site.rglob("*.css"):
        assert not re.search(r"(url\(|@import)\s*['\"]?(\w+:)?//", style.read_text()), style


def rooms() -> list[str]:
    found = ["nor2hdl"]
    for module in pkgutil.walk_packages(nor2hdl.__path__, "nor2hdl."):
        if module.ispkg and "._" not in module.name and module.name != "nor2hdl.cli":
            found += [module.name] if hasattr(importlib.import_module(module.name), "__all__") else []
    return found


@pytest.mark.parametrize("room", rooms())
def test_every_public_name_is_in_the_reference(site, room):
    name = room.removeprefix("nor2hdl.").replace(".", "-")
    ids = set(re.findall(r'id="([^"]+)"', (site / "reference" / f"{name}.html").read_text()))
    assert {f"{room}.{public}" for public in importlib.import_module(room).__all__} <= ids


def test_the_page_of_files_tells_every_key_of_the_report():
    text = (DOCS / "files.md").read_text()
    table = text.partition("## The report")[2].partition("\n## ")[0]
    told = {
        name
        for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
        for name in re.findall("`(.*?)`", row)
    }
    assert told == {field.name for field in dataclasses.fields(Report)}


def test_the_page_of_the_command_line_tells_every_verb_and_exit_code():
    from nor2hdl.cli import INTERRUPTED, _app

    text = (DOCS / "cli.md").read_text()
    codes = {int(code) for code in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)}
    assert codes == {0, _app.USAGE, _app.DIFFERENT, _app.UNKNOWN, _app.TIMED_OUT, INTERRUPTED}
    assert {"run", "verify", "minimize", "fpga"} <= set(re.findall(r"^### (\S+)$", text, re.MULTILINE))


def test_glossary_is_in_order():
    terms = re.findall(r"^(\S.*)\n:   ", (DOCS / "glossary.md").read_text(), re.MULTILINE)
    assert len(terms) > 40
    assert terms == sorted(terms, key=str.lower)


def stop(reason: str) -> None:
    """Skip, but fail where all tools must be there."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


def test_pages_open_from_a_folder_and_search_works(site):
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        stop("no browser is installed")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        stop("the package playwright is not installed")
    complaints: list[str] = []
    requests: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        for name in ("explanation", "reproduce", "how-to/layer"):
            page.goto((site / f"{name}.html").as_uri())
            assert page.locator("h1").count() == 1
            assert page.locator("svg.picture").count() == (8 if name == "explanation" else 0)
            sizes = page.evaluate("[...document.images].map(i => i.naturalWidth)")
            assert all(sizes)
            assert bool(sizes) == (name == "reproduce")
        page.keyboard.press("f")
        page.keyboard.type("popcount")
        first = page.locator(".md-search-result__item a").first
        first.wait_for(timeout=60_000)
        assert first.get_attribute("href").startswith(site.as_uri())
        browser.close()
    assert complaints == []
    assert {url.partition(":")[0] for url in requests} <= {"file", "data", "blob"}
