/** What the keys do. */

import { button, h } from "../dom";

const KEYS: [string, string][] = [
  ["wheel, + −", "closer and farther; far enough in opens a part, far enough out leaves it"],
  ["arrow keys, drag", "move the picture"],
  ["0", "see all of it"],
  ["Shift + arrow keys, Enter", "go from gate to gate, or from neuron to neuron, and open"],
  ["Escape", "one level up"],
  ["/", "search"],
  ["[ ]", "previous and next sample"],
  ["click a gate", "its fan-in, fan-out and provenance"],
  ["double click a gate", "its cone"],
  ["on the drawing pad", "arrow keys move the cursor, space paints, E changes pen and eraser, Delete clears"],
  ["?", "this help"],
];

export function helpDialog(): HTMLDialogElement {
  const dialog = h("dialog", { class: "help", "aria-label": "Help" });
  dialog.append(
    h("h2", {}, "Keys and gestures"),
    h("dl", {}, ...KEYS.map(([key, what]) => h("div", {}, h("dt", {}, key), h("dd", {}, what)))),
    h("p", {}, "Every gate is a NOR: 1 when none of its fan-ins is 1. All values are computed here, by the netlist that this page holds."),
    button("Close", () => dialog.close(), { class: "plain" }),
  );
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  return dialog;
}
