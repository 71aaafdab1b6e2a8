// A genome with its states: pan, zoom and brush it, scrub EM where there is a run, open a base.

import { drawMain, drawRun, drawWhole, halfWidth } from "./genome-draw.js";
import { createLongView, cumulated } from "./long-view.js";
import { COMPONENTS, themeColours } from "../core/palette.js";
import { createStage, draggable, pngButton } from "../core/stage.js";
import { createTransport } from "../core/transport.js";
import { decodeArray, defineWidget, element, frameLoop, measurePaint, numberText } from "../core/widget.js";

const SETTLE_MS = 350; // after the last wheel or key, before the link is told

export default defineWidget("genome-track", (root, actions) => {
  let track = null;
  let token = null;
  let told = null;
  let timer = 0;
  let event = "draw";

  const legend = element("p", { class: "legend" });
  root.appendChild(legend);
  const main = createStage(root, { className: "main", aspect: 0.42, minHeight: 250, maxHeight: 330,
    label: "Sequence", onResize: () => frame.request() });
  const whole = createStage(root, { className: "whole", aspect: 0.05, minHeight: 34, maxHeight: 34,
    focusable: false, label: "The whole sequence, with the part on show", onResize: () => frame.request() });
  const tool = (text, name, action) =>
    element("button", { type: "button", "aria-label": name, title: name, onclick: action }, text);
  const reading = element("p", { class: "reading" });
  root.appendChild(element("div", { class: "tools" },
    tool("−", "Zoom out", (e) => view.zoom(2, view.middle(), e)),
    tool("+", "Zoom in", (e) => view.zoom(0.5, view.middle(), e)),
    tool("All", "The whole sequence", (e) => view.show(0, track.T - 1, e)),
    tool("‹", "The edge before", (e) => edge(-1, e)),
    tool("›", "The next edge", (e) => edge(1, e)),
    pngButton(main, "genome", () => themeColours(root).background),
    reading));
  const run = element("div", { class: "run" });
  root.appendChild(run);
  const curve = createStage(run, { className: "curve", aspect: 0.06, minHeight: 44, maxHeight: 44,
    focusable: false, label: "Log-likelihood by iteration", onResize: () => frame.request() });
  const transport = createTransport(run, { unit: "iteration", onStep });
  const status = element("p", { class: "status", "aria-live": "polite" });
  root.appendChild(status);
  const frame = frameLoop(paint);

  function paint(now, eventTime) {
    if (!track || !main.width) return;
    const colours = themeColours(root);
    drawMain(main, track, view, colours);
    drawWhole(whole, track, view, colours);
    if (track.coarse) curve.x = drawRun(curve, track, colours);
    if (eventTime !== null) measurePaint("genome-track", event, eventTime);
  }
  function describe() {
    const [first, last] = view.window;
    root.dataset.first = String(first);
    root.dataset.last = String(last);
    root.dataset.base = view.opened === null ? "" : String(view.opened);
    root.dataset.cursor = view.cursor === null ? "" : String(view.cursor);
    root.dataset.step = String(track.frame);
    root.dataset.steps = String(track.last);
    root.dataset.trace = track.track_id;
    const t = view.cursor ?? view.opened;
    reading.textContent = t === null
      ? "Point at a base; click to open it. Drag pans, the wheel zooms; so do arrows, + and −."
      : said(t);
    const wide = last - first + 1;
    status.textContent = `Bases ${(first + 1).toLocaleString("en")} to ${(last + 1).toLocaleString("en")}; the line ` +
      `is the share of ${Math.min(2 * halfWidth(first, last) + 1, wide).toLocaleString("en")} bases. ` +
      (track.iterations[track.frame] ?? "");
  }
  function said(t) {
    const place = `Base ${(t + 1).toLocaleString("en")}, ${"ACGT"[track.bases[t]]}`;
    if (track.coarse && track.frame !== track.last) return `${place}.`;
    const shares = track.names.map((name, k) => `${name} ${numberText((100 * track.shares[k * track.T + t]) / 255, 2)} %`);
    return `${place}: ${shares.join(", ")}.`;
  }
  function tell() {
    clearTimeout(timer);
    if (!track) return;
    const next = { token, base: view.opened, window: view.window, iteration: track.frame };
    const text = JSON.stringify(next);
    if (text === told) return;
    told = text;
    actions.setState("view", next);
  }

  const view = createLongView(main, whole, {
    fewest: 12,
    stride: 100,
    onChange(name, source) {
      if (!track) return;
      event = name;
      describe();
      frame.request(source?.timeStamp ?? null);
      clearTimeout(timer);
      if (name !== "point") timer = setTimeout(tell, SETTLE_MS);
    },
    onTell: tell,
    keys: { n: (source) => edge(1, source), p: (source) => edge(-1, source),
      " ": (source) => track.coarse && transport.onKey(source) },
  });
  /** The next place, either way, where a stretch of the first row begins or ends. */
  function edge(way, source) {
    const from = view.cursor ?? view.opened ?? Math.round(view.middle());
    const edges = [...track.boxes[0].begins, ...track.boxes[0].ends].filter((t) => t < track.T).sort((a, b) => a - b);
    const found = way > 0 ? edges.find((t) => t > from) : edges.reverse().find((t) => t < from);
    if (found !== undefined) view.point(found, source, true);
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
    track.frame = next;
    event = "scrub";
    describe();
    frame.request(eventTime);
    if (settled) tell();
  }

  function read(next) {
    const bases = decodeArray(next.bases);
    const shares = decodeArray(next.shares);
    const [rows, T] = shares.shape;
    const sums = Array.from({ length: rows }, () => new Float64Array(T + 1));
    for (let k = 0; k < rows; k++) {
      for (let t = 0; t < T; t++) sums[k][t + 1] = sums[k][t] + shares[k * T + t];
    }
    const strong = Uint8Array.from(bases, (base) => (base === 1 || base === 2 ? 1 : 0));
    const boxes = next.boxes.map((box) => ({ name: box.name, begins: decodeArray(box.begins),
      ends: decodeArray(box.ends), states: box.states && decodeArray(box.states) }));
    return { ...next, bases, shares, rows, T, sums, gc: cumulated(strong, T, 1)[0], boxes,
      coarse: next.coarse && decodeArray(next.coarse), last: Math.max(0, next.iterations.length - 1) };
  }
  return {
    update(next) {
      const other = next.track_id !== track?.track_id;
      if (other) {
        track = read(next);
        track.frame = track.last;
        legend.replaceChildren(...track.names.map((name, k) => {
          const sign = element("i");
          sign.style.background = COMPONENTS[k];
          return element("span", {}, sign, name);
        }));
        run.classList.toggle("off", !track.coarse);
      }
      if (next.goto.token !== token) {
        token = next.goto.token;
        told = null;
        view.cursor = null;
        view.set(track.T, next.goto.window, next.goto.base);
        if (track.coarse) track.frame = Math.min(next.goto.iteration ?? track.last, track.last);
      } else view.set(track.T, view.window, view.opened);
      if (track.coarse && (other || !transport.playing)) transport.setCount(track.last + 1, track.frame);
      main.canvas.setAttribute("aria-label", `${track.title}. Left and right arrows move by bases, up and down ` +
        "zoom, n and p find edges, Enter opens the base.");
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
