"""What tests of pictures share: odd data sets, and what really was drawn where."""

from __future__ import annotations

import itertools
import math
import xml.etree.ElementTree as ET
from unittest import mock

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg

from nor2hdl.data import Dataset
from nor2hdl.view import figure_svg, save_figure

ODD_NAMES = (
    r"$\frac{$ $x$",
    "<script>alert(1)</script>",
    "a\x00b\nc",
    "\u540d\u524d",
    "W" * 200,
    "_hidden",
    'x & "y"',
    "\u202eabc",
    "i" * 90,
    "\ud800 lone",
)


def noise(shape, classes, samples=120, seed=0):
    """Return a data set of random bytes and labels."""
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 256, (samples, math.prod(shape)), np.uint8)
    y = rng.integers(0, len(classes), samples)
    parts = {f"{a}_{s}": v for s in ("train", "val", "test") for a, v in (("x", x), ("y", y))}
    return Dataset(name="noise", **parts, classes=tuple(classes), shape=shape)


def drawn_texts(figure, tmp_path):
    """Return each text that is drawn with its box, in pixels."""
    found = []
    draw_text = RendererAgg.draw_text

    def recorded(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        if s.strip():
            found.append((s, mtext.get_window_extent(self)))
        assert not ismath, s
        return draw_text(self, gc, x, y, s, prop, angle, ismath, mtext)

    with mock.patch.object(RendererAgg, "draw_text", recorded):
        save_figure(figure, tmp_path / "drawn.png")
    return list({(s, *box.extents.tolist()): (s, box) for s, box in found}.values())


def check_layout(figure, tmp_path):
    """Check that no text covers another, or leaves the figure; return the texts."""
    texts = drawn_texts(figure, tmp_path)
    width, height = figure.get_size_inches() * 150
    for text, box in texts:
        inside = box.x0 > -2 and box.y0 > -2 and box.x1 < width + 2 and box.y1 < height + 2
        assert inside, (text, box, width, height)
    for (a, first), (b, second) in itertools.combinations(texts, 2):
        wide = min(first.x1, second.x1) - max(first.x0, second.x0)
        high = min(first.y1, second.y1) - max(first.y0, second.y0)
        assert wide < 2 or high < 3, (a, b, first, second)
    return [text for text, _ in texts]


def checked_svg(figure, **options):
    """Return an SVG's root and its texts, after the checks that hold for all of them."""
    svg = figure_svg(figure, **options)
    assert svg == figure_svg(figure, **options)
    root = ET.fromstring(svg)
    assert not [e for e in root.iter() if e.tag.endswith(("}script", "}foreignObject", "}a"))]
    links = [v for e in root.iter() for k, v in e.attrib.items() if k.endswith("href")]
    assert all(link.startswith(("#", "data:image/png;base64,")) for link in links)
    return root, ["".join(e.itertext()) for e in root.iter("{http://www.w3.org/2000/svg}text")]
