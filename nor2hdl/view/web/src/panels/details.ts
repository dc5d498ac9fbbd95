/** What is known of the chosen net or neuron. */

import type { Circuit } from "../circuit";
import { button, count, h, plural } from "../dom";
import { literalTrue } from "../evaluate";
import type { Model } from "../model";
import { byteName, classOf, literalsOf, planeOf } from "../network";
import { partTitle } from "../views/overview";
import { showNet } from "./searchbox";

const MOST = 24;

type Row = [string, Node | string];

export class DetailsPanel {
  readonly node = h("section", { class: "panel details", "aria-label": "Details", tabindex: -1 });
  private readonly live: (() => void)[] = [];

  constructor(private readonly model: Model) {
    model.on((change) => {
      if (change === "values") for (const follow of this.live) follow();
      else this.fill();
    });
    this.fill();
  }

  private fill(): void {
    const { model } = this;
    const { circuit, selected, view } = model;
    const held = this.node.contains(document.activeElement);
    this.live.length = 0;
    if (selected !== null && circuit && selected < circuit.nets) this.node.replaceChildren(...this.net(circuit, selected));
    else if (view.kind === "neuron") this.node.replaceChildren(...this.neuron(view.layer, view.neuron));
    else this.node.replaceChildren(h("h2", {}, "Details"), ...this.parts());
    for (const follow of this.live) follow();
    if (held && !this.node.contains(document.activeElement)) this.node.focus({ preventScroll: true });
  }

  private rows(rows: Row[]): HTMLElement {
    return h("dl", { class: "rows" }, ...rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
  }

  private value(read: () => number): HTMLElement {
    const chip = h("span", { class: "bit" });
    this.live.push(() => {
      chip.textContent = String(read());
      chip.classList.toggle("lit", read() === 1);
    });
    return chip;
  }

  private parts(): HTMLElement[] {
    const { circuit } = this.model;
    const scene = this.model.scene.circuits[this.model.current];
    const names = circuit?.parts ?? scene.parts.map(([name]) => name);
    const sizes = new Map(scene.parts);
    const list = h("ul", { class: "parts" });
    for (const name of names) {
      const title = partTitle(name);
      const label = circuit ? button(title, () => this.model.open(this.model.partView(name)), { class: "link" }) : h("span", {}, title);
      const share = h("span", { class: "share" });
      share.style.transform = `scaleX(${(sizes.get(name) ?? 0) / Math.max(1, scene.gates)})`;
      list.append(h("li", {}, label, h("span", { class: "track" }, share), h("span", { class: "sum" }, count(sizes.get(name) ?? 0))));
    }
    const hint = circuit
      ? "Click a part to open it, a gate to see it here; double click a gate for its cone."
      : `This circuit has ${count(scene.gates)} gates, more than a page can hold: only this summary is shown.`;
    return [h("p", { class: "hint" }, hint), list];
  }

  private net(circuit: Circuit, net: number): HTMLElement[] {
    const { model } = this;
    const name = circuit.netName(net);
    const gate = circuit.isGate(net);
    const fanin = circuit.fanin(net);
    const kind = net === 0 ? "constant false" : !gate ? "input bit" : fanin.length === 0 ? "constant true" : fanin.length === 1 ? "inverter" : `NOR of ${fanin.length}`;
    const outputs = circuit.drives(net);
    const rows: Row[] = [["value now", this.value(() => model.netValues()[net])]];
    const tag = circuit.tag(net);
    if (gate) rows.push(["level", String(circuit.levels[net])], ["provenance", tag ? this.tag(tag) : "none"]);
    const rate = circuit.toggles?.[net];
    if (rate !== undefined) rows.push(["toggle rate", `${rate.toFixed(3)} a sample`]);
    if (outputs.length > 0) rows.push(["drives", outputs.slice(0, MOST).join(", ") + (outputs.length > MOST ? ` and ${outputs.length - MOST} more` : "")]);
    const actions = h("div", { class: "actions" }, button("Cone", () => model.open({ kind: "cone", net }), { class: "plain", title: "All that this net depends on" }));
    if (!gate && net > 0) actions.append(button("Turn this input", () => model.toggleInput(net), { class: "plain" }));
    if (gate && model.view.kind === "cone") actions.append(button("Show among the gates", () => model.open({ kind: "gates", prefix: circuit.part(net) }), { class: "plain" }));
    return [
      this.title(name, kind),
      actions,
      this.rows(rows),
      ...this.pixel(net),
      ...(gate ? [this.list("Fan-in", circuit, fanin)] : []),
      this.list("Fan-out", circuit, circuit.fanout(net)),
    ];
  }

  private title(name: string, kind: string): HTMLElement {
    return h(
      "div",
      { class: "head" },
      h("h2", {}, name),
      h("span", { class: "kind" }, kind),
      button("×", () => this.model.select(null), { class: "round small", "aria-label": "Close the details" }),
    );
  }

  private tag(tag: string): HTMLElement {
    const { model } = this;
    const neuron = /^layer(\d+)\/neuron(\d+)$/.exec(tag);
    const layer = neuron ? model.network?.layers[Number(neuron[1])] : undefined;
    if (neuron && layer && Number(neuron[2]) < layer.neurons) {
      return button(tag, () => model.open({ kind: "neuron", layer: Number(neuron[1]), neuron: Number(neuron[2]) }), { class: "link" });
    }
    return button(tag, () => model.open({ kind: "gates", prefix: tag }), { class: "link" });
  }

  private list(title: string, circuit: Circuit, nets: Int32Array): HTMLElement {
    const items = h("ul", { class: "nets" });
    for (const net of nets.subarray(0, MOST)) {
      const press = button(circuit.netName(net), () => showNet(this.model, net), { title: circuit.tag(net) || null });
      this.live.push(() => press.classList.toggle("lit", this.model.netValues()[net] === 1));
      items.append(h("li", {}, press));
    }
    if (nets.length > MOST) items.append(h("li", { class: "more" }, `and ${count(nets.length - MOST)} more`));
    return h("div", {}, h("h3", {}, title, " ", h("small", {}, count(nets.length))), nets.length > 0 ? items : h("p", { class: "hint" }, "none"));
  }

  /** Of an input bit of a picture: the byte that it belongs to and the neurons that read it. */
  private pixel(net: number): HTMLElement[] {
    const { image } = this.model.scene;
    const { network } = this.model;
    const place = this.model.byteOf(net);
    if (!image || !place) return [];
    const [byte, bit] = place;
    const level = h("span", {});
    this.live.push(() => (level.textContent = String(this.model.bytes?.[byte] ?? 0)));
    const rows = this.rows([["belongs to", `${byteName(image, byte)}, bit ${bit}`], ["its byte now", level]]);
    if (!network) return [rows];
    const readers: { neuron: number; dark: boolean }[] = [];
    const { neurons } = network.layers[0];
    for (let j = 0; j < neurons; j++) {
      for (const literal of literalsOf(network.layers[0], j)) {
        if (Math.floor((Math.abs(literal) - 1) / image.levels.length) !== byte) continue;
        readers.push({ neuron: j, dark: literal > 0 });
        break;
      }
    }
    const items = h("ul", { class: "nets" });
    for (const { neuron, dark } of readers.slice(0, MOST)) {
      const open = (): void => {
        this.model.select(null);
        this.model.open({ kind: "neuron", layer: 0, neuron });
      };
      items.append(h("li", {}, button(`neuron ${neuron}`, open, { class: dark ? "dark" : "bright", title: dark ? "wants it dark" : "wants it bright" })));
    }
    if (readers.length > MOST) items.append(h("li", { class: "more" }, `and ${count(readers.length - MOST)} more`));
    const none = h("p", { class: "hint" }, "none");
    return [rows, h("div", {}, h("h3", {}, "Read by neurons ", h("small", {}, count(readers.length))), readers.length > 0 ? items : none)];
  }

  private neuron(index: number, neuron: number): HTMLElement[] {
    const { model } = this;
    const { network, circuit } = model;
    if (!network) return [];
    const layer = network.layers[index];
    const literals = literalsOf(layer, neuron);
    const blocks = h("p", { class: "sentence" });
    const positive = literals.filter((literal) => literal > 0).length;
    const most = layer.thresholds[neuron];
    const rule = most === 0 ? "none of its literals is true" : `at most ${most} of its literals are true`;
    this.live.push(() => {
      const inputs = model.layerInputs(index);
      const n = literals.filter((literal) => literalTrue(literal, inputs)).length;
      const value = model.neuronValues()[index]?.[neuron] ?? 0;
      blocks.textContent = n === 0 ? `None is true now, so the neuron is ${value}.` : `${plural(n, "literal is", "literals are")} true now, so the neuron is ${value}.`;
    });
    const blocking = h("div", {});
    this.live.push(() => blocking.replaceChildren(...this.blocking(index, literals)));
    const rows: Row[] = [["value now", this.value(() => model.neuronValues()[index]?.[neuron] ?? 0)], ["literals", count(literals.length)]];
    const [low, high] = index > 0 ? ["must be 0", "must be 1"] : planeOf(model.scene.image) ? ["must be dark", "must be bright"] : ["must be below", "must reach"];
    rows.push([low, count(positive)], [high, count(literals.length - positive)]);
    if (index === network.layers.length - 1) rows.push(["vote", `${network.votes[neuron]} for ${model.className(classOf(network, neuron))}`]);
    const tag = `layer${index}/neuron${neuron}`;
    const gates = circuit?.scene.tags.includes(tag) ? circuit.gatesUnder(tag) : new Int32Array(0);
    const sentence = layer.inverted[neuron] ? `It is 0 when ${rule}, else 1.` : `It is 1 when ${rule}.`;
    return [
      h("div", { class: "head" }, h("h2", {}, `neuron ${neuron}`), h("span", { class: "kind" }, `layer${index}, ${layer.kind}`)),
      this.walk(index, neuron, layer.neurons),
      h("p", { class: "sentence" }, literals.length === 0 && most === 0 && !layer.inverted[neuron] ? "It has no literals: it is always 1." : sentence),
      blocks,
      this.rows(rows),
      blocking,
      ...(circuit && gates.length > 0
        ? [this.list(`Gates in the circuit`, circuit, gates)]
        : [h("p", { class: "hint" }, "No gate of this circuit carries this neuron's name: it was merged with others, or simplified away.")]),
    ];
  }

  /** The literals that are true now, to click. */
  private blocking(index: number, literals: Int32Array): HTMLElement[] {
    const { model } = this;
    const { image } = model.scene;
    const inputs = model.layerInputs(index);
    const found = literals.filter((literal) => literalTrue(literal, inputs));
    if (found.length === 0) return [];
    const items = h("ul", { class: "nets" });
    for (const literal of found.subarray(0, MOST)) {
      const input = Math.abs(literal) - 1;
      const byte = image ? Math.floor(input / image.levels.length) : 0;
      const name = index > 0 || !image ? `neuron ${input}` : `${byteName(image, byte)} ${literal > 0 ? "≥" : "<"} ${image.levels[input % image.levels.length]}`;
      const open = (): void => {
        if (index > 0) model.open({ kind: "neuron", layer: index - 1, neuron: input });
        else model.select(model.byteNet(byte));
      };
      items.append(h("li", {}, button(name, open, { class: literal > 0 ? "dark" : "bright" })));
    }
    if (found.length > MOST) items.append(h("li", { class: "more" }, `and ${count(found.length - MOST)} more`));
    return [h("h3", {}, "True literals ", h("small", {}, count(found.length))), items];
  }

  private walk(layer: number, neuron: number, neurons: number): HTMLElement {
    const to = (n: number) => (): void => this.model.open({ kind: "neuron", layer, neuron: (n + neurons) % neurons });
    return h("div", { class: "actions" }, button("‹ Previous", to(neuron - 1), { class: "plain" }), button("Next ›", to(neuron + 1), { class: "plain" }));
  }
}
