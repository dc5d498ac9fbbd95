/** Title, choice of circuit, figures, remark. */

import { button, count, h } from "../dom";
import type { Model } from "../model";

export function header(model: Model, search: HTMLElement, help: () => void): HTMLElement {
  const { scene } = model;
  const figures = h("dl", { class: "figures" });
  const choice = h("div", { class: "choice", role: "group", "aria-label": "Circuit shown" });
  const remark = h("p", { class: "remark", role: "note", hidden: true });
  const buttons = scene.circuits.map((circuit, i) => {
    const press = button(circuit.name, () => model.showCircuit(i), { title: `Show the circuit ${circuit.name}` });
    choice.append(press);
    return press;
  });
  choice.hidden = buttons.length < 2;
  const fill = (): void => {
    const circuit = scene.circuits[model.current];
    const pairs: [string, number][] = [["gate", circuit.gates], ["pin", circuit.pins], ["level", circuit.depth]];
    figures.replaceChildren(...pairs.map(([name, n]) => h("div", {}, h("dt", {}, n === 1 ? name : `${name}s`), h("dd", {}, count(n)))));
    buttons.forEach((press, i) => press.setAttribute("aria-pressed", String(i === model.current)));
    // the remark is about the first circuit only
    remark.textContent = model.current === 0 ? scene.remark : "";
    remark.hidden = remark.textContent === "";
  };
  model.on((change) => change === "circuit" && fill());
  fill();
  return h(
    "header",
    { class: "top" },
    h("h1", {}, scene.title),
    choice,
    figures,
    remark,
    search,
    button("?", help, { class: "round", "aria-label": "Help", title: "Help (?)" }),
  );
}
