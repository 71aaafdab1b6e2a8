// A message that is classified as it is typed: text with signed words, waterfall, ruler.
// Typing is read here and over the live channel; opening a word, or a pause, tells the page.

import { defineWidget, element, numberText, signedText } from "../core/widget.js";
import { followSliders } from "../core/follow.js";
import { readMessage } from "./lexicon.js";
import { carryOver, createMirror, wordName, wordsOf, wordStatus } from "./message-text.js";
import { createReader } from "./text-reader.js";
import { createSight } from "./text-sight.js";
import { createPainter, createTelling, guardLength } from "./text-typing.js";
import { columnsOf, createRuler, createWaterfall } from "./message-draw.js";

const SLIDERS = { alpha: "nb_alpha", prior: "nb_prior", training: "nb_training" };

export default defineWidget("message-editor", (root, actions) => {
  let data = null;
  let load = null; // which text the page handed over last
  let reading = null; // the newest, made here or by Python
  let words = []; // of the reading, at their places in the text as it is now
  // A word is named by where it starts in the text; edits before it move that along.
  let times = new Map(); // start of a word -> how often it counts, where not once
  let selected = null; // "prior" | "absent" | "total" | "probability" | start of a word
  let ahead = {}; // what a slider in the reader's hand says, until the page's payload says it too
  let columns = [];

  // -- what stands on the page ------------------------------------------------------------------
  const tool = (text, label, run) => element("button", { type: "button", title: label, onclick: run }, text);
  const name = element("span", { class: "chosen" });
  const strike = tool("Strike out", "Count this word 0 times (x)", (e) => setTimes(0, e.timeStamp));
  const repeat = tool("Repeat", "Count this word once more (+)", (e) => setTimes("more", e.timeStamp));
  const undo = tool("Put back", "Count this word once again (u)", (e) => setTimes(1, e.timeStamp));
  const undoAll = tool("All back", "Undo every change of counts", (e) => putAllBack(e.timeStamp));
  const tools = element("div", { class: "tools" }, name, strike, repeat, undo, undoAll);
  const area = element("textarea", {
    "aria-label": "Message", spellcheck: "false", autocomplete: "off", autocapitalize: "off",
    placeholder: "Type or paste a message",
  });
  const page = element("div", { class: "page" });
  const sheet = element("div", { class: "sheet" }, page);
  const mirror = createMirror(page);
  page.appendChild(area);
  const problem = element("p", { class: "problem", role: "alert", hidden: true });
  const fall = element("div", { class: "fall" });
  const open = (key) => (event) => select(key, event.timeStamp, true);
  const button = (label, key) => {
    const value = element("b", {});
    return { node: element("button", { type: "button", onclick: open(key), "data-open": key },
      element("span", {}, label), value), value };
  };
  const opens = {
    prior: button("prior", "prior"),
    absent: button("absent words", "absent"),
    total: button("total", "total"),
    probability: button("P(spam)", "probability"),
  };
  const verdict = element("b", { class: "verdict" });
  const sums = element("div", { class: "sums" }, opens.prior.node, opens.absent.node, opens.total.node,
    opens.probability.node, verdict);
  const rule = element("div", { class: "rule" });
  const status = element("p", { class: "status", "aria-live": "polite" });
  const connection = element("p", { class: "connection", role: "status" });
  root.append(tools, sheet, problem, fall, sums, rule, status, connection);
  const painter = createPainter("message-editor", area, draw);
  const { repaint } = painter;
  const waterfall = createWaterfall(fall, { onResize: repaint });
  const ruler = createRuler(rule, { onResize: repaint });
  const sight = createSight(sheet, area, repaint);

  // -- typing -----------------------------------------------------------------------------------
  const telling = createTelling(actions, "editor",
    () => ({ load, text: area.value, times: [...times], selected }));
  const remember = guardLength(area, { unit: "a message", longest: () => data.max_chars, complain,
    onText(old, eventTime) {
      follow(old);
      reader.typed(eventTime);
      telling.soon();
    } });
  area.addEventListener("focus", () => reader.prepare());
  area.addEventListener("click", (event) => {
    if (area.selectionStart !== area.selectionEnd) return;
    const at = area.selectionStart;
    const word = words.find((w) => w.start <= at && at <= w.end);
    if (word) select(word.start, event.timeStamp, true);
  });
  area.addEventListener("blur", telling.now);

  function complain(text) {
    problem.textContent = text;
    problem.hidden = text === "";
  }

  /** After an edit of `old`: words that still stand keep colour, count and selection. */
  function follow(old) {
    const was = new Map(words.map((w) => [w.index, w.start]));
    words = carryOver(words, old, area.value);
    const moved = new Map(words.map((w) => [was.get(w.index), w.start]));
    times = new Map([...times].filter(([at]) => moved.has(at)).map(([at, n]) => [moved.get(at), n]));
    if (typeof selected === "number") selected = moved.get(selected) ?? null;
    columns = columnsOf(reading, words);
    waterfall.layout(columns);
  }

  // -- reading ----------------------------------------------------------------------------------
  const settings = () => ({ ...data.settings, ...ahead });
  const unfollow = followSliders(SLIDERS, (name, value, eventTime) => {
    if (!data || settings()[name] === value) return;
    ahead[name] = value;
    reader.ask(eventTime);
  });
  const reader = createReader({
    now() {
      const { alpha, prior, training } = settings();
      return { text: area.value, settings: { alpha, prior, training }, more: { times: [...times] } };
    },
    read: (lexicon, { text }) => readMessage(lexicon, text, times),
    show(next, text, isCurrent, eventTime) {
      adopt(next, text, isCurrent);
      painter.now(eventTime);
    },
    late: () => repaint(), note, complain, connection,
  });
  function adopt(next, text, isCurrent) {
    reading = next;
    words = carryOver(wordsOf(next), text, area.value);
    if (isCurrent) times = new Map(words.filter((w) => w.times !== 1).map((w) => [w.start, w.times]));
    columns = columnsOf(reading, words);
    waterfall.layout(columns);
  }

  // -- choosing a word, changing how often it counts ----------------------------------------------
  function select(key, eventTime, opened) {
    selected = key;
    const i = columns.findIndex((c) => c.key === key);
    if (i >= 0) waterfall.reveal(i);
    repaint(eventTime);
    if (opened) telling.now();
  }
  function setTimes(value, eventTime) {
    if (!words.some((w) => w.start === selected)) return;
    const now = times.get(selected) ?? 1;
    const next = value === "more" ? Math.min(now + 1, data.max_times) : value;
    if (next === 1) times.delete(selected);
    else times.set(selected, next);
    reader.ask(eventTime);
    telling.soon(150);
  }
  function putAllBack(eventTime) {
    times.clear();
    reader.ask(eventTime);
    telling.soon(150);
  }
  waterfall.canvas.addEventListener("click", (event) => {
    const i = waterfall.at(event);
    if (i >= 0) select(columns[i].key, event.timeStamp, true);
  });
  waterfall.canvas.addEventListener("keydown", (event) => {
    const last = columns.length - 1;
    const at = columns.findIndex((c) => c.key === selected);
    const to = { ArrowLeft: Math.max(0, at - 1), ArrowRight: Math.min(last, at + 1), Home: 0, End: last }[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (to !== undefined) select(columns[to].key, event.timeStamp, false);
    else if (event.key === "Enter" || event.key === " ") select(selected ?? "prior", event.timeStamp, true);
    else if (["x", "Delete", "Backspace"].includes(event.key)) setTimes(0, event.timeStamp);
    else if (event.key === "+" || event.key === "=") setTimes("more", event.timeStamp);
    else if (event.key === "u") setTimes(1, event.timeStamp);
    else return;
    event.preventDefault();
  });

  // -- painting ---------------------------------------------------------------------------------
  function draw() {
    if (!reading) return;
    // The pictures first: their text makes the browser lay out, at once, whatever has changed above.
    waterfall.draw(selected);
    ruler.draw(reading, data.ruler);
    mirror.paint(area.value, sight.words(words, area.value), selected);
    const total = Number(reading.total);
    write(opens.prior.value, signedText(reading.prior));
    opens.absent.node.hidden = reading.absent === null;
    if (reading.absent !== null) write(opens.absent.value, signedText(Number(reading.absent)));
    write(opens.total.value, reading.undefined ? "0/0" : signedText(total));
    write(opens.probability.value, reading.undefined ? "undefined" : numberText(reading.probability));
    for (const [key, { node }] of Object.entries(opens)) node.setAttribute("aria-pressed", String(selected === key));
    const side = reading.undefined ? "none" : total > 0 ? "spam" : "ham";
    verdict.className = `verdict ${side}`;
    write(verdict, side === "none" ? "no answer: both classes rule it out" : `called ${side}`);
    const word = typeof selected === "number" ? words.find((w) => w.start === selected) : undefined;
    const count = word ? times.get(word.start) ?? 1 : 1;
    write(name, word ? `“${wordName(word.word)}”${count === 1 ? "" : ` ×${count}`}` : "Click a word");
    strike.disabled = !word?.known || count === 0;
    repeat.disabled = !word?.known || count >= data.max_times;
    undo.disabled = !word || count === 1;
    undoAll.disabled = times.size === 0;
    write(status, word ? wordStatus(word) : summary());
    note("probability", reading.probability);
    note("total", reading.total);
    note("tokens", reading.word.length);
    note("selected", word ? word.index : selected ?? "");
    note("times", [...times].map(([i, n]) => `${i}x${n}`).join(","));
    note("undefined", reading.undefined);
  }
  /** Write only what changes: each writing makes the browser lay out and paint anew. */
  function write(node, text) {
    if (node.textContent !== text) node.textContent = text;
  }
  function note(key, value) {
    if (root.dataset[key] !== String(value)) root.dataset[key] = String(value);
  }
  function summary() {
    const unknown = reading.known.filter((k) => !k).length;
    const unseen = unknown ? `, ${unknown} not in the vocabulary` : "";
    const verdictText = reading.undefined ? "no probability: 0/0" : `P(spam) ${numberText(reading.probability)}`;
    return `${reading.word.length} words${unseen}; ${verdictText}.`;
  }

  return {
    update(next) {
      const first = data === null;
      data = next;
      if (next.load !== load) {
        load = next.load;
        ahead = {};
        area.value = next.text;
        remember();
        times = new Map(next.times);
        selected = next.selected;
        complain("");
        telling.known();
      }
      for (const [name, value] of Object.entries(ahead)) if (next.settings[name] === value) delete ahead[name];
      reader.connect(`/live/classify/spam-${data.settings.model}`);
      const behind = Object.keys(ahead).length > 0; // a payload of where the slider was before
      const sameTimes = JSON.stringify([...times]) === JSON.stringify(next.times);
      if (next.text === area.value && sameTimes && !behind) {
        reader.settle(next.reading);
        adopt(next.reading, next.text, true);
      } else reader.ask(null);
      repaint();
      if (first) draw();
    },
    destroy() {
      unfollow();
      telling.close();
      painter.cancel();
      reader.close();
      sight.close();
      waterfall.stage.destroy();
      ruler.stage.destroy();
    },
  };
});
