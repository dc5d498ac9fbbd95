import assert from "node:assert/strict";
import { test } from "node:test";
import { extractCone, coneSize } from "../src/cone";
import { decodeLayer, varints } from "../src/decode";
import { encode, evaluate, evaluateNetwork, outputs, writeBytes } from "../src/evaluate";
import { fromHash } from "../src/hash";
import { levelGrid } from "../src/grid";
import { layoutCone } from "../src/layout";
import { buildNetwork, tally, winner } from "../src/network";
import { circuitOf, leb, random, randomPlan, type Plan } from "./samples";

/** What a netlist means, gate by gate. */
function naive(plan: Plan, bits: number[]): number[] {
  const values = [0, ...bits];
  for (const fanin of plan.gates) values.push(fanin.some((net) => values[net] === 1) ? 0 : 1);
  return values;
}

test("varints come back, and a stream of another length is refused", () => {
  const values = [0, 1, 127, 128, 300, 16383, 16384, 2 ** 28 - 1, 499_999];
  assert.deepEqual([...varints(Uint8Array.from(leb(values)), values.length)], values);
  assert.throws(() => varints(Uint8Array.from(leb(values)), values.length + 1), /must hold/);
  assert.throws(() => varints(Uint8Array.from(leb(values)), values.length - 1), /must end/);
});

test("a circuit comes back gate by gate", () => {
  for (let seed = 0; seed < 20; seed++) {
    const plan = randomPlan(seed, 60);
    const circuit = circuitOf(plan);
    plan.gates.forEach((fanin, g) => assert.deepEqual([...circuit.fanin(18 + g)], fanin));
    assert.deepEqual([...circuit.drivers], plan.drivers);
    plan.origins?.forEach((origin, g) => assert.equal(circuit.tag(18 + g), origin < 0 ? "" : plan.tags?.[origin]));
  }
});

test("evaluation equals the naive evaluation", () => {
  for (let seed = 0; seed < 60; seed++) {
    const plan = randomPlan(seed, 200);
    const circuit = circuitOf(plan);
    const next = random(seed + 1000);
    const values = new Uint8Array(circuit.nets);
    for (let round = 0; round < 5; round++) {
      const bytes = [0, 0, 0].map(() => Math.floor(next() * 256));
      const bits = Array.from({ length: 17 }, (_, i) => (bytes[i >> 3] >> (i & 7)) & 1);
      writeBytes(values, 1, 17, bytes);
      evaluate(circuit, values);
      const expected = naive(plan, bits);
      assert.deepEqual([...values], expected);
      const at = (from: number, width: number): number =>
        Array.from({ length: width }, (_, i) => expected[plan.drivers[from + i]] << i).reduce((a, b) => a + b, 0);
      assert.deepEqual(outputs(circuit, values), { cls: at(0, 4), score0: at(4, 3) });
    }
  }
});

test("wide outputs are exact", () => {
  const circuit = circuitOf({ inputs: [["a", 1]], outputs: [["y", 60], ["z", 53]], gates: [[]], drivers: Array(113).fill(2) });
  const values = new Uint8Array(circuit.nets);
  evaluate(circuit, values);
  assert.deepEqual(outputs(circuit, values), { y: 2n ** 60n - 1n, z: 2 ** 53 - 1 });
});

test("levels and fan-outs equal their definitions", () => {
  const plan = randomPlan(7, 150);
  const circuit = circuitOf(plan);
  for (let g = 0; g < 150; g++) {
    const net = 18 + g;
    const highest = plan.gates[g].length === 0 ? 0 : 1 + Math.max(...plan.gates[g].map((source) => circuit.levels[source]));
    assert.equal(circuit.levels[net], highest);
  }
  for (let net = 0; net < circuit.nets; net++) {
    const users = plan.gates.flatMap((fanin, g) => (fanin.includes(net) ? [18 + g] : []));
    assert.deepEqual([...circuit.fanout(net)], users);
  }
});

test("parts stand in the order of the flow", () => {
  const plan: Plan = {
    inputs: [["a", 1]],
    outputs: [],
    gates: [[1], [1], [1], [1], [1], [1]],
    drivers: [],
    tags: ["argmax", "layer10/x", "layer2/neuron0", "popcount/class0", "encoder"],
    origins: [0, 1, 2, 3, 4, -1],
  };
  const circuit = circuitOf(plan);
  assert.deepEqual(circuit.parts, ["encoder", "layer2", "layer10", "popcount", "argmax", ""]);
  assert.deepEqual([...circuit.gatesUnder("layer2")], [4]);
  assert.deepEqual([...circuit.gatesUnder("layer")], []);
  assert.deepEqual([...circuit.gatesUnder("")], [7]);
  assert.equal(circuit.part(2), "argmax");
});

test("a whole cone is what the top depends on", () => {
  for (let seed = 0; seed < 20; seed++) {
    const plan = randomPlan(seed, 120);
    const circuit = circuitOf(plan);
    const reached = new Set<number>();
    const visit = (net: number): void => {
      if (reached.has(net)) return;
      reached.add(net);
      circuit.fanin(net).forEach(visit);
    };
    visit(137);
    const cone = extractCone(circuit, 137, 1000, new Set());
    assert.deepEqual(new Set([...cone.gates, ...cone.leaves]), reached);
    assert.deepEqual(cone.cuts, []);
    const gates = [...reached].filter((net) => net >= 18).length;
    const inputs = [...reached].filter((net) => net > 0 && net < 18).length;
    assert.deepEqual(coneSize(circuit, 137), { gates, inputs });
  }
});

test("a cut cone is closed but for its cuts, and opening one goes on from it", () => {
  const circuit = circuitOf(randomPlan(3, 300));
  let top = circuit.firstGate;
  for (let net = top; net < circuit.nets; net++) if (coneSize(circuit, net).gates > coneSize(circuit, top).gates) top = net;
  const cone = extractCone(circuit, top, 4, new Set());
  assert.equal(cone.gates.length, 4);
  assert.ok(cone.cuts.length > 0);
  const known = new Set([...cone.gates, ...cone.cuts, ...cone.leaves]);
  for (const net of cone.gates) for (const source of circuit.fanin(net)) assert.ok(known.has(source));
  for (const net of cone.cuts) assert.ok(!cone.gates.includes(net));
  const more = extractCone(circuit, top, 4, new Set([cone.cuts[0]]));
  assert.ok(more.gates.includes(cone.cuts[0]));
  assert.ok(!more.cuts.includes(cone.cuts[0]));
});

test("cones of inputs and of the constant have no gates", () => {
  const circuit = circuitOf(randomPlan(3, 10));
  for (const net of [0, 1]) {
    assert.deepEqual(extractCone(circuit, net, 10, new Set()).gates, []);
    assert.equal(coneSize(circuit, net).gates, 0);
  }
});

test("a cone is laid out with a column for each level, in their order", () => {
  for (let seed = 0; seed < 5; seed++) {
    const circuit = circuitOf(randomPlan(seed, 80));
    const cone = extractCone(circuit, 97, 60, new Set());
    const layout = layoutCone(circuit, cone);
    assert.equal(layout.nodes.length, cone.gates.length + cone.cuts.length + cone.leaves.length);
    const columns = new Map<number, number>();
    for (const { net, kind, x } of layout.nodes) {
      if (kind !== "gate" || circuit.fanin(net).length === 0) continue;
      const level = circuit.levels[net];
      assert.equal(columns.get(level) ?? x, x);
      columns.set(level, x);
    }
    const order = [...columns].sort((a, b) => a[0] - b[0]).map(([, x]) => x);
    assert.deepEqual(order, [...order].sort((a, b) => a - b));
    const pins = cone.gates.reduce((sum, net) => sum + circuit.fanin(net).length, 0);
    assert.equal(layout.wires.length, pins);
  }
});

test("cells of a grid do not meet, and stand in the columns of their level", () => {
  const circuit = circuitOf(randomPlan(5, 500));
  const nets = circuit.gatesWhere(() => true);
  const grid = levelGrid(nets, circuit.levels, 1.5);
  const taken = new Set<number>();
  nets.forEach((net, i) => {
    const at = grid.row[i] * grid.columns + grid.column[i];
    assert.ok(grid.row[i] < grid.rows && grid.column[i] < grid.columns);
    assert.ok(!taken.has(at));
    taken.add(at);
    const band = grid.bands.find((candidate) => candidate.level === circuit.levels[net]);
    assert.ok(band && band.start <= grid.column[i] && grid.column[i] < band.end);
  });
  assert.ok(grid.columns <= 1.5 * grid.rows + 1);
});

test("literals come back with their signs", () => {
  const rows = [[-1, 3, -7], [], [5]];
  const zigzag = (value: number): number => (value >= 0 ? 2 * value : -2 * value - 1);
  const differences = rows.flatMap((row) => row.map((value, i) => zigzag(value - (i === 0 ? 0 : row[i - 1]))));
  const counts = leb(rows.map((row) => row.length));
  const literals = leb(differences);
  const scene = { kind: "NorLayer", inputs: 8, neurons: 3, blob: 0, lengths: { counts: counts.length, literals: literals.length } };
  const layer = decodeLayer(scene, Uint8Array.from([...counts, ...literals]));
  assert.deepEqual([...layer.literals], rows.flat());
  assert.deepEqual([...layer.offsets], [0, 3, 3, 4]);
  const network = buildNetwork(
    { scoreOffset: [0], layers: [scene], thresholds: [[0, 0, 0]], inverted: [[0, 0, 1]], votes: [4, -1, 2] },
    [Uint8Array.from([...counts, ...literals])],
  );
  // bits 0 and 6 are 1, bit 2 and bit 4 are 0: no literal of neuron 0 is true
  const [values] = evaluateNetwork(network, Uint8Array.from([1, 0, 0, 0, 0, 0, 1, 0]));
  assert.deepEqual([...values], [1, 1, 0]);
  assert.deepEqual(tally(network, values), [3]);
});

test("a neuron with a threshold is 1 up to that many true literals", () => {
  const counts = [3];
  const literals = leb([2, 2, 2]);
  const scene = { kind: "ThresholdLayer", inputs: 3, neurons: 1, blob: 0, lengths: { counts: 1, literals: 3 } };
  const network = buildNetwork({ scoreOffset: [0], layers: [scene], thresholds: [[1]], inverted: [[0]], votes: [1] }, [Uint8Array.from([...counts, ...literals])]);
  for (let n = 0; n < 8; n++) {
    const bits = [n & 1, (n >> 1) & 1, (n >> 2) & 1];
    const expected = bits[0] + bits[1] + bits[2] <= 1 ? 1 : 0;
    assert.equal(evaluateNetwork(network, Uint8Array.from(bits))[0][0], expected);
  }
});

test("the encoder compares each byte with each level", () => {
  assert.deepEqual([...encode(Uint8Array.from([0, 64, 200]), [64, 128])], [0, 0, 1, 0, 1, 1]);
});

test("the lowest of the largest wins", () => {
  assert.equal(winner([1, 5, 5]), 1);
  assert.equal(winner([-3, -2]), 1);
});

test("an address names a view", () => {
  assert.deepEqual(fromHash("#neuron=1/17"), { view: { kind: "neuron", layer: 1, neuron: 17 }, net: null, circuit: 0 });
  assert.deepEqual(fromHash("#cone=9&net=4&circuit=1"), { view: { kind: "cone", net: 9 }, net: 4, circuit: 1 });
  assert.deepEqual(fromHash("#net=-3&gates=a%26b"), { view: { kind: "gates", prefix: "a&b" }, net: null, circuit: 0 });
});

test("50,000 gates are evaluated within 3 ms", () => {
  const next = random(1);
  const gates = Array.from({ length: 50_000 }, (_, g) => {
    const fanin = new Set<number>();
    for (let i = 0; i < 3; i++) fanin.add(Math.floor(next() * (18 + g)));
    return [...fanin].sort((a, b) => a - b);
  });
  const circuit = circuitOf({ inputs: [["pix", 17]], outputs: [], gates, drivers: [] });
  const values = new Uint8Array(circuit.nets);
  let best = Infinity;
  for (let round = 0; round < 50; round++) {
    const begun = performance.now();
    evaluate(circuit, values);
    best = Math.min(best, performance.now() - begun);
  }
  assert.ok(best < 3, `${best} ms`);
});
