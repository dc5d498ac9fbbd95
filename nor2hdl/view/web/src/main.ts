/** The page: reads what it holds, makes its parts, and ties them together. */

import { api, type Api } from "./api";
import type { Circuit } from "./circuit";
import { decodeCircuit } from "./decode";
import { button, h } from "./dom";
import { applyHash, toHash } from "./hash";
import { Model } from "./model";
import { buildNetwork, bytesOf, planeOf } from "./network";
import { crumbs, type Note } from "./panels/crumbs";
import { DetailsPanel } from "./panels/details";
import { header } from "./panels/header";
import { helpDialog } from "./panels/help";
import { bitList, featureList } from "./panels/inputs";
import { legend } from "./panels/legend";
import { Pad } from "./panels/pad";
import { sampleStrip, stepSample } from "./panels/samples";
import { SearchBox } from "./panels/searchbox";
import { VotesPanel } from "./panels/votes";
import { readScene, unpack } from "./scene";
import { Stage, type View } from "./stage";
import { ClassesView } from "./views/classes";
import { ConeView } from "./views/cone";
import { GatesView } from "./views/gates";
import { NeuronView } from "./views/neuron";
import { NeuronsView } from "./views/neurons";
import { Overview } from "./views/overview";
import { SummaryView } from "./views/summary";

declare global {
  interface Window {
    nor2hdl: Api;
  }
}

async function blob(index: number): Promise<Uint8Array> {
  const node = document.getElementById(`blob-${index}`);
  if (!node) throw new Error(`the page must hold the data number ${index}`);
  return unpack(node.textContent ?? "");
}

async function load(): Promise<Model> {
  const scene = readScene(document.getElementById("scene")?.textContent ?? "");
  const circuits: (Circuit | null)[] = [];
  for (const shown of scene.circuits) {
    const circuit = shown.blob === null ? null : decodeCircuit(shown, await blob(shown.blob));
    if (circuit && shown.toggles !== null) {
      const bytes = await blob(shown.toggles);
      circuit.toggles = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
    }
    circuits.push(circuit);
  }
  const { network: net } = scene;
  const network = net ? buildNetwork(net, await Promise.all(net.layers.map((layer) => blob(layer.blob)))) : null;
  const samples: Uint8Array[] = [];
  if (scene.samples && scene.image) {
    const all = await blob(scene.samples.blob);
    const size = bytesOf(scene.image);
    for (let i = 0; i < scene.samples.labels.length; i++) samples.push(all.subarray(i * size, (i + 1) * size));
  }
  return new Model(scene, circuits, network, samples);
}

function makeView(model: Model): View {
  const { view, circuit } = model;
  if (view.kind === "neurons") return new NeuronsView(model, view.layer);
  if (view.kind === "neuron") return new NeuronView(model, view.layer, view.neuron);
  if (!circuit) return new SummaryView(model);
  if (view.kind === "gates") return new GatesView(model, circuit, view.prefix);
  if (view.kind === "classes") return new ClassesView(model, circuit, view.prefix);
  if (view.kind === "cone") return new ConeView(model, circuit, view.net);
  return new Overview(model, circuit);
}

function inputPanel(model: Model): HTMLElement {
  const plane = planeOf(model.scene.image);
  const body = plane ? new Pad(model, plane).node : model.scene.image ? featureList(model) : bitList(model);
  return h("section", { class: "panel input", "aria-label": "Input" }, h("h2", {}, plane ? "Input: draw here" : "Input"), body);
}

function noteOf(view: View | null): Note {
  if (!(view instanceof ConeView)) return { text: "", more: null };
  return { text: view.note, more: view.more ? () => view.showMore() : null };
}

/** Circuit, crumbs and buttons for the eye; follows the model. */
function center(model: Model, stage: Stage): HTMLElement {
  let view: View | null = null;
  const zoom = h(
    "div",
    { class: "zoom", role: "group", "aria-label": "Zoom" },
    button("+", () => stage.zoomBy(1.5), { "aria-label": "Closer", title: "Closer (+)" }),
    button("−", () => stage.zoomBy(1 / 1.5), { "aria-label": "Farther", title: "Farther (-)" }),
    button("⤢", () => stage.fit(), { "aria-label": "See all", title: "See all (0)" }),
  );
  const way = crumbs(model, zoom, () => noteOf(view));
  const colors = legend(model);
  const node = h("div", { class: "center" }, way.node, stage.node, colors);
  const show = (): void => {
    const held = node.contains(document.activeElement);
    view = makeView(model);
    if (view instanceof ConeView) {
      view.onNote = () => {
        way.fill();
        stage.refit();
      };
    }
    stage.show(view);
    way.fill();
    // what had the focus is gone with the view before
    if (held && !node.contains(document.activeElement)) stage.node.focus({ preventScroll: true });
  };
  model.on((change) => {
    if (change === "values") stage.update();
    else if (change === "select") stage.follow();
    else show();
  });
  stage.onTop = () => model.view.kind !== "overview" && model.up();
  show();
  return node;
}

function keys(model: Model, search: SearchBox, help: HTMLDialogElement): void {
  document.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || help.open || /^(input|textarea|select)$/i.test(target.tagName)) return;
    const actions: Record<string, () => void> = {
      "/": () => search.focus(),
      "[": () => stepSample(model, -1),
      "]": () => stepSample(model, 1),
      "?": () => help.showModal(),
      Escape: () => model.up(),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}

/** The address follows the view; going back and forth moves the view. */
function history(model: Model): void {
  let moving = false;
  model.on((change) => {
    if (change === "values" || moving) return;
    const hash = toHash(model);
    if (hash === (location.hash || "#")) return;
    if (change === "select") window.history.replaceState(null, "", hash);
    else window.history.pushState(null, "", hash);
  });
  const follow = (): void => {
    moving = true;
    try {
      applyHash(model, location.hash);
    } finally {
      moving = false;
    }
  };
  window.addEventListener("popstate", follow);
  if (location.hash.length > 1) follow();
}

async function start(): Promise<{ model: Model; stage: Stage; search: SearchBox }> {
  const model = await load();
  const app = document.getElementById("app") ?? document.body.appendChild(h("main", { id: "app" }));
  document.querySelector("body > header")?.remove();
  if (model.samples.length > 0) model.loadSample(0);
  const stage = new Stage();
  const search = new SearchBox(model, () => stage.node.focus({ preventScroll: true }));
  const help = helpDialog();
  const strip = sampleStrip(model);
  app.replaceChildren(
    header(model, search.node, () => help.showModal()),
    h("div", { class: "left" }, inputPanel(model)),
    center(model, stage),
    h("div", { class: "right" }, new VotesPanel(model).node, new DetailsPanel(model).node),
    ...(strip ? [strip] : []),
    help,
  );
  app.classList.toggle("nosamples", !strip);
  keys(model, search, help);
  history(model);
  await new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())));
  return { model, stage, search };
}

const ready = start();
window.nor2hdl = api(ready);
ready.catch((error: unknown) => {
  const text = error instanceof Error ? error.message : String(error);
  document.getElementById("app")?.replaceChildren(h("p", { class: "fatal", role: "alert" }, `This page cannot be shown: ${text}`));
});
