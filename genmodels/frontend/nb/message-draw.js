// The waterfall from the prior to the total, and the ruler that turns the total into a probability.
// Numbers to pixels only: the running sums and the sigmoid's points come from Python.

import { NEGATIVE, POSITIVE, themeColours } from "../core/palette.js";
import { createStage, linearScale, niceTicks } from "../core/stage.js";
import { signedText } from "../core/widget.js";
import { wordLabel, wordName } from "./message-text.js";

const LEFT = 46;
const RIGHT = 14;
const TOP = 12;
const LABELS = 66; // px under the plot, for slanted words
const NARROWEST = 11; // px a bar; with more words the waterfall scrolls
const WIDEST = 44;
const LABEL_ROOM = 26; // px from one number to the next

const short = (value) => String(Number(value.toPrecision(6))).replace("-", "−");

/** The waterfall's columns: the prior, the known words in reading order, what is absent, the total. */
export function columnsOf(reading, words) {
  const columns = [{ key: "prior", label: "prior", from: 0, to: reading.prior, value: reading.prior }];
  let level = reading.prior;
  for (const word of words) {
    if (!word.known) continue;
    columns.push({
      key: word.start, label: wordName(word.word), from: level, to: word.running, value: word.logOdds,
      quiet: word.counted === 0, struck: word.times === 0, times: word.times,
    });
    level = word.running;
  }
  const total = Number(reading.total);
  if (reading.absent !== null) {
    const absent = Number(reading.absent);
    columns.push({ key: "absent", label: "absent words", from: level, to: total, value: absent });
  }
  columns.push({ key: "total", label: "total", from: 0, to: total, value: total, sum: true });
  return columns;
}

export function createWaterfall(parent, { onResize }) {
  const scroller = document.createElement("div");
  scroller.className = "scroller";
  const spacer = document.createElement("div");
  spacer.className = "spacer";
  parent.appendChild(scroller);
  const holder = document.createElement("div");
  holder.className = "holder";
  scroller.append(holder, spacer);
  const stage = createStage(holder, {
    className: "waterfall", aspect: 0.27, minHeight: 226, maxHeight: 250, onResize,
    label: "Waterfall of log-odds in reading order. Arrow keys choose a word, Enter opens it, "
      + "x strikes it out, plus repeats it, u puts it back.",
  });
  const { canvas, context } = stage;
  let scrolled = 0; // kept here, since asking the element makes the browser lay out
  scroller.addEventListener("scroll", () => {
    scrolled = scroller.scrollLeft;
    onResize();
  });
  let columns = [];
  let step = NARROWEST;
  let wide = -1;
  let labelled = -Infinity; // where the last number stands

  const plotWidth = () => stage.width - LEFT - RIGHT;
  const leftOf = (i) => LEFT + i * step - scrolled;

  function layout(next) {
    columns = next;
    step = Math.min(WIDEST, Math.max(NARROWEST, plotWidth() / columns.length));
    const needed = LEFT + columns.length * step + RIGHT;
    const width = Math.max(0, Math.ceil(needed - 1));
    if (width === wide) return;
    wide = width;
    spacer.style.width = `${width}px`;
    scroller.classList.toggle("long", needed > stage.width + 1);
  }

  function reveal(i) {
    const x = leftOf(i);
    if (x < LEFT) scroller.scrollLeft += x - LEFT - step;
    else if (x + step > stage.width - RIGHT) scroller.scrollLeft += x + 2 * step - stage.width + RIGHT;
  }

  function draw(chosen) {
    const colours = themeColours(canvas.closest(".gm"));
    const { width, height } = stage;
    const bottom = height - LABELS;
    context.clearRect(0, 0, width, height);
    const finite = columns.flatMap((c) => [c.from, c.to]).filter(Number.isFinite);
    let low = Math.min(-1, ...finite);
    let high = Math.max(1, ...finite);
    const room = 0.08 * (high - low);
    [low, high] = [low - room, high + room];
    const y = linearScale(low, high, bottom, TOP);
    const clip = (value) => (Number.isNaN(value) ? y(0) : Math.min(bottom, Math.max(TOP, y(value))));

    context.font = `11px ${colours.font}`;
    context.textBaseline = "middle";
    context.textAlign = "right";
    context.lineWidth = 1;
    for (const tick of niceTicks(low, high, 4)) {
      context.globalAlpha = tick === 0 ? 0.7 : 0.18;
      context.fillStyle = colours.text;
      context.fillRect(LEFT, Math.round(y(tick)), plotWidth(), 1);
      context.globalAlpha = 0.75;
      context.fillText(short(tick), LEFT - 6, y(tick));
    }
    context.globalAlpha = 1;
    const sides = [{ text: "↑ spam", colour: POSITIVE, at: TOP + 5 }, { text: "↓ ham", colour: NEGATIVE, at: bottom - 6 }];
    context.textAlign = "left";
    context.save();
    context.beginPath();
    context.rect(LEFT, 0, width - LEFT, height);
    context.clip();
    labelled = -Infinity;
    columns.forEach((column, i) => {
      const x = leftOf(i);
      if (x + step < LEFT - LABELS || x > width) return;
      drawColumn(column, x, column.key === chosen, clip, bottom, colours);
    });
    context.restore();
    columns.forEach((column, i) => {
      const x = leftOf(i) + step / 2;
      if (x >= LEFT && x < width) drawLabel(column, x, column.key === chosen, bottom, colours);
    });
    context.font = `600 11px ${colours.font}`;
    context.textAlign = "right";
    for (const { text, colour, at } of sides) {
      const wide = context.measureText(text).width + 6;
      context.globalAlpha = 0.85; // a plate, since bars may stand behind
      context.fillStyle = colours.background;
      context.fillRect(width - 1 - wide, at - 8, wide, 16);
      context.globalAlpha = 1;
      context.fillStyle = readable(colour, colours);
      context.fillText(text, width - 4, at);
    }
  }

  function drawColumn(column, x, isChosen, clip, bottom, colours) {
    const lost = Number.isNaN(column.from) || Number.isNaN(column.to); // both classes rule it out
    const from = clip(lost ? 0 : column.from);
    const to = clip(lost ? 0 : column.to);
    const gap = step > 20 ? 3 : 1.5;
    const colour = column.value > 0 ? POSITIVE : column.value < 0 ? NEGATIVE : colours.text;
    if (isChosen) {
      context.globalAlpha = 0.14;
      context.fillStyle = colours.text;
      context.fillRect(x, TOP - 8, step, bottom - TOP + 8);
      context.globalAlpha = 1;
    }
    context.fillStyle = colour;
    const top = Math.min(from, to);
    const thick = Math.max(2, Math.abs(to - from));
    if (column.quiet) {
      context.globalAlpha = 0.5;
      for (let k = 0; k < 3; k++) context.fillRect(x + gap + (k * (step - 2 * gap)) / 3, to - 1, step / 6, 2);
    } else {
      context.globalAlpha = column.sum ? 1 : 0.85;
      context.fillRect(x + gap, top, step - 2 * gap, thick);
    }
    if (!column.sum) {
      context.globalAlpha = 0.4; // the level that the next word starts from
      context.fillStyle = colours.text;
      context.fillRect(x + step - gap, to - 0.5, 2 * gap, 1);
    }
    context.globalAlpha = 1;
    const room = x - labelled >= LABEL_ROOM;
    if (!column.quiet && (step >= 30 || (!Number.isFinite(column.value) && room))) {
      labelled = x;
      context.fillStyle = readable(colour, colours);
      context.font = `10.5px ${colours.font}`;
      context.textAlign = "center";
      const above = column.value > 0 || column.sum ? top - 7 : top + thick + 8;
      const place = Math.min(bottom - 6, Math.max(6, column.sum && column.value < 0 ? top + thick + 8 : above));
      const endless = !Number.isFinite(column.value) && thick > 16; // it fills the plot: write on it
      if (endless) context.fillStyle = "#ffffff";
      context.fillText(wordLabel(column.value), x + step / 2, endless ? (top + top + thick) / 2 : place);
    }
  }

  function drawLabel(column, x, isChosen, bottom, colours) {
    context.save();
    context.translate(x + 3, bottom + 8);
    context.rotate(-0.98);
    context.font = `${isChosen || column.sum ? "600 " : ""}${step < 13 ? 10 : 11}px ${colours.font}`;
    context.textAlign = "right";
    context.globalAlpha = column.quiet ? 0.55 : 1;
    context.fillStyle = colours.text;
    const name = column.label.length > 12 ? `${column.label.slice(0, 11)}…` : column.label;
    const label = column.times > 1 ? `${name} ×${column.times}` : name;
    context.fillText(label, 0, 0);
    if (column.struck) {
      const wide = context.measureText(label).width;
      context.fillRect(-wide, 0, wide, 1);
    }
    context.restore();
  }

  /** The column under a pointer event, or -1. */
  function at(event) {
    const [x] = stage.place(event);
    const i = Math.floor((x - LEFT + scrolled) / step);
    return x >= LEFT && i >= 0 && i < columns.length ? i : -1;
  }
  return { stage, canvas, layout, draw, reveal, at, get columns() { return columns; } };
}

/** The ruler: `ruler.log_odds` and `ruler.probability` are points of the sigmoid, `ticks` its marks. */
export function createRuler(parent, { onResize }) {
  const stage = createStage(parent, {
    className: "ruler", aspect: 0.08, minHeight: 66, maxHeight: 66, focusable: false, onResize,
    label: "The total log-odds on a ruler of probabilities",
  });
  const { canvas, context } = stage;

  function draw(reading, ruler) {
    const colours = themeColours(canvas.closest(".gm"));
    const { width, height } = stage;
    const [top, bottom] = [6, height - 20];
    context.clearRect(0, 0, width, height);
    const reach = ruler.log_odds[ruler.log_odds.length - 1];
    const x = linearScale(-reach, reach, LEFT, width - RIGHT);
    const y = linearScale(0, 1, bottom, top);
    for (const [from, to, colour] of [[-reach, 0, NEGATIVE], [0, reach, POSITIVE]]) {
      context.globalAlpha = 0.16;
      context.fillStyle = colour;
      context.fillRect(x(from), top, x(to) - x(from), bottom - top);
    }
    context.globalAlpha = 1;
    context.strokeStyle = colours.text;
    context.lineWidth = 1.5;
    context.beginPath();
    ruler.log_odds.forEach((t, i) => context.lineTo(x(t), y(ruler.probability[i])));
    context.stroke();
    context.font = `11px ${colours.font}`;
    context.textBaseline = "top";
    context.textAlign = "center";
    const dense = width > 560;
    for (const [t, p] of ruler.ticks) {
      if (!dense && Math.abs(p - 0.5) > 0.3 && Math.abs(p - 0.5) < 0.49) continue;
      context.fillStyle = colours.text;
      context.globalAlpha = 0.4;
      context.fillRect(x(t), bottom, 1, 4);
      context.globalAlpha = 0.8;
      context.fillText(String(p), x(t), bottom + 6);
    }
    context.globalAlpha = 0.8;
    context.textAlign = "left";
    context.fillText("P(spam)", 0, bottom + 6);
    context.globalAlpha = 1;
    const total = Number(reading.total);
    if (Number.isNaN(total)) return;
    const place = x(Math.max(-reach, Math.min(reach, total)));
    const level = y(reading.probability);
    context.fillStyle = total > 0 ? POSITIVE : NEGATIVE;
    context.fillRect(place - 1.5, top - 4, 3, bottom - top + 8);
    context.beginPath();
    context.arc(place, level, 6, 0, 2 * Math.PI);
    context.fill();
    context.strokeStyle = colours.background;
    context.lineWidth = 2;
    context.stroke();
    if (Math.abs(total) > reach) {
      context.fillStyle = readable(total > 0 ? POSITIVE : NEGATIVE, colours);
      context.textBaseline = "middle";
      context.textAlign = total > 0 ? "right" : "left";
      const text = total > 0 ? `${signedText(total)} ▸` : `◂ ${signedText(total)}`;
      context.font = `600 12px ${colours.font}`;
      context.fillText(text, place + (total > 0 ? -14 : 14), (top + bottom) / 2);
    }
  }
  return { stage, canvas, draw };
}

/** A sign's colour made readable as text, on light and on dark. */
function readable(colour, colours) {
  return `color-mix(in srgb, ${colour} 62%, ${colours.text})`;
}
