/** A cone laid out in columns by level. */

import dagre, { type EdgeLabel, type GraphLabel, type NodeLabel } from "@dagrejs/dagre";
import type { Circuit } from "./circuit";
import type { Cone } from "./cone";

export interface Placed {
  net: number;
  kind: "gate" | "cut" | "leaf";
  x: number;
  y: number;
}

export interface Wire {
  from: number;
  to: number;
  points: { x: number; y: number }[];
}

export interface Layout {
  nodes: Placed[];
  wires: Wire[];
  columns: { level: number; x: number }[];
  width: number;
  height: number;
}

export const NODE_WIDTH = 56;
const NODE_HEIGHT = 34;
const MOST_HEIGHT = 150;
const LEAF_WIDTH = 64;
const LEAF_HEIGHT = 20;

/** A gate is higher the more pins it has. */
export const nodeHeight = (pins: number): number => Math.min(MOST_HEIGHT, NODE_HEIGHT + 4 * Math.max(0, pins - 5));

/** Sources at the left, the top of the cone at the right; every gate in the column of its level. */
export function layoutCone(circuit: Circuit, cone: Cone): Layout {
  const { levels } = circuit;
  const most = Math.max(0, ...cone.gates.map((net) => circuit.fanin(net).length));
  const graph = new dagre.graphlib.Graph<GraphLabel, NodeLabel, EdgeLabel>();
  graph.setGraph({ rankdir: "LR", ranker: "longest-path", nodesep: 14, ranksep: most > 12 ? 110 : 46, edgesep: 6, marginx: 8, marginy: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  // levels without a gate here get no column
  const columnOf = new Map([...new Set(cone.gates.map((net) => levels[net]))].sort((a, b) => a - b).map((level, i) => [level, i]));
  const column = (net: number): number => columnOf.get(levels[net]) ?? -1;
  const shown = new Set(cone.gates);
  for (const net of cone.gates) graph.setNode(String(net), { width: NODE_WIDTH, height: nodeHeight(circuit.fanin(net).length) });
  for (const net of [...cone.cuts, ...cone.leaves]) graph.setNode(String(net), { width: LEAF_WIDTH, height: LEAF_HEIGHT });
  for (const net of cone.gates) {
    for (const source of circuit.fanin(net)) {
      // a source that is not shown as a gate stands just before the first gate that reads it
      const minlen = shown.has(source) ? Math.max(1, column(net) - column(source)) : 1;
      graph.setEdge(String(source), String(net), { minlen });
    }
  }
  dagre.layout(graph);
  const kinds = new Map<number, Placed["kind"]>();
  for (const net of cone.gates) kinds.set(net, "gate");
  for (const net of cone.cuts) kinds.set(net, "cut");
  for (const net of cone.leaves) kinds.set(net, "leaf");
  const nodes: Placed[] = [];
  for (const [net, kind] of kinds) {
    const { x = 0, y = 0 } = graph.node(String(net));
    nodes.push({ net, kind, x, y });
  }
  const wires = pinned(new Map(nodes.map((node) => [node.net, node])), graph.edges().map((edge) => ({
    from: Number(edge.v),
    to: Number(edge.w),
    points: (graph.edge(edge)?.points ?? []).slice(1, -1).map(({ x, y }) => ({ x, y })),
  })));
  const places = new Map<number, number>();
  for (const node of nodes) if (node.kind === "gate") places.set(levels[node.net], node.x);
  const columns = [...places].map(([level, x]) => ({ level, x })).sort((a, b) => a.x - b.x);
  const { width = 0, height = 0 } = graph.graph();
  return { nodes, wires, columns, width, height };
}

/** Wires from the output pin of one node to input pins of the next, the pins of a gate in the order of what comes. */
function pinned(nodes: Map<number, Placed>, wires: Wire[]): Wire[] {
  const into = new Map<number, Wire[]>();
  for (const wire of wires) {
    const source = nodes.get(wire.from);
    if (!source) continue;
    wire.points.unshift({ x: source.x + (source.kind === "gate" ? NODE_WIDTH : LEAF_WIDTH) / 2, y: source.y });
    into.set(wire.to, [...(into.get(wire.to) ?? []), wire]);
  }
  for (const [net, all] of into) {
    const target = nodes.get(net);
    if (!target) continue;
    const last = (wire: Wire): number => wire.points[wire.points.length - 1].y;
    all.sort((a, b) => last(a) - last(b));
    const room = Math.min(nodeHeight(all.length) - 12, 7 * (all.length - 1));
    all.forEach((wire, i) => {
      const share = all.length === 1 ? 0 : i / (all.length - 1) - 0.5;
      wire.points.push({ x: target.x - NODE_WIDTH / 2, y: target.y + share * room });
    });
  }
  return wires;
}
