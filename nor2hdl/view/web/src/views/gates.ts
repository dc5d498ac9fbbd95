/** Masses of gates as cells: columns by level, lit when 1. */

import type { Circuit } from "../circuit";
import { plural } from "../dom";
import { levelGrid, type Grid } from "../grid";
import type { Model } from "../model";
import type { Frame, Hit, View } from "../stage";
import { Wave } from "../wave";
import { partTitle } from "./overview";
import { partColor, Raster, rgb, theme, word } from "../theme";

/** Units a cell. */
const CELL = 10;
const AXIS = 26;
const MOST_WIRES = 400;

export class GatesView implements View {
  width = 1;
  height = 1;
  readonly label: string;
  readonly closest = 9;
  private readonly nets: Int32Array;
  private readonly place: Int32Array;
  private grid!: Grid;
  private raster!: Raster;
  private cellAt!: Int32Array;
  redraw?: () => void;
  private aspect = 0;
  private readonly wave = new Wave();
  private sample: number | null | undefined;

  constructor(
    private readonly model: Model,
    private readonly circuit: Circuit,
    private readonly prefix: string | null,
  ) {
    this.nets = prefix === null ? circuit.gatesWhere(() => true) : circuit.gatesUnder(prefix);
    this.place = new Int32Array(circuit.nets).fill(-1);
    this.nets.forEach((net, i) => (this.place[net] = i));
    this.label = `${prefix === null ? "All gates" : `Gates of ${prefix || "no part"}`}: ${plural(this.nets.length, "cell")}, a column for each level`;
    this.lay(1.6);
  }

  resize(width: number, height: number): boolean {
    const aspect = Math.max(0.4, Math.min(4, width / Math.max(1, height - AXIS)));
    if (Math.abs(aspect - this.aspect) < 0.2) return false;
    this.lay(aspect);
    return true;
  }

  private lay(aspect: number): void {
    this.aspect = aspect;
    const grid = levelGrid(this.nets, this.circuit.levels, aspect);
    this.grid = grid;
    this.width = grid.columns * CELL;
    this.height = grid.rows * CELL + AXIS;
    this.raster = new Raster(grid.columns, grid.rows);
    this.cellAt = new Int32Array(grid.columns * grid.rows).fill(-1);
    for (let i = 0; i < this.nets.length; i++) this.cellAt[grid.row[i] * grid.columns + grid.column[i]] = i;
    this.update();
  }

  update(): void {
    const { sample } = this.model;
    const arrived = sample !== null && sample !== this.sample && this.sample !== undefined;
    this.sample = sample;
    if (arrived) this.wave.start(this.circuit.scene.depth, (front) => this.paint(front));
    else {
      this.wave.stop();
      this.paint(Infinity);
    }
  }

  leave(): void {
    this.wave.stop();
  }

  /** Cells up to a level get the colors of their values. */
  private paint(front: number): void {
    const { nets, grid, circuit } = this;
    const { levels } = circuit;
    const { words } = this.raster;
    const values = this.model.netValues();
    const zero = rgb(theme().zero);
    const off = circuit.parts.map((_, i) => word(this.prefix === null && circuit.parts.length > 1 ? partColor(i, zero) : zero));
    const one = word(rgb(theme().one));
    const { column, row, columns } = grid;
    for (let i = 0; i < nets.length; i++) {
      const net = nets[i];
      if (levels[net] > front) continue;
      words[row[i] * columns + column[i]] = values[net] ? one : off[circuit.partOf[net - circuit.firstGate]];
    }
    this.raster.flush();
    this.redraw?.();
  }

  private center(net: number): { x: number; y: number } | null {
    const i = this.place[net];
    if (i < 0) return null;
    return { x: (this.grid.column[i] + 0.5) * CELL, y: (this.grid.row[i] + 0.5) * CELL };
  }

  follow(): { x: number; y: number } | null {
    return this.model.selected === null ? null : this.center(this.model.selected);
  }

  step(right: number, down: number): void {
    const { columns, rows, column, row } = this.grid;
    const at = this.model.selected === null ? -1 : this.place[this.model.selected];
    if (at < 0) {
      if (this.nets.length > 0) this.model.select(this.nets[0]);
      return;
    }
    // past gaps between levels, and to the nearest gate of a column that has none in this row
    for (let c = column[at] + right, r = row[at] + down; c >= 0 && r >= 0 && c < columns && r < rows; c += right, r += down) {
      for (let off = 0; off < (right ? rows : 1); off++) {
        for (const line of [r - off, r + off]) {
          const i = line >= 0 && line < rows ? this.cellAt[line * columns + c] : -1;
          if (i >= 0) return this.model.select(this.nets[i]);
        }
      }
    }
  }

  enter(): void {
    if (this.model.selected !== null) this.model.open({ kind: "cone", net: this.model.selected });
  }

  at(x: number, y: number): Hit | null {
    const column = Math.floor(x / CELL);
    const row = Math.floor(y / CELL);
    const { columns, rows } = this.grid;
    if (column < 0 || row < 0 || column >= columns || row >= rows) return null;
    const i = this.cellAt[row * columns + column];
    if (i < 0) return null;
    const net = this.nets[i];
    const { circuit, model } = this;
    const tag = circuit.tag(net);
    const cone = (): void => model.open({ kind: "cone", net });
    return {
      label: `${circuit.netName(net)} = ${model.netValues()[net]}, level ${circuit.levels[net]}${tag ? `, ${tag}` : ""}`,
      press: () => model.select(net),
      deepen: cone,
    };
  }

  draw(context: CanvasRenderingContext2D, frame: Frame): void {
    const { k, x, y } = frame;
    const cell = CELL * k;
    const { columns, rows } = this.grid;
    context.imageSmoothingEnabled = cell < 1;
    context.drawImage(this.raster.canvas, x, y, columns * cell, rows * cell);
    if (cell >= 3) this.gaps(context, frame, cell);
    if (cell >= 30) this.names(context, frame, cell);
    this.axis(context, frame, cell);
    this.wires(context, frame, cell);
  }

  /** Lines of the background's color part the cells. */
  private gaps(context: CanvasRenderingContext2D, { x, y, width, height }: Frame, cell: number): void {
    const { columns, rows } = this.grid;
    const thick = Math.max(0.6, Math.min(3, cell * 0.14));
    context.fillStyle = theme().stage;
    const left = Math.max(0, x);
    const top = Math.max(0, y);
    const right = Math.min(width, x + columns * cell);
    const bottom = Math.min(height, y + rows * cell);
    for (let c = Math.max(0, Math.floor(-x / cell)); c <= columns && x + c * cell <= width; c++) {
      context.fillRect(x + c * cell - thick / 2, top, thick, bottom - top);
    }
    for (let r = Math.max(0, Math.floor(-y / cell)); r <= rows && y + r * cell <= height; r++) {
      context.fillRect(left, y + r * cell - thick / 2, right - left, thick);
    }
  }

  private names(context: CanvasRenderingContext2D, { x, y, width, height }: Frame, cell: number): void {
    const { columns, rows } = this.grid;
    context.font = `${Math.min(14, cell / 4.2)}px ui-monospace, monospace`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = theme().ink;
    const values = this.model.netValues();
    for (let c = Math.max(0, Math.floor(-x / cell)); c < columns && x + c * cell < width; c++) {
      for (let r = Math.max(0, Math.floor(-y / cell)); r < rows && y + r * cell < height; r++) {
        const i = this.cellAt[r * columns + c];
        if (i < 0) continue;
        const net = this.nets[i];
        context.fillStyle = values[net] ? "#1b1405" : theme().ink;
        context.fillText(`%${net}`, x + (c + 0.5) * cell, y + (r + (cell >= 54 ? 0.4 : 0.5)) * cell);
        if (cell >= 54) context.fillText(`nor ${this.circuit.fanin(net).length}`, x + (c + 0.5) * cell, y + (r + 0.66) * cell);
      }
    }
  }

  private axis(context: CanvasRenderingContext2D, { x, y, width, height }: Frame, cell: number): void {
    context.font = "11px system-ui, sans-serif";
    context.textBaseline = "top";
    context.textAlign = "left";
    let line = NaN;
    let free = -Infinity;
    for (const band of this.grid.bands) {
      const below = Math.min(height - 18, y + (band.top + this.grid.lineRows) * cell + 8);
      if (below !== line) {
        line = below;
        free = -Infinity;
        this.strip(context, line, width, y + (band.top + this.grid.lineRows) * cell);
      }
      const from = Math.max(0, x + band.start * cell);
      const to = Math.min(width, x + band.end * cell);
      if (to <= from) continue;
      context.fillStyle = theme().line;
      context.fillRect(from, line - 4, Math.max(1, to - from - (cell < 3 ? 0 : 1)), 2);
      const text = free === -Infinity ? `level ${band.level}` : String(band.level);
      if (from < free) continue;
      context.fillStyle = theme().muted;
      context.fillText(text, from, line);
      free = from + context.measureText(text).width + 10;
    }
  }

  /** Something for the names of levels to stand on where there are cells below them. */
  private strip(context: CanvasRenderingContext2D, line: number, width: number, end: number): void {
    if (end <= line) return;
    context.globalAlpha = 0.9;
    context.fillStyle = theme().stage;
    context.fillRect(0, line - 6, width, 26);
    context.globalAlpha = 1;
  }

  private wires(context: CanvasRenderingContext2D, { k, x, y }: Frame, cell: number): void {
    const { selected } = this.model;
    if (selected === null) return;
    const values = this.model.netValues();
    const here = this.center(selected);
    const sources = this.circuit.fanin(selected);
    const users = this.circuit.fanout(selected);
    const mark = (at: { x: number; y: number }, color: string, thick: number): void => {
      const size = Math.max(cell, 5);
      context.strokeStyle = color;
      context.lineWidth = thick;
      context.strokeRect(at.x * k + x - size / 2, at.y * k + y - size / 2, size, size);
    };
    const wire = (from: { x: number; y: number }, to: { x: number; y: number }, lit: boolean): void => {
      context.strokeStyle = lit ? theme().one : theme().muted;
      context.lineWidth = lit ? 2 : 1.2;
      const [x0, y0, x1, y1] = [from.x * k + x + cell / 2, from.y * k + y, to.x * k + x - cell / 2, to.y * k + y];
      const bend = Math.max(12, Math.abs(x1 - x0) / 2);
      context.beginPath();
      context.moveTo(x0, y0);
      context.bezierCurveTo(x0 + bend, y0, x1 - bend, y1, x1, y1);
      context.stroke();
    };
    for (const net of sources.subarray(0, MOST_WIRES)) {
      const from = this.center(net);
      if (from) {
        if (here) wire(from, here, values[net] === 1);
        mark(from, theme().dark, 1.5);
      }
    }
    for (const net of users.subarray(0, MOST_WIRES)) {
      const to = this.center(net);
      if (to) {
        if (here) wire(here, to, values[selected] === 1);
        mark(to, theme().accent, 1.5);
      }
    }
    if (here) mark(here, theme().ink, 2.5);
  }
}

/** The colors of the parts, for a legend. */
export function partLegend(circuit: Circuit): { name: string; color: string }[] {
  const zero = rgb(theme().zero);
  return circuit.parts.map((name, i) => ({ name: partTitle(name), color: `rgb(${partColor(i, zero).join(" ")})` }));
}
