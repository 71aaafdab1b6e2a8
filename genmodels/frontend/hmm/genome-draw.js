// Drawing a genome: its share of C and G, the states' band, stretches below, letters when near.

import { columns, drawPlaces, drawWindow, LEFT, placeScale, RIGHT } from "./long-view.js";
import { blend, COMPONENTS } from "../core/palette.js";
import { linearScale, niceTicks } from "../core/stage.js";
import { numberText } from "../core/widget.js";

const TOP = 6;
const FOOT = 24; // px, for places
const ROW = 20; // px a row of stretches
const BAND = 46;
const LETTERS = "ACGT";
const NEAR = 7; // px a base from which letters are drawn
const [LOW, HIGH] = [0.2, 0.8]; // share of C and G on the axis
const LEAST = 25; // bases on either side that the share is taken over, at the least

/** Mean shares (0 to 1) of the bases a up to b: exact, or of the coarse columns of an iteration. */
function sharesOf(track, a, b, out) {
  const { rows, T, sums, coarse, frame, last } = track;
  if (!coarse || frame === last) {
    for (let k = 0; k < rows; k++) out[k] = (sums[k][b] - sums[k][a]) / (b - a) / 255;
    return out;
  }
  const bins = coarse.shape[2];
  const bin = Math.min(bins - 1, Math.floor(((a + b) / 2 / T) * bins));
  for (let k = 0; k < rows; k++) out[k] = coarse[(frame * rows + k) * bins + bin] / 255;
  return out;
}

/** The share of C and G in the bases around a column. */
function shareGC(track, middle, half) {
  const a = Math.max(0, Math.round(middle) - half);
  const b = Math.min(track.T, Math.round(middle) + half + 1);
  return (track.gc[b] - track.gc[a]) / (b - a);
}

/** Half the width, in bases, of the window that the line's share is taken over. */
export const halfWidth = (first, last) => Math.max(LEAST, Math.round((last - first) / 120));

export function drawMain(stage, track, view, colours) {
  const { context, width, height } = stage;
  const [first, last] = view.window;
  const x = placeScale(stage, first, last);
  const bottom = height - FOOT;
  const boxesTop = bottom - ROW * track.boxes.length;
  const bandTop = boxesTop - BAND - 4;
  const lineBottom = bandTop - 6;
  const y = linearScale(LOW, HIGH, lineBottom, TOP);
  context.clearRect(0, 0, width, height);
  context.save();
  context.beginPath();
  context.rect(LEFT, 0, width - LEFT - RIGHT, height);
  context.clip();

  const shares = new Array(track.rows).fill(0);
  for (const [from, to, a, b] of columns(x, first, last)) {
    sharesOf(track, a, b, shares);
    const wide = Math.max(1, to - from);
    context.globalAlpha = 0.14;
    context.fillStyle = blend(COMPONENTS, shares);
    context.fillRect(from, TOP, wide, lineBottom - TOP);
    context.globalAlpha = 1;
    let at = bandTop + BAND;
    for (let k = 0; k < track.rows; k++) {
      const tall = shares[k] * BAND;
      at -= tall;
      if (tall < 0.05) continue;
      context.fillStyle = COMPONENTS[k];
      context.fillRect(from, at, wide, tall);
    }
  }
  const half = halfWidth(first, last);
  context.strokeStyle = colours.text;
  context.lineWidth = 1.3;
  context.beginPath();
  for (const [from, to, a, b] of columns(x, first, last)) {
    context.lineTo((from + to) / 2, y(shareGC(track, (a + b - 1) / 2, half)));
  }
  context.stroke();
  if (x.slope >= NEAR) {
    context.font = `${Math.min(15, x.slope + 2)}px ${colours.mono ?? "monospace"}`;
    context.textAlign = "center";
    context.textBaseline = "bottom";
    context.fillStyle = colours.text;
    for (let t = first; t <= last; t++) context.fillText(LETTERS[track.bases[t]], x(t), lineBottom - 2);
  }
  track.boxes.forEach((box, row) => {
    const at = boxesTop + row * ROW + 3;
    for (let i = 0; i < box.begins.length; i++) {
      if (box.ends[i] <= first || box.begins[i] > last) continue;
      const from = x(box.begins[i] - 0.5);
      const to = x(box.ends[i] - 0.5);
      context.fillStyle = box.states ? COMPONENTS[box.states[i]] : colours.text;
      context.fillRect(from, at, Math.max(2, to - from - (to - from > 6 ? 1 : 0)), ROW - 6);
    }
  });
  context.restore();

  context.strokeStyle = colours.border;
  context.lineWidth = 1;
  context.strokeRect(LEFT + 0.5, TOP + 0.5, width - LEFT - RIGHT, lineBottom - TOP);
  context.strokeRect(LEFT + 0.5, bandTop - 0.5, width - LEFT - RIGHT, BAND + 1);
  context.font = `12px ${colours.font}`;
  context.fillStyle = colours.text;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const tick of [0.3, 0.4, 0.5, 0.6, 0.7]) {
    context.globalAlpha = 0.75;
    context.fillText(tick.toFixed(1), LEFT - 5, y(tick));
    context.globalAlpha = 0.25;
    context.beginPath();
    context.moveTo(LEFT, y(tick));
    context.lineTo(width - RIGHT, y(tick));
    context.stroke();
  }
  context.globalAlpha = 1;
  context.fillText(track.rows > 1 ? "states" : "P", LEFT - 5, bandTop + BAND / 2);
  track.boxes.forEach((box, row) => context.fillText(box.name, LEFT - 5, boxesTop + (row + 0.5) * ROW));
  context.save();
  context.translate(9, (TOP + lineBottom) / 2);
  context.rotate(-Math.PI / 2);
  context.textAlign = "center";
  context.fillText("share of C and G", 0, 0);
  context.restore();
  places(context, x, first, last, bottom, width, colours);
  drawPlaces(context, x, view, TOP, bottom, colours);
}

function places(context, x, first, last, bottom, width, colours) {
  context.textAlign = "center";
  context.textBaseline = "top";
  context.strokeStyle = colours.border;
  const count = Math.max(2, Math.floor((width - LEFT) / 110));
  for (const tick of niceTicks(first + 1, last + 1, count)) {
    if (!Number.isInteger(tick)) continue;
    const px = x(tick - 1);
    context.beginPath();
    context.moveTo(px, bottom);
    context.lineTo(px, bottom + 4);
    context.stroke();
    const text = tick.toLocaleString("en");
    const room = context.measureText(text).width / 2;
    if (px - room > LEFT - 20 && px + room < width) context.fillText(text, px, bottom + 7);
  }
}

export function drawWhole(stage, track, view, colours) {
  const { context, height, width } = stage;
  context.clearRect(0, 0, width, height);
  const x = placeScale(stage, 0, track.T - 1);
  const shares = new Array(track.rows).fill(0);
  context.fillStyle = colours.border;
  for (const [from, to, a, b] of columns(x, 0, track.T - 1)) {
    let at = height - 2;
    sharesOf(track, a, b, shares);
    for (let k = 0; k < track.rows; k++) {
      const tall = shares[k] * (height - 4);
      at -= tall;
      context.fillStyle = COMPONENTS[k];
      context.fillRect(from, at, Math.max(1, to - from), tall);
    }
  }
  drawWindow(stage, x, view.window, colours);
}

export function drawRun(stage, track, colours) {
  const { context, width, height } = stage;
  const values = track.likelihood;
  context.clearRect(0, 0, width, height);
  const x = linearScale(0, Math.max(1, values.length - 1), LEFT, width - RIGHT);
  const y = linearScale(Math.min(...values), Math.max(...values), height - 8, 8);
  context.strokeStyle = colours.border;
  context.lineWidth = 1;
  context.strokeRect(LEFT + 0.5, 2.5, width - LEFT - RIGHT, height - 5);
  context.strokeStyle = colours.primary;
  context.lineWidth = 2;
  context.beginPath();
  values.forEach((value, i) => context.lineTo(x(i), y(value)));
  context.stroke();
  context.strokeStyle = colours.text;
  context.beginPath();
  context.moveTo(x(track.frame), 2);
  context.lineTo(x(track.frame), height - 3);
  context.stroke();
  context.fillStyle = colours.text;
  context.font = `12px ${colours.font}`;
  context.textBaseline = "bottom";
  const late = track.frame > values.length / 2;
  context.textAlign = late ? "right" : "left";
  context.fillText(`log-likelihood ${numberText(values[track.frame], 7)} nats`,
    x(track.frame) + (late ? -7 : 7), height - 6);
  return x;
}
