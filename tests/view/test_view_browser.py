"""The page in a browser: quiet, alone, exact, and usable with mouse or keyboard."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from nor2hdl.netlist import cone, find_net, interpret_nets, net_name, random_netlist
from nor2hdl.simulate import classify, features_to_samples
from nor2hdl.view import Scene, ShownCircuit, viewer_page
from tests.strategies import all_samples, netlists
from tests.view.pages import netlist_page, neurons_of, packed, scene_of, search


@pytest.fixture(scope="module")
def digits(viewing, digits_page):
    """The page of the digits, open for all the tests here."""
    with viewing(digits_page.page) as viewer:
        yield viewer


@pytest.fixture
def fresh(digits):
    """The page of the digits, back at its start."""
    digits.page.evaluate("document.activeElement.blur(); location.hash = ''")
    digits.ask("load", 0)
    return digits


def test_the_first_picture_shows_the_parts(fresh, digits_page):
    state = fresh.state
    assert (state["circuit"], state["view"]["kind"], state["sample"]) == ("as emitted", "overview", 0)
    fresh.page.wait_for_function("nor2hdl.firstPicture > 0")  # it is noted once the browser has drawn
    assert fresh.page.evaluate("nor2hdl.firstPicture") < 10_000
    assert fresh.page.title() == "digits"
    text = fresh.page.locator("main").inner_text() + fresh.page.locator("main svg").first.inner_html()
    for part, count in scene_of(digits_page.page)["circuits"][0]["parts"]:
        assert part in text
        assert f"{count:,}" in text


@pytest.mark.parametrize("name", ["digits_page", "mnist_page"])
def test_samples_get_the_class_and_votes_of_the_engine(request, viewing, name):
    built = request.getfixturevalue(name)
    x, y = built.dataset.split("test")
    chosen = [*range(10)]
    scores, offset = built.model.scores(x[:10]), built.scene.network.offset
    classes = classify(built.scene.circuits[0].net, x[:10])
    with viewing(built.page) as viewer:
        for i in chosen:  # any image, through each circuit
            for circuit in (0, 1):
                outputs, _ = viewer.evaluate(circuit, x[i].tolist())
                assert outputs["cls"] == classes[i]
            assert [outputs[f"score{c}"] - offset for c in range(10)] == scores[i].tolist()
        shown = built.scene.samples
        expected = classify(built.scene.circuits[0].net, shown.x)
        sums = built.model.scores(shown.x)
        for i in range(len(shown.indices)):  # those that the page brings, as it shows them
            viewer.ask("load", i)
            state = viewer.state
            assert (state["class"], state["votes"]) == (expected[i], sums[i].tolist())
            assert (state["label"], state["bytes"]) == (y[shown.indices[i]], shown.x[i].tolist())
            answer = viewer.page.locator("output.answer").inner_text()
            assert answer == built.dataset.classes[expected[i]]
            votes = viewer.page.locator("ol.votes .sum").all_inner_texts()
            assert [int(vote) for vote in votes] == sums[i].tolist()


def test_all_nets_of_a_sample(viewing, digits_page):
    x = digits_page.dataset.x_test[:2]
    samples = features_to_samples(x)
    with viewing(digits_page.page) as viewer:
        for circuit, shown in enumerate(digits_page.scene.circuits):
            nets = interpret_nets(shown.net, samples)
            for row, expected in zip(x, nets, strict=True):
                assert viewer.evaluate(circuit, row.tolist())[1] == expected.astype(int).tolist()


# A page takes its time: many netlists in each, and no search for the smallest that fails.
@settings(max_examples=3, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.lists(netlists(max_gates=40), min_size=12, max_size=12))
def test_any_netlist_is_evaluated_as_by_the_reference(viewing, nets):
    page = viewer_page(Scene("nets", tuple(ShownCircuit(f"n{i}", net) for i, net in enumerate(nets))))
    with viewing(page) as viewer:
        for i, net in enumerate(nets):
            samples = all_samples(net)[:: max(1, 2**net.num_inputs // 5)]
            for sample, values in zip(samples, interpret_nets(net, samples), strict=True):
                outputs, found = viewer.evaluate(i, packed(sample))
                assert found == values.astype(int).tolist()
                for port in net.outputs:
                    bits = values[net.output_nets(port.name)].tolist()
                    assert outputs[port.name] == sum(bit << k for k, bit in enumerate(bits))


@pytest.mark.parametrize("seed", range(3))
def test_a_layered_netlist_is_evaluated_as_by_the_reference(viewing, seed):
    net = random_netlist(gates=4000, inputs=77, levels=20, fanin=6, outputs=70, seed=seed)
    samples = np.random.default_rng(seed).random((4, 77)) < 0.5
    with viewing(netlist_page(net)) as viewer:
        for sample, values in zip(samples, interpret_nets(net, samples), strict=True):
            outputs, found = viewer.evaluate(0, packed(sample))
            assert found == values.astype(int).tolist()
            assert outputs["y"] == sum(int(values[n]) << k for k, n in enumerate(net.drivers))


def test_search_finds_nets_neurons_and_pixels(fresh, digits_page):
    net = digits_page.scene.circuits[0].net
    gate = net.first_gate + 100
    for text, number in (
        (f"%{gate}", gate),
        (str(gate), gate),
        ("cls[1]", find_net(net, "cls[1]")),
        ("pix[9]", find_net(net, "pix[9]")),
    ):
        assert search(fresh, text) == ""
        assert fresh.state["selection"] == number
    assert search(fresh, "neuron 7") == ""
    assert fresh.state["view"] == {"kind": "neuron", "layer": 0, "neuron": 7}
    assert search(fresh, "layer0/neuron5") == ""
    assert fresh.state["view"] == {"kind": "neuron", "layer": 0, "neuron": 5}
    assert search(fresh, "pixel 3,4") == ""
    byte = 3 * 8 + 4
    assert fresh.state["selection"] in net.input_nets("pix")[8 * byte : 8 * byte + 8]


@pytest.mark.parametrize(
    "text", ["nothing", "%99999999", "pix[512]", "neuron 100000", "pixel 8,0", "<b>x</b>", "cls[-1]", ""]
)
def test_search_says_what_is_not_there(fresh, text):
    before = fresh.state
    complaint = search(fresh, text)
    assert complaint
    numbers = re.findall(r"\d+", text)
    assert not text or any(word in complaint for word in (text, *numbers))
    assert fresh.state == before
    assert fresh.page.locator(".search .error b").count() == 0


def test_a_neuron_is_drawn_as_its_literals(fresh, digits_page):
    page = scene_of(digits_page.page)
    (layer,) = page["network"]["layers"]
    neurons = neurons_of(digits_page.page, layer)
    for neuron in range(0, len(neurons), 25):
        assert search(fresh, f"neuron {neuron}") == ""
        drawn = fresh.page.locator("g.neuron g rect.literal")
        classes = drawn.evaluate_all("all => all.map(node => node.getAttribute('class').split(' ')[1])")
        literals = neurons[neuron]
        assert classes.count("dark") == sum(literal > 0 for literal in literals)
        assert classes.count("bright") == sum(literal < 0 for literal in literals)
        titles = set(drawn.locator("title").all_text_contents())
        levels = page["image"]["levels"]
        for literal in literals:
            byte, level = divmod(abs(literal) - 1, len(levels))
            side = "dark: {} below {}" if literal > 0 else "bright: {} at least {}"
            name = "must be " + side.format(f"pixel {byte // 8},{byte % 8}", levels[level])
            assert name in titles
        blocked = fresh.page.locator("g.neuron g rect.literal.blocks").count()
        bits = [b >= level for b in fresh.state["bytes"] for level in levels]
        assert blocked == sum(bits[abs(literal) - 1] == (literal > 0) for literal in literals)


def go(viewer, place):
    viewer.page.evaluate("place => { location.hash = place; }", place)
    viewer.page.wait_for_timeout(100)


def nodes_of(viewer):
    """Return what stands in the drawing of a cone: name to kind, place and value."""
    found = viewer.page.locator("g.cone g.node").evaluate_all(
        "all => all.map(n => [n.getAttribute('class'), n.getAttribute('aria-label'),"
        " n.transform.baseVal[0].matrix.e, n.transform.baseVal[0].matrix.f])"
    )
    return {
        re.sub("^(Input|Go on from) |,.*", "", label): (kind.split()[1], (x, y), "lit" in kind.split())
        for kind, label, x, y in found
    }


def test_a_cone_is_drawn_gate_by_gate_in_columns_of_levels(fresh, digits_page):
    net = digits_page.scene.circuits[0].net
    sample = features_to_samples(np.array([fresh.state["bytes"]], np.uint8))
    values = interpret_nets(net, sample)[0]
    levels = net.levels()
    sizes = {gate: cone(net, [gate]).num_gates for gate in range(net.first_gate, net.num_nets, 97)}
    small = [gate for gate, size in sizes.items() if 5 <= size <= 60][:4]
    assert len(small) == 4
    for top in small:
        go(fresh, f"#cone={top}")
        nodes = nodes_of(fresh)
        gates, stack = set(), [top]
        while stack:
            gate = stack.pop()
            if gate >= net.first_gate and gate not in gates:
                gates.add(gate)
                stack += net.fanin(gate).tolist()
        inputs = {source for gate in gates for source in net.fanin(gate).tolist()} - gates
        assert nodes.keys() == {net_name(net, n) for n in gates | inputs}
        assert {name for name, (kind, _, _) in nodes.items() if kind == "gate"} == {f"%{n}" for n in gates}
        for number in gates | inputs:
            assert nodes[net_name(net, number)][2] == values[number]
        places = {number: nodes[net_name(net, number)][1] for number in gates | inputs}
        assert len(set(places.values())) == len(places)  # none hides another
        for gate in gates:
            assert all(places[source][0] < places[gate][0] for source in net.fanin(gate).tolist())
        columns = {(places[gate][0], levels[gate]) for gate in gates}
        assert len({x for x, _ in columns}) == len({level for _, level in columns}) == len(columns)
        inner = max(gates - {top})
        fresh.page.locator(f"g.cone [aria-label^='%{inner},'] text").click()
        assert fresh.state["selection"] == inner


def test_a_large_cone_shows_its_nearest_gates(fresh, digits_page):
    net = digits_page.scene.circuits[0].net
    top = int(net.drivers[0])
    part = cone(net, [top])
    used = len(set(part.fanins.tolist()) & set(range(1, part.first_gate)))
    go(fresh, f"#cone={top}")
    note = fresh.page.locator(".crumbs .note").inner_text()
    assert f"depends on {part.num_gates:,} gates and {used:,} input bits" in note
    before = nodes_of(fresh)
    assert f"%{top}" in before
    assert 10 < sum(kind == "gate" for kind, _, _ in before.values()) <= 150 < part.num_gates
    cut = next(name for name, (kind, _, _) in before.items() if kind == "cut")
    fresh.page.locator(f"g.cone [aria-label='Go on from {cut}']").press("Enter")
    after = nodes_of(fresh)
    assert after[cut][0] == "gate"
    assert len(after) > len(before)


def test_an_empty_cone_and_a_net_that_is_not_there(fresh):
    go(fresh, "#cone=0")
    assert "its cone is empty" in fresh.page.locator(".stage").text_content()
    go(fresh, "#cone=3")
    assert "This is an input bit" in fresh.page.locator(".stage").text_content()
    for place in (
        "#cone=99999999",
        "#net=99999999",
        "#neuron=0/99999",
        "#circuit=7",
        "#cone=<b>",
        "#gates=no",
    ):
        go(fresh, place)
        state = fresh.state
        assert (state["view"]["kind"], state["selection"]) == ("overview", None)


def test_the_wheel_goes_from_the_parts_to_a_neuron_and_back(fresh):
    page = fresh.page
    fresh.page.wait_for_timeout(100)

    def turn(by, kind):
        for _ in range(60):
            page.mouse.wheel(0, by)
            page.wait_for_timeout(60)
            if fresh.state["view"]["kind"] != kind:
                return

    title = page.locator(".stage svg text", has_text=re.compile("^layer0$")).bounding_box()
    page.mouse.move(title["x"] + title["width"] / 2, title["y"] + title["height"] + 30)
    turn(-200, "overview")
    assert fresh.state["view"] == {"kind": "neurons", "layer": 0}
    page.wait_for_timeout(500)
    stage = page.locator(".stage").bounding_box()
    page.mouse.move(stage["x"] + stage["width"] * 0.4, stage["y"] + stage["height"] * 0.45)
    turn(-200, "neurons")
    assert fresh.state["view"]["kind"] == "neuron"
    page.wait_for_timeout(500)
    turn(200, "neuron")
    assert fresh.state["view"]["kind"] == "neurons"
    page.wait_for_timeout(500)
    turn(200, "neurons")
    assert fresh.state["view"]["kind"] == "overview"


def test_the_other_circuit_is_shown_and_the_way_back_is_kept(fresh, digits_page):
    page = fresh.page
    page.get_by_role("button", name="as extracted").click()
    assert fresh.state["circuit"] == "as extracted"
    gates = digits_page.scene.circuits[1].net.num_gates
    assert f"{gates:,}" in page.locator("header").inner_text()
    go(fresh, "#circuit=1&neuron=0/3")
    page.go_back()
    page.wait_for_timeout(200)
    assert (fresh.state["circuit"], fresh.state["view"]["kind"]) == ("as extracted", "overview")
    page.get_by_role("button", name="as emitted").click()
    assert fresh.state["circuit"] == "as emitted"


def test_a_drawn_picture_is_classified_live(fresh, digits_page):
    net = digits_page.scene.circuits[0].net
    page = fresh.page
    page.get_by_role("button", name="Clear").click()
    assert not any(fresh.state["bytes"])
    box = page.locator("canvas.pad").bounding_box()
    strokes = [[(2, 1), (5, 1), (5, 4), (2, 6), (6, 6)], [(1, 3), (1, 5)]]
    seen = []
    for stroke in strokes:
        points = [(box["x"] + (c + 0.5) * box["width"] / 8, box["y"] + (r + 0.5) * box["height"] / 8)
                  for c, r in stroke]  # fmt: skip
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point, steps=3)
            seen.append(fresh.state)
        page.mouse.up()
    seen.append(fresh.state)
    assert seen[0]["bytes"] != seen[-1]["bytes"]
    assert sum(byte > 0 for byte in seen[-1]["bytes"]) > 10
    drawn = np.array([state["bytes"] for state in seen], np.uint8)
    assert drawn.reshape(-1, 8, 8)[-1][1, 2] >= 128  # ink where the pen was: column 2, row 1
    assert drawn.reshape(-1, 8, 8)[-1][7, 0] == 0
    assert [state["class"] for state in seen] == classify(net, drawn).tolist()
    assert [state["votes"] for state in seen] == digits_page.model.scores(drawn).tolist()
    assert {state["sample"] for state in seen} == {None}


def test_keys_alone_do_all(fresh):
    page = fresh.page
    page.locator("body").press("/")
    page.keyboard.type("cls[0]")
    page.keyboard.press("Enter")
    selected = fresh.state["selection"]
    assert selected > 0
    assert "stage" in page.evaluate("document.activeElement.className").split()  # what was found has the keys
    for _ in range(80):  # the button that opens the cone is reached by the tabulator
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Cone":
            break
    page.keyboard.press("Enter")
    assert fresh.state["view"] == {"kind": "cone", "net": selected}
    page.keyboard.press("]")
    assert fresh.state["sample"] == 1
    page.keyboard.press("[")
    page.keyboard.press("[")
    assert fresh.state["sample"] == 19
    for _ in range(4):
        page.keyboard.press("Escape")
    assert fresh.state["view"]["kind"] == "overview"
    page.keyboard.press("?")
    assert page.locator("dialog[open]").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0


def test_drawing_with_keys(fresh, digits_page):
    page = fresh.page
    page.get_by_role("button", name="Clear").click()
    page.locator("canvas.pad").focus()
    for key in ("ArrowRight", " ", "ArrowDown", " ", "ArrowRight", " "):
        page.keyboard.press(key)
    state = fresh.state
    assert sum(byte > 0 for byte in state["bytes"]) == 3
    drawn = np.array([state["bytes"]], np.uint8)
    assert [state["class"]] == classify(digits_page.scene.circuits[0].net, drawn).tolist()


def test_a_gate_tells_what_is_known_of_it(fresh, digits_page):
    shown = digits_page.scene.circuits[0]
    net = shown.net
    fanout = np.bincount(net.fanins, minlength=net.num_nets)
    gates = [net.first_gate + 5, int(net.drivers[0]), int(fanout[net.first_gate :].argmax()) + net.first_gate]
    for gate in gates:
        assert search(fresh, f"%{gate}") == ""
        text = fresh.page.locator(".details").inner_text()
        assert f"%{gate}" in text
        assert net.origin(gate) in text
        for source in net.fanin(gate).tolist()[:8]:
            assert (f"%{source}" if source >= net.first_gate else f"pix[{source - 1}]") in text
        assert re.search(rf"\b{net.levels()[gate]}\b", text)
        assert (
            f"{100 * float(shown.toggles[gate]):.1f}" in text or f"{float(shown.toggles[gate]):.2f}" in text
        )
    assert str(fanout[gates[-1]]) in text
