// How the factor table draws: a measurement's curves, the decision regions of two measurements.

import { COMPONENTS, rgb } from "../core/palette.js";
import { drawAxes, linearScale } from "../core/stage.js";

const MARGIN = { left: 10, right: 10, top: 14, bottom: 15 };
const CELLS = [110, 64]; // across and down, of the regions' picture

export const valueText = (feature, place) =>
  (feature.low + place * feature.step).toFixed(feature.decimals);

export function stripScale(stage, feature) {
  return linearScale(0, feature.n - 1, MARGIN.left, stage.width - MARGIN.right);
}

/** What a stage shows unless `key` changes, drawn by `draw(context)` once. */
function layer(stage, key, draw) {
  const { canvas } = stage;
  const full = `${key} ${canvas.width} ${canvas.height}`;
  if (stage.layer?.key === full) return stage.layer.picture;
  const picture = stage.layer?.picture ?? document.createElement("canvas");
  picture.width = canvas.width;
  picture.height = canvas.height;
  const context = picture.getContext("2d");
  const density = canvas.width / stage.width;
  context.setTransform(density, 0, 0, density, 0, 0);
  draw(context);
  stage.layer = { key: full, picture };
  return picture;
}

/** Each class's density over one feature's values, and the measurement's line. */
export function drawStrip(stage, feature, table, smoothing, place, known, held, colours) {
  const { context: c, width, height } = stage;
  const look = [smoothing, known, colours.text, stage.canvas.width].join(" ");
  const all = `${look} ${place} ${held}`;
  if (stage.shown === all) return;
  stage.shown = all;
  const curves = layer(stage, look, (under) => drawCurves(under, stage, feature, table, smoothing, known, colours));
  const x = stripScale(stage, feature);
  const floor = height - MARGIN.bottom;
  c.clearRect(0, 0, width, height);
  c.drawImage(curves, 0, 0, width, height);
  c.font = `11px ${colours.font}`;
  c.fillStyle = c.strokeStyle = colours.text;
  c.globalAlpha = known ? 1 : 0.35;
  c.lineWidth = held ? 3 : 2;
  c.setLineDash(known ? [] : [3, 4]);
  c.beginPath();
  c.moveTo(x(place), 2);
  c.lineTo(x(place), floor);
  c.stroke();
  c.setLineDash([]);
  const classes = table.shape[2];
  for (let k = 0; known && k < classes; k++) {
    const density = Math.exp(table[(smoothing * feature.n + place) * classes + k]);
    c.fillStyle = COMPONENTS[k];
    c.beginPath();
    c.arc(x(place), Math.max(floor - (density / stage.highest) * (floor - MARGIN.top), 4), 3.4, 0, 2 * Math.PI);
    c.fill();
  }
  const text = known ? `${valueText(feature, place)} ${feature.unit}` : "not measured";
  c.font = `600 11px ${colours.font}`;
  const half = c.measureText(text).width / 2;
  const at = Math.max(half + 2, Math.min(width - half - 2, x(place)));
  c.textAlign = "center";
  c.textBaseline = "bottom";
  c.globalAlpha = 1;
  c.fillStyle = colours.background;
  c.fillRect(at - half - 4, height - 13, 2 * half + 8, 13);
  c.fillStyle = colours.text;
  c.fillText(text, at, height);
}

function drawCurves(c, stage, feature, table, smoothing, known, colours) {
  const { width, height } = stage;
  const classes = table.shape[2];
  const base = smoothing * feature.n * classes;
  const x = stripScale(stage, feature);
  const floor = height - MARGIN.bottom;
  // A spike must not flatten the others: past four times the second highest it runs off the top.
  const tops = [];
  for (let k = 0; k < classes; k++) {
    let top = 0;
    for (let i = 0; i < feature.n; i++) top = Math.max(top, Math.exp(table[base + i * classes + k]) || 0);
    tops.push(top);
  }
  tops.sort((a, b) => b - a);
  const highest = stage.highest = tops[1] > 0 && tops[0] > 4 * tops[1] ? 1.6 * tops[1] : tops[0] || 1;
  c.save();
  c.beginPath();
  c.rect(0, 2, width, height - 2);
  c.clip();
  c.globalAlpha = known ? 1 : 0.35;
  for (let k = 0; k < classes; k++) {
    const y = (i) => floor - (Math.exp(table[base + i * classes + k]) / highest) * (floor - MARGIN.top);
    c.beginPath();
    c.moveTo(x(0), floor);
    for (let i = 0; i < feature.n; i++) c.lineTo(x(i), y(i));
    c.lineTo(x(feature.n - 1), floor);
    const [r, g, b] = rgb(COMPONENTS[k]);
    c.fillStyle = `rgb(${r} ${g} ${b} / 0.14)`;
    c.fill();
    c.strokeStyle = COMPONENTS[k];
    c.lineWidth = 1.6;
    c.stroke();
  }
  c.restore();
  c.font = `11px ${colours.font}`;
  c.fillStyle = c.strokeStyle = colours.text;
  c.globalAlpha = 0.7;
  c.textBaseline = "bottom";
  for (const [i, align] of [[0, "left"], [feature.n - 1, "right"]]) {
    c.textAlign = align;
    c.fillText(valueText(feature, i), x(i), height);
  }
}

export function regionScales(stage, across, down) {
  const box = { left: 52, top: 8, width: stage.width - 62, height: stage.height - 46 };
  return {
    box,
    x: linearScale(0, across.n - 1, box.left, box.left + box.width),
    y: linearScale(0, down.n - 1, box.top + box.height, box.top),
  };
}

const inUnits = (scale, feature) => {
  const { low, step, n } = feature;
  return linearScale(low, low + (n - 1) * step, scale(0), scale(n - 1));
};

let cells = null;

/** Who wins where: rest (C) plus both features' logs at each place, the deeper the surer. */
function regionImage(data, axes, smoothing, rest) {
  const [columns, rows] = CELLS;
  if (!cells) {
    cells = document.createElement("canvas");
    [cells.width, cells.height] = CELLS;
  }
  const context = cells.getContext("2d");
  const image = context.createImageData(columns, rows);
  const classes = rest.length;
  const hues = COMPONENTS.slice(0, classes).map(rgb);
  const [a, b] = axes.map((f) => data.features[f]);
  const [ta, tb] = axes.map((f) => data.tables[f]);
  for (let r = 0; r < rows; r++) {
    const j = Math.round(((rows - 1 - r) / (rows - 1)) * (b.n - 1));
    const fromB = (smoothing * b.n + j) * classes;
    for (let q = 0; q < columns; q++) {
      const i = Math.round((q / (columns - 1)) * (a.n - 1));
      const fromA = (smoothing * a.n + i) * classes;
      let top = -Infinity;
      let best = 0;
      for (let k = 0; k < classes; k++) {
        const log = rest[k] + ta[fromA + k] + tb[fromB + k];
        if (log > top) [top, best] = [log, k];
      }
      let total = 0;
      for (let k = 0; k < classes; k++) total += Math.exp(rest[k] + ta[fromA + k] + tb[fromB + k] - top);
      const sure = total > 0 ? (1 / total - 1 / classes) / (1 - 1 / classes) : 0;
      const at = 4 * (r * columns + q);
      [image.data[at], image.data[at + 1], image.data[at + 2]] = hues[best];
      image.data[at + 3] = top === -Infinity || Number.isNaN(top) ? 0 : 20 + 125 * sure;
    }
  }
  context.putImageData(image, 0, 0);
  return cells;
}

/** The plane of two features: regions, birds, each class's two-deviation ellipse, the case. */
export function drawRegions(stage, data, state, rest, held, colours) {
  const { context: c } = stage;
  const { axes } = data;
  const [across, down] = axes.map((f) => data.features[f]);
  const { box, x, y } = regionScales(stage, across, down);
  const look = [data.board_id, ...axes, state.smoothing, ...rest, colours.text].join(" ");
  const picture = layer(stage, look, (under) => drawPlane(under, stage, data, state, rest, colours));
  c.clearRect(0, 0, stage.width, stage.height);
  c.drawImage(picture, 0, 0, stage.width, stage.height);
  const [px, py] = [x(state.places[axes[0]]), y(state.places[axes[1]])];
  const [knowX, knowY] = axes.map((f) => state.known[f]);
  c.strokeStyle = colours.text;
  c.lineWidth = 1;
  c.setLineDash([4, 4]);
  c.beginPath();
  if (knowX) { c.moveTo(px, box.top); c.lineTo(px, box.top + box.height); }
  if (knowY) { c.moveTo(box.left, py); c.lineTo(box.left + box.width, py); }
  c.stroke();
  c.setLineDash([]);
  if (knowX && knowY) {
    c.lineWidth = held ? 3.5 : 2.5;
    c.fillStyle = colours.background;
    c.beginPath();
    c.arc(px, py, 6, 0, 2 * Math.PI);
    c.fill();
    c.stroke();
  }
}

function drawPlane(c, stage, data, state, rest, colours) {
  const { axes } = data;
  const [across, down] = axes.map((f) => data.features[f]);
  const { box, x, y } = regionScales(stage, across, down);
  c.save();
  c.beginPath();
  c.rect(box.left, box.top, box.width, box.height);
  c.clip();
  if (!data.problems[state.smoothing]) {
    c.imageSmoothingEnabled = true;
    c.drawImage(regionImage(data, axes, state.smoothing, rest), box.left, box.top, box.width, box.height);
  }
  const toX = (value) => x((value - across.low) / across.step);
  const toY = (value) => y((value - down.low) / down.step);
  const count = data.features.length;
  c.globalAlpha = 0.75;
  for (let i = 0; i < data.labels.length; i++) {
    c.fillStyle = COMPONENTS[data.labels[i]];
    c.beginPath();
    c.arc(toX(data.points[i * count + axes[0]]), toY(data.points[i * count + axes[1]]), 2.2, 0, 2 * Math.PI);
    c.fill();
  }
  c.globalAlpha = 1;
  c.lineWidth = 1.8;
  data.classes.forEach((_, k) => {
    const at = (values, f, from = 0) => values[from + k * count + f];
    const from = state.smoothing * data.classes.length * count;
    const [mx, my] = axes.map((f) => at(data.means, f));
    const [sx, sy] = axes.map((f) => at(data.spreads, f, from));
    c.strokeStyle = COMPONENTS[k];
    c.beginPath();
    c.ellipse(toX(mx), toY(my), Math.abs(toX(mx + 2 * sx) - toX(mx)), Math.abs(toY(my + 2 * sy) - toY(my)),
      0, 0, 2 * Math.PI);
    c.stroke();
  });
  c.restore();
  drawAxes(c, inUnits(x, across), inUnits(y, down), box, colours, {
    xLabel: `${across.name} (${across.unit})`, yLabel: `${down.name} (${down.unit})` });
}
