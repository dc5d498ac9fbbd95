/** Where gates stand when a part is drawn as cells: columns by level, rows by order. */

export interface Band {
  level: number;
  /** Columns from `start` up to `end`. */
  start: number;
  end: number;
  gates: number;
  /** First row of the line that the band stands in. */
  top: number;
}

export interface Grid {
  columns: number;
  rows: number;
  /** Rows of a line, without the space below it. */
  lineRows: number;
  bands: Band[];
  /** Column and row of each net of the list. */
  column: Int32Array;
  row: Int32Array;
}

/** Rows below a line, for the names of the levels. */
const BELOW = 3;

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
  const bands = place(levels, counts, low, aspect);
  const bandOf = new Int32Array(deepest + 1);
  bands.forEach((band, i) => (bandOf[band.level] = i));
  const filled = new Int32Array(bands.length);
  const columnOf = new Int32Array(nets.length);
  const rowOf = new Int32Array(nets.length);
  for (let i = 0; i < nets.length; i++) {
    const at = bandOf[levelOf[nets[i]]];
    const band = bands[at];
    const n = filled[at]++;
    columnOf[i] = band.start + Math.floor(n / low);
    // a level that does not fill its column stands in the middle of it
    rowOf[i] = band.top + (n % low) + Math.max(0, (low - counts[at]) >> 1);
  }
  const last = bands[bands.length - 1];
  return {
    columns: Math.max(1, ...bands.map((band) => band.end)),
    rows: (last?.top ?? 0) + low,
    lineRows: low,
    bands,
    column: columnOf,
    row: rowOf,
  };
}

/** Bands one after the other; on several lines, as words are, where one line would be far too long. */
function place(levels: number[], counts: number[], rows: number, aspect: number): Band[] {
  const all = measure(counts, rows);
  const high = rows + BELOW;
  const lines = all > 2 * aspect * rows ? Math.max(1, Math.round(Math.sqrt(all / aspect / high))) : 1;
  const width = Math.ceil(all / lines);
  const bands: Band[] = [];
  let column = 0;
  let top = 0;
  levels.forEach((level, i) => {
    const wide = Math.ceil(counts[i] / rows);
    if (lines > 1 && column > 0 && column + wide > width) {
      column = 0;
      top += high;
    }
    bands.push({ level, start: column, end: column + wide, gates: counts[i], top });
    column += wide + 1;
  });
  return bands;
}
