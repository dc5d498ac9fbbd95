/** Varint streams to typed arrays. */

import { Circuit } from "./circuit";
import type { CircuitScene, LayerScene } from "./scene";

/** Unsigned LEB128, `count` of them. */
export function varints(bytes: Uint8Array, count: number): Int32Array {
  const values = new Int32Array(count);
  let at = 0;
  for (let i = 0; i < count; i++) {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      if (at >= bytes.length) throw new Error(`stream must hold ${count} numbers, not ${i}`);
      const byte = bytes[at++];
      value |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    values[i] = value;
  }
  if (at !== bytes.length) throw new Error(`stream must end after ${count} numbers`);
  return values;
}

/** Streams that stand one after the other, by name. */
function split<K extends string>(bytes: Uint8Array, lengths: Record<K, number>, names: K[]): Record<K, Uint8Array> {
  const streams = {} as Record<K, Uint8Array>;
  let at = 0;
  for (const name of names) streams[name] = bytes.subarray(at, (at += lengths[name]));
  return streams;
}

function offsetsOf(counts: Int32Array): Int32Array {
  const offsets = new Int32Array(counts.length + 1);
  for (let i = 0; i < counts.length; i++) offsets[i + 1] = offsets[i] + counts[i];
  return offsets;
}

const width = (ports: [string, number][]): number => ports.reduce((sum, port) => sum + port[1], 0);

export function decodeCircuit(scene: CircuitScene, bytes: Uint8Array): Circuit {
  const streams = split(bytes, scene.lengths, ["counts", "fanins", "drivers", "origins"]);
  const offsets = offsetsOf(varints(streams.counts, scene.gates));
  const fanins = varints(streams.fanins, scene.pins);
  const first = 1 + width(scene.inputs);
  for (let g = 0; g < scene.gates; g++) {
    let net = first + g;
    for (let k = offsets[g]; k < offsets[g + 1]; k++) fanins[k] = net -= fanins[k];
    fanins.subarray(offsets[g], offsets[g + 1]).reverse();
  }
  const drivers = varints(streams.drivers, width(scene.outputs));
  const origins = varints(streams.origins, scene.gates);
  for (let g = 0; g < origins.length; g++) origins[g] -= 1;
  return new Circuit(scene, offsets, fanins, drivers, origins);
}

export interface Literals {
  offsets: Int32Array;
  /** `i + 1` for input i, `-(i + 1)` for its complement. */
  literals: Int32Array;
}

export function decodeLayer(scene: LayerScene, bytes: Uint8Array): Literals {
  const streams = split(bytes, scene.lengths, ["counts", "literals"]);
  const offsets = offsetsOf(varints(streams.counts, scene.neurons));
  const literals = varints(streams.literals, offsets[scene.neurons]);
  for (let j = 0; j < scene.neurons; j++) {
    let value = 0;
    for (let k = offsets[j]; k < offsets[j + 1]; k++) {
      const coded = literals[k];
      value += (coded >>> 1) ^ -(coded & 1);
      literals[k] = value;
    }
  }
  return { offsets, literals };
}
