// Drawing EM's stage: points in their responsibilities' colours, ellipses, trails, pies, the curve.

import { COMPONENTS, rgb } from "../core/palette.js";
import { drawAxes, linearScale } from "../core/stage.js";
import { numberText } from "../core/widget.js";

const UNASSIGNED = [140, 146, 154];
const MARGIN = { left: 52, right: 14, top: 10, bottom: 38 };

/** Scales for the stage's present size; the data's box is padded in Python. */
export function layout(stage, range) {
  const box = {
    left: MARGIN.left,
    top: MARGIN.top,
    width: stage.width - MARGIN.left - MARGIN.right,
    height: stage.height - MARGIN.top - MARGIN.bottom,
  };
  return {
    box,
    x: linearScale(range[0], range[1], box.left, box.left + box.width),
    y: linearScale(range[2], range[3], box.top + box.height, box.top),
  };
}

/** Three bytes a point for every iteration's responsibilities, made when first needed. */
export function colourCache(gammas) {
  const [, components, count] = gammas.shape;
  const hues = Array.from({ length: components }, (_, k) => rgb(COMPONENTS[k]));
  const cache = new Map();
  return (iteration) => {
    let colours = cache.get(iteration);
    if (colours) return colours;
    colours = new Float32Array(3 * count);
    const from = iteration * count * components;
    for (let i = 0; i < count; i++) {
      let total = 0;
      for (let k = 0; k < components; k++) total += gammas[from + k * count + i];
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        if (iteration < 0 || !total) sum = UNASSIGNED[c];
        else for (let k = 0; k < components; k++) sum += (gammas[from + k * count + i] / total) * hues[k][c];
        colours[3 * i + c] = sum;
      }
    }
    cache.set(iteration, colours);
    return colours;
  };
}

/**
 * Points written as pixels: a thousand arcs cost a frame, these a tenth of one. `draw` mixes the
 * colours `from` and `to` (three a point) by `part` and lays the picture over the box.
 */
export function createPointLayer() {
  const canvas = new OffscreenCanvas(1, 1);
  const context = canvas.getContext("2d");
  let image = null;
  let pixels = null;
  let places = null; // where each point's middle stands in `pixels`
  let mask = null; // [offset, alpha] of a disc's pixels
  let made = "";
  let of = null; // the points that it was made of

  function prepare(points, view, density) {
    const { x, y, box } = view;
    const width = Math.round(box.width * density);
    const height = Math.round(box.height * density);
    const key = [width, height, x.low, x.high, y.low, y.high, points.length].join(" ");
    if (key === made && points === of) return;
    made = key;
    of = points;
    canvas.width = width;
    canvas.height = height;
    image = context.createImageData(width, height);
    pixels = new Uint32Array(image.data.buffer);
    const radius = (points.length > 1600 ? 2.6 : 3.3) * density;
    const reach = Math.ceil(radius);
    mask = [];
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) {
        const covered = Math.min(1, Math.max(0, radius + 0.5 - Math.hypot(dx, dy)));
        if (covered > 0) mask.push([dy * width + dx, Math.round(215 * covered)]);
      }
    }
    places = new Int32Array(points.length / 2);
    for (let i = 0; i < places.length; i++) {
      const px = Math.round((x(points[2 * i]) - box.left) * density);
      const py = Math.round((y(points[2 * i + 1]) - box.top) * density);
      const inside = px > reach && py > reach && px < width - reach && py < height - reach;
      places[i] = inside ? py * width + px : -1;
    }
  }
  return {
    draw(target, points, view, density, from, to, part) {
      prepare(points, view, density);
      pixels.fill(0);
      for (let i = 0; i < places.length; i++) {
        if (places[i] < 0) continue;
        const mix = (c) => from[3 * i + c] + (to[3 * i + c] - from[3 * i + c]) * part;
        const colour = (mix(2) << 16) | (mix(1) << 8) | mix(0);
        for (const [offset, alpha] of mask) {
          const at = places[i] + offset;
          if (alpha >= pixels[at] >>> 24) pixels[at] = (alpha << 24) | colour;
        }
      }
      context.putImageData(image, 0, 0);
      const { box } = view;
      target.drawImage(canvas, box.left, box.top, box.width, box.height);
    },
  };
}

/** Rings around the points that something is said of. */
export function drawRings(context, points, which, x, y, colours) {
  context.strokeStyle = colours.text;
  context.lineWidth = 1.6;
  for (const i of which) {
    context.beginPath();
    context.arc(x(points[2 * i]), y(points[2 * i + 1]), 7, 0, 6.2832);
    context.stroke();
  }
}

/** Component k between two models: mean and the symmetric root of its covariance, mixed. */
export function component(models, a, b, part, k) {
  const K = models.means.shape[1];
  const mix = (values, width, c) => {
    const from = values[(a * K + k) * width + c];
    return from + (values[(b * K + k) * width + c] - from) * part;
  };
  return {
    mean: [mix(models.means, 2, 0), mix(models.means, 2, 1)],
    root: [mix(models.roots, 3, 0), mix(models.roots, 3, 1), mix(models.roots, 3, 2)],
    weight: mix(models.weights, 1, 0),
  };
}

/** The ellipse of `sigmas` standard deviations, true to the axes' scales. */
export function drawEllipse(context, { mean, root }, x, y, sigmas, colour, dashed) {
  context.save();
  context.translate(x(mean[0]), y(mean[1]));
  context.scale(sigmas * x.slope, sigmas * y.slope);
  context.beginPath();
  for (let turn = 0; turn < 64; turn++) {
    const [c, s] = [Math.cos((turn / 32) * Math.PI), Math.sin((turn / 32) * Math.PI)];
    context.lineTo(root[0] * c + root[1] * s, root[1] * c + root[2] * s);
  }
  context.closePath();
  context.restore();
  context.strokeStyle = colour;
  context.lineWidth = dashed ? 1.5 : 2.5;
  context.setLineDash(dashed ? [5, 4] : []);
  context.stroke();
  context.setLineDash([]);
}

export function drawTrail(context, models, upTo, k, x, y, here) {
  const K = models.means.shape[1];
  context.strokeStyle = COMPONENTS[k];
  context.globalAlpha = 0.75;
  context.lineWidth = 1.5;
  context.beginPath();
  for (let m = 0; m <= upTo; m++) {
    const at = 2 * (m * K + k);
    context.lineTo(x(models.means[at]), y(models.means[at + 1]));
  }
  context.lineTo(x(here[0]), y(here[1]));
  context.stroke();
  for (let m = 0; m <= upTo; m++) {
    const at = 2 * (m * K + k);
    context.beginPath();
    context.arc(x(models.means[at]), y(models.means[at + 1]), 1.8, 0, 6.2832);
    context.fillStyle = COMPONENTS[k];
    context.fill();
  }
  context.globalAlpha = 1;
}

/** The mean with its component's number; a ring where it is selected. */
export function drawMean(context, k, px, py, colours, selected, movable) {
  context.beginPath();
  context.arc(px, py, 10, 0, 6.2832);
  context.fillStyle = COMPONENTS[k];
  context.fill();
  context.lineWidth = selected ? 4 : 2;
  context.strokeStyle = selected ? colours.text : colours.background;
  context.stroke();
  if (movable) {
    context.setLineDash([2, 3]);
    context.strokeStyle = colours.text;
    context.lineWidth = 1.2;
    context.beginPath();
    context.arc(px, py, 14, 0, 6.2832);
    context.stroke();
    context.setLineDash([]);
  }
  context.fillStyle = "#fff";
  context.font = `700 12px ${colours.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(String(k + 1), px, py + 0.5);
}

/** The selected point: a pie of its responsibilities, spokes to the means as thick as gamma. */
export function drawPie(context, px, py, shares, meanPlaces, colours) {
  shares.forEach((share, k) => {
    if (share < 0.004) return;
    context.strokeStyle = COMPONENTS[k];
    context.lineWidth = Math.max(0.6, 9 * share);
    context.globalAlpha = 0.8;
    context.beginPath();
    context.moveTo(px, py);
    context.lineTo(...meanPlaces[k]);
    context.stroke();
  });
  context.globalAlpha = 1;
  let turn = -Math.PI / 2;
  const total = shares.reduce((sum, share) => sum + share, 0);
  if (!total) {
    context.beginPath();
    context.arc(px, py, 8, 0, 6.2832);
    context.strokeStyle = colours.text;
    context.lineWidth = 2;
    context.stroke();
    return;
  }
  shares.forEach((share, k) => {
    const end = turn + (2 * Math.PI * share) / total;
    context.beginPath();
    context.moveTo(px, py);
    context.arc(px, py, 13, turn, end);
    context.fillStyle = COMPONENTS[k];
    context.fill();
    turn = end;
  });
  context.beginPath();
  context.arc(px, py, 13, 0, 6.2832);
  context.strokeStyle = colours.text;
  context.lineWidth = 2;
  context.stroke();
}

/** Density shading: rows from the top, a byte a cell, as an image stretched over the box. */
export function densityImage(bytes, model, colour) {
  const [, rows, columns] = bytes.shape;
  const canvas = new OffscreenCanvas(columns, rows);
  const context = canvas.getContext("2d");
  const image = context.createImageData(columns, rows);
  const [r, g, b] = rgb(colour);
  for (let i = 0; i < rows * columns; i++) {
    image.data.set([r, g, b, 0.55 * bytes[model * rows * columns + i]], 4 * i);
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

export function drawStageAxes(context, view, colours, labels) {
  drawAxes(context, view.x, view.y, view.box, colours, { xLabel: labels[0], yLabel: labels[1] });
}

/** The log-likelihood, one value an iteration, over half steps; the current one marked. */
export function drawCurve(stage, values, steps, step, colours) {
  const { context, width, height } = stage;
  context.clearRect(0, 0, width, height);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const x = linearScale(0, Math.max(1, steps - 1), MARGIN.left, width - MARGIN.right);
  const y = linearScale(low, high, height - 14, 12);
  context.font = `12px ${colours.font}`;
  context.strokeStyle = colours.border;
  context.lineWidth = 1;
  context.strokeRect(MARGIN.left + 0.5, 4.5, width - MARGIN.left - MARGIN.right, height - 10);
  context.beginPath();
  context.strokeStyle = colours.primary;
  context.lineWidth = 2;
  values.forEach((value, i) => context.lineTo(x(2 * i + 1), y(value)));
  context.stroke();
  if (values.length < 80) {
    context.fillStyle = colours.primary;
    values.forEach((value, i) => {
      context.beginPath();
      context.arc(x(2 * i + 1), y(value), 2.5, 0, 6.2832);
      context.fill();
    });
  }
  context.strokeStyle = colours.text;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(x(step), 4);
  context.lineTo(x(step), height - 5);
  context.stroke();
  const shown = values[Math.max(0, Math.ceil(step / 2) - 1)];
  context.fillStyle = colours.text;
  context.textBaseline = "bottom";
  const text = step ? `log-likelihood ${numberText(shown, 6)} nats` : "log-likelihood, in nats: press play, or click here";
  const at = step ? x(step) : width * 0.3;
  context.textAlign = at > width * 0.6 ? "right" : "left";
  context.fillText(text, at + (context.textAlign === "right" ? -7 : 7), height - 9);
  return x;
}
