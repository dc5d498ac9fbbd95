/** The fan-in cone of a net. */

import type { Circuit } from "./circuit";

/** How many gates a net depends on, itself included; and how many input bits. */
export function coneSize(circuit: Circuit, top: number): { gates: number; inputs: number } {
  const seen = new Uint8Array(top + 1);
  seen[top] = 1;
  let gates = 0;
  let inputs = 0;
  for (let net = top; net > 0; net--) {
    if (!seen[net]) continue;
    if (!circuit.isGate(net)) {
      inputs++;
      continue;
    }
    gates++;
    for (const source of circuit.fanin(net)) seen[source] = 1;
  }
  return { gates, inputs };
}

export interface Cone {
  /** Gates shown, breadth first from the top. */
  gates: number[];
  /** Nets shown without what feeds them. */
  cuts: number[];
  /** Input bits and the constant. */
  leaves: number[];
}

/** The gates nearest to the top, at most `most` and what `opened` asks for besides. */
export function extractCone(circuit: Circuit, top: number, most: number, opened: ReadonlySet<number>): Cone {
  const shown = new Set<number>();
  const edge = new Set<number>();
  const leaves = new Set<number>();
  const queue: number[] = [];
  const reach = (net: number): void => {
    if (!circuit.isGate(net)) leaves.add(net);
    else if (!shown.has(net)) {
      if (shown.size < most || opened.has(net)) {
        shown.add(net);
        edge.delete(net);
        queue.push(net);
      } else edge.add(net);
    }
  };
  reach(top);
  for (let i = 0; i < queue.length; i++) for (const net of circuit.fanin(queue[i])) reach(net);
  return { gates: queue, cuts: [...edge], leaves: [...leaves] };
}
