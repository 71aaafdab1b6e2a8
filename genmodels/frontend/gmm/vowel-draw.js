// The vowel pad's picture: recorded vowels as phonetic signs, each vowel's ellipse, the borders.

import { component, drawEllipse } from "./em-draw.js";
import { COMPONENTS } from "../core/palette.js";
import { drawAxes, linearScale } from "../core/stage.js";

const SIGMAS = 2;

export function layout(stage, data) {
  const box = { left: 52, top: 8, width: stage.width - 62, height: stage.height - 52 };
  const [left, right, top, bottom] = data.box;
  const x = linearScale(left, right, box.left, box.left + box.width);
  const y = linearScale(top, bottom, box.top, box.top + box.height);
  return { box, x, y };
}

/** Everything that a drag leaves as it is. */
export function drawBackground(context, { box, x, y }, data, colours) {
  named(x, data.ticks.f2);
  named(y, data.ticks.f1);
  drawAxes(context, x, y, box, colours, { xLabel: data.labels[1], yLabel: data.labels[0] });
  context.save();
  context.beginPath();
  context.rect(box.left, box.top, box.width, box.height);
  context.clip();
  drawBorders(context, box, data.borders, colours);
  const bright = new Set(data.bright);
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (let i = 0; i < data.classes.length; i++) {
    if (!bright.has(i)) drawSign(context, x, y, data, i, bright.size ? 0.16 : 0.6, 11);
  }
  const C = data.words.length;
  for (let c = 0; c < C; c++) {
    drawEllipse(context, component(data.ellipses, 0, 0, 0, c), x, y, SIGMAS, COMPONENTS[c], false);
  }
  context.lineWidth = 3;
  context.strokeStyle = colours.background;
  for (const i of bright) drawSign(context, x, y, data, i, 1, 17);
  for (let c = 0; c < C; c++) {
    const { mean } = component(data.ellipses, 0, 0, 0, c);
    context.font = `600 14px ${colours.font}`;
    context.lineWidth = 4;
    context.strokeStyle = colours.background;
    context.strokeText(data.words[c], x(mean[0]), y(mean[1]));
    context.fillStyle = colours.text;
    context.fillText(data.words[c], x(mean[0]), y(mean[1]));
  }
  context.restore();
}

/** drawAxes writes numbers; these axes have texts of their own at places of their own. */
function named(scale, ticks) {
  scale.ticks = () => [];
  scale.named = ticks;
}

export function drawTicks(context, { box, x, y }, colours) {
  context.save();
  context.font = `12px ${colours.font}`;
  context.fillStyle = colours.text;
  context.strokeStyle = colours.border;
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const [at, text] of x.named) {
    context.fillText(text, x(at), box.top + box.height + 6);
    mark(context, x(at), box.top + box.height, 0, 4);
  }
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const [at, text] of y.named) {
    context.fillText(text, box.left - 7, y(at));
    mark(context, box.left, y(at), -4, 0);
  }
  context.restore();
}

function mark(context, x, y, dx, dy) {
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + dx, y + dy);
  context.stroke();
}

function drawSign(context, x, y, data, i, opacity, size) {
  const c = data.classes[i];
  context.globalAlpha = opacity;
  context.font = `${size}px serif`;
  const [px, py] = [x(data.points[2 * i + 1]), y(data.points[2 * i])];
  if (size > 12) context.strokeText(data.symbols[c], px, py);
  context.fillStyle = COMPONENTS[c];
  context.fillText(data.symbols[c], px, py);
  context.globalAlpha = 1;
}

function drawBorders(context, box, borders, colours) {
  context.beginPath();
  for (let i = 0; i < borders.length; i += 4) {
    context.moveTo(box.left + borders[i] * box.width, box.top + borders[i + 1] * box.height);
    context.lineTo(box.left + borders[i + 2] * box.width, box.top + borders[i + 3] * box.height);
  }
  context.strokeStyle = colours.text;
  context.globalAlpha = 0.35;
  context.lineWidth = 1;
  context.stroke();
  context.globalAlpha = 1;
}

/** Where the voice is: a ring with the word that it is most like. */
export function drawCursor(context, { x, y }, u, word, colour, playing, colours) {
  const [px, py] = [x(u[1]), y(u[0])];
  context.save();
  context.beginPath();
  context.arc(px, py, playing ? 13 : 9, 0, 6.2832);
  context.lineWidth = 6;
  context.strokeStyle = colours.background;
  context.stroke();
  context.lineWidth = 3;
  context.strokeStyle = colour;
  context.stroke();
  context.beginPath();
  context.arc(px, py, 2.5, 0, 6.2832);
  context.fillStyle = colours.text;
  context.fill();
  context.font = `600 15px ${colours.font}`;
  context.textBaseline = "middle";
  context.lineWidth = 4;
  context.strokeStyle = colours.background;
  context.strokeText(word, px + 18, py - 14);
  context.fillText(word, px + 18, py - 14);
  context.restore();
}
