/** Inputs that are no picture: a number for each feature, or a switch for each bit. */

import { button, count, h, on } from "../dom";
import type { Model } from "../model";
import { bytesOf } from "../network";

const MOST = 256;

/** Numbers 0 to 255, one a feature. */
export function featureList(model: Model): HTMLElement {
  const { image } = model.scene;
  const features = image ? bytesOf(image) : 0;
  const shown = Math.min(features, MOST);
  const fields = Array.from({ length: shown }, (_, i) => {
    const field = h("input", { type: "number", min: 0, max: 255, step: 1, value: 0, "aria-label": `feature ${i}` });
    const bar = h("span", { class: "fill" });
    on(field, {
      input: () => {
        const value = Number(field.value);
        const valid = field.value !== "" && Number.isInteger(value) && value >= 0 && value <= 255;
        field.setAttribute("aria-invalid", String(!valid));
        if (!valid) return;
        const bytes = Uint8Array.from(model.bytes ?? []);
        bytes[i] = value;
        model.setBytes(bytes);
      },
    });
    return { field, bar, row: h("li", {}, h("span", { class: "name" }, `feature ${i}`), h("span", { class: "track" }, bar), field) };
  });
  const fill = (): void => {
    fields.forEach(({ field, bar }, i) => {
      const value = model.bytes?.[i] ?? 0;
      if (document.activeElement !== field) field.value = String(value);
      bar.style.transform = `scaleX(${value / 255})`;
    });
  };
  model.on((change) => change === "values" && fill());
  fill();
  return h(
    "div",
    { class: "features" },
    h("ul", { tabindex: 0, "aria-label": "Values of the features" }, ...fields.map(({ row }) => row)),
    shown < features && h("p", { class: "hint" }, `The first ${shown} of ${count(features)}.`),
    button("Clear", () => model.setBytes(new Uint8Array(features)), { class: "plain" }),
  );
}

/** A switch for each input bit. */
export function bitList(model: Model): HTMLElement {
  const list = h("div", { class: "bits" });
  const hint = h("p", { class: "hint" });
  let follow = (): void => undefined;
  const build = (): void => {
    const { circuit } = model;
    list.replaceChildren();
    hint.textContent = circuit ? "" : "The circuit is not in the page.";
    if (!circuit) return;
    const switches: { press: HTMLButtonElement; net: number }[] = [];
    for (let net = 1; net < circuit.firstGate && switches.length < MOST; net++) {
      const name = circuit.netName(net);
      const press = button(name, () => model.toggleInput(net), { role: "switch" });
      switches.push({ press, net });
      list.append(press);
    }
    const inputs = circuit.firstGate - 1;
    if (inputs === 0) hint.textContent = "The circuit has no inputs.";
    else if (inputs > switches.length) hint.textContent = `The first ${MOST} of ${count(inputs)} input bits; search for others by name.`;
    else hint.textContent = "Click a bit to turn it.";
    follow = () => {
      const values = model.netValues();
      for (const { press, net } of switches) press.setAttribute("aria-checked", String(values[net] === 1));
    };
    follow();
  };
  model.on((change) => {
    if (change === "circuit") build();
    if (change === "values") follow();
  });
  build();
  return h("div", { class: "bitbox" }, list, hint);
}
