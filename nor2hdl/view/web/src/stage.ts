/** The place where a view is drawn, moved and enlarged: a canvas for masses of cells, SVG above it. */

import { select } from "d3-selection";
import "d3-transition";
import { zoom, zoomIdentity, type D3ZoomEvent, type ZoomTransform } from "d3-zoom";
import { calm, h, s } from "./dom";
import { onTheme } from "./theme";

export interface Frame {
  k: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Hit {
  label: string;
  press?: () => void;
  /** On a double click. */
  deepen?: () => void;
  /** When the wheel has made this larger than most of the stage. */
  dive?: () => void;
  /** Width and height of what was hit, in units. */
  size?: [number, number];
}

export interface View {
  readonly width: number;
  readonly height: number;
  readonly label: string;
  readonly content?: SVGGElement;
  /** Most enlargement, in screen pixels a unit. */
  readonly closest?: number;
  /** Least enlargement to begin with, and the point to begin at where not all can be seen with it. */
  readonly legible?: number;
  readonly focus?: { x: number; y: number };
  draw?(context: CanvasRenderingContext2D, frame: Frame): void;
  at?(x: number, y: number): Hit | null;
  /** Follows changed values. */
  update?(): void;
  /** Set by the stage: asks for another frame. */
  redraw?: () => void;
  /** Called when another view takes the place. */
  leave?(): void;
  /** Follows a changed selection; where to go to see it, in units. */
  follow?(): { x: number; y: number } | null;
  /** Moves the selection from cell to cell by the keys. */
  step?(right: number, down: number): void;
  /** Opens what the keys have chosen. */
  enter?(): void;
  /** Lays the view out for another size of stage; true where it has changed. */
  resize?(width: number, height: number): boolean;
}

const MARGIN = 28;

export class Stage {
  readonly node: HTMLElement;
  readonly times: number[] = [];
  firstPicture = 0;
  onTop: (() => void) | null = null;
  private readonly canvas = h("canvas", { "aria-hidden": "true" });
  private readonly svg = s("svg", { class: "drawing" });
  private readonly root = s("g");
  private readonly tip = h("div", { class: "tip", role: "tooltip", hidden: true });
  private readonly behavior = zoom<HTMLElement, unknown>();
  private readonly context: CanvasRenderingContext2D;
  private readonly port = new MessageChannel();
  private transform: ZoomTransform = zoomIdentity;
  private view: View | null = null;
  private pending = false;
  private started = 0;
  private diving = false;
  private width = 1;
  private height = 1;
  private fitScale = 1;

  constructor() {
    this.svg.append(this.root);
    this.node = h(
      "section",
      { class: "stage", tabindex: 0, "aria-label": "Circuit", role: "group", "aria-describedby": "stage-keys" },
      this.canvas,
      this.svg,
      this.tip,
      h("p", { id: "stage-keys", class: "unseen" }, "Arrow keys move, plus and minus bring closer and farther, 0 shows all, Shift with arrow keys goes from cell to cell, Enter opens, Escape goes up."),
    );
    const context = this.canvas.getContext("2d");
    if (!context) throw new Error("this browser has no canvas");
    this.context = context;
    this.behavior
      .on("zoom", (event: D3ZoomEvent<HTMLElement, unknown>) => this.moved(event))
      .filter((event: MouseEvent & { type: string }) => !event.button && (event.type !== "dblclick"));
    select(this.node).call(this.behavior).on("dblclick.zoom", null);
    this.listen();
    new ResizeObserver(() => this.resized()).observe(this.node);
    onTheme(() => this.update());
    this.port.port1.onmessage = () => this.note();
  }

  show(view: View): void {
    this.view?.leave?.();
    this.view = view;
    view.redraw = () => this.redraw();
    this.root.replaceChildren();
    if (view.content) this.root.append(view.content);
    this.node.setAttribute("aria-label", view.label);
    this.tip.hidden = true;
    if (this.width > 1) view.resize?.(this.width, this.height);
    this.limits();
    this.begin();
    this.node.classList.remove("enter");
    void this.node.offsetWidth;
    this.node.classList.add("enter");
    this.follow();
    this.redraw();
  }

  update(): void {
    this.view?.update?.();
    this.redraw();
  }

  follow(): void {
    const target = this.view?.follow?.();
    this.redraw();
    if (!target) return;
    const [x, y] = this.transform.apply([target.x, target.y]);
    const room = 40;
    if (x > room && y > room && x < this.width - room && y < this.height - room) return;
    const { k } = this.transform;
    this.go(zoomIdentity.translate(this.width / 2 - k * target.x, this.height / 2 - k * target.y).scale(k), true);
  }

  zoomBy(factor: number): void {
    const selection = select(this.node);
    const around = this.view?.follow?.();
    const [x, y] = around ? this.transform.apply([around.x, around.y]) : [-1, -1];
    const seen = x > 0 && y > 0 && x < this.width && y < this.height;
    const point: [number, number] = seen ? [x, y] : [this.width / 2, this.height / 2];
    if (calm()) this.behavior.scaleBy(selection, factor, point);
    else this.behavior.scaleBy(selection.transition().duration(160), factor, point);
  }

  panBy(x: number, y: number): void {
    this.behavior.translateBy(select(this.node), x / this.transform.k, y / this.transform.k);
  }

  fit(smooth = true): void {
    const { view } = this;
    if (!view) return;
    const k = this.fitScale;
    const x = (this.width - view.width * k) / 2;
    const y = (this.height - view.height * k) / 2;
    this.go(zoomIdentity.translate(x, y).scale(k), smooth);
  }

  /** All of the view, or as much around its focus as can be read. */
  private begin(): void {
    const { view } = this;
    if (!view?.focus || !view.legible || this.fitScale >= view.legible) return this.fit(false);
    const k = view.legible;
    const along = (focus: number, whole: number, room: number): number =>
      whole * k + 2 * MARGIN <= room ? (room - whole * k) / 2 : Math.max(room - MARGIN - whole * k, Math.min(MARGIN, room / 2 - focus * k));
    const x = along(view.focus.x, view.width, this.width);
    this.go(zoomIdentity.translate(x, along(view.focus.y, view.height, this.height)).scale(k), false);
  }

  get scale(): number {
    return this.transform.k / this.fitScale;
  }

  /** After the view has another size: the limits, not the place. */
  refit(): void {
    this.limits();
    this.follow();
  }

  private go(to: ZoomTransform, smooth: boolean): void {
    const selection = select(this.node);
    if (smooth && !calm()) this.behavior.transform(selection.transition().duration(220), to);
    else this.behavior.transform(selection, to);
  }

  private limits(): void {
    const { view } = this;
    if (!view) return;
    const k = Math.min((this.width - 2 * MARGIN) / view.width, (this.height - 2 * MARGIN) / view.height);
    this.fitScale = Math.max(1e-3, Math.min(k, view.closest ?? 4));
    this.behavior
      .scaleExtent([this.fitScale * 0.6, Math.max(this.fitScale * 4, view.closest ?? 4)])
      .translateExtent([[-view.width, -view.height], [2 * view.width, 2 * view.height]]);
  }

  private moved(event: D3ZoomEvent<HTMLElement, unknown>): void {
    const before = this.transform.k;
    this.transform = event.transform;
    this.tip.hidden = true;
    this.redraw();
    const source = event.sourceEvent as WheelEvent | null;
    if (source?.type !== "wheel" || this.diving) return;
    const { k } = this.transform;
    const hit = k > before && this.scale > 1.5 ? this.hit(source) : null;
    if (hit?.size && (hit.size[0] * k > 0.45 * this.width || hit.size[1] * k > 0.9 * this.height)) this.dive(hit.dive);
    else if (k < before && this.scale < 0.62) this.dive(this.onTop ?? undefined);
  }

  /** A turn of the wheel comes as many events; one level is enough for all of them. */
  private dive(open: (() => void) | undefined): void {
    if (!open) return;
    this.diving = true;
    setTimeout(() => {
      this.diving = false;
    }, 450);
    open();
  }

  private hit(event: MouseEvent): Hit | null {
    const box = this.node.getBoundingClientRect();
    const [x, y] = this.transform.invert([event.clientX - box.left, event.clientY - box.top]);
    return this.view?.at?.(x, y) ?? null;
  }

  private listen(): void {
    const { node, tip } = this;
    node.addEventListener("click", (event) => this.hit(event)?.press?.());
    node.addEventListener("dblclick", (event) => this.hit(event)?.deepen?.());
    node.addEventListener("pointerleave", () => {
      tip.hidden = true;
    });
    node.addEventListener("pointermove", (event) => {
      if (event.pointerType === "touch" || event.buttons) return;
      const hit = this.hit(event);
      node.classList.toggle("over", hit?.press !== undefined);
      tip.hidden = !hit?.label;
      if (!hit) return;
      tip.textContent = hit.label;
      const box = node.getBoundingClientRect();
      const x = event.clientX - box.left;
      const y = event.clientY - box.top;
      tip.style.left = `${Math.max(4, Math.min(x + 14, this.width - tip.offsetWidth - 4))}px`;
      tip.style.top = `${y + 18 + tip.offsetHeight > this.height ? y - tip.offsetHeight - 10 : y + 18}px`;
    });
    node.addEventListener("keydown", (event) => this.key(event));
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target !== this.node) return;
    const step = 60;
    const arrows: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const arrow = arrows[event.key];
    if (event.shiftKey && arrow && this.view?.step) {
      event.preventDefault();
      this.view.step(...arrow);
      this.follow();
      return;
    }
    const moves: Record<string, () => void> = {
      ArrowLeft: () => this.panBy(step, 0),
      ArrowRight: () => this.panBy(-step, 0),
      ArrowUp: () => this.panBy(0, step),
      ArrowDown: () => this.panBy(0, -step),
      "+": () => this.zoomBy(1.4),
      "=": () => this.zoomBy(1.4),
      "-": () => this.zoomBy(1 / 1.4),
      "0": () => this.fit(),
      Enter: () => this.view?.enter?.(),
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    move();
  }

  private resized(): void {
    const width = this.node.clientWidth;
    const height = this.node.clientHeight;
    if (width === 0 || (width === this.width && height === this.height)) return;
    const fitted = Math.abs(this.scale - 1) < 0.02 || this.width === 1;
    this.width = width;
    this.height = height;
    const ratio = devicePixelRatio || 1;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.behavior.extent([[0, 0], [width, height]]);
    this.view?.resize?.(width, height);
    this.limits();
    if (fitted) this.begin();
    this.redraw();
  }

  redraw(): void {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => this.paint());
  }

  private paint(): void {
    this.pending = false;
    const { view, context, transform } = this;
    if (!view || this.width === 1) return;
    this.started = performance.now();
    const ratio = devicePixelRatio || 1;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
    view.draw?.(context, { k: transform.k, x: transform.x, y: transform.y, width: this.width, height: this.height });
    this.root.setAttribute("transform", transform.toString());
    // a message comes after the browser has drawn: the time until then is the frame's whole cost
    this.port.port2.postMessage(0);
  }

  private note(): void {
    const now = performance.now();
    this.times.push(now - this.started);
    if (this.times.length > 240) this.times.shift();
    if (this.firstPicture === 0) this.firstPicture = now;
  }
}
