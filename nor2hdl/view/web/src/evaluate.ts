/** What the nets, neurons and outputs are for given input bits. */

import type { Circuit } from "./circuit";
import type { Network } from "./network";

/** Sets every net; `values` holds a 0 or 1 for each net and its input bits are read, not set. */
export function evaluate(circuit: Circuit, values: Uint8Array): void {
  const { offsets, fanins, firstGate, gates } = circuit;
  values[0] = 0;
  let k = 0;
  for (let g = 0; g < gates; g++) {
    const end = offsets[g + 1];
    let one = 1;
    for (; k < end; k++) {
      if (values[fanins[k]]) {
        one = 0;
        break;
      }
    }
    k = end;
    values[firstGate + g] = one;
  }
}

/** Writes bytes on an input port, byte p at its bits 8p to 8p + 7, the lowest first. */
export function writeBytes(values: Uint8Array, start: number, width: number, bytes: ArrayLike<number>): void {
  for (let i = 0; i < width; i++) values[start + i] = ((bytes[i >> 3] ?? 0) >> (i & 7)) & 1;
}

/** The value of each output port as a number (beyond 53 bits a bigint). */
export function outputs(circuit: Circuit, values: Uint8Array): Record<string, number | bigint> {
  const result: Record<string, number | bigint> = {};
  for (const port of circuit.outputs) {
    let sum = 0n;
    for (let i = port.width - 1; i >= 0; i--) sum = (sum << 1n) | BigInt(values[circuit.drivers[port.start + i]]);
    result[port.name] = port.width <= 53 ? Number(sum) : sum;
  }
  return result;
}

/** The value of each neuron, layer after layer. */
export function evaluateNetwork(network: Network, encoded: Uint8Array): Uint8Array[] {
  const layers: Uint8Array[] = [];
  let inputs = encoded;
  for (const layer of network.layers) {
    const values = new Uint8Array(layer.neurons);
    for (let j = 0; j < layer.neurons; j++) {
      const most = layer.thresholds[j];
      let truths = 0;
      for (let k = layer.offsets[j]; k < layer.offsets[j + 1] && truths <= most; k++) {
        if (literalTrue(layer.literals[k], inputs)) truths++;
      }
      values[j] = (truths <= most ? 1 : 0) ^ layer.inverted[j];
    }
    layers.push(values);
    inputs = values;
  }
  return layers;
}

export function literalTrue(literal: number, inputs: Uint8Array): boolean {
  return literal > 0 ? inputs[literal - 1] === 1 : inputs[-literal - 1] === 0;
}

/** Bit i of the encoder is byte (i / levels) at least level (i % levels). */
export function encode(bytes: Uint8Array, levels: number[]): Uint8Array {
  const bits = new Uint8Array(bytes.length * levels.length);
  let at = 0;
  for (const byte of bytes) for (const level of levels) bits[at++] = byte >= level ? 1 : 0;
  return bits;
}
