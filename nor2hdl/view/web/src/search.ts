/** What the text of the search box names. */

import type { Circuit, PortBits } from "./circuit";
import { byteName, bytesOf, planeOf, type Network } from "./network";
import type { ImageScene } from "./scene";

export type Target =
  | { kind: "net"; net: number }
  | { kind: "neuron"; layer: number; neuron: number }
  | { kind: "pixel"; byte: number; net: number }
  | { kind: "tag"; prefix: string };

export type Found = Target | { kind: "error"; message: string };

export interface Place {
  circuit: Circuit;
  network: Network | null;
  image: ImageScene | null;
}

export interface Suggestion {
  text: string;
  note: string;
  target: Target;
}

const fail = (message: string): Found => ({ kind: "error", message });

/** A net by its name: `pix[3]`, `cls[0]`, `y` of one bit, `%9`, `9`. */
export function findNet(circuit: Circuit, name: string): number | string {
  const bit = /^(.+?)(?:\[(\d{1,9})\])?$/.exec(name);
  if (bit) {
    const [, portName, index] = bit;
    for (const [list, isOutput] of [[circuit.inputs, false], [circuit.outputs, true]] as const) {
      const port = list.find((candidate) => candidate.name === portName);
      if (port) return bitOf(circuit, port, index, isOutput);
    }
  }
  const number = /^%?(\d{1,10})$/.exec(name);
  if (!number) return `No net is called "${name}".`;
  const net = Number(number[1]);
  if (net < circuit.nets) return net;
  return `There is no net %${net}: the last one is %${circuit.nets - 1}.`;
}

function bitOf(circuit: Circuit, port: PortBits, index: string | undefined, isOutput: boolean): number | string {
  if (index === undefined && port.width !== 1) {
    return port.width === 0
      ? `The port ${port.name} has no bits.`
      : `${port.name} has ${port.width} bits: write ${port.name}[0] to ${port.name}[${port.width - 1}].`;
  }
  const i = Number(index ?? 0);
  if (i >= port.width) return `${port.name} has ${port.width} bits, so there is no ${port.name}[${i}].`;
  return isOutput ? circuit.drivers[port.start + i] : port.start + i;
}

export function find(place: Place, typed: string): Found {
  const text = typed.trim();
  if (text === "") return fail("Type a net, a neuron, a pixel or a tag.");
  const { circuit } = place;
  const neuron = /^(?:layer\s*(\d{1,6})\s*\/?\s*)?neuron\s*(\d{1,9})$/i.exec(text);
  if (neuron) return findNeuron(place, neuron[1] === undefined ? null : Number(neuron[1]), Number(neuron[2]));
  const pixel = /^(?:pixel|pix|feature|byte)\s+(\d{1,9})(?:\s*[,\s]\s*(\d{1,9}))?$/i.exec(text);
  if (pixel) return findPixel(place, Number(pixel[1]), pixel[2] === undefined ? null : Number(pixel[2]));
  const net = findNet(circuit, text);
  if (typeof net === "number") return { kind: "net", net };
  if (circuit.scene.tags.some((tag) => tag === text || tag.startsWith(`${text}/`))) return { kind: "tag", prefix: text };
  const begun = circuit.scene.tags.find((tag) => tag.startsWith(text));
  if (begun !== undefined) return { kind: "tag", prefix: begun };
  return fail(net);
}

function findNeuron({ circuit, network }: Place, layer: number | null, neuron: number): Found {
  const at = layer ?? 0;
  const held = network && at < network.layers.length ? network.layers[at].neurons : 0;
  if (neuron < held) return { kind: "neuron", layer: at, neuron };
  const tag = `layer${at}/neuron${neuron}`;
  if (circuit.scene.tags.includes(tag)) return { kind: "tag", prefix: tag };
  if (!network) return fail("This page holds no neurons, only the circuit.");
  if (at >= network.layers.length) return fail(`There is no layer${at}: the network has ${network.layers.length}.`);
  return fail(`layer${at} has ${held} neurons, so there is no neuron ${neuron}.`);
}

function findPixel({ circuit, image }: Place, first: number, second: number | null): Found {
  if (!image) return fail("The inputs of this circuit are not known to be a picture.");
  const port = circuit.inputs.find((candidate) => candidate.name === image.port);
  if (!port) return fail(`The circuit has no input called "${image.port}".`);
  const plane = planeOf(image);
  let byte = first;
  if (second !== null) {
    if (!plane) return fail(`The samples are no pictures; write "feature ${first}".`);
    if (first >= plane.height || second >= plane.width) {
      return fail(`The picture has ${plane.height} rows and ${plane.width} columns, so there is no pixel ${first},${second}.`);
    }
    byte = (first * plane.width + second) * plane.channels;
  }
  if (byte >= bytesOf(image)) return fail(`A sample has ${bytesOf(image)} bytes, so there is no number ${byte}.`);
  return { kind: "pixel", byte, net: port.start + 8 * byte + 7 };
}

/** Up to `most` things whose names begin with what is typed. */
export function suggest(place: Place, typed: string, most = 8): Suggestion[] {
  const text = typed.trim();
  const { circuit, network, image } = place;
  if (text === "") return [];
  const list: Suggestion[] = [];
  const seen = new Set<string>();
  const add = (label: string, note: string, target: Target): void => {
    if (list.length < most && !seen.has(label)) {
      seen.add(label);
      list.push({ text: label, note, target });
    }
  };
  const exact = find(place, text);
  if (exact.kind !== "error") add(text, describe(place, exact), exact);
  const lower = text.toLowerCase();
  for (const prefix of prefixes(circuit)) {
    if (list.length >= most) break;
    if (prefix.toLowerCase().startsWith(lower)) add(prefix, "tag", { kind: "tag", prefix });
  }
  for (const [ports, isOutput] of [[circuit.inputs, false], [circuit.outputs, true]] as const) {
    for (const port of ports) {
      const stem = text.split("[", 1)[0];
      if (!port.name.startsWith(stem) || (text.includes("[") && port.name !== stem)) continue;
      for (let i = 0; i < port.width && list.length < most; i++) {
        const name = port.width === 1 ? port.name : `${port.name}[${i}]`;
        const net = isOutput ? circuit.drivers[port.start + i] : port.start + i;
        if (name.startsWith(text)) add(name, isOutput ? "output bit" : "input bit", { kind: "net", net });
      }
    }
  }
  if (network && "neuron".startsWith(lower)) add("neuron 0", "neuron", { kind: "neuron", layer: 0, neuron: 0 });
  if (image && "pixel".startsWith(lower)) {
    const first = find(place, "pixel 0");
    if (first.kind === "pixel") add(planeOf(image) ? "pixel 0,0" : "feature 0", "input", first);
  }
  return list;
}

const prefixCache = new WeakMap<Circuit, string[]>();

/** Parts first, then whole tags. */
function prefixes(circuit: Circuit): string[] {
  let all = prefixCache.get(circuit);
  if (!all) {
    all = [...new Set([...circuit.parts, ...circuit.scene.tags])].filter((prefix) => prefix !== "");
    prefixCache.set(circuit, all);
  }
  return all;
}

export function describe({ circuit, image }: Place, target: Target): string {
  switch (target.kind) {
    case "net": {
      if (target.net === 0) return "constant false";
      if (!circuit.isGate(target.net)) return "input bit";
      const tag = circuit.tag(target.net);
      return tag ? `gate of ${tag}` : "gate";
    }
    case "neuron":
      return `neuron of layer${target.layer}`;
    case "pixel":
      return image ? byteName(image, target.byte) : "input";
    case "tag":
      return "tag";
  }
}
