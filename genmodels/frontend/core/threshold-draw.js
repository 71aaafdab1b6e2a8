// The board's three pictures: both classes along the score, ROC, precision over recall.

import { COMPONENTS } from "./palette.js";
import { drawAxes, linearScale } from "./stage.js";

export const NEGATIVE = COMPONENTS[0];
export const POSITIVE = COMPONENTS[1];
const MARGIN = { left: 14, right: 14, top: 22, bottom: 40 };
const CURVE_MARGIN = { left: 40, right: 10, top: 20, bottom: 36 };

/** Where the score's places 0 to 1 lie on the first picture. */
export function scoreScale(stage) {
  const box = {
    left: MARGIN.left,
    top: MARGIN.top,
    width: stage.width - MARGIN.left - MARGIN.right,
    height: stage.height - MARGIN.top - MARGIN.bottom,
  };
  return { box, x: linearScale(0, 1, box.left, box.left + box.width) };
}

/** Bars of the negatives upwards, of the positives downwards from one line, and the cut. */
export function drawScores(stage, data, stop, selected, held, colours) {
  const { context } = stage;
  const { box, x } = scoreScale(stage);
  context.clearRect(0, 0, stage.width, stage.height);
  const highest = [Math.max(1, ...data.negativeBins), Math.max(1, ...data.positiveBins)];
  const middle = box.top + box.height * Math.max(0.35, Math.min(0.65,
    highest[0] / (highest[0] + highest[1])));
  const at = x(data.cutPlace[stop]);
  const below = data.flag === "below";

  context.fillStyle = colours.text;
  context.globalAlpha = 0.06;
  context.fillRect(below ? box.left : at, box.top, below ? at - box.left : box.left + box.width - at,
    box.height);
  context.globalAlpha = 1;
  const bins = data.negativeBins.length;
  const width = box.width / bins;
  const heights = [middle - box.top - 4, box.top + box.height - middle - 4];
  for (let i = 0; i < bins; i++) {
    const left = box.left + i * width + 0.5;
    context.fillStyle = NEGATIVE;
    const up = (data.negativeBins[i] / highest[0]) * heights[0];
    context.fillRect(left, middle - up, width - 1, up);
    context.fillStyle = POSITIVE;
    const down = (data.positiveBins[i] / highest[1]) * heights[1];
    context.fillRect(left, middle, width - 1, down);
  }
  context.strokeStyle = colours.border;
  context.lineWidth = 1;
  context.strokeRect(box.left + 0.5, box.top + 0.5, box.width, box.height);
  context.fillStyle = colours.text;
  context.fillRect(box.left, middle - 0.5, box.width, 1);

  context.font = `12px ${colours.font}`;
  context.globalAlpha = 0.75;
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const [place, text] of data.ticks) context.fillText(text, x(place), box.top + box.height + 5);
  context.globalAlpha = 1;
  const unit = data.unit ? ` (${data.unit})` : "";
  context.fillText(data.score + unit, box.left + box.width / 2, box.top + box.height + 22);
  context.textBaseline = "middle";
  const side = below ? "left" : "right"; // the suspicious end has room
  context.textAlign = side;
  const edge = below ? box.left + 8 : box.left + box.width - 8;
  label(context, `▲ ${data.classes[0]}: ${data.totals[0]}`, edge, box.top + 12, NEGATIVE, colours);
  label(context, `▼ ${data.classes[1]}: ${data.totals[1]}`, edge, box.top + box.height - 12, POSITIVE, colours);

  if (data.nominal) {
    const dashed = x(data.nominal.place);
    context.strokeStyle = colours.text;
    context.globalAlpha = 0.7;
    context.setLineDash([4, 4]);
    line(context, dashed, box.top, dashed, box.top + box.height);
    context.setLineDash([]);
    context.globalAlpha = 1;
  }
  context.strokeStyle = colours.primary;
  context.lineWidth = held ? 4 : 2.5;
  line(context, at, box.top - 4, at, box.top + box.height + 4);
  context.fillStyle = colours.primary;
  context.beginPath();
  context.moveTo(at - 8, box.top - 14);
  context.lineTo(at + 8, box.top - 14);
  context.lineTo(at, box.top - 2);
  context.fill();
  context.fillStyle = colours.text;
  context.textAlign = at > stage.width / 2 ? "right" : "left";
  context.fillText(below ? `← ${data.verb[0]}` : `${data.verb[0]} →`,
    at + (at > stage.width / 2 ? -14 : 14), box.top - 10);

  if (selected !== null) {
    const px = x(data.places[selected]);
    const py = middle + (data.positive[selected] ? 9 : -9);
    context.beginPath();
    context.arc(px, py, 6, 0, 7);
    context.fillStyle = data.positive[selected] ? POSITIVE : NEGATIVE;
    context.fill();
    context.lineWidth = 2;
    context.strokeStyle = colours.background;
    context.stroke();
    context.lineWidth = 1.5;
    context.strokeStyle = colours.text;
    context.beginPath();
    context.arc(px, py, 8, 0, 7);
    context.stroke();
  }
}

function label(context, text, x, y, mark, colours) {
  const width = context.measureText(text).width;
  const left = context.textAlign === "left" ? x : x - width;
  context.fillStyle = colours.background;
  context.globalAlpha = 0.85;
  context.fillRect(left - 3, y - 9, width + 6, 18);
  context.globalAlpha = 1;
  context.fillStyle = mark;
  context.fillRect(left - 6, y - 7, 3, 14);
  context.fillStyle = colours.text;
  context.fillText(text, x, y);
}

function line(context, x0, y0, x1, y1) {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

/** The unit square of a curve on its canvas. */
export function curveScales(stage) {
  const box = {
    left: CURVE_MARGIN.left,
    top: CURVE_MARGIN.top,
    width: stage.width - CURVE_MARGIN.left - CURVE_MARGIN.right,
    height: stage.height - CURVE_MARGIN.top - CURVE_MARGIN.bottom,
  };
  return {
    box,
    x: linearScale(0, 1, box.left, box.left + box.width),
    y: linearScale(0, 1, box.top + box.height, box.top),
  };
}

const NEAR = 0.4; // px from the last point: thousands of stops lie closer, and stroking them takes long

function trace(context, x, y, xs, ys) {
  context.beginPath();
  let [begun, atX, atY] = [false, 0, 0];
  for (let j = 0; j < xs.length; j++) {
    const [px, py] = [x(xs[j]), y(ys[j])];
    if (Number.isNaN(px) || Number.isNaN(py)) continue;
    const near = begun && Math.abs(px - atX) < NEAR && Math.abs(py - atY) < NEAR;
    if (near && j < xs.length - 1) continue;
    if (begun) context.lineTo(px, py);
    else context.moveTo(px, py);
    [begun, atX, atY] = [true, px, py];
  }
  context.stroke();
}

/** A curve in the unit square with its operating point; undefined values are left out. */
export function drawCurve(stage, xs, ys, stop, nominal, { title, xLabel, yLabel, base, other }, colours) {
  const { context } = stage;
  const { box, x, y } = curveScales(stage);
  context.clearRect(0, 0, stage.width, stage.height);
  drawAxes(context, x, y, box, colours, {});
  context.fillStyle = colours.text;
  context.font = `600 12px ${colours.font}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillText(title, box.left, 9);
  context.font = `12px ${colours.font}`;
  context.textAlign = "center";
  context.textBaseline = "bottom";
  context.fillText(xLabel, box.left + box.width / 2, stage.height - 1);
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.fillText(yLabel, box.left + box.width, 9);
  context.strokeStyle = colours.text;
  context.globalAlpha = 0.4;
  context.setLineDash([3, 4]);
  context.lineWidth = 1;
  line(context, x(0), y(base[0]), x(1), y(base[1]));
  context.setLineDash([]);
  context.globalAlpha = 1;
  if (other) {
    context.strokeStyle = colours.text;
    context.globalAlpha = 0.55;
    context.lineWidth = 1.25;
    trace(context, x, y, other[0], other[1]);
    context.globalAlpha = 1;
  }
  context.strokeStyle = colours.primary;
  context.lineWidth = 2;
  trace(context, x, y, xs, ys);
  if (nominal !== null && !Number.isNaN(ys[nominal])) {
    context.lineWidth = 1.5;
    context.strokeStyle = colours.text;
    context.beginPath();
    context.arc(x(xs[nominal]), y(ys[nominal]), 4, 0, 7);
    context.stroke();
  }
  if (Number.isNaN(ys[stop])) return;
  context.beginPath();
  context.arc(x(xs[stop]), y(ys[stop]), 6, 0, 7);
  context.fillStyle = colours.primary;
  context.fill();
  context.lineWidth = 2;
  context.strokeStyle = colours.background;
  context.stroke();
}
