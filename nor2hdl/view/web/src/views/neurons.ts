/** The neurons of a layer, each as a small picture of its literals, lit when 1. */

import { plural } from "../dom";
import type { Model } from "../model";
import { classOf, literalsOf, planeOf, type Layer, type Network, type Plane } from "../network";
import type { Frame, Hit, View } from "../stage";
import { Raster, rgb, theme, word } from "../theme";

const TILE = 30;
const GAP = 6;
const HEAD = 24;
const MOST_PIXELS = 24_000_000;

interface Block {
  from: number;
  to: number;
  x: number;
  y: number;
  title: string;
}

export class NeuronsView implements View {
  width = 1;
  height = 1;
  readonly label: string;
  readonly closest = 16;
  private readonly layer: Layer;
  private readonly network: Network;
  private readonly last: boolean;
  private blocks: Block[] = [];
  private across = 1;
  private aspect = 0;
  private atlas: Raster | null = null;
  private thumbs: Raster | null = null;
  private columns = 1;

  constructor(
    private readonly model: Model,
    private readonly index: number,
  ) {
    this.network = model.network as Network;
    this.layer = this.network.layers[index];
    this.last = index === this.network.layers.length - 1;
    this.label = `The ${plural(this.layer.neurons, "neuron")} of layer${index}`;
    this.lay(1.5);
    this.paintAtlas();
  }

  resize(width: number, height: number): boolean {
    const aspect = Math.max(0.5, Math.min(3, width / Math.max(1, height)));
    if (Math.abs(aspect - this.aspect) < 0.15) return false;
    this.lay(aspect);
    return true;
  }

  /** Blocks of neurons, one a class where the layer votes, so that they are as large as fits. */
  private lay(aspect: number): void {
    this.aspect = aspect;
    const { neurons } = this.layer;
    const groups = this.last ? this.network.classes : 1;
    const share = Math.ceil(neurons / groups);
    const step = TILE + GAP;
    let best = { scale: 0, across: 1, beside: 1 };
    for (let beside = 1; beside <= groups; beside++) {
      for (let across = Math.min(share, 5); across <= share; across++) {
        const high = Math.ceil(groups / beside) * (HEAD + Math.ceil(share / across) * step + GAP);
        const wide = beside * (across * step + 3 * GAP);
        const scale = Math.min(aspect / wide, 1 / high);
        if (scale > best.scale) best = { scale, across, beside };
      }
    }
    this.across = best.across;
    const blockHeight = HEAD + Math.ceil(share / best.across) * step + GAP;
    const blockWidth = best.across * step + 3 * GAP;
    this.blocks = [];
    for (let c = 0; c < groups; c++) {
      this.blocks.push({
        from: c * share,
        to: Math.min(neurons, (c + 1) * share),
        x: (c % best.beside) * blockWidth,
        y: Math.floor(c / best.beside) * blockHeight,
        title: this.last ? this.model.className(c) : `layer${this.index}`,
      });
    }
    this.width = best.beside * blockWidth - 3 * GAP;
    this.height = Math.ceil(groups / best.beside) * blockHeight - GAP;
  }

  /** All pictures side by side on hidden canvases; none where they would be too many. */
  private paintAtlas(): void {
    const plane = this.index === 0 ? planeOf(this.model.scene.image) : null;
    const { neurons } = this.layer;
    if (!plane || neurons * plane.width * plane.height > MOST_PIXELS) return;
    this.columns = Math.ceil(Math.sqrt(neurons));
    this.atlas = this.pictures(plane, 0);
    // of a few pixels among hundreds nothing could be seen when they are small
    this.thumbs = plane.width >= 16 ? this.pictures(plane, 1) : this.atlas;
  }

  /** Literals as dots that reach so many pixels around their own. */
  private pictures(plane: Plane, reach: number): Raster {
    const { neurons } = this.layer;
    const { width, height, channels } = plane;
    const levels = this.model.scene.image?.levels.length ?? 1;
    const wide = this.columns * width;
    const atlas = new Raster(wide, Math.ceil(neurons / this.columns) * height);
    const colors = [word(rgb(theme().dark)), word(rgb(theme().bright))];
    for (let j = 0; j < neurons; j++) {
      const left = (j % this.columns) * width;
      const top = Math.floor(j / this.columns) * height;
      const literals = literalsOf(this.layer, j);
      const around = literals.length > (width * height) / 20 ? 0 : reach;
      for (const literal of literals) {
        const pixel = Math.floor((Math.abs(literal) - 1) / levels / channels);
        const [row, column] = [Math.floor(pixel / width), pixel % width];
        for (let r = Math.max(0, row - around); r <= Math.min(height - 1, row + around); r++) {
          const at = (top + r) * wide + left;
          atlas.words.fill(colors[literal > 0 ? 0 : 1], at + Math.max(0, column - around), at + Math.min(width, column + around + 1));
        }
      }
    }
    atlas.flush();
    return atlas;
  }

  private scheme = "";
  private cursor: number | null = null;

  step(right: number, down: number): void {
    const next = this.cursor === null ? 0 : this.cursor + right + down * this.across;
    if (next >= 0 && next < this.layer.neurons) this.cursor = next;
  }

  enter(): void {
    if (this.cursor !== null) this.model.open({ kind: "neuron", layer: this.index, neuron: this.cursor });
  }

  follow(): { x: number; y: number } | null {
    const { cursor } = this;
    const block = cursor === null ? undefined : this.blocks.find((candidate) => cursor < candidate.to);
    if (cursor === null || !block) return null;
    const corner = this.corner(block, cursor);
    return { x: corner.x + TILE / 2, y: corner.y + TILE / 2 };
  }


  update(): void {
    if (this.scheme !== theme().dark) {
      this.scheme = theme().dark;
      this.paintAtlas();
    }
  }

  private corner(block: Block, neuron: number): { x: number; y: number } {
    const at = neuron - block.from;
    const step = TILE + GAP;
    return { x: block.x + (at % this.across) * step, y: block.y + HEAD + Math.floor(at / this.across) * step };
  }

  at(x: number, y: number): Hit | null {
    const step = TILE + GAP;
    for (const block of this.blocks) {
      const column = Math.floor((x - block.x) / step);
      const row = Math.floor((y - block.y - HEAD) / step);
      const neuron = block.from + row * this.across + column;
      if (column < 0 || column >= this.across || row < 0 || neuron >= block.to) continue;
      const open = (): void => this.model.open({ kind: "neuron", layer: this.index, neuron });
      return { label: this.tip(neuron), press: open, dive: open, size: [TILE, TILE] };
    }
    return null;
  }

  private tip(neuron: number): string {
    const value = this.model.neuronValues()[this.index]?.[neuron] ?? 0;
    const literals = plural(literalsOf(this.layer, neuron).length, "literal");
    const vote = this.last ? `, ${this.network.votes[neuron]} for ${this.model.className(classOf(this.network, neuron))}` : "";
    return `neuron ${neuron} = ${value}: ${literals}${vote}`;
  }

  draw(context: CanvasRenderingContext2D, frame: Frame): void {
    const { k, x, y, width, height } = frame;
    const values = this.model.neuronValues()[this.index] ?? new Uint8Array(this.layer.neurons);
    const tile = TILE * k;
    context.imageSmoothingEnabled = tile < (planeOf(this.model.scene.image)?.width ?? 0);
    for (const block of this.blocks) {
      let lit = 0;
      let sum = 0;
      for (let j = block.from; j < block.to; j++) {
        if (values[j]) {
          lit++;
          sum += this.last ? this.network.votes[j] : 0;
        }
        const corner = this.corner(block, j);
        const left = corner.x * k + x;
        const top = corner.y * k + y;
        if (left > width || top > height || left + tile < 0 || top + tile < 0) continue;
        this.tile(context, j, left, top, tile, values[j] === 1);
        if (j === this.cursor) {
          context.strokeStyle = theme().accent;
          context.lineWidth = 3;
          context.strokeRect(left - 2, top - 2, tile + 4, tile + 4);
        }
      }
      this.title(context, block, frame, this.last ? `${lit} of ${block.to - block.from} at 1, votes ${sum}` : `${lit} of ${block.to - block.from} at 1`);
    }
  }

  private tile(context: CanvasRenderingContext2D, j: number, left: number, top: number, tile: number, lit: boolean): void {
    const colors = theme();
    const plane = planeOf(this.model.scene.image);
    const edge = Math.max(0.8, Math.min(3, tile * 0.07));
    const empty = this.layer.offsets[j] === this.layer.offsets[j + 1];
    // a neuron without literals is constant: no sample changes it
    if (empty) context.globalAlpha = 0.35;
    context.fillStyle = lit ? colors.one : colors.zero;
    context.fillRect(left - edge, top - edge, tile + 2 * edge, tile + 2 * edge);
    context.globalAlpha = 1;
    const atlas = tile < 2.5 * (plane?.width ?? 0) ? this.thumbs : this.atlas;
    if (!atlas || !plane) return this.number(context, j, left, top, tile, lit);
    context.fillStyle = colors.stage;
    context.fillRect(left, top, tile, tile);
    if (lit && !empty) {
      context.globalAlpha = 0.2;
      context.fillStyle = colors.one;
      context.fillRect(left, top, tile, tile);
      context.globalAlpha = 1;
    }
    const high = tile * Math.min(1, plane.height / plane.width);
    const wide = tile * Math.min(1, plane.width / plane.height);
    context.drawImage(
      atlas.canvas,
      (j % this.columns) * plane.width, Math.floor(j / this.columns) * plane.height, plane.width, plane.height,
      left + (tile - wide) / 2, top + (tile - high) / 2, wide, high,
    );
    if (tile > 90) {
      context.font = "11px system-ui, sans-serif";
      context.textBaseline = "top";
      context.textAlign = "left";
      context.fillStyle = colors.muted;
      context.fillText(`${j}${this.last ? `  vote ${this.network.votes[j]}` : ""}`, left + 4, top + 4);
    }
  }

  private number(context: CanvasRenderingContext2D, j: number, left: number, top: number, tile: number, lit: boolean): void {
    if (tile < 22) return;
    context.font = `${Math.min(14, tile / 3)}px ui-monospace, monospace`;
    context.textBaseline = "middle";
    context.textAlign = "center";
    context.fillStyle = lit ? "#1b1405" : theme().ink;
    context.fillText(String(j), left + tile / 2, top + tile / 2);
  }

  private title(context: CanvasRenderingContext2D, block: Block, { k, x, y }: Frame, note: string): void {
    const size = Math.max(Math.min(11, (HEAD - 4) * k), Math.min(15, 15 * k));
    if (size < 6) return;
    const top = (block.y + HEAD - 5) * k + y;
    const left = block.x * k + x;
    const room = this.across * (TILE + GAP) * k;
    context.textBaseline = "alphabetic";
    context.textAlign = "left";
    context.font = `600 ${size}px system-ui, sans-serif`;
    const wins = this.last && this.model.classIndex() === this.blocks.indexOf(block);
    context.fillStyle = wins ? theme().accent : theme().ink;
    context.fillText(block.title, left, top, room);
    const used = context.measureText(block.title).width + 8 * Math.min(1, k);
    context.font = `${size * 0.82}px system-ui, sans-serif`;
    context.fillStyle = theme().muted;
    if (context.measureText(note).width < room - used) context.fillText(note, left + used, top);
  }
}
