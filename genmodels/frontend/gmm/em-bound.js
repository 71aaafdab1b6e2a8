// log p(X) as a bound and a gap: the whole run at the left, the present iteration's bars at the right.

import { linearScale } from "../core/stage.js";
import { numberText } from "../core/widget.js";

const BOUND = "#0072B2";
const GAP = "#D55E00";
const LEFT = 52;
const RIGHT = 14;
const SPLIT = 0.56; // where the bars begin

/** Draws both; returns the place-to-pixel map, whose inverse also takes clicks on bars. */
export function drawBound(stage, { f, kl, log_p: logP }, count, step, colours) {
  const { context, width, height } = stage;
  context.clearRect(0, 0, width, height);
  const end = LEFT + (width - LEFT - RIGHT) * SPLIT;
  const x = linearScale(0, Math.max(1, count - 1), LEFT, end - 26);
  const y = linearScale(Math.min(...f), Math.max(...logP), height - 24, 20);
  context.font = `12px ${colours.font}`;
  context.lineWidth = 1;
  context.strokeStyle = colours.border;
  context.strokeRect(LEFT + 0.5, 4.5, end - 26 - LEFT, height - 20);

  // The gap between the two lines, then the lines.
  context.beginPath();
  logP.forEach((value, i) => context.lineTo(x(i), y(value)));
  for (let i = f.length - 1; i >= 0; i--) context.lineTo(x(i), y(f[i]));
  context.fillStyle = GAP;
  context.globalAlpha = 0.35;
  context.fill();
  context.globalAlpha = 1;
  line(context, f, x, y, BOUND, []);
  line(context, logP, x, y, GAP, [6, 4]);
  context.strokeStyle = colours.text;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(x(step), 4);
  context.lineTo(x(step), height - 16);
  context.stroke();
  context.textAlign = "right";
  context.textBaseline = "alphabetic";
  context.fillStyle = colours.text;
  const legend = end < 300 ? "- - log p(X)" : "dashed: log p(X), line: bound F";
  context.fillText(legend, end - 34, height - 28);

  const places = present(step, f.length);
  const low = Math.min(...places.map((p) => f[p]));
  const high = Math.max(...places.map((p) => logP[p]));
  const room = (high - low || Math.abs(high) * 1e-6 || 1);
  const scale = linearScale(low - 0.5 * room, high + 0.32 * room, height - 16, 6);
  const pitch = (width - RIGHT - end) / 3;
  places.forEach((p, i) => bar(context, end + (i + 0.5) * pitch, Math.min(86, pitch - 12), scale, p, f[p], kl[p],
    logP[p], p === step, colours, height));
  context.strokeStyle = colours.border;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(end, height - 16);
  context.lineTo(width - RIGHT, height - 16);
  context.stroke();

  const map = (place) => x(place);
  map.inverse = (pixel) => (pixel < end - 12 ? x.inverse(pixel)
    : places[Math.min(places.length - 1, Math.max(0, Math.floor((pixel - end) / pitch)))]);
  return map;
}

/** The places of the iteration on show: before it, after its E-step, after its M-step. */
function present(step, known) {
  const iteration = Math.max(1, Math.ceil(step / 2));
  const places = [2 * iteration - 2, 2 * iteration - 1, 2 * iteration].filter((p) => p < known);
  return places.length ? places : [known - 1];
}

function line(context, values, x, y, colour, dash) {
  context.beginPath();
  values.forEach((value, i) => context.lineTo(x(i), y(value)));
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.setLineDash(dash);
  context.stroke();
  context.setLineDash([]);
}

function bar(context, middle, width, y, place, f, kl, logP, here, colours, height) {
  const left = middle - width / 2;
  const floor = height - 16;
  context.fillStyle = BOUND;
  context.globalAlpha = 0.3;
  context.fillRect(left, y(f), width, floor - y(f));
  context.globalAlpha = 1;
  context.save();
  context.beginPath();
  context.rect(left, y(logP), width, y(f) - y(logP));
  context.clip();
  context.strokeStyle = GAP;
  context.lineWidth = 2;
  context.beginPath();
  for (let at = y(logP) - width; at < y(f); at += 7) {
    context.moveTo(left, at + width);
    context.lineTo(left + width, at);
  }
  context.stroke();
  context.restore();
  context.lineWidth = here ? 3 : 1;
  context.strokeStyle = here ? colours.text : BOUND;
  context.strokeRect(left, y(logP), width, floor - y(logP));
  context.fillStyle = colours.text;
  context.textAlign = "center";
  context.textBaseline = "alphabetic";
  context.fillText(place === 0 ? "start" : `${place % 2 ? "E" : "M"} ${Math.ceil(place / 2)}`, middle, height - 3);
  const narrow = width < 66;
  context.fillText(`${narrow ? "" : "KL "}${numberText(kl)}`, middle, y(logP) - 5);
  if (!narrow) context.fillText(`F ${numberText(f, 6)}`, middle, floor - 6);
}
