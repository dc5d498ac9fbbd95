"""A browser without a window, and real pages in it."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import shutil
from pathlib import Path

import pytest

from nor2hdl import flow
from nor2hdl.data import Dataset, load
from nor2hdl.learn import recipe_for
from nor2hdl.view import viewer_page

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SIZE = {"width": 1280, "height": 800}


def stop(reason):
    """Skip, but fail where all tools must be there."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


@pytest.fixture(scope="session")
def browser():
    """Start the browser of the machine."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        stop(f"none of {', '.join(BROWSERS)} is installed")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        stop("the package playwright is not installed")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield started
        started.close()


class Viewer:
    """A page that was opened from its file, and all that it complained of or asked for."""

    def __init__(self, page):
        self.page = page
        self.complaints, self.requests = [], []
        page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))

    def open(self, path):
        self.page.goto(path.as_uri())
        self.page.evaluate("nor2hdl.ready.then(() => true)")
        return self

    def ask(self, name, *arguments):
        """Call a function of the page's interface for tests."""
        return self.page.evaluate("([name, all]) => nor2hdl[name](...all)", [name, list(arguments)])

    @property
    def state(self):
        return self.ask("state")

    def evaluate(self, circuit, data):
        """Return outputs and nets of a circuit for packed input bits."""
        found = self.page.evaluate(
            "([circuit, data]) => { const r = nor2hdl.evaluate(circuit, data);"
            " return [Object.entries(r.outputs).map(([k, v]) => [k, String(v)]), Array.from(r.nets)]; }",
            [circuit, data],
        )
        return {name: int(value) for name, value in found[0]}, found[1]


@pytest.fixture(scope="session")
def viewing(browser, tmp_path_factory):
    """Return a context manager that opens a page and asserts in the end that it kept quiet."""

    @contextlib.contextmanager
    def opened(text, *, size=SIZE, **settings):
        path = tmp_path_factory.mktemp("page") / "circuit.html"
        path.write_text(text, encoding="utf-8")
        context = browser.new_context(viewport=size, **settings)
        context.set_default_timeout(20_000)
        viewer = Viewer(context.new_page()).open(path)
        yield viewer
        assert viewer.complaints == []
        assert viewer.requests == [path.as_uri()]
        context.close()

    return opened


@dataclasses.dataclass
class Built:
    """A build, what it was made from, and its page."""

    folder: Path
    dataset: Dataset
    model: object
    scene: object
    page: str


def built(dataset, hidden, folder):
    """Train a small network and compile it, without what takes long and shows nothing."""
    recipe = recipe_for(dataset)
    config = dataclasses.replace(recipe.config, epochs=8, decay=0.2)
    model, notes = flow.train_model(
        dataset, dataclasses.replace(recipe, hidden=(hidden,), config=config), folder
    )
    settings = flow.Settings(mapped=False, passes=["share"])
    flow.compile_model(model, dataset, folder, settings=settings, notes=notes)
    scene = flow.scene_of_build(folder, dataset)
    return Built(folder, dataset, model, scene, viewer_page(scene))


@pytest.fixture(scope="session")
def digits_page(tmp_path_factory):
    return built(load("digits"), 100, tmp_path_factory.mktemp("digits") / "b")


@pytest.fixture(scope="session")
def mnist_page(tmp_path_factory):
    """Build a small network on a part of MNIST."""
    data = Path(os.environ.get("NOR2HDL_DATA") or Path(__file__).parents[3] / "shared/data")
    if not (data / "mnist").is_dir():
        stop(f"{data} has no folder mnist: set NOR2HDL_DATA to one that has")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NOR2HDL_DATA", str(data))
        mnist = load("mnist")
    splits = {
        f"{kind}_{part}": getattr(mnist, f"{kind}_{part}")[:count]
        for part, count in (("train", 2000), ("val", 200), ("test", 300))
        for kind in "xy"
    }
    part = Dataset(name="mnist", classes=mnist.classes, shape=mnist.shape, **splits)
    return built(part, 60, tmp_path_factory.mktemp("mnist") / "b")
