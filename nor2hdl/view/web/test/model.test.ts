import assert from "node:assert/strict";
import { test } from "node:test";
import { applyHash, toHash } from "../src/hash";
import { Model, subparts, voteShares, type Change, type ViewSpec } from "../src/model";
import { buildNetwork } from "../src/network";
import type { Scene } from "../src/scene";
import { circuitOf, encodeCircuit, leb, type Plan } from "./samples";

/** A picture of one byte: class 1 where it is at least 128, else 0; two circuits, the second with sums. */
const emitted: Plan = {
  inputs: [["pix", 8]],
  outputs: [["cls", 1]],
  gates: [[8], [9]],
  drivers: [10],
  tags: ["layer0/neuron0", "popcount/class0", "popcount/class1"],
  origins: [0, 1],
};
const extracted: Plan = {
  inputs: [["pix", 8]],
  outputs: [["cls", 1], ["score0", 2], ["score1", 2]],
  gates: [[8], [9]],
  drivers: [10, 9, 0, 10, 0],
  tags: ["layer0/neuron0", "argmax"],
  origins: [0, 1],
};
const counts = [1, 1];
const literals = leb([2, 1]);
const layer = { kind: "NorLayer", inputs: 1, neurons: 2, blob: 0, lengths: { counts: 2, literals: literals.length } };
const networkScene = { scoreOffset: [0, 0], layers: [layer], thresholds: [[0, 0]], inverted: [[0, 0]], votes: [1, 1] };

function modelOf(plans: Plan[], change: Partial<Scene> = {}): Model {
  const scene: Scene = {
    format: 1,
    title: "test",
    remark: "",
    classes: ["low", "high"],
    image: { shape: [1, 1], levels: [128], port: "pix" },
    circuits: plans.map((plan) => encodeCircuit(plan).scene),
    network: networkScene,
    samples: { split: "test", indices: [5, 9], labels: [0, 1], blob: 0 },
    ...change,
  };
  const network = scene.network ? buildNetwork(scene.network, [Uint8Array.from([...counts, ...literals])]) : null;
  return new Model(scene, plans.map(circuitOf), network, [Uint8Array.of(100), Uint8Array.of(200)]);
}

test("a sample is evaluated by each circuit", () => {
  const model = modelOf([emitted, extracted]);
  const heard: Change[] = [];
  model.on((change) => heard.push(change));
  for (const [sample, said, votes] of [[0, 0, [1, 0]], [1, 1, [0, 1]]] as const) {
    model.loadSample(sample);
    assert.equal(model.classIndex(0), said);
    assert.equal(model.classIndex(1), said);
    assert.deepEqual(model.votes(), { sums: votes, source: "the circuit test" });
    assert.equal(model.label(), sample);
  }
  assert.deepEqual(heard, ["values", "values"]);
  model.loadSample(-1);
  assert.equal(model.sample, 1);
});

test("votes come from the neurons where no circuit has them, and less the offset where one has", () => {
  const bare = modelOf([emitted]);
  bare.loadSample(1);
  assert.deepEqual(bare.votes(), { sums: [0, 1], source: "the neurons" });
  const shifted = modelOf([extracted], { network: { ...networkScene, scoreOffset: [3, 1] } });
  shifted.loadSample(1);
  assert.deepEqual(shifted.votes()?.sums, [-3, 0]);
  assert.equal(modelOf([emitted], { network: null }).votes(), null);
});

test("ties and circuits that differ are said", () => {
  const other: Plan = { ...emitted, drivers: [9] };
  const model = modelOf([other, extracted]);
  model.loadSample(1);
  assert.equal(model.classIndex(), 0);
  assert.deepEqual(model.classNotes(), ["The circuit test says high here."]);
  const tied = modelOf([{ ...extracted, drivers: [10, 0, 0, 0, 0] }]);
  tied.loadSample(0);
  assert.deepEqual(tied.classNotes(), ["2 classes tie at 0; the lowest wins."]);
});

test("an input bit turned is a byte changed, in all circuits", () => {
  const model = modelOf([emitted, extracted]);
  model.loadSample(0);
  model.toggleInput(8);
  assert.deepEqual([...(model.bytes ?? [])], [228]);
  assert.deepEqual([model.classIndex(0), model.classIndex(1), model.sample], [1, 1, null]);
  assert.deepEqual(model.byteOf(8), [0, 7]);
  assert.equal(model.byteOf(9), null);
  assert.equal(model.byteNet(0), 8);
  assert.equal(model.byteNet(1), null);
  const plain = modelOf([emitted], { image: null, network: null, samples: null });
  plain.toggleInput(8);
  assert.equal(plain.classIndex(), 1);
  assert.deepEqual(plain.neuronValues(), []);
});

test("parts open as neurons, as what they are divided into, or as gates, and close the same way", () => {
  const model = modelOf([{ ...emitted, gates: [[8], [9], [9]], origins: [0, 1, 2] }, extracted]);
  assert.deepEqual(subparts(model.circuits[0]!, "popcount"), ["popcount/class0", "popcount/class1"]);
  assert.deepEqual(model.partView("layer0"), { kind: "neurons", layer: 0 });
  assert.deepEqual(model.partView("popcount"), { kind: "classes", prefix: "popcount" });
  model.open({ kind: "gates", prefix: "popcount/class1" });
  model.up();
  assert.deepEqual(model.view, { kind: "classes", prefix: "popcount" });
  model.up();
  assert.deepEqual(model.view, { kind: "overview" });
  model.open({ kind: "cone", net: 10 });
  assert.equal(model.selected, 10);
  model.showCircuit(1);
  assert.deepEqual([model.view, model.selected], [{ kind: "overview" }, null]);
  assert.deepEqual(model.partView("argmax"), { kind: "gates", prefix: "argmax" });
});

test("an address leads back to its view", () => {
  const views: ViewSpec[] = [
    { kind: "overview" },
    { kind: "gates", prefix: null },
    { kind: "gates", prefix: "popcount/class0" },
    { kind: "neurons", layer: 0 },
    { kind: "neuron", layer: 0, neuron: 1 },
    { kind: "cone", net: 10 },
  ];
  for (const view of views) {
    const model = modelOf([emitted]);
    model.open(view);
    const hash = toHash(model);
    const other = modelOf([emitted]);
    applyHash(other, hash);
    assert.deepEqual([other.view, other.selected], [view, model.selected]);
  }
  for (const hash of ["#cone=99", "#neuron=0/7", "#neuron=3/0", "#gates=none", "#layer=4", "#part=layer0", "#net=77", "#circuit=8", "#%"]) {
    const model = modelOf([emitted]);
    applyHash(model, hash);
    assert.deepEqual([model.view, model.selected], [{ kind: "overview" }, null], hash);
  }
});

test("bars begin at 0, or at the least sum below it", () => {
  assert.deepEqual(voteShares([2, 4]), [0.5, 1]);
  assert.deepEqual(voteShares([-2, 0, 2]), [0, 0.5, 1]);
  assert.deepEqual(voteShares([0, 0]), [0, 0]);
  assert.deepEqual(voteShares([]), []);
});
