"""Odd circuits in a browser: names with markup, no gates, colors, tables, too many gates."""

from __future__ import annotations

import numpy as np
import pytest

from nor2hdl.netlist import Builder, interpret_nets, random_netlist
from nor2hdl.simulate import classify
from nor2hdl.view import Image, Samples, Scene, ShownCircuit, viewer_page
from tests.view.pages import netlist_page, packed, search

EVIL = "</script><img src=x onerror=alert(1)><b>"


def test_names_with_markup_inject_nothing(viewing):
    b = Builder()
    x = b.input("<img/onerror>", 8)
    with b.tagged("</script><img/src>/neuron0"):
        b.output("<b>", [b.nor(x[0], x[7])])
    b.output("cls", [b.nor(x[1])])
    samples = Samples(EVIL, np.array([0, 1]), np.array([0, 1]), np.array([[7], [200]], np.uint8))
    scene = Scene(
        EVIL, (ShownCircuit(EVIL, b.freeze()),), remark=EVIL, classes=(EVIL, "\u2028'\"<i>"),
        image=Image((1, 1), (128,), "<img/onerror>"), samples=samples,
    )  # fmt: skip
    with viewing(viewer_page(scene)) as viewer:
        page = viewer.page
        assert page.title() == EVIL
        places = ["", "#gates=*", f"#cone={b.num_nets - 1}", f"#cone={b.num_nets - 1}&net={b.num_nets - 1}"]
        for place in places:
            page.evaluate("place => { location.hash = place; }", place)
            viewer.ask("load", 1)
            viewer.ask("find", "<b>")
            search(viewer, "<b>")
            search(viewer, "<i>none")
            assert page.locator("main img, main b:has(img), main script, header img, body > img").count() == 0
            elements = page.evaluate("[...document.querySelectorAll('script, img, iframe, object')].length")
            assert elements == page.evaluate("document.querySelectorAll('body > script').length")
            assert "onerror" not in page.evaluate(
                "[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames()).join(' ')"
            )
        assert EVIL in page.locator("h1").inner_text()


def edge_scenes():
    empty = Builder().freeze()
    wires = Builder()
    x = wires.input("x", 3)
    wires.output("y", [x[1], 0, wires.nor(), x[1]])
    wires.output("none", [])
    bare = Builder()
    bare.output("y", [bare.nor(*bare.input("x", 3))])
    rng = np.random.default_rng(0)
    b = Builder()
    pix = b.input("pix", 8 * 12)
    b.output("cls", [b.nor(pix[7], pix[15])])
    samples = Samples("test", np.array([3]), np.array([1]), rng.integers(0, 256, (1, 12), dtype=np.uint8))
    shown = (ShownCircuit("c", b.freeze(), np.zeros(b.num_nets, np.float32)),)
    two = {"classes": ("a", "b"), "samples": samples}
    yield "empty", Scene("empty", (ShownCircuit("c", empty),))
    yield "wires", Scene("wires", (ShownCircuit("c", wires.freeze()),))
    yield "untagged", Scene("untagged", (ShownCircuit("c", bare.freeze()),))
    yield "color", Scene("color", shown, image=Image((2, 2, 3), (64, 128), "pix"), **two)
    yield "table", Scene("table", shown, image=Image((12,), (128,), "pix"), **two)
    yield "deep", Scene("deep", shown, image=Image((2, 3, 2), (128,), "pix"), **two)


@pytest.mark.parametrize(
    ("name", "scene"), list(edge_scenes()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_unusual_circuits_open(viewing, name, scene):
    net = scene.circuits[0].net
    with viewing(viewer_page(scene)) as viewer:
        assert viewer.state["view"]["kind"] == "overview"
        for place in ("#gates=*", *(f"#cone={driver}" for driver in net.drivers.tolist())):
            viewer.page.evaluate("place => { location.hash = place; }", place)
            viewer.page.wait_for_timeout(50)
        if scene.samples is not None:
            viewer.ask("load", 0)
            state = viewer.state
            assert state["bytes"] == scene.samples.x[0].tolist()
            assert [state["class"]] == classify(net, scene.samples.x).tolist()
        sample = np.ones(net.num_inputs, bool)
        values = interpret_nets(net, sample[None])[0]
        assert viewer.evaluate(0, packed(sample))[1] == values.astype(int).tolist()


def test_a_circuit_that_is_too_large_is_summarized(viewing, monkeypatch):
    monkeypatch.setattr("nor2hdl.view._scene.MOST_GATES", 100)
    net = random_netlist(gates=1234)
    with viewing(netlist_page(net, "large one")) as viewer:
        text = viewer.page.locator("main").inner_text()
        assert "1,234" in text
        assert "more than a page can hold" in text
        assert f"{net.depth()}" in text
        assert search(viewer, "%3")
        assert viewer.state["view"]["kind"] == "overview"
