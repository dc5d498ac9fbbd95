/** The search box, with suggestions. */

import { h, on } from "../dom";
import type { Model } from "../model";
import { find, suggest, type Found, type Place, type Suggestion, type Target } from "../search";

export class SearchBox {
  readonly node: HTMLElement;
  private readonly field = h("input", {
    type: "search",
    placeholder: "Search: %9, pix[3], neuron 17, pixel 3,4",
    "aria-label": "Search for a net, a neuron, a pixel or a tag",
    role: "combobox",
    "aria-expanded": "false",
    "aria-controls": "suggestions",
    "aria-autocomplete": "list",
    autocomplete: "off",
    spellcheck: "false",
  });
  private readonly list = h("ul", { id: "suggestions", role: "listbox", "aria-label": "Suggestions", hidden: true });
  private readonly error = h("p", { class: "error", role: "alert", hidden: true });
  private shown: Suggestion[] = [];
  private chosen = -1;

  /** `arrive` is called when something was found by the keyboard or the mouse, and is shown. */
  constructor(
    private readonly model: Model,
    private readonly arrive: () => void,
  ) {
    this.node = h("div", { class: "search", role: "search" }, this.field, this.list, this.error);
    on(this.field, {
      input: () => this.suggest(),
      keydown: (event) => this.key(event),
      blur: () => window.setTimeout(() => this.close(), 150),
    });
  }

  focus(): void {
    this.field.focus();
    this.field.select();
  }

  private place(): Place | null {
    const { circuit, network, scene } = this.model;
    return circuit ? { circuit, network, image: scene.image } : null;
  }

  find(text: string): Found {
    const place = this.place();
    const found: Found = place ? find(place, text) : { kind: "error", message: "This circuit is too large to be in the page, so there is nothing to search in." };
    if (found.kind !== "error") goTo(this.model, found);
    return found;
  }

  private suggest(): void {
    this.error.hidden = true;
    const place = this.place();
    this.shown = place ? suggest(place, this.field.value) : [];
    this.chosen = -1;
    this.list.replaceChildren(
      ...this.shown.map(({ text, note }, i) =>
        on(h("li", { role: "option", id: `suggestion-${i}`, "aria-selected": "false" }, h("b", {}, text), h("span", {}, note)), {
          pointerdown: (event) => {
            event.preventDefault();
            this.take(i);
          },
        }),
      ),
    );
    this.list.hidden = this.shown.length === 0;
    this.field.setAttribute("aria-expanded", String(!this.list.hidden));
    this.field.removeAttribute("aria-activedescendant");
  }

  private take(i: number): void {
    const { text, target } = this.shown[i];
    this.field.value = text;
    goTo(this.model, target);
    this.close();
    this.arrive();
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (this.shown.length === 0) return;
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.chosen = (this.chosen + step + this.shown.length) % this.shown.length;
      [...this.list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === this.chosen)));
      this.field.setAttribute("aria-activedescendant", `suggestion-${this.chosen}`);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (this.chosen >= 0) return this.take(this.chosen);
      const found = this.find(this.field.value);
      this.close();
      this.error.hidden = found.kind !== "error";
      this.error.textContent = found.kind === "error" ? found.message : "";
      if (found.kind !== "error") this.arrive();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      this.error.hidden = true;
      if (this.list.hidden) this.field.blur();
      this.close();
    }
  }

  private close(): void {
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
  }
}

/** Shows what was found. */
export function goTo(model: Model, target: Target): void {
  const { circuit } = model;
  if (target.kind === "neuron") {
    model.open({ kind: "neuron", layer: target.layer, neuron: target.neuron });
  } else if (target.kind === "tag") {
    model.select(null);
    model.open(circuit?.parts.includes(target.prefix) ? model.partView(target.prefix) : { kind: "gates", prefix: target.prefix });
  } else if (circuit) {
    const { net } = target;
    if (circuit.isGate(net) && model.view.kind !== "gates") model.open({ kind: "gates", prefix: circuit.part(net) });
    showNet(model, net);
  }
}

/** Selects a net; where gates are shown, goes to those among which it is. */
export function showNet(model: Model, net: number): void {
  const { circuit, view } = model;
  if (circuit && view.kind === "gates" && view.prefix !== null) {
    const tag = circuit.tag(net);
    const here = circuit.isGate(net) && (view.prefix === tag || tag.startsWith(`${view.prefix}/`));
    // an input is no cell of its own: the gates that read it are marked, wherever they are
    if (!here) model.open({ kind: "gates", prefix: circuit.isGate(net) ? circuit.part(net) : null });
  }
  model.select(net);
}
