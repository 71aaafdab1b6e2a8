// Messages judged one after another, at the reader's speed, by a filter that learns on or doesn't.
// Python judged all of them beforehand; this plays the record.

import * as draw from "./message-stream-draw.js";
import { themeColours } from "../core/palette.js";
import { createStage, draggable, pngButton } from "../core/stage.js";
import { createTransport } from "../core/transport.js";
import { decodeArray, defineWidget, element, frameLoop, measurePaint, numberText, signedText } from "../core/widget.js";

const SHOWS = { running: ["precision", "recall"], window: ["window"] };
const KINDS = ["easy ham", "hard ham", "spam"];

export default defineWidget("message-stream", (root, actions) => {
  let data = null;
  let shown = "online";
  let step = 0; // messages judged
  let position = 0; // the same, between two messages while it plays
  let selected = null; // place in the stream, from 0
  let open = null;
  let goto = null;
  let told = null;
  let curve = "running";
  const request = () => frame.request();

  const river = createStage(root, { className: "river", aspect: 0.34, minHeight: 210, maxHeight: 262,
    label: "Messages flowing into two lanes", onResize: request });
  const curves = createStage(root, { className: "curve", aspect: 0.24, minHeight: 150, maxHeight: 176,
    label: "Running precision and recall; drag to scrub", onResize: request });
  const which = element("select", { "aria-label": "Curve", title: "Curve", onchange: () => {
    curve = which.value;
    describe();
    drawLegend();
    request();
  } }, element("option", { value: "running" }, "precision, recall"),
  element("option", { value: "window" }, "right of the last 100"));
  const mistake = element("button", { type: "button", title: "On to the next mistake (m)",
    onclick: (event) => nextMistake(event) }, "Next mistake");
  const png = pngButton(river, "message-stream", () => themeColours(root).background);
  let transport = null; // made when the payload has told the rates

  const reads = {};
  const heads = ["", "precision", "recall", "last 100 right", "false alarms", "missed spam"];
  const rows = ["online", "frozen"].map((who) => {
    const cell = (name) => {
      const button = element("button", { type: "button", class: "number", "data-open": `${who}.${name}`,
        onclick: () => pickNumber(`${who}.${name}`) });
      reads[`${who}.${name}`] = button;
      return element("td", {}, button);
    };
    const plain = (name) => (reads[`${who}.${name}`] = element("td", { "data-read": `${who}.${name}` }));
    const text = document.createTextNode("");
    reads[`${who}.name`] = text;
    return element("tr", { "data-who": who },
      element("th", { scope: "row" }, element("span", { class: `swatch ${who}` }), text),
      cell("precision"), cell("recall"), cell("window"), plain("alarms"), plain("missed"));
  });
  const legend = element("div", { class: "legend" });
  const table = element("div", { class: "tables" }, element("table", {},
    element("thead", {}, element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, text)))),
    element("tbody", {}, ...rows)));
  const status = element("p", { class: "status", "aria-live": "polite" });
  const frame = frameLoop(paint);

  // -- what is shown ---------------------------------------------------------------------------
  const learner = () => data.learners[shown];
  const wrong = (i) => learner().flagged[i] !== Number(data.kind[i] === 2);
  const nameOf = (i) => `${KINDS[data.kind[i]]} ${data.number[i]}`;

  function describe() {
    for (const [who, one] of Object.entries(data.learners)) {
      const missed = data.spam[step] - one.tp[step];
      for (const name of ["precision", "recall", "window"]) {
        write(reads[`${who}.${name}`], Number.isNaN(one[name][step]) ? "–" : numberText(one[name][step]));
      }
      write(reads[`${who}.alarms`], String(one.fp[step]));
      write(reads[`${who}.missed`], String(missed));
    }
    for (const row of rows) row.dataset.shown = String(row.dataset.who === shown);
    for (const [name, node] of Object.entries(reads)) {
      if (node.dataset?.open) node.setAttribute("aria-pressed", String(selected === null && name === open));
    }
    Object.assign(root.dataset, { step: String(step), steps: String(data.kind.length), shown,
      selected: selected === null ? "" : String(selected), playing: String(transport.playing),
      curve, rate: String(transport.speed) });
    if (transport.playing) return; // a voice can't follow, and the picture says it
    const last = step - 1;
    write(status, step === 0
      ? `${data.kind.length} messages wait. Play, or step with the arrow keys.`
      : `Message ${step}: ${nameOf(last)}, log-odds ${signedText(learner().log_odds[last])} nats, called `
        + `${learner().flagged[last] ? "spam" : "ham"}${wrong(last) ? ": wrong" : ""}.`);
  }
  function write(node, text) {
    if (node.textContent !== text) node.textContent = text;
  }
  function laneTexts() {
    const one = learner();
    const [caught, alarms] = [one.tp[step], one.fp[step]];
    const missed = data.spam[step] - caught;
    const kept = step - data.spam[step] - alarms;
    return { top: `↑ called spam: ${caught} caught, ${alarms} false alarms`,
      bottom: `↓ called ham: ${kept} kept, ${missed} missed` };
  }
  function paint(now, eventTime) {
    if (!data || !river.width) return;
    const colours = themeColours(root);
    draw.drawRiver(river, data, learner(), position, selected, laneTexts(), colours);
    draw.drawCurves(curves, data, SHOWS[curve], shown, position, selected, colours);
    if (eventTime !== null) measurePaint("message-stream", "scrub", eventTime);
    else if (transport.playing) measurePaint("message-stream", "play", now);
  }
  function drawLegend() {
    const colour = (name, text) => {
      const mark = element("span", { class: "swatch" });
      mark.style.borderTopColor = draw.COLOURS[name];
      return element("span", {}, mark, text);
    };
    legend.replaceChildren(
      ...SHOWS[curve].map((name) => colour(name, name === "window" ? `right of the last ${data.window}` : name)),
      ...["● ham", "○ hard ham", "◆ spam", "◯ around it: wrong"].map((text) => element("span", {}, text)));
  }

  // -- moving ------------------------------------------------------------------------------------
  function onStep(next, { eventTime, settled }) {
    step = next;
    if (!transport.playing || settled) position = next;
    describe();
    frame.request(eventTime);
    if (settled) tell();
  }
  function onFrame(at) {
    position = at;
    request();
  }
  function nextMistake(event) {
    let i = step;
    while (i < data.kind.length && !wrong(i)) i += 1;
    if (i === data.kind.length) return;
    selected = i;
    open = null;
    if (i + 1 === step) describe();
    transport.go(i + 1, event);
  }
  function pick(index) {
    selected = index === selected ? null : index;
    describe();
    request();
    tell();
  }
  function pickNumber(name) {
    open = name;
    selected = null;
    if (transport.playing) transport.pause();
    describe();
    request();
    tell();
  }
  function tell() {
    const view = { stream: data.stream_id, token: goto, step, selected, open, rate: transport.speed };
    const text = JSON.stringify(view);
    if (text === told) return;
    told = text;
    actions.setState("view", view);
  }
  river.canvas.addEventListener("click", (event) => {
    if (transport.playing) transport.pause();
    const index = draw.messageAt(river, data, learner(), position, river.place(event));
    if (index !== null) pick(index);
  });
  function onKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape" && selected !== null) pick(selected);
    else if (event.key === "Enter" && step > 0) pick(step - 1);
    else if (event.key === "m") nextMistake(event);
    else return transport.onKey(event);
    event.preventDefault();
  }
  river.canvas.addEventListener("keydown", onKey);
  curves.canvas.addEventListener("keydown", onKey);
  const scrub = (point, event, settled) =>
    transport.go(draw.curveScales(curves, data).x.inverse(point[0]), event, 0, settled);
  draggable(curves, {
    start(point, event) {
      scrub(point, event, false);
      return true;
    },
    move: (point, event) => scrub(point, event, false),
    end: (point, event) => scrub(point, event, true),
  });

  function adopt(next) {
    const names = ["log_odds", "place", "flagged", "tp", "fp", "precision", "recall", "window"];
    const learners = {};
    for (const [who, packed] of Object.entries(next.learners)) {
      learners[who] = { name: packed.name };
      for (const name of names) learners[who][name] = decodeArray(packed[name]);
      reads[`${who}.name`].textContent = packed.name;
    }
    data = { stream_id: next.stream_id, ticks: next.ticks, floor: next.floor, window: next.window, learners,
      kind: decodeArray(next.names.kind), number: decodeArray(next.names.number), spam: decodeArray(next.spam) };
    selected = null;
  }
  function makeTransport(rates) {
    transport = createTransport(root, { onStep, onFrame, rates, unit: "message", extra: [mistake] });
    root.append(element("div", { class: "below" }, which, legend, png), table, status);
    transport.element.addEventListener("change", () => {
      describe();
      if (!transport.playing) tell();
    });
  }

  return {
    update(next) {
      if (!transport) makeTransport(next.rates);
      if (next.stream_id !== data?.stream_id) {
        adopt(next);
        transport.setCount(data.kind.length + 1, Math.min(step, data.kind.length));
        step = position = transport.step;
      }
      shown = next.shown;
      if (next.goto.token !== goto) {
        goto = next.goto.token;
        told = null;
        selected = next.goto.selected;
        open = next.goto.open;
        transport.speed = next.goto.rate;
        transport.setCount(data.kind.length + 1, next.goto.step);
        step = position = transport.step;
      }
      describe();
      drawLegend();
      request();
    },
    destroy() {
      frame.cancel();
      transport?.destroy();
      [river, curves].forEach((stage) => stage.destroy());
    },
  };
});
