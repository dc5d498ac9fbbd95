/** What tests and curious people can call on the page: `window.nor2hdl`. */

import { evaluate, outputs, writeBytes } from "./evaluate";
import type { Model } from "./model";
import type { SearchBox } from "./panels/searchbox";
import type { Found } from "./search";
import type { Stage } from "./stage";

export interface State {
  circuit: string;
  class: number | null;
  className: string | null;
  votes: number[] | null;
  selection: number | null;
  sample: number | null;
  label: number | null;
  /** What is drawn or loaded, byte by byte. */
  bytes: number[] | null;
  view: unknown;
}

export interface Api {
  ready: Promise<void>;
  evaluate(circuit: number, bytes: ArrayLike<number>): { outputs: Record<string, number | bigint>; nets: Uint8Array };
  load(sample: number): void;
  state(): State;
  select(net: number | null): void;
  find(text: string): Found;
  frameTimes(): number[];
  readonly firstPicture: number;
}

export function api(ready: Promise<{ model: Model; stage: Stage; search: SearchBox }>): Api {
  let page: { model: Model; stage: Stage; search: SearchBox } | null = null;
  const now = (): NonNullable<typeof page> => {
    if (!page) throw new Error("the page must be ready: wait for nor2hdl.ready");
    return page;
  };
  return {
    ready: ready.then((made) => {
      page = made;
    }),
    evaluate(index, bytes) {
      const circuit = now().model.circuits[index];
      if (!circuit) throw new Error(`circuit must be one that the page holds, not ${index}`);
      const nets = new Uint8Array(circuit.nets);
      writeBytes(nets, 1, circuit.firstGate - 1, bytes);
      evaluate(circuit, nets);
      return { outputs: outputs(circuit, nets), nets };
    },
    load: (sample) => now().model.loadSample(sample),
    state() {
      const { model } = now();
      const said = model.classIndex();
      return {
        circuit: model.scene.circuits[model.current].name,
        class: said,
        className: said === null ? null : model.className(said),
        votes: model.votes()?.sums ?? null,
        selection: model.selected,
        sample: model.sample,
        label: model.label(),
        bytes: model.bytes ? [...model.bytes] : null,
        view: model.view,
      };
    },
    select: (net) => now().model.select(net),
    find: (text) => now().search.find(text),
    frameTimes: () => [...(page?.stage.times ?? [])],
    get firstPicture() {
      return page?.stage.firstPicture ?? 0;
    },
  };
}
