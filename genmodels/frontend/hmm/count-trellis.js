// The pour's upper half: what a position between half steps shows, the trellis, and its drops.

import { box } from "./count-layout.js";
import { COMPONENTS, rgb } from "../core/palette.js";

const FADE = 0.25; // the part of an E half step in which the old counts leave and bars change
const FLIGHT = 0.4; // the part of it that one drop flies

export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
export const ease = (part) => part * part * (3 - 2 * part);
export const between = (a, b, part) => a + (b - a) * part;
export const hue = (k) => COMPONENTS[k % COMPONENTS.length];
export const tint = (hex, alpha) => `rgb(${rgb(hex).join(" ")} / ${alpha})`;

/** E-step (-1: none yet) and model that stand at half step s: 0 the start, 2i - 1 E, 2i M. */
export const eAt = (s) => Math.ceil(s / 2) - 1;
export const modelAt = (s) => Math.floor(s / 2);

/** What a position shows: which arrays, and how far each part of the change has come. */
export function moment(position, last) {
  const lo = clamp(Math.floor(position), 0, last);
  const part = lo >= last ? 0 : position - lo;
  const pouring = part > 0 && lo % 2 === 0;
  const normalising = part > 0 && lo % 2 === 1;
  return {
    part, pouring, normalising,
    e: eAt(lo), nextE: pouring ? eAt(lo + 1) : eAt(lo),
    model: modelAt(lo), nextModel: normalising ? modelAt(lo + 1) : modelAt(lo),
    settledM: part === 0 && lo > 0 && lo % 2 === 0,
    faded: pouring ? ease(clamp(part / FADE, 0, 1)) : 0,
  };
}

/** How far the drop of column t has flown, 0 to 1. */
function flown(now, t, T) {
  const leaves = FADE + (1 - FADE - FLIGHT) * (T > 1 ? t / (T - 1) : 0);
  return clamp((now.part - leaves) / FLIGHT, 0, 1);
}
/** The part of all columns whose drops have landed. */
export function landed(now, T) {
  let done = 0;
  for (let t = 0; t < T; t++) done += flown(now, t, T) >= 1 ? 1 : 0;
  return done / T;
}

// -- the trellis -------------------------------------------------------------------------------

const gammaAt = (data, e, t, k) => (e < 0 ? 0 : data.gammas[(e * data.T + t) * data.K + k] / 255);
const xiAt = (data, e, t, i, j) =>
  e < 0 ? 0 : data.xis[((e * (data.T - 1) + t) * data.K + i) * data.K + j] / 255;

export function drawTrellis(context, view, data, now, colours, selected) {
  const lit = highlighted(data, selected);
  drawEdges(context, view, data, now, colours, lit);
  drawNodes(context, view, data, now, colours, lit);
  drawNames(context, view, data, colours);
}

/** One stroke for all edges of a colour and a width: 1500 edges in 40 strokes. */
function drawEdges(context, view, data, now, colours, lit) {
  const { T, K, nodeWidth: w } = view;
  const widest = Math.min(7, view.row * 0.22);
  const bundles = new Map();
  for (let t = 0; t < T - 1; t++) {
    for (let i = 0; i < K; i++) {
      for (let j = 0; j < K; j++) {
        const share = between(xiAt(data, now.e, t, i, j), xiAt(data, now.nextE, t, i, j), now.faded);
        const chosen = lit.edge(t, i, j);
        if (share < 0.012 && !chosen) continue;
        const width = Math.max(chosen ? 3 : 1, Math.round(2 * share * widest)); // half pixels
        const key = (chosen ? K : i) * 64 + width;
        if (!bundles.has(key)) bundles.set(key, []);
        bundles.get(key).push(view.x(t) + w / 2, view.y(i), view.x(t + 1) - w / 2, view.y(j));
      }
    }
  }
  for (const [key, ends] of [...bundles].sort((a, b) => a[0] - b[0])) {
    const i = Math.floor(key / 64);
    context.beginPath();
    for (let n = 0; n < ends.length; n += 4) {
      context.moveTo(ends[n], ends[n + 1]);
      context.lineTo(ends[n + 2], ends[n + 3]);
    }
    context.strokeStyle = i === K ? colours.text : tint(hue(i), 0.75);
    context.lineWidth = (key % 64) / 2;
    context.stroke();
  }
}

function drawNodes(context, view, data, now, colours, lit) {
  const { T, K, nodeWidth: w, nodeHeight: h } = view;
  const written = w >= 30 && h >= 16 && (now.e >= 0 || now.faded > 0);
  context.font = `11px ${colours.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (let k = 0; k < K; k++) {
    const top = view.y(k) - h / 2;
    const shares = Array.from({ length: T }, (_, t) =>
      between(gammaAt(data, now.e, t, k), gammaAt(data, now.nextE, t, k), now.faded));
    const boxes = (heights) => {
      context.beginPath();
      for (let t = 0; t < T; t++) {
        const tall = h * heights(t);
        context.rect(view.x(t) - w / 2, top + h - tall, w, tall);
      }
    };
    boxes(() => 1);
    context.fillStyle = colours.background;
    context.fill();
    context.strokeStyle = tint(hue(k), 0.9);
    context.lineWidth = 1;
    context.stroke();
    boxes((t) => shares[t]);
    context.fillStyle = tint(hue(k), 0.6);
    context.fill();
    context.fillStyle = context.strokeStyle = colours.text;
    context.lineWidth = 2.5;
    for (let t = 0; t < T; t++) {
      if (lit.node(t, k)) context.strokeRect(view.x(t) - w / 2, top, w, h);
      if (written) context.fillText(shares[t].toFixed(2), view.x(t), view.y(k));
    }
  }
}

function drawNames(context, view, data, colours) {
  const { T, K } = view;
  context.textBaseline = "middle";
  context.textAlign = "center";
  const every = Math.max(1, Math.ceil(20 / view.column));
  const longest = Math.max(...data.seen.map((text) => text.length));
  const sparse = Math.max(1, Math.ceil((longest * 7 + 3) / view.column));
  for (let t = 0; t < T; t++) {
    context.fillStyle = colours.text;
    context.font = `11px ${colours.font}`;
    context.globalAlpha = 0.65;
    if (t % every === 0) context.fillText(String(t + 1), view.x(t), 8);
    context.globalAlpha = 1;
    context.font = `600 12px ${colours.font}`;
    if (t % sparse === 0) context.fillText(data.seen[t], view.x(t), view.symbols + 9);
  }
  for (let k = 0; k < K; k++) drawState(context, view, data, colours, k, view.y(k));
}

export function drawState(context, view, data, colours, k, y) {
  context.fillStyle = hue(k);
  context.fillRect(0, y - 6, 4, 12);
  context.fillStyle = colours.text;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.font = `600 12px ${colours.font}`;
  const name = data.states[k];
  const room = view.gutter - 14;
  context.fillText(view.narrow && name.length > 4 ? `${name.slice(0, 3)}.` : name, 8, y, room);
}

/** The nodes and edges that an opened number sums over. */
function highlighted(data, selected) {
  const never = () => false;
  if (!selected) return { node: never, edge: never };
  const [a, b, c] = selected.at;
  const by = {
    node: { node: (t, k) => t === a && k === b, edge: never },
    edge: { node: never, edge: (t, i, j) => t === a && i === b && j === c },
    starts: { node: (t, k) => t === 0 && k === a, edge: never },
    moves: { node: never, edge: (t, i, j) => i === a && j === b },
    symbols: { node: (t, k) => k === a && data.x[t] === b, edge: never },
  };
  return by[selected.kind] ?? { node: never, edge: never };
}

/** The drops: each node's and edge's posterior on its way to the cells that add it up. */
export function drawDrops(context, view, data, now) {
  if (!now.pouring || now.part <= FADE) return;
  const { T, K } = view;
  const starts = view.table("starts");
  const moves = view.table("moves");
  const symbols = view.table("symbols");
  const size = clamp(view.column * 0.24, 2, 5.5);
  // One fill a state: its drops form one path.
  for (let k = 0; k < K; k++) {
    context.beginPath();
    const drop = (share, t, fromX, fromY, table, j) => {
      const part = flown(now, t, T);
      if (share < 0.02 || part <= 0 || part >= 1) return;
      const to = box(table, k, j);
      const p = ease(part);
      const x = between(fromX, to.x + to.w / 2, p);
      const y = between(fromY, to.y + to.h / 2, p);
      const radius = size * Math.sqrt(share);
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, 6.2832);
    };
    for (let t = 0; t < T; t++) {
      const share = gammaAt(data, now.nextE, t, k);
      if (t === 0) drop(share, t, view.x(t), view.y(k), starts, 0);
      if (data.x[t] >= 0) drop(share, t, view.x(t), view.y(k), symbols, data.x[t]);
      for (let j = 0; t < T - 1 && j < K; j++) {
        const both = xiAt(data, now.nextE, t, k, j);
        drop(both, t, (view.x(t) + view.x(t + 1)) / 2, (view.y(k) + view.y(j)) / 2, moves, j);
      }
    }
    context.fillStyle = tint(hue(k), 0.85);
    context.fill();
  }
}
