"""A scene as JSON values and compressed blobs: what the script in the page reads."""

from __future__ import annotations

import gzip
import io
import json
from typing import TYPE_CHECKING, Any

import numpy as np

from nor2hdl.netlist import statistics

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist
    from nor2hdl.view._scene import Network, Samples, Scene, ShownCircuit, ShownLayer

FORMAT = 1


class Payload:
    """The blobs of a page as they are made, each numbered by its place.

    Attributes
    ----------
    blobs
        The blobs, each compressed with gzip.
    """

    def __init__(self) -> None:
        self.blobs: list[bytes] = []

    def add(self, data: bytes) -> int:
        """Compress some bytes, keep them, and return their number."""
        stream = io.BytesIO()
        # Neither time nor name nor system in the header: the same scene gives the same bytes.
        with gzip.GzipFile(filename="", mode="wb", fileobj=stream, mtime=0) as file:
            file.write(data)
        self.blobs.append(stream.getvalue())
        return len(self.blobs) - 1

    def add_streams(self, **streams: NDArray[np.int64]) -> dict[str, Any]:
        """Keep whole numbers as one blob of varints; return its number and the bytes of each stream."""
        parts = {name: varints(values) for name, values in streams.items()}
        number = self.add(b"".join(parts.values()))
        return {"blob": number, "lengths": {name: len(part) for name, part in parts.items()}}


def encode(scene: Scene) -> tuple[str, list[bytes]]:
    """Return the scene as JSON text without ``<``, and its blobs, each compressed with gzip."""
    payload = Payload()
    image = scene.image
    values = {
        "format": FORMAT,
        "title": scene.title,
        "remark": scene.remark,
        "classes": None if scene.classes is None else list(scene.classes),
        "image": None
        if image is None
        else {"shape": list(image.shape), "levels": list(image.levels), "port": image.port},
        "circuits": [_circuit(circuit, payload) for circuit in scene.circuits],
        "network": None if scene.network is None else _network(scene.network, scene.classes or (), payload),
        "samples": None if scene.samples is None else _samples(scene.samples, payload),
    }
    # ASCII alone, and no "<": nothing in a name can end the element that holds the text.
    return json.dumps(values, separators=(",", ":")).replace("<", "\\u003c"), payload.blobs


def varints(values: NDArray[np.int64]) -> bytes:
    """Return whole numbers of 0 or more, below 2^63, as LEB128: seven bits a byte, the lowest first.

    Examples
    --------
    >>> list(varints(np.array([1, 300])))
    [1, 172, 2]
    """
    sizes = np.ones(len(values), np.int64)
    for k in range(1, 9):
        sizes += values >> 7 * k > 0
    ends = np.cumsum(sizes)
    out = np.zeros(int(ends[-1]) if len(ends) else 0, np.uint8)
    for k in range(int(sizes.max(initial=0))):
        long = sizes > k
        more = (sizes[long] > k + 1) << 7
        out[(ends - sizes)[long] + k] = (values[long] >> 7 * k) & 127 | more
    return out.tobytes()


def _circuit(circuit: ShownCircuit, payload: Payload) -> dict[str, Any]:
    net = circuit.net
    figures = statistics(net)
    values: dict[str, Any] = {
        "name": circuit.name,
        "gates": figures.gates,
        "pins": figures.pins,
        "depth": figures.depth,
        "inputs": [[port.name, int(port.width)] for port in net.inputs],
        "outputs": [[port.name, int(port.width)] for port in net.outputs],
        "parts": [[name, count] for name, count in figures.parts.items()],
        "tags": [],
        "lengths": None,
        "blob": None,
        "toggles": None,
    }
    if circuit.whole:
        values["tags"] = list(net.tags)
        values |= payload.add_streams(
            counts=np.diff(net.offsets),
            fanins=distances(net),
            drivers=net.drivers.astype(np.int64),
            origins=net.origins.astype(np.int64) + 1,
        )
        if circuit.toggles is not None:
            values["toggles"] = payload.add(circuit.toggles.astype("<f4").tobytes())
    return values


def distances(net: Netlist) -> NDArray[np.int64]:
    """Return how far apart gates and fan-ins are: from a gate down to its highest fan-in, and so on down."""
    sizes = np.diff(net.offsets)
    fanins = net.fanins.astype(np.int64)
    above = np.append(fanins[1:], 0)
    full = sizes > 0
    above[net.offsets[1:][full] - 1] = net.first_gate + np.flatnonzero(full)
    first, last = np.repeat(net.offsets[:-1], sizes), np.repeat(net.offsets[1:], sizes) - 1
    downwards: NDArray[np.int64] = (above - fanins)[first + last - np.arange(len(fanins))]
    return downwards


def _network(network: Network, classes: tuple[str, ...], payload: Payload) -> dict[str, Any]:
    return {
        "scoreOffset": [network.offset] * len(classes),
        "layers": [_layer(layer, payload) for layer in network.layers],
        "thresholds": [layer.thresholds.tolist() for layer in network.layers],
        "inverted": [layer.inverted.astype(int).tolist() for layer in network.layers],
        "votes": network.votes.tolist(),
    }


def _layer(layer: ShownLayer, payload: Payload) -> dict[str, Any]:
    before = np.append(0, layer.literals)[:-1]
    before[layer.offsets[:-1][np.diff(layer.offsets) > 0]] = 0
    steps = layer.literals - before
    return {
        "kind": layer.kind,
        "inputs": layer.inputs,
        "neurons": len(layer.offsets) - 1,
        **payload.add_streams(counts=np.diff(layer.offsets), literals=(steps << 1) ^ (steps >> 63)),
    }


def _samples(samples: Samples, payload: Payload) -> dict[str, Any]:
    return {
        "split": samples.split,
        "indices": samples.indices.tolist(),
        "labels": samples.labels.tolist(),
        "blob": payload.add(samples.x.tobytes()),
    }
