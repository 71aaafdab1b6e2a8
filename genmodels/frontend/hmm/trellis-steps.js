// What a step of the trellis has computed, and what of it the state graph lights.

/** What a step shows: whole columns, the cells of a started one, the traced columns. */
export function progress(data, geometry, step) {
  const { T, K } = geometry;
  if (data.mode === "generate") {
    // Two steps a column, a state and what it emits; then both decoders.
    const columns = Math.min(T, Math.ceil(step / 2));
    const decoded = Math.max(0, step - 2 * T);
    return { cells: columns * K, columns, partial: 0, traced: 0, ended: decoded > 1, decoded,
      last: columns ? [columns - 1, K - 1] : null, total: T * K, emitted: Math.min(T, Math.floor(step / 2)) };
  }
  const cells = Math.min(step, T * K);
  const columns = Math.floor(cells / K);
  const traced = data.mode === "Viterbi" ? Math.max(0, step - T * K) : 0;
  const ended = step >= data.steps - 1;
  const last = cells ? [Math.floor((cells - 1) / K), (cells - 1) % K] : null;
  return { cells, columns, partial: cells % K, traced, ended, last, total: T * K, decoded: 0, emitted: T };
}

/** Whether node (t, k) has its number at this step. */
export function computed(data, geometry, state, t, k) {
  const { T, K } = geometry;
  const forward = t * K + k < state.cells;
  const back = (T - 1 - t) * K + k < state.cells;
  if (data.mode === "backward") return back;
  return data.mode === "posterior" ? forward && back : forward;
}

/** The states and arrows of a step: what the sum or max, the trace or the draw runs over. */
export function graphLight(data, geometry, state, column, now) {
  const { T, K } = geometry;
  const none = { shares: null, now: [], used: [], won: [] };
  if (column === null || !data.graph) return none;
  const shares = Array.from({ length: K }, (_, k) =>
    (computed(data, geometry, state, column, k) ? data.fills[column * K + k] / 255 : 0));
  if (state.traced) {
    const k = data.path[column];
    if (k === undefined) return none;
    const key = column + 1 < T ? `${k}.${data.path[column + 1]}` : null;
    return { shares, now: [k], used: key ? [key] : [], won: key ? [key] : [] };
  }
  const used = [];
  const won = [];
  for (const [t, k] of now) {
    if (data.mode === "generate") {
      used.push(t === 0 ? `pi.${k}` : `${data.drawn[t - 1]}.${k}`);
      won.push(used.at(-1));
    } else if (data.mode === "backward" || (data.mode === "posterior" && t !== now[0][0])) {
      for (let j = 0; t + 1 < T && j < K; j++) used.push(`${k}.${j}`);
    } else if (t === 0) used.push(`pi.${k}`);
    else for (let i = 0; i < K; i++) {
      used.push(`${i}.${k}`);
      if (data.mode === "Viterbi" && data.pointers[(t - 1) * K + k] === i) won.push(used.at(-1));
    }
  }
  // In posterior mode two columns step at once: the graph follows both sums.
  return { shares, now: [...new Set(now.map(([, k]) => k))], used, won };
}
