/** The data of the page, as `nor2hdl view` writes them. */

export interface CircuitScene {
  name: string;
  gates: number;
  pins: number;
  depth: number;
  inputs: [string, number][];
  outputs: [string, number][];
  parts: [string, number][];
  tags: string[];
  lengths: { counts: number; fanins: number; drivers: number; origins: number };
  blob: number | null;
  toggles: number | null;
}

export interface LayerScene {
  kind: string;
  inputs: number;
  neurons: number;
  blob: number;
  lengths: { counts: number; literals: number };
}

export interface NetworkScene {
  scoreOffset: number[];
  layers: LayerScene[];
  thresholds: number[][];
  inverted: number[][];
  votes: number[];
}

export interface ImageScene {
  shape: number[];
  levels: number[];
  port: string;
}

export interface SamplesScene {
  split: string;
  indices: number[];
  labels: number[];
  blob: number;
}

export interface Scene {
  format: number;
  title: string;
  remark: string;
  classes: string[] | null;
  image: ImageScene | null;
  circuits: CircuitScene[];
  network: NetworkScene | null;
  samples: SamplesScene | null;
}

export function readScene(text: string): Scene {
  const scene = JSON.parse(text) as Scene;
  if (scene.format !== 1) throw new Error(`the page's format must be 1, not ${scene.format}`);
  return scene;
}

/** Base64 of gzip to bytes. */
export async function unpack(text: string): Promise<Uint8Array> {
  const binary = atob(text.trim());
  const packed = new Uint8Array(binary.length);
  for (let i = 0; i < packed.length; i++) packed[i] = binary.charCodeAt(i);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
