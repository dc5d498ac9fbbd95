/** The shapes of gates. */

import { s } from "../dom";

/** An OR shape of the given size, with the circle of an inversion or without it. */
export function norShape(x: number, y: number, width: number, height: number, kind: "nor" | "or"): SVGGElement {
  const circle = Math.min(5, height * 0.09);
  const w = kind === "nor" ? width - 2 * circle : width;
  const d = `M${x},${y} C${x + w * 0.45},${y} ${x + w * 0.8},${y + height * 0.12} ${x + w},${y + height / 2} C${x + w * 0.8},${y + height * 0.88} ${x + w * 0.45},${y + height} ${x},${y + height} Q${x + w * 0.28},${y + height / 2} ${x},${y} z`;
  const group = s("g", { class: "symbol" }, s("path", { d }));
  if (kind === "nor") group.append(s("circle", { cx: x + w + circle, cy: y + height / 2, r: circle }));
  return group;
}

/** A triangle with the circle of an inversion. */
export function inverterShape(x: number, y: number, width: number, height: number): SVGGElement {
  const circle = height * 0.1;
  const w = width - 2 * circle;
  return s(
    "g",
    { class: "symbol" },
    s("path", { d: `M${x},${y} L${x + w},${y + height / 2} L${x},${y + height} z` }),
    s("circle", { cx: x + w + circle, cy: y + height / 2, r: circle }),
  );
}
