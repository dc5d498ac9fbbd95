"""Viewer pages: make them, ask them, read them back by a plain decoder of what they are meant to hold."""

from __future__ import annotations

import base64
import gzip
import json
import re

import numpy as np

from nor2hdl.flow import scene_of_netlist
from nor2hdl.netlist import Builder
from nor2hdl.view import viewer_page


def netlist_page(net, name="circuit"):
    return viewer_page(scene_of_netlist(net, name))


def packed(sample):
    return np.packbits(sample, bitorder="little").tolist()


def search(viewer, text):
    """Type into the search box and press Enter; return what it complains of."""
    field = viewer.page.locator("input[type=search]")
    field.fill(text)
    field.press("Enter")
    alert = viewer.page.locator(".search [role=alert]")
    return alert.inner_text() if alert.is_visible() else ""


def scene_of(page):
    """Return the JSON of a page."""
    (text,) = re.findall(r'<script type="application/json" id="scene">(.*?)</script>', page, re.DOTALL)
    return json.loads(text)


def blob_of(page, number):
    """Return the bytes of a blob."""
    (text,) = re.findall(rf'<script type="text/plain" id="blob-{number}">(.*?)</script>', page, re.DOTALL)
    return gzip.decompress(base64.b64decode(text, validate=True))


def numbers(data):
    """Read unsigned LEB128."""
    found, value, shift = [], 0, 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            found.append(value)
            value = shift = 0
    assert shift == 0
    return found


def streams(page, values):
    """Return the streams of a circuit or a layer by name, as lists of numbers."""
    data, found = blob_of(page, values["blob"]), {}
    for name, length in values["lengths"].items():
        assert len(data) >= length
        found[name], data = numbers(data[:length]), data[length:]
    assert data == b""
    return found


def netlist_of(page, circuit):
    """Build a circuit again, gate by gate."""
    found = streams(page, circuit)
    builder = Builder()
    for name, width in circuit["inputs"]:
        builder.input(name, width)
    distances, drivers = iter(found["fanins"]), iter(found["drivers"])
    for count, origin in zip(found["counts"], found["origins"], strict=True):
        net, fanins = builder.num_nets, []
        for _ in range(count):
            net -= next(distances)
            fanins.append(net)
        builder.set_tag(circuit["tags"][origin - 1] if origin else "")
        assert builder.nor(*fanins) == builder.num_nets - 1
    for name, width in circuit["outputs"]:
        builder.output(name, [next(drivers) for _ in range(width)])
    assert [*distances, *drivers] == []
    return builder.freeze()


def neurons_of(page, layer):
    """Return the literals of each neuron of a layer."""
    found = streams(page, layer)
    steps = iter(found["literals"])
    neurons = []
    for count in found["counts"]:
        literal, literals = 0, []
        for _ in range(count):
            step = next(steps)
            literal += step // 2 if step % 2 == 0 else -(step + 1) // 2
            literals.append(literal)
        neurons.append(literals)
    assert not list(steps)
    return neurons


def toggles_of(page, circuit):
    """Return the toggle rates of a circuit."""
    return np.frombuffer(blob_of(page, circuit["toggles"]), "<f4")


def samples_of(page, samples):
    """Return the bytes of the samples, one row each."""
    return np.frombuffer(blob_of(page, samples["blob"]), np.uint8).reshape(len(samples["indices"]), -1)
