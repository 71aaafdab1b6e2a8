// k-means and the mixture in step, and one probe on both: a hard label against soft shares.

import * as compare from "./compare-draw.js";
import * as draw from "./em-draw.js";
import { openLive } from "../core/live.js";
import { COMPONENTS, rgb, themeColours } from "../core/palette.js";
import { createStage, draggable } from "../core/stage.js";
import { createTransport } from "../core/transport.js";
import { decodeArray, defineWidget, element, frameLoop, measurePaint, numberText } from "../core/widget.js";

const PLACES = 96; // along a cut, as the route has them
const SETTLE_MS = 250;
const GREY = [140, 146, 154];

export default defineWidget("mixture-compare", (root, actions) => {
  let data = null;
  let step = 0;
  let glide = null; // { from, began, length } while a half step is played
  let probe = [0, 0];
  let held = false; // the arrows move the probe
  let settling = 0;
  let goto = null;
  let live = null;
  let answer = null; // { gamma, distances, nearest, soft, hard } of the newest reply
  let replies = 0;
  let asked = 0; // questions so far: the newest one's answer is not pending any more

  // -- the parts -------------------------------------------------------------------------------
  const sides = element("div", { class: "sides" });
  root.appendChild(sides);
  const makeSide = (name, title) => {
    const holder = element("div", { class: `side ${name}` }, element("h4", {}, title));
    sides.appendChild(holder);
    const onResize = () => frame.request();
    const stage = createStage(holder, { className: "stage", aspect: 0.94, maxHeight: 400, label: title, onResize });
    const cut = createStage(holder, { className: "cut", aspect: 0.1, minHeight: 42, maxHeight: 42,
      focusable: false, label: "Along the horizontal line through the probe", onResize });
    const said = element("p", { class: "said" });
    holder.appendChild(said);
    return { name, stage, cut, said, layer: draw.createPointLayer(), images: new Map(), colours: null };
  };
  const left = makeSide("kmeans", "k-means: the nearest centre");
  const right = makeSide("mixture", "Mixture: the largest responsibility");
  const transport = createTransport(root, { unit: "half step", onStep });
  const status = element("p", { class: "status", "aria-live": "polite" });
  const connection = element("p", { class: "connection" });
  root.append(status, connection);
  const frame = frameLoop(paint);

  // -- what is at a step -----------------------------------------------------------------------
  // Step 0 is the start; 2i - 1 is iteration i's assign and E, 2i its move and M.
  const last = (of) => of.means.shape[0] - 1;
  const modelAt = (of, s) => Math.min(Math.floor(s / 2), last(of));
  const paintedAt = (of, s) => Math.min(Math.ceil(s / 2), of.iterations) - 1;

  function onStep(next, { glide: length, eventTime, settled }) {
    const from = step;
    step = next;
    glide = length > 0 && Math.abs(next - from) === 1 ? { from, began: performance.now(), length } : null;
    describe();
    ask(null);
    frame.request(eventTime);
    if (settled) tell();
  }
  function describe() {
    const iteration = Math.ceil(step / 2);
    Object.assign(root.dataset, {
      step: String(step), steps: String(data.statuses.length - 1), iteration: String(iteration),
      kind: step === 0 ? "start" : step % 2 ? "E" : "M", held: String(held),
      disagreements: step ? String(data.disagreements[iteration - 1]) : "",
      probe: probe.map((v) => v.toPrecision(6)).join(","),
    });
    const text = held ? "The probe is held: arrows move it, with shift farther; Escape lets go." : data.statuses[step];
    if (status.textContent !== text) status.textContent = text;
  }
  function tell(wait = 0) {
    clearTimeout(settling);
    settling = setTimeout(() =>
      actions.setState("view", { trace: data.trace_id, step, probe: [...probe] }), wait);
  }

  // -- what is asked of Python -----------------------------------------------------------------
  function ask(eventTime) {
    if (!data) return;
    const { mixture, kmeans } = data;
    const K = mixture.means.shape[1];
    const [m, c] = [modelAt(mixture, step), modelAt(kmeans, step)];
    const part = (values, model, width) => values.subarray(model * K * width, (model + 1) * K * width);
    const bytes = new DataView(new ArrayBuffer(20 + 32 * K));
    bytes.setUint32(0, K, true);
    let at = 4;
    for (const values of [probe, data.range.slice(0, 2), part(mixture.weights, m, 1), part(mixture.means, m, 2),
      part(mixture.covariances, m, 3), part(kmeans.means, c, 2)]) {
      for (const value of values) {
        bytes.setFloat32(at, value, true);
        at += 4;
      }
    }
    live ??= openLive(data.path, {
      onReply,
      onError: (message) => { connection.textContent = message; },
      onState: (state, text) => {
        root.dataset.live = state;
        connection.textContent = state === "waiting" ? text : "";
        if (state === "open") queueMicrotask(() => ask(null));
      },
    });
    asked += 1;
    root.dataset.pending = "true";
    live.send(bytes, { time: eventTime, K, trace: data.trace_id, number: asked });
  }
  function onReply(bytes, { eventTime: about }) {
    if (!about || about.trace !== data.trace_id) return;
    const { K } = about;
    const floats = (from) => Array.from({ length: K }, (_, k) => bytes.getFloat32(4 * (from + k), true));
    const bytesAt = (from, length) => new Uint8Array(bytes.buffer, bytes.byteOffset + from, length);
    const labels = bytesAt(8 * K + 4 + PLACES * K, PLACES);
    const hard = new Uint8Array(PLACES * K);
    labels.forEach((k, i) => { hard[i * K + k] = 255; });
    answer = { gamma: floats(0), distances: floats(K), nearest: bytes.getUint32(8 * K, true),
      soft: bytesAt(8 * K + 4, PLACES * K), hard, number: about.number };
    replies += 1;
    connection.textContent = "";
    frame.request(about.time);
  }
  function report() {
    if (!answer) return;
    const list = (values) => values.map((v, k) => `${k + 1}: ${numberText(v)}`).join("  ");
    left.said.textContent = `Probe: cluster ${answer.nearest + 1}, wholly. Squared distances ${list(answer.distances)}`;
    right.said.textContent = `Probe: responsibilities γ ${list(answer.gamma)}`;
    Object.assign(root.dataset, { replies: String(replies), nearest: String(answer.nearest),
      pending: String(answer.number !== asked),
      gamma: answer.gamma.map((v) => v.toFixed(4)).join(",") });
  }

  // -- drawing ---------------------------------------------------------------------------------
  function paint(now, eventTime) {
    if (!data || !left.stage.width) return;
    let part = 1;
    let from = step;
    if (glide) {
      part = Math.min(1, Math.max(0, (now - glide.began) / glide.length));
      part = part * part * (3 - 2 * part);
      from = glide.from;
      if (part >= 1) glide = null;
      else frame.request();
    }
    const colours = themeColours(root);
    const K = data.mixture.means.shape[1];
    const alone = new Array(K).fill(0);
    if (answer) alone[answer.nearest] = 1;
    paintSide(left, data.kmeans, from, part, colours, alone, answer?.hard);
    paintSide(right, data.mixture, from, part, colours, answer ? answer.gamma : new Array(K).fill(0), answer?.soft);
    report();
    if (eventTime !== null) measurePaint("mixture-compare", "probe", eventTime);
  }
  function paintSide(side, of, from, part, colours, shares, cut) {
    const { stage, layer } = side;
    const { context } = stage;
    const view = draw.layout(stage, data.range);
    const { x, y, box } = view;
    const [a, b] = [modelAt(of, from), modelAt(of, step)];
    const K = of.means.shape[1];
    context.clearRect(0, 0, stage.width, stage.height);
    draw.drawStageAxes(context, view, colours, data.labels);
    context.save();
    context.beginPath();
    context.rect(box.left, box.top, box.width, box.height);
    context.clip();
    for (const [model, alpha] of a === b ? [[b, 1]] : [[a, 1 - part], [b, part]]) {
      compare.drawRegions(context, imageOf(side, of, model), box, alpha);
      compare.drawBorders(context, of.borders, of.ends, model, box, colours.text, alpha);
    }
    layer.draw(context, data.points, view, window.devicePixelRatio || 1,
      of.colours(paintedAt(of, from)), of.colours(paintedAt(of, step)), part);
    if (step > 0) {
      compare.drawRings(context, data.points, data.disagree, Math.ceil(step / 2) - 1, x, y, colours.text);
    }
    for (let k = 0; k < K; k++) {
      const it = of.roots ? draw.component(of, a, b, part, k) : { mean: glided(of.means, K, a, b, part, k), root: null };
      draw.drawTrail(context, of, Math.min(a, b), k, x, y, it.mean);
      if (of.roots) {
        draw.drawEllipse(context, it, x, y, 1, COMPONENTS[k], false);
        draw.drawEllipse(context, it, x, y, 2, COMPONENTS[k], true);
      }
      draw.drawMean(context, k, x(it.mean[0]), y(it.mean[1]), colours, false, false);
    }
    compare.drawProbe(context, x(probe[0]), y(probe[1]), shares, colours, held);
    context.restore();
    compare.drawCut(side.cut, view, cut, PLACES, K, probe, colours);
  }
  const glided = (means, K, a, b, part, k) => [0, 1].map((c) => {
    const [from, to] = [means[2 * (a * K + k) + c], means[2 * (b * K + k) + c]];
    return from + (to - from) * part;
  });
  function imageOf(side, of, model) {
    let image = side.images.get(model);
    if (!image) side.images.set(model, image = compare.regionImage(of.owner, of.sure, model));
    return image;
  }

  // -- input -----------------------------------------------------------------------------------
  function moveProbe(place, eventTime) {
    const [low, high, bottom, top] = data.range;
    probe = [Math.min(high, Math.max(low, place[0])), Math.min(top, Math.max(bottom, place[1]))];
    describe();
    ask(eventTime);
    frame.request();
  }
  const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  for (const { stage } of [left, right]) {
    const put = (point, event) => {
      const { x, y } = draw.layout(stage, data.range);
      moveProbe([x.inverse(point[0]), y.inverse(point[1])], event.timeStamp);
    };
    draggable(stage, {
      start: () => { transport.pause(); return true; },
      move: put,
      end(point, event, moved) {
        if (!moved) put(point, event);
        tell();
      },
    });
    stage.canvas.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      if (held && STEPS[event.key]) {
        const size = event.shiftKey ? 0.05 : 0.01;
        const [dx, dy] = STEPS[event.key];
        const [low, high, bottom, top] = data.range;
        moveProbe([probe[0] + dx * size * (high - low), probe[1] + dy * size * (top - bottom)], event.timeStamp);
        tell(SETTLE_MS);
      } else if (event.key === "p" || event.key === "P" || (held && event.key === "Escape")) {
        held = event.key !== "Escape" && !held;
        describe();
        frame.request();
      } else return transport.onKey(event);
      event.preventDefault();
    });
  }

  // -- what Python says ------------------------------------------------------------------------
  function hardColours(assigned) {
    const [, count] = assigned.shape;
    const cache = new Map();
    return (iteration) => {
      let colours = cache.get(iteration);
      if (colours) return colours;
      colours = new Float32Array(3 * count);
      for (let i = 0; i < count; i++) {
        colours.set(iteration < 0 ? GREY : rgb(COMPONENTS[assigned[iteration * count + i]]), 3 * i);
      }
      cache.set(iteration, colours);
      return colours;
    };
  }
  function unpack(of) {
    const arrays = {};
    for (const [name, value] of Object.entries(of)) arrays[name] = value.base64 ? decodeArray(value) : value;
    const painted = arrays.gammas ?? arrays.assigned;
    return { ...arrays, iterations: painted.shape[0],
      colours: arrays.gammas ? draw.colourCache(arrays.gammas) : hardColours(arrays.assigned) };
  }
  return {
    update(next) {
      if (next.trace_id !== data?.trace_id) {
        data = { ...next, points: decodeArray(next.points), disagree: decodeArray(next.disagree),
          mixture: unpack(next.mixture), kmeans: unpack(next.kmeans) };
        left.images.clear();
        right.images.clear();
        glide = answer = null;
        step = 0;
        probe = [...data.probe];
        transport.setCount(data.statuses.length, 0);
      }
      if (next.goto && next.goto.token !== goto) {
        goto = next.goto.token;
        step = Math.min(data.statuses.length - 1, next.goto.step);
        probe = [...(next.goto.probe ?? data.probe)];
        transport.setCount(data.statuses.length, step);
      }
      describe();
      ask(null);
      frame.request();
      for (const side of [left, right]) {
        side.stage.canvas.setAttribute("aria-label", `${next.title}, ${side.name}. Arrows step, space plays, ` +
          "p holds the probe and arrows move it.");
      }
    },
    destroy() {
      clearTimeout(settling);
      frame.cancel();
      transport.destroy();
      live?.close();
      for (const side of [left, right]) {
        side.stage.destroy();
        side.cut.destroy();
      }
    },
  };
});
