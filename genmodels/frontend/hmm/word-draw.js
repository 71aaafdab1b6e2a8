// What the word race looks like: the heat map with a word's path, the state means, the race.

import { COMPONENTS, DIGITS, NEGATIVE, POSITIVE, rgb } from "../core/palette.js";
import { linearScale } from "../core/stage.js";
import { numberText } from "../core/widget.js";

const BAND = 18; // px, the states' names over the heat map
const TICKS = [0, 1, 3, 10, 30, 100, 300, 1000, 3000]; // nats behind the leader
const FLOOR = 30; // nats: the race's scale shows at least so many

/** Boxes and scales: x(t) is the place of frame t's middle, edge(t) where its column ends. */
export function layout(stage, data) {
  const [, T] = data.paths.shape;
  const { width, height } = stage;
  const wide = width > 520;
  const left = 46;
  const aside = wide ? Math.min(170, 0.24 * width) : 0.25 * width;
  const right = width - aside - (wide ? 14 : 8);
  const rows = data.frames.shape[1];
  const heat = { left, right, top: BAND + 2, bottom: BAND + 2 + Math.round(rows * Math.min(15, (height * 0.46) / rows)) };
  const race = { left, right, top: heat.bottom + 30, bottom: height - 8 };
  const edge = linearScale(0, T, left, right);
  const x = (t) => edge(t - 0.5);
  let most = FLOOR;
  for (const value of data.behind) most = Math.max(most, value);
  const y = (behind) => race.top + 8 + (Math.log1p(behind) / Math.log1p(most)) * (race.bottom - race.top - 16);
  const row = (d) => heat.top + (d * (heat.bottom - heat.top)) / rows;
  return { T, rows, heat, race, edge, x, y, row, most, wide, aside: { left: right + (wide ? 14 : 8), right: width } };
}

/** Frame 1 .. T under a place in the heat map, else null. */
export function frameAt(places, [px, py], anywhere = false) {
  const { heat, edge, T } = places;
  if (!anywhere && (px < heat.left || px > heat.right || py > heat.bottom + 24)) return null;
  return Math.min(T, Math.max(1, Math.floor(edge.inverse(px)) + 1));
}

function tint(z, limit, background) {
  const part = Math.min(1, Math.abs(z) / limit) ** 0.8;
  const [r, g, b] = rgb(z < 0 ? NEGATIVE : POSITIVE);
  const [r0, g0, b0] = background;
  return `rgb(${Math.round(r0 + part * (r - r0))} ${Math.round(g0 + part * (g - g0))} ${Math.round(b0 + part * (b - b0))})`;
}

function parseColour(text) {
  if (text.startsWith("#")) return rgb(text);
  const found = text.match(/[\d.]+/g);
  return found ? found.slice(0, 3).map(Number) : [255, 255, 255];
}

/** What doesn't move with the cursor: heat map, axes, means. Drawn once a change. */
export function drawBackground(context, places, data, word, colours) {
  const { heat, edge, row, rows, T, race } = places;
  const under = parseColour(colours.background);
  for (let t = 0; t < T; t++) {
    const [a, b] = [edge(t), edge(t + 1)];
    for (let d = 0; d < rows; d++) {
      context.fillStyle = tint(data.frames[t * rows + d], data.limit, under);
      context.fillRect(a, row(d), b - a + 0.5, row(d + 1) - row(d) + 0.5);
    }
  }
  const missing = new Set(data.missing);
  for (const t of missing) hatch(context, edge(t), heat.top, edge(t + 1) + 0.5, heat.bottom + 1, colours);
  context.font = `12px ${colours.font}`;
  context.fillStyle = colours.text;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const d of [0, 3, 6, 9, 12]) context.fillText(`c${d}`, heat.left - 6, (row(d) + row(d + 1)) / 2);
  // The path: the states' names in a band, steps over the heat map.
  const K = data.K;
  const path = data.paths.subarray(word * T, (word + 1) * T);
  const height = heat.bottom - heat.top;
  const level = (k) => heat.top + ((k + 0.5) * height) / K;
  for (let t = 0; t < T;) {
    let end = t;
    while (end < T && path[end] === path[t]) end++;
    context.fillStyle = COMPONENTS[path[t]];
    context.fillRect(edge(t) + 0.5, 1, edge(end) - edge(t) - 1, BAND - 2);
    if (edge(end) - edge(t) > 9) label(context, String(path[t] + 1), (edge(t) + edge(end)) / 2, BAND / 2, colours);
    t = end;
  }
  context.fillStyle = colours.text;
  context.textAlign = "right";
  context.fillText("state", heat.left - 6, BAND / 2);
  context.beginPath();
  for (let t = 0; t < T; t++) {
    context.lineTo(edge(t), level(path[t]));
    context.lineTo(edge(t + 1), level(path[t]));
  }
  stroke(context, colours.background, 5);
  stroke(context, colours.text, 2);
  // Axes: frames between the two plots, nats at the race's left.
  context.fillStyle = colours.text;
  context.textAlign = "center";
  context.textBaseline = "top";
  const every = [1, 2, 5, 10, 20].find((step) => (step * (heat.right - heat.left)) / T > 26) ?? 25;
  for (let t = every; t <= T; t += every) context.fillText(String(t), places.x(t), heat.bottom + 5);
  context.textAlign = "right";
  context.fillText("frame", heat.left - 6, heat.bottom + 5);
  context.strokeStyle = colours.border;
  context.lineWidth = 1;
  context.strokeRect(race.left + 0.5, race.top + 0.5, race.right - race.left, race.bottom - race.top);
  context.textBaseline = "middle";
  for (const tick of TICKS.filter((value) => value <= places.most)) {
    const y = places.y(tick);
    context.globalAlpha = 0.5;
    context.beginPath();
    context.moveTo(race.left, y);
    context.lineTo(race.right, y);
    stroke(context, colours.border, 1);
    context.globalAlpha = 1;
    context.fillText(tick ? `−${tick}` : "0 nats", race.left - 4, y);
  }
}

/** Means of the chosen word's states, the current one ringed, with the current frame beside. */
export function drawMeans(context, places, data, word, heard, colours) {
  const { heat, row, rows, aside, wide, T } = places;
  const K = data.K;
  const under = parseColour(colours.background);
  const step = (aside.right - aside.left) / (K + 1.4);
  const column = (left, values, offset) => {
    for (let d = 0; d < rows; d++) {
      context.fillStyle = tint(values[offset + d], data.limit, under);
      context.fillRect(left, row(d), step - 1, row(d + 1) - row(d) + 0.5);
    }
  };
  context.font = `12px ${colours.font}`;
  context.textBaseline = "middle";
  const gone = heard > 0 && data.missing.includes(heard - 1);
  if (heard > 0) {
    if (gone) hatch(context, aside.left, heat.top, aside.left + step - 1, heat.bottom, colours);
    else column(aside.left, data.frames, (heard - 1) * rows);
    context.fillStyle = colours.text;
    context.textAlign = "center";
    context.fillText(wide ? `x${heard}` : "x", aside.left + step / 2, BAND / 2);
  }
  const current = heard > 0 ? data.paths[word * T + heard - 1] : -1;
  for (let k = 0; k < K; k++) {
    const left = aside.left + step * (k + 1.4);
    column(left, data.means, (word * K + k) * rows);
    context.fillStyle = COMPONENTS[k];
    context.fillRect(left, 1, step - 1, BAND - 2);
    label(context, String(k + 1), left + step / 2, BAND / 2, colours);
    if (k === current) {
      context.strokeStyle = colours.text;
      context.lineWidth = 2;
      context.strokeRect(left - 1, heat.top - 1, step + 1, heat.bottom - heat.top + 2);
    }
  }
  context.fillStyle = colours.text;
  context.textAlign = "left";
  context.textBaseline = "top";
  context.fillText(wide ? `frame · means of “${data.words[word]}”` : "means", aside.left, heat.bottom + 5);
}

/** The race up to `at` frames (fractional while it glides): lines, tips, standings. */
export function drawRace(context, places, data, word, at, colours) {
  const { race, edge, y, T, heat } = places;
  const value = (w, t) => {
    const [a, part] = [Math.floor(t), t - Math.floor(t)];
    const offset = w * (T + 1) + a;
    return part ? (1 - part) * data.behind[offset] + part * data.behind[offset + 1] : data.behind[offset];
  };
  const order = [...data.words.keys()].filter((w) => w !== word).concat(word);
  context.save();
  context.beginPath();
  context.rect(race.left, race.top, race.right - race.left, race.bottom - race.top);
  context.clip();
  for (const w of order) {
    const line = (from, to) => {
      context.beginPath();
      context.moveTo(edge(from), y(value(w, from)));
      for (let t = Math.floor(from) + 1; t < to; t++) context.lineTo(edge(t), y(value(w, t)));
      context.lineTo(edge(to), y(value(w, to)));
    };
    context.globalAlpha = 0.16;
    line(at, T);
    stroke(context, DIGITS[w], 1.5);
    context.globalAlpha = 1;
    line(0, at);
    if (w === word) stroke(context, colours.background, 6);
    stroke(context, DIGITS[w], w === word ? 3.5 : 1.6);
  }
  context.restore();
  // The cursor, over both plots.
  context.strokeStyle = colours.text;
  context.lineWidth = 1;
  context.setLineDash([3, 3]);
  context.beginPath();
  context.moveTo(edge(at), race.top);
  context.lineTo(edge(at), race.bottom);
  context.stroke();
  context.setLineDash([]);
  const frame = Math.max(1, Math.ceil(at));
  if (at > 0) {
    context.lineWidth = 2;
    context.strokeRect(edge(frame - 1), heat.top - 1, edge(frame) - edge(frame - 1), heat.bottom - heat.top + 2);
  }
  for (const w of order) {
    const [cx, cy] = [edge(at), y(value(w, at))];
    context.fillStyle = DIGITS[w];
    context.beginPath();
    context.arc(cx, cy, w === word ? 8.5 : 7, 0, 2 * Math.PI);
    context.fill();
    label(context, String(w), cx, cy, colours);
  }
  standings(context, places, data, word, at, value, colours);
}

function standings(context, { race, aside, T, wide }, data, word, at, value, colours) {
  const ranks = (t) => {
    const order = [...data.words.keys()].sort((a, b) => data.behind[a * (T + 1) + t] - data.behind[b * (T + 1) + t]);
    const rank = [];
    order.forEach((w, place) => { rank[w] = place; });
    return rank;
  };
  const [before, after] = [ranks(Math.floor(at)), ranks(Math.ceil(at))];
  const part = at - Math.floor(at);
  const step = (race.bottom - race.top) / data.words.length;
  context.font = `12px ${colours.font}`;
  context.textBaseline = "middle";
  data.words.forEach((name, w) => {
    const top = race.top + step * ((1 - part) * before[w] + part * after[w] + 0.5);
    context.fillStyle = DIGITS[w];
    context.fillRect(aside.left, top - step / 2 + 1.5, 16, step - 3);
    label(context, String(w), aside.left + 8, top, colours);
    context.fillStyle = colours.text;
    context.font = `${w === word ? "600 " : ""}12px ${colours.font}`;
    context.textAlign = "left";
    if (wide) context.fillText(name, aside.left + 22, top);
    context.textAlign = "right";
    const behind = value(w, at);
    context.fillText(behind > 0 ? `−${numberText(behind)}` : "leads", aside.right - 2, top);
  });
}

function label(context, text, x, y, colours) {
  context.save();
  context.font = `600 11px ${colours.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineWidth = 2.5;
  context.strokeStyle = "rgba(0, 0, 0, 0.55)";
  context.strokeText(text, x, y + 0.5);
  context.fillStyle = "#ffffff";
  context.fillText(text, x, y + 0.5);
  context.restore();
}

export function hatch(context, left, top, right, bottom, colours) {
  context.save();
  context.beginPath();
  context.rect(left, top, right - left, bottom - top);
  context.fillStyle = colours.background;
  context.fill();
  context.clip();
  context.beginPath();
  for (let x = left - (bottom - top) - ((left - (bottom - top)) % 8); x < right; x += 8) {
    context.moveTo(x, bottom);
    context.lineTo(x + bottom - top, top);
  }
  context.globalAlpha = 0.5;
  stroke(context, colours.text, 1);
  context.restore();
}

function stroke(context, colour, width) {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.lineJoin = "round";
  context.stroke();
}
