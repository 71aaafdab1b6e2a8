// Drawing for the ELBO: the true posterior under q's ellipse, two bars, estimates that close a gap.

import { inkImage } from "./latent-draw.js";
import { linearScale, niceTicks } from "../core/stage.js";

export const BLUE = "#0072B2";
export const ORANGE = "#D55E00";
const MAP = { left: 42, right: 4, top: 6, bottom: 36 };
const GAP = { left: 62, right: 12, top: 10, bottom: 40 };
const short = (value) => String(Number(value.toPrecision(6))).replace("-", "−");

export function mapScales(stage, { middle, half }) {
  const size = Math.min(stage.width - MAP.left - MAP.right, stage.height - MAP.top - MAP.bottom);
  return {
    box: { left: MAP.left, top: MAP.top, width: size, height: size },
    x: linearScale(middle[0] - half, middle[0] + half, MAP.left, MAP.left + size),
    y: linearScale(middle[1] - half, middle[1] + half, MAP.top + size, MAP.top),
  };
}

/** The posterior as a picture of `side` x `side`, to be enlarged. */
export function posteriorPicture(density, colours) {
  const side = Math.round(Math.sqrt(density.length));
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  canvas.getContext("2d").putImageData(inkImage(density, side, [86, 180, 233], colours.paperRgb), 0, 0);
  return canvas;
}

function frameOf(context, x, y, box, colours, xLabel, yLabel) {
  context.font = `12px ${colours.font}`;
  context.fillStyle = colours.text;
  context.strokeStyle = colours.border;
  context.lineWidth = 1;
  context.strokeRect(box.left + 0.5, box.top + 0.5, box.width, box.height);
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const tick of niceTicks(x.low, x.high, 3)) context.fillText(short(tick), x(tick), box.top + box.height + 4);
  context.fillText(xLabel, box.left + box.width / 2, box.top + box.height + 20);
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const tick of niceTicks(y.low, y.high, 3)) context.fillText(short(tick), box.left - 5, y(tick));
  context.textAlign = "left";
  context.fillText(yLabel, 4, box.top + 6);
}

function clipTo(context, box) {
  context.beginPath();
  context.rect(box.left, box.top, box.width, box.height);
  context.clip();
}

function ellipse(context, { x, y }, [m1, m2, s1, s2], times) {
  context.beginPath();
  context.ellipse(x(m1), y(m2), s1 * times * x.slope, s2 * times * x.slope, 0, 0, 2 * Math.PI);
  context.stroke();
}

/** What a drag leaves alone: the posterior, the frame, the encoder's q dotted. */
export function drawBehind(context, scales, { picture, extent, encoder }, colours) {
  const { x, y, box } = scales;
  context.save();
  frameOf(context, x, y, box, colours, "z₁", "z₂");
  clipTo(context, box);
  const [left, top] = [x(extent.middle[0] - extent.half), y(extent.middle[1] + extent.half)];
  context.drawImage(picture, left, top, 2 * extent.half * x.slope, 2 * extent.half * x.slope);
  context.strokeStyle = colours.text;
  context.setLineDash([2, 4]);
  context.lineWidth = 1.5;
  ellipse(context, scales, encoder, 1);
  context.restore();
}

/** The draws, and q at one and two sigma with its three handles. */
export function drawQ(context, scales, { z, q }, colours) {
  const { x, y, box } = scales;
  context.save();
  clipTo(context, box);
  context.beginPath(); // all draws at once: a path each would cost a frame
  for (let i = 0; i < z.length; i += 2) {
    const [px, py] = [x(z[i]), y(z[i + 1])];
    context.moveTo(px + 3, py);
    context.arc(px, py, 3, 0, 2 * Math.PI);
  }
  context.fillStyle = ORANGE;
  context.fill();
  context.strokeStyle = colours.background;
  context.lineWidth = 1;
  context.stroke();
  context.strokeStyle = ORANGE;
  context.lineWidth = 2;
  ellipse(context, scales, q, 1);
  context.lineWidth = 1;
  ellipse(context, scales, q, 2);
  for (const [hx, hy] of handles(scales, q)) {
    context.beginPath();
    context.arc(hx, hy, 7, 0, 2 * Math.PI);
    context.fillStyle = colours.background;
    context.fill();
    context.strokeStyle = colours.text;
    context.lineWidth = 2;
    context.stroke();
  }
  context.restore();
}

/** Pixels of mu, of sigma_1's and of sigma_2's handle: those at two sigma, so that they stand apart. */
export function handles({ x, y, box }, [m1, m2, s1, s2]) {
  const inside = (px, py) => [
    Math.min(box.left + box.width - 4, Math.max(box.left + 4, px)),
    Math.min(box.top + box.height - 4, Math.max(box.top + 4, py))];
  return [inside(x(m1), y(m2)), inside(x(m1 + 2 * s1), y(m2)), inside(x(m1), y(m2 + 2 * s2))];
}

/** Reconstruction and KL on one scale of nats, the encoder's values as ticks, the draws' spread. */
export function drawBars(stage, { reconstruction, spread, kl, before }, colours) {
  const { context, width, height } = stage;
  context.clearRect(0, 0, width, height);
  const total = reconstruction + kl;
  const most = [50, 100, 150, 200, 300, 400, 600, 800, 1200, 2000, 5000, 20000, 1e9].find((v) => v >= total * 1.02) ?? total;
  const left = 8;
  const x = linearScale(0, most, left, width - 12);
  const rows = [["reconstruction", reconstruction, BLUE, 0], ["KL", kl, ORANGE, reconstruction]];
  context.font = `13px ${colours.font}`;
  context.textBaseline = "middle";
  rows.forEach(([name, value, colour, from], i) => {
    const top = 8 + i * 44;
    context.fillStyle = colours.text;
    context.textAlign = "left";
    context.fillText(name, left, top + 6);
    context.fillStyle = colour;
    context.fillRect(x(from), top + 15, Math.max(1, x(from + value) - x(from)), 18);
    context.strokeStyle = colours.text;
    context.lineWidth = 1.5;
    if (i === 0 && spread > 0) {
      context.beginPath();
      for (const end of [value - spread, value + spread]) {
        context.moveTo(x(end), top + 18);
        context.lineTo(x(end), top + 30);
      }
      context.moveTo(x(value - spread), top + 24);
      context.lineTo(x(value + spread), top + 24);
      context.stroke();
    }
    const mark = x(i ? before.reconstruction + before.kl : before.reconstruction);
    context.setLineDash([2, 3]);
    context.beginPath();
    context.moveTo(mark, top + 11);
    context.lineTo(mark, top + 37);
    context.stroke();
    context.setLineDash([]);
  });
  context.fillStyle = colours.text;
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const tick of niceTicks(0, most, 5)) context.fillText(short(tick), Math.min(width - 14, Math.max(10, x(tick))), 98);
  context.textAlign = "right";
  context.fillText("nats; dotted: the encoder's q", width - 10, 2);
}

export function gapScales(stage, { samples, estimates, elbo, log_p: logP }) {
  const box = { left: GAP.left, top: GAP.top, width: stage.width - GAP.left - GAP.right,
    height: stage.height - GAP.top - GAP.bottom };
  const sorted = Float32Array.from(estimates).sort();
  const low = Math.min(elbo, sorted[Math.floor(sorted.length * 0.03)]);
  const high = Math.max(logP, sorted.at(-1));
  const room = 0.14 * (high - low) || 1;
  const x = linearScale(0, Math.log10(samples.at(-1)), box.left, box.left + box.width);
  const y = linearScale(low - room, high + room, box.top + box.height, box.top);
  return { box, x, y };
}

/** The runs' estimates against the number of samples: band and lines, the ELBO, log p(x), and n. */
export function drawGap(stage, scales, runs, at, stale, colours) {
  const { context, width, height } = stage;
  const { x, y, box } = scales;
  context.clearRect(0, 0, width, height);
  context.save();
  context.globalAlpha = stale ? 0.3 : 1;
  context.font = `12px ${colours.font}`;
  context.fillStyle = colours.text;
  context.strokeStyle = colours.border;
  context.strokeRect(box.left + 0.5, box.top + 0.5, box.width, box.height);
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const tick of [1, 10, 100, 1000, 5000]) context.fillText(tick.toLocaleString("en"), Math.min(width - 16, x(Math.log10(tick))), box.top + box.height + 4);
  context.fillText("draws of q (importance samples)", box.left + box.width / 2, box.top + box.height + 20);
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const tick of niceTicks(y.low, y.high, 4)) context.fillText(short(tick), box.left - 5, y(tick));
  context.beginPath();
  context.rect(box.left, box.top, box.width, box.height);
  context.clip();
  const { samples, estimates } = runs;
  const P = samples.length;
  const R = estimates.length / P;
  const place = Array.from(samples, (n) => x(Math.log10(n)));
  const of = (r, i) => estimates[r * P + i];
  const edge = (pick, i) => y(pick(...Array.from({ length: R }, (_, r) => of(r, i))));
  context.fillStyle = colours.primary;
  context.globalAlpha = stale ? 0.08 : 0.2;
  context.beginPath();
  for (let i = 0; i <= at; i++) context.lineTo(place[i], edge(Math.max, i));
  for (let i = at; i >= 0; i--) context.lineTo(place[i], edge(Math.min, i));
  context.fill();
  context.globalAlpha = stale ? 0.3 : 1;
  context.strokeStyle = colours.primary;
  for (let r = 0; r < R; r++) {
    context.lineWidth = r ? 1 : 2.2;
    context.beginPath();
    for (let i = 0; i <= at; i++) context.lineTo(place[i], y(of(r, i)));
    context.stroke();
  }
  const line = (value, colour, dash, words, above) => {
    context.strokeStyle = colour;
    context.setLineDash(dash);
    context.lineWidth = 2;
    context.beginPath();
    context.moveTo(box.left, y(value));
    context.lineTo(box.left + box.width, y(value));
    context.stroke();
    context.setLineDash([]);
    context.fillStyle = colours.text;
    context.textAlign = "right";
    context.textBaseline = above ? "bottom" : "top";
    context.fillText(words, box.left + box.width - 6, y(value) + (above ? -3 : 3));
  };
  line(runs.elbo, ORANGE, [7, 4], "ELBO", false);
  line(runs.log_p, colours.text, [2, 3], "log p(x), all draws", true);
  context.strokeStyle = colours.primary;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(place[at], box.top);
  context.lineTo(place[at], box.top + box.height);
  context.stroke();
  context.restore();
  if (stale) {
    context.fillStyle = colours.text;
    context.font = `14px ${colours.font}`;
    context.textAlign = "center";
    context.fillText("Let go: q is sampled anew", box.left + box.width / 2, box.top + box.height / 2);
  }
}
