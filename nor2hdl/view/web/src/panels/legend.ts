/** What the colors mean, below the circuit. */

import { h } from "../dom";
import type { Model } from "../model";
import { planeOf } from "../network";
import { onTheme } from "../theme";
import { partLegend } from "../views/gates";

const MOST = 8;

export function legend(model: Model): HTMLElement {
  const node = h("ul", { class: "legend", "aria-label": "Colors" });
  const entry = (kind: string, text: string): HTMLElement => h("li", {}, h("i", { class: kind }), text);
  const fill = (): void => {
    const { view, circuit } = model;
    const entries: HTMLElement[] = [entry("one", "1"), entry("zero", "0")];
    if (view.kind === "neurons" || view.kind === "neuron") {
      const bytes = view.layer === 0 && model.scene.image !== null;
      if (bytes && planeOf(model.scene.image)) entries.push(entry("dark", "must be dark"), entry("bright", "must be bright"));
      else if (bytes) entries.push(entry("dark", "must be below the threshold"), entry("bright", "must reach the threshold"));
      else entries.push(entry("dark", "must be 0"), entry("bright", "must be 1"));
      if (view.kind === "neuron") entries.push(entry("block", "true literal: blocks"));
    }
    if (view.kind === "gates") {
      if (model.selected !== null) entries.push(entry("fanin", "fan-in"), entry("fanout", "fan-out"));
      if (circuit && view.prefix === null && circuit.parts.length > 1) {
        const parts = partLegend(circuit);
        for (const { name, color } of parts.slice(0, MOST)) {
          const item = entry("part", `0 in ${name}`);
          (item.firstElementChild as HTMLElement).style.background = color;
          entries.push(item);
        }
        if (parts.length > MOST) entries.push(h("li", {}, `and ${parts.length - MOST} more`));
      }
    }
    node.replaceChildren(...entries);
  };
  model.on((change) => change !== "values" && fill());
  onTheme(fill);
  fill();
  return node;
}
