// The counts that a lesson has made, and what a text's posterior was after each label. The text is
// typed here and judged at each key.

import { readLesson } from "./lesson-reading.js";
import { COMPONENTS, themeColours } from "../core/palette.js";
import { createStage, draggable, linearScale, pngButton } from "../core/stage.js";
import { createReader } from "./text-reader.js";
import { createTelling, guardLength } from "./text-typing.js";
import { calm, defineWidget, element, frameLoop, measurePaint, signedText } from "../core/widget.js";

const ROW = 23;
const GLIDE_MS = 250;
const REST_MS = 500; // of no key until the page (link, inspector) hears of the text
const [HAM, SPAM, ACCURACY] = [COMPONENTS[0], COMPONENTS[1], COMPONENTS[2]];

export default defineWidget("teach-table", (root, actions) => {
  let data = null; // the lesson
  let reading = null; // the newest of the text: its posterior after each label, the table's lines
  let textToken = null;
  let typed = null; // the time of the key whose reading isn't painted yet
  let step = null; // the opened label, 0 .. n; null: the last
  let word = null; // the opened word
  let goto = null;
  let colours = themeColours(root);
  let glide = null; // {from: points before, began}
  const shown = new Map(); // word -> its row

  const area = element("textarea", { id: "read", rows: 2, spellcheck: "false", autocomplete: "off" });
  const note = element("span", { class: "note", role: "status" });
  const typing = element("div", { class: "typing" },
    element("label", { for: "read" }, "The text being read"), note, area);
  const connection = element("p", { class: "connection", role: "status" });
  root.append(typing, connection);
  const stage = createStage(root, { className: "trail", aspect: 0.26, minHeight: 140, maxHeight: 160,
    label: "Posterior after each label", onResize: () => frame.request() });
  const labelled = element("span", { class: "told" });
  const back = element("button", { type: "button", onclick: () => unlearn() });
  const bar = element("div", { class: "bar" }, labelled, back,
    pngButton(stage, "lesson", () => themeColours(root).background));
  const head = element("div", { class: "head", "aria-hidden": "true" },
    ...["word", "ham", "", "", "spam", "nats"].map((text) => element("span", {}, text)));
  const rows = element("div", { class: "rows", role: "group", "aria-label": "Counts by word" });
  const empty = element("p", { class: "empty" });
  const status = element("p", { class: "status", "aria-live": "polite" });
  root.append(bar, head, rows, empty, status);
  const frame = frameLoop(paint);
  const complain = (text) => { if (text) note.textContent = text; };
  const telling = createTelling(actions, "view", () => ({ lesson: data.lesson, token: goto,
    step: step === last() ? null : step, word, text: area.value, text_token: textToken }));
  const reader = createReader({
    now() {
      return { text: area.value, settings: data.asked, more: {} };
    },
    read: (lexicon, { text }) => readLesson(lexicon, text, data.asked.by_text, data.reading),
    show(next, text) {
      if (text === area.value) read(next);
    },
    late() {},
    note: (key, value) => { root.dataset[key] = String(value); },
    complain,
    connection,
  });

  const last = () => data.trail.length - 1;
  const at = () => (step === null ? last() : Math.min(step, last()));
  const percent = (p) => `${(100 * p).toFixed(1)} %`;

  function describe() {
    const here = data.trail[at()];
    back.textContent = at() === 0 ? "Unlearn" : `Unlearn ${at()}: ${here.title}`;
    back.disabled = at() === 0;
    labelled.textContent = at() === 0
      ? "Nothing taught yet."
      : `Label ${at()} of ${last()}: “${here.title}” as ${here.spam ? "spam" : "ham"}.`;
    const p = reading.p[at()];
    note.textContent = reading.note;
    status.textContent = `P(spam | the text) = ${p.toPrecision(4)}; held-out accuracy ${percent(here.accuracy)} ` +
      `from ${here.ham} ham and ${here.spams} spam.`;
    Object.assign(root.dataset, { taught: String(last()), step: String(at()), word: word ?? "", p: p.toPrecision(6),
      accuracy: here.accuracy.toFixed(4), read: String(reading.text.length) });
    stage.canvas.setAttribute("aria-label", "The posterior of the text and the held-out accuracy after each label. " +
      "Arrows go through the labels, Delete unlearns the one that is open.");
    for (const [name, row] of shown) row.setAttribute("aria-pressed", String(name === word));
  }
  function open(next, name) {
    step = next;
    word = name;
    describe();
    frame.request();
    telling.now();
  }
  function unlearn() {
    if (at() > 0) actions.setState("unlearn", { lesson: data.lesson, token: goto, place: at() - 1 });
  }

  // -- the text --------------------------------------------------------------------------------
  guardLength(area, { unit: "a text", longest: () => data.max_chars, complain,
    onText(old, eventTime) {
      typed = eventTime;
      if (data.asked) reader.typed(eventTime);
      telling.soon(REST_MS);
    } });
  area.addEventListener("focus", () => { if (data.asked) reader.prepare(); });
  area.addEventListener("blur", () => {
    if (area.value !== data.reading.text) telling.now();
  });
  /** Show a reading of the text; only another lesson glides, a key jumps. */
  function read(next) {
    reading = next;
    if (!reading.rows.some((row) => row.word === word)) word = null;
    fillRows();
    describe();
    frame.request();
  }

  // -- the table: rows glide to their places, bars grow, counts that changed light up ------------
  function fillRows(grown = false) {
    const names = new Set(reading.rows.map((row) => row.word));
    for (const [name, node] of shown) {
      if (names.has(name)) continue;
      node.remove();
      shown.delete(name);
    }
    reading.rows.forEach((row, i) => {
      let node = shown.get(row.word);
      const fresh = !node;
      if (fresh) {
        node = element("button", { type: "button", class: "row", onclick: () => open(step, row.word === word ? null : row.word) },
          element("span", { class: "word" }), element("span", { class: "n ham" }),
          element("span", { class: "cell ham" }, element("i")), element("span", { class: "cell spam" }, element("i")),
          element("span", { class: "n spam" }), element("span", { class: "odds" }));
        shown.set(row.word, node);
      }
      if (rows.children[i] !== node) rows.insertBefore(node, rows.children[i] ?? null);
      node.dataset.word = row.word;
      node.dataset.read = String(row.read);
      node.title = row.read ? "in the text being read" : "";
      const [name, ham, hamBar, spamBar, spam, odds] = node.children;
      name.textContent = row.name;
      [[ham, row.ham], [spam, row.spam]].forEach(([cell, count]) => {
        const changed = cell.textContent !== "" && cell.textContent !== String(count);
        cell.textContent = String(count);
        cell.dataset.grown = "false";
        if (grown && (changed || (fresh && count && data.trail.length > 1))) {
          void cell.offsetWidth; // the animation starts anew
          cell.dataset.grown = "true";
        }
      });
      odds.textContent = signedText(row.odds);
      const scale = () => {
        hamBar.firstChild.style.transform = `scaleX(${row.ham / reading.most})`;
        spamBar.firstChild.style.transform = `scaleX(${row.spam / reading.most})`;
      };
      if (fresh) {
        hamBar.firstChild.style.transform = spamBar.firstChild.style.transform = "scaleX(0)";
        node.style.transform = `translateY(${i * ROW}px)`;
        void node.offsetWidth;
      }
      scale();
      node.style.transform = `translateY(${i * ROW}px)`;
      node.setAttribute("aria-label", `${row.name}: ham ${row.ham}, spam ${row.spam}, ${signedText(row.odds)} nats`);
    });
    rows.style.height = `${reading.rows.length * ROW}px`;
    head.hidden = !reading.rows.length;
    empty.textContent = reading.empty;
    empty.hidden = reading.rows.length > 0;
  }

  // -- the trail -------------------------------------------------------------------------------
  const places = () => {
    const box = { left: 34, right: stage.width - 12, top: 22, bottom: stage.height - 24 };
    return { box, x: linearScale(0, Math.max(1, last()), box.left, box.right), y: linearScale(0, 1, box.bottom, box.top) };
  };
  const accuracies = () => data.trail.map((one) => one.accuracy);
  const current = (name) => (name === "p" ? reading.p : accuracies());
  function paint(now, eventTime) {
    if (!data || !stage.width) return;
    colours = themeColours(root);
    const { context } = stage;
    const { box, x, y } = places();
    context.clearRect(0, 0, stage.width, stage.height);
    context.font = `12px ${colours.font}`;
    context.strokeStyle = colours.border;
    context.lineWidth = 1;
    context.strokeRect(box.left + 0.5, box.top + 0.5, box.right - box.left, box.bottom - box.top);
    context.fillStyle = colours.text;
    context.textBaseline = "middle";
    context.textAlign = "right";
    for (const p of [0, 0.5, 1]) context.fillText(String(p), box.left - 5, y(p));
    context.globalAlpha = 0.4;
    line([[box.left, y(0.5)], [box.right, y(0.5)]], colours.text, 1, [3, 3]);
    context.globalAlpha = 1;
    let part = 1;
    if (glide) {
      part = Math.min(1, (now - glide.began) / GLIDE_MS);
      if (part < 1) frame.request();
      else glide = null;
    }
    const value = (i, name) => {
      const to = current(name)[i];
      const from = glide?.from[name][i] ?? current(name)[Math.max(0, i - 1)];
      return glide ? from + part * part * (3 - 2 * part) * (to - from) : to;
    };
    const points = (name) => data.trail.map((_, i) => [x(i), y(value(i, name))]);
    line(points("accuracy"), ACCURACY, 2, [6, 4]);
    const path = points("p");
    line(path, colours.text, 2, []);
    const radius = last() > 60 ? 3 : 5;
    path.forEach(([px, py], i) => {
      context.fillStyle = i === 0 ? colours.text : data.trail[i].spam ? SPAM : HAM;
      context.beginPath();
      if (i > 0 && data.trail[i].spam) context.rect(px - radius, py - radius, 2 * radius, 2 * radius);
      else context.arc(px, py, radius, 0, 7);
      context.fill();
    });
    const [px, py] = path[at()];
    context.strokeStyle = colours.primary;
    context.lineWidth = 2.5;
    context.beginPath();
    context.arc(px, py, radius + 4, 0, 7);
    context.stroke();
    legend(box);
    if (eventTime !== null) measurePaint("teach-table", "step", eventTime);
    if (typed !== null && reading.text === area.value) {
      measurePaint("teach-table", "key", typed);
      typed = null;
    }
  }
  function line(points, colour, width, dash) {
    const { context } = stage;
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.setLineDash(dash);
    context.beginPath();
    points.forEach(([px, py]) => context.lineTo(px, py));
    context.stroke();
    context.setLineDash([]);
  }
  function legend(box) {
    const { context } = stage;
    context.textBaseline = "middle";
    context.textAlign = "left";
    context.fillStyle = colours.text;
    context.font = `600 12px ${colours.font}`;
    const wide = stage.width > 480;
    const title = wide ? "P(spam | the text) after each label" : "P(spam | text)";
    context.fillText(title, 2, 10);
    context.font = `12px ${colours.font}`;
    let left = 14 + context.measureText(title).width * 1.08;
    for (const [kind, name] of [["ham", "ham"], ["spam", "spam"], ["line", wide ? "held-out accuracy" : "accuracy"]]) {
      if (kind === "line") line([[left, 10], [left + 18, 10]], ACCURACY, 2, [6, 4]);
      else {
        context.fillStyle = kind === "ham" ? HAM : SPAM;
        context.beginPath();
        if (kind === "spam") context.rect(left + 6, 5, 10, 10);
        else context.arc(left + 11, 10, 5, 0, 7);
        context.fill();
      }
      context.fillStyle = colours.text;
      context.fillText(name, left + 22, 10);
      left += 34 + context.measureText(name).width;
    }
    context.textAlign = "center";
    context.textBaseline = "top";
    context.fillText("0", box.left, box.bottom + 5);
    if (last() > 0) context.fillText(String(last()), box.right, box.bottom + 5);
    context.fillText("messages labelled", (box.left + box.right) / 2, box.bottom + 6);
  }

  const near = ([px]) => Math.min(last(), Math.max(0, Math.round(places().x.inverse(px))));
  draggable(stage, {
    start: () => data !== null,
    move(point, event) {
      step = near(point);
      describe();
      frame.request(event.timeStamp);
    },
    end: (point) => open(near(point), null),
  });
  stage.canvas.addEventListener("keydown", (event) => {
    if (!data || event.altKey || event.ctrlKey || event.metaKey) return;
    const way = { ArrowRight: at() + 1, ArrowLeft: at() - 1, Home: 0, End: last() }[event.key];
    if (way !== undefined) open(Math.min(last(), Math.max(0, way)), null);
    else if (event.key === "Delete" || event.key === "Backspace") unlearn();
    else return;
    event.preventDefault();
  });

  return {
    update(next) {
      const old = data;
      const from = data && { p: reading.p, accuracy: accuracies() };
      data = next;
      if (next.goto.token !== goto) {
        goto = next.goto.token;
        ({ step, word } = next.goto);
      }
      if (next.goto.text_token !== textToken) {
        textToken = next.goto.text_token;
        area.value = next.reading.text;
      }
      const other = old?.lesson !== next.lesson;
      if (other && old && !calm()) glide = { from, began: performance.now() };
      if (other || next.reading.text === area.value) {
        reading = next.reading;
        fillRows(other && old !== null && next.trail.length !== old.trail.length);
      }
      if (next.asked) reader.connect("/live/counted/lesson");
      if (reading.text === area.value) reader.settle(reading);
      else if (next.asked) reader.ask(null);
      describe();
      frame.request();
    },
    destroy() {
      frame.cancel();
      telling.close();
      reader.close();
      stage.destroy();
    },
  };
});
