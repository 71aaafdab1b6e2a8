// A text judged while it is typed: words underlined by what they say, a bar for each class.
// Typing is read here and over the live channel; opening a number, or a pause, tells the page.

import { defineWidget, element, numberText, signedText } from "../core/widget.js";
import { followSliders } from "../core/follow.js";
import { judgeText } from "./lexicon.js";
import { carryOver, createMirror } from "./message-text.js";
import { createReader } from "./text-reader.js";
import { createSight } from "./text-sight.js";
import { createPainter, createTelling, guardLength } from "./text-typing.js";


export default defineWidget("text-judge", (root, actions) => {
  let data = null;
  let load = null; // which text the page handed over last
  let reading = null; // the newest, made here or by Python
  let words = []; // of the reading, at their places in the text as it is now
  let selected = null; // "w<start of a word>" | "c<class>" | "prior" | "absent" | "margin"
  let against = null; // the class that the best one is compared with; null: the runner-up
  let ahead = {}; // what a slider in the reader's hand says, until the page's payload says it too
  let unfollow = null;

  // -- what stands on the page ------------------------------------------------------------------
  const area = element("textarea", { spellcheck: "false", autocomplete: "off", autocapitalize: "off" });
  const page = element("div", { class: "page" });
  const sheet = element("div", { class: "sheet" }, page);
  const mirror = createMirror(page);
  page.appendChild(area);
  const problem = element("p", { class: "problem", role: "alert", hidden: true });
  const chips = element("div", { class: "chips", role: "group", "aria-label": "The words that decided" });
  const sumButton = (label, key) => {
    const value = element("b", {});
    const node = element("button", { type: "button", "data-open": key,
      onclick: (event) => select(key, event.timeStamp) }, element("span", {}, label), value);
    return { node, value };
  };
  const pairName = element("span", { class: "pair" });
  const opens = {
    prior: sumButton("prior", "prior"),
    absent: sumButton("absent words", "absent"),
    margin: sumButton("in all", "margin"),
  };
  const free = element("button", { type: "button", class: "free", hidden: true,
    onclick: (event) => compare(null, event.timeStamp) }, "against the runner-up");
  const sums = element("div", { class: "sums" }, pairName, opens.prior.node, opens.absent.node,
    opens.margin.node, free);
  const bars = element("div", { class: "bars", role: "group", "aria-label": "Classes and their probabilities" });
  const status = element("p", { class: "status", "aria-live": "polite" });
  const connection = element("p", { class: "connection", role: "status" });
  root.append(sheet, problem, sums, chips, bars, status, connection);
  const painter = createPainter("text-judge", area, draw);
  const { repaint } = painter;
  const sight = createSight(sheet, area, () => repaint());
  let rows = []; // one a class: { node, fill, share, nats }
  const chipNodes = [];

  function makeBars() {
    rows = data.classes.map((name, k) => {
      const fill = element("i", { class: "fill" });
      const mark = data.threshold !== null && k === data.positive ? element("i", { class: "mark" }) : null;
      const share = element("b", {});
      const nats = element("small", {});
      const node = element("button", { type: "button", class: "bar", "data-open": `c${k}`,
        onclick: (event) => choose(k, event.timeStamp) },
      element("span", { class: "name" }, name), element("span", { class: "track" }, fill, mark), share, nats);
      return { node, fill, mark, share, nats };
    });
    bars.replaceChildren(...rows.map((row) => row.node));
    bars.classList.toggle("many", data.classes.length > 6);
  }

  // -- typing -----------------------------------------------------------------------------------
  const telling = createTelling(actions, "judge", () => ({ load, text: area.value, selected, against }));
  const remember = guardLength(area, { unit: "a text", longest: () => data.max_chars, complain,
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
    if (word) select(`w${word.start}`, event.timeStamp);
  });
  area.addEventListener("blur", telling.now);

  function complain(text) {
    problem.textContent = text;
    problem.hidden = text === "";
  }
  /** After an edit of `old`: words that still stand keep their look, and the selected one its name. */
  function follow(old) {
    const at = startOf(selected);
    const chosen = words.find((w) => w.start === at);
    words = carryOver(words, old, area.value);
    if (!chosen) return;
    const moved = words.find((w) => w.index === chosen.index);
    selected = moved ? `w${moved.start}` : null;
  }
  const startOf = (key) => (key?.[0] === "w" ? Number(key.slice(1)) : -1);

  // -- reading ----------------------------------------------------------------------------------
  const settings = () => ({ ...data.settings, threshold: data.threshold, ...ahead });
  function slide(name, value, eventTime) {
    if (settings()[name] === value) return;
    ahead[name] = value;
    if (name === "threshold") repaint(eventTime); // judges by the same posterior
    else reader.ask(eventTime);
  }
  const reader = createReader({
    now() {
      const { kind, alpha } = settings();
      return { text: area.value, settings: { kind, alpha }, more: { against }, stays: against };
    },
    read: (lexicon, { text }) => judgeText(lexicon, text, against,
      data.fixed ? [data.positive, 1 - data.positive] : null),
    show(next, text, isCurrent, eventTime) {
      adopt(next, text);
      painter.now(eventTime);
    },
    late: () => repaint(), note, complain, connection,
  });
  function adopt(next, text) {
    reading = next;
    const fresh = next.start.map((start, index) => ({
      index, start, end: next.end[index], known: next.known[index] === 1, times: 1,
      counted: next.counted[index], logOdds: next.weight[index],
    }));
    words = carryOver(fresh, text, area.value);
  }

  // -- opening a number -------------------------------------------------------------------------
  function select(key, eventTime) {
    selected = key;
    repaint(eventTime);
    telling.now();
  }
  /** A class opens; where there are more than two it is also what the best one is compared with. */
  function choose(k, eventTime) {
    selected = `c${k}`;
    const next = data.fixed || k === reading.top ? against : k;
    if (next !== against) {
      against = next;
      reader.ask(eventTime);
    }
    repaint(eventTime);
    telling.now();
  }
  function compare(k, eventTime) {
    against = k;
    reader.ask(eventTime);
    telling.now();
  }

  // -- painting ---------------------------------------------------------------------------------
  function draw() {
    if (!reading) return;
    mirror.paint(area.value, sight.words(words, area.value), startOf(selected));
    const [first, second] = reading.pair;
    write(pairName, `${data.classes[first]} against ${data.classes[second]}`);
    write(opens.prior.value, signedText(reading.prior));
    opens.absent.node.hidden = reading.absent === null;
    if (reading.absent !== null) write(opens.absent.value, signedText(reading.absent));
    write(opens.margin.value, `${signedText(reading.margin)} nats`);
    free.hidden = data.fixed || against === null;
    for (const [key, { node }] of Object.entries(opens)) press(node, selected === key);
    paintChips();
    const best = reading.log_joint[reading.top];
    const { threshold } = settings();
    rows.forEach(({ node, fill, mark, share, nats }, k) => {
      if (mark) mark.style.left = `${100 * threshold}%`;
      const p = reading.posterior[k];
      const width = `${(100 * p).toFixed(1)}%`;
      if (fill.style.width !== width) fill.style.width = width;
      write(share, shareText(p));
      write(nats, k === reading.top ? "best" : signedText(reading.log_joint[k] - best));
      node.classList.toggle("top", k === reading.top);
      node.classList.toggle("first", k === first);
      node.classList.toggle("second", k === second);
      press(node, selected === `c${k}`);
    });
    write(status, summary());
    note("top", data.classes[reading.top]);
    note("posterior", reading.posterior[reading.top]);
    note("margin", reading.margin);
    note("tokens", reading.start.length);
    note("pair", `${first},${second}`);
    note("selected", selected ?? "");
  }
  /** The strongest words either way; a node is kept as long as there is one to show in it. */
  function paintChips() {
    const entries = reading.deciding;
    while (chipNodes.length < entries.length) {
      const word = element("span", {});
      const value = element("b", {});
      const node = element("button", { type: "button", class: "chip",
        onclick: (event) => select(`w${node.dataset.start}`, event.timeStamp) }, word, value);
      chipNodes.push({ node, word, value });
      chips.appendChild(node);
    }
    chipNodes.forEach(({ node, word, value }, i) => {
      node.hidden = i >= entries.length;
      if (node.hidden) return;
      const [text, times, nats, start] = entries[i];
      write(word, times > 1 ? `${text} ×${times}` : text);
      write(value, signedText(nats, 2));
      node.classList.toggle("for", nats > 0);
      if (node.dataset.start !== String(start)) node.dataset.start = String(start);
      press(node, selected === `w${start}`);
    });
  }
  function summary() {
    const total = reading.start.length;
    const known = reading.known.reduce((sum, k) => sum + k, 0);
    const name = data.classes[reading.top];
    if (known === 0) return `No word that the model knows: the prior alone says ${name}.`;
    let verdict = `P(${name}) ${shareText(reading.posterior[reading.top])}`;
    const { threshold } = settings();
    if (threshold !== null) {
      const p = reading.posterior[data.positive];
      const other = data.classes[1 - data.positive];
      verdict = `P(${data.classes[data.positive]}) ${shareText(p)}, the threshold ${numberText(threshold)}: `
        + `called ${p > threshold ? data.classes[data.positive] : other}`;
    }
    return `${total} ${data.things}, ${total - known} of them not in the vocabulary. ${verdict}.`;
  }
  const shareText = (p) => (p > 0.9995 ? "> 0.999" : numberText(p)); // never a certainty by rounding
  function press(node, on) {
    if (node.getAttribute("aria-pressed") !== String(on)) node.setAttribute("aria-pressed", String(on));
  }
  /** Write only what changes: each writing makes the browser lay out and paint anew. */
  function write(node, text) {
    if (node.textContent !== text) node.textContent = text;
  }
  function note(key, value) {
    if (root.dataset[key] !== String(value)) root.dataset[key] = String(value);
  }

  return {
    update(next) {
      const first = data === null;
      const made = first ? "" : JSON.stringify([data.classes, data.threshold === null]);
      data = next;
      if (made !== JSON.stringify([data.classes, data.threshold === null])) makeBars();
      unfollow ??= followSliders(data.follow, slide);
      sheet.classList.toggle("low", data.low);
      sheet.classList.toggle("paired", data.things !== "words");
      area.setAttribute("aria-label", data.label);
      area.placeholder = data.placeholder;
      if (next.load !== load) {
        load = next.load;
        ahead = {};
        area.value = next.text;
        remember();
        selected = next.selected;
        against = next.against;
        complain("");
        telling.known();
      }
      const says = { ...next.settings, threshold: next.threshold };
      for (const [name, value] of Object.entries(ahead)) if (says[name] === value) delete ahead[name];
      reader.connect(`/live/classify/${data.settings.model}`);
      const behind = Object.keys(ahead).length > 0; // a payload of where the slider was before
      if (next.text === area.value && next.against === against && !behind) {
        reader.settle(next.reading);
        adopt(next.reading, next.text);
      } else {
        // Another model may have other classes: what is shown must be of this one.
        if (!behind) adopt(next.reading, next.text);
        reader.ask(null);
      }
      repaint();
      if (first) draw();
    },
    destroy() {
      unfollow?.();
      telling.close();
      painter.cancel();
      sight.close();
      reader.close();
    },
  };
});
