// A panel of the stop panels: axes, layers of one stop, what is open, the point that is dragged.

import { COMPONENTS } from "../core/palette.js";
import { linearScale } from "../core/stage.js";

const MARGIN = { left: 46, right: 12, top: 24, bottom: 36 };
const DASHES = { solid: [], dash: [6, 4], dot: [2, 3] };

/** Where the panel's numbers lie on its canvas. */
export function scales(stage, panel) {
  const box = {
    left: panel.y.ticks.length ? MARGIN.left : 12,
    top: MARGIN.top,
    right: stage.width - MARGIN.right,
    bottom: stage.height - MARGIN.bottom,
  };
  return {
    box,
    x: linearScale(panel.x.low, panel.x.high, box.left, box.right),
    y: linearScale(panel.y.low, panel.y.high, box.bottom, box.top),
  };
}

export const hue = (name, colours) => (typeof name === "number" ? COMPONENTS[name] : colours.text);

/** The rows of a layer at a stop: (n, width) numbers from `values`. */
export function rowsOf(layer, stop) {
  const [stops, n, width] = layer.values.shape;
  const from = (stops === 1 ? 0 : stop) * n * width;
  return { n, width, at: (i, c) => layer.values[from + i * width + c] };
}

function axes(context, { box, x, y }, panel, colours) {
  context.font = `12px ${colours.font}`;
  context.strokeStyle = colours.border;
  context.fillStyle = colours.text;
  context.lineWidth = 1;
  context.strokeRect(box.left + 0.5, box.top + 0.5, box.right - box.left, box.bottom - box.top);
  context.globalAlpha = 0.8;
  context.textBaseline = "top";
  context.textAlign = "center";
  let edge = -Infinity;
  for (const [value, text] of panel.x.ticks) {
    const half = context.measureText(text).width / 2;
    if (x(value) - half < edge + 6) continue; // no room on a narrow screen
    context.fillText(text, x(value), box.bottom + 4);
    edge = x(value) + half;
  }
  context.fillText(panel.x.label, (box.left + box.right) / 2, box.bottom + 19);
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const [value, text] of panel.y.ticks) context.fillText(text, box.left - 5, y(value));
  context.globalAlpha = 1;
}

/** The layers' names at the right end of the title's line; returns where they begin. */
function legend(context, panel, colours, right) {
  context.font = `12px ${colours.font}`;
  context.textBaseline = "middle";
  context.textAlign = "left";
  const named = panel.layers.filter((layer) => layer.name);
  const widths = named.map((layer) => context.measureText(layer.name).width + 34);
  let at = Math.max(2, right - widths.reduce((sum, w) => sum + w, 0));
  named.forEach((layer, i) => {
    context.strokeStyle = context.fillStyle = hue(layer.colour, colours);
    if (layer.kind === "bars" || layer.kind === "area") {
      context.globalAlpha = layer.kind === "area" ? 0.45 : 0.85;
      context.fillRect(at, 8, 18, 9);
    } else if (layer.kind === "dots") {
      context.beginPath();
      context.arc(at + 9, 12, 4.5, 0, 7);
      context.fill();
    } else {
      context.lineWidth = 2;
      context.setLineDash(DASHES[layer.dash]);
      context.beginPath();
      context.moveTo(at, 12);
      context.lineTo(at + 18, 12);
      context.stroke();
      context.setLineDash([]);
    }
    context.globalAlpha = 1;
    context.fillStyle = colours.text;
    context.fillText(layer.name, at + 22, 12);
    at += widths[i];
  });
  return right - widths.reduce((sum, w) => sum + w, 0);
}

/** `text`, or as much of it as fits into `room` pixels. */
function fitted(context, text, room) {
  if (context.measureText(text).width <= room) return text;
  let end = text.length;
  while (end > 0 && context.measureText(`${text.slice(0, end)}…`).width > room) end -= 1;
  return end > 3 ? `${text.slice(0, end)}…` : "";
}

const KINDS = {
  line(context, { x, y }, rows) {
    context.beginPath();
    for (let i = 0; i < rows.n; i++) {
      const value = rows.at(i, 1);
      const last = i ? rows.at(i - 1, 1) : NaN;
      if (Number.isNaN(value)) continue; // a gap parts two strokes
      if (Number.isNaN(last)) context.moveTo(x(rows.at(i, 0)), y(value));
      else context.lineTo(x(rows.at(i, 0)), y(value));
    }
    context.stroke();
  },
  area(context, { x, y }, rows) {
    context.globalAlpha = 0.2;
    context.beginPath();
    for (let i = 0; i < rows.n; i++) context.lineTo(x(rows.at(i, 0)), y(rows.at(i, 1)));
    for (let i = rows.n - 1; i >= 0; i--) context.lineTo(x(rows.at(i, 0)), y(rows.at(i, 2)));
    context.fill();
    context.globalAlpha = 1;
  },
  bars(context, { x, y, box }, rows, layer, open, colours) {
    for (let i = 0; i < rows.n; i++) {
      const [low, high, height] = [rows.at(i, 0), rows.at(i, 1), rows.at(i, 2)];
      if (Number.isNaN(height)) continue;
      const [from, to] = [y(Math.max(0, y.low)), y(height)];
      context.globalAlpha = 0.85;
      const left = x(low) + 1;
      context.fillRect(left, Math.min(from, to), Math.max(1, x(high) - left - 1),
        Math.max(height === 0 ? 0 : 1.5, Math.abs(to - from)));
      context.globalAlpha = 1;
      if (open === i) {
        context.strokeStyle = colours.text;
        context.lineWidth = 2;
        context.strokeRect(left - 1, Math.max(box.top, Math.min(from, to) - 2), x(high) - left + 1,
          Math.abs(to - from) + 4);
      }
    }
  },
  dots(context, { x, y }, rows, layer, open, colours) {
    for (let i = 0; i < rows.n; i++) {
      const [px, py, r] = [x(rows.at(i, 0)), y(rows.at(i, 1)), rows.at(i, 2)];
      if (Number.isNaN(py)) continue;
      if (rows.width > 3) { // low and high of an interval
        context.lineWidth = 1.5;
        context.beginPath();
        context.moveTo(px, y(rows.at(i, 3)));
        context.lineTo(px, y(rows.at(i, 4)));
        context.stroke();
      }
      context.beginPath();
      context.arc(px, py, r, 0, 7);
      context.fill();
      if (open === i) {
        context.save();
        context.strokeStyle = colours.text;
        context.lineWidth = 2;
        context.beginPath();
        context.arc(px, py, r + 3, 0, 7);
        context.stroke();
        context.restore();
      }
    }
  },
};

/** `open`: {layer, index} or null; `point`: [x, y] of the dragged point here, or null. */
export function drawPanel(stage, panel, stop, open, point, colours) {
  const { context } = stage;
  const places = scales(stage, panel);
  const { box, x, y } = places;
  context.clearRect(0, 0, stage.width, stage.height);
  axes(context, places, panel, colours);
  context.save();
  context.beginPath();
  context.rect(box.left, box.top - 1, box.right - box.left, box.bottom - box.top + 2);
  context.clip();
  for (const layer of panel.layers) {
    context.strokeStyle = context.fillStyle = hue(layer.colour, colours);
    context.lineWidth = layer.width;
    context.globalAlpha = 1;
    context.setLineDash(DASHES[layer.dash]);
    const index = open && layer.open === open.layer ? open.index : -1;
    KINDS[layer.kind](context, places, rowsOf(layer, stop), layer, index, colours);
    context.setLineDash([]);
  }
  if (panel.marker) { // where the slider stands along this panel
    context.strokeStyle = colours.primary;
    context.lineWidth = 2;
    context.beginPath();
    context.moveTo(x(panel.marker[stop]), box.top);
    context.lineTo(x(panel.marker[stop]), box.bottom);
    context.stroke();
  }
  context.restore();
  for (const [at, value, text] of panel.notes?.[panel.notes.length === 1 ? 0 : stop] ?? []) {
    context.font = `12px ${colours.font}`;
    context.fillStyle = colours.text;
    context.textAlign = "left";
    context.textBaseline = "middle";
    const width = context.measureText(text).width;
    context.fillText(text, Math.min(x(at) + 6, box.right - width - 4), y(value));
  }
  if (point) {
    context.beginPath();
    context.arc(x(point[0]), y(point[1]), 8, 0, 7);
    context.fillStyle = colours.primary;
    context.fill();
    context.lineWidth = 2.5;
    context.strokeStyle = colours.background;
    context.stroke();
  }
  const end = legend(context, panel, colours, stage.width - 2);
  context.font = `600 12px ${colours.font}`;
  context.fillStyle = colours.text;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillText(fitted(context, panel.title, end - 10), 2, 12);
}

/** What can be opened under a pointer: {layer, index} or null. */
export function hit(stage, panel, stop, [px, py]) {
  const { x, y, box } = scales(stage, panel);
  let best = null;
  let least = 18;
  for (const layer of panel.layers) {
    if (!layer.open) continue;
    const rows = rowsOf(layer, stop);
    for (let i = 0; i < rows.n; i++) {
      const value = rows.at(i, layer.kind === "bars" ? 2 : 1);
      if (Number.isNaN(value)) continue;
      let distance;
      if (layer.kind === "bars") {
        // The whole column opens its bar: most bars are too low to hit.
        const inside = px >= x(rows.at(i, 0)) && px <= x(rows.at(i, 1)) && py >= box.top && py <= box.bottom;
        const from = y(Math.max(0, y.low));
        distance = inside ? (py >= Math.min(from, y(value)) && py <= Math.max(from, y(value)) ? 0 : 10) : 99;
      } else {
        distance = Math.hypot(px - x(rows.at(i, 0)), py - y(value)) - rows.at(i, 2);
      }
      if (distance < least) [best, least] = [{ layer: layer.open, index: i }, distance];
    }
  }
  return best;
}

/** All that can be opened in a panel at a stop, from left to right as its layers come. */
export function openable(panel, stop) {
  return panel.layers.filter((layer) => layer.open).flatMap((layer) => {
    const rows = rowsOf(layer, stop);
    return Array.from({ length: rows.n }, (_, index) => ({ layer: layer.open, index }))
      .filter(({ index }) => !Number.isNaN(rows.at(index, layer.kind === "bars" ? 2 : 1)));
  });
}
