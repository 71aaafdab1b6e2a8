// Curves on a line: bars, a kernel's curve, bells, their sum, a cursor, and the shares at it.

import { COMPONENTS } from "../core/palette.js";
import { drawAxes, linearScale } from "../core/stage.js";

const MARGIN = { left: 52, right: 14, top: 26, bottom: 40 };

export function layout(stage, limits, top) {
  const box = {
    left: MARGIN.left,
    top: MARGIN.top,
    width: stage.width - MARGIN.left - MARGIN.right,
    height: stage.height - MARGIN.top - MARGIN.bottom,
  };
  return {
    box,
    x: linearScale(limits[0], limits[1], box.left, box.left + box.width),
    y: linearScale(0, top, box.top + box.height, box.top),
  };
}

/** `values` (one a place) as a line; `mix` gives a value between two frames. */
function trace(context, places, x, y, value) {
  context.beginPath();
  for (let g = 0; g < places.length; g++) {
    const py = y(value(g));
    if (g) context.lineTo(x(places[g]), py);
    else context.moveTo(x(places[g]), py);
  }
}

export function drawStage(stage, data, from, to, part, cursor, colours) {
  const { context } = stage;
  const { places, bells, sums } = data;
  const { box, x, y } = layout(stage, data.limits, data.behind.top);
  const G = places.length;
  const K = bells.shape[1];
  context.clearRect(0, 0, stage.width, stage.height);
  drawAxes(context, x, y, box, colours, { xLabel: data.label, yLabel: "density" });
  context.save();
  context.beginPath();
  context.rect(box.left, box.top, box.width, box.height);
  context.clip();

  context.fillStyle = colours.text;
  const { edges, bars, kernel } = data.behind;
  for (let b = 0; b < bars.length; b++) {
    context.globalAlpha = 0.14;
    context.fillRect(x(edges[b]) + 0.5, y(bars[b]), x(edges[b + 1]) - x(edges[b]) - 1, y(0) - y(bars[b]));
  }
  context.globalAlpha = 0.5;
  for (const point of data.points) context.fillRect(x(point) - 0.5, y(0) - 7, 1, 7);
  context.globalAlpha = 1;

  const between = (values, at, size) => (g) => {
    const a = values[from * size + at + g];
    const b = values[to * size + at + g];
    return a + (b - a) * part;
  };
  for (let k = 0; k < K; k++) {
    const value = between(bells, k * G, K * G);
    trace(context, places, x, y, value);
    context.strokeStyle = COMPONENTS[k];
    context.lineWidth = 2;
    context.stroke();
    context.lineTo(x(places[G - 1]), y(0));
    context.lineTo(x(places[0]), y(0));
    context.globalAlpha = 0.18;
    context.fillStyle = COMPONENTS[k];
    context.fill();
    context.globalAlpha = 1;
  }
  trace(context, places, x, y, (g) => kernel[g]);
  context.strokeStyle = colours.text;
  context.lineWidth = 1.5;
  context.setLineDash([5, 4]);
  context.stroke();
  context.setLineDash([]);
  const sum = between(sums, 0, G);
  trace(context, places, x, y, sum);
  context.lineWidth = 2.5;
  context.strokeStyle = colours.text;
  context.stroke();

  // Numbers on the highest part of each bell, so that colour isn't the only sign.
  context.font = `600 12px ${colours.font}`;
  context.textAlign = "center";
  context.textBaseline = "bottom";
  for (let k = 0; k < K; k++) {
    const value = between(bells, k * G, K * G);
    let top = 0;
    for (let g = 1; g < G; g++) if (value(g) > value(top)) top = g;
    const px = x(places[top]);
    const py = Math.max(box.top + 18, y(value(top)) - 3);
    context.lineWidth = 3;
    context.strokeStyle = colours.background;
    context.strokeText(String(k + 1), px, py);
    context.fillStyle = COMPONENTS[k];
    context.fillText(String(k + 1), px, py);
  }
  if (cursor !== null) {
    const px = x(places[cursor]);
    context.strokeStyle = colours.primary;
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(px, box.top);
    context.lineTo(px, box.top + box.height);
    context.stroke();
    context.fillStyle = colours.primary;
    context.beginPath();
    context.arc(px, Math.max(box.top + 4, y(sum(cursor))), 5, 0, 7);
    context.fill();
  }
  context.restore();
  legend(context, box, colours);
  let peak = 0;
  for (let g = 1; g < G; g++) if (sum(g) > sum(peak)) peak = g;
  if (sum(peak) > data.behind.top) {
    context.fillStyle = colours.text;
    context.textBaseline = "top";
    const right = x(places[peak]) > box.left + box.width / 2;
    context.textAlign = right ? "right" : "left";
    const text = `↑ up to ${Number(sum(peak).toPrecision(3))}`;
    context.fillText(text, x(places[peak]) + (right ? -8 : 8), box.top + 4);
  }
}

function legend(context, box, colours) {
  context.font = `12px ${colours.font}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillStyle = context.strokeStyle = colours.text;
  let left = box.left;
  for (const [name, style] of [["mixture", "sum"], ["kernel", "dash"], ["histogram", "bar"]]) {
    if (style === "bar") {
      context.globalAlpha = 0.2;
      context.fillRect(left, 6, 20, 12);
      context.globalAlpha = 1;
    } else {
      context.lineWidth = style === "sum" ? 2.5 : 1.5;
      context.setLineDash(style === "dash" ? [5, 4] : []);
      context.beginPath();
      context.moveTo(left, 12);
      context.lineTo(left + 20, 12);
      context.stroke();
      context.setLineDash([]);
    }
    context.fillText(name, left + 26, 12);
    left += 44 + context.measureText(name).width;
  }
}
