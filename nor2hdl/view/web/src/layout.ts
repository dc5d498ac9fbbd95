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
export const NODE_HEIGHT = 34;
const LEAF_WIDTH = 64;
const LEAF_HEIGHT = 20;

/** Sources at the left, the top of the cone at the right; every gate in the column of its level. */
export function layoutCone(circuit: Circuit, cone: Cone): Layout {
  const { levels } = circuit;
  const graph = new dagre.graphlib.Graph<GraphLabel, NodeLabel, EdgeLabel>();
  graph.setGraph({ rankdir: "LR", ranker: "longest-path", nodesep: 14, ranksep: 46, edgesep: 6, marginx: 8, marginy: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  const shown = new Set(cone.gates);
  for (const net of cone.gates) graph.setNode(String(net), { width: NODE_WIDTH, height: NODE_HEIGHT });
  for (const net of [...cone.cuts, ...cone.leaves]) graph.setNode(String(net), { width: LEAF_WIDTH, height: LEAF_HEIGHT });
  for (const net of cone.gates) {
    for (const source of circuit.fanin(net)) {
      // a source that is not shown as a gate stands just before the first gate that reads it
      const minlen = shown.has(source) ? Math.max(1, levels[net] - levels[source]) : 1;
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
  const wires = graph.edges().map((edge) => ({
    from: Number(edge.v),
    to: Number(edge.w),
    points: graph.edge(edge)?.points ?? [],
  }));
  const places = new Map<number, number>();
  for (const node of nodes) if (node.kind === "gate") places.set(levels[node.net], node.x);
  const columns = [...places].map(([level, x]) => ({ level, x })).sort((a, b) => a.x - b.x);
  const { width = 0, height = 0 } = graph.graph();
  return { nodes, wires, columns, width, height };
}
