// Drawing for the forward pass: units as a grid of cells, the plane of epsilon or of z.

import { SIDE, handle } from "./latent-draw.js";
import { linearScale, niceTicks } from "../core/stage.js";

export const UNITS = 20; // 400 hidden units as 20 x 20

/** 400 activations as cells, the strongest in full ink; the chosen one ringed. */
export function drawUnits(canvas, values, chosen, held, colours) {
  const context = canvas.getContext("2d");
  const cell = canvas.width / UNITS;
  let most = 1e-9;
  for (const value of values) most = Math.max(most, value);
  paintCells(canvas, UNITS, values, most, 0.06, colours);
  for (const k of held) ring(context, k % UNITS, Math.floor(k / UNITS), cell, "#D55E00", 2);
  ring(context, chosen % UNITS, Math.floor(chosen / UNITS), cell, colours.primary, 3);
}

const smalls = new Map(); // one small canvas a side, filled and enlarged at once

function paintCells(canvas, side, values, most, least, { inkRgb: ink, paperRgb: paper }) {
  if (!smalls.has(side)) {
    const small = document.createElement("canvas");
    small.width = small.height = side;
    smalls.set(side, { small, image: new ImageData(side, side) });
  }
  const { small, image } = smalls.get(side);
  for (let i = 0; i < values.length; i++) {
    const share = least + (1 - least) * (values[i] / most);
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = paper[c] + (ink[c] - paper[c]) * share;
    image.data[4 * i + 3] = 255;
  }
  small.getContext("2d").putImageData(image, 0, 0);
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
}

function ring(context, column, row, cell, colour, width) {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.strokeRect(column * cell + width / 2, row * cell + width / 2, cell - width, cell - width);
}

/** A digit of 28 x 28 on a larger canvas, its chosen pixel ringed. */
export function drawPicture(canvas, values, chosen, held, colours) {
  const context = canvas.getContext("2d");
  paintCells(canvas, SIDE, values, 1, 0, colours);
  const cell = canvas.width / SIDE;
  for (const i of held) ring(context, i % SIDE, Math.floor(i / SIDE), cell, "#D55E00", 2);
  ring(context, chosen % SIDE, Math.floor(chosen / SIDE), cell, colours.primary, 3);
}

const MARGIN = { left: 24, right: 6, top: 6, bottom: 18 };

/** Square scales of +-`view` on a stage. */
export function planeScales(stage, view) {
  const size = Math.min(stage.width - MARGIN.left - MARGIN.right, stage.height - MARGIN.top - MARGIN.bottom);
  return {
    x: linearScale(-view, view, MARGIN.left, MARGIN.left + size),
    y: linearScale(-view, view, MARGIN.top + size, MARGIN.top),
    box: { left: MARGIN.left, top: MARGIN.top, size },
  };
}

/**
 * A plane of two numbers with the standard normal's circles; `ellipse` { mu, sigma } if there is one,
 * `ends` the codes a and b that a line joins, `at` the point under the hand.
 */
export function drawPlane(stage, scales, { at, ends = null, ellipse = null, names }, colours) {
  const { context, width, height } = stage;
  const { x, y, box } = scales;
  context.clearRect(0, 0, width, height);
  context.save();
  context.font = `12px ${colours.font}`;
  context.fillStyle = colours.text;
  context.strokeStyle = colours.border;
  context.lineWidth = 1;
  context.strokeRect(box.left + 0.5, box.top + 0.5, box.size, box.size);
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const tick of niceTicks(x.low, x.high, 4)) context.fillText(String(tick).replace("-", "−"), x(tick), box.top + box.size + 4);
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const tick of niceTicks(y.low, y.high, 4)) context.fillText(String(tick).replace("-", "−"), box.left - 4, y(tick));
  context.textAlign = "left";
  context.textBaseline = "top";
  context.fillText(names, box.left + 5, box.top + 5);
  context.beginPath();
  context.rect(box.left, box.top, box.size, box.size);
  context.clip();
  context.strokeStyle = colours.text;
  for (const times of [1, 2]) {
    context.globalAlpha = 0.55;
    context.setLineDash(times === 2 ? [4, 3] : []);
    context.beginPath();
    context.arc(x(0), y(0), times * x.slope, 0, 2 * Math.PI);
    context.stroke();
  }
  context.globalAlpha = 1;
  context.setLineDash([]);
  if (ellipse) {
    context.strokeStyle = colours.primary;
    context.lineWidth = 1.5;
    context.beginPath();
    context.ellipse(x(ellipse.mu[0]), y(ellipse.mu[1]), ellipse.sigma[0] * x.slope, ellipse.sigma[1] * x.slope, 0, 0, 2 * Math.PI);
    context.stroke();
  }
  if (ends) {
    context.lineWidth = 2;
    context.beginPath();
    context.moveTo(x(ends[0][0]), y(ends[0][1]));
    context.lineTo(x(ends[1][0]), y(ends[1][1]));
    context.stroke();
    context.font = `600 13px ${colours.font}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    ends.forEach((end, i) => {
      const [px, py] = [x(end[0]), y(end[1])];
      context.beginPath();
      context.arc(px, py, 9, 0, 2 * Math.PI);
      context.fillStyle = colours.background;
      context.fill();
      context.stroke();
      context.fillStyle = colours.text;
      context.fillText("ab"[i], px, py);
    });
  }
  const inside = (value, low) => Math.min(low + box.size - 3, Math.max(low + 3, value));
  handle(context, colours, inside(x(at[0]), box.left), inside(y(at[1]), box.top), 7);
  context.restore();
}
