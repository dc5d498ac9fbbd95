/** The hierarchy: parts as boxes, from the picture to the class. */

import type { Circuit } from "../circuit";
import { count, plural, pressable, s, valueText } from "../dom";
import { subparts, voteShares, type Model } from "../model";
import { planeOf } from "../network";
import type { Frame, Hit, View } from "../stage";
import { Raster, rgb, theme, word } from "../theme";
import { Wave } from "../wave";

interface Plan {
  name: string;
  title: string;
  gates: Int32Array;
  x: number;
  y: number;
  width: number;
  height: number;
}

interface Box extends Plan {
  rows: Row[];
  raster: Raster;
  /** Units a cell, along and down. */
  cell: [number, number];
  note: SVGTextElement;
}

/** One class of a popcount. */
interface Row {
  index: number;
  bar: SVGRectElement;
  value: SVGTextElement;
  track: number;
}

const GAP = 34;
const SIDE = 76;
/** Least width of a box. */
const LEAST = 66;
/** And of the popcount's, which shows the votes. */
const POPCOUNT = 112;
/** Most units a cell. */
const CELL = 26;
const HEAD = 26;
const FOOT = 42;

export class Overview implements View {
  width = 800;
  height = 420;
  readonly label = "The parts of the circuit, from the inputs to the class";
  readonly content = s("g");
  readonly closest = 3;
  private boxes: Box[] = [];
  private picture: Raster | null = null;
  private answer: SVGTextElement | null = null;
  redraw?: () => void;
  private readonly wave = new Wave();
  private sample: number | null | undefined;
  private sized = "";
  private pictureBox = { x: 0, y: 0, width: SIDE, height: SIDE };

  constructor(
    private readonly model: Model,
    private readonly circuit: Circuit | null,
  ) {
    this.lay(820, 460);
  }

  resize(width: number, height: number): boolean {
    const key = `${Math.round(width / 40)}x${Math.round(height / 40)}`;
    if (key === this.sized) return false;
    this.sized = key;
    this.lay(width, height);
    return true;
  }

  private parts(): { name: string; gates: number }[] {
    const scene = this.model.scene.circuits[this.model.current];
    const gates = new Map(scene.parts);
    const names = this.circuit?.parts ?? scene.parts.map(([name]) => name);
    return names.map((name) => ({ name, gates: gates.get(name) ?? 0 }));
  }

  private lay(stageWidth: number, stageHeight: number): void {
    const parts = this.parts();
    const { perRow, total, room } = arrange(parts.length, Math.max(280, stageWidth - 56), Math.max(200, stageHeight - 40));
    const free = total - 2 * (SIDE + GAP) - GAP * (perRow - 1) - LEAST * perRow - POPCOUNT;
    const largest = Math.max(1, ...parts.map(({ gates }) => gates));
    const weights = parts.map(({ gates }) => 0.05 + Math.sqrt(gates / largest));
    const boxes: Plan[] = [];
    let y = 0;
    for (let from = 0; from < Math.max(1, parts.length); from += perRow) {
      const row = parts.slice(from, from + perRow);
      const sum = weights.slice(from, from + perRow).reduce((a, b) => a + b, 0);
      let x = SIDE + GAP;
      row.forEach(({ name, gates }, i) => {
        const width = (name === "popcount" ? POPCOUNT : LEAST) + Math.min(280, (free * weights[from + i]) / sum);
        const height = Math.max(44, Math.min(room, room * Math.sqrt(gates / largest) * 1.02));
        const nets = this.circuit?.gatesUnder(name) ?? new Int32Array(0);
        boxes.push({ name, title: partTitle(name), gates: nets, x, y: y + HEAD + (room - height) / 2, width, height });
        x += width + GAP;
      });
      y += room + HEAD + FOOT;
    }
    this.width = Math.max(SIDE + (boxes.length > 0 ? 0 : 260), ...boxes.map((box) => box.x + box.width)) + GAP + SIDE;
    this.height = y;
    this.content.replaceChildren();
    this.wires(boxes, room);
    this.ends(room, y - FOOT - room / 2);
    if (boxes.length === 0) {
      const text = "no gates: the outputs are inputs or constants";
      this.content.append(s("text", { x: this.width / 2, y: HEAD + room / 2 - 12, class: "small mid" }, text));
    }
    this.boxes = boxes.map((box) => this.box(box));
    this.update();
  }

  private arrow(x0: number, y0: number, x1: number, y1: number, nets: string): void {
    const bend = (x1 - x0) / 2;
    const path = `M${x0},${y0} C${x0 + bend},${y0} ${x1 - bend},${y1} ${x1 - 5},${y1}`;
    this.content.append(
      s("path", { d: path, class: "flow" }),
      s("path", { d: `M${x1 - 7},${y1 - 4} l7,4 l-7,4 z`, class: "flowtip" }),
    );
    if (nets) this.content.append(s("text", { x: (x0 + x1) / 2, y: Math.min(y0, y1) - 8, class: "small mid" }, nets));
  }

  private wires(boxes: { x: number; y: number; width: number; height: number }[], room: number): void {
    const line = HEAD + room / 2;
    let [x, y] = [SIDE, line];
    for (const box of boxes) {
      const middle = box.y + box.height / 2;
      if (box.x > x) this.arrow(x + 6, y, box.x - 4, middle, "");
      else {
        const under = box.y - HEAD - 16;
        const path = `M${x + 6},${y} h${GAP / 2} V${under} H${box.x - GAP / 2} V${middle} h${GAP / 2 - 8}`;
        this.content.append(s("path", { d: path, class: "flow" }), s("path", { d: `M${box.x - 11},${middle - 4} l7,4 l-7,4 z`, class: "flowtip" }));
      }
      [x, y] = [box.x + box.width, middle];
    }
    this.arrow(x + 6, y, this.width - SIDE - 4, y, "");
  }

  /** The inputs at the left, the class at the right. */
  private ends(room: number, last: number): void {
    const { model, content } = this;
    const plane = planeOf(model.scene.image);
    const middle = HEAD + room / 2;
    const scene = model.scene.circuits[model.current];
    const bits = scene.inputs.reduce((sum, [, width]) => sum + width, 0);
    if (plane) {
      const height = (SIDE * plane.height) / plane.width;
      this.picture = new Raster(plane.width, plane.height);
      this.pictureBox = { x: 0, y: middle - height / 2, width: SIDE, height };
      content.append(s("rect", { x: -1, y: middle - height / 2 - 1, width: SIDE + 2, height: height + 2, class: "frame" }));
      content.append(s("text", { x: SIDE / 2, y: middle + height / 2 + 18, class: "small mid" }, `${plane.width} × ${plane.height}${plane.channels === 3 ? " × 3" : ""} bytes`));
    } else {
      content.append(s("rect", { x: 0, y: middle - 30, width: SIDE, height: 60, rx: 8, class: "box plain" }));
      content.append(s("text", { x: SIDE / 2, y: middle - 2, class: "name mid" }, "inputs"));
      content.append(s("text", { x: SIDE / 2, y: middle + 16, class: "small mid" }, plural(bits, "bit")));
    }
    const x = this.width - SIDE / 2;
    const isClass = scene.outputs.some(([name]) => name === "cls");
    content.append(s("circle", { cx: x, cy: last, r: SIDE / 2 - 3, class: "answer" }));
    this.answer = s("text", { x, y: last, class: "answertext mid" });
    content.append(this.answer, s("text", { x, y: last + SIDE / 2 + 16, class: "small mid" }, isClass ? "class" : "outputs"));
  }

  private box(plan: Plan): Box {
    const { model, circuit } = this;
    const { name, x, y, width, height, title } = plan;
    const gates = model.scene.circuits[model.current].parts.find(([part]) => part === name)?.[1] ?? 0;
    const note = s("text", { x: x + width / 2, y: y + height + 34, class: "small mid" });
    const group = s(
      "g",
      {},
      s("rect", { x, y, width, height, rx: 7, class: "box" }),
      s("text", { x: x + width / 2, y: y - 10, class: "name mid" }, shorten(title, width / 7)),
      s("text", { x: x + width / 2, y: y + height + 18, class: "small mid" }, plural(gates, "gate")),
      note,
    );
    const rows = name === "popcount" && circuit ? this.rows(group, plan) : [];
    if (circuit) pressable(group, `Open ${title}, ${plural(gates, "gate")}`, () => model.open(model.partView(name)));
    this.content.append(group);
    const cells = Math.max(1, plan.gates.length);
    const columns = Math.max(1, Math.round(Math.sqrt((cells * (width - 12)) / (height - 12))));
    const down = Math.ceil(cells / columns);
    const cell: [number, number] = [Math.min(CELL, (width - 12) / columns), Math.min(CELL, (height - 12) / down)];
    return { ...plan, rows, note, cell, raster: new Raster(columns, down) };
  }

  private rows(group: SVGGElement, { x, y, width, height }: { x: number; y: number; width: number; height: number }): Row[] {
    const votes = this.model.votes();
    const classes = votes?.sums.length ?? 0;
    if (classes < 2 || classes > 20 || height / classes < 13 || width < 96) return [];
    const step = (height - 12) / classes;
    const rows: Row[] = [];
    group.append(s("rect", { x: x + 5, y: y + 5, width: width - 10, height: height - 10, rx: 4, class: "veil" }));
    for (let index = 0; index < classes; index++) {
      const top = y + 6 + index * step;
      const label = shorten(this.model.className(index), 6);
      const from = x + 20 + Math.max(8, label.length * 7.4);
      const track = x + width - 38 - from;
      const bar = s("rect", { x: from, y: top + step * 0.2, width: 0, height: step * 0.6, rx: 2, class: "bar" });
      const value = s("text", { x: x + width - 10, y: top + step / 2, class: "small end middle" });
      group.append(s("text", { x: x + 12, y: top + step / 2, class: "small start middle strong" }, label), bar, value);
      rows.push({ index, bar, value, track });
    }
    return rows;
  }

  update(): void {
    const { sample } = this.model;
    const arrived = this.circuit !== null && sample !== null && sample !== this.sample && this.sample !== undefined;
    this.sample = sample;
    if (arrived) this.wave.start(this.circuit?.scene.depth ?? 0, (front) => this.paint(front));
    else {
      this.wave.stop();
      this.paint(Infinity);
    }
    this.updateVotes();
    this.updatePicture();
    this.updateAnswer();
  }

  leave(): void {
    this.wave.stop();
  }

  /** Cells up to a level get the colors of their values. */
  private paint(front: number): void {
    const { model } = this;
    const values = model.netValues();
    const levels = this.circuit?.levels ?? new Int32Array(0);
    const one = word(rgb(theme().one));
    const zero = word(rgb(theme().zero));
    for (const box of this.boxes) {
      let lit = 0;
      const { words } = box.raster;
      box.gates.forEach((net, i) => {
        lit += values[net];
        if (levels[net] <= front) words[i] = values[net] ? one : zero;
      });
      box.raster.flush();
      box.note.textContent = this.circuit ? `${count(lit)} at 1` : "";
    }
    this.redraw?.();
  }

  private updateAnswer(): void {
    const { model } = this;
    if (this.answer) {
      const index = model.classIndex();
      const name = this.circuit ? (index === null ? this.outputText() : model.className(index)) : "?";
      this.answer.textContent = shorten(name, 9);
      this.answer.setAttribute("font-size", String(name.length < 3 ? 38 : name.length < 6 ? 20 : 13));
    }
  }

  private outputText(): string {
    const all = Object.entries(this.model.outputsOf());
    return all.length === 1 ? valueText(all[0][1]) : `${all.length} ports`;
  }

  private updateVotes(): void {
    const votes = this.model.votes();
    if (!votes) return;
    const shares = voteShares(votes.sums);
    const winner = this.model.classIndex();
    for (const box of this.boxes) {
      for (const { index, bar, value, track } of box.rows) {
        bar.setAttribute("width", String(track * shares[index]));
        bar.classList.toggle("wins", index === winner);
        value.textContent = String(votes.sums[index]);
      }
    }
  }

  private updatePicture(): void {
    const { picture, model } = this;
    const plane = planeOf(model.scene.image);
    if (!picture || !plane || !model.bytes) return;
    paintPlane(picture, model.bytes, plane.channels);
  }

  at(x: number, y: number): Hit | null {
    const box = this.boxes.find((b) => x >= b.x && x <= b.x + b.width && y >= b.y && y <= b.y + b.height);
    if (!box || !this.circuit) return null;
    const { model, circuit } = this;
    const inside = subparts(circuit, box.name).length;
    return {
      label: `${box.title}: ${plural(box.gates.length, "gate")}${inside > 1 ? `, ${inside} parts` : ""}. Click to open.`,
      press: () => model.open(model.partView(box.name)),
      dive: () => model.open(model.partView(box.name)),
      size: [box.width, box.height],
    };
  }

  draw(context: CanvasRenderingContext2D, { k, x, y }: Frame): void {
    for (const { raster, cell, ...box } of this.boxes) {
      const wide = raster.canvas.width * cell[0];
      const high = raster.canvas.height * cell[1];
      context.imageSmoothingEnabled = cell[0] * k < 1.5;
      context.drawImage(raster.canvas, x + (box.x + (box.width - wide) / 2) * k, y + (box.y + (box.height - high) / 2) * k, wide * k, high * k);
    }
    if (this.picture) {
      context.imageSmoothingEnabled = false;
      const { x: left, y: top, width, height } = this.pictureBox;
      context.drawImage(this.picture.canvas, x + left * k, y + top * k, width * k, height * k);
    }
  }
}

/** Rows for so many boxes: few, and all of it as large as can be. */
function arrange(boxes: number, width: number, height: number): { perRow: number; total: number; room: number } {
  let best = { scale: 0, perRow: 1, total: 0, room: 0 };
  for (let rows = 1; rows <= Math.max(1, boxes); rows++) {
    const perRow = Math.max(1, Math.ceil(boxes / rows));
    const least = 2 * (SIDE + GAP) + perRow * LEAST + POPCOUNT + (perRow - 1) * GAP;
    const low = rows * (70 + HEAD + FOOT);
    const scale = Math.min(1, width / least, height / low);
    if (scale > best.scale + 1e-3) {
      const total = Math.max(least, width / scale);
      best = { scale, perRow, total, room: Math.max(70, Math.min(400, height / scale / rows - HEAD - FOOT)) };
    }
  }
  return best;
}

/** What a part is called; gates without a tag have no name of their own. */
export const partTitle = (name: string): string => name || "gates without a tag";

export const shorten = (text: string, most: number): string => (text.length > most ? `${text.slice(0, Math.max(1, most - 1))}…` : text);

/** A sample as pixels: gray, or red, green and blue. */
export function paintPlane(raster: Raster, bytes: ArrayLike<number>, channels: number): void {
  const { words } = raster;
  for (let i = 0; i < words.length; i++) {
    const color: [number, number, number] =
      channels === 3 ? [bytes[3 * i], bytes[3 * i + 1], bytes[3 * i + 2]] : [bytes[i], bytes[i], bytes[i]];
    words[i] = word(color);
  }
  raster.flush();
}
