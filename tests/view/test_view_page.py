"""The viewer page stands alone, and no text that it shows can become markup or script."""

from __future__ import annotations

import base64
import hashlib
from html.parser import HTMLParser
from importlib.resources import files

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nor2hdl.netlist import Builder
from nor2hdl.view import Image, Samples, Scene, ShownCircuit, viewer_page
from tests.view.pages import netlist_of, scene_of

VOID = {"meta", "link"}
EVIL = (
    "</script><script>document.title='owned'</script>",
    "<img src=x onerror=alert(1)>",
    "<!--<script>",
    "]]>",
    "\"'`&amp;",
    "\u2028\u2029",
    "{{ 7 * 7 }}{% raw %}",
    "\ud800",
    "</title><h1>",
    "\x00\x1b[31m",
)
EVIL_LABELS = ("</script><b>", "<img/onerror>", "<!--", "&lt;", "{{7*7}}", "\"'`")
texts = st.one_of(st.sampled_from(EVIL), st.text(max_size=30))


class Elements(HTMLParser):
    """Collects the elements of a page, with their attributes, and the texts in them."""

    def __init__(self, page):
        super().__init__()
        self.open, self.seen, self.texts = [], [], {}
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, tuple(attrs)))
        if tag not in VOID:
            self.open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open:
            self.texts[self.open[-1]][-1] += data

    def handle_comment(self, data):
        raise AssertionError(data)


def scene(title, classes, labels):
    """Make a scene whose every text is given."""
    b = Builder()
    x = b.input(labels[0], 8)
    with b.tagged(labels[1]):
        b.output(labels[2], [b.nor(*x)])
    samples = Samples(title, np.array([0]), np.array([0]), np.array([[7]], np.uint8))
    return Scene(
        title, (ShownCircuit(title, b.freeze()),), remark=title, classes=classes,
        image=Image((1,), (128,), labels[0]), samples=samples,
    )  # fmt: skip


PLAIN = Elements(viewer_page(scene("plain", ("a", "b"), ("x", "t", "y"))))


@given(texts, st.lists(texts, min_size=2, max_size=4), st.permutations(EVIL_LABELS))
def test_texts_are_inert_and_come_back(title, classes, labels):
    shown = scene(title, tuple(classes), labels)
    page = viewer_page(shown)
    assert Elements(page).seen == PLAIN.seen
    values = scene_of(page)
    assert (values["title"], values["remark"], values["samples"]["split"]) == (title, title, title)
    assert values["classes"] == classes
    assert netlist_of(page, values["circuits"][0]) == shown.circuits[0].net
    page.encode()  # half a pair of surrogates too


def test_the_title_is_shown():
    found = Elements(viewer_page(scene("<b>&amp;", ("a", "b"), ("x", "t", "y")))).texts
    assert (found["title"], found["h1"]) == (["<b>&amp;"], ["<b>&amp;"])


def test_the_page_fetches_nothing_and_runs_its_own_script_alone():
    tags = [tag for tag, _ in PLAIN.seen]
    assert set(tags) == {
        "html", "head", "meta", "title", "link", "style", "body", "header", "h1", "noscript", "p", "main",
        "script",
    }  # fmt: skip
    attributes = [(tag, *pair) for tag, pairs in PLAIN.seen for pair in pairs]
    assert [a for a in attributes if a[1] in ("src", "href")] == [("link", "href", "data:,")]
    policy = next(value for _, name, value in attributes if name == "content" and "default-src" in value)
    script = PLAIN.texts["script"][-1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"default-src 'none'; script-src 'sha256-{digest}';" in policy
    types = [dict(pairs).get("type") for tag, pairs in PLAIN.seen if tag == "script"]
    assert types == ["application/json", "text/plain", "text/plain", "text/plain", None]


def test_the_assets_can_stand_in_a_page():
    assets = files("nor2hdl.view") / "assets"
    script, style, licenses = (
        (assets / name).read_bytes() for name in ("viewer.js", "viewer.css", "viewer.licenses.txt")
    )
    for data in (script, style, licenses):
        assert b"\r" not in data
        data.decode()
    assert b"</script" not in (script + licenses).lower()
    assert b"<!--" not in script + licenses
    assert b"</style" not in style.lower()
    assert b"url(" not in style
    assert b"@import" not in style
    assert PLAIN.texts["script"][-2].strip() == licenses.decode().strip()
