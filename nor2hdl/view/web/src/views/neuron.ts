/** One neuron: its literals on the image plane, its gate, its vote. */

import { count, plural, pressable, s } from "../dom";
import { literalTrue } from "../evaluate";
import type { Model } from "../model";
import { byteName, classOf, literalsOf, planeOf, type Layer, type Network, type Plane } from "../network";
import type { View } from "../stage";
import { norShape } from "./symbols";
import { shorten } from "./overview";

const SIDE = 340;
const MOST_LISTED = 60;

export class NeuronView implements View {
  width = 760;
  height = 430;
  readonly label: string;
  readonly content = s("g", { class: "neuron" });
  readonly closest = 6;
  private readonly network: Network;
  private readonly layer: Layer;
  private readonly literals: Int32Array;
  /** What follows the values. */
  private readonly live: (() => void)[] = [];

  constructor(
    private readonly model: Model,
    private readonly index: number,
    private readonly neuron: number,
  ) {
    this.network = model.network as Network;
    this.layer = this.network.layers[index];
    this.literals = literalsOf(this.layer, neuron);
    this.label = `Neuron ${neuron} of layer${index}`;
    const plane = index === 0 ? planeOf(model.scene.image) : null;
    if (plane) this.planes(plane);
    else this.list();
    this.update();
  }

  update(): void {
    for (const follow of this.live) follow();
  }

  private get value(): number {
    return this.model.neuronValues()[this.index]?.[this.neuron] ?? 0;
  }

  /** One picture for each threshold of the encoder. */
  private planes(plane: Plane): void {
    const levels = this.model.scene.image?.levels ?? [];
    const across = levels.length > 3 ? Math.ceil(Math.sqrt(levels.length)) : Math.max(1, levels.length);
    const width = levels.length === 1 ? SIDE : Math.max(150, SIDE / Math.sqrt(across));
    const cell = Math.min(width / plane.width, width / plane.height);
    const [wide, high] = [plane.width * cell, plane.height * cell];
    levels.forEach((level, l) => {
      const x = (l % across) * (wide + 24);
      const y = 26 + Math.floor(l / across) * (high + 46);
      this.content.append(this.plane(plane, l, levels.length, x, y, cell));
      const title = levels.length === 1 ? `threshold ${level}: bright is ${level} and more` : `bright is ${level} and more`;
      this.content.append(s("text", { x, y: y - 9, class: "small start" }, title));
    });
    const rows = Math.ceil(levels.length / across);
    const right = across * (wide + 24) - 24;
    const bottom = 26 + rows * (high + 46) - 46;
    this.gate(right, 26, bottom);
    this.height = bottom + 8;
  }

  private plane(plane: Plane, l: number, levels: number, x: number, y: number, cell: number): SVGGElement {
    const { model } = this;
    const group = s("g", { transform: `translate(${x} ${y})` });
    const [wide, high] = [plane.width * cell, plane.height * cell];
    group.append(s("rect", { x: 0, y: 0, width: wide, height: high, class: "paper" }));
    const pixels: SVGRectElement[] = [];
    for (let p = 0; p < plane.width * plane.height; p++) {
      const rect = s("rect", { x: (p % plane.width) * cell, y: Math.floor(p / plane.width) * cell, width: cell, height: cell, class: "ink" });
      pixels.push(rect);
      group.append(rect);
    }
    this.live.push(() => {
      const bytes = model.bytes ?? new Uint8Array(0);
      pixels.forEach((rect, p) => {
        const { channels } = plane;
        const color = channels === 3 ? [bytes[3 * p], bytes[3 * p + 1], bytes[3 * p + 2]] : [bytes[p], bytes[p], bytes[p]];
        // dimmer than the literals upon it, above all where it has hues of its own
        const share = channels === 3 ? 0.3 : 0.62;
        rect.style.fill = `rgb(${color.map((v) => Math.round(24 + v * share)).join(" ")})`;
      });
    });
    for (const literal of this.literals) {
      const input = Math.abs(literal) - 1;
      if (input % levels !== l) continue;
      const byte = Math.floor(input / levels);
      const pixel = Math.floor(byte / plane.channels);
      const part = cell / plane.channels;
      const rect = s("rect", {
        x: (pixel % plane.width) * cell + (byte % plane.channels) * part + 0.6,
        y: Math.floor(pixel / plane.width) * cell + 0.6,
        width: part - 1.2,
        height: cell - 1.2,
        class: literal > 0 ? "literal dark" : "literal bright",
      });
      group.append(rect);
      rect.addEventListener("click", () => model.select(model.byteNet(byte)));
      rect.append(s("title", {}, `must be ${literal > 0 ? "dark" : "bright"}: ${this.bound(literal)}`));
      this.live.push(() => rect.classList.toggle("blocks", literalTrue(literal, model.layerInputs(this.index))));
    }
    return group;
  }

  /** What a feature must be, such as `feature 3 below 64`. */
  private bound(literal: number): string {
    const input = Math.abs(literal) - 1;
    const { image } = this.model.scene;
    if (!image) return `input ${input} ${literal > 0 ? "0" : "1"}`;
    const levels = image.levels.length;
    return `${byteName(image, Math.floor(input / levels))} ${literal > 0 ? "below" : "at least"} ${image.levels[input % levels]}`;
  }

  /** The literals of a neuron whose inputs are no picture, as text. */
  private list(): void {
    const shown = [...this.literals.subarray(0, MOST_LISTED)];
    const columns = shown.length <= 14 ? 1 : shown.length <= 30 ? 2 : 3;
    const rows = Math.max(1, Math.ceil(shown.length / columns));
    const step = 24;
    const high = Math.max(150, rows * step);
    const top = 18 + (high - rows * step) / 2;
    shown.forEach((literal, i) => {
      const input = Math.abs(literal) - 1;
      const x = Math.floor(i / rows) * 220;
      const y = top + (i % rows) * step;
      const text = this.index > 0 ? `${literal > 0 ? "" : "not "}neuron ${input}` : this.bound(literal);
      const group = s(
        "g",
        {},
        s("rect", { x, y: y - 14, width: 204, height: 20, rx: 4, class: `chip ${literal > 0 ? "dark" : "bright"}` }),
        s("text", { x: x + 10, y, class: "small start" }, shorten(text, 32)),
      );
      if (this.index > 0) {
        pressable(group, `Neuron ${input} of layer${this.index - 1}`, () => this.model.open({ kind: "neuron", layer: this.index - 1, neuron: input }));
      }
      this.live.push(() => group.classList.toggle("blocks", literalTrue(literal, this.model.layerInputs(this.index))));
      this.content.append(group);
    });
    if (this.literals.length > shown.length) {
      this.content.append(s("text", { x: 0, y: high + 16, class: "small start" }, `and ${count(this.literals.length - shown.length)} more`));
    }
    this.gate(columns * 220 - 16, top - 14, top - 14 + rows * step);
    this.height = high + 30;
  }

  /** The gate, with a wire in for the literals and a wire out to the vote. */
  private gate(left: number, top: number, bottom: number): void {
    const { content, layer, neuron, network, index } = this;
    const middle = (top + bottom) / 2;
    const x = left + 92;
    const inverted = layer.inverted[neuron] === 1;
    const most = layer.thresholds[neuron];
    const literals = this.literals.length;
    const lanes = Math.max(1, Math.min(14, literals));
    for (let i = 0; i < lanes && literals > 0; i++) {
      const from = top + ((bottom - top) * (i + 0.5)) / lanes;
      const to = middle - 22 + (44 * (i + 0.5)) / lanes;
      const wire = s("path", { d: `M${left + 8},${from} C${left + 50},${from} ${left + 50},${to} ${x + 8},${to}`, class: "wire" });
      content.append(wire);
      this.live.push(() => wire.classList.toggle("lit", i < Math.ceil((this.trueLiterals() * lanes) / literals)));
    }
    const shape = norShape(x, middle - 32, 70, 64, most === 0 && !inverted ? "nor" : inverted ? "or" : "nor");
    content.append(shape);
    if (most > 0) content.append(s("text", { x: x + 30, y: middle + 4, class: "small mid strong" }, `≤ ${most}`));
    const out = s("path", { d: `M${x + 80},${middle} h54`, class: "wire thick" });
    const bubble = s("circle", { cx: x + 152, cy: middle, r: 18, class: "value" });
    const digit = s("text", { x: x + 152, y: middle, class: "valuetext mid middle" });
    content.append(out, bubble, digit);
    this.live.push(() => {
      const lit = this.value === 1;
      digit.textContent = String(this.value);
      for (const node of [out, bubble, shape, digit]) node.classList.toggle("lit", lit);
    });
    content.append(s("text", { x: x + 35, y: middle + 56, class: "small mid" }, `${plural(literals, "literal")}`));
    if (index === network.layers.length - 1) {
      const vote = network.votes[neuron];
      const name = this.model.className(classOf(network, neuron));
      content.append(
        s("text", { x: x + 152, y: middle + 42, class: "name mid" }, `${vote > 0 ? "+" : ""}${vote}`),
        s("text", { x: x + 152, y: middle + 60, class: "small mid" }, `for ${shorten(name, 14)}`),
      );
    }
    this.width = x + 220;
  }

  private trueLiterals(): number {
    const inputs = this.model.layerInputs(this.index);
    let n = 0;
    for (const literal of this.literals) if (literalTrue(literal, inputs)) n++;
    return n;
  }
}
