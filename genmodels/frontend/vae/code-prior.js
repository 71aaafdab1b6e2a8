// The prior draws a digit: the picture so far, the next code's 64 probabilities, what each code cost.

import { CODES, PLACES, barAt, drawBars, drawGrid, placeAt } from "./code-draw.js";
import { SIDE, paintDigit } from "./latent-draw.js";
import { themeColours } from "../core/palette.js";
import { createStage, pngButton } from "../core/stage.js";
import { createTransport } from "../core/transport.js";
import { decodeArray, element, frameLoop, measurePaint, numberText } from "../core/widget.js";

const UNIFORM = Math.log(CODES);

const ceiling = (p) => {
  const most = Math.max(...p);
  return [0.1, 0.2, 0.5, 1].find((top) => most <= top) ?? 1;
};

export function buildPrior(root, actions) {
  let data = null;
  let startId = null;
  let traceId = null;
  let colours = null;
  let code = -1;
  let sample = 0;
  const loop = frameLoop(paint);

  const gridHolder = element("div", {});
  const barsHolder = element("div", {});
  const costHolder = element("div", {});
  const transportHolder = element("div", {});
  const sheet = element("div", { class: "samples", role: "group", "aria-label": "Eight draws" });
  const status = element("p", { class: "status", role: "status" });
  const barsText = element("p", { class: "of" });
  const costText = element("p", { class: "of" }, "nats that each code cost (T = 1)");
  root.append(element("div", { class: "columns" }, element("div", {}, gridHolder),
    element("div", {}, barsText, barsHolder, costText, costHolder)), transportHolder, sheet, status);
  const grid = createStage(gridHolder, { className: "grid", aspect: 1, minHeight: 240, maxHeight: 380,
    label: "The digit as it is drawn, code by code. Arrows step", onResize: () => loop.request() });
  const bars = createStage(barsHolder, { className: "bars", aspect: 0.44, minHeight: 130, maxHeight: 170,
    label: "The next code's probabilities. Comma and full stop choose a code to open", onResize: () => loop.request() });
  const cost = createStage(costHolder, { className: "cost", aspect: 0.34, minHeight: 100, maxHeight: 130,
    label: "What each code cost, in nats. Arrows step", onResize: () => loop.request() });
  const transport = createTransport(transportHolder, { unit: "code", hold: 30, onStep: (step, { eventTime, settled }) => {
    code = -1;
    describe();
    loop.request(eventTime);
    if (settled) tell();
  } });
  transport.keys(grid.canvas);
  transport.keys(cost.canvas);
  transport.keys(bars.canvas);
  transport.element.append(pngButton(grid, "drawn-codes", () => colours.background));

  function tell() {
    actions.setState("place", { step: transport.step, sample, code, start_id: startId });
  }
  const views = Array.from({ length: 8 }, (_, i) => {
    const view = element("canvas", { width: SIDE, height: SIDE });
    const button = element("button", { type: "button", "aria-label": `Draw ${i + 1}`, onclick: () => {
      sample = i;
      code = -1;
      describe();
      tell();
    } }, view);
    sheet.append(button);
    return { view, button };
  });
  function open(next) {
    if (transport.step >= PLACES) return;
    code = (next + CODES) % CODES;
    describe();
    loop.request();
    tell();
  }
  bars.canvas.addEventListener("click", (event) => {
    const hit = barAt(bars, CODES, bars.place(event)[0]);
    if (hit >= 0) open(hit);
  });
  bars.canvas.addEventListener("keydown", (event) => {
    const from = code >= 0 ? code : data.codes[Math.min(transport.step, PLACES - 1)];
    if (event.key === ".") open(from + 1);
    else if (event.key === ",") open(from - 1);
  });
  cost.canvas.addEventListener("click", (event) => {
    const hit = barAt(cost, PLACES, cost.place(event)[0]);
    if (hit >= 0) transport.go(hit, event);
  });
  grid.canvas.addEventListener("click", (event) => {
    const hit = placeAt(grid, grid.place(event));
    if (hit >= 0) transport.go(hit, event);
  });

  function paint(now, eventTime) {
    if (!data || !grid.width) return;
    colours = themeColours(root);
    const t = transport.step;
    drawGrid(grid, colours, { pixels: data.frames.subarray(t * SIDE * SIDE, (t + 1) * SIDE * SIDE), codes: data.codes,
      place: t, known: t, kept: data.kept });
    const at = Math.min(t, PLACES - 1);
    const p = data.probabilities.subarray(at * CODES, (at + 1) * CODES);
    drawBars(bars, colours, { values: p, top: ceiling(p), chosen: data.codes[at], opened: code, tick: String, every: 8,
      yText: (v) => String(Number(v.toFixed(3))) });
    const spent = data.nats.map((v, i) => (i < t ? v : 0));
    drawBars(cost, colours, { values: spent, top: data.top, chosen: t - 1, level: UNIFORM, levelText: "log 64, chance",
      tick: (i) => String(i + 1), every: 7, yText: (v) => v.toFixed(1) });
    views.forEach(({ view }, i) => paintDigit(view, data.pictures.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE), colours));
    if (eventTime !== null) measurePaint("code-grid", "step", eventTime);
  }
  function describe() {
    const t = transport.step;
    const spent = data.nats.subarray(0, t).reduce((sum, v) => sum + v, 0);
    const at = Math.min(t, PLACES - 1);
    const drawn = data.codes[at];
    barsText.textContent = `p(code of place ${at + 1} | those before), ${at < data.kept ? "kept" : "drawn"}: code ${drawn}, ` +
      `${numberText(data.probabilities[at * CODES + drawn])}`;
    const text = t < PLACES
      ? `${t} of 49 codes known${data.kept ? `, ${data.kept} of them kept from the digit` : ""}: ${numberText(spent, 4)} nats so far.`
      : `All 49 codes: ${numberText(spent, 4)} nats; chance would pay ${numberText(PLACES * UNIFORM, 4)}.`;
    if (status.textContent !== text) status.textContent = text;
    views.forEach(({ button }, i) => button.setAttribute("aria-pressed", String(i === sample)));
    Object.assign(root.dataset, { step: String(t), sample: String(sample), code: String(code), spent: spent.toFixed(3) });
  }

  return {
    update(next) {
      const anew = next.start_id !== startId;
      if (next.trace_id !== traceId) {
        traceId = next.trace_id;
        data = { ...next, frames: decodeArray(next.frames), codes: decodeArray(next.codes),
          probabilities: decodeArray(next.probabilities), nats: decodeArray(next.nats), pictures: decodeArray(next.pictures) };
        data.top = Math.max(5, ...data.nats);
        transport.setCount(PLACES + 1, anew ? next.start.step : transport.step);
      }
      sample = next.sample;
      if (anew) {
        startId = next.start_id;
        code = next.start.code;
        transport.setCount(PLACES + 1, next.start.step);
      }
      root.dataset.trace = traceId;
      describe();
      loop.request();
    },
    destroy() {
      loop.cancel();
      transport.destroy();
      for (const stage of [grid, bars, cost]) stage.destroy();
    },
  };
}
