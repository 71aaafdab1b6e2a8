// What lies over and under the trellis: rings, both paths, strips of states, names, symbols.

import { COMPONENTS, rgb } from "../core/palette.js";

export const STRIP = 21; // px, a line of states under the trellis
export const WRONG = "#D55E00"; // what is impossible, with a cross beside it
export const colourOf = (k) => COMPONENTS[k % COMPONENTS.length];
const PARTS = COMPONENTS.map((hex) => rgb(hex).join(" "));
export const tint = (k, alpha) => `rgb(${PARTS[k % PARTS.length]} / ${alpha})`;

/** `text` with an ellipsis where it is wider than `most` px. */
export function fits(context, text, most) {
  let shown = text;
  while (shown.length > 1 && context.measureText(shown).width > most) shown = `${shown.slice(0, -2)}…`;
  return shown;
}

/** @param {number[]} cell the column and the state */
export function ring(context, geometry, cell, colour, wide, dash) {
  const [t, k] = cell;
  const { nodeWidth: w, nodeHeight: h } = geometry;
  context.strokeStyle = colour;
  context.lineWidth = wide;
  context.setLineDash(dash);
  context.beginPath();
  context.roundRect(geometry.x(t) - w / 2 - 3, geometry.y(k) - h / 2 - 3, w + 6, h + 6, 8);
  context.stroke();
  context.setLineDash([]);
}

/** What each column sees; a blanked symbol is struck through, with its question mark. */
export function drawSymbols(context, data, geometry, colours, first, end) {
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.font = `600 13px ${colours.font}`;
  const shown = data.seen.map((text, t) => (text === "?" && data.whole?.[t] ? `? ${data.whole[t]}` : text));
  const longest = Math.max(...shown.map((text) => text.length));
  const sparse = geometry.wide ? 1 : Math.max(1, Math.ceil((Math.min(longest, 8) * 7 + 4) / geometry.column));
  const most = geometry.column * sparse - 4;
  const y = geometry.symbols + 12;
  for (let t = first; t < end; t++) {
    const blanked = data.seen[t] === "?" && data.whole?.[t];
    if (t % sparse && !blanked) continue;
    context.fillStyle = colours.text;
    if (!blanked) {
      context.fillText(fits(context, data.seen[t], most), geometry.x(t), y);
      continue;
    }
    const wide = geometry.column >= 34;
    context.fillStyle = colours.primary;
    context.fillText("?", geometry.x(t) - (wide ? 9 : 0), y);
    if (!wide) continue;
    const old = fits(context, data.whole[t], geometry.column - 22);
    const half = context.measureText(old).width / 2;
    context.globalAlpha = 0.5;
    context.fillStyle = context.strokeStyle = colours.text;
    context.fillText(old, geometry.x(t) + half + 1, y);
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(geometry.x(t), y);
    context.lineTo(geometry.x(t) + 2 * half + 2, y);
    context.stroke();
    context.globalAlpha = 1;
  }
}

/** The column where every path's probability became 0, and all after it. */
export function drawImpossible(context, data, geometry) {
  if (data.impossible_at == null) return;
  const left = geometry.x(data.impossible_at) - geometry.column / 2;
  context.save();
  context.strokeStyle = WRONG;
  context.lineWidth = 2;
  context.setLineDash([5, 3]);
  context.strokeRect(left + 1, 1, geometry.column - 2, geometry.strips - 3);
  context.setLineDash([]);
  context.fillStyle = WRONG;
  context.globalAlpha = 0.1;
  context.fillRect(left, 0, geometry.column, geometry.strips - 2);
  context.globalAlpha = 1;
  context.font = "700 13px sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText("✕", geometry.x(data.impossible_at) + (geometry.wide ? 16 : 0), 10);
  context.restore();
}

/** The posterior of each state with the blanked observations: a hollow bar beside the node's own. */
export function drawGhost(context, data, geometry, colours, t, k) {
  const { K, nodeWidth: w, nodeHeight: h } = geometry;
  const share = data.ghost[t * K + k] / 255;
  const wide = Math.min(6, geometry.column - w - 3);
  if (wide < 2) return;
  const left = geometry.x(t) + w / 2 + 1.5;
  const foot = geometry.y(k) + h / 2;
  context.fillStyle = colours.background;
  context.fillRect(left, foot - h, wide, h);
  context.fillStyle = colours.text;
  context.globalAlpha = 0.3;
  context.fillRect(left, foot - h * share, wide, h * share);
  context.globalAlpha = 1;
  context.strokeStyle = colours.text;
  context.lineWidth = 1;
  context.strokeRect(left, foot - h * share, wide, Math.max(0.5, h * share));
}

/** A path of states as a line from node to node over columns [first, end). */
function line(context, geometry, path, colour, wide, dash, [first, end], shift = 0) {
  const { nodeWidth: w } = geometry;
  context.strokeStyle = colour;
  context.lineWidth = wide;
  context.setLineDash(dash);
  context.beginPath();
  for (let t = Math.max(0, first); t < Math.min(end, path.length - 1); t++) {
    const inside = geometry.tiny ? 0 : w / 2; // strips are crossed from middle to middle
    context.moveTo(geometry.x(t) + inside, geometry.y(path[t]) + shift);
    context.lineTo(geometry.x(t + 1) - inside, geometry.y(path[t + 1]) + shift);
  }
  context.stroke();
  context.setLineDash([]);
}

export function tracePath(context, data, geometry, colours, state, view, [first, end]) {
  const { T, nodeWidth: w } = geometry;
  if (!data.path.length) return;
  if (geometry.tiny) {
    line(context, geometry, data.path, colours.text, 2, [], [Math.max(first, T - state.traced), end]);
    return;
  }
  context.strokeStyle = colours.text;
  context.lineWidth = 4.5;
  context.lineCap = "round";
  for (let t = Math.max(first, T - state.traced); t < end; t++) {
    if (t + 1 < T) {
      const grow = t === T - state.traced ? view.grow : 1;
      const [x1, y1] = [geometry.x(t + 1) - w / 2, geometry.y(data.path[t + 1])];
      const [x0, y0] = [geometry.x(t) + w / 2, geometry.y(data.path[t])];
      context.beginPath();
      context.moveTo(x1, y1);
      context.lineTo(x1 + (x0 - x1) * grow, y1 + (y0 - y1) * grow);
      context.stroke();
    }
    ring(context, geometry, [t, data.path[t]], colours.text, 2.5, []);
  }
  context.lineCap = "butt";
}

/** Posterior mode's end: Viterbi's path as a line, the posterior's dashed, its impossible moves crossed. */
export function bothPaths(context, data, geometry, colours, seen) {
  if (!data.path.length) return;
  const wide = geometry.tiny ? 2 : 3;
  line(context, geometry, data.path, colours.text, wide, [], seen, -3);
  line(context, geometry, data.posterior_path, colours.primary, wide, [7, 4], seen, 3);
  const [first, end] = seen;
  for (let t = first; t < end && !geometry.tiny; t++) {
    if (data.path[t] === data.posterior_path[t]) continue;
    ring(context, geometry, [t, data.path[t]], colours.text, 2, []);
    ring(context, geometry, [t, data.posterior_path[t]], colours.primary, 2, [5, 3]);
  }
  context.strokeStyle = WRONG;
  context.lineWidth = 3;
  for (const t of data.broken ?? []) {
    const [i, j] = [data.posterior_path[t], data.posterior_path[t + 1]];
    const [x, y] = [(geometry.x(t) + geometry.x(t + 1)) / 2, (geometry.y(i) + geometry.y(j)) / 2 + 3];
    context.beginPath();
    for (const way of [-1, 1]) {
      context.moveTo(x - 7, y - 7 * way);
      context.lineTo(x + 7, y + 7 * way);
    }
    context.stroke();
  }
}

/** What was drawn: the chain as a line, each drawn state ringed. */
export function drawnPath(context, data, geometry, colours, state, [first, end]) {
  if (data.hide) return;
  const last = Math.min(end, state.columns);
  line(context, geometry, data.drawn, colours.text, 4, [], [first, Math.min(last, state.columns - 1)]);
  for (let t = first; t < last; t++) ring(context, geometry, [t, data.drawn[t]], colours.text, 2.5, []);
}

/** The lines of states under the trellis: each {name, path, from, against}. */
function strips(data, geometry, state) {
  const { T } = geometry;
  if (data.mode === "generate") {
    const against = data.hide ? null : data.drawn;
    return [
      { name: "drawn", path: data.drawn, from: 0, end: data.hide ? 0 : state.columns, against: null },
      { name: "best path", path: data.path, from: 0, end: state.decoded > 0 ? T : 0, against },
      { name: "posterior", path: data.posterior_path, from: 0, end: state.decoded > 1 ? T : 0, against },
    ];
  }
  const whole = state.ended ? 0 : T;
  const from = data.mode === "Viterbi" ? T - state.traced : whole;
  return [
    { name: "best path", path: data.path, from, end: T, against: state.ended ? data.posterior_path : null },
    { name: "posterior", path: data.posterior_path, from: whole, end: T, against: data.path, says: true },
  ];
}
export const stripCount = (data) => (data.mode === "generate" ? 3 : 2);

export function drawStrips(context, data, geometry, colours, state, short, [first, end]) {
  const size = geometry.tiny ? geometry.column : Math.min(geometry.column - 2, 40);
  context.textAlign = "center";
  context.textBaseline = "middle";
  strips(data, geometry, state).forEach(({ path, from, end: stop, against, says }, row) => {
    const top = geometry.strips + row * STRIP;
    const marked = says || data.mode === "generate";
    for (let t = Math.max(from, first); t < Math.min(end, stop) && path.length; t++) {
      const differ = against !== null && path[t] !== against[t];
      const x = geometry.x(t);
      context.fillStyle = tint(path[t], geometry.tiny ? 0.8 : 0.3);
      context.fillRect(x - size / 2, top + 2, size, STRIP - 4);
      context.strokeStyle = differ ? colours.text : colourOf(path[t]);
      context.lineWidth = differ ? 2.5 : 1;
      if (!geometry.tiny) context.strokeRect(x - size / 2, top + 2, size, STRIP - 4);
      else if (differ) {
        context.fillStyle = colours.text;
        context.fillRect(x - size / 2, top + 2, size, 4); // a bar above the strip where they differ
      }
      context.fillStyle = colours.text;
      context.font = `${differ ? 700 : 400} 12px ${colours.font}`;
      if (size < 9) continue;
      const text = size >= 34 && differ && marked ? `≠ ${short[path[t]]}` : short[path[t]];
      context.fillText(text, x, top + STRIP / 2 + 0.5);
    }
  });
}

export function drawGutter(context, data, geometry, colours, state) {
  context.textBaseline = "middle";
  context.textAlign = "right";
  context.font = `600 13px ${colours.font}`;
  data.states.forEach((name, k) => {
    context.fillStyle = colourOf(k);
    context.fillRect(0, geometry.y(k) - 9, 4, 18);
    context.fillStyle = colours.text;
    context.fillText(fits(context, name, geometry.gutter - 16), geometry.gutter - 8, geometry.y(k));
  });
  context.font = `12px ${colours.font}`;
  context.globalAlpha = 0.75;
  context.fillText("sees", geometry.gutter - 8, geometry.symbols + 12);
  strips(data, geometry, state).forEach(({ name, path, from, end }, row) => {
    if (path.length && from < end) {
      context.fillText(name, geometry.gutter - 6, geometry.strips + STRIP * (row + 0.5));
    }
  });
  context.globalAlpha = 1;
}
