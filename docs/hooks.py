"""What the site has beyond this folder: pages from elsewhere, and pictures in the text's color."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.structure.files import File

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

ROOT = Path(__file__).parent.parent
PAGES = {"reproduce.md": "examples/reproduce/README.md", "hardware.md": "hw/README.md"}
"""Pages that stand elsewhere in the repository, beside what they are about."""
_IMAGE = re.compile(r'<img alt="([^"]*)" src="(?:\.\./)*(pictures/[\w-]+\.svg)" ?/?>')
_OWN_COLOR = re.compile(r"<style>.*?</style>", re.DOTALL)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """List the reference pages, one a room, where the navigation says ``Python``."""
    pages = sorted((ROOT / "docs" / "reference").glob("*.md"), key=_place)
    for section in config.nav or ():
        for entry in section.get("Reference", ()) if isinstance(section, dict) else ():
            if "Python" in entry:
                entry["Python"] = [{_title(page): f"reference/{page.name}"} for page in pages]
    return config


def _title(page: Path) -> str:
    return page.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")


def _place(page: Path) -> tuple[bool, str]:
    return page.stem != "nor2hdl", page.stem


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that stand elsewhere, with their pictures."""
    for name, path in PAGES.items():
        page = ROOT / path
        files.append(File.generated(config, name, content=page.read_text(encoding="utf-8")))
        for picture in sorted(page.parent.rglob("*.svg")):
            target = picture.relative_to(page.parent).as_posix()
            files.append(File.generated(config, target, abs_src_path=str(picture)))
    return files


def on_page_content(html: str, **_: Any) -> str:
    """Put the pictures themselves into the page: an image would not know if the page is light or dark."""
    return _IMAGE.sub(lambda found: _inline(found[1], ROOT / "docs" / found[2]), html)


def _inline(told: str, path: Path) -> str:
    svg = _OWN_COLOR.sub("", path.read_text(encoding="utf-8"))
    return svg.replace("<svg ", f'<svg class="picture" role="img" aria-label="{told}" ', 1)
