// A stream's two pictures: messages flowing into two lanes, and the running curves under them.

import { COMPONENTS, NEGATIVE, POSITIVE } from "../core/palette.js";
import { drawAxes, linearScale } from "../core/stage.js";

const SPACING = 7; // pixels from one message to the next
const GATE = 64; // where a message waits to be judged
const RISE = 1.6; // messages until a dot is in its lane
const MARGIN = { left: 42, right: 12, top: 8, bottom: 30 };
export const COLOURS = { precision: COMPONENTS[2], recall: COMPONENTS[6], window: COMPONENTS[0] };

const lane = (stage) => ({ middle: stage.height / 2, reach: stage.height / 2 - 26 });

function spot(stage, learner, index, position) {
  const { middle, reach } = lane(stage);
  const age = position - index;
  const part = Math.min(1, Math.max(0, age / RISE));
  const risen = part * part * (3 - 2 * part);
  const sign = Math.sign(learner.place[index]) || -1;
  // The verdict must be seen: even the least sure message leaves the line that parts the lanes.
  const height = sign * (0.07 + 0.93 * Math.abs(learner.place[index])) * reach;
  return [GATE + Math.max(0, age) * SPACING, middle - risen * height];
}

/** The messages on the picture, oldest first: indices from `from` to `to`, the waiting one last. */
export function inSight(stage, position, count) {
  const seen = Math.ceil((stage.width - GATE) / SPACING) + 1;
  return [Math.max(0, Math.floor(position) - seen), Math.min(count - 1, Math.floor(position))];
}

/** The judged message nearest to a point, or null. */
export function messageAt(stage, data, learner, position, [px, py]) {
  const [from, to] = inSight(stage, position, data.kind.length);
  let best = null;
  let least = 14;
  for (let i = from; i <= to && i < position; i++) {
    const [x, y] = spot(stage, learner, i, position);
    const distance = Math.hypot(x - px, y - py);
    if (distance < least) [best, least] = [i, distance];
  }
  return best;
}

/** Lanes, messages with their true kind, mistakes ringed, the selected one marked. */
export function drawRiver(stage, data, learner, position, selected, texts, colours) {
  const { context, width, height } = stage;
  const { middle, reach } = lane(stage);
  context.clearRect(0, 0, width, height);
  context.fillStyle = POSITIVE;
  context.globalAlpha = 0.07;
  context.fillRect(0, 0, width, middle);
  context.fillStyle = NEGATIVE;
  context.fillRect(0, middle, width, height - middle);
  context.globalAlpha = 1;
  context.font = `11px ${colours.font}`;
  context.textBaseline = "middle";
  context.textAlign = "left";
  for (const [place, text] of data.ticks) {
    const y = middle - place * reach;
    context.strokeStyle = colours.border;
    context.lineWidth = 1;
    line(context, 44, y, width, y);
    context.fillStyle = colours.text;
    context.globalAlpha = 0.7;
    context.fillText(text, 6, y);
    context.globalAlpha = 1;
  }
  context.strokeStyle = colours.text;
  line(context, 44, middle, width, middle);

  const [from, to] = inSight(stage, position, data.kind.length);
  for (let i = from; i <= to; i++) {
    const [x, y] = spot(stage, learner, i, position);
    const judged = i < position;
    dot(context, x, y, data.kind[i], judged, colours);
    if (judged && learner.flagged[i] !== Number(data.kind[i] === 2)) mistake(context, x, y, colours);
    if (i === selected) ring(context, x, y, 10, colours.primary, 3);
  }
  context.font = `12px ${colours.font}`;
  context.textAlign = "right";
  label(context, texts.top, width - 8, 12, colours);
  label(context, texts.bottom, width - 8, height - 12, colours);
}

/** What a message is, whatever it was called: ham a disc, hard ham a hollow one, spam a diamond. */
export function dot(context, x, y, kind, judged, colours) {
  context.fillStyle = judged ? (kind === 2 ? POSITIVE : NEGATIVE) : colours.text;
  context.globalAlpha = judged ? 1 : 0.45;
  context.beginPath();
  if (kind === 2 && judged) {
    context.moveTo(x, y - 5);
    context.lineTo(x + 5, y);
    context.lineTo(x, y + 5);
    context.lineTo(x - 5, y);
    context.closePath();
  } else context.arc(x, y, 3.8, 0, 7);
  context.fill();
  if (kind === 1 && judged) {
    context.fillStyle = colours.background;
    context.beginPath();
    context.arc(x, y, 1.9, 0, 7);
    context.fill();
  }
  context.globalAlpha = 1;
}

function mistake(context, x, y, colours) {
  ring(context, x, y, 7.5, colours.text, 1.75);
}

function ring(context, x, y, radius, colour, width) {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.beginPath();
  context.arc(x, y, radius, 0, 7);
  context.stroke();
}

function label(context, text, x, y, colours) {
  const width = context.measureText(text).width;
  context.globalAlpha = 0.85;
  context.fillStyle = colours.background;
  context.fillRect(x - width - 4, y - 9, width + 8, 18);
  context.globalAlpha = 1;
  context.fillStyle = colours.text;
  context.fillText(text, x, y);
}

function line(context, x0, y0, x1, y1) {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

export function curveScales(stage, data) {
  const box = { left: MARGIN.left, top: MARGIN.top, width: stage.width - MARGIN.left - MARGIN.right,
    height: stage.height - MARGIN.top - MARGIN.bottom };
  return { box, x: linearScale(0, data.kind.length, box.left, box.left + box.width),
    y: linearScale(data.floor, 1, box.top + box.height, box.top) };
}

/** The measures up to `position`: what is to come stays open. */
export function drawCurves(stage, data, names, shown, position, selected, colours) {
  const { context } = stage;
  const { box, x, y } = curveScales(stage, data);
  context.clearRect(0, 0, stage.width, stage.height);
  drawAxes(context, x, y, box, colours);
  context.font = `12px ${colours.font}`;
  context.fillStyle = colours.text;
  context.textAlign = "right";
  context.textBaseline = "bottom";
  context.fillText("messages judged", box.left + box.width, stage.height - 1);
  context.save();
  context.beginPath();
  context.rect(box.left, box.top - 2, box.width, box.height + 4);
  context.clip();
  const end = Math.floor(position);
  for (const [who, learner] of Object.entries(data.learners)) {
    context.setLineDash(who === "frozen" ? [5, 4] : []);
    context.lineWidth = who === shown ? 2.5 : 1.25;
    for (const name of names) {
      context.strokeStyle = COLOURS[name];
      const values = learner[name];
      context.beginPath();
      let begun = false;
      for (let i = 1; i <= end; i++) {
        if (Number.isNaN(values[i])) continue;
        if (begun) context.lineTo(x(i), y(values[i]));
        else context.moveTo(x(i), y(values[i]));
        begun = true;
      }
      context.stroke();
    }
  }
  context.setLineDash([]);
  context.strokeStyle = colours.primary;
  context.lineWidth = 2;
  line(context, x(position), box.top, x(position), box.top + box.height);
  if (selected !== null) {
    context.lineWidth = 1.5;
    context.setLineDash([2, 3]);
    line(context, x(selected + 1), box.top, x(selected + 1), box.top + box.height);
    context.setLineDash([]);
  }
  context.restore();
}
