/** Where one is, the way up, and other ways to see the same. */

import { button, h } from "../dom";
import { subparts, type Model, type ViewSpec } from "../model";
import { partTitle } from "../views/overview";

interface Step {
  name: string;
  view: ViewSpec;
}

function steps(model: Model): Step[] {
  const { view, circuit } = model;
  const list: Step[] = [{ name: "circuit", view: { kind: "overview" } }];
  const parts = (prefix: string): void => {
    const words = prefix.split("/");
    words.forEach((word, i) => {
      const path = words.slice(0, i + 1).join("/");
      const last = i === words.length - 1;
      list.push({ name: partTitle(word), view: last ? { kind: "gates", prefix: path } : model.partView(path) });
    });
  };
  if (view.kind === "gates") {
    if (view.prefix === null) list.push({ name: "all gates", view });
    else parts(view.prefix);
  } else if (view.kind === "classes") list.push({ name: view.prefix, view });
  else if (view.kind === "neurons") list.push({ name: `layer${view.layer}`, view });
  else if (view.kind === "neuron") {
    list.push({ name: `layer${view.layer}`, view: { kind: "neurons", layer: view.layer } }, { name: `neuron ${view.neuron}`, view });
  } else if (view.kind === "cone" && circuit) {
    const tag = circuit.tag(view.net);
    if (tag) parts(tag);
    list.push({ name: `cone of ${circuit.netName(view.net)}`, view });
  }
  return list;
}

/** Views of the same thing, to choose from. */
function views(model: Model): Step[] {
  const { view, circuit } = model;
  if (!circuit) return [];
  if (view.kind === "overview" || (view.kind === "gates" && view.prefix === null)) {
    return [{ name: "parts", view: { kind: "overview" } }, { name: "all gates", view: { kind: "gates", prefix: null } }];
  }
  const part = view.kind === "neurons" ? `layer${view.layer}` : view.kind === "gates" || view.kind === "classes" ? view.prefix : null;
  if (part === null || part.includes("/") || !circuit.parts.includes(part)) return [];
  const inner = model.partView(part);
  if (inner.kind === "gates") return [];
  const name = inner.kind === "neurons" ? "neurons" : subparts(circuit, part).every((sub) => /\/class\d+$/.test(sub)) ? "classes" : "parts";
  return [{ name, view: inner }, { name: "gates", view: { kind: "gates", prefix: part } }];
}

const same = (a: ViewSpec, b: ViewSpec): boolean => JSON.stringify(a) === JSON.stringify(b);

export interface Note {
  text: string;
  /** What more can be shown, where there is more. */
  more: (() => void) | null;
}

export function crumbs(model: Model, zoom: HTMLElement, note: () => Note): { node: HTMLElement; fill: () => void } {
  const trail = h("ol", {});
  const choice = h("div", { class: "choice", role: "group", "aria-label": "Show as" });
  const words = h("p", { class: "note" });
  const node = h("nav", { class: "crumbs", "aria-label": "Place" }, h("div", { class: "way" }, trail, h("div", { class: "ways" }, choice, zoom)), words);
  const fill = (): void => {
    const list = steps(model);
    trail.replaceChildren(
      ...list.map(({ name, view }, i) => {
        const last = i === list.length - 1;
        return h("li", {}, last ? h("span", { "aria-current": "location" }, name) : button(name, () => model.open(view), { class: "link" }));
      }),
    );
    choice.replaceChildren(
      ...views(model).map(({ name, view }) => button(name, () => model.open(view), { "aria-pressed": String(same(view, model.view)) })),
    );
    choice.hidden = choice.childElementCount === 0;
    const { text, more } = note();
    words.replaceChildren(text, " ", ...(more ? [button("Show more", more, { class: "link" })] : []));
    words.hidden = text === "";
  };
  model.on((change) => change !== "values" && change !== "select" && fill());
  return { node, fill };
}
