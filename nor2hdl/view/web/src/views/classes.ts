/** A part that falls into few others, such as the popcounts of the classes: boxes with their gates. */

import type { Circuit } from "../circuit";
import { plural, pressable, s } from "../dom";
import { subparts, voteShares, type Model } from "../model";
import type { Frame, View } from "../stage";
import { Raster, rgb, theme, word } from "../theme";
import { shorten } from "./overview";

const WIDTH = 190;
const BODY = 110;
const HEIGHT = 190;

interface Cell {
  gates: Int32Array;
  raster: Raster;
  x: number;
  y: number;
  index: number | null;
  bar: SVGRectElement;
  value: SVGTextElement;
  frame: SVGRectElement;
}

export class ClassesView implements View {
  width = 1;
  height = 1;
  readonly label: string;
  readonly content = s("g");
  readonly closest = 5;
  private readonly cells: Cell[];
  private readonly names: string[];
  private across = 0;

  constructor(
    private readonly model: Model,
    circuit: Circuit,
    prefix: string,
  ) {
    this.names = subparts(circuit, prefix);
    const loose = circuit.gatesWhere((o) => o >= 0 && circuit.scene.tags[o] === prefix);
    if (loose.length > 0) this.names.push(prefix);
    this.label = `The parts of ${prefix}`;
    this.cells = this.names.map((name) => this.cell(name, name === prefix ? loose : circuit.gatesUnder(name)));
    this.place(Math.ceil(Math.sqrt(this.names.length * 1.6)));
    this.update();
  }

  resize(width: number, height: number): boolean {
    let best = { scale: 0, across: 1 };
    for (let across = 1; across <= this.names.length; across++) {
      const rows = Math.ceil(this.names.length / across);
      const waste = (rows * across - this.names.length) / this.names.length;
      const scale = Math.min(width / (across * (WIDTH + 24)), height / (rows * (HEIGHT + 20))) * (1 - waste);
      if (scale > best.scale) best = { scale, across };
    }
    if (best.across === this.across) return false;
    this.place(best.across);
    return true;
  }

  private place(across: number): void {
    this.across = across;
    this.width = across * (WIDTH + 24) - 24;
    this.height = Math.ceil(this.names.length / across) * (HEIGHT + 20) - 20;
    this.cells.forEach((cell, i) => {
      cell.x = (i % across) * (WIDTH + 24);
      cell.y = Math.floor(i / across) * (HEIGHT + 20);
      const group = this.content.children[i];
      group.setAttribute("transform", `translate(${cell.x} ${cell.y})`);
    });
  }

  private cell(name: string, gates: Int32Array): Cell {
    const { model } = this;
    const number = /\/class(\d+)$/.exec(name);
    const index = number ? Number(number[1]) : null;
    const title = index === null ? name.slice(name.lastIndexOf("/") + 1) : `class ${model.className(index)}`;
    const bar = s("rect", { x: 0, y: 26 + BODY + 26, width: 0, height: 12, rx: 3, class: "bar" });
    const value = s("text", { x: WIDTH, y: 16, class: "small end" });
    const frame = s("rect", { x: 0, y: 26, width: WIDTH, height: BODY, rx: 6, class: "box" });
    const group = s(
      "g",
      {},
      frame,
      s("text", { x: 0, y: 16, class: "name start" }, shorten(title, 16)),
      s("text", { x: 0, y: 26 + BODY + 17, class: "small start" }, plural(gates.length, "gate")),
      bar,
      value,
    );
    pressable(group, `Open ${title}, ${plural(gates.length, "gate")}`, () => model.open({ kind: "gates", prefix: name }));
    this.content.append(group);
    const columns = Math.max(1, Math.round(Math.sqrt((gates.length * (WIDTH - 12)) / (BODY - 12))));
    return { gates, raster: new Raster(columns, Math.max(1, Math.ceil(gates.length / columns))), x: 0, y: 0, index, bar, value, frame };
  }

  update(): void {
    const values = this.model.netValues();
    const votes = this.model.votes();
    const shares = voteShares(votes?.sums ?? []);
    const winner = this.model.classIndex();
    const one = word(rgb(theme().one));
    const zero = word(rgb(theme().zero));
    for (const cell of this.cells) {
      cell.gates.forEach((net, i) => (cell.raster.words[i] = values[net] ? one : zero));
      cell.raster.flush();
      const sum = cell.index === null ? undefined : votes?.sums[cell.index];
      cell.bar.setAttribute("width", String(sum === undefined || cell.index === null ? 0 : WIDTH * shares[cell.index]));
      cell.bar.classList.toggle("wins", cell.index === winner && winner !== null);
      cell.frame.classList.toggle("wins", cell.index === winner && winner !== null);
      cell.value.textContent = sum === undefined ? "" : `${sum} votes`;
    }
  }

  at(x: number, y: number): { label: string; press: () => void; dive: () => void; size: [number, number] } | null {
    const i = this.cells.findIndex((cell) => x >= cell.x && x <= cell.x + WIDTH && y >= cell.y && y <= cell.y + HEIGHT);
    if (i < 0) return null;
    const open = (): void => this.model.open({ kind: "gates", prefix: this.names[i] });
    return { label: `${this.names[i]}: click to see its gates`, press: open, dive: open, size: [WIDTH, HEIGHT] };
  }

  draw(context: CanvasRenderingContext2D, { k, x, y }: Frame): void {
    for (const { raster, x: left, y: top } of this.cells) {
      context.imageSmoothingEnabled = false;
      context.drawImage(raster.canvas, x + (left + 6) * k, y + (top + 32) * k, (WIDTH - 12) * k, (BODY - 12) * k);
    }
  }
}
