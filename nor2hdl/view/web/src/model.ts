/** What the page holds and what is shown of it. */

import type { Circuit } from "./circuit";
import { encode, evaluate, evaluateNetwork, outputs, writeBytes } from "./evaluate";
import { bytesOf, tally, winner, type Network } from "./network";
import type { Scene } from "./scene";

export type ViewSpec =
  | { kind: "overview" }
  | { kind: "gates"; prefix: string | null }
  | { kind: "classes"; prefix: string }
  | { kind: "neurons"; layer: number }
  | { kind: "neuron"; layer: number; neuron: number }
  | { kind: "cone"; net: number };

export type Change = "values" | "circuit" | "select" | "view";

export interface Votes {
  sums: number[];
  /** Where they come from, in words. */
  source: string;
}

export class Model {
  current = 0;
  view: ViewSpec = { kind: "overview" };
  selected: number | null = null;
  sample: number | null = null;
  /** The bytes of the picture; null where the inputs are bits. */
  bytes: Uint8Array | null = null;
  private readonly bits = new Map<string, Uint8Array>();
  private readonly values: Uint8Array[];
  private readonly stale: boolean[];
  private layersOnce: Uint8Array[] | null = null;
  private readonly listeners: ((change: Change) => void)[] = [];

  constructor(
    readonly scene: Scene,
    readonly circuits: (Circuit | null)[],
    readonly network: Network | null,
    readonly samples: Uint8Array[],
  ) {
    this.values = circuits.map((circuit) => new Uint8Array(circuit?.nets ?? 0));
    this.stale = circuits.map(() => true);
    for (const { inputs } of scene.circuits) {
      for (const [name, width] of inputs) if (!this.bits.has(name)) this.bits.set(name, new Uint8Array(width));
    }
    if (scene.image) this.bytes = new Uint8Array(bytesOf(scene.image));
  }

  on(listener: (change: Change) => void): void {
    this.listeners.push(listener);
  }

  private tell(change: Change): void {
    for (const listener of this.listeners) listener(change);
  }

  get circuit(): Circuit | null {
    return this.circuits[this.current];
  }

  /** Values of all nets of a circuit for the present inputs. */
  netValues(index = this.current): Uint8Array {
    const circuit = this.circuits[index];
    const values = this.values[index];
    if (circuit && this.stale[index]) {
      for (const port of circuit.inputs) {
        const bits = this.bits.get(port.name);
        if (bits) values.set(bits.subarray(0, port.width), port.start);
      }
      evaluate(circuit, values);
      this.stale[index] = false;
    }
    return values;
  }

  /** Values of the neurons, layer after layer; empty without a network. */
  neuronValues(): Uint8Array[] {
    if (!this.network || !this.scene.image || !this.bytes) return [];
    this.layersOnce ??= evaluateNetwork(this.network, this.encoded());
    return this.layersOnce;
  }

  /** The inputs of a layer. */
  layerInputs(layer: number): Uint8Array {
    return layer === 0 ? this.encoded() : this.neuronValues()[layer - 1];
  }

  private encoded(): Uint8Array {
    return encode(this.bytes ?? new Uint8Array(0), this.scene.image?.levels ?? []);
  }

  outputsOf(index = this.current): Record<string, number | bigint> {
    const circuit = this.circuits[index];
    return circuit ? outputs(circuit, this.netValues(index)) : {};
  }

  /** The class that a circuit says, null where it has no output `cls`. */
  classIndex(index = this.current): number | null {
    const said = this.outputsOf(index).cls;
    return typeof said === "number" ? said : null;
  }

  className(index: number): string {
    return this.scene.classes?.[index] ?? String(index);
  }

  get numClasses(): number {
    return this.scene.classes?.length ?? this.network?.classes ?? 0;
  }

  /** Sums of votes: from a circuit that has them, else from the neurons. */
  votes(): Votes | null {
    const order = [this.current, ...this.circuits.keys()];
    for (const index of order) {
      const circuit = this.circuits[index];
      if (!circuit?.outputs.some((port) => port.name === "score0")) continue;
      const all = this.outputsOf(index);
      const sums: number[] = [];
      for (let c = 0; typeof all[`score${c}`] === "number"; c++) {
        sums.push(Number(all[`score${c}`]) - (this.network?.scoreOffset[c] ?? 0));
      }
      return { sums, source: `the circuit ${circuit.scene.name}` };
    }
    const layers = this.neuronValues();
    if (!this.network || layers.length === 0) return null;
    return { sums: tally(this.network, layers[layers.length - 1]), source: "the neurons" };
  }

  /** What is to be said about the class besides it: ties, circuits that differ. */
  classNotes(): string[] {
    const notes: string[] = [];
    const shown = this.classIndex();
    const votes = this.votes();
    if (votes && votes.sums.length > 0) {
      const best = votes.sums[winner(votes.sums)];
      const tied = votes.sums.filter((sum) => sum === best).length;
      if (tied > 1) notes.push(`${tied} classes tie at ${best}; the lowest wins.`);
    }
    this.circuits.forEach((circuit, index) => {
      const other = circuit ? this.classIndex(index) : null;
      if (index !== this.current && other !== null && shown !== null && other !== shown) {
        notes.push(`The circuit ${this.scene.circuits[index].name} says ${this.className(other)} here.`);
      }
    });
    return notes;
  }

  label(): number | null {
    return this.sample === null ? null : (this.scene.samples?.labels[this.sample] ?? null);
  }

  setBytes(bytes: ArrayLike<number>, sample: number | null = null): void {
    const { image } = this.scene;
    if (!image) return;
    this.bytes = Uint8Array.from(bytes);
    const bits = this.bits.get(image.port);
    if (bits) writeBytes(bits, 0, bits.length, this.bytes);
    this.sample = sample;
    this.changed();
  }

  toggleInput(net: number): void {
    const port = this.circuit?.inputs.find((p) => net >= p.start && net < p.start + p.width);
    const bits = port && this.bits.get(port.name);
    if (!port || !bits) return;
    const i = net - port.start;
    bits[i] ^= 1;
    if (this.bytes && port.name === this.scene.image?.port && i >> 3 < this.bytes.length) this.bytes[i >> 3] ^= 1 << (i & 7);
    this.sample = null;
    this.changed();
  }

  private changed(): void {
    this.stale.fill(true);
    this.layersOnce = null;
    this.tell("values");
  }

  loadSample(index: number): void {
    const count = this.samples.length;
    if (count === 0) return;
    const at = ((index % count) + count) % count;
    this.setBytes(this.samples[at], at);
  }

  showCircuit(index: number): void {
    if (index === this.current || !(index in this.circuits)) return;
    this.current = index;
    this.selected = null;
    if (this.view.kind === "cone" || this.view.kind === "gates" || this.view.kind === "classes") this.view = { kind: "overview" };
    this.tell("circuit");
  }

  select(net: number | null): void {
    this.selected = net;
    this.tell("select");
  }

  /** The highest bit of a byte of the picture, as a net of the circuit shown. */
  byteNet(byte: number): number | null {
    const port = this.circuit?.inputs.find(({ name }) => name === this.scene.image?.port);
    return port && 8 * byte + 7 < port.width ? port.start + 8 * byte + 7 : null;
  }

  /** The byte of the picture that a net is a bit of, and which bit. */
  byteOf(net: number): [byte: number, bit: number] | null {
    const port = this.circuit?.inputs.find(({ name }) => name === this.scene.image?.port);
    if (!port || net < port.start || net >= port.start + port.width) return null;
    const at = net - port.start;
    return at >> 3 < (this.bytes?.length ?? 0) ? [at >> 3, at & 7] : null;
  }

  open(view: ViewSpec): void {
    this.view = view;
    if (view.kind === "neuron" || view.kind === "neurons") this.selected = null;
    if (view.kind === "cone") this.selected = view.net;
    this.tell("view");
  }

  /** One level up. */
  up(): void {
    const { view, circuit } = this;
    if (view.kind === "overview") return this.select(null);
    if (view.kind !== "cone") this.selected = null;
    switch (view.kind) {
      case "neuron":
        return this.open({ kind: "neurons", layer: view.layer });
      case "cone": {
        const part = circuit?.part(view.net) ?? "";
        return this.open(circuit && part !== "" ? { kind: "gates", prefix: part } : { kind: "overview" });
      }
      case "gates": {
        const at = view.prefix?.lastIndexOf("/") ?? -1;
        if (view.prefix === null || at < 0) return this.open({ kind: "overview" });
        return this.open(this.partView(view.prefix.slice(0, at)));
      }
      default:
        return this.open({ kind: "overview" });
    }
  }

  /** How a part opens: its neurons, its classes or its gates. */
  partView(part: string): ViewSpec {
    const layer = /^layer(\d+)$/.exec(part);
    if (layer && this.network && Number(layer[1]) < this.network.layers.length) return { kind: "neurons", layer: Number(layer[1]) };
    if (this.circuit && subparts(this.circuit, part).length > 1) return { kind: "classes", prefix: part };
    return { kind: "gates", prefix: part };
  }
}

/** Lengths of bars, 0 to 1: from the least sum, or from 0 where none is negative. */
export function voteShares(sums: number[]): number[] {
  const least = Math.min(0, ...sums);
  const span = Math.max(1, Math.max(...sums) - least);
  return sums.map((sum) => (sum - least) / span);
}

/** What a part is divided into, where that is few enough to be shown as boxes. */
export function subparts(circuit: Circuit, part: string): string[] {
  const found = new Set<string>();
  for (const tag of circuit.scene.tags) {
    if (tag.startsWith(`${part}/`)) found.add(`${part}/${tag.slice(part.length + 1).split("/", 1)[0]}`);
  }
  if (found.size > 64) return [];
  return [...found].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}
