// The trellis's pictures: geometry, cached layers of what is computed, and one frame over them.

import { bothPaths, colourOf, drawGhost, drawGutter, drawImpossible, drawnPath, drawStrips, drawSymbols, ring,
  STRIP, stripCount, tint, tracePath } from "./trellis-marks.js";
import { computed } from "./trellis-steps.js";

const GUTTER = 70; // px, for the states' names
const LONG = 96; // px, where one is longer than eight letters
const TOP = 22; // px, for the columns' numbers
const TILE = 480; // px of the trellis that are painted in one go
const SMALL = 26; // px a column where only the bars are drawn
const LEAST = 2.4; // px a column, so that 200 are seen whole
const TINY = 7; // px a column below which columns are strips of shares, without edges or rings

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

export function heightFor(data) {
  const K = data.states.length;
  return TOP + K * rowHeight(K) + 26 + stripCount(data) * STRIP + 4;
}
const rowHeight = (K) => Math.round(clamp(330 / K, 38, 108));

/** Where everything stands. `zoom` counts from 0, all columns in the width as far as they go. */
export function layout(width, data, zoom) {
  const T = data.seen.length;
  const K = data.states.length;
  const gutter = data.states.some((name) => name.length > 8) && width > 480 ? LONG : GUTTER;
  const room = width - gutter - 4;
  const least = clamp(5.8 * data.longest + 13, 46, 84); // px, so that every number has its place
  const comfortable = clamp(room / T, least, 150);
  const all = clamp(room / T, LEAST, 150);
  const levels = [all, SMALL, comfortable, 1.6 * comfortable]
    .filter((wide, i) => i === 0 || (wide > all * 1.15 && room / wide >= 2));
  const usual = Math.max(0, levels.indexOf(comfortable));
  const level = clamp(zoom ?? usual, 0, levels.length - 1);
  const column = levels[level];
  const row = rowHeight(K);
  const wide = column >= least - 1;
  return {
    T, K, column, row, room, wide, level, levels: levels.length, gutter, top: TOP, tiny: column < TINY,
    nodeWidth: wide ? Math.min(58, column - 12) : column < TINY ? column : Math.max(4, column * 0.55),
    nodeHeight: Math.min(row - 8, wide ? 36 : 26),
    content: Math.ceil(T * column),
    symbols: TOP + K * row,
    strips: TOP + K * row + 26,
    x: (t) => column * (t + 0.5),
    y: (k) => TOP + row * (k + 0.5),
  };
}

/** Names short enough for a column: first letters where they differ, else numbers. */
export function shortNames(states) {
  if (states.every((name) => name.length <= 4)) return states;
  const letters = states.map((name) => name[0]);
  return new Set(letters).size === states.length ? letters : states.map((_, k) => String(k + 1));
}

/** A picture in tiles, each painted when it is first looked at. */
function tiled(geometry, density, paint) {
  const span = Math.max(2, Math.round(TILE / geometry.column)); // columns of a tile
  const made = new Map();
  return {
    span,
    tile(index) {
      let canvas = made.get(index);
      if (canvas) return canvas;
      const first = index * span;
      const end = Math.min(geometry.T, first + span);
      canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.ceil((end - first) * geometry.column * density));
      canvas.height = Math.round((geometry.symbols + 26) * density);
      const context = canvas.getContext("2d");
      context.scale(density, density);
      context.translate(-first * geometry.column, 0);
      paint(context, first, end);
      made.set(index, canvas);
      return canvas;
    },
  };
}

/** The empty trellis and one picture of everything computed (three in posterior mode). */
export function buildLayers(data, geometry, colours, density) {
  const { T, K } = geometry;
  const everything = (style, edges) => tiled(geometry, density, (context, first, end) => {
    // Edges enter their column from the one before: those into the next tile begin in this one.
    const last = Math.min(end, T - 1);
    if (edges) for (let t = Math.max(1, first); t <= last; t++) for (let j = 0; j < K; j++) drawEdges(context, data, geometry, colours, t, j);
    for (let t = first; t < end; t++) for (let k = 0; k < K; k++) drawNode(context, data, geometry, colours, t, k, style);
  });
  const layers = {
    empty: tiled(geometry, density, (context, first, end) => drawEmpty(context, data, geometry, colours, first, end)),
    done: everything("done", true),
  };
  if (data.mode === "posterior") {
    layers.left = everything("left", false);
    layers.right = everything("right", false);
  }
  return layers;
}

function drawEmpty(context, data, geometry, colours, first, end) {
  const { K, nodeWidth: w, nodeHeight: h } = geometry;
  context.font = `12px ${colours.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const every = Math.max(1, Math.ceil(20 / geometry.column));
  context.fillStyle = colours.text;
  context.globalAlpha = 0.65;
  for (let t = first; t < end; t++) if (t % every === 0) context.fillText(String(t + 1), geometry.x(t), 10);
  context.globalAlpha = 1;
  if (!geometry.tiny) {
    // One stroke for all boxes of a tile.
    context.strokeStyle = colours.border;
    context.setLineDash([3, 3]);
    context.beginPath();
    for (let t = first; t < end; t++) {
      for (let k = 0; k < K; k++) context.roundRect(geometry.x(t) - w / 2, geometry.y(k) - h / 2, w, h, 6);
    }
    context.stroke();
    context.setLineDash([]);
  }
  if (data.mode !== "generate") drawSymbols(context, data, geometry, colours, first, end);
}

/** One node with its share as a filled bar; `part` is done, left (alpha) or right (beta). */
export function drawNode(context, data, geometry, colours, t, k, part = "done") {
  const { K, nodeWidth: w, nodeHeight: h } = geometry;
  const left = geometry.x(t) - w / 2;
  const top = geometry.y(k) - h / 2;
  const share = (part === "done" ? data.fills : data[part])[t * K + k] / 255;
  if (geometry.tiny) {
    context.fillStyle = tint(k, 0.06 + (part === "done" ? 0.85 : 0.4) * share);
    context.fillRect(left, top, w, h);
    return;
  }
  const round = Math.min(6, w / 3);
  context.beginPath();
  context.roundRect(left, top, w, h, round);
  context.fillStyle = colours.background;
  context.fill();
  // The bar has the box's corners where it reaches them: a clip for each node would cost more.
  const high = share > 0.9 ? round : 0;
  const [leftmost, rightmost] = [part !== "right", part !== "left"];
  context.fillStyle = tint(k, part === "done" ? 0.45 : 0.28);
  context.beginPath();
  context.roundRect(leftmost ? left : left + w / 2, top + h * (1 - share), part === "done" ? w : w / 2, h * share,
    [leftmost ? high : 0, rightmost ? high : 0, rightmost ? round : 0, leftmost ? round : 0]);
  context.fill();
  context.strokeStyle = colourOf(k);
  context.lineWidth = part === "done" ? 1.5 : 1;
  if (part !== "done") context.globalAlpha = 0.7;
  context.beginPath();
  context.roundRect(left, top, w, h, round);
  context.stroke();
  context.globalAlpha = 1;
  if (geometry.wide) {
    context.fillStyle = colours.text;
    context.textAlign = "center";
    context.textBaseline = "middle";
    const text = part === "done" ? data.texts[t][k] : part === "left" ? "α" : "β";
    context.font = `${text.length > 7 || geometry.nodeWidth < 50 ? 11 : 12.5}px ${colours.font}`;
    const shift = part === "left" ? -w / 4 : part === "right" ? w / 4 : 0;
    context.fillText(text, geometry.x(t) + shift, geometry.y(k) + 0.5, w - 4);
  }
  if (part === "done" && data.ghost && data.mode === "posterior") drawGhost(context, data, geometry, colours, t, k);
}

/**
 * The edges of one sum or max. In most modes they enter (t, j) from column t - 1; backward they
 * leave (t - 1, j) for column t. `focus` draws the losers too; `grow` in [0, 1] is the animation.
 */
export function drawEdges(context, data, geometry, colours, t, j, { focus = false, grow = 1 } = {}) {
  if (geometry.tiny && !focus) return;
  const { K, nodeWidth: w } = geometry;
  const backward = data.mode === "backward";
  const base = (t - 1) * K * K;
  const arrive = Math.min(1, grow * 2);
  const settle = Math.max(0, grow * 2 - 1);
  const x0 = geometry.x(t - 1) + w / 2;
  const x1 = geometry.x(t) - w / 2;
  for (let other = 0; other < K; other++) {
    const i = backward ? j : other;
    const to = backward ? other : j;
    const share = data.shares[base + i * K + to] / 255;
    let wide = 0.6 + 8 * share;
    let alpha = 0.18 + 0.62 * share;
    let dash = [];
    if (data.mode === "Viterbi") {
      const won = data.pointers[(t - 1) * K + j] === i;
      if (!won && !focus && K > 4) continue;
      if (!won && share === 0 && !focus) continue;
      wide = won ? (focus ? 3.5 : 2.4) : 1.2;
      alpha = won ? 1 : focus ? 0.9 - 0.45 * settle : 0.2;
      dash = won || (focus && settle < 0.2) ? [] : [4, 4];
      if (share === 0) { dash = [1, 4]; alpha = 0.3; }
      else if (!focus && data.fills[t * K + j] === 0 && data.texts[t][j] === "−∞") alpha *= 0.2; // leads nowhere
    } else if (share < 0.006) {
      if (!focus) continue;
      dash = [1, 4];
    } else if (focus) alpha = Math.min(1, alpha + 0.2);
    const y0 = geometry.y(i);
    const y1 = geometry.y(to);
    context.globalAlpha = alpha;
    context.strokeStyle = colourOf(i);
    context.lineWidth = wide;
    context.setLineDash(dash);
    context.beginPath();
    if (backward) {
      context.moveTo(x1, y1);
      context.lineTo(x1 + (x0 - x1) * arrive, y1 + (y0 - y1) * arrive);
    } else {
      context.moveTo(x0, y0);
      context.lineTo(x0 + (x1 - x0) * arrive, y0 + (y1 - y0) * arrive);
    }
    context.stroke();
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/** Copy columns [from, to) of a layer, as far as they are in sight. */
function columns(context, layer, geometry, density, from, to, scroll) {
  if (to <= from) return;
  const { T, column, nodeWidth: w } = geometry;
  // Edges belong to the column that they are computed with: cut at the nodes' far sides.
  const start = Math.max(scroll, from <= 0 ? 0 : geometry.x(from) - w / 2 - 1);
  const end = Math.min(scroll + geometry.room + 4, to >= T ? T * column : geometry.x(to - 1) + w / 2 + 1);
  const wide = layer.span * column;
  for (let i = Math.floor(start / wide); i * wide < end && i * layer.span < T; i++) {
    const canvas = layer.tile(i);
    const a = Math.max(start, i * wide);
    const b = Math.min(end, i * wide + canvas.width / density);
    if (b <= a) continue;
    context.drawImage(canvas, (a - i * wide) * density, 0, (b - a) * density, canvas.height,
      a, 0, b - a, canvas.height / density);
  }
}

/** One frame. `view` holds step state, scroll, cursor, selected, glide progress and highlights. */
export function drawFrame(stage, data, geometry, layers, colours, density, view) {
  const { context, width, height } = stage;
  const { T, K } = geometry;
  const { state } = view;
  context.clearRect(0, 0, width, height);
  context.save();
  context.beginPath();
  context.rect(geometry.gutter, 0, width - geometry.gutter, height);
  context.clip();
  context.translate(geometry.gutter - view.scroll, 0);
  if (view.column !== null) {
    context.fillStyle = colours.panel;
    context.fillRect(geometry.x(view.column) - geometry.column / 2, 0, geometry.column, geometry.strips);
  }
  const all = (layer, from, to) => columns(context, layer, geometry, density, from, to, view.scroll);
  /** @type {[number, number]} */
  const seen = [Math.max(0, Math.floor(view.scroll / geometry.column) - 1),
    Math.min(T, Math.ceil((view.scroll + geometry.room) / geometry.column) + 2)];
  all(layers.empty, 0, T);
  const options = { focus: false, grow: 1 };
  if (data.mode === "backward") {
    all(layers.done, T - state.columns, T);
    const t = T - 1 - state.columns;
    for (let k = 0; k < state.partial; k++) {
      if (t + 1 < T) drawEdges(context, data, geometry, colours, t + 1, k, options);
      drawNode(context, data, geometry, colours, t, k);
    }
  } else if (data.mode === "posterior") {
    const met = state.columns * 2 - T; // columns that both sums have reached
    all(layers.left, 0, Math.min(state.columns, T - state.columns));
    all(layers.right, Math.max(state.columns, T - state.columns), T);
    if (met > 0) all(layers.done, T - state.columns, state.columns);
    for (let k = 0; k < state.partial; k++) {
      for (const [t, part] of [[state.columns, "left"], [T - 1 - state.columns, "right"]]) {
        drawNode(context, data, geometry, colours, t, k, computed(data, geometry, state, t, k) ? "done" : part);
      }
    }
  } else {
    all(layers.done, 0, state.columns);
    for (let k = 0; k < state.partial; k++) {
      if (state.columns > 0) drawEdges(context, data, geometry, colours, state.columns, k, options);
      drawNode(context, data, geometry, colours, state.columns, k);
    }
  }
  if (data.mode === "generate") {
    drawnPath(context, data, geometry, colours, state, seen);
    drawSymbols(context, data, geometry, colours, seen[0], Math.min(seen[1], state.emitted));
  }
  drawImpossible(context, data, geometry);
  for (const [t, k] of data.mode === "generate" ? [] : view.lit) focusEdges(context, data, geometry, colours, t, k, view.grow);
  if (view.selected && computed(data, geometry, state, ...view.selected)) {
    focusEdges(context, data, geometry, colours, ...view.selected, 1);
    ring(context, geometry, view.selected, colours.text, 3, []);
  }
  if (state.traced) tracePath(context, data, geometry, colours, state, view, seen);
  if (data.mode === "posterior" && state.ended) bothPaths(context, data, geometry, colours, seen);
  if (view.cursor?.[1] === K) symbolRing(context, geometry, view.cursor[0], colours);
  else if (view.cursor) ring(context, geometry, view.cursor, colours.primary, 2, [4, 3]);
  for (const cell of view.lit) ring(context, geometry, cell, colours.primary, 2, []);
  drawStrips(context, data, geometry, colours, state, view.short, seen);
  context.restore();
  drawGutter(context, data, geometry, colours, state);
}

function focusEdges(context, data, geometry, colours, t, k, grow) {
  const at = data.mode === "backward" ? t + 1 : t;
  if (at < 1 || at > geometry.T - 1) return;
  if (data.mode === "posterior") return; // a posterior is no sum over edges
  drawEdges(context, data, geometry, colours, at, k, { focus: true, grow });
}

function symbolRing(context, geometry, t, colours) {
  context.strokeStyle = colours.primary;
  context.lineWidth = 2;
  context.setLineDash([4, 3]);
  context.strokeRect(geometry.x(t) - geometry.column / 2 + 2, geometry.symbols + 2, geometry.column - 4, 20);
  context.setLineDash([]);
}
