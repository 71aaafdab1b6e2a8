// The pour's lower half: counts, the tables that they become, and the curve of the likelihood.

import { COUNTS, TABLES, box } from "./count-layout.js";
import { between, clamp, drawState, ease, hue, landed, modelAt, tint } from "./count-trellis.js";
import { NEGATIVE, POSITIVE } from "../core/palette.js";
import { linearScale } from "../core/stage.js";
import { numberText } from "../core/widget.js";

const LEFT = 74; // px left of the curve

// -- counts and probabilities ------------------------------------------------------------------

// Counts of symbols travel under their own name: `symbols` are the texts.
const arrayOf = (data, name) => data[name === "symbols" ? "symbol_counts" : name];
function valueAt(data, name, n, i, j, columns) {
  return n < 0 ? 0 : arrayOf(data, name)[(n * data.K + i) * columns + j];
}
function largest(data, name, n, columns) {
  let most = 1e-9;
  for (let c = 0; c < data.K * columns; c++) {
    most = Math.max(most, n < 0 ? 0 : arrayOf(data, name)[n * data.K * columns + c]);
  }
  return most;
}

const HEADS = { starts: "starts in", moves: "moves to", symbols: "shows",
  pi: "π", A: "A: next state", B: "B: symbol" };

export function drawTables(context, view, data, now, colours, selected) {
  for (const [g, group] of view.groups.entries()) {
    context.fillStyle = colours.text;
    context.font = `600 12px ${colours.font}`;
    context.textAlign = "left";
    context.textBaseline = "middle";
    context.fillText(g ? (view.narrow ? "prob." : "Probability") : view.narrow ? "count" : "Count", 0, group.top + 8);
    for (const table of group.tables) {
      drawHead(context, table, data, colours);
      if (table.x === view.gutter) {
        for (let k = 0; k < view.K; k++) drawState(context, view, data, colours, k, table.y + table.h * (k + 0.5));
      }
      if (COUNTS.includes(table.name)) drawCounts(context, view, table, data, now, colours, selected);
      else drawProbabilities(context, view, table, data, now, colours, selected);
    }
  }
  if (now.normalising) drawFalling(context, view, data, now);
  drawLegend(context, view, data, colours);
}

function drawHead(context, table, data, colours) {
  context.fillStyle = colours.text;
  context.textBaseline = "middle";
  context.font = `600 12px ${colours.font}`;
  context.textAlign = "left";
  context.fillText(HEADS[table.name], table.x, table.y - 21, Math.max(table.w * table.columns + 14, 56));
  const names = { moves: data.states, A: data.states, symbols: data.symbols, B: data.symbols }[table.name];
  context.font = `11px ${colours.font}`;
  context.globalAlpha = 0.8;
  context.textAlign = "center";
  names?.forEach((name, j) => context.fillText(name, table.x + table.w * (j + 0.5), table.y - 7, table.w - 4));
  context.globalAlpha = 1;
}

const isChosen = (selected, name, i, j) =>
  selected?.kind === name && selected.at[0] === i && (selected.at[1] ?? 0) === j;

function outline(context, place, colours, chosen) {
  context.strokeStyle = chosen ? colours.text : colours.border;
  context.lineWidth = chosen ? 2.5 : 1;
  context.strokeRect(place.x + 0.5, place.y + 0.5, place.w - 1, place.h - 1);
}

function countText(value) {
  if (value === 0) return "0";
  return value < 0.005 ? "<.01" : value >= 99.95 ? value.toFixed(0) : value.toFixed(value < 9.995 ? 2 : 1);
}

function drawCounts(context, view, table, data, now, colours, selected) {
  const { name, columns } = table;
  const arrived = now.pouring ? landed(now, data.T) : 1;
  const old = now.e;
  const fresh = now.nextE;
  const mostOld = largest(data, name, old, columns);
  const most = largest(data, name, fresh, columns);
  for (let i = 0; i < view.K; i++) {
    for (let j = 0; j < columns; j++) {
      const place = box(table, i, j);
      const after = valueAt(data, name, fresh, i, j, columns);
      const before = valueAt(data, name, old, i, j, columns);
      // First the old counts drain, then the new ones fill.
      const value = !now.pouring ? after : now.faded < 1 ? before * (1 - now.faded) : after * arrived;
      const whole = now.pouring && now.faded < 1 ? mostOld : most;
      context.fillStyle = tint(hue(i), 0.45);
      context.fillRect(place.x + 1, place.y + 1, (place.w - 2) * (value / whole), place.h - 2);
      outline(context, place, colours, isChosen(selected, name, i, j) || rowOpened(selected, name, i));
      if (old < 0 && !now.pouring) continue;
      context.fillStyle = colours.text;
      context.font = `${place.w < 36 ? 10.5 : 12}px ${colours.font}`;
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.fillText(countText(value), place.x + place.w / 2, place.y + place.h / 2, place.w - 3);
    }
  }
}

/** A new probability is its count over its row's sum: the row that it came from is lit. */
function rowOpened(selected, name, i) {
  const source = { pi: "starts", A: "moves", B: "symbols" }[selected?.kind];
  return source === name && (name === "starts" || selected.at[0] === i);
}

export const lockOf = (name, i) => (name === "pi" ? "pi" : `${name}${i + 1}`);

function probabilityText(value, narrow) {
  if (value === 0) return "0";
  if (value >= 0.9995) return narrow ? "1.00" : value === 1 ? "1" : "1.000";
  if (value < 0.0005) return "<.001";
  return value.toFixed(narrow ? 2 : 3);
}

function drawProbabilities(context, view, table, data, now, colours, selected) {
  const { name, columns } = table;
  for (let i = 0; i < view.K; i++) {
    const locked = data.locks.includes(lockOf(name, i));
    for (let j = 0; j < columns; j++) {
      const place = box(table, i, j);
      const from = valueAt(data, name, now.settledM ? now.model - 1 : now.model, i, j, columns);
      const to = valueAt(data, name, now.nextModel, i, j, columns);
      const value = now.normalising ? between(from, to, ease(now.part)) : to;
      const room = place.w - 2;
      if (locked) hatch(context, place, colours);
      context.fillStyle = colours.text;
      context.globalAlpha = 0.16;
      context.fillRect(place.x + 1, place.y + 1, room * value, place.h - 2);
      context.globalAlpha = 1;
      const change = now.normalising || now.settledM ? value - from : 0;
      const told = Math.abs(change) >= 0.0005;
      if (told) {
        context.fillStyle = tint(change > 0 ? POSITIVE : NEGATIVE, 0.5);
        context.fillRect(place.x + 1 + room * Math.min(from, value), place.y + 1, room * Math.abs(change), place.h - 2);
        context.strokeStyle = colours.text;
        context.lineWidth = 1;
        context.setLineDash([2, 2]);
        context.beginPath();
        context.moveTo(place.x + 1 + room * from, place.y + 1);
        context.lineTo(place.x + 1 + room * from, place.y + place.h - 1);
        context.stroke();
        context.setLineDash([]);
      }
      outline(context, place, colours, isChosen(selected, name, i, j));
      if (data.truth) diamond(context, place.x + 1 + room * data.truth[name][i * columns + j], place.y + place.h - 2, colours);
      writeCell(context, place, value, told ? change : 0, from, colours);
    }
    if (name !== "pi" || i === 0) padlock(context, table.lock + 1, table.y + table.h * (i + 0.5), locked, colours);
  }
}

function writeCell(context, place, value, change, from, colours) {
  const middle = place.x + place.w / 2;
  const narrow = place.w < 40;
  const low = place.h < 34;
  const two = change !== 0;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.font = `${narrow ? 10.5 : low ? 11 : 12}px ${colours.font}`;
  haloed(context, probabilityText(value, narrow), middle, place.y + place.h * (two ? 0.29 : 0.45), place.w - 3, colours);
  if (!two) return;
  context.font = `${narrow || low ? 9 : 10}px ${colours.font}`;
  const was = `${change > 0 ? "▲" : "▼"} ${probabilityText(from, narrow)}`;
  haloed(context, was, middle, place.y + place.h * 0.66, place.w - 3, colours);
}

/** Text that bars and marks don't blur: the background's colour stands around it. */
function haloed(context, text, x, y, room, colours) {
  context.lineJoin = "round";
  context.lineWidth = 2.5;
  context.globalAlpha = 0.75;
  context.strokeStyle = colours.background;
  context.strokeText(text, x, y, room);
  context.globalAlpha = 1;
  context.fillStyle = colours.text;
  context.fillText(text, x, y, room);
}

function hatch(context, place, colours) {
  context.save();
  context.beginPath();
  context.rect(place.x + 1, place.y + 1, place.w - 2, place.h - 2);
  context.clip();
  context.strokeStyle = colours.border;
  context.lineWidth = 1;
  context.beginPath();
  for (let x = place.x - place.h; x < place.x + place.w; x += 7) {
    context.moveTo(x, place.y + place.h);
    context.lineTo(x + place.h, place.y);
  }
  context.stroke();
  context.restore();
}

function diamond(context, x, y, colours) {
  context.beginPath();
  context.moveTo(x, y - 4);
  context.lineTo(x + 3.5, y);
  context.lineTo(x, y + 4);
  context.lineTo(x - 3.5, y);
  context.closePath();
  context.fillStyle = colours.background;
  context.fill();
  context.strokeStyle = colours.text;
  context.lineWidth = 1.2;
  context.stroke();
}

function padlock(context, x, y, locked, colours) {
  context.save();
  context.globalAlpha = locked ? 1 : 0.45;
  context.strokeStyle = context.fillStyle = colours.text;
  context.lineWidth = 1.4;
  context.beginPath();
  // An open shackle stands beside the body.
  context.arc(x + (locked ? 5 : 8.5), y - 2.5, 3.1, Math.PI, 0);
  context.stroke();
  if (locked) context.fillRect(x, y - 2, 10, 7.5);
  else context.strokeRect(x + 0.5, y - 2, 9, 7);
  context.restore();
}

/** M: each count's bar falls to the probability that it becomes, stretched by its row's sum. */
function drawFalling(context, view, data, now) {
  const p = ease(now.part);
  for (const [n, name] of COUNTS.entries()) {
    const source = view.table(name);
    const target = view.table(TABLES[n]);
    const { columns } = source;
    const most = largest(data, name, now.e, columns);
    for (let i = 0; i < view.K; i++) {
      if (data.locks.includes(lockOf(target.name, i))) continue;
      for (let j = 0; j < columns; j++) {
        const a = box(source, i, j);
        const b = box(target, i, j);
        const before = valueAt(data, name, now.e, i, j, columns) / most;
        const after = valueAt(data, target.name, now.nextModel, i, j, columns);
        context.fillStyle = tint(hue(i), 0.5 * (1 - p) + 0.1);
        context.fillRect(between(a.x, b.x, p) + 1, between(a.y, b.y, p) + 4, between(a.w * before, b.w * after, p), a.h - 8);
      }
    }
  }
}

function drawLegend(context, view, data, colours) {
  context.font = `11px ${colours.font}`;
  context.fillStyle = colours.text;
  context.globalAlpha = 0.8;
  context.textAlign = "left";
  context.textBaseline = "middle";
  const words = view.narrow ? "▲▼ was" : "▲ ▼ up or down, with the value before; dashed line: before";
  const truth = data.truth ? (view.narrow ? "   ◇ true" : "   ◇ true table") : "";
  context.fillText(`${words}${truth}${view.narrow ? "" : "   hatched: locked"}`, view.narrow ? 0 : view.gutter, view.height - 7);
  context.globalAlpha = 1;
}

// -- the curve ---------------------------------------------------------------------------------

/**
 * log P of the model at each half step: E leaves it, M raises it. Returns the scale of x. Where the
 * first M-step gains most of it all, the rest is spread out and the start lies below the frame.
 */
export function drawCurve(stage, values, position, colours) {
  const { context, width, height } = stage;
  const last = 2 * (values.length - 1);
  const left = width < 560 ? 56 : LEFT;
  const high = Math.max(...values);
  const leap = values.length > 2 && values[1] - values[0] > 0.5 * (high - values[0]);
  const low = leap ? values[1] - 0.25 * (high - values[1]) : Math.min(...values);
  context.clearRect(0, 0, width, height);
  const x = linearScale(0, Math.max(1, last), left, width - 10);
  const y = linearScale(low, high, height - 10, 10);
  context.strokeStyle = colours.border;
  context.lineWidth = 1;
  context.strokeRect(left + 0.5, 3.5, width - left - 10, height - 7);
  context.save();
  context.beginPath();
  context.rect(left, 3, width - left - 10, height - 6);
  context.clip();
  context.strokeStyle = colours.primary;
  context.lineWidth = 2;
  context.beginPath();
  values.forEach((value, m) => {
    context.lineTo(x(2 * m), y(value));
    if (2 * m < last) context.lineTo(x(2 * m + 1), y(value));
  });
  context.stroke();
  context.restore();
  context.strokeStyle = colours.text;
  context.beginPath();
  context.moveTo(x(position), 3);
  context.lineTo(x(position), height - 3);
  context.stroke();
  context.fillStyle = colours.text;
  context.font = `11px ${colours.font}`;
  context.textBaseline = "middle";
  context.textAlign = "right";
  context.globalAlpha = 0.75;
  context.fillText(numberText(high, 5), left - 5, 10);
  if (high > low) context.fillText(numberText(low, 5), left - 5, height - 10);
  context.globalAlpha = 1;
  context.font = `12px ${colours.font}`;
  context.textBaseline = "bottom";
  const right = x(position) > width * 0.6;
  context.textAlign = right ? "right" : "left";
  const shown = values[clamp(modelAt(Math.floor(position)), 0, values.length - 1)];
  context.fillText(`log P ${numberText(shown, 6)} nats`, x(position) + (right ? -7 : 7), height - 7);
  return x;
}
