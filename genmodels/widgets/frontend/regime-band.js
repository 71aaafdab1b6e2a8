// A long series with its states: pan, zoom and brush it, scrub EM, open a day.

import { COMPONENTS, themeColours } from "./palette.js";
import { cumulated, dayName, dayScale, drawMain, drawRun, drawWhole } from "./regime-draw.js";
import { createStage, draggable, pngButton } from "./stage.js";
import { createTransport } from "./transport.js";
import { decodeArray, defineWidget, element, frameLoop, measurePaint, numberText, signedText } from "./widget.js";

const FEWEST = 8; // days that a window holds
const SETTLE_MS = 350; // after the last wheel or key, before the link is told
const EDGE = 8; // px around a window's edge that resize it

export default defineWidget("regime-band", (root, actions) => {
  let series = null;
  let id = null;
  let token = null;
  let told = null;
  let timer = 0;
  let event = "draw";
  const view = { window: [0, 1], day: null, cursor: null };

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
    tool("−", "Zoom out", (e) => zoom(2, middle(), e)),
    tool("+", "Zoom in", (e) => zoom(0.5, middle(), e)),
    tool("All", "The whole series", (e) => show(0, series.T - 1, e)),
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
    const colours = themeColours(root);
    drawMain(main, series, view, colours);
    drawWhole(whole, series, view, colours);
    curve.x = drawRun(curve, series, colours);
    if (eventTime !== null) measurePaint("regime-band", event, eventTime);
  }
  function describe() {
    const [first, last] = view.window;
    root.dataset.first = String(first);
    root.dataset.last = String(last);
    root.dataset.day = view.day === null ? "" : String(view.day);
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
    const t = view.cursor ?? view.day;
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
    const next = { token, day: view.day, window: view.window, iteration: series.iterations[series.frame] };
    const text = JSON.stringify(next);
    if (text === told) return;
    told = text;
    actions.setState("view", next);
  }
  const soon = () => { clearTimeout(timer); timer = setTimeout(tell, SETTLE_MS); };

  // -- the window ------------------------------------------------------------------------------
  function show(first, last, source, name = "zoom") {
    let wide = Math.min(series.T, Math.max(Math.min(FEWEST, series.T), Math.round(last - first) + 1));
    let from = Math.round(Math.min(series.T - wide, Math.max(0, first)));
    view.window = [from, from + wide - 1];
    event = name;
    describe();
    frame.request(source?.timeStamp ?? null);
    soon();
  }
  function zoom(factor, around, source) {
    const [first, last] = view.window;
    const part = (around - first) / (last - first || 1);
    const wide = (last - first + 1) * factor;
    show(around - part * (wide - 1), around + (1 - part) * (wide - 1), source);
  }
  const middle = () => {
    const [first, last] = view.window;
    const t = view.cursor ?? view.day;
    return t !== null && t >= first && t <= last ? t : (first + last) / 2;
  };
  function place(px) {
    const x = dayScale(main, ...view.window);
    return Math.min(view.window[1], Math.max(view.window[0], Math.round(x.inverse(px))));
  }
  function point(t, source, follow = false) {
    view.cursor = t === null ? null : Math.min(series.T - 1, Math.max(0, t));
    const [first, last] = view.window;
    if (follow && (view.cursor < first || view.cursor > last)) {
      const half = (last - first) / 2;
      show(view.cursor - half, view.cursor + half, source, "pan");
    }
    event = "point";
    describe();
    frame.request(source?.timeStamp ?? null);
  }
  function open(t) {
    view.day = t;
    describe();
    frame.request();
    tell();
  }
  const leading = (t) => {
    let best = 0;
    for (let k = 1; k < series.K; k++) {
      if (series.shares[t * series.K + k] > series.shares[t * series.K + best]) best = k;
    }
    return best;
  };
  function change(way, source) {
    let t = view.cursor ?? view.day ?? Math.round(middle());
    const from = leading(t);
    while (t + way >= 0 && t + way < series.T && leading(t) === from) t += way;
    point(t, source, true);
  }

  // -- pointer, wheel, keys ----------------------------------------------------------------------
  let drag = null;
  draggable(main, {
    start(at) {
      drag = { from: at[0], window: view.window };
      return true;
    },
    move(at, source) {
      const [first, last] = drag.window;
      const by = (drag.from - at[0]) / dayScale(main, first, last).slope;
      show(first + by, last + by, source, "pan");
    },
    end(at, source, moved) {
      if (moved) tell();
      else open(place(at[0]));
    },
  });
  main.canvas.addEventListener("pointermove", (source) => {
    if (series && !source.buttons) point(place(main.place(source)[0]), source);
  });
  main.canvas.addEventListener("pointerleave", () => series && point(null));
  main.canvas.addEventListener("wheel", (source) => {
    if (source.ctrlKey || !series) return;
    source.preventDefault();
    const [first, last] = view.window;
    const sideways = source.shiftKey ? source.deltaY : source.deltaX;
    if (Math.abs(sideways) > Math.abs(source.shiftKey ? 0 : source.deltaY)) {
      const by = (sideways / main.width) * (last - first);
      show(first + by, last + by, source, "pan");
    } else zoom(Math.exp(Math.max(-60, Math.min(60, source.deltaY)) / 250), place(main.place(source)[0]), source);
  }, { passive: false });
  let brush = null;
  draggable(whole, {
    start(at) {
      const x = dayScale(whole, 0, series.T - 1);
      const [from, to] = [x(view.window[0] - 0.5), x(view.window[1] + 0.5)];
      const day = x.inverse(at[0]);
      const all = view.window[1] - view.window[0] + 1 >= series.T;
      const kind = Math.abs(at[0] - from) < EDGE && !all ? "left" : Math.abs(at[0] - to) < EDGE && !all ? "right"
        : at[0] > from && at[0] < to && !all ? "move" : "draw";
      brush = { kind, day, window: view.window };
      return true;
    },
    move(at, source) {
      const day = dayScale(whole, 0, series.T - 1).inverse(at[0]);
      const [first, last] = brush.window;
      const by = day - brush.day;
      if (brush.kind === "move") show(first + by, last + by, source, "pan");
      else {
        const [a, b] = brush.kind === "left" ? [day, last] : brush.kind === "right" ? [first, day] : [brush.day, day];
        show(Math.min(a, b), Math.max(a, b), source);
      }
    },
    end(at, source, moved) {
      if (!moved) {
        const half = (view.window[1] - view.window[0]) / 2;
        show(brush.day - half, brush.day + half, source, "pan");
      }
      tell();
    },
  });
  main.canvas.addEventListener("keydown", (source) => {
    if (source.altKey || source.ctrlKey || source.metaKey || !series) return;
    const [first, last] = view.window;
    const step = source.shiftKey ? 21 : 1; // days; a month has about 21
    const at = view.cursor ?? view.day ?? Math.round((first + last) / 2);
    const page = 0.8 * (last - first);
    const keys = {
      ArrowLeft: () => point(at - step, source, true), ArrowRight: () => point(at + step, source, true),
      ArrowUp: () => zoom(0.7, middle(), source), ArrowDown: () => zoom(1 / 0.7, middle(), source),
      "+": () => zoom(0.7, middle(), source), "=": () => zoom(0.7, middle(), source),
      "-": () => zoom(1 / 0.7, middle(), source), "0": () => show(0, series.T - 1, source),
      PageUp: () => show(first - page, last - page, source, "pan"),
      PageDown: () => show(first + page, last + page, source, "pan"),
      Home: () => point(0, source, true), End: () => point(series.T - 1, source, true),
      n: () => change(1, source), p: () => change(-1, source),
      Enter: () => open(at), Escape: () => { view.cursor = null; open(null); },
    };
    const action = keys[source.key];
    if (action) {
      source.preventDefault();
      action();
    } else if (source.key === " ") transport.onKey(source);
  });
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
        view.day = next.goto.day;
        view.cursor = null;
        view.window = next.goto.window ?? [0, series.T - 1];
        series.frame = next.frame;
      }
      view.window = [Math.min(view.window[0], series.T - 2), Math.min(view.window[1], series.T - 1)];
      if (view.day !== null && view.day >= series.T) view.day = null;
      if (view.cursor !== null && view.cursor >= series.T) view.cursor = null;
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
