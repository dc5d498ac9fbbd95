/** The picture at the input: shown, drawn on, and cleared; by mouse, pen, touch and keys. */

import { button, h, on } from "../dom";
import type { Model } from "../model";
import type { Plane } from "../network";
import { Raster, rgb, theme, type Rgb } from "../theme";
import { paintPlane } from "../views/overview";

export class Pad {
  readonly node: HTMLElement;
  private readonly canvas: HTMLCanvasElement;
  private readonly raster: Raster;
  private readonly context: CanvasRenderingContext2D;
  private readonly scale: number;
  private cursor: { row: number; column: number } | null = null;
  private readonly pen = button("Pen", () => this.erase(false), { "aria-pressed": "true" });
  private readonly eraser = button("Eraser", () => this.erase(true), { "aria-pressed": "false" });
  private erasing = false;
  private brush = 2;
  private color: Rgb = [255, 255, 255];
  private last: { x: number; y: number } | null = null;

  constructor(
    private readonly model: Model,
    private readonly plane: Plane,
  ) {
    this.raster = new Raster(plane.width, plane.height);
    this.scale = Math.max(1, Math.round(448 / Math.max(plane.width, plane.height)));
    this.brush = plane.width <= 12 ? 1 : 2;
    this.canvas = h("canvas", {
      class: "pad",
      width: plane.width * this.scale,
      height: plane.height * this.scale,
      tabindex: 0,
      role: "application",
      "aria-label": `Drawing pad, ${plane.height} rows of ${plane.width} pixels. Arrow keys move the cursor, space paints, E changes between pen and eraser, Delete clears.`,
    });
    const context = this.canvas.getContext("2d");
    if (!context) throw new Error("this browser has no canvas");
    this.context = context;
    this.node = h("div", { class: "padbox" }, this.canvas, this.tools());
    this.listen();
    model.on((change) => change !== "view" && this.paint());
    this.paint();
  }

  private tools(): HTMLElement {
    const brush = on(h("input", { type: "range", min: 1, max: 4, step: 1, value: this.brush, "aria-label": "Width of the brush", title: "Width of the brush" }), {
      input: (event) => {
        this.brush = Number((event.target as HTMLInputElement).value);
      },
    });
    const color =
      this.plane.channels === 3 &&
      on(h("input", { type: "color", value: "#ffffff", "aria-label": "Color", title: "Color" }), {
        input: (event) => {
          this.color = rgb((event.target as HTMLInputElement).value);
        },
      });
    return h(
      "div",
      { class: "tools" },
      h("div", { class: "choice", role: "group", "aria-label": "Tool" }, this.pen, this.eraser),
      brush,
      color,
      button("Clear", () => this.clear(), { class: "plain" }),
    );
  }

  private erase(erasing: boolean): void {
    this.erasing = erasing;
    this.pen.setAttribute("aria-pressed", String(!erasing));
    this.eraser.setAttribute("aria-pressed", String(erasing));
  }

  private clear(): void {
    this.model.setBytes(new Uint8Array(this.plane.width * this.plane.height * this.plane.channels));
  }

  private listen(): void {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button > 0 && event.pointerType === "mouse") return;
      event.preventDefault();
      canvas.focus({ preventScroll: true });
      canvas.setPointerCapture(event.pointerId);
      this.cursor = null;
      this.last = null;
      this.stroke([event]);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!canvas.hasPointerCapture(event.pointerId)) return;
      const all = event.getCoalescedEvents?.() ?? [];
      this.stroke(all.length > 0 ? all : [event]);
    });
    canvas.addEventListener("pointerup", () => {
      this.last = null;
    });
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("blur", () => {
      this.cursor = null;
      this.paint();
    });
  }

  private stroke(events: PointerEvent[]): void {
    const box = this.canvas.getBoundingClientRect();
    const bytes = Uint8Array.from(this.model.bytes ?? []);
    for (const event of events) {
      const to = {
        x: ((event.clientX - box.left) / box.width) * this.plane.width,
        y: ((event.clientY - box.top) / box.height) * this.plane.height,
      };
      const from = this.last ?? to;
      const steps = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) * 2));
      for (let i = 1; i <= steps; i++) this.dab(bytes, from.x + ((to.x - from.x) * i) / steps, from.y + ((to.y - from.y) * i) / steps);
      this.last = to;
    }
    this.model.setBytes(bytes);
  }

  /** A round dab, soft at its edge as in scanned ink. */
  private dab(bytes: Uint8Array, x: number, y: number): void {
    const { width, height, channels } = this.plane;
    const radius = this.brush * 0.62;
    for (let row = Math.max(0, Math.floor(y - radius - 1)); row <= Math.min(height - 1, Math.ceil(y + radius)); row++) {
      for (let column = Math.max(0, Math.floor(x - radius - 1)); column <= Math.min(width - 1, Math.ceil(x + radius)); column++) {
        const far = Math.hypot(column + 0.5 - x, row + 0.5 - y) - radius;
        const ink = Math.max(0, Math.min(1, 0.75 - far));
        if (ink > 0) this.put(bytes, row, column, ink, channels);
      }
    }
  }

  private put(bytes: Uint8Array, row: number, column: number, ink: number, channels: number): void {
    const at = (row * this.plane.width + column) * channels;
    for (let c = 0; c < channels; c++) {
      const target = this.erasing ? 0 : this.color[c];
      const before = bytes[at + c];
      if (channels === 1) bytes[at] = this.erasing ? Math.min(before, Math.round(255 * (1 - ink))) : Math.max(before, Math.round(255 * ink));
      else bytes[at + c] = Math.round(before + (target - before) * ink);
    }
  }

  private key(event: KeyboardEvent): void {
    const { width, height, channels } = this.plane;
    const moves: Record<string, [number, number]> = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    const move = moves[event.key];
    const here = this.cursor ?? { row: Math.floor(height / 2), column: Math.floor(width / 2) };
    if (move) {
      const before = this.cursor;
      this.cursor = before
        ? { row: Math.max(0, Math.min(height - 1, here.row + move[0])), column: Math.max(0, Math.min(width - 1, here.column + move[1])) }
        : here;
      this.paint();
    } else if (event.key === " " || event.key === "Enter") {
      this.cursor = here;
      const bytes = Uint8Array.from(this.model.bytes ?? []);
      for (let row = here.row; row < Math.min(height, here.row + this.brush); row++) {
        for (let column = here.column; column < Math.min(width, here.column + this.brush); column++) this.put(bytes, row, column, 1, channels);
      }
      this.model.setBytes(bytes);
    } else if (event.key === "e" || event.key === "E") this.erase(!this.erasing);
    else if (event.key === "Delete" || event.key === "Backspace") this.clear();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private paint(): void {
    const { raster, context, canvas, model, plane } = this;
    if (!model.bytes) return;
    paintPlane(raster, model.bytes, plane.channels);
    context.imageSmoothingEnabled = false;
    context.drawImage(raster.canvas, 0, 0, canvas.width, canvas.height);
    const { selected } = model;
    const place = selected === null ? null : model.byteOf(selected);
    const pixel = place && Math.floor(place[0] / plane.channels);
    if (pixel !== null) this.frame(Math.floor(pixel / plane.width), pixel % plane.width, 1, theme().accent);
    if (this.cursor) this.frame(this.cursor.row, this.cursor.column, this.brush, theme().one);
  }

  private frame(row: number, column: number, size: number, color: string): void {
    const { context, scale } = this;
    context.strokeStyle = color;
    context.lineWidth = 3;
    context.strokeRect(column * scale + 1.5, row * scale + 1.5, size * scale - 3, size * scale - 3);
  }
}
