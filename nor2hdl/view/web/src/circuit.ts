/** A NOR netlist as typed arrays: net 0 is constant false, then the input bits, then the gates. */

import type { CircuitScene } from "./scene";

export interface PortBits {
  name: string;
  width: number;
  /** Net (of an input) or place among the output bits of bit 0. */
  start: number;
}

function ports(list: [string, number][], start: number): PortBits[] {
  return list.map(([name, width]) => {
    const port = { name, width, start };
    start += width;
    return port;
  });
}

export class Circuit {
  readonly inputs: PortBits[];
  readonly outputs: PortBits[];
  readonly firstGate: number;
  readonly nets: number;
  readonly gates: number;
  /** Names of parts in the order of the flow, and the part of each gate. */
  readonly parts: string[];
  readonly partOf: Uint16Array;
  private levelsOnce: Int32Array | null = null;
  private fanoutOnce: { offsets: Int32Array; gates: Int32Array } | null = null;
  toggles: Float32Array | null = null;

  constructor(
    readonly scene: CircuitScene,
    readonly offsets: Int32Array,
    readonly fanins: Int32Array,
    readonly drivers: Int32Array,
    readonly origins: Int32Array,
  ) {
    this.inputs = ports(scene.inputs, 1);
    this.outputs = ports(scene.outputs, 0);
    this.gates = offsets.length - 1;
    this.firstGate = 1 + this.inputs.reduce((sum, port) => sum + port.width, 0);
    this.nets = this.firstGate + this.gates;
    this.parts = flowOrder(scene.parts.map(([name]) => name));
    const place = new Map(this.parts.map((name, i) => [name, i]));
    const ofTag = scene.tags.map((tag) => place.get(partName(tag)) ?? 0);
    const none = place.get("") ?? 0;
    this.partOf = new Uint16Array(this.gates);
    for (let g = 0; g < this.gates; g++) this.partOf[g] = origins[g] < 0 ? none : ofTag[origins[g]];
  }

  isGate(net: number): boolean {
    return net >= this.firstGate;
  }

  fanin(net: number): Int32Array {
    if (net < this.firstGate) return this.fanins.subarray(0, 0);
    const g = net - this.firstGate;
    return this.fanins.subarray(this.offsets[g], this.offsets[g + 1]);
  }

  /** Gates that a net feeds, ascending. */
  fanout(net: number): Int32Array {
    this.fanoutOnce ??= fanoutRows(this);
    const { offsets, gates } = this.fanoutOnce;
    return gates.subarray(offsets[net], offsets[net + 1]);
  }

  /** 1 + the highest level of the fan-ins; 0 for inputs, the constant and gates without fan-ins. */
  get levels(): Int32Array {
    this.levelsOnce ??= levelsOf(this);
    return this.levelsOnce;
  }

  tag(net: number): string {
    const origin = net < this.firstGate ? -1 : this.origins[net - this.firstGate];
    return origin < 0 ? "" : this.scene.tags[origin];
  }

  part(net: number): string {
    return net < this.firstGate ? "" : this.parts[this.partOf[net - this.firstGate]];
  }

  /** Gates (as nets) of which `keep` holds for the tag's number, -1 for no tag. */
  gatesWhere(keep: (origin: number) => boolean): Int32Array {
    const kept = new Uint8Array(this.scene.tags.length + 1);
    for (let o = -1; o < this.scene.tags.length; o++) kept[o + 1] = keep(o) ? 1 : 0;
    const nets = new Int32Array(this.gates);
    let n = 0;
    for (let g = 0; g < this.gates; g++) if (kept[this.origins[g] + 1]) nets[n++] = this.firstGate + g;
    return nets.slice(0, n);
  }

  /** Gates whose tag is `prefix` or stands below it; "" for those without a tag. */
  gatesUnder(prefix: string): Int32Array {
    const { tags } = this.scene;
    if (prefix === "") return this.gatesWhere((o) => o < 0 || tags[o] === "");
    return this.gatesWhere((o) => o >= 0 && (tags[o] === prefix || tags[o].startsWith(`${prefix}/`)));
  }

  /** Names of the output bits that a net drives. */
  drives(net: number): string[] {
    const names: string[] = [];
    for (const port of this.outputs) {
      for (let i = 0; i < port.width; i++) {
        if (this.drivers[port.start + i] === net) names.push(bitName(port, i));
      }
    }
    return names;
  }

  netName(net: number): string {
    if (net === 0) return "0";
    for (const port of this.inputs) {
      if (net >= port.start && net < port.start + port.width) return bitName(port, net - port.start);
    }
    return `%${net}`;
  }
}

export const partName = (tag: string): string => tag.split("/", 1)[0];

const bitName = (port: PortBits, i: number): string => (port.width === 1 ? port.name : `${port.name}[${i}]`);

/** Encoder, layers, popcount, argmax; what has another name after them, as it came; gates without a tag last. */
export function flowOrder(names: string[]): string[] {
  const rank = (name: string): number => {
    if (name === "encoder") return 0;
    const layer = /^layer(\d+)$/.exec(name);
    if (layer) return 1 + Number(layer[1]) / 1e9;
    return name === "popcount" ? 2 : name === "argmax" ? 3 : name === "" ? 5 : 4;
  };
  return [...names].sort((a, b) => rank(a) - rank(b));
}

function levelsOf(circuit: Circuit): Int32Array {
  const { offsets, fanins, firstGate, gates } = circuit;
  const levels = new Int32Array(circuit.nets);
  for (let g = 0; g < gates; g++) {
    let highest = -1;
    for (let k = offsets[g]; k < offsets[g + 1]; k++) {
      const level = levels[fanins[k]];
      if (level > highest) highest = level;
    }
    levels[firstGate + g] = highest + 1;
  }
  return levels;
}

function fanoutRows(circuit: Circuit): { offsets: Int32Array; gates: Int32Array } {
  const { fanins, firstGate } = circuit;
  const rows = new Int32Array(circuit.nets + 1);
  for (let k = 0; k < fanins.length; k++) rows[fanins[k] + 1]++;
  for (let net = 0; net < circuit.nets; net++) rows[net + 1] += rows[net];
  const next = rows.slice(0, circuit.nets);
  const gates = new Int32Array(fanins.length);
  for (let g = 0; g < circuit.gates; g++) {
    for (let k = circuit.offsets[g]; k < circuit.offsets[g + 1]; k++) gates[next[fanins[k]]++] = firstGate + g;
  }
  return { offsets: rows, gates };
}
