import assert from "node:assert/strict";
import { test } from "node:test";
import { buildNetwork } from "../src/network";
import { find, suggest, type Place } from "../src/search";
import { circuitOf } from "./samples";

const circuit = circuitOf({
  inputs: [["pix", 32], ["en", 1]],
  outputs: [["cls", 2], ["ok", 1]],
  gates: [[1], [2, 34], [34, 35]],
  drivers: [36, 5, 34],
  tags: ["encoder", "layer0/neuron17", "<b>&"],
  origins: [0, 1, 2],
});
const scene = { kind: "NorLayer", inputs: 4, neurons: 2, blob: 0, lengths: { counts: 2, literals: 0 } };
const network = buildNetwork({ scoreOffset: [0, 0], layers: [scene], thresholds: [[0, 0]], inverted: [[0, 0]], votes: [1, 1] }, [Uint8Array.from([0, 0])]);
const image = { shape: [2, 2], levels: [128], port: "pix" };
const place: Place = { circuit, network, image };
const bare: Place = { circuit, network: null, image: null };

test("nets by number and by name", () => {
  for (const [text, net] of [["%9", 9], ["9", 9], ["0", 0], ["pix[3]", 4], ["en", 33], ["cls[0]", 36], ["cls[1]", 5], ["ok", 34], [" %36 ", 36]] as const) {
    assert.deepEqual(find(place, text), { kind: "net", net });
  }
});

test("neurons, pixels and tags", () => {
  assert.deepEqual(find(place, "layer0/neuron1"), { kind: "neuron", layer: 0, neuron: 1 });
  assert.deepEqual(find(place, "Neuron 1"), { kind: "neuron", layer: 0, neuron: 1 });
  assert.deepEqual(find(place, "pixel 1,0"), { kind: "pixel", byte: 2, net: 24 });
  assert.deepEqual(find(place, "pix 3"), { kind: "pixel", byte: 3, net: 32 });
  assert.deepEqual(find(place, "layer0"), { kind: "tag", prefix: "layer0" });
  assert.deepEqual(find(place, "<b>&"), { kind: "tag", prefix: "<b>&" });
  assert.deepEqual(find(bare, "layer0/neuron17"), { kind: "tag", prefix: "layer0/neuron17" });
});

test("what is not there is said in a sentence", () => {
  const said = (at: Place, text: string): string => {
    const found = find(at, text);
    return found.kind === "error" ? found.message : `found ${found.kind}`;
  };
  assert.equal(said(place, "nonsense"), 'No net is called "nonsense".');
  assert.equal(said(place, "%99"), "There is no net %99: the last one is %36.");
  assert.equal(said(place, "pix"), "pix has 32 bits: write pix[0] to pix[31].");
  assert.equal(said(place, "pix[32]"), "pix has 32 bits, so there is no pix[32].");
  assert.equal(said(place, "neuron 2"), "layer0 has 2 neurons, so there is no neuron 2.");
  assert.equal(said(place, "layer1/neuron0"), "There is no layer1: the network has 1.");
  assert.equal(said(place, "pixel 2,0"), "The picture has 2 rows and 2 columns, so there is no pixel 2,0.");
  assert.equal(said(place, "pixel 4"), "A sample has 4 bytes, so there is no number 4.");
  assert.equal(said(bare, "pixel 1"), "The inputs of this circuit are not known to be a picture.");
  assert.equal(said(bare, "neuron 0"), "This page holds no neurons, only the circuit.");
  assert.equal(said(place, "  "), "Type a net, a neuron, a pixel or a tag.");
  assert.equal(said(place, "pix[99999999999999]"), 'No net is called "pix[99999999999999]".');
});

test("suggestions begin with what is typed and are things that exist", () => {
  for (const text of ["p", "pix[1", "c", "lay", "3", "n", "%3", "<"]) {
    const list = suggest(place, text);
    assert.ok(list.length > 0 && list.length <= 8, text);
    for (const { text: name } of list) {
      assert.ok(name.startsWith(text), `${text}: ${name}`);
      assert.notEqual(find(place, name).kind, "error", name);
    }
  }
  assert.deepEqual(suggest(place, ""), []);
  assert.deepEqual(suggest(place, "zzz"), []);
});
