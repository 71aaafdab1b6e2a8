// A long series with its states: pan, zoom and brush it, scrub EM, open a day.

import { createLongView, cumulated } from "./long-view.js";
import { COMPONENTS, themeColours } from "../core/palette.js";
import { dayName, drawMain, drawRun, drawWhole } from "./regime-draw.js";
import { createStage, draggable, pngButton } from "../core/stage.js";
import { createTransport } from "../core/transport.js";
import { decodeArray, defineWidget, element, frameLoop, measurePaint, numberText, signedText } from "../core/widget.js";

const SETTLE_MS = 350; // after the last wheel or key, before the link is told

export default defineWidget("regime-band", (root, actions) => {
  let series = null;
  let id = null;
  let token = null;
  let told = null;
  let timer = 0;
  let event = "draw";
  let colours = null;

  const legend = element("p", { class: "legend" });
  root.appendChild(legend);
  const main = createStage(root, { className: "main", aspect: 0.46, minHeight: 300, maxHeight: 352,
    label: "Series", onResize: () => frame.request() });
  const whole = createStage(root, { className: "whole", aspect: 0.06, minHeight: 42, maxHeight: 42,
    focusable: false, label: "The whole series, with the part on show", onResize: () => frame.request() });
  const tool = (text, name, action) =>
    element("button", { type: "button", "aria-label": name, title: name, onclick: action }, text);
  const reading = element("p", { class: "reading" });
  const tools = element("div", { class: "tools" },
    tool("−", "Zoom out", (e) => view.zoom(2, view.middle(), e)),
    tool("+", "Zoom in", (e) => view.zoom(0.5, view.middle(), e)),
    tool("All", "The whole series", (e) => view.show(0, series.T - 1, e)),
    tool("‹", "The change of state before", (e) => change(-1, e)),
    tool("›", "The next change of state", (e) => change(1, e)),
    pngButton(main, "regimes", () => themeColours(root).background),
    reading);
  root.appendChild(tools);
  const curve = createStage(root, { className: "curve", aspect: 0.06, minHeight: 48, maxHeight: 48,
    focusable: false, label: "Log-likelihood by iteration", onResize: () => frame.request() });
  const transport = createTransport(root, { unit: "iteration", onStep });
  const status = element("p", { class: "status hidden", "aria-live": "polite" });
  root.appendChild(status);
  const frame = frameLoop(paint);

  // -- what is shown ---------------------------------------------------------------------------
  function paint(now, eventTime) {
    if (!series || !main.width) return;
    colours = themeColours(root);
    drawMain(main, series, view, colours);
    drawWhole(whole, series, view, colours);
    curve.x = drawRun(curve, series, colours);
    if (eventTime !== null) measurePaint("regime-band", event, eventTime);
  }
  function describe() {
    const [first, last] = view.window;
    root.dataset.first = String(first);
    root.dataset.last = String(last);
    root.dataset.day = view.opened === null ? "" : String(view.opened);
    root.dataset.cursor = view.cursor === null ? "" : String(view.cursor);
    root.dataset.step = String(series.frame);
    root.dataset.steps = String(series.iterations.length - 1);
    root.dataset.iteration = String(series.iterations[series.frame]);
    root.dataset.exact = String(series.frame === series.exactFrame);
    root.dataset.band = series.band;
    for (let k = 0; k < series.K; k++) {
      const at = series.frame * series.K + k;
      const stay = series.stays[at] >= 1e8 ? "for ever" : `${numberText(series.stays[at])} days`;
      legend.children[k].lastChild.textContent =
        `${k + 1}: sd ${numberText(series.sds[at])} ${series.unit}, stays ${stay}`;
    }
    const t = view.cursor ?? view.opened;
    reading.textContent = t === null
      ? "Point at a day; click to open it. Drag pans, the wheel zooms; so do arrows, + and −."
      : said(t);
    const text = `${dayName(series, first)} to ${dayName(series, last)}, iteration ${root.dataset.iteration}`;
    status.textContent = t === null ? text : `${text}. ${reading.textContent}`;
  }
  function said(t) {
    const value = Number.isNaN(series.x[t]) ? "missing" : `${signedText(series.x[t])} ${series.unit}`;
    if (series.frame !== series.exactFrame) return `${dayName(series, t)}: ${value}.`;
    const shares = [];
    for (let k = 0; k < series.K; k++) {
      shares.push(`state ${k + 1} ${Math.round(100 * series.shares[t * series.K + k] / 255)} %`);
    }
    return `${dayName(series, t)}: ${value}. ${series.band}: ${shares.join(", ")}.`;
  }
  function tell() {
    clearTimeout(timer);
    if (!series) return;
    const next = { token, day: view.opened, window: view.window, iteration: series.iterations[series.frame] };
    const text = JSON.stringify(next);
    if (text === told) return;
    told = text;
    actions.setState("view", next);
  }
  const soon = () => { clearTimeout(timer); timer = setTimeout(tell, SETTLE_MS); };

  // -- the window ------------------------------------------------------------------------------
  const view = createLongView(main, whole, {
    stride: 21, // a month has about as many days
    onChange(name, source) {
      if (!series) return;
      event = name;
      describe();
      frame.request(source?.timeStamp ?? null);
      if (name !== "point" && name !== "open") soon();
    },
    onTell: tell,
    keys: { n: (source) => change(1, source), p: (source) => change(-1, source), " ": (source) => transport.onKey(source) },
  });
  const leading = (t) => {
    let best = 0;
    for (let k = 1; k < series.K; k++) {
      if (series.shares[t * series.K + k] > series.shares[t * series.K + best]) best = k;
    }
    return best;
  };
  function change(way, source) {
    let t = view.cursor ?? view.opened ?? Math.round(view.middle());
    const from = leading(t);
    while (t + way >= 0 && t + way < series.T && leading(t) === from) t += way;
    view.point(t, source, true);
  }

  draggable(curve, {
    start(at, source) {
      transport.go(curve.x.inverse(at[0]), source, 0, false);
      return true;
    },
    move: (at, source) => transport.go(curve.x.inverse(at[0]), source, 0, false),
    end: (at) => transport.go(curve.x.inverse(at[0]), null, 0, true),
  });
  function onStep(next, { eventTime, settled }) {
    series.frame = next;
    event = "scrub";
    describe();
    frame.request(eventTime);
    if (settled) tell();
  }

  // -- data --------------------------------------------------------------------------------------
  function read(next) {
    const x = decodeArray(next.x);
    const T = x.length;
    const shares = decodeArray(next.shares);
    const K = shares.shape[1];
    const fresh = { ...next, T, K, x, shares, coarse: decodeArray(next.coarse), sds: decodeArray(next.sds),
      stays: decodeArray(next.stays), sums: cumulated(shares, T, K), exactFrame: next.frame, day: null };
    fresh.sum = new Float64Array(T);
    let total = 0;
    [fresh.lowest, fresh.highest] = [0, 0];
    for (let t = 0; t < T; t++) {
      if (!Number.isNaN(x[t])) total += x[t];
      fresh.sum[t] = total;
      fresh.lowest = Math.min(fresh.lowest, total);
      fresh.highest = Math.max(fresh.highest, total);
    }
    if (next.gaps) {
      fresh.day = decodeArray(next.gaps);
      let day = next.first_day;
      for (let t = 0; t < T; t++) {
        day += fresh.day[t];
        fresh.day[t] = day;
      }
    }
    return fresh;
  }
  return {
    update(next) {
      const held = next.band_id === id ? series.frame : next.frame;
      series = read(next);
      // An answer to an earlier stop of the scrubber leaves the scrubber where it is.
      series.frame = Math.min(held, series.iterations.length - 1);
      const other = next.band_id !== id;
      id = next.band_id;
      while (legend.childElementCount < series.K) {
        const sign = element("i");
        sign.style.background = COMPONENTS[legend.childElementCount];
        legend.appendChild(element("span", {}, sign, element("span")));
      }
      while (legend.childElementCount > series.K) legend.lastChild.remove();
      if (next.goto.token !== token) {
        token = next.goto.token;
        told = null;
        view.cursor = null;
        view.set(series.T, next.goto.window, next.goto.day);
        series.frame = next.frame;
      } else view.set(series.T, view.window, view.opened);
      if (other || !transport.playing) transport.setCount(series.iterations.length, series.frame);
      main.canvas.setAttribute("aria-label", `${series.title} with ${series.K} states. Left and right arrows move ` +
        "by days, up and down zoom, n and p find changes of state, Enter opens the day, space plays EM.");
      describe();
      frame.request();
    },
    destroy() {
      clearTimeout(timer);
      frame.cancel();
      transport.destroy();
      for (const stage of [main, whole, curve]) stage.destroy();
    },
  };
});
