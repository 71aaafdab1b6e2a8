// A density on a line. EM moves the bells; a cursor reads the sum and each bell's share of it.

import { drawStage, layout } from "./density-draw.js";
import { COMPONENTS, themeColours } from "../core/palette.js";
import { createStage, draggable } from "../core/stage.js";
import { createTransport } from "../core/transport.js";
import { decodeArray, defineWidget, element, frameLoop, measurePaint, numberText } from "../core/widget.js";

export default defineWidget("density-stage", (root, actions) => {
  let data = null;
  let step = 0;
  let cursor = null; // index of a place
  let glide = null;
  let goto = null;
  let told = null;

  const stage = createStage(root, { className: "stage", aspect: 0.56, maxHeight: 430,
    label: "Densities", onResize: () => frame.request() });
  const shares = element("div", { class: "shares", role: "img" });
  root.appendChild(shares);
  const reading = element("p", { class: "reading" });
  root.appendChild(reading);
  const transport = createTransport(root, { unit: "iteration", onStep });
  const status = element("p", { class: "status", "aria-live": "polite" });
  root.appendChild(status);
  const frame = frameLoop(paint);

  function onStep(next, { glide: length, eventTime, settled }) {
    const from = step;
    step = next;
    glide = length > 0 && Math.abs(next - from) === 1 ? { from, began: performance.now(), length } : null;
    frame.request(eventTime);
    describe();
    if (settled) tell();
  }
  function tell() {
    const x = cursor === null ? null : data.places[cursor];
    const view = { trace: data.trace_id, token: goto, frame: step, x };
    const text = JSON.stringify(view);
    if (text === told) return;
    told = text;
    actions.setState("view", view);
  }
  function describe() {
    const [, K, G] = data.bells.shape;
    root.dataset.step = String(step);
    root.dataset.steps = String(data.statuses.length - 1);
    root.dataset.iteration = String(data.iterations[step]);
    root.dataset.x = cursor === null ? "" : String(data.places[cursor]);
    status.textContent = data.statuses[step];
    while (shares.childElementCount < K) shares.appendChild(element("span"));
    while (shares.childElementCount > K) shares.lastChild.remove();
    shares.dataset.empty = String(cursor === null);
    if (cursor === null) {
      reading.textContent = "Drag across the stage, or focus it and use the arrows: the bar shows each bell’s share.";
      [...shares.children].forEach((span) => { span.style.flexGrow = "0"; span.textContent = ""; });
      shares.setAttribute("aria-label", "No place chosen");
      return;
    }
    const words = [];
    [...shares.children].forEach((span, k) => {
      const share = data.shares[(step * K + k) * G + cursor] / 255;
      span.style.flexGrow = String(share);
      span.style.background = COMPONENTS[k];
      span.textContent = share > 0.06 ? `${k + 1}: ${Math.round(100 * share)} %` : "";
      if (share > 0.004) words.push(`component ${k + 1} ${Math.round(100 * share)} %`);
    });
    shares.setAttribute("aria-label", `Responsibilities: ${words.join(", ")}`);
    reading.textContent = `At ${numberText(data.places[cursor], 4)}: mixture ` +
      `${numberText(data.sums[step * G + cursor])}, kernel ${numberText(data.behind.kernel[cursor])}.`;
  }
  function paint(now, eventTime) {
    if (!data || !stage.width) return;
    let part = 1;
    let from = step;
    if (glide) {
      part = Math.max(0, Math.min(1, (now - glide.began) / glide.length));
      part = part * part * (3 - 2 * part);
      from = glide.from;
      if (part >= 1) glide = null;
      else frame.request();
    }
    drawStage(stage, data, from, step, part, cursor, themeColours(root));
    if (eventTime !== null) measurePaint("density-stage", "cursor", eventTime);
  }

  // -- the cursor ----------------------------------------------------------------------------
  function move(next, eventTime) {
    cursor = Math.min(data.places.length - 1, Math.max(0, next));
    describe();
    frame.request(eventTime);
  }
  function nearest(px) {
    const value = layout(stage, data.limits, data.behind.top).x.inverse(px);
    return indexOf(value);
  }
  function indexOf(value) {
    let best = 0;
    for (let g = 1; g < data.places.length; g++) {
      if (Math.abs(data.places[g] - value) < Math.abs(data.places[best] - value)) best = g;
    }
    return best;
  }
  draggable(stage, {
    start(point, event) {
      move(nearest(point[0]), event.timeStamp);
      return true;
    },
    move: (point, event) => move(nearest(point[0]), event.timeStamp),
    end: tell,
  });
  const NUDGES = { ArrowLeft: -1, ArrowRight: 1, PageDown: -15, PageUp: 15 };
  stage.canvas.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const nudge = NUDGES[event.key];
    if (nudge) {
      const middle = Math.floor(data.places.length / 2);
      move((cursor ?? middle) + nudge * (event.shiftKey ? 10 : 1), event.timeStamp);
      event.preventDefault();
    } else if (event.key === "Escape" && cursor !== null) {
      cursor = null;
      describe();
      frame.request();
      tell();
    } else transport.onKey(event);
  });
  stage.canvas.addEventListener("keyup", (event) => { if (NUDGES[event.key]) tell(); });
  stage.canvas.addEventListener("blur", () => data && !transport.playing && tell());

  return {
    update(next) {
      if (next.trace_id !== data?.trace_id) {
        const x = data && cursor !== null ? data.places[cursor] : null;
        data = { ...next };
        for (const name of ["places", "bells", "sums", "shares", "points"]) data[name] = decodeArray(next[name]);
        step = Math.min(step, data.statuses.length - 1);
        glide = null;
        cursor = x === null ? null : indexOf(x);
      }
      data.behind = { top: next.behind.top };
      for (const name of ["edges", "bars", "kernel"]) data.behind[name] = decodeArray(next.behind[name]);
      if (next.goto.token !== goto) {
        goto = next.goto.token;
        told = null;
        const last = data.statuses.length - 1;
        step = next.goto.frame < 0 ? last : Math.min(last, next.goto.frame);
        cursor = next.goto.x === null ? null : indexOf(next.goto.x);
        transport.setCount(data.statuses.length, step);
      }
      describe();
      frame.request();
      stage.canvas.setAttribute("aria-label", `Density of ${data.label} as ${data.bells.shape[1]} bells, a kernel ` +
        "estimate and a histogram. Arrows move the cursor, space plays EM, Home and End jump.");
    },
    destroy() {
      frame.cancel();
      transport.destroy();
      stage.destroy();
    },
  };
});
