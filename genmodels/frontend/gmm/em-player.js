// EM in half steps. E: ellipses stand, colours change. M: colours stand, ellipses glide.

import { drawBound } from "./em-bound.js";
import * as draw from "./em-draw.js";
import { openFits } from "./em-live.js";
import { COMPONENTS, themeColours } from "../core/palette.js";
import { createStage, draggable, pngButton } from "../core/stage.js";
import { createTransport } from "../core/transport.js";
import { decodeArray, defineWidget, element, frameLoop, measurePaint } from "../core/widget.js";

const REACH = 14; // pixels within which a click takes a mean or a point

export default defineWidget("em-player", (root, actions) => {
  let data = null;
  let step = 0;
  let glide = null; // { from, began, length } while a half step is played
  let selected = null; // { kind: "point" | "mean", index }
  let dragged = null; // the starting means while one is moved, [[x, y], ...]
  let held = null; // index of the mean that arrows move
  let goto = null;
  const layer = draw.createPointLayer();
  let shading = { model: -1, image: null };

  const stage = createStage(root, { className: "stage", aspect: 0.7, maxHeight: 520,
    label: "Points and components", onResize: () => frame.request() });
  const curve = createStage(root, { className: "curve", aspect: 0.1, minHeight: 64, maxHeight: 64,
    label: "Log-likelihood over the half steps; click to jump", onResize: () => frame.request() });
  const transport = createTransport(root, { unit: "half step", onStep,
    extra: [pngButton(stage, "mixture", () => themeColours(root).background)] });
  const status = element("p", { class: "status", "aria-live": "polite" });
  root.appendChild(status);
  const frame = frameLoop(paint);
  const fits = openFits({ show, current: () => data?.trace_id });
  let asked = null; // the time of the control's change that the next frame shows

  // -- what is at a step ---------------------------------------------------------------------
  // Step 0 is the start; 2i - 1 is iteration i's E, 2i its M. Model 0 is the start's.
  const modelAt = (s) => Math.floor(s / 2);
  const gammaAt = (s) => Math.ceil(s / 2) - 1;
  const countOf = () => data.statuses.length;

  function onStep(next, { glide: length, eventTime, settled }) {
    const from = step;
    step = next;
    held = null;
    glide = length > 0 && Math.abs(next - from) === 1 ? { from, began: performance.now(), length } : null;
    frame.request(eventTime);
    describe();
    if (settled) tell();
  }
  function describe() {
    root.dataset.trace = data.trace_id;
    root.dataset.step = String(step);
    root.dataset.steps = String(countOf() - 1);
    root.dataset.kind = step === 0 ? "start" : step % 2 ? "E" : "M";
    root.dataset.iteration = String(Math.ceil(step / 2));
    root.dataset.selected = selected ? `${selected.kind}:${selected.index}` : "";
    status.textContent = held !== null
      ? `Mean ${held + 1} is held: arrows move it, Enter fits from there, Escape lets go.`
      : data.statuses[step];
  }
  function tell() {
    actions.setState("view", { trace: data.trace_id, step, selected });
  }
  function select(next) {
    const same = selected && next && selected.kind === next.kind && selected.index === next.index;
    selected = same ? null : next;
    describe();
    frame.request();
    tell();
  }

  // -- drawing -------------------------------------------------------------------------------
  function paint(now, eventTime) {
    if (!data || !stage.width) return;
    let part = 1;
    let from = step;
    if (glide) {
      part = Math.min(1, (now - glide.began) / glide.length);
      part = part < 0 ? 0 : part * part * (3 - 2 * part);
      from = glide.from;
      if (part >= 1) glide = null;
      else frame.request();
    }
    const { context } = stage;
    const colours = themeColours(root);
    const view = draw.layout(stage, data.range);
    const { x, y, box } = view;
    context.clearRect(0, 0, stage.width, stage.height);
    if (data.density) {
      const model = modelAt(step);
      if (shading.model !== model) {
        shading = { model, image: draw.densityImage(data.density, model, COMPONENTS[0]) };
      }
      context.drawImage(shading.image, box.left, box.top, box.width, box.height);
    }
    draw.drawStageAxes(context, view, colours, data.labels);
    context.save();
    context.beginPath();
    context.rect(box.left, box.top, box.width, box.height);
    context.clip();
    layer.draw(context, data.points, view, window.devicePixelRatio || 1,
      data.colours(gammaAt(from)), data.colours(gammaAt(step)), part);
    if (data.rings) draw.drawRings(context, data.points, data.rings, x, y, colours);
    const K = data.models.means.shape[1];
    const now_ = Array.from({ length: K }, (_, k) => {
      const it = draw.component(data.models, modelAt(from), modelAt(step), part, k);
      if (dragged) it.mean = dragged[k];
      return it;
    });
    now_.forEach((it, k) => {
      if (!dragged) draw.drawTrail(context, data.models, Math.min(modelAt(from), modelAt(step)), k, x, y, it.mean);
      draw.drawEllipse(context, it, x, y, 1, COMPONENTS[k], false);
      draw.drawEllipse(context, it, x, y, 2, COMPONENTS[k], true);
    });
    const places = now_.map((it) => [x(it.mean[0]), y(it.mean[1])]);
    if (selected?.kind === "point" && selected.index < data.points.length / 2) {
      const i = selected.index;
      draw.drawPie(context, x(data.points[2 * i]), y(data.points[2 * i + 1]), shares(i), places, colours);
    }
    places.forEach(([px, py], k) => draw.drawMean(context, k, px, py, colours,
      (selected?.kind === "mean" && selected.index === k) || held === k, step === 0));
    context.restore();
    curve.x = data.bound ? drawBound(curve, data.bound, countOf(), step, colours)
      : draw.drawCurve(curve, data.likelihood, countOf(), step, colours);
    if (eventTime !== null) measurePaint("em-player", "scrub", eventTime);
    if (asked !== null) measurePaint("em-player", "control", asked);
    asked = null;
  }
  function shares(i) {
    const K = data.models.means.shape[1];
    const at = gammaAt(step);
    if (at < 0) return new Array(K).fill(0);
    const N = data.points.length / 2;
    return Array.from({ length: K }, (_, k) => data.gammas[(at * K + k) * N + i] / 255);
  }

  // -- the mouse, the finger -----------------------------------------------------------------
  function meanPlaces() {
    const { x, y } = draw.layout(stage, data.range);
    const K = data.models.means.shape[1];
    const at = 2 * K * modelAt(step);
    return Array.from({ length: K }, (_, k) =>
      [x(data.models.means[at + 2 * k]), y(data.models.means[at + 2 * k + 1])]);
  }
  function nearest(places, [px, py], reach) {
    let best = -1;
    let least = reach;
    places.forEach(([a, b], i) => {
      const distance = Math.hypot(a - px, b - py);
      if (distance < least) [best, least] = [i, distance];
    });
    return best;
  }
  function hit(point) {
    const mean = nearest(meanPlaces(), point, REACH);
    if (mean >= 0) return { kind: "mean", index: mean };
    const { x, y } = draw.layout(stage, data.range);
    const places = Array.from({ length: data.points.length / 2 }, (_, i) =>
      [x(data.points[2 * i]), y(data.points[2 * i + 1])]);
    const index = nearest(places, point, REACH);
    return index >= 0 ? { kind: "point", index } : null;
  }
  let pressed = null;
  draggable(stage, {
    start(point) {
      transport.pause();
      pressed = hit(point);
      return true;
    },
    move(point, event) {
      if (step !== 0 || pressed?.kind !== "mean") return;
      const { x, y, box } = draw.layout(stage, data.range);
      dragged ??= startMeans();
      dragged[pressed.index] = [
        x.inverse(Math.min(box.left + box.width, Math.max(box.left, point[0]))),
        y.inverse(Math.min(box.top + box.height, Math.max(box.top, point[1]))),
      ];
      frame.request(event.timeStamp);
    },
    end(point, event, moved) {
      if (dragged) return release();
      if (!moved) select(pressed);
    },
  });
  draggable(curve, {
    start: (point, event) => jump(point, event, false),
    move: (point, event) => jump(point, event, false),
    end: (point, event) => jump(point, event, true),
  });
  function jump(point, event, settled) {
    transport.go(curve.x.inverse(point[0]), event, 0, settled);
    return true;
  }
  const startMeans = () => Array.from({ length: data.models.means.shape[1] }, (_, k) =>
    [data.models.means[2 * k], data.models.means[2 * k + 1]]);
  function release() {
    const means = dragged;
    held = null;
    // Back where the run already starts, nothing new would come, so nothing is waited for.
    if (startMeans().every((mean, k) => mean.every((value, c) => value === Math.fround(means[k][c])))) {
      dragged = null;
      describe();
      return frame.request();
    }
    root.dataset.fitting = "true";
    status.textContent = "Fitting from the means that you placed …";
    actions.setTrigger("means", means);
  }

  // -- the keyboard --------------------------------------------------------------------------
  const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  stage.canvas.addEventListener("keydown", (event) => {
    const K = data.models.means.shape[1];
    if (held !== null && STEPS[event.key]) {
      const size = event.shiftKey ? 0.05 : 0.01;
      dragged ??= startMeans();
      const [dx, dy] = STEPS[event.key];
      dragged[held][0] += dx * size * (data.range[1] - data.range[0]);
      dragged[held][1] += dy * size * (data.range[3] - data.range[2]);
      frame.request(event.timeStamp);
    } else if (held !== null && event.key === "Enter" && dragged) release();
    else if (event.key === "Escape") {
      held = dragged = null;
      if (selected) select(null);
      describe();
      frame.request();
    } else if (event.key === "m" || event.key === "M") {
      const index = ((selected?.kind === "mean" ? selected.index : -1) + 1) % K;
      selected = null;
      held = step === 0 ? index : null;
      select({ kind: "mean", index });
    } else if (event.key === "n" || event.key === "p") {
      const N = data.points.length / 2;
      const now = selected?.kind === "point" ? selected.index : event.key === "n" ? -1 : 0;
      select({ kind: "point", index: (now + (event.key === "n" ? 1 : N - 1)) % N });
    } else return transport.onKey(event);
    event.preventDefault();
  });
  transport.keys(curve.canvas);

  function show(next, eventTime = null) {
    const other = next.trace_id !== data?.trace_id;
    // A new run comes in two parts: its opening to be painted at once, then all of it.
    if (other || next.statuses.length !== countOf()) {
      const gammas = decodeArray(next.gammas);
      data = {
        ...next,
        points: decodeArray(next.points),
        gammas,
        colours: draw.colourCache(gammas),
        models: { means: decodeArray(next.means), roots: decodeArray(next.roots), weights: decodeArray(next.weights) },
      };
      if (other) {
        dragged = held = glide = selected = null;
        delete root.dataset.fitting;
        step = 0;
      }
      step = Math.min(step, countOf() - 1);
      if (other || !transport.playing) transport.setCount(countOf(), step);
    }
    // The bound's picture needs height, which the stage gives up.
    stage.maxHeight = next.bound?.f.length ? 400 : 520;
    curve.minHeight = curve.maxHeight = next.bound?.f.length ? 178 : 64;
    stage.fit();
    curve.fit();
    data.bound = next.bound?.f.length ? next.bound : null;
    data.density = next.density ? decodeArray(next.density) : null;
    shading = { model: -1, image: null };
    if (next.goto && next.goto.token !== goto) {
      goto = next.goto.token;
      selected = next.goto.selected;
      step = Math.min(countOf() - 1, next.goto.step);
      transport.setCount(countOf(), step);
    }
    describe();
    asked = eventTime;
    frame.request();
    stage.canvas.setAttribute("aria-label",
      `${next.title}. Arrows step, space plays, m takes a mean, n and p open points.`);
  }

  return {
    update(next) {
      if (!fits.holds(next)) show(next);
    },
    destroy() {
      fits.close();
      frame.cancel();
      transport.destroy();
      stage.destroy();
      curve.destroy();
    },
  };
});
