/** Colors for canvases, read from the style sheet so that both schemes are stated once. */

const names = ["bg", "stage", "ink", "muted", "line", "zero", "one", "dark", "bright", "block", "accent"] as const;

export type Theme = Record<(typeof names)[number], string>;

let now: Theme | null = null;
const listeners: (() => void)[] = [];

export function theme(): Theme {
  if (!now) {
    const style = getComputedStyle(document.documentElement);
    now = Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])) as Theme;
  }
  return now;
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  now = null;
  for (const listener of listeners) listener();
});

export function onTheme(listener: () => void): void {
  listeners.push(listener);
}

export type Rgb = [number, number, number];

/** `#rrggbb` to numbers. */
export function rgb(hex: string): Rgb {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)) as Rgb;
}

/** A color in the byte order of ImageData seen as 32-bit words of a little-endian machine. */
export const word = ([r, g, b]: Rgb, alpha = 255): number => ((alpha << 24) | (b << 16) | (g << 8) | r) >>> 0;

export const mix = (a: Rgb, b: Rgb, share: number): Rgb => a.map((v, i) => Math.round(v + (b[i] - v) * share)) as Rgb;

/** A hue for each part, evenly apart from one to the next. */
export function partColor(index: number, zero: Rgb): Rgb {
  const hues: Rgb[] = [[66, 135, 245], [34, 160, 107], [155, 93, 229], [220, 80, 120], [20, 160, 180], [150, 120, 70]];
  return mix(zero, hues[index % hues.length], 0.3);
}

/** Pixels, one a cell, drawn on a canvas of their own. */
export class Raster {
  readonly canvas = document.createElement("canvas");
  readonly words: Uint32Array;
  private readonly image: ImageData;
  private readonly context: CanvasRenderingContext2D;

  constructor(width: number, height: number) {
    this.canvas.width = Math.max(1, width);
    this.canvas.height = Math.max(1, height);
    const context = this.canvas.getContext("2d");
    if (!context) throw new Error("this browser has no canvas");
    this.context = context;
    this.image = context.createImageData(this.canvas.width, this.canvas.height);
    this.words = new Uint32Array(this.image.data.buffer);
  }

  flush(): void {
    this.context.putImageData(this.image, 0, 0);
  }
}
