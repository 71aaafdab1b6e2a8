// The forward pass in six panels. What the reader drags or holds goes to Python over the live
// channel; all numbers come back from there and are drawn here.

import { SIDE } from "./latent-draw.js";
import { openLive } from "../core/live.js";
import { themeColours } from "../core/palette.js";
import { UNITS, drawPicture, drawPlane, drawUnits, planeScales } from "./pass-draw.js";
import { buildPass } from "./pass-parts.js";
import { createStage, draggable } from "../core/stage.js";
import { createTransport } from "../core/transport.js";
import { decodeArray, defineWidget, frameLoop, measurePaint, numberText } from "../core/widget.js";

const AT = { hidden: 0, mu: 400, logVar: 402, sigma: 404, epsilon: 406, z: 408, kl: 410, said: 412, losses: 416, units: 421, y: 821, bce: 1605 };
const COUNT = 2389;
const MODES = ["epsilon", "z", "between"];
const FORMULAS = { epsilon: "z = μ + σ ε; drag ε", z: "z ~ N(0, I); drag z", between: "z = (1 − α) a + α b" };
const VIEWS = { epsilon: 3.2, z: 4, between: 3 };
const SETTLE_MS = 350;
const NAMES = ["Input", "Hidden layer", "μ and log σ²", "The draw", "Decoder", "Output", "Losses"];

export default defineWidget("pass-steps", (root, actions) => {
  let data = null;
  let x = null; // uint8 (784), as Python has it
  let numbers = null;
  let place = null;
  let startId = null;
  let xId = null;
  let live = null;
  let settling = 0;
  let colours = null;
  let scales = null;
  let upstream = ""; // what the first two panels show
  let grabbed = null; // "at", "a" or "b"
  const chosen = { pixel: 406, unit: 0, decoder: 0 };
  const loop = frameLoop(paint);

  const parts = buildPass(root, {
    open, hold, done: () => settle(0), letGo,
    alpha: (value, time) => { place.alpha = value; ask(time); settle(SETTLE_MS); },
    pixel: () => chosen.pixel, unit: () => chosen.unit, decoder: () => chosen.decoder,
  });
  const plane = createStage(parts.plane, { className: "plane-canvas", aspect: 0.8, minHeight: 120, maxHeight: 176,
    label: "The draw. Arrows move the point, with shift farther; Home sets it to 0", onResize: () => loop.request() });
  const transport = createTransport(parts.transportHolder, { unit: "step", hold: 700,
    onStep(step, { settled }) {
      place.step = step;
      if (settled) settle(SETTLE_MS);
      loop.request();
    } });

  // -- what is asked of Python -----------------------------------------------------------------
  function ask(eventTime = null) {
    live ??= openLive(data.path, {
      onReply: (view, { eventTime: time }) => {
        numbers = Float32Array.from({ length: COUNT }, (_, i) => view.getFloat32(4 * i, true));
        parts.connection.textContent = "";
        root.dataset.drawn = String(Number(root.dataset.drawn ?? 0) + 1);
        if (place.mode === "epsilon") place.z = [...numbers.slice(AT.z, AT.z + 2)];
        loop.request(time);
      },
      onError: (text) => { parts.connection.textContent = text; },
      onState: (state, text) => {
        root.dataset.live = state;
        parts.connection.textContent = state === "waiting" ? text : "";
        if (state === "open") queueMicrotask(() => ask());
      },
    });
    const entries = Object.entries(place.held);
    const bytes = new Uint8Array(32 + 8 * entries.length + x.length);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, MODES.indexOf(place.mode), true);
    view.setUint32(4, entries.length, true);
    const latent = place.mode === "between" ? [place.alpha, 0, ...place.a, ...place.b] : place.mode === "z" ? place.z : place.epsilon;
    latent.forEach((value, i) => view.setFloat32(8 + 4 * i, value, true));
    entries.forEach(([name, value], i) => {
      const at = 32 + 8 * i;
      view.setUint8(at, name.charCodeAt(0));
      view.setUint16(at + 2, Number(name.slice(1)) - ("mv".includes(name[0]) ? 1 : 0), true);
      view.setFloat32(at + 4, value, true);
    });
    bytes.set(x, 32 + 8 * entries.length);
    live.send(bytes, eventTime);
  }
  function hold(kind, at, value, time) {
    const name = `${kind}${at + ("mv".includes(kind) ? 1 : 0)}`;
    if (!(name in place.held) && Object.keys(place.held).length >= 64) return;
    place.held[name] = value;
    ask(time);
    loop.soon();
  }
  function letGo() {
    place.held = {};
    ask(performance.now());
    settle(0);
  }
  function open(name) {
    place.opened = name === "pixel" ? `pixel:${chosen.pixel}` : name;
    settle(0);
    loop.request();
  }
  function settle(wait) {
    clearTimeout(settling);
    settling = setTimeout(() => {
      announce();
      actions.setState("place", { ...place, held: { ...place.held }, start_id: startId });
    }, wait);
  }
  function announce() {
    if (!numbers) return;
    const pair = (at) => `(${numberText(numbers[at], 4)}, ${numberText(numbers[at + 1], 4)})`;
    const text = `${place.mode === "epsilon" ? `${NAMES[place.step]}. ` : ""}z = ${pair(AT.z)}` +
      (place.mode === "epsilon" ? `, BCE ${numberText(numbers[AT.losses], 4)} + KL ${numberText(numbers[AT.losses + 1], 4)} = ` +
        `${numberText(numbers[AT.losses + 2], 4)} nats.` : ".");
    if (parts.status.textContent !== text) parts.status.textContent = text;
  }

  // -- input: the plane ------------------------------------------------------------------------
  const key = () => (place.mode === "epsilon" ? "epsilon" : "z");
  const limit = (value) => Math.min(VIEWS[place.mode], Math.max(-VIEWS[place.mode], value));
  function movePoint(pair, time) {
    const at = pair.map(limit);
    if (place.mode === "between") place[grabbed ?? "a"] = at;
    else place[key()] = at;
    ask(time);
    loop.soon();
  }
  const inverse = ([px, py]) => [scales.x.inverse(px), scales.y.inverse(py)];
  draggable(plane, {
    start(point) {
      if (!scales) return false;
      if (place.mode === "between") {
        const far = (end) => Math.hypot(scales.x(end[0]) - point[0], scales.y(end[1]) - point[1]);
        grabbed = far(place.a) <= far(place.b) ? "a" : "b";
        return far(place[grabbed]) < 24;
      }
      return true;
    },
    move: (point, event) => movePoint(inverse(point), event.timeStamp),
    end(point, event, moved) {
      if (!moved && place.mode !== "between") movePoint(inverse(point), event.timeStamp);
      settle(0);
    },
  });
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  plane.canvas.addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    if (place.mode === "between" && "ab".includes(event.key)) grabbed = event.key;
    if (!arrow && event.key !== "Home") return;
    event.preventDefault();
    const from = place.mode === "between" ? place[(grabbed ??= "a")] : place[key()];
    const far = event.shiftKey ? 0.5 : 0.1;
    movePoint(arrow ? [from[0] + far * arrow[0], from[1] + far * arrow[1]] : [0, 0], event.timeStamp);
    settle(SETTLE_MS);
  });

  // -- input: pictures and units ---------------------------------------------------------------
  function choosing(canvas, side, name, opens) {
    const move = (to, tell, time) => {
      chosen[name] = to;
      if (tell) open(opens(to));
      loop.request(time);
    };
    canvas.addEventListener("pointerdown", (event) => {
      const box = canvas.getBoundingClientRect();
      const at = (offset, size) => Math.min(side - 1, Math.max(0, Math.floor((offset / size) * side)));
      move(at(event.clientY - box.top, box.height) * side + at(event.clientX - box.left, box.width), true, event.timeStamp);
    });
    canvas.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") open(opens(chosen[name]));
      else if (ARROWS[event.key]) {
        const [dx, dy] = ARROWS[event.key];
        const [column, row] = [chosen[name] % side, Math.floor(chosen[name] / side)];
        const inside = (value) => Math.min(side - 1, Math.max(0, value));
        move(inside(row - dy) * side + inside(column + dx), false, event.timeStamp);
      } else return;
      event.preventDefault();
    });
  }
  choosing(parts.input, SIDE, "pixel", (i) => `pixel:${i}`);
  choosing(parts.output, SIDE, "pixel", (i) => `pixel:${i}`);
  choosing(parts.hidden, UNITS, "unit", (k) => `hidden:${k}`);
  choosing(parts.units, UNITS, "decoder", (k) => `unit:${k}`);

  // -- the picture -----------------------------------------------------------------------------
  const heldOf = (kind) => Object.keys(place.held).filter((name) => name[0] === kind).map((name) => Number(name.slice(1)));
  function showHold(part, name, value, words) {
    const held = name in place.held;
    if (part.node.dataset.held !== String(held)) part.node.dataset.held = String(held);
    if (value > Number(part.slider.max)) part.slider.max = String(Math.ceil(value));
    if (value < Number(part.slider.min)) part.slider.min = String(Math.floor(value));
    if (words) part.words.textContent = words;
    if (root.getRootNode().activeElement !== part.slider || !held) part.slider.value = String(held ? place.held[name] : value);
    const text = numberText(value);
    if (part.number.textContent !== text) part.number.textContent = text;
  }
  function paint(now, eventTime) {
    if (!data || !numbers || !plane.width) return;
    const fresh = themeColours(root);
    if (fresh !== colours) upstream = "";
    colours = fresh;
    const part = (at, count) => numbers.subarray(at, at + count);
    const picture = Float32Array.from(x, (value) => value / 255);
    for (const i of heldOf("x")) picture[i] = place.held[`x${i}`];
    const [h, g, y] = [part(AT.hidden, 400), part(AT.units, 400), part(AT.y, 784)];
    const seen = `${xId} ${chosen.pixel} ${chosen.unit} ${JSON.stringify(place.held)} ${h.reduce((a, v) => a + v, 0)}`;
    if (place.mode === "epsilon" && seen !== upstream) { // a drag of epsilon leaves these two alone
      upstream = seen;
      drawPicture(parts.input, picture, chosen.pixel, heldOf("x"), colours);
      drawUnits(parts.hidden, h, chosen.unit, heldOf("h"), colours);
    }
    drawUnits(parts.units, g, chosen.decoder, heldOf("g"), colours);
    drawPicture(parts.output, y, chosen.pixel, [], colours);
    scales = planeScales(plane, VIEWS[place.mode]);
    const z = [...part(AT.z, 2)];
    drawPlane(plane, scales, { at: place.mode === "epsilon" ? place.epsilon : z, names: place.mode === "epsilon" ? "ε" : "z",
      ends: place.mode === "between" ? [place.a, place.b] : null }, colours);
    const where = (i) => `row ${Math.floor(i / SIDE) + 1}, col ${(i % SIDE) + 1}`;
    showHold(parts.pixel, `x${chosen.pixel}`, picture[chosen.pixel], where(chosen.pixel));
    showHold(parts.unit, `h${chosen.unit}`, h[chosen.unit], `unit ${chosen.unit + 1}`);
    showHold(parts.decoder, `g${chosen.decoder}`, g[chosen.decoder], `unit ${chosen.decoder + 1}`);
    parts.heads.forEach((head, i) => showHold(head, `${i < 2 ? "m" : "v"}${(i % 2) + 1}`, numbers[AT.mu + i]));
    parts.alpha.value = String(place.alpha);
    parts.alphaText.textContent = place.alpha.toFixed(2);
    parts.outText.textContent = `y ${numberText(y[chosen.pixel])}${place.mode === "epsilon" ? ", loss" : ""}`;
    const show = (name, value, digits = 3) => {
      const text = numberText(value, digits);
      if (parts.numbers[name].textContent !== text) parts.numbers[name].textContent = text;
    };
    for (const j of [0, 1]) {
      show(`sigma${j + 1}`, numbers[AT.sigma + j]);
      show(`epsilon${j + 1}`, numbers[AT.epsilon + j]);
      show(`z${j + 1}`, numbers[AT.z + j], 4);
      show(`kl${j + 1}`, numbers[AT.kl + j]);
    }
    show("pixel", numbers[AT.bce + chosen.pixel]);
    ["reconstruction", "kl", "elbo", "sse", "mse"].forEach((name, i) => show(name, numbers[AT.losses + i], 4));
    parts.letGo.disabled = !Object.keys(place.held).length;
    if (root.dataset.step !== String(place.step)) {
      for (const node of root.querySelectorAll("[data-panel]")) {
        const n = Number(node.dataset.panel);
        node.classList.toggle("ahead", n > place.step + 1);
        node.classList.toggle("now", n === place.step + 1);
      }
    }
    Object.assign(root.dataset, { mode: place.mode, step: String(place.step), z: z.map((v) => v.toFixed(4)).join(","),
      kl: numbers[AT.losses + 1].toFixed(4), elbo: numbers[AT.losses + 2].toFixed(4), opened: place.opened,
      held: Object.keys(place.held).join(" ") });
    if (eventTime !== null) measurePaint("pass-steps", "drag", eventTime);
  }

  return {
    update(payload) {
      data = payload;
      const begins = payload.start_id !== startId;
      if (begins || payload.x_id !== xId) {
        [startId, xId] = [payload.start_id, payload.x_id];
        x = decodeArray(payload.x);
        numbers = decodeArray(payload.numbers);
      }
      if (begins || !place) {
        place = structuredClone(payload.place);
        transport.setCount(payload.steps, place.step);
        const [kind, at] = place.opened.split(":");
        const of = { pixel: "pixel", hidden: "unit", unit: "decoder" }[kind];
        if (of && at) chosen[of] = Number(at);
        else {
          const strongest = (from) => numbers.subarray(from, from + 400).reduce((best, v, k, all) => (v > all[best] ? k : best), 0);
          [chosen.unit, chosen.decoder] = [strongest(AT.hidden), strongest(AT.units)];
        }
      }
      parts.drawFormula.textContent = FORMULAS[place.mode];
      parts.alphaRow.hidden = place.mode !== "between";
      parts.drawNumbers.hidden = place.mode !== "epsilon";
      root.dataset.mode = place.mode;
      plane.maxHeight = place.mode === "epsilon" ? 176 : 240;
      plane.fit();
      root.dataset.start = startId;
      announce();
      loop.request();
    },
    repaint: () => loop.request(),
    destroy() {
      clearTimeout(settling);
      loop.cancel();
      transport.destroy();
      live?.close();
      plane.destroy();
    },
  };
});
