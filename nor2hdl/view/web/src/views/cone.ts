/** The cone of a net: gates as symbols, wires in the color of their value. */

import type { Circuit } from "../circuit";
import { coneSize, extractCone } from "../cone";
import { count, plural, pressable, s } from "../dom";
import { layoutCone, nodeHeight, NODE_WIDTH, type Placed, type Wire } from "../layout";
import type { Model } from "../model";
import type { View } from "../stage";
import { shorten } from "./overview";
import { inverterShape, norShape } from "./symbols";

/** Gates shown at first, where not the whole cone is small; and gates shown at all. */
const FIRST = 40;
const WHOLE = 80;
const MOST = 150;

export class ConeView implements View {
  width = 640;
  height = 240;
  readonly label: string;
  readonly content = s("g", { class: "cone" });
  readonly closest = 3;
  readonly legible = 0.7;
  focus = { x: 0, y: 0 };
  /** What is to be said of the cone, below the path to it. */
  note = "";
  onNote: (() => void) | null = null;
  /** Whether more of it can be shown at once. */
  more = false;
  private limit: number | null = null;
  private readonly opened = new Set<number>();
  private nodes = new Map<number, { node: SVGGElement; placed: Placed }>();
  private wires: { path: SVGPathElement; from: number; to: number }[] = [];

  constructor(
    private readonly model: Model,
    private readonly circuit: Circuit,
    private readonly top: number,
  ) {
    this.label = `The cone of ${circuit.netName(top)}`;
    this.build();
  }

  private build(): void {
    const { circuit, top, content } = this;
    content.replaceChildren();
    this.nodes.clear();
    this.wires = [];
    const name = circuit.netName(top);
    const why = this.emptiness();
    if (why) {
      this.note = why;
      content.append(s("text", { x: 320, y: 110, class: "name mid" }, name), s("text", { x: 320, y: 138, class: "small mid" }, why));
      return;
    }
    const whole = coneSize(circuit, top);
    this.limit ??= whole.gates <= WHOLE ? WHOLE : FIRST;
    const cone = extractCone(circuit, top, this.limit, this.opened);
    this.more = cone.cuts.length > 0 && this.limit < MOST;
    const part = cone.gates.length < whole.gates;
    this.note = `${name} depends on ${plural(whole.gates, "gate")} and ${plural(whole.inputs, "input bit")}`;
    this.note += part ? `; the ${count(cone.gates.length)} nearest are shown. Click a dashed net to go on from it.` : ".";
    const layout = layoutCone(circuit, cone);
    this.width = layout.width;
    this.height = layout.height + 30;
    this.focus = layout.nodes.find((node) => node.net === top) ?? this.focus;
    const lines = s("g");
    content.append(lines);
    for (const { level, x } of layout.columns) {
      content.append(s("text", { x, y: layout.height + 22, class: "small mid" }, `level ${level}`));
    }
    for (const wire of layout.wires) lines.append(this.wire(wire));
    for (const placed of layout.nodes) content.append(this.node(placed));
    this.update();
    this.follow();
  }

  private emptiness(): string {
    const { circuit, top } = this;
    const outputs = circuit.drives(top);
    const drives = outputs.length > 0 ? ` It drives ${shorten(outputs.join(", "), 60)} directly.` : "";
    if (top === 0) return `This is the constant 0: no gate makes it, so its cone is empty.${drives}`;
    if (!circuit.isGate(top)) return `This is an input bit: no gate makes it, so its cone is empty.${drives}`;
    return "";
  }

  private wire({ from, to, points }: Wire): SVGPathElement {
    const [first, ...rest] = points;
    let d = first ? `M${first.x},${first.y}` : "";
    let last = first;
    for (const point of rest) {
      const middle = (last.x + point.x) / 2;
      d += ` C${middle},${last.y} ${middle},${point.y} ${point.x},${point.y}`;
      last = point;
    }
    const path = s("path", { d, class: "wire" });
    this.wires.push({ path, from, to });
    return path;
  }

  private node(placed: Placed): SVGGElement {
    const { circuit, model } = this;
    const { net, kind, x, y } = placed;
    const name = circuit.netName(net);
    const fanin = circuit.fanin(net).length;
    const node = s("g", { transform: `translate(${x} ${y})`, class: `node ${kind}` });
    if (kind === "gate") {
      const left = -NODE_WIDTH / 2 + 6;
      const high = nodeHeight(fanin) - 6;
      node.append(s("path", { d: `M12,0 H${NODE_WIDTH / 2}`, class: "wire lead" }));
      if (fanin === 0) node.append(s("rect", { x: left, y: -high / 2, width: 40, height: high, rx: 4, class: "symbolbox" }), s("text", { x: 0, y: 0, class: "small mid middle strong" }, "1"));
      else if (fanin === 1) node.append(inverterShape(-NODE_WIDTH / 2, -11, 38, 22));
      else node.append(norShape(-NODE_WIDTH / 2 - 5, -high / 2, 48, high, "nor"));
      node.append(s("text", { x: 0, y: (fanin === 1 ? 11 : high / 2) + 9, class: "tiny mid" }, name));
      pressable(node, `${name}, ${fanin === 1 ? "inverter" : `NOR of ${fanin}`}`, () => model.select(net));
      node.addEventListener("dblclick", (event) => {
        event.stopPropagation();
        model.open({ kind: "cone", net });
      });
    } else {
      const label = kind === "cut" ? `${name} …` : net === 0 ? "0" : name;
      node.append(s("rect", { x: -31, y: -10, width: 62, height: 20, rx: 10, class: "pill" }), s("text", { x: 0, y: 0, class: "small mid middle" }, shorten(label, 10)));
      if (kind === "cut") pressable(node, `Go on from ${name}`, () => this.expand(net));
      else pressable(node, `Input ${name}`, () => model.select(net));
    }
    this.nodes.set(net, { node, placed });
    return node;
  }

  showMore(): void {
    this.limit = Math.min(MOST, 2 * (this.limit ?? FIRST));
    this.build();
    this.onNote?.();
  }

  /** Shows a cut net and a few gates behind it. */
  private expand(net: number): void {
    const queue = [net];
    for (let i = 0; i < queue.length && queue.length < 16; i++) {
      for (const source of this.circuit.fanin(queue[i])) if (this.circuit.isGate(source)) queue.push(source);
    }
    for (const gate of queue.slice(0, 16)) this.opened.add(gate);
    this.build();
    this.model.select(net);
    this.onNote?.();
  }

  update(): void {
    const values = this.model.netValues();
    for (const { path, from } of this.wires) path.classList.toggle("lit", values[from] === 1);
    for (const [net, { node }] of this.nodes) node.classList.toggle("lit", values[net] === 1);
  }

  follow(): { x: number; y: number } | null {
    const { selected } = this.model;
    for (const [net, { node }] of this.nodes) node.classList.toggle("chosen", net === selected);
    for (const { path, from, to } of this.wires) path.classList.toggle("near", selected !== null && (from === selected || to === selected));
    const found = selected === null ? undefined : this.nodes.get(selected);
    return found ? { x: found.placed.x, y: found.placed.y } : null;
  }
}
