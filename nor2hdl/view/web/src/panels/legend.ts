/** What the colors mean, below the circuit. */

import { h } from "../dom";
import type { Model } from "../model";
import { onTheme } from "../theme";
import { partLegend } from "../views/gates";

export function legend(model: Model): HTMLElement {
  const node = h("ul", { class: "legend", "aria-label": "Colors" });
  const entry = (kind: string, text: string): HTMLElement => h("li", {}, h("i", { class: kind }), text);
  const fill = (): void => {
    const { view, circuit } = model;
    const entries: HTMLElement[] = [entry("one", "1"), entry("zero", "0")];
    if (view.kind === "neurons" || view.kind === "neuron") {
      const picture = view.layer === 0 && model.scene.image !== null;
      if (picture) entries.push(entry("dark", "must be dark"), entry("bright", "must be bright"));
      else entries.push(entry("dark", "must be 0"), entry("bright", "must be 1"));
      if (view.kind === "neuron") entries.push(entry("block", "true literal: blocks"));
    }
    if (view.kind === "gates") {
      if (model.selected !== null) entries.push(entry("fanin", "fan-in"), entry("fanout", "fan-out"));
      if (circuit && view.prefix === null && circuit.parts.length > 1) {
        for (const { name, color } of partLegend(circuit)) {
          const item = entry("part", `0 in ${name}`);
          (item.firstElementChild as HTMLElement).style.background = color;
          entries.push(item);
        }
      }
    }
    node.replaceChildren(...entries);
  };
  model.on((change) => change !== "values" && fill());
  onTheme(fill);
  fill();
  return node;
}
