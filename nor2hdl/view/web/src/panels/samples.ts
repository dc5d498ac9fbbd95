/** A strip of samples to load. */

import { button, h, on } from "../dom";
import type { Model } from "../model";
import { planeOf } from "../network";
import { Raster } from "../theme";
import { paintPlane } from "../views/overview";

export function sampleStrip(model: Model): HTMLElement | null {
  const { samples: scene, image } = model.scene;
  if (!scene || model.samples.length === 0) return null;
  const plane = planeOf(image);
  const buttons = model.samples.map((bytes, i) => {
    const label = model.className(scene.labels[i]);
    const name = `Sample ${scene.indices[i]}, label ${label}`;
    const press = on(h("button", { type: "button", "aria-label": name, title: name }), { click: () => model.loadSample(i) });
    if (plane) {
      const raster = new Raster(plane.width, plane.height);
      paintPlane(raster, bytes, plane.channels);
      press.append(raster.canvas);
    } else press.append(h("span", { class: "number" }, `#${scene.indices[i]}`));
    press.append(h("span", { class: "label" }, label));
    return press;
  });
  const list = h("div", { class: "thumbs", role: "group", "aria-label": `Samples of the split ${scene.split}` }, ...buttons);
  const fill = (): void => {
    buttons.forEach((press, i) => press.setAttribute("aria-pressed", String(i === model.sample)));
    const chosen = model.sample === null ? null : buttons[model.sample];
    if (!chosen) return;
    const left = chosen.offsetLeft - list.offsetLeft;
    if (left < list.scrollLeft || left + chosen.offsetWidth > list.scrollLeft + list.clientWidth) list.scrollLeft = left - list.clientWidth / 2;
  };
  model.on((change) => change === "values" && fill());
  fill();
  return h(
    "section",
    { class: "samples", "aria-label": "Samples" },
    button("‹", () => stepSample(model, -1), { class: "round", "aria-label": "Previous sample", title: "Previous sample ([)" }),
    list,
    button("›", () => stepSample(model, 1), { class: "round", "aria-label": "Next sample", title: "Next sample (])" }),
  );
}

export function stepSample(model: Model, by: number): void {
  model.loadSample(model.sample === null ? (by > 0 ? 0 : -1) : model.sample + by);
}
