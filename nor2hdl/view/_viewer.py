"""The viewer: circuits to look into, as one HTML page that fetches nothing."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from nor2hdl.view._payload import encode

if TYPE_CHECKING:
    from nor2hdl.view._scene import Scene


def viewer_page(scene: Scene) -> str:
    """Return a self-contained HTML page to look into the circuits of a scene.

    Parameters
    ----------
    scene
        What the page shows.

    Returns
    -------
    str
        HTML. No text of the scene can become markup or script, and a content security policy lets the page
        fetch nothing and run its own script alone. The same scene gives the same page.

    Examples
    --------
    >>> from nor2hdl.netlist import random_netlist
    >>> from nor2hdl.view import Scene, ShownCircuit
    >>> page = viewer_page(Scene("tiny", (ShownCircuit("random", random_netlist(gates=10)),)))
    >>> page.count("<title>tiny</title>"), page.count("src=")
    (1, 0)
    """
    here = files("nor2hdl.view")
    script = here.joinpath("assets/viewer.js").read_text(encoding="utf-8").strip()
    values, blobs = encode(scene)
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(here.joinpath("viewer.html.jinja").read_text(encoding="utf-8"))
    digest = hashlib.sha256(script.encode()).digest()
    page = template.render(
        # A name may hold what is no character at all, such as half of a pair.
        title=scene.title.encode(errors="replace").decode(),
        scene=Markup(values),  # noqa: S704 - without "<" by construction
        blobs=[base64.b64encode(blob).decode() for blob in blobs],
        script=Markup(script),  # noqa: S704 - our own
        style=Markup(here.joinpath("assets/viewer.css").read_text(encoding="utf-8").strip()),  # noqa: S704
        licenses=Markup(here.joinpath("assets/viewer.licenses.txt").read_text(encoding="utf-8").strip()),  # noqa: S704
        digest=base64.b64encode(digest).decode(),
    )
    return page + "\n"
