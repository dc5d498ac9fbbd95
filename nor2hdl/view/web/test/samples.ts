/** Random circuits and networks, and the encoding that Python writes, for tests. */

import { decodeCircuit } from "../src/decode";
import type { Circuit } from "../src/circuit";
import type { CircuitScene } from "../src/scene";

/** Numbers 0 up to 1 that are the same at each run. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export function leb(values: number[]): number[] {
  const bytes: number[] = [];
  for (let value of values) {
    for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
    bytes.push(value);
  }
  return bytes;
}

export interface Plan {
  inputs: [string, number][];
  outputs: [string, number][];
  /** Fan-ins of each gate, ascending. */
  gates: number[][];
  drivers: number[];
  tags?: string[];
  /** Tag of each gate, -1 for none. */
  origins?: number[];
}

export function encodeCircuit(plan: Plan): { scene: CircuitScene; bytes: Uint8Array } {
  const first = 1 + plan.inputs.reduce((sum, [, width]) => sum + width, 0);
  const distances = plan.gates.flatMap((fanin, g) => {
    const nets = [first + g, ...[...fanin].reverse()];
    return nets.slice(1).map((net, i) => nets[i] - net);
  });
  const tags = plan.tags ?? [];
  const origins = plan.origins ?? plan.gates.map(() => -1);
  const streams = {
    counts: leb(plan.gates.map((fanin) => fanin.length)),
    fanins: leb(distances),
    drivers: leb(plan.drivers),
    origins: leb(origins.map((origin) => origin + 1)),
  };
  const parts = new Map<string, number>();
  for (const origin of origins) {
    const part = origin < 0 ? "" : tags[origin].split("/")[0];
    parts.set(part, (parts.get(part) ?? 0) + 1);
  }
  const scene: CircuitScene = {
    name: "test",
    gates: plan.gates.length,
    pins: distances.length,
    depth: 0,
    inputs: plan.inputs,
    outputs: plan.outputs,
    parts: [...parts],
    tags,
    lengths: { counts: streams.counts.length, fanins: streams.fanins.length, drivers: streams.drivers.length, origins: streams.origins.length },
    blob: 0,
    toggles: null,
  };
  return { scene, bytes: Uint8Array.from([...streams.counts, ...streams.fanins, ...streams.drivers, ...streams.origins]) };
}

export function circuitOf(plan: Plan): Circuit {
  const { scene, bytes } = encodeCircuit(plan);
  return decodeCircuit(scene, bytes);
}

export function randomPlan(seed: number, gates: number): Plan {
  const next = random(seed);
  const inputs: [string, number][] = [["pix", 16], ["en", 1]];
  const rows: number[][] = [];
  for (let g = 0; g < gates; g++) {
    const fanin = new Set<number>();
    const count = Math.floor(next() * 5);
    for (let i = 0; i < count; i++) fanin.add(Math.floor(next() * (18 + g)));
    rows.push([...fanin].sort((a, b) => a - b));
  }
  const drivers = Array.from({ length: 7 }, () => Math.floor(next() * (18 + gates)));
  const tags = ["encoder", "layer0/neuron0", "layer0/neuron1", "popcount/class0", "argmax"];
  const origins = rows.map(() => Math.floor(next() * 6) - 1);
  return { inputs, outputs: [["cls", 4], ["score0", 3]], gates: rows, drivers, tags, origins };
}
