// Drawing for the grid of codes: a picture with its 7 x 7 places, the palette, bars.

import { SIDE, inkImage } from "./latent-draw.js";

export const GRID = 7;
export const PLACES = GRID * GRID;
export const CODES = 64;
export const PATCH = 12;
const COLUMNS = 8;
const back = document.createElement("canvas");

function picture(context, pixels, width, colours, left, top, size) {
  back.width = width;
  back.height = pixels.length / width;
  back.getContext("2d").putImageData(inkImage(pixels, width, colours.inkRgb, colours.paperRgb), 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(back, left, top, size, size);
}

function label(context, colours, text, x, y) {
  context.lineWidth = 3;
  context.strokeStyle = colours.background;
  context.strokeText(text, x, y);
  context.fillStyle = colours.text;
  context.fillText(text, x, y);
}

/** The square that a stage's grid is drawn in. */
export function square(stage) {
  const size = Math.min(stage.width, stage.height);
  return { left: (stage.width - size) / 2, size };
}

/** The place under a point of the stage, or -1. */
export function placeAt(stage, [px, py]) {
  const { left, size } = square(stage);
  const [column, row] = [px - left, py].map((v) => Math.floor((v / size) * GRID));
  return column >= 0 && column < GRID && row >= 0 && row < GRID ? row * GRID + column : -1;
}

/** `view`: pixels, codes, place (outlined), changed (Set), known (places drawn so far), kept, names. */
export function drawGrid(stage, colours, { pixels, codes, place = -1, changed = new Set(), known = PLACES, kept = 0,
  names = true }) {
  const { context, width, height } = stage;
  const { left, size } = square(stage);
  const cell = size / GRID;
  context.clearRect(0, 0, width, height);
  if (pixels) picture(context, pixels, SIDE, colours, left, 0, size);
  context.save();
  context.font = `${Math.max(10, Math.min(13, cell / 3.6))}px ${colours.font}`;
  context.textAlign = "left";
  context.textBaseline = "top";
  for (let t = 0; t < PLACES; t++) {
    const [x, y] = [left + (t % GRID) * cell, Math.floor(t / GRID) * cell];
    if (t >= known) {
      context.fillStyle = colours.panel;
      context.fillRect(x, y, cell, cell);
    }
    context.strokeStyle = colours.border;
    context.lineWidth = 1;
    context.strokeRect(x + 0.5, y + 0.5, cell - 1, cell - 1);
    if (names && t < known) label(context, colours, `${codes[t]}${changed.has(t) ? "′" : ""}`, x + 3, y + 3);
    if (t < kept || changed.has(t)) {
      context.strokeStyle = colours.text;
      context.setLineDash([3, 3]);
      context.lineWidth = 1.5;
      context.strokeRect(x + 2, y + 2, cell - 4, cell - 4);
      context.setLineDash([]);
    }
  }
  if (place >= 0 && place < PLACES) {
    context.strokeStyle = colours.primary;
    context.lineWidth = 3;
    context.strokeRect(left + (place % GRID) * cell + 1.5, Math.floor(place / GRID) * cell + 1.5, cell - 3, cell - 3);
  }
  context.restore();
}

const ROOM = 15; // for the number under a tile
const tileBox = (stage, k) => {
  const [w, h] = [stage.width / COLUMNS, stage.height / (CODES / COLUMNS)];
  const size = Math.min(w - 4, h - ROOM);
  return { x: (k % COLUMNS) * w + (w - size) / 2, y: Math.floor(k / COLUMNS) * h, size, w, h };
};

/** The code under a point of the palette, or -1. */
export function codeAt(stage, [px, py]) {
  const column = Math.floor(px / (stage.width / COLUMNS));
  const row = Math.floor(py / (stage.height / (CODES / COLUMNS)));
  return column >= 0 && column < COLUMNS && row >= 0 && row < CODES / COLUMNS ? row * COLUMNS + column : -1;
}

/** 64 tiles; with `distances` (64) the numbers under them, the `nearest` marked, `chosen` outlined. */
export function drawPalette(stage, colours, { patches, distances, nearest, chosen, text }) {
  const { context, width, height } = stage;
  context.clearRect(0, 0, width, height);
  context.save();
  context.font = `11px ${colours.font}`;
  context.textAlign = "center";
  context.textBaseline = "top";
  for (let k = 0; k < CODES; k++) {
    const { x, y, size } = tileBox(stage, k);
    picture(context, patches.subarray(k * PATCH * PATCH, (k + 1) * PATCH * PATCH), PATCH, colours, x, y, size);
    context.strokeStyle = colours.border;
    context.lineWidth = 1;
    context.strokeRect(x + 0.5, y + 0.5, size - 1, size - 1);
    context.setLineDash([2, 2]);
    context.strokeRect(x + size / 3, y + size / 3, size / 3, size / 3);
    context.setLineDash([]);
    if (k === nearest) {
      context.strokeStyle = colours.text;
      context.lineWidth = 2;
      context.strokeRect(x - 1, y - 1, size + 2, size + 2);
    }
    if (k === chosen) {
      context.strokeStyle = colours.primary;
      context.lineWidth = 3;
      context.strokeRect(x + 1, y + 1, size - 2, size - 2);
    }
    context.fillStyle = k === chosen ? colours.primary : colours.text;
    const number = distances ? text(distances[k]) : String(k);
    context.font = `${k === nearest ? 700 : 400} 11px ${colours.font}`;
    context.fillText(number, x + size / 2, y + size + 1);
  }
  context.restore();
}

const PAD = { left: 34, right: 6, top: 8, bottom: 20 };

/** The bar under a point, or -1. */
export function barAt(stage, count, px) {
  const i = Math.floor(((px - PAD.left) / (stage.width - PAD.left - PAD.right)) * count);
  return i >= 0 && i < count ? i : -1;
}

/** Bars of `values` up to `top`; `chosen` filled strongly, `opened` outlined, `level` a dashed line. */
export function drawBars(stage, colours, { values, top, chosen = -1, opened = -1, level = null, levelText = "",
  tick, every, yText }) {
  const { context, width, height } = stage;
  const count = values.length;
  const [w, h] = [width - PAD.left - PAD.right, height - PAD.top - PAD.bottom];
  const base = PAD.top + h;
  const y = (v) => base - (Math.min(v, top) / top) * h;
  context.clearRect(0, 0, width, height);
  context.save();
  context.font = `11px ${colours.font}`;
  context.fillStyle = colours.text;
  context.strokeStyle = colours.border;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const v of [0, top / 2, top]) {
    context.fillText(yText(v), PAD.left - 4, y(v));
    context.beginPath();
    context.moveTo(PAD.left, y(v) + 0.5);
    context.lineTo(PAD.left + w, y(v) + 0.5);
    context.stroke();
  }
  context.textAlign = "center";
  context.textBaseline = "top";
  for (let i = 0; i < count; i++) {
    const [x, bar] = [PAD.left + (i / count) * w, w / count];
    const strong = i === chosen;
    context.fillStyle = strong ? colours.primary : colours.text;
    context.globalAlpha = strong ? 1 : 0.55;
    context.fillRect(x + 0.5, y(values[i]), Math.max(1, bar - 1), base - y(values[i]));
    context.globalAlpha = 1;
    if (i === opened) {
      context.strokeStyle = colours.text;
      context.strokeRect(x - 0.5, PAD.top, bar + 1, h);
    }
    if (strong) context.fillRect(x, base, bar, 3);
    context.fillStyle = colours.text;
    if (i % every === 0) context.fillText(tick(i), x + bar / 2, base + 5);
  }
  if (level !== null) {
    context.setLineDash([4, 3]);
    context.strokeStyle = colours.text;
    context.beginPath();
    context.moveTo(PAD.left, y(level));
    context.lineTo(PAD.left + w, y(level));
    context.stroke();
    context.textAlign = "right";
    context.textBaseline = "bottom";
    label(context, colours, levelText, PAD.left + w - 2, y(level) - 1);
  }
  context.restore();
}
