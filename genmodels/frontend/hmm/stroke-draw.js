// What the stroke pad draws: the path by its states, the codes along it, the curves, the gauge.

import { COMPONENTS } from "../core/palette.js";
import { linearScale, niceTicks } from "../core/stage.js";

const PAUSE = 16;
const MARGIN = 10;
const LEFT = 52;

/** The pad's own square on its canvas: x and y from sides of the pad to pixels, y upwards. */
export function padScale(stage) {
  const side = Math.min(stage.width, stage.height) - 2 * MARGIN;
  const left = (stage.width - side) / 2;
  const top = (stage.height - side) / 2;
  return {
    side, left, top,
    x: linearScale(0, 1, left, left + side),
    y: linearScale(0, 1, top + side, top),
  };
}

export function drawPaper(context, { side, left, top }, colours) {
  context.save();
  context.strokeStyle = colours.border;
  context.lineWidth = 1;
  context.strokeRect(left + 0.5, top + 0.5, side - 1, side - 1);
  context.globalAlpha = 0.5;
  context.setLineDash([2, 4]);
  context.beginPath();
  for (const part of [0.25, 0.5, 0.75]) {
    context.moveTo(left + part * side, top);
    context.lineTo(left + part * side, top + side);
    context.moveTo(left, top + part * side);
    context.lineTo(left + side, top + part * side);
  }
  context.stroke();
  context.restore();
}

/** A plain path, faint for a ghost. `points` holds `width` numbers a point. */
export function drawPath(context, { x, y }, points, width, colour, alpha, thick) {
  if (points.length < 2 * width) return;
  context.save();
  context.globalAlpha = alpha;
  context.strokeStyle = colour;
  context.lineWidth = thick;
  context.lineJoin = context.lineCap = "round";
  context.beginPath();
  for (let i = 0; i < points.length; i += width) {
    if (i) context.lineTo(x(points[i]), y(points[i + 1]));
    else context.moveTo(x(points[i]), y(points[i + 1]));
  }
  context.stroke();
  context.restore();
}

/** The steps up to `step`: an arrowhead each in its state's colour, a ring for a pause. */
export function drawSteps(context, { x, y }, scored, step, colours) {
  const { places, codes, states } = scored;
  const size = codes.length > 120 ? 4 : 6;
  context.save();
  context.lineCap = "round";
  let labelled = -1;
  for (let t = 0; t < codes.length; t++) {
    const [x0, y0, x1, y1] = [x(places[2 * t]), y(places[2 * t + 1]), x(places[2 * t + 2]), y(places[2 * t + 3])];
    const colour = COMPONENTS[(states[t] ?? 0) % COMPONENTS.length];
    context.globalAlpha = t < step ? 1 : 0.2;
    context.strokeStyle = context.fillStyle = colour;
    context.lineWidth = t === step - 1 ? 5 : 3;
    context.beginPath();
    if (codes[t] === PAUSE) {
      context.lineWidth = 1.5;
      context.arc(x1, y1, 4, 0, 2 * Math.PI);
      context.stroke();
    } else {
      context.moveTo(x0, y0);
      context.lineTo(x1, y1);
      context.stroke();
      const angle = (-codes[t] * Math.PI) / 8;
      context.beginPath();
      context.moveTo(x1 + size * Math.cos(angle), y1 + size * Math.sin(angle));
      context.lineTo(x1 + size * Math.cos(angle + 2.4), y1 + size * Math.sin(angle + 2.4));
      context.lineTo(x1 + size * Math.cos(angle - 2.4), y1 + size * Math.sin(angle - 2.4));
      context.fill();
    }
    if (t < step && states[t] !== labelled) {
      labelled = states[t];
      context.font = `600 12px ${colours.font}`;
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.lineWidth = 3;
      context.strokeStyle = colours.background;
      const [lx, ly] = [x0 - 12 * Math.sin((codes[t] * Math.PI) / 8), y0 - 12 * Math.cos((codes[t] * Math.PI) / 8)];
      context.strokeText(String(labelled + 1), lx, ly);
      context.fillText(String(labelled + 1), lx, ly);
    }
  }
  if (step > 0) {
    context.globalAlpha = 1;
    context.strokeStyle = colours.text;
    context.lineWidth = 1.5;
    context.beginPath();
    context.arc(x(places[2 * step]), y(places[2 * step + 1]), 9, 0, 2 * Math.PI);
    context.stroke();
  }
  context.restore();
}

/** Where the pen is: filled when down, a ring when up. */
export function drawPen(context, { x, y }, pen, down, colours) {
  context.save();
  context.fillStyle = context.strokeStyle = colours.primary;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(x(pen[0]), y(pen[1]), down ? 6 : 8, 0, 2 * Math.PI);
  if (down) context.fill();
  else context.stroke();
  context.restore();
}

/** The codes as a row of arrows under the curves' axis, and log P of each sign, step by step. */
export function drawCurves(stage, scored, step, order, followed, names, colours) {
  const { context, width, height } = stage;
  context.clearRect(0, 0, width, height);
  if (!scored) return null;
  const { codes, states, loglik } = scored;
  const n = codes.length;
  const box = { left: LEFT, right: width - 8, top: 6, bottom: height - 22 };
  let low = 0;
  for (const s of order.slice(0, 6)) low = Math.min(low, finite(loglik[s * n + n - 1]));
  const x = linearScale(0, n, box.left, box.right);
  const y = linearScale(Math.min(low, -5), 0, box.bottom, box.top);
  context.save();
  context.font = `12px ${colours.font}`;
  context.strokeStyle = colours.border;
  context.fillStyle = colours.text;
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.beginPath();
  for (const tick of niceTicks(Math.min(low, -5), 0, 3)) {
    context.moveTo(box.left, Math.round(y(tick)) + 0.5);
    context.lineTo(box.right, Math.round(y(tick)) + 0.5);
    context.fillText(String(tick).replace("-", "−"), box.left - 6, y(tick));
  }
  context.stroke();
  context.beginPath();
  context.rect(box.left, box.top - 3, box.right - box.left, box.bottom - box.top + 6);
  context.save();
  context.clip();
  for (const s of [...order].reverse()) {
    const place = order.indexOf(s);
    context.globalAlpha = place === 0 || s === followed ? 1 : place < 3 ? 0.55 : 0.22;
    context.lineWidth = place === 0 ? 2.5 : 1.5;
    context.strokeStyle = place === 0 ? colours.primary : colours.text;
    context.setLineDash(s === followed && place !== 0 ? [5, 3] : []);
    context.beginPath();
    context.moveTo(x(0), y(0));
    for (let t = 0; t < n; t++) context.lineTo(x(t + 1), y(Math.max(finite(loglik[s * n + t]), 2 * low)));
    context.stroke();
  }
  context.restore();
  context.globalAlpha = 1;
  const wide = (box.right - box.left) / n;
  context.font = `${wide > 9 ? 13 : 11}px ${colours.font}`;
  context.textAlign = "center";
  for (let t = 0; t < n; t++) {
    const middle = x(t + 0.5);
    context.globalAlpha = t < step ? 1 : 0.3;
    const colour = COMPONENTS[(states[t] ?? 0) % COMPONENTS.length];
    context.strokeStyle = context.fillStyle = colour;
    const half = Math.max(1.5, Math.min(5, wide / 2 - 0.5));
    context.lineWidth = t === step - 1 ? 3 : 1.5;
    context.beginPath();
    if (codes[t] === PAUSE) context.arc(middle, height - 9, Math.min(3, half), 0, 2 * Math.PI);
    else {
      const angle = (-codes[t] * Math.PI) / 8;
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      context.moveTo(middle - half * c, height - 9 - half * s);
      context.lineTo(middle + half * c, height - 9 + half * s);
      const head = Math.min(4, half);
      for (const turn of [2.5, -2.5]) {
        context.moveTo(middle + half * c, height - 9 + half * s);
        context.lineTo(middle + half * c + head * Math.cos(angle + turn), height - 9 + half * s + head * Math.sin(angle + turn));
      }
    }
    context.stroke();
  }
  context.globalAlpha = 0.8;
  context.strokeStyle = colours.text;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x(step), box.top - 2);
  context.lineTo(x(step), height);
  context.stroke();
  context.globalAlpha = 1;
  context.fillStyle = colours.text;
  context.font = `12px ${colours.font}`;
  context.textAlign = "left";
  context.fillText("log P", box.left + 4, box.bottom - 8);
  context.restore();
  return x;
}

/** One number against the range of training, nats a step. */
export function drawGauge(stage, value, [lowest, highest], colours) {
  const { context, width, height } = stage;
  context.clearRect(0, 0, width, height);
  const low = Math.min(-5, lowest - 0.5);
  const x = linearScale(low, 0, 6, width - 6);
  context.fillStyle = colours.border;
  context.fillRect(x(low), 9, x(0) - x(low), 4);
  context.fillStyle = colours.primary;
  context.globalAlpha = 0.55;
  context.fillRect(x(lowest), 6, Math.max(2, x(highest) - x(lowest)), 10);
  context.globalAlpha = 1;
  if (!Number.isFinite(value)) return;
  context.fillStyle = colours.text;
  const at = x(Math.max(low, Math.min(0, value)));
  context.beginPath();
  context.moveTo(at, 4);
  context.lineTo(at + 5, 20);
  context.lineTo(at - 5, 20);
  context.fill();
  void height;
}

function finite(value) {
  return Number.isFinite(value) ? value : -1e4;
}
