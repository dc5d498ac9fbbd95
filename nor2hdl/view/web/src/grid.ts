/** Where gates stand when a part is drawn as cells: columns by level, rows by order. */

export interface Band {
  level: number;
  /** Columns from `start` up to `end`. */
  start: number;
  end: number;
  gates: number;
}

export interface Grid {
  columns: number;
  rows: number;
  bands: Band[];
  /** Column and row of each net of the list. */
  column: Int32Array;
  row: Int32Array;
}

function measure(counts: number[], rows: number): number {
  let columns = 0;
  for (const n of counts) columns += Math.ceil(n / rows) + 1;
  return columns - 1;
}

/** Cells for nets with these levels, about `aspect` times as wide as high. */
export function levelGrid(nets: Int32Array, levelOf: Int32Array, aspect: number): Grid {
  let deepest = 0;
  for (const net of nets) deepest = Math.max(deepest, levelOf[net]);
  const perLevel = new Int32Array(deepest + 1);
  for (const net of nets) perLevel[levelOf[net]]++;
  const levels: number[] = [];
  for (let level = 0; level <= deepest; level++) if (perLevel[level]) levels.push(level);
  const counts = levels.map((level) => perLevel[level]);
  let low = 1;
  let high = Math.max(1, ...counts);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (measure(counts, middle) > aspect * middle) low = middle + 1;
    else high = middle;
  }
  const rows = low;
  const bands: Band[] = [];
  const bandOf = new Int32Array(deepest + 1);
  let column = 0;
  levels.forEach((level, i) => {
    const end = column + Math.ceil(counts[i] / rows);
    bandOf[level] = i;
    bands.push({ level, start: column, end, gates: counts[i] });
    column = end + 1;
  });
  const filled = new Int32Array(bands.length);
  const columnOf = new Int32Array(nets.length);
  const rowOf = new Int32Array(nets.length);
  for (let i = 0; i < nets.length; i++) {
    const band = bandOf[levelOf[nets[i]]];
    const at = filled[band]++;
    columnOf[i] = bands[band].start + Math.floor(at / rows);
    // a level that does not fill its column stands in the middle of it
    rowOf[i] = (at % rows) + Math.max(0, (rows - counts[band]) >> 1);
  }
  return { columns: Math.max(1, column - 1), rows, bands, column: columnOf, row: rowOf };
}
