"""Take the pictures of the viewer at three zoom levels: ``python docs/screenshots.py BUILD``.

It needs playwright and a Chromium; the build is that of the tutorial.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from playwright.sync_api import sync_playwright

from nor2hdl.flow import load_build_model

SCREENS = Path(__file__).parent / "screens"


def main(build: Annotated[Path, typer.Argument(help="A build folder of the digits.")]) -> None:
    """Write the pictures."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    SCREENS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = Path(folder) / "circuit.html"
        view = [sys.executable, "-c", "from nor2hdl.cli import main; main()", "view", build, "-o", page_file]
        subprocess.run(view, check=True)
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(page_file.as_uri())
        page.evaluate("nor2hdl.ready.then(() => true)")
        page.wait_for_timeout(500)
        page.screenshot(path=SCREENS / "viewer-parts.png")
        for name, words in {"neuron": f"neuron {_neuron(build)}", "cone": "cls[3]"}.items():
            page.locator("body").press("/")
            page.keyboard.press("Control+a")
            page.keyboard.type(words)
            page.keyboard.press("Enter")
            page.keyboard.press("Escape")
            if name == "cone":
                page.get_by_role("button", name="Cone", exact=True).click()
                page.keyboard.press("0")
            page.wait_for_timeout(500)
            page.screenshot(path=SCREENS / f"viewer-{name}.png")
        browser.close()


def _neuron(build: Path) -> int:
    """Return the neuron that the tutorial looks at: one with few literals, but eight or more."""
    model, _ = load_build_model(build)
    fan_in = model.threshold_layers()[0].fan_in()
    return next(j for j in fan_in.argsort().tolist() if fan_in[j] >= 8)


if __name__ == "__main__":
    typer.run(main)
