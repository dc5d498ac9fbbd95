/** The view as the part of the address behind `#`, so that it can be kept, shared and gone back to. */

import type { Model, ViewSpec } from "./model";

export function toHash(model: Model): string {
  const { view, selected, current } = model;
  const words: string[] = [];
  if (view.kind === "gates") words.push(`gates=${encodeURIComponent(view.prefix ?? "*")}`);
  if (view.kind === "classes") words.push(`part=${encodeURIComponent(view.prefix)}`);
  if (view.kind === "neurons") words.push(`layer=${view.layer}`);
  if (view.kind === "neuron") words.push(`neuron=${view.layer}/${view.neuron}`);
  if (view.kind === "cone") words.push(`cone=${view.net}`);
  if (selected !== null) words.push(`net=${selected}`);
  if (current !== 0) words.push(`circuit=${current}`);
  return words.length > 0 ? `#${words.join("&")}` : "#";
}

export interface Address {
  view: ViewSpec | null;
  net: number | null;
  circuit: number;
}

export function fromHash(hash: string): Address {
  const words = new URLSearchParams(hash.replace(/^#/, ""));
  const whole = (name: string): number | null => {
    const text = words.get(name);
    return text !== null && /^\d{1,10}$/.test(text) ? Number(text) : null;
  };
  const address: Address = { view: null, net: whole("net"), circuit: whole("circuit") ?? 0 };
  const gates = words.get("gates");
  const part = words.get("part");
  const layer = whole("layer");
  const cone = whole("cone");
  const neuron = /^(?:(\d{1,6})\/)?(\d{1,9})$/.exec(words.get("neuron") ?? "");
  if (gates !== null) address.view = { kind: "gates", prefix: gates === "*" ? null : gates };
  else if (part !== null) address.view = { kind: "classes", prefix: part };
  else if (layer !== null) address.view = { kind: "neurons", layer };
  else if (neuron) address.view = { kind: "neuron", layer: Number(neuron[1] ?? 0), neuron: Number(neuron[2]) };
  else if (cone !== null) address.view = { kind: "cone", net: cone };
  return address;
}

/** The address as far as the page holds what it names. */
export function applyHash(model: Model, hash: string): void {
  const { view, net, circuit } = fromHash(hash);
  if (circuit < model.circuits.length) model.showCircuit(circuit);
  const shown = model.circuit;
  const selected = net !== null && shown && net < shown.nets ? net : null;
  if (view && holds(model, view)) model.open(view);
  else if (selected !== null && shown?.isGate(selected)) model.open({ kind: "gates", prefix: shown.part(selected) });
  else model.open({ kind: "overview" });
  if (model.view.kind !== "cone" || selected !== null) model.select(selected);
}

function holds(model: Model, view: ViewSpec): boolean {
  const { circuit, network } = model;
  switch (view.kind) {
    case "overview":
      return true;
    case "gates":
      return circuit !== null && (view.prefix === null || circuit.gatesUnder(view.prefix).length > 0);
    case "classes":
      return circuit !== null && model.partView(view.prefix).kind === "classes";
    case "neurons":
      return network !== null && view.layer < network.layers.length;
    case "neuron":
      return network !== null && view.layer < network.layers.length && view.neuron < network.layers[view.layer].neurons;
    case "cone":
      return circuit !== null && view.net < circuit.nets;
  }
}
