/** The neurons that a circuit was made of. */

import { decodeLayer, type Literals } from "./decode";
import type { ImageScene, NetworkScene } from "./scene";

export interface Layer extends Literals {
  kind: string;
  inputs: number;
  neurons: number;
  thresholds: number[];
  inverted: number[];
}

export interface Network {
  layers: Layer[];
  votes: number[];
  scoreOffset: number[];
  classes: number;
}

export function buildNetwork(scene: NetworkScene, blobs: Uint8Array[]): Network {
  const layers = scene.layers.map((layer, i) => ({
    ...decodeLayer(layer, blobs[i]),
    kind: layer.kind,
    inputs: layer.inputs,
    neurons: layer.neurons,
    thresholds: scene.thresholds[i],
    inverted: scene.inverted[i],
  }));
  return { layers, votes: scene.votes, scoreOffset: scene.scoreOffset, classes: scene.scoreOffset.length };
}

/** The class that a neuron of the last layer votes for. */
export function classOf(network: Network, neuron: number): number {
  return Math.floor(neuron / (network.votes.length / network.classes));
}

export function literalsOf(layer: Layer, neuron: number): Int32Array {
  return layer.literals.subarray(layer.offsets[neuron], layer.offsets[neuron + 1]);
}

/** The sum of votes of each class. */
export function tally(network: Network, last: Uint8Array): number[] {
  const sums = new Array<number>(network.classes).fill(0);
  for (let j = 0; j < last.length; j++) if (last[j]) sums[classOf(network, j)] += network.votes[j];
  return sums;
}

/** The first of the largest. */
export function winner(votes: number[]): number {
  let best = 0;
  for (let c = 1; c < votes.length; c++) if (votes[c] > votes[best]) best = c;
  return best;
}

export interface Plane {
  height: number;
  width: number;
  channels: number;
}

/** How a sample is drawn, null where it is no picture. */
export function planeOf(image: ImageScene | null): Plane | null {
  if (!image) return null;
  const [height, width, channels = 1] = image.shape;
  if (image.shape.length === 2) return { height, width, channels: 1 };
  if (image.shape.length === 3 && (channels === 3 || channels === 1)) return { height, width, channels };
  return null;
}

export const bytesOf = (image: ImageScene): number => image.shape.reduce((product, n) => product * n, 1);

/** What a byte is called: `(row, column)` of a picture, `feature 5` otherwise. */
export function byteName(image: ImageScene, byte: number): string {
  const plane = planeOf(image);
  if (!plane) return `feature ${byte}`;
  const pixel = Math.floor(byte / plane.channels);
  const place = `pixel ${Math.floor(pixel / plane.width)},${pixel % plane.width}`;
  return plane.channels === 3 ? `${place} ${["red", "green", "blue"][byte % 3]}` : place;
}
