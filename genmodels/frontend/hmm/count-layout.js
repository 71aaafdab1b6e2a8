// Where everything of the pour stands: trellis on top, counts under it, probabilities at the foot.

const SYMBOLS = 18; // px, the line of observations
const HEAD = 29; // px, a table's name and its columns' names
const LOCK = 17; // px right of a row, for its lock

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** The three tables of a group, by the letters of their cells: counts above, probabilities below. */
export const COUNTS = ["starts", "moves", "symbols"];
export const TABLES = ["pi", "A", "B"];
export const KINDS = ["node", "edge", ...COUNTS, ...TABLES];

/** Geometry of a stage `width` px wide for T columns, K states, M symbols. */
export function layout(width, { T, K, M }) {
  const narrow = width < 560;
  const gutter = narrow ? 40 : 74;
  const row = clamp(Math.round(140 / K), 25, narrow ? 44 : 56);
  const cell = clamp(Math.round(110 / K), 29, narrow ? 30 : 38);
  const top = 18;
  const column = (width - gutter - 8) / T;
  const symbols = top + K * row;
  const groups = [];
  let y = symbols + SYMBOLS + 6;
  for (const names of [COUNTS, TABLES]) {
    const tables = [];
    // On a phone the emissions stand under the starts and moves, or no number would fit.
    const bands = narrow ? [names.slice(0, 2), names.slice(2)] : [names];
    for (const band of bands) {
      const wide = band.reduce((sum, name) => sum + columnsOf(name, K, M), 0);
      const room = width - gutter - band.length * LOCK - 10 * (band.length - 1) - 2;
      const w = Math.min(room / wide, narrow ? 84 : 92);
      let x = gutter;
      for (const name of band) {
        const columns = columnsOf(name, K, M);
        tables.push({ name, x, y: y + HEAD, w, h: cell, rows: K, columns, lock: x + w * columns + 2 });
        x += w * columns + LOCK + 10;
      }
      y += HEAD + K * cell + 5;
    }
    groups.push({ tables, top: tables[0].y - HEAD });
    y += 3;
  }
  return {
    width, T, K, M, narrow, gutter, row, column, top, symbols, groups,
    nodeWidth: clamp(column * 0.62, 3, 40), nodeHeight: row - 8,
    height: y + 13,
    x: (t) => gutter + column * (t + 0.5),
    y: (k) => top + row * (k + 0.5),
    table: (name) => groups.flatMap((group) => group.tables).find((table) => table.name === name),
  };
}

export const columnsOf = (name, K, M) =>
  name === "starts" || name === "pi" ? 1 : name === "moves" || name === "A" ? K : M;

/** The box of a table's cell. */
export function box(table, i, j) {
  return { x: table.x + j * table.w, y: table.y + i * table.h, w: table.w, h: table.h };
}

/** What can be opened of a kind, in reading order: lists of places counted from 0. */
export function places(kind, { T, K, M }) {
  const grid = (rows, columns) =>
    Array.from({ length: rows * columns }, (_, n) => [Math.floor(n / columns), n % columns]);
  if (kind === "node") return grid(T, K);
  if (kind === "edge") {
    return Array.from({ length: (T - 1) * K * K }, (_, n) =>
      [Math.floor(n / (K * K)), Math.floor((n % (K * K)) / K), n % K]);
  }
  if (kind === "starts" || kind === "pi") return grid(K, 1).map(([k]) => [k]);
  return grid(K, columnsOf(kind, K, M));
}

/** A selection as the link has it, counted from 1: node:3.1, moves:1.2, pi:2. */
export const textOf = (selected) =>
  selected ? `${selected.kind}:${selected.at.map((n) => n + 1).join(".")}` : "";

export function fromText(text, sizes) {
  const [kind, rest] = (text ?? "").split(":");
  if (!KINDS.includes(kind) || !rest) return null;
  const at = rest.split(".").map((n) => Number(n) - 1);
  const known = places(kind, sizes).some((place) => place.join() === at.join());
  return known ? { kind, at } : null;
}

/** What lies at a point: a lock ("pi", "A1", "B2"), a cell, a node or an edge; else null. */
export function hit(view, [px, py]) {
  for (const table of view.groups.flatMap((group) => group.tables)) {
    const i = Math.floor((py - table.y) / table.h);
    const j = Math.floor((px - table.x) / table.w);
    const pi = table.name === "pi";
    if (TABLES.includes(table.name) && px >= table.lock - 2 && px <= table.lock + LOCK
      && i >= 0 && i < table.rows) {
      return { lock: pi ? "pi" : `${table.name}${i + 1}` };
    }
    if (i >= 0 && i < table.rows && j >= 0 && j < table.columns) {
      return { kind: table.name, at: pi || table.name === "starts" ? [i] : [i, j] };
    }
  }
  if (py > view.symbols + SYMBOLS || px < view.gutter - 4) return null;
  const t = clamp(Math.floor((px - view.gutter) / view.column), 0, view.T - 1);
  const k = clamp(Math.floor((py - view.top) / view.row), 0, view.K - 1);
  const reach = Math.max(view.nodeWidth / 2 + 2, 5);
  if (Math.abs(px - view.x(t)) <= reach && Math.abs(py - view.y(k)) <= view.nodeHeight / 2 + 3) {
    return { kind: "node", at: [t, k] };
  }
  return nearestEdge(view, px, py);
}

function nearestEdge(view, px, py) {
  const t = Math.floor((px - view.x(0)) / view.column);
  if (t < 0 || t >= view.T - 1) return null;
  const part = (px - view.x(t)) / view.column;
  let best = null;
  let least = 8;
  for (let i = 0; i < view.K; i++) {
    for (let j = 0; j < view.K; j++) {
      const distance = Math.abs(py - (view.y(i) + part * (view.y(j) - view.y(i))));
      if (distance < least) [best, least] = [{ kind: "edge", at: [t, i, j] }, distance];
    }
  }
  return best;
}
