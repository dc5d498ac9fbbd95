"""Speed of the viewer's page in a browser: random layered circuits, and how fast the page shows them.

Run it: ``python examples/viewer_speed.py``; ``--quick`` takes one small circuit. It needs the package
playwright and a Chromium or Chrome on the PATH, which runs without a window: the CPU does what a graphics
chip would do.

page
    Size of the file.
first picture
    From the start of loading to the end of the first drawing.
evaluate
    All nets of the circuit for one sample; median of nine.
frames
    Work of a frame while the drawing is dragged, median and worst: in the view of all gates, and in the cone
    of an output bit. At 60 frames a second, there are 16.7 ms for each.
"""

import argparse
import math
import shutil
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from nor2hdl.flow import scene_of_netlist
from nor2hdl.netlist import Netlist, random_netlist
from nor2hdl.view import viewer_page

STEPS = 60
SIZES = (5_000, 50_000, 500_000)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
EVALUATE = """inputs => {
  const times = [];
  for (let k = 0; k < 9; k++) {
    const bytes = Array.from({length: inputs}, (_, i) => (i * 7 + k * 31) % 256);
    const start = performance.now();
    nor2hdl.evaluate(0, bytes);
    times.push(performance.now() - start);
  }
  return times;
}"""


def drag(page: Page, place: str) -> list[float]:
    """Go to a place of the page, drag the drawing in circles, and return the times of the frames."""
    page.evaluate("place => { location.hash = place; }", place)
    page.wait_for_timeout(500)
    box = page.locator(".stage").bounding_box()
    if box is None:
        raise SystemExit("the page shows no drawing")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.wheel(0, -200)
    page.wait_for_timeout(300)
    page.mouse.down()
    for step in range(STEPS):
        turn = 2 * math.pi * step / 30
        page.mouse.move(x + 120 * math.sin(turn), y + 80 * math.cos(turn))
        page.wait_for_timeout(17)
    page.mouse.up()
    times: list[float] = page.evaluate("nor2hdl.frameTimes()")
    return times[-STEPS:]


def measure(browser: Browser, net: Netlist, folder: Path) -> str:
    """Open the page of a circuit and return its row of the table."""
    file = folder / "circuit.html"
    file.write_text(viewer_page(scene_of_netlist(net, "random")), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(file.as_uri())
    page.evaluate("nor2hdl.ready.then(() => true)")
    page.wait_for_function("nor2hdl.firstPicture > 0")
    first = page.evaluate("nor2hdl.firstPicture")
    evaluated = statistics.median(page.evaluate(EVALUATE, -(-net.num_inputs // 8)))
    frames = [drag(page, place) for place in ("#gates=*", f"#cone={net.drivers[-1]}")]
    page.close()
    shown = " ".join(f"{statistics.median(times):9.1f} {max(times):6.1f}" for times in frames)
    return f"{net.num_gates:9,} {file.stat().st_size / 1e6:7.2f} {first:13.0f} {evaluated:9.2f}  {shown}"


def main() -> None:
    """Measure circuits of all sizes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="one small circuit")
    sizes = (500,) if parser.parse_args().quick else SIZES
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        raise SystemExit(f"none of {', '.join(BROWSERS)} is installed")
    print("    gates    page first picture  evaluate  all gates: frames      cone: frames")
    print("                MB            ms        ms    median  worst    median  worst ms")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for gates in sizes:
            print(measure(browser, random_netlist(gates=gates), Path(folder)), flush=True)
        browser.close()


if __name__ == "__main__":
    main()
