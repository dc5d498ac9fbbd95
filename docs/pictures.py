"""The pictures of the explanation, as SVG in the color of the text around them."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

BLUE, ORANGE, RED = "#3b82d4", "#d9822b", "#cc4444"
_OWN_COLOR = "<style>@media (prefers-color-scheme: dark) { :root { color: #ddd } }</style>"


class Canvas:
    """Lines, boxes, gates and text that become one SVG file."""

    def __init__(self, width: int, height: int) -> None:
        self.size = width, height
        self.parts: list[str] = []

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: int = 14,
        anchor: str = "middle",
        color: str = "currentColor",
    ) -> None:
        """Add text; `anchor` is where x lies: start, middle or end."""
        self.parts.append(
            f'<text x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="{anchor}" fill="{color}">'
            f"{escape(text)}</text>"
        )

    def line(
        self, *points: tuple[float, float], color: str = "currentColor", width: float = 1.5, dash: str = ""
    ) -> None:
        """Add a line through some points."""
        path = " ".join(f"{x:g},{y:g}" for x, y in points)
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(
            f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="{width:g}"{dashes}/>'
        )

    def arrow(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Add an arrow along an axis."""
        self.line((x0, y0), (x1, y1))
        dx, dy = (6, 4) if y0 == y1 else (4, 6)
        sign = 1 if (x1 - x0 if y0 == y1 else y1 - y0) > 0 else -1
        ends = (
            [(x1 - sign * dx, y1 - dy), (x1, y1), (x1 - sign * dx, y1 + dy)]
            if y0 == y1
            else [(x1 - dx, y1 - sign * dy), (x1, y1), (x1 + dx, y1 - sign * dy)]
        )
        self.line(*ends)

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        color: str = "currentColor",
        fill: str = "none",
    ) -> None:
        """Add a rectangle."""
        shade = f'fill="{fill}" fill-opacity=".25"' if fill != "none" else 'fill="none"'
        self.parts.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="4" {shade} '
            f'stroke="{color}" stroke-width="1.5"/>'
        )

    def dot(
        self, x: float, y: float, radius: float = 3, *, color: str = "currentColor", hollow: bool = False
    ) -> None:
        """Add a circle."""
        fill = "none" if hollow else color
        self.parts.append(
            f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{fill}" stroke="{color}" '
            'stroke-width="1.5"/>'
        )

    def nor(self, x: float, y: float, *, height: float = 50) -> float:
        """Draw a NOR gate whose left middle is at x, y; return where its output begins."""
        h = height / 2
        self.parts.append(
            f'<path d="M{x:g},{y - h:g} Q{x + 30:g},{y - h:g} {x + 50:g},{y:g} '
            f'Q{x + 30:g},{y + h:g} {x:g},{y + h:g} Q{x + 12:g},{y:g} {x:g},{y - h:g} Z" '
            f'fill="{BLUE}" fill-opacity=".25" stroke="{BLUE}" stroke-width="2"/>'
        )
        self.dot(x + 55, y, 5, color=BLUE, hollow=True)
        return x + 60

    def svg(self) -> str:
        """Return the file."""
        width, height = self.size
        body = "\n".join(self.parts)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
            'font-family="inherit, system-ui, sans-serif" color="currentColor">\n'
            f"{_OWN_COLOR}\n{body}\n</svg>\n"
        )


def all_pictures() -> dict[str, str]:
    """Return the SVG text of each picture by its name."""
    drawn = (circuit, chain, neuron, de_morgan, threshold, gradient, decay, popcount, argmax)
    return {function.__name__.replace("_", "-"): function().svg() for function in drawn}


def circuit() -> Canvas:
    """Draw the way from the bytes of a picture to the index of a class."""
    c = Canvas(760, 150)
    blocks = [
        ("encoder", "byte >= level", "1 bit a level"),
        ("layers", "NOR neurons", "wide gates"),
        ("popcount", "votes -> sums", "one a class"),
        ("argmax", "largest sum", "lowest on ties"),
    ]
    c.text(35, 68, "pix", size=15)
    c.text(35, 86, "bytes", size=12)
    for i, (name, first, second) in enumerate(blocks):
        x = 90 + 155 * i
        c.arrow(x - 30, 75, x, 75)
        c.box(x, 35, 125, 80, color=BLUE, fill=BLUE)
        c.text(x + 62, 62, name, size=16)
        c.text(x + 62, 84, first, size=12)
        c.text(x + 62, 101, second, size=12)
    c.arrow(680, 75, 710, 75)
    c.text(733, 72, "cls", size=15)
    c.text(733, 90, "index", size=12)
    return c


def chain() -> Canvas:
    """Draw what follows from what, and how it is checked."""
    c = Canvas(760, 150)
    boxes = ["model", "netlist.nor", "minimized.nor", "top.v"]
    told = [
        ("equal on samples", "class and sums, all test samples", ORANGE),
        ("proved equal", "ABC, SAT or all inputs", BLUE),
        ("proved equal", "read back by yosys", BLUE),
    ]
    files = ["as trained", "as extracted", "minimized", "read back"]
    for i, name in enumerate(boxes):
        x = 10 + 207 * i
        c.box(x, 45, 118, 50)
        c.text(x + 59, 67, name, size=15)
        c.text(x + 59, 85, files[i], size=12)
    for i, (verdict, how, color) in enumerate(told):
        x = 128 + 207 * i
        c.arrow(x, 70, x + 89, 70)
        c.text(x + 44, 30, verdict, size=13, color=color)
        c.text(x + 44, 122, how, size=12)
    return c


_LITERALS = ("x0", "x1", "x2", "not x0", "not x1", "not x2")
_LATENT = (0.62, -0.35, -0.8, -0.15, -0.5, 0.4)


def neuron() -> Canvas:
    """Draw latent weights as bars, those above 0 as wires into a NOR gate."""
    c = Canvas(760, 290)
    c.text(215, 22, "latent weight, from -1 to 1", size=13)
    c.text(415, 22, "used weight", size=13)
    zero, scale = 215, 85
    c.line((zero, 36), (zero, 262), dash="4 4", width=1)
    c.text(zero, 280, "0", size=12)
    ends = []
    for i, (name, latent) in enumerate(zip(_LITERALS, _LATENT, strict=True)):
        y = 52 + 38 * i
        color = BLUE if latent > 0 else RED
        c.text(70, y + 5, name, size=14)
        c.box(min(zero, zero + scale * latent), y - 9, abs(scale * latent), 18, color=color, fill=color)
        c.text(415, y + 5, "1" if latent > 0 else "0", size=15, color=color)
        if latent > 0:
            ends.append((440.0, float(y)))
        else:
            c.line((440, y), (460, y), dash="2 4", width=1)
            c.text(488, y + 5, "no wire", size=12, color=RED)
    for (x, y), pin in zip(ends, (135.0, 157.0), strict=True):
        c.line((x, y), (518, y), (544, pin), (566, pin))
    out = c.nor(560, 146, height=56)
    c.arrow(out, 146, out + 40, 146)
    c.text(645, 190, "1 when none of its", size=13)
    c.text(645, 208, "connected literals is 1", size=13)
    return c


def de_morgan() -> Canvas:
    """Draw a NOR of literals as an AND of their opposites, in pixels."""
    c = Canvas(760, 170)
    c.line((90, 70), (156, 70))
    c.line((90, 100), (156, 100))
    c.text(60, 75, "x0")
    c.text(60, 105, "not x2")
    out = c.nor(152, 85, height=52)
    c.arrow(out, 85, out + 35, 85)
    c.text(285, 91, "=", size=22)
    c.text(400, 65, "x0 is 0:", size=14, anchor="end")
    c.text(400, 108, "x2 is 1:", size=14, anchor="end")
    c.parts.append(
        '<rect x="415" y="46" width="28" height="28" rx="4" fill="#222" stroke="#888" stroke-width="1.5"/>'
    )
    c.parts.append(
        '<rect x="415" y="89" width="28" height="28" rx="4" fill="#f4f4f4" stroke="#888" stroke-width="1.5"/>'
    )
    c.text(455, 65, "this pixel is dark", size=13, anchor="start")
    c.text(455, 108, "and this pixel is bright", size=13, anchor="start")
    c.text(380, 152, "nor(x0, not x2)  =  (not x0) and x2", size=15)
    return c


def threshold() -> Canvas:
    """Draw a neuron with a threshold: a popcount and a comparison."""
    c = Canvas(760, 160)
    for i in range(5):
        y = 35 + 22 * i
        c.text(60, y + 5, f"literal {i}", size=12)
        c.line((95, y), (150, y))
    c.box(150, 20, 120, 120, color=BLUE, fill=BLUE)
    c.text(210, 75, "popcount", size=15)
    c.text(210, 95, "full adders", size=12)
    for i in range(3):
        c.line((270, 50 + 30 * i), (330, 50 + 30 * i))
    c.text(300, 42, "count z", size=12)
    c.box(330, 35, 130, 90, color=BLUE, fill=BLUE)
    c.text(395, 75, "z >= t + 1", size=15)
    c.text(395, 95, "at_least", size=12)
    c.line((460, 80), (510, 80))
    c.text(485, 72, "above", size=12)
    out = c.nor(510, 80, height=44)
    c.arrow(out, 80, out + 35, 80)
    c.text(660, 76, "1 when z <= t", size=13)
    c.text(660, 94, "(inverted: taken at above)", size=11)
    return c


class _Axes(NamedTuple):
    """Where a curve lies on the canvas."""

    canvas: Canvas
    left: float
    bottom: float
    x_scale: float
    y_scale: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return the point on the canvas."""
        return self.left + self.x_scale * x, self.bottom - self.y_scale * y


def gradient() -> Canvas:
    """Draw the hard function, and the slope that training takes for it."""
    c = Canvas(760, 240)
    step = _Axes(c, 90, 180, 40, 110)
    slope = _Axes(c, 460, 180, 40, 110)
    for axes, title in (
        (step, "forward: 1 when z <= t (here t = 1)"),
        (slope, "backward: size of the slope, 1 / (1 + |z - t|)²"),
    ):
        c.line(axes.at(-0.5, 0), axes.at(6.3, 0))
        c.line(axes.at(-0.5, -0.05), axes.at(-0.5, 1.25))
        c.text(axes.at(3, 0)[0], 30, title, size=13)
        for z in range(7):
            c.text(axes.at(z, 0)[0], 200, str(z), size=12)
        c.text(axes.at(3, 0)[0], 226, "z: connected literals that are 1", size=12)
        c.text(axes.left - 32, axes.at(0, 1)[1] + 4, "1", size=12)
    for z in range(7):
        c.dot(*step.at(z, 1 if z <= 1 else 0), 5, color=BLUE)
        top = slope.at(z, 1 / (1 + abs(z - 1)) ** 2)
        c.line(slope.at(z, 0), top, color=ORANGE, width=2)
        c.dot(*top, 5, color=ORANGE)
    return c


def decay() -> Canvas:
    """Draw two latent weights: one earns its keep, one does not."""
    c = Canvas(760, 260)
    axes = _Axes(c, 90, 140, 5.2, 95)
    c.line(axes.at(0, 0), axes.at(122, 0))
    c.line(axes.at(0, -1.05), axes.at(0, 1.15))
    c.text(axes.left - 16, axes.at(0, 1)[1] + 4, "1", size=12)
    c.text(axes.left - 16, axes.at(0, -1)[1] + 4, "-1", size=12)
    c.text(axes.left - 16, axes.at(0, 0)[1] + 4, "0", size=12)
    c.text(axes.at(122, 0)[0] - 20, axes.at(0, 0)[1] + 18, "steps", size=12)
    for start, gain, color in ((0.5, 0.018, BLUE), (0.5, 0.004, RED)):
        points, weight = [], start
        for number in range(121):
            points.append(axes.at(number, weight))
            weight = min(1.0, max(-1.0, weight + gain - 0.012))
        c.line(*points, color=color, width=2.5)
    c.text(520, 32, "the gradient pulls up more than the decay pulls down: stays 1", size=13, color=BLUE)
    c.text(565, 120, "it does not: falls below 0, the used weight is 0", size=13, color=RED)
    c.text(590, 232, "no wire, no gate input", size=13, color=RED)
    return c


def popcount() -> Canvas:
    """Draw votes in columns of 4, 2 and 1."""
    c = Canvas(760, 250)
    votes = [("a", "+1", 2), ("b", "+2", 1), ("c", "-1", 2), ("d", "+4", 0), ("e", "-2", 1)]
    c.text(110, 24, "neurons and their votes", size=13)
    c.text(350, 24, "columns of weight 4, 2, 1", size=13)
    for i, name in enumerate(("4", "2", "1")):
        c.box(270 + 60 * i, 38, 50, 140, color=BLUE, fill=BLUE)
        c.text(295 + 60 * i, 198, name, size=14)
    for i, (name, vote, column) in enumerate(votes):
        y = 60 + 24 * i
        color = ORANGE if vote.startswith("-") else "currentColor"
        c.text(85, y + 5, name, size=14)
        c.text(125, y + 5, vote, size=14, color=color)
        c.line((150, y), (262, y), dash="2 4", width=1)
        c.text(
            295 + 60 * column, y + 5, f"not {name}" if vote.startswith("-") else name, size=14, color=color
        )
    c.text(300, 232, "-1 and -2 enter inverted; the constant -3 goes into the offset", size=12)
    c.arrow(455, 108, 500, 108)
    c.box(500, 70, 120, 76, color=BLUE, fill=BLUE)
    c.text(560, 103, "full adders", size=14)
    c.text(560, 123, "3 bits -> 2", size=12)
    c.arrow(620, 108, 660, 108)
    c.text(705, 104, "sum", size=14)
    c.text(705, 122, "in binary", size=12)
    return c


def argmax() -> Canvas:
    """Draw three sums, looked at bit by bit from the top."""
    c = Canvas(760, 230)
    rows = [("class 0", "1 0 1", "5"), ("class 1", "1 1 0", "6"), ("class 2", "1 1 0", "6")]
    for i, name in enumerate(("sum", "bit 2", "bit 1", "bit 0")):
        c.text(190 + 110 * i, 26, name, size=13)
    for i, (name, bits, value) in enumerate(rows):
        y = 65 + 45 * i
        c.text(90, y + 5, name, size=14)
        c.text(190, y + 5, value, size=14)
        for k, bit in enumerate(bits.split()):
            x = 300 + 110 * k
            out = i == 0 and k >= 1
            color = RED if out else BLUE
            c.box(x - 22, y - 16, 44, 32, color=color, fill=color)
            c.text(x, y + 5, bit, size=15)
    told = (
        ("all have it:", "all stay"),
        ("some have it:", "class 0 is out"),
        ("none that is in", "has it: all stay"),
    )
    for k, lines in enumerate(told):
        for j, line in enumerate(lines):
            c.text(300 + 110 * k, 190 + 17 * j, line, size=11)
    c.arrow(560, 110, 610, 110)
    c.text(680, 106, "first that is in:", size=13)
    c.text(680, 126, "class 1", size=15)
    return c
