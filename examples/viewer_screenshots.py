"""Pictures of the viewer's page at three levels of zoom: the hierarchy, a neuron, and a cone of gates.

Run it on a build folder: ``python examples/viewer_screenshots.py build/ -o pictures/``. It needs the package
playwright and a Chromium or Chrome on the PATH.
"""

import argparse
import itertools
import shutil
import tempfile
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

from nor2hdl.data import load
from nor2hdl.errors import Nor2hdlError, OptionError
from nor2hdl.flow import load_build_model, scene_of_build
from nor2hdl.netlist import Netlist, cone
from nor2hdl.view import Scene, viewer_page

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SIZE = {"width": 1280, "height": 800}
CONE, LEVELS = range(14, 25), 8
"""Gates of a cone that is worth a picture, and its levels at most."""


def clear_neuron(scene: Scene) -> str:
    """Return the place of the neuron of the first layer with most literals of both kinds."""
    if scene.network is None:
        raise OptionError("build must hold neurons to be drawn: layers of another kind have none to show")
    layer = scene.network.layers[0]
    neurons = [layer.literals[a:b] for a, b in itertools.pairwise(layer.offsets)]
    fewer = [min((neuron > 0).sum(), (neuron < 0).sum()) for neuron in neurons]
    return f"#neuron=0/{np.argmax(fewer)}"


def small_cone(net: Netlist) -> str:
    """Return the place of the first net of the popcounts whose cone is worth a picture."""
    low = net.levels() <= LEVELS  # no other cone is small, and large ones take long
    for gate in range(net.first_gate, net.num_nets):
        if low[gate] and net.origin(gate).startswith("popcount") and cone(net, [gate]).num_gates in CONE:
            return f"#cone={gate}&net={gate}"
    return f"#cone={net.drivers[0]}"


def shoot(page: Page, place: str, file: Path) -> None:
    """Go to a place of the page and write what is seen there."""
    page.evaluate("place => { location.hash = place; }", place)
    page.get_by_role("button", name="See all").click()
    page.mouse.move(0, 0)
    page.wait_for_timeout(800)
    page.screenshot(path=file, animations="disabled")
    print(f"wrote {file}: {file.stat().st_size:,} bytes")


def main() -> None:
    """Write the three pictures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("build", type=Path, help="build folder")
    parser.add_argument("-o", "--output", type=Path, default=Path(), help="folder for the pictures")
    parser.add_argument("--data", help="data set; default: the one trained on")
    parser.add_argument("--dark", action="store_true", help="as seen by those who like it dark")
    arguments = parser.parse_args()
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        raise SystemExit(f"none of {', '.join(BROWSERS)} is installed")
    try:
        _, notes = load_build_model(arguments.build)
        scene = scene_of_build(arguments.build, load(arguments.data or notes["dataset"]["name"]))
        places = {
            "hierarchy": "#",
            "neuron": clear_neuron(scene),
            "cone": small_cone(scene.circuits[0].net),
        }
    except Nor2hdlError as error:
        raise SystemExit(str(error)) from error
    arguments.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "circuit.html"
        file.write_text(viewer_page(scene), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(
            viewport=SIZE, reduced_motion="reduce", color_scheme="dark" if arguments.dark else "light"
        )
        page.goto(file.as_uri())
        page.evaluate("nor2hdl.ready.then(() => nor2hdl.load(6))")
        for name, place in places.items():
            shoot(page, place, arguments.output / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
