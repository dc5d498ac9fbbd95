"""Figures that look the same everywhere: own style, no window, deterministic files, names as plain text."""

from __future__ import annotations

import io
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from nor2hdl.errors import OptionError
from nor2hdl.files import replacing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 9.6
"""Width of every figure in inches: that of the report's text."""

# Colors that color-blind readers tell apart (Okabe and Ito).
BLUE, ORANGE, GREEN, RED, SKY, GRAY = "#0072b2", "#e69f00", "#009e73", "#d55e00", "#56b4e9", "#bbbbbb"

SIDE = 0.15
"""Margin at the sides of a figure in inches."""

SUFFIXES = (".svg", ".png", ".pdf")

_STYLE: Any = {
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "figure.constrained_layout.h_pad": 0.1,
    "figure.constrained_layout.w_pad": 0.1,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "image.composite_image": False,  # pixels go into an SVG as they are, however far it is scaled up
    "image.interpolation": "none",
    "savefig.dpi": 150,
    "svg.fonttype": "none",
    "svg.hashsalt": "nor2hdl",
    "text.parse_math": False,  # a name with two dollars is a name
}


@contextmanager
def own_style() -> Iterator[None]:
    """Draw in this package's style, whatever the user's settings of matplotlib are."""
    import matplotlib as mpl

    with mpl.rc_context(), warnings.catch_warnings():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        # A file of text as text names the character; a font that lacks it is for the reader to replace.
        warnings.filterwarnings("ignore", r"Glyph \d+", UserWarning)
        yield


def new_figure(height: float, width: float = WIDTH, *, fixed: bool = False) -> Figure:
    """Return an empty figure of some inches, which belongs to no window; `settle` it if not `fixed`."""
    from matplotlib.figure import Figure

    layout: Literal["constrained"] | None = None if fixed else "constrained"
    return Figure(figsize=(width, height), facecolor="white", layout=layout)


def settle(figure: Figure) -> Figure:
    """Lay a figure out so that no text covers another, once: each later layout would move it a little."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    return figure


def sheet(figure: Figure) -> Axes:
    """Return axes without lines over all of a figure, whose units are inches from the top left corner."""
    width, height = figure.get_size_inches()
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_autoscale_on(False)
    axes.set(xlim=(0, width), ylim=(height, 0))
    return axes


def whole_ticks(axes: Axes, axis: str) -> None:
    """Let an axis be marked at whole numbers alone."""
    from matplotlib.ticker import MaxNLocator

    steps = [1, 2, 5, 10]
    getattr(axes, f"{axis}axis").set_major_locator(MaxNLocator("auto", integer=True, steps=steps))


def shown(text: str, limit: int = 24) -> str:
    r"""Return a name as it is drawn: on one line, cut in its middle where it is long.

    Characters that have no look, such as controls, are replaced: files of pictures could not hold them.

    Examples
    --------
    >>> shown("a\nb"), shown("a name that is much too long", 12)
    ('a�b', 'a name…long')
    """
    clean = "".join(c if c.isprintable() else "�" for c in text)
    if len(clean) <= limit:
        return clean
    tail = limit // 3
    return f"{clean[: limit - tail - 1].rstrip()}…{clean[-tail:].lstrip()}"


def head(axes: Axes, title: str, rest: str = "") -> None:
    """Write a title at the top of a sheet, and something beside it."""
    axes.text(SIDE, 0.12, title, va="top", weight="bold")
    axes.text(SIDE + text_width(title, 9, bold=True) / 72 + 0.12, 0.12, rest, va="top")


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide a text is, in points, for a font size in points."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(size=size, weight="bold" if bold else "normal")
    return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0])


def fitted(text: str, inches: float, size: float, *, bold: bool = False) -> str:
    """Return a name as it is drawn, cut so that it is no wider than some inches."""
    for limit in range(40, 3, -1):
        drawn = shown(text, limit)
        if (
            text_width(drawn, size, bold=bold) <= 68 * inches
        ):  # a little less: drawn letters are wider by their hinting
            break
    return drawn


def figure_svg(figure: Figure, *, title: str = "") -> str:
    """Return a figure as the text of an SVG file; equal figures give equal texts.

    Parameters
    ----------
    figure
        The figure, such as `training_figure` returns.
    title
        What it shows, for readers who do not see it.

    Returns
    -------
    str
        SVG with its text as text.

    Examples
    --------
    >>> from nor2hdl.view import confusion_figure
    >>> svg = figure_svg(confusion_figure([[9, 1], [0, 10]], ["no", "<b>yes</b>"]))
    >>> "&lt;b&gt;yes&lt;/b&gt;" in svg
    True
    """
    buffer = io.StringIO()
    _save(figure, buffer, "svg", {"Title": shown(title, 200)} if title else {})
    return buffer.getvalue()


def save_figure(figure: Figure, path: Path | str, *, title: str = "") -> None:
    """Write a figure to a file, in one step; equal figures give equal bytes.

    Parameters
    ----------
    figure
        The figure.
    path
        Its suffix says the format: .svg, .png or .pdf.
    title
        What it shows, kept in the file.

    Raises
    ------
    OptionError
        If the suffix is another one.
    OutputError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from nor2hdl.view import confusion_figure
    >>> path = Path(tempfile.mkdtemp()) / "confusion.png"
    >>> save_figure(confusion_figure([[9, 1], [0, 10]]), path)
    >>> path.read_bytes()[1:4]
    b'PNG'
    """
    kind = check_suffix(path)
    with replacing(path) as temporary:
        _save(figure, temporary, kind, {"Title": shown(title, 200)} if title else {})


def check_suffix(path: Path | str) -> str:
    """Return the format that a file's name asks for; `OptionError` if it is none that figures have."""
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise OptionError(f"picture must end in .svg, .png or .pdf, not {Path(path).name!r}")
    return suffix.removeprefix(".")


def _save(figure: Figure, target: Path | io.StringIO, kind: str, metadata: dict[str, Any]) -> None:
    # No time of day in the file: the same picture is the same bytes.
    dates = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {}}[kind]
    with own_style():
        figure.savefig(target, format=kind, metadata={**metadata, **dates})
