// Drawing for the latent pad: numbers to pixels, nothing else.

import { DIGITS } from "../core/palette.js";
import { drawAxes, linearScale, niceTicks } from "../core/stage.js";

export const SIDE = 28;
const MARGIN = { left: 46, right: 10, top: 8, bottom: 42 };
const GLYPH_VIEW = 1.6; // half-widths below this show digits as figures rather than dots

/** `pixels` (uint8, rows of `width`) as ink on paper; `clear` leaves the paper transparent. */
export function inkImage(pixels, width, ink, paper, clear = false) {
  const height = pixels.length / width;
  const image = new ImageData(width, height);
  for (let i = 0, j = 0; i < pixels.length; i++, j += 4) {
    const share = pixels[i] / 255;
    for (let c = 0; c < 3; c++) image.data[j + c] = clear ? ink[c] : paper[c] + (ink[c] - paper[c]) * share;
    image.data[j + 3] = clear ? pixels[i] : 255;
  }
  return image;
}

/** A canvas of 28 x 28 that CSS enlarges without smoothing. */
export function paintDigit(canvas, pixels, colours) {
  const context = canvas.getContext("2d");
  if (!pixels) {
    context.clearRect(0, 0, SIDE, SIDE);
    return;
  }
  context.putImageData(inkImage(pixels, SIDE, colours.inkRgb, colours.paperRgb), 0, 0);
}

/** The decoded grid as one transparent picture, side x side tiles. */
export function gridImage(grid, side, colours) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side * SIDE;
  const context = canvas.getContext("2d");
  const tile = SIDE * SIDE;
  for (let k = 0; k < side * side; k++) {
    const image = inkImage(grid.subarray(k * tile, (k + 1) * tile), SIDE, colours.inkRgb, colours.paperRgb, true);
    context.putImageData(image, (k % side) * SIDE, Math.floor(k / side) * SIDE);
  }
  return canvas;
}

/** Square scales, so that an ellipse is drawn to scale. `view` is { x, y, half }. */
export function padScales(stage, view) {
  const size = Math.min(
    stage.width - MARGIN.left - MARGIN.right, stage.height - MARGIN.top - MARGIN.bottom);
  const box = { left: MARGIN.left, top: MARGIN.top, width: size, height: size };
  const x = linearScale(view.x - view.half, view.x + view.half, box.left, box.left + size);
  const y = linearScale(view.y - view.half, view.y + view.half, box.top + size, box.top);
  for (const scale of [x, y]) scale.ticks = () => niceTicks(scale.low, scale.high, 4);
  return { box, x, y };
}

/** A dot of its digit's colour at each place (`mu`, pairs); within `box`, where one is given. */
export function drawDots(context, { x, y }, mu, labels, radius, box = null) {
  for (let digit = 0; digit < 10; digit++) {
    context.fillStyle = DIGITS[digit];
    context.beginPath();
    for (let i = 0; i < labels.length; i++) {
      if (labels[i] !== digit) continue;
      const [px, py] = [x(mu[2 * i]), y(mu[2 * i + 1])];
      if (box && (px < box.left || px > box.left + box.width || py < box.top || py > box.top + box.height)) continue;
      context.moveTo(px + radius, py);
      context.arc(px, py, radius, 0, 2 * Math.PI);
    }
    context.fill();
  }
}

/** Everything that a drag leaves alone: grid, dots, axes. */
export function drawBackground(context, scales, model) {
  const { box, x, y } = scales;
  const { colours, view, gridPicture, extent, opacity, mu, labels, hidden, axes = ["z₁", "z₂"] } = model;
  context.save();
  context.fillStyle = colours.background;
  context.fillRect(box.left, box.top, box.width, box.height);
  context.beginPath();
  context.rect(box.left, box.top, box.width, box.height);
  context.clip();
  if (gridPicture && opacity > 0) {
    context.globalAlpha = opacity;
    context.drawImage(gridPicture, x(-extent), y(extent), x(extent) - x(-extent), y(-extent) - y(extent));
    context.globalAlpha = 1;
  }
  const glyphs = view.half < GLYPH_VIEW;
  const radius = Math.max(1.8, box.width / 200);
  if (glyphs) {
    context.font = `600 ${Math.max(12, box.width / 34)}px ${colours.font}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
  }
  for (let digit = 0; digit < 10; digit++) {
    if (hidden.has(digit)) continue;
    context.fillStyle = DIGITS[digit];
    context.beginPath();
    for (let i = 0; i < labels.length; i++) {
      if (labels[i] !== digit) continue;
      const [px, py] = [x(mu[2 * i]), y(mu[2 * i + 1])];
      if (glyphs) context.fillText(String(digit), px, py);
      else {
        context.moveTo(px + radius, py);
        context.arc(px, py, radius, 0, 2 * Math.PI);
      }
    }
    context.fill();
  }
  context.restore();
  drawAxes(context, x, y, box, colours, { xLabel: axes[0], yLabel: axes[1] });
}

/** The ellipse of q(z|x) at one and two sigma, its middle, z (if any) and the digit under the pointer. */
export function drawOverlay(context, scales, model) {
  const { box, x, y } = scales;
  const { colours, z, chosen, hover } = model;
  context.save();
  context.beginPath();
  context.rect(box.left, box.top, box.width, box.height);
  context.clip();
  if (chosen) {
    const [cx, cy] = [x(chosen.mu[0]), y(chosen.mu[1])];
    for (const times of [2, 1]) {
      context.beginPath();
      context.ellipse(cx, cy, Math.abs(x.slope) * chosen.sigma[0] * times,
        Math.abs(y.slope) * chosen.sigma[1] * times, 0, 0, 2 * Math.PI);
      halo(context, colours, times === 1 ? 2 : 1.25, times === 2 ? [4, 3] : []);
    }
    if (z) {
      context.beginPath();
      context.moveTo(cx, cy);
      context.lineTo(x(z[0]), y(z[1]));
      halo(context, colours, 1.5);
    }
    cross(context, colours, cx, cy);
  }
  if (z) {
    const [px, py] = inside(box, x(z[0]), y(z[1]));
    if (chosen) ring(context, colours, px, py);
    else handle(context, colours, px, py);
  }
  context.restore();
  if (hover) drawHover(context, scales, model);
}

/** What `drawOverlay` draws over, [left, top, width, height]; null for the whole pad. */
export function overlayBounds({ box, x, y }, { z, chosen, hover }) {
  if (hover || (!z && !chosen)) return null;
  const marks = [];
  if (z) marks.push([...inside(box, x(z[0]), y(z[1])), 13, 13]);
  if (chosen) {
    const reach = (scale, sigma) => Math.max(10, 2 * Math.abs(scale.slope) * sigma + 5);
    marks.push([x(chosen.mu[0]), y(chosen.mu[1]), reach(x, chosen.sigma[0]), reach(y, chosen.sigma[1])]);
  }
  const edge = (side, way) => Math.max(0, Math.floor(way * Math.max(...marks.map((mark) => way * mark[side] + mark[side + 2]))));
  const [left, top] = [edge(0, -1), edge(1, -1)];
  return [left, top, edge(0, 1) + 1 - left, edge(1, 1) + 1 - top];
}

/** What a drag leaves alone, drawn once: a canvas as dense as the stage, by `draw(context)`. */
export function underlay({ canvas, width, height }, draw) {
  const background = document.createElement("canvas");
  [background.width, background.height] = [canvas.width, canvas.height];
  const context = background.getContext("2d");
  context.scale(canvas.width / width, canvas.height / height);
  draw(context);
  return background;
}

/** The background again where the last frame drew over it: a full copy costs 2 ms without a GPU. */
export function restore(context, background, bounds = null, density = 1) {
  const all = [0, 0, background.width, background.height];
  // Whole device pixels, or the edges of each small box would be blended and leave a trail.
  const box = bounds ? bounds.map((value, i) => (i < 2 ? Math.floor(value * density)
    : Math.ceil(value * density) + 1)) : all;
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(...box);
  context.drawImage(background, ...box, ...box);
  context.restore();
}

function inside(box, px, py) {
  return [
    Math.min(box.left + box.width, Math.max(box.left, px)),
    Math.min(box.top + box.height, Math.max(box.top, py)),
  ];
}

function halo(context, colours, width, dash = []) {
  context.setLineDash(dash);
  context.strokeStyle = colours.background;
  context.lineWidth = width + 2.5;
  context.stroke();
  context.strokeStyle = colours.text;
  context.lineWidth = width;
  context.stroke();
  context.setLineDash([]);
}

function cross(context, colours, px, py) {
  context.beginPath();
  context.moveTo(px - 5, py);
  context.lineTo(px + 5, py);
  context.moveTo(px, py - 5);
  context.lineTo(px, py + 5);
  halo(context, colours, 1.5);
}

export function handle(context, colours, px, py, radius = 8) {
  context.beginPath();
  context.arc(px, py, radius, 0, 2 * Math.PI);
  context.fillStyle = colours.primary;
  context.fill();
  context.lineWidth = 2.5;
  context.strokeStyle = colours.background;
  context.stroke();
  context.beginPath();
  context.arc(px, py, radius + 1.5, 0, 2 * Math.PI);
  context.lineWidth = 1.5;
  context.strokeStyle = colours.text;
  context.stroke();
}

/** A handle that one can see the ellipse through. */
function ring(context, colours, px, py) {
  context.beginPath();
  context.arc(px, py, 9, 0, 2 * Math.PI);
  context.lineWidth = 5;
  context.strokeStyle = colours.background;
  context.stroke();
  context.lineWidth = 2.5;
  context.strokeStyle = colours.primary;
  context.stroke();
  context.beginPath();
  context.arc(px, py, 2.5, 0, 2 * Math.PI);
  context.fillStyle = colours.primary;
  context.fill();
}

function drawHover(context, { box, x, y }, { colours, hover, mu, labels, pictureOf }) {
  const [px, py] = [x(mu[2 * hover.index]), y(mu[2 * hover.index + 1])];
  const size = 64;
  const left = px + 14 + size > box.left + box.width ? px - 14 - size : px + 14;
  const top = Math.min(box.top + box.height - size - 18, Math.max(box.top, py - size / 2));
  context.save();
  context.beginPath();
  context.arc(px, py, 6, 0, 2 * Math.PI);
  halo(context, colours, 2);
  context.fillStyle = colours.background;
  context.strokeStyle = DIGITS[labels[hover.index]];
  context.lineWidth = 2;
  context.fillRect(left, top, size, size + 18);
  context.strokeRect(left, top, size, size + 18);
  const picture = pictureOf(hover.index);
  if (picture) {
    const small = document.createElement("canvas");
    small.width = small.height = SIDE;
    paintDigit(small, picture, colours);
    context.imageSmoothingEnabled = false;
    context.drawImage(small, left + 4, top + 4, size - 8, size - 8);
  }
  context.fillStyle = colours.text;
  context.font = `600 13px ${colours.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(`a ${labels[hover.index]}`, left + size / 2, top + size + 7);
  context.restore();
}

export const EPSILON_VIEW = 3.2;

/** The plane of epsilon: the standard normal's circles at one and two sigma, and the dot. */
export function drawEpsilon(stage, colours, epsilon) {
  const { context, width, height } = stage;
  const size = Math.min(width, height);
  const middle = size / 2;
  const scale = middle / EPSILON_VIEW;
  context.clearRect(0, 0, width, height);
  context.save();
  context.strokeStyle = colours.border;
  context.lineWidth = 1;
  context.strokeRect(0.5, 0.5, size - 1, size - 1);
  context.beginPath();
  context.moveTo(middle, 0);
  context.lineTo(middle, size);
  context.moveTo(0, middle);
  context.lineTo(size, middle);
  context.stroke();
  context.strokeStyle = colours.text;
  for (const times of [1, 2]) {
    context.globalAlpha = 0.7;
    context.setLineDash(times === 2 ? [4, 3] : []);
    context.beginPath();
    context.arc(middle, middle, times * scale, 0, 2 * Math.PI);
    context.stroke();
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
  context.fillStyle = colours.text;
  context.font = `12px ${colours.font}`;
  context.fillText("1σ", middle + scale * 0.72, middle - scale * 0.76);
  context.fillText("2σ", middle + scale * 1.46, middle - scale * 1.5);
  const clamp = (value) => Math.min(size - 2, Math.max(2, value));
  handle(context, colours, clamp(middle + epsilon[0] * scale), clamp(middle - epsilon[1] * scale), 7);
  context.restore();
}
