// Drawing a long series: its sum as a line, the states' band, each day's value, and the whole below.

import { columns, drawPlaces, drawWindow, LEFT, placeScale, RIGHT } from "./long-view.js";
import { blend, COMPONENTS } from "../core/palette.js";
import { linearScale, niceTicks } from "../core/stage.js";
import { numberText } from "../core/widget.js";

const BAND = 30; // px
const FOOT = 24; // px, for dates
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAY_MS = 86_400_000;

/** A day's name: 13 Oct 2008, or its number from 1. */
export function dayName(series, t) {
  if (!series.day) return `day ${t + 1}`;
  const date = new Date(series.day[t] * DAY_MS);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/** The mean shares (0 to 1) of days a up to b: exact, or of the coarse columns at a frame. */
function sharesOf(series, a, b, out) {
  const { K, T, sums, coarse, frame, exactFrame } = series;
  if (frame === exactFrame) {
    for (let k = 0; k < K; k++) out[k] = (sums[k][b] - sums[k][a]) / (b - a) / 255;
    return out;
  }
  const bins = coarse.shape[1];
  const bin = Math.min(bins - 1, Math.floor(((a + b) / 2 / T) * bins));
  for (let k = 0; k < K; k++) out[k] = coarse[(frame * bins + bin) * K + k] / 255;
  return out;
}

export function drawMain(stage, series, view, colours) {
  const { context, width, height } = stage;
  const [first, last] = view.window;
  const x = placeScale(stage, first, last);
  const right = width - RIGHT;
  const top = 6;
  const bandTop = Math.round(top + (height - FOOT - BAND - top) * 0.46);
  const below = bandTop + BAND + 4;
  const bottom = height - FOOT;
  context.clearRect(0, 0, width, height);

  let [low, high] = [Infinity, -Infinity];
  let [least, most] = [0, 0];
  for (let t = first; t <= last; t++) {
    const sum = series.sum[t];
    if (sum < low) low = sum;
    if (sum > high) high = sum;
    if (series.x[t] < least) least = series.x[t];
    if (series.x[t] > most) most = series.x[t];
  }
  const room = (high - low) * 0.06 || 1;
  const up = linearScale(low - room, high + room, bandTop - 4, top);
  const edge = (most - least || 1) * 0.06;
  const value = linearScale(least - edge, most + edge, bottom, below);

  const shares = new Array(series.K).fill(0);
  const zero = value(0);
  for (const [from, to, a, b] of columns(x, first, last)) {
    sharesOf(series, a, b, shares);
    const wide = Math.max(1, to - from);
    const mixed = blend(COMPONENTS, shares);
    context.globalAlpha = 0.16;
    context.fillStyle = mixed;
    context.fillRect(from, top, wide, bandTop - top);
    context.globalAlpha = 1;
    let at = bandTop;
    for (let k = series.K - 1; k >= 0; k--) { // the wildest on top
      const tall = shares[k] * BAND;
      if (tall > 0.05) {
        context.fillStyle = COMPONENTS[k];
        context.fillRect(from, at, wide, tall);
      }
      at += tall;
    }
    let [down, rise] = [0, 0];
    for (let t = a; t < b; t++) {
      const v = series.x[t];
      if (v < down) down = v;
      else if (v > rise) rise = v;
    }
    context.fillStyle = mixed;
    const bar = wide > 4 ? wide - 1 : wide;
    context.fillRect(from, value(rise), bar, Math.max(1, value(down) - value(rise)));
  }

  context.strokeStyle = colours.text;
  context.lineWidth = 1.4;
  context.beginPath();
  for (const [from, to, a, b] of columns(x, first, last)) {
    context.lineTo((from + to) / 2, up(series.sum[Math.floor((a + b - 1) / 2)]));
  }
  context.stroke();

  context.strokeStyle = colours.border;
  context.lineWidth = 1;
  context.strokeRect(LEFT + 0.5, top + 0.5, right - LEFT, bandTop - top);
  context.strokeRect(LEFT + 0.5, below - 0.5, right - LEFT, bottom - below);
  context.beginPath();
  context.moveTo(LEFT, Math.round(zero) + 0.5);
  context.lineTo(right, Math.round(zero) + 0.5);
  context.stroke();
  if (series.trained < series.T && series.trained >= first && series.trained <= last) {
    cut(context, x(series.trained - 0.5), top, bottom, colours, "held out from here");
  }
  scaleTexts(context, up, bandTop - top, colours);
  scaleTexts(context, value, bottom - below, colours);
  names(context, [[(top + bandTop) / 2, `sum, ${series.unit}`], [(below + bottom) / 2, `a day, ${series.unit}`]], colours);
  context.fillText("states", LEFT - 44, bandTop + BAND / 2);
  dates(context, series, x, first, last, bottom, colours);
  drawPlaces(context, x, view, top, bottom, colours);
  const opened = view.opened;
  if (opened !== null && opened >= first && opened <= last) {
    context.fillStyle = colours.text;
    context.beginPath();
    context.arc(x(opened), up(series.sum[opened]), 4, 0, 6.2832);
    context.fill();
  }
  return x;
}

function cut(context, at, top, bottom, colours, text) {
  context.strokeStyle = colours.text;
  context.setLineDash([5, 4]);
  context.beginPath();
  context.moveTo(at, top);
  context.lineTo(at, bottom);
  context.stroke();
  context.setLineDash([]);
  context.fillStyle = colours.text;
  context.font = `12px ${colours.font}`;
  context.textBaseline = "top";
  const room = context.canvas.clientWidth - RIGHT - at;
  context.textAlign = room > 120 ? "left" : "right";
  context.fillText(text, at + (room > 120 ? 5 : -5), top + 4);
}

function scaleTexts(context, y, tall, colours) {
  context.font = `12px ${colours.font}`;
  context.fillStyle = colours.text;
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.globalAlpha = 0.75;
  const ticks = niceTicks(y.low, y.high, Math.max(2, Math.round(tall / 45)));
  for (const tick of ticks) {
    context.fillText(String(Number(tick.toPrecision(6))).replace("-", "−"), LEFT - 5, y(tick));
  }
  context.globalAlpha = 1;
}

function names(context, said, colours) {
  context.fillStyle = colours.text;
  for (const [at, text] of said) {
    context.save();
    context.translate(8, at);
    context.rotate(-Math.PI / 2);
    context.textAlign = "center";
    context.fillText(text, 0, 0);
    context.restore();
  }
  context.textAlign = "left";
}

// -- dates -------------------------------------------------------------------------------------

const STEPS = [1, 3, 6, 12, 24, 60, 120, 240]; // months

function dates(context, series, x, first, last, bottom, colours) {
  context.fillStyle = colours.text;
  context.strokeStyle = colours.border;
  context.textBaseline = "top";
  context.textAlign = "center";
  context.globalAlpha = 0.85;
  const wide = context.canvas.clientWidth;
  for (const [t, text] of dateTicks(series, x, first, last)) {
    const px = x(t);
    context.beginPath();
    context.moveTo(px, bottom);
    context.lineTo(px, bottom + 4);
    context.stroke();
    const half = context.measureText(text).width / 2;
    if (px - half > LEFT - 20 && px + half < wide) context.fillText(text, px, bottom + 7);
  }
  context.globalAlpha = 1;
}

/** [[day, text]]: years, months or days, whichever leaves room. */
export function dateTicks(series, x, first, last) {
  const room = 70; // px a text
  if (!series.day) {
    return niceTicks(first + 1, last + 1, Math.max(2, (x(last) - x(first)) / 110))
      .filter((n) => Number.isInteger(n)).map((n) => [n - 1, String(n)]);
  }
  const perMonth = ((series.day[last] - series.day[first]) / 30.44 || 1);
  const step = STEPS.find((months) => (x(last) - x(first)) * months / perMonth >= room) ?? 240;
  const ticks = [];
  if (step === 1 && perMonth < 2.5) {
    const every = Math.max(1, Math.ceil(90 / x.slope));
    for (let t = first; t <= last; t += every) ticks.push([t, dayName(series, t)]);
    return ticks;
  }
  const start = new Date(series.day[first] * DAY_MS);
  let month = Math.ceil((start.getUTCFullYear() * 12 + start.getUTCMonth()) / step) * step;
  for (; ; month += step) {
    const day = Date.UTC(Math.floor(month / 12), month % 12, 1) / DAY_MS;
    if (day > series.day[last]) return ticks;
    const t = firstFrom(series.day, day);
    const year = Math.floor(month / 12);
    if (t >= first) ticks.push([t, step >= 12 ? String(year) : `${MONTHS[month % 12]} ${year}`]);
  }
}

/** The first index whose day is `day` or later. */
function firstFrom(days, day) {
  let [low, high] = [0, days.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (days[middle] < day) low = middle + 1;
    else high = middle;
  }
  return low;
}

// -- the whole, with the window on it; EM's curve ------------------------------------------------

let backdrop = { key: "", series: null, canvas: null };

/** The whole series' colours and line, drawn once for all windows on it. */
function wholeBehind(stage, series, colours) {
  const { canvas, width, height } = stage;
  const key = [canvas.width, canvas.height, series.frame, colours.text].join();
  if (backdrop.series === series && backdrop.key === key) return backdrop.canvas;
  const copy = document.createElement("canvas");
  copy.width = canvas.width;
  copy.height = canvas.height;
  const context = copy.getContext("2d");
  context.scale(canvas.width / width, canvas.height / height);
  const x = placeScale(stage, 0, series.T - 1);
  const y = linearScale(series.lowest, series.highest, height - 4, 4);
  const shares = new Array(series.K).fill(0);
  context.globalAlpha = 0.5;
  for (const [from, to, a, b] of columns(x, 0, series.T - 1)) {
    context.fillStyle = blend(COMPONENTS, sharesOf(series, a, b, shares));
    context.fillRect(from, 1, Math.max(1, to - from), height - 2);
  }
  context.globalAlpha = 1;
  context.strokeStyle = colours.text;
  context.lineWidth = 1;
  context.beginPath();
  for (const [from, to, a, b] of columns(x, 0, series.T - 1)) {
    context.lineTo((from + to) / 2, y(series.sum[Math.floor((a + b - 1) / 2)]));
  }
  context.stroke();
  backdrop = { key, series, canvas: copy };
  return copy;
}

export function drawWhole(stage, series, view, colours) {
  const { context, width, height } = stage;
  context.clearRect(0, 0, width, height);
  context.drawImage(wholeBehind(stage, series, colours), 0, 0, width, height);
  drawWindow(stage, placeScale(stage, 0, series.T - 1), view.window, colours);
}

export function drawRun(stage, series, colours) {
  const { context, width, height } = stage;
  const values = series.likelihood;
  const now = series.iterations[series.frame];
  context.clearRect(0, 0, width, height);
  // Early iterations gain most: the axis is the scrubber's, frame by frame.
  const x = linearScale(0, Math.max(1, series.iterations.length - 1), LEFT, width - RIGHT);
  const shown = series.iterations.map((i) => values[i]);
  const y = linearScale(Math.min(...shown), Math.max(...shown), height - 8, 8);
  context.strokeStyle = colours.border;
  context.lineWidth = 1;
  context.strokeRect(LEFT + 0.5, 2.5, width - LEFT - RIGHT, height - 5);
  context.strokeStyle = colours.primary;
  context.lineWidth = 2;
  context.beginPath();
  shown.forEach((value, i) => context.lineTo(x(i), y(value)));
  context.stroke();
  context.strokeStyle = colours.text;
  context.beginPath();
  context.moveTo(x(series.frame), 2);
  context.lineTo(x(series.frame), height - 3);
  context.stroke();
  context.fillStyle = colours.text;
  context.font = `12px ${colours.font}`;
  context.textBaseline = "bottom";
  const late = series.frame > series.iterations.length * 0.5;
  context.textAlign = late ? "right" : "left";
  context.fillText(`iteration ${now}: log-likelihood ${numberText(values[now], 7)} nats`,
    x(series.frame) + (late ? -7 : 7), height - 6);
  return x;
}
