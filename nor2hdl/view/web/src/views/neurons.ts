/** The neurons of a layer, each as a small picture of its literals, lit when 1. */

import { plural } from "../dom";
import type { Model } from "../model";
import { classOf, literalsOf, planeOf, type Layer, type Network, type Plane } from "../network";
import type { Frame, Hit, View } from "../stage";
import { Raster, rgb, theme, word } from "../theme";

const TILE = 30;
const HEAD = 24;
const MOST_PIXELS = 6_000_000;

interface Block {
  from: number;
  to: number;
  x: number;
  y: number;
  title: string;
  /** The literals of its neurons, laid out as the tiles are: exact, and as larger dots for when tiles are small. */
  exact: Raster | null;
  thumbs: Raster | null;
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
  private readonly plane: Plane | null;
  /** Pixels of a picture's longer side, and between two pictures. */
  private readonly side: number;
  private readonly between: number;
  /** Units between two tiles. */
  private readonly gap: number;

  constructor(
    private readonly model: Model,
    private readonly index: number,
  ) {
    this.network = model.network as Network;
    this.layer = this.network.layers[index];
    this.last = index === this.network.layers.length - 1;
    this.label = `The ${plural(this.layer.neurons, "neuron")} of layer${index}`;
    const plane = index === 0 ? planeOf(model.scene.image) : null;
    const fits = plane && this.layer.neurons * plane.width * plane.height <= MOST_PIXELS;
    this.plane = fits ? plane : null;
    this.side = this.plane ? Math.max(this.plane.width, this.plane.height) : TILE;
    this.between = Math.max(1, Math.round(this.side / 5));
    this.gap = (TILE * this.between) / this.side;
    this.lay(1.5);
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
    const { gap } = this;
    const step = TILE + gap;
    let best = { scale: 0, across: 1, beside: 1 };
    for (let beside = 1; beside <= groups; beside++) {
      for (let across = Math.min(share, 5); across <= share; across++) {
        const high = Math.ceil(groups / beside) * (HEAD + Math.ceil(share / across) * step + gap);
        const wide = beside * (across * step + 3 * gap);
        const scale = Math.min(aspect / wide, 1 / high);
        if (scale > best.scale) best = { scale, across, beside };
      }
    }
    this.across = best.across;
    const blockHeight = HEAD + Math.ceil(share / best.across) * step + gap;
    const blockWidth = best.across * step + 3 * gap;
    this.blocks = [];
    for (let c = 0; c < groups; c++) {
      this.blocks.push({
        from: c * share,
        to: Math.min(neurons, (c + 1) * share),
        x: (c % best.beside) * blockWidth,
        y: Math.floor(c / best.beside) * blockHeight,
        title: this.last ? this.model.className(c) : `layer${this.index}`,
        exact: null,
        thumbs: null,
      });
    }
    this.width = best.beside * blockWidth - 3 * gap;
    this.height = Math.ceil(groups / best.beside) * blockHeight - gap;
    this.paintPictures();
  }

  private paintPictures(): void {
    const { plane } = this;
    if (!plane) return;
    for (const block of this.blocks) {
      block.exact = this.pictures(block, plane, 0);
      // of a few pixels among hundreds nothing could be seen when they are small
      block.thumbs = plane.width >= 16 ? this.pictures(block, plane, 1) : block.exact;
    }
  }

  /** Literals as dots that reach so many pixels around their own. */
  private pictures(block: Block, { width, height, channels }: Plane, reach: number): Raster {
    const levels = this.model.scene.image?.levels.length ?? 1;
    const pitch = this.side + this.between;
    const wide = this.across * pitch;
    const raster = new Raster(wide, Math.ceil((block.to - block.from) / this.across) * pitch);
    const colors = [word(rgb(theme().dark)), word(rgb(theme().bright))];
    for (let j = block.from; j < block.to; j++) {
      const at = j - block.from;
      const left = (at % this.across) * pitch + ((this.side - width) >> 1);
      const top = Math.floor(at / this.across) * pitch + ((this.side - height) >> 1);
      const literals = literalsOf(this.layer, j);
      const around = literals.length > (width * height) / 20 ? 0 : reach;
      for (const literal of literals) {
        const pixel = Math.floor((Math.abs(literal) - 1) / levels / channels);
        const [row, column] = [Math.floor(pixel / width), pixel % width];
        for (let r = Math.max(0, row - around); r <= Math.min(height - 1, row + around); r++) {
          const line = (top + r) * wide + left;
          raster.words.fill(colors[literal > 0 ? 0 : 1], line + Math.max(0, column - around), line + Math.min(width, column + around + 1));
        }
      }
    }
    raster.flush();
    return raster;
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
      this.paintPictures();
    }
  }

  private corner(block: Block, neuron: number): { x: number; y: number } {
    const at = neuron - block.from;
    const step = TILE + this.gap;
    return { x: block.x + (at % this.across) * step, y: block.y + HEAD + Math.floor(at / this.across) * step };
  }

  at(x: number, y: number): Hit | null {
    const step = TILE + this.gap;
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
    const values = this.model.neuronValues()[this.index] ?? new Uint8Array(this.layer.neurons);
    const tile = TILE * frame.k;
    this.frames(context, frame, values);
    context.imageSmoothingEnabled = tile < this.side;
    for (const block of this.blocks) {
      const raster = tile < 2.5 * this.side ? block.thumbs : block.exact;
      const unit = (TILE / this.side) * frame.k;
      if (raster) {
        const { width, height } = raster.canvas;
        context.drawImage(raster.canvas, block.x * frame.k + frame.x, (block.y + HEAD) * frame.k + frame.y, width * unit, height * unit);
      }
      let lit = 0;
      let sum = 0;
      for (let j = block.from; j < block.to; j++) {
        if (!values[j]) continue;
        lit++;
        sum += this.last ? this.network.votes[j] : 0;
      }
      this.title(context, block, frame, `${lit} of ${block.to - block.from} at 1${this.last ? `, votes ${sum}` : ""}`);
    }
    if (tile >= (this.plane ? 90 : 22)) this.numbers(context, frame, values);
    this.drawCursor(context, frame);
  }

  /** A frame for each tile, in the color of its value; all of one color in one go. */
  private frames(context: CanvasRenderingContext2D, { k, x, y, width, height }: Frame, values: Uint8Array): void {
    const colors = theme();
    const tile = TILE * k;
    const edge = Math.max(0.8, Math.min(3, tile * 0.07));
    const { offsets } = this.layer;
    // a neuron without literals is constant: no sample changes it
    const kind = (j: number): number => (values[j] ? 1 : 0) + (offsets[j] === offsets[j + 1] ? 2 : 0);
    const paths = [0, 1, 2, 3].map(() => ({ frames: new Path2D(), papers: new Path2D() }));
    for (const block of this.blocks) {
      for (let j = block.from; j < block.to; j++) {
        const corner = this.corner(block, j);
        const left = corner.x * k + x;
        const top = corner.y * k + y;
        if (left > width || top > height || left + tile < 0 || top + tile < 0) continue;
        const { frames, papers } = paths[kind(j)];
        frames.rect(left - edge, top - edge, tile + 2 * edge, tile + 2 * edge);
        papers.rect(left, top, tile, tile);
      }
    }
    paths.forEach(({ frames, papers }, which) => {
      const lit = which % 2 === 1;
      context.globalAlpha = which >= 2 ? 0.35 : 1;
      context.fillStyle = lit ? colors.one : colors.zero;
      context.fill(frames);
      context.globalAlpha = 1;
      if (!this.plane) return;
      context.fillStyle = colors.stage;
      context.fill(papers);
      if (which !== 1) return;
      context.globalAlpha = 0.2;
      context.fillStyle = colors.one;
      context.fill(papers);
      context.globalAlpha = 1;
    });
  }

  private numbers(context: CanvasRenderingContext2D, { k, x, y, width, height }: Frame, values: Uint8Array): void {
    const tile = TILE * k;
    const middle = !this.plane;
    context.font = middle ? `${Math.min(14, tile / 3)}px ui-monospace, monospace` : "11px system-ui, sans-serif";
    context.textBaseline = middle ? "middle" : "top";
    context.textAlign = middle ? "center" : "left";
    for (const block of this.blocks) {
      for (let j = block.from; j < block.to; j++) {
        const corner = this.corner(block, j);
        const left = corner.x * k + x;
        const top = corner.y * k + y;
        if (left > width || top > height || left + tile < 0 || top + tile < 0) continue;
        context.fillStyle = middle ? (values[j] ? "#1b1405" : theme().ink) : theme().muted;
        if (middle) context.fillText(String(j), left + tile / 2, top + tile / 2);
        else context.fillText(`${j}${this.last ? `  vote ${this.network.votes[j]}` : ""}`, left + 4, top + 4);
      }
    }
  }

  private drawCursor(context: CanvasRenderingContext2D, { k, x, y }: Frame): void {
    const center = this.follow();
    if (!center) return;
    context.strokeStyle = theme().accent;
    context.lineWidth = 3;
    const size = TILE * k + 4;
    context.strokeRect(center.x * k + x - size / 2, center.y * k + y - size / 2, size, size);
  }

  private title(context: CanvasRenderingContext2D, block: Block, { k, x, y }: Frame, note: string): void {
    const size = Math.max(Math.min(11, (HEAD - 4) * k), Math.min(15, 15 * k));
    if (size < 6) return;
    const top = (block.y + HEAD - 5) * k + y;
    const left = block.x * k + x;
    const room = this.across * (TILE + this.gap) * k;
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
